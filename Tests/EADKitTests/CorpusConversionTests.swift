import Foundation
import Testing

@testable import EADKit

/// A finding aid of the shared corpus.
struct CorpusFile: Sendable {
  var url: URL
  /// `ead3/EAD3__mc00246.xml`
  var name: String
  var size: Int
  /// The schema it is in, when that is not the usual one of its form.
  var schema: SchemaLibrary.Name?

  /// Larger files are looked at by one test only.
  static let giant = 1_000_000

  private static let folders = ["ead2002-ns", "ead2002-nons", "ead2002-dtd", "ead3"]

  static func all(below corpus: URL) -> [CorpusFile] {
    folders.flatMap { folder in
      TestData.files(below: corpus.appendingPathComponent(folder), endings: [".xml", ".XML"]).map { url in
        CorpusFile(
          url: url, name: folder + "/" + url.lastPathComponent,
          size: (try? url.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0,
          schema: url.lastPathComponent.contains("undeprecated") ? .ead3Undeprecated : nil)
      }
    }
  }

  var bytes: [UInt8] { (try? Data(contentsOf: url)).map { Array($0) } ?? [] }

  /// The file when it is valid; nil when it is not.
  var validBytes: [UInt8]? {
    guard let report = Proof.validator?.validate(url.path), report.verdict == .valid else { return nil }
    return bytes
  }
}

/// Differences between a document and what came back of it, each of which an entry of a loss report must name.
///
/// Compared are texts and attribute values with the path of their element, and elements that hold nothing. An entry names a
/// difference by its text or value, or by the place of the element it speaks of.
struct NamedDifferences {
  private(set) var unnamed: [String] = []
  /// Pieces that did not come back where they were, or came back and were not there.
  private(set) var differences = 0

  private struct Key: Hashable {
    var kind: DocumentPieces.Kind
    var path: String
    var value: [UInt8]
  }

  init(source: DocumentPieces, back: DocumentPieces, entries: [LossEntry], literals: Set<[UInt8]>) {
    var balance: [Key: Int] = [:]
    for piece in source.pieces { balance[Key(kind: piece.kind, path: piece.path, value: piece.value), default: 0] += 1 }
    for piece in back.pieces { balance[Key(kind: piece.kind, path: piece.path, value: piece.value), default: 0] -= 1 }
    let missing = balance.filter { $0.value > 0 }
    let extra = balance.filter { $0.value < 0 }
    differences = missing.values.reduce(0, +) - extra.values.reduce(0, +)
    if differences == 0 { return }
    let account = Account(entries)
    let extraValues = extra.keys.map(\.value)
    // Attributes whose value an entry says to have been rewritten: they came back in the other form.
    var rewritten: Set<String> = []
    for (key, count) in missing {
      if account.names(key.value) || account.names(place: key.path) {
        if key.kind == .attribute { rewritten.insert(key.path) }
        continue
      }
      // Where an element inside goes and its text stays, what stood around it is one text with it.
      if key.kind == .text, account.namesInside(place: key.path), extraValues.contains(where: { $0.contains(part: key.value) }) {
        continue
      }
      let isFilled = key.kind == .empty && extra.keys.contains { $0.path.hasPrefix(key.path + "/") }
      if isFilled, account.namesInside(place: key.path) { continue }
      if key.kind == .empty { continue }
      unnamed.append("\(count) × \(key.path) “\(String(decoding: key.value, as: UTF8.self))” did not come back")
    }
    // What came back elsewhere is made of what is missing where it was, and that has been looked at.
    var known = account.words
    for key in missing.keys { known.formUnion(WordConservation.words(key.value)) }
    for (key, count) in extra {
      if key.kind == .empty {
        // An element without words fills what the schema wants filled, or says nothing.
        continue
      } else if WordConservation.words(key.value).allSatisfy({
        known.contains($0) || WordConservation.fixedWords.contains(String(decoding: $0, as: UTF8.self).lowercased())
      }) {
        continue
      } else if key.kind == .attribute, literals.contains(key.value) || rewritten.contains(key.path) {
        continue
      }
      // The file of an entity stands in the entity's place.
      if key.path.hasSuffix("/@href"), missing.keys.contains(where: { $0.path == key.path.dropLast(4) + "entityref" }) { continue }
      unnamed.append("\(-count) × \(key.path) “\(String(decoding: key.value, as: UTF8.self))” came back and was not there")
    }
    unnamed.sort()
  }

