/// Every description of an import in about 26 bytes: where its row is, who it is, and under whom it belongs.
///
/// Places are kept as differences from one description to the next, with a full value every 64; ids as 64-bit
/// fingerprints, which among a million and a half of rows collide once in ten million imports. They are freed as soon as the
/// tree is known.
final class AtoMCSVIndex {
  struct Flags: OptionSet, BitwiseCopyable {
    let rawValue: UInt16
    static let hasChildren = Flags(rawValue: 1)
    /// The parent's fingerprint waits in `pending`: no earlier row has that id.
    static let pending = Flags(rawValue: 2)
    static let unknownParent = Flags(rawValue: 4)
    static let parentLater = Flags(rawValue: 8)
    static let ownParent = Flags(rawValue: 16)
    static let cut = Flags(rawValue: 32)
    static let duplicate = Flags(rawValue: 64)
    static let sameCulture = Flags(rawValue: 128)
    static let slugBeside = Flags(rawValue: 256)
    static let visiting = Flags(rawValue: 512)
    static let done = Flags(rawValue: 1024)
  }

  /// Where a description's rows begin, counted over all files one after the other.
  struct Place {
    var offset: Int
    var line: Int
    var row: Int
  }

  static let none = UInt32.max

  private(set) var count = 0
  /// Rows are in the order in which a tree is told: each parent's descendants directly after it.
  private(set) var isOrdered = true

  private var offsets = BlockArray<UInt32>()
  private var lines = BlockArray<UInt16>()
  private var rows = BlockArray<UInt8>()
  private var flags = BlockArray<UInt16>()
  private var ids = BlockArray<UInt64>()
  private var parents = BlockArray<UInt32>()
  private var pending = BlockArray<UInt64>()
  private var checkpoints: [Place] = []
  /// Differences that do not fit.
  private var wide: [Int: Place] = [:]
  private var last = Place(offset: 0, line: 0, row: 0)

  /// Open addressing; each slot holds an index plus one.
  private var slots: UnsafeMutablePointer<UInt32>
  private var slotCount = 1024
  private var used = 0

  private var firstChild = BlockArray<UInt32>()
  private var nextSibling = BlockArray<UInt32>()
  private var firstRoot = AtoMCSVIndex.none

  init() {
    slots = .allocate(capacity: slotCount)
    slots.initialize(repeating: 0, count: slotCount)
  }

  deinit {
    offsets.deallocate()
    lines.deallocate()
    rows.deallocate()
    flags.deallocate()
    ids.deallocate()
    parents.deallocate()
    pending.deallocate()
    firstChild.deallocate()
    nextSibling.deallocate()
    slots.deallocate()
  }

  // MARK: First pass

  /// Adds the next description of the import.
  ///
  /// - Parameters:
  ///   - id: fingerprint of its `legacyId`, 0 for none.
  ///   - parent: fingerprint of its `parentId`, 0 for none.
  ///   - hasSlug: `qubitParentSlug` is filled: the parent is a record outside, unless the import holds the `parentId` too.
  ///   - sameCulture: it follows a row of the same id and culture.
  /// - Returns: false when there are more than the index can number.
  func append(place: Place, id: UInt64, parent: UInt64, hasSlug: Bool, sameCulture: Bool) -> Bool {
    guard count < Int(AtoMCSVIndex.none) - 1 else { return false }
    let index = count
    note(place, index)
    ids.append(id)
    var mark: Flags = sameCulture ? [.sameCulture] : []
    var target = AtoMCSVIndex.none
    if parent != 0 {
      if let found = find(parent) {
        target = UInt32(found)
        flags[found] |= Flags.hasChildren.rawValue
      } else {
        mark.insert(.pending)
        target = UInt32(truncatingIfNeeded: pending.count)
        pending.append(parent)
      }
      if hasSlug { mark.insert(.slugBeside) }
    }
    if isOrdered, target != AtoMCSVIndex.none, !mark.contains(.pending) {
      var above = index - 1
      while above != Int(target) {
        let parent = parents[above]
        if parent == AtoMCSVIndex.none || Flags(rawValue: flags[above]).contains(.pending) {
          isOrdered = false
          break
        }
        above = Int(parent)
      }
    }
    parents.append(target)
    count += 1
    if id != 0, insert(index, id) { mark.insert(.duplicate) }
    flags.append(mark.rawValue)
    return true
  }

  private func note(_ place: Place, _ index: Int) {
    let offset = place.offset - last.offset
    let line = place.line - last.line
    let row = place.row - last.row
    if index & 63 == 0 { checkpoints.append(place) }
    if offset >= Int(UInt32.max) || line >= Int(UInt16.max) || row >= Int(UInt8.max) {
      wide[index] = Place(offset: offset, line: line, row: row)
      offsets.append(.max)
      lines.append(.max)
      rows.append(.max)
    } else {
      offsets.append(UInt32(truncatingIfNeeded: offset))
      lines.append(UInt16(truncatingIfNeeded: line))
      rows.append(UInt8(truncatingIfNeeded: row))
    }
    last = place
  }

  // MARK: Ids

  private func slot(_ id: UInt64) -> Int { Int(id.multipliedFullWidth(by: UInt64(slotCount)).high) }

  private func find(_ id: UInt64) -> Int? {
    var at = slot(id)
    while slots[at] != 0 {
      if ids[Int(slots[at]) - 1] == id { return Int(slots[at]) - 1 }
      at = at + 1 == slotCount ? 0 : at + 1
    }
    return nil
  }

