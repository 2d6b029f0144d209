/// What the rules for machine-readable dates have in common: which attributes hold them, and that they are dates at all.
class DateRule: Rule {
  /// The header names another standard for dates than ISO 8601; nothing is known of it.
  private(set) final var isForeign = false

  /// Looks at a value that is not plain.
  func inspect(
    _ date: DateReading, _ name: NameID, _ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument
  ) {}

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: Tag.eadheader, Tag.control)
    interests.attribute(Attribute.normal, Attribute.standarddate, Attribute.notbefore, Attribute.notafter)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    guard name == Tag.eadheader || name == Tag.control else { return }
    let encoding = EncodingName.letters(document.attribute(Attribute.dateencoding))
    isForeign = !encoding.isEmpty && (!encoding.contains("8601") || encoding.contains("edtf"))
  }

  override func attribute(_ name: NameID, _ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) {
    let element = document.element
    let isSingle = name != Attribute.normal
    // `@normal` of names and titles is no date.
    if isSingle ? element >= Tag.count : element != Tag.unitdate && element != Tag.date { return }
    if isForeign || DateReading.isPlain(value, isSingle: isSingle) { return }
    inspect(DateRule.read(name, value, document), name, value, document)
  }

  /// Reads the value of an attribute of the event's element.
  static func read(_ name: NameID, _ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) -> DateReading {
    let calendar = document.attribute(Attribute.calendar)
    let isJulian = calendar.map { Bytes.equalIgnoringCase(Bytes.trimmed($0), "julian") } ?? false
    return DateReading(value, isSingle: name != Attribute.normal, isJulian: isJulian)
  }
}

/// What the rules have in common that find one form of a value.
class DateFormRule: DateRule {
  class var form: DateReading.Form { .malformed }

  /// The arguments of the sentence after the value and the place of it.
  func advice(_ value: UnsafeBufferPointer<UInt8>, isSingle: Bool) -> [String] { [] }

  override func inspect(
    _ date: DateReading, _ name: NameID, _ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument
  ) {
    guard date.form == Self.form else { return }
    document.report(
      self,
      [ValueWords.shown(value), ValueWords.spot(name, document)] + advice(value, isSingle: name != Attribute.normal),
      attribute: name)
  }
}
