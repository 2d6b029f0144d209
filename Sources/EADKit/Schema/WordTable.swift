/// A set of words that is asked a million times: hashed by length and outer bytes, compared in place.
final class WordTable {
  private let bytes: UnsafeMutablePointer<UInt8>
  private let slots: UnsafeMutablePointer<Slot>
  private let mask: Int

  private struct Slot {
    var start: Int32 = 0
    /// -1 for a free slot.
    var count: Int32 = -1
  }

  init(_ words: [[UInt8]]) {
    var size = 8
    while size < words.count * 3 { size *= 2 }
    mask = size - 1
    slots = .allocate(capacity: size)
    slots.initialize(repeating: Slot(), count: size)
    bytes = .allocate(capacity: words.reduce(1) { $0 + $1.count })
    var end = 0
    for word in words {
      word.withUnsafeBufferPointer { word in
        guard !contains(word), let first = word.baseAddress else { return }
        (bytes + end).update(from: first, count: word.count)
        var at = hash(word)
        while slots[at].count >= 0 { at = (at + 1) & mask }
        slots[at] = Slot(start: Int32(end), count: Int32(word.count))
        end += word.count
      }
    }
  }

  deinit {
    bytes.deallocate()
    slots.deallocate()
  }

  @inline(__always)
  private func hash(_ word: UnsafeBufferPointer<UInt8>) -> Int {
    guard word.count > 0 else { return 0 }
    return (word.count &* 7 &+ Int(word[0]) &* 31 &+ Int(word[word.count - 1]) &* 3 &+ Int(word[word.count / 2])) & mask
  }

  func contains(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
    var at = hash(word)
    while slots[at].count >= 0 {
      if Int(slots[at].count) == word.count,
        UnsafeBufferPointer(start: bytes + Int(slots[at].start), count: word.count).elementsEqual(word)
      {
        return true
      }
      at = (at + 1) & mask
    }
    return false
  }
}
