extension EAD3Upgrade {
  /// `eadheader` and `frontmatter` to `control`, in the order that EAD3 demands.
  func control(_ ead: Cursor) {
    guard let header = ead.first(Tag.eadheader) else {
      controlWithoutHeader(ead)
      return
    }
    let file = header.first(Tag.filedesc)
    let profile = header.first(Tag.profiledesc)
    let revisions = header.first(Tag.revisiondesc)
    let status = header.use(Attribute.findaidstatus)
    builder.start(Tag.control, from: header)
    encodings(header)
    attributes(header)
    mark(header, always: false)
    for child in header.children where child.name == Tag.comment || child.name == Tag.pi { node(child) }
    let eadid = header.first(Tag.eadid)
    identifiers(eadid, header)
    let returned = returnedNotes(file)
    for note in returned { returnedNote(note) }
    filedesc(file, ead, without: Set(returned.map(\.index)))
    builder.start(Tag.maintenancestatus)
    builder.attribute(Attribute.value, revisions == nil ? "derived" : "revised")
    builder.end()
    maintenanceAgency(eadid, file, ead, header)
    for child in EAD3Upgrade.children(of: profile) {
      if child.name == Tag.langusage { langusage(child) }
    }
    for child in EAD3Upgrade.children(of: profile) where child.name == Tag.descrules {
      conventions(child)
    }
    if let status {
      builder.start(Tag.localcontrol)
      builder.attribute(Attribute.localtype, "findaidstatus")
      builder.start(Tag.term)
      builder.text(status)
      builder.end()
      builder.end()
    }
    history(profile, revisions)
    builder.end()
  }

  /// A document without a header: what EAD3 demands, and no more.
  private func controlWithoutHeader(_ ead: Cursor) {
    find("upgrade-no-header", .warning, ead, [])
    builder.start(Tag.control)
    builder.start(Tag.recordid)
    mark("filled")
    builder.end()
    filedesc(nil, ead)
    builder.start(Tag.maintenancestatus)
    builder.attribute(Attribute.value, "derived")
    builder.end()
    maintenanceAgency(nil, nil, ead, ead)
    history(nil, nil)
    builder.end()
  }

  // MARK: Identity

  private static let encodingNames: [(name: NameID, legal: [StaticString], other: StaticString)] = [
    (Attribute.langencoding, ["iso639-1", "iso639-2b", "iso639-3"], "otherlangencoding"),
    (Attribute.scriptencoding, ["iso15924"], "otherscriptencoding"),
    (Attribute.dateencoding, ["iso8601"], "otherdateencoding"),
    (Attribute.countryencoding, ["iso3166-1"], "othercountryencoding"),
    (Attribute.repositoryencoding, ["iso15511"], "otherrepositoryencoding"),
  ]

  /// The names of code lists in EAD3's spelling; what is spelt otherwise in the source goes into the mark.
  private func encodings(_ header: Cursor) {
    for encoding in EAD3Upgrade.encodingNames {
      guard let value = header.attribute(encoding.name) else { continue }
      if encoding.legal.contains(where: { Bytes.equal(value, $0) }) { continue }
      let key = value.map(Bytes.lowered).filter { Bytes.isDigit($0) || Bytes.isASCIILetter($0) || $0 == 0x2D }
      let known: StaticString? =
        switch String(decoding: key, as: UTF8.self) {
        case "iso639-2", "iso6392", "iso6392b", "iso639-2b", "iso-639-2", "iso-639-2b": "iso639-2b"
        case "iso639-1", "iso6391", "iso-639-1": "iso639-1"
        case "iso639-3", "iso6393", "iso-639-3": "iso639-3"
        case "iso15924", "iso-15924": "iso15924"
        case "iso8601", "iso-8601": "iso8601"
        case "iso3166-1", "iso3166", "iso-3166-1", "iso3166-1a2", "iso3166-a2", "iso-3166": "iso3166-1"
        case "iso15511", "iso-15511": "iso15511"
        default: nil
        }
      let isLegal =
        known.map { name in
          encoding.legal.contains {
            UnsafeBufferPointer(start: $0.utf8Start, count: $0.utf8CodeUnitCount)
              .elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
          }
        } ?? false
      builder.attribute(encoding.name, "\(isLegal ? known ?? encoding.other : encoding.other)")
    }
  }

