import Foundation
import Testing

@testable import EADKit

/// Everything a source gave, detached.
private struct Reading {
  struct Row {
    var row = 0
    var line = 0
    var depth = 0
    var sibling = 0
    var hasChildren = false
    var values: [String: String] = [:]
    var others: [String: String] = [:]
    var surplus: [String] = []
    var events: [[String]] = []
    var containers: [[String]] = []
    var identifiers: [[String]] = []
    var translations: [Row] = []

    init(_ record: AtoMCSVRecord) {
      row = record.row
      line = record.line
      depth = record.depth
      sibling = record.siblingIndex
      hasChildren = record.hasChildren
      for column in record.filledColumns { values[column.name] = record.text(column) }
      for other in record.others { others[other.name] = String(decoding: other.value, as: UTF8.self) }
      surplus = record.surplus.map { String(decoding: $0, as: UTF8.self) }
      func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
      events = record.events.map {
        [$0.type, $0.date, $0.start, $0.end, $0.description, $0.actor, $0.history, $0.place].map(text)
      }
      containers = record.physicalObjects.map { [$0.name, $0.location, $0.type].map(text) }
      identifiers = record.alternativeIdentifiers.map { [text($0.label), text($0.value)] }
      translations = record.translations.map(Row.init)
    }
  }

  var rows: [Row] = []
  var findings: [Finding] = []
  var error: Finding?
  var rowCount = 0

  init(paths: [String], _ options: AtoMCSVOptions = AtoMCSVOptions()) {
    do throws(EADError) {
      let source = try AtoMCSVSource(paths: paths, options: options)
      findings = source.takeFindings()
      while let record = try source.next() {
        rows.append(Row(record))
        findings += source.takeFindings()
      }
      findings += source.takeFindings()
      rowCount = source.rows
      #expect(rows.count == source.descriptions)
      #expect(rows.reduce(0) { $0 + 1 + $1.translations.count } == source.rows)
    } catch {
      self.error = error.finding
    }
    for rule in findings.map(\.rule) + [error?.rule].compactMap({ $0 }) {
      #expect(MessageCatalog.contains(rule), "no sentence for \(rule)")
    }
  }

  init(_ bytes: [UInt8], _ options: AtoMCSVOptions = AtoMCSVOptions()) {
    self = Reading.files([bytes], options)
  }

  init(_ text: String, _ options: AtoMCSVOptions = AtoMCSVOptions()) { self.init(Array(text.utf8), options) }

  static func files(_ contents: [[UInt8]], _ options: AtoMCSVOptions = AtoMCSVOptions()) -> Reading {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("atom-csv-\(UUID().uuidString)")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let paths = contents.enumerated().map { index, bytes in
      let file = folder.appendingPathComponent("\(index).csv")
      try? Data(bytes).write(to: file)
      return file.path
    }
    return Reading(paths: paths, options)
  }

  var rules: [String] { findings.map(\.rule) }

  func column(_ name: String) -> [String] { rows.map { $0.values[name] ?? "" } }

  /// The tree, one line a description.
  var tree: [String] {
    rows.map { String(repeating: ".", count: $0.depth) + ($0.values["legacyId"] ?? "") }
  }
}

/// A generator whose numbers are the same in every run.
private struct Dice {
  var state: UInt64

  mutating func roll(_ sides: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(sides))
  }
}

struct AtoMCSVSourceTests {
  // MARK: What AtoM stored

  static let probes: [URL] = TestData.shared("atom/csv-probes").flatMap { try? TestData.folders(below: $0) } ?? []

  /// Columns in which AtoM writes something of its own: ids, slugs, terms of the site, dates in its own form.
  private static let technical: Set<String> = [
    "legacyId", "parentId", "slug", "publicationStatus", "digitalObjectChecksum", "levelOfDescription", "eventTypes",
    "eventStartDates", "eventEndDates",
  ]

