import Foundation
import Testing

@testable import EADKit

/// A sheet corrected, with what must hold for every one of them: the corrected copy of the copy is the same, two kinds of
/// readers read the same cells, and no value has gone without being told.
private struct Fixed {
  var bytes: [UInt8] = []
  var changes: [SheetChange] = []
  var result = SheetFixResult()
  var error: Finding?

  var text: String { String(decoding: bytes, as: UTF8.self) }
  var records: [[String]] { PHPCSVReader.records(bytes).map { $0.map { String(decoding: $0, as: UTF8.self) } } }
  var header: [String] { records.first ?? [] }
  var kinds: [String] { changes.map(\.kind) }
  /// Kinds that are about values, not about the form of the file.
  var valueKinds: [String] { kinds.filter { $0 != "fix-quoting" && $0 != "fix-last-line-end" } }

  func column(_ name: String) -> [String] {
    guard let index = header.firstIndex(of: name) else { return [] }
    return records.dropFirst().map { index < $0.count ? trimmed($0[index]) : "" }
  }

  private func trimmed(_ text: String) -> String { text.trimmingCharacters(in: CharacterSet(charactersIn: " \n\r\t\0\u{B}")) }

  init(_ text: String, type: SheetType? = nil, culture: String? = nil) {
    self.init(bytes: Array(text.utf8), type: type, culture: culture)
  }

  init(bytes source: [UInt8], type: SheetType? = nil, culture: String? = nil, options: AtoMCSVOptions = AtoMCSVOptions()) {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("sheet-fixer-\(UUID().uuidString).csv").path
    _ = FileManager.default.createFile(atPath: path, contents: Data(source))
    defer { try? FileManager.default.removeItem(atPath: path) }
    self.init(path: path, type: type, culture: culture, options: options)
  }

  init(path: String, type: SheetType? = nil, culture: String? = nil, options: AtoMCSVOptions = AtoMCSVOptions()) {
    run(path, type, culture, options)
    guard error == nil else { return }
    checkReaders()
    checkNothingIsLost(path, type, options)
    let again = FileManager.default.temporaryDirectory.appendingPathComponent("sheet-fixer-\(UUID().uuidString).csv").path
    _ = FileManager.default.createFile(atPath: again, contents: Data(bytes))
    defer { try? FileManager.default.removeItem(atPath: again) }
    var second = Fixed()
    second.run(again, type, culture, AtoMCSVOptions())
    #expect(second.error == nil)
    let told = "the second run: \(second.changes.prefix(3).map { $0.message() })\n\(text.prefix(600))"
    #expect(second.bytes == bytes, "\(told)")
    #expect(second.changes.isEmpty, "\(told)")
    #expect(second.result.isUnchanged)
  }

  private init() {}

  private mutating func run(_ path: String, _ type: SheetType?, _ culture: String?, _ csv: AtoMCSVOptions) {
    var options = SheetCheckOptions()
    options.type = type
    options.csv = csv
    var written: [UInt8] = []
    var told: [SheetChange] = []
    do throws(EADError) {
      let fixer = try SheetFixer(path: path, options: options, culture: culture)
      result = try fixer.run { chunk throws(EADError) in
        written.append(contentsOf: chunk)
      } change: { one throws(EADError) in
        told.append(one)
      }
    } catch {
      self.error = error.finding
    }
    bytes = written
    changes = told
    #expect(result.changes.values.reduce(0, +) == changes.count || error != nil)
  }

  /// Cells as a reader of RFC 4180 has them.
  private func checkReaders() {
    let php = PHPCSVReader.records(bytes)
    var dialect = CSVDialect()
    dialect.hasEscape = false
    let rfc = Fixed.cells(bytes, dialect)
    #expect(php == rfc, "readers differ: \(text.prefix(400))")
    #expect(!bytes.contains { $0 < 0x20 && ![0x09, 0x0A, 0x0D].contains($0) } || error != nil || hasUnknownColumns)
  }

  /// Columns that AtoM ignores are taken over as they are.
  private var hasUnknownColumns: Bool {
    guard let type = SheetType.recognised(header) else { return true }
    return header.contains { SheetColumns.of(type).byName[$0] == nil } || Set(header).count < header.count
      || records.contains { $0.count != header.count }
  }

  private static func cells(_ bytes: [UInt8], _ dialect: CSVDialect) -> [[[UInt8]]] {
    var records: [[[UInt8]]] = []
    bytes.withUnsafeBufferPointer { all in
      let reader = CSVRecordReader(bytes: all, file: "", dialect: dialect)
      do throws(EADError) {
        while try reader.advance() {
          var copy = ByteBuffer(capacity: reader.record.count)
          defer { copy.deallocate() }
          copy.append(reader.record)
          records.append((0..<reader.cellCount).map { Array(reader.untrimmed($0, in: copy.base)) })
        }
      } catch {
        Issue.record("\(error)")
      }
    }
    return records
  }

