import Foundation
import Testing

@testable import EADKit

/// EAD 2002 to EAD3, rule by rule: small finding aids with what has to become of them, written from the rules.
struct EAD3UpgradeTests {
  static let cases: [String] = TestData.files(
    below: TestData.fixtures.appendingPathComponent("upgrade"), endings: [".expect"]
  ).map { $0.deletingPathExtension().lastPathComponent }

  static func convert(_ name: String, indentation: Int = 0) -> ConvertedEAD {
    var options = EADOptions()
    options.indentation = indentation
    options.structuredDates = name == "dates-structured"
    options.structuredExtents = name == "extents-structured"
    return ConvertedEAD(TestData.fixtures.appendingPathComponent("upgrade/\(name).xml").path, to: .ead3, options: options)
  }

  @Test("there are cases") func thereAreCases() { #expect(Self.cases.count >= 13) }

  @Test("expectations", arguments: cases) func expectations(_ name: String) throws {
    let converted = Self.convert(name)
    #expect(converted.error == nil)
    if let problem = Proof.invalidity(converted.bytes) { Issue.record("\(name): \(problem)") }
    let output = String(decoding: converted.bytes, as: UTF8.self)
    let file = TestData.fixtures.appendingPathComponent("upgrade/\(name).expect")
    var checked = 0
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") where line.first != "#" {
      let fields = line.split(separator: "\t", maxSplits: 1).map(String.init)
      let wanted = try #require(fields.last)
      let isLost = converted.entries.contains { $0.reason.isLoss && $0.text.contains(wanted) }
      switch fields[0] {
      case "has": #expect(output.contains(wanted), "\(name): not there: \(wanted)\n\(output)")
      case "lacks": #expect(!output.contains(wanted), "\(name): there: \(wanted)")
      case "loss": #expect(isLost, "\(name): no loss: \(wanted)")
      case "noloss": #expect(!isLost, "\(name): lost: \(wanted)")
      case "finding": #expect(converted.conversion?.findingCounts[wanted] != nil, "\(name): no finding \(wanted)")
      default: Issue.record("unknown expectation: \(line)")
      }
      checked += 1
    }
    #expect(checked > 0)
  }

  @Test("golden", arguments: cases) func golden(_ name: String) throws {
    let converted = Self.convert(name, indentation: 2)
    let expected = TestData.fixtures.appendingPathComponent("upgrade/\(name).expected.xml")
    if TestData.records { try Data(converted.bytes).write(to: expected) }
    #expect(try Array(Data(contentsOf: expected)) == converted.bytes, "\(name) differs from \(name).expected.xml")
  }

  @Test("the same input gives the same bytes; a time is only written when it is given") func noTime() throws {
    #expect(Self.convert("header").bytes == Self.convert("header").bytes)
    var options = EADOptions()
    options.indentation = 0
    options.timestamp = "2024-02-03T04:05:06Z"
    options.agencyName = "Archives d’Arles"
    let path = TestData.fixtures.appendingPathComponent("upgrade/header-poor.xml").path
    let output = String(decoding: ConvertedEAD(path, to: .ead3, options: options).bytes, as: UTF8.self)
    #expect(output.contains("<eventdatetime standarddatetime=\"2024-02-03T04:05:06Z\">2024-02-03T04:05:06Z</eventdatetime>"))
    #expect(output.contains("<agenttype value=\"machine\"/>"))
    #expect(output.contains(">Archives d’Arles</agencyname>"))
  }

  @Test("every rule that the table names exists, every rule is named") func rulesOfTheTable() {
    let table = GenerationCrosswalk.ead3
    let actions = GenerationActions(table, rules: EAD3Upgrade.rules)
    #expect(actions.unknownRules.isEmpty)
    let named = Set(table.rows.filter { $0.action == "rule" }.map(\.target))
    #expect(named == Set(EAD3Upgrade.rules))
    for row in table.rows { #expect(row.remarkEnglish.isEmpty == row.remarkFrench.isEmpty, "\(row.context) \(row.name)") }
  }

  @Test("marks of origin are read as they are written") func originMarks() throws {
    let marks = [
      OriginMark("extent", [("unit", Array("linear \"feet\"".utf8)), ("type", Array("l'un".utf8)), ("label", [])]),
      OriginMark(""), OriginMark("copy"), OriginMark("persname", [("after", Array("; ".utf8))]),
    ]
    for mark in marks {
      let read = try #require(mark.bytes.withUnsafeBufferPointer { OriginMark($0) })
      #expect(read.name == mark.name)
      #expect(read.attributes.map(\.name) == mark.attributes.map(\.name))
      #expect(read.attributes.map(\.value) == mark.attributes.map(\.value))
    }
    for text in ["", "ead2002", "bold", "ead2002:x y", "ead2002:x y=", "ead2002:x y=\"", "ead2002:x y=z"] {
      #expect(Array(text.utf8).withUnsafeBufferPointer { OriginMark($0) } == nil, "\(text)")
    }
    #expect(!OriginMark.canHold(Array("\"'".utf8)))
  }

  @Test(
    "extents that can be read in one way",
    arguments: [
      ("3 linear feet", "3", "linear feet", "spaceoccupied"), ("0.5 m.l.", "0.5", "m.l.", "spaceoccupied"),
      ("2 boîtes", "2", "boîtes", "carrier"), ("12,5 ml", "12,5", "ml", "spaceoccupied"),
      ("30 photographs", "30", "photographs", "materialtype"),
    ]) func extents(_ text: String, _ quantity: String, _ unit: String, _ type: String) throws
  {
    let read = try #require(ExtentText(Array(text.utf8)))
    #expect(read.quantity == Array(quantity.utf8))
    #expect(read.unit == Array(unit.utf8))
    #expect(read.type == type)
  }

  @Test(
    "extents that cannot",
    arguments: [
      "", "3", "3 ", " 3 boxes", "3  boxes", "1,200 items", "2 boxes and 3 folders", "boxes 3",
      "about 3 boxes", "3 boxes (2 feet)",
      "1-2 boxes", "3. boxes", "2 boîtes et liasses", "1.2.3 ml", "2 boxes, 1 folder",
    ]) func notExtents(_ text: String)
  { #expect(ExtentText(Array(text.utf8)) == nil) }

  @Test(
    "normal dates",
    arguments: [
      ("19010203", "1901-02-03"), ("190102", "1901-02"), ("1901-02 / 19030405", "1901-02/1903-04-05"), ("1901", "1901"),
      ("-00440315", "-0044-03-15"),
      ("19011301", "19011301"), ("1900, 1902", "1900, 1902"), ("", ""), ("1950/", "1950/"), ("abc", "abc"),
    ]) func normal(_ value: String, _ expected: String)
  {
    #expect(Array(value.utf8).withUnsafeBufferPointer { EAD3Upgrade.normalised($0) } == Array(expected.utf8))
  }
}
