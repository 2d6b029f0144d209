import Glibc

/// The terms of a site by taxonomy and culture.
struct SheetSiteTerms: Sendable {
  struct Row: Sendable {
    /// In `taxonomies` and `cultures`.
    var taxonomy: UInt16
    var culture: UInt16
    /// The same for all labels of one term.
    var term: Int32
    /// In `labels`.
    var start: Int
    var count: Int
  }

  private(set) var taxonomies: [String] = []
  private(set) var cultures: [String] = []
  private(set) var rows: [Row] = []
  private(set) var labels: [UInt8] = []
  private var terms: Int32 = 0

  /// Reads AtoM's exports of taxonomies (SKOS as RDF/XML), each perhaps with the taxonomy before it (`subject=FILE`), and
  /// CSV files with the columns `taxonomy`, `culture` and `term`.
  ///
  /// - Throws: when a file cannot be read, holds no term, or does not say of which taxonomy they are.
  init(_ files: [String], _ limits: ReadingLimits) throws(EADError) {
    for file in files { try read(file, limits) }
  }

  /// Terms in memory; for the caller that knows them.
  init(_ terms: [(taxonomy: String, culture: String, term: String)]) {
    for one in terms { add(taxonomy: one.taxonomy, [(one.culture, Array(one.term.utf8))]) }
  }

  private mutating func read(_ argument: String, _ limits: ReadingLimits) throws(EADError) {
    var file = argument
    var taxonomy: String?
    if let equals = argument.utf8.firstIndex(of: 0x3D), let named = SheetTaxonomies.named(String(argument[..<equals])) {
      taxonomy = named
      file = String(argument[argument.utf8.index(after: equals)...])
    }
    let before = rows.count
    if try SheetSiteTerms.isXML(file, limits) {
      let skos = try SKOSReader.read(file, limits)
      let title = skos.titles.lazy.compactMap(SheetTaxonomies.named).first
      guard let taxonomy = taxonomy ?? title else {
        guard !skos.concepts.isEmpty else { throw EADError("sheet-terms-none", file: file) }
        throw EADError("sheet-terms-no-taxonomy", file: file, [skos.titles.first ?? "", SheetTaxonomies.all])
      }
      for concept in skos.concepts { add(taxonomy: taxonomy, concept) }
    } else {
      try readSheet(file, taxonomy, limits)
    }
    if rows.count == before { throw EADError("sheet-terms-none", file: file) }
  }

  private static func isXML(_ file: String, _ limits: ReadingLimits) throws(EADError) -> Bool {
    let source = try InputSource(path: file, limits: limits)
    var head: [UInt8] = []
    try source.prepare { bytes in
      head.append(contentsOf: bytes.prefix(4096))
      return false
    }
    // In UTF-16 every other byte is zero; marks and blanks stand before the first tag.
    return head.first { !Bytes.isSpace($0) && $0 != 0 && ![0xEF, 0xBB, 0xBF, 0xFE, 0xFF].contains($0) } == 0x3C
  }

  private mutating func readSheet(_ file: String, _ taxonomy: String?, _ limits: ReadingLimits) throws(EADError) {
    var options = AtoMCSVOptions()
    options.limits = limits
    let input = try CSVInput(path: file, options: options)
    let wanted: Set<String> = ["taxonomy", "culture", "term", "name"]
    let form = try CSVForm(input, options: options) { names in
      names.reduce(0) { wanted.contains(SheetColumns.plain($1)) ? $0 + 1 : $0 }
    }
    let names = form.names.map(SheetColumns.plain)
    let taxonomyCell = names.lastIndex(of: "taxonomy")
    guard let termCell = names.lastIndex(of: "term") ?? names.lastIndex(of: "name"),
      let cultureCell = names.lastIndex(of: "culture"), taxonomy != nil || taxonomyCell != nil
    else {
      let written = Array(form.names.joined(separator: ", ").utf8).withUnsafeBufferPointer(Excerpt.argument)
      throw EADError("sheet-terms-columns", file: file, line: form.headerLine, [written])
    }
    let reader = CSVRecordReader(
      descriptor: input.descriptor, file: file, dialect: form.dialect, from: form.firstOffset,
      recordLimit: options.recordBytes)
    var scratch = ByteBuffer(capacity: 256)
    defer { scratch.deallocate() }
    while try reader.advance() {
      var named = taxonomy
      if named == nil, let taxonomyCell {
        named = SheetTaxonomies.named(String(decoding: reader.value(taxonomyCell, &scratch), as: UTF8.self))
      }
      guard let named else { continue }
      let culture = SheetSiteTerms.culture(String(decoding: reader.value(cultureCell, &scratch), as: UTF8.self))
      let term = Array(reader.value(termCell, &scratch))
      if !term.isEmpty { add(taxonomy: named, [(culture, term)]) }
    }
  }