  private func checkNothingIsLost(_ path: String, _ type: SheetType?, _ options: AtoMCSVOptions) {
    var kept: Set<[UInt8]> = []
    for record in PHPCSVReader.records(bytes) {
      for cell in record { kept.insert(Array(cell.withUnsafeBufferPointer(CSVRecordReader.trimmed))) }
    }
    for change in changes { kept.insert(change.old) }
    do throws(EADError) {
      let file = try SheetFile(path: path, type: type, options: options)
      let reader = file.reader(file.form.dialect, limit: 1 << 26)
      var scratch = ByteBuffer()
      defer { scratch.deallocate() }
      while try reader.advance() {
        for cell in 0..<reader.cellCount {
          let value = Array(reader.value(cell, &scratch))
          if !value.isEmpty, !kept.contains(value) {
            Issue.record("lost in row \(reader.row): \(String(decoding: value.prefix(200), as: UTF8.self))")
          }
        }
      }
    } catch {
      Issue.record("\(error)")
    }
  }
}

/// Numbers that are the same in every run.
private struct Dice {
  var state: UInt64

  mutating func roll(_ sides: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(sides))
  }

  mutating func one<Element>(_ all: [Element]) -> Element { all[roll(all.count)] }
}

struct SheetFixerTests {
  // MARK: The file

  @Test func aRightSheetStaysAsItIs() {
    let text = "\"legacyId\",\"title\",\"culture\"\n\"a\",\"One \"\"two\"\"\",\"en\"\n\"b\",\"x\ny\",\"fr\"\n"
    let fixed = Fixed(text)
    #expect(fixed.text == text)
    #expect(fixed.changes.isEmpty && fixed.result.isUnchanged)
    #expect(fixed.result.rows == 2 && fixed.result.rowsWritten == 2)
  }

  @Test func onlyTheFormChanges() {
    let fixed = Fixed("legacyId,title,culture\na, One ,en\nb,\"Two\",fr\n")
    #expect(fixed.text == "\"legacyId\",\"title\",\"culture\"\n\"a\",\"One\",\"en\"\n\"b\",\"Two\",\"fr\"\n")
    #expect(fixed.kinds == ["fix-quoting"])
    #expect(fixed.changes.first?.count == 3 && fixed.changes.first?.row == 1)
  }

  @Test(arguments: [(";", "fix-delimiter"), ("\t", "fix-delimiter"), (",", "")])
  func writesCommas(_ delimiter: String, _ kind: String) {
    let fixed = Fixed(
      ["legacyId", "parentId", "title", "culture"].joined(separator: delimiter) + "\n"
        + ["a", "", "Fonds", "en"].joined(separator: delimiter) + "\n")
    #expect(fixed.text == "\"legacyId\",\"parentId\",\"title\",\"culture\"\n\"a\",\"\",\"Fonds\",\"en\"\n")
    #expect(fixed.kinds.contains("fix-delimiter") == (kind == "fix-delimiter"))
  }

  @Test(arguments: ["\n", "\r\n", "\r"]) func writesLF(_ end: String) {
    let fixed = Fixed("legacyId,title,culture\(end)a,\"x\(end)y\",en\(end)b,z,en\(end)")
    #expect(fixed.kinds.contains("fix-line-ends") == (end != "\n"))
    #expect(fixed.column("legacyId") == ["a", "b"])
    // Line ends inside a cell are the cell's own, but where CR is all the file knows.
    #expect(fixed.column("title").map { Array($0.utf8) } == [end == "\r" ? "x\ny" : "x\(end)y", "z"].map { Array($0.utf8) })
    #expect(fixed.changes.first { $0.kind == "fix-line-ends" }?.count == (end == "\n" ? nil : 3))
  }