  @Test("probe", arguments: probes) func equalsOrBettersAtoM(_ probe: URL) throws {
    let name = probe.lastPathComponent
    let ours = Reading(paths: [probe.appendingPathComponent("input.csv").path])
    #expect(ours.error == nil)
    guard let data = try? Data(contentsOf: probe.appendingPathComponent("exported.csv")) else { return }
    let records = PHPCSVReader.records(Array(data))
    let header = try #require(records.first).map { String(decoding: $0, as: UTF8.self) }
    let flat = ours.rows.flatMap { main in [(main, main)] + main.translations.map { (main, $0) } }
    // AtoM stops at the first row it cannot store; ours reads on.
    #expect(records.count - 1 <= flat.count)
    var stored: [String: Int] = [:]
    for (index, record) in records.dropFirst().enumerated() where index < flat.count {
      let (main, row) = flat[index]
      let have = Set((Array(main.values.values) + Array(row.values.values) + Array(row.others.values)).flatMap(Self.words))
      var cells: [String: String] = [:]
      for (column, value) in zip(header, record) { cells[column] = String(decoding: value, as: UTF8.self) }
      for (column, value) in cells where !Self.technical.contains(column) {
        // The culture AtoM gives a row without one; the address AtoM gives a copied file.
        if column == "culture", row.values["culture"] == nil { continue }
        if column == "digitalObjectURI", row.values["digitalObjectPath"] != nil { continue }
        for word in Self.words(value) where word != "null" {
          // AtoM cuts a long row in two, in the middle of a word.
          let isKept = have.contains(word) || word.utf8.count > 1000 && have.contains { $0.hasPrefix(word) }
          #expect(isKept, "\(name), row \(index + 2), \(column): AtoM stored “\(word)”")
        }
      }
      if name != "parentslug" {
        let depth = cells["parentId"].flatMap { stored[$0] }.map { $0 + 1 } ?? 0
        #expect(depth == row.depth, "\(name), row \(index + 2)")
      }
      stored[cells["legacyId"] ?? ""] = row.depth
    }
  }

  private static func words(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  @Test func readsWhatAtoMDoesNot() throws {
    let folder = try #require(TestData.shared("atom/csv-probes").map { Optional($0) } ?? URL(fileURLWithPath: "/nowhere"))
    guard FileManager.default.fileExists(atPath: folder.path) else { return }
    func read(_ name: String) -> Reading { Reading(paths: [folder.appendingPathComponent("\(name)/input.csv").path]) }
    #expect(read("semicolon").column("title") == ["Fonds A"])
    #expect(read("tab").column("title") == ["Fonds A"])
    #expect(read("cr").tree == ["1", ".2"])
    #expect(read("header_case").column("title") == ["T1"])
    #expect(read("header_space").column("title") == ["T1"])
    #expect(read("zero_values").column("identifier") == ["0"])
    #expect(read("backslash_mid").column("scopeAndContent") == ["C:\\archive\\dir", "say \\\"hi\\\" x"])
    #expect(read("long_multi_unquoted").column("appraisal")[0].utf8.count == 20_000)
    #expect(
      read("phys_full").rows[0].containers == [
        ["Box 1", "Shelf A", "Box"], ["Box 2", "Shelf A", "Box"], ["Folder 9", "Shelf A", "Folder"],
      ])
    #expect(read("translation_row").rows[0].translations.map { $0.values["title"] } == ["Fonds A (fr)"])
  }

  // MARK: Records

  @Test func readsQuotedCells() {
    let reading = Reading("legacyId,title,scopeAndContent\n1,\"a \"\"b\"\", c\",\"x\ny\r\nz\"\n 2 ,  \"d\"  ,e \"f\" g\n")
    #expect(reading.column("title") == ["a \"b\", c", "d"])
    #expect(reading.column("scopeAndContent") == ["x\ny\r\nz", "e \"f\" g"])
    #expect(reading.rows.map(\.row) == [2, 3])
    #expect(reading.rows.map(\.line) == [2, 5])
    #expect(reading.findings.isEmpty)
  }

  @Test func countsRowsAsASpreadsheetDoes() {
    let reading = Reading("legacyId,title\n1,a\n,\n\n \n2,b")
    #expect(reading.rows.map(\.row) == [2, 6])
    #expect(reading.findings.isEmpty)
  }

  @Test(arguments: ["\n", "\r\n", "\r"]) func readsLineEnds(_ end: String) {
    let reading = Reading("legacyId,title\(end)1,a\(end)2,\"b\(end)c\"\(end)3,d\(end)")
    #expect(reading.column("title").map { Array($0.utf8) } == ["a", "b\(end)c", "d"].map { Array($0.utf8) })
    #expect(reading.rows.map(\.line) == [2, 3, 5])
    #expect(reading.rules == (end == "\r" ? ["csv-cr-lines"] : []))
  }

