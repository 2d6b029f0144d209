/// One mistake against a schema.
struct SchemaViolation {
  enum Kind: String {
    case wrongRoot = "schema-wrong-root"
    case unknownElement = "schema-unknown-element"
    case unexpectedElement = "schema-unexpected-element"
    case missingElement = "schema-missing-element"
    case incomplete = "schema-incomplete"
    case textNotAllowed = "schema-text-not-allowed"
    case unknownAttribute = "schema-unknown-attribute"
    case missingAttribute = "schema-missing-attribute"
    case attributeValue = "schema-attribute-value"
    case elementValue = "schema-element-value"
    case duplicateID = "schema-duplicate-id"
    case danglingIDREF = "schema-dangling-idref"
    case tooCostly = "schema-too-costly"

    /// The id of the rule, in every report.
    var rule: String { rawValue }
  }

  var kind: Kind
  var place: Place
  /// Of the sentence, in its order.
  var arguments: [String]
  /// The attribute it is about, as the document writes it.
  var attribute: String?
  /// The unknown attribute it is about.
  var attributeName: NameID?
}
