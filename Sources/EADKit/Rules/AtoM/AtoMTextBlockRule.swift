/// Lists, tables and the like in running text, and what AtoM's way of reading text does to them.
///
/// AtoM takes the `p` of an element, at any depth, and nothing else; when there is none, all text of the element. In a
/// `p`, and where there is none, the entries of a list follow each other without a sign between them.
class AtoMTextBlockRule: Rule {
  enum Fate { case dropped, glued }

  /// What the rule speaks of.
  class var fate: Fate { .dropped }

  private struct Block {
    var place: Place
    var name: NameID
    /// Number of open elements at it.
    var depth: Int
    var isInParagraph: Bool
    var holdsParagraph = false
    var pieces = 0
  }

  private static let blocks: Set<NameID> = [Tag.list, Tag.table, Tag.chronlist, Tag.blockquote, Tag.address]
  /// References stand beside paragraphs in some elements, each an entry of its own.
  private static let references: Set<NameID> = [Tag.archref, Tag.bibref, Tag.extref, Tag.ref, Tag.title]
  private static let pieces: Set<NameID> = [
    Tag.item, Tag.label, Tag.entry, Tag.date, Tag.event, Tag.addressline, Tag.head, Tag.head01, Tag.head02,
  ]
  private static let most = 200

  /// Number of open elements at the field; 0 outside any.
  private var fieldDepth = 0
  private var field: NameID = 0
  private var hasParagraph = false
  private var paragraphDepth = 0
  private var found: [Block] = []
  /// The outermost open block, by index in `found`.
  private var openBlock: Int?

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: AtoMImport.textFields)
    interests.end(of: AtoMImport.textFields)
    interests.start(of: Tag.p)
    interests.end(of: Tag.p)
    let blocks = AtoMTextBlockRule.blocks.union(AtoMTextBlockRule.references).sorted()
    interests.start(of: blocks)
    interests.end(of: blocks)
    interests.start(of: AtoMTextBlockRule.pieces.sorted())
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    let depth = document.open.count
    guard fieldDepth > 0 else {
      if AtoMImport.textFields.contains(name), AtoMImport.holder(document) != .elsewhere { begin(name, depth) }
      return
    }
    if name == Tag.p {
      hasParagraph = true
      if paragraphDepth == 0 { paragraphDepth = depth }
      if let openBlock { found[openBlock].holdsParagraph = true }
    } else if let openBlock {
      if AtoMTextBlockRule.pieces.contains(name) { found[openBlock].pieces += 1 }
    } else if AtoMTextBlockRule.blocks.contains(name)
      || (AtoMTextBlockRule.references.contains(name) && depth == fieldDepth + 1)
    {
      guard found.count < AtoMTextBlockRule.most else { return }
      openBlock = found.count
      found.append(Block(place: document.place, name: name, depth: depth, isInParagraph: paragraphDepth > 0))
    }
  }

  override func end(_ name: NameID, _ document: RuleDocument) {
    let depth = document.open.count
    guard fieldDepth > 0 else { return }
    if depth == paragraphDepth { paragraphDepth = 0 }
    if let block = openBlock, depth == found[block].depth { openBlock = nil }
    if depth == fieldDepth {
      report(document)
      fieldDepth = 0
    }
  }

  private func begin(_ name: NameID, _ depth: Int) {
    fieldDepth = depth
    field = name
    // AtoM takes nothing but paragraphs of `processinfo`.
    hasParagraph = name == Tag.processinfo
    paragraphDepth = 0
    found.removeAll(keepingCapacity: true)
    openBlock = nil
  }

  private func report(_ document: RuleDocument) {
    for block in found where fate(block) == type(of: self).fate {
      document.report(self, [document.names.name(block.name), document.names.name(field)], at: block.place)
    }
  }

  private func fate(_ block: Block) -> Fate? {
    // `atom-bioghist-chronlist` says what becomes of these.
    if field == Tag.bioghist, block.name == Tag.chronlist { return nil }
    // Lines of addresses are kept there, each on its own line.
    if field == Tag.originalsloc, block.name == Tag.address { return nil }
    if block.holdsParagraph { return nil }
    if hasParagraph, !block.isInParagraph { return .dropped }
    if AtoMTextBlockRule.references.contains(block.name) { return found.count > 1 ? .glued : nil }
    return block.pieces > 1 ? .glued : nil
  }
}
