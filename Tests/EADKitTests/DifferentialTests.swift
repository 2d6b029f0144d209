import CLibXML2
import Foundation
import Testing

@testable import EADKit

/// Verdicts beside those of libxml2, over thousands of documents with small mistakes: RELAX NG and XML Schema.
struct DifferentialTests {
  struct Fixture: Sendable, CustomTestStringConvertible {
    var document: String
    var grammar: String
    var xsd: String
    var seed: UInt64

    var testDescription: String { document }
  }

  static let fixtures = [
    Fixture(
      document: "small-2002.xml", grammar: "ead2002/ead-1.1.0-easvalidator.rng", xsd: "ead2002/ead-1.1.0.xsd", seed: 2002),
    Fixture(
      document: "rich-2002.xml", grammar: "ead2002/ead-1.1.0-easvalidator.rng", xsd: "ead2002/ead-1.1.0.xsd", seed: 12002),
    Fixture(document: "small-ead3.xml", grammar: "ead3/ead3-easvalidator.rng", xsd: "ead3/ead3.xsd", seed: 3003),
    Fixture(document: "rich-ead3.xml", grammar: "ead3/ead3-easvalidator.rng", xsd: "ead3/ead3.xsd", seed: 13003),
  ]

  /// Four times this is more than ten thousand documents.
  private static let mutants = 2600

  @Test(arguments: fixtures) func verdictsEqualLibXML2(_ fixture: Fixture) throws {
    let schemas = TestData.repository.appendingPathComponent("schemas")
    let document = Array(
      try Data(contentsOf: TestData.fixtures.appendingPathComponent("validation").appendingPathComponent(fixture.document)))
    var options = ValidationOptions()
    options.profile = .schema
    options.schema = .file(schemas.appendingPathComponent(fixture.grammar).path)
    let validator = try FindingAidValidator(options: options)
    let libXML2 = try LibXML2Judge(
      grammar: schemas.appendingPathComponent(fixture.grammar), xsd: schemas.appendingPathComponent(fixture.xsd))

    // The fixture itself is valid everywhere; otherwise nothing below would mean anything.
    #expect(validator.validate(bytes: document, name: fixture.document).verdict == .valid)
    #expect(libXML2.relaxNG(document) == true)
    #expect(libXML2.xmlSchema(document) == true)

    var mutator = DocumentMutator(seed: fixture.seed)
    var pieces = SeededRandom(seed: fixture.seed)
    var valid = 0
    var unreadable = 0
    var explained: [String: Int] = [:]
    var failures: [String] = []
    for number in 1...DifferentialTests.mutants {
      let mutant = mutator.mutate(document)
      let ours = validator.validate(bytes: mutant.bytes, name: fixture.document)
      let isValid = ours.verdict == .valid
      if isValid { valid += 1 }
      func fail(_ what: String) {
        let findings = ours.findings.map { "  \($0.path): \($0.line())" }.joined(separator: "\n")
        failures.append(
          "seed \(fixture.seed), mutant \(number): \(mutant.what)\n  \(what), we say \(ours.verdict.rawValue)\n\(findings)")
      }

      let byRelaxNG = libXML2.relaxNG(mutant.bytes)
      if byRelaxNG == nil, ours.verdict == .unreadable {
        // A shortened name may be no name any more: neither of us reads that.
        unreadable += 1
        continue
      }
      if byRelaxNG != isValid {
        let difference = DifferentialTests.relaxNGDifferences.first { $0.explains(ours, mutant.bytes, libXML2) }
        if byRelaxNG != nil, let difference {
          explained[difference.name, default: 0] += 1
        } else {
          fail("RELAX NG by libxml2: \(DifferentialTests.word(byRelaxNG))")
        }
      }
      if number % 4 == 0 {
        let bySchema = libXML2.xmlSchema(mutant.bytes)
        if bySchema != isValid {
          // A document may have several of these differences at once: every finding must be one.
          if isValid || bySchema == nil || !DifferentialTests.isUnknownToXMLSchema(ours) {
            fail("XML Schema by libxml2: \(DifferentialTests.word(bySchema))")
          }
        }
      }
      if number % 4 == 2 {
        let again = DifferentialTests.validate(mutant.bytes, inPieces: &pieces, by: validator, name: fixture.document)
        if again.findings != ours.findings || again.verdict != ours.verdict { fail("other findings when fed in small pieces") }
      }
    }
    let shown = failures.prefix(10).joined(separator: "\n")
    #expect(failures.isEmpty, "\(failures.count) unexplained of \(DifferentialTests.mutants):\n\(shown)")
    #expect(unreadable < DifferentialTests.mutants / 100)
    // Mutants that are all alike would show nothing, and neither would explanations that explain everything.
    #expect(valid > DifferentialTests.mutants / 20, "\(valid) valid")
    #expect(valid < DifferentialTests.mutants * 19 / 20, "\(valid) valid")
    #expect(explained.values.reduce(0, +) < DifferentialTests.mutants / 50, "\(explained)")
  }

