import Foundation
import Testing

@testable import Archifilter
@testable import EADKit

@Suite struct IgnoreRulesTests {
  private func fits(_ name: String, isFolder: Bool = false, _ rules: IgnoreRules = IgnoreRules()) -> Bool {
    Array(name.utf8).withUnsafeBufferPointer { rules.rule(for: $0, isFolder: isFolder) } != nil
  }

  @Test(arguments: [
    "Thumbs.db", "thumbs.DB", "desktop.ini", ".DS_Store", "._photo.jpg", "Icon\r", "~$rapport.docx", ".~lock.a.odt#", "x.lnk", "y.URL",
  ]) func noise(name: String) { #expect(fits(name)) }

  @Test(arguments: ["$RECYCLE.BIN", "system volume information", ".Trash-1000", "@eaDir", "#recycle", "~snapshot", "__MACOSX"])
  func noiseFolders(name: String) {
    #expect(fits(name, isFolder: true))
    #expect(!fits(name))
  }

  @Test(arguments: ["app.ini", ".htaccess", "~brouillon.doc", "$compte.xls", "thumbs.dbx", "Icon", ".~lock.x", "lnk", "été.doc"])
  func documents(name: String) { #expect(!fits(name)) }

  @Test func textComesBack() throws {
    let path = NSTemporaryDirectory() + "/rules-\(UUID().uuidString).tsv"
    defer { unlink(path) }
    try IgnoreRules().text.write(toFile: path, atomically: false, encoding: .utf8)
    #expect(try IgnoreRules(contentsOf: path).rules == IgnoreRules().rules)
    try "# x\r\nname\t*.bak\tcopies\r\nwrong\tx\n".write(toFile: path, atomically: false, encoding: .utf8)
    let error = #expect(throws: EADError.self) { try IgnoreRules(contentsOf: path) }
    #expect(error?.finding.rule == "ignore-line")
    #expect(error?.finding.line == 3)
  }

  @Test func manyStarsEnd() {
    let rules = IgnoreRules(rules: [.init(kind: .name, pattern: String(repeating: "*a", count: 100) + "b", note: "")])
    #expect(!fits(String(repeating: "a", count: 255), rules))
    #expect(fits("x?y", IgnoreRules(rules: [.init(kind: .name, pattern: "x?y", note: "")])))
  }
}
