public import ArgumentParser
import CommandLineSupport
import EADKit

/// `ead-convert roundtrip`: arguments in, exit code out.
struct RoundTripCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roundtrip",
    abstract: "Converts there and back, and reports what survived, what moved, what changed and what was lost.",
    discussion: """
      Nothing is written but the reports. EAD goes through the form that is named and comes back as EAD of its own \
      generation; a CSV for AtoM comes back as a CSV. What AtoM itself would do to an import is not part of it.
      Exit codes: 0 nothing was lost; 1 something was lost; 2 something could not be read, converted or written (the rest \
      is done); 64 wrong usage.
      """)

  @Argument(help: "Finding aids, CSV files for AtoM, folders of finding aids (*.xml, *.ead, *.gz), or - for standard input.")
  var inputs: [String] = []

  @Option(help: "What to go through: atom-csv, ead3 or ead2002.")
  var through: RoundTrip.Through

  @OptionGroup(title: "Reports") var reports: RoundTripReportArguments
  @OptionGroup(title: "Conversions") var conversion: RoundTripConversionArguments
  @OptionGroup(title: "Where inputs come from") var reading: ReadingOptions

  @Option(help: "Documents converted side by side (default: the number of cores).")
  var jobs: Int?

  @Option(help: "Language of messages: en or fr (default: from the locale).")
  var lang: MessageLanguage?

  @Flag(name: .shortAndLong, help: "Say nothing but errors, besides the report.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "List every path, and what the conversions have to say.")
  var verbose = false

  func validate() throws {
    let say = { MessageCatalog.text($0, $1, lang ?? Environment.language) }
    if inputs.isEmpty, reading.filesFrom == nil { throw ValidationError(say("usage-no-input", [])) }
    for (name, value, most) in [("--jobs", jobs, 256)] + reading.numbers {
      if let value, !(1...most).contains(value) {
        throw ValidationError(say("usage-number", [name, "1", most == Int.max ? "…" : String(most)]))
      }
    }
    if let culture = conversion.defaultCulture, AtoMCultures.canonical(culture) == nil {
      throw ValidationError(say("usage-culture", [culture]))
    }
    if let path = reports.report.first(where: { RoundTripReportFormat(path: $0) == nil }) {
      throw ValidationError(say("usage-roundtrip-report", [path]))
    }
  }

  func run() async throws {
    let language = lang ?? Environment.language
    Interrupts.say(MessageCatalog.text("interrupted", [], language))
    var list = InputList()
    for input in inputs { list.add(input) }
    if let filesFrom = reading.filesFrom { list.add(list: filesFrom, separatedByNUL: reading.nul) }
    let batch = RoundTripBatch(
      list: list, through: through, options: conversion.options(reading), reports: reports, jobs: jobs ?? Environment.cores,
      verbose: verbose, console: Console(language: language, isQuiet: quiet))
    let status = await batch.run()
    if status != 0 { throw ExitCode(status) }
  }
}

/// How the result is reported, and where to.
struct RoundTripReportArguments: ParsableArguments {
  @Option(help: "Format of the report on standard output: text, json or html.")
  var format: RoundTripReportFormat = .text

  @Option(help: "One more report, in a file that ends in .txt, .json or .html. May be given several times.")
  var report: [String] = []

  @Flag(help: "List every piece that was lost.")
  var details = false

  @Flag(help: "Replace existing reports.")
  var force = false
}

/// Choices of the two conversions.
struct RoundTripConversionArguments: ParsableArguments {
  @Option(help: "Culture for finding aids that do not say theirs (default for a round trip: en).")
  var defaultCulture: String?

  @Flag(help: "Convert what is marked audience=\"internal\" like the rest.")
  var includeInternal = false

  func options(_ reading: ReadingOptions) -> RoundTrip.Options {
    var options = RoundTrip.Options()
    options.reading = reading.readerOptions()
    options.atom.defaultCulture = defaultCulture.flatMap(AtoMCultures.canonical)
    options.atom.includesInternal = includeInternal
    options.csv.encoding = reading.encoding
    options.csv.limits = options.reading.limits
    return options
  }
}

extension RoundTrip.Through: ExpressibleByArgument {}
extension RoundTripReportFormat: ExpressibleByArgument {}
