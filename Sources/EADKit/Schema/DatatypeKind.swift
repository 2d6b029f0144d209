/// The datatypes that schemas may name: those of XML Schema part 2 and the two that RELAX NG brings itself.
struct DatatypeKind: Sendable {
  /// How a value is spelt and compared.
  enum Form: Equatable, Sendable {
    case text
    case boolean
    case decimal
    case integer
    case double
    case float
    case duration
    case calendar(CalendarMoment.Form)
    case hexBinary
    case base64Binary
    case anyURI
    case language
    case qualifiedName
    case name(DatatypeNames.Form)
    /// One or more names or tokens, white space between them.
    case names(DatatypeNames.Form)
  }

  /// What `length` and its kin count; `digits` are for `totalDigits` and `fractionDigits`.
  enum Measure: Sendable {
    case none, characters, bytes, words
  }

  var form: Form
  var whiteSpace = DatatypeWhiteSpace.collapse
  var role = Datatype.Role.plain
  /// Bounds of the whole numbers, as decimal digits.
  var least: StaticString?
  var greatest: StaticString?

  /// The namespace in which XML Schema's datatypes are named.
  static let schemaLibrary = "http://www.w3.org/2001/XMLSchema-datatypes"

  /// A datatype of RELAX NG itself; nil for an unknown name.
  static func builtIn(_ name: String) -> DatatypeKind? {
    switch name {
    case "string": DatatypeKind(form: .text, whiteSpace: .preserve)
    case "token": DatatypeKind(form: .text)
    default: nil
    }
  }

  /// A datatype of XML Schema by its name; nil for an unknown one. Like jing it also knows `anyAtomicType` and `untypedAtomic`,
  /// and does not know `anySimpleType`.
  static func schema(_ name: String) -> DatatypeKind? {
    switch name {
    case "string", "anyAtomicType", "untypedAtomic": DatatypeKind(form: .text, whiteSpace: .preserve)
    case "normalizedString": DatatypeKind(form: .text, whiteSpace: .replace)
    case "token": DatatypeKind(form: .text)
    case "boolean": DatatypeKind(form: .boolean)
    case "decimal": DatatypeKind(form: .decimal)
    case "double": DatatypeKind(form: .double)
    case "float": DatatypeKind(form: .float)
    case "duration": DatatypeKind(form: .duration)
    case "dateTime": DatatypeKind(form: .calendar(.dateTime))
    case "date": DatatypeKind(form: .calendar(.date))
    case "time": DatatypeKind(form: .calendar(.time))
    case "gYear": DatatypeKind(form: .calendar(.year))
    case "gYearMonth": DatatypeKind(form: .calendar(.yearMonth))
    case "gMonth": DatatypeKind(form: .calendar(.month))
    case "gMonthDay": DatatypeKind(form: .calendar(.monthDay))
    case "gDay": DatatypeKind(form: .calendar(.day))
    case "hexBinary": DatatypeKind(form: .hexBinary)
    case "base64Binary": DatatypeKind(form: .base64Binary)
    case "anyURI": DatatypeKind(form: .anyURI)
    case "language": DatatypeKind(form: .language)
    case "QName", "NOTATION": DatatypeKind(form: .qualifiedName)
    case "Name": DatatypeKind(form: .name(.name))
    case "NCName": DatatypeKind(form: .name(.localName))
    case "NMTOKEN": DatatypeKind(form: .name(.token))
    case "NMTOKENS": DatatypeKind(form: .names(.token))
    case "ID": DatatypeKind(form: .name(.localName), role: .id)
    case "IDREF": DatatypeKind(form: .name(.localName), role: .idref)
    case "IDREFS": DatatypeKind(form: .names(.localName), role: .idrefs)
    case "ENTITY": DatatypeKind(form: .name(.localName), role: .entity)
    case "ENTITIES": DatatypeKind(form: .names(.localName), role: .entity)
    default: wholeNumber(name)
    }
  }

