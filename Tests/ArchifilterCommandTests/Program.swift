import Dispatch
import Foundation
import Glibc

/// A built command, run as a person runs it; output goes to files, so that no amount of it can hold the command or the test.
enum Program {
  struct Outcome {
    var status: Int32
    /// Ended by a signal and not by itself.
    var wasKilled: Bool
    var timedOut: Bool
    var output: Data
    var errors: String
    var seconds: Double

    var text: String { String(decoding: output, as: UTF8.self) }
  }

  struct Missing: Error, CustomStringConvertible {
    var name: String
    var description: String { "no \(name) beside the tests: run swift build" }
  }

  /// The moment that every run takes for now, so that the same tree gives the same bytes.
  static let moment = 1_750_000_000

  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func archifilter() throws -> String { try path("archifilter", variable: "ARCHIFILTER") }

  /// Built by another target: absent when only these tests were built.
  static func eadConvert() -> String? { try? path("ead-convert", variable: "EAD_CONVERT") }

  private static func path(_ name: String, variable: String) throws -> String {
    if let named = ProcessInfo.processInfo.environment[variable], !named.isEmpty { return named }
    var starts = [Bundle.main.bundleURL]
    if let first = ProcessInfo.processInfo.arguments.first {
      starts.append(URL(fileURLWithPath: first).deletingLastPathComponent())
    }
    starts.append(repository.appendingPathComponent(".build/debug"))
    for start in starts {
      var folder = start.resolvingSymlinksInPath()
      for _ in 0..<20 {
        let candidate = folder.appendingPathComponent(name).path
        if isProgram(candidate) { return candidate }
        if folder.path == "/" { break }
        folder = folder.deletingLastPathComponent()
      }
    }
    throw Missing(name: name)
  }

  static func isProgram(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else { return false }
    return FileManager.default.isExecutableFile(atPath: path)
  }

  /// Runs `archifilter` and waits for its end.
  @discardableResult static func run(
    _ arguments: [String], environment: [String: String] = [:], in folder: Workspace, timeout: Double = 100
  ) throws -> Outcome {
    try Running(archifilter(), arguments, environment: environment, in: folder).wait(timeout)
  }

  /// Runs another program, found on `PATH` or named in full.
  @discardableResult static func tool(_ name: String, _ arguments: [String], in folder: Workspace) throws -> Outcome {
    try Running("/usr/bin/env", [name] + arguments, environment: [:], in: folder).wait(300)
  }

  /// Runs a script of `/bin/sh` in which `$0` is `archifilter`.
  @discardableResult static func shell(_ script: String, _ arguments: [String] = [], in folder: Workspace) throws -> Outcome {
    try Running("/bin/sh", ["-c", script, archifilter()] + arguments, environment: [:], in: folder).wait(100)
  }

  static func saySkipped(_ what: String) { FileHandle.standardError.write(Data("skipped: \(what)\n".utf8)) }

  private final class End: @unchecked Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    func say() { semaphore.signal() }
    func comes(within seconds: Double) -> Bool { semaphore.wait(timeout: DispatchTime.now() + seconds) == .success }
  }

  /// A program that was started.
  final class Running {
    private let process = Process()
    private let ended = End()
    private let begin = Date()
    private let box: Workspace

    init(_ program: String, _ arguments: [String], environment: [String: String], in folder: Workspace) throws {
      box = try Workspace()
      for name in ["in", "out", "err"] { try box.write(name, "") }
      var surroundings = ProcessInfo.processInfo.environment
      for name in ["LANG", "LANGUAGE", "LC_MESSAGES", "NO_COLOR"] { surroundings[name] = nil }
      surroundings["LC_ALL"] = "C.UTF-8"
      surroundings["SOURCE_DATE_EPOCH"] = String(Program.moment)
      for (name, value) in environment { surroundings[name] = value }
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = arguments
      process.environment = surroundings
      process.currentDirectoryURL = folder.url
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
        kill(process.processIdentifier, SIGKILL)
        _ = ended.comes(within: 60)
      }
      defer { box.remove() }
      return Outcome(
        status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal, timedOut: timedOut,
        output: try box.bytes("out"), errors: String(decoding: try box.bytes("err"), as: UTF8.self),
        seconds: Date().timeIntervalSince(begin))
    }
  }
}
