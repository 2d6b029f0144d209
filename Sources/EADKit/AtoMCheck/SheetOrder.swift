/// The order of descriptions in which every parent stands before its children.
///
/// Only what stands before its parent moves: to the place right behind it, among the others that wait there in the order of the
/// file. So the children of one parent, and the descriptions at the top, keep their order among themselves, which is the one in
/// which AtoM shows them. A parent is the newest earlier description with the id, as for AtoM; failing that, the nearest later
/// one. Nothing moves for an id that no description has, for a description that is its own parent, or within a circle.
///
/// What is counted here are descriptions: a main row with the rows that translate it.
struct SheetOrder {
  // MARK: Whether anything has to move

  private var seen = HashSet64()
  private var missing = HashSet64()
  /// Some parent stands later than a child.
  private(set) var isNeeded = false

  /// Looks at the next description's id and parent, as fingerprints; 0 for none.
  mutating func look(id: UInt64, parent: UInt64) {
    if parent != 0, parent != id, !seen.contains(parent) { _ = missing.insert(parent) }
    guard id != 0 else { return }
    if !isNeeded, missing.contains(id) { isNeeded = true }
    _ = seen.insert(id)
  }

  /// Frees what was only needed to see whether anything has to move.
  mutating func forget() {
    seen = HashSet64()
    missing = HashSet64()
  }

  // MARK: The descriptions

  struct Place {
    var offset = 0
    var row = 0
    var spreadsheetRow = 0
  }

  private var offsets = BlockArray<Int>()
  private var rows = BlockArray<UInt32>()
  private var spreadsheetRows = BlockArray<UInt32>()
  private var ids = BlockArray<UInt64>()
  private var parents = BlockArray<UInt64>()
  /// The descriptions in their new order, by their number in the file.
  private(set) var order = BlockArray<Int32>()
  var count: Int { offsets.count }

  /// Notes where a description begins; false when there are too many.
  mutating func append(_ place: Place, id: UInt64, parent: UInt64) -> Bool {
    guard offsets.count < Int(Int32.max) - 1, place.row < Int(UInt32.max), place.spreadsheetRow < Int(UInt32.max) else {
      return false
    }
    offsets.append(place.offset)
    // Most files have one numbering only.
    if place.row != place.spreadsheetRow || spreadsheetRows.count > 0 {
      while spreadsheetRows.count < rows.count { spreadsheetRows.append(rows[spreadsheetRows.count]) }
      spreadsheetRows.append(UInt32(place.spreadsheetRow))
    }
    rows.append(UInt32(place.row))
    ids.append(id)
    parents.append(parent)
    return true
  }

  func place(of index: Int) -> Place {
    let row = Int(rows[index])
    return Place(
      offset: offsets[index], row: row, spreadsheetRow: spreadsheetRows.count > 0 ? Int(spreadsheetRows[index]) : row)
  }

  func deallocate() {
    offsets.deallocate()
    rows.deallocate()
    spreadsheetRows.deallocate()
    ids.deallocate()
    parents.deallocate()
    order.deallocate()
  }

  /// Finds the order; what is only needed for that is freed.
  mutating func arrange() {
    let (found, isClear) = SheetOrder.arranged(ids, parents)
    order = found
    if !isClear, !isStable() {
      // Ids that occur more than once, or circles: another order would not hold when the result is read again.
      order.removeAll()
      for index in 0..<count { order.append(Int32(index)) }
    }
    ids.removeAll()
    parents.removeAll()
  }

  /// Whether nothing would move in the new order.
  private func isStable() -> Bool {
    var newIDs = BlockArray<UInt64>()
    var newParents = BlockArray<UInt64>()
    for at in 0..<order.count {
      newIDs.append(ids[Int(order[at])])
      newParents.append(parents[Int(order[at])])
    }
    let (again, _) = SheetOrder.arranged(newIDs, newParents)
    defer {
      newIDs.deallocate()
      newParents.deallocate()
      again.deallocate()
    }
    for at in 0..<again.count where again[at] != Int32(at) { return false }
    return true
  }

