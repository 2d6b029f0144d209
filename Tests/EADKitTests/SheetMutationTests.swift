import Foundation
import Testing

@testable import EADKit

/// Correct sheets, broken in one place each: exactly that is found.
struct SheetMutationTests {
  /// A sheet in memory: the header line first.
  struct Table {
    var name = "sheet.csv"
    var rows: [[String]]
    /// Written before the rows are, for what only bytes can say.
    var render: @Sendable ([[String]]) -> [UInt8] = { Table.quoted($0) }

    func column(_ name: String) -> Int { rows[0].firstIndex(of: name) ?? 0 }

    subscript(row: Int, name: String) -> String {
      get { rows[row - 1][column(name)] }
      set { rows[row - 1][column(name)] = newValue }
    }

    var bytes: [UInt8] { render(rows) }

    static func quoted(_ rows: [[String]]) -> [UInt8] { text(rows, delimiter: ",", end: "\n") }

    static func text(_ rows: [[String]], delimiter: String, end: String) -> [UInt8] {
      var out = ""
      for row in rows {
        out +=
          row.map { "\"" + $0.replacingOccurrences(of: "\"", with: "\"\"") + "\"" }.joined(separator: delimiter) + end
      }
      return Array(out.utf8)
    }
  }

  struct Mutation: Sendable {
    var name: String
    /// Breaks one place; gives what has to be found as `row rule column`, or nil when it does not fit the sheet.
    var apply: @Sendable (inout Table, inout SeededRandom) -> [String]?
  }

  // MARK: Correct sheets

  static let header = [
    "legacyId", "parentId", "qubitParentSlug", "identifier", "title", "levelOfDescription", "extentAndMedium", "repository",
    "scopeAndContent", "language", "script", "generalNote", "digitalObjectURI", "subjectAccessPoints", "nameAccessPoints",
    "languageOfDescription", "publicationStatus", "physicalObjectName", "physicalObjectLocation", "physicalObjectType",
    "alternativeIdentifiers", "alternativeIdentifierLabels", "eventTypes", "eventDates", "eventStartDates", "eventEndDates",
    "eventActors", "eventActorHistories", "culture",
  ]

  private struct Words {
    var levels: [String]
    var creation: String
    var published: String
    var box: String
  }

  private static let words: [String: Words] = [
    "en": Words(levels: ["Fonds", "Series", "File"], creation: "Creation", published: "Published", box: "Box"),
    "fr": Words(levels: ["Fonds", "Série", "Dossier"], creation: "Production", published: "Publié", box: "Boîte"),
    "nl": Words(levels: ["Archief", "Reeks", "Bestanddeel"], creation: "Vervaardig", published: "Gepubliceerd", box: "Doos"),
  ]

