public import EADKit
import Glibc

/// What lists of DROID, Siegfried or `file --mime` say about the formats of a tree, looked up by path.
///
/// Rows are matched by the bytes of their path relative to the scanned folder: relative and absolute paths, backslashes of
/// Windows and percent-encoded `file:` addresses are understood; a list made under another folder (another drive letter) is
/// matched by the folder that all its rows share.
public final class FormatImport {
  private struct Key: Hashable {
    let first: UInt64
    let second: UInt64
  }
  private struct Entry {
    var format: Int32
    var row: Int32
  }

  private let root: [UInt8]
  private let rootName: [UInt8]
  private var formats: [FormatFacts] = []
  private var formatIndex: [FormatFacts: Int32] = [:]
  private var entries: [Key: Entry] = [:]
  private var isMatched: [Bool] = []
  /// Paths of the first rows, for messages.
  private var samples: [[UInt8]] = []
  private static let mostSamples = 1000
  /// Rows whose path is absolute and not below the root, until the folder they share is known.
  private var strangers: [(path: [UInt8], format: Int32, row: Int32)] = []
  /// Rows of files for which the list names several formats.
  private var ambiguous: Set<Int32> = []
  private var found: [Finding] = []
  private var listed: [String] = []

  /// Rows that name a file.
  public var rows: Int { isMatched.count }
  /// Rows whose file was asked for.
  public var matched: Int { isMatched.reduce(0) { $1 ? $0 + 1 : $0 } }

  /// - Parameter root: absolute path of the scanned folder.
  public init(root: [UInt8]) {
    var root = root
    while root.count > 1, root.last == 0x2F { root.removeLast() }
    self.root = root
    rootName = Array(root.split(separator: 0x2F).last ?? [])
  }