  private static func word(_ verdict: Bool?) -> String {
    switch verdict {
    case true?: "valid"
    case false?: "invalid"
    case nil: "no verdict"
    }
  }

  /// Feeds a document in pieces of 1 to 64 bytes.
  private static func validate(
    _ bytes: [UInt8], inPieces random: inout SeededRandom, by validator: FindingAidValidator, name: String
  ) -> FileReport {
    var report = FileReport(file: name)
    let sink = validator.makeSink(name)
    let reading = validator.options.reading
    let parser = XMLEventReader(sink: sink, limits: reading.limits, recover: reading.recover, encoding: reading.encoding)
    bytes.withUnsafeBufferPointer { all in
      var at = 0
      while at < all.count {
        let end = min(at + 1 + Int(random.next() % 64), all.count)
        guard parser.feed(UnsafeBufferPointer(rebasing: all[at..<end])) else { return }
        at = end
      }
    }
    parser.finish()
    validator.finish(parser, sink, &report)
    return report
  }

  // MARK: Explained differences

  /// A kind of document on which libxml2's RELAX NG is known to be wrong.
  private struct Difference: Sendable {
    var name: String
    var explains: @Sendable (_ ours: FileReport, _ bytes: [UInt8], _ libXML2: LibXML2Judge) -> Bool
  }

  private static let relaxNGDifferences: [Difference] = [
    // XML Schema part 2, 3.3.9 and 3.3.10: IDREFS is a list of at least one.
    Difference(name: "libxml2 takes an empty list of references") { ours, _, _ in
      let errors = DifferentialTests.errorFindings(ours)
      return !errors.isEmpty && errors.allSatisfy { DifferentialTests.isEmptyReferences($0) }
    },
    // Explained only when libxml2 takes the document without these characters.
    Difference(name: "libxml2's anyURI refuses brackets and blanks") { ours, bytes, libXML2 in
      guard ours.verdict == .valid, let milder = DifferentialTests.withoutBracketsInAddresses(bytes) else { return false }
      return libXML2.relaxNG(milder) == true
    },
  ]

  private static func errorFindings(_ report: FileReport) -> [Finding] { report.findings.filter { $0.severity == .error } }

  private static func isEmptyReferences(_ finding: Finding) -> Bool {
    finding.rule == "schema-attribute-value" && isAttribute(finding, ["parent"])
      && (finding.arguments.first ?? "x").allSatisfy(\.isWhitespace)
  }

  private static func isAttribute(_ finding: Finding, _ names: Set<String>) -> Bool {
    guard let last = finding.path.split(separator: "/").last, last.hasPrefix("@") else { return false }
    return names.contains(String(last.dropFirst()))
  }

  /// Whether the XML Schema allows, or libxml2 does not check, everything that we call an error.
  private static func isUnknownToXMLSchema(_ report: FileReport) -> Bool {
    let errors = errorFindings(report)
    return !errors.isEmpty
      && errors.allSatisfy { finding in
        switch finding.rule {
        // libxml2 checks no identifiers in XML Schema.
        case "schema-dangling-idref", "schema-duplicate-id": true
        case "schema-attribute-value":
          // Plain strings in xlink.xsd; NMTOKEN and anyURI in the RELAX NG schema.
          isAttribute(finding, ["xlink:label", "xlink:from", "xlink:to", "xlink:role", "xlink:arcrole"])
            || isEmptyReferences(finding)
        // XML Schema allows its own attributes on every element.
        case "schema-unknown-attribute":
          isAttribute(finding, ["xsi:schemaLocation", "xsi:noNamespaceSchemaLocation"])
        default: false
        }
      }
  }

  /// The document with `x` in place of brackets and blanks in attributes that hold addresses; nil when there are none.
  private static func withoutBracketsInAddresses(_ bytes: [UInt8]) -> [UInt8]? {
    let names: Set<String> = ["href", "role", "arcrole", "url", "base", "instanceurl", "entityref"]
    var out = bytes
    var changed = false
    var at = 0
    while at + 1 < bytes.count {
      guard bytes[at] == 0x3D, bytes[at + 1] == 0x22 else {
        at += 1
        continue
      }
      var start = at
      while start > 0, bytes[start - 1] > 0x20, bytes[start - 1] != 0x3A { start -= 1 }
      let isAddress = names.contains(String(decoding: bytes[start..<at], as: UTF8.self))
      at += 2
      while at < bytes.count, bytes[at] != 0x22 {
        if isAddress, [0x20, 0x5B, 0x5D].contains(bytes[at]) {
          out[at] = 0x78
          changed = true
        }
        at += 1
      }
    }
    return changed ? out : nil
  }
}