  /// A fonds with series and files, everything filled that a mutation may break.
  static func descriptions(_ random: inout SeededRandom) -> Table {
    let culture = ["en", "fr", "nl"].randomElement(using: &random) ?? "en"
    var words = words[culture] ?? Words(levels: [], creation: "", published: "", box: "")
    words.creation = AtoMTerms.term(.eventType, "Creation", culture: culture).term
    words.published = AtoMTerms.term(.publicationStatus, "Published", culture: culture).term
    words.box = AtoMTerms.term(.physicalObjectType, "Box", culture: culture).term
    var table = Table(rows: [header])
    func add(_ id: String, _ parent: String, _ level: Int) {
      let year = 1850 + table.rows.count
      let values: [String: String] = [
        "legacyId": id, "parentId": parent, "identifier": "12 W \(table.rows.count)", "title": "Title of \(id)",
        "levelOfDescription": words.levels[level], "extentAndMedium": "1 file", "repository": "Archives of Townhall",
        "scopeAndContent": "Letters, \"plans\" and\nminutes of \(id).", "language": "fr|en", "script": "Latn",
        "generalNote": "First note|Second note", "digitalObjectURI": "https://example.org/\(id).jpg",
        "subjectAccessPoints": "Harbours|Bridges", "nameAccessPoints": "Doe, Jane", "languageOfDescription": culture,
        "publicationStatus": words.published, "physicalObjectName": "B1 \(id)|B2 \(id)|B3 \(id)",
        "physicalObjectLocation": "Shelf 1|Shelf 2|Shelf 3", "physicalObjectType": "\(words.box)|\(words.box)|\(words.box)",
        "alternativeIdentifiers": "old 1|old 2", "alternativeIdentifierLabels": "former|lost",
        "eventTypes": "\(words.creation)|\(words.creation)", "eventDates": "\(year)-\(year + 9)|about 1900",
        "eventStartDates": "\(year)|NULL", "eventEndDates": "\(year + 9)-12-31|NULL",
        "eventActors": "Town of Townhall|NULL", "eventActorHistories": "Founded in 1790.|NULL", "culture": culture,
      ]
      table.rows.append(header.map { values[$0] ?? "" })
    }
    let mark = String(UnicodeScalar(UInt8.random(in: 0x61...0x7A, using: &random)))
    add("\(mark)-0", "", 0)
    for series in 1...3 {
      add("\(mark)-s\(series)", "\(mark)-0", 1)
      for file in 1...Int.random(in: 2...4, using: &random) { add("\(mark)-s\(series)-\(file)", "\(mark)-s\(series)", 2) }
    }
    return table
  }

  // MARK: Mutations

  /// Any row of the sheet.
  private static func any(_ table: Table, _ random: inout SeededRandom) -> Int { Int.random(in: 2...table.rows.count, using: &random) }

  /// A row nothing is below.
  private static func leaf(_ table: Table, _ random: inout SeededRandom) -> Int {
    let parents = Set(table.rows.map { $0[table.column("parentId")] })
    let leaves = (2...table.rows.count).filter { !parents.contains(table[$0, "legacyId"]) }
    return leaves.randomElement(using: &random) ?? 2
  }

  /// A cell that gets another value.
  private static func cell(_ rule: String, _ column: String, _ name: String = "", _ value: @escaping @Sendable (String) -> String)
    -> Mutation
  {
    Mutation(name: "\(rule) \(column) \(name)") { table, random in
      let row = any(table, &random)
      let old = table[row, column]
      table[row, column] = value(old)
      return table[row, column] == old ? nil : ["\(row) \(rule) \(column)"]
    }
  }

  private static func bytes(_ name: String, _ expected: [String], _ render: @escaping @Sendable ([[String]]) -> [UInt8]) -> Mutation {
    Mutation(name: name) { table, _ in
      table.render = render
      return expected
    }
  }

