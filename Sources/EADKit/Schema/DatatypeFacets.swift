/// What the parameters of a `data` pattern ask of a value beyond its datatype (XML Schema part 2, section 4.3).
struct DatatypeFacets: Sendable {
  struct Bound: Sendable {
    enum Relation: String, Sendable {
      case minInclusive, minExclusive, maxInclusive, maxExclusive
    }

    var relation: Relation
    var value: DatatypeValue
    /// As in the schema, white space normalised.
    var text: String
  }

  private(set) var patterns: [DatatypePattern] = []
  private(set) var bounds: [Bound] = []
  private(set) var lengths: ClosedRange<Int> = 0...Int.max
  /// `minLength` above `maxLength`: nothing is of such a length.
  private(set) var lengthsContradict = false
  private(set) var totalDigits = Int.max
  private(set) var fractionDigits = Int.max

  var isEmpty: Bool { patterns.isEmpty && bounds.isEmpty && !limitsLength && !limitsDigits }
  var limitsLength: Bool { lengthsContradict || lengths != 0...Int.max }
  private var limitsDigits: Bool { totalDigits != .max || fractionDigits != .max }

  /// Takes in one parameter; what came before it is in force already.
  mutating func add(
    _ name: String, _ value: [UInt8], of kind: DatatypeKind, named typeName: String
  ) throws(DatatypeProblem) {
    let shown = PatternText.shortened(String(decoding: value, as: UTF8.self))
    let mistake = DatatypeProblem(key: "datatype-parameter-value", arguments: [name, shown, typeName])
    let misplaced = DatatypeProblem(key: "datatype-parameter-not-for-type", arguments: [name, typeName])
    switch name {
    case "pattern":
      patterns.append(try DatatypePattern(value))
    case "length", "minLength", "maxLength":
      guard kind.measure != .none else { throw misplaced }
      guard let count = Self.count(value) else { throw mistake }
      limitLength(name == "maxLength" ? 0 : count, name == "minLength" ? .max : count)
    case "totalDigits", "fractionDigits":
      guard kind.countsDigits else { throw misplaced }
      guard let count = Self.count(value), count > 0 || name == "fractionDigits" else { throw mistake }
      if name == "totalDigits" {
        totalDigits = min(totalDigits, count)
      } else {
        fractionDigits = min(fractionDigits, count)
      }
    case "minInclusive", "minExclusive", "maxInclusive", "maxExclusive":
      guard kind.isOrdered, let relation = Bound.Relation(rawValue: name) else { throw misplaced }
      bounds.append(try bound(relation, value, kind, mistake))
    case "enumeration": throw DatatypeProblem(key: "datatype-parameter-enumeration", arguments: [typeName])
    case "whiteSpace": throw DatatypeProblem(key: "datatype-parameter-whitespace", arguments: [typeName])
    default: throw DatatypeProblem(key: "datatype-parameter-unknown", arguments: [PatternText.shortened(name), typeName])
    }
  }

  private mutating func limitLength(_ least: Int, _ most: Int) {
    let from = max(lengths.lowerBound, least)
    let through = min(lengths.upperBound, most)
    if from <= through { lengths = from...through } else { lengthsContradict = true }
  }

  /// A bound must itself be a value that the bounds before it allow, else nothing could ever be valid.
  private func bound(
    _ relation: Bound.Relation, _ value: [UInt8], _ kind: DatatypeKind, _ mistake: DatatypeProblem
  ) throws(DatatypeProblem) -> Bound {
    let parsed: (DatatypeValue, String, Bool)? = value.withUnsafeBufferPointer { bytes in
      kind.whiteSpace.withNormalised(bytes) { bytes in
        guard kind.accepts(bytes, nil) else { return nil }
        return (DatatypeValue(bytes, kind, nil), String(decoding: bytes, as: UTF8.self), isWithinBounds(bytes, kind))
      }
    }
    guard let (limit, text, isPossible) = parsed else { throw mistake }
    guard isPossible else {
      throw DatatypeProblem(key: "datatype-parameter-contradiction", arguments: mistake.arguments)
    }
    return Bound(relation: relation, value: limit, text: text)
  }

