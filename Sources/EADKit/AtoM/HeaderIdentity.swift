/// What the header says about the whole: its identifier and its language.
struct HeaderIdentity {
  /// Text of `eadid` or `recordid`, white space collapsed; empty when there is none.
  private(set) var identifier = ""
  /// AtoM's codes for the languages of the description, the first one first.
  private(set) var languages: [String] = []

  init(_ header: UnitArena) {
    guard !header.isEmpty else { return }
    var rootLanguage: String?
    for index in 0..<header.nodeCount {
      let cursor = Cursor(header, index)
      switch cursor.name {
      case Tag.ead:
        rootLanguage = cursor.attribute(Attribute.lang).flatMap(HeaderIdentity.code)
      case Tag.eadid, Tag.recordid:
        if identifier.isEmpty { identifier = HeaderIdentity.text(cursor) }
      case Tag.language:
        guard HeaderIdentity.isOfDescription(cursor) else { continue }
        if let code = cursor.attribute(Attribute.langcode).flatMap(HeaderIdentity.code) {
          languages.append(code)
        } else if let codes = Languages.list(in: HeaderIdentity.text(cursor)) {
          languages += codes
        }
      case Tag.langusage:
        if !cursor.children.contains(where: { $0.name == Tag.language }),
          let codes = Languages.list(in: HeaderIdentity.text(cursor))
        {
          languages += codes
        }
      default: break
      }
    }
    if languages.isEmpty, let rootLanguage { languages.append(rootLanguage) }
  }

  private static func isOfDescription(_ language: Cursor) -> Bool {
    var at = language.parent
    while at >= 0 {
      let cursor = Cursor(language.arena, at)
      if cursor.name == Tag.langusage || cursor.name == Tag.languagedeclaration { return true }
      at = cursor.parent
    }
    return false
  }

  /// `fr-CA` and `fra` are `fr`: AtoM's culture of the text, without the country.
  private static func code(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    let language = UnsafeBufferPointer(rebasing: bytes.prefix { $0 != 0x2D && $0 != 0x5F })
    return Languages.code(Bytes.trimmed(language))
  }

  private static func text(_ cursor: Cursor) -> String {
    cursor.textBelow.withUnsafeBufferPointer(LossAccount.collapse)
  }

  /// A file's name without folders and endings.
  static func prefix(forFile file: String) -> String {
    let name = file.split(separator: "/").last.map(String.init) ?? file
    if name == "-" { return "stdin" }
    return FindingAidName.withoutEndings(name)
  }

  /// `#` separates the prefix from the component: in the prefix itself it is written `%23`; pipes and controls never stay.
  static func escaped(_ prefix: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    for byte in prefix {
      switch byte {
      case 0x23: out.append(contentsOf: Array("%23".utf8))
      case 0x7C: out.append(contentsOf: Array("\u{A6}".utf8))
      case 0x5C: out.append(0x2F)
      case 0..<0x20: out.append(0x20)
      default: out.append(byte)
      }
    }
    return out
  }
}