  static let mutations: [Mutation] = [
    cell("sheet-culture-invalid", "culture") { _ in "english" },
    cell("sheet-culture-invalid", "culture") { _ in "xx" },
    cell("sheet-culture-invalid", "culture") { _ in "fr|en" },
    cell("sheet-culture-blank", "culture") { _ in "" },
    cell("sheet-language-invalid", "language") { _ in "eng" },
    cell("sheet-language-invalid", "language") { $0 + "|" },
    cell("sheet-language-invalid", "languageOfDescription") { _ in "French" },
    cell("sheet-language-space", "language") { _ in "fr | en" },
    cell("sheet-script-invalid", "script") { _ in "Latin" },
    cell("sheet-script-space", "script") { _ in "Latn| Cyrl" },
    Mutation(name: "term-culture") { table, random in
      let row = any(table, &random)
      table[row, "levelOfDescription"] = table[row, "culture"] == "en" ? "Série" : "Series"
      return ["\(row) sheet-term-culture levelOfDescription"]
    },
    cell("sheet-level-ignored", "levelOfDescription") { _ in "otherlevel" },
    cell("sheet-status-invalid", "publicationStatus") { _ in "Visible" },
    cell("sheet-null-literal", "title") { _ in "NULL" },
    cell("sheet-null-literal", "extentAndMedium") { _ in "NULL" },
    cell("sheet-zero", "identifier") { _ in "0" },
    cell("sheet-zero", "title") { _ in "0" },
    cell("sheet-pipe-text", "title") { $0 + " | more" },
    cell("sheet-pipe-text", "scopeAndContent") { $0 + "|more" },
    cell("sheet-title-blank", "title") { _ in "" },
    cell("sheet-title-blank", "title", "blanks") { _ in "  \n " },
    cell("sheet-field-length", "title") { _ in String(repeating: "é", count: 1025) },
    cell("sheet-field-length", "identifier") { _ in String(repeating: "1", count: 1025) },
    cell("sheet-field-length", "scopeAndContent") { _ in String(repeating: "é", count: 32_768) },
    cell("sheet-field-length", "subjectAccessPoints") { "\($0)|" + String(repeating: "x", count: 1025) },
    cell("sheet-control-character", "scopeAndContent") { $0 + "\u{1}" + "x" },
    cell("sheet-replacement-character", "title") { $0 + " \u{FFFD}l\u{FFFD}ve" },
    cell("sheet-mojibake", "title") { $0 + " Ã©tÃ© Ã  MÃ¢con" },
    cell("sheet-spreadsheet-error", "extentAndMedium") { _ in "#REF!" },
    cell("sheet-spreadsheet-error", "title") { _ in "#NAME?" },
    cell("sheet-list-blank", "subjectAccessPoints") { $0 + "|" },
    cell("sheet-list-blank", "subjectAccessPoints", "inside") { "Maps||" + $0 },
    cell("sheet-event-blank-date", "eventStartDates") { $0.replacingOccurrences(of: "|NULL", with: "|") },
    cell("sheet-event-blank-date", "eventEndDates") { _ in "|1999" },
    cell("sheet-event-date-today", "eventStartDates") { _ in "c. 1900|NULL" },
    cell("sheet-event-date-today", "eventStartDates") { _ in "-0100|NULL" },
    cell("sheet-event-date-lost", "eventStartDates") { _ in "31/12/1800|NULL" },
    cell("sheet-event-date-lost", "eventEndDates") { _ in "1990-13-01|NULL" },
    cell("sheet-event-date-aborts", "eventStartDates") { _ in "18000101|NULL" },
    cell("sheet-event-dates-reversed", "eventStartDates") { _ in "2001|NULL" },
    cell("sheet-event-actor-blank", "eventActors") { _ in "Town of Townhall|" },
    cell("sheet-event-history-nameless", "eventActorHistories") { _ in "Founded in 1790.|A history of nobody." },
    cell("sheet-event-count", "eventDates") { _ in "1900-1910" },
    cell("sheet-alternative-ids-count", "alternativeIdentifiers") { $0 + "|old 3" },
    cell("sheet-storage-count", "physicalObjectLocation") { _ in "Shelf 1|Shelf 2" },
    cell("sheet-uri-invalid", "digitalObjectURI") { _ in "not a uri" },
    cell("sheet-uri-invalid", "digitalObjectURI", "ftp") { _ in "file:///srv/a.jpg" },
    cell("sheet-object-list", "digitalObjectURI") { $0 + "|https://example.org/b.jpg" },
    cell("sheet-parent-unknown", "parentId") { _ in "nobody" },
    cell("sheet-parent-internal", "parentId") { _ in "99999" },
    Mutation(name: "term-case") { table, random in
      let row = any(table, &random)
      let old = table[row, "eventTypes"]
      table[row, "eventTypes"] = old.prefix { $0 != "|" }.lowercased() + old.drop { $0 != "|" }
      return table[row, "eventTypes"] == old ? nil : ["\(row) sheet-term-case eventTypes"]
    },
    Mutation(name: "parent-itself") { table, random in
      let row = any(table, &random)
      table[row, "parentId"] = table[row, "legacyId"]
      return ["\(row) sheet-parent-itself parentId"]
    },
    Mutation(name: "parent-both") { table, random in
      let row = Int.random(in: 3...table.rows.count, using: &random)
      table[row, "qubitParentSlug"] = "known-slug"
      return ["\(row) sheet-parent-both parentId"]
    },
    Mutation(name: "parent-slug-unknown") { table, _ in
      table[2, "qubitParentSlug"] = "no-such-slug"
      return ["2 sheet-parent-slug-unknown qubitParentSlug"]
    },
    Mutation(name: "parent-later") { table, random in
      // The last row of a parent goes before it.
      let row = leaf(table, &random)
      let parent = table[row, "parentId"]
      guard let at = table.rows.firstIndex(where: { $0[0] == parent }) else { return nil }
      let moved = table.rows.remove(at: row - 1)
      table.rows.insert(moved, at: at)
      return ["\(at + 1) sheet-parent-later parentId"]
    },
    Mutation(name: "legacyid-repeated") { table, random in
      let row = leaf(table, &random)
      let other = leaf(table, &random)
      guard abs(row - other) > 1 else { return nil }
      let later = max(row, other)
      table[later, "legacyId"] = table[min(row, other), "legacyId"]
      return ["\(later) sheet-legacyid-repeated legacyId"]
    },
    Mutation(name: "legacyid-same-culture") { table, random in
      let row = leaf(table, &random)
      table.rows.insert(table.rows[row - 1], at: row)
      table[row + 1, "digitalObjectURI"] = ""
      return ["\(row + 1) sheet-legacyid-same-culture legacyId"]
    },
    Mutation(name: "column-misspelt case") { table, random in
      let at = Int.random(in: 0..<header.count, using: &random)
      let old = table.rows[0][at]
      table.rows[0][at] = old.uppercased()
      return ["- sheet-column-misspelt \(old)"]
    },
    Mutation(name: "column-misspelt blank") { table, random in
      let at = Int.random(in: 0..<header.count, using: &random)
      let old = table.rows[0][at]
      table.rows[0][at] = " " + old
      return ["- sheet-column-misspelt \(old)"]
    },
    Mutation(name: "column-unknown") { table, _ in
      table.rows[0][table.column("generalNote")] = "genralNotes"
      return ["2 sheet-column-unknown genralNotes"]
    },
    Mutation(name: "column-nameless") { table, _ in
      table.rows[0][table.column("generalNote")] = ""
      return ["2 sheet-column-nameless"]
    },
    Mutation(name: "column-repeated") { table, _ in
      table.rows[0].append("title")
      for row in 1..<table.rows.count { table.rows[row].append("Another title \(row)") }
      return ["2 sheet-column-repeated title"]
    },
    Mutation(name: "column-dead") { table, _ in
      table.rows[0].append("radNoteOnPublishersSeries")
      for row in 1..<table.rows.count { table.rows[row].append(row == 2 ? "A note" : "") }
      return ["3 sheet-column-dead radNoteOnPublishersSeries"]
    },
    Mutation(name: "column-aborts") { table, _ in
      table.rows[0].append("copyrightStatus")
      for row in 1..<table.rows.count { table.rows[row].append(row == 3 ? "Under copyright" : "") }
      return ["4 sheet-column-aborts copyrightStatus"]
    },
    Mutation(name: "alternative-ids-unlabelled") { table, _ in
      let at = table.column("alternativeIdentifierLabels")
      for row in table.rows.indices { table.rows[row].remove(at: at) }
      return ["2 sheet-alternative-ids-unlabelled alternativeIdentifiers"]
    },
    Mutation(name: "culture-column") { table, _ in
      guard table[2, "culture"] == "en" else { return nil }
      for row in table.rows.indices { table.rows[row].removeLast() }
      return ["- sheet-culture-column culture"]
    },
    Mutation(name: "row-surplus") { table, random in
      let row = any(table, &random)
      table.rows[row - 1].append("one too many")
      return ["\(row) sheet-row-surplus"]
    },
    Mutation(name: "backslash-quote") { table, random in
      let row = any(table, &random)
      table[row, "scopeAndContent"] = "C:\\archive\\"
      return ["\(row) sheet-backslash-quote scopeAndContent"]
    },
    Mutation(name: "quote-open") { table, _ in
      let row = table.rows.count
      table.render = { rows in Array(Table.quoted(rows).dropLast(2)) }
      return ["\(row) sheet-quote-open culture"]
    },
    bytes("semicolon", ["- sheet-delimiter"]) { Table.text($0, delimiter: ";", end: "\n") },
    bytes("tab", ["- sheet-delimiter"]) { Table.text($0, delimiter: "\t", end: "\n") },
    bytes("CR", ["- sheet-line-ends"]) { rows in
      Table.text(rows.map { $0.map { $0.replacingOccurrences(of: "\n", with: " ") } }, delimiter: ",", end: "\r")
    },
    bytes("CR LF", []) { Table.text($0, delimiter: ",", end: "\r\n") },
    bytes("mark", []) { [0xEF, 0xBB, 0xBF] + Table.quoted($0) },
    bytes("separator line", ["- sheet-separator-line"]) { Array("sep=,\n".utf8) + Table.quoted($0) },
    bytes("late header", ["- sheet-header-late"]) { [0x0A] + Table.quoted($0) },
    bytes("UTF-16", ["- sheet-encoding-utf16"]) { rows in
      [0xFF, 0xFE] + String(decoding: Table.quoted(rows), as: UTF8.self).utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    },
    Mutation(name: "Latin-1") { table, random in
      let row = any(table, &random)
      table[row, "title"] = "Été à Mâcon"
      guard !table.rows.enumerated().contains(where: { $0.offset != row - 1 && $0.element.joined().utf8.contains { $0 >= 0x80 } })
      else { return nil }
      table.render = { rows in String(decoding: Table.quoted(rows), as: UTF8.self).unicodeScalars.map { UInt8($0.value & 0xFF) } }
      return ["\(row) sheet-encoding-other title"]
    },
  ]

