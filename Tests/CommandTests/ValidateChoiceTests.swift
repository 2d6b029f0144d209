import Foundation
import Testing

@testable import CommandLineSupport

/// Which documents `ead-convert validate` reads: spot checks, and what has changed in git.
@Suite("choice of documents") struct ValidateChoiceTests {
  // MARK: --sample

  @Test("a sample is the same from every place and in every order of work")
  func sample() throws {
    try Folder.with { folder in
      for number in 1...20 { try folder.write("in/\(number % 4)/\(number).xml", DeliveredDocuments.make("\(number)", errors: 1)) }
      let here = try ValidateTests.schemaOnly(["in", "--sample", "6", "--seed", "7", "--format", "json"], in: folder)
      #expect(here.status == 1, "\(here.errors)")
      let report = try FindingsJSON(here.output)
      #expect(report.names.count == 20)
      #expect(report.read.count == 6)
      #expect(report.summary["notChecked"] as? Int == 14)
      #expect(report.count("error") == 6)
      #expect(here.errors.contains("6 of 20 documents, seed 7"), "\(here.errors)")

      try folder.makeFolder("elsewhere/deeper")
      for arguments in [[folder.path("in")], ["../../in/"], ["../../in", "--jobs", "1"]] {
        let there = try Command.run(
          ["validate", "--profile", "schema", "--sample", "6", "--seed", "7", "--format", "json"] + arguments,
          directory: folder.url.appendingPathComponent("elsewhere/deeper"))
        let names = try FindingsJSON(there.output).read.map { $0.components(separatedBy: "/").suffix(2).joined(separator: "/") }
        #expect(names == report.read.map { $0.components(separatedBy: "/").suffix(2).joined(separator: "/") }, "\(arguments)")
      }
      let other = try ValidateTests.schemaOnly(["in", "--sample", "6", "--seed", "8", "--format", "json"], in: folder)
      #expect(try FindingsJSON(other.output).read != report.read)
      let all = try ValidateTests.schemaOnly(["in", "--sample", "50", "--format", "json"], in: folder)
      #expect(try FindingsJSON(all.output).read.count == 20)
    }
  }

  @Test("the verdict on a sample says that it is one, and counts only what was read")
  func verdictOfSample() throws {
    try Folder.with { folder in
      for number in 1...10 { try folder.write("in/\(number).xml", DeliveredDocuments.make("\(number)", errors: 1)) }
      let result = try ValidateTests.schemaOnly(["in", "--sample", "4", "--max-error-rate", "50%"], in: folder)
      #expect(result.status == 1)
      #expect(result.text.contains("Documents with errors: 4 of 4 (100%)"), "\(result.text)")
      #expect(result.text.contains("Spot check of 4 of 10 documents, seed 0."), "\(result.text)")
    }
  }

  @Test("over many seeds every document is chosen about as often as any other")
  func fairness() {
    let inputs = (1...50).map { Input(path: "in/\($0).xml", relativePath: "\($0).xml") }
    var counts = [Int](repeating: 0, count: inputs.count)
    for seed in 0..<UInt64(2000) {
      let chosen = SampleChoice(size: 10, seed: seed).positions(in: inputs)
      #expect(chosen.count == 10)
      for position in chosen { counts[position] += 1 }
    }
    // 400 each; five standard deviations are 90.
    #expect(counts.allSatisfy { (310...490).contains($0) }, "\(counts)")
  }

  @Test("files with one name in many folders are not taken in the order of the list")
  func sharedNames() {
    let inputs = (1...40).map { Input(path: "lot/\($0)/ead.xml", relativePath: "ead.xml") }
    let chosen = SampleChoice(size: 10, seed: 1).positions(in: inputs)
    #expect(chosen.count == 10)
    #expect(chosen != Set(0..<10))
    let reversed = SampleChoice(size: 10, seed: 1).positions(in: inputs.reversed())
    #expect(Set(reversed.map { 39 - $0 }) == chosen)
  }

  @Test("the choice is one for ever: it is part of what an archive and a supplier have agreed on")
  func fixedChoice() {
    let inputs = ["a.xml", "b.xml", "c.xml", "d.xml", "sub/e.xml", "sub/\u{E9}.xml"].map { Input(path: $0, relativePath: $0) }
    let chosen = (0..<4).map { seed in SampleChoice(size: 2, seed: UInt64(seed)).positions(in: inputs).sorted() }
    #expect(chosen == [[0, 3], [2, 3], [1, 3], [0, 1]])
  }

  // MARK: --since

  /// Runs git in a repository of the test's own, whatever the machine's settings are.
  @discardableResult private func git(_ arguments: [String], in folder: Folder, _ name: String) throws -> Command.Outcome {
    let settings = [
      "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org",
      "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org",
    ]
    let result = try Command.tool(
      "git", arguments, environment: settings, directory: folder.url.appendingPathComponent(name))
    #expect(result.status == 0, "git \(arguments): \(result.errors)")
    return result
  }

  private func makeRepository(in folder: Folder) throws {
    try DeliveredDocuments.fill(folder, "repo")
    try folder.write("repo/sub/\u{E9} f.xml", DeliveredDocuments.make("f", errors: 1))
    try folder.write("repo/.gitignore", "ignored.xml\n")
    try git(["init", "-q", "."], in: folder, "repo")
    try git(["add", "-A"], in: folder, "repo")
    try git(["commit", "-q", "-m", "one"], in: folder, "repo")
    try git(["tag", "v1"], in: folder, "repo")
  }

