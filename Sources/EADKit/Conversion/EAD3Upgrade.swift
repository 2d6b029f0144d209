/// EAD 2002 to EAD3 1.1.1.
///
/// Source of the rules: the EAD 2002 and EAD3 tag libraries, and the two schemas. What EAD3 has no element for keeps its
/// text and says in `@altrender` what it was (see `OriginMark`), so that a conversion back restores it.
final class EAD3Upgrade: EADTransform {
  /// Rules that the table names.
  enum Rule: String, CaseIterable {
    case accessPoint = "access-point"
    case address
    case agents
    case arrangementHolder = "holder"
    case blockquote
    case chronDate = "chron-date"
    case certainty
    case control
    case dao
    case daogrp
    case date
    case descgrp
    case did
    case entity
    case frontmatter
    case headParagraph = "head-paragraph"
    case held
    case implied
    case inline
    case indexEntry = "index-entry"
    case langmaterial
    case legalstatus
    case link
    case linkgrp
    case list
    case listAttribute = "list-attribute"
    case block
    case normal
    case note
    case phrase
    case physdesc
    case runner
    case unitdate
    case unittitle

    static let all = Array(allCases)
  }

  /// What notes a conversion: this program.
  static let toolName = "ead-convert"

  /// Names of the rules, in the order of their numbers.
  static let rules = Rule.all.map(\.rawValue)

  /// The unit being written, while its `did` can still take what stands elsewhere in it.
  var hoistRoot: Cursor?
  /// Name of the maintaining agency, for a repository that only has an address.
  var agency: [UInt8] = []
  /// A `dsc` inside the one at hand stands beside it.
  private var hasNested = false
  /// Text that found no place where it stood.
  private var pending: [[UInt8]] = []

  private static let actions = GenerationActions(.ead3, rules: EAD3Upgrade.rules)

  init(builder: TargetBuilder, names: NameTable, options: EADOptions, account: ConversionAccount) {
    super.init(builder: builder, names: names, actions: EAD3Upgrade.actions, options: options, account: account)
  }

  // MARK: Pieces of a document

  override func header(_ ead: Cursor) {
    pending.removeAll()
    agency = []
    builder.start(Tag.ead, from: ead)
    attributes(ead)
    control(ead)
    for child in ead.children where child.name != Tag.eadheader && child.name != Tag.frontmatter { node(child) }
  }

  override func unit(_ unit: Cursor) {
    builder.start(unit.name, from: unit)
    attributes(unit)
    let did = unit.first(Tag.did)
    hoistRoot = did == nil ? nil : unit
    for child in unit.children {
      if child.name == Tag.runner, did != nil { continue }
      node(child)
      if child.name == Tag.did, child.index == did?.index { afterDid(child, unit) }
    }
    hoistRoot = nil
  }

  /// What stood in the `did`, or before it, and can only stand after it.
  private func afterDid(_ did: Cursor, _ unit: Cursor) {
    for child in unit.children where child.name == Tag.runner { runner(child) }
    for child in did.children where child.name == Tag.note && EAD3Upgrade.onlyParagraph(child) == nil { oddNote(child) }
  }

  override func dsc(_ dsc: Cursor) -> Int {
    if builder.open == Tag.dsc {
      // EAD3 knows several `dsc` beside each other, none inside another. One that says nothing gives its components to the
      // outer one, at their place among its own.
      let isAmongComponents = !hasNested && !builder.allows(Tag.p)
      if !dsc.hasText, isAmongComponents || (dsc.attributes.isEmpty && !hasNested) {
        noteMarkup(dsc)
        for child in dsc.children where child.name == Tag.comment || child.name == Tag.pi { node(child) }
        return 0
      }
      hasNested = true
      builder.end()
      builder.start(Tag.dsc, from: dsc)
      attributes(dsc)
      mark(dsc, as: "nested")
      content(dsc)
      return 0
    }
    if EAD3Upgrade.isComponent(builder.open) {
      flatten(dsc)
      return 0
    }
    hasNested = false
    builder.start(Tag.dsc, from: dsc)
    attributes(dsc)
    content(dsc)
    return 1
  }

  override func tail(_ root: Cursor) {
    let isInComponent = EAD3Upgrade.isComponent(builder.open)
    guard root.name == Tag.dsc || isInComponent else { return content(root) }
    var rest: [Cursor] = []
    for child in root.children {
      let isLeaf = child.name == Tag.comment || child.name == Tag.pi
      if isLeaf || (child.name == Tag.thead && builder.allows(Tag.thead)) { node(child) } else { rest.append(child) }
    }
    guard let first = rest.first else { return }
    if isInComponent {
      late(first) { for child in rest { node(child) } }
    } else {
      find("upgrade-dsc-text-moved", .warning, first, [names.name(first.isText ? root.name : first.name)])
      for child in rest { hold(child) }
    }
  }

