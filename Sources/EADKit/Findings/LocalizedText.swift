/// A part of a message that is not the same in every language; it travels among a finding's arguments as one string.
struct LocalizedText: Equatable {
  private let texts: [String]

  /// Cannot occur in an XML document.
  static let separator: Unicode.Scalar = "\u{1E}"

  init(_ text: (MessageLanguage) -> String) { texts = MessageLanguage.allCases.map(text) }

  init(key: String, _ arguments: [String]) { self.init { MessageCatalog.text(key, arguments, $0) } }

  init(plain: String) { texts = MessageLanguage.allCases.map { _ in plain } }

  func text(_ language: MessageLanguage) -> String { LocalizedText.part(argument, language) }

  /// For `Finding.arguments`.
  var argument: String { texts.joined(separator: String(LocalizedText.separator)) }

  /// An argument in one language.
  static func part(_ argument: String, _ language: MessageLanguage) -> String {
    guard argument.unicodeScalars.contains(separator) else { return argument }
    let parts = argument.unicodeScalars.split(separator: separator, omittingEmptySubsequences: false)
    let at = MessageLanguage.allCases.firstIndex(of: language) ?? 0
    return at < parts.count ? String(parts[at]) : ""
  }

  /// "Did you mean …?", or nothing.
  static func suggestion(_ name: String?) -> String {
    name.map { LocalizedText(key: "did-you-mean", [$0]).argument } ?? ""
  }
}