  @Test func correctSheetsHaveNoFindings() throws {
    var random = SeededRandom(seed: 20_26)
    for _ in 0..<30 {
      let table = Self.descriptions(&random)
      let found = try SheetCheckerTestSupport.findings(bytes: table.bytes).filter { $0.severity > .note }
      #expect(found.map { $0.line() } == [])
    }
  }

  @Test func brokenInOnePlaceExactlyThatIsFound() throws {
    var random = SeededRandom(seed: 5)
    let slugs = FileManager.default.temporaryDirectory.appendingPathComponent("slugs-" + UUID().uuidString)
    try Data("known-slug\n".utf8).write(to: slugs)
    defer { try? FileManager.default.removeItem(at: slugs) }
    var options = SheetCheckOptions()
    options.slugs = [slugs.path]
    var done = 0
    var applied: Set<String> = []
    var turn = 0
    while done < 700, turn < 5000 {
      let mutation = Self.mutations[turn % Self.mutations.count]
      turn += 1
      var table = Self.descriptions(&random)
      guard let expected = mutation.apply(&table, &random) else { continue }
      let findings = try SheetCheckerTestSupport.findings(bytes: table.bytes, options: options)
      // Notes about the whole sheet are no mistakes; those about what was broken are.
      let rules = Set(expected.flatMap { $0.split(separator: " ").map(String.init) })
      let found = findings.filter { $0.severity > .note || rules.contains($0.rule) }.map(SheetCheckerTestSupport.brief)
      #expect(found.sorted() == expected.sorted(), "\(mutation.name)")
      done += 1
      applied.insert(mutation.name)
    }
    #expect(done == 700)
    #expect(applied.count == Set(Self.mutations.map(\.name)).count, "every mutation was applied at least once")
  }
}
