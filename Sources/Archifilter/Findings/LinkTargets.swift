import EADKit

/// Where symbolic links lead, as far as the inventory can tell.
final class LinkTargets {
  enum State { case inside, outside, dangling, unknown }

  private let root: [ArraySlice<UInt8>]
  private let target: SQLStatement
  private let folder: SQLStatement
  private let node: SQLStatement

  /// - Parameter root: absolute path of what was scanned.
  init(_ connection: InventoryConnection, root: [UInt8]) throws(EADError) {
    self.root = LinkTargets.names(root)
    target = try connection.prepare("SELECT target FROM link WHERE node = ?1")
    folder = try connection.prepare("SELECT first, entries FROM folder WHERE node = ?1")
    node = try connection.prepare("SELECT name, kind, flags, error, rule FROM node WHERE id = ?1")
  }

  /// What a link says; nil when that could not be read.
  func target(of link: Int) throws(EADError) -> [UInt8]? {
    target.bind(1, link)
    defer { target.reset() }
    return try target.step() ? target.array(0) : nil
  }

  /// - Parameters:
  ///   - target: as the link says.
  ///   - path: of the link itself, relative to the root.
  func state(_ target: [UInt8], of path: [UInt8]) throws(EADError) -> State {
    guard !target.isEmpty else { return .dangling }
    var names: [ArraySlice<UInt8>] = []
    if target[0] != UInt8(ascii: "/") { names = root + LinkTargets.names(path).dropLast() }
    for name in LinkTargets.names(target) {
      if name.elementsEqual("..".utf8) {
        if !names.isEmpty { names.removeLast() }
      } else {
        names.append(name)
      }
    }
    guard names.count >= root.count, zip(names, root).allSatisfy({ $0.elementsEqual($1) }) else { return .outside }
    return try find(names.dropFirst(root.count))
  }

  private static func names(_ path: [UInt8]) -> [ArraySlice<UInt8>] {
    path.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
  }

  private func find(_ names: ArraySlice<ArraySlice<UInt8>>) throws(EADError) -> State {
    var current = 1
    for name in names {
      node.bind(1, current)
      guard try node.step() else {
        node.reset()
        return .unknown
      }
      let kind = Node.Kind(rawValue: node.int(1)) ?? .unknown
      let flags = Node.Flags(rawValue: node.int(2))
      let isBlind = !node.isNull(3) || !flags.isDisjoint(with: [.notEntered, .mountPoint, .loop])
      node.reset()
      // Beyond another link, or in a folder that was not read, nothing is known.
      if kind == .link || isBlind { return .unknown }
      guard kind == .folder else { return .dangling }
      guard let next = try entry(name, of: current) else { return .dangling }
      current = next
    }
    return .inside
  }

  /// Entries of a folder follow one another in the order of their names' bytes.
  private func entry(_ name: ArraySlice<UInt8>, of identifier: Int) throws(EADError) -> Int? {
    folder.bind(1, identifier)
    defer { folder.reset() }
    guard try folder.step(), !folder.isNull(0) else { return nil }
    var low = folder.int(0)
    let end = low + folder.int(1)
    var high = end
    while low < high {
      let middle = low + (high - low) / 2
      node.bind(1, middle)
      let isLess = try node.step() && node.bytes(0).lexicographicallyPrecedes(name)
      node.reset()
      if isLess { low = middle + 1 } else { high = middle }
    }
    guard low < end else { return nil }
    node.bind(1, low)
    defer { node.reset() }
    return try node.step() && node.bytes(0).elementsEqual(name) ? low : nil
  }
}
