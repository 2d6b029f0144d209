import CommandLineSupport
import EADKit

/// EAD in one of its forms, a file for each finding aid.
final class EADTarget: ConversionTarget {
  enum Kind: Sendable {
    case generation(EADGeneration)
    /// EAD 2002 that AtoM's import reads.
    case atom
  }

  struct Settings: Sendable {
    var kind: Kind
    var destination: ConversionDestination
    var force: Bool
    var reading: EADReaderOptions
    var csv: AtoMCSVOptions
    var atom: AtoMOptions
    var options: EADOptions
    var wantsOmissions: Bool
  }

  /// The finding aids of one job.
  final class Product: ConversionProduct, @unchecked Sendable {
    fileprivate let conversion: EADConversion
    fileprivate let files: EADFiles

    fileprivate init(_ conversion: EADConversion, _ files: EADFiles) {
      self.conversion = conversion
      self.files = files
    }

    var account: JobAccount {
      JobAccount(
        units: conversion.units, findingAids: files.count, losses: conversion.losses, changes: conversion.changes,
        lossSummary: conversion.lossSummary, findings: conversion.findings, findingCounts: conversion.findingCounts)
    }

    func discard() { files.discard() }
  }

  let ending = ".xml"
  let wording = Tally.Wording.findingAids
  private let settings: Settings
  /// Absolute paths that are spoken for, with the job that may write there.
  private var reserved: [String: String] = [:]
  private var written: [String] = []
  private var units = 0

  init(_ settings: Settings) { self.settings = settings }

  func prepare(_ jobs: inout [ConversionJob], reserved: [String: String]) { self.reserved = reserved }

  func open() throws(EADError) {}

  var work: @Sendable (ConversionJob, LossSpool?) throws(EADError) -> Product {
    let settings = settings
    let ending = ending
    return { job, losses throws(EADError) in
      let files = EADFiles(job: job, destination: settings.destination, ending: ending, force: settings.force)
      let receive: ((LossEntry) -> Void)? = losses.map { spool in { spool.append($0) } }
      let omissions = settings.wantsOmissions
      let conversion: EADConversion
      switch (job.source, settings.kind) {
      case (.ead, .generation(let generation)):
        conversion = try EADConversion.run(
          path: job.name, reading: settings.reading, target: generation, options: settings.options, outputs: files,
          wantsOmissions: omissions, losses: receive)
      case (.ead, .atom):
        conversion = try AtoMEADConversion.run(
          path: job.name, reading: settings.reading, atom: settings.atom, options: settings.options, outputs: files,
          wantsOmissions: omissions, losses: receive, again: { losses?.reset() })
      case (.atomCSV, let kind):
        let flavour: AtoMEADFlavour =
          switch kind {
          case .generation(.ead3): .ead3
          case .generation(.ead2002): .ead2002
          case .atom: .atom
          }
        conversion = try AtoMCSVConversion.run(
          paths: job.paths, csv: settings.csv, target: flavour, options: settings.options,
          digitalObjects: settings.atom.digitalObjects, outputs: files, wantsOmissions: omissions, losses: receive)
      }
      return Product(conversion, files)
    }
  }

  func revised(_ job: ConversionJob, _ product: Product) -> ConversionJob? { nil }

  func gather(_ product: Product) throws(EADError) {}

  func deliver(_ product: Product, of job: ConversionJob) throws(EADError) {
    for path in product.files.paths {
      let absolute = OutputNames.absolute(path)
      if let owner = reserved[absolute], owner != job.name {
        throw owner.isEmpty
          ? EADError("output-is-taken", file: path, [job.name]) : EADError("output-collision", file: path, [owner, job.name])
      }
      reserved[absolute] = job.name
    }
    try product.files.deliver()
    written += product.files.paths
    units += product.conversion.units
  }

  func close(delivered: Int) throws(EADError) {}

  var notice: Finding? { nil }

  func nextSteps(_ console: Console, verbose: Bool) -> [String] {
    // One file by its name, many by the folder they are in.
    var place = written.first
    if written.count > 1, case .folder(let folder) = settings.destination { place = folder }
    let name = place.map { TerminalText.safe(OutputNames.shellQuoted($0)) }
    switch settings.kind {
    case .generation:
      guard let name else { return [] }
      return [console.text("next-check-ead", [name])]
    case .atom:
      return (name.map { [console.text("next-command-ead", [$0])] } ?? [])
        + [console.text("next-web-ead"), console.text("next-first"), console.text("next-inherit-ead")]
    }
  }
}
