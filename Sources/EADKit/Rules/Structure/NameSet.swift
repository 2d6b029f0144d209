/// A set of names that is asked on the way of every event: a table, not a hash.
struct NameSet: @unchecked Sendable {
  /// Written once, in `init`; lives as long as the program, since sets of names are constants.
  private let table: UnsafePointer<Bool>

  init(_ names: [NameID]) {
    let table = UnsafeMutablePointer<Bool>.allocate(capacity: 1 << 16)
    table.initialize(repeating: false, count: 1 << 16)
    for name in names { table[Int(name)] = true }
    self.table = UnsafePointer(table)
  }

  @inline(__always)
  func contains(_ name: NameID) -> Bool { table[Int(name)] }
}
