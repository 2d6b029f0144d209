/// One `archdesc` or component: its own description, its level and its place in the hierarchy, never its children.
///
/// A unit that comes from `EADReader.next()` is valid until the next call; `copy()` detaches it.
public struct DescriptionUnit {
  let arena: UnitArena
  let headerArena: UnitArena
  let names: NameTable
  /// 0 for `archdesc`, 1 for its components, and so on.
  public let depth: Int
  /// Position among the children of the parent, counted from 1.
  public let siblingIndex: Int
  /// Line of the end of the start tag, counted from 1.
  public let line: Int

  /// The element's name: `archdesc`, `c`, `c01` …
  public var elementName: String { names.name(arena.storage.pointee.nodes[0].name) }

  /// `@id` (EAD 2002 tag library, `c`).
  public var id: String? { attribute(Attribute.id) }

  /// `@level`, as the document writes it (ISAD(G) 3.1.4).
  public var level: String? { attribute(Attribute.level) }

  /// Text of the first `did/unittitle` with white space collapsed (ISAD(G) 3.1.2); empty when there is none.
  public var title: String { text("did/unittitle") }

  /// Text of the first `did/unitid` (ISAD(G) 3.1.1); empty when there is none.
  public var identifier: String { text("did/unitid") }

  /// Collapsed text of the first element at a path of names below the unit, such as `did/unitdate`.
  public func text(_ path: String) -> String {
    elements(path).first?.text ?? ""
  }

  /// Every element at a path of names below the unit, in document order.
  public func elements(_ path: String) -> [UnitElement] { UnitElement.find(path, in: arena, names) }

  /// The header of the finding aid that the unit belongs to.
  public var header: FindingAidHeader { FindingAidHeader(arena: headerArena, names: names) }

  private func attribute(_ name: NameID) -> String? {
    Cursor(arena, 0).attribute(name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// A copy that stays valid.
  public func copy() -> DetachedUnit {
    DetachedUnit(
      unit: DescriptionUnit(
        arena: arena.copy(), headerArena: headerArena.copy(), names: names, depth: depth, siblingIndex: siblingIndex,
        line: line))
  }
}

/// A unit that outlives its reader. Nothing changes it any more, so it may cross threads.
public struct DetachedUnit: @unchecked Sendable {
  /// The unit itself.
  public let unit: DescriptionUnit
}

/// An element of a unit.
public struct UnitElement {
  let cursor: Cursor
  let names: NameTable

  /// Its name, without a prefix.
  public var name: String { names.name(cursor.name) }
  /// Line of the end of its start tag, counted from 1.
  public var line: Int { cursor.line }

  /// All text below the element, white space collapsed.
  public var text: String {
    var words: [UInt8] = []
    for node in cursor.index..<cursor.end where cursor.arena.storage.pointee.nodes[node].name == Tag.text {
      words.append(contentsOf: Cursor(cursor.arena, node).bytes)
    }
    return String(decoding: words, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// The value of an attribute by its name without prefix (those of XLink by their EAD3 names); nil when there is none.
  public func attribute(_ name: String) -> String? {
    for attribute in cursor.attributes where names.name(attribute.name) == name {
      return String(decoding: cursor.value(attribute), as: UTF8.self)
    }
    return nil
  }

  /// Every element at a path of names below the root of an arena.
  static func find(_ path: String, in arena: UnitArena, _ names: NameTable) -> [UnitElement] {
    guard !arena.isEmpty else { return [] }
    var found = [Cursor(arena, 0)]
    for step in path.split(separator: "/") {
      found = found.flatMap { parent in parent.children.filter { names.name($0.name) == step } }
    }
    return found.map { UnitElement(cursor: $0, names: names) }
  }
}
