import EADKit

/// The folders of a tree in little memory: their names and where they hang, millions of them.
///
/// Changed by one thread only; once it is complete any number of threads may ask.
final class FolderTable: @unchecked Sendable {
  /// Identifiers, ascending.
  private var identifiers: [Int] = []
  /// Places of the parents in the table.
  private var parents: [UInt32] = []
  /// Where the names end in `pool`.
  private var ends: [Int] = []
  private var pool: [UInt8] = []

  init() {}

  /// The folders of a scanned tree.
  ///
  /// - Parameter prefix: of the tables: empty, or `scan_` for the scan that is running.
  init(_ connection: InventoryConnection, prefix: String = "") throws(EADError) {
    let rows = try connection.prepare("SELECT id, parent, name FROM \(prefix)node WHERE kind = 0 ORDER BY id")
    while try rows.step() {
      let parent = rows.int(1)
      append(rows.int(0), parent: parent == 0 ? 0 : place(of: parent) ?? 0, name: rows.bytes(2))
    }
  }

  var count: Int { identifiers.count }

  /// Adds a folder whose identifier is greater than all others.
  func append(_ identifier: Int, parent: Int, name: UnsafeBufferPointer<UInt8>) {
    identifiers.append(identifier)
    parents.append(UInt32(truncatingIfNeeded: parent))
    pool.append(contentsOf: name)
    ends.append(pool.count)
  }

  /// Place of a folder in the table; nil when there is none.
  func place(of identifier: Int) -> Int? {
    var low = 0
    var high = identifiers.count
    while low < high {
      let middle = (low + high) / 2
      if identifiers[middle] < identifier { low = middle + 1 } else { high = middle }
    }
    return low < identifiers.count && identifiers[low] == identifier ? low : nil
  }

  func identifier(at place: Int) -> Int { identifiers[place] }
  func parent(at place: Int) -> Int { Int(parents[place]) }
  func name(at place: Int) -> ArraySlice<UInt8> { pool[(place == 0 ? 0 : ends[place - 1])..<ends[place]] }

  /// Path of a folder relative to the root, `/` between names; empty for the root and for what is no folder.
  func path(_ folder: Int) -> [UInt8] {
    guard let place = place(of: folder) else { return [] }
    return path(at: place)
  }

  func path(at place: Int) -> [UInt8] {
    var count = 0
    var current = place
    while current != 0 {
      count += name(at: current).count + 1
      current = Int(parents[current])
    }
    guard count > 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: count - 1) { buffer, initialized in
      var end = count - 1
      var current = place
      while current != 0 {
        let name = self.name(at: current)
        end -= name.count
        _ = UnsafeMutableBufferPointer(rebasing: buffer[end..<(end + name.count)]).initialize(from: name)
        current = Int(parents[current])
        if current != 0 {
          end -= 1
          buffer.initializeElement(at: end, to: 0x2F)
        }
      }
      initialized = count - 1
    }
  }
}
