import Glibc

/// What stands in the cells themselves: pipes, `NULL`, `0`, control characters, damaged letters, a spreadsheet's errors.
///
/// Every filled cell is looked at once, eight bytes at a time while they are plain ASCII.
final class SheetTextCheck: SheetCheck {
  /// What matters in a column.
  private struct Traits: OptionSet {
    var rawValue: UInt16
    /// Read by AtoM and judged here.
    static let judged = Traits(rawValue: 1)
    /// A pipe makes bullets of the text.
    static let bullets = Traits(rawValue: 2)
    static let list = Traits(rawValue: 4)
    /// A blank member becomes a term without a name.
    static let namesBlanks = Traits(rawValue: 8)
    /// A member may be the rest of a MARC field.
    static let subfields = Traits(rawValue: 16)
    /// `0` is dropped.
    static let dropsZero = Traits(rawValue: 32)
    /// `NULL` is a word like any other.
    static let keepsNull = Traits(rawValue: 64)
    /// A number in the form of a spreadsheet is none.
    static let identifier = Traits(rawValue: 128)
    /// Read in a row that translates another, too.
    static let translated = Traits(rawValue: 256)
  }

  private let traits: UnsafeMutablePointer<Traits>
  private let width: Int

  override init(_ sheet: Sheet, _ run: SheetRun) {
    width = sheet.width
    traits = .allocate(capacity: max(width, 1))
    traits.initialize(repeating: [], count: max(width, 1))
    for (cell, column) in sheet.columns.enumerated() {
      guard let column, sheet.cell(column.name) == cell else { continue }
      traits[cell] = SheetTextCheck.traits(of: column, in: sheet.type)
    }
    super.init(sheet, run)
  }

  deinit { traits.deallocate() }

  private static func traits(of column: SheetColumn, in type: SheetType) -> Traits {
    switch column.kind {
    // Nobody reads them, or what is wrong in them is wrong as a code, an id, a date or an address: one mistake, one finding.
    case .export, .dead, .culture, .language, .script, .date, .uri, .path, .parent, .slug, .slugs, .limit: return []
    case .event, .legacyEvent, .accessionEvent:
      let name = column.name
      // Dates are judged as dates.
      if name.hasSuffix("StartDates") || name.hasSuffix("EndDates") || name.hasSuffix("DatesStart") || name.hasSuffix("DatesEnd")
        || name == "accessionEventDates"
      {
        return []
      }
      return [.judged, .list]
    default: break
    }
    var traits: Traits = [.judged]
    if column.kind.isList { traits.insert(.list) }
    switch column.kind {
    case .direct:
      // Storage sheets are read by a program of their own, which leaves pipes alone.
      if type != .storage { traits.insert(.bullets) }
      traits.insert(.dropsZero)
    case .accessPoints: traits.formUnion([.namesBlanks, .subfields])
    case .names, .termList, .list: traits.insert(.subfields)
    default: break
    }
    if column.kind != .status, column.name != "actorOccupationNotes" { traits.insert(.keepsNull) }
    if column.kind == .id || SheetIdentityCheck.translated.contains(column.name) { traits.insert(.translated) }
    switch column.kind {
    case .id, .number, .alternativeIDs, .accessionIDs, .storage: traits.insert(.identifier)
    default:
      let names = [
        "identifier", "descriptionIdentifier", "institutionIdentifier", "accessionNumber", "corporateBodyIdentifiers",
        "deaccessionNumber", "radStandardNumber", "telephone", "fax", "postalCode", "donorTelephone", "donorFax",
        "donorPostalCode",
      ]
      if names.contains(column.name) { traits.insert(.identifier) }
    }
    return traits
  }

  override func row(_ row: SheetRow) {
    for cell in row.filled where cell < width {
      let traits = traits[cell]
      // What AtoM does not read in a translation does no harm there, whatever it is.
      if traits.contains(.judged), !row.isTranslation || traits.contains(.translated) { judge(row, cell, traits) }
    }
  }

  // MARK: One cell

  private struct Found: OptionSet {
    var rawValue: UInt8
    static let pipe = Found(rawValue: 1)
    static let control = Found(rawValue: 2)
    static let mojibake = Found(rawValue: 4)
    static let replacement = Found(rawValue: 8)
  }

  @inline(__always)
  private func judge(_ row: SheetRow, _ cell: Int, _ traits: Traits) {
    let value = row.value(cell)
    guard let base = value.baseAddress else { return }
    let count = value.count
    var found: Found = []
    // Short values with a meaning of their own begin with one of few characters.
    if count <= SheetTextCheck.wordLimit { word(row, cell, traits, value, base[0]) }
    var at = 0
    while true {
      at = SheetTextCheck.nextSpecial(base, at, count)
      if at >= count { break }
      let byte = base[at]
      if byte == 0x7C {
        found.insert(.pipe)
      } else if byte >= 0x80 {
        if let length = SheetTextCheck.harmless(base, at, count) {
          at += length
          continue
        }
        damage(row, cell, value, at, &found)
      } else if byte != 0x0A, byte != 0x0D, byte != 0x09, !found.contains(.control) {
        found.insert(.control)
        row.report("sheet-control-character", cell, SheetTextCheck.code(byte))
      }
      at += 1
    }
    if found.contains(.pipe) { pipe(row, cell, traits, value) }
  }

  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let tops: UInt64 = 0x8080_8080_8080_8080

