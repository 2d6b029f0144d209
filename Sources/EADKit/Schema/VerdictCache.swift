/// Answers of costly datatypes by value: dates and the like repeat thousands of times in a finding aid.
final class VerdictCache {
  private static let size = 1024
  private static let longest = 40

  private let slots: UnsafeMutablePointer<Slot>
  private let bytes: UnsafeMutablePointer<UInt8>

  private struct Slot {
    /// -1 for a free slot.
    var checker: Int32 = -1
    var count: Int32 = 0
    var verdict = DatatypeVerdict.invalid
  }

  init() {
    slots = .allocate(capacity: VerdictCache.size)
    slots.initialize(repeating: Slot(), count: VerdictCache.size)
    bytes = .allocate(capacity: VerdictCache.size * VerdictCache.longest)
  }

  deinit {
    slots.deallocate()
    bytes.deallocate()
  }

  func clear() { slots.update(repeating: Slot(), count: VerdictCache.size) }

  private func place(_ checker: Int, _ value: UnsafeBufferPointer<UInt8>) -> Int {
    Int(truncatingIfNeeded: Bytes.hash(value) &+ UInt64(checker) &* 0x9E37_79B9_7F4A_7C15) & (VerdictCache.size - 1)
  }

  func find(_ checker: Int, _ value: UnsafeBufferPointer<UInt8>) -> DatatypeVerdict? {
    guard value.count <= VerdictCache.longest else { return nil }
    let at = place(checker, value)
    guard slots[at].checker == checker, slots[at].count == value.count else { return nil }
    let own = UnsafeBufferPointer(start: bytes + at * VerdictCache.longest, count: value.count)
    return own.elementsEqual(value) ? slots[at].verdict : nil
  }

  func keep(_ checker: Int, _ value: UnsafeBufferPointer<UInt8>, _ verdict: DatatypeVerdict) {
    guard value.count <= VerdictCache.longest else { return }
    let at = place(checker, value)
    slots[at] = Slot(checker: Int32(checker), count: Int32(value.count), verdict: verdict)
    if let start = value.baseAddress { (bytes + at * VerdictCache.longest).update(from: start, count: value.count) }
  }
}