  @Test(arguments: [(";", "csv-delimiter"), ("\t", "csv-delimiter"), (",", "")])
  func findsTheDelimiter(_ delimiter: String, _ rule: String) {
    let text = ["legacyId,title,culture", "1,a|b; c,fr"].map { line in
      delimiter == "," ? line : line.replacingOccurrences(of: ";", with: "!").replacingOccurrences(of: ",", with: delimiter)
    }.joined(separator: "\n")
    let reading = Reading(text)
    #expect(reading.column("culture") == ["fr"])
    #expect(reading.rules == (rule.isEmpty ? [] : [rule]))
  }

  @Test func aGuessedDelimiterIsNeverSilent() {
    let one = Reading("title\na;b\n")
    #expect(one.rules == ["csv-delimiter-unsure"])
    #expect(Reading("nom;date\nx;y\n").error?.rule == "csv-no-known-column")
    #expect(Reading("").error?.rule == "csv-empty")
    #expect(Reading("\n\n  \n").error?.rule == "csv-empty")
    var options = AtoMCSVOptions()
    options.delimiter = 0x7C
    #expect(Reading("legacyId|title\n1|a\n", options).column("title") == ["a"])
  }

  @Test func skipsWhatStandsAboveTheHeader() {
    let reading = Reading("sep=;\r\nlegacyId;title\r\n1;a\r\n")
    #expect(reading.column("title") == ["a"])
    #expect(reading.rules.contains("csv-header-late"))
    #expect(reading.rows.map(\.row) == [3])
  }

  // MARK: Dialects

  @Test func choosesTheDialectThatFits() {
    let spreadsheet = Reading("legacyId,title,culture\n1,\"C:\\dir\\\",\"en\"\n2,\"b\",\"fr\"\n")
    #expect(spreadsheet.column("title") == ["C:\\dir\\", "b"])
    #expect(spreadsheet.rules == ["csv-dialect-rfc"])
    let atom = Reading("legacyId,title,culture\n1,\"say \\\"hi\\\", he said\",en\n2,b,fr\n")
    #expect(atom.column("title") == ["say \\\"hi\\\", he said", "b"])
    #expect(atom.rules == ["csv-dialect-php"])
    var options = AtoMCSVOptions()
    options.dialect = .php
    let forced = Reading("legacyId,title,culture\n1,\"C:\\dir\\\",\"en\"\n", options)
    #expect(forced.column("title") == ["C:\\dir\\\",en\""])
    options.dialect = .rfc4180
    #expect(Reading("legacyId,title,culture\n1,\"a\\\",en\n", options).column("title") == ["a\\"])
    // What PHP writes and does not read back itself.
    let twice = Reading("legacyId,title,culture\n1,\"a \\\\\"b, c\",en\n")
    #expect(twice.column("title") == ["a \\\\\"b, c"])
    #expect(twice.rules == ["csv-dialect-php"])
  }

  /// What PHP writes and what RFC 4180 writes is read back, whatever the cells hold and however long they are.
  @Test(arguments: 0..<12) func readsBackWhatWasWritten(_ seed: Int) {
    var dice = Dice(state: UInt64(seed) &* 77 &+ 5)
    let isPHP = seed % 2 == 0
    let delimiter = Array([",", ";", "\t"][seed % 3].utf8)
    let end = Array(["\n", "\r\n"][seed / 2 % 2].utf8)
    let pieces = ["a", "é", "\"", "\\", "\\\"", ",", ";", "\t", "\n", "\r\n", " ", "日本", "|", "NULL", "0", "\u{301}", "''"]
      .map { Array($0.utf8) }
    let columns = ["legacyId", "title", "scopeAndContent", "culture"]
    var expected: [[[UInt8]]] = []
    var text = Array(columns.map { Array($0.utf8) }.joined(separator: delimiter)) + end
    for number in 0..<40 {
      var cells = [Array("id\(number)".utf8)]
      for _ in 0..<2 {
        // Words at both ends: blanks there are taken off. Some cells are longer than a window.
        let length = dice.roll(50) == 0 ? 150_000 : dice.roll(12)
        var cell: [UInt8] = [0x78]
        for _ in 0..<length { cell += pieces[dice.roll(pieces.count)] }
        cells.append(cell + [0x79])
      }
      cells.append(Array("fr".utf8))
      expected.append(cells)
      text += Array(cells.map { Self.written($0, isPHP: isPHP) }.joined(separator: delimiter)) + end
    }
    let reading = Reading(text)
    #expect(reading.error == nil)
    #expect(reading.rows.count == expected.count)
    let wrong = zip(reading.rows, expected).filter { row, cells in
      columns.map { Array((row.values[$0] ?? "").utf8) } != cells
    }
    let ids = wrong.map { $0.0.row }
    #expect(ids.isEmpty)
  }

