import Testing

@testable import EADKit

struct DateTests {
  private func normal(_ text: String) -> String {
    let bytes = Array(text.utf8)
    switch bytes.withUnsafeBufferPointer({ NormalDate.read($0) }) {
    case .void: return "void"
    case .unreadable: return "unreadable"
    case .range(let date): return DateTests.written(date)
    }
  }

  private static func written(_ date: NormalDate) -> String {
    func one(_ date: CalendarDate?) -> String {
      guard let date else { return "-" }
      var buffer = ByteBuffer()
      defer { buffer.deallocate() }
      date.write(to: &buffer)
      return buffer.string
    }
    return one(date.start) + "/" + one(date.end)
  }

  @Test(
    "normal",
    arguments: [
      ("1900", "1900/1900"), ("1900/1910", "1900/1910"), ("1789-07-14 / 1815-06-18", "1789-07-14/1815-06-18"),
      ("19000101/19101231", "1900-01-01/1910-12-31"), ("190001", "1900-01/1900-01"), ("1900-1-5", "1900-01-05/1900-01-05"),
      ("1900/", "1900/-"), ("/1910", "-/1910"), ("/", "void"), ("", "void"), ("  ", "void"), ("0/9999", "void"),
      ("1900/9999", "1900/-"), ("1900,1905,1902/1910", "1900/1910"), ("1900-00-00", "1900/1900"), ("1900-13-45", "unreadable"),
      ("1900-02-30", "unreadable"), ("2000-02-29", "2000-02-29/2000-02-29"), ("1900-02-29", "unreadable"),
      ("-0050", "unreadable"), ("0050", "unreadable"), ("0850", "0850/0850"), ("c1900", "unreadable"), ("open", "void"),
      ("19th century", "unreadable"), ("1900-01-01T00:00:00", "1900-01-01/1900-01-01"), ("1984~", "1984/1984"),
      ("1910/1900", "1910/1900"), ("23316/23316", "unreadable"), ("٢٠٢٠", "unreadable"),
    ]) func forms(_ text: String, _ expected: String)
  { #expect(normal(text) == expected) }

  @Test(
    "text",
    arguments: [
      ("1906", "1906/1906"), ("1906-1941", "1906/1941"), ("1906–1941", "1906/1941"), ("1906-41", "1906/1941"), ("ca. 1900", "1900/1900"),
      ("[vers 1900]", "1900/1900"), ("12 mars 1905", "1905-03-12/1905-03-12"), ("1er mars 1905", "1905-03-01/1905-03-01"),
      ("12. März 1905", "1905-03-12/1905-03-12"), ("12 de marzo de 1905", "1905-03-12/1905-03-12"),
      ("March 12, 1905", "1905-03-12/1905-03-12"),
      ("between 1901 and 1910", "1901/1910"), ("entre 1901 y 1910", "1901/1910"), ("1905-03-12", "1905-03-12/1905-03-12"),
      ("1889 to 1893 and undated", "1889/1893"), ("1858-1859 et s.d.", "1858/1859"), ("1900-", "1900/-"), ("1900-?", "1900/-"),
      ("from 1900", "1900/-"), ("desde 1900", "1900/-"), ("from 1900 to 1910", "1900/1910"), ("1901, 1905 and 1910", "1901/1910"),
    ]) func words(_ text: String, _ expected: String)
  {
    let bytes = Array(text.utf8)
    let found = bytes.withUnsafeBufferPointer { DateText.read($0) }
    #expect(found.map(DateTests.written) == expected)
  }

  @Test(
    "no date",
    arguments: [
      "19th century", "XIXe siècle", "n.d.", "undated", "No. 1945", "before 1900", "avant 1900", "1906-07", "to 1900", "1345 (1926)",
      "1345/1926", "1920s", "room 1905", "", "19000101", "12 1905", "-1900", "31 February 1900", "p. 1900-1910 ff",
    ]) func noDate(_ text: String)
  {
    let bytes = Array(text.utf8)
    #expect(bytes.withUnsafeBufferPointer { DateText.read($0) } == nil)
  }

  @Test func nothingCrashesOnRandomText() {
    var random = SeededRandom(seed: 7)
    let alphabet = Array("0123456789-/., []()?cafromtoMarch日é\u{2013}".utf8)
    for _ in 0..<20_000 {
      let text = (0..<Int.random(in: 0...24, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0x30 }
      text.withUnsafeBufferPointer {
        _ = DateText.read($0)
        _ = NormalDate.read($0)
      }
    }
  }
}

/// The same numbers on every machine.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