  private func identifiers(_ eadid: Cursor?, _ header: Cursor) {
    builder.start(Tag.recordid, from: eadid)
    guard let eadid else {
      find("upgrade-no-identifier", .warning, header, [])
      mark("filled")
      builder.end()
      return
    }
    if let url = eadid.attribute(Attribute.url), builder.attribute(Attribute.instanceurl, url) { _ = eadid.use(Attribute.url) }
    let rest: [NameID] = [Attribute.publicid, Attribute.identifier, Attribute.urn, Attribute.url]
    let others = rest.compactMap { name in eadid.attribute(name) != nil ? name : nil }
    if eadid.hasText {
      copyAttributes(eadid, except: others)
      flatText(eadid)
    } else {
      let substitute = [Attribute.identifier, Attribute.urn, Attribute.publicid, Attribute.url].lazy
        .compactMap { eadid.attribute($0) }.first { !Bytes.isBlank($0) }
      if eadid.attribute(Attribute.altrender) == nil { mark("filled") }
      copyAttributes(eadid, except: others)
      find("upgrade-no-identifier", .warning, eadid, [])
      if let substitute { builder.text(substitute) }
    }
    builder.end()
    for name in others {
      for attribute in eadid.attributes where attribute.name == name && attribute.flags & UnitNode.used == 0 {
        builder.start(Tag.otherrecordid)
        builder.attribute(Attribute.localtype, names.name(name))
        builder.text(eadid.value(attribute))
        builder.end()
        _ = eadid.use(name)
      }
    }
  }

  /// The attributes of an element, but for some that go elsewhere.
  func copyAttributes(_ source: Cursor, except: [NameID]) {
    let elsewhere = except + [Attribute.countrycode, Attribute.mainagencycode]
    for attribute in source.attributes where !elsewhere.contains(attribute.name) && attribute.flags & UnitNode.used == 0 {
      if builder.attribute(attribute.name, source.value(attribute)) { _ = source.use(attribute.name) }
    }
  }

  private func maintenanceAgency(_ eadid: Cursor?, _ file: Cursor?, _ ead: Cursor, _ header: Cursor) {
    builder.start(Tag.maintenanceagency)
    if let eadid, let code = eadid.attribute(Attribute.countrycode) {
      let trimmed = Bytes.trimmed(code)
      let upper = trimmed.map { $0 >= 0x61 && $0 <= 0x7A ? $0 & 0xDF : $0 }
      if code.elementsEqual(upper) {
        if builder.attribute(Attribute.countrycode, code) { _ = eadid.use(Attribute.countrycode) }
      } else if builder.attribute(Attribute.countrycode, upper) {
        noteChange(eadid, Attribute.countrycode)
      }
    }
    if let eadid, let code = eadid.use(Attribute.mainagencycode) {
      builder.start(Tag.agencycode)
      builder.text(code)
      builder.end()
    }
    var publishers = EAD3Upgrade.all(Tag.publisher, in: file?.first(Tag.publicationstmt))
    if publishers.isEmpty { publishers = EAD3Upgrade.all(Tag.publisher, in: ead.first(Tag.frontmatter)) }
    let found = publishers.map { EAD3Upgrade.collapsed(EAD3Upgrade.spacedText($0)) }.filter { !$0.isEmpty }
    for name in found { agencyName(name, "copy") }
    agency = found.first ?? []
    if found.isEmpty {
      if let given = options.agencyName, !given.isEmpty {
        agency = Array(given.utf8)
        agencyName(agency, "filled")
      } else {
        let code = eadid?.attribute(Attribute.mainagencycode).map { EAD3Upgrade.collapsed(Array($0)) } ?? []
        find("upgrade-no-agency", .warning, header, [code.isEmpty ? "[Agency]" : String(decoding: code, as: UTF8.self)])
        agencyName(code.isEmpty ? Array("[Agency]".utf8) : code, "filled")
      }
    }
    builder.end()
  }

