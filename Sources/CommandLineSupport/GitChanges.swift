public import EADKit
import Glibc

/// Tells which files are as they were in a revision of the git repository they lie in.
///
/// Only what git is sure of is called unchanged: a file that the revision does not hold, one that git ignores and a
/// symbolic link all count as changed. Paths are compared as bytes. Nothing is written and no network is used.
public struct GitChanges {
  private let revision: String
  /// Files as they were, by repository.
  private var unchanged: [[UInt8]: Set<[UInt8]>] = [:]
  /// The folder with `.git` above each folder that was asked about; nil when there is none.
  private var repositories: [[UInt8]: [UInt8]?] = [:]
  /// The top of each repository, as git names it.
  private var tops: [[UInt8]: [UInt8]] = [:]

  /// - Parameter revision: a commit, by any name git knows (`HEAD~3`, a tag, a branch).
  /// - Throws: `EADError` for what git would take for an option.
  public init(since revision: String) throws(EADError) {
    self.revision = revision
    if revision.isEmpty || revision.utf8.first == UInt8(ascii: "-") {
      throw EADError("usage-since", file: "--since", [revision])
    }
  }

  /// Whether a file is in the revision just as it is now.
  ///
  /// - Throws: `EADError` when the file lies in no repository, the revision is unknown there, or git fails.
  public mutating func isUnchanged(_ path: String) throws(EADError) -> Bool {
    var info = stat()
    // What is no file is for the reader to complain about.
    guard path != "-", lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return false }
    guard let real = GitChanges.real(path), let slash = real.lastIndex(of: GitChanges.slash) else { return false }
    guard let repository = repository(above: Array(real[..<slash])) else {
      throw EADError("git-no-repository", file: path)
    }
    if unchanged[repository] == nil { try load(repository, for: path) }
    guard let top = tops[repository], let known = unchanged[repository] else { return false }
    let prefix = top.last == GitChanges.slash ? top : top + [GitChanges.slash]
    guard real.starts(with: prefix) else { return false }
    return known.contains(Array(real.dropFirst(prefix.count)))
  }

  // MARK: Repositories

  private static let slash = UInt8(ascii: "/")

  private static func real(_ path: String) -> [UInt8]? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return UnsafeBufferPointer(start: pointer, count: strlen(pointer)).map { UInt8(bitPattern: $0) }
  }

  /// The nearest folder with a `.git`, so that git is asked once a repository and not once a folder.
  private mutating func repository(above folder: [UInt8]) -> [UInt8]? {
    var passed: [[UInt8]] = []
    var at = folder
    var found: [UInt8]?
    while true {
      if let known = repositories[at] {
        found = known
        break
      }
      passed.append(at)
      let mark = (at + Array("/.git".utf8) + [0]).map { CChar(bitPattern: $0) }
      if access(mark, F_OK) == 0 {
        found = at
        break
      }
      guard let slash = at.lastIndex(of: GitChanges.slash) else { break }
      at = Array(at[..<slash])
    }
    for folder in passed { repositories.updateValue(found, forKey: folder) }
    return found
  }

  private mutating func load(_ repository: [UInt8], for path: String) throws(EADError) {
    let folder = repository.isEmpty ? "/" : String(decoding: repository, as: UTF8.self)
    var top = try git(folder, ["rev-parse", "--show-toplevel"], for: path)
    if top.last == 0x0A { top.removeLast() }
    // Of a name that git does not take for a commit, such as a range, it may print more than one id.
    let answer = try git(folder, ["rev-parse", "--verify", "--quiet", revision + "^{commit}"], for: path, orElse: [])
    let commit = String(decoding: answer.prefix { $0 != 0x0A }, as: UTF8.self)
    guard commit.utf8.count >= 40, commit.unicodeScalars.allSatisfy({ "0123456789abcdef".unicodeScalars.contains($0) }) else {
      throw EADError("git-revision-unknown", file: path, [revision, folder])
    }
    let tree = ["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit, "--"]
    let changes = ["diff", "--name-only", "-z", "--no-ext-diff", "--no-renames", "--ignore-submodules", commit, "--"]
    var known: Set<[UInt8]> = []
    for name in try git(folder, tree, for: path).split(separator: 0) { known.insert(Array(name)) }
    for name in try git(folder, changes, for: path).split(separator: 0) { known.remove(Array(name)) }
    unchanged[repository] = known
    tops[repository] = top
  }

  // MARK: git

  /// What git prints.
  ///
  /// - Parameter orElse: taken for its output when it ends with an error; without it that is an error here too.
  private func git(
    _ folder: String, _ arguments: [String], for path: String, orElse fallback: [UInt8]? = nil
  ) throws(EADError) -> [UInt8] {
    // A repository may come from anyone: its settings must not start programs, and paths count from its top.
    let settings = ["-c", "core.fsmonitor=false", "-c", "diff.relative=false"]
    let outcome = ChildProcess.run("git", ["-C", folder] + settings + arguments, environment: GitChanges.environment)
    guard let outcome else {
      if errno == ENOENT { throw EADError("git-missing", file: path) }
      throw EADError("git-failed", file: path, [String(cString: strerror(errno))])
    }
    if outcome.status == 0 { return outcome.output }
    if let fallback { return fallback }
    let said = String(decoding: outcome.errors.prefix { $0 != 0x0A }, as: UTF8.self)
    throw EADError("git-failed", file: path, [said.isEmpty ? "exit code \(outcome.status)" : said])
  }

  /// That of this program, without what a git hook sets for its own repository, and with git kept from writing, asking
  /// and fetching.
  private static var environment: [String] {
    let dropped = [
      "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY",
      "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE",
    ]
    let fixed = ["GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1", "GIT_TERMINAL_PROMPT=0"]
    var kept: [String] = []
    var at = environ
    while let variable = at.pointee {
      let text = String(cString: variable)
      let name = text.prefix { $0 != "=" }
      if !dropped.contains(where: { $0 == name }), !fixed.contains(where: { $0.hasPrefix(name + "=") }) { kept.append(text) }
      at += 1
    }
    return kept + fixed
  }
}
