import EADKit

/// A session or a list, made into a tree and what was said about it.
struct SessionContent {
  /// `session` or `list`, as recorded.
  let kind: String
  let version: String
  /// Absolute path of what was scanned once, as the file gives it.
  let root: [UInt8]
  private(set) var tree: ListedTree
  private(set) var annotations: [Annotation] = []
  var findings: SessionFindings
  private var name = ""

  /// What the run's record says of it, one a line.
  func text(file: String) -> String {
    var lines = ["file=\(FileName.display(file.utf8))", "version=\(version)"]
    if !name.isEmpty { lines.append("session-name=\(name)") }
    return lines.joined(separator: "\n")
  }

  private static func last(of path: [UInt8], isWindows: Bool = false) -> [UInt8]? {
    path.split { $0 == 0x2F || (isWindows && $0 == 0x5C) }.last.map { Array($0) }
  }

  // MARK: Lists

  init(_ list: ScriptFileList) {
    kind = "list"
    version = (list.isWindows ? "windows " : "unix ") + list.version
    root = list.root
    findings = list.findings
    tree = ListedTree(root: SessionContent.last(of: list.root, isWindows: list.isWindows) ?? Array("root".utf8))
    for file in list.files {
      let place = tree.place(file.path)
      if tree.entries[place].kind == .file {
        findings.add("list-twice", .warning, file.path, line: file.line)
        continue
      }
      tree.update(place) {
        $0.kind = .file
        $0.size = file.size
        $0.modified = file.modified
        $0.md5 = file.md5
      }
    }
    for place in tree.entries.indices where tree.entries[place].kind == .file && !tree.entries[place].children.isEmpty {
      findings.add("list-file-and-folder", .warning, tree.entries[place].name)
      tree.update(place) {
        $0.kind = .folder
        $0.md5 = nil
      }
    }
  }

  // MARK: Sessions

  init(_ session: SessionDocument) {
    kind = "session"
    version = session.version
    name = session.name
    root = session.originalPath
    findings = session.findings
    let original = SessionContent.last(of: session.originalPath, isWindows: !session.originalPath.contains(0x2F))

    // Identifiers begin with the name of the root folder.
    var tops: [[UInt8]] = []
    for element in session.elements where SessionContent.isPath(element.identifier) {
      if let top = element.identifier.split(separator: 0x2F, maxSplits: 1).first.map({ Array($0) }), !tops.contains(top),
        tops.count < 100
      {
        tops.append(top)
      }
    }
    let top = tops.count == 1 ? tops[0] : nil
    if tops.count > 1 { for top in tops { findings.add("session-roots", .warning, top) } }
    tree = ListedTree(root: top ?? original ?? Array("session".utf8))

    func relative(_ identifier: [UInt8]) -> [UInt8]? {
      if identifier.isEmpty { return [] }
      guard SessionContent.isPath(identifier) else { return nil }
      var names = identifier.split(separator: 0x2F)[...]
      if let top {
        guard let first = names.popFirst(), first.elementsEqual(top) else { return nil }
      }
      return Array(names.joined(separator: [0x2F]))
    }
    addElements(session, relative)
    addHashes(session, relative, root: top ?? original ?? [])
    foldArchives()
    addAnnotations(session, relative)
  }

  /// An identifier that can be a path: no step up, no zero byte.
  private static func isPath(_ identifier: [UInt8]) -> Bool {
    guard identifier.first == 0x2F, identifier.count > 1, !identifier.contains(0) else { return false }
    let names = identifier.split(separator: 0x2F)
    return !names.isEmpty && !names.contains { $0.elementsEqual([0x2E]) || $0.elementsEqual([0x2E, 0x2E]) }
  }

  private mutating func addElements(_ session: SessionDocument, _ relative: ([UInt8]) -> [UInt8]?) {
    var places: [(place: Int, element: SessionDocument.Element)] = []
    places.reserveCapacity(session.elements.count)
    for element in session.elements where !element.identifier.isEmpty {
      guard let path = relative(element.identifier) else {
        findings.add("session-element", .warning, element.identifier)
        continue
      }
      places.append((tree.place(path), element))
    }
    for (place, element) in places where place != 0 && !element.hasChildren && tree.entries[place].children.isEmpty {
      if tree.entries[place].kind == .file { findings.add("session-twice", .warning, element.identifier) }
      let size = element.size.flatMap { DecimalDigits.scaled($0, power: 0) } ?? -1
      if size < 0 { findings.add("session-size", .warning, element.identifier) }
      let modified = element.modified.flatMap { DecimalDigits.scaled($0, power: 6) }
      if modified == nil { findings.add("session-date", .warning, element.identifier) }
      tree.update(place) {
        $0.kind = .file
        $0.size = max(0, size)
        $0.modified = modified
      }
    }
    for child in session.children where relative(child).flatMap({ tree.find($0) }) == nil {
      findings.add("session-child", .warning, child)
    }
  }

