extension UnitArena {
  private static let isLink: [Bool] = Tag.names.map { NamespaceMapping.linkElements.contains($0) }

  /// Gives link attributes without namespace, as EAD 2002's DTD has them, the names and the values of XLink's.
  func moveLinks() {
    for index in 0..<nodeCount {
      let node = storage.pointee.nodes + index
      let name = Int(node.pointee.name)
      // The fields of a leaf speak of its text.
      guard name < UnitArena.isLink.count, UnitArena.isLink[name] else { continue }
      for offset in 0..<Int(node.pointee.count) {
        let attribute = storage.pointee.attributes + Int(node.pointee.start) + offset
        switch attribute.pointee.name {
        case Attribute.role: attribute.pointee.name = Attribute.linkrole
        case Attribute.title: attribute.pointee.name = Attribute.linktitle
        case Attribute.show, Attribute.actuate: moveValue(attribute)
        default: break
        }
      }
    }
  }

  /// XLink's spelling is never longer than the DTD's.
  private func moveValue(_ attribute: UnsafeMutablePointer<UnitAttribute>) {
    let own = UnsafeMutableBufferPointer(
      start: storage.pointee.text.base + Int(attribute.pointee.start), count: Int(attribute.pointee.count))
    let moved = NamespaceMapping.value(UnsafeBufferPointer(own))
    guard moved.baseAddress != UnsafePointer(own.baseAddress), moved.count <= own.count else { return }
    for (at, byte) in moved.enumerated() { own[at] = byte }
    attribute.pointee.count = Int32(truncatingIfNeeded: moved.count)
  }
}
