import Foundation
import Testing

/// The GitHub Action, the GitLab template and the pre-commit hook, run as far as a machine without a network can.
@Suite("contrib") struct ContribTests {
  private static let action = Command.repository.appendingPathComponent("contrib/github-action")

  /// A file in YAML, as Python reads it; nil where Python's yaml is missing.
  private static func yaml(_ path: String) throws -> Any? {
    let script = "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1], encoding='utf-8')), sys.stdout)"
    guard try Command.tool("python3", ["-c", "import yaml"]).status == 0 else {
      Command.saySkipped("\(path): Python's yaml is not installed (python3-yaml)")
      return nil
    }
    let result = try Command.tool("python3", ["-c", script, Command.repository.appendingPathComponent(path).path])
    #expect(result.status == 0, "\(path): \(result.errors)")
    return try JSONSerialization.jsonObject(with: result.output)
  }

  /// A delivery in `aids`, a folder `bin` with the command under its own name, and that folder on the `PATH`.
  private static func with(_ body: (Folder, [String: String]) throws -> Void) throws {
    try Folder.with { folder in
      try DeliveredDocuments.fill(folder, "finding aids")
      try folder.makeFolder("bin")
      try FileManager.default.createSymbolicLink(
        atPath: folder.path("bin/ead-convert"), withDestinationPath: Command.program())
      let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
      try body(folder, ["PATH": folder.path("bin") + ":" + path])
    }
  }

  /// A sheet whose parent stands in the one before it, and mistakes that AtoM would stop at.
  private static func writeSheets(_ folder: Folder) throws {
    try folder.write("imports/01.csv", "legacyId,parentId,title,language,culture\nF,,Band,en,en\n")
    try folder.write("imports/02.csv", "legacyId,parentId,title,language,culture\nF-1,F,Letters,fre,en\n")
  }

  // MARK: pre-commit

