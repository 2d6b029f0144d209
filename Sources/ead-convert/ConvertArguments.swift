public import ArgumentParser
import CommandLineSupport
public import EADKit

/// What `convert` writes.
enum ConvertTarget: String, ExpressibleByArgument, CaseIterable {
  case atomCSV = "atom-csv"
  case atomEAD = "atom-ead"
  case ead2002
  case ead3
  case atomAuthorityCSV = "atom-authority-csv"
  case eacCPF = "eac-cpf"
}

/// What `convert` reads.
enum ConvertSource: String, ExpressibleByArgument, CaseIterable {
  case auto, ead2002, ead3
  case atomCSV = "atom-csv"
  case eacCPF = "eac-cpf"
  case atomAuthorityCSV = "atom-authority-csv"
}

struct ReadingOptions: ParsableArguments {
  @Option(help: "Read further inputs from this list, one path a line (- for standard input).")
  var filesFrom: String?

  @Flag(name: [.customShort("0"), .customLong("null")], help: "The paths of --files-from are separated by NUL.")
  var nul = false

  @Option(help: "Encoding of the files, in spite of what they say (such as windows-1252).")
  var encoding: String?

  @Flag(help: "Read on after what is not well-formed; each repair is reported.")
  var recover = false

  @Option(help: "Deepest nesting of elements (default: 1024).")
  var maxDepth: Int?

  @Option(help: "Largest text or attribute in MB (default: 64).")
  var maxText: Int?

  @Option(help: "Most MB that entities may add to a document (default: 32).")
  var maxEntityBytes: Int?

  @Option(help: "Most MB that a gzip file may unpack to (default: 16384, and 200 times its size).")
  var maxUnpacked: Int?

  /// Options that are numbers, with the most they may be.
  var numbers: [(String, Int?, Int)] {
    [
      ("--max-depth", maxDepth, ReadingLimits.deepest), ("--max-text", maxText, 1024), ("--max-entity-bytes", maxEntityBytes, 1024),
      ("--max-unpacked", maxUnpacked, 1 << 20),
    ]
  }

  func readerOptions() -> EADReaderOptions {
    var options = EADReaderOptions()
    options.encoding = encoding
    options.recover = recover
    if let maxDepth { options.limits.depth = maxDepth }
    if let maxText {
      options.limits.textBytes = maxText << 20
      options.limits.unitBytes = max(options.limits.unitBytes, maxText << 21)
    }
    if let maxEntityBytes {
      options.limits.entityBytes = maxEntityBytes << 20
      options.limits.entityAmplification = 1 << 20
    }
    if let maxUnpacked {
      options.limits.unpackedBytes = maxUnpacked << 20
      options.limits.unpackedRatio = 1 << 20
    }
    return options
  }
}

/// How AtoM's CSV is read.
struct CSVArguments: ParsableArguments {
  enum Dialect: String, ExpressibleByArgument, CaseIterable {
    case auto, php, rfc4180
  }

  @Option(help: "What stands between cells: comma, semicolon, tab, or the character (default: by the header line).")
  var csvDelimiter: String?

  @Option(help: "What a backslash before a quotation mark means: auto, php (as AtoM reads) or rfc4180.")
  var csvDialect: Dialect?

  @Flag(help: "Convert each CSV by itself. Without it, the CSV files of a run are one import, as AtoM sees it.")
  var separate = false

  /// The byte of `--csv-delimiter`; nil when it names none.
  var delimiter: UInt8? {
    switch csvDelimiter {
    case "comma": return 0x2C
    case "semicolon": return 0x3B
    case "tab", "\\t": return 0x09
    case let text?:
      // A letter, a digit or a quotation mark would take cells apart.
      guard text.utf8.count == 1, let byte = text.utf8.first, [0x09, 0x2C, 0x3A, 0x3B, 0x7C].contains(byte) else { return nil }
      return byte
    case nil: return nil
    }
  }

  func options(_ reading: ReadingOptions) -> AtoMCSVOptions {
    var options = AtoMCSVOptions()
    options.encoding = reading.encoding
    options.delimiter = delimiter
    if let csvDialect, let dialect = AtoMCSVOptions.Dialect(rawValue: csvDialect.rawValue) { options.dialect = dialect }
    if let maxText = reading.maxText { options.recordBytes = maxText << 20 }
    options.limits = reading.readerOptions().limits
    return options
  }
}

struct AtoMArguments: ParsableArguments {
  @Option(
    help: """
      Columns of the CSV: isad (AtoM's ISAD(G) template) or rad (its RAD template, 90 columns, with statements, places of \
      publication and material designations in their own) (default: isad).
      """)
  var template: AtoMTemplate?

  @Option(help: "Culture of every row (such as fr), whatever the finding aids say.")
  var culture: String?

  @Option(help: "Culture for finding aids that do not say theirs.")
  var defaultCulture: String?