  /// Makes a description the newest of its id; true when there was one before.
  private func insert(_ index: Int, _ id: UInt64) -> Bool {
    var at = slot(id)
    while slots[at] != 0 {
      if ids[Int(slots[at]) - 1] == id {
        slots[at] = UInt32(index + 1)
        return true
      }
      at = at + 1 == slotCount ? 0 : at + 1
    }
    slots[at] = UInt32(index + 1)
    used += 1
    if used * 100 > slotCount * 85 { grow() }
    return false
  }

  /// The old table is freed before the new one is made: the ids are all in `ids`.
  private func grow() {
    slots.deallocate()
    slotCount += slotCount * 3 / 10
    slots = .allocate(capacity: slotCount)
    slots.initialize(repeating: 0, count: slotCount)
    used = 0
    for index in 0..<count where ids[index] != 0 { _ = insert(index, ids[index]) }
  }

  // MARK: The tree

  /// Settles parents that stand after their children, cuts cycles, and frees what is no longer needed.
  func finish() {
    if pending.count > 0 { settle() }
    slots.deallocate()
    slotCount = 1
    slots = .allocate(capacity: 1)
    ids.removeAll()
    pending.removeAll()
    if isOrdered {
      // The rows are read one after the other: their places are not needed.
      offsets.removeAll()
      lines.removeAll()
      rows.removeAll()
      checkpoints = []
      wide = [:]
    } else {
      link()
    }
  }

  private func settle() {
    // From the end to the start, so that the table always holds the nearest later row of an id.
    slots.update(repeating: 0, count: slotCount)
    used = 0
    var later = false
    for index in stride(from: count - 1, through: 0, by: -1) {
      var mark = Flags(rawValue: flags[index])
      if mark.contains(.pending) {
        mark.remove(.pending)
        let wanted = pending[Int(parents[index])]
        if let found = find(wanted) {
          parents[index] = UInt32(found)
          mark.insert(.parentLater)
          flags[found] |= Flags.hasChildren.rawValue
          later = true
        } else {
          parents[index] = AtoMCSVIndex.none
          mark.insert(ids[index] == wanted ? .ownParent : .unknownParent)
        }
        flags[index] = mark.rawValue
      }
      if ids[index] != 0 { _ = insert(index, ids[index]) }
    }
    guard later else { return }
    isOrdered = false
    cutCycles()
  }

  /// Only links to later rows can close a circle; its first row becomes top-level, as it would in AtoM.
  private func cutCycles() {
    for start in 0..<count {
      var at = start
      while flags[at] & (Flags.done.rawValue | Flags.visiting.rawValue) == 0 {
        flags[at] |= Flags.visiting.rawValue
        guard parents[at] != AtoMCSVIndex.none else { break }
        at = Int(parents[at])
      }
      if flags[at] & Flags.visiting.rawValue != 0, flags[at] & Flags.done.rawValue == 0, parents[at] != AtoMCSVIndex.none {
        var first = at
        var other = Int(parents[at])
        flags[at] |= Flags.done.rawValue
        while other != at {
          first = min(first, other)
          flags[other] |= Flags.done.rawValue
          other = Int(parents[other])
        }
        parents[first] = AtoMCSVIndex.none
        flags[first] |= Flags.cut.rawValue
      }
      at = start
      while flags[at] & Flags.done.rawValue == 0 {
        flags[at] |= Flags.done.rawValue
        guard parents[at] != AtoMCSVIndex.none else { break }
        at = Int(parents[at])
      }
    }
  }

  private func link() {
    for _ in 0..<count {
      firstChild.append(AtoMCSVIndex.none)
      nextSibling.append(AtoMCSVIndex.none)
    }
    for index in stride(from: count - 1, through: 0, by: -1) {
      let parent = parents[index]
      if parent == AtoMCSVIndex.none {
        nextSibling[index] = firstRoot
        firstRoot = UInt32(index)
      } else {
        nextSibling[index] = firstChild[Int(parent)]
        firstChild[Int(parent)] = UInt32(index)
      }
    }
    // A parent that was cut off from its only child has none any more.
    for index in 0..<count where firstChild[index] == AtoMCSVIndex.none {
      flags[index] &= ~Flags.hasChildren.rawValue
    }
  }

  // MARK: Second pass

  /// The description after another one in the order of the tree; nil for the first, nil as result after the last.
  func following(_ index: Int?) -> Int? {
    guard count > 0 else { return nil }
    if isOrdered {
      let next = index.map { $0 + 1 } ?? 0
      return next < count ? next : nil
    }
    guard let index else { return Int(firstRoot) }
    if firstChild[index] != AtoMCSVIndex.none { return Int(firstChild[index]) }
    var at = index
    while true {
      if nextSibling[at] != AtoMCSVIndex.none { return Int(nextSibling[at]) }
      guard parents[at] != AtoMCSVIndex.none else { return nil }
      at = Int(parents[at])
    }
  }

  func parent(of index: Int) -> Int? { parents[index] == AtoMCSVIndex.none ? nil : Int(parents[index]) }

  func flags(of index: Int) -> Flags { Flags(rawValue: flags[index]) }

  func place(of index: Int) -> Place {
    var place = checkpoints[index >> 6]
    var at = index & ~63
    while at < index {
      at += 1
      if offsets[at] == .max, let difference = wide[at] {
        place.offset += difference.offset
        place.line += difference.line
        place.row += difference.row
      } else {
        place.offset += Int(offsets[at])
        place.line += Int(lines[at])
        place.row += Int(rows[at])
      }
    }
    return place
  }
}
