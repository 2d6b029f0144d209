import CLibXML2
import Foundation
import Testing

@testable import EADKit

/// Every word of a source occurs as often in cells and losses, and every word more is one the converter may add.
///
/// The words of the source are counted here by libxml2's text reader, independently of the converter and of its marks.
struct ConservationTests {
  /// Columns whose text is not taken from text nodes of the same unit: ids, codes, inherited places, dates in ISO form.
  static let generatedColumns: Set<String> = [
    "legacyId", "parentId", "culture", "language", "script", "languageOfDescription", "scriptOfDescription",
    "physicalObjectLocation", "physicalObjectType", "eventStartDates", "eventEndDates", "eventTypes", "levelOfDescription",
    "publicationStatus", "institutionIdentifier",
  ]

  @Test func corpus() throws {
    guard let corpus = TestData.shared("corpus") else { return }
    try check(TestData.files(below: corpus, endings: [".xml", ".XML"]))
  }

  @Test func samples() throws {
    try check(TestData.files(below: TestData.repository.appendingPathComponent("samples"), endings: [".xml"]))
  }

  @Test func cases() throws {
    let files = TestData.files(below: TestData.fixtures.appendingPathComponent("crosswalk"), endings: ["input.xml"])
    // Their entities are looked at by their own expectations: the independent reader here reads no entity set.
    try check(files.filter { !$0.path.contains("entity") })
  }

  private func check(_ files: [URL]) throws {
    #expect(!files.isEmpty)
    var checked = 0
    for file in files {
      var options = AtoMOptions()
      options.defaultCulture = "en"
      // With Markdown, `Rosen<emph>Facts</emph>` is two words; the words themselves are what counts here.
      options.markdown = false
      let converted = Converted(file.path, options: options)
      if let error = converted.error {
        #expect(error.finding.rule == "ead4-not-supported", "\(file.lastPathComponent): \(error.finding.line())")
        continue
      }
      checked += 1
      let source = try SourceWords(file.path)
      /// Words of columns whose text comes from text nodes, and of losses; words of all columns.
      var target: [String: Int] = [:]
      var everywhere: [String: Int] = [:]
      var generated: Set<String> = ["null", "0", "description", "digital", "object"]
      for label in AtoMTerms.allLabelWords { generated.formUnion(AtoMProbeTests.words(Array(label.utf8))) }
      generated.formUnion(AtoMColumn.names.map { $0.lowercased() })
      generated.formUnion(source.attributeWords)
      for row in converted.rows {
        for (column, value) in row {
          // What a URL and an id escape: blanks, and the number sign that separates the parts of an id.
          let text = String(decoding: value, as: UTF8.self).replacing("%20", with: " ").replacing("%23", with: "#").replacing(
            "%7C", with: " ")
          let words = AtoMProbeTests.words(Array(text.utf8))
          for word in words { everywhere[word, default: 0] += 1 }
          // Copies: dates out of a title that keeps them, dates of the description out of a note that keeps them, the identifier as title of what has none,
          // the box that several folders are in, the name of whose history became a note, a title too long for its column.
          if ["revisionHistory", "eventActors", "eventDates", "physicalObjectName"].contains(column) { generated.formUnion(words) }
          if column == "title", value.first == 0x5B { generated.formUnion(words) }
          if column == "title", value.count > 1000 { generated.formUnion(words) }
          if Self.generatedColumns.contains(column) {
            generated.formUnion(words)
          } else {
            for word in words { target[word, default: 0] += 1 }
          }
        }
      }
      // The name of an entity outside the file is no text of the file.
      for entry in converted.losses where !entry.path.contains("/@") && entry.reason != .externalEntity {
        for word in AtoMProbeTests.words(Array(entry.text.utf8)) {
          target[word, default: 0] += 1
          everywhere[word, default: 0] += 1
        }
      }
      for (word, count) in source.words where everywhere[word, default: 0] < count {
        // A status is written as the term of the row's culture.
        if AtoMTerms.key(.publicationStatus, label: word) != nil { continue }
        Issue.record(
          "\(file.lastPathComponent): “\(word)” \(count) times in the source, \(everywhere[word, default: 0]) in cells and losses")
      }
      for (word, count) in target where count > source.words[word, default: 0] && !generated.contains(word) {
        if word.allSatisfy(\.isNumber) { continue }
        Issue.record(
          "\(file.lastPathComponent): “\(word)” \(source.words[word, default: 0]) times in the source, \(count) in cells and losses")
      }
    }
    #expect(checked > 0)
  }
}

