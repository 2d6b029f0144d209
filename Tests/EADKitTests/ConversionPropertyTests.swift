import Foundation
import Testing

@testable import EADKit

/// A conversion to EAD in memory: what it wrote, lost, changed and said.
struct ConvertedEAD {
  var bytes: [UInt8] = []
  var entries: [LossEntry] = []
  var conversion: EADConversion?
  var error: EADError?

  private final class Memory: EADOutputs {
    var bytes: [UInt8] = []
    var begun = 0
    var ended = 0

    func begin(_ name: String) throws(EADError) { begun += 1 }
    func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(EADError) { self.bytes.append(contentsOf: bytes) }
    func end() throws(EADError) { ended += 1 }
  }

  init(_ path: String, to target: EADGeneration, options: EADOptions = EADOptions()) {
    let memory = Memory()
    var found: [LossEntry] = []
    do throws(EADError) {
      conversion = try EADConversion.run(
        path: path, reading: EADReaderOptions(), target: target, options: options, outputs: memory, wantsOmissions: true
      ) { found.append($0) }
      if memory.begun != 1 || memory.ended != 1 {
        Issue.record("\(path): \(memory.begun) documents begun, \(memory.ended) ended, for one finding aid")
      }
    } catch {
      self.error = error
    }
    entries = found
    bytes = memory.bytes
  }
}

/// A folder for documents that a test hands to conversions; gone with it.
final class ProofFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("ead-proof-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ bytes: [UInt8], _ name: String) throws -> String {
    let file = url.appendingPathComponent(name)
    try Data(bytes).write(to: file)
    return file.path
  }
}

/// What all proofs hold a document against.
enum Proof {
  static let validator: FindingAidValidator? = {
    var options = ValidationOptions()
    options.profile = .schema
    return try? FindingAidValidator(options: options)
  }()

  /// Why a document is not valid by its own schema; nil when it is.
  static func invalidity(_ bytes: [UInt8]) -> String? {
    guard let validator else { return "no schema to hold it against" }
    let report = validator.validate(bytes: bytes, name: "output")
    if report.verdict == .valid { return nil }
    let errors = report.findings.filter { $0.severity == .error }.prefix(3)
    return "\(report.verdict.rawValue): " + errors.map { "\($0.path): \($0.message())" }.joined(separator: "; ")
  }

  /// Records all that went wrong, the first in full.
  static func report(_ failures: [String], _ what: String, sourceLocation: SourceLocation = #_sourceLocation) {
    guard !failures.isEmpty else { return }
    Issue.record(
      "\(what): \(failures.count)\n\(failures.prefix(12).joined(separator: "\n"))", sourceLocation: sourceLocation)
  }

  /// Calls `work` for every value on all cores; results in the order of the values.
  static func map<Value: Sendable, Result: Sendable>(
    _ values: [Value], _ work: @escaping @Sendable (Value) -> Result
  ) async -> [Result] {
    await withTaskGroup(of: [(Int, Result)].self) { group in
      let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
      for core in 0..<cores {
        group.addTask { stride(from: core, to: values.count, by: cores).map { ($0, work(values[$0])) } }
      }
      var all: [(Int, Result)] = []
      for await part in group { all += part }
      return all.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }
}

/// Records an issue when a document that a test wrote is not valid against the schema of its own generation.
@discardableResult
func expectValid(_ bytes: [UInt8], _ what: String = "", sourceLocation: SourceLocation = #_sourceLocation) -> Bool {
  guard let why = Proof.invalidity(bytes) else { return true }
  Issue.record("\(what): \(why)", sourceLocation: sourceLocation)
  return false
}

/// Random finding aids out of the whole vocabulary, converted every way.
///
/// `EADKIT_PROOF_DOCUMENTS` says how many of each generation; `EADKIT_PROOF_SEED` begins elsewhere.
struct ConversionPropertyTests {
  struct Vocabulary: Sendable, CustomTestStringConvertible {
    var schema: SchemaLibrary.Name
    var generation: EADGeneration
    var seed: UInt64

    var testDescription: String { schema.rawValue }
  }

  static let vocabularies = [
    Vocabulary(schema: .ead2002, generation: .ead2002, seed: 2002), Vocabulary(schema: .ead2002DTD, generation: .ead2002, seed: 1998),
    Vocabulary(schema: .ead3, generation: .ead3, seed: 3003),
  ]