  private mutating func addHashes(
    _ session: SessionDocument, _ relative: ([UInt8]) -> [UInt8]?, root name: [UInt8]
  ) {
    for element in session.elements {
      guard let hash = element.hash, !hash.isEmpty, let place = relative(element.identifier).flatMap({ tree.find($0) })
      else { continue }
      add(hash, of: element.identifier, at: place)
    }
    // Sessions of parts of a tree keep digests by the paths of the whole, which end the path of the root folder.
    let above = session.originalPath.split(separator: 0x2F)
    var later: [(place: Int, identifier: [UInt8], hash: [UInt8])] = []
    for (identifier, hash) in session.hashes where !hash.isEmpty {
      if let place = relative(identifier).flatMap({ tree.find($0) }) {
        add(hash, of: identifier, at: place)
        continue
      }
      let names = identifier.split(separator: 0x2F)
      var place: Int?
      for count in stride(from: min(above.count, names.count), to: 1, by: -1)
      where zip(above.suffix(count), names).allSatisfy({ $0.elementsEqual($1) }) && above.last?.elementsEqual(name) == true {
        place = tree.find(Array(names.dropFirst(count).joined(separator: [0x2F])))
        break
      }
      if let place { later.append((place, identifier, hash)) } else { findings.add("session-hash-unmatched", .note, identifier) }
    }
    for (place, identifier, hash) in later where tree.entries[place].md5 == nil { add(hash, of: identifier, at: place) }
  }

  private mutating func add(_ hash: [UInt8], of identifier: [UInt8], at place: Int) {
    // Digests of folders follow from those of their files.
    guard tree.entries[place].kind == .file else { return }
    if let digest = HexDigits.bytes(hash), digest.count == 16 { return tree.update(place) { $0.md5 = digest } }
    // What stands in a zip has the digest of its path, which says nothing of its content.
    if SessionContent.isInZip(identifier) { return }
    findings.add("session-hash", .warning, identifier)
  }

  private static func isInZip(_ identifier: [UInt8]) -> Bool {
    identifier.split(separator: 0x2F).dropLast().contains { isZip($0) }
  }

  private static func isZip(_ name: some BidirectionalCollection<UInt8>) -> Bool {
    name.suffix(4).elementsEqual([0x2E, 0x7A, 0x69, 0x70])
  }

  /// Archifiltre shows a zip as a folder; on the disk it is a file, as in a scan. A real folder of such a name has files with
  /// digests of their content.
  private mutating func foldArchives() {
    var hasDigest = tree.entries.map { $0.md5 != nil }
    for place in tree.entries.indices.reversed() where hasDigest[place] && place > 0 {
      hasDigest[tree.entries[place].parent] = true
    }
    var isInside = [Bool](repeating: false, count: tree.entries.count)
    for place in tree.entries.indices.dropFirst() {
      let entry = tree.entries[place]
      isInside[place] = isInside[entry.parent]
      guard !isInside[place], entry.kind == .folder, !hasDigest[place], !entry.children.isEmpty,
        SessionContent.isZip(entry.name)
      else { continue }
      isInside[place] = true
      findings.add("session-zip", .note, entry.name)
      tree.fold(place)
    }
  }

  private mutating func addAnnotations(_ session: SessionDocument, _ relative: ([UInt8]) -> [UInt8]?) {
    annotations.reserveCapacity(session.statements.count)
    for (identifier, field, value) in session.statements {
      guard let path = relative(identifier) else {
        findings.add("session-unmatched", .warning, identifier)
        continue
      }
      var value = value
      if field == .virtualPath {
        guard let target = relative(value) else {
          findings.add("session-virtual-path", .warning, value)
          continue
        }
        value = target
      }
      if String(validating: value, as: UTF8.self) == nil { findings.add("session-encoding", .warning, path) }
      annotations.append(Annotation(path: path, field: field, value: String(decoding: value, as: UTF8.self)))
    }
  }
}
