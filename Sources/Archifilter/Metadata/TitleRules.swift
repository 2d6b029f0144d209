/// Makes titles of file names, by rules that can be left out one by one and that are recorded where they changed something.
///
/// Numbers at the beginning and marks of copies and versions at the end are kept: they carry order and history.
public struct TitleRules: Sendable, Equatable {
  /// What is done to a name; the raw value is its identifier in records and settings.
  public enum Rule: String, Sendable, CaseIterable {
    /// Bytes that are not UTF-8 are read as Windows-1252: a suggestion. Left out, they stand as `%XX`.
    case windows1252 = "windows-1252"
    /// Control characters become U+FFFD. Left out, they stand as `%XX`: XML cannot hold them.
    case controls = "control-characters"
    /// Normal form C.
    case composed = "nfc"
    /// A known extension is taken off the name of a file.
    case fileExtension = "extension"
    /// `%20` becomes a space.
    case percentSpace = "percent-20"
    /// `_` becomes a space.
    case underscore = "underscore"
    /// Several spaces become one, those at the ends go.
    case spaces = "spaces"
  }

  /// The rules that are applied; their order does not matter.
  public var rules: [Rule]

  /// All rules.
  public init() { rules = Rule.allCases }

  /// - Parameter rules: identifiers; nil is returned when one is not known.
  public init?(rules: [String]) {
    var found: [Rule] = []
    for name in rules {
      guard let rule = Rule(rawValue: name) else { return nil }
      found.append(rule)
    }
    self.rules = found
  }

  /// The title of a name, with the identifiers of the rules that changed something, in the order in which they are applied.
  ///
  /// - Parameter name: bytes of the file system; any.
  /// - Returns: an empty title only for an empty name.
  public func title(of name: [UInt8], isFolder: Bool) -> (title: String, rules: [String]) {
    var applied: [String] = []
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(name.count)
    var wasForeign = false
    var hadControls = false
    let reads = rules.contains(.windows1252)
    let replaces = rules.contains(.controls)
    name.withUnsafeBufferPointer { bytes in
      if !reads, !FileName.isUTF8(bytes) {
        // Shown as everywhere else; `%XX` has no control characters left to replace.
        scalars = Array(FileName.display(name).unicodeScalars)
        return
      }
      NameText.scalars(bytes) { scalar, isForeign in
        if isForeign { wasForeign = true }
        guard NameText.isControl(scalar) else { return scalars.append(scalar) }
        if replaces {
          hadControls = true
          scalars.append("\u{FFFD}")
        } else {
          for byte in String(Character(scalar)).utf8 { scalars += Array(FileName.percent(byte).unicodeScalars) }
        }
      }
    }
    if wasForeign { applied.append(Rule.windows1252.rawValue) }
    if hadControls { applied.append(Rule.controls.rawValue) }
    if rules.contains(.composed), scalars.contains(where: { $0.value >= 0x300 }) {
      let composed = Array(NameText.composed(TitleRules.text(scalars)).unicodeScalars)
      if composed != scalars {
        scalars = composed
        applied.append(Rule.composed.rawValue)
      }
    }
    let whole = scalars
    if !isFolder, rules.contains(.fileExtension), let end = FileExtensions.end(scalars) {
      scalars.removeSubrange(end...)
      applied.append(Rule.fileExtension.rawValue)
    }
    if rules.contains(.percentSpace), TitleRules.replacePercent20(&scalars) { applied.append(Rule.percentSpace.rawValue) }
    if rules.contains(.underscore), scalars.contains("_") {
      for index in scalars.indices where scalars[index] == "_" { scalars[index] = " " }
      applied.append(Rule.underscore.rawValue)
    }
    if rules.contains(.spaces), TitleRules.collapse(&scalars) { applied.append(Rule.spaces.rawValue) }
    // A name of nothing but spaces and underscores has nothing to clean; it stays what it is.
    if !scalars.contains(where: { $0 != " " && $0 != "\u{A0}" }) {
      let first: Set = [Rule.windows1252.rawValue, Rule.controls.rawValue, Rule.composed.rawValue]
      return (TitleRules.text(whole), applied.filter(first.contains))
    }
    return (TitleRules.text(scalars), applied)
  }

  private static func text(_ scalars: [Unicode.Scalar]) -> String {
    var out = String.UnicodeScalarView()
    out.append(contentsOf: scalars)
    return String(out)
  }

  private static func replacePercent20(_ scalars: inout [Unicode.Scalar]) -> Bool {
    guard scalars.contains("%") else { return false }
    var out: [Unicode.Scalar] = []
    var at = 0
    while at < scalars.count {
      if scalars[at] == "%", at + 2 < scalars.count, scalars[at + 1] == "2", scalars[at + 2] == "0" {
        out.append(" ")
        at += 3
      } else {
        out.append(scalars[at])
        at += 1
      }
    }
    guard out.count != scalars.count else { return false }
    scalars = out
    return true
  }

  private static func collapse(_ scalars: inout [Unicode.Scalar]) -> Bool {
    var out: [Unicode.Scalar] = []
    out.reserveCapacity(scalars.count)
    for scalar in scalars {
      if scalar == " ", out.isEmpty || out.last == " " { continue }
      out.append(scalar)
    }
    while out.last == " " { out.removeLast() }
    guard out.count != scalars.count else { return false }
    scalars = out
    return true
  }
}