  private func since(_ revision: String, _ arguments: [String], in directory: URL) throws -> FindingsJSON {
    let result = try Command.run(
      ["validate", "-q", "--profile", "schema", "--format", "json", "--since", revision] + arguments, directory: directory)
    return try FindingsJSON(result.output)
  }

  @Test("--since: what is committed, changed or new since a revision, and nothing else")
  func changes() throws {
    try Folder.with { folder in
      try makeRepository(in: folder)
      let repository = folder.url.appendingPathComponent("repo")
      let untouched = try Command.run(["validate", ".", "--since", "v1"], directory: repository)
      #expect(untouched.status == 0, "\(untouched.errors)")
      #expect(untouched.errors.contains("Not checked, because unchanged since v1: 6 document(s)"), "\(untouched.errors)")

      // Changed and committed; changed; changed in time only; new; new and ignored; removed from the index only.
      try folder.write("repo/b.xml", DeliveredDocuments.make("b", errors: 1))
      try git(["commit", "-q", "-a", "-m", "two"], in: folder, "repo")
      try folder.write("repo/sub/d.xml", DeliveredDocuments.make("d", errors: 2))
      try folder.write("repo/a.xml", DeliveredDocuments.make("a"))
      try folder.write("repo/new.xml", DeliveredDocuments.make("new"))
      try folder.write("repo/ignored.xml", DeliveredDocuments.make("ignored"))
      try git(["rm", "-q", "--cached", "c.xml"], in: folder, "repo")
      let all = ["./b.xml", "./c.xml", "./ignored.xml", "./new.xml", "./sub/d.xml"]
      #expect(try since("v1", ["."], in: repository).names == all)
      #expect(try since("HEAD", ["."], in: repository).names == Array(all.dropFirst()))
      #expect(try since("HEAD~1", ["sub", "b.xml"], in: repository).names == ["sub/d.xml", "b.xml"])
      // From elsewhere, by another way, and with the settings that change what git prints.
      try git(["config", "diff.relative", "true"], in: folder, "repo")
      try git(["config", "diff.noprefix", "true"], in: folder, "repo")
      try git(["config", "core.fsmonitor", "touch ../ran; false"], in: folder, "repo")
      let below = repository.appendingPathComponent("sub")
      #expect(try since("v1", [".."], in: below).names == all.map { "." + $0 })
      try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "repo")
      #expect(try since("v1", ["link/b.xml", "link/a.xml"], in: folder.url).names == ["link/b.xml"])
      #expect(!folder.exists("ran"), "a setting of the repository was run")
      #expect(try git(["status", "--porcelain"], in: folder, "repo").text.contains("?? new.xml"))
    }
  }

  @Test("--since inside a git hook, where git's variables name another repository")
  func hook() throws {
    try Folder.with { folder in
      try makeRepository(in: folder)
      try folder.write("repo/a.xml", DeliveredDocuments.make("a", errors: 1))
      let result = try Command.run(
        ["validate", "-q", "--format", "json", "repo", "--since", "v1"],
        environment: ["GIT_DIR": "/nonexistent", "GIT_INDEX_FILE": "/nonexistent/index", "GIT_PREFIX": "x/"],
        directory: folder.url)
      #expect(result.status == 1, "\(result.errors)")
      #expect(try FindingsJSON(result.output).names == ["repo/a.xml"])
    }
  }

  @Test("--since with standard input: what git does not know is checked")
  func standardInput() throws {
    try Folder.with { folder in
      try makeRepository(in: folder)
      let result = try Command.run(
        ["validate", "-q", "--profile", "schema", "--format", "json", "--since", "v1", "-", "a.xml"],
        input: Data(DeliveredDocuments.make("x", errors: 1).utf8), directory: folder.url.appendingPathComponent("repo"))
      #expect(result.status == 1)
      #expect(try FindingsJSON(result.output).names == ["-"])
    }
  }

  @Test(
    "--since that cannot be: a clear error, 64, and nothing validated",
    arguments: ["no-such-branch", "v1..HEAD", "^v1", "-p", "--output=x", "v1:b.xml", "HEAD^{tree}", "v1\nHEAD", ""])
  func badRevision(_ revision: String) throws {
    try Folder.with { folder in
      try makeRepository(in: folder)
      let result = try Command.run(
        ["validate", ".", "--since=" + revision], directory: folder.url.appendingPathComponent("repo"))
      #expect(result.status == 64, "\(result.errors)")
      #expect(result.output.isEmpty)
      #expect(!result.errors.isEmpty)
      #expect(!folder.exists("repo/x"))
      #expect(MessageTests.isSafe(result.errors))
    }
  }

  @Test("--since outside a repository, and without git")
  func noRepository() throws {
    try Folder.with { folder in
      try folder.write("a.xml", DeliveredDocuments.make("a"))
      let outside = try Command.run(["validate", "a.xml", "--since", "HEAD"], directory: folder.url)
      #expect(outside.status == 64)
      #expect(outside.errors.contains("[git-no-repository]"), "\(outside.errors)")
      #expect(outside.output.isEmpty)
      try makeRepository(in: folder)
      let without = try Command.run(
        ["validate", "repo", "--since", "v1"], environment: ["PATH": folder.path("nowhere")], directory: folder.url)
      #expect(without.status == 64)
      #expect(without.errors.contains("[git-missing]"), "\(without.errors)")
      try folder.write("broken/.git", "gitdir: nowhere\n")
      try folder.write("broken/a.xml", DeliveredDocuments.make("a"))
      let broken = try Command.run(["validate", "broken", "--since", "HEAD"], directory: folder.url)
      #expect(broken.status == 64)
      #expect(broken.errors.contains("[git-failed]"), "\(broken.errors)")
    }
  }
}
