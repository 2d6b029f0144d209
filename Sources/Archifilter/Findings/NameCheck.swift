import EADKit
import Foundation

/// What is wrong with a name, whatever stands beside it.
struct NameCheck {
  /// Length as Windows counts it: UTF-16 code units; a byte that is not UTF-8 counts as one.
  private(set) var units = 0
  /// Findings: rule and arguments.
  private(set) var found: [(rule: String, arguments: [String])] = []
  /// Stands for all names that Windows and macOS, which see no difference of case and of composition, take for the same.
  private(set) var folded: UInt64 = 0
  /// The name as text; nil when it is not UTF-8.
  private(set) var text: String?

  /// Names of devices in Windows, with any extension.
  private static let devices: Set<String> = {
    var names: Set<String> = ["con", "prn", "aux", "nul", "conin$", "conout$"]
    for digit in "123456789¹²³" {
      names.insert("com\(digit)")
      names.insert("lpt\(digit)")
    }
    return names
  }()

  /// - Parameter isRoot: its length only.
  init(_ name: [UInt8], isRoot: Bool = false) {
    var isASCII = true
    var hasControl = false
    var forbidden: Set<UInt8> = []
    var hash = NameCheck.seed
    for byte in name {
      if byte >= 0x80 { isASCII = false }
      if byte < 0x20 || byte == 0x7F { hasControl = true }
      switch byte {
      case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: ":"), UInt8(ascii: "\""), UInt8(ascii: "|"), UInt8(ascii: "?"),
        UInt8(ascii: "*"), UInt8(ascii: "\\"):
        forbidden.insert(byte)
      default: break
      }
      hash = NameCheck.mix(hash, NameCheck.lower(byte))
    }
    if isASCII {
      units = name.count
      folded = hash
      text = String(decoding: name, as: UTF8.self)
    } else if let text = String(validating: name, as: UTF8.self) {
      self.text = text
      units = text.utf16.count
      folded = NameCheck.fold(text)
      for scalar in text.unicodeScalars where NameCheck.isInvisible(scalar) { hasControl = true }
    } else {
      units = name.count
      folded = hash
    }
    guard !isRoot else { return }
    if text == nil { add("tree-name-not-utf8") }
    if let text, !isASCII, NameCheck.isDecomposed(text) { add("tree-name-decomposed") }
    if hasControl { add("tree-name-control", NameCheck.controls(name, text)) }
    if forbidden.remove(UInt8(ascii: ":")) != nil { add("tree-name-colon") }
    if !forbidden.isEmpty {
      add("tree-name-character", forbidden.sorted().map { String(Unicode.Scalar($0)) }.joined(separator: " "))
    }
    if name.last == UInt8(ascii: ".") || name.last == UInt8(ascii: " ") {
      add(name.last == UInt8(ascii: ".") ? "tree-name-trailing-dot" : "tree-name-trailing-space")
    }
    if let text, name.count <= 64, NameCheck.devices.contains(NameCheck.stem(text)) {
      add("tree-name-reserved", NameCheck.stem(text).uppercased())
    }
    if units > 255 || name.count > 255 {
      add("tree-name-too-long", String(units), String(name.count))
    } else if units > 100 {
      add("tree-name-long", String(units))
    }
    if NameCheck.isShortened(name) { add("tree-name-8-3") }
  }

  private mutating func add(_ rule: String, _ arguments: String...) { found.append((rule, arguments)) }

  // MARK: Folding

  /// FNV-1a, 64 bits.
  static let seed: UInt64 = 0xCBF2_9CE4_8422_2325
  static func mix(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }

  static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

  /// Equal for texts that differ in case or in composition only. Strings compare by canonical equivalence, and so does their hash:
  /// elsewhere a trap, here what is wanted.
  static func fold(_ text: String) -> UInt64 {
    let lowered = text.lowercased()
    if lowered.utf8.allSatisfy({ $0 < 0x80 }) { return lowered.utf8.reduce(seed) { mix($0, $1) } }
    return UInt64(truncatingIfNeeded: lowered.hashValue)
  }

  /// Whether Windows or macOS would take two names for one.
  static func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    if let left = String(validating: left, as: UTF8.self), let right = String(validating: right, as: UTF8.self) {
      return left.lowercased() == right.lowercased()
    }
    return left.map(lower) == right.map(lower)
  }

  /// Whether two names differ in composition only.
  static func isComposedAlike(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard let left = String(validating: left, as: UTF8.self), let right = String(validating: right, as: UTF8.self) else { return false }
    return left == right
  }

  // MARK: Single questions

  /// Whether accents stand apart from their letters (NFD, as macOS wrote them) where one character exists.
  static func isDecomposed(_ text: String) -> Bool {
    let isSuspect = text.unicodeScalars.contains {
      (0x0300...0x036F).contains($0.value) || (0x1100...0x11FF).contains($0.value) || $0.value == 0x3099 || $0.value == 0x309A
    }
    guard isSuspect else { return false }
    return !text.precomposedStringWithCanonicalMapping.utf8.elementsEqual(text.utf8)
  }

  /// Characters that nobody sees and that break lists or turn the direction of reading.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    return (0x80...0x9F).contains(value) || (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value)
      || value == 0x2028 || value == 0x2029
  }

  private static func controls(_ name: [UInt8], _ text: String?) -> String {
    var values: Set<UInt32> = []
    if let text {
      for scalar in text.unicodeScalars where scalar.value < 0x20 || scalar.value == 0x7F || isInvisible(scalar) {
        values.insert(scalar.value)
      }
    } else {
      for byte in name where byte < 0x20 || byte == 0x7F { values.insert(UInt32(byte)) }
    }
    return values.sorted().map { value in
      let hex = String(value, radix: 16, uppercase: true)
      return "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
    }.joined(separator: ", ")
  }

  /// What stands before the first dot, in small letters: Windows looks at nothing else.
  private static func stem(_ text: String) -> String {
    var stem = String(text.prefix { $0 != "." }).lowercased()
    while stem.utf8.last == 0x20 { stem.removeLast() }
    return stem
  }

  /// `DOSSIE~1.DOC`: the short form that Windows and DOS made of a long name.
  static func isShortened(_ name: [UInt8]) -> Bool {
    guard name.count <= 12, let tilde = name.firstIndex(of: UInt8(ascii: "~")), (1...7).contains(tilde) else { return false }
    func isShort(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || byte >= 0x80 || "_-$&#@!()".utf8.contains(byte)
    }
    let rest = name[(tilde + 1)...]
    let digits = rest.prefix { (0x30...0x39).contains($0) }
    guard name[..<tilde].allSatisfy(isShort), !digits.isEmpty, tilde + 1 + digits.count <= 8 else { return false }
    let tail = rest.dropFirst(digits.count)
    if tail.isEmpty { return true }
    return tail.first == UInt8(ascii: ".") && (2...4).contains(tail.count) && tail.dropFirst().allSatisfy(isShort)
  }

  /// What follows the last dot, in small letters; empty for none.
  static func fileExtension(_ name: [UInt8]) -> String {
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0, name.count - dot <= 9 else { return "" }
    return String(decoding: name[(dot + 1)...].map(lower), as: UTF8.self)
  }
}
