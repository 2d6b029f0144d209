import EADKit
import Glibc

/// Why the system refused something, in an archivist's words.
enum ErrorCause {
  /// The key of the words; nil for causes that only the system's own words name.
  static func key(_ code: Int32) -> String? {
    switch code {
    case EACCES, EPERM: "tree-cause-permission"
    case ENOENT, ESTALE: "tree-cause-gone"
    case EIO: "tree-cause-damaged"
    case ELOOP: "tree-cause-loop"
    case ENAMETOOLONG: "tree-cause-long"
    case EMFILE, ENFILE, ENOMEM: "tree-cause-resources"
    case EBUSY, ETXTBSY, EAGAIN: "tree-cause-busy"
    case ENOTCONN, EHOSTDOWN, ETIMEDOUT, ECONNRESET, EHOSTUNREACH, ENETUNREACH, ENODEV, ENXIO: "tree-cause-network"
    default: nil
    }
  }

  static func text(_ code: Int32, _ language: MessageLanguage) -> String {
    if let key = key(code) { return MessageCatalog.text(key, [], language) }
    return MessageCatalog.text("tree-cause-other", [String(cString: strerror(code)), String(code)], language)
  }

  /// For an argument of a finding.
  static func words(_ code: Int32) -> String { both { text(code, $0) } }

  /// A text in both languages as one argument: U+001E keeps them apart, as the catalogue expects.
  static func both(_ text: (MessageLanguage) -> String) -> String {
    MessageLanguage.allCases.map(text).joined(separator: "\u{1E}")
  }
}
