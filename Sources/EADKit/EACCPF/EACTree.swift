/// One node of an EAC-CPF file: an element, or a run of text.
struct EACNode {
  var name: NameID
  var isText: Bool
  /// 0 until it is used or a reason is given; `EACTree.used`, or the code of a reason.
  var state: UInt8 = 0
  /// It is no part of what is converted: it stands for an entity outside the document, or is not meant for readers.
  var isApart = false
  /// Index of the parent node; -1 for the root.
  var parent: Int32
  /// Index of the first node after this one and all it holds.
  var end: Int32 = 0
  /// Text: offset of its bytes. Element: index of its first attribute.
  var start: Int32
  /// Text: number of bytes. Element: number of attributes.
  var count: Int32
  /// Which one it is among the siblings of its name, counted from 1.
  var position: Int32 = 1
  /// Line on which the start tag, or the text, ends.
  var line: Int32
}

struct EACAttribute {
  var name: NameID
  var state: UInt8 = 0
  var start: Int32
  var count: Int32
}

/// One EAC-CPF file in memory, with a mark for everything that has gone into a cell.
///
/// Authority records are small: a file is held whole, up to a limit that the reader sets.
final class EACTree {
  static let used: UInt8 = 255

  let generation: EACGeneration
  var nodes: [EACNode] = []
  var attributes: [EACAttribute] = []
  var bytes: [UInt8] = []
  let names: NameTable
  /// Names that the reader gives more than once, as text.
  private var spelt: [NameID: String] = [:]

  init(generation: EACGeneration, names: NameTable) {
    self.generation = generation
    self.names = names
  }

  /// What it costs, in bytes.
  var size: Int {
    bytes.count + nodes.count * MemoryLayout<EACNode>.stride + attributes.count * MemoryLayout<EACAttribute>.stride
  }

  var root: EACElement { EACElement(tree: self, index: 0) }

  func name(_ id: NameID) -> String {
    if let known = spelt[id] { return known }
    let name = names.name(id)
    spelt[id] = name
    return name
  }

  func text(_ start: Int32, _ count: Int32) -> ArraySlice<UInt8> { bytes[Int(start)..<Int(start + count)] }
}

/// A place in the tree of an EAC-CPF file.
struct EACElement {
  let tree: EACTree
  let index: Int

  private var node: EACNode { tree.nodes[index] }
  var name: String { tree.name(node.name) }
  var isText: Bool { node.isText }
  var line: Int { Int(node.line) }
  var end: Int { Int(node.end) }
  var position: Int { Int(node.position) }
  var parent: EACElement? { node.parent < 0 ? nil : EACElement(tree: tree, index: Int(node.parent)) }

  var isApart: Bool { node.isApart }

  /// Bytes of a text.
  var bytes: ArraySlice<UInt8> { node.isText && !node.isApart ? tree.text(node.start, node.count) : [] }

  /// Elements and texts directly below.
  var children: [EACElement] {
    guard !node.isText else { return [] }
    var found: [EACElement] = []
    var at = index + 1
    while at < end {
      let child = EACElement(tree: tree, index: at)
      found.append(child)
      at = child.isText ? at + 1 : child.end
    }
    return found
  }

  var elements: [EACElement] { children.filter { !$0.isText } }

  func first(_ name: String) -> EACElement? { elements.first { $0.name == name } }
  func all(_ name: String) -> [EACElement] { elements.filter { $0.name == name } }

  /// Names of the attributes, in their order.
  var attributeNames: [String] { attributeIndexes.map { tree.name(tree.attributes[$0].name) } }

  var attributeIndexes: Range<Int> { node.isText ? 0..<0 : Int(node.start)..<Int(node.start + node.count) }

  private func attributeIndex(_ name: String) -> Int? {
    attributeIndexes.first { tree.name(tree.attributes[$0].name) == name }
  }

  /// The value of an attribute, not marked.
  func peek(_ attribute: String) -> [UInt8]? {
    attributeIndex(attribute).map { Array(tree.text(tree.attributes[$0].start, tree.attributes[$0].count)) }
  }

  /// The value of an attribute, which is thereby used.
  func take(_ attribute: String) -> [UInt8]? {
    guard let at = attributeIndex(attribute) else { return nil }
    tree.attributes[at].state = EACTree.used
    return Array(tree.text(tree.attributes[at].start, tree.attributes[at].count))
  }

  /// Says why an attribute is not used; one that is used stays so.
  func mark(_ attribute: String, _ reason: LossReason) {
    guard let at = attributeIndex(attribute), tree.attributes[at].state == 0 else { return }
    tree.attributes[at].state = reason.code
  }

  /// A text has gone into a cell.
  func use() { if tree.nodes[index].isText, !tree.nodes[index].isApart { tree.nodes[index].state = EACTree.used } }

  /// Every text below has gone into a cell.
  func useAll() {
    for at in index..<max(end, index + 1) where tree.nodes[at].isText && !tree.nodes[at].isApart {
      tree.nodes[at].state = EACTree.used
    }
  }

  /// The element, with all it holds, is no part of what is converted.
  func setApart(_ reason: LossReason) {
    mark(reason, attributes: true)
    for at in index..<max(end, index + 1) { tree.nodes[at].isApart = true }
  }

  /// Says why the texts below, and the attributes when they are meant too, are in no cell.
  func mark(_ reason: LossReason, attributes: Bool = false) {
    for at in index..<max(end, index + 1) {
      if tree.nodes[at].isText {
        if tree.nodes[at].state == 0 { tree.nodes[at].state = reason.code }
      } else if attributes {
        for place in EACElement(tree: tree, index: at).attributeIndexes where tree.attributes[place].state == 0 {
          tree.attributes[place].state = reason.code
        }
      }
    }
  }

  /// All text below, white space collapsed, not marked.
  var plainText: [UInt8] {
    var all: [UInt8] = []
    for at in index..<max(end, index + 1) where tree.nodes[at].isText && !tree.nodes[at].isApart {
      all.append(contentsOf: tree.text(tree.nodes[at].start, tree.nodes[at].count))
    }
    return EACElement.collapsed(all)
  }

  var hasText: Bool {
    (index..<max(end, index + 1)).contains { at in
      tree.nodes[at].isText && !tree.nodes[at].isApart
        && !tree.text(tree.nodes[at].start, tree.nodes[at].count).allSatisfy(Bytes.isSpace)
    }
  }

  static func collapsed(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var pending = false
    for byte in bytes {
      if Bytes.isSpace(byte) {
        pending = !out.isEmpty
      } else {
        if pending { out.append(0x20) }
        pending = false
        out.append(byte)
      }
    }
    return out
  }
}
