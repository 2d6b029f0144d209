import Foundation
import Testing

@testable import EADKit

/// The texts and attribute values of a document, each with the path of its element, read by libxml2.
struct DocumentPieces {
  enum Kind {
    case text
    case attribute
    /// An element that holds nothing.
    case empty
  }

  struct Piece {
    var kind: Kind
    /// `/ead/archdesc/did/unittitle`, attributes with `/@name`; XLink's have the names that the program gives them.
    var path: String
    /// White space collapsed.
    var value: [UInt8]
    /// Runs of letters and digits in the value.
    let words: [[UInt8]]

    init(kind: Kind, path: String, value: [UInt8]) {
      self.kind = kind
      self.path = path
      self.value = value
      words = Notation.contains(kind, path, value) ? [] : WordConservation.words(Piece.content(value))
    }

    /// Markup that a converter put down in an attribute (`ead2002:date normal="1914"`) has the words of its values; the names
    /// are names.
    private static func content(_ value: [UInt8]) -> [UInt8] {
      let isMarkup = ["ead2002:", "ead3:"].contains { value.starts(with: Array($0.utf8)) }
      guard isMarkup else { return value }
      let parts = value.split(separator: 0x22, omittingEmptySubsequences: false)
      return Array(parts.enumerated().filter { $0.offset % 2 == 1 }.map(\.element).joined(separator: [0x20]))
    }

    var label: String { "\(path) “\(String(decoding: value, as: UTF8.self))”" }
  }

  private(set) var pieces: [Piece] = []
  let generation: EADGeneration
  let form: EADForm
  let canonical: XMLCanonical

  init(_ bytes: [UInt8]) throws {
    let canonical = try XMLCanonical(bytes)
    self.canonical = canonical
    var path: [String] = []
    var holdsSomething: [Bool] = []
    var found: [Piece] = []
    for event in canonical.events {
      switch event {
      case .start(let name, let attributes):
        if !holdsSomething.isEmpty { holdsSomething[holdsSomething.count - 1] = true }
        path.append(name.local)
        let place = "/" + path.joined(separator: "/")
        var isFull = false
        // Where a document's schema lies is said of its own generation only.
        for attribute in attributes where attribute.name.namespace != "http://www.w3.org/2001/XMLSchema-instance" {
          isFull = true
          found.append(
            Piece(
              kind: .attribute, path: place + "/@" + DocumentPieces.name(attribute.name),
              value: DocumentPieces.collapsed(attribute.value)))
        }
        holdsSomething.append(isFull)
      case .end:
        if holdsSomething.removeLast() == false {
          found.append(Piece(kind: .empty, path: "/" + path.joined(separator: "/"), value: []))
        }
        path.removeLast()
      case .text(let bytes):
        let value = DocumentPieces.collapsed(bytes)
        if value.isEmpty { continue }
        if !holdsSomething.isEmpty { holdsSomething[holdsSomething.count - 1] = true }
        found.append(Piece(kind: .text, path: "/" + path.joined(separator: "/"), value: value))
      case .comment, .instruction: break
      }
    }
    pieces = found
    let namespace = canonical.root?.namespace ?? ""
    let holdsControl = canonical.events.prefix(40).contains { event in
      if case .start(let name, _) = event { name.local == "control" } else { false }
    }
    generation = EADGeneration(namespace: namespace) ?? (holdsControl ? .ead3 : .ead2002)
    form =
      generation == .ead3
      ? .ead3 : !namespace.isEmpty ? .ead2002 : canonical.hasDoctype ? .ead2002DTD : .ead2002Plain
  }

  private static func name(_ name: XMLCanonical.Name) -> String {
    let isRenamed = name.namespace == NamespaceMapping.xlink && ["type", "role", "title"].contains(name.local)
    return isRenamed ? "link" + name.local : name.local
  }

  static func collapsed(_ bytes: [UInt8]) -> [UInt8] {
    Array(bytes.split(whereSeparator: Bytes.isSpace).joined(separator: [0x20]))
  }
}

/// Whether every word of a source is in the target or in the account of losses, and no word more.
///
/// A word is a run of letters and digits within one text or one attribute value. Words are compared as bytes.
struct WordConservation {
  typealias Word = [UInt8]

  /// Words that a converter may write where the target demands a text and the source has none.
  static let fixedWords: Set<String> = ["unknown", "derived", "agency", "name", "ead", "2002", "ead3", "convert"]

