import ArgumentParser
import CommandLineSupport
import EADKit

/// `ead-convert validate`: arguments in, exit code out.
struct ValidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Validates EAD 2002 and EAD3 finding aids: schema, rules, profiles.",
    discussion: """
      No option is needed: the schema is found from the document, and nothing is ever fetched. What is found goes to \
      standard output (or to --output), everything else to standard error; ead-convert explain RULE says more about a rule.
      Exit codes: 0 nothing at or above --fail-level; 1 findings at or above it, or a delivery refused by --max-errors or \
      --max-error-rate; 2 something could not be read to its end or written (the rest is done); 64 wrong usage, such as a \
      schema, profile or baseline that cannot be used.
      """)

  @Argument(help: "Finding aids, folders of them (*.xml, *.ead, *.gz), or - for standard input.")
  var inputs: [String] = []

  @OptionGroup(title: "What is checked") var checks: CheckArguments
  @OptionGroup(title: "Which documents") var choice: ChoiceArguments
  @OptionGroup(title: "Reports") var reports: FindingReportArguments
  @OptionGroup(title: "Verdict") var verdict: VerdictArguments
  @OptionGroup(title: "Where inputs come from") var reading: ReadingOptions
  @OptionGroup(title: "Messages") var messages: MessageArguments

  @Flag(name: .shortAndLong, help: "List all files that were skipped.")
  var verbose = false

  @Option(help: "Finding aids validated side by side (default: the number of cores).")
  var jobs: Int?

  func validate() throws {
    let say = { MessageCatalog.text($0, $1, messages.lang ?? Environment.language) }
    if inputs.isEmpty, reading.filesFrom == nil { throw ValidationError(say("usage-no-input", [])) }
    let numbers = [("--jobs", jobs, 256), ("--sample", choice.sample, Int.max)] + reading.numbers
    for (name, value, most) in numbers {
      if let value, !(1...most).contains(value) {
        throw ValidationError(say("usage-number", [name, "1", most == Int.max ? "…" : String(most)]))
      }
    }
    for (name, value) in [("--max-findings", reports.maxFindings), ("--max-errors", verdict.maxErrors ?? 0)] where value < 0 {
      throw ValidationError(say("usage-number", [name, "0", "…"]))
    }
    for problem in [checks.problem, choice.problem, reports.problem, verdict.problem(choice)] {
      if let problem { throw ValidationError(say(problem.key, problem.arguments)) }
    }
  }

  func run() async throws {
    let language = messages.lang ?? Environment.language
    Interrupts.say(MessageCatalog.text("interrupted", [], language))
    let console = Console(language: language, isQuiet: messages.quiet)
    var list = InputList()
    for input in inputs { list.add(input) }
    if let filesFrom = reading.filesFrom { list.add(list: filesFrom, separatedByNUL: reading.nul) }
    let batch = ValidationBatch(
      list: list, checks: checks, choice: choice,
      reporting: ReportRun(reports: reports, verdict: verdict, failLevel: messages.failLevel.severity, console: console),
      reading: reading.readerOptions(), jobs: jobs ?? Environment.cores, verbose: verbose)
    let status = await batch.run()
    if status != 0 { throw ExitCode(status) }
  }
}
