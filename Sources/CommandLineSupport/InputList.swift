public import EADKit
import Glibc

/// A document to read and the name its output takes.
public struct Input: Sendable, Equatable {
  /// As given, or found below a folder that was given; `-` for standard input.
  public var path: String
  /// Path below the folder that was given, or the file's name: where its output goes.
  public var relativePath: String
}

/// Turns what stands on the command line into documents: files as they are, folders with all finding aids below them.
public struct InputList: Sendable {
  /// What is taken of a folder, by its name.
  public enum Wanted: Sendable {
    /// `*.xml`, `*.ead`, `*.gz`.
    case findingAids
    /// `*.csv`, `*.csv.gz`.
    case csv
  }

  /// What is to be read, in order.
  public private(set) var inputs: [Input] = []
  /// Files below folders that are no finding aids by name, with the rule that says why.
  public private(set) var skipped: [Finding] = []
  /// Folders and lists that could not be read.
  public private(set) var problems: [Finding] = []

  /// What is taken of folders.
  public let wanted: Wanted
  private var known: Set<FileIdentity> = []

  private struct FileIdentity: Hashable {
    var device: UInt64
    var inode: UInt64
  }

  public init(wanted: Wanted = .findingAids) { self.wanted = wanted }

  /// False for a file that is in the list already, by whatever name: its rows would have the same ids twice.
  private mutating func isNew(_ path: String) -> Bool {
    var info = stat()
    guard path != "-", stat(path, &info) == 0 else { return true }
    if known.insert(FileIdentity(device: UInt64(info.st_dev), inode: UInt64(info.st_ino))).inserted { return true }
    skipped.append(Finding(rule: "skipped-again", severity: .warning, file: path))
    return false
  }

  /// Adds a file, a folder, or `-`.
  public mutating func add(_ path: String) {
    var info = stat()
    if path != "-", stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR {
      walk(path)
    } else {
      guard isNew(path) else { return }
      let name = path.split(separator: "/").last.map(String.init) ?? path
      inputs.append(Input(path: path, relativePath: path == "-" ? "stdin" : name))
    }
  }

  /// Adds every path of a list: one a line, or separated by NUL.
  public mutating func add(list: String, separatedByNUL: Bool) {
    guard let bytes = ByteFile.read(list) else {
      problems.append(
        Finding(rule: "input-unreadable", severity: .error, file: list, arguments: [String(cString: strerror(errno))]))
      return
    }
    for line in bytes.split(separator: separatedByNUL ? 0 : 0x0A) {
      var path = String(decoding: line, as: UTF8.self)
      if !separatedByNUL, path.unicodeScalars.last == "\r" { path.unicodeScalars.removeLast() }
      if !path.isEmpty { add(path) }
    }
  }

  /// Names that are read without being named one by one.
  private func isWanted(_ name: String) -> Bool {
    let name = name.lowercased()
    let endings =
      switch wanted {
      case .findingAids: [".xml", ".ead", ".xml.gz", ".ead.gz", ".gz"]
      case .csv: [".csv", ".csv.gz"]
      }
    return endings.contains { name.hasSuffix($0) && name.utf8.count > $0.utf8.count }
  }

  private mutating func walk(_ root: String) {
    // A stack and not recursion: folders may be nested deeper than a stack is.
    var waiting = [""]
    var found: [String] = []
    while let folder = waiting.popLast() {
      let path = folder.isEmpty ? root : join(root, folder)
      guard let handle = opendir(path) else {
        problems.append(
          Finding(rule: "input-unreadable", severity: .error, file: path, arguments: [String(cString: strerror(errno))]))
        continue
      }
      defer { closedir(handle) }
      while let entry = readdir(handle) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
        }
        if name == "." || name == ".." { continue }
        let relative = folder.isEmpty ? name : folder + "/" + name
        var info = stat()
        guard lstat(join(root, relative), &info) == 0 else { continue }
        switch info.st_mode & S_IFMT {
        case S_IFDIR: waiting.append(relative)
        case S_IFLNK: skipped.append(Finding(rule: "skipped-link", severity: .note, file: join(root, relative)))
        case S_IFREG where isWanted(name): found.append(relative)
        case S_IFREG where wanted == .csv:
          skipped.append(Finding(rule: "skipped-not-csv", severity: .note, file: join(root, relative)))
        case S_IFREG: skipped.append(Finding(rule: "skipped-file", severity: .note, file: join(root, relative)))
        default: skipped.append(Finding(rule: "skipped-special", severity: .note, file: join(root, relative)))
        }
      }
    }
    found.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    skipped.sort { $0.file.utf8.lexicographicallyPrecedes($1.file.utf8) }
    for name in found where isNew(join(root, name)) { inputs.append(Input(path: join(root, name), relativePath: name)) }
  }

  private func join(_ folder: String, _ name: String) -> String { folder.hasSuffix("/") ? folder + name : folder + "/" + name }
}

/// Whole small files as bytes.
enum ByteFile {
  static func read(_ path: String) -> [UInt8]? {
    let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 {
        if errno == EINTR { continue }
        return nil
      }
      if count == 0 { return all }
      all.append(contentsOf: buffer[..<count])
    }
  }
}