  /// The next byte that is a control character, a pipe or beyond ASCII; `count` when there is none.
  @inline(__always)
  private static func nextSpecial(_ base: UnsafePointer<UInt8>, _ from: Int, _ count: Int) -> Int {
    var at = from
    let raw = UnsafeRawPointer(base)
    while at + 8 <= count {
      let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      let pipes = word ^ (0x7C &* ones)
      // The lowest bit that is set is right; those above it may be set by a borrow.
      let marks = (word | ((word &- 0x20 &* ones) & ~word) | ((pipes &- ones) & ~pipes)) & tops
      if marks != 0 { return at + marks.trailingZeroBitCount >> 3 }
      at += 8
    }
    while at < count {
      let byte = base[at]
      if byte < 0x20 || byte >= 0x80 || byte == 0x7C { return at }
      at += 1
    }
    return count
  }

  /// Bytes of a character beyond ASCII that cannot begin any damage; nil when it may.
  @inline(__always)
  private static func harmless(_ base: UnsafePointer<UInt8>, _ at: Int, _ count: Int) -> Int? {
    let byte = base[at]
    switch byte {
    case 0xC2:
      if at + 1 < count, base[at + 1] < 0xA0 { return nil }
      return 2
    case 0xC3:
      if at + 1 < count, SuspiciousBytes.leads[Int(base[at + 1] & 0x3F)], at + 2 < count, base[at + 2] >= 0x80 { return nil }
      return 2
    case 0xEF:
      if at + 2 < count, base[at + 1] == 0xBF, base[at + 2] == 0xBD { return nil }
      return 3
    case 0xE0...0xEE: return 3
    case 0xF0...: return 4
    default: return byte < 0xC0 ? 1 : 2
    }
  }

  /// A place that may be damaged: what it is, said once a cell.
  @inline(never)
  private func damage(
    _ row: SheetRow, _ cell: Int, _ value: UnsafeBufferPointer<UInt8>, _ at: Int, _ found: inout Found
  ) {
    if found.contains(.mojibake), value[at] != 0xEF { return }
    switch SheetTextCheck.verdict(value, at) {
    case .found(.replacementCharacter, let arguments):
      if found.contains(.replacement) { return }
      found.insert(.replacement)
      row.report("sheet-replacement-character", cell, arguments.first.map(SheetTextCheck.clean) ?? "")
    case .found(.doubleEncoded, let arguments) where arguments.count >= 3:
      if found.contains(.mojibake) { return }
      found.insert(.mojibake)
      row.report(
        "sheet-mojibake", cell, SheetTextCheck.clean(arguments[0]), SheetTextCheck.clean(arguments[1]),
        SheetTextCheck.clean(arguments[2]))
    case .found(.controlCharacter, let arguments) where value[at] == 0xC2:
      // Windows-1252 read as ISO 8859-1; where that has no character, it is a control character and nothing else.
      if let scalar = Windows1252.scalar(value[at + 1]) {
        if found.contains(.mojibake) { return }
        found.insert(.mojibake)
        row.report(
          "sheet-mojibake", cell, "U+00" + String(value[at + 1], radix: 16, uppercase: true), String(Character(scalar)),
          SheetTextCheck.clean(arguments.last ?? ""))
      } else if !found.contains(.control) {
        found.insert(.control)
        row.report("sheet-control-character", cell, "U+00" + String(value[at + 1], radix: 16, uppercase: true))
      }
    default: break
    }
  }

  /// The judgement of the rules for text, on the surroundings of a place.
  private static func verdict(_ value: UnsafeBufferPointer<UInt8>, _ at: Int) -> SuspiciousText.Verdict {
    var from = max(0, at - 40)
    while from < at, value[from] & 0xC0 == 0x80 { from += 1 }
    let window = UnsafeBufferPointer(rebasing: value[from..<min(value.count, at + 96)])
    return SuspiciousText(bytes: window, at: at - from, isLast: true).judge(isElementOnly: false)
  }

  private static func clean(_ text: String) -> String {
    var copy = text
    return copy.withUTF8 { Excerpt.argument($0) }
  }

  private static func code(_ byte: UInt8) -> String {
    "U+00" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }

  // MARK: Pipes

