/// An element that is there to hold text and holds none: no text, no child, no attribute that would say the same.
final class StructureEmptyElement: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("structure-empty-element", .structure, .warning) }

  /// Those whose text is in child elements in EAD3: there the schema says that these are missing.
  private static let structuredInEAD3 = NameSet([
    Tag.corpname, Tag.famname, Tag.function, Tag.genreform, Tag.geogname, Tag.langmaterial, Tag.name, Tag.occupation,
    Tag.origination, Tag.persname, Tag.repository, Tag.subject, Tag.title,
  ])

  /// Attributes that say what the text would say.
  private static let telling = NameSet([
    Attribute.authfilenumber, Attribute.entityref, Attribute.href, Attribute.identifier, Attribute.langcode,
    Attribute.normal, Attribute.notafter, Attribute.notbefore, Attribute.publicid, Attribute.scriptcode,
    Attribute.standarddate, Attribute.standarddatetime, Attribute.target, Attribute.urn, Attribute.value,
  ])

  private let textual = TextualElements.set
  private let telling = StructureEmptyElement.telling
  /// Depth of the last start tag; at an end tag of the same depth it was the element's own, which has no child then.
  @exclusivity(unchecked) private var lastDepth = 0
  @exclusivity(unchecked) private var isTelling = false

  override func register(_ interests: inout RuleInterests) {
    interests.startOfEveryElement()
    interests.text(of: TextualElements.names)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    lastDepth = document.open.count
    guard textual.contains(name) else { return }
    isTelling = false
    for attribute in document.attributes where telling.contains(attribute.name) {
      if !Bytes.isBlank(attribute.value) { isTelling = true }
    }
  }

  override func end(_ name: NameID, _ document: RuleDocument) {
    guard document.text.count <= 12, document.open.count == lastDepth, !isTelling, isInvisible(document.text) else { return }
    if document.generation == .ead3, StructureEmptyElement.structuredInEAD3.contains(name) { return }
    document.report(
      self, [document.names.name(name), document.names.name(document.parent)], at: document.startPlace)
  }

  /// Blank, or nothing but no-break and zero-width spaces.
  private func isInvisible(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var at = 0
    while at < text.count {
      let rest = text.count - at
      if Bytes.isSpace(text[at]) {
        at += 1
      } else if rest >= 2, text[at] == 0xC2, text[at + 1] == 0xA0 {
        at += 2
      } else if rest >= 3, text[at] == 0xE2, text[at + 1] == 0x80, (0x80...0x8D).contains(text[at + 2]) || text[at + 2] == 0xAF {
        at += 3
      } else {
        return false
      }
    }
    return true
  }
}