  /// Reads a list.
  public func add(path: String) throws(EADError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw EADError("format-list-unreadable", file: path, [String(cString: strerror(errno))]) }
    defer { close(descriptor) }
    try add(descriptor: descriptor, name: path)
  }

  /// Reads a list from an open file or pipe.
  func add(descriptor: Int32, name: String) throws(EADError) {
    var records = SeparatedRecords(descriptor: descriptor)
    guard records.next() else {
      if records.error != 0 {
        throw EADError("format-list-unreadable", file: name, [String(cString: strerror(records.error))])
      }
      throw EADError("format-list-unknown", file: name)
    }
    listed.append(name)
    let header = records.fields.map { FormatImport.text($0).lowercased() }
    if let columns = DROIDColumns(header) {
      while records.next() { add(columns, records.fields) }
    } else if let columns = SiegfriedColumns(header) {
      while records.next() { add(columns, records.fields) }
    } else {
      guard addMIME(records.fields) else { throw EADError("format-list-unknown", file: name) }
      records.isSplit = false
      while records.next() { _ = addMIME(records.fields) }
    }
    if records.error != 0 {
      throw EADError("format-list-unreadable", file: name, [String(cString: strerror(records.error))])
    }
    if records.cut > 0 {
      found.append(Finding(rule: "format-list-cut", severity: .warning, file: name, arguments: [String(records.cut)]))
    }
    settleStrangers()
  }

  // MARK: Rows

  private struct DROIDColumns {
    let path: Int?
    let uri: Int?
    let type: Int?
    let count: Int?
    let puid: Int

    init?(_ header: [String]) {
      guard let puid = header.firstIndex(of: "puid"), header.contains("file_path") || header.contains("uri") else { return nil }
      self.puid = puid
      path = header.firstIndex(of: "file_path")
      uri = header.firstIndex(of: "uri")
      type = header.firstIndex(of: "type")
      count = header.firstIndex(of: "format_count")
    }
  }

  private func add(_ columns: DROIDColumns, _ fields: [[UInt8]]) {
    func field(_ index: Int?) -> [UInt8] { index.flatMap { $0 < fields.count ? fields[$0] : nil } ?? [] }
    if FormatImport.text(field(columns.type)) == "Folder" { return }
    let uri = field(columns.uri)
    // An entry of an archive is no file of the tree.
    if uri.contains(0x21), !uri.starts(with: Array("file:".utf8)) { return }
    var path = field(columns.path)
    if path.isEmpty { path = uri }
    guard !path.isEmpty else { return }
    let count = Int(FormatImport.text(field(columns.count))) ?? 1
    // PUID, MIME type, name and version repeat for every format.
    var puids: [String] = []
    for number in 0..<min(max(count, 1), 16) {
      let puid = FormatImport.text(field(columns.puid + number * 4))
      if !puid.isEmpty, !puids.contains(puid) { puids.append(puid) }
    }
    let at = columns.puid
    add(
      path, puids: puids, mime: FormatImport.text(field(at + 1)), name: FormatImport.text(field(at + 2)),
      version: FormatImport.text(field(at + 3)))
  }

  private struct SiegfriedColumns {
    let path: Int
    let blocks: [Int]
    let hasClass: Bool
    let names: [String]

    init?(_ header: [String]) {
      guard let path = header.firstIndex(of: "filename"), header.contains("namespace"), header.contains("id") else { return nil }
      self.path = path
      blocks = header.indices.filter { header[$0] == "namespace" }
      hasClass = header.contains("class")
      names = header
    }
  }

  private func add(_ columns: SiegfriedColumns, _ fields: [[UInt8]]) {
    guard columns.path < fields.count, !fields[columns.path].isEmpty else { return }
    for start in columns.blocks where start + 1 < fields.count {
      guard FormatImport.text(fields[start]) == "pronom" else { continue }
      func field(_ name: String) -> String {
        guard let at = columns.names[start...].firstIndex(of: name), at < fields.count else { return "" }
        return FormatImport.text(fields[at])
      }
      let puid = field("id")
      add(
        fields[columns.path], puids: puid == "UNKNOWN" || puid.isEmpty ? [] : [puid], mime: field("mime"), name: field("format"),
        version: field("version"))
      return
    }
  }

  /// `path: type/subtype; charset=…` of `file --mime`.
  private func addMIME(_ fields: [[UInt8]]) -> Bool {
    let line = fields.joined(separator: [0x2C])
    let bytes = Array(line)
    guard let colon = bytes.lastIndex(of: 0x3A), colon > 0 else { return false }
    let rest = bytes[(colon + 1)...].drop { $0 == 0x20 }
    let mime = rest.prefix { $0 != 0x3B && $0 != 0x20 }
    guard mime.contains(0x2F), mime.count < 128, mime.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return false }
    add(Array(bytes[..<colon]), puids: [], mime: String(decoding: mime, as: UTF8.self), name: "", version: "")
    return true
  }

  private func add(_ raw: [UInt8], puids: [String], mime: String, name: String, version: String) {
    guard rows < Int(Int32.max) - 1 else { return }
    let mime = mime.split(separator: ",").first.map { $0.trimmed } ?? ""
    var format: Int32 = -1
    if puids.count == 1 || !mime.isEmpty {
      let known = FormatTable.shared.row(puids.first ?? mime)?.facts
      let type = mime.isEmpty ? known?.mime ?? "application/octet-stream" : mime
      let facts =
        puids.count == 1
        ? FormatFacts(
          puid: puids[0], mime: type, name: name.isEmpty ? known?.name ?? puids[0] : name, version: version,
          family: known?.family ?? FormatTable.family(ofMIME: type))
        : FormatTable.shared.facts(mime: type)
      format = index(facts)
    }
    let row = Int32(rows)
    let path = FormatImport.normal(raw)
    isMatched.append(false)
    if samples.count < FormatImport.mostSamples { samples.append(raw) }
    if puids.count > 1 { ambiguous.insert(row) }
    if path.first == 0x2F || FormatImport.hasDrive(path) {
      if path.count > root.count + 1, path.starts(with: root), root == [0x2F] || path[root.count] == 0x2F {
        set(path[(root.count + (root == [0x2F] ? 0 : 1))...], format, row, mayJoin: true)
      } else {
        strangers.append((path, format, row))
      }
    } else {
      set(path[...], format, row, mayJoin: true)
      // Made from the folder above: the first name is that of the root.
      if path.starts(with: rootName), path.count > rootName.count + 1, path[rootName.count] == 0x2F {
        set(path[(rootName.count + 1)...], format, row, mayJoin: false)
      }
    }
  }

  private func index(_ facts: FormatFacts) -> Int32 {
    if let known = formatIndex[facts] { return known }
    let index = Int32(formats.count)
    formats.append(facts)
    formatIndex[facts] = index
    return index
  }

  /// - Parameter mayJoin: a further row of the same file is a further answer: several formats are none.
  private func set(_ path: ArraySlice<UInt8>, _ format: Int32, _ row: Int32, mayJoin: Bool) {
    let key = FormatImport.key(path)
    if let old = entries[key] {
      guard mayJoin else { return }
      isMatched[Int(row)] = isMatched[Int(old.row)]
      if old.format != format, old.format >= 0, format >= 0, formats[Int(old.format)].puid != formats[Int(format)].puid {
        ambiguous.insert(old.row)
        let mime = formats[Int(old.format)].mime
        entries[key] = Entry(format: mime == formats[Int(format)].mime ? index(FormatTable.shared.facts(mime: mime)) : -1, row: old.row)
      } else if old.format < 0, !ambiguous.contains(old.row) {
        entries[key] = Entry(format: format, row: old.row)
      }
      twins[old.row, default: []].append(row)
      return
    }
    entries[key] = Entry(format: format, row: row)
  }

  /// Further rows of a file, which are matched when the first is.
  private var twins: [Int32: [Int32]] = [:]

  /// Gives rows of another place their paths relative to the folder they share.
  private func settleStrangers() {
    guard let first = strangers.first else { return }
    defer { strangers.removeAll() }
    var shared = Array(first.path[..<(first.path.lastIndex(of: 0x2F) ?? 0)])
    for stranger in strangers.dropFirst() {
      var length = 0
      while length < min(shared.count, stranger.path.count), shared[length] == stranger.path[length] { length += 1 }
      if length == shared.count, length < stranger.path.count, stranger.path[length] == 0x2F { continue }
      let cut = shared[..<length].lastIndex(of: 0x2F) ?? 0
      shared.removeSubrange(cut...)
    }
    // A folder named like the scanned one is that one.
    var base = shared.count
    var at = 0
    for name in shared.split(separator: 0x2F, omittingEmptySubsequences: false) {
      let end = at + name.count
      if Array(name) == rootName, !rootName.isEmpty { base = end }
      at = end + 1
    }
    for stranger in strangers where stranger.path.count > base + 1 {
      set(stranger.path[(base + 1)...], stranger.format, stranger.row, mayJoin: true)
    }
  }

  // MARK: Look-up

  /// What the lists say about a file; nil when they do not name it or know no format.
  ///
  /// - Parameter path: relative to the scanned folder.
  public func format(of path: [UInt8]) -> FormatFacts? {
    guard let entry = entries[FormatImport.key(path[...])] else { return nil }
    isMatched[Int(entry.row)] = true
    for row in twins[entry.row] ?? [] { isMatched[Int(row)] = true }
    return entry.format >= 0 ? formats[Int(entry.format)] : nil
  }

  /// What a person should know once all files were asked for: rows without a file, files with several formats.
  public func findings() -> [Finding] {
    var findings = found
    let file = listed.joined(separator: ", ")
    let missing = rows - matched
    if missing > 0 {
      let sample = samples.indices.first { !isMatched[$0] }.map { FileName.display(samples[$0]) } ?? ""
      findings.append(
        Finding(
          rule: "format-list-unmatched", severity: .warning, file: file, arguments: [String(missing), String(rows), sample]))
    }
    if !ambiguous.isEmpty {
      findings.append(
        Finding(rule: "format-list-ambiguous", severity: .note, file: file, arguments: [String(ambiguous.count)]))
    }
    return findings
  }

  // MARK: Paths

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private static func hasDrive(_ path: [UInt8]) -> Bool { path.count > 2 && path[1] == 0x3A && path[2] == 0x2F }

  private static func normal(_ raw: [UInt8]) -> [UInt8] {
    var path = raw
    if path.starts(with: Array("file:".utf8)) {
      path = decoded(path.dropFirst(5))
      while path.starts(with: [0x2F, 0x2F]) { path.removeFirst() }
      if path.count > 3, path[0] == 0x2F, path[2] == 0x3A { path.removeFirst() }
    }
    // A backslash may be part of a name on Linux; paths of Windows have a drive or no slash at all.
    let isWindows =
      (path.count > 2 && path[1] == 0x3A && path[2] == 0x5C) || path.starts(with: [0x5C, 0x5C])
      || (path.contains(0x5C) && !path.contains(0x2F))
    if isWindows { path = path.map { $0 == 0x5C ? 0x2F : $0 } }
    while path.starts(with: [0x2E, 0x2F]) { path.removeFirst(2) }
    return path
  }

  private static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    func digit(_ byte: UInt8) -> UInt8? {
      switch byte {
      case 0x30...0x39: byte - 0x30
      case 0x41...0x46: byte - 0x37
      case 0x61...0x66: byte - 0x57
      default: nil
      }
    }
    var out: [UInt8] = []
    var at = bytes.startIndex
    while at < bytes.endIndex {
      if bytes[at] == 0x25, at + 2 < bytes.endIndex, let high = digit(bytes[at + 1]), let low = digit(bytes[at + 2]) {
        out.append(high << 4 | low)
        at += 3
      } else {
        out.append(bytes[at])
        at += 1
      }
    }
    return out
  }

  /// Two hashes of a path: a list may have millions of rows, whose paths are not kept.
  private static func key(_ path: ArraySlice<UInt8>) -> Key {
    var hasher = Hasher()
    path.withUnsafeBytes { hasher.combine(bytes: $0) }
    let first = UInt64(bitPattern: Int64(hasher.finalize()))
    var second: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in path { second = (second ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Key(first: first, second: second)
  }
}

extension Substring {
  /// Without spaces at its ends.
  fileprivate var trimmed: String {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