  private mutating func add(taxonomy: String, _ concept: [(culture: String, label: [UInt8])]) {
    for (culture, label) in concept where label.count <= 4096 {
      // A site has some dozen taxonomies and cultures.
      guard let first = SheetSiteTerms.place(of: taxonomy, in: &taxonomies),
        let second = SheetSiteTerms.place(of: culture, in: &cultures), rows.count < Int32.max
      else { continue }
      rows.append(Row(taxonomy: first, culture: second, term: terms, start: labels.count, count: label.count))
      labels.append(contentsOf: label)
    }
    terms += 1
  }

  private static func place(of name: String, in names: inout [String]) -> UInt16? {
    if let place = names.lastIndex(where: { $0.utf8.elementsEqual(name.utf8) }) { return UInt16(place) }
    guard names.count < 1000 else { return nil }
    names.append(name)
    return UInt16(names.count - 1)
  }

  /// `pt-BR` of an XML file as AtoM writes it in a sheet: `pt_BR`; English when nothing is said.
  fileprivate static func culture(_ written: String) -> String {
    written.isEmpty ? "en" : AtoMCultures.canonical(written) ?? written
  }
}

/// The taxonomies that the columns of AtoM's sheets draw on, by the names people and AtoM's exports give them.
enum SheetTaxonomies {
  /// Names of AtoM's user interface, in English and French.
  private static let titles: [String: [String]] = [
    "levelOfDescription": ["levels of description", "niveau de description", "niveaux de description"],
    "levelOfDetail": [
      "description detail levels", "levels of detail", "niveau de d\u{E9}tail", "niveaux de d\u{E9}tail de la description",
    ],
    "descriptionStatus": ["description statuses", "statut de description", "statuts de la description"],
    "publicationStatus": ["publication statuses", "statut de publication", "statuts de publication"],
    "eventType": ["event types", "types d'\u{E9}v\u{E9}nement", "type d'\u{E9}v\u{E9}nements"],
    "physicalObjectType": [
      "physical object types", "physical storage types", "types d'objet physique", "types d'unit\u{E9} mat\u{E9}rielle",
    ],
    "radGeneralMaterialDesignation": [
      "general material designation", "rad general material designation", "material types", "types de mat\u{E9}riel",
      "indication g\u{E9}n\u{E9}rale du genre de document",
    ],
    "subject": ["subjects", "subject access points", "sujets", "mati\u{E8}res", "vedettes-mati\u{E8}re"],
    "place": ["places", "place access points", "lieux", "lieu"],
    "genre": ["genres", "genre access points"],
    "typeOfEntity": ["actor entity types", "entity types", "types of entity", "types d'entit\u{E9}"],
    "actorRelation": [
      "actor relation types", "authority record relation types", "relationship types",
      "types de relation entre notices d'autorit\u{E9}",
    ],
    "alternativeIdentifierType": [
      "alternative identifier types", "accession alternative identifier types", "types d'identifiant alternatif",
    ],
    "acquisitionType": ["acquisition types", "accession acquisition types", "types d'acquisition"],
    "resourceType": ["resource types", "accession resource types", "types de ressource"],
    "processingStatus": ["processing statuses", "accession processing statuses", "statut du traitement"],
    "processingPriority": ["processing priorities", "accession processing priorities", "priorit\u{E9} du traitement"],
    "accessionEventType": ["accession event types", "types d'\u{E9}v\u{E9}nement d'entr\u{E9}e"],
    "deaccessionScope": ["deaccession scopes", "scope of deaccession"],
    "repositoryType": ["repository types", "archival institution types", "types d'institution", "types de service d'archives"],
    "geographicSubregion": ["geographic subregions", "sous-r\u{E9}gions g\u{E9}ographiques"],
    "thematicArea": ["thematic areas", "domaines th\u{E9}matiques"],
  ]

  private static let byKey: [String: String] = {
    var table: [String: String] = [:]
    for (name, titles) in titles {
      table[key(name)] = name
      for title in titles { table[key(title)] = name }
    }
    return table
  }()

  /// The taxonomies by the names of this program, for messages.
  static var all: String { titles.keys.sorted().joined(separator: ", ") }

  /// The taxonomy that somebody names; nil when it is none of these.
  static func named(_ name: String) -> String? { name.utf8.count > 200 ? nil : byKey[key(name)] }

  /// Letters alone, without case, accents and the s of the plural.
  private static func key(_ name: String) -> String {
    SheetTerms.folded(Array(name.utf8)).split(whereSeparator: { !Bytes.isASCIILetter($0) }).map { word in
      String(decoding: word.last == 0x73 ? word.dropLast() : word[...], as: UTF8.self)
    }.joined()
  }
}

