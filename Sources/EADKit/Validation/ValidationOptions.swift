/// Which schema decides.
public enum SchemaChoice: Sendable, Equatable {
  /// By namespace, DOCTYPE, root and content.
  case auto
  /// EAD 2002 with the code lists and agency codes of its first schema (1.0.0).
  case strictCodes
  /// A RELAX NG schema in XML syntax.
  case file(String)
  /// libxml2's own verdict with the official XML Schema.
  case xsd
  /// libxml2's own verdict with the official DTD.
  case dtd
}

/// How finding aids are validated.
public struct ValidationOptions: Sendable {
  public var schema = SchemaChoice.auto
  public var profile = Profile.default
  /// Reads documents in a wrong or unknown namespace, in a wrapper or with another root as what they look like.
  public var lenientNamespace = false
  /// Obeys `<?ead-convert ignore RULE reason?>`; a profile may forbid it.
  public var honoursInlineIgnores = true
  /// Findings kept of one document; more are counted.
  public var maxFindings = 1000
  /// Fills `Finding.sourceLine`.
  public var wantsSourceLines = false
  /// Fingerprints of findings that do not count any more (see `Baseline`).
  public var baseline: Baseline?
  public var reading = EADReaderOptions()

  public init() {}
}
