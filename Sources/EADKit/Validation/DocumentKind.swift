/// What a document is, by the namespace and name of its root, its DOCTYPE and its first child.
enum DocumentKind {
  /// EAD or EAC in its namespace, or in one that stands for it.
  case schema(SchemaLibrary.Name, NamespaceMapping?)
  /// EAD 2002 without namespace: the DTD decides, the namespaced schema warns.
  case ead2002WithoutNamespace
  /// Recognised, and not validated: the rule that says so and its arguments.
  case refused(String, [String])
  /// Something else, which may hold EAD further inside.
  case wrapper
  /// The next start tag has to be seen first.
  case undecided

  struct Doctype {
    var name = ""
    var publicID = ""
    var systemID = ""

    private var all: String { (name + " " + publicID + " " + systemID).lowercased() }
    var isEAD3: Bool { all.contains("ead3") }
    /// EAD 1.0's public identifier, with whatever white space.
    var isEAD1: Bool {
      let words = publicID.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
      return words.contains("version 1.0") && words.contains("ead")
    }
    var isEAD2002: Bool { !isEAD3 && !isEAD1 && all.contains("ead") }
  }

  static let eacNamespace = "https://archivists.org/ns/eac/v2"
  static let eac2010Namespace = "urn:isbn:1-931666-33-4"

  /// - Parameters:
  ///   - child: name of the root's first child; nil when it has not been seen.
  ///   - lenient: a wrong namespace is read as EAD's.
  init(root: DocumentNames.Entry, doctype: Doctype?, child: String?, lenient: Bool) {
    let isEAD = root.local.lowercased() == "ead"
    switch root.namespace {
    case EADGeneration.ead2002Namespace: self = .schema(.ead2002, nil)
    case EADGeneration.ead3Namespace: self = .schema(.ead3, nil)
    case EADGeneration.ead3UndeprecatedNamespace: self = .schema(.ead3Undeprecated, nil)
    case DocumentKind.eacNamespace: self = .schema(.eac, nil)
    case DocumentKind.eac2010Namespace: self = .refused("eac2010-not-supported", [root.namespace])
    case let namespace where EADGeneration.ead4Namespaces.contains(namespace): self = .refused("ead4-not-supported", [namespace])
    case "":
      if let doctype, doctype.isEAD1 {
        self = .refused("ead1-not-supported", [doctype.publicID])
      } else if doctype?.isEAD3 == true, isEAD {
        self = .schema(.ead3, NamespaceMapping(from: "", to: EADGeneration.ead3Namespace))
      } else if !NameTable.isElement(root.local) {
        self = .wrapper
      } else if isEAD, doctype?.isEAD2002 != true, child == nil {
        self = .undecided
      } else if child == "control" {
        self = .schema(.ead3, NamespaceMapping(from: "", to: EADGeneration.ead3Namespace))
      } else {
        self = .ead2002WithoutNamespace
      }
    case let namespace:
      guard isEAD else {
        self = .wrapper
        return
      }
      guard lenient else {
        self = .refused(
          "namespace-wrong", [root.written, namespace, EADGeneration.ead2002Namespace, EADGeneration.ead3Namespace])
        return
      }
      switch child {
      case nil: self = .undecided
      case "control": self = .schema(.ead3, NamespaceMapping(from: namespace, to: EADGeneration.ead3Namespace))
      default: self = .schema(.ead2002, NamespaceMapping(from: namespace, to: EADGeneration.ead2002Namespace))
      }
    }
  }
}
