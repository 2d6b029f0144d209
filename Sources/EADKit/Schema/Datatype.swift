/// What a datatype may need to know of the document or schema that holds a value.
protocol DatatypeContext: AnyObject {
  /// The namespace bound to a prefix at this place (`""` for the default namespace); nil when it is bound to none.
  func namespace(ofPrefix prefix: [UInt8]) -> [UInt8]?
  /// Whether the document declares an unparsed entity of this name.
  func isUnparsedEntity(_ name: UnsafeBufferPointer<UInt8>) -> Bool
}

/// The answer of a datatype.
enum DatatypeVerdict: Sendable {
  case valid
  case invalid
  /// A regular expression that took too many steps.
  case undecided
}

/// Why a schema's datatype, parameter or value is not correct; the sentence is in `Resources/messages-datatypes.tsv`.
struct DatatypeProblem: Error, Equatable, Sendable {
  var key: String
  var arguments: [String]
}

/// A datatype of a schema with its parameters, ready to judge values.
///
/// Nothing changes after it is made: all threads may use it at once. Spelling, order and equality follow XML Schema part 2,
/// second edition, and jing where that leaves room; where they differ, and why, is a table in `DatatypeTests`. Nothing goes
/// through libxml2's own datatypes: they let values pass a bound when time zones or months make the order uncertain, take `1e`
/// for a number, end at 24 digits, refuse `+1` as an `unsignedByte`, and need a copy of every value.
final class Datatype: @unchecked Sendable {
  /// What a validator must do besides judging how a value is spelt.
  enum Role: Sendable {
    case plain
    /// The value names its element; no other may have the same.
    case id
    /// An element must have the value as its ID.
    case idref
    /// Like `idref`, for each word.
    case idrefs
    /// `accepts` needs the context: the value names unparsed entities.
    case entity
  }

  /// The name within its library, such as `NMTOKEN`.
  let name: String
  /// The namespace of the library; empty for the one of RELAX NG itself.
  let library: String
  let role: Role
  /// True for text of any kind: nothing needs to be asked.
  let acceptsEverything: Bool
  /// True when the answer depends on the document around the value, so that it may not be remembered.
  let needsContext: Bool

  let kind: DatatypeKind
  let facets: DatatypeFacets
  private let hasFacets: Bool

  private init(_ library: String, _ name: String, _ kind: DatatypeKind, _ facets: DatatypeFacets) {
    self.name = name
    self.library = library
    self.kind = kind
    self.facets = facets
    role = kind.role
    hasFacets = !facets.isEmpty
    acceptsEverything = kind.form == .text && facets.isEmpty
    needsContext = kind.form == .qualifiedName || kind.role == .entity
  }

  /// The datatype that a `data` or `value` pattern names, restricted by its parameters (RELAX NG 1.0 section 4.16): several
  /// `pattern` must all fit. `enumeration` and `whiteSpace` are no parameters in RELAX NG.
  static func make(
    library: String, name: String, parameters: [(name: String, value: [UInt8])], context: any DatatypeContext
  ) throws(DatatypeProblem) -> Datatype {
    let found: DatatypeKind?
    switch library {
    case "": found = DatatypeKind.builtIn(name)
    case DatatypeKind.schemaLibrary: found = DatatypeKind.schema(name)
    default: throw DatatypeProblem(key: "datatype-library-unknown", arguments: [library])
    }
    guard let kind = found else {
      throw DatatypeProblem(
        key: library.isEmpty ? "datatype-unknown-built-in" : "datatype-unknown", arguments: [PatternText.shortened(name)])
    }
    var facets = DatatypeFacets()
    for parameter in parameters {
      guard !library.isEmpty else {
        throw DatatypeProblem(key: "datatype-parameter-built-in", arguments: [PatternText.shortened(parameter.name), name])
      }
      try facets.add(parameter.name, parameter.value, of: kind, named: name)
    }
    return Datatype(library, name, kind, facets)
  }

  /// Whether a value, as it stands in the document, is of this datatype. Without a context, prefixes count as bound and
  /// entities as declared.
  func accepts(_ value: UnsafeBufferPointer<UInt8>, _ context: (any DatatypeContext)?) -> DatatypeVerdict {
    if acceptsEverything { return .valid }
    if hasFacets || kind.whiteSpace != .collapse {
      return kind.whiteSpace.withNormalised(value) { value in
        kind.accepts(value, context) ? facets.judge(value, kind) : .invalid
      }
    }
    // No form but plain text has blanks that collapsing would change; lists pass over them.
    return kind.accepts(DatatypeWhiteSpace.trimmed(value), context) ? .valid : .invalid
  }
}
