import CLibXML2
import Foundation
import Testing

@testable import EADKit

/// Schema files that exist in memory only, by the URI they are asked for.
private struct MemorySchemaSource: SchemaSource {
  var files: [String: [UInt8]] = [:]

  func bytes(of uri: String) throws(EADError) -> [UInt8] {
    guard let found = files[uri] else { throw EADError("relaxng-unreadable", file: "", [uri, "not in memory"]) }
    return found
  }
}

extension RelaxNG {
  fileprivate static func load(_ bytes: [UInt8], _ source: MemorySchemaSource) throws(EADError) -> SimpleGrammar {
    try bytes.withUnsafeBufferPointer { buffer throws(EADError) in
      try load(bytes: buffer, name: "schema.rng", source: source)
    }
  }
}

/// The test suite of the RELAX NG specification (J. Clark): correct and incorrect schemas, valid and invalid documents.
struct RelaxNGConformanceTests {
  /// Cases in which this program rightly differs, by the case's number, with the reason. None so far.
  static let exceptions: [Int: String] = [:]

  @Test func everyCaseOfTheSpecificationsTestSuite() throws {
    guard let url = TestData.shared("conformance/relaxng/spectest.xml") else { return }
    let suite = try #require(ConformanceSuite(try Data(contentsOf: url)))
    #expect(suite.cases.count == 385)
    var failures: [String] = []
    var schemas = 0
    var documents = 0
    for test in suite.cases where RelaxNGConformanceTests.exceptions[test.number] == nil {
      let source = MemorySchemaSource(files: test.resources)
      for schema in test.incorrect {
        schemas += 1
        if (try? RelaxNG.load(schema, source)) != nil { failures.append("\(test.label): incorrect schema accepted") }
      }
      guard let correct = test.correct else { continue }
      schemas += 1
      let grammar: SimpleGrammar
      do throws(EADError) {
        grammar = try RelaxNG.load(correct, source)
      } catch {
        failures.append("\(test.label): correct schema refused: \(error.finding.line())")
        continue
      }
      for (index, document) in test.valid.enumerated() {
        documents += 1
        if !SchemaCheck.isValid(bytes: document, grammar: grammar) {
          failures.append("\(test.label): valid document \(index + 1) refused")
        }
      }
      for (index, document) in test.invalid.enumerated() {
        documents += 1
        if SchemaCheck.isValid(bytes: document, grammar: grammar) {
          failures.append("\(test.label): invalid document \(index + 1) accepted")
        }
      }
    }
    #expect(schemas == 385 - RelaxNGConformanceTests.exceptions.count)
    #expect(documents > 250)
    #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
  }
}

/// The cases of a file in the format of `testSuite.rng`, their documents cut out with the namespaces in scope.
private struct ConformanceSuite {
  struct Case {
    var number: Int
    var section: String
    var incorrect: [[UInt8]] = []
    var correct: [UInt8]?
    var valid: [[UInt8]] = []
    var invalid: [[UInt8]] = []
    var resources: [String: [UInt8]] = [:]

    var label: String { "case \(number) (section \(section))" }
  }

  private(set) var cases: [Case] = []

  init?(_ data: Data) {
    let document = data.withUnsafeBytes { bytes in
      xmlReadMemory(
        bytes.bindMemory(to: CChar.self).baseAddress, Int32(bytes.count), "spectest.xml", nil,
        Int32(XML_PARSE_NOENT.rawValue | XML_PARSE_NONET.rawValue))
    }
    guard let document, let root = xmlDocGetRootElement(document) else { return nil }
    defer { xmlFreeDoc(document) }
    gather(root)
  }

  private mutating func gather(_ node: xmlNodePtr) {
    for child in ConformanceSuite.children(node) {
      switch ConformanceSuite.name(child) {
      case "testSuite": gather(child)
      case "testCase": cases.append(ConformanceSuite.testCase(child, number: cases.count + 1))
      default: break
      }
    }
  }

