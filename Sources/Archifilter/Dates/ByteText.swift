public import EADKit

/// Sizes for people: decimal units (1 Mo = 1 000 000 octets), and the exact number beside them.
public enum ByteText {
  private static let french = ["octets", "ko", "Mo", "Go", "To", "Po", "Eo"]
  private static let english = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"]

  /// `1,2 Mo`, `1.2 MB`; one decimal below 100, none when it is a zero.
  ///
  /// - Parameter bytes: at least 0; what is less counts as 0.
  public static func readable(_ bytes: Int, _ language: MessageLanguage) -> String {
    let bytes = max(bytes, 0)
    guard bytes >= 1_000 else { return "\(bytes) \(word(bytes, language))" }
    var power = 1
    var unit = 1_000
    while power < 6, bytes / unit >= 1_000 {
      power += 1
      unit *= 1_000
    }
    var tenths = rounded(bytes, unit / 10)
    if tenths >= 1_000 { tenths = rounded(bytes, unit) * 10 }
    if tenths >= 10_000, power < 6 {
      power += 1
      tenths = 10
    }
    let name = (language == .french ? french : english)[power]
    let decimal = tenths % 10 == 0 ? "" : (language == .french ? "," : ".") + String(tenths % 10)
    return "\(tenths / 10)\(decimal) \(name)"
  }

  /// `1 234 567 octets` (narrow spaces that do not break), `1,234,567 bytes`.
  public static func exact(_ bytes: Int, _ language: MessageLanguage) -> String {
    "\(number(bytes, language)) \(word(bytes, language))"
  }

  /// A number with its thousands set apart.
  public static func number(_ value: Int, _ language: MessageLanguage) -> String {
    let digits = String(value.magnitude)
    var out = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { out += language == .french ? "\u{202F}" : "," }
      out.append(digit)
    }
    return out
  }

  private static func word(_ bytes: Int, _ language: MessageLanguage) -> String {
    switch language {
    case .french: bytes.magnitude < 2 ? "octet" : "octets"
    case .english: bytes == 1 ? "byte" : "bytes"
    }
  }

  private static func rounded(_ value: Int, _ by: Int) -> Int {
    value / by + (value % by >= by - by / 2 ? 1 : 0)
  }
}