/// Reads a taxonomy that AtoM exported: the titles of its scheme, and for each concept its labels by language.
private final class SKOSReader: XMLEventSink {
  typealias Concept = [(culture: String, label: [UInt8])]

  private(set) var titles: [String] = []
  private(set) var concepts: [Concept] = []

  private static let skos = "http://www.w3.org/2004/02/skos/core#"
  /// Labels that one file may have.
  private static let limit = 5_000_000

  private let names = NameTable()
  private let schemeName: NameID
  private let conceptName: NameID
  private let labelName: NameID
  private let titleName: NameID
  private let languageName: NameID
  private var labelCount = 0

  /// Open elements, and those among them that matter.
  private var depth = 0
  private var schemeDepth = 0
  private var textDepth = 0
  /// Concepts may stand in one another.
  private var open: [(depth: Int, labels: Concept)] = []
  private var language = ""
  private var text: [UInt8] = []

  private override init() {
    schemeName = names.other("skos:ConceptScheme")
    conceptName = names.other("skos:Concept")
    labelName = names.other("skos:prefLabel")
    titleName = names.other("title")
    languageName = names.other("xml:lang")
    super.init()
  }

  static func read(_ file: String, _ limits: ReadingLimits) throws(EADError) -> SKOSReader {
    let source = try InputSource(path: file, limits: limits)
    try source.prepare(scan: nil)
    let sink = SKOSReader()
    let parser = XMLEventReader(sink: sink, limits: limits, recover: false, encoding: nil)
    let size = 1 << 16
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    defer { buffer.deallocate() }
    while true {
      let count = try source.read(into: buffer, size)
      if count == 0 || !parser.feed(UnsafeBufferPointer(start: buffer, count: count)) { break }
    }
    parser.finish()
    if let failure = parser.failure {
      throw failure.error(file: file, open: parser.openElements.map(sink.names.name), limits: limits)
    }
    return sink
  }

  override func resolve(local: String, prefix: String?, namespace: String?, isAttribute: Bool) -> NameID {
    if isAttribute {
      let isXML = namespace == "http://www.w3.org/XML/1998/namespace" || prefix == "xml"
      return names.other(isXML ? "xml:" + local : "@" + local)
    }
    if namespace == SKOSReader.skos { return names.other("skos:" + local) }
    // Dublin Core in any of its namespaces.
    if local == "title", namespace?.utf8.starts(with: "http://purl.org/dc/".utf8) == true { return titleName }
    return names.other("{" + (namespace ?? "") + "}" + local)
  }

  override func startElement(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>) {
    depth += 1
    if name == schemeName { schemeDepth = depth }
    if name == conceptName { open.append((depth, [])) }
    let isLabel = name == labelName && (!open.isEmpty || schemeDepth > 0)
    guard textDepth == 0, isLabel || name == titleName && schemeDepth > 0 else { return }
    textDepth = depth
    text = []
    language = ""
    for attribute in attributes where attribute.name == languageName {
      language = String(decoding: attribute.value, as: UTF8.self)
    }
  }

  override func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
    if textDepth > 0, text.count < 1 << 16 { text.append(contentsOf: bytes) }
  }

  override func endElement(_ name: NameID) {
    if depth == textDepth {
      textDepth = 0
      let label = text.withUnsafeBufferPointer { Array(Bytes.trimmed($0)) }
      if !label.isEmpty {
        if let last = open.indices.last, open[last].depth > schemeDepth {
          labelCount += 1
          if name == labelName, labelCount <= SKOSReader.limit {
            open[last].labels.append((SheetSiteTerms.culture(language), label))
          }
        } else if titles.count < 100 {
          titles.append(String(decoding: label, as: UTF8.self))
        }
      }
    }
    if let last = open.last, last.depth == depth {
      open.removeLast()
      if !last.labels.isEmpty { concepts.append(last.labels) }
    }
    if depth == schemeDepth { schemeDepth = 0 }
    depth -= 1
  }
}

extension CSVInput {
  /// Hands on the whole text, piece by piece.
  func forEachChunk(_ body: (UnsafeBufferPointer<UInt8>) throws(EADError) -> Void) throws(EADError) {
    let size = 1 << 16
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    defer { buffer.deallocate() }
    var at = start
    while true {
      let count = pread(descriptor, buffer, size, off_t(at))
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw EADError("input-unreadable", file: file, [String(cString: strerror(errno))]) }
      if count == 0 { return }
      at += count
      try body(UnsafeBufferPointer(start: buffer, count: count))
    }
  }
}
