/// In a namespaced EAD 2002 document the attributes of links are XLink's: `xlink:href`, not `href`.
final class LinkNotNamespaced: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("link-not-namespaced", .links, .error, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) {
    interests.start(
      of: Tag.ref, Tag.extref, Tag.ptr, Tag.extptr, Tag.archref, Tag.bibref, Tag.title, Tag.dao, Tag.daoloc, Tag.daogrp,
      Tag.linkgrp, Tag.arc, Tag.resource, Tag.refloc, Tag.extrefloc, Tag.ptrloc, Tag.extptrloc)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    var bare: [String] = []
    var first: NameID = 0
    for attribute in document.attributes {
      guard let local = document.bareLinkAttribute(attribute.name) else { continue }
      if first == 0 { first = attribute.name }
      bare.append(local)
    }
    if bare.isEmpty { return }
    // Those that have another meaning without a namespace elsewhere; here they came along.
    for attribute in document.attributes where attribute.name == Attribute.type || attribute.name == Attribute.role {
      if name != Tag.title { bare.append(document.names.name(attribute.name)) }
    }
    let meant = bare.map { $0 == "linktype" ? "xlink:type" : "xlink:" + $0 }
    document.report(
      self, [bare.joined(separator: ", "), document.names.name(name), meant.joined(separator: ", ")],
      at: document.placeOfAttribute(first))
  }
}

extension RuleDocument {
  /// The local name of a link's attribute that stands in no namespace although its element is in one; nil for any other
  /// attribute.
  ///
  /// Such attributes (`actuate`, `arcrole`, `from`, `href`, `show`, `title`, `to`, and the DTD's `linktype`) have names of
  /// their own in `names`: `{}href`.
  func bareLinkAttribute(_ name: NameID) -> String? {
    guard name > Attribute.xsi else { return nil }
    let text = names.name(name)
    return text.hasPrefix("{}") ? String(text.dropFirst(2)) : nil
  }
}