  private func agencyName(_ name: [UInt8], _ origin: String) {
    builder.start(Tag.agencyname)
    mark(origin)
    builder.text(name)
    builder.end()
  }

  private static func all(_ name: NameID, in source: Cursor?) -> [Cursor] {
    guard let source else { return [] }
    return (source.index..<source.end).map { Cursor(source.arena, $0) }.filter { $0.name == name }
  }

  private static func children(of source: Cursor?) -> [Cursor] { source.map { Array($0.children) } ?? [] }

  static func collapsed(_ bytes: [UInt8]) -> [UInt8] {
    Array(bytes.split(whereSeparator: Bytes.isSpace).joined(separator: [0x20]))
  }

  // MARK: The file's description and the title page

  /// - Parameter without: notes that have become elements of `control`.
  private func filedesc(_ file: Cursor?, _ ead: Cursor, without returned: Set<Int> = []) {
    let pieces = frontPieces(ead.first(Tag.frontmatter), file)
    builder.start(Tag.filedesc, from: file)
    if let file { attributes(file) }
    if file?.first(Tag.titlestmt) == nil {
      builder.start(Tag.titlestmt)
      builder.start(Tag.titleproper)
      builder.end()
      builder.end()
    }
    for child in EAD3Upgrade.children(of: file) {
      guard child.name == Tag.notestmt else {
        node(child)
        continue
      }
      let rest = child.children.filter { !returned.contains($0.index) }
      let isSpent =
        child.attributes.isEmpty && child.children.contains { returned.contains($0.index) }
        && rest.allSatisfy { $0.name == Tag.comment || $0.name == Tag.pi || ($0.isText && Bytes.isBlank($0.bytes)) }
      if isSpent, pieces.isEmpty {
        for leaf in rest { node(leaf) }
        continue
      }
      builder.start(Tag.notestmt, from: child)
      attributes(child)
      for note in rest { node(note) }
      for piece in pieces { frontNote(piece) }
      builder.end()
    }
    if file?.first(Tag.notestmt) == nil, !pieces.isEmpty {
      builder.start(Tag.notestmt)
      mark("")
      for piece in pieces { frontNote(piece) }
      builder.end()
    }
    builder.end()
  }

  /// The title page and the divisions of the front matter that say what the header does not.
  ///
  /// A title page usually repeats the header: what it repeats is an omission, not a loss.
  private func frontPieces(_ front: Cursor?, _ file: Cursor?) -> [(whole: Cursor, parts: [Cursor])] {
    guard let front else { return [] }
    var said: [[UInt8]] = []
    if let file {
      for at in file.index..<file.end where !Cursor(file.arena, at).isText {
        said.append(EAD3Upgrade.collapsed(EAD3Upgrade.spacedText(Cursor(file.arena, at))))
      }
    }
    noteMarkup(front)
    var pieces: [(whole: Cursor, parts: [Cursor])] = []
    for whole in front.children {
      var parts: [Cursor] = []
      for child in whole.isText ? Cursor.Children(arena: front.arena, at: whole.index, end: whole.end) : whole.children {
        let text = EAD3Upgrade.collapsed(child.isText ? Array(child.bytes) : EAD3Upgrade.spacedText(child))
        if child.name == Tag.comment || child.name == Tag.pi {
          parts.append(child)
        } else if text.isEmpty || said.contains(text) {
          child.markAll(UnitNode.ignored, reason: .duplicate, attributes: true)
        } else {
          parts.append(child)
        }
      }
      if parts.contains(where: { $0.name != Tag.comment && $0.name != Tag.pi }) { pieces.append((whole, parts)) }
    }
    return pieces
  }