  private static func wholeNumber(_ name: String) -> DatatypeKind? {
    switch name {
    case "integer": DatatypeKind(form: .integer)
    case "nonPositiveInteger": DatatypeKind(form: .integer, greatest: "0")
    case "negativeInteger": DatatypeKind(form: .integer, greatest: "-1")
    case "nonNegativeInteger": DatatypeKind(form: .integer, least: "0")
    case "positiveInteger": DatatypeKind(form: .integer, least: "1")
    case "long": DatatypeKind(form: .integer, least: "-9223372036854775808", greatest: "9223372036854775807")
    case "int": DatatypeKind(form: .integer, least: "-2147483648", greatest: "2147483647")
    case "short": DatatypeKind(form: .integer, least: "-32768", greatest: "32767")
    case "byte": DatatypeKind(form: .integer, least: "-128", greatest: "127")
    case "unsignedLong": DatatypeKind(form: .integer, least: "0", greatest: "18446744073709551615")
    case "unsignedInt": DatatypeKind(form: .integer, least: "0", greatest: "4294967295")
    case "unsignedShort": DatatypeKind(form: .integer, least: "0", greatest: "65535")
    case "unsignedByte": DatatypeKind(form: .integer, least: "0", greatest: "255")
    default: nil
    }
  }

  var measure: Measure {
    switch form {
    case .text, .anyURI, .language, .name: .characters
    case .hexBinary, .base64Binary: .bytes
    case .names: .words
    default: .none
    }
  }

  var isOrdered: Bool {
    switch form {
    case .decimal, .integer, .double, .float, .duration, .calendar: true
    default: false
    }
  }

  var countsDigits: Bool { form == .decimal || form == .integer }

  /// Whether the value is spelt as this datatype asks; white space around it has been removed where the datatype ignores it.
  @inline(__always)
  func accepts(_ value: UnsafeBufferPointer<UInt8>, _ context: (any DatatypeContext)?) -> Bool {
    switch form {
    case .text: true
    case .name(let form): DatatypeNames.accepts(value, form) && (role != .entity || isEntity(value, context))
    case .names(let form): areNames(value, form, context)
    default: acceptsRare(value, context)
    }
  }

  @inline(never)
  private func acceptsRare(_ value: UnsafeBufferPointer<UInt8>, _ context: (any DatatypeContext)?) -> Bool {
    switch form {
    case .text: return true
    case .name, .names: return accepts(value, context)
    case .boolean:
      return Bytes.equal(value, "true") || Bytes.equal(value, "false") || Bytes.equal(value, "1") || Bytes.equal(value, "0")
    case .decimal: return DecimalNumber(value, isInteger: false) != nil
    case .integer:
      guard let number = DecimalNumber(value, isInteger: true) else { return false }
      return Self.isAtLeast(number, least) && Self.isAtMost(number, greatest)
    case .double, .float: return FloatingNumber.accepts(value)
    case .duration: return DurationLength(value) != nil
    case .calendar(let form): return CalendarMoment(value, form) != nil
    case .hexBinary: return BinaryText.hexLength(value) != nil
    case .base64Binary: return BinaryText.base64Length(value) != nil
    case .anyURI: return AnyURI.accepts(value)
    case .language: return DatatypeNames.isLanguage(value)
    case .qualifiedName:
      guard let colon = DatatypeNames.colonOfQualifiedName(value) else { return false }
      guard colon >= 0, let context else { return true }
      return Self.isBound(UnsafeBufferPointer(rebasing: value[..<colon]), context)
    }
  }

  private func areNames(
    _ value: UnsafeBufferPointer<UInt8>, _ form: DatatypeNames.Form, _ context: (any DatatypeContext)?
  ) -> Bool {
    let count = DatatypeWhiteSpace.countWords(value) {
      DatatypeNames.accepts($0, form) && (role != .entity || isEntity($0, context))
    }
    return count ?? 0 > 0
  }

  private func isEntity(_ name: UnsafeBufferPointer<UInt8>, _ context: (any DatatypeContext)?) -> Bool {
    context?.isUnparsedEntity(name) ?? true
  }

  static func isBound(_ prefix: UnsafeBufferPointer<UInt8>, _ context: any DatatypeContext) -> Bool {
    Bytes.equal(prefix, "xml") || context.namespace(ofPrefix: Array(prefix)) != nil
  }

  private static func isAtLeast(_ number: DecimalNumber, _ bound: StaticString?) -> Bool {
    guard let bound = bound.flatMap(decimal) else { return true }
    return number.compared(to: bound) >= 0
  }

  private static func isAtMost(_ number: DecimalNumber, _ bound: StaticString?) -> Bool {
    guard let bound = bound.flatMap(decimal) else { return true }
    return number.compared(to: bound) <= 0
  }

  private static func decimal(_ digits: StaticString) -> DecimalNumber? {
    DecimalNumber(UnsafeBufferPointer(start: digits.utf8Start, count: digits.utf8CodeUnitCount), isInteger: true)
  }
}