  /// Documents of each generation; those of EAD 2002 are shared between its schema and its DTD.
  static let count = max(300, ProcessInfo.processInfo.environment["EADKIT_PROOF_DOCUMENTS"].flatMap { Int($0) } ?? 300)

  /// Of those, the ones that are converted: all of them when their number was given.
  static let converted = ProcessInfo.processInfo.environment["EADKIT_PROOF_DOCUMENTS"] == nil ? 50 : Int.max

  /// The documents of all tests, made once, and what they cover.
  private struct Suite: Sendable {
    var documents: [GeneratedDocument] = []
    var missing: [String] = []
    var unmade: Set<String> = []
    var definitions = (reached: 0, all: 0)
    var children = (seen: 0, all: 0)
    /// The schema could not be read.
    var isBroken = false

    init(_ vocabulary: Vocabulary) {
      let offset = ProcessInfo.processInfo.environment["EADKIT_PROOF_SEED"].flatMap { UInt64($0) } ?? 0
      guard let schema = try? SchemaLibrary.schema(vocabulary.schema),
        let generator = try? SchemaGenerator(schema, seed: vocabulary.seed &+ offset)
      else {
        isBroken = true
        return
      }
      let count = vocabulary.generation == .ead3 ? ConversionPropertyTests.count : ConversionPropertyTests.count / 2
      documents = (0..<count).map { _ in generator.document() }
      missing = generator.missing
      unmade = generator.unmade
      definitions = (generator.reachable.count, schema.contents.count)
      children = generator.childCoverage
    }
  }

  private static let ead2002 = Suite(vocabularies[0])
  private static let ead2002DTD = Suite(vocabularies[1])
  private static let ead3 = Suite(vocabularies[2])

  private static func suite(_ vocabulary: Vocabulary) -> Suite {
    switch vocabulary.schema {
    case .ead2002: ead2002
    case .ead2002DTD: ead2002DTD
    default: ead3
    }
  }

  static func documents(_ vocabulary: Vocabulary, _ count: Int = .max) throws -> [GeneratedDocument] {
    let suite = suite(vocabulary)
    try #require(!suite.isBroken)
    return Array(suite.documents.prefix(count))
  }

  // MARK: The generator

  /// Everything below means something only when the documents are valid and hold the whole vocabulary.
  @Test(arguments: vocabularies) func generatorCoversTheSchema(_ vocabulary: Vocabulary) async throws {
    let documents = try ConversionPropertyTests.documents(vocabulary)
    let failures = await Proof.map(documents) { document -> String? in
      let bytes = document.bytes()
      if bytes.count > 100_000 { return "made for \(document.purpose): \(bytes.count) bytes" }
      return Proof.invalidity(bytes).map { "made for \(document.purpose): \($0)" }
    }
    Proof.report(failures.compactMap { $0 }, "generated documents that are not valid")
    let suite = ConversionPropertyTests.suite(vocabulary)
    #expect(suite.definitions.reached == suite.definitions.all)
    #expect(suite.missing.isEmpty)
    #expect(suite.unmade.isEmpty)
    #expect(suite.children.seen == suite.children.all)
  }

  /// The same seed gives the same documents, another one others.
  @Test func generatorIsRepeatable() throws {
    let schema = try SchemaLibrary.schema(.ead3)
    let first = try SchemaGenerator(schema, seed: 7)
    let second = try SchemaGenerator(schema, seed: 7)
    let other = try SchemaGenerator(schema, seed: 8)
    for _ in 0..<5 {
      let bytes = first.document().bytes()
      #expect(bytes == second.document().bytes())
      #expect(bytes != other.document().bytes())
    }
  }

