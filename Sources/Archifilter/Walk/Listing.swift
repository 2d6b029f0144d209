import Glibc

/// One entry of a folder as the file system shows it.
struct ListedEntry {
  /// Where its name begins in the listing's bytes; a link's target follows it.
  var start: Int
  var size: Int
  var modified: Int
  var inode: Int
  var device: Int
  var links: UInt32
  /// `errno`; 0 for none.
  var error: Int32
  /// Number of the ignore rule; 0 for none.
  var rule: Int32
  var targetStart: Int
  var targetCount: Int32
  var nameCount: UInt16
  /// Of `readdir`, then `Node.Kind`.
  var kind: UInt8
  var flags: UInt8
}

/// The entries of one folder in the order of their names' bytes: raw memory that is used for one folder after another.
///
/// Belongs to one thread at a time: who lists it, then who writes it down.
final class Listing: @unchecked Sendable {
  /// Place of the folder in the `FolderTable`, and that of its parent.
  var place = 0
  var parent = 0
  /// Name of the folder, with a NUL at its end.
  var name: [CChar] = []
  /// Rule that the folder hands down; 0 for none.
  var rule: Int32 = 0
  var isEntered = true
  /// `errno` of opening or reading the folder; 0 for none.
  var error: Int32 = 0
  var isTaken = false
  var isDone = false

  private(set) var entries: UnsafeMutablePointer<ListedEntry>
  private(set) var order: UnsafeMutablePointer<UInt32>
  private var capacity = 64
  private(set) var count = 0
  private(set) var bytes: UnsafeMutablePointer<UInt8>
  private var byteCapacity = 4096
  private var byteCount = 0

  init() {
    entries = .allocate(capacity: 64)
    order = .allocate(capacity: 64)
    bytes = .allocate(capacity: 4096)
  }

  deinit {
    entries.deallocate()
    order.deallocate()
    bytes.deallocate()
  }

  /// For the next folder; what a huge one needed is given back.
  func reset() {
    count = 0
    byteCount = 0
    error = 0
    isTaken = false
    isDone = false
    if capacity > 8_192 {
      entries.deallocate()
      order.deallocate()
      capacity = 64
      entries = .allocate(capacity: capacity)
      order = .allocate(capacity: capacity)
    }
    if byteCapacity > 1 << 19 {
      bytes.deallocate()
      byteCapacity = 4096
      bytes = .allocate(capacity: byteCapacity)
    }
  }

  /// Room for bytes; those there are keep their places but not their addresses.
  func reserve(_ more: Int) {
    guard byteCount + more > byteCapacity else { return }
    let wanted = max(byteCapacity * 2, byteCount + more)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
    larger.update(from: bytes, count: byteCount)
    bytes.deallocate()
    bytes = larger
    byteCapacity = wanted
  }

  func append(name: UnsafePointer<CChar>, count nameCount: Int, kind: UInt8) {
    if count == capacity {
      let larger = UnsafeMutablePointer<ListedEntry>.allocate(capacity: capacity * 2)
      larger.update(from: entries, count: count)
      entries.deallocate()
      entries = larger
      order.deallocate()
      order = .allocate(capacity: capacity * 2)
      capacity *= 2
    }
    reserve(nameCount + 1)
    memcpy(bytes + byteCount, name, nameCount + 1)
    (entries + count).initialize(
      to: ListedEntry(
        start: byteCount, size: 0, modified: 0, inode: 0, device: 0, links: 0, error: 0, rule: 0, targetStart: 0,
        targetCount: 0, nameCount: UInt16(truncatingIfNeeded: nameCount), kind: kind, flags: 0))
    byteCount += nameCount + 1
    count += 1
  }

  /// Keeps what is read into the free bytes (`reserve` before).
  var free: UnsafeMutablePointer<UInt8> { bytes + byteCount }
  func keepTarget(_ length: Int, of entry: Int) {
    entries[entry].targetStart = byteCount
    entries[entry].targetCount = Int32(truncatingIfNeeded: length)
    byteCount += length
  }

  func sort() {
    let entries = entries
    let bytes = bytes
    for index in 0..<count { order[index] = UInt32(truncatingIfNeeded: index) }
    var indexes = UnsafeMutableBufferPointer(start: order, count: count)
    indexes.sort { left, right in
      let first = entries + Int(left)
      let second = entries + Int(right)
      let common = Int(min(first.pointee.nameCount, second.pointee.nameCount))
      let difference = memcmp(bytes + first.pointee.start, bytes + second.pointee.start, common)
      return difference == 0 ? first.pointee.nameCount < second.pointee.nameCount : difference < 0
    }
  }

  func name(_ entry: UnsafePointer<ListedEntry>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: bytes + entry.pointee.start, count: Int(entry.pointee.nameCount))
  }
  func target(_ entry: UnsafePointer<ListedEntry>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: bytes + entry.pointee.targetStart, count: Int(entry.pointee.targetCount))
  }
}
