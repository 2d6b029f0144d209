/// A set of 64-bit fingerprints, at most 16 bytes an entry: which identifiers a document has used.
struct HashSet64 {
  private var slots: [UInt64] = []
  private var count = 0

  /// False when the fingerprint was there already.
  mutating func insert(_ fingerprint: UInt64) -> Bool {
    let value = fingerprint == 0 ? 1 : fingerprint
    if slots.isEmpty { slots = [UInt64](repeating: 0, count: 64) }
    // Grown by half its size past four fifths: between 10 and 16 bytes an entry.
    if count * 5 >= slots.count * 4 { grow() }
    guard place(value, in: &slots) else { return false }
    count += 1
    return true
  }

  func contains(_ fingerprint: UInt64) -> Bool {
    if slots.isEmpty { return false }
    let value = fingerprint == 0 ? 1 : fingerprint
    var at = Int((value.multipliedFullWidth(by: UInt64(slots.count))).high)
    while slots[at] != 0 {
      if slots[at] == value { return true }
      at = at + 1 == slots.count ? 0 : at + 1
    }
    return false
  }

  private mutating func grow() {
    var wider = [UInt64](repeating: 0, count: slots.count + slots.count / 2)
    for value in slots where value != 0 { _ = place(value, in: &wider) }
    slots = wider
  }

  private func place(_ value: UInt64, in slots: inout [UInt64]) -> Bool {
    var at = Int((value.multipliedFullWidth(by: UInt64(slots.count))).high)
    while slots[at] != 0 {
      if slots[at] == value { return false }
      at = at + 1 == slots.count ? 0 : at + 1
    }
    slots[at] = value
    return true
  }
}
