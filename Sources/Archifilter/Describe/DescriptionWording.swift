import EADKit
import Glibc

/// The sentences of a description in its language.
struct DescriptionWording {
  let language: MessageLanguage

  func text(_ key: String, _ arguments: [String] = []) -> String {
    MessageCatalog.text("describe-" + key, arguments, language)
  }

  /// A number with what it counts: `1 fichier`, `12 files`.
  ///
  /// - Parameter key: of the words; `-one` and `-many` are added.
  func count(_ number: Int, _ key: String) -> String {
    let isOne = language == .french ? number.magnitude < 2 : number == 1
    return text(key + (isOne ? "-one" : "-many"), [ByteText.number(number, language)])
  }

  /// Readable and exact, the exact number only where the readable one is rounded.
  func bytes(_ bytes: Int) -> String {
    let readable = ByteText.readable(bytes, language)
    return bytes < 1_000 ? readable : "\(readable) (\(ByteText.exact(bytes, language)))"
  }

  /// Between parts that hold commas themselves.
  var separator: String { language == .french ? " ; " : "; " }

  /// Parts of a list.
  func list(_ parts: [String]) -> String { parts.joined(separator: ", ") }

  /// Why something could not be read.
  func failure(_ code: Int32) -> String {
    switch code {
    case EACCES, EPERM: text("failure-access")
    case ENOENT, ESTALE: text("failure-gone")
    case EIO: text("failure-device")
    default: text("failure-other", [String(code)])
    }
  }

  /// Name of a language whose code is known here; else the code.
  func language(_ code: String) -> String {
    switch code {
    case "fre", "fra": text("language-fre")
    case "eng": text("language-eng")
    default: code
    }
  }
}