  /// Elements whose text may stand twice in one generation and once in the other: a note on a finding aid's languages says of
  /// each of them what it says of all, the date of an event stands beside the sentence that holds it, a publisher or the
  /// identifier's agency is the maintaining agency as well.
  static let repeated: Set<String> = [
    "langusage", "languagedeclaration", "creation", "change", "maintenanceevent", "eadid", "publisher", "maintenanceagency",
  ]

  /// Words in the source that are neither in the target nor in the account.
  private(set) var missing: [String] = []
  /// Words in the target that are not in the source.
  private(set) var invented: [String] = []

  init(source: DocumentPieces, target: DocumentPieces, entries: [LossEntry], literals: Set<[UInt8]>) {
    // What only a schema's list of values allows is notation: a list is simple, a link is simple.
    var wanted = WordConservation.count(source.pieces.filter { $0.kind != .attribute || !literals.contains($0.value) })
    var found = WordConservation.count(target.pieces)
    var given = WordConservation.count(source.pieces)
    // The file that an unparsed entity stands for may take the entity's place.
    for address in source.canonical.entities.values {
      for word in WordConservation.words(Array(address.utf8)) { given[word, default: 0] += 2 }
    }
    for piece in source.pieces where piece.path.split(separator: "/").contains(where: { Self.repeated.contains(String($0)) }) {
      for word in piece.words {
        given[word] = Int.max / 2
        wanted[word] = 1
      }
    }
    let extra = WordConservation.count(
      target.pieces.filter { piece in
        // A normal form is another spelling of the date beside it.
        piece.kind == .text
          || (piece.kind == .attribute && !literals.contains(piece.value) && !piece.path.hasSuffix("/@normal")
            && !piece.path.hasSuffix("/@standarddate"))
      })
    var glued: [(word: Word, count: Int)] = []
    for (word, count) in extra where count > given[word, default: 0] { glued.append((word, count - given[word, default: 0])) }
    for entry in entries where Self.countsText(entry) {
      for word in WordConservation.words(Array(entry.text.utf8)) { found[word, default: 0] += 1 }
    }
    var short: [Word: Int] = [:]
    for (word, count) in wanted where found[word, default: 0] < count { short[word] = count - found[word, default: 0] }
    // `Rosen<emph>Facts</emph>` is two texts; without the element it is one.
    for (word, count) in glued {
      var count = count
      while count > 0, let parts = WordConservation.segments(of: word, short) {
        for part in parts { short[part, default: 0] -= 1 }
        count -= 1
      }
      let text = String(decoding: word, as: UTF8.self)
      if count > 0, !Self.fixedWords.contains(text.lowercased()) {
        let place = target.pieces.first { $0.words.contains(word) }
        invented.append("“\(text)” \(count) times more than in the source, such as \(place?.path ?? "?")")
      }
    }
    for (word, count) in short where count > 0 {
      let place = source.pieces.first { $0.words.contains(word) }
      missing.append("“\(String(decoding: word, as: UTF8.self))” \(count) times neither kept nor reported: \(place?.label ?? "?")")
    }
    missing.sort()
    invented.sort()
  }

  /// Entries that speak of markup say that the text was kept: they do not account for it.
  static func countsText(_ entry: LossEntry) -> Bool { entry.reason != .markupOnly || entry.path.contains("/@") }

