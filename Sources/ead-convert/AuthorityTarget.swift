import ArgumentParser
import CommandLineSupport
import EADKit

/// AtoM's CSV of authority records, one for all EAC-CPF files, and the one of their relationships.
final class AuthorityTarget: ConversionTarget {
  struct Settings: Sendable {
    /// Nil for standard output.
    var output: String?
    var relations: String?
    var force: Bool
    var reading: EADReaderOptions
    var options: EACOptions
    var wantsOmissions: Bool
  }

  /// The rows of one file.
  final class Product: ConversionProduct, @unchecked Sendable {
    fileprivate let conversion: EACConversion
    /// What only the files before it gave rise to.
    fileprivate var late: [Finding] = []

    fileprivate init(_ conversion: EACConversion) { self.conversion = conversion }

    var account: JobAccount {
      JobAccount(
        units: conversion.rows, losses: conversion.losses, changes: conversion.changes, lossSummary: conversion.lossSummary,
        findings: conversion.findings + late,
        findingCounts: late.reduce(into: conversion.findingCounts) { $0[$1.rule, default: 0] += 1 })
    }

    func discard() {}
  }

  let ending = ".csv"
  let wording = Tally.Wording(losses: "summary-losses-authorities", last: "summary-last-authorities", countsChanges: true)
  private let settings: Settings
  private var file: OutputFile?
  private var relations: OutputFile?
  private var hasRelations = false
  private var hasHeader = false
  /// Files by the names of their records, as bytes: two forms of one accented letter are two names.
  private var names: [[UInt8]: String] = [:]
  private var newTerms: Set<String> = []
  private var cultures: Set<String> = []

  init(_ settings: Settings) { self.settings = settings }

  func prepare(_ jobs: inout [ConversionJob], reserved: [String: String]) {}

  func open() throws(EADError) {
    if let path = settings.output { file = try OutputFile(path: path, force: settings.force) }
    if let path = settings.relations { relations = try OutputFile(path: path, force: settings.force) }
    if let relations { try write(EACConversion.relationsHeader, to: relations) }
  }

  private func write(_ bytes: [UInt8], to file: OutputFile?) throws(EADError) {
    try bytes.withUnsafeBufferPointer { bytes throws(EADError) in
      if let file { try file.write(bytes) } else { try StandardOutput.write(bytes) }
    }
  }

  var work: @Sendable (ConversionJob, LossSpool?) throws(EADError) -> Product {
    let settings = settings
    return { job, losses throws(EADError) in
      let receive: ((LossEntry) -> Void)? = losses.map { spool in { spool.append($0) } }
      return Product(
        try EACConversion.run(
          path: job.name, reading: settings.reading, options: settings.options, wantsOmissions: settings.wantsOmissions,
          losses: receive))
    }
  }

  func revised(_ job: ConversionJob, _ product: Product) -> ConversionJob? { nil }

  func gather(_ product: Product) throws(EADError) {
    guard product.conversion.rows > 0 else { return }
    if !hasHeader { try write(EACConversion.header, to: file) }
    hasHeader = true
    try write(product.conversion.rowBytes, to: file)
    if let relations { try write(product.conversion.relationBytes, to: relations) }
  }

  func deliver(_ product: Product, of job: ConversionJob) throws(EADError) {
    for name in product.conversion.names {
      if let other = names[name] {
        product.late.append(
          Finding(
            rule: "eac-same-name", severity: .warning, file: job.name,
            arguments: [String(decoding: name, as: UTF8.self), other]))
      } else {
        names[name] = job.name
      }
    }
    if product.conversion.relations > 0 { hasRelations = true }
    newTerms.formUnion(product.conversion.newTerms)
    cultures.insert(product.conversion.culture)
  }

  func close(delivered: Int) throws(EADError) {
    // A sheet without a row is worth nothing, least of all in the place of an older one.
    guard !names.isEmpty else { return }
    try file?.commit()
    try relations?.commit()
  }

  var notice: Finding? { nil }
  var sharedOutputs: [String] { settings.relations.map { [$0] } ?? [] }

  func nextSteps(_ console: Console, verbose: Bool) -> [String] {
    var lines: [String] = []
    func path(_ path: String) -> String { TerminalText.safe(OutputNames.shellQuoted(path)) }
    if let output = settings.output { lines.append(console.text("next-eac-authorities", [path(output)])) }
    if let relations = settings.relations, hasRelations { lines.append(console.text("next-relations", [path(relations)])) }
    lines.append(console.text("next-culture", [cultures.sorted().joined(separator: ", ")]))
    if !newTerms.isEmpty {
      let terms = newTerms.sorted().map { TerminalText.safe($0.replacing("\t", with: ": ")) }
      lines.append(console.text("next-terms", [terms.prefix(verbose ? terms.count : 30).joined(separator: "; ")]))
    }
    lines.append(console.text("next-excel"))
    return lines
  }
}