  /// PHP leaves a quotation mark that follows its escape character as it is; RFC 4180 doubles every one.
  private static func written(_ cell: [UInt8], isPHP: Bool) -> [UInt8] {
    var out: [UInt8] = [0x22]
    var isEscaped = false
    for byte in cell {
      if byte == 0x5C, isPHP {
        isEscaped = true
      } else if byte == 0x22, !isEscaped {
        out.append(0x22)
      } else {
        isEscaped = false
      }
      out.append(byte)
    }
    return out + [0x22]
  }

  // MARK: Encodings

  private static let french = "legacyId,title,culture\n1,\"\(frenchTitle)\",fr\n"
  private static let frenchTitle = "Délibérations de l’an « VIII » à Château-Thierry, où l’été était là"

  @Test(
    arguments: [
      (String.Encoding.utf16LittleEndian, [0xFF, 0xFE], "UTF-16"), (.utf16BigEndian, [0xFE, 0xFF], "UTF-16"),
      (.utf16LittleEndian, [], "UTF-16"), (.utf16BigEndian, [], "UTF-16"), (.windowsCP1252, [], "Windows-1252"),
    ] as [(String.Encoding, [UInt8], String)])
  func detectsEncodings(_ encoding: String.Encoding, _ mark: [UInt8], _ name: String) throws {
    let data = try #require(Self.french.data(using: encoding))
    let reading = Reading(mark + Array(data))
    #expect(reading.column("title") == [Self.frenchTitle])
    #expect(reading.rules == ["csv-encoding-detected"])
    #expect(reading.findings.first?.arguments == [name])
  }

  @Test func detectsOldEncodings() {
    // The old Mac OS.
    let mac: [Unicode.Scalar: UInt8] = [
      "é": 0x8E, "’": 0xD5, "«": 0xC7, "»": 0xC8, "à": 0x88, "â": 0x89, "ù": 0x9D,
    ]
    let bytes = Self.french.unicodeScalars.map { mac[$0] ?? UInt8(truncatingIfNeeded: $0.value) }
    let macintosh = Reading(bytes)
    #expect(macintosh.column("title") == [Self.frenchTitle])
    #expect(macintosh.findings.map(\.arguments) == [["MacRoman"]])
    // "Répertoire, série à part" in the code page of DOS.
    let dos = Array("legacyId,title\n1,R".utf8) + [0x82] + Array("pertoire s".utf8) + [0x82] + Array("rie ".utf8) + [0x85, 0x0A]
    #expect(Reading(dos).column("title") == ["Répertoire série à"])
    var options = AtoMCSVOptions()
    options.encoding = "iso-8859-2"
    #expect(Reading(Array("legacyId,title\n1,".utf8) + [0xB3, 0x0A], options).column("title") == ["ł"])
    options.encoding = "klingon"
    #expect(Reading("legacyId,title\n1,a\n", options).error?.rule == "csv-encoding-unknown")
  }

  @Test func readsStrayBytesAsWindows1252() {
    let bytes = Array("legacyId,title\n1,déjà vu, hélas\n2,d".replacingOccurrences(of: ", h", with: " h").utf8) + [0xE9, 0x0A]
    let reading = Reading(bytes)
    #expect(reading.column("title") == ["déjà vu hélas", "dé"])
    #expect(reading.rules == ["csv-encoding-mixed"])
    #expect(reading.findings.first?.arguments == ["1"])
  }

  @Test func aMarkKnowsBetterThanAName() {
    var options = AtoMCSVOptions()
    options.encoding = "windows-1252"
    #expect(Reading([0xEF, 0xBB, 0xBF] + Array(Self.french.utf8), options).column("title") == [Self.frenchTitle])
    options.encoding = "utf-16"
    #expect(Reading(Array(Self.french.utf16).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }, options).rules == [])
  }

  @Test func skipsAByteOrderMark() {
    let reading = Reading([0xEF, 0xBB, 0xBF] + Array(Self.french.utf8))
    #expect(reading.column("title") == [Self.frenchTitle])
    #expect(reading.rules == ["csv-bom"])
  }

  @Test func saysWhichBytesWereNoCharacters() {
    var bytes: [UInt8] = [0xFF, 0xFE]
    for unit in Array("legacyId,title\n1,a".utf16) + [0xD800] + Array("b\n".utf16) {
      bytes += [UInt8(unit & 0xFF), UInt8(unit >> 8)]
    }
    let reading = Reading(bytes)
    #expect(reading.column("title") == ["a\u{FFFD}b"])
    #expect(reading.rules.contains("csv-encoding-bytes"))
  }

