/// The document as rules see it, while it streams by.
final class RuleDocument {
  /// Name of the document, for findings.
  let file: String
  var generation: EADGeneration
  /// Names of elements and attributes; rules know EAD's by `Tag` and `Attribute`.
  let names: NameTable

  /// Open elements, outermost first; the last is the one of the event.
  @exclusivity(unchecked) private(set) var open: [NameID] = []
  /// The parser that delivers the events.
  @exclusivity(unchecked) var parser = ParserHandle.none
  /// Place of the start tag of the event; nil at an end tag and at text.
  @exclusivity(unchecked) var tagPlace: Place?
  /// Place of the event: at a start tag its `<`, at an end tag the end tag.
  var place: Place { tagPlace ?? parser.tagPlace }
  /// The innermost open component.
  @exclusivity(unchecked) var component: RuleComponent?
  /// All text of the element that ends, white space collapsed and trimmed; only where a rule asked for it.
  @exclusivity(unchecked) var text = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  /// Place of the start tag of the element that ends; only where a rule asked for `end` or `text`.
  @exclusivity(unchecked) var startPlace = Place()

  /// Attributes of the start tag of the event: valid during `start` and `attribute`.
  @exclusivity(unchecked) var attributes = UnsafeBufferPointer<RawAttribute>(start: nil, count: 0)
  /// Whether an element with this identifier has been met so far; nil when no schema keeps account of them.
  var isDefinedID: ((UnsafeBufferPointer<UInt8>) -> Bool)?
  /// Takes a finding: rule, severity, place, arguments, and the name of the attribute it is about.
  var sink: (RuleFinding) -> Void = { _ in }

  struct RuleFinding {
    var rule: Rule.Type
    var id: String
    var severity: Severity
    var place: Place
    var arguments: [String]
    var attribute: NameID?
    /// The component spoken of; nil for the innermost open one.
    var component: RuleComponent?
  }

  init(file: String, generation: EADGeneration, names: NameTable) {
    self.file = file
    self.generation = generation
    self.names = names
  }

  func push(_ name: NameID) { open.append(name) }
  func pop() { if !open.isEmpty { open.removeLast() } }

  /// The element that holds the one of the event; 0 for the root.
  var parent: NameID { open.count > 1 ? open[open.count - 2] : 0 }
  /// The element `steps` above the one of the event; 0 past the root.
  func ancestor(_ steps: Int) -> NameID { open.count > steps ? open[open.count - 1 - steps] : 0 }
  /// Whether an element of this name is open around the one of the event.
  func isInside(_ name: NameID) -> Bool { open.dropLast().contains(name) }

  /// Value of an attribute of the start tag of the event.
  func attribute(_ name: NameID) -> UnsafeBufferPointer<UInt8>? {
    for attribute in attributes where attribute.name == name { return attribute.value }
    return nil
  }

  /// Place of an attribute of the start tag of the event; the tag's when it has no such attribute.
  func placeOfAttribute(_ name: NameID) -> Place {
    for attribute in attributes where attribute.name == name {
      return parser.place(of: attribute, written: names.name(name))
    }
    return place
  }

  /// The same as text; nil when absent.
  func attributeText(_ name: NameID) -> String? { attribute(name).map { String(decoding: $0, as: UTF8.self) } }

  /// The element's text as a `String`.
  var textString: String { String(decoding: text, as: UTF8.self) }

  /// Reports a finding at a place (the event's when none is given), with the arguments of its sentence.
  func report(
    _ rule: Rule, _ arguments: [String] = [], at place: Place? = nil, attribute: NameID? = nil,
    component: RuleComponent? = nil
  ) {
    let type = Swift.type(of: rule)
    sink(
      RuleFinding(
        rule: type, id: type.descriptor.id, severity: type.descriptor.severity,
        place: place ?? attribute.map(placeOfAttribute) ?? self.place, arguments: arguments, attribute: attribute,
        component: component))
  }
}