  private static func testCase(_ node: xmlNodePtr, number: Int) -> Case {
    var test = Case(number: number, section: "")
    for child in children(node) {
      switch name(child) {
      case "section": test.section = String(decoding: text(child), as: UTF8.self)
      case "incorrect": test.incorrect.append(document(in: child))
      case "correct": test.correct = document(in: child)
      case "valid": test.valid.append(document(in: child))
      case "invalid": test.invalid.append(document(in: child))
      case "resource", "dir": addResource(child, path: "", to: &test.resources)
      default: break
      }
    }
    return test
  }

  private static func addResource(_ node: xmlNodePtr, path: String, to resources: inout [String: [UInt8]]) {
    let place = path + attribute("name", of: node)
    if name(node) == "dir" {
      for child in children(node) { addResource(child, path: place + "/", to: &resources) }
    } else {
      resources[place] = children(node).isEmpty ? text(node) : document(in: node)
    }
  }

  private static func name(_ node: xmlNodePtr) -> String { node.pointee.name.map { String(cString: $0) } ?? "" }

  private static func children(_ node: xmlNodePtr) -> [xmlNodePtr] {
    var found: [xmlNodePtr] = []
    var next = node.pointee.children
    while let child = next {
      if child.pointee.type == XML_ELEMENT_NODE { found.append(child) }
      next = child.pointee.next
    }
    return found
  }

  private static func attribute(_ name: String, of node: xmlNodePtr) -> String {
    guard let value = xmlGetProp(node, name) else { return "" }
    defer { release(value) }
    return String(cString: value)
  }

  private static func text(_ node: xmlNodePtr) -> [UInt8] {
    guard let value = xmlNodeGetContent(node) else { return [] }
    defer { release(value) }
    return Array(String(cString: value).utf8)
  }

  /// The element below `wrapper` as a document of its own: with every namespace in scope, since values may hold prefixes,
  /// and with the document type declaration that the wrapper gives it.
  private static func document(in wrapper: xmlNodePtr) -> [UInt8] {
    guard let node = children(wrapper).first, let fresh = xmlNewDoc("1.0") else { return [] }
    defer { xmlFreeDoc(fresh) }
    guard let copy = xmlDocCopyNode(node, fresh, 1) else { return [] }
    xmlDocSetRootElement(fresh, copy)
    if let inScope = xmlGetNsList(node.pointee.doc, node) {
      defer { release(inScope) }
      var at = inScope
      while let namespace = at.pointee {
        if xmlSearchNs(fresh, copy, namespace.pointee.prefix) == nil {
          xmlNewNs(copy, namespace.pointee.href, namespace.pointee.prefix)
        }
        at += 1
      }
    }
    var memory: UnsafeMutablePointer<xmlChar>?
    var size: Int32 = 0
    xmlDocDumpMemoryEnc(fresh, &memory, &size, "UTF-8")
    guard let memory else { return [] }
    defer { release(memory) }
    let bytes = Array(UnsafeBufferPointer(start: memory, count: Int(size)))
    let declaration = attribute("dtd", of: wrapper)
    guard !declaration.isEmpty, let end = bytes.firstIndex(of: 0x0A) else { return bytes }
    return Array(bytes[...end]) + Array(declaration.utf8) + Array(bytes[end...])
  }
}

/// libxml2 allocates with `malloc` unless a program tells it otherwise, and none of ours does.
private func release(_ memory: UnsafeMutableRawPointer) { free(memory) }

/// What the loader does with schemas that the specification's test suite does not think of.
struct RelaxNGLoaderTests {
  private static let start = "<grammar xmlns='http://relaxng.org/ns/structure/1.0'"

  private func load(_ text: String, _ files: [String: String] = [:]) throws(EADError) -> SimpleGrammar {
    try RelaxNG.load(Array(text.utf8), MemorySchemaSource(files: files.mapValues { Array($0.utf8) }))
  }