  @Test("pre-commit: the entry for sheets takes those of a commit as one import, or a folder")
  func preCommitSheets() throws {
    guard let hooks = try Self.yaml(".pre-commit-hooks.yaml") as? [[String: Any]] else { return }
    let hook = try #require(hooks.first { $0["id"] as? String == "ead-convert-check" })
    // Two runs side by side would not find parents in each other's files.
    #expect(hook["require_serial"] as? Bool == true)
    #expect(hook["language"] as? String == "system")
    let pattern = try Regex(try #require(hook["files"] as? String))
    for name in ["a.csv", "sub/a b.csv"] { #expect(name.contains(pattern), "\(name)") }
    for name in ["a.csvx", "csv", "a.csv.bak", "a.xml"] { #expect(!name.contains(pattern), "\(name)") }

    let entry = try #require(hook["entry"] as? String).components(separatedBy: " ")
    let arguments = try #require(hook["args"] as? [String])
    try Self.with { folder, environment in
      try Self.writeSheets(folder)
      func run(_ arguments: [String]) throws -> Command.Outcome {
        try Command.tool(entry[0], Array(entry.dropFirst()) + arguments, environment: environment, directory: folder.url)
      }
      let good = try run(arguments + ["imports/01.csv"])
      #expect(good.status == 0, "\(good.text)\(good.errors)")
      let bad = try run(arguments + ["imports/01.csv", "imports/02.csv"])
      #expect(bad.status == 1, "\(bad.errors)")
      #expect(bad.text.contains("imports/02.csv:2: error: ") && bad.text.contains("[sheet-language-invalid]"), "\(bad.text)")
      #expect(!bad.text.contains("sheet-parent"), "\(bad.text)")

      // As the README has it: the folder itself, and what the commit changes.
      func git(_ arguments: [String]) throws {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        let result = try Command.tool("git", identity + arguments, directory: folder.url)
        #expect(result.status == 0, "\(result.errors)")
      }
      try git(["init", "-q"])
      try git(["add", "imports/01.csv"])
      try git(["commit", "-q", "-m", "one"])
      try git(["add", "imports/02.csv"])
      let changed = try run(["--since", "HEAD", "imports"])
      #expect(changed.status == 1, "\(changed.errors)")
      #expect(changed.text.contains("imports/02.csv:2: error: ") && !changed.text.contains("sheet-parent"), "\(changed.text)")
      try git(["commit", "-q", "-m", "two"])
      let unchanged = try run(["--since", "HEAD", "imports"])
      #expect(unchanged.status == 0, "\(unchanged.text)")
    }
  }

  @Test("pre-commit: the entry takes the files of a commit")
  func preCommit() throws {
    guard let hooks = try Self.yaml(".pre-commit-hooks.yaml") as? [[String: Any]] else { return }
    let hook = try #require(hooks.first { $0["id"] as? String == "ead-convert-validate" })
    for key in ["id", "name", "entry", "language", "files"] { #expect(hook[key] is String, "\(key)") }
    #expect(hook["language"] as? String == "system")
    // Two runs side by side could not compare identifiers.
    #expect(hook["require_serial"] as? Bool == true)
    let pattern = try Regex(try #require(hook["files"] as? String))
    for name in ["a.xml", "sub/a b.ead", "a.xml.gz", "a.ead.gz"] { #expect(name.contains(pattern), "\(name)") }
    for name in ["a.xmlx", "xml", "notes.txt", "a.tar.gz"] { #expect(!name.contains(pattern), "\(name)") }

    let entry = try #require(hook["entry"] as? String).components(separatedBy: " ")
    let arguments = try #require(hook["args"] as? [String])
    try Self.with { folder, environment in
      try folder.write("-first.xml", DeliveredDocuments.make("first"))
      func run(_ files: [String]) throws -> Command.Outcome {
        try Command.tool(entry[0], Array(entry.dropFirst()) + arguments + files, environment: environment, directory: folder.url)
      }
      let good = try run(["-first.xml", "finding aids/a.xml", "finding aids/c.xml"])
      #expect(good.status == 0, "\(good.text)\(good.errors)")
      #expect(good.errors.contains("3 document(s) checked"))
      let bad = try run(["finding aids/a.xml", "finding aids/b.xml"])
      #expect(bad.status == 1)
      #expect(bad.text.contains("finding aids/b.xml:5:1: error: "), "\(bad.text)")
    }
  }

  // MARK: GitHub

  @Test("GitHub: the step of the action annotates, writes SARIF and hands its exit code on")
  func githubAction() throws {
    guard let action = try Self.yaml("contrib/github-action/action.yml") as? [String: Any] else { return }
    let inputs = try #require(action["inputs"] as? [String: [String: Any]])
    let runs = try #require(action["runs"] as? [String: Any])
    #expect(runs["using"] as? String == "composite")
    let steps = try #require(runs["steps"] as? [[String: Any]])
    for step in steps {
      guard let script = step["run"] as? String else { continue }
      #expect(step["shell"] as? String == "bash", "\(script)")
      #expect(!script.contains("${{"), "an input in the text of a script can become a command")
    }
    let step = try #require(steps.first { $0["id"] as? String == "validate" })
    let script = try #require(step["run"] as? String)
    let variables = try #require(step["env"] as? [String: String])

    try Self.with { folder, environment in
      // What GitHub does with `${{ inputs.name }}`.
      func run(_ given: [String: String]) throws -> Command.Outcome {
        var environment = environment
        for (name, expression) in variables {
          let input = expression.replacingOccurrences(of: "${{ inputs.", with: "").replacingOccurrences(of: " }}", with: "")
          let usual = try #require(inputs[input]?["default"] as? String, "\(expression)")
          environment[name] = given[input] ?? usual
        }
        environment["GITHUB_ACTION_PATH"] = Self.action.path
        environment["GITHUB_OUTPUT"] = folder.path("output")
        try? FileManager.default.removeItem(atPath: folder.path("output"))
        return try Command.tool("bash", ["-e", "-c", script], environment: environment, directory: folder.url)
      }
      let binary = try Command.program()
      let bad = try run(["binary": binary, "options": "--profile=schema\n\n--jobs=1\r\n"])
      #expect(bad.status == 1, "\(bad.errors)")
      #expect(bad.text.contains("::error file=finding aids/b.xml,line=5,col=1,title=schema-unknown-element::"), "\(bad.text)")
      #expect(folder.contents("output") == "sarif=ead-convert.sarif\nexit-code=1\n")
      #expect(try FindingsJSON(folder.bytes("ead-convert.sarif")).root["version"] as? String == "2.1.0")

      let good = try run([
        "binary": binary, "paths": "finding aids/a.xml\nfinding aids/sub/e.xml", "sarif": "reports/r.sarif",
      ])
      #expect(good.status == 0, "\(good.errors)")
      #expect(folder.contents("output") == "sarif=reports/r.sarif\nexit-code=0\n")
      #expect(folder.exists("reports/r.sarif"))

      let wrong = try run(["binary": binary, "options": "--no-such-option"])
      #expect(wrong.status == 64)
      #expect(folder.contents("output") == "sarif=\nexit-code=64\n")

      try Self.writeSheets(folder)
      let sheets = try run(["binary": binary, "command": "check", "paths": "imports", "sarif": "sheets.sarif"])
      #expect(sheets.status == 1, "\(sheets.errors)")
      #expect(sheets.text.contains("::error file=imports/02.csv,line=2,title=sheet-language-invalid::"), "\(sheets.text)")
      #expect(folder.contents("output") == "sarif=sheets.sarif\nexit-code=1\n")
      #expect(try FindingsJSON(folder.bytes("sheets.sarif")).root["version"] as? String == "2.1.0")

      for other in ["convert", "", "check; touch pwned"] {
        let refused = try run(["binary": binary, "command": other])
        #expect(refused.status == (other.isEmpty ? 1 : 64), "\(other): \(refused.errors)")
        if !other.isEmpty { #expect(folder.contents("output") == "sarif=\nexit-code=64\n") }
        #expect(!folder.exists("pwned"))
      }

      let command = "$(touch pwned)"
      let hostile = try run([
        "binary": binary, "paths": "\(command)\n`touch pwned`\n; touch pwned", "options": "--lang=\(command)",
      ])
      #expect(hostile.status != 0)
      #expect(!folder.exists("pwned"))
    }
  }

  // MARK: GitLab

  @Test("GitLab: the job writes what the template collects")
  func gitLabTemplate() throws {
    guard let template = try Self.yaml("contrib/gitlab/ead-convert.gitlab-ci.yml") as? [String: Any] else { return }
    let variables = try #require(template["variables"] as? [String: String])
    let job = try #require(template["ead-convert"] as? [String: Any])
    let script = try #require(job["script"] as? [String])
    let artifacts = try #require(job["artifacts"] as? [String: Any])
    #expect(artifacts["when"] as? String == "always")
    let junit = try #require((artifacts["reports"] as? [String: String])?["junit"])
    #expect(junit.hasSuffix(".xml"), "GitLab takes no other")
    let pages = try #require(artifacts["paths"] as? [String])

    try Self.with { folder, environment in
      // A runner joins the lines and stops at the first that fails.
      func run(_ given: [String: String] = [:]) throws -> Command.Outcome {
        try Command.tool(
          "sh", ["-e", "-c", script.joined(separator: "\n")],
          environment: environment.merging(variables) { $1 }.merging(given) { $1 }, directory: folder.url)
      }
      // The second time over the reports of the first.
      for _ in 1...2 {
        let bad = try run(["EAD_OPTIONS": "--profile schema --jobs 2"])
        #expect(bad.status == 1, "\(bad.errors)")
        #expect(bad.errors.contains("5 document(s) checked, 2 with errors"), "\(bad.errors)")
        for name in [junit] + pages { #expect(folder.exists(name), "\(name)") }
      }
      let parsed = try Command.tool("xmllint", ["--noout", folder.path(junit)])
      #expect(parsed.status == 0, "\(parsed.errors)")
      #expect(folder.contents(junit)?.contains("<failure ") == true)
      let good = try run(["EAD_PATHS": "finding aids/a.xml\nfinding aids/c.xml"])
      #expect(good.status == 0, "\(good.errors)")
      #expect(folder.contents(junit)?.contains("<failure ") == false)

      try Self.writeSheets(folder)
      let sheets = try run(["EAD_COMMAND": "check", "EAD_PATHS": "imports"])
      #expect(sheets.status == 1, "\(sheets.errors)")
      #expect(folder.contents(junit)?.contains("sheet-language-invalid") == true)
      for name in [junit] + pages { #expect(folder.exists(name), "\(name)") }
      let refused = try run(["EAD_COMMAND": "convert", "EAD_PATHS": "finding aids"])
      #expect(refused.status == 64, "\(refused.errors)")
    }
  }
}
