public import EADKit
import Glibc

/// What the surroundings of the command say.
public enum Environment {
  public static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  public static var language: MessageLanguage {
    var values: [String: String] = [:]
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] { values[name] = value(name) }
    return MessageLanguage(environment: values)
  }

  public static var cores: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