  override func endOfDescriptions() {
    guard !pending.isEmpty else { return }
    builder.start(Tag.odd)
    mark("dsc")
    for text in pending {
      builder.start(Tag.p)
      builder.text(text)
      builder.end()
    }
    builder.end()
    pending.removeAll()
  }

  static func isComponent(_ name: NameID) -> Bool {
    Int(name) < Tag.count && ElementTraits.table[Int(name)].contains(.component) && name != Tag.archdesc
  }

  /// A `dsc` inside a component: its components become the component's own, its words a note before them.
  private func flatten(_ dsc: Cursor) {
    var words: [Cursor] = []
    for child in dsc.children where child.name != Tag.thead { words.append(child) }
    if words.contains(where: { !$0.isText || !Bytes.isBlank($0.bytes) }), dsc.end > dsc.index + 1 {
      if builder.allows(Tag.odd) {
        dscNote(dsc, words)
      } else {
        late(dsc) { dscNote(dsc, words) }
      }
    } else {
      noteMarkup(dsc)
      builder.carry(id: dsc)
    }
    for child in dsc.children where child.name == Tag.thead {
      if builder.allows(Tag.thead) { node(child) } else { late(child) { node(child) } }
    }
  }

  private func dscNote(_ dsc: Cursor, _ words: [Cursor]) {
    builder.start(Tag.odd, from: dsc)
    mark(dsc)
    members(words)
    builder.end()
  }

  /// Heads and blocks of a note that EAD3 has no element for. A head alone is a paragraph: no note is without one.
  func members(_ words: [Cursor]) {
    let hasBlock = words.contains { $0.name != Tag.head && $0.name != Tag.comment && $0.name != Tag.pi }
    var isFirst = true
    for child in words {
      if child.name == Tag.head, !hasBlock || !isFirst { headParagraph(child) } else { node(child) }
      if child.name != Tag.comment, child.name != Tag.pi { isFirst = false }
    }
  }

  /// What stands after components that EAD3 allows nothing after: a last component holds it.
  private func late(_ first: Cursor, _ body: () -> Void) {
    if builder.allows(Tag.odd) { return body() }
    guard let next = ElementTraits.components.first(where: { builder.allows($0) }) else { return body() }
    find("upgrade-late-content", .warning, first, [names.name(first.name)])
    builder.start(next)
    mark("tail")
    builder.start(Tag.did)
    builder.start(Tag.unittitle)
    builder.text("[…]")
    builder.end()
    builder.end()
    body()
    builder.end()
  }

  private func hold(_ source: Cursor) {
    let text = source.isText ? Array(source.bytes) : EAD3Upgrade.spacedText(source)
    source.markAll(UnitNode.used)
    if !source.isText { noteMarkup(source) }
    if !text.allSatisfy(Bytes.isSpace) { pending.append(text) }
  }

  /// The text below with a blank between elements that are blocks.
  static func spacedText(_ source: Cursor) -> [UInt8] {
    var out: [UInt8] = []
    for at in source.index..<source.end {
      let node = Cursor(source.arena, at)
      if node.isText {
        if !node.isExternal { out += Array(node.bytes) }
      } else if node.name != Tag.comment, node.name != Tag.pi, TargetBuilder.isBlock(node.name), !out.isEmpty {
        out.append(0x20)
      }
    }
    return out
  }

  // MARK: Rules

  override func apply(_ rule: Int, _ source: Cursor, _ row: GenerationCrosswalk.Row) {
    guard rule >= 0, rule < Rule.all.count else { return unwrap(source) }
    switch Rule.all[rule] {
    case .accessPoint: accessPoint(source)
    case .address: address(source)
    case .agents: agents(source)
    case .arrangementHolder: holder(source)
    case .blockquote: blockquote(source)
    case .chronDate: chronDate(source)
    case .certainty: certainty(source)
    case .inline: inline(source)
    case .control, .frontmatter, .held, .listAttribute: break
    case .dao: dao(source)
    case .daogrp: daogrp(source)
    case .date: date(source)
    case .descgrp: descgrp(source)
    case .did: did(source)
    case .entity: entity(source)
    case .headParagraph: headParagraph(source)
    case .implied: omit(source, Attribute.linktype, .saidByCode)
    case .indexEntry: indexEntry(source)
    case .langmaterial: langmaterial(source)
    case .legalstatus: legalstatus(source)
    case .link: link(source)
    case .linkgrp: linkgrp(source)
    case .list: block(source) { self.list($0) }
    case .block: block(source) { self.write($0, as: $0.name) }
    case .normal: normal(source)
    case .note: note(source)
    case .phrase: phrase(source)
    case .physdesc: physdesc(source)
    case .runner: runner(source)
    case .unitdate: unitdate(source)
    case .unittitle: unittitle(source)
    }
  }
}