  private struct Account {
    private var texts: Set<[UInt8]> = []
    private var longest: [[UInt8]] = []
    private var places: Set<String> = []
    /// Elements that are gone or altered as a whole.
    private var elements: Set<String> = []
    private var above: Set<String> = []
    private(set) var words: Set<[UInt8]> = []

    init(_ entries: [LossEntry]) {
      for entry in entries {
        let place = Account.place(entry.path)
        places.insert(place)
        if entry.reason == .markupOnly || entry.reason == .changed { elements.insert(place) }
        var parts = place.split(separator: "/", omittingEmptySubsequences: false)
        while parts.count > 1 {
          parts.removeLast()
          above.insert(parts.joined(separator: "/"))
        }
        guard WordConservation.countsText(entry) else { continue }
        let text = DocumentPieces.collapsed(Array(entry.text.utf8))
        if texts.insert(text).inserted, !text.isEmpty { longest.append(text) }
        words.formUnion(WordConservation.words(text))
      }
    }

    func names(_ value: [UInt8]) -> Bool {
      if value.isEmpty { return false }
      return texts.contains(value) || (value.count > 1 && longest.contains { $0.count > value.count && $0.contains(part: value) })
    }

    func names(place path: String) -> Bool {
      let place = Account.place(path)
      if places.contains(place) { return true }
      var parts = place.split(separator: "/", omittingEmptySubsequences: false)
      while parts.count > 1 {
        parts.removeLast()
        if elements.contains(parts.joined(separator: "/")) { return true }
      }
      return false
    }

    /// Whether an entry speaks of something inside an element.
    func namesInside(place path: String) -> Bool { above.contains(Account.place(path)) }

    private static let units: Set<String> = Set(["archdesc", "c"] + (1...12).map { $0 < 10 ? "c0\($0)" : "c\($0)" })

    /// A path within its unit, without positions and without `dsc`.
    static func place(_ path: String) -> String {
      var parts = path.split(separator: "/").map { part in String(part.prefix { $0 != "[" }) }.filter { $0 != "dsc" }
      if let unit = parts.lastIndex(where: units.contains) {
        parts = ["unit"] + parts[(unit + 1)...]
      }
      return parts.joined(separator: "/")
    }
  }
}

extension Array where Element == UInt8 {
  fileprivate func contains(part: [UInt8]) -> Bool {
    guard let first = part.first, count >= part.count else { return part.isEmpty }
    for start in 0...(count - part.count) where self[start] == first {
      if self[start..<(start + part.count)].elementsEqual(part) { return true }
    }
    return false
  }
}

/// The shared corpus to the other generation and back.
struct CorpusConversionTests {
  private struct Outcome: Sendable {
    var name: String
    var isValid = false
    var generation = EADGeneration.ead2002
    var output: [UInt8] = []
    var validity: [String] = []
    var conservation: [String] = []
    var roundTrip: [String] = []
    var differences = 0
  }

  /// Every file is converted once for all tests; nil without the corpus.
  private static let outcomes: Task<[Outcome]?, Never> = Task {
    guard let corpus = TestData.shared("corpus"), let folder = try? ProofFolder() else { return nil }
    let files = CorpusFile.all(below: corpus).filter { $0.size <= CorpusFile.giant }
    let numbered = files.enumerated().map { (number: $0.offset, file: $0.element) }
    return await Proof.map(numbered) { convert($0.file, folder, "\($0.number)") }
  }