/// libxml2's validators over documents in memory, with one pair of schemas. For one thread.
private final class LibXML2Judge: @unchecked Sendable {
  struct SchemaError: Error, CustomStringConvertible {
    var description: String
  }

  private let grammar: xmlRelaxNGPtr
  private let schema: xmlSchemaPtr

  // libxml2 fills tables of its own, without a lock, when it reads its first schemas.
  private static let reading = NSLock()
  private static let flags = Int32(
    XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue)

  init(grammar: URL, xsd: URL) throws {
    XMLEventReader.prepareLibrary()
    let grammarBytes = Array(try Data(contentsOf: grammar))
    let schemaBytes = Array(try Data(contentsOf: xsd))
    let read = LibXML2Judge.reading.withLock { (LibXML2Judge.readGrammar(grammarBytes), LibXML2Judge.readSchema(schemaBytes)) }
    guard let readGrammar = read.0, let readSchema = read.1 else {
      if let readGrammar = read.0 { xmlRelaxNGFree(readGrammar) }
      if let readSchema = read.1 { xmlSchemaFree(readSchema) }
      throw SchemaError(description: "libxml2 cannot read \(read.0 == nil ? grammar.path : xsd.path)")
    }
    self.grammar = readGrammar
    self.schema = readSchema
  }

  deinit {
    xmlRelaxNGFree(grammar)
    xmlSchemaFree(schema)
  }

  private static func readGrammar(_ bytes: [UInt8]) -> xmlRelaxNGPtr? {
    bytes.withUnsafeBytes { raw in
      let text = raw.bindMemory(to: CChar.self).baseAddress
      guard let context = xmlRelaxNGNewMemParserCtxt(text, Int32(raw.count)) else { return nil }
      defer { xmlRelaxNGFreeParserCtxt(context) }
      xmlRelaxNGSetParserStructuredErrors(context, { _, _ in }, nil)
      return xmlRelaxNGParse(context)
    }
  }

  /// xlink.xsd comes from inside the program: its loader is libxml2's only one in this process.
  private static func readSchema(_ bytes: [UInt8]) -> xmlSchemaPtr? {
    bytes.withUnsafeBytes { raw in
      let text = raw.bindMemory(to: CChar.self).baseAddress
      guard let context = xmlSchemaNewMemParserCtxt(text, Int32(raw.count)) else { return nil }
      defer { xmlSchemaFreeParserCtxt(context) }
      xmlSchemaSetParserStructuredErrors(context, { _, _ in }, nil)
      return xmlSchemaParse(context)
    }
  }

  /// Whether a document is valid by RELAX NG; nil when libxml2 gives no verdict.
  func relaxNG(_ bytes: [UInt8]) -> Bool? {
    judge(bytes) { document in
      guard let context = xmlRelaxNGNewValidCtxt(grammar) else { return -1 }
      defer { xmlRelaxNGFreeValidCtxt(context) }
      xmlRelaxNGSetValidStructuredErrors(context, { _, _ in }, nil)
      return xmlRelaxNGValidateDoc(context, document)
    }
  }

  /// Whether a document is valid by XML Schema; nil when libxml2 gives no verdict.
  func xmlSchema(_ bytes: [UInt8]) -> Bool? {
    judge(bytes) { document in
      guard let context = xmlSchemaNewValidCtxt(schema) else { return -1 }
      defer { xmlSchemaFreeValidCtxt(context) }
      xmlSchemaSetValidStructuredErrors(context, { _, _ in }, nil)
      return xmlSchemaValidateDoc(context, document)
    }
  }

  private func judge(_ bytes: [UInt8], _ verdict: (xmlDocPtr) -> Int32) -> Bool? {
    let document = bytes.withUnsafeBytes { raw in
      xmlReadMemory(raw.bindMemory(to: CChar.self).baseAddress, Int32(raw.count), "document.xml", nil, LibXML2Judge.flags)
    }
    guard let document else { return nil }
    // References without a target are reported past the validator's own handler; this one is of this thread.
    xmlSetStructuredErrorFunc(nil, { _, _ in })
    defer { xmlSetStructuredErrorFunc(nil, nil) }
    defer { xmlFreeDoc(document) }
    // 0 is valid, above it invalid, below it an error of libxml2's own.
    let code = verdict(document)
    return code < 0 ? nil : code == 0
  }
}
