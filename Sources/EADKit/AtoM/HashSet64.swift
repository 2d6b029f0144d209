/// A set of 64-bit fingerprints, at most 12 bytes an entry: which identifiers a document has used.
///
/// It is cut into parts that grow one at a time, so that growing never needs the memory of the whole set twice.
struct HashSet64 {
  private var parts: [Part] = []
  private static let count = 64

  private struct Part {
    var slots = [UInt64](repeating: 0, count: 8)
    var used = 0

    mutating func insert(_ value: UInt64) -> Bool {
      // Grown by a quarter before nine tenths are full: a search always comes to a free slot.
      if (used + 1) * 10 > slots.count * 9 { grow() }
      guard Part.place(value, in: &slots) else { return false }
      used += 1
      return true
    }

    private mutating func grow() {
      var wider = [UInt64](repeating: 0, count: slots.count + max(slots.count / 4, 8))
      for value in slots where value != 0 { _ = Part.place(value, in: &wider) }
      slots = wider
    }

    private static func start(_ value: UInt64, _ count: Int) -> Int {
      // The first bits have chosen the part.
      Int((value << 6).multipliedFullWidth(by: UInt64(count)).high)
    }

    private static func place(_ value: UInt64, in slots: inout [UInt64]) -> Bool {
      var at = start(value, slots.count)
      while slots[at] != 0 {
        if slots[at] == value { return false }
        at = at + 1 == slots.count ? 0 : at + 1
      }
      slots[at] = value
      return true
    }

    func contains(_ value: UInt64) -> Bool {
      var at = Part.start(value, slots.count)
      while slots[at] != 0 {
        if slots[at] == value { return true }
        at = at + 1 == slots.count ? 0 : at + 1
      }
      return false
    }
  }

  /// False when the fingerprint was there already.
  mutating func insert(_ fingerprint: UInt64) -> Bool {
    if parts.isEmpty { parts = [Part](repeating: Part(), count: HashSet64.count) }
    let value = fingerprint == 0 ? 1 : fingerprint
    return parts[Int(value >> 58)].insert(value)
  }

  func contains(_ fingerprint: UInt64) -> Bool {
    if parts.isEmpty { return false }
    let value = fingerprint == 0 ? 1 : fingerprint
    return parts[Int(value >> 58)].contains(value)
  }
}