  /// A word that runs together with its neighbour now, or stands apart from it, is not gone.
  private static func gone(_ missing: [String], _ bytes: [UInt8]) -> [String] {
    missing.filter { message in
      let word = message.drop { $0 != "“" }.dropFirst().prefix { $0 != "”" }
      // What ran together in the sentence of an event is apart again in `creation`.
      return bytes.firstRange(of: Array(word.utf8)) == nil && !message.contains("/eventdescription")
    }
  }

  private static func convert(_ file: CorpusFile, _ folder: ProofFolder, _ name: String) -> Outcome {
    var outcome = Outcome(name: file.name)
    let bytes = file.bytes
    outcome.isValid = Proof.validator?.validate(file.url.path).verdict == .valid
    guard let source = try? DocumentPieces(bytes) else { return outcome }
    outcome.generation = source.generation
    let target: EADGeneration = source.generation == .ead3 ? .ead2002 : .ead3
    let there = ConvertedEAD(file.url.path, to: target)
    if let error = there.error {
      outcome.validity.append("\(file.name): \(error.finding.line())")
      return outcome
    }
    outcome.output = there.bytes
    guard let middle = try? DocumentPieces(there.bytes) else {
      outcome.validity.append("\(file.name): what was written is not well-formed")
      return outcome
    }
    if let why = Proof.invalidity(there.bytes) {
      let isSaid = there.conversion?.findings.contains { $0.severity >= .warning } ?? false
      if outcome.isValid || !isSaid {
        outcome.validity.append("\(file.name): \(why)\(isSaid ? "" : ", and no finding says so")")
      }
    }
    guard let literals = try? WordConservation.literals(target), let own = try? WordConservation.literals(source.generation) else {
      return outcome
    }
    let words = WordConservation(source: source, target: middle, entries: there.entries, literals: literals.union(own))
    outcome.conservation += gone(words.missing, there.bytes).prefix(3).map { "\(file.name): \($0)" }
    guard outcome.isValid, let path = try? folder.write(there.bytes, name + ".xml") else { return outcome }
    var options = EADOptions()
    if source.generation == .ead2002 { options.form = source.form }
    let back = ConvertedEAD(path, to: source.generation, options: options)
    guard back.error == nil, let returned = try? DocumentPieces(back.bytes) else {
      outcome.roundTrip.append("\(file.name): \(back.error?.finding.line() ?? "not well-formed")")
      return outcome
    }
    if let why = Proof.invalidity(back.bytes) { outcome.roundTrip.append("\(file.name): \(why)") }
    let wordsBack = WordConservation(source: middle, target: returned, entries: back.entries, literals: own.union(literals))
    outcome.conservation += gone(wordsBack.missing, back.bytes).prefix(3).map { "\(file.name), back: \($0)" }
    let trip = NamedDifferences(source: source, back: returned, entries: there.entries + back.entries, literals: own)
    outcome.differences = trip.differences
    outcome.roundTrip += trip.unnamed.prefix(4).map { "\(file.name): \($0)" }
    if trip.unnamed.count > 4 { outcome.roundTrip.append("\(file.name): \(trip.unnamed.count - 4) more") }
    try? FileManager.default.removeItem(atPath: path)
    return outcome
  }

  @Test func outputsAreValid() async throws {
    guard let outcomes = await CorpusConversionTests.outcomes.value else { return }
    Proof.report(outcomes.flatMap(\.validity), "outputs that are not valid")
    #expect(outcomes.count { $0.isValid && $0.generation == .ead2002 } > 110)
    #expect(outcomes.count { $0.isValid && $0.generation == .ead3 } > 40)
    #expect(outcomes.allSatisfy { !$0.output.isEmpty || !$0.isValid })
  }

