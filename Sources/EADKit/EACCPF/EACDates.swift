/// Dates of EAC-CPF as words, and as the start and the end that AtoM's columns take.
enum EACDates {
  /// Elements that are a date, or several.
  static let names: Set<String> = ["date", "dateRange", "dateSet"]

  /// A date, a range or a set as people write it; empty when it says nothing. What is written is marked.
  static func text(_ element: EACElement) -> [UInt8] {
    switch element.name {
    case "dateRange": return range(element)
    case "dateSet":
      let parts = element.elements.filter { names.contains($0.name) }.map(text).filter { !$0.isEmpty }
      return Array(parts.joined(separator: Array(", ".utf8)))
    default: return single(element)
    }
  }

  private static func single(_ element: EACElement) -> [UInt8] {
    let words = EACText.line(element)
    if !words.isEmpty {
      for attribute in ["standardDate", "notBefore", "notAfter"] { said(attribute, of: element, by: words) }
      return words
    }
    if let standard = element.take("standardDate"), !standard.allSatisfy(Bytes.isSpace) {
      return readable(EACElement.collapsed(standard))
    }
    if let status = element.peek("status") {
      if status.elementsEqual("unknown".utf8) {
        _ = element.take("status")
        return Array("?".utf8)
      }
      if status.elementsEqual("ongoing".utf8) { _ = element.take("status") }
    }
    let from = element.take("notBefore") ?? []
    let until = element.take("notAfter") ?? []
    if from.isEmpty, until.isEmpty { return [] }
    // In brackets, as archivists write what they infer.
    return Array("[".utf8) + from + Array("-".utf8) + until + Array("]".utf8)
  }

  /// `1900/1950` and `1900..1950` as `1900-1950`; anything else as it stands.
  private static func readable(_ date: [UInt8]) -> [UInt8] {
    var parts = date.split(separator: 0x2F, omittingEmptySubsequences: false).map(Array.init)
    if parts.count == 1 {
      let text = String(decoding: date, as: UTF8.self)
      if let dots = text.firstRange(of: "..") {
        parts = [Array(text[..<dots.lowerBound].utf8), Array(text[dots.upperBound...].utf8)]
      }
    }
    guard parts.count == 2 else { return date }
    return joined(parts[0], parts[1])
  }

  private static func range(_ element: EACElement) -> [UInt8] {
    let from = element.first("fromDate").map(single) ?? []
    let until = element.first("toDate").map(single) ?? []
    if from.isEmpty, until.isEmpty { return [] }
    return joined(from, until)
  }

  /// Years with a hyphen, anything longer with blanks around it.
  private static func joined(_ from: [UInt8], _ until: [UInt8]) -> [UInt8] {
    func isYear(_ date: [UInt8]) -> Bool { date.count <= 4 && date.allSatisfy { Bytes.isDigit($0) || $0 == 0x3F } }
    return from + Array((isYear(from) && isYear(until) ? "-" : from.isEmpty ? "- " : until.isEmpty ? " -" : " - ").utf8) + until
  }

  /// A normalized date whose year stands in the words repeats them.
  private static func said(_ attribute: String, of element: EACElement, by words: [UInt8]) {
    guard let value = element.peek(attribute) else { return }
    let years = value.split { !Bytes.isDigit($0) }.filter { $0.count >= 4 }.map { Array($0.prefix(4)) }
    let isSaid =
      !years.isEmpty
      && years.allSatisfy { year in
        words.withUnsafeBufferPointer { words in year.withUnsafeBufferPointer { Bytes.contains(words, $0) } }
      }
    // The words may be less exact than the date: then the rest of it is nowhere.
    if isSaid, years.count == value.split(whereSeparator: { !Bytes.isDigit($0) }).count { element.mark(attribute, .saidByCode) }
  }

  // MARK: For relations

  /// Start and end of a date as AtoM reads them (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`), and its words; what is written is marked.
  static func parts(_ element: EACElement) -> (text: [UInt8], start: [UInt8], end: [UInt8]) {
    var start: [UInt8] = []
    var end: [UInt8] = []
    var hasWords = false
    switch element.name {
    case "dateRange":
      let from = element.first("fromDate")
      let until = element.first("toDate")
      start = plain(from, &hasWords)
      end = plain(until, &hasWords)
    case "date":
      hasWords = element.hasText
      if let value = element.peek("standardDate") {
        let fields = value.split(separator: 0x2F, omittingEmptySubsequences: false)
        let read = fields.map { iso(Array($0)) }
        if (1...2).contains(read.count), !read.contains(where: { $0 == nil }) {
          start = read.first.flatMap { $0 } ?? []
          end = read.last.flatMap { $0 } ?? []
          _ = element.take("standardDate")
        }
      }
    default: hasWords = true
    }
    // AtoM shows the two dates itself where there are no words.
    let isComplete = !hasWords && !(start.isEmpty && end.isEmpty)
    return (isComplete ? [] : text(element), start, end)
  }

  private static func plain(_ element: EACElement?, _ hasWords: inout Bool) -> [UInt8] {
    guard let element else { return [] }
    if element.hasText { hasWords = true }
    guard let value = element.peek("standardDate"), let date = iso(value) else { return [] }
    // Without words the range is written of these dates; with words, the dates stand beside them.
    _ = element.take("standardDate")
    return date
  }

  /// A date AtoM's columns take; empty for an open end, nil for anything else.
  private static func iso(_ value: [UInt8]) -> [UInt8]? {
    let text = EACElement.collapsed(value)
    if text.isEmpty || text.elementsEqual("..".utf8) { return [] }
    return text.withUnsafeBufferPointer(SheetEventDate.plain) == nil ? nil : text
  }
}
