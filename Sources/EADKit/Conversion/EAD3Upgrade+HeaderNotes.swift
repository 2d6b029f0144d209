/// Notes about the finding aid that were elements of `control` before (see `EAD2002Downgrade+HeaderNotes`).
extension EAD3Upgrade {
  /// Notes that say in `@type` that a conversion from EAD3 made them of `otherrecordid` or `representation`, in its form.
  func returnedNotes(_ file: Cursor?) -> [Cursor] {
    let statements = file?.children.filter { $0.name == Tag.notestmt } ?? []
    let notes = statements.flatMap { statement in statement.children.filter { $0.name == Tag.note && EAD3Upgrade.isReturned($0) } }
    // `control` has the one before the other.
    return notes.filter { isOther($0) } + notes.filter { !isOther($0) }
  }

  private func isOther(_ note: Cursor) -> Bool {
    note.attribute(Attribute.type).map { Bytes.equal($0, "otherrecordid") } ?? false
  }

  /// One paragraph that is nothing but text, or (for another form of the finding aid) nothing but a link.
  private static func isReturned(_ note: Cursor) -> Bool {
    let expected: Set<NameID> = [
      Attribute.type, Attribute.label, Attribute.id, Attribute.altrender, Attribute.audience, Attribute.encodinganalog,
    ]
    guard let type = note.attribute(Attribute.type), note.attributes.allSatisfy({ expected.contains($0.name) }),
      let paragraph = onlyParagraph(note)
    else { return false }
    let pieces = paragraph.children.filter { !$0.isText || !Bytes.isBlank($0.bytes) }
    let isText = !pieces.isEmpty && pieces.allSatisfy { $0.isText && !$0.isExternal }
    if Bytes.equal(type, "otherrecordid") { return isText }
    guard Bytes.equal(type, "representation") else { return false }
    if isText { return true }
    guard pieces.count == 1, let link = pieces.first, link.name == Tag.extref || link.name == Tag.extptr else { return false }
    return link.attribute(Attribute.href) != nil && link.children.allSatisfy { $0.isText && !$0.isExternal }
  }

  func returnedNote(_ note: Cursor) {
    builder.start(isOther(note) ? Tag.otherrecordid : Tag.representation, from: note)
    if let label = note.attribute(Attribute.label), builder.attribute(Attribute.localtype, label) { _ = note.use(Attribute.label) }
    omit(note, Attribute.type, .saidByCode)
    copyAttributes(note, except: [Attribute.type, Attribute.label])
    let link = EAD3Upgrade.onlyParagraph(note)?.children.first { $0.name == Tag.extref || $0.name == Tag.extptr }
    if let link { attributes(link) }
    flatText(link ?? note)
    builder.end()
  }
}
