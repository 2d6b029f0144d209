import Foundation
import Testing

/// The command is one file: it works wherever it is moved to.
@Suite("moved binary") struct MovedBinaryTests {
  /// Copies a program to a folder of its own and uses it there, far from the sources.
  private func use(_ program: String, bare: Bool) throws {
    try Folder.with { folder in
      let copy = folder.path("bin/ead-convert")
      try folder.makeFolder("bin")
      try FileManager.default.copyItem(atPath: program, toPath: copy)
      try folder.write("a.xml", Data(contentsOf: URL(fileURLWithPath: Command.samples + "/fonds-communal-serie-w.xml")))
      let root = URL(fileURLWithPath: "/")
      let surroundings = ["PATH": "/usr/bin:/bin", "LC_ALL": "fr_FR.UTF-8"]
      func run(_ arguments: [String]) throws -> Command.Outcome {
        if bare {
          let words = ["-i", "PATH=/usr/bin:/bin", "LC_ALL=fr_FR.UTF-8", copy] + arguments
          return try Command.start("/usr/bin/env", words, directory: root).wait(100)
        }
        return try Command.start(copy, arguments, environment: surroundings, directory: root).wait(100)
      }

      let converted = try run(["convert", folder.path("a.xml"), "-o", folder.path("out"), "--loss-report", folder.path("l.html")])
      #expect(converted.status == 0, "\(converted.errors)")
      #expect(folder.files("out") == ["a.csv"])
      let rows = folder.rows("out/a.csv")
      #expect(rows.rows.count == converted.countedRows)
      #expect(rows.rows.count > 10)
      #expect(converted.errors.contains("Ce qui n'a pas de place dans le CSV d'AtoM"), "\(converted.errors)")
      #expect(folder.contents("l.html")?.contains("<html lang=\"fr\">") == true)

      let crosswalk = try run(["crosswalk", "atom-csv"])
      #expect(crosswalk.status == 0, "\(crosswalk.errors)")
      #expect(crosswalk.text.contains("où\télément\tsi\tcolonne"))

      let missing = try run(["convert", "/nonexistent.xml"])
      #expect(missing.status == 2)
      #expect(missing.errors.contains("erreur: lecture impossible"), "\(missing.errors)")
    }
  }

  @Test("the binary of this build, from another folder")
  func thisBuild() throws { try use(Command.program(), bare: false) }

  @Test("the release binary, where no toolchain is")
  func release() throws {
    let program = Command.repository.appendingPathComponent(".build/release/ead-convert").path
    guard Command.isProgram(program) else {
      Command.saySkipped("the release binary without a toolchain: no .build/release/ead-convert (make build)")
      return
    }
    let libraries = try Command.tool("ldd", [program])
    guard libraries.status == 0, !libraries.text.contains("libswift") else {
      Command.saySkipped("the release binary without a toolchain: it is not linked with a static Swift runtime (make build)")
      return
    }
    try use(program, bare: true)
  }
}