  /// A count as parameters write it; nil when it is none. Larger than any value is as good as any larger number.
  private static func count(_ value: [UInt8]) -> Int? {
    value.withUnsafeBufferPointer { bytes in
      guard let number = DecimalNumber(DatatypeWhiteSpace.trimmed(bytes), isInteger: true), !number.isNegative else {
        return nil
      }
      guard number.whole.count < 18 else { return .max - 1 }
      return number.whole.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
  }

  /// Whether a value, which its datatype accepts and whose white space is normalised, is within all of this.
  func judge(_ value: UnsafeBufferPointer<UInt8>, _ kind: DatatypeKind) -> DatatypeVerdict {
    if limitsLength {
      guard !lengthsContradict, lengths.contains(Self.length(value, kind)) else { return .invalid }
    }
    if limitsDigits, let number = DecimalNumber(value, isInteger: false) {
      guard number.totalDigits <= totalDigits, number.fraction.count <= fractionDigits else { return .invalid }
    }
    guard isWithinBounds(value, kind) else { return .invalid }
    var verdict = DatatypeVerdict.valid
    for pattern in patterns {
      switch pattern.matches(value) {
      case .valid: break
      case .invalid: return .invalid
      case .undecided: verdict = .undecided
      }
    }
    return verdict
  }

  private func isWithinBounds(_ value: UnsafeBufferPointer<UInt8>, _ kind: DatatypeKind) -> Bool {
    guard !bounds.isEmpty else { return true }
    let value = DatatypeValue(value, kind, nil)
    return bounds.allSatisfy { bound in
      // No order at all (NaN, months against days, a date without time zone) is not within.
      guard let order = value.compared(to: bound.value) else { return false }
      switch bound.relation {
      case .minInclusive: return order >= 0
      case .minExclusive: return order > 0
      case .maxInclusive: return order <= 0
      case .maxExclusive: return order < 0
      }
    }
  }

  private static func length(_ value: UnsafeBufferPointer<UInt8>, _ kind: DatatypeKind) -> Int {
    switch kind.form {
    case .hexBinary: BinaryText.hexLength(value) ?? 0
    case .base64Binary: BinaryText.base64Length(value) ?? 0
    case .names: DatatypeWhiteSpace.countWords(value) { _ in true } ?? 0
    default: UTF8Scalar.count(value)
    }
  }
}

/// A value as its datatype compares it: `1` and `01.0` are one decimal number, `AQ==` and ` A Q = = ` the same bytes.
enum DatatypeValue: Equatable, Sendable {
  /// Compared byte by byte.
  case text([UInt8])
  case boolean(Bool)
  /// A decimal number, as spelt.
  case decimal([UInt8])
  case floating(Double)
  case calendar(CalendarMoment)
  case duration(DurationLength)
  case bytes([UInt8])
  case name(namespace: [UInt8], local: [UInt8])

  /// The value of a spelling that the datatype accepts, white space normalised.
  init(_ value: UnsafeBufferPointer<UInt8>, _ kind: DatatypeKind, _ context: (any DatatypeContext)?) {
    let text = DatatypeValue.text(Array(value))
    switch kind.form {
    case .text, .anyURI, .language, .name, .names: self = text
    case .boolean: self = .boolean(value.first == 0x74 || value.first == 0x31)
    case .decimal, .integer: self = .decimal(Array(value))
    case .double: self = .floating(FloatingNumber.value(value, isSingle: false))
    case .float: self = .floating(FloatingNumber.value(value, isSingle: true))
    case .duration: self = DurationLength(value).map(DatatypeValue.duration) ?? text
    case .calendar(let form): self = CalendarMoment(value, form).map(DatatypeValue.calendar) ?? text
    case .hexBinary: self = .bytes(BinaryText.hexBytes(value))
    case .base64Binary: self = .bytes(BinaryText.base64Bytes(value))
    case .qualifiedName:
      let colon = value.firstIndex(of: 0x3A)
      let prefix = Array(value[..<(colon ?? 0)])
      let xml = prefix.elementsEqual("xml".utf8) ? Array("http://www.w3.org/XML/1998/namespace".utf8) : nil
      self = .name(
        namespace: context?.namespace(ofPrefix: prefix) ?? xml ?? [],
        local: Array(value[(colon.map { $0 + 1 } ?? 0)...]))
    }
  }

  /// -1, 0 or 1; nil for values without an order between them.
  func compared(to other: DatatypeValue) -> Int? {
    switch (self, other) {
    case (.decimal(let left), .decimal(let right)):
      return left.withUnsafeBufferPointer { left in
        right.withUnsafeBufferPointer { right in
          guard let left = DecimalNumber(left, isInteger: false), let right = DecimalNumber(right, isInteger: false) else {
            return nil
          }
          return left.compared(to: right)
        }
      }
    case (.floating(let left), .floating(let right)): return FloatingNumber.compare(left, right)
    case (.calendar(let left), .calendar(let right)): return left.compared(to: right)
    case (.duration(let left), .duration(let right)): return left.compared(to: right)
    default: return nil
    }
  }

  /// Whether both are the same value of their datatype.
  func equals(_ other: DatatypeValue) -> Bool {
    switch (self, other) {
    case (.decimal, .decimal), (.floating, .floating), (.duration, .duration): compared(to: other) == 0
    default: self == other
    }
  }
}
