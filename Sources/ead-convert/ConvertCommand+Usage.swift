import ArgumentParser
import CommandLineSupport
import EADKit

/// An option, whether it was given, and where it means something.
private struct OptionUse {
  var name: String
  var isGiven: Bool
  var targets: [ConvertTarget] = ConvertTarget.allCases
  /// Means something for inputs that are EAD.
  var forEAD = true
  /// Means something for inputs that are AtoM's CSV.
  var forCSV = true
}

extension ConvertCommand {
  /// The first thing that is wrong with the arguments, as far as they show it by themselves.
  var usageProblem: UsageProblem? {
    if inputs.isEmpty, reading.filesFrom == nil { return UsageProblem(key: "usage-no-input") }
    if let from, let inputFormat, from != inputFormat { return UsageProblem(key: "usage-from-twice") }
    if combine == "-" { return UsageProblem(key: "usage-combine") }
    if output != nil, combine != nil { return UsageProblem(key: "usage-both") }
    if rowsPerFile != nil, combine == nil { return UsageProblem(key: "usage-rows-per-file") }
    let hasEAD = source != .atomCSV && !readsAuthorityCSV
    let hasCSV = source == .atomCSV || readsAuthorityCSV || (source == .auto && to != .atomAuthorityCSV)
    return valueProblem ?? authorityProblem ?? targetProblem ?? sourceProblem(hasEAD: hasEAD, hasCSV: hasCSV)
  }

  private var valueProblem: UsageProblem? {
    for culture in [atom.culture, atom.defaultCulture] {
      if let culture, AtoMCultures.canonical(culture) == nil { return UsageProblem(key: "usage-culture", arguments: [culture]) }
    }
    for (name, value, most) in [("--rows-per-file", rowsPerFile, Int.max), ("--jobs", jobs, 256)] + reading.numbers {
      if let value, !(1...most).contains(value) {
        return UsageProblem(key: "usage-number", arguments: [name, "1", most == Int.max ? "…" : String(most)])
      }
    }
    if let indent = ead.indent, !(0...16).contains(indent) {
      return UsageProblem(key: "usage-number", arguments: ["--indent", "0", "16"])
    }
    if let timestamp = ead.timestamp, timestamp != "now", !Timestamp.isTime(timestamp) {
      return UsageProblem(key: "usage-timestamp", arguments: [timestamp])
    }
    if let given = csv.csvDelimiter, csv.delimiter == nil { return UsageProblem(key: "usage-delimiter", arguments: [given]) }
    for path in report.lossReport where LossReportFormat(path: path) == nil { return UsageProblem(key: "usage-loss-report") }
    return nil
  }

  /// An option that means nothing for what is written.
  private var targetProblem: UsageProblem? {
    for option in optionUses where option.isGiven && !option.targets.contains(to) {
      let others = option.targets.map { "--to " + $0.rawValue }.joined(separator: ", ")
      return UsageProblem(key: "usage-not-for-target", arguments: [option.name, to.rawValue, others])
    }
    return nil
  }

  /// An option that means nothing for what is read.
  func sourceProblem(hasEAD: Bool, hasCSV: Bool) -> UsageProblem? {
    for option in optionUses where option.isGiven {
      if (option.forEAD && hasEAD) || (option.forCSV && hasCSV) { continue }
      return UsageProblem(key: hasCSV ? "usage-not-for-csv" : "usage-not-for-ead", arguments: [option.name])
    }
    return nil
  }

  /// Authority records come from finding aids only, and to one place of their own.
  func authoritiesProblem(_ jobs: [ConversionJob], _ destination: ConversionDestination) -> UsageProblem? {
    guard let path = atom.authorities else { return nil }
    if jobs.contains(where: { $0.source == .atomCSV }) { return UsageProblem(key: "usage-authorities-csv") }
    if path == "-" {
      if case .standardOutput = destination { return UsageProblem(key: "usage-authorities-twice") }
    } else if OutputNames.isFolder(path) {
      return UsageProblem(key: "usage-authorities-folder", arguments: [TerminalText.safe(path)])
    }
    return nil
  }