  private func refusal(_ text: String, _ files: [String: String] = [:]) -> Finding? {
    do throws(EADError) {
      _ = try load(text, files)
      return nil
    } catch {
      return error.finding
    }
  }

  private func grammar(_ content: String, attributes: String = "") -> String {
    "\(RelaxNGLoaderTests.start)\(attributes)>\(content)</grammar>"
  }

  /// Every key in the loader's sources has its sentence, and no sentence is left without a use.
  @Test func keysAndSentencesAgree() throws {
    let folder = TestData.repository.appendingPathComponent("Sources/EADKit")
    var used: Set<String> = []
    for file in TestData.files(below: folder.appendingPathComponent("Schema"), endings: [".swift"])
    where file.lastPathComponent.hasPrefix("RelaxNG") {
      let source = try String(contentsOf: file, encoding: .utf8)
      for match in source.matches(of: #/"(relaxng-[a-z\-]+)"/#) { used.insert(String(match.1)) }
    }
    let table = try String(contentsOf: folder.appendingPathComponent("Resources/messages-relaxng.tsv"), encoding: .utf8)
    let written = table.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.split(separator: "\t").map(String.init) }
    #expect(written.allSatisfy { $0.count == 3 })
    #expect(used.count > 40)
    #expect(used == Set(written.compactMap(\.first)))
    for key in used { #expect(MessageCatalog.contains(key), "\(key)") }
  }

  @Test func oneElementOfTheSchemaIsOneElementOfTheGrammar() throws {
    let schema = grammar(
      """
      <start><element name='a'><ref name='x'/><optional><ref name='x'/></optional><externalRef href='o'/>
        <optional><externalRef href='o'/></optional></element></start>
      <define name='x'><element name='b'><zeroOrMore><ref name='x'/></zeroOrMore></element></define>
      """)
    let other = "<element name='c' xmlns='http://relaxng.org/ns/structure/1.0'><empty/></element>"
    let result = try load(schema, ["o": other])
    #expect(result.elements.count == 3)
    #expect(result.elements.map(\.name) == ["a", "b", "c"].map { .name(ExpandedName(namespace: "", local: $0)) })
  }

  /// The place is that of the tag, and of the including file when the reference is what is wrong.
  @Test func errorsNameTheirPlace() throws {
    let inner = grammar("\n  <define name='x'>\n    <ref name='nowhere'/></define>")
    let outer = grammar("\n<include href='sub/in%20ner.rng'/>\n<start><ref name='x'/></start>")
    let undefined = try #require(refusal(outer, ["sub/in%20ner.rng": inner]))
    #expect(undefined.rule == "relaxng-ref-undefined")
    #expect(undefined.file == "sub/in ner.rng")
    #expect((undefined.line, undefined.column) == (3, 5))
    #expect(undefined.arguments == ["nowhere"])
    let unreadable = try #require(refusal(outer))
    #expect(unreadable.rule == "relaxng-unreadable")
    #expect((unreadable.file, unreadable.line, unreadable.column) == ("schema.rng", 2, 1))
  }

  @Test(arguments: ["http://example.org/x.rng", "https://example.org/x.rng", "ftp://example.org/x", "//host/x", "file://host/x"])
  func nothingIsFetched(_ uri: String) throws {
    let schema = "<externalRef xmlns='http://relaxng.org/ns/structure/1.0' href='\(uri)'/>"
    do throws(EADError) {
      _ = try Array(schema.utf8).withUnsafeBufferPointer { buffer throws(EADError) in
        try RelaxNG.load(bytes: buffer, name: "/tmp/schema.rng", source: LocalSchemaSource())
      }
      Issue.record("\(uri) was taken for a local file")
    } catch {
      #expect(error.finding.rule == "relaxng-remote")
      #expect(error.finding.line == 1)
      #expect(error.finding.message().contains(uri) || uri == "//host/x")
    }
  }

  @Test func filesOfTheDisk() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("relaxng \(UUID().uuidString)%#é")
    try FileManager.default.createDirectory(at: folder.appendingPathComponent("sub"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func write(_ text: String, _ name: String) throws -> String {
      let url = folder.appendingPathComponent(name)
      try Data(text.utf8).write(to: url)
      return url.path
    }
    let element = "<element name='a' xmlns='http://relaxng.org/ns/structure/1.0'><empty/></element>"
    _ = try write(element, "sub/leaf é.rng")
    let path = try write(grammar("<start><externalRef href='./x/../sub/leaf é.rng'/></start>"), "main.rng")
    #expect(try RelaxNG.load(path).elements.count == 1)
    let based = try write(
      "<externalRef xmlns='http://relaxng.org/ns/structure/1.0' xml:base='sub/' href='leaf%20%C3%A9.rng'/>", "based.rng")
    #expect(try RelaxNG.load(based).elements.count == 1)
    let toFolder = try write("<externalRef xmlns='http://relaxng.org/ns/structure/1.0' href='sub'/>", "folder.rng")
    let toItself = try write("<externalRef xmlns='http://relaxng.org/ns/structure/1.0' href='loop.rng'/>", "loop.rng")
    let compact = try write("start = element a { empty }", "compact.rnc")
    let nothing = try write("", "empty.rng")
    for (file, rule) in [
      (toFolder, "relaxng-not-regular"), (toItself, "relaxng-reference-loop"), (folder.path, "relaxng-not-regular"),
      (folder.path + "/none.rng", "relaxng-unreadable"), ("/dev/null", "relaxng-not-regular"),
      (compact, "relaxng-not-xml"), (nothing, "relaxng-empty"),
    ] {
      do throws(EADError) {
        _ = try RelaxNG.load(file)
        Issue.record("\(file) was loaded")
      } catch {
        #expect(error.finding.rule == rule)
        #expect(error.finding.file == file)
      }
    }
  }

  @Test func nothingOutsideTheFileIsRead() throws {
    let element = "<element name='a' xmlns='http://relaxng.org/ns/structure/1.0'>&e;</element>"
    #expect(refusal("<!DOCTYPE element [<!ENTITY e SYSTEM '/etc/passwd'>]>" + element)?.rule == "relaxng-external-entity")
    #expect(refusal("<!DOCTYPE element [<!ENTITY e '<empty/>'>]>" + element) == nil)
  }

  @Test func brokenMarkup() {
    #expect(refusal("<element xmlns='http://relaxng.org/ns/structure/1.0' name='a'>")?.rule == "relaxng-truncated")
    #expect(refusal("<element xmlns='http://relaxng.org/ns/structure/1.0' name='a'></group>")?.rule == "relaxng-not-well-formed")
    #expect(refusal("<?xml version='1.0'?>")?.rule == "relaxng-empty")
    #expect(refusal("<x:element name='a'><empty/></x:element>")?.rule == "relaxng-not-well-formed")
    #expect(refusal("<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'/>")?.rule == "relaxng-root")
    #expect(refusal(grammar("<start combine='both'><empty/></start>"))?.rule == "relaxng-combine-value")
    #expect(refusal(grammar("words<start><element name='a'><text/></element></start>"))?.rule == "relaxng-text-not-allowed")
  }

  /// Hostile schemas end with an error, soon and on a bounded stack.
  @Test(.timeLimit(.minutes(1))) func schemasMadeToHurt() {
    let deep = String(repeating: "<group>", count: 100_000)
    #expect(refusal("<element name='a' xmlns='http://relaxng.org/ns/structure/1.0'>" + deep)?.rule == "relaxng-too-deep")

    // Each definition refers to the next one only.
    var chain = "<start><element name='a'><ref name='d0'/></element></start>"
    for index in 0..<5000 { chain += "<define name='d\(index)'><optional><ref name='d\(index + 1)'/></optional></define>" }
    chain += "<define name='d5000'><text/></define>"
    #expect(refusal(grammar(chain))?.rule == "relaxng-too-deep")

    // Each definition refers to the next one twice: a small file that unfolds to 2^60 patterns.
    let next = "<ref name='NEXT'/>"
    for (members, rule) in [(next + "<text/>" + next, "relaxng-too-large"), (next + next, nil)] {
      var doubling = "<start><element name='a'><ref name='d0'/></element></start>"
      for index in 0..<60 {
        let body = members.replacingOccurrences(of: "NEXT", with: "d\(index + 1)")
        doubling += "<define name='d\(index)'><choice>\(body)</choice></define>"
      }
      doubling += "<define name='d60'><element name='b'><text/></element></define>"
      #expect(refusal(grammar(doubling))?.rule == rule)
    }

    // Each file includes the next one twice.
    var files: [String: String] = [:]
    for index in 0..<60 {
      files["f\(index)"] = grammar("<include href='f\(index + 1)'/><include href='f\(index + 1)'/>")
    }
    files["f60"] = grammar("<define name='x' combine='choice'><text/></define>")
    let outermost = grammar("<include href='f0'/><start><element name='a'><ref name='x'/></element></start>")
    #expect(refusal(outermost, files)?.rule == "relaxng-too-large")

    // A thousand attributes in one group, and as many namespaces.
    var wide = ""
    for index in 0..<1000 {
      wide += "<attribute name='a\(index)'/><zeroOrMore><attribute><nsName ns='urn:\(index)'/></attribute></zeroOrMore>"
    }
    let element = "<element name='a' xmlns='http://relaxng.org/ns/structure/1.0'>"
    #expect(refusal(element + wide + "</element>") == nil)
    #expect(refusal(element + wide + "<attribute name='a7'/></element>")?.rule == "relaxng-attribute-twice")

    var entities = "<!DOCTYPE element [<!ENTITY e0 'xxxxxxxxxxxxxxxxxxxx'>"
    for index in 1..<20 { entities += "<!ENTITY e\(index) '" + String(repeating: "&e\(index - 1);", count: 10) + "'>" }
    #expect(refusal(entities + "]>" + element + "<value>&e19;</value></element>")?.rule == "relaxng-too-large")
  }

  /// The two ends of what name classes can leave free: a namespace left out as a whole, or but for one name.
  @Test func openNameClassesThatMeet() {
    func schema(_ gap: String, _ other: String) -> String {
      """
      <element name='a' xmlns='http://relaxng.org/ns/structure/1.0' ns='urn:a'>
        <zeroOrMore><attribute><anyName><except>\(gap)</except></anyName></attribute></zeroOrMore>
        <zeroOrMore><attribute>\(other)</attribute></zeroOrMore>
      </element>
      """
    }
    #expect(refusal(schema("<nsName/>", "<nsName/>")) == nil)
    #expect(refusal(schema("<nsName/>", "<name>x</name>")) == nil)
    #expect(refusal(schema("<nsName/>", "<nsName ns='urn:b'/>"))?.rule == "relaxng-attribute-twice")
    let butOne = "<nsName><except><name>x</name></except></nsName>"
    #expect(refusal(schema(butOne, "<nsName/>"))?.rule == "relaxng-attribute-twice")
    #expect(refusal(schema(butOne, butOne)) == nil)
    #expect(refusal(schema(butOne + "<name>x</name>", "<nsName/>")) == nil)
  }

  /// The schemas this program is for are loaded, and soon.
  @Test func schemasOfTheField() throws {
    guard let folder = TestData.shared("schemas") else { return }
    let schemas = TestData.files(below: folder, endings: [".rng"])
    #expect(schemas.count >= 8)
    for schema in schemas {
      let grammar = try RelaxNG.load(schema.path)
      #expect(grammar.elements.count > 60, "\(schema.lastPathComponent)")
    }
  }
}