  static func words(_ bytes: [UInt8]) -> [Word] {
    var words: [Word] = []
    var start = -1
    func close(_ end: Int) {
      if start >= 0 { words.append(Array(bytes[start..<end])) }
      start = -1
    }
    var at = 0
    while at < bytes.count {
      let byte = bytes[at]
      var length = 1
      var belongs = (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
      if byte >= 0x80 {
        length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
        let scalar = String(decoding: bytes[at..<min(at + length, bytes.count)], as: UTF8.self).unicodeScalars.first
        let properties = scalar?.properties
        belongs =
          properties.map { $0.isAlphabetic || $0.numericType != nil || $0.generalCategory == .nonspacingMark } ?? false
      }
      if belongs {
        if start < 0 { start = at }
      } else {
        close(at)
      }
      at += length
    }
    close(bytes.count)
    return words
  }

  private static func count(_ pieces: [DocumentPieces.Piece]) -> [Word: Int] {
    var counts: [Word: Int] = [:]
    for piece in pieces {
      for word in piece.words { counts[word, default: 0] += 1 }
    }
    return counts
  }

  /// Two or more of the missing words that make up a word; nil when none do.
  private static func segments(of word: Word, _ missing: [Word: Int]) -> [Word]? {
    guard !missing.isEmpty else { return nil }
    // Where the part begins that ends at each place.
    var from: [Int: Int] = [0: 0]
    for end in 1...word.count {
      for start in 0..<end where from[start] != nil && (start > 0 || end < word.count) {
        if missing[Array(word[start..<end]), default: 0] > 0 {
          from[end] = start
          break
        }
      }
    }
    guard from[word.count] != nil else { return nil }
    var parts: [Word] = []
    var end = word.count
    while end > 0, let start = from[end] {
      parts.append(Array(word[start..<end]))
      end = start
    }
    var uses: [Word: Int] = [:]
    for part in parts { uses[part, default: 0] += 1 }
    return uses.allSatisfy { missing[$0.key, default: 0] >= $0.value } ? parts : nil
  }

  // MARK: Marked words

  /// Words of generated documents that came out, but not as they went in: with signs around them lost or altered.
  static func altered(source: DocumentPieces, target: DocumentPieces, entries: [LossEntry]) -> [String] {
    var places: [Word: [[UInt8]]] = [:]
    func add(_ value: [UInt8]) {
      for mark in Set(marks(in: value)) { places[mark, default: []].append(value) }
    }
    for piece in target.pieces { add(piece.value) }
    for entry in entries { add(Array(entry.text.utf8)) }
    var altered: [String] = []
    for piece in source.pieces {
      for form in piece.value.split(separator: 0x20) {
        guard let mark = marks(in: Array(form)).first, let candidates = places[mark] else { continue }
        if !candidates.contains(where: { contains($0, Array(form)) }) {
          let shown = candidates.prefix(1).map { String(decoding: $0, as: UTF8.self) }.joined()
          altered.append("\(piece.path): “\(String(decoding: form, as: UTF8.self))” has become “\(shown)”")
        }
      }
    }
    return altered
  }

  /// The numbered words of `SchemaGenerator` in a text, whatever they are glued to.
  static func marks(in bytes: [UInt8]) -> [Word] {
    var found: [Word] = []
    var at = 0
    while at < bytes.count {
      if bytes[at] == 0x77 {
        var end = at + 1
        while end < bytes.count, bytes[end] >= 0x30, bytes[end] <= 0x39 { end += 1 }
        if end > at + 1, end < bytes.count, bytes[end] == 0x78 {
          found.append(Array(bytes[at...end]))
          at = end
        }
      }
      at += 1
    }
    return found
  }

  private static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    guard let first = part.first, text.count >= part.count else { return false }
    for start in 0...(text.count - part.count) where text[start] == first {
      if text[start..<(start + part.count)].elementsEqual(part) { return true }
    }
    return false
  }

  /// The values that a generation's schema lists: a converter may write them where the schema demands an attribute.
  static func literals(_ generation: EADGeneration) throws -> Set<[UInt8]> {
    let schema = try SchemaLibrary.schema(generation == .ead3 ? .ead3 : .ead2002)
    return Set(schema.literals.map(\.text))
  }
}

/// Attribute values by which the program says what something was in the other generation: notation, and no content.
enum Notation {
  private static let values: [String: Set<String>] = [
    "@localtype": ["identifier", "publicid", "url", "urn", "findaidstatus", "text", "subarea"],
    "@render": ["altrender"],
    "@value": ["unknown", "derived", "created", "revised", "updated", "machine", "human", "new"],
    "@daotype": ["unknown"],
  ]

  static func contains(_ kind: DocumentPieces.Kind, _ path: String, _ value: [UInt8]) -> Bool {
    guard kind == .attribute, let name = path.split(separator: "/").last.map(String.init) else { return false }
    let text = String(decoding: value, as: UTF8.self)
    // What stood elsewhere says where.
    if name == "@localtype",
      ElementTraits.components.map({ Tag.names[Int($0)] }).contains(text)
        || ["archdesc", "bioghist", "odd", "scopecontent"].contains(text)
    {
      return true
    }
    return values[name]?.contains(text) ?? false
  }
}
