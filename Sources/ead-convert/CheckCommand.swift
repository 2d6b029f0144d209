public import ArgumentParser
import CommandLineSupport
public import EADKit

/// `ead-convert check`: arguments in, exit code out.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Judges CSV files for AtoM before AtoM sees them, and corrects them.",
    discussion: """
      Descriptions (ISAD and RAD), authority records, their relationships, accessions, deaccessions, repositories, events and \
      physical storage, each recognised by its header line. Several files are one import, in the order given. An error \
      stops AtoM's import or destroys data, a warning makes AtoM store something else; ead-convert explain RULE says more.
      With --fix -o OUT.csv a corrected copy of one file is written where the remedy is certain, every change is listed, \
      and what is left to correct by hand is reported of the copy; --diff shows the changes.
      Exit codes: 0 nothing at or above --fail-level (in the corrected copy, with --fix); 1 findings at or above it; \
      2 something could not be read or written (the rest is done); 64 wrong usage.
      """)

  @Argument(help: "CSV files, folders of them (*.csv), or - for standard input.")
  var inputs: [String] = []

  @OptionGroup(title: "What is checked") var sheets: SheetArguments
  @OptionGroup(title: "Correction") var correction: CorrectionArguments
  @OptionGroup(title: "Reports") var reports: FindingReportArguments
  @OptionGroup(title: "Verdict") var verdict: VerdictArguments
  @OptionGroup(title: "Messages") var messages: MessageArguments

  @Option(help: "Report only files that have changed since this commit of the git repository, or are new; all are read.")
  var since: String?

  @Option(help: "Read further inputs from this list, one path a line (- for standard input).")
  var filesFrom: String?

  @Flag(name: [.customShort("0"), .customLong("null")], help: "The paths of --files-from are separated by NUL.")
  var nul = false

  @Flag(name: .shortAndLong, help: "Say for each file what each of AtoM's own checks would look at, and show sample values.")
  var verbose = false

  func validate() throws {
    let say = { MessageCatalog.text($0, $1, messages.lang ?? Environment.language) }
    if inputs.isEmpty, filesFrom == nil { throw ValidationError(say("usage-no-input", [])) }
    for (name, value) in [("--max-findings", reports.maxFindings), ("--max-errors", verdict.maxErrors ?? 0)] where value < 0 {
      throw ValidationError(say("usage-number", [name, "0", "…"]))
    }
    for problem in [sheets.problem, reports.problem, verdict.problem(ChoiceArguments.all), correction.problem(reports)] {
      if let problem { throw ValidationError(say(problem.key, problem.arguments)) }
    }
  }

  func run() async throws {
    let language = messages.lang ?? Environment.language
    Interrupts.say(MessageCatalog.text("interrupted", [], language))
    var list = InputList(wanted: .csv)
    for input in inputs { list.add(input) }
    if let filesFrom { list.add(list: filesFrom, separatedByNUL: nul) }
    let console = Console(language: language, isQuiet: messages.quiet)
    let batch = SheetBatch(
      list: list, sheets: sheets, correction: correction, since: since,
      reporting: ReportRun(reports: reports, verdict: verdict, failLevel: messages.failLevel.severity, console: console),
      verbose: verbose)
    let status = batch.run()
    if status != 0 { throw ExitCode(status) }
  }
}

/// Against what sheets are checked.
struct SheetArguments: ParsableArguments {
  @Option(
    help: """
      Kind of all sheets: description, authority, relationship, accession, deaccession, repository, event or storage \
      (default: by the header line).
      """)
  var type: SheetType?

  @Option(help: "Names of the site's repositories: AtoM's export, or one name a line. May be given several times.")
  var repositories: [String] = []

  @Option(help: "The site's terms: AtoM's SKOS export (or TAXONOMY=FILE), or a CSV with taxonomy, culture, term.")
  var terms: [String] = []

  @Option(help: "Slugs of the site's descriptions: AtoM's export, or one slug a line.")
  var existingSlugs: [String] = []

  @Option(help: "Names of the site's authority records: AtoM's export, or one name a line.")
  var authorities: [String] = []

  @Option(help: "Folder of the files that digitalObjectPath names.")
  var digitalObjects: String?

  @Option(help: "Encoding of the files, in spite of what they say (such as windows-1252).")
  var encoding: String?

  @Option(help: "Severities of the rules: default, or a profile of your own: FILE.yml.")
  var profile = "default"

  var problem: UsageProblem? { CheckArguments.problem(ofProfile: profile) }

  /// Every file that is read besides the sheets.
  var files: [String] {
    repositories + existingSlugs + authorities + [profile]
      + terms.map { term in term.split(separator: "=", maxSplits: 1).last.map(String.init) ?? term }
  }

  func options() throws(EADError) -> SheetCheckOptions {
    var options = SheetCheckOptions()
    options.type = type
    options.csv.encoding = encoding
    options.repositories = repositories.isEmpty ? nil : repositories
    options.terms = terms.isEmpty ? nil : terms
    options.slugs = existingSlugs.isEmpty ? nil : existingSlugs
    options.authorities = authorities.isEmpty ? nil : authorities
    options.digitalObjects = digitalObjects
    options.validation.profile = try CheckArguments.profile(profile)
    return options
  }
}

/// Whether and how a corrected copy is written.
struct CorrectionArguments: ParsableArguments {
  @Flag(help: "Write a corrected copy of the file to --output; what it changes is listed.")
  var fix = false

  @Flag(help: "Show what --fix changes, cell by cell, on standard output; without --output nothing is written.")
  var diff = false

  @Option(help: "Culture for rows that have none, for --fix.")
  var culture: String?

  func problem(_ reports: FindingReportArguments) -> UsageProblem? {
    if let culture, AtoMCultures.canonical(culture) == nil { return UsageProblem(key: "usage-culture", arguments: [culture]) }
    if !fix, diff || culture != nil { return UsageProblem(key: "usage-fix-only") }
    // `-` would be a file of that name, and standard input when it is checked.
    if fix, reports.output == "-" || !diff && reports.output == nil { return UsageProblem(key: "usage-fix-output") }
    return nil
  }
}

extension ChoiceArguments {
  /// Every document.
  static var all: ChoiceArguments {
    var arguments = ChoiceArguments()
    arguments.sample = nil
    arguments.since = nil
    arguments.seed = 0
    return arguments
  }
}

extension SheetType: ExpressibleByArgument {}
