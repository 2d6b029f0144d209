/// What AtoM makes of the dates of accessions, deaccessions and relations.
enum SheetRecordDate {
  enum Fate: Equatable {
    /// Stored as written.
    case kept
    /// Stored by a guess, here the one AtoM makes; nil when nobody can tell.
    case guessed(String?)
    /// Not stored, or stored wrong; with what was probably meant.
    case lost(String?)
  }

  /// Who reads the date.
  enum Importer {
    /// Takes slashes for dashes first, so that the day comes first.
    case accession
    /// As the dates of events: with slashes the month comes first.
    case relation
  }

  static func fate(_ bytes: UnsafeBufferPointer<UInt8>, _ importer: Importer) -> Fate {
    let text = Bytes.trimmed(bytes)
    guard text.count <= 60 else { return .lost(nil) }
    if text.allSatisfy({ Bytes.isDigit($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x2F }) { return numeric(text, importer) }
    let meant = inWords(text)
    return isEnglish(text) && meant != nil ? .guessed(meant) : .lost(meant)
  }

  // MARK: Numbers

  private static func numeric(_ text: UnsafeBufferPointer<UInt8>, _ importer: Importer) -> Fate {
    let groups = text.split(whereSeparator: { !Bytes.isDigit($0) }, omittingEmpty: false)
    let separators = Set(text.filter { !Bytes.isDigit($0) })
    guard groups.allSatisfy({ !$0.isEmpty && $0.count <= 8 }), separators.count <= 1 else { return .lost(nil) }
    let separator = separators.first ?? 0x2D
    let numbers = groups.map { $0.reduce(0) { $0 * 10 + Int($1 - 0x30) } }
    switch groups.map(\.count) {
    case [4]: return .kept
    case [4, 1], [4, 2]:
      guard numbers[1] <= 12 else { return .lost(nil) }
      let isKept = separator == 0x2D || separator == 0x2F && importer == .accession
      return isKept ? .kept : .lost(iso(numbers[0], numbers[1]))
    case [4, 1, 1], [4, 1, 2], [4, 2, 1], [4, 2, 2]:
      if numbers[1] == 0 || numbers[2] == 0 { return numbers[1] <= 12 && numbers[2] == 0 ? .kept : .lost(nil) }
      guard let date = iso(numbers[0], numbers[1], numbers[2]) else { return .lost(nil) }
      if separator == 0x2D || separator == 0x2F && importer == .accession { return .kept }
      return .guessed(date)
    case [8]:
      let date = iso(numbers[0] / 10_000, numbers[0] / 100 % 100, numbers[0] % 100)
      guard let date else { return .lost(nil) }
      return importer == .accession ? .guessed(date) : .lost(date)
    case [1, 1, 4], [1, 2, 4], [2, 1, 4], [2, 2, 4]:
      let dayFirst = iso(numbers[2], numbers[1], numbers[0])
      let monthFirst = iso(numbers[2], numbers[0], numbers[1])
      let read = separator == 0x2F && importer == .relation ? monthFirst : dayFirst
      return read.map { .guessed($0) } ?? .lost(dayFirst ?? monthFirst)
    case [1, 4], [2, 4]: return .lost(iso(numbers[1], numbers[0]))
    default: return .lost(nil)
    }
  }

  private static func iso(_ year: Int, _ month: Int, _ day: Int? = nil) -> String? {
    guard month > 0, day != 0, let date = CalendarDate(year: year, month: month, day: day ?? 0) else { return nil }
    return text(date)
  }

  private static func text(_ date: CalendarDate) -> String {
    var buffer = ByteBuffer()
    defer { buffer.deallocate() }
    date.write(to: &buffer)
    return buffer.string
  }

  // MARK: Words

  /// The one date that some words say in English, French, German or Spanish.
  private static func inWords(_ text: UnsafeBufferPointer<UInt8>) -> String? {
    guard let date = DateText.read(text), let start = date.start, start == date.end else { return nil }
    return SheetRecordDate.text(start)
  }

  /// Whether every word is the name of a month in English, the only ones that PHP knows.
  private static func isEnglish(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let words = text.split(whereSeparator: { !Bytes.isASCIILetter($0) && $0 < 0x80 })
    return words.count == 1
      && words.allSatisfy { word in
        let key = Bytes.key(UnsafeBufferPointer(rebasing: word))
        return months.contains { $0 == key || key == String($0.prefix(3)) || key == "sept" }
      }
  }

  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
  ]
}

extension UnsafeBufferPointer<UInt8> {
  fileprivate func split(whereSeparator isSeparator: (UInt8) -> Bool, omittingEmpty: Bool) -> [[UInt8]] {
    split(maxSplits: .max, omittingEmptySubsequences: omittingEmpty, whereSeparator: isSeparator).map(Array.init)
  }
}

extension SheetRow {
  /// Says what happens to a date that AtoM does not store as it is written.
  func reportDate(_ cell: Int, _ importer: SheetRecordDate.Importer) {
    let value = value(cell)
    if value.isEmpty { return }
    switch SheetRecordDate.fate(value, importer) {
    case .kept: break
    case .guessed(let date):
      report("sheet-date-guessed", cell, SheetAdvice.write(date, else: "sheet-advice-date"))
    case .lost(let date):
      report("sheet-date-lost", cell, SheetAdvice.write(date, else: "sheet-advice-date"))
    }
  }
}
