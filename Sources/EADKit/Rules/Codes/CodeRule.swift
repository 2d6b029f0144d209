/// What the rules for codes in attributes have in common: the header says which list the codes are of.
class CodeRule: Rule {
  /// The attribute of `eadheader` or `control` that names the list.
  class var encodingAttribute: NameID { 0 }
  /// The attributes that hold codes.
  class var codeAttributes: [NameID] { [] }

  /// The header has been met, so the list is known.
  private var knowsList = false
  /// A code of the root element, which stands before the header.
  private var waiting: [Waiting] = []

  private struct Waiting {
    var attribute: NameID
    var value: [UInt8]
    var spot: String
    var place: Place
  }

  /// Takes the name of the list; nil when the header does not say it.
  func use(list: UnsafeBufferPointer<UInt8>?, _ document: RuleDocument) {}
  /// Whether there is nothing to say of a value.
  func isGood(_ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) -> Bool { true }
  /// The arguments of the sentence after the value and the place of it.
  func advice(_ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) -> [String] { [] }

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: Tag.eadheader, Tag.control)
    for attribute in Self.codeAttributes { interests.attribute(attribute) }
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if name == Tag.eadheader || name == Tag.control { readHeader(document) }
  }

  private func readHeader(_ document: RuleDocument) {
    use(list: document.attribute(Self.encodingAttribute), document)
    knowsList = true
    let before = waiting
    waiting = []
    for one in before {
      one.value.withUnsafeBufferPointer {
        if !isGood($0, document) {
          report($0, spot: one.spot, document, at: one.place, attribute: one.attribute)
        }
      }
    }
  }

  override func attribute(_ name: NameID, _ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) {
    let element = document.element
    // Elements that are not EAD's have codes of their own.
    guard element < Tag.count else { return }
    if !knowsList {
      if element == Tag.eadheader || element == Tag.control {
        readHeader(document)
      } else if document.open.count == 1 {
        waiting.append(
          Waiting(
            attribute: name, value: Array(value.prefix(1000)), spot: ValueWords.spot(name, document),
            place: document.placeOfAttribute(name)))
        return
      }
    }
    let code = Bytes.trimmed(value)
    if isGood(code, document) { return }
    report(code, spot: ValueWords.spot(name, document), document, at: nil, attribute: name)
  }

  override func finish(_ document: RuleDocument) {
    if !waiting.isEmpty { readHeader(document) }
  }

  /// Reports a value that is not good.
  final func report(
    _ value: UnsafeBufferPointer<UInt8>, spot: String, _ document: RuleDocument, at place: Place?, attribute: NameID?
  ) {
    document.report(
      self, [ValueWords.shown(value), spot] + advice(value, document), at: place, attribute: attribute)
  }
}
