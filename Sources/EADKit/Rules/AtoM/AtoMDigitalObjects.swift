/// Which digital objects of a description AtoM fetches: the first `dao` of `did`, or the first `daoloc` of its first
/// `daogrp`, by the address in its un-prefixed `@href`.
struct AtoMDigitalObjects {
  enum Fate {
    case fetched
    /// Its address is in a prefixed attribute, such as `xlink:href`, which AtoM does not see.
    case prefixed
    /// Not the first one, outside `did`, or without an address.
    case ignored
  }

  static let elements: [NameID] = [Tag.did, Tag.dao, Tag.daogrp, Tag.daoloc]

  private var sawOne = false
  private var sawGroup = false
  private var isFirstGroup = false

  /// To be told of every element above that starts; what becomes of a `dao` or `daoloc`.
  mutating func start(_ name: NameID, _ document: RuleDocument) -> Fate? {
    switch name {
    case Tag.did:
      self = AtoMDigitalObjects()
      return nil
    case Tag.daogrp:
      isFirstGroup = !sawGroup && document.parent == Tag.did
      if document.parent == Tag.did { sawGroup = true }
      return nil
    case Tag.dao, Tag.daoloc:
      let isInPlace = name == Tag.dao ? document.parent == Tag.did : document.parent == Tag.daogrp && isFirstGroup
      let isFirst = isInPlace && !sawOne
      if isInPlace { sawOne = true }
      guard isFirst, let address = AtoMDigitalObjects.address(document), !Bytes.isBlank(address.value) else { return .ignored }
      return AtoMDigitalObjects.isPrefixed(document) ? .prefixed : .fetched
    default: return nil
    }
  }

  /// `href` or `xlink:href` of the start tag of the event.
  static func address(_ document: RuleDocument) -> RawAttribute? {
    document.attributes.first { $0.name == Attribute.href || document.bareLinkAttribute($0.name) == "href" }
  }

  /// Whether the start tag of the event writes `href` with a prefix. Asked of the tag's text: an address with `&amp;` in it is
  /// delivered as a copy that no longer tells its place.
  private static func isPrefixed(_ document: RuleDocument) -> Bool {
    let tag = document.parser.tagText
    let name = Array(":href".utf8)
    var at = 0
    while let start = tag[at...].firstIndex(of: 0x3A) {
      let rest = tag[start...].drop { !Bytes.isSpace($0) && $0 != 0x3D }
      if tag[start..<rest.startIndex].elementsEqual(name), rest.drop(while: Bytes.isSpace).first == 0x3D { return true }
      at = start + 1
    }
    return false
  }

  /// The address or, failing one, the element's name.
  static func label(_ name: NameID, _ document: RuleDocument) -> String {
    guard let address = address(document), !Bytes.isBlank(address.value) else { return document.names.name(name) }
    return Excerpt.text(address.value)
  }
}
