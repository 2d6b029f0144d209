/// A sink that knows the names of EAD, in the namespace of the document's root, and its generation.
class FindingAidSink: ReportingSink {
  final let names: NameTable
  /// Nil until the namespace, the DOCTYPE or the header says it.
  @exclusivity(unchecked) private(set) final var generation: EADGeneration?
  /// Empty for none; nil before the root.
  private(set) final var rootNamespace: String?
  private(set) final var ownNamespace: String?
  private var doctypePublicID = ""

  init(names: NameTable) { self.names = names }

  final override func resolve(local: String, prefix: String?, namespace: String?, isAttribute: Bool) -> NameID {
    if isAttribute { return names.attribute(local, prefix: prefix, namespace: namespace, own: ownNamespace) }
    if local.lowercased() == "ead" {
      if rootNamespace == nil || rootNamespace?.isEmpty == true { adoptNamespace(namespace) }
      return Tag.ead
    }
    if ownNamespace == nil, rootNamespace == nil { return names.element(local) }
    return names.element(local, prefix: prefix, namespace: namespace, own: ownNamespace)
  }

  private func adoptNamespace(_ namespace: String?) {
    rootNamespace = namespace ?? ""
    ownNamespace = namespace
    generation = EADGeneration(namespace: namespace)
    if let namespace, generation == nil { note(.unknownNamespace, namespace) }
    if generation == nil, doctypePublicID.lowercased().contains("ead3") { generation = .ead3 }
  }

  final override func doctype(name: String, publicID: String?, systemID: String?) { doctypePublicID = publicID ?? "" }

  /// The element of the header tells the generations apart where nothing else has.
  @inline(__always)
  final func learnGeneration(_ name: NameID) {
    guard generation == nil else { return }
    if name == Tag.control { generation = .ead3 } else if name == Tag.eadheader { generation = .ead2002 }
  }
}
