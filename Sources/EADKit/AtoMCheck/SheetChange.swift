/// One thing that `check --fix` changed in a sheet.
///
/// A change is about one cell, one row (`column` empty) or the whole file (`row` 0). What concerns many rows in the same way
/// and alters no value (quotation marks, blank rows) is told once, with its count and the first row.
public struct SheetChange: Sendable, Equatable {
  /// Stable name, such as `fix-language`; the key of its sentence.
  public var kind: String
  /// Row of the source as AtoM's validator counts: the header is row 1, blank rows count; 0 for the whole file.
  public var row = 0
  /// The same row as a spreadsheet shows it.
  public var spreadsheetRow = 0
  /// Row of the result, the header being row 1; 0 when the row is not in it, or when the change is about the whole file.
  public var resultRow = 0
  /// Name of the column in the result; empty when the change is not about a cell.
  public var column = ""
  /// What stood there and what stands there now, in UTF-8.
  public var old: [UInt8] = []
  public var new: [UInt8] = []
  /// How many lines, rows or bytes; 1 for a cell.
  public var count = 1

  init(_ kind: String) { self.kind = kind }

  /// The change as a sentence, with its place before it.
  public func message(_ language: MessageLanguage = .english) -> String { finding(file: "").message(language) }

  /// The change as a note, for reports.
  public func finding(file: String) -> Finding {
    var finding = Finding(
      rule: kind, severity: .note, file: file,
      arguments: [SheetChange.excerpt(old), SheetChange.excerpt(new), String(count), String(resultRow)])
    finding.path = column
    if row > 0 || !column.isEmpty {
      finding.cell = SheetCell(row: row, spreadsheetRow: spreadsheetRow, column: column, value: SheetChange.excerpt(old))
    }
    return finding
  }

  private static func excerpt(_ value: [UInt8]) -> String {
    TerminalText.safe(value.withUnsafeBufferPointer(Excerpt.text))
  }
}

/// What came of one sheet.
public struct SheetFixResult: Sendable {
  /// Rows of the source with something in them, and rows of the result, the header line not counted.
  public internal(set) var rows = 0
  public internal(set) var rowsWritten = 0
  /// Changes by kind; nothing was changed when it is empty.
  public internal(set) var changes: [String: Int] = [:]
  /// What was found about the bytes of the source (`csv-...`): characters that could not be decoded are no change.
  public internal(set) var findings: [Finding] = []

  /// The result is, byte for byte, the source.
  public var isUnchanged: Bool { changes.isEmpty }
}

/// Changes as a text in the manner of `diff -u`: what was there with `-`, what is there now with `+`, a cell's lines one by one.
public enum SheetDiff {
  /// Lines of a cell that are shown around the changed ones.
  private static let context = 2

  /// The two lines at the beginning.
  public static func head(source: String, result: String) -> String {
    "--- \(TerminalText.safe(source))\n+++ \(TerminalText.safe(result))\n"
  }

  /// One change. Control characters are shown as pictures, blanks at a line's end as dots.
  public static func text(_ change: SheetChange, _ language: MessageLanguage = .english) -> String {
    var out = "@@ \(place(change, language)) @@ \(change.kind)\n"
    // Without values to compare, the sentence says it all.
    guard !change.column.isEmpty, change.old != change.new else {
      return out + "# " + change.message(language) + "\n"
    }
    let old = lines(change.old)
    let new = lines(change.new)
    var start = 0
    while start < min(old.count, new.count), old[start] == new[start] { start += 1 }
    var end = 0
    while end < min(old.count, new.count) - start, old[old.count - 1 - end] == new[new.count - 1 - end] { end += 1 }
    for line in old[..<start].suffix(context) { out += " " + visible(line) + "\n" }
    for line in old[start..<(old.count - end)] { out += "-" + visible(line) + "\n" }
    for line in new[start..<(new.count - end)] { out += "+" + visible(line) + "\n" }
    for line in old[(old.count - end)...].prefix(context) { out += " " + visible(line) + "\n" }
    return out
  }

  private static func place(_ change: SheetChange, _ language: MessageLanguage) -> String {
    let column = TerminalText.safe(change.column)
    if change.row == 0 {
      return column.isEmpty
        ? MessageCatalog.text("fix-diff-file", [], language) : MessageCatalog.text("fix-diff-column", [column], language)
    }
    let row = String(change.row)
    return column.isEmpty
      ? MessageCatalog.text("fix-diff-row", [row], language) : MessageCatalog.text("fix-diff-cell", [row, column], language)
  }

  /// The lines of a value; a blank value has none, so that what is new is only added and what is gone only taken away.
  private static func lines(_ value: [UInt8]) -> [[UInt8]] {
    value.isEmpty ? [] : value.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
  }

  private static func visible(_ line: [UInt8]) -> String {
    var out = ""
    for scalar in String(decoding: line, as: UTF8.self).unicodeScalars {
      switch scalar.value {
      case 0..<0x20: out.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? " ")
      default: out.unicodeScalars.append(scalar)
      }
    }
    // Direction characters and the like as everywhere else.
    out = TerminalText.safe(out)
    var blanks = 0
    while out.utf8.last == 0x20 {
      out.removeLast()
      blanks += 1
    }
    return out + String(repeating: "\u{B7}", count: blanks)
  }
}