  private func frontNote(_ piece: (whole: Cursor, parts: [Cursor])) {
    builder.start(Tag.controlnote, from: piece.whole)
    if piece.whole.isText {
      mark("frontmatter")
    } else {
      attributes(piece.whole)
      mark(piece.whole)
    }
    for part in piece.parts { frontPart(part) }
    builder.end()
  }

  private func frontPart(_ part: Cursor) {
    switch part.name {
    case Tag.text, Tag.comment, Tag.pi, Tag.p, Tag.list, Tag.chronlist, Tag.table, Tag.blockquote, Tag.address, Tag.note:
      node(part)
    case Tag.div:
      noteMarkup(part)
      builder.carry(id: part)
      for child in part.children { frontPart(child) }
    default:
      builder.start(Tag.p, from: part)
      attributes(part)
      mark(part)
      content(part)
      builder.end()
    }
  }

  // MARK: Language and rules of the description

  private func langusage(_ source: Cursor) {
    let languages = source.children.filter { $0.name == Tag.language }
    let prose = languageProse(source)
    var isFirst = true
    func declaration(_ language: Cursor?) {
      builder.start(Tag.languagedeclaration, from: isFirst ? source : nil)
      if isFirst { attributes(source) }
      let isBare = language == nil && prose == .short
      if isBare { mark("text") } else if language == nil { mark("filled") }
      if let language {
        languageElement(language)
      } else {
        builder.start(Tag.language)
        if isBare { flatText(source) }
        builder.end()
      }
      builder.start(Tag.script)
      if let code = language?.attribute(Attribute.scriptcode), builder.attribute(Attribute.scriptcode, code) {
        _ = language?.use(Attribute.scriptcode)
      }
      builder.end()
      if isFirst, prose == .long { languageNote(source) }
      builder.end()
      isFirst = false
    }
    if languages.isEmpty, source.hasText { declaration(nil) }
    for language in languages { declaration(language) }
  }

  private func conventions(_ source: Cursor) {
    guard source.hasText else { return }
    builder.start(Tag.conventiondeclaration, from: source)
    attributes(source)
    mark(source, always: false)
    builder.start(Tag.citation)
    content(source)
    builder.end()
    builder.end()
  }

  // MARK: History

  private func history(_ profile: Cursor?, _ revisions: Cursor?) {
    var count = 0
    builder.start(Tag.maintenancehistory, from: revisions)
    if let revisions {
      attributes(revisions)
      mark(revisions, always: false)
    }
    for child in EAD3Upgrade.children(of: profile) where child.name == Tag.creation {
      creation(child)
      count += 1
    }
    for child in EAD3Upgrade.children(of: revisions) {
      switch child.name {
      case Tag.change:
        change(child)
        count += 1
      case Tag.list: count += listOfChanges(child)
      case Tag.comment, Tag.pi: node(child)
      default:
        guard child.isText ? !Bytes.isBlank(child.bytes) : child.hasText else { continue }
        event("revised", nil, nil, child) { self.eventText(child) }
        count += 1
      }
    }
    if count == 0 || options.timestamp != nil { conversionEvent() }
    builder.end()
  }

  private func conversionEvent() {
    builder.start(Tag.maintenanceevent)
    mark("filled")
    builder.start(Tag.eventtype)
    builder.attribute(Attribute.value, "derived")
    builder.end()
    builder.start(Tag.eventdatetime)
    if let time = options.timestamp {
      builder.attribute(Attribute.standarddatetime, time)
      builder.text(time)
    }
    builder.end()
    builder.start(Tag.agenttype)
    builder.attribute(Attribute.value, "machine")
    builder.end()
    builder.start(Tag.agent)
    builder.text(EAD3Upgrade.toolName)
    builder.end()
    builder.start(Tag.eventdescription)
    builder.text("EAD 2002 → EAD3")
    builder.end()
    builder.end()
  }