  @Option(
    help: """
      Also write AtoM's authority records of all names to this CSV file (- for standard output); histories go there. Import \
      it before the descriptions.
      """)
  var authorities: String?

  @Option(help: "Slug of an existing AtoM record under which the top descriptions are grafted.")
  var parentSlug: String?

  @Option(help: "Name of the institution, exactly as AtoM has it.")
  var repository: String?

  @Option(help: "Publication status of rows that do not say theirs: published, draft, or a term of the site.")
  var publicationStatus: String?

  @Option(help: "Source name for AtoM's import command (default: the name of the CSV file).")
  var sourceName: String?

  @Flag(name: .customLong("no-derive-dates"), help: "Do not read years in the words of dates without @normal.")
  var noDeriveDates = false

  @Flag(name: .customLong("no-markdown"), help: "Drop emphasis instead of writing it as Markdown.")
  var noMarkdown = false

  @Flag(help: "Make subject, place and name access points of index entries.")
  var indexAsAccessPoints = false

  @Flag(help: "Fill missing levels by depth.")
  var inferLevels = false

  @Option(
    help: """
      Links to digital objects: uri (media files to where AtoM fetches them from), note (all to notes) or none (default: \
      uri; with --to atom-ead note, since AtoM fetches every file while it imports).
      """)
  var digitalObjects: AtoMOptions.DigitalObjects?

  @Flag(help: "Convert what is marked audience=\"internal\" like the rest.")
  var includeInternal = false

  func options(for target: ConvertTarget) -> AtoMOptions {
    var options = AtoMOptions()
    options.template = template ?? .isad
    options.culture = culture.flatMap(AtoMCultures.canonical)
    options.defaultCulture = defaultCulture.flatMap(AtoMCultures.canonical)
    options.collectsAuthorities = authorities != nil
    options.parentSlug = parentSlug
    options.repository = repository
    options.publicationStatus = publicationStatus
    options.derivesDates = !noDeriveDates
    options.markdown = !noMarkdown
    options.indexAsAccessPoints = indexAsAccessPoints
    options.infersLevels = inferLevels
    options.digitalObjects = digitalObjects ?? (target == .atomEAD ? .note : .uri)
    options.includesInternal = includeInternal
    return options
  }
}

/// How EAD is written.
struct EADArguments: ParsableArguments {
  enum Form: String, ExpressibleByArgument, CaseIterable {
    case ead2002
    case plain = "ead2002-plain"
    case documentType = "ead2002-dtd"
  }

  enum Components: String, ExpressibleByArgument, CaseIterable {
    case keep, c, numbered
  }

  @Option(
    help: """
      Form of EAD 2002: ead2002 (in its namespace), ead2002-plain (none) or ead2002-dtd (none, with a DOCTYPE); default: \
      that of the source.
      """)
  var form: Form?

  @Option(help: "Components: keep (as in the source), c, or numbered (c01 to c12) (default: keep).")
  var components: Components?

  @Option(help: "Blanks for each level of indentation; 0 adds no white space (default: 2).")
  var indent: Int?

  @Flag(help: "EAD3: add structured dates beside the words where @normal allows it.")
  var structuredDates = false

  @Flag(help: "EAD3: write extents that are a number and a unit in structured form.")
  var structuredExtents = false

  @Option(help: "Note this as the time of the conversion: now, or a date or time such as 2026-07-01T09:30:00Z.")
  var timestamp: String?

  @Option(help: "EAD3: name of the maintaining agency where the source has none.")
  var agency: String?

  var options: EADOptions {
    var options = EADOptions()
    options.form = form.flatMap { EADForm(rawValue: $0.rawValue) }
    if let components, let chosen = EADOptions.Components(rawValue: components.rawValue) { options.components = chosen }
    if let indent { options.indentation = indent }
    options.structuredDates = structuredDates
    options.structuredExtents = structuredExtents
    options.timestamp = timestamp == "now" ? Timestamp.now : timestamp
    options.agencyName = agency
    return options
  }
}

struct ReportArguments: ParsableArguments {
  @Option(help: "Write every loss and change to this file: .jsonl, .csv or .html. May be given several times.")
  var lossReport: [String] = []

  @Flag(help: "List in the loss report also what repeats a value that is written (kind: omission).")
  var reportOmissions = false

  @Flag(help: "Exit with 1 when anything is lost.")
  var failOnLoss = false

  @OptionGroup var messages: MessageArguments

  @Flag(name: .shortAndLong, help: "List every finding and every path of losses.")
  var verbose = false

  var failLevel: MessageArguments.FailLevel { messages.failLevel }
  var lang: MessageLanguage? { messages.lang }
  var quiet: Bool { messages.quiet }
}

extension AtoMOptions.DigitalObjects: ExpressibleByArgument {}

extension AtoMTemplate: ExpressibleByArgument {}
