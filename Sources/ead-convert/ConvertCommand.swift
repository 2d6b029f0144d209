import ArgumentParser
import CommandLineSupport
import EADKit

/// `ead-convert convert`: arguments in, exit code out.
struct ConvertCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Converts finding aids: EAD 2002, EAD3 and AtoM's CSV to AtoM's CSV, EAD for AtoM, EAD 2002 or EAD3.",
    discussion: """
      --to atom-csv writes AtoM's import CSV; --to atom-ead writes EAD 2002 that AtoM's import reads whole; --to ead2002 and \
      --to ead3 write valid EAD of that generation, also from the same one (it is normalised).
      --to atom-authority-csv makes AtoM's CSV of authority records of EAC-CPF files (2010 and 2.0); --to eac-cpf makes \
      EAC-CPF 2.0 of such a CSV (--from atom-authority-csv).
      Nothing disappears in silence: what has no place in the result is summed up at the end and listed by --loss-report, \
      together with what is there in another form.
      Options under "AtoM" are for --to atom-csv and --to atom-ead, those under "Writing EAD" for every target but \
      atom-csv; an option that does nothing for what is read and written is refused.
      Exit codes: 0 done; 1 findings at or above --fail-level, or losses with --fail-on-loss; 2 something could not be \
      read or written (the rest is done); 64 wrong usage.
      """)

  @Argument(
    help: """
      Finding aids, CSV files for AtoM, folders of finding aids (*.xml, *.ead, *.gz; with --from atom-csv *.csv, *.csv.gz), \
      or - for standard input.
      """)
  var inputs: [String] = []

  @Option(help: "What to convert to.")
  var to: ConvertTarget = .atomCSV

  @Option(help: "What the inputs are; auto finds out from each.")
  var from: ConvertSource?

  @Option(help: .hidden)
  var inputFormat: ConvertSource?

  @Option(
    name: .shortAndLong,
    help: """
      Folder for one file per finding aid; for a single input also a file ending in .csv (--to atom-csv) or .xml (all \
      others). A CSV that holds several finding aids gives several files, named by their identifiers.
      """)
  var output: String?

  @Option(help: "One CSV file for all finding aids (--to atom-csv).")
  var combine: String?

  @Option(help: "With --combine: begin a new file past this many rows; a hierarchy is never cut.")
  var rowsPerFile: Int?

  @Option(
    help: """
      AtoM's CSV of relationships between authority records: written with --to atom-authority-csv, read with --to eac-cpf.
      """)
  var relations: String?

  @Flag(help: "Replace existing files.")
  var force = false

  @Flag(
    name: .customLong("validate"),
    help: "Validate EAD inputs in the same pass: what the schema refuses is reported like any other finding.")
  var validates = false

  @OptionGroup(title: "Where inputs come from") var reading: ReadingOptions
  @OptionGroup(title: "Reading AtoM's CSV") var csv: CSVArguments
  @OptionGroup(title: "AtoM") var atom: AtoMArguments
  @OptionGroup(title: "Writing EAD") var ead: EADArguments
  @OptionGroup(title: "Account and messages") var report: ReportArguments

  @Option(help: "Finding aids converted side by side (default: the number of cores).")
  var jobs: Int?

  /// What the inputs are said to be.
  var source: ConvertSource { from ?? inputFormat ?? .auto }

  func validate() throws {
    if let problem = usageProblem {
      throw ValidationError(MessageCatalog.text(problem.key, problem.arguments, report.lang ?? Environment.language))
    }
  }

  func run() async throws {
    let language = report.lang ?? Environment.language
    Interrupts.say(MessageCatalog.text("interrupted", [], language))
    let console = Console(language: language, isQuiet: report.quiet)
    var list = InputList(wanted: source == .atomCSV || readsAuthorityCSV ? .csv : .findingAids)
    for input in inputs { list.add(input) }
    if let filesFrom = reading.filesFrom { list.add(list: filesFrom, separatedByNUL: reading.nul) }
    let batchJobs = try jobs(of: list, console)
    let destination = try destination(batchJobs, console)
    if let problem = authoritiesProblem(batchJobs, destination) {
      console.say(console.text(problem.key, problem.arguments))
      throw ExitCode(ExitStatus.usage)
    }
    let readerOptions = try readerOptions(console)
    let status: Int32
    switch to {
    case .atomCSV:
      let target = AtoMTarget(
        AtoMTarget.Settings(
          destination: destination, force: force, reading: readerOptions, csv: csv.options(reading),
          options: atom.options(for: to), wantsOmissions: report.reportOmissions, sourceName: atom.sourceName,
          authorities: atom.authorities))
      status = await run(batchJobs, list, destination, target, console)
    case .atomEAD, .ead2002, .ead3:
      let kind: EADTarget.Kind =
        switch to {
        case .ead3: .generation(.ead3)
        case .ead2002: .generation(.ead2002)
        case .atomCSV, .atomEAD, .atomAuthorityCSV, .eacCPF: .atom
        }
      let target = EADTarget(
        EADTarget.Settings(
          kind: kind, destination: destination, force: force, reading: readerOptions, csv: csv.options(reading),
          atom: atom.options(for: to), options: ead.options, wantsOmissions: report.reportOmissions))
      status = await run(batchJobs, list, destination, target, console)
    case .atomAuthorityCSV:
      status = await run(batchJobs, list, destination, authorityTarget(destination, readerOptions), console)
    case .eacCPF:
      status = await run(batchJobs, list, destination, eacTarget(destination), console)
    }
    if status != 0 { throw ExitCode(status) }
  }

  private func run(
    _ batchJobs: [ConversionJob], _ list: InputList, _ destination: ConversionDestination, _ target: some ConversionTarget,
    _ console: Console
  ) async -> Int32 {
    await ConversionBatch(
      list: list, jobs: batchJobs, destination: destination, target: target, force: force, width: jobs ?? Environment.cores,
      report: report, console: console
    ).run()
  }

  private func readerOptions(_ console: Console) throws -> EADReaderOptions {
    var options = reading.readerOptions()
    options.generation = EADGeneration(rawValue: source.rawValue)
    guard validates else { return options }
    var validation = ValidationOptions()
    validation.profile = .schema
    validation.reading = options
    do throws(EADError) {
      options.validator = try FindingAidValidator(options: validation)
    } catch {
      console.say(error.finding)
      throw ExitCode(ExitStatus.usage)
    }
    return options
  }

  /// One job for each finding aid; one for all CSV files, or for each with `--separate`.
  private func jobs(of list: InputList, _ console: Console) throws -> [ConversionJob] {
    if let jobs = try authorityJobs(of: list, console) { return jobs }
    var jobs: [ConversionJob] = []
    /// Where the job of all CSV files is.
    var joined: Int?
    for input in list.inputs {
      if try !isCSV(input, console) {
        jobs.append(ConversionJob(source: .ead, inputs: [input]))
      } else if let joined, !csv.separate {
        jobs[joined].inputs.append(input)
      } else {
        joined = jobs.count
        jobs.append(ConversionJob(source: .atomCSV, inputs: [input]))
      }
    }
    for (at, job) in jobs.enumerated() where job.inputs.count > 1 {
      jobs[at].findings.append(
        Finding(rule: "csv-one-import", severity: .note, file: job.name, arguments: [String(job.inputs.count)]))
    }
    if !jobs.isEmpty,
      let problem = sourceProblem(
        hasEAD: jobs.contains { $0.source == .ead }, hasCSV: jobs.contains { $0.source == .atomCSV })
    {
      console.say(console.text(problem.key, problem.arguments))
      throw ExitCode(ExitStatus.usage)
    }
    return jobs
  }

  private func isCSV(_ input: Input, _ console: Console) throws -> Bool {
    switch source {
    case .ead2002, .ead3, .eacCPF: return false
    case .atomCSV, .atomAuthorityCSV: return true
    case .auto:
      if input.path == "-" {
        do throws(EADError) {
          try StandardInput.makeRereadable()
        } catch {
          console.say(error.finding)
          throw ExitCode(ExitStatus.unreadable)
        }
        return AtoMCSVSource.looksLikeAtoMCSV(path: StandardInput.path)
      } else if !OutputNames.isFile(input.path) {
        // A named pipe is not looked into: whoever writes to it would be kept waiting.
        return false
      }
      return AtoMCSVSource.looksLikeAtoMCSV(path: input.path)
    }
  }

  private func destination(_ jobs: [ConversionJob], _ console: Console) throws -> ConversionDestination {
    if let combine { return .combined(combine, rowsPerFile: rowsPerFile) }
    if to == .atomAuthorityCSV { return try authorityDestination(console) }
    let isCSV = to == .atomCSV
    if let output, output != "-" {
      let ending = isCSV ? ".csv" : ".xml"
      let name = output.lowercased()
      if jobs.count == 1, name.hasSuffix(ending), !OutputNames.isFolder(output) { return .file(output) }
      // A folder with the name of a file is what nobody means.
      if name.hasSuffix(isCSV ? ".xml" : ".csv"), !OutputNames.isFolder(output) {
        console.say(console.text("usage-output-ending", [TerminalText.safe(output), to.rawValue, ending]))
        throw ExitCode(ExitStatus.usage)
      }
      return .folder(output)
    }
    if jobs.count > 1 {
      console.say(console.text(isCSV ? "usage-output" : "usage-output-ead"))
      throw ExitCode(ExitStatus.usage)
    }
    return .standardOutput
  }
}