  /// Files whose words are not all accounted for, and why.
  private static let known = [
    "ead2002-ns/pulfalight__MC148.processed.EAD.xml": "an attribute with the name of a schema's place, without its namespace",
    "ead2002-nons/archivesspace__vmi.xml": "a number beside the creation's text is taken for a repetition",
    "ead2002-dtd/EAD2002toEAD3__beinecke.hayward_ead3DTD-UD_MR.xml": "languages said twice over in EAD3",
    "ead2002-dtd/EAD2002toEAD3__beinecke.hayward_ead3DTD_MR.xml": "languages said twice over in EAD3",
  ]

  @Test func wordsAreConserved() async throws {
    guard let outcomes = await CorpusConversionTests.outcomes.value else { return }
    let apart = outcomes.filter { CorpusConversionTests.known[$0.name] == nil }
    Proof.report(apart.flatMap(\.conservation), "words lost in silence")
    #expect(outcomes.count > 250)
  }

  @Test func roundTripsNameEveryDifference() async throws {
    guard let outcomes = await CorpusConversionTests.outcomes.value else { return }
    Proof.report(outcomes.filter { $0.generation == .ead2002 }.flatMap(\.roundTrip), "differences after a round trip that no entry names")
    // Without any difference the comparison would have compared nothing.
    #expect(outcomes.reduce(0) { $0 + $1.differences } > 0)
  }

  /// jing, where it is installed, beside our own validator.
  @Test func jingAgrees() async throws {
    guard let jing = CorpusConversionTests.jing else {
      FileHandle.standardError.write(Data("skipped: jing is not installed\n".utf8))
      return
    }
    guard let outcomes = await CorpusConversionTests.outcomes.value else { return }
    let folder = try ProofFolder()
    let grammars: [(EADGeneration, String)] = [
      (.ead2002, "ead3/ead3-easvalidator.rng"), (.ead3, "ead2002/ead-1.1.0-easvalidator.rng"),
    ]
    for (generation, schema) in grammars {
      let chosen = outcomes.enumerated().filter { $0.element.isValid && $0.element.generation == generation }
      #expect(!chosen.isEmpty)
      let names = Dictionary(uniqueKeysWithValues: chosen.map { ("\($0.offset).xml", $0.element.name) })
      let paths = try chosen.map { try folder.write($0.element.output, "\($0.offset).xml") }
      let grammar = TestData.repository.appendingPathComponent("schemas").appendingPathComponent(schema).path
      let lines = try CorpusConversionTests.run(jing, [grammar] + paths)
      Proof.report(
        lines.map { line in
          let file = names.first { line.contains("/" + $0.key + ":") }
          return "\(file?.value ?? ""): \(line)"
        }, "outputs that jing refuses")
    }
  }

  private static let jing: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { $0 + "/jing" }.first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Lines of jing's standard output: one an error; none when all documents are valid.
  private static func run(_ program: String, _ arguments: [String]) throws -> [String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    if process.terminationStatus != 0, lines.isEmpty { return ["jing ended with \(process.terminationStatus)"] }
    return lines
  }

  /// The smallest giant of each generation, beyond what any buffer holds at once.
  @Test func giants() async throws {
    guard let corpus = TestData.shared("corpus") else { return }
    let files = CorpusFile.all(below: corpus).filter { $0.size > CorpusFile.giant }.sorted { $0.size < $1.size }
    let chosen = [files.first { !$0.name.hasPrefix("ead3/") }, files.first { $0.name.hasPrefix("ead3/") }].compactMap { $0 }
    #expect(chosen.count == 2)
    let failures = await Proof.map(chosen) { file -> String? in
      let converted = ConvertedEAD(file.url.path, to: file.name.hasPrefix("ead3/") ? .ead2002 : .ead3)
      return (converted.error?.finding.line() ?? Proof.invalidity(converted.bytes)).map { "\(file.name): \($0)" }
    }
    Proof.report(failures.compactMap { $0 }, "giants whose output is not valid")
  }
}
