import Dispatch
import Foundation
import Glibc

/// The built command, run as a person runs it.
///
/// Output goes to files and never through pipes, so that no amount of it can hold the command or the test. `TMPDIR` is a
/// folder of the run's own, and messages are English unless a test says otherwise.
enum Command {
  /// How a run ended and what it said.
  struct Outcome {
    var status: Int32
    /// Ended by a signal and not by itself.
    var wasKilled: Bool
    /// Ended by the test, because it took too long.
    var timedOut: Bool
    var output: Data
    var errorBytes: Data
    var seconds: Double
    /// What was still in `TMPDIR` at the end.
    var leftovers: [String]

    var text: String { String(decoding: output, as: UTF8.self) }
    var errors: String { String(decoding: errorBytes, as: UTF8.self) }

    /// Lines of standard error.
    var errorLines: [String] { errors.components(separatedBy: "\n").filter { !$0.isEmpty } }

    /// Rows and losses by the command's own count, from the last line of standard error.
    var countedRows: Int? { counted(1) }
    var countedLosses: Int? { counted(5) }

    private func counted(_ place: Int) -> Int? {
      guard let last = errorLines.last else { return nil }
      let parts = last.components(separatedBy: ", ")
      guard parts.count >= 7 else { return nil }
      return Int(parts[place].components(separatedBy: " ")[0])
    }
  }

  struct Missing: Error, CustomStringConvertible {
    var description: String { "no ead-convert beside the tests: run swift build, or name it in EAD_CONVERT" }
  }

  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let samples = repository.appendingPathComponent("samples").path

  /// The command to test: the one that `EAD_CONVERT` names, or the one built beside this test bundle.
  static func program() throws -> String {
    guard let program = found else { throw Missing() }
    return program
  }

  private static let found: String? = {
    if let named = ProcessInfo.processInfo.environment["EAD_CONVERT"], !named.isEmpty { return named }
    var starts = [Bundle.main.bundleURL]
    if let first = ProcessInfo.processInfo.arguments.first {
      starts.append(URL(fileURLWithPath: first).deletingLastPathComponent())
    }
    for start in starts {
      var folder = start.resolvingSymlinksInPath()
      for _ in 0..<20 {
        let candidate = folder.appendingPathComponent("ead-convert").path
        if Command.isProgram(candidate) { return candidate }
        if folder.path == "/" { break }
        folder = folder.deletingLastPathComponent()
      }
    }
    let debug = Command.repository.appendingPathComponent(".build/debug/ead-convert").path
    return Command.isProgram(debug) ? debug : nil
  }()

  static func isProgram(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else { return false }
    return FileManager.default.isExecutableFile(atPath: path)
  }

  /// Runs `ead-convert` and waits for its end.
  static func run(
    _ arguments: [String], input: Data? = nil, environment: [String: String] = [:], directory: URL? = nil,
    timeout: Double = 100
  ) throws -> Outcome {
    try start(program(), arguments, input: input, environment: environment, directory: directory).wait(timeout)
  }

  /// Runs a script of `/bin/sh` in which `$0` is `ead-convert` and `$1` … are the arguments.
  static func shell(
    _ script: String, _ arguments: [String] = [], environment: [String: String] = [:], directory: URL? = nil,
    timeout: Double = 100
  ) throws -> Outcome {
    try start("/bin/sh", ["-c", script, program()] + arguments, environment: environment, directory: directory).wait(timeout)
  }

  /// Runs another program, found on `PATH`.
  static func tool(
    _ name: String, _ arguments: [String], input: Data? = nil, environment: [String: String] = [:], directory: URL? = nil
  ) throws -> Outcome {
    try start("/usr/bin/env", [name] + arguments, input: input, environment: environment, directory: directory).wait(100)
  }

  static func start(
    _ program: String, _ arguments: [String], input: Data? = nil, environment: [String: String] = [:], directory: URL? = nil
  ) throws -> Running {
    try Running(program, arguments, input: input, environment: environment, directory: directory)
  }

  /// A message that stands out in the test's log, for what cannot be tested here.
  static func saySkipped(_ what: String) {
    FileHandle.standardError.write(Data("skipped: \(what)\n".utf8))
  }

  /// The end of a process, waited for on another thread.
  private final class End: @unchecked Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func say() { semaphore.signal() }

    func comes(within seconds: Double) -> Bool { semaphore.wait(timeout: DispatchTime.now() + seconds) == .success }
  }

  /// A program that was started.
  final class Running {
    private let process = Process()
    private let ended = End()
    private let box: Folder
    private let begin = Date()

    init(_ program: String, _ arguments: [String], input: Data?, environment: [String: String], directory: URL?) throws {
      box = try Folder()
      try box.makeFolder("tmp")
      try box.write("in", input ?? Data())
      try box.write("out", Data())
      try box.write("err", Data())

      var surroundings = ProcessInfo.processInfo.environment
      for name in ["LANG", "LANGUAGE", "LC_MESSAGES", "NO_COLOR", "SOURCE_DATE_EPOCH"] { surroundings[name] = nil }
      surroundings["LC_ALL"] = "C.UTF-8"
      surroundings["TMPDIR"] = box.path("tmp")
      for (name, value) in environment { surroundings[name] = value }

      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = arguments
      process.environment = surroundings
      process.currentDirectoryURL = directory ?? box.url
      process.standardInput = try FileHandle(forReadingFrom: box.url.appendingPathComponent("in"))
      process.standardOutput = try FileHandle(forWritingTo: box.url.appendingPathComponent("out"))
      process.standardError = try FileHandle(forWritingTo: box.url.appendingPathComponent("err"))
      let ended = ended
      process.terminationHandler = { _ in ended.say() }
      do {
        try process.run()
      } catch {
        box.remove()
        throw error
      }
    }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    func wait(_ timeout: Double) throws -> Outcome {
      var timedOut = false
      if !ended.comes(within: timeout) {
        timedOut = true
        // The process leads a group of its own: a shell's children end with it.
        kill(-process.processIdentifier, SIGKILL)
        kill(process.processIdentifier, SIGKILL)
        _ = ended.comes(within: 60)
      }
      defer { box.remove() }
      return Outcome(
        status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal, timedOut: timedOut,
        output: try box.bytes("out"), errorBytes: try box.bytes("err"), seconds: Date().timeIntervalSince(begin),
        leftovers: box.files("tmp"))
    }
  }
}
