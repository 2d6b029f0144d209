import Foundation
import Testing

@testable import EADKit

/// An authority CSV as AtoM reads it: PHP's dialect, white space at the ends of cells cut off.
private struct AuthoritySheet {
  var bytes: [UInt8] = []
  var header: [String] = []
  var rows: [[String: [UInt8]]] = []
  var outcome = AuthorityRegister.Outcome()

  init(_ register: AuthorityRegister) throws {
    var written: [UInt8] = []
    outcome = try register.write(file: "authorities.csv") { chunk throws(EADError) in written.append(contentsOf: chunk) }
    bytes = written
    let records = PHPCSVReader.records(bytes)
    header = (records.first ?? []).map { String(decoding: $0, as: UTF8.self) }
    for record in records.dropFirst() {
      #expect(record.count == header.count)
      var row: [String: [UInt8]] = [:]
      for (name, value) in zip(header, record) { row[name] = AuthoritySheet.trimmed(value) }
      rows.append(row)
    }
  }

  static func trimmed(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBufferPointer { Array(Bytes.trimmed($0)) } }

  var names: [[UInt8]] { rows.map { $0["authorizedFormOfName"] ?? [] } }

  func column(_ name: String) -> [String] { rows.map { String(decoding: $0[name] ?? [], as: UTF8.self) } }

  /// A cell of the row of a name.
  func cell(_ name: String, _ column: String) -> String? {
    rows.first { $0["authorizedFormOfName"] == Array(name.utf8) }.map { String(decoding: $0[column] ?? [], as: UTF8.self) }
  }
}

struct AuthorityTests {
  private let folder: ProofFolder

  init() throws { folder = try ProofFolder() }

  private static func ead(_ identifier: String, language: String = "eng", did: String = "", body: String = "") -> String {
    "<ead><eadheader><eadid>\(identifier)</eadid><profiledesc><langusage><language langcode=\"\(language)\">x</language>"
      + "</langusage></profiledesc></eadheader><archdesc level=\"fonds\"><did><unitid>F 1</unitid><unittitle>Papers</unittitle>"
      + "\(did)</did>\(body)</archdesc></ead>"
  }

  private static func ead3(did: String, body: String = "") -> String {
    "<ead xmlns=\"http://ead3.archivists.org/schema/\"><control><recordid>three</recordid></control>"
      + "<archdesc level=\"fonds\"><did><unittitle>Papers</unittitle>\(did)</did>\(body)</archdesc></ead>"
  }

  private static func component(_ did: String, _ body: String = "") -> String {
    "<c level=\"file\"><did><unittitle>Letters</unittitle>\(did)</did>\(body)</c>"
  }

