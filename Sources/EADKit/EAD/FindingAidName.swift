/// Names of files that hold finding aids.
public enum FindingAidName {
  /// `a/b.xml.gz` → `a/b`; a name that is nothing but an ending stays.
  public static func withoutEndings(_ path: String) -> String {
    var name = path
    for ending in [".gz", ".xml", ".ead"] {
      let base = name.split(separator: "/").last ?? ""
      if base.lowercased().hasSuffix(ending), base.utf8.count > ending.utf8.count { name = String(name.dropLast(ending.count)) }
    }
    return name
  }
}
