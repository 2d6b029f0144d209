import CommandLineSupport
import EADKit

/// Whether a delivery is accepted: limits to the errors in it.
struct LotVerdict {
  /// Most errors in all documents together.
  var maxErrors: Int?
  /// Greatest share of the documents that were read which may hold an error.
  var maxErrorRate: DocumentShare?

  var hasLimits: Bool { maxErrors != nil || maxErrorRate != nil }

  /// Sets the verdict and the sentences that say why; without limits there is none.
  ///
  /// A document that could not be read holds an error, and nobody knows how many more: no limit allows it.
  func judge(_ summary: inout ReportSummary, sample: SampleChoice?, language: MessageLanguage) {
    guard hasLimits else { return }
    func say(_ key: String, _ arguments: [String]) -> String { MessageCatalog.text(key, arguments, language) }
    let read = summary.files - summary.notChecked
    var isAccepted = summary.unreadable == 0
    var reasons: [String] = []
    if let maxErrors {
      let errors = summary.countBySeverity[.error] ?? 0
      if errors > maxErrors { isAccepted = false }
      reasons.append(say("lot-errors", [String(errors), String(maxErrors)]))
    }
    if let maxErrorRate {
      if maxErrorRate.isExceeded(by: summary.filesWithErrors, of: read) { isAccepted = false }
      let share = DocumentShare(rounding: summary.filesWithErrors, of: read)
      reasons.append(
        say(
          "lot-rate",
          [String(summary.filesWithErrors), String(read), share.percent(language), maxErrorRate.percent(language)]))
    }
    if summary.unreadable > 0 { reasons.append(say("lot-unreadable", [String(summary.unreadable)])) }
    if let sample {
      reasons.append(say("lot-sample", [String(read), String(summary.files), String(sample.seed)]))
    }
    summary.isAccepted = isAccepted
    summary.acceptance = reasons.joined(separator: " ")
  }
}

/// A share of documents, as a fraction of whole numbers: a delivery is not refused by a rounding.
struct DocumentShare: Equatable {
  private let numerator: Int
  /// A power of ten.
  private let denominator: Int
  private static let decimals = 7

  /// `5%` and `2,5 %` are percentages, `0.05` is a ratio.
  ///
  /// A bare number from 1 on is nothing: who writes 1 may mean one per cent or all.
  init?(_ text: String) {
    let blanks: [Unicode.Scalar] = [" ", "\u{A0}", "\u{202F}"]
    var scalars = Array(text.unicodeScalars.filter { !blanks.contains($0) })[...]
    let isPercentage = scalars.last == "%"
    if isPercentage { scalars = scalars.dropLast() }
    let parts = scalars.split(omittingEmptySubsequences: false) { $0 == "." || $0 == "," }.map(Array.init)
    guard parts.count <= 2, let whole = parts.first, (1...3).contains(whole.count) else { return nil }
    let fraction = parts.count == 2 ? parts[1] : []
    guard parts.count == 1 || (1...DocumentShare.decimals).contains(fraction.count) else { return nil }
    var value = 0
    var scale = isPercentage ? 100 : 1
    for scalar in whole + fraction {
      guard ("0"..."9").contains(scalar) else { return nil }
      value = value * 10 + Int(scalar.value - 0x30)
    }
    for _ in fraction { scale *= 10 }
    guard isPercentage ? value <= scale : value < scale else { return nil }
    (numerator, denominator) = (value, scale)
  }

  /// To be shown: in hundredths of a per cent.
  init(rounding part: Int, of whole: Int) {
    (numerator, denominator) = (whole == 0 ? 0 : (part * 10_000 + whole / 2) / whole, 10_000)
  }

  func isExceeded(by part: Int, of whole: Int) -> Bool { part * denominator > numerator * whole }

  /// Per cent, without the sign and without zeros that say nothing.
  func percent(_ language: MessageLanguage) -> String {
    let hundredfold = numerator * 100
    var fraction = ""
    var rest = hundredfold % denominator
    var unit = denominator / 10
    while rest > 0, unit > 0 {
      fraction += String(rest / unit)
      rest %= unit
      unit /= 10
    }
    let whole = String(hundredfold / denominator)
    return fraction.isEmpty ? whole : whole + (language == .french ? "," : ".") + fraction
  }
}
