import Foundation
import Testing

@testable import EADKit

/// Rewriting a valid document in its own generation changes nothing that canonical XML sees.
///
/// Set aside: white space where no text may stand, the DOCTYPE, whatever stands outside the root, and the text of external
/// entities, which nobody reads.
struct RewritingTests {
  /// What is wrong with rewriting one document in its own generation and form.
  private static func failures(_ path: String, _ bytes: [UInt8], _ options: EADOptions, schema: SchemaLibrary.Name?) -> [String] {
    do {
      let source = try DocumentPieces(bytes)
      let rewritten = ConvertedEAD(path, to: source.generation, options: options)
      if let error = rewritten.error { return [error.finding.line()] }
      let target = try XMLCanonical(rewritten.bytes)
      var failures: [String] = []
      if let why = Proof.invalidity(rewritten.bytes) { failures.append("not valid any more: \(why)") }
      let usual: SchemaLibrary.Name =
        switch source.form {
        case .ead3: .ead3
        case .ead2002: .ead2002
        case .ead2002Plain, .ead2002DTD: .ead2002DTD
        }
      let holders = try XMLCanonical.TextHolders(schema ?? usual)
      // EAD3 by its DTD stands in no namespace; what is written may stand in the schema's.
      let isMoved =
        source.generation == .ead3 && source.canonical.root?.namespace == "" && target.root?.namespace != ""
      let events = source.canonical.significant(holders, namespace: isMoved ? EADGeneration.ead3Namespace : nil)
      if let difference = XMLCanonical.difference(events, target.significant(holders)) { failures.append(difference) }
      if source.canonical.entities != target.entities {
        failures.append("unparsed entities \(source.canonical.entities) have become \(target.entities)")
      }
      // Nothing may be called a loss that is there.
      for entry in rewritten.entries where entry.reason.isLoss && entry.reason != .externalEntity {
        failures.append("called a loss: \(entry.path) “\(entry.text)” (\(entry.reason.rawValue))")
        break
      }
      return failures
    } catch {
      return ["\(error)"]
    }
  }

  private static func indented(_ blanks: Int) -> EADOptions {
    var options = EADOptions()
    options.indentation = blanks
    return options
  }

  @Test func corpus() async throws {
    guard let corpus = TestData.shared("corpus") else { return }
    let files = CorpusFile.all(below: corpus).filter { $0.size <= CorpusFile.giant }
    let results = await Proof.map(files) { file -> (failures: [String], form: EADForm)? in
      guard let bytes = file.validBytes, let form = try? DocumentPieces(bytes).form else { return nil }
      var failures = RewritingTests.failures(file.url.path, bytes, EADOptions(), schema: file.schema)
      // The other indentations differ in nothing that size would show.
      if bytes.count < 30_000 {
        for blanks in [0, 4] {
          failures += RewritingTests.failures(file.url.path, bytes, RewritingTests.indented(blanks), schema: file.schema).map {
            "indented by \(blanks): \($0)"
          }
        }
      }
      return (failures.map { "\(file.name): \($0)" }, form)
    }
    let valid = results.compactMap { $0 }
    Proof.report(valid.flatMap(\.failures), "differences between documents and what is written of them")
    #expect(valid.count > 150, "\(valid.count) valid documents")
    for form in EADForm.allCases { #expect(valid.contains { $0.form == form }, "\(form)") }
  }

  @Test(arguments: ConversionPropertyTests.vocabularies)
  func randomDocuments(_ vocabulary: ConversionPropertyTests.Vocabulary) async throws {
    let folder = try ProofFolder()
    let documents = try ConversionPropertyTests.documents(vocabulary, ConversionPropertyTests.count / 3)
    let numbered = documents.enumerated().map { (number: $0.offset, bytes: $0.element.bytes()) }
    @Sendable func failures(_ number: Int, _ bytes: [UInt8], _ prefix: String) -> [String] {
      guard let path = try? folder.write(bytes, "\(prefix)\(number).xml") else { return ["cannot be written"] }
      return RewritingTests.failures(path, bytes, RewritingTests.indented([2, 0, 4][number % 3]), schema: vocabulary.schema)
    }
    let results = await Proof.map(numbered) { failures($0.number, $0.bytes, "r") }
    var messages: [String] = []
    for (number, found) in results.enumerated() where !found.isEmpty {
      var message = "document \(number), made for \(documents[number].purpose): \(found.joined(separator: "; "))"
      if messages.count < 2 {
        let small = documents[number].shrunk { bytes in
          Proof.invalidity(bytes) == nil && !failures(number, bytes, "s").isEmpty
        }
        message += "\n" + String(decoding: small, as: UTF8.self)
      }
      messages.append(message)
    }
    Proof.report(messages, "documents of \(vocabulary.schema.rawValue) that rewriting changes")
  }

  /// Rewriting what was rewritten gives the same bytes.
  @Test func rewritingIsStable() async throws {
    let folder = try ProofFolder()
    for vocabulary in ConversionPropertyTests.vocabularies {
      for (number, document) in try ConversionPropertyTests.documents(vocabulary, 20).enumerated() {
        let path = try folder.write(document.bytes(), "first.xml")
        let once = ConvertedEAD(path, to: vocabulary.generation)
        expectValid(once.bytes, "\(vocabulary.schema.rawValue), document \(number)")
        let again = ConvertedEAD(try folder.write(once.bytes, "second.xml"), to: vocabulary.generation)
        #expect(again.bytes == once.bytes, "\(vocabulary.schema.rawValue), document \(number)")
      }
    }
  }
}