  @Test func writesUTF8() throws {
    let text = "legacyId,title,culture\na,Pi\u{E8}ces du r\u{E8}glement \u{E9}t\u{E9},fr\n"
    let expected = "\"legacyId\",\"title\",\"culture\"\n\"a\",\"Pi\u{E8}ces du r\u{E8}glement \u{E9}t\u{E9}\",\"fr\"\n"
    for encoding in [String.Encoding.isoLatin1, .windowsCP1252, .utf16LittleEndian, .utf16BigEndian, .utf16] {
      let fixed = Fixed(bytes: Array(try #require(text.data(using: encoding))))
      #expect(fixed.text == expected, "\(encoding)")
      #expect(fixed.kinds.first == "fix-encoding", "\(encoding)")
    }
    let marked = Fixed(bytes: [0xEF, 0xBB, 0xBF] + Array(text.utf8))
    #expect(marked.text == expected && marked.kinds.first == "fix-byte-order-mark")
    // Stray bytes in a file that is UTF-8 for the rest.
    let mixed = Fixed(bytes: Array(text.utf8) + Array("b,".utf8) + [0xE9] + Array(",fr\n".utf8))
    #expect(mixed.column("title").last == "\u{E9}" && mixed.kinds.first == "fix-encoding-mixed")
  }

  @Test func leavesOutWhatStandsBeforeTheHeader() {
    let separator = Fixed("sep=;\nlegacyId;title;culture\na;T;en\n")
    #expect(separator.header == ["legacyId", "title", "culture"] && separator.column("title") == ["T"])
    #expect(separator.kinds.contains("fix-before-header") && separator.kinds.contains("fix-delimiter"))
    let blank = Fixed("\n,,\nlegacyId,title,culture\na,T,en\n")
    #expect(blank.header == ["legacyId", "title", "culture"])
    #expect(blank.changes.first { $0.kind == "fix-before-header" }?.count == 2)
  }

  @Test func theLastLineGetsItsEnd() {
    let fixed = Fixed("\"legacyId\",\"title\"\n\"a\",\"T\"")
    #expect(fixed.text.hasSuffix("\"T\"\n") && fixed.kinds == ["fix-last-line-end"])
  }

  // MARK: The header line

  @Test func repairsNames() {
    let fixed = Fixed("LegacyID, title ,CULTURE, my column \na,T,en,x\n")
    #expect(fixed.header == ["legacyId", "title", "culture", "my column"])
    #expect(fixed.kinds.filter { $0 == "fix-header" }.count == 4)
    #expect(fixed.column("my column") == ["x"])
  }

  @Test func aRepairedNameNeverMakesARepeatedOne() {
    let fixed = Fixed("legacyId,title, title ,Title,culture\na,T,U,V,en\n")
    #expect(fixed.header == ["legacyId", "title", " title ", "Title", "culture"])
    #expect(fixed.column("title") == ["T"])
    let twins = Fixed("legacyId,title, x,x ,culture\na,T,U,V,en\n")
    #expect(Set(twins.header).count == 5)
  }

  @Test func unknownNamesAreWrittenOnceAndForAll() {
    // `Fixed` corrects the copy again, which must change nothing.
    let backslash = Fixed("legacyId,title,culture,z\\,y\na,T,en,v,w\n")
    #expect(backslash.header == ["legacyId", "title", "culture", "z\\ ", "y"])
    #expect(backslash.kinds.contains("fix-header"))
    let twins = Fixed("legacyId,title,culture, x , x \na,T,en,v,v\n")
    #expect(twins.header == ["legacyId", "title", "culture", "x"])
  }

  @Test func leavesOutColumnsThatSayNothing() {
    let fixed = Fixed("legacyId,title,title,,culture,\na,T,T,,en,\nb,,U,,en,\n")
    #expect(fixed.header == ["legacyId", "title", "culture"])
    #expect(fixed.column("title") == ["T", "U"])
    #expect(fixed.kinds.filter { $0 == "fix-column-repeated" }.count == 1)
    #expect(fixed.kinds.filter { $0 == "fix-column-nameless" }.count == 2)
  }

  @Test func keepsColumnsThatDiffer() {
    let fixed = Fixed("legacyId,language,language,,culture\na,eng,en,x,en\n")
    #expect(fixed.header == ["legacyId", "language", "language", "", "culture"])
    #expect(fixed.records.last == ["a", "eng", "en", "x", "en"])
  }

  @Test func nullAmongMembersOfItsOwnListGoes() {
    let rad = Fixed("legacyId,title,radGeneralMaterialDesignation,culture\na,T,NULL|Object,en\n")
    #expect(rad.column("radGeneralMaterialDesignation") == ["Object"])
    let names = Fixed(
      "authorizedFormOfName,typeOfEntity,parallelFormsOfName,actorOccupations,actorOccupationNotes,culture\n"
        + "A,Person,NULL|B,NULL,,en\nC,Person,,NULL,note,en\n", type: .authority)
    #expect(names.column("parallelFormsOfName") == ["B", ""])
    #expect(names.column("actorOccupations") == ["", "NULL"])
    // Once nothing is left of the labels, the word beside them goes in the same run.
    let ids = Fixed(
      "legacyId,title,alternativeIdentifierLabels,alternativeIdentifiers,culture\na,T,NULL,\u{7},en\nb,U,\u{7},NULL,en\n")
    #expect(ids.column("alternativeIdentifierLabels") == ["", ""] && ids.column("alternativeIdentifiers") == ["", ""])
  }

  @Test func movedRowsKeepTheNumberOfASpreadsheet() {
    // AtoM reads the long row as two: from there on its numbers are others.
    let long = (0..<7).map { _ in String(repeating: "x", count: 9_990) }.joined(separator: ",")
    let text = "legacyId,parentId,title,culture,a,b,c,d,e,f,g\nz,,Z,en,\(long)\nc,p,C|1,en\np,,P,en\n"
    let change = Fixed(text).changes.first { $0.kind == "fix-pipe" }
    #expect(change?.spreadsheetRow == 3 && change?.row == 4 && change?.resultRow == 4)
  }

  // MARK: Rows

  @Test func rowsGetTheWidthOfTheHeader() {
    let fixed = Fixed("legacyId,title,culture\na\n,,\n\nb,T,en,,\nc,U,en,surplus,\n")
    #expect(fixed.records.dropFirst() == [["a", "", ""], ["b", "T", "en"], ["c", "U", "en", "surplus"]])
    #expect(fixed.changes.first { $0.kind == "fix-blank-row" }?.count == 2)
    #expect(fixed.changes.first { $0.kind == "fix-blank-row" }?.row == 3)
    #expect(fixed.changes.first { $0.kind == "fix-row-short" }?.row == 2)
    #expect(fixed.changes.first { $0.kind == "fix-row-wide" }?.count == 2)
  }

  @Test func aRowThatDoesNotFitIsNotCorrected() {
    // A comma that was not quoted: nobody knows what belongs where.
    let fixed = Fixed("legacyId,title,language,culture\na,Letters, eng,en,en\n")
    #expect(fixed.records.last == ["a", "Letters", "eng", "en", "en"])
    #expect(!fixed.kinds.contains("fix-language"))
  }

  @Test func aBackslashNeverMeetsAQuotationMark() {
    let fixed = Fixed("legacyId,title,scopeAndContent,culture\na,C:\\dir\\,say \\\"hi\\\",en\nb,\"T\",\"a\\\\\",en\n")
    #expect(!fixed.text.contains("\\\""))
    #expect(fixed.column("title").first == "C:\\dir\\")
    #expect(fixed.kinds.contains("fix-backslash"))
    #expect(fixed.column("culture").first == "en")
  }

  @Test func anOpenQuotationMarkStaysOpen() {
    let fixed = Fixed("legacyId,title,culture\na,T,en\nb,\"U,en\nc,V,en\n")
    #expect(fixed.text.hasSuffix("\"b\",\"U,en\nc,V,en"))
    let file = Fixed("legacyId,parentId,title,culture\nb,a,T,en\na,,\"U,en\n")
    // What is inside an open cell is unknown: nothing is put behind it.
    #expect(file.column("legacyId") == ["b", "a"])
  }

  @Test func textBehindAQuotationMarkIsTold() {
    let fixed = Fixed("legacyId,title,culture\na,\"The \"red\" book\",en\n")
    #expect(fixed.kinds.contains("fix-quote-stray"))
  }

  @Test(arguments: [59_960, 59_980, 59_990, 59_996, 60_000, 60_040, 65_000, 130_000])
  func longRowsHoldTogether(_ length: Int) {
    var short = 0
    for blanks in [0, 1, 40] {
      let row = "a,\(String(repeating: "x", count: length - 40)),en" + String(repeating: ",y", count: blanks)
      let header = "legacyId,scopeAndContent,culture" + (0..<blanks).map { ",n\($0)" }.joined()
      let fixed = Fixed(header + "\n" + row + "\n")
      #expect(fixed.column("scopeAndContent").first?.utf8.count == length - 40)
      for line in fixed.bytes.split(separator: 0x0A) where line.count >= 60_000 {
        #expect(!line.withUnsafeBufferPointer { SheetFileCheck.isTorn($0) })
        short += 1
      }
    }
    #expect(length < 60_000 || short > 0)
  }

  @Test func manySmallCellsAroundTheLimit() {
    let columns = 20_100
    let header = (["legacyId", "title", "culture"] + (0..<columns).map { "n\($0)" }).joined(separator: ",")
    let fixed = Fixed(header + "\na,T,en" + String(repeating: ",", count: columns - 1) + ",z\n")
    let line = Array(fixed.bytes.split(separator: 0x0A)[1])
    #expect(line.count > 60_000 && !line.withUnsafeBufferPointer { SheetFileCheck.isTorn($0) })
  }

  @Test func shortRowsOfVeryWideSheets() {
    let header = (["legacyId", "title", "culture"] + (0..<2000).map { "n\($0)" }).joined(separator: ",")
    let fixed = Fixed(header + "\na,T\nb,U\n", culture: "fr")
    // A file must not grow a thousandfold; what is corrected is written all the same.
    #expect(fixed.records.dropFirst() == [["a", "T", "fr"], ["b", "U", "fr"]])
  }

  // MARK: Parents first

  @Test func putsParentsBeforeChildren() {
    let fixed = Fixed(
      """
      legacyId,parentId,title,culture
      c1,p,C1,en
      x,,X,en
      g,c1,G,en
      p,,P,en
      c2,p,C2,en
      o,nobody,O,en

      """)
    #expect(fixed.column("legacyId") == ["x", "p", "c1", "g", "c2", "o"])
    let moved = fixed.changes.filter { $0.kind == "fix-order" }
    #expect(moved.map(\.row) == [2, 4] && moved.map(\.resultRow) == [4, 5])
    #expect(moved.first?.message() == "row 2: the row stood before its parent “p”; it is now row 4, behind it.")
  }

  @Test func translationsStayWithTheirRow() {
    let fixed = Fixed(
      "legacyId,parentId,title,culture\nc,p,C,en\nc,p,C fr,fr\n\np,,P,en\np,,P fr,fr\nd,p,D,en\n")
    #expect(fixed.column("title") == ["P", "P fr", "C", "C fr", "D"])
  }

  @Test func nothingMovesWithoutNeed() {
    for text in [
      // In order; a parent nobody has; a row that is its own parent; a circle; an id given twice.
      "legacyId,parentId,title\na,,A\nb,a,B\nc,b,C\n", "legacyId,parentId,title\nb,zz,B\na,,A\n",
      "legacyId,parentId,title\na,a,A\nb,a,B\n", "legacyId,parentId,title\na,b,A\nb,a,B\nc,,C\n",
      "legacyId,parentId,title\na,,A\nb,a,B\na,,A2\nc,a,C\n",
    ] {
      let fixed = Fixed(text)
      let titles = text.split(separator: "\n").dropFirst().map { String($0.split(separator: ",").last ?? "") }
      #expect(fixed.column("title") == titles)
    }
  }

  @Test func thousandsOfShuffledRows() {
    var dice = Dice(state: 7)
    var rows = (0..<10_000).map { number in
      let parent = number < 20 ? "" : "id-\(dice.roll(number))"
      return (id: "id-\(number)", parent: parent, text: "T\(number)\(number % 97 == 0 ? "\nsecond line" : "")")
    }
    for index in rows.indices.reversed() where index > 0 { rows.swapAt(index, dice.roll(index + 1)) }
    let source =
      "legacyId,parentId,title,culture\n"
      + rows.map { "\($0.id),\($0.parent),\"\($0.text)\",en\n" }.joined()
    let fixed = Fixed(source)
    #expect(fixed.result.rowsWritten == 10_000)
    var seen: Set<String> = []
    let ids = fixed.column("legacyId")
    let parents = fixed.column("parentId")
    for (id, parent) in zip(ids, parents) {
      #expect(parent.isEmpty || seen.contains(parent))
      seen.insert(id)
    }
    #expect(seen.count == 10_000)
    // Children of one parent keep their order.
    func siblings(_ pairs: [(String, String)]) -> [String: [String]] {
      Dictionary(grouping: pairs, by: \.1).mapValues { $0.map(\.0) }
    }
    #expect(siblings(Array(zip(ids, parents))) == siblings(rows.map { ($0.id, $0.parent) }))
    // What is told of a row is true.
    for change in fixed.changes where change.kind == "fix-order" {
      #expect(ids[change.resultRow - 2] == rows[change.row - 2].id)
    }
  }

  // MARK: Lists of events

  @Test func eventListsGetOneLength() {
    let head = "legacyId,eventTypes,eventDates,eventStartDates,eventEndDates,eventActors,culture\n"
    let fixed = Fixed(head + "a,Creation|Creation|Creation,1900|1910,1900||1920,,Ann,en\n")
    #expect(fixed.column("eventDates") == ["1900|1910|NULL"])
    #expect(fixed.column("eventStartDates") == ["1900|NULL|1920"])
    #expect(fixed.column("eventEndDates") == [""])
    #expect(fixed.column("eventActors") == ["Ann|NULL|NULL"])
    #expect(fixed.valueKinds == ["fix-null-padding", "fix-null-padding", "fix-null-padding"])
    // A position at which nothing stands is no event.
    let trailing = Fixed(head + "a,Creation|,1900|,1900|,|,,en\n")
    #expect(trailing.column("eventTypes") == ["Creation"] && trailing.column("eventStartDates") == ["1900"])
    #expect(trailing.column("eventEndDates") == [""])
    // NULL is a word of the lists.
    let null = Fixed(head + "a,NULL|Creation,NULL|1900,,,,en\n")
    #expect(null.column("eventTypes") == ["NULL|Creation"] && null.valueKinds.isEmpty)
    let blanks = Fixed(head + "a,Creation | Creation,1900| NULL,,,,en\n")
    #expect(blanks.column("eventDates") == ["1900|NULL"] && blanks.valueKinds == ["fix-member-blanks", "fix-member-blanks"])
  }

  @Test func datesBecomeISO() {
    let head = "legacyId,eventTypes,eventStartDates,eventEndDates,culture\n"
    func start(_ written: String) -> String { Fixed(head + "a,Creation,\"\(written)\",,en\n").column("eventStartDates")[0] }
    #expect(start("31/12/1900") == "1900-12-31")
    #expect(start("12/31/1900") == "1900-12-31")
    #expect(start("19000131") == "1900-01-31")
    #expect(start("5 mars 1900") == "1900-03-05")
    // As AtoM takes it, or with more than one meaning.
    for same in ["1900", "1900-01", "1900-01-05", "1900-00-00", "03/04/1900", "c. 1900", "1900-13-01", "-0100", "NULL"] {
      #expect(start(same) == same)
    }
    let list = Fixed(head + "a,Creation|Creation,31/12/1900|NULL,1901|1902,en\n")
    #expect(list.column("eventStartDates") == ["1900-12-31|NULL"] && list.valueKinds == ["fix-date"])
    let accession = Fixed("accessionNumber,acquisitionDate,donorName,culture\n1,31/12/1900,D,en\n")
    #expect(accession.column("acquisitionDate") == ["1900-12-31"])
  }

  // MARK: Codes and terms

  @Test func codesOfLanguagesAndScripts() {
    let fixed = Fixed(
      "legacyId,language,languageOfDescription,script,scriptOfDescription,culture\n"
        + "a,en | FR,eng|fre,Latin,latn | cyrl,en\nb,English,\"German, French\",Latn,LATN,en\nc,klingonese|en,en|eng|,Foo,,en\n")
    #expect(fixed.column("language") == ["en|fr", "en", "klingonese|en"])
    #expect(fixed.column("languageOfDescription") == ["en|fr", "de|fr", "en"])
    #expect(fixed.column("script") == ["Latn", "Latn", "Foo"])
    #expect(fixed.column("scriptOfDescription") == ["Latn|Cyrl", "Latn", ""])
    #expect(Fixed("legacyId,title,language,culture\na,T,en et fr,en\n").column("language") == ["en et fr"])
  }

  @Test func cultures() {
    let fixed = Fixed("legacyId,title,culture\na,T,english\nb,T,FR\nc,T,xx\nd,T,\ne,T,pt-br\n")
    #expect(fixed.column("culture") == ["en", "fr", "xx", "", "pt_BR"])
    #expect(fixed.valueKinds == ["fix-culture", "fix-culture", "fix-culture"])
    let filled = Fixed("legacyId,title,culture\na,T,\na,T en,en\nb,T,\nc,T,fr\nc,T2,\n", culture: "fr")
    // A row that would get the culture of another row of the same description stays without.
    #expect(filled.column("culture") == ["fr", "en", "fr", "fr", ""])
    let added = Fixed("legacyId,title,levelOfDescription\na,T,Series\n", culture: "fr")
    #expect(added.header == ["legacyId", "title", "levelOfDescription", "culture"])
    #expect(added.column("culture") == ["fr"] && added.column("levelOfDescription") == ["S\u{E9}rie"])
    #expect(Fixed("legacyId,title\na,T\n", culture: "xx").error?.rule == "fix-culture-unknown")
  }

  @Test func termsInTheRowsCulture() {
    let fixed = Fixed(
      "legacyId,levelOfDescription,eventTypes,eventDates,publicationStatus,culture\n"
        + "a,Fonds,Creation,1900,Published,nl\nb,Series,creation,1900,Published,fr\nc,Bestand,Publication,1900,Draft,en\n"
        + "d,Fonds,Creation,1900,published,english\ne,Whatever,Whatever,1900,Whatever,en\nf,Series,Creation,1900,Draft,fr_CA\n")
    #expect(
      fixed.column("levelOfDescription") == ["Archief", "S\u{E9}rie", "Bestand", "Fonds", "Whatever", "Series"])
    #expect(fixed.column("eventTypes")[0] != "Creation")
    #expect(fixed.column("eventTypes")[2...] == ["Publication", "Creation", "Whatever", "Creation"])
    #expect(fixed.column("publicationStatus")[1] == "Publi\u{E9}")
    #expect(fixed.kinds.contains("fix-term") && fixed.kinds.contains("fix-status") && fixed.kinds.contains("fix-culture"))
    // With a culture that AtoM does not know nothing is said of terms; rows that translate another have none.
    let unsure = Fixed("legacyId,levelOfDescription,title,culture\na,Series,T,xx\nb,Series,T,en\nb,Series,T fr,fr\n")
    #expect(unsure.column("levelOfDescription") == ["Series", "Series", "Series"])
    let authority = Fixed("authorizedFormOfName,typeOfEntity,culture\nAnn,Person,fr\n")
    #expect(authority.column("typeOfEntity") == ["Personne"])
  }

  // MARK: Texts and other lists

  @Test func pipesInTexts() {
    let fixed = Fixed("legacyId,title,scopeAndContent,generalNote,subjectAccessPoints,culture\na,T|U,one|two,n|m,s|t,en\n")
    #expect(fixed.column("title") == ["T\u{A6}U"] && fixed.column("scopeAndContent") == ["one\u{A6}two"])
    #expect(fixed.column("generalNote") == ["n|m"] && fixed.column("subjectAccessPoints") == ["s|t"])
    #expect(fixed.valueKinds == ["fix-pipe", "fix-pipe"])
  }

  @Test func theWordNull() {
    let fixed = Fixed(
      "legacyId,parentId,title,generalNote,eventDates,alternativeIdentifiers,alternativeIdentifierLabels,culture\n"
        + "a,NULL,NULL,x|NULL|y,NULL,NULL,NULL,en\nb,a,Null,NULL,NULL,NULL,label,en\n")
    #expect(fixed.records[1] == ["a", "", "", "x|y", "NULL", "", "", "en"])
    // Identifiers must stay as many as their labels.
    #expect(fixed.records[2] == ["b", "a", "Null", "", "NULL", "NULL", "label", "en"])
  }

  @Test func theWordNullInLists() {
    let fixed = Fixed("legacyId,title,nameAccessPoints,nameAccessPointHistories,culture\na,T,Ann|NULL|Bob,NULL|x|y,en\n")
    // The lists go together by position.
    #expect(fixed.column("nameAccessPoints") == ["Ann||Bob"] && fixed.column("nameAccessPointHistories") == ["|x|y"])
  }

  @Test func aRowOfNothingButNull() {
    let fixed = Fixed("legacyId,title,culture\na,T,en\nNULL,NULL,NULL\n")
    #expect(fixed.column("legacyId") == ["a"] && fixed.result.rows == 2 && fixed.result.rowsWritten == 1)
    #expect(fixed.kinds.filter { $0 == "fix-null-literal" }.count == 3 && fixed.kinds.contains("fix-blank-row"))
    #expect(Fixed("legacyId,title,culture\na,T,en\nNULL,NULL,NULL\n", culture: "fr").column("culture") == ["en"])
  }

  @Test func controlCharacters() {
    let fixed = Fixed("legacyId,title,scopeAndContent,mine,culture\na,T\u{1}\u{2}x\ty,\"a\u{B}b\u{7}\nc\u{0}d\",k\u{1},en\n")
    #expect(fixed.column("title") == ["Tx\ty"] && fixed.column("mine") == ["k\u{1}"])
    #expect(fixed.column("scopeAndContent") == ["a b\ncd"])
    #expect(fixed.kinds.contains("fix-control-character"))
  }

  @Test func accessPointsWithoutAName() {
    let head = "legacyId,subjectAccessPoints,placeAccessPoints,genreAccessPoints,nameAccessPoints,culture\n"
    let fixed = Fixed(head + "a,Dogs|, Paris |London,Photographs|NULL|,Ann||Bob,en\n")
    #expect(fixed.column("subjectAccessPoints") == ["Dogs"] && fixed.column("genreAccessPoints") == ["Photographs"])
    #expect(fixed.column("placeAccessPoints") == ["Paris |London"] && fixed.column("nameAccessPoints") == ["Ann||Bob"])
    // A list beside it goes by position.
    let beside = Fixed("legacyId,title,subjectAccessPoints,subjectAccessPointScopes,culture\na,T,Dogs||Cats,x||y,en\n")
    #expect(beside.column("subjectAccessPoints") == ["Dogs||Cats"])
  }

  @Test func containers() {
    let head = "legacyId,physicalObjectName,physicalObjectLocation,physicalObjectType,culture\n"
    let fixed = Fixed(head + "a,B1|B2,Shelf,Box|Box,en\nb,B1|B2|B3,S1|S2,Box,en\nc,B1,S,Box,en\n")
    #expect(fixed.column("physicalObjectLocation") == ["Shelf|Shelf", "S1|S2", "S"])
    #expect(fixed.column("physicalObjectType") == ["Box|Box", "Box|Box|Box", "Box"])
  }

  @Test func occupations() {
    let head = "authorizedFormOfName,typeOfEntity,actorOccupations,actorOccupationNotes,culture\n"
    let fixed = Fixed(head + "Ann,Person,a|b|c,x,en\nBob,Person,a|b,,en\nCy,Person,a,x|y,en\n")
    #expect(fixed.column("actorOccupationNotes") == ["x|NULL|NULL", "", "x|y"])
  }

  @Test func whatIsNotCertainStays() {
    let long = String(repeating: "t", count: 3000)
    let text =
      "legacyId,parentId,identifier,title,alternativeIdentifiers,alternativeIdentifierLabels,culture\n"
      + "1,99,0,\(long),a|b,l,en\n1,,0,0,,,en\n2,2,\u{FFFD},#REF!,,,en\n"
    let fixed = Fixed(text)
    #expect(fixed.valueKinds.isEmpty)
    #expect(
      fixed.records.dropFirst().map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n"
        == text.drop { $0 != "\n" }.dropFirst())
  }