/// EAC-CPF 2.0, a file for each row of AtoM's CSV of authority records.
final class EACTarget: ConversionTarget {
  struct Settings: Sendable {
    var destination: ConversionDestination
    var relations: String?
    var force: Bool
    var csv: AtoMCSVOptions
    var options: EACOptions
    var wantsOmissions: Bool
  }

  /// The files of one job, in one without a name until all are complete.
  final class Product: ConversionProduct, EADOutputs, @unchecked Sendable {
    fileprivate var conversion = AuthorityCSVConversion()
    fileprivate let spool: OutputSpool
    fileprivate var names: [String] = []

    fileprivate init(_ job: ConversionJob) throws(EADError) { spool = try OutputSpool(for: job.name) }

    var account: JobAccount {
      JobAccount(
        units: conversion.records, findingAids: names.count, losses: conversion.losses, changes: conversion.changes,
        lossSummary: conversion.lossSummary, findings: conversion.findings, findingCounts: conversion.findingCounts)
    }

    func begin(_ name: String) throws(EADError) {
      names.append(name)
      spool.begin()
    }
    func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(EADError) { try spool.write(bytes) }
    func end() throws(EADError) {}
    func discard() {}
  }

  let ending = ".xml"
  let wording = Tally.Wording(losses: "summary-losses-eac", last: "summary-last-eac", countsChanges: true)
  private let settings: Settings
  private var reserved: [String: String] = [:]
  private var written: [String] = []

  init(_ settings: Settings) { self.settings = settings }

  func prepare(_ jobs: inout [ConversionJob], reserved: [String: String]) {
    // Names come from the records: what the list of files would be called says nothing here.
    self.reserved = reserved.filter { $0.value.isEmpty }
    if let relations = settings.relations { self.reserved[OutputNames.absolute(relations)] = "" }
  }

  func open() throws(EADError) {}

  var work: @Sendable (ConversionJob, LossSpool?) throws(EADError) -> Product {
    let settings = settings
    return { job, losses throws(EADError) in
      let product = try Product(job)
      let receive: ((LossEntry) -> Void)? = losses.map { spool in { spool.append($0) } }
      product.conversion = try AuthorityCSVConversion.run(
        paths: job.paths, relationsPath: settings.relations, csv: settings.csv, options: settings.options, outputs: product,
        wantsOmissions: settings.wantsOmissions, losses: receive)
      return product
    }
  }

  func revised(_ job: ConversionJob, _ product: Product) -> ConversionJob? { nil }

  func gather(_ product: Product) throws(EADError) {}

  func deliver(_ product: Product, of job: ConversionJob) throws(EADError) {
    switch settings.destination {
    case .folder(let folder): try place(product, in: folder, job)
    case .file(let path):
      guard product.names.count == 1 else { throw EADError("usage-eac-output", file: job.name) }
      try place(product, [path])
    case .standardOutput, .combined:
      guard product.names.count == 1 else { throw EADError("usage-eac-output", file: job.name) }
      try product.spool.read(0) { bytes throws(EADError) in try StandardOutput.write(bytes) }
    }
  }

  private func place(_ product: Product, in folder: String, _ job: ConversionJob) throws(EADError) {
    var taken: Set<String> = []
    var paths: [String] = []
    for name in product.names {
      let whole = (folder.hasSuffix("/") ? folder : folder + "/") + OutputNames.fileName(name)
      var path = whole + ending
      var number = 2
      // Some file systems know no capitals.
      while !taken.insert(path.lowercased()).inserted {
        path = "\(whole)-\(number)\(ending)"
        number += 1
      }
      if reserved[OutputNames.absolute(path)] != nil { throw EADError("output-is-taken", file: path, [job.name]) }
      paths.append(path)
    }
    try place(product, paths)
  }

  /// All of them, or none.
  private func place(_ product: Product, _ paths: [String]) throws(EADError) {
    if !settings.force {
      for path in paths where OutputNames.exists(path) { throw EADError("output-exists", file: path) }
    }
    var placed: [String] = []
    do throws(EADError) {
      for (index, path) in paths.enumerated() {
        let isNew = !OutputNames.exists(path)
        let file = try OutputFile(path: path, force: settings.force)
        try product.spool.read(index) { bytes throws(EADError) in try file.write(bytes) }
        try file.commit()
        if isNew { placed.append(path) }
      }
    } catch {
      for path in placed { OutputNames.remove(path) }
      throw error
    }
    written += paths
  }