  /// - Returns: the order, and whether every id is there once and there is no circle.
  private static func arranged(
    _ ids: BlockArray<UInt64>, _ parents: BlockArray<UInt64>
  ) -> (order: BlockArray<Int32>, isClear: Bool) {
    var isClear = true
    let links = self.links(ids, parents, &isClear)
    defer { links.deallocate() }
    cutCircles(links, &isClear)

    // Those that wait for a description are a ring, of which the last is known: its next one is the first.
    var last = BlockArray<Int32>()
    var next = BlockArray<Int32>()
    var order = BlockArray<Int32>()
    var isPlaced: [UInt64] = Array(repeating: 0, count: (ids.count + 63) / 64)
    var stack: [Int32] = []
    defer {
      last.deallocate()
      next.deallocate()
    }
    for _ in 0..<ids.count {
      last.append(-1)
      next.append(-1)
    }
    for index in 0..<ids.count {
      let parent = Int(links[index])
      if parent >= 0, isPlaced[parent >> 6] & (1 << UInt64(parent & 63)) == 0 {
        let tail = Int(last[parent])
        if tail < 0 {
          next[index] = Int32(index)
        } else {
          next[index] = next[tail]
          next[tail] = Int32(index)
        }
        last[parent] = Int32(index)
        continue
      }
      stack.append(Int32(index))
      while let top = stack.popLast() {
        let at = Int(top)
        order.append(top)
        isPlaced[at >> 6] |= 1 << UInt64(at & 63)
        let tail = last[at]
        guard tail >= 0 else { continue }
        let bottom = stack.count
        var waiting = next[Int(tail)]
        while true {
          stack.append(waiting)
          if waiting == tail { break }
          waiting = next[Int(waiting)]
        }
        // The first of them comes next.
        stack[bottom...].reverse()
      }
    }
    return (order, isClear)
  }

  /// Each description's parent by its number; -1 for none.
  private static func links(
    _ ids: BlockArray<UInt64>, _ parents: BlockArray<UInt64>, _ isClear: inout Bool
  ) -> BlockArray<Int32> {
    var links = BlockArray<Int32>()
    let table = NumberTable(count: ids.count)
    defer { table.deallocate() }
    for index in 0..<ids.count {
      let parent = parents[index]
      // -2: not among the earlier ones.
      links.append(parent == 0 || parent == ids[index] ? -1 : table.number(of: parent, ids) ?? -2)
      if ids[index] != 0, table.put(Int32(index), ids) { isClear = false }
    }
    table.removeAll()
    for index in stride(from: ids.count - 1, through: 0, by: -1) {
      if links[index] == -2 { links[index] = table.number(of: parents[index], ids) ?? -1 }
      if ids[index] != 0 { _ = table.put(Int32(index), ids) }
    }
    return links
  }

  private static func cutCircles(_ links: BlockArray<Int32>, _ isClear: inout Bool) {
    // 0: not seen, 1: on the way that is being followed, 2: done.
    var states = [UInt8](repeating: 0, count: links.count)
    var way: [Int] = []
    for index in 0..<links.count where states[index] == 0 {
      var at = index
      way.removeAll(keepingCapacity: true)
      while at >= 0, states[at] == 0 {
        states[at] = 1
        way.append(at)
        at = Int(links[at])
      }
      if at >= 0, states[at] == 1 {
        isClear = false
        for member in way.drop(while: { $0 != at }) { links[member] = -1 }
      }
      for member in way { states[member] = 2 }
    }
  }

  /// Numbers of descriptions by id: open addressing, 8 bytes a description at most.
  private struct NumberTable {
    private let slots: UnsafeMutablePointer<Int32>
    private let capacity: Int

    init(count: Int) {
      capacity = max(16, count + count / 2 + 1)
      slots = .allocate(capacity: capacity)
      slots.initialize(repeating: -1, count: capacity)
    }

    func deallocate() { slots.deallocate() }

    func removeAll() { slots.update(repeating: -1, count: capacity) }

    private func slot(of id: UInt64, _ ids: BlockArray<UInt64>) -> Int {
      var at = Int(id.multipliedFullWidth(by: UInt64(capacity)).high)
      while slots[at] >= 0, ids[Int(slots[at])] != id { at = at + 1 == capacity ? 0 : at + 1 }
      return at
    }

    func number(of id: UInt64, _ ids: BlockArray<UInt64>) -> Int32? {
      let number = slots[slot(of: id, ids)]
      return number < 0 ? nil : number
    }

    /// True when another description had the id; it is forgotten.
    func put(_ number: Int32, _ ids: BlockArray<UInt64>) -> Bool {
      let at = slot(of: ids[Int(number)], ids)
      let isRepeated = slots[at] >= 0
      slots[at] = number
      return isRepeated
    }
  }
}
