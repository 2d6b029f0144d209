import ArgumentParser
import Archifilter
import CommandLineSupport
import EADKit

/// `archifilter scan`: a folder into an inventory.
struct ScanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Scans a folder into an inventory, or brings the inventory of a folder up to date.",
    discussion: """
      Nothing in the folder is changed. Stopped at any moment, the same command goes on where it was; run again on a \
      complete inventory, it reads only what has changed.
      Exit codes: 0 done; 2 something could not be read (all else is in the inventory; --errors-ok: 0), or the scan was \
      stopped; 64 wrong usage.
      """)

  @Argument(help: "The folder.", completion: .directory)
  var folder: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The inventory; made when it is not there.", valueName: "file"))
  var inventory: String

  @OptionGroup(title: "What is read of each file") var content: ContentArguments
  @OptionGroup(title: "Where the scan goes") var walk: WalkArguments
  @OptionGroup(title: "What is ignored") var ignoring: IgnoreArguments
  @OptionGroup(title: "Messages") var messages: MessageOptions

  @Option(help: "Threads (default: the number of cores, from 2 to 8).")
  var jobs: Int?

  @Option(help: ArgumentHelp("Time zone in which days are counted.", valueName: "zone"))
  var timezone = LocalTime.defaultZone

  @Flag(help: "End with 0 although something could not be read.")
  var errorsOk = false

  func validate() throws {
    if let jobs, !(1...256).contains(jobs) { throw messages.usage("usage-number", ["--jobs", "1", "256"]) }
    if ignoring.areBoth { throw messages.usage("usage-ignore-both") }
    if content.digests == .none, content.sha512 || content.md5 { throw messages.usage("usage-digests-none") }
  }

  func run() async throws {
    let console = messages.console()
    try finish(console) { () throws(EADError) in
      let options = try options()
      let clock = Stopwatch()
      let inventory = try Inventory(path: self.inventory, access: .write)
      let scan = Scan(inventory: inventory, options: options)
      let account = ScanAccount(console: console)
      scan.progress = { account.show($0) }
      scan.isStopped = { Interrupts.areAsked }
      // From here on an interrupt is no end but a request: what is found is committed first.
      Interrupts.waitForWork()
      let result = try scan.run()
      try inventory.close()
      return account.finish(result, seconds: clock.seconds, allowsErrors: errorsOk)
    }
  }

  private func options() throws(EADError) -> ScanOptions {
    var options = ScanOptions(
      root: ProgramArguments.bytes(of: folder), timeZone: try LocalTime(zone: timezone), now: Timestamp.nanoseconds,
      started: Timestamp.now, tool: "archifilter \(Version.text)",
      clock: { Timestamp.now })
    options.digests = content.digests
    options.algorithms = content.algorithms
    options.formats = content.formats
    options.formatsFrom = content.formatsFrom
    options.metadata = content.metadata == .all
    options.members = content.members
    options.ignore = try ignoring.rules()
    options.follow = walk.follow
    options.oneFileSystem = walk.oneFileSystem
    options.jobs = jobs ?? min(max(Environment.cores, 2), 8)
    return options
  }
}