  func close(delivered: Int) throws(EADError) {}

  var notice: Finding? { nil }

  func nextSteps(_ console: Console, verbose: Bool) -> [String] {
    var place = written.first
    if written.count > 1, case .folder(let folder) = settings.destination { place = folder }
    return place.map { [console.text("next-check-ead", [TerminalText.safe(OutputNames.shellQuoted($0))])] } ?? []
  }
}

/// Authority records on the command line.
extension ConvertCommand {
  /// The inputs are AtoM's sheets of authority records.
  var readsAuthorityCSV: Bool { source == .atomAuthorityCSV || to == .eacCPF }

  /// Authority records go with their own sources only.
  var authorityProblem: UsageProblem? {
    if relations != nil, to != .atomAuthorityCSV, to != .eacCPF { return UsageProblem(key: "usage-relations") }
    // A file called "-" is nobody's wish.
    if relations == "-", to == .atomAuthorityCSV { return UsageProblem(key: "usage-relations-output") }
    let fits: Bool =
      switch to {
      case .atomAuthorityCSV: source == .auto || source == .eacCPF
      case .eacCPF: source == .auto || source == .atomAuthorityCSV
      default: source != .eacCPF && source != .atomAuthorityCSV
      }
    return fits ? nil : UsageProblem(key: "usage-authority-source", arguments: [to.rawValue, source.rawValue])
  }

  /// One job for each EAC-CPF file; one for all sheets. Nil for any other target.
  func authorityJobs(of list: InputList, _ console: Console) throws -> [ConversionJob]? {
    switch to {
    case .atomAuthorityCSV: return list.inputs.map { ConversionJob(source: .ead, inputs: [$0]) }
    case .eacCPF:
      if list.inputs.contains(where: { $0.path == "-" }) {
        do throws(EADError) {
          try StandardInput.makeRereadable()
        } catch {
          console.say(error.finding)
          throw ExitCode(ExitStatus.unreadable)
        }
      }
      return list.inputs.isEmpty ? [] : [ConversionJob(source: .atomCSV, inputs: list.inputs)]
    default: return nil
    }
  }

  /// One file for all records.
  func authorityDestination(_ console: Console) throws -> ConversionDestination {
    guard let output, output != "-" else { return .standardOutput }
    guard output.lowercased().hasSuffix(".csv"), !OutputNames.isFolder(output) else {
      console.say(console.text("usage-authority-output", [TerminalText.safe(output)]))
      throw ExitCode(ExitStatus.usage)
    }
    return .combined(output, rowsPerFile: nil)
  }

  private func eacOptions() -> EACOptions {
    let given = atom.options(for: to)
    var options = EACOptions()
    options.culture = given.culture
    options.defaultCulture = given.defaultCulture
    options.markdown = given.markdown
    options.includesInternal = given.includesInternal
    options.writesRelations = relations != nil
    options.indentation = ead.options.indentation
    options.timestamp = ead.options.timestamp ?? Timestamp.now
    options.agencyName = ead.agency
    return options
  }

  func authorityTarget(_ destination: ConversionDestination, _ reading: EADReaderOptions) -> AuthorityTarget {
    var path: String?
    if case .combined(let output, _) = destination { path = output }
    return AuthorityTarget(
      AuthorityTarget.Settings(
        output: path, relations: relations, force: force, reading: reading, options: eacOptions(),
        wantsOmissions: report.reportOmissions))
  }

  func eacTarget(_ destination: ConversionDestination) -> EACTarget {
    EACTarget(
      EACTarget.Settings(
        destination: destination, relations: relations, force: force, csv: csv.options(reading), options: eacOptions(),
        wantsOmissions: report.reportOmissions))
  }
}

/// What an error about a file that is no finding aid should say when the file is an authority record.
enum AuthorityHint {
  static func explained(_ error: EADError, _ job: ConversionJob) -> EADError {
    if error.finding.rule == "xml-empty", job.name != "-", AuthorityCSVConversion.looksLikeAuthorityCSV(path: job.name) {
      return EADError("eac-csv-instead", file: error.finding.file, line: 1)
    }
    guard error.finding.rule == "not-a-finding-aid", EACGeneration.isEAC(path: job.name) else { return error }
    return EADError("eac-instead-of-ead", file: error.finding.file, line: error.finding.line)
  }
}
