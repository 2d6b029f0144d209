/// A set of codes of two or three letters of one case, as bits.
struct LetterCodes {
  private let length: Int
  private let first: UInt8
  private var bits: [UInt64]

  /// - Parameters:
  ///   - length: 2 or 3.
  ///   - first: `a` or `A`: the case the codes are written in.
  init(length: Int, first: UInt8) {
    self.length = length
    self.first = first
    bits = [UInt64](repeating: 0, count: (length == 2 ? 26 * 26 : 26 * 26 * 26) / 64 + 1)
  }

  mutating func insert(_ code: some Collection<UInt8>) {
    if let index = index(code) { bits[index >> 6] |= 1 << UInt64(index & 63) }
  }

  /// Whether the code is in the set, as it is written.
  @inline(__always)
  func contains(_ code: some Collection<UInt8>) -> Bool {
    guard let index = index(code) else { return false }
    return bits[index >> 6] & (1 << UInt64(index & 63)) != 0
  }

  @inline(__always)
  private func index(_ code: some Collection<UInt8>) -> Int? {
    guard code.count == length else { return nil }
    var index = 0
    for byte in code {
      let letter = Int(byte) - Int(first)
      guard letter >= 0, letter < 26 else { return nil }
      index = index * 26 + letter
    }
    return index
  }
}