/// The words of all text nodes of a document, by libxml2's reader.
private struct SourceWords {
  var words: [String: Int] = [:]
  var attributeWords: Set<String> = []

  /// The code of a catalogue's subfield (`Labor unions |z Vermont`) goes with its pipe.
  private static func withoutSubfields(_ text: String) -> String {
    text.replacing(#/\|[A-Za-z] /#, with: " ").replacing("%20", with: " ").replacing("%23", with: "#").replacing("%7C", with: " ")
  }

  init(_ path: String) throws {
    let flags = Int32(XML_PARSE_NOENT.rawValue | XML_PARSE_NONET.rawValue | XML_PARSE_HUGE.rawValue)
    let reader = try #require(xmlReaderForFile(path, nil, flags))
    defer { xmlFreeTextReader(reader) }
    // Text is cut into words only where an element begins or ends that cuts it for a person as well: joining the text of
    // neighbouring nodes here would hide glued words, and cutting at inline markup would invent words.
    var run = ""
    func flush() {
      for word in AtoMProbeTests.words(Array(run.utf8)) { words[word, default: 0] += 1 }
      run = ""
    }
    let inline: Set<String> = [
      "emph", "title", "persname", "corpname", "famname", "name", "geogname", "subject",
      "ref", "extref", "abbr", "expan", "quote", "foreign", "genreform", "function", "occupation",
    ]
    var afterElement = false
    while xmlTextReaderRead(reader) == 1 {
      let type = xmlTextReaderNodeType(reader)
      switch UInt32(type) {
      case XML_READER_TYPE_TEXT.rawValue, XML_READER_TYPE_CDATA.rawValue, XML_READER_TYPE_SIGNIFICANT_WHITESPACE.rawValue,
        XML_READER_TYPE_WHITESPACE.rawValue:
        if let value = xmlTextReaderConstValue(reader) {
          afterElement = false
          run += SourceWords.withoutSubfields(String(cString: UnsafeRawPointer(value).assumingMemoryBound(to: CChar.self)))
        }
      case XML_READER_TYPE_ELEMENT.rawValue, XML_READER_TYPE_END_ELEMENT.rawValue:
        let name = xmlTextReaderConstLocalName(reader).map {
          String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
        }
        var isInline = inline.contains(name ?? "")
        // Quotation marks that only an attribute asks for separate words.
        if xmlTextReaderMoveToAttribute(reader, Array("render".utf8) + [0]) == 1 {
          if let render = xmlTextReaderConstValue(reader),
            String(cString: UnsafeRawPointer(render).assumingMemoryBound(to: CChar.self)).contains("quote")
          {
            isInline = false
          }
          xmlTextReaderMoveToElement(reader)
        }
        if type == Int32(XML_READER_TYPE_ELEMENT.rawValue) {
          // Two values side by side, or a date in a title, are words of their own.
          if !isInline || afterElement { flush() }
          afterElement = false
        } else {
          if !isInline { flush() }
          afterElement = true
        }
        if type == Int32(XML_READER_TYPE_ELEMENT.rawValue) {
          while xmlTextReaderMoveToNextAttribute(reader) == 1 {
            if let value = xmlTextReaderConstValue(reader) {
              let text = String(cString: UnsafeRawPointer(value).assumingMemoryBound(to: CChar.self))
              attributeWords.formUnion(AtoMProbeTests.words(Array(text.utf8)))
              attributeWords.formUnion(AtoMProbeTests.words(Array(text.replacing("%20", with: " ").utf8)))
            }
          }
        }
      default: break
      }
    }
    flush()
  }
}