  // MARK: What is told

  @Test func changesAreShownAsADifference() {
    let fixed = Fixed("legacyId,title,language,scopeAndContent,culture\na,T,eng,\"one\ntwo|\u{7}2\nthree\",en\n")
    let language = fixed.changes.first { $0.kind == "fix-language" }
    #expect(language.map { SheetDiff.text($0) } == "@@ row 2, column \"language\" @@ fix-language\n-eng\n+en\n")
    let pipe = fixed.changes.first { $0.kind == "fix-control-character" }
    #expect(
      pipe.map { SheetDiff.text($0) }
        == "@@ row 2, column \"scopeAndContent\" @@ fix-control-character\n one\n-two|\u{2407}2\n+two|2\n three\n")
    #expect(SheetDiff.head(source: "a.csv", result: "b.csv") == "--- a.csv\n+++ b.csv\n")
    let whole = Fixed("legacyId;title;culture\na;T;en\n").changes.first { $0.kind == "fix-delimiter" }
    #expect(whole.map { SheetDiff.text($0, .french).hasPrefix("@@ fichier entier @@ fix-delimiter\n# ") } == true)
    for change in fixed.changes {
      #expect(change.message(.english) != change.message(.french))
      #expect(!change.message(.english).contains("{"))
    }
  }

  @Test func everyKindHasASentence() throws {
    let sources = TestData.repository.appendingPathComponent("Sources/EADKit/AtoMCheck")
    var kinds: Set<String> = []
    for file in TestData.files(below: sources, endings: [".swift"]) where file.lastPathComponent.hasPrefix("SheetF") {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: #/"(fix-[a-z]+(?:-[a-z]+)*)"/#) { kinds.insert(String(match.1)) }
    }
    #expect(kinds.count > 30)
    for kind in kinds { #expect(MessageCatalog.contains(kind), "\(kind)") }
  }

  // MARK: AtoM's own sheets, and dirty ones

  static let probes: [URL] = TestData.shared("atom/csv-probes").flatMap { try? TestData.folders(below: $0) } ?? []

  /// What `Fixed` checks of every sheet holds for what AtoM was given, and for what it wrote.
  @Test("probe", arguments: probes) func correctsTheProbes(_ probe: URL) {
    for name in ["input.csv", "exported.csv"] {
      let path = probe.appendingPathComponent(name).path
      guard FileManager.default.fileExists(atPath: path) else { continue }
      #expect(Fixed(path: path).error == nil)
      if name == "input.csv" { #expect(Fixed(path: path, culture: "fr").error == nil) }
    }
  }

  @Test func leavesAtoMsOwnExportsAsTheyAre() throws {
    for probe in SheetFixerTests.probes {
      let path = probe.appendingPathComponent("exported.csv").path
      guard FileManager.default.fileExists(atPath: path) else { continue }
      // Terms in the exporting user's culture, and what AtoM stored of mistakes, may be corrected; nothing else.
      let kinds = Set(Fixed(path: path).valueKinds)
      let usual: Set<String> = [
        "fix-term", "fix-status", "fix-control-character", "fix-backslash", "fix-culture", "fix-null-literal",
      ]
      #expect(kinds.isSubset(of: usual), "\(probe.lastPathComponent): \(kinds.subtracting(usual))")
    }
  }

  /// Sheets of random pieces: whatever they are, the copy is stable, readable in both ways, and says what it changed.
  @Test(arguments: 0..<80) func dirtySheets(_ seed: Int) {
    var dice = Dice(state: UInt64(seed) &* 77 &+ 5)
    let columns = [
      "legacyId", "parentId", "title", "Title", " culture ", "culture", "language", "script", "levelOfDescription", "eventTypes",
      "eventDates", "eventStartDates", "eventActors", "subjectAccessPoints", "generalNote", "physicalObjectName",
      "physicalObjectLocation", "publicationStatus", "mine", "", "title", "alternativeIdentifiers", "parentId ",
    ]
    let pieces = [
      "", "a", "b", "c", "d", "NULL", "|", "a|b", "a||b", "|a", " a ", "\\", "x\\", "\\\"", "\"\"", "\n", "\r\n", "\u{1}", "eng",
      "en", "fr", "Latin", "Series", "Fonds", "S\u{E9}rie", "Published", "1900", "31/12/1900", "1900||1920", "0", "\u{FFFD}", "'",
    ]
    let delimiter = dice.one([",", ",", ";", "\t"])
    let end = dice.one(["\n", "\n", "\r\n", "\r"])
    var names = ["legacyId", "levelOfDescription"]
    for _ in 0..<(2 + dice.roll(10)) { names.append(dice.one(columns)) }
    var text = names.joined(separator: delimiter) + end
    for _ in 0..<dice.roll(40) {
      var cells: [String] = []
      for _ in 0..<(dice.roll(10) == 0 ? dice.roll(names.count + 3) : names.count) {
        var value = ""
        for _ in 0..<dice.roll(3) { value += dice.one(pieces) }
        if dice.roll(30) == 0 {
          cells.append("\"" + value)
        } else {
          let quotes = value.contains(delimiter) || value.contains("\n") || value.contains("\r") || dice.roll(2) == 0
          cells.append(quotes ? "\"" + value.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : value)
        }
      }
      text += cells.joined(separator: delimiter) + end
    }
    let fixed = Fixed(text, type: .description, culture: seed % 3 == 0 ? "fr" : nil)
    #expect(fixed.error == nil)
  }
}
