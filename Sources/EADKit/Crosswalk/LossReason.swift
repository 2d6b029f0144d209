/// Why a piece of a source is not in the target as it was.
///
/// A loss is information the target does not get. An omission repeats what the target already says; it is counted, and
/// listed when asked for, but it is no loss. A change is in the target in another form: it is always listed, and no loss
/// either.
public enum LossReason: String, Sendable, CaseIterable {
  /// What a reason means for the target.
  public enum Kind: String, Sendable, CaseIterable {
    /// The target does not have it.
    case loss
    /// The target says it already.
    case omission
    /// The target has it in another form.
    case change
  }

  // Losses
  case noColumn = "no-column"
  case tooLong = "too-long"
  case markupOnly = "markup-only"
  case `internal` = "internal"
  case index = "index"
  case frontmatter = "frontmatter"
  case externalEntity = "external-entity"
  case outsideUnit = "outside-unit"
  case heading = "heading"
  case notWanted = "not-wanted"
  /// The target has no element or attribute for it.
  case noElement = "no-element"
  // Omissions
  case repeatedLabel = "repeated-label"
  case duplicate = "duplicate"
  case saidByCode = "said-by-code"
  // Changes
  /// The value is in the target in another form.
  case changed = "changed"

  /// Whether it is lost, said already, or there in another form.
  public var kind: Kind {
    switch self {
    case .repeatedLabel, .duplicate, .saidByCode: .omission
    case .changed: .change
    default: .loss
    }
  }

  /// True for information that the target does not get.
  public var isLoss: Bool { kind == .loss }

  var code: UInt8 { UInt8(LossReason.allCases.firstIndex(of: self) ?? 0) + 1 }
  init?(code: UInt8) {
    guard code > 0, Int(code) <= LossReason.allCases.count else { return nil }
    self = LossReason.allCases[Int(code) - 1]
  }
}

/// One piece of text, or one attribute, that is not in the target as it was.
public struct LossEntry: Sendable {
  /// As given by the caller; `-` for standard input.
  public var file: String
  /// Line on which the text, or the attribute's start tag, ends; counted from 1.
  public var line: Int
  /// From the root, components with their position: `/ead/archdesc/c[2]/did/physloc/@label`.
  public var path: String
  /// The same without positions and with every ancestor unit left out: the key of the summary.
  public var group: String
  /// `legacyId` of the unit.
  public var component: String
  /// The text as the source has it, with white space collapsed; never shortened.
  public var text: String
  /// Why it is not in the target as it was.
  public var reason: LossReason

  public init(
    file: String, line: Int, path: String, group: String, component: String, text: String, reason: LossReason
  ) {
    self.file = file
    self.line = line
    self.path = path
    self.group = group
    self.component = component
    self.text = text
    self.reason = reason
  }
}

/// How often something was lost, with the first place.
public struct LossSummary: Sendable {
  /// The path without positions.
  public var group: String
  /// Why it is not in the target as it was.
  public var reason: LossReason
  /// How often.
  public var count: Int
  /// Where first: the file.
  public var firstFile: String
  /// Where first: the line.
  public var firstLine: Int
  /// The first text, shortened for display.
  public var firstText: String
}

/// Gathers what one conversion loses and changes: summaries always, every entry for those who asked.
public final class LossAccount {
  /// Losses by path and reason, in the order of first appearance.
  private struct Tally {
    var order: [LossSummary] = []
    private var index: [String: Int] = [:]
    private var quick: [UInt64: Int] = [:]

    mutating func add(
      _ key: UInt64, _ reason: LossReason, group: () -> String, file: String, line: Int, text: UnsafeBufferPointer<UInt8>
    ) {
      if let at = quick[key] {
        order[at].count += 1
        return
      }
      let name = group()
      if let at = index[name + reason.rawValue] {
        order[at].count += 1
        quick[key] = at
        return
      }
      quick[key] = order.count
      index[name + reason.rawValue] = order.count
      order.append(
        LossSummary(
          group: name, reason: reason, count: 1, firstFile: file, firstLine: line,
          firstText: LossAccount.short(LossAccount.collapse(text))))
    }
  }

  /// Where what is recorded next comes from.
  var file: String
  private let receive: ((LossEntry) -> Void)?
  private let wantsOmissions: Bool
  private var lost = Tally()
  /// Losses so far.
  public private(set) var losses = 0
  /// Omissions so far.
  public private(set) var omissions = 0
  /// Changes so far.
  public private(set) var changes = 0

  /// - Parameters:
  ///   - receive: gets every loss and every change, and every omission when `wantsOmissions` is set, in the order of the
  ///     document.
  public init(file: String, wantsOmissions: Bool = false, receive: ((LossEntry) -> Void)? = nil) {
    self.file = file
    self.receive = receive
    self.wantsOmissions = wantsOmissions
  }

  /// What was lost, by path, in the order of first appearance.
  public var summary: [LossSummary] { lost.order }

  /// - Parameter key: identifies group and reason, so that the names are only spelt out for what is new.
  func record(
    key: UInt64, reason: LossReason, line: Int, component: () -> String, group: () -> String, path: () -> String,
    text: UnsafeBufferPointer<UInt8>
  ) {
    switch reason.kind {
    case .loss:
      losses += 1
      lost.add(key, reason, group: group, file: file, line: line, text: text)
    case .omission:
      omissions += 1
    case .change:
      changes += 1
    }
    guard let receive, reason.kind != .omission || wantsOmissions else { return }
    receive(
      LossEntry(
        file: file, line: line, path: path(), group: group(), component: component(), text: LossAccount.collapse(text),
        reason: reason))
  }

  static func collapse(_ text: UnsafeBufferPointer<UInt8>) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(text.count)
    var pending = false
    for byte in text {
      if Bytes.isSpace(byte) {
        pending = !out.isEmpty
      } else {
        if pending { out.append(0x20) }
        pending = false
        out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  static func short(_ text: String) -> String {
    text.unicodeScalars.count > 60 ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(59))) + "…" : text
  }
}
