public import EADKit
import Glibc

/// What the surroundings of the command say.
public enum Environment {
  /// An environment variable; nil when it is not set.
  public static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// The language of messages that the locale asks for.
  public static var language: MessageLanguage {
    var values: [String: String] = [:]
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] { values[name] = value(name) }
    return MessageLanguage(environment: values)
  }

  /// Processors that are online; at least one.
  public static var cores: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