  // MARK: Header

  @Test func repairsTheHeader() {
    let reading = Reading(" Title ,LEGACYID,culture ,couleur,slug\na,1,fr,bleu,a-b\n")
    #expect(reading.rows[0].values == ["title": "a", "legacyId": "1", "culture": "fr"])
    #expect(reading.rows[0].others == ["couleur": "bleu", "slug": "a-b"])
    #expect(reading.rules.filter { $0 == "csv-header-repaired" }.count == 3)
    #expect(reading.rules.filter { $0 == "csv-header-unknown" }.count == 1)
  }

  @Test func anExactNameIsNeverReplaced() {
    let reading = Reading("legacyId,title,Title\n1,a,b\n")
    #expect(reading.rows[0].values["title"] == "a")
    #expect(reading.rows[0].others == ["Title": "b"])
  }

  @Test func losesNoValueOfARepeatedColumn() {
    let reading = Reading("legacyId,title,title,title\n1,a,b,\n2,a,b,c\n3,a,a,a\n4,a\n")
    #expect(reading.column("title") == ["b", "c", "a", "a"])
    #expect(reading.rows[0].others == ["title": "a"])
    #expect(Set(reading.rows[1].others.values).isSubset(of: ["a", "b"]))
    #expect(reading.rows[2].others.isEmpty)
    #expect(reading.rules.contains("csv-header-repeated"))
    let ids = Reading("legacyId,parentId,title,legacyId\n1,,a,\n2,1,b,\n")
    #expect(ids.tree == ["1", ".2"])
  }

