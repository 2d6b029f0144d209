public import EADKit
import Glibc

/// Siegfried, when `sf` is in the PATH: run over the scanned folder, its list read while it is made.
public enum SiegfriedRun {
  /// Path of the program; nil when there is none. Names in the PATH that are not absolute are passed over.
  public static func program() -> String? {
    guard let value = getenv("PATH") else { return nil }
    for folder in String(cString: value).split(separator: ":") where folder.hasPrefix("/") {
      let path = "\(folder)/sf"
      var info = stat()
      if stat(path, &info) == 0, (info.st_mode & mode_t(0o170000)) == mode_t(0o100000), access(path, X_OK) == 0 { return path }
    }
    return nil
  }

  /// Runs it and gives what it says to an import.
  ///
  /// - Returns: findings when it is missing or fails; what it had said until then stays.
  public static func run(root: [UInt8], into lists: FormatImport) -> [Finding] {
    guard let program = program() else { return [Finding(rule: "siegfried-missing", severity: .note, file: "sf")] }
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0, fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0, fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0 else {
      return [failure(String(cString: strerror(errno)))]
    }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let folder = root.map { CChar(bitPattern: $0) } + [0]
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(program), strdup("-csv"), strdup("--"), strdup(folder), nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    let code = posix_spawn(&process, program, &actions, nil, &arguments, environ)
    close(ends[1])
    guard code == 0 else { return [failure(String(cString: strerror(code)))] }
    var findings: [Finding] = []
    do throws(EADError) {
      try lists.add(descriptor: ends[0], name: "sf")
    } catch {
      // Drained, so that it can end.
      var rest = [UInt8](repeating: 0, count: 4096)
      while read(ends[0], &rest, rest.count) > 0 {}
      findings.append(failure(error.finding.rule))
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    if status != 0, findings.isEmpty { findings.append(failure("\(status >> 8 & 0xFF)")) }
    return findings
  }

  private static func failure(_ reason: String) -> Finding {
    Finding(rule: "siegfried-failed", severity: .warning, file: "sf", arguments: [reason])
  }
}