  @inline(never)
  private func pipe(_ row: SheetRow, _ cell: Int, _ traits: Traits, _ value: UnsafeBufferPointer<UInt8>) {
    if traits.contains(.bullets) { return row.report("sheet-pipe-text", cell) }
    guard traits.contains(.list) else { return }
    var isFirst = true
    var hasBlank = false
    var hasNull = false
    var subfield: UnsafeBufferPointer<UInt8>?
    value.forEachPart { part in
      let member = Bytes.trimmed(part)
      if member.isEmpty {
        hasBlank = true
      } else if member.isNull {
        hasNull = true
      } else if !isFirst, subfield == nil, SheetTextCheck.isSubfield(part) {
        subfield = part
      }
      isFirst = false
    }
    if hasBlank, traits.contains(.namesBlanks) { row.report("sheet-list-blank", cell) }
    if hasNull, traits.contains(.keepsNull) { row.report("sheet-null-literal", cell) }
    if let subfield, traits.contains(.subfields) {
      row.report("sheet-list-pipe", cell, Excerpt.argument(subfield))
    }
  }

  /// `z Vermont`, `y 19th century`: a code of MARC, a blank, and something that begins a name or a number.
  ///
  /// `a` and the small words of French and English that are one letter are no codes here.
  private static func isSubfield(_ part: UnsafeBufferPointer<UInt8>) -> Bool {
    guard part.count >= 3, part[1] == 0x20 else { return false }
    let code = part[0]
    guard code >= 0x62 && code <= 0x7A || code == 0x32 else { return false }
    let next = part[2]
    return next >= 0x41 && next <= 0x5A || Bytes.isDigit(next) || next >= 0x80 || next == 0x28
      // Of lower-case words only those after the codes of subdivisions.
      || code >= 0x76 && code != 0x77 && !(code == 0x79 && part.starts(with: "y compris".utf8))
  }

  // MARK: Words

  /// Longest value that is looked at as a whole.
  private static let wordLimit = 24

  @inline(__always)
  private func word(
    _ row: SheetRow, _ cell: Int, _ traits: Traits, _ value: UnsafeBufferPointer<UInt8>, _ first: UInt8
  ) {
    switch first {
    case 0x30 where value.count == 1:
      if traits.contains(.dropsZero) { row.report("sheet-zero", cell) }
    case 0x4E where value.isNull:
      if traits.contains(.keepsNull) { row.report("sheet-null-literal", cell) }
    case 0x23, 0x45:
      if SheetTextCheck.isSpreadsheetError(value) { row.report("sheet-spreadsheet-error", cell) }
    case 0x30...0x39, 0x2B, 0x2D:
      if traits.contains(.identifier), SheetTextCheck.isScientific(value) { row.report("sheet-spreadsheet-error", cell) }
    default: break
    }
  }

  private static let errors: [[UInt8]] = [
    "#REF!", "#NAME?", "#VALUE!", "#N/A", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!", "#GETTING_DATA",
    // French, German, Spanish.
    "#NOM?", "#VALEUR!", "#NOMBRE!", "#NUL!", "#BEZUG!", "#WERT!", "#NV", "#ZAHL!", "#REF", "#REF!)",
    "#\u{A1}REF!", "#\u{BF}NOMBRE?", "#\u{A1}VALOR!", "#\u{A1}DIV/0!", "#\u{A1}NUM!", "#\u{A1}NULO!",
  ].map { Array($0.utf8) }

  /// What a spreadsheet shows instead of a value: `#REF!`, `########`, `Err:502`.
  static func isSpreadsheetError(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = value.first, value.count >= 3 else { return false }
    if first == 0x45 {
      return value.count == 7 && value.starts(with: "Err:".utf8) && value[4...].allSatisfy(Bytes.isDigit)
    }
    guard first == 0x23 else { return false }
    if value.count >= 4, value.allSatisfy({ $0 == 0x23 }) { return true }
    return errors.contains { value.elementsEqual($0) }
  }

  /// `1.23E+11`: a long number as a spreadsheet shows it.
  static func isScientific(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    var at = value.first == 0x2D || value.first == 0x2B ? 1 : 0
    func digits() -> Int {
      let from = at
      while at < value.count, Bytes.isDigit(value[at]) { at += 1 }
      return at - from
    }
    guard digits() == 1 else { return false }
    // `1E5` may be a shelf mark; what a spreadsheet writes has a fraction or a sign.
    var isTold = false
    if at < value.count, value[at] == 0x2E || value[at] == 0x2C {
      at += 1
      guard digits() > 0 else { return false }
      isTold = true
    }
    guard at < value.count, value[at] | 0x20 == 0x65 else { return false }
    at += 1
    guard at < value.count, value[at] == 0x2B || value[at] == 0x2D else { return false }
    at += 1
    let exponent = digits()
    return exponent >= 2 && exponent <= 3 && at == value.count && (isTold || value[0] != 0x30)
  }

  /// Whether a value holds damage that this theme reports: other themes then say nothing of it.
  static func isDamaged(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let base = value.baseAddress else { return false }
    if isSpreadsheetError(value) { return true }
    var at = 0
    while true {
      at = nextSpecial(base, at, value.count)
      if at >= value.count { return false }
      if base[at] < 0x20 {
        if base[at] != 0x0A, base[at] != 0x0D, base[at] != 0x09 { return true }
      } else if base[at] >= 0x80 {
        if let length = harmless(base, at, value.count) {
          at += length
          continue
        }
        if case .found = verdict(value, at) { return true }
      }
      at += 1
    }
  }
}
