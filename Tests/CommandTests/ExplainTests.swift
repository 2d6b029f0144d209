import Foundation
import Testing

/// `ead-convert explain` and `ead-convert rules`.
@Suite("explain and rules") struct ExplainTests {
  /// The names in `ead-convert rules`, with their severities.
  private static func rules(_ arguments: [String] = []) throws -> [(name: String, severity: String, cells: [String])] {
    let result = try Command.run(["rules"] + arguments)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors == "")
    return result.text.components(separatedBy: "\n").filter { !$0.isEmpty && !$0.hasPrefix("#") }.map {
      let cells = $0.components(separatedBy: "\t")
      return (cells[0], cells.count > 1 ? cells[1] : "", cells)
    }
  }

  @Test("every rule has a name, a severity, a category and a sentence in both languages")
  func list() throws {
    let english = try Self.rules()
    let french = try Self.rules(["--lang", "fr"])
    #expect(english.count > 30)
    #expect(english.map(\.name) == french.map(\.name))
    #expect(Set(english.map(\.name)).count == english.count)
    for (one, other) in zip(english, french) {
      #expect(one.cells.count == 4, "\(one.cells)")
      #expect(["error", "warning", "note", "off"].contains(one.severity), "\(one.name)")
      #expect(one.cells[1] == other.cells[1] && one.cells[2] == other.cells[2])
      #expect(one.cells[3] != other.cells[3], "\(one.name) is not translated")
      #expect(!one.cells[3].hasPrefix(one.name), "\(one.name) has no sentence")
    }
    #expect(english.contains { $0.name == "id-duplicate-eadid" && $0.severity == "warning" })
  }

  @Test("profiles differ in severities, not in names")
  func profiles() throws {
    let usual = try Self.rules()
    var seen: Set<[String]> = []
    for profile in ["schema", "default", "isadg", "dacs", "atom", "acceptance"] {
      let rules = try Self.rules(["--profile", profile])
      #expect(rules.map(\.name) == usual.map(\.name))
      seen.insert(rules.map(\.severity))
    }
    #expect(seen.count >= 4, "profiles that are all alike")
  }

  @Test("--format json holds the same")
  func json() throws {
    let result = try Command.run(["rules", "--format", "json", "--profile", "isadg"])
    #expect(result.status == 0)
    let objects = try #require(try JSONSerialization.jsonObject(with: result.output) as? [[String: Any]])
    let text = try Self.rules(["--profile", "isadg"])
    #expect(objects.compactMap { $0["rule"] as? String } == text.map(\.name))
    #expect(objects.compactMap { $0["severity"] as? String } == text.map(\.severity))
    for object in objects {
      for key in ["usualSeverity", "category", "sentence"] { #expect((object[key] as? String)?.isEmpty == false, "\(object)") }
      #expect((object["generations"] as? [String])?.isEmpty == ["sheet", "tree"].contains(object["category"] as? String), "\(object)")
    }
  }

  @Test("every rule of the list has a page in both languages")
  func pages() throws {
    for rule in try Self.rules() {
      let english = try Command.run(["explain", rule.name])
      let french = try Command.run(["explain", rule.name, "--lang", "fr"])
      #expect(english.status == 0 && french.status == 0, "\(rule.name): \(english.errors)")
      #expect(english.text.contains(rule.name))
      #expect(english.text.count > 80 && french.text.count > 80, "\(rule.name)")
      #expect(english.output != french.output, "\(rule.name)")
      #expect(english.text.hasSuffix("\n"))
    }
  }

  @Test("elements of EAD 2002 and EAD3", arguments: ["unitdate", "archdesc", "eadid", "recordid", "c01", "UNITDATE"])
  func elements(_ name: String) throws {
    let english = try Command.run(["explain", name])
    #expect(english.status == 0, "\(english.errors)")
    #expect(english.text.contains(name.lowercased()))
    #expect(english.errors == "")
    let french = try Command.run(["explain", name], environment: ["LC_ALL": "fr_FR.UTF-8"])
    #expect(french.status == 0)
    #expect(french.output != english.output)
  }

  @Test("a name that nobody knows: 64, and the nearest names")
  func unknown() throws {
    let duplicate = "id-duplicate-eadid"
    for (written, meant) in [("unitdat", "unitdate"), ("id-duplicat-eadid", duplicate), ("duplicate-ead", duplicate)] {
      let result = try Command.run(["explain", written])
      #expect(result.status == 64)
      #expect(result.output.isEmpty)
      #expect(result.errors.contains(meant), "\(result.errors)")
    }
    let strange = try Command.run(["explain", "q\u{1B}[31mzzzzzzzzzzzz", "--lang", "fr"])
    #expect(strange.status == 64)
    #expect(strange.errors.contains("Il n'y a ni règle ni élément"), "\(strange.errors)")
    #expect(MessageTests.isSafe(strange.errors))
  }

  @Test(
    "wrong usage is 64",
    arguments: [
      ["explain"], ["rules", "--profile", "nobody"], ["rules", "--profile", "missing.yml"], ["rules", "--format", "xml"],
    ])
  func usage(_ arguments: [String]) throws {
    let result = try Command.run(arguments)
    #expect(result.status == 64, "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(!result.errors.isEmpty)
  }
}
