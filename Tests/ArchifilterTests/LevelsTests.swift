import Foundation
import Testing

@testable import Archifilter
@testable import EADKit

@Suite("Levels of description")
struct LevelsTests {
  typealias Level = LevelRules.Level

  private func levels(_ rules: LevelRules, _ path: String, hasFolders: Bool = true) -> [Level] {
    let names = path.split(separator: "/").map(String.init)
    var above: (level: Level, rank: Int)?
    var found: [Level] = []
    for depth in 0...names.count {
      let isLast = depth == names.count
      let folder = rules.folder(
        path: Array(names[..<depth].joined(separator: "/").utf8), depth: depth, hasFolders: isLast ? hasFolders : true,
        above: above, language: .english)
      found.append(folder.level)
      above = folder
    }
    return found
  }

  private func rules(_ text: String) throws -> LevelRules {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("levels-\(UUID().uuidString).tsv").path
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try LevelRules(contentsOf: path)
  }

  @Test func presets() {
    let deep = Level("otherlevel", other: "sub-sub-series")
    #expect(
      levels(LevelRules(preset: .fonds), "a/b/c/d", hasFolders: false)
        == [Level("fonds"), Level("series"), Level("subseries"), deep, Level("file")])
    #expect(levels(LevelRules(preset: .versementW), "a", hasFolders: false) == [Level("recordgrp"), Level("file")])
  }

  @Test func partOfAFileIsASubFile() throws {
    let rules = try rules("depth\t1\tfile\ndepth\t2\tseries\n")
    #expect(
      levels(rules, "a/b/c")
        == [Level("fonds"), Level("file"), Level("otherlevel", other: "sub-file"), Level("otherlevel", other: "sub-file")])
  }

  @Test func noLevelRises() throws {
    let rules = try rules("depth\t1\tsubseries\ndepth\t2\tseries\ndepth\t3\tcollection\n")
    #expect(levels(rules, "a/b/c", hasFolders: true).map(\.level) == ["fonds", "subseries", "subseries", "subseries"])
  }

  @Test func onlyTheWholeIsAFonds() throws {
    for text in ["depth\t1\tfonds\n", "depth\t0+\tfonds\n", "path\ta\tfonds\n"] {
      #expect(throws: EADError.self) { try rules(text) }
    }
  }

  @Test func pathsComeBeforeDepths() throws {
    let rules = try rules(
      "\u{FEFF}# comment\r\n\r\ndepth\t1+\tseries\r\npath\t**/Permis*/20??\tfile\r\npath\tregex:/x+$\totherlevel:année\r\n")
    #expect(levels(rules, "Urba/Permis de construire/2019").last == Level("file"))
    #expect(levels(rules, "Urba/Permis de construire/20199").last == Level("series"))
    #expect(levels(rules, "Urba/xxx").last == Level("otherlevel", other: "année"))
  }

  @Test func linesThatAreNotUnderstood() throws {
    for text in [
      "depth\tone\tseries\n", "depth\t1\tserie\n", "depth 1 series\n", "path\tregex:(\tfile\n", "path\t\tfile\n",
      "depth\t1\totherlevel\n", "size\t1\tfile\n",
    ] {
      do {
        _ = try rules("# levels\n" + text)
        Issue.record("accepted: \(text)")
      } catch let error as EADError {
        #expect(error.finding.rule == "levels-line")
        #expect(error.finding.line == 2)
      }
    }
  }

  @Test func aMissingFileIsSaid() {
    do {
      _ = try LevelRules(contentsOf: "/nowhere/levels.tsv")
      Issue.record("read")
    } catch {
      #expect(error.finding.rule == "levels-unreadable")
    }
  }

  @Test func globs() {
    func fits(_ pattern: String, _ path: String) -> Bool { PathGlob(Array(pattern.utf8)).matches(Array(path.utf8)) }
    #expect(fits("a/*", "a/b"))
    #expect(!fits("a/*", "a/b/c"))
    #expect(fits("a/**", "a/b/c"))
    #expect(fits("**", "a"))
    #expect(fits("**/c", "c"))
    #expect(fits("**/b/**/c", "a/b/x/b/y/c"))
    #expect(!fits("**/b/c", "a/b/x/c"))
    #expect(fits("?té", "été"))
    #expect(!fits("a*b*c", "aXbX"))
    // Bytes that are not UTF-8 are compared as they are.
    #expect(PathGlob([0xE9, 0x2A]).matches([0xE9, 0xFF]))
    // No explosion.
    #expect(!fits(String(repeating: "a*", count: 40) + "b", String(repeating: "a", count: 2_000)))
  }
}
