/// The identifiers of one document and the references to them, in about 32 bytes an identifier.
///
/// Identifiers are known by a fingerprint of 96 bits; their text is not kept. A reference is kept only while nothing has
/// defined what it refers to.
struct IdentityTable {
  struct Origin: Equatable {
    var line: UInt32
    var column: UInt32
  }

  /// A reference whose target was never defined.
  struct Dangling {
    var value: [UInt8]
    var first: Place
    /// Further places that refer to the same identifier.
    var others: Int
  }

  private struct Entry {
    var high: UInt64 = 0
    var low: UInt32 = 0
    var line: UInt32 = 0
    var column: UInt32 = 0
  }

  private struct Reference {
    var high: UInt64
    var low: UInt32
    var line: UInt32
    var column: UInt32
    var offset: Int
    var nameStart: Int
    var nameCount: Int
  }

  /// 24 bytes a slot, three quarters of them filled at most.
  private var entries: [Entry] = []
  private(set) var count = 0
  private var references: [Reference] = []
  private var names: [UInt8] = []
  private var nextCleaning = 1 << 14

  /// Two products of 128 bits a word of eight bytes, folded.
  private static func key(_ value: UnsafeBufferPointer<UInt8>) -> (UInt64, UInt32) {
    let raw = UnsafeRawBufferPointer(value)
    var high: UInt64 = 0xa076_1d64_78bd_642f ^ UInt64(value.count)
    var low: UInt64 = 0xe703_7ed1_a0b4_28db
    var at = 0
    while at < raw.count {
      var word: UInt64 = 0
      if at + 8 <= raw.count {
        word = raw.loadUnaligned(fromByteOffset: at, as: UInt64.self)
      } else {
        for byte in raw[at...] { word = word << 8 | UInt64(byte) }
      }
      let first = (high ^ word).multipliedFullWidth(by: 0x8ebc_6af0_9c88_c6e3)
      high = first.high ^ first.low
      let second = (low &+ word).multipliedFullWidth(by: 0x5899_65cc_7537_4cc3)
      low = second.high ^ second.low
      at += 8
    }
    // Zero marks a free slot.
    return (high == 0 ? 1 : high, UInt32(truncatingIfNeeded: low))
  }

  private func slot(_ key: (UInt64, UInt32)) -> (at: Int, isFree: Bool) {
    entries.withUnsafeBufferPointer { entries in
      var at = Int(truncatingIfNeeded: key.0.multipliedFullWidth(by: UInt64(entries.count)).high)
      while entries[at].high != 0 {
        if entries[at].high == key.0, entries[at].low == key.1 { return (at, false) }
        at += 1
        if at == entries.count { at = 0 }
      }
      return (at, true)
    }
  }

  /// Notes an identifier; the place of the earlier one when it had been defined already.
  mutating func define(_ value: UnsafeBufferPointer<UInt8>, _ place: Place) -> Origin? {
    if (count + 1) * 4 > entries.count * 3 { grow() }
    let key = IdentityTable.key(value)
    let found = slot(key)
    if !found.isFree { return Origin(line: entries[found.at].line, column: entries[found.at].column) }
    entries[found.at] = Entry(
      high: key.0, low: key.1, line: UInt32(clamping: place.line), column: UInt32(clamping: place.column))
    count += 1
    return nil
  }

  private mutating func grow() {
    let old = entries
    // By halves and not by twos: the table is never much larger than what it holds.
    entries = Array(repeating: Entry(), count: max(64, old.count + old.count / 2))
    for entry in old where entry.high != 0 { entries[slot((entry.high, entry.low)).at] = entry }
  }

  private func isDefined(_ key: (UInt64, UInt32)) -> Bool { count > 0 && !slot(key).isFree }

  /// Whether the identifier has been defined so far.
  func contains(_ value: UnsafeBufferPointer<UInt8>) -> Bool { isDefined(IdentityTable.key(value)) }

  /// Notes a reference.
  mutating func refer(_ value: UnsafeBufferPointer<UInt8>, _ place: Place) {
    let key = IdentityTable.key(value)
    if isDefined(key) { return }
    references.append(
      Reference(
        high: key.0, low: key.1, line: UInt32(clamping: place.line), column: UInt32(clamping: place.column),
        offset: place.offset, nameStart: names.count, nameCount: value.count))
    names.append(contentsOf: value)
    if references.count >= nextCleaning {
      clean()
      nextCleaning = max(1 << 14, references.count * 2)
    }
  }

  /// Forgets references whose target has been defined since.
  private mutating func clean() {
    var kept: [Reference] = []
    var keptNames: [UInt8] = []
    for var reference in references where !isDefined((reference.high, reference.low)) {
      let name = names[reference.nameStart..<(reference.nameStart + reference.nameCount)]
      reference.nameStart = keptNames.count
      keptNames.append(contentsOf: name)
      kept.append(reference)
    }
    references = kept
    names = keptNames
  }

  /// The references to nothing, each target once, in the order of their first places.
  mutating func dangling() -> [Dangling] {
    clean()
    var order: [Dangling] = []
    var index: [[UInt8]: Int] = [:]
    for reference in references {
      let name = Array(names[reference.nameStart..<(reference.nameStart + reference.nameCount)])
      if let at = index[name] {
        order[at].others += 1
      } else {
        index[name] = order.count
        order.append(
          Dangling(
            value: name,
            first: Place(line: Int(reference.line), column: Int(reference.column), offset: reference.offset), others: 0))
      }
    }
    return order
  }
}
