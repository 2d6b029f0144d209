import EADKit

/// A list of files made by Archifiltre's scripts for servers (`load-from-filesystem`, Bash or PowerShell).
///
/// Three lines of heading (version, `unix` or `windows`, the absolute path of the folder), then one file a line: path
/// between quotation marks, size, date of last modification in seconds, MD5. The scripts escape nothing, so a line is read
/// from its end.
struct ScriptFileList {
  /// One file.
  struct File {
    /// Relative to the root, `/` between names.
    var path: [UInt8]
    var size: Int
    /// Nanoseconds since 1970-01-01 UTC; nil when it was not understood.
    var modified: Int?
    var md5: [UInt8]?
    var line: Int
  }

  var version = ""
  var isWindows = false
  var root: [UInt8] = []
  var files: [File] = []
  var findings = SessionFindings()

  /// - Throws: `list-unknown` when the heading is not that of such a list.
  init(_ bytes: [UInt8], file: String) throws(EADError) {
    let text = ScriptFileList.utf8(bytes)
    var lines: [ArraySlice<UInt8>] = []
    for var line in text.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if line.last == 0x0D { line = line.dropLast() }
      lines.append(line)
    }
    guard lines.count >= 3 else { throw EADError("list-unknown", file: file) }
    let first = ScriptFileList.plain(lines[0])
    let system = ScriptFileList.plain(lines[1]).lowercased()
    guard first.utf8.first.map({ (0x30...0x39).contains($0) }) == true,
      first.utf8.allSatisfy({ $0 == 0x2E || (0x30...0x39).contains($0) }),
      system == "unix" || system == "windows"
    else { throw EADError("list-unknown", file: file) }
    version = first
    isWindows = system == "windows"
    if !["unix-1.0.0", "unix-1.0.1", "unix-1.0.2", "windows-1.0.0", "windows-1.0.1"].contains("\(system)-\(version)") {
      findings.add("list-version", .note, Array("\(system) \(version)".utf8), line: 1)
    }
    root = ScriptFileList.unquoted(lines[2])
    guard !root.isEmpty else { throw EADError("list-unknown", file: file, line: 3) }
    readFiles(lines)
  }

  /// PowerShell writes UTF-16 with a mark; anything else is taken as it is.
  private static func utf8(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.starts(with: [0xFF, 0xFE]) { return UTF16Bytes.utf8(bytes.dropFirst(2), isBigEndian: false) }
    if bytes.starts(with: [0xFE, 0xFF]) { return UTF16Bytes.utf8(bytes.dropFirst(2), isBigEndian: true) }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(bytes.dropFirst(3)) }
    return bytes
  }

  private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var line = line
    while let byte = line.first, byte == 0x20 || byte == 0x09 { line = line.dropFirst() }
    while let byte = line.last, byte == 0x20 || byte == 0x09 { line = line.dropLast() }
    return line
  }

  private static func unquoted(_ line: ArraySlice<UInt8>) -> [UInt8] {
    let line = trimmed(line)
    if line.count >= 2, line.first == 0x22, line.last == 0x22 { return Array(line.dropFirst().dropLast()) }
    return Array(line)
  }

  private static func plain(_ line: ArraySlice<UInt8>) -> String { String(decoding: unquoted(line), as: UTF8.self) }

  // MARK: Lines

  private mutating func readFiles(_ lines: [ArraySlice<UInt8>]) {
    var index = 3
    while index < lines.count {
      let number = index + 1
      let line = lines[index]
      index += 1
      if ScriptFileList.trimmed(line).isEmpty { continue }
      var row = Row(line)
      if row == nil, line.first == 0x22 {
        // A name may hold line breaks: the line goes on until it makes sense or the next file begins.
        var whole = Array(line)
        var end = index
        while row == nil, end < lines.count, end < index + 16, !begins(lines[end]) {
          whole.append(0x0A)
          whole += lines[end]
          end += 1
          row = Row(whole[...])
        }
        if row != nil { index = end }
      }
      guard let row else {
        findings.add("list-line", .error, line, line: number)
        continue
      }
      add(row, number)
    }
  }

  /// Whether a line is the first of a file.
  private func begins(_ line: ArraySlice<UInt8>) -> Bool {
    guard line.first == 0x22 else { return false }
    return line.dropFirst().starts(with: root.prefix(3))
  }

  /// The cells of a line.
  private struct Row {
    var path: [UInt8]
    var numbers: [[UInt8]]
    var hash: [UInt8]?

    init?(_ line: ArraySlice<UInt8>) {
      var rest = ScriptFileList.trimmed(line)
      let isQuoted = rest.first == 0x22
      var cells: [[UInt8]] = []
      // Digest, date (two cells when its point is a comma) and size; what stands before is the path, whatever it holds.
      while cells.count < 4 {
        if isQuoted, rest.last == 0x22, cells.count >= 2, Row.number(before: rest) == nil { break }
        guard let (cell, before) = Row.last(rest), cells.isEmpty || Row.isNumber(cell) else { break }
        if !isQuoted, cells.count == 3 { break }
        cells.append(cell)
        rest = before
      }
      guard cells.count >= 2, rest.count >= 1 else { return nil }
      var path = Array(rest)
      if isQuoted {
        guard path.count >= 3, path.last == 0x22 else { return nil }
        path = Array(path.dropFirst().dropLast())
      }
      self.path = path
      cells.reverse()
      if let last = cells.last, !Row.isNumber(last) || (last.count == 32 && cells.count >= 3) {
        hash = last
        cells.removeLast()
      }
      guard cells.count == 2 || cells.count == 3, cells.allSatisfy({ Row.isNumber($0) }) else { return nil }
      numbers = cells
    }

    /// The last cell of a line and what stands before it; nil when there is no separator.
    private static func last(_ line: ArraySlice<UInt8>) -> (cell: [UInt8], before: ArraySlice<UInt8>)? {
      var end = line.endIndex
      if line.last == 0x22, let open = line.dropLast().lastIndex(of: 0x22) { end = open }
      guard let comma = line[..<end].lastIndex(where: { $0 == 0x2C || $0 == 0x3B }) else { return nil }
      return (ScriptFileList.unquoted(line[(comma + 1)...]), ScriptFileList.trimmed(line[..<comma]))
    }

    /// A number between quotation marks at the end of what is left.
    private static func number(before line: ArraySlice<UInt8>) -> [UInt8]? {
      guard let (cell, _) = last(line), isNumber(cell) else { return nil }
      return cell
    }

    static func isNumber(_ cell: [UInt8]) -> Bool {
      !cell.isEmpty && DecimalDigits.scaled(cell, power: 0, commaIsPoint: true) != nil
    }
  }

  private mutating func add(_ row: Row, _ number: Int) {
    guard let path = relative(row.path) else { return findings.add("list-outside", .error, row.path, line: number) }
    // The first version of the Unix script wrote the date before the size.
    let isSwapped = !isWindows && version == "1.0.0"
    var numbers = row.numbers
    if numbers.count == 3 {
      let at = isSwapped ? 0 : 1
      numbers[at] += [0x2E] + numbers[at + 1]
      numbers.remove(at: at + 1)
    }
    if isSwapped { numbers.swapAt(0, 1) }
    var file = File(path: path, size: 0, line: number)
    if let size = DecimalDigits.scaled(numbers[0], power: 0), size >= 0 {
      file.size = size
    } else {
      findings.add("list-size", .warning, row.path, line: number)
    }
    file.modified = DecimalDigits.scaled(numbers[1], power: 9, commaIsPoint: true)
    if file.modified == nil { findings.add("list-date", .warning, row.path, line: number) }
    if let hash = row.hash, !hash.isEmpty {
      file.md5 = HexDigits.bytes(hash)
      if file.md5?.count != 16 {
        file.md5 = nil
        findings.add("list-hash", .warning, row.path, line: number)
      }
    }
    files.append(file)
  }

  /// A path below the root, with `/` between its names; nil for any other.
  private func relative(_ path: [UInt8]) -> [UInt8]? {
    let separator: UInt8 = isWindows ? 0x5C : 0x2F
    func names(_ path: [UInt8]) -> [ArraySlice<UInt8>] {
      path.split { $0 == separator || (isWindows && $0 == 0x2F) }.filter { !$0.elementsEqual([0x2E]) }
    }
    let above = names(root)
    let below = names(path)
    guard below.count > above.count else { return nil }
    for (left, right) in zip(above, below) {
      let isSame =
        isWindows ? left.map(IgnoreMatcher.fold) == right.map(IgnoreMatcher.fold) : left.elementsEqual(right)
      guard isSame else { return nil }
    }
    let rest = below.dropFirst(above.count)
    guard !rest.contains(where: { $0.elementsEqual([0x2E, 0x2E]) }) else { return nil }
    return Array(rest.joined(separator: [0x2F]))
  }
}

/// Hexadecimal digits, of either case.
enum HexDigits {
  /// The bytes they stand for; nil when they are not pairs of such digits.
  static func bytes(_ text: [UInt8]) -> [UInt8]? {
    guard text.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    var high: UInt8?
    for byte in text {
      let value: UInt8
      switch byte {
      case 0x30...0x39: value = byte - 0x30
      case 0x41...0x46: value = byte - 0x41 + 10
      case 0x61...0x66: value = byte - 0x61 + 10
      default: return nil
      }
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return bytes
  }
}
