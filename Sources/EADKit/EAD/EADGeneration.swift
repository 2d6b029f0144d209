/// The generations of EAD that are read.
public enum EADGeneration: String, Sendable, CaseIterable {
  case ead2002
  case ead3

  static let ead2002Namespace = "urn:isbn:1-931666-22-9"
  static let ead3Namespace = "http://ead3.archivists.org/schema/"
  static let ead3UndeprecatedNamespace = "http://ead3.archivists.org/schema/undeprecated/"
  static let ead4Namespaces = ["https://archivists.org/ns/ead/v4", "https://standards.openpreservation.org/ead/v4"]

  /// What a namespace says; nil when it says nothing.
  init?(namespace: String?) {
    switch namespace {
    case EADGeneration.ead2002Namespace: self = .ead2002
    case EADGeneration.ead3Namespace, EADGeneration.ead3UndeprecatedNamespace: self = .ead3
    default: return nil
    }
  }
}