  /// Every option that does not mean something everywhere.
  private var optionUses: [OptionUse] {
    let rows: [ConvertTarget] = [.atomCSV]
    let atom: [ConvertTarget] = [.atomCSV, .atomEAD]
    let finding: [ConvertTarget] = [.ead2002, .ead3, .atomEAD]
    let described = atom + [.atomAuthorityCSV]
    // A CSV has its cultures, names and terms; they are replaced only where it becomes a CSV again.
    let rewritten = to == .atomCSV
    return [
      OptionUse(name: "--combine", isGiven: combine != nil, targets: rows),
      OptionUse(name: "--validate", isGiven: validates, targets: rows + finding, forCSV: false),
      OptionUse(name: "--recover", isGiven: reading.recover, forCSV: false),
      OptionUse(name: "--max-depth", isGiven: reading.maxDepth != nil, forCSV: false),
      OptionUse(name: "--max-entity-bytes", isGiven: reading.maxEntityBytes != nil, forCSV: false),
      OptionUse(name: "--csv-delimiter", isGiven: csv.csvDelimiter != nil, forEAD: false),
      OptionUse(name: "--csv-dialect", isGiven: csv.csvDialect != nil, forEAD: false),
      OptionUse(name: "--separate", isGiven: csv.separate, targets: rows + finding, forEAD: false),
      OptionUse(name: "--culture", isGiven: self.atom.culture != nil, targets: described, forCSV: rewritten),
      OptionUse(name: "--default-culture", isGiven: self.atom.defaultCulture != nil, targets: described, forCSV: rewritten),
      OptionUse(name: "--template", isGiven: self.atom.template != nil, targets: rows),
      OptionUse(name: "--authorities", isGiven: self.atom.authorities != nil, targets: rows, forCSV: false),
      OptionUse(name: "--parent-slug", isGiven: self.atom.parentSlug != nil, targets: rows),
      OptionUse(name: "--repository", isGiven: self.atom.repository != nil, targets: atom, forCSV: rewritten),
      OptionUse(name: "--publication-status", isGiven: self.atom.publicationStatus != nil, targets: atom, forCSV: rewritten),
      OptionUse(name: "--source-name", isGiven: self.atom.sourceName != nil, targets: rows),
      OptionUse(name: "--no-derive-dates", isGiven: self.atom.noDeriveDates, targets: atom, forCSV: false),
      OptionUse(name: "--no-markdown", isGiven: self.atom.noMarkdown, targets: described, forCSV: false),
      OptionUse(name: "--index-as-access-points", isGiven: self.atom.indexAsAccessPoints, targets: atom, forCSV: false),
      OptionUse(name: "--infer-levels", isGiven: self.atom.inferLevels, targets: atom, forCSV: false),
      OptionUse(name: "--digital-objects", isGiven: self.atom.digitalObjects != nil, targets: atom, forCSV: !rewritten),
      OptionUse(name: "--include-internal", isGiven: self.atom.includeInternal, targets: described, forCSV: false),
      OptionUse(name: "--form", isGiven: ead.form != nil, targets: [.ead2002]),
      OptionUse(name: "--components", isGiven: ead.components != nil, targets: finding),
      OptionUse(name: "--indent", isGiven: ead.indent != nil, targets: finding + [.eacCPF]),
      OptionUse(name: "--structured-dates", isGiven: ead.structuredDates, targets: [.ead3]),
      OptionUse(name: "--structured-extents", isGiven: ead.structuredExtents, targets: [.ead3], forCSV: false),
      OptionUse(name: "--timestamp", isGiven: ead.timestamp != nil, targets: finding + [.eacCPF]),
      OptionUse(name: "--agency", isGiven: ead.agency != nil, targets: [.ead3, .eacCPF]),
    ]
  }
}
