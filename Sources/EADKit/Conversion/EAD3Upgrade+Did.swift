extension EAD3Upgrade {
  func did(_ source: Cursor) {
    builder.start(Tag.did, from: source)
    attributes(source)
    content(source)
    if let root = hoistRoot {
      for at in (root.index + 1)..<max(root.end, root.index + 1) {
        let object = Cursor(root.arena, at)
        guard object.name == Tag.dao || object.name == Tag.daogrp else { continue }
        let parent = Cursor(root.arena, object.parent)
        if parent.name == Tag.did, parent.index == source.index { continue }
        if object.name == Tag.dao { digitalObject(object, from: parent) } else { objectGroup(object, from: parent) }
      }
    }
    builder.end()
  }

  func unittitle(_ source: Cursor) {
    write(source, as: Tag.unittitle)
    datesBeside(source)
  }

  // MARK: Extent

  func physdesc(_ source: Cursor) {
    if options.structuredExtents, structuredExtent(source) { return }
    builder.start(Tag.physdesc, from: source)
    attributes(source)
    let extent = EAD3Upgrade.only(Tag.extent, in: source)
    let hasLeftovers = source.attributes.contains { $0.flags & UnitNode.used == 0 }
    if let extent, !hasLeftovers, source.attribute(Attribute.altrender) == nil, extent.attribute(Attribute.id) == nil,
      extent.attributes.allSatisfy({ OriginMark.canHold(extent.value($0)) }),
      source.attribute(Attribute.type) == nil
    {
      // Nothing else is the type of a `physdesc` that is an extent.
      if let type = extent.attribute(Attribute.type), builder.attribute(Attribute.localtype, type) {
        _ = extent.use(Attribute.type)
      }
      mark(extent)
      content(extent)
    } else {
      mark(source, always: false)
      var follows = false
      for child in source.children {
        let isPart = child.name == Tag.extent || child.name == Tag.dimensions || child.name == Tag.physfacet
        if follows, isPart { builder.text(" ") }
        follows = isPart
        node(child)
      }
    }
    builder.end()
  }

  /// The only child of this name, where nothing else but white space stands beside it.
  private static func only(_ name: NameID, in source: Cursor) -> Cursor? {
    var found: Cursor?
    for child in source.children {
      if child.isText, !child.isExternal, Bytes.isBlank(child.bytes) { continue }
      guard child.name == name, found == nil else { return nil }
      found = child
    }
    return found
  }

  /// `physdescstructured` for "3 linear feet": one number, one unit, and perhaps facets and dimensions; false when it is
  /// anything else.
  private func structuredExtent(_ source: Cursor) -> Bool {
    var extent: Cursor?
    var others: [Cursor] = []
    for child in source.children {
      if child.isText, !child.isExternal, Bytes.isBlank(child.bytes) { continue }
      switch child.name {
      case Tag.extent:
        guard extent == nil else { return false }
        extent = child
      case Tag.physfacet, Tag.dimensions: others.append(child)
      case Tag.text where extent == nil && others.isEmpty && source.end == source.index + 2: extent = source
      default: return false
      }
    }
    guard let extent, others.isEmpty || extent.index != source.index, extent.children.allSatisfy(\.isText) else { return false }
    // Attributes that only one of the two could have keep it as text.
    let free: Set<NameID> = [Attribute.label, Attribute.encodinganalog, Attribute.id, Attribute.audience, Attribute.lang]
    guard source.attributes.allSatisfy({ free.contains($0.name) }) else { return false }
    if extent.index != source.index {
      let canHold = extent.attributes.allSatisfy { $0.name != Attribute.id && OriginMark.canHold(extent.value($0)) }
      guard canHold else { return false }
      if let unit = extent.attribute(Attribute.unit), !Bytes.isBlank(unit) { return false }
    }
    guard let amount = ExtentText(extent.textBelow) else { return false }
    builder.start(Tag.physdescstructured, from: source)
    builder.attribute(Attribute.physdescstructuredtype, amount.type)
    builder.attribute(Attribute.coverage, "whole")
    attributes(source)
    if extent.index == source.index { mark("physdesc") } else { mark(extent) }
    builder.start(Tag.quantity)
    builder.text(amount.quantity)
    builder.end()
    builder.start(Tag.unittype)
    builder.text(amount.unit)
    builder.end()
    for child in extent.children { child.mark(UnitNode.used) }
    for other in others {
      builder.start(other.name, from: other)
      attributes(other)
      mark(other, always: false)
      content(other)
      builder.end()
    }
    builder.end()
    return true
  }

  // MARK: Language of the material

  enum LanguageProse {
    /// Nothing but `language` elements.
    case none
    /// Bare text that may be the name of a language.
    case short
    case long
  }

  func languageProse(_ source: Cursor) -> LanguageProse {
    var hasElements = false
    var hasWords = false
    for child in source.children {
      if child.isText {
        if !Bytes.isBlank(child.bytes) { hasWords = true }
      } else if child.name == Tag.language {
        hasElements = true
      } else if child.name != Tag.comment, child.name != Tag.pi {
        return .long
      }
    }
    if !hasWords { return .none }
    let text = EAD3Upgrade.collapsed(source.textBelow)
    let isName = text.count <= 30 && !text.contains { [0x2C, 0x2E, 0x3B, 0x3A].contains($0) || Bytes.isDigit($0) }
    return !hasElements && isName ? .short : .long
  }

  /// `language`, its markup flattened; the script stands beside it.
  func languageElement(_ source: Cursor) {
    builder.start(Tag.language, from: source)
    for attribute in source.attributes where attribute.name != Attribute.scriptcode && attribute.flags & UnitNode.used == 0 {
      if builder.attribute(attribute.name, source.value(attribute)) { _ = source.use(attribute.name) }
    }
    flatText(source)
    builder.end()
  }

  /// The whole prose, word by word; languages in it say again what they are, so that it can be taken apart again.
  func languageNote(_ source: Cursor) {
    builder.start(Tag.descriptivenote)
    mark(names.name(source.name))
    builder.start(Tag.p)
    for child in source.children {
      guard child.name == Tag.language else {
        node(child)
        continue
      }
      builder.start(Tag.emph)
      builder.attribute(Attribute.render, "altrender")
      var codes: [(name: String, value: [UInt8])] = []
      for attribute in child.attributes where OriginMark.canHold(child.value(attribute)) && attribute.name != Attribute.id {
        codes.append((names.name(attribute.name), Array(child.value(attribute))))
      }
      builder.attribute(Attribute.altrender, OriginMark("language", codes).bytes)
      content(child)
      builder.end()
    }
    builder.end()
    builder.end()
  }

  func langmaterial(_ source: Cursor) {
    guard source.parent >= 0, Cursor(source.arena, source.parent).name == Tag.did else { return phrase(source) }
    let prose = languageProse(source)
    builder.start(Tag.langmaterial, from: source)
    attributes(source)
    var count = 0
    for child in source.children where child.name == Tag.language {
      count += 1
      guard let code = child.attribute(Attribute.scriptcode) else {
        languageElement(child)
        continue
      }
      builder.start(Tag.languageset)
      languageElement(child)
      builder.start(Tag.script)
      if builder.attribute(Attribute.scriptcode, code) { _ = child.use(Attribute.scriptcode) }
      builder.end()
      builder.end()
    }
    if count == 0 {
      builder.start(Tag.language)
      mark(prose == .short ? "text" : "filled")
      if prose == .short { flatText(source) }
      builder.end()
    }
    if prose == .long { languageNote(source) }
    if prose == .none {
      for child in source.children where child.name == Tag.comment || child.name == Tag.pi { child.mark(UnitNode.used) }
    }
    builder.end()
  }

  // MARK: Origination and repository

  private static let agentNames: Set<NameID> = [Tag.persname, Tag.corpname, Tag.famname, Tag.name]

  /// `origination`, `repository`: EAD3 has names in them and nothing else. Words beside a name become parts of it that say
  /// so; words without a name become a name.
  func agents(_ source: Cursor) {
    guard source.parent >= 0, Cursor(source.arena, source.parent).name == Tag.did else { return unwrap(source) }
    builder.start(source.name, from: source)
    attributes(source)
    let children = Array(source.children)
    let addresses = children.filter { $0.name == Tag.address }
    let rest = children.filter { $0.name != Tag.address }
    let firstName = rest.firstIndex { EAD3Upgrade.agentNames.contains($0.name) }
    if let firstName {
      var at = firstName
      while at < rest.count {
        let next = rest[(at + 1)...].firstIndex { EAD3Upgrade.agentNames.contains($0.name) } ?? rest.count
        agent(rest[at], before: at == firstName ? Array(rest[..<firstName]) : [], after: Array(rest[(at + 1)..<next]))
        at = next
      }
    } else if rest.contains(where: EAD3Upgrade.isSubstance) {
      builder.start(Tag.name)
      mark("text")
      parts(rest)
      builder.end()
    } else {
      for child in rest where child.name == Tag.comment || child.name == Tag.pi { node(child) }
      if !addresses.isEmpty {
        let name = agency.isEmpty ? Array("[Repository]".utf8) : agency
        find("upgrade-repository-name", .warning, source, [String(decoding: name, as: UTF8.self)])
        builder.start(Tag.name)
        mark("filled")
        builder.start(Tag.part)
        builder.text(name)
        builder.end()
        builder.end()
      }
    }
    if let first = addresses.first {
      builder.start(Tag.address, from: first)
      attributes(first)
      for address in addresses {
        if address.index != first.index { noteMarkup(address) }
        content(address)
      }
      builder.end()
    }
    builder.end()
  }

  private static func isSubstance(_ node: Cursor) -> Bool {
    if node.isText { return !Bytes.isBlank(node.bytes) }
    return node.name != Tag.comment && node.name != Tag.pi && node.name != Tag.lb
  }

  /// Text without a letter or a digit, such as the semicolon between two names.
  private static func isSeparator(_ pieces: [Cursor]) -> Bool {
    pieces.allSatisfy { $0.isText && !$0.isExternal && !$0.bytes.contains(where: Bytes.isWord) }
  }

  private func agent(_ name: Cursor, before: [Cursor], after: [Cursor]) {
    var extra: [(name: String, value: [UInt8])] = []
    var before = before
    var after = after
    for isBefore in [true, false] {
      let pieces = isBefore ? before : after
      let text = pieces.flatMap { Array($0.isText ? $0.bytes : .empty) }
      let isCarried = EAD3Upgrade.isSeparator(pieces) && !text.allSatisfy(Bytes.isSpace)
      guard isCarried, OriginMark.canHold(text), name.attribute(Attribute.altrender) == nil else { continue }
      extra.append((isBefore ? "before" : "after", text))
      for piece in pieces { piece.mark(UnitNode.used) }
      if isBefore { before = [] } else { after = [] }
    }
    builder.start(name.name, from: name)
    attributes(name)
    mark(name, always: !extra.isEmpty, extra: extra)
    if before.contains(where: EAD3Upgrade.isSubstance) { bareParts(before, "before") }
    parts(Array(name.children))
    if after.contains(where: EAD3Upgrade.isSubstance) { bareParts(after, "after") }
    builder.end()
    let leaves = (before + after).filter { $0.name == Tag.comment || $0.name == Tag.pi }
    for leaf in leaves { leaf.mark(UnitNode.used) }
  }

  /// Words beside a name, in parts that say on which side they stood.
  private func bareParts(_ pieces: [Cursor], _ side: String) {
    builder.start(Tag.part)
    builder.attribute(Attribute.localtype, "text")
    mark(side)
    for piece in pieces where piece.name != Tag.comment && piece.name != Tag.pi { node(piece) }
    builder.end()
  }

  // MARK: Digital objects

  func dao(_ source: Cursor) {
    if source.parent >= 0, Cursor(source.arena, source.parent).name == Tag.did {
      digitalObject(source, from: nil)
    } else if hoistRoot == nil {
      lateObject(source)
    }
  }

  func daogrp(_ source: Cursor) {
    if source.parent >= 0, Cursor(source.arena, source.parent).name == Tag.did {
      objectGroup(source, from: nil)
    } else if hoistRoot == nil {
      lateObject(source)
    }
  }

  /// - Parameter parent: where it stood, when that was not the `did`.
  private func startObject(_ name: NameID, _ source: Cursor, from parent: Cursor?) {
    builder.start(name, from: source)
    if name == Tag.dao { builder.attribute(Attribute.daotype, "unknown") }
    if let parent { builder.attribute(Attribute.localtype, names.name(parent.name)) }
    attributes(source)
  }

  private func digitalObject(_ source: Cursor, from parent: Cursor?) {
    startObject(Tag.dao, source, from: parent)
    mark(source, always: false)
    describe(source.children.filter { $0.name == Tag.daodesc })
    builder.end()
    if parent != nil { noteChange(source, nil) }
  }

  private static let locators: Set<NameID> = [Tag.daoloc, Tag.ptrloc, Tag.extptrloc, Tag.refloc, Tag.extrefloc]

  private func objectGroup(_ source: Cursor, from parent: Cursor?) {
    let locators = source.children.filter { EAD3Upgrade.locators.contains($0.name) }
    let notes = source.children.filter { $0.name == Tag.daodesc || $0.name == Tag.resource }
    if locators.count > 1 {
      builder.start(Tag.daoset, from: source)
      if let parent { builder.attribute(Attribute.localtype, names.name(parent.name)) }
      if let title = source.attribute(Attribute.linktitle), builder.attribute(Attribute.label, title) {
        _ = source.use(Attribute.linktitle)
      }
      attributes(source)
      mark(source, always: false)
      for locator in locators {
        startObject(Tag.dao, locator, from: nil)
        mark(locator, always: locator.name != Tag.daoloc)
        describe([locator])
        builder.end()
      }
      describe(notes)
      builder.end()
    } else if let locator = locators.first {
      startObject(Tag.dao, locator, from: parent)
      mark(source)
      describe([locator] + notes)
      builder.end()
    } else if notes.contains(where: \.hasText) {
      builder.start(Tag.didnote, from: source)
      attributes(source)
      mark(source)
      for note in notes { if note.name == Tag.resource { phrase(note) } else { content(note) } }
      builder.end()
    }
    if parent != nil { noteChange(source, nil) }
  }

  /// `descriptivenote` of descriptions, of resources and of links' own words; none when they are empty.
  private func describe(_ sources: [Cursor]) {
    let said = sources.filter { source in
      switch source.name {
      case Tag.daoloc: source.children.contains { $0.name == Tag.daodesc && $0.hasText }
      default: source.hasText
      }
    }
    guard !said.isEmpty else { return }
    builder.start(Tag.descriptivenote)
    for source in said {
      switch source.name {
      case Tag.daodesc: content(source)
      case Tag.daoloc: for child in source.children where child.name == Tag.daodesc { content(child) }
      case Tag.resource:
        builder.start(Tag.p, from: source)
        attributes(source)
        mark(source)
        content(source)
        builder.end()
      default:
        openParagraph()
        content(source)
        builder.end()
      }
    }
    builder.end()
  }

  /// After the components the `did` is written: a link in a note is what remains.
  private func lateObject(_ source: Cursor) {
    find("upgrade-dao-late", .warning, source, [])
    let isOfUnit = source.parent == 0
    if isOfUnit {
      builder.start(Tag.odd)
      mark(source.name == Tag.dao ? "dao" : "daogrp")
    }
    let links = source.name == Tag.dao ? [source] : source.children.filter { EAD3Upgrade.locators.contains($0.name) }
    for link in links {
      builder.start(Tag.p)
      mark("")
      builder.start(Tag.ref, from: link)
      attributes(link)
      mark(link)
      if link.name == Tag.dao || link.name == Tag.daoloc || !link.hasText {
        builder.text(Array(link.attribute(Attribute.linktitle) ?? link.attribute(Attribute.href) ?? .empty))
      } else {
        content(link)
      }
      builder.end()
      builder.end()
      for child in link.children where child.name == Tag.daodesc { content(child) }
    }
    if source.name == Tag.daogrp {
      for child in source.children {
        if child.name == Tag.daodesc { content(child) }
        if child.name == Tag.resource { phrase(child) }
      }
    }
    if isOfUnit { builder.end() }
  }
}
