public import ArgumentParser
import CommandLineSupport
public import EADKit

/// `ead-convert convert`: arguments in, exit code out.
struct ConvertCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Converts EAD 2002 and EAD3 finding aids to AtoM's import CSV.",
    discussion: """
      Nothing disappears in silence: what has no place in the CSV is summed up at the end and listed by --loss-report.
      Exit codes: 0 done; 1 findings at or above --fail-level, or losses with --fail-on-loss; 2 something could not be \
      read or written (the rest is done); 64 wrong usage.
      """)

  enum Target: String, ExpressibleByArgument, CaseIterable {
    case atomCSV = "atom-csv"
  }

  enum InputFormat: String, ExpressibleByArgument, CaseIterable {
    case auto, ead2002, ead3
  }

  @Argument(help: "Finding aids, folders of them (*.xml, *.ead, *.gz), or - for standard input.")
  var inputs: [String] = []

  @Option(help: "What to convert to.")
  var to: Target = .atomCSV

  @Option(name: .shortAndLong, help: "Folder for one CSV per finding aid; for a single input also a file ending in .csv.")
  var output: String?

  @Option(help: "One CSV file for all finding aids.")
  var combine: String?

  @Option(help: "With --combine: begin a new file past this many rows; a hierarchy is never cut.")
  var rowsPerFile: Int?

  @Flag(help: "Replace existing files.")
  var force = false

  @Flag(
    name: .customLong("validate"), help: "Validate in the same pass: what the schema refuses is reported like any other finding.")
  var validates = false

  @OptionGroup(title: "Where inputs come from") var reading: ReadingOptions
  @OptionGroup(title: "AtoM") var atom: AtoMArguments
  @OptionGroup(title: "Account and messages") var report: ReportArguments

  @Option(help: "Generation of EAD: auto, ead2002 or ead3.")
  var inputFormat: InputFormat = .auto

  @Option(help: "Finding aids converted side by side (default: the number of cores).")
  var jobs: Int?

  func validate() throws {
    let say = { MessageCatalog.text($0, $1, report.lang ?? Environment.language) }
    if inputs.isEmpty, reading.filesFrom == nil { throw ValidationError(say("usage-no-input", [])) }
    if combine == "-" { throw ValidationError(say("usage-combine", [])) }
    if output != nil, combine != nil { throw ValidationError(say("usage-both", [])) }
    for culture in [atom.culture, atom.defaultCulture] {
      if let culture, AtoMCultures.canonical(culture) == nil { throw ValidationError(say("usage-culture", [culture])) }
    }
    for (name, value, most) in [("--rows-per-file", rowsPerFile, Int.max), ("--jobs", jobs, 256)] + reading.numbers {
      if let value, !(1...most).contains(value) {
        throw ValidationError(say("usage-number", [name, "1", most == Int.max ? "…" : String(most)]))
      }
    }
    for path in report.lossReport where LossReportFormat(path: path) == nil {
      throw ValidationError(say("usage-loss-report", []))
    }
  }

  func run() async throws {
    let language = report.lang ?? Environment.language
    Interrupts.say(MessageCatalog.text("interrupted", [], language))
    let console = Console(language: language, isQuiet: report.quiet)
    var list = InputList()
    for input in inputs { list.add(input) }
    if let filesFrom = reading.filesFrom { list.add(list: filesFrom, separatedByNUL: reading.nul) }
    var readerOptions = reading.readerOptions()
    readerOptions.generation = EADGeneration(rawValue: inputFormat.rawValue)
    if validates {
      var validation = ValidationOptions()
      validation.profile = .schema
      validation.reading = readerOptions
      do throws(EADError) {
        readerOptions.validator = try FindingAidValidator(options: validation)
      } catch {
        console.say(error.finding)
        throw ExitCode(ExitStatus.usage)
      }
    }
    let batch = AtoMBatch(
      list: list, destination: try destination(list, console), force: force, jobs: jobs ?? Environment.cores,
      reading: readerOptions, options: atom.options, report: report, sourceName: atom.sourceName, console: console)
    let status = await batch.run()
    if status != 0 { throw ExitCode(status) }
  }

  private func destination(_ list: InputList, _ console: Console) throws -> AtoMBatch.Destination {
    if let combine { return .combined(combine, rowsPerFile: rowsPerFile) }
    if let output, output != "-" {
      return list.inputs.count == 1 && output.lowercased().hasSuffix(".csv") ? .file(output) : .folder(output)
    }
    if list.inputs.count > 1 {
      console.say(console.text("usage-output"))
      throw ExitCode(ExitStatus.usage)
    }
    return .standardOutput
  }
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

struct AtoMArguments: ParsableArguments {
  @Option(help: "Culture of every row (such as fr), whatever the finding aids say.")
  var culture: String?

  @Option(help: "Culture for finding aids that do not say theirs.")
  var defaultCulture: String?

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

  @Option(help: "Links to digital objects: uri (media files to digitalObjectURI), note (all to notes) or none.")
  var digitalObjects: AtoMOptions.DigitalObjects = .uri

  @Flag(help: "Convert what is marked audience=\"internal\" like the rest.")
  var includeInternal = false

  var options: AtoMOptions {
    var options = AtoMOptions()
    options.culture = culture.flatMap(AtoMCultures.canonical)
    options.defaultCulture = defaultCulture.flatMap(AtoMCultures.canonical)
    options.parentSlug = parentSlug
    options.repository = repository
    options.publicationStatus = publicationStatus
    options.derivesDates = !noDeriveDates
    options.markdown = !noMarkdown
    options.indexAsAccessPoints = indexAsAccessPoints
    options.infersLevels = inferLevels
    options.digitalObjects = digitalObjects
    options.includesInternal = includeInternal
    return options
  }
}

struct ReportArguments: ParsableArguments {
  @Option(help: "Write every loss to this file: .jsonl, .csv or .html. May be given several times.")
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