  /// The comparison sees every single piece that is taken out of a document.
  @Test(arguments: vocabularies) func comparisonSeesEveryLoss(_ vocabulary: Vocabulary) throws {
    let literals = try WordConservation.literals(vocabulary.generation)
    let holders = try XMLCanonical.TextHolders(vocabulary.schema)
    var looked = 0
    var unseen = 0
    for document in try ConversionPropertyTests.documents(vocabulary, 3) {
      let whole = try DocumentPieces(document.bytes())
      let itself = WordConservation(source: whole, target: whole, entries: [], literals: literals)
      #expect(itself.missing.isEmpty && itself.invented.isEmpty)
      #expect(WordConservation.altered(source: whole, target: whole, entries: []).isEmpty)
      for number in document.removable where number % 7 == 0 {
        let part = try DocumentPieces(document.bytes(without: [number]))
        let events = (whole.canonical.significant(holders), part.canonical.significant(holders))
        #expect(XMLCanonical.difference(events.0, events.1) != nil, "piece \(number) of \(document.purpose)")
        // Comments and empty elements hold no words.
        if whole.pieces.filter({ $0.kind != .empty }).count == part.pieces.filter({ $0.kind != .empty }).count { continue }
        let words = WordConservation(source: whole, target: part, entries: [], literals: literals)
        let gone = ConversionPropertyTests.marks(whole).subtracting(ConversionPropertyTests.marks(part))
        for mark in gone {
          let word = String(decoding: mark, as: UTF8.self)
          #expect(words.missing.contains { $0.contains(word) }, "\(word), piece \(number) of \(document.purpose)")
        }
        #expect(words.invented.isEmpty)
        let back = WordConservation(source: part, target: whole, entries: [], literals: [])
        looked += 1
        if back.invented.isEmpty { unseen += 1 }
        let trip = NamedDifferences(source: whole, back: part, entries: [], literals: [])
        #expect(!trip.unnamed.isEmpty, "piece \(number) of \(document.purpose)")
      }
    }
    // A converter may write some words more often: names of entities, notes on languages, `unknown`.
    #expect(unseen * 4 < looked, "\(unseen) of \(looked) additions not seen")
  }

  private static func marks(_ pieces: DocumentPieces) -> Set<[UInt8]> {
    Set(pieces.pieces.flatMap { WordConservation.marks(in: $0.value) })
  }

  // MARK: Conversions

  /// What is wrong with the conversions of one document; the folder holds its files.
  private static func failures(
    _ bytes: [UInt8], _ name: String, _ vocabulary: Vocabulary, _ folder: ProofFolder, stopsAtFirst: Bool = false
  ) -> [String] {
    var failures: [String] = []
    do {
      let path = try folder.write(bytes, name + ".xml")
      let source = try DocumentPieces(bytes)
      let other: EADGeneration = vocabulary.generation == .ead3 ? .ead2002 : .ead3
      let there = ConvertedEAD(path, to: other)
      let (first, middle) = check(source, there, other, "to \(other.rawValue)")
      failures += first
      guard let middle, !stopsAtFirst || failures.isEmpty else { return failures }
      var options = EADOptions()
      if vocabulary.generation == .ead2002 { options.form = source.form }
      let back = ConvertedEAD(try folder.write(there.bytes, name + "-there.xml"), to: vocabulary.generation, options: options)
      let (second, _) = check(middle, back, vocabulary.generation, "back to \(vocabulary.generation.rawValue)")
      failures += second
      if vocabulary.generation == .ead2002, bytes.count % 3 == 0 {
        var structured = EADOptions()
        structured.structuredDates = true
        structured.structuredExtents = true
        structured.components = .numbered
        let rich = ConvertedEAD(path, to: .ead3, options: structured)
        let isSaid = rich.conversion?.findingCounts["target-reference-lost"] != nil
        if !isSaid, let why = rich.error.map({ $0.finding.line() }) ?? Proof.invalidity(rich.bytes) {
          failures.append("to ead3 with structured dates and extents: \(why)")
        }
      }
    } catch {
      failures.append("\(error)")
    }
    return failures
  }

  /// What is wrong with one conversion, and what it wrote when that is valid.
  private static func check(
    _ source: DocumentPieces, _ converted: ConvertedEAD, _ target: EADGeneration, _ what: String
  ) -> ([String], DocumentPieces?) {
    if let error = converted.error { return (["\(what): \(error.finding.line())"], nil) }
    // An identifier may go with the element that bore it: then a finding says which reference lost its target.
    let isSaid = converted.conversion?.findingCounts["target-reference-lost"] != nil
    if !isSaid, let why = Proof.invalidity(converted.bytes) { return (["\(what): \(why)"], nil) }
    do {
      let pieces = try DocumentPieces(converted.bytes)
      if pieces.generation != target { return (["\(what): it is \(pieces.generation.rawValue)"], nil) }
      let words = WordConservation(
        source: source, target: pieces, entries: converted.entries, literals: try WordConservation.literals(target))
      // Random values of enumerations are the schemas' words, and not the documents'.
      // A word that stands beside another one now is not lost; what a mark of origin kept is the first conversion's business.
      let missing = words.missing.filter { message in
        let marks = WordConservation.marks(in: Array(message.prefix { $0 != " " }.utf8))
        let isThere = marks.allSatisfy { mark in converted.bytes.firstRange(of: mark) != nil }
        return !marks.isEmpty && !isThere && !message.contains("/@altrender") && !message.contains("/@id")
      }
      return (missing.prefix(3).map { "\(what): \($0)" }, pieces)
    } catch {
      return (["\(what): \(error)"], nil)
    }
  }

