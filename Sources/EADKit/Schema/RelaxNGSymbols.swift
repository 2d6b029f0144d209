/// The names, namespaces and other short texts of a schema as small integers: equal texts have equal numbers.
///
/// A schema names the same few hundred things thousands of times; comparing numbers is what keeps loading it short.
struct RelaxNGSymbols {
  typealias Symbol = Int32

  /// No text at all: an attribute that is not there.
  static let none: Symbol = -1
  /// The text without characters.
  static let empty: Symbol = 0

  private var bytes: [UInt8] = []
  private var ends: [Int] = [0]
  private var slots: [Symbol] = Array(repeating: RelaxNGSymbols.none, count: 1024)
  private var hashes: [UInt64] = []

  init() { _ = intern([]) }

  var count: Int { hashes.count }

  private func range(_ symbol: Symbol) -> Range<Int> { ends[Int(symbol)]..<ends[Int(symbol) + 1] }

  private func slot(_ text: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int {
    var at = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[at] >= 0 {
      let symbol = slots[at]
      if hashes[Int(symbol)] == hash, bytes[range(symbol)].elementsEqual(text) { return at }
      at = (at + 1) & (slots.count - 1)
    }
    return at
  }

  /// The number of a text, a new one when it was not met before.
  mutating func intern(_ text: UnsafeBufferPointer<UInt8>) -> Symbol {
    let hash = Bytes.hash(text)
    var at = slot(text, hash)
    if slots[at] >= 0 { return slots[at] }
    if hashes.count * 2 >= slots.count {
      widen()
      at = slot(text, hash)
    }
    let symbol = Symbol(hashes.count)
    slots[at] = symbol
    hashes.append(hash)
    bytes.append(contentsOf: text)
    ends.append(bytes.count)
    return symbol
  }

  mutating func intern(_ text: [UInt8]) -> Symbol { text.withUnsafeBufferPointer { intern($0) } }

  mutating func intern(_ text: String) -> Symbol {
    var copy = text
    return copy.withUTF8 { intern($0) }
  }

  /// The number of a text that was met before.
  func find(_ text: [UInt8]) -> Symbol? {
    let found = text.withUnsafeBufferPointer { slots[slot($0, Bytes.hash($0))] }
    return found >= 0 ? found : nil
  }

  func array(_ symbol: Symbol) -> [UInt8] { symbol < 0 ? [] : Array(bytes[range(symbol)]) }

  func string(_ symbol: Symbol) -> String { symbol < 0 ? "" : String(decoding: bytes[range(symbol)], as: UTF8.self) }

  /// Hands out the text without a copy; it is valid during the call only.
  func withBytes<Result>(_ symbol: Symbol, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    let range = symbol < 0 ? 0..<0 : range(symbol)
    return bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
  }

  private mutating func widen() {
    slots = Array(repeating: RelaxNGSymbols.none, count: slots.count * 2)
    for symbol in hashes.indices {
      var at = Int(truncatingIfNeeded: hashes[symbol]) & (slots.count - 1)
      while slots[at] >= 0 { at = (at + 1) & (slots.count - 1) }
      slots[at] = Symbol(symbol)
    }
  }
}
