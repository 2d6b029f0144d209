/// Why a piece of a source is in no cell of the target.
///
/// A loss is information the target does not get. An omission repeats what a cell already says; it is counted, and
/// listed when asked for, but it is no loss.
public enum LossReason: String, Sendable, CaseIterable {
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
  // Omissions
  case repeatedLabel = "repeated-label"
  case duplicate = "duplicate"
  case saidByCode = "said-by-code"

  /// False for what a cell already says.
  public var isLoss: Bool {
    switch self {
    case .repeatedLabel, .duplicate, .saidByCode: false
    default: true
    }
  }

  var code: UInt8 { UInt8(LossReason.allCases.firstIndex(of: self) ?? 0) + 1 }
  init?(code: UInt8) {
    guard code > 0, Int(code) <= LossReason.allCases.count else { return nil }
    self = LossReason.allCases[Int(code) - 1]
  }
}

/// One piece of text, or one attribute, that is in no cell.
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
  /// The lost text with white space collapsed; never shortened.
  public var text: String
  /// Why it is in no cell.
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
  /// Why it is in no cell.
  public var reason: LossReason
  /// How often.
  public var count: Int
  /// Where first: the file.
  public var firstFile: String
  /// Where first: the line.
  public var firstLine: Int
  /// The first lost text, shortened for display.
  public var firstText: String
}

/// Gathers what one conversion loses: a summary always, every entry for those who asked.
public final class LossAccount {
  private let file: String
  private let receive: ((LossEntry) -> Void)?
  private let wantsOmissions: Bool
  private var order: [LossSummary] = []
  private var index: [String: Int] = [:]
  private var quick: [UInt64: Int] = [:]
  /// Losses so far.
  public private(set) var losses = 0
  /// Omissions so far.
  public private(set) var omissions = 0

  /// - Parameters:
  ///   - receive: gets every loss, and every omission when `wantsOmissions` is set, in the order of the document.
  public init(file: String, wantsOmissions: Bool = false, receive: ((LossEntry) -> Void)? = nil) {
    self.file = file
    self.receive = receive
    self.wantsOmissions = wantsOmissions
  }

  /// What was lost, by path, in the order of first appearance.
  public var summary: [LossSummary] { order }

  /// - Parameter key: identifies group and reason, so that the names are only spelt out for what is new.
  func record(
    key: UInt64, reason: LossReason, line: Int, component: () -> String, group: () -> String, path: () -> String,
    text: UnsafeBufferPointer<UInt8>
  ) {
    if reason.isLoss { losses += 1 } else { omissions += 1 }
    if reason.isLoss {
      if let at = quick[key] {
        order[at].count += 1
      } else {
        let name = group()
        if let at = index[name + reason.rawValue] {
          order[at].count += 1
          quick[key] = at
        } else {
          quick[key] = order.count
          index[name + reason.rawValue] = order.count
          order.append(
            LossSummary(
              group: name, reason: reason, count: 1, firstFile: file, firstLine: line,
              firstText: LossAccount.short(LossAccount.collapse(text))))
        }
      }
    }
    guard let receive, reason.isLoss || wantsOmissions else { return }
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
