public import ArgumentParser
public import Archifilter
import CommandLineSupport
import EADKit

/// What is read of each file.
struct ContentArguments: ParsableArguments {
  @Option(help: "SHA-256 of all files, of those whose size another file has (duplicates), or of none.")
  var digests: ScanOptions.Digests = .all

  @Flag(name: .customLong("sha512"), help: "SHA-512 too, in the same reading.")
  var sha512 = false

  @Flag(name: .customLong("md5"), help: "MD5 too, in the same reading; for comparing with older lists only.")
  var md5 = false

  @Option(help: "Formats by this program's table (own), by Siegfried, by Siegfried when it is installed (auto), or none.")
  var formats: ScanOptions.Formats = .auto

  @Option(
    help: ArgumentHelp("Take formats from this CSV of DROID or Siegfried. May be given several times.", valueName: "file"))
  var formatsFrom: [String] = []

  @Option(help: "Dates and titles inside documents: all or none.")
  var metadata: Metadata = .all

  @Flag(inversion: .prefixedNo, help: "List what is in archives such as .zip; nothing is unpacked to disk.")
  var members = true

  enum Metadata: String, ExpressibleByArgument, CaseIterable {
    case none, all
  }

  var algorithms: ContentFacts.Work {
    var algorithms: ContentFacts.Work = .sha256
    if sha512 { algorithms.insert(.sha512) }
    if md5 { algorithms.insert(.md5) }
    return algorithms
  }
}

/// What is left out of the description.
struct IgnoreArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Ignore rules, in the form that archifilter ignore-rules prints.", valueName: "file"))
  var ignoreRules: String?

  @Flag(help: "Ignore nothing.")
  var noIgnore = false

  var areBoth: Bool { noIgnore && ignoreRules != nil }

  func rules() throws(EADError) -> IgnoreRules {
    if noIgnore { return IgnoreRules(rules: []) }
    guard let ignoreRules else { return IgnoreRules() }
    return try IgnoreRules(contentsOf: ignoreRules)
  }
}

/// Where a scan goes.
struct WalkArguments: ParsableArguments {
  @Flag(help: "Go where links point to (loops are noticed).")
  var follow = false

  @Flag(help: "Stay on the file system of the folder.")
  var oneFileSystem = false
}

extension ScanOptions.Digests: ExpressibleByArgument {}
extension ScanOptions.Formats: ExpressibleByArgument {}