  @Test(arguments: vocabularies) func everyDocumentConverts(_ vocabulary: Vocabulary) async throws {
    let folder = try ProofFolder()
    let documents = try ConversionPropertyTests.documents(vocabulary, ConversionPropertyTests.converted)
    let numbered = documents.enumerated().map { (number: $0.offset, bytes: $0.element.bytes()) }
    let results = await Proof.map(numbered) { item in
      ConversionPropertyTests.failures(item.bytes, "d\(item.number)", vocabulary, folder)
    }
    var messages: [String] = []
    var shown: Set<String> = []
    for (number, failures) in results.enumerated() where !failures.isEmpty {
      // Small documents for the first failures of different kinds: many have the same cause.
      let kind = ConversionPropertyTests.kind(failures[0])
      var message = "document \(number), made for \(documents[number].purpose):\n  " + failures.joined(separator: "\n  ")
      if shown.count < 3, shown.insert(kind).inserted {
        let small = documents[number].shrunk { bytes in
          guard Proof.invalidity(bytes) == nil else { return false }
          let again = ConversionPropertyTests.failures(bytes, "s\(number)", vocabulary, folder, stopsAtFirst: true)
          return again.contains { ConversionPropertyTests.kind($0) == kind }
        }
        message += "\n" + String(decoding: small, as: UTF8.self)
      }
      messages.append(message)
    }
    Proof.report(messages, "documents of \(vocabulary.schema.rawValue) whose conversions fail")
  }

  /// A failure without the words of its document.
  private static func kind(_ failure: String) -> String {
    failure.replacing(#/“[^”]*”/#, with: "“”").replacing(#/\[?[0-9]+\]?/#, with: "")
  }

  /// Every marked word of the texts is in a cell or in the account of losses.
  @Test(arguments: vocabularies) func everyDocumentConvertsToAtoM(_ vocabulary: Vocabulary) async throws {
    let folder = try ProofFolder()
    let documents = try ConversionPropertyTests.documents(vocabulary, ConversionPropertyTests.converted)
    let numbered = documents.enumerated().map { (number: $0.offset, bytes: $0.element.bytes()) }
    let results = await Proof.map(numbered) { item in
      ConversionPropertyTests.missingInAtoM(item.bytes, "a\(item.number)", folder)
    }
    var messages: [String] = []
    for (number, missing) in results.enumerated() where !missing.isEmpty {
      var message = "document \(number), made for \(documents[number].purpose): \(missing.prefix(5).joined(separator: ", "))"
      if messages.count < 2 {
        let small = documents[number].shrunk { bytes in
          Proof.invalidity(bytes) == nil && !ConversionPropertyTests.missingInAtoM(bytes, "s\(number)", folder).isEmpty
        }
        message += "\n" + String(decoding: small, as: UTF8.self)
      }
      messages.append(message)
    }
    Proof.report(messages, "documents of \(vocabulary.schema.rawValue) whose words are missing in AtoM's CSV")
  }

  private static func missingInAtoM(_ bytes: [UInt8], _ name: String, _ folder: ProofFolder) -> [String] {
    do {
      let path = try folder.write(bytes, name + ".xml")
      var options = AtoMOptions()
      options.defaultCulture = "en"
      let converted = Converted(path, options: options)
      if let error = converted.error { return [error.finding.line()] }
      var found: Set<[UInt8]> = Set(WordConservation.marks(in: converted.csv))
      for entry in converted.losses { found.formUnion(WordConservation.marks(in: Array(entry.text.utf8))) }
      var missing: [String] = []
      for piece in try DocumentPieces(bytes).pieces where piece.kind == .text {
        for mark in WordConservation.marks(in: piece.value) where !found.contains(mark) { missing.append(piece.label) }
      }
      return missing
    } catch {
      return ["\(error)"]
    }
  }
}
