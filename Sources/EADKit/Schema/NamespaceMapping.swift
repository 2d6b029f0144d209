/// How a document in another namespace, or in none, is seen by a schema: its elements move into the schema's namespace, and
/// for EAD 2002 without namespace the link attributes of the DTD become XLink's.
///
/// Source: the DTD's `%a.link` entities beside the schema's XLink attribute groups.
struct NamespaceMapping {
  /// Namespace of the document's elements; empty for none.
  var from: String
  var to: String
  /// Link attributes without namespace become XLink's.
  var movesLinks = false

  static let xlink = "http://www.w3.org/1999/xlink"

  /// Elements whose link attributes move to XLink.
  static let linkElements: Set<String> = [
    "arc", "archref", "bibref", "dao", "daogrp", "daoloc", "extptr", "extptrloc", "extref", "extrefloc", "linkgrp", "ptr",
    "ptrloc", "ref", "refloc", "resource", "title",
  ]

  /// The local name in XLink's namespace of an attribute of a link element; nil when it stays as it is.
  static func xlinkName(_ local: String) -> String? {
    switch local {
    case "linktype": "type"
    case "href", "role", "title", "arcrole", "show", "actuate", "label", "from", "to": local
    default: nil
    }
  }

  private static let values: [(from: StaticString, to: StaticString)] = [
    ("onload", "onLoad"), ("onrequest", "onRequest"), ("actuateother", "other"), ("showother", "other"),
    ("actuatenone", "none"), ("shownone", "none"),
  ]

  /// XLink's spelling of a value that the DTD writes otherwise.
  static func value(_ value: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    guard value.count >= 6, value.count <= 12 else { return value }
    for pair in values where Bytes.equal(value, pair.from) {
      return UnsafeBufferPointer(start: pair.to.utf8Start, count: pair.to.utf8CodeUnitCount)
    }
    return value
  }
}
