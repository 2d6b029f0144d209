/// `control` to `eadheader`.
///
/// Source of the order: the content models of `eadheader`, `filedesc`, `profiledesc` and `revisiondesc` (EAD 2002).
extension EAD2002Downgrade {
  /// The parts of a `control`, each marked when it is written.
  struct HeaderParts {
    var children: [Cursor]
    /// `otherrecordid` that became attributes of `eadid`.
    var spent: Set<Int> = []

    func all(_ name: NameID) -> [Cursor] { children.filter { $0.name == name } }
    func first(_ name: NameID) -> Cursor? { children.first { $0.name == name } }
  }

  func control(_ source: Cursor) {
    var parts = HeaderParts(children: Array(source.children))
    let status = parts.all(Tag.localcontrol).first { isFindingAidStatus($0) && $0.hasText }
    identifier = parts.first(Tag.recordid).map { words($0) } ?? []
    builder.start(Tag.eadheader, from: source)
    if let mark = origin(source) { restoreAttributes(source, mark, Tag.eadheader) } else { attributes(source) }
    if let status { findingAidStatus(status, &parts) }
    for child in parts.children where child.name == Tag.comment || child.name == Tag.pi { node(child) }
    eadid(&parts)
    fileDescription(parts)
    profile(parts)
    revisions(parts)
    for child in parts.children where child.isText && !isIndentation(child) { node(child) }
    builder.end()
    frontMatter(frontNotes(parts))
  }

  // MARK: Identity

  private func isFindingAidStatus(_ source: Cursor) -> Bool {
    source.attribute(Attribute.localtype).map { Bytes.equalIgnoringCase(Bytes.trimmed($0), "findaidstatus") } ?? false
  }

  private func findingAidStatus(_ source: Cursor, _ parts: inout HeaderParts) {
    guard let term = source.first(Tag.term) else { return }
    if assign(Attribute.findaidstatus, words(term), from: term) {
      _ = source.use(Attribute.localtype)
      parts.spent.insert(source.index)
    }
  }

  /// Writes a text as an attribute, as one word where it has to be; false when the attribute cannot have it.
  private func assign(_ name: NameID, _ value: [UInt8], from source: Cursor) -> Bool {
    if builder.attribute(name, value) {
      source.markAll(UnitNode.used)
      return true
    }
    guard builder.attribute(name, AttributeFit.token(value)) else { return false }
    noteChange(source, nil)
    return true
  }

  private func eadid(_ parts: inout HeaderParts) {
    let recordid = parts.first(Tag.recordid)
    let agency = parts.first(Tag.maintenanceagency)
    let mark = recordid.flatMap { origin($0) }
    builder.start(Tag.eadid, from: recordid)
    if let recordid {
      if mark != nil { _ = recordid.use(Attribute.altrender) }
      attributes(recordid)
    }
    for other in parts.all(Tag.otherrecordid) {
      guard let type = other.attribute(Attribute.localtype), other.hasText else { continue }
      let name: NameID
      switch String(decoding: type.map(Bytes.lowered), as: UTF8.self) {
      case "publicid": name = Attribute.publicid
      case "identifier": name = Attribute.identifier
      case "url": name = Attribute.url
      case "urn": name = Attribute.urn
      default: continue
      }
      // An attribute that is there already is refused.
      guard builder.attribute(name, other.textBelow) else { continue }
      other.markAll(UnitNode.used)
      omit(other, Attribute.localtype, .saidByCode)
      parts.spent.insert(other.index)
    }
    if let agency {
      if let code = agency.attribute(Attribute.countrycode) {
        if builder.attribute(Attribute.countrycode, code) {
          _ = agency.use(Attribute.countrycode)
        } else if builder.attribute(Attribute.countrycode, AttributeFit.token(Array(Bytes.trimmed(code)))) {
          noteChange(agency, Attribute.countrycode)
        }
      }
      if let code = agency.first(Tag.agencycode), code.hasText, assign(Attribute.mainagencycode, words(code), from: code) {
        parts.spent.insert(code.index)
      }
    }
    if let recordid {
      if mark?.name == "filled" {
        recordid.markAll(UnitNode.ignored, reason: .duplicate)
      } else {
        content(recordid)
      }
    }
    builder.end()
  }

  // MARK: Description of the file

  private func fileDescription(_ parts: HeaderParts) {
    let file = parts.first(Tag.filedesc)
    let notes = homeless(parts)
    let name = missingPublisher(parts, file)
    builder.start(Tag.filedesc, from: file)
    if let file {
      attributes(file)
      for child in file.children where child.name == Tag.titlestmt { titleStatement(child, parts) }
    }
    if file?.first(Tag.titlestmt) == nil { titleStatement(nil, parts) }
    let members = file.map { Array($0.children) } ?? []
    for child in members where child.name == Tag.editionstmt { node(child) }
    publication(file, name)
    for child in members where child.name == Tag.seriesstmt { node(child) }
    noteStatement(file, notes, parts)
    let known = [Tag.titlestmt, Tag.editionstmt, Tag.publicationstmt, Tag.seriesstmt, Tag.notestmt]
    for child in members where !known.contains(child.name) && !isIndentation(child) { node(child) }
    builder.end()
  }

