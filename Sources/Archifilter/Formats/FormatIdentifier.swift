public import EADKit
import Glibc

/// What a file was recognised as.
public struct Identification {
  /// nil when nothing is known.
  public var facts: FormatFacts?
  public var basis: ContentFacts.Basis?
  public var flags: ContentFacts.Flags = []
  /// It is a zip, whatever is in it.
  public var isZip = false
  /// Beginnings of zip parts that were unpacked anyway and hold metadata.
  public var parts: [(name: [UInt8], bytes: [UInt8])] = []

  public init() {}
}

/// Recognises the formats of office files by their content: signatures and containers after PRONOM, as Siegfried and DROID
/// decide; what PRONOM's rules leave open gets a MIME type and no PUID. For one thread.
///
/// A PUID is only given when the rules that were written for it hold whole: rather none than a wrong one.
public final class FormatIdentifier {
  let file = FileBytes()
  let table = FormatTable.shared
  private let magic: MagicCookie?
  /// Bytes of the head that libmagic is shown.
  private static let magicBytes = 16 << 10

  /// What a rule has found.
  struct Match {
    var key: String
    var basis: ContentFacts.Basis
    var flags: ContentFacts.Flags = []
    /// Of a format without PUID.
    var version = ""

    init(_ key: String, _ basis: ContentFacts.Basis = .signature, flags: ContentFacts.Flags = [], version: String = "") {
      self.key = key
      self.basis = basis
      self.flags = flags
      self.version = version
    }
  }

  /// Opens libmagic's database; without one formats outside the table stay unknown.
  public init() throws(EADError) { magic = MagicCookie() }

  /// What recognises the formats, with version.
  public static var engine: String { "archifilter formats 1 (PRONOM v125 rules), libmagic \(MagicCookie.version)" }

  /// Recognises a file.
  ///
  /// - Parameters:
  ///   - size: bytes of the file when it was opened.
  ///   - name: its name; only the extension is used.
  public func identify(descriptor: Int32, size: Int, name: [UInt8]) -> Identification {
    name.withUnsafeBufferPointer { identify(descriptor: descriptor, size: size, extension: FormatTable.key(ofName: $0)) }
  }

  private func identify(descriptor: Int32, size: Int, extension key: UInt64) -> Identification {
    var result = Identification()
    guard size > 0 else {
      result.facts = table.facts(mime: "inode/x-empty")
      result.basis = .magic
      return result
    }
    file.move(to: descriptor, size: size)
    guard !file.head.isEmpty else { return result }
    if let match = signature(key, &result) ?? text(key) {
      result.flags.formUnion(match.flags)
      if let row = table.row(match.key) {
        var facts = row.facts
        if facts.puid == nil, !match.version.isEmpty { facts.version = match.version }
        result.facts = facts
        result.basis = match.basis
        if key != 0 {
          // Text goes under many names; not under that of a format with a structure of its own.
          let isOther =
            row.extensions.isEmpty ? row.facts.family == "text" && table.isStructured(extension: key) : !row.extensions.contains(key)
          if isOther { result.flags.insert(.extensionMismatch) }
        }
      }
      return result
    }
    let head = UnsafeBufferPointer(rebasing: file.head.prefix(FormatIdentifier.magicBytes))
    if let mime = magic?.mime(head) {
      let facts = table.facts(mime: mime)
      result.facts = facts
      result.basis = .magic
      if table.isStructured(extension: key), table.row(mime) == nil { result.flags.insert(.extensionMismatch) }
    }
    return result
  }

  /// What the first bytes say. Order matters.
  private func signature(_ key: UInt64, _ result: inout Identification) -> Match? {
    let head = file.head
    switch head[0] {
    case 0x50:
      if head.has([0x50, 0x4B, 3, 4]) || head.has([0x50, 0x4B, 5, 6]) { return zip(key, &result) }
    case 0xD0:
      if head.has([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) { return compound(key) }
    case 0x25:
      if head.has("%PDF-") { return pdf() }
    case 0x7B:
      if head.has("{\\rt") { return richText() }
    case 0xFF, 0x89, 0x47, 0x49, 0x4D:
      if let match = image(key) { return match }
      if head.has("MZ") { return executable() }
      if let match = sound() { return match }
    case 0x42:
      if let match = image(key) { return match }
    default: break
    }
    if let match = media() ?? archive() ?? database() ?? system() { return match }
    return nil
  }
}
