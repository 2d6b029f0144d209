/// How much a finding matters.
public enum Severity: String, Sendable, Comparable, CaseIterable {
  case note
  case warning
  case error

  private var rank: Int {
    switch self {
    case .note: 0
    case .warning: 1
    case .error: 2
    }
  }

  /// Notes matter less than warnings, warnings less than errors.
  public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
}

/// Something a person should know about one place of a document.
///
/// A finding is a value, not a thrown error. Its words come from the message catalogue in the language the reader
/// chose; `rule` is the same in every language.
public struct Finding: Sendable, Equatable {
  /// Stable name of the rule, such as `date-not-understood`.
  public var rule: String
  /// How much it matters.
  public var severity: Severity
  /// As given by the caller; `-` for standard input.
  public var file: String
  /// Counted from 1; 0 when the finding is about the whole file.
  public var line: Int
  /// Counted from 1 in Unicode scalars; 0 when unknown.
  public var column: Int
  /// The component's identifier, when the finding is about one.
  public var component: String
  /// What the message speaks of, in the order of its placeholders.
  public var arguments: [String]
  /// Bytes before the place, counted in UTF-8 from the start of the document; -1 when unknown.
  public var offset = -1
  /// Path of the element, such as `/ead/archdesc/dsc/c01[3]/did/unitdate/@normal`; empty when unknown.
  public var path = ""
  /// Title of the component, when the finding is about one and it had been read.
  public var componentTitle = ""
  /// Its fingerprint, when it was needed already (see `FingerprintCounter`).
  public var fingerprint: String?
  /// The line of the document where the finding is, when it was asked for; cut when very long.
  public var sourceLine: String?
  /// The cell, when the finding is about a row of a sheet.
  public var cell: SheetCell?

  /// Makes a finding; places that are unknown are 0.
  public init(
    rule: String, severity: Severity, file: String, line: Int = 0, column: Int = 0, component: String = "",
    arguments: [String] = []
  ) {
    self.rule = rule
    self.severity = severity
    self.file = file
    self.line = line
    self.column = column
    self.component = component
    self.arguments = arguments
  }

  /// The finding's sentence.
  public func message(_ language: MessageLanguage = .english) -> String {
    // A profile's own rules bring their sentences with them.
    if rule.hasPrefix(RuleCatalog.localPrefix) { return LocalizedText.part(arguments.first ?? rule, language) }
    let text = MessageCatalog.text(rule, arguments, language)
    return cell.map { $0.place(language) + " " + text } ?? text
  }

  /// `file:line:column: severity: text [rule]`, with control characters made visible.
  public func line(_ language: MessageLanguage = .english) -> String {
    var place = TerminalText.safe(file)
    if line > 0 { place += ":\(line)" }
    if line > 0, column > 0 { place += ":\(column)" }
    let word = MessageCatalog.text("severity-\(severity.rawValue)", [], language)
    return "\(place): \(word): \(TerminalText.safe(message(language))) [\(rule)]"
  }
}

/// The place of a finding in a sheet.
public struct SheetCell: Sendable, Equatable {
  /// As AtoM's validator counts rows: the header is row 1, blank rows count; 0 for the whole column.
  public var row: Int
  /// As a spreadsheet shows it; another number only where the two read the file differently.
  public var spreadsheetRow: Int
  /// AtoM's name of the column; empty when the finding is about the row.
  public var column: String
  /// What stands in the cell, or the part of it that matters; cut after 80 characters.
  public var value: String

  /// Row and column in words, before the sentence.
  func place(_ language: MessageLanguage) -> String {
    if row == 0 { return MessageCatalog.text("sheet-place-whole-column", [column], language) }
    let key = "sheet-place" + (row == spreadsheetRow ? "" : "-rows") + (column.isEmpty ? "" : "-column")
    return MessageCatalog.text(key, [String(row), column, String(spreadsheetRow)], language)
  }
}

/// Why a document could not be read, converted or written.
public struct EADError: Error, Sendable {
  /// What went wrong, as the catalogue's key and its arguments, with the place.
  public var finding: Finding
  /// True when the fault is the program's and not the document's.
  public var isInternal: Bool

  /// Makes an error of a finding.
  public init(_ finding: Finding, isInternal: Bool = false) {
    self.finding = finding
    self.isInternal = isInternal
  }

  /// Makes an error by the key of its message and its place.
  public init(_ rule: String, file: String, line: Int = 0, column: Int = 0, _ arguments: [String] = []) {
    self.init(
      Finding(rule: rule, severity: .error, file: file, line: line, column: column, arguments: arguments))
  }
}

/// Text on its way to a terminal: control characters are shown as pictures, never sent.
public enum TerminalText {
  /// The text with control and direction characters replaced.
  public static func safe(_ text: String) -> String {
    var out = ""
    out.unicodeScalars.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0A, 0x09, 0x0D: out.unicodeScalars.append(" ")
      case 0..<0x20: out.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? " ")
      case 0x7F: out.unicodeScalars.append("\u{2421}")
      case 0x80..<0xA0, 0x202A...0x202E, 0x2066...0x2069: out.unicodeScalars.append("\u{FFFD}")
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