  private static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
  }

  private static var options: AtoMOptions {
    var options = AtoMOptions()
    options.collectsAuthorities = true
    options.defaultCulture = "en"
    return options
  }

  private func convert(_ text: String, _ name: String = "a.xml") throws -> (Converted, AuthoritySheet) {
    let converted = Converted(try folder.write(Array(text.utf8), name), options: Self.options)
    #expect(converted.error == nil)
    let register = try #require(converted.conversion?.authorities)
    return (converted, try AuthoritySheet(register))
  }

  /// Every name that a description refers to.
  private static func members(_ converted: Converted) -> [[UInt8]] {
    var members: [[UInt8]] = []
    for row in converted.rows {
      for column in ["eventActors", "nameAccessPoints"] {
        let cell = AuthoritySheet.trimmed(row[column] ?? [])
        for member in cell.split(separator: 0x7C) {
          if column == "eventActors", member.elementsEqual("NULL".utf8) { continue }
          members.append(Array(member))
        }
      }
    }
    return members
  }

  private static func expectWhole(_ converted: Converted, _ sheet: AuthoritySheet, _ comment: String = "") {
    let names = Set(sheet.names)
    #expect(names.count == sheet.names.count, "a name has two rows \(comment)")
    let members = members(converted)
    for member in members {
      #expect(names.contains(member), "no row for \(String(decoding: member, as: UTF8.self)) \(comment)")
    }
    #expect(names == Set(members), "a row that nothing refers to \(comment)")
    for row in converted.rows {
      let histories = (row["eventActorHistories"] ?? []).split(separator: 0x7C, omittingEmptySubsequences: false)
      #expect(histories.allSatisfy { $0.isEmpty && histories.count == 1 || $0.elementsEqual("NULL".utf8) }, "\(comment)")
    }
  }

  // MARK: The template

  @Test("the header is AtoM's, in its order") func header() throws {
    let expected = """
      culture,typeOfEntity,authorizedFormOfName,parallelFormsOfName,standardizedFormsOfName,otherFormsOfName,\
      corporateBodyIdentifiers,datesOfExistence,history,places,legalStatus,functions,mandates,internalStructures,generalContext,\
      descriptionIdentifier,institutionIdentifier,rules,status,levelOfDetail,revisionHistory,sources,maintenanceNotes,\
      actorOccupations,actorOccupationNotes,subjectAccessPoints,placeAccessPoints,digitalObjectPath,digitalObjectURI
      """
    #expect(AuthorityColumn.names == expected.components(separatedBy: ","))
    #expect(AuthorityColumn.allCases.count == 29)
    let (_, sheet) = try convert(Self.ead("a", did: "<origination><persname>Dupont</persname></origination>"))
    #expect(sheet.header == AuthorityColumn.names)
    #expect(String(decoding: sheet.bytes, as: UTF8.self).hasPrefix("\"culture\",\"typeOfEntity\","))
    #expect(!sheet.bytes.contains(0x0D))
  }

  // MARK: Names and kinds

  @Test("one row a name, its kind in the words of the culture") func kinds() throws {
    let (converted, sheet) = try convert(
      Self.ead(
        "a", language: "fre",
        did: "<origination><persname>Dupont, Jean</persname><corpname>Mairie</corpname></origination>",
        body: "<controlaccess><famname>Martin (famille)</famname><name>Cercle</name><name>Union</name></controlaccess><dsc>"
          + Self.component("", "<controlaccess><name>Dupont, Jean</name><corpname>Union</corpname></controlaccess>") + "</dsc>"))
    Self.expectWhole(converted, sheet)
    #expect(sheet.column("authorizedFormOfName") == ["Dupont, Jean", "Mairie", "Martin (famille)", "Cercle", "Union"])
    #expect(sheet.column("typeOfEntity") == ["Personne", "Collectivité", "Famille", "", "Collectivité"])
    #expect(sheet.column("culture") == ["fr", "fr", "fr", "fr", "fr"])
    #expect(sheet.outcome.newTerms.isEmpty)
  }

  @Test("every default term of the kinds is known in every culture that has one") func terms() {
    for (culture, person) in [("en", "Person"), ("fr", "Personne"), ("nl", "Persoon"), ("de", "Person"), ("pt_BR", "Pessoa")] {
      let found = AtoMTerms.term(.typeOfEntity, AuthorityKind.person.term, culture: culture)
      #expect(found.term == person && found.exists, "\(culture)")
    }
    for kind in AuthorityKind.allCases { #expect(AtoMTerms.exists(.typeOfEntity, kind.term, culture: "en")) }
  }

  @Test("a name of two kinds keeps the first, and is reported once a kind") func conflict() throws {
    let again = Self.component("", "<controlaccess><corpname>Dupont</corpname></controlaccess>")
    let (converted, sheet) = try convert(
      Self.ead("a", did: "<origination><persname>Dupont</persname></origination>", body: "<dsc>\(again)\(again)</dsc>"))
    #expect(sheet.column("typeOfEntity") == ["Person"])
    #expect(converted.conversion?.findingCounts["authority-type-conflict"] == 1)
    let finding = converted.conversion?.findings.first { $0.rule == "authority-type-conflict" }
    #expect(finding?.arguments == ["Dupont", "persname", "corpname"])
  }

  @Test("a donor is no creator and has no record; a creator without a name element has one") func donors() throws {
    let (converted, sheet) = try convert(
      Self.ead(
        "a", did: "<origination label=\"donor\"><persname>Giver</persname></origination><origination>Plain words</origination>"))
    Self.expectWhole(converted, sheet)
    #expect(sheet.column("authorizedFormOfName") == ["Plain words"])
    #expect(sheet.column("typeOfEntity") == [""])
  }

  @Test("the same letters in two forms of Unicode are two names") func forms() throws {
    let (converted, sheet) = try convert(
      Self.ead("a", body: "<controlaccess><persname>Élo\u{EF}se</persname><persname>Éloi\u{308}se</persname></controlaccess>"))
    Self.expectWhole(converted, sheet)
    #expect(sheet.rows.count == 2)
  }

  @Test("names with pipes, quotes, backslashes, reserved words and thousands of bytes") func hostileNames() throws {
    let names = [
      "Smith | Jones", "He said \"no\"", "C:\\temp\\", "back\\\"quote", "\\\"", "0", "NULL", "=SUM(A1)", "a \\\\ b", "two\\\\",
      "\u{1F600} name", "comma, \"quote\", comma", "\"", "\\", String(repeating: "é", count: 1000),
      "x" + String(repeating: "\\\"", count: 1000),
    ]
    let creators = names.map { "<origination><persname>\(Self.escaped($0))</persname></origination>" }.joined()
    let points = names.map { "<persname>\(Self.escaped($0))</persname>" }.joined()
    let (converted, sheet) = try convert(
      Self.ead("a", did: creators, body: "<dsc>" + Self.component("", "<controlaccess>\(points)</controlaccess>") + "</dsc>"))
    Self.expectWhole(converted, sheet)
    #expect(sheet.rows.count == names.count)
    for name in sheet.names {
      #expect(name.count <= 1024)
      #expect(!name.contains(0x7C))
    }
    let found = Set(sheet.column("authorizedFormOfName"))
    for name in ["Smith -- Jones", "He said \"no\"", "[0]", "[NULL]", "=SUM(A1)", "\u{1F600} name"] {
      #expect(found.contains(name), "\(name)")
    }
    #expect(converted.losses.contains { $0.reason == .tooLong })
    // The second unit refers to nobody else than the first.
    let tops = Set(Self.members(converted).prefix(names.count))
    #expect(tops.count == names.count)
    #expect(Set(Self.members(converted).dropFirst(names.count)) == tops)
  }

  // MARK: Histories

  @Test("the history stands in the authority record; a second one becomes a general note") func histories() throws {
    let did = "<origination><persname>Dupont</persname></origination>"
    let (converted, sheet) = try convert(
      Self.ead(
        "a", did: did,
        body: "<bioghist><p>Born in 1850.</p></bioghist><dsc>" + Self.component(did, "<bioghist><p>Another life.</p></bioghist>")
          + Self.component(did, "<bioghist><p>Born in 1850.</p></bioghist>") + "</dsc>"))
    Self.expectWhole(converted, sheet)
    #expect(sheet.cell("Dupont", "history") == "Born in 1850.")
    #expect(converted.text(2, "generalNote").contains("Another life."))
    #expect(converted.text(3, "generalNote").isEmpty)
    #expect(converted.conversion?.findingCounts["history-differs"] == 1)
    #expect(converted.losses.allSatisfy { !$0.text.contains("Born") && !$0.text.contains("life") })
  }

  @Test("without creator a history stays a general note, and nobody gets a record") func historyOfNobody() throws {
    let (converted, sheet) = try convert(Self.ead("a", body: "<bioghist><p>Of whom?</p></bioghist>"))
    #expect(sheet.rows.isEmpty)
    #expect(converted.text(1, "generalNote").contains("Of whom?"))
  }

  @Test("a history longer than AtoM's column goes on in general notes") func longHistory() throws {
    let words = 15_000
    let (converted, sheet) = try convert(
      Self.ead(
        "a", did: "<origination><persname>Dupont</persname></origination>",
        body: "<bioghist><p>" + String(repeating: "word ", count: words) + "</p></bioghist>"))
    let history = try #require(sheet.cell("Dupont", "history"))
    #expect(history.utf8.count <= 65_535 && history.utf8.count > 65_000)
    let note = converted.text(1, "generalNote")
    let all = history.components(separatedBy: "word").count - 1 + note.components(separatedBy: "word").count - 1
    #expect(all == words)
    #expect(converted.losses.allSatisfy { $0.reason != .tooLong })
    #expect(converted.conversion?.findingCounts["value-split"] == 1)
  }

  // MARK: What else the elements say

  @Test("numbers and names of authority files, rules and standardised forms") func details() throws {
    let first =
      "<persname authfilenumber=\"FRAN_NP_1\" source=\"an\" rules=\"isaar\" normal=\"Dupont, Jean\">Jean Dupont (1850-1910)"
      + "</persname>"
    let second = "<persname authfilenumber=\"n80|1\" source=\"lcnaf\">Jean Dupont (1850-1910)</persname>"
    let text = Self.ead(
      "a", did: "<origination>\(first)</origination>",
      body: "<dsc>" + Self.component("", "<controlaccess>\(second)<persname source=\"local\">Martin</persname></controlaccess>")
        + "</dsc>")
    let (converted, sheet) = try convert(text)
    let name = "Jean Dupont (1850-1910)"
    #expect(sheet.cell(name, "descriptionIdentifier") == "FRAN_NP_1")
    #expect(sheet.cell(name, "sources") == "an: FRAN_NP_1\nlcnaf: n80\u{A6}1")
    #expect(sheet.cell(name, "rules") == "isaar")
    #expect(sheet.cell(name, "standardizedFormsOfName") == "Dupont, Jean")
    // Never guessed from the name.
    #expect(sheet.cell(name, "datesOfExistence")?.isEmpty == true)
    #expect(sheet.cell("Martin", "sources")?.isEmpty == true)
    func lost(_ converted: Converted, _ attribute: String) -> [String] {
      converted.losses.filter { $0.path.hasSuffix("/@" + attribute) }.map(\.text)
    }
    #expect(lost(converted, "authfilenumber").isEmpty)
    #expect(lost(converted, "rules").isEmpty)
    #expect(lost(converted, "source") == ["local"])
    // Without authority records they have no place.
    let plain = Converted(try folder.write(Array(text.utf8), "plain.xml"))
    #expect(lost(plain, "authfilenumber").count == 2)
    #expect(plain.conversion?.authorities == nil)
  }

  @Test("dates of existence only where the markup says so") func existence() throws {
    let (converted, sheet) = try convert(
      Self.ead3(
        did: "<origination><persname identifier=\"p1\"><part>Dupont, Jean</part><part localtype=\"existDates\">1850-1910,</part>"
          + "</persname><corpname><part>Congress</part><part localtype=\"d\">1889</part></corpname></origination>",
        body: "<bioghist><p>Worked with <persname><part>Eiffel</part><part localtype=\"existDates\">1832-1923</part></persname>."
          + "</p></bioghist><controlaccess><persname><part>Martin</part><part localtype=\"d\">1900-</part></persname>"
          + "<persname><part>Durand (1820-1899)</part></persname></controlaccess>"))
    Self.expectWhole(converted, sheet)
    #expect(sheet.rows.count == 4)
    let dates = Dictionary(
      uniqueKeysWithValues: zip(sheet.column("authorizedFormOfName"), sheet.column("datesOfExistence")).map {
        (String($0.0.prefix(6)), $0.1)
      })
    #expect(dates == ["Dupont": "1850-1910", "Congre": "", "Martin": "1900-", "Durand": ""])
    #expect(sheet.rows.compactMap { $0["descriptionIdentifier"] }.contains(Array("p1".utf8)))
  }

  @Test("a relation's dates of existence, and no other dates of it") func relations() throws {
    func relation(_ name: String, _ date: String) -> String {
      "<relation relationtype=\"cpfrelation\"><relationentry>\(name)</relationentry>\(date)</relation>"
    }
    let (_, sheet) = try convert(
      Self.ead3(
        did: "<origination><persname><part>Dupont</part></persname><persname><part>Martin</part></persname></origination>",
        body: "<relations>" + relation("Dupont", "<datesingle localtype=\"existDates\">1850-1910</datesingle>")
          + relation("Martin", "<datesingle>1871</datesingle>") + relation("Nobody", "") + "</relations>"))
    #expect(sheet.column("authorizedFormOfName") == ["Dupont", "Martin"])
    #expect(sheet.column("datesOfExistence") == ["1850-1910", ""])
  }

  // MARK: Batches

  @Test("a batch: the first culture, kind and history stay, in the order of the inputs") func batch() throws {
    let did = "<origination><persname>Dupont</persname></origination>"
    let texts = [
      Self.ead("a", did: "<origination><name>Dupont</name></origination>"),
      Self.ead("b", language: "fre", did: did, body: "<bioghist><p>Né en 1850.</p></bioghist>"),
      Self.ead(
        "c", did: "<origination><corpname>Dupont</corpname></origination>",
        body: "<bioghist><p>Another life.</p></bioghist><controlaccess><famname>Smith</famname></controlaccess>"),
      Self.ead("d", did: did, body: "<bioghist><p>Another life.</p></bioghist>"),
    ]
    let batch = AuthorityRegister(name: "batch")
    var findings: [Finding] = []
    for (index, text) in texts.enumerated() {
      let (converted, _) = try convert(text, "\(index).xml")
      findings += try batch.absorb(try #require(converted.conversion?.authorities), file: "\(index).xml")
    }
    let sheet = try AuthoritySheet(batch)
    #expect(sheet.column("authorizedFormOfName") == ["Dupont", "Smith"])
    #expect(sheet.column("culture") == ["en", "en"])
    #expect(sheet.column("typeOfEntity") == ["Person", "Family"])
    // Nothing is lost even when nobody told the later files of the first history.
    #expect(sheet.column("history") == ["Né en 1850.\n\nAnother life.", ""])
    #expect(
      findings.map { "\($0.file) \($0.rule)" } == [
        "1.xml authority-history-culture", "2.xml authority-type-conflict", "2.xml authority-histories-joined",
      ])
    #expect(batch.count == 2 && batch.historyCount == 1)
  }

  @Test("many names: each found again") func manyNames() throws {
    let register = AuthorityRegister(name: "many")
    let names = (0..<20_000).map { Array("Name \($0 % 10_000)".utf8) }
    var indices: [Int] = []
    for name in names { indices.append(name.withUnsafeBufferPointer { register.entry($0, culture: "en") }) }
    #expect(register.count == 10_000)
    #expect(indices == (0..<20_000).map { $0 % 10_000 })
    let sheet = try AuthoritySheet(register)
    #expect(sheet.rows.count == 10_000)
    #expect(sheet.names.first == names.first && sheet.names.last == names.last)
  }

  @Test("a name with more numbers than a record takes keeps the rest in the account") func manyNumbers() throws {
    let points = (0..<100).map { number in
      Self.component("", "<controlaccess><persname authfilenumber=\"n\(number)\" source=\"x\">Dupont</persname></controlaccess>")
    }
    let (converted, sheet) = try convert(Self.ead("a", body: "<dsc>" + points.joined() + "</dsc>"))
    let sources = try #require(sheet.cell("Dupont", "sources"))
    let kept = sources.components(separatedBy: "\n").count
    let lost = converted.losses.filter { $0.path.hasSuffix("/@authfilenumber") }.count
    #expect(kept > 50 && kept + lost == 100)
  }

  @Test(
    "the samples: every name has its row, every history is kept",
    arguments: ["elliott-wren-papers", "fonds-communal-serie-w", "harbour-board-records"])
  func samples(_ name: String) throws {
    let path = TestData.repository.appendingPathComponent("samples/\(name).xml").path
    let converted = Converted(path, options: Self.options)
    let sheet = try AuthoritySheet(try #require(converted.conversion?.authorities))
    Self.expectWhole(converted, sheet, name)
    #expect(!sheet.rows.isEmpty)
    var options = AtoMOptions()
    options.defaultCulture = "en"
    let plain = Converted(path, options: options)
    let histories = Set(sheet.rows.map { $0["history"] ?? [] })
    for row in plain.rows {
      for history in (row["eventActorHistories"] ?? []).split(separator: 0x7C) where !history.elementsEqual("NULL".utf8) {
        #expect(histories.contains(AuthoritySheet.trimmed(Array(history))), "\(name)")
      }
    }
    #expect(plain.rows.count == converted.rows.count)
    #expect(plain.conversion.map { $0.losses >= converted.conversion?.losses ?? .max } == true)
  }

  // MARK: The writer of rows

  @Test("values that do not fit are cut and handed back; a record without a name is none") func limits() {
    var out = ByteBuffer()
    defer { out.deallocate() }
    var record = AuthorityRecord()
    let empty = AuthorityRowWriter.write(record, to: &out)
    record.set("  ", .authorizedFormOfName)
    let blank = AuthorityRowWriter.write(record, to: &out)
    #expect(empty == [.nameless] && blank == [.nameless])
    #expect(out.isEmpty)
    record.set(String(repeating: "n", count: 1100), .authorizedFormOfName)
    record.add("short", to: .otherFormsOfName)
    record.add(String(repeating: "o", count: 2000), to: .otherFormsOfName)
    let events = AuthorityRowWriter.write(record, to: &out)
    #expect(events.count == 2)
    let cells = PHPCSVReader.records(out.array).first ?? []
    #expect(cells.count == 29)
    for event in events {
      guard case .tooLong(let column, let length, let rest) = event else { continue }
      let last = cells[column.rawValue].split(separator: 0x7C).last ?? []
      #expect(last.count + rest.count == length)
      #expect(last.count <= 1024)
    }
    #expect(cells[AuthorityColumn.otherFormsOfName.rawValue].starts(with: Array("short|".utf8)))
  }

  @Test("pipes in data are no separators; repeats, lists and occupations") func values() {
    var record = AuthorityRecord()
    record.add("a|b", to: .parallelFormsOfName)
    record.add(" a|b ", to: .parallelFormsOfName)
    record.add("c", to: .parallelFormsOfName)
    record.set("one|two", .history)
    record.add("three", to: .history)
    record.addOccupation(Array("Maire".utf8))
    record.addOccupation(Array("Notaire".utf8), note: Array("1850|60".utf8))
    record.addOccupation(Array("Poète".utf8), note: Array("NULL".utf8))
    func text(_ column: AuthorityColumn) -> String { String(decoding: record[column], as: UTF8.self) }
    #expect(text(.parallelFormsOfName) == "a\u{A6}b|c")
    #expect(text(.history) == "one\u{A6}two\n\nthree")
    #expect(text(.actorOccupations) == "Maire|Notaire|Poète")
    #expect(text(.actorOccupationNotes) == "NULL|1850\u{A6}60|[NULL]")
    record.reset()
    #expect(record.cells.allSatisfy { $0.isEmpty })
  }

  @Test("a row longer than AtoM reads at once is never cut between two cells") func longRows() {
    for length in stride(from: 59_600, through: 60_060, by: 4) {
      var out = ByteBuffer()
      defer { out.deallocate() }
      var record = AuthorityRecord()
      record.set("en", .culture)
      record.set("Dupont", .authorizedFormOfName)
      record.set(String(repeating: "h", count: length), .history)
      record.set("last \"words\" \\", .sources)
      let events = AuthorityRowWriter.write(record, to: &out)
      #expect(events.isEmpty)
      var isQuoted = false
      for (index, byte) in out.array.enumerated() {
        if byte == 0x22 {
          isQuoted.toggle()
          #expect(!(59_999...60_000).contains(index), "\(length)")
        } else if (59_999...60_000).contains(index), byte != 0x0A {
          #expect(isQuoted, "\(length)")
        }
      }
      let cells = PHPCSVReader.records(out.array)
      #expect(cells.count == 1 && cells[0].count == 29)
      #expect(cells[0][AuthorityColumn.history.rawValue].count == length)
    }
  }
}
