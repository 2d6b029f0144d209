/// Codes of institutions have the form of an ISIL (ISO 15511): prefix, hyphen, identifier.
///
/// `@mainagencycode` (EAD 2002) and `agencycode` (EAD3) unless the header names another list; `@repositorycode` in EAD 2002
/// likewise, in EAD3 only where the header names ISO 15511.
final class CodeAgency: CodeRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("code-agency", .codes, .warning) }
  override class var encodingAttribute: NameID { Attribute.repositoryencoding }
  override class var codeAttributes: [NameID] { [Attribute.mainagencycode, Attribute.repositorycode] }

  private enum List {
    case unsaid
    case isil
    case other
  }
  private var list = List.unsaid
  /// `@countrycode` of the agency around the code (EAD3).
  private var countryOfAgency = ""
  /// The attributes of the event can be looked at.
  private var isAtAttribute = false

  override func register(_ interests: inout RuleInterests) {
    super.register(&interests)
    interests.start(of: Tag.maintenanceagency)
    interests.text(of: Tag.agencycode)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    super.start(name, document)
    if name == Tag.maintenanceagency { countryOfAgency = CodeAgency.country(document) }
  }

  override func use(list: UnsafeBufferPointer<UInt8>?, _ document: RuleDocument) {
    let name = EncodingName.letters(list)
    self.list = name.isEmpty ? .unsaid : name.contains("15511") || name.contains("isil") ? .isil : .other
  }

  override func attribute(_ name: NameID, _ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) {
    isAtAttribute = true
    super.attribute(name, value, document)
    isAtAttribute = false
  }

  private static func country(_ document: RuleDocument) -> String {
    guard let code = document.attribute(Attribute.countrycode), code.count < 100 else { return "" }
    return String(decoding: Bytes.trimmed(code), as: UTF8.self).uppercased()
  }

  override func isGood(_ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) -> Bool {
    if list == .other || (list == .unsaid && document.generation == .ead3) { return true }
    return CodeAgency.isISIL(value)
  }

  override func end(_ name: NameID, _ document: RuleDocument) {
    guard name == Tag.agencycode, list != .other, !CodeAgency.isISIL(document.text) else { return }
    report(document.text, spot: document.names.name(name), document, at: document.startPlace, attribute: nil)
  }

  override func advice(_ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) -> [String] {
    let country = isAtAttribute ? CodeAgency.country(document) : countryOfAgency
    let near = CodeAgency.nearest(to: value, country: country).map { ValueWords.Meant(value: $0, isSure: false) }
    return [ValueWords.advice(near, orLike: "US-DLC, DE-1", "advice-agency-example")]
  }

  /// An ISIL has at most 16 characters: a prefix, which is the code of a country or one, three or four letters of an
  /// institution that spans countries; a hyphen; one to eleven letters, digits, `:`, `/`, `-`.
  static func isISIL(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let hyphen = value.prefix(5).firstIndex(of: 0x2D) else { return false }
    let prefix = UnsafeBufferPointer(rebasing: value[..<hyphen])
    guard !prefix.isEmpty, prefix.allSatisfy(Bytes.isASCIILetter) else { return false }
    if prefix.count == 2, !CountryCodes.contains(prefix) { return false }
    return isIdentifier(UnsafeBufferPointer(rebasing: value[(hyphen + 1)...]))
  }

  private static func isIdentifier(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    (1...11).contains(value.count)
      && value.allSatisfy {
        Bytes.isASCIILetter($0) || Bytes.isDigit($0) || $0 == 0x3A || $0 == 0x2F || $0 == 0x2D
      }
  }

  /// `us-dlc` is `US-dlc`; `GB00001` is `GB-00001`; `nic` beside `countrycode="US"` is `US-nic`.
  private static func nearest(to value: UnsafeBufferPointer<UInt8>, country: String) -> String? {
    guard value.count > 2, value.count <= 16 else { return nil }
    let text = String(decoding: value, as: UTF8.self)
    let start = text.prefix(2).uppercased()
    var guess: String?
    if CountryCodes.contains(start.utf8), value[2] == 0x2D {
      guess = start + text.dropFirst(2)
    } else if CountryCodes.contains(value.prefix(2)), Bytes.isDigit(value[2]) {
      guess = start + "-" + text.dropFirst(2)
    } else if CountryCodes.contains(country.utf8), start != country {
      guess = country + "-" + text
    }
    guard let guess else { return nil }
    let isGood = Array(guess.utf8).withUnsafeBufferPointer { isISIL($0) }
    return isGood ? guess : nil
  }
}
