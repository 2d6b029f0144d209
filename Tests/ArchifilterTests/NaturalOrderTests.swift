import Testing

@testable import Archifilter

@Suite struct NaturalOrderTests {
  private func sorted(_ names: [[UInt8]]) -> [[UInt8]] {
    names.map { (NaturalOrder.key($0), $0) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
  }

  private func sorted(_ names: [String]) -> [String] {
    sorted(names.map { Array($0.utf8) }).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: [
    ["a", "B", "c"],
    ["Dossier 1", "Dossier 2", "dossier 10", "Dossier 100"],
    ["1 a", "01 b", "2", "10", "011", "100"],
    ["eau", "école z", "Écoles", "élu", "été", "zoo"],
    ["cœur", "cof"],
    ["v1.2", "v1.10", "v2"],
    ["9", "99999999999999999999998", "99999999999999999999999", "100000000000000000000000"],
    ["a", "a b", "a.b", "ab"],
    ["Straße", "strasse 2"],
    ["12 W 1", "12 W 2", "12 W 10"],
    ["2019-03-04", "2019-03-05", "2019-11-01"],
    ["Αλφα", "βητα"],
  ])
  func asPeopleExpect(names: [String]) {
    #expect(sorted(names.reversed()) == names)
    #expect(sorted(names) == names)
  }

  @Test func composedAndDecomposedStandTogether() {
    let composed = Array("été".utf8)
    let decomposed = Array("e\u{301}te\u{301}".utf8)
    let order = sorted([Array("etf".utf8), composed, Array("etd".utf8), decomposed, Array("ete".utf8)])
    #expect(order == [Array("etd".utf8), Array("ete".utf8), decomposed, composed, Array("etf".utf8)])
  }

  @Test func bytesThatAreNotUTF8() {
    // é of Windows-1252 among e.
    let order = sorted([Array("caff".utf8), [0x63, 0x61, 0x66, 0xE9], Array("cafd".utf8)])
    #expect(order == [Array("cafd".utf8), [0x63, 0x61, 0x66, 0xE9], Array("caff".utf8)])
  }

  @Test func isTotalForAnyBytes() {
    var generator = SeededGenerator(seed: 11)
    var names: Set<[UInt8]> = [[], [0], [0, 0], [48], [48, 48], [48, 0], [1]]
    for _ in 0..<20_000 {
      let length = Int.random(in: 0...6, using: &generator)
      let alphabet: [UInt8] = [0, 1, 47, 48, 49, 57, 58, 65, 97, 0xC3, 0xA9, 0xE9, 0xCC, 0x81, 0xED, 0xA0, 0x80, 0xF0, 0xFF]
      names.insert((0..<length).map { _ in alphabet.randomElement(using: &generator) ?? 0 })
    }
    let keys = Set(names.map(NaturalOrder.key))
    #expect(keys.count == names.count)
  }

  @Test func longNumbersStayNumbers() {
    for length in [253, 254, 255, 256, 508, 509, 1_000] {
      let short = Array(repeating: UInt8(ascii: "9"), count: length)
      let long = [UInt8(ascii: "1")] + Array(repeating: UInt8(ascii: "0"), count: length)
      #expect(NaturalOrder.key(short).lexicographicallyPrecedes(NaturalOrder.key(long)))
    }
  }
}
