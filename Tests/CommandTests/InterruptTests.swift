import Foundation
import Glibc
import Testing

/// An interrupt ends the command at once and leaves nothing half-written.
@Suite("interrupts") struct InterruptTests {
  struct Case: Sendable, CustomStringConvertible {
    var signal: Int32
    var options: [String]
    var description: String { "signal \(signal), \(options.joined(separator: " "))" }
  }

  static let cases = [
    Case(signal: SIGINT, options: ["-o", "out"]),
    Case(signal: SIGINT, options: ["--combine", "out/all.csv", "--loss-report", "out/losses.html"]),
    Case(signal: SIGTERM, options: ["-o", "out/a.csv"]),
  ]

  @Test("while a large file is converted", arguments: cases)
  func interrupt(_ given: Case) throws {
    try Folder.with { folder in
      try folder.write("a.xml", FindingAids.large(components: 80_000))
      try folder.makeFolder("out")
      // A shell in the background makes its children ignore interrupts; env gives them back.
      let running = try Command.start(
        "/usr/bin/env", ["--default-signal=INT,TERM", Command.program(), "convert", "a.xml"] + given.options,
        directory: folder.url)
      var waits = 0
      while folder.files("out").isEmpty, waits < 1_000 {
        Thread.sleep(forTimeInterval: 0.01)
        waits += 1
      }
      Thread.sleep(forTimeInterval: 0.1)
      running.send(given.signal)
      let result = try running.wait(60)
      #expect(!result.timedOut)
      #expect(!result.wasKilled, "ended by the signal itself and not by its handler")
      #expect(result.status == 128 + given.signal, "\(result.errors)")
      #expect(result.errors.contains("interrupted"), "\(result.errors)")
      #expect(folder.files("out").isEmpty, "left behind: \(folder.files("out"))")
      #expect(result.leftovers.isEmpty)
    }
  }

  @Test("an interrupt leaves the result of an earlier run as it was")
  func interruptWithForce() throws {
    try Folder.with { folder in
      try folder.write("a.xml", FindingAids.large(components: 80_000))
      try folder.write("out/a.csv", "old\n")
      let running = try Command.start(
        "/usr/bin/env", ["--default-signal=INT,TERM", Command.program(), "convert", "a.xml", "-o", "out", "--force"],
        directory: folder.url)
      var waits = 0
      while folder.files("out").count < 2, waits < 1_000 {
        Thread.sleep(forTimeInterval: 0.01)
        waits += 1
      }
      running.send(SIGINT)
      let result = try running.wait(60)
      #expect(result.status == 130, "\(result.errors)")
      #expect(folder.files("out") == ["a.csv"], "\(folder.files("out"))")
      #expect(folder.contents("out/a.csv") == "old\n")
    }
  }
}