  /// One event; its date is an element of the source or nothing.
  private func event(
    _ type: String, _ date: Cursor?, _ label: Cursor?, _ source: Cursor, as name: String? = nil, place: Int = 0,
    _ body: () -> Void
  ) {
    builder.start(Tag.maintenanceevent, from: source)
    if !source.isText {
      attributes(source)
      mark(source, as: name)
    }
    builder.start(Tag.eventtype)
    builder.attribute(Attribute.value, type)
    builder.end()
    builder.start(Tag.eventdatetime)
    if let date {
      if let normal = date.attribute(Attribute.normal) {
        let value = EAD3Upgrade.normalised(normal)
        if builder.attribute(Attribute.standarddatetime, value) {
          if normal.elementsEqual(value) { _ = date.use(Attribute.normal) } else { noteChange(date, Attribute.normal) }
        }
      }
      if name == nil, source.name == Tag.change {
        attributes(date)
        mark(date, always: false)
        flatText(date)
      } else {
        attributes(date)
        mark(date, always: place > 0, extra: place > 0 ? [(OriginMark.place, [UInt8](repeating: 0x2E, count: place))] : [])
        builder.text(EAD3Upgrade.spacedText(date))
      }
    } else if let label {
      attributes(label)
      mark(label, always: false)
      flatText(label)
    }
    builder.end()
    builder.start(Tag.agenttype)
    builder.attribute(Attribute.value, "unknown")
    builder.end()
    builder.start(Tag.agent)
    builder.end()
    body()
    builder.end()
  }

  private func eventText(_ source: Cursor) {
    builder.start(Tag.eventdescription, from: source)
    if !source.isText { attributes(source) }
    flatText(source)
    builder.end()
  }

  /// The description has the whole text; the date is also the event's when there is only one.
  private func creation(_ source: Cursor) {
    let dates = source.children.filter { $0.name == Tag.date }
    let date = dates.count == 1 ? dates.first : nil
    event("created", date, nil, source, place: date.map { EAD3Upgrade.place(of: $0, in: source) } ?? 0) {
      builder.start(Tag.eventdescription)
      flatText(source, kept: date?.index ?? -1)
      builder.end()
    }
  }

  /// How often the text of a date stands in the words around it before the date itself.
  private static func place(of date: Cursor, in source: Cursor) -> Int {
    var before: [UInt8] = []
    for at in source.index..<date.index {
      let node = Cursor(source.arena, at)
      if node.isText, !node.isExternal { before += Array(node.bytes) }
    }
    let text = date.textBelow
    let trimmed = text.withUnsafeBufferPointer { Array(Bytes.trimmed($0)) }
    let own = before.count + (text.firstIndex { !Bytes.isSpace($0) } ?? 0)
    let earlier = OriginMark.starts(of: trimmed, in: source.textBelow).prefix { $0 < own }.count
    return earlier > 64 ? 0 : earlier
  }

  private func change(_ source: Cursor) {
    let date = source.first(Tag.date)
    event("revised", date, nil, source) {
      for child in source.children where child.index != date?.index {
        if child.name == Tag.comment || child.name == Tag.pi {
          node(child)
        } else if child.isText ? !Bytes.isBlank(child.bytes) : true {
          eventText(child)
        }
      }
    }
  }

  private func listOfChanges(_ list: Cursor) -> Int {
    var count = 0
    noteMarkup(list)
    builder.carry(id: list)
    for child in list.children {
      switch child.name {
      case Tag.comment, Tag.pi: node(child)
      case Tag.defitem:
        let label = child.first(Tag.label)
        event("revised", nil, label, child) {
          for part in child.children where part.index != label?.index { eventText(part) }
        }
        count += 1
      case Tag.listhead, Tag.head:
        guard child.hasText else { continue }
        event("unknown", nil, nil, child) { self.eventText(child) }
        count += 1
      default:
        event("revised", nil, nil, child, as: child.isText ? nil : names.name(child.name)) {
          builder.start(Tag.eventdescription)
          flatText(child)
          builder.end()
        }
        count += 1
      }
    }
    return count
  }
}