  @Test func knowsAliasesAndOldColumns() {
    let reading = Reading(
      "legacyId,title,generalNote,radNoteGeneral,radTitleNoteContinuationOfTitle,creators,creatorHistories,creatorDatesStart,"
        + "creationDates,creationDatesStart\n1,a,n1,n2,suite,Ann|Bob,h1|NULL,1900|1910,vers 1900,1899\n")
    #expect(reading.rows[0].values["generalNote"] == "n1|n2")
    #expect(reading.rows[0].values["radTitleContinues"] == "suite")
    #expect(
      reading.rows[0].events == [
        ["", "", "1900", "", "", "Ann", "h1", ""], ["", "", "1910", "", "", "Bob", "", ""],
        ["", "vers 1900", "1899", "", "", "", "", ""],
      ])
    #expect(reading.rows[0].others.isEmpty)
    #expect(reading.findings.isEmpty)
  }

  // MARK: Rows and lists

  @Test func accountsForSurplusCells() {
    let reading = Reading("legacyId,title\n1,a,b,,c\n2\n3,d,,\n")
    #expect(reading.rows.map(\.surplus) == [["b", "c"], [], []])
    #expect(reading.rules == ["csv-row-long", "csv-row-short"])
    #expect(reading.findings[0].arguments == ["2", "2", "2", "b | c"])
  }

  @Test func alignsEvents() {
    let reading = Reading(
      "legacyId,title,eventTypes,eventDates,eventStartDates,eventActors,eventPlaces\n"
        + "1,a,Creation|NULL|Custody,1900| |1920-1930,NULL||1920,Ann| Bob ,NULL|NULL|NULL\n")
    #expect(
      reading.rows[0].events == [
        ["Creation", "1900", "", "", "", "Ann", "", ""], ["", "", "", "", "", "Bob", "", ""],
        ["Custody", "1920-1930", "1920", "", "", "", "", ""],
      ])
    #expect(reading.rules == ["csv-lists-unequal"])
  }

  @Test func keepsListsOfUnequalLength() {
    let reading = Reading(
      "legacyId,title,alternativeIdentifiers,alternativeIdentifierLabels,physicalObjectName,physicalObjectLocation\n"
        + "1,a,x|y|z,l1,B1,S1|S2\n")
    #expect(reading.rows[0].identifiers == [["l1", "x"], ["", "y"], ["", "z"]])
    #expect(reading.rows[0].containers == [["B1", "S1", ""], ["", "S2", ""]])
    #expect(reading.rules == ["csv-lists-unequal", "csv-lists-unequal"])
  }

  @Test func keepsNULLApartInListsAndAsTextElsewhere() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("atom-csv-\(UUID().uuidString).csv")
    try Data("legacyId,title,eventActors,generalNote\n1,NULL,Ann|NULL|,NULL| |b\n".utf8).write(to: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = try AtoMCSVSource(paths: [folder.path])
    let record = try #require(try source.next())
    #expect(record.text(.title) == "NULL")
    #expect(record.positions(.eventActors).map(\.isNull) == [false, true, false])
    #expect(record.list(.eventActors).map(\.isNull) == [false, true])
    #expect(record.list(.generalNote).map { String(decoding: $0.bytes, as: UTF8.self) } == ["NULL", "b"])
  }

  // MARK: Hierarchy

  @Test func buildsTheTreeOfRowsInAnyOrder() {
    let reading = Reading("legacyId,parentId,title\n3,2,c\n2,1,b\n1,,a\n4,1,d\n5,nobody,e\n")
    #expect(reading.tree == ["1", ".2", "..3", ".4", "5"])
    #expect(reading.rows.map(\.sibling) == [0, 0, 0, 1, 1])
    #expect(reading.rows.map(\.hasChildren) == [true, true, false, false, false])
    #expect(reading.rows.map(\.row) == [4, 3, 2, 5, 6])
    #expect(Set(reading.rules) == ["csv-parent-after-child", "csv-parent-unknown"])
  }

  @Test func cutsCircles() {
    let reading = Reading("legacyId,parentId,title\n1,3,a\n2,1,b\n3,2,c\n4,4,d\n5,2,e\n")
    #expect(reading.tree == ["1", ".2", "..3", "..5", "4"])
    #expect(Set(reading.rules) == ["csv-parent-circle", "csv-parent-itself"])
  }

  @Test func childrenBelongToTheNewestBefore() {
    let reading = Reading("legacyId,parentId,title\n1,,a\n2,1,b\n1,,c\n3,1,d\n")
    #expect(reading.rows.map { $0.values["title"] } == ["a", "b", "c", "d"])
    #expect(reading.rows.map(\.depth) == [0, 1, 0, 1])
    #expect(reading.rules == ["csv-id-used-again"])
    // None before: the nearest after.
    let later = Reading("legacyId,parentId,title\n3,1,d\n1,,a\n2,,b\n1,,c\n")
    #expect(later.rows.map { $0.values["title"] } == ["a", "d", "b", "c"])
  }

  @Test func parentsMayStandInOtherFiles() {
    let first = "legacyId,parentId,title\n2,1,b\n"
    let second = "title;parentId;legacyId\r\na;;1\r\nc;2;3\r\n"
    let reading = Reading.files([Array(first.utf8), Array(second.utf8)])
    #expect(reading.tree == ["1", ".2", "..3"])
    #expect(reading.rows.map(\.row) == [2, 2, 3])
    let ordered = Reading.files([Array("legacyId,title\n1,a\n".utf8), Array("legacyId,title\n".utf8), Array(first.utf8)])
    #expect(ordered.tree == ["1", ".2"])
    #expect(ordered.rows.map(\.line) == [2, 2])
  }

  @Test func groupsTranslations() {
    let text = "legacyId,parentId,title,culture\n1,,a,fr\n\n1,,b,en\n1,,c,nl\n2,1,d,fr\n2,1,e,fr\n,,f,fr\n,,g,en\n"
    let reading = Reading(text)
    #expect(reading.rows.map { $0.values["title"] } == ["a", "d", "e", "f", "g"])
    #expect(reading.rows[0].translations.map { $0.values["title"] } == ["b", "c"])
    #expect(reading.rows[0].translations.map(\.row) == [4, 5])
    #expect(reading.rules == ["csv-same-culture-twice"])
    #expect(reading.rowCount == 7)
  }

  @Test func aSlugMakesTopLevel() {
    let reading = Reading("legacyId,parentId,qubitParentSlug,title\n1,,fonds-x,a\n2,1,fonds-x,b\n3,9,fonds-x,c\n")
    #expect(reading.tree == ["1", ".2", "3"])
    #expect(reading.rows[0].values["qubitParentSlug"] == "fonds-x")
    #expect(reading.rules == ["csv-slug-and-parent", "csv-slug-and-parent"])
  }

  /// The tree does not depend on the order of the rows, but for the order of siblings; the values stay with their rows.
  @Test(arguments: 0..<16) func shufflingKeepsTheTree(_ seed: Int) {
    var dice = Dice(state: UInt64(seed) &* 1_000_003 &+ 17)
    let count = 1 + dice.roll(400)
    var parents: [Int] = []
    for index in 0..<count { parents.append(index == 0 || dice.roll(8) == 0 ? -1 : dice.roll(index)) }
    let groups = (0..<count).map { index -> String in
      let parent = parents[index] < 0 ? "" : "id-\(parents[index])"
      var rows = "id-\(index),\(parent),\"t\(index)\nline\",en\n"
      if index % 7 == 3 { rows += "id-\(index),,u\(index),fr\n" }
      if index % 11 == 5 { rows += ",,,\n\n" }
      return rows
    }
    var order = Array(0..<count)
    for index in stride(from: count - 1, to: 0, by: -1) { order.swapAt(index, dice.roll(index + 1)) }
    let header = "legacyId,parentId,title,culture\n"
    let shuffled = Reading(header + order.map { groups[$0] }.joined())
    // Children of each parent in the order of the rows.
    var children: [Int: [Int]] = [:]
    for index in order { children[parents[index], default: []].append(index) }
    var expected: [String] = []
    func tell(_ index: Int, _ depth: Int) {
      expected.append(String(repeating: ".", count: depth) + "id-\(index)")
      for child in children[index] ?? [] { tell(child, depth + 1) }
    }
    for root in children[-1] ?? [] { tell(root, 0) }
    let isSame = shuffled.tree == expected
    #expect(isSame)
    // Read once more in the tree's own order, which streams.
    let sortedOrder = expected.compactMap { Int($0.drop { $0 == "." }.dropFirst(3)) }
    let sorted = Reading(header + sortedOrder.map { groups[$0] }.joined())
    let isSameInOrder = sorted.tree == expected
    #expect(isSameInOrder)
    #expect(sorted.rules == [])
    // Each row is found at its own place.
    var row = 2
    var line = 2
    var places: [String: [Int]] = [:]
    for index in order {
      places["id-\(index)"] = [row, line]
      row += groups[index].contains("u\(index)") ? 2 : 1
      row += index % 11 == 5 ? 2 : 0
      line += groups[index].utf8.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
    }
    for (one, other) in zip(shuffled.rows, sorted.rows) {
      #expect(one.values == other.values && one.translations.map(\.values) == other.translations.map(\.values))
      #expect(one.hasChildren == other.hasChildren && one.sibling == other.sibling)
      let id = one.values["legacyId"] ?? ""
      #expect(one.values["title"] == "t\(id.dropFirst(3))\nline")
      #expect(places[id] == [one.row, one.line])
    }
  }

  // MARK: Hostile input

  @Test(arguments: ["down", "up", "circle"]) func readsAChainOfAHundredThousand(_ kind: String) throws {
    let depth = 100_000
    var text = "legacyId,parentId,title\n"
    for number in 0..<depth {
      let index = kind == "up" ? depth - 1 - number : number
      let parent = kind == "circle" ? String((index + 1) % depth) : index == 0 ? "" : String(index - 1)
      text += "\(index),\(parent),t\n"
    }
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("atom-csv-\(UUID().uuidString).csv")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let source = try AtoMCSVSource(paths: [file.path])
    var deepest = 0
    var count = 0
    var rules: [String] = []
    while let record = try source.next() {
      deepest = max(deepest, record.depth)
      count += 1
      rules += source.takeFindings().map(\.rule)
    }
    rules += source.takeFindings().map(\.rule)
    #expect(count == depth)
    #expect(deepest == depth - 1)
    #expect(rules.count <= 102)
    #expect(rules.filter { $0 == "csv-parent-circle" }.count == (kind == "circle" ? 1 : 0))
    #expect(rules.isEmpty == (kind == "down"))
  }

  @Test func saysWhenAQuotationMarkIsNeverClosed() {
    let reading = Reading("legacyId,title\n1,\"a\n2,b\n3,c\n")
    #expect(reading.column("title") == ["a\n2,b\n3,c"])
    #expect(reading.rules.contains("csv-quote-not-closed"))
    let stray = Reading("legacyId,title\n1,\"a\"b\n")
    #expect(stray.column("title") == ["a\"b"] || stray.column("title") == ["ab"])
    #expect(stray.rules == ["csv-text-after-quote"])
  }

  @Test func boundsARecord() {
    let cell = String(repeating: "abc def\n", count: 10 << 17)
    let long = Reading("legacyId,title\n1,\"\(cell)\"\n2,b\n")
    let lengths = long.column("title").map(\.utf8.count)
    #expect(lengths == [(10 << 20) - 1, 1])
    var options = AtoMCSVOptions()
    options.recordBytes = 1 << 20
    let refused = Reading("legacyId,title\n0,a\n1,\"\(cell)\"\n", options)
    #expect(refused.error?.rule == "csv-record-too-long")
    #expect(refused.error?.line == 3)
    let wide = Reading("legacyId,title\n1,a" + String(repeating: ",", count: 100_000) + "\n")
    #expect(wide.error?.rule == "csv-too-many-cells")
  }

  @Test func survivesNULsAndControlCharacters() {
    let reading = Reading(Array("legacyId,title\n1,a".utf8) + [0, 1] + Array("b\n2,\u{0}c\u{0}\n".utf8))
    #expect(reading.column("title") == ["a\u{0}\u{1}b", "c"])
    #expect(reading.rules == ["csv-nul", "csv-control-characters"])
  }

  @Test(arguments: 0..<100) func survivesAnything(_ seed: Int) {
    var dice = Dice(state: UInt64(seed) &* 31 &+ 3)
    let pieces: [[UInt8]] = [
      [0x22], [0x5C], [0x2C], [0x3B], [0x09], [0x0A], [0x0D], [0x0D, 0x0A], [0], [0xFF], [0xC3, 0xA9], [0xE9], [0x20],
      Array("id1".utf8), Array("id2".utf8), Array("id3".utf8), Array("NULL|".utf8), [0x7C], [0xF0, 0x9F],
    ]
    var bytes = Array("legacyId,parentId,title,culture,eventDates,title\n".utf8)
    if dice.roll(5) == 0 { bytes = [] }
    for _ in 0..<dice.roll(600) { bytes += pieces[dice.roll(pieces.count)] }
    let once = Reading(bytes)
    let again = Reading(bytes)
    #expect(once.tree == again.tree && once.rules == again.rules)
    #expect(once.error != nil || once.rows.count <= bytes.count)
  }

  // MARK: Recognition

  @Test func recognisesItsFiles() throws {
    func looks(_ text: String) -> Bool { AtoMCSVSniffer.looksLikeAtoMCSV(Array(text.utf8)) }
    #expect(looks("legacyId,parentId,title\n1,,a\n"))
    #expect(looks("\u{FEFF}legacyId;parentId;title\r\n1;;a\r\n"))
    #expect(looks("\"legacyId\"\t\"title\"\r1\ta\r"))
    #expect(looks("title,levelOfDescription,culture\n"))
    #expect(!looks("title,identifier,culture\n"))
    #expect(!looks("<?xml version=\"1.0\"?><ead legacyId,parentId,title/>"))
    #expect(!looks("culture,typeOfEntity,authorizedFormOfName,history,descriptionIdentifier,levelOfDetail\n"))
    #expect(!looks("accessionNumber,acquisitionDate,title,scopeAndContent,culture\n"))
    #expect(!looks("legacyId,name,type,location,culture,descriptionSlugs\n"))
    #expect(!looks("\u{0}\u{1}\u{2}legacyId,parentId,title"))
    #expect(!looks(""))
    for encoding in [String.Encoding.utf16LittleEndian, .utf16BigEndian] {
      #expect(AtoMCSVSniffer.looksLikeAtoMCSV(Array(try #require("legacyId,parentId,title\n".data(using: encoding)))))
    }
    #expect(!AtoMCSVSource.looksLikeAtoMCSV(path: "-"))
    #expect(!AtoMCSVSource.looksLikeAtoMCSV(path: "/dev/null"))
    #expect(!AtoMCSVSource.looksLikeAtoMCSV(path: "/nowhere/at/all.csv"))
    for probe in Self.probes {
      #expect(AtoMCSVSource.looksLikeAtoMCSV(path: probe.appendingPathComponent("input.csv").path), "\(probe.lastPathComponent)")
    }
  }

  @Test func readsGzip() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("atom-csv-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("a.csv")
    try Data("legacyId,parentId,title\n2,1,b\n1,,é\n".utf8).write(to: file)
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    gzip.arguments = ["gzip", file.path]
    try gzip.run()
    gzip.waitUntilExit()
    #expect(AtoMCSVSource.looksLikeAtoMCSV(path: file.path + ".gz"))
    #expect(Reading(paths: [file.path + ".gz"]).tree == ["1", ".2"])
    #expect(Reading(paths: [file.path]).error?.rule == "input-unreadable")
    #expect(Reading(paths: [folder.path]).error?.rule == "input-is-directory")
  }
}
