/// Names of one document: EAD's own, and whatever else it holds.
final class NameTable {
  private var extra: [String] = []
  private var extraIDs: [String: NameID] = [:]
  private static let firstExtra = Int(Attribute.first) + Attribute.names.count
  /// All names past this many share one identity: a document cannot make the table grow without end.
  private static let limit = 60_000

  private static let elements: [String: NameID] = Dictionary(
    uniqueKeysWithValues: Tag.names.enumerated().dropFirst().map { ($1, NameID($0)) })
  private static let attributes: [String: NameID] = Dictionary(
    uniqueKeysWithValues: Attribute.names.enumerated().map { ($1, Attribute.first + NameID($0)) })

  /// The identity of an EAD element, whatever its case (EAD 1.0 was written in capitals), or of a foreign one.
  func element(_ local: String) -> NameID {
    NameTable.elements[local] ?? NameTable.elements[local.lowercased()] ?? other(local)
  }

  /// Whether EAD of any generation has an element of this name.
  static func isElement(_ local: String) -> Bool { elements[local.lowercased()] != nil }

  func attribute(_ local: String) -> NameID {
    NameTable.attributes[local] ?? NameTable.attributes[local.lowercased()] ?? other(local)
  }

  /// The identity of an element by its whole name: EAD's when it is in no namespace, in one of EAD's or in `own`.
  func element(_ local: String, prefix: String?, namespace: String?, own: String?) -> NameID {
    let isOwn = namespace == nil || namespace == own || EADGeneration(namespace: namespace) != nil
    return isOwn ? element(local) : other("{" + (prefix ?? namespace ?? "") + "}" + local)
  }

  /// The identity of an attribute by its whole name; XLink's have EAD3's names where EAD 2002 has an own meaning for theirs.
  func attribute(_ local: String, prefix: String?, namespace: String?, own: String?) -> NameID {
    if namespace == nil, prefix == nil { return attribute(local) }
    if namespace == "http://www.w3.org/XML/1998/namespace" || prefix == "xml" { return attribute(local) }
    if namespace == "http://www.w3.org/2001/XMLSchema-instance" || prefix == "xsi" { return Attribute.xsi }
    if namespace?.contains("xlink") == true || prefix == "xlink" {
      switch local {
      case "type": return Attribute.linktype
      case "role": return Attribute.linkrole
      case "title": return Attribute.linktitle
      default: return attribute(local)
      }
    }
    if namespace == own || EADGeneration(namespace: namespace) != nil { return attribute(local) }
    return other((prefix.map { $0 + ":" } ?? "") + local)
  }

  func other(_ name: String) -> NameID {
    if let id = extraIDs[name] { return id }
    if extra.count >= NameTable.limit { return NameID(NameTable.firstExtra + NameTable.limit) }
    let id = NameID(NameTable.firstExtra + extra.count)
    extra.append(name)
    extraIDs[name] = id
    return id
  }

  func name(_ id: NameID) -> String {
    let index = Int(id)
    if index < Tag.names.count { return Tag.names[index] }
    if index < NameTable.firstExtra { return Attribute.names[index - Int(Attribute.first)] }
    let position = index - NameTable.firstExtra
    return position < extra.count ? extra[position] : "other"
  }
}
