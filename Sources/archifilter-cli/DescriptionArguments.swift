import ArgumentParser
import Archifilter
import CommandLineSupport
import EADKit

/// How the tree is described.
struct DescriptionArguments: ParsableArguments {
  @Option(help: "Levels of description: fonds, versement-w (a transfer, never a fonds), or a file of your own.")
  var levels = LevelRules.Preset.fonds.rawValue

  @Option(help: "Files described one by one: all, none, or those of folders that hold at most this many themselves.")
  var items = "200"

  @Option(help: ArgumentHelp("Call number of the whole, such as \"12 W\".", valueName: "text"))
  var callNumber: String?

  @Option(help: ArgumentHelp("Title of the whole (default: the folder's name).", valueName: "text"))
  var title: String?

  @Option(help: ArgumentHelp("Identifier of the finding aid (default: made of the folder's name).", valueName: "text"))
  var identifier: String?

  @Option(help: ArgumentHelp("The archives service that keeps the files.", valueName: "name"))
  var repository: String?

  @Option(help: ArgumentHelp("Its code (ISO 15511), such as FR-FRAC44109.", valueName: "code"))
  var agencyCode: String?

  @Option(help: ArgumentHelp("Who made the documents.", valueName: "name"))
  var creator: String?

  @Option(
    help: ArgumentHelp("Language of the documents (ISO 639-2/B), such as fre. May be given several times.", valueName: "code"))
  var documentLanguage: [String] = []

  @Flag(help: "No links to the files.")
  var noLinks = false

  @Option(help: ArgumentHelp("What links begin with (default: nothing, links are relative to the folder).", valueName: "address"))
  var linkBase = ""

  @Flag(help: "SHA-256 of each described file.")
  var checksums = false

  @Flag(help: "Take suspect dates for dates too.")
  var forceDates = false

  @Option(help: ArgumentHelp("Time zone in which days are counted (default: that of the scan).", valueName: "zone"))
  var timezone: String?

  /// nil for a word that is no choice.
  var itemChoice: DescriptionOptions.Items? {
    switch items {
    case "all": .all
    case "none": DescriptionOptions.Items.none
    default: Int(items).flatMap { $0 > 0 ? .upTo($0) : nil }
    }
  }

  /// - Parameters:
  ///   - run: the scan that is described.
  ///   - commandLine: as it is to stand in the finding aid.
  func options(
    _ run: RunRecord, language: MessageLanguage, commandLine: [String]
  ) throws(EADError) -> DescriptionOptions {
    let rules: LevelRules
    if let preset = LevelRules.Preset(rawValue: levels) {
      rules = LevelRules(preset: preset)
    } else {
      rules = try LevelRules(contentsOf: levels)
    }
    var options = DescriptionOptions(
      levels: rules, time: try LocalTime(zone: timezone ?? run.timeZone),
      today: String(Timestamp.now.prefix(10)), tool: "archifilter \(Version.text)")
    options.items = itemChoice ?? options.items
    options.language = language
    options.callNumber = callNumber
    options.title = title
    options.identifier = identifier
    options.repository = repository
    options.agencyCode = agencyCode
    options.creator = creator
    options.documentLanguages = documentLanguage
    options.links = !noLinks
    options.linkBase = linkBase
    options.checksums = checksums
    options.forcesDates = forceDates
    options.commandLine = commandLine
    return options
  }
}

extension RunRecord {
  /// The time zone of the scan; that of mainland France where it names none.
  var timeZone: String {
    let mark = "time-zone="
    let line = options.split(separator: "\n").first { $0.hasPrefix(mark) }
    return line.map { String($0.dropFirst(mark.count)) } ?? LocalTime.defaultZone
  }
}
