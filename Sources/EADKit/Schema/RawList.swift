/// A growing list of plain values without checks on the way of every event; freed by `deallocate()`.
struct RawList<Element: BitwiseCopyable> {
  private var base: UnsafeMutablePointer<Element>
  private var capacity = 64
  private(set) var count = 0

  init() { base = .allocate(capacity: 64) }

  func deallocate() { base.deallocate() }

  mutating func append(_ element: Element) {
    if count == capacity {
      let wider = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
      wider.update(from: base, count: count)
      base.deallocate()
      base = wider
      capacity *= 2
    }
    base[count] = element
    count += 1
  }

  mutating func removeAll(keeping kept: Int) { count = min(kept, count) }

  @inline(__always)
  mutating func popLast() -> Element? {
    if count == 0 { return nil }
    count -= 1
    return base[count]
  }

  var last: Element? { count > 0 ? base[count - 1] : nil }

  @inline(__always)
  subscript(_ index: Int) -> Element {
    get { base[index] }
    nonmutating set { base[index] = newValue }
  }
}
