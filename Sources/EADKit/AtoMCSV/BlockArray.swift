/// Numbers in blocks: it grows without ever being copied, so that a long index never needs its memory twice.
struct BlockArray<Element: BitwiseCopyable> {
  private static var shift: Int { 15 }
  private var blocks: [UnsafeMutablePointer<Element>] = []
  private(set) var count = 0

  func deallocate() { for block in blocks { block.deallocate() } }

  mutating func append(_ element: Element) {
    if count >> Self.shift == blocks.count { blocks.append(.allocate(capacity: 1 << Self.shift)) }
    blocks[count >> Self.shift][count & (1 << Self.shift - 1)] = element
    count += 1
  }

  subscript(index: Int) -> Element {
    get { blocks[index >> Self.shift][index & (1 << Self.shift - 1)] }
    nonmutating set { blocks[index >> Self.shift][index & (1 << Self.shift - 1)] = newValue }
  }

  /// Frees everything.
  mutating func removeAll() {
    deallocate()
    blocks = []
    count = 0
  }
}