  private func titleStatement(_ source: Cursor?, _ parts: HeaderParts) {
    builder.start(Tag.titlestmt, from: source)
    if let source { attributes(source) }
    let children = source.map { Array($0.children) } ?? []
    for child in children where child.name == Tag.titleproper { node(child) }
    if !children.contains(where: { $0.name == Tag.titleproper }) {
      if let place = source ?? parts.children.first {
        find("downgrade-title-missing", .warning, place, [String(decoding: identifier, as: UTF8.self)])
      }
      builder.start(Tag.titleproper)
      builder.text(identifier)
      builder.end()
    }
    for child in children where child.name == Tag.subtitle { node(child) }
    for name in [Tag.author, Tag.sponsor] { joined(children.filter { $0.name == name }, as: name) }
    let known = [Tag.titleproper, Tag.subtitle, Tag.author, Tag.sponsor]
    for child in children where !known.contains(child.name) && !isIndentation(child) { node(child) }
    builder.end()
  }

  /// Several elements of which EAD 2002 has room for one.
  private func joined(_ sources: [Cursor], as name: NameID) {
    guard let first = sources.first else { return }
    if sources.count == 1 { return node(first) }
    builder.start(name, from: first)
    attributes(first)
    for source in sources {
      if source.index != first.index {
        noteMarkup(source)
        builder.carry(id: source)
        builder.text("; ")
      }
      trimmedContent(source)
    }
    builder.end()
  }

  /// The name of the agency where no publisher is named.
  func missingPublisher(_ parts: HeaderParts, _ file: Cursor?) -> Cursor? {
    guard let agency = parts.first(Tag.maintenanceagency) else { return nil }
    if let publication = file?.first(Tag.publicationstmt), publication.first(Tag.publisher) != nil { return nil }
    return agency.children.first { $0.name == Tag.agencyname && $0.hasText && origin($0) == nil }
  }

  private func publication(_ file: Cursor?, _ name: Cursor?) {
    func publisher() {
      guard let name else { return }
      builder.start(Tag.publisher, from: name)
      commonAttributes(name)
      content(name)
      builder.end()
    }
    guard let source = file?.first(Tag.publicationstmt) else {
      guard name != nil else { return }
      builder.start(Tag.publicationstmt)
      publisher()
      builder.end()
      return
    }
    builder.start(Tag.publicationstmt, from: source)
    attributes(source)
    publisher()
    content(source)
    builder.end()
  }

  private func noteStatement(_ file: Cursor?, _ notes: [Cursor], _ parts: HeaderParts) {
    let sources = file?.children.filter { $0.name == Tag.notestmt } ?? []
    let front = Set(frontNotes(parts).map(\.index))
    let hasOwn = sources.contains { source in source.children.contains { isElement($0) && !front.contains($0.index) } }
    for source in sources { if origin(source)?.name == "" { _ = source.use(Attribute.altrender) } }
    guard hasOwn || !notes.isEmpty else { return }
    builder.start(Tag.notestmt, from: sources.first)
    for source in sources {
      if source.index == sources.first?.index { attributes(source) }
      for child in source.children where !front.contains(child.index) { node(child) }
    }
    for note in notes { homelessNote(note) }
    builder.end()
  }

  // MARK: Front matter

  private static let frontNames: Set<String> = ["titlepage", "div", "frontmatter"]

  /// Notes that were front matter in EAD 2002.
  private func frontNotes(_ parts: HeaderParts) -> [Cursor] {
    let statements = parts.first(Tag.filedesc)?.children.filter { $0.name == Tag.notestmt } ?? []
    return statements.flatMap { elements($0) }.filter { note in
      note.name == Tag.controlnote && origin(note).map { EAD2002Downgrade.frontNames.contains($0.name) } ?? false
    }
  }

  private func frontMatter(_ notes: [Cursor]) {
    guard !notes.isEmpty else { return }
    builder.start(Tag.frontmatter)
    for (index, note) in notes.enumerated() {
      guard let mark = origin(note) else { continue }
      // A title page is the first or it is none.
      let name = mark.name == "titlepage" && index == 0 ? Tag.titlepage : Tag.div
      builder.start(name, from: note)
      restoreAttributes(note, mark, name)
      content(note)
      builder.end()
    }
    builder.end()
  }
}
