import CommandLineSupport
import EADKit

/// AtoM's import CSV, a file for each job or one for all.
final class AtoMTarget: ConversionTarget {
  struct Settings: Sendable {
    var destination: ConversionDestination
    var force: Bool
    var reading: EADReaderOptions
    var csv: AtoMCSVOptions
    var options: AtoMOptions
    var wantsOmissions: Bool
    var sourceName: String?
    /// Where the authority records of the batch go; `-` for standard output, nil when nobody wants them.
    var authorities: String?
  }

  /// The rows of one job.
  final class Product: ConversionProduct, @unchecked Sendable {
    fileprivate let conversion: AtoMConversion
    fileprivate let spool: AtoMRowSpool
    /// The file that the rows are in; nil when they are in one without a name.
    fileprivate let file: OutputFile?
    /// Findings that only the finding aids before it gave rise to.
    fileprivate var late: [Finding] = []

    fileprivate init(_ conversion: AtoMConversion, _ spool: AtoMRowSpool, _ file: OutputFile?) {
      self.conversion = conversion
      self.spool = spool
      self.file = file
    }

    var account: JobAccount {
      JobAccount(
        units: conversion.rows, losses: conversion.losses, lossSummary: conversion.lossSummary,
        findings: conversion.findings + late,
        findingCounts: late.reduce(into: conversion.findingCounts) { $0[$1.rule, default: 0] += 1 })
    }

    func discard() { file?.discard() }
  }

  let ending = ".csv"
  let wording = Tally.Wording.rows
  private let settings: Settings
  private var combined: CombinedOutput?
  private var histories: [UInt64: UInt64] = [:]
  private var authorities: AuthorityRegister?
  private var authorityFile: OutputFile?
  /// Set when names of a finding aid could not be kept: an authority file without them would be wrong.
  private var authoritiesAreIncomplete = false
  private var authoritiesAreWritten = false
  private var authorityFindings: [Finding] = []
  /// A single result waits until the authority records are in their place.
  private var waiting: [Product] = []
  private var newTerms: Set<String> = []
  private var cultures: Set<String> = []
  private var carriesParentCodes = false
  /// Paths of the outputs, as planned.
  private var outputs: [String] = []

  init(_ settings: Settings) { self.settings = settings }

  // MARK: Before

  func prepare(_ jobs: inout [ConversionJob], reserved: [String: String]) {
    switch settings.destination {
    case .standardOutput, .combined: break
    case .file(let path): outputs = [path]
    case .folder: outputs = jobs.compactMap { $0.stem.map { $0 + ending } }
    }
    if jobs.count > 1 { distinguish(&jobs) }
  }

  /// A single result can wait until the authority records are in place; the results of a lot would keep too many files open.
  private var waitsForAuthorities: Bool {
    guard settings.authorities != nil else { return false }
    switch settings.destination {
    case .standardOutput, .file: return true
    case .folder, .combined: return false
    }
  }

  /// With `--rows-per-file`, the names of the files are known only as they are made.
  private func isPartOfCombined(_ path: String) -> Bool {
    guard case .combined(let combined, .some) = settings.destination else { return false }
    let whole = OutputNames.absolute(path)
    let first = OutputNames.absolute(combined)
    return (1...9999).contains { OutputNames.numbered(first, $0) == whole }
  }

  /// Finding aids with the same identifier, or with none, take their paths as prefix: ids stay unique over the batch.
  private func distinguish(_ all: inout [ConversionJob]) {
    var isCombined = false
    if case .combined = settings.destination { isCombined = true }
    // The rows of a CSV have their ids already.
    let places = all.indices.filter { all[$0].source == .ead }
    var jobs = places.map { all[$0] }
    defer { for (place, job) in zip(places, jobs) { all[place] = job } }
    let identifiers = jobs.map { AtoMConversion.identifier(path: $0.name, reading: settings.reading) }
    var counts: [String: Int] = [:]
    // Compared as bytes: two forms of one accented letter are two identifiers for AtoM's database only at times.
    for identifier in identifiers { counts[identifier, default: 0] += 1 }
    for index in jobs.indices {
      let identifier = identifiers[index]
      let path = FindingAidName.withoutEndings(jobs[index].inputs.first?.relativePath ?? "")
      if identifier.isEmpty {
        guard isCombined else { continue }
        jobs[index].idPrefix = path
        jobs[index].findings.append(Finding(rule: "missing-eadid", severity: .note, file: jobs[index].name))
      } else if counts[identifier, default: 0] > 1 {
        jobs[index].idPrefix = path
        jobs[index].findings.append(
          Finding(rule: "duplicate-eadid", severity: .warning, file: jobs[index].name, arguments: [identifier]))
      }
    }
    // Files given one by one may have the same name: their folders, as far as they differ, tell them apart, whatever the
    // order and the place they are named from. And a path may be another's identifier.
    let absolute = jobs.map { FindingAidName.withoutEndings(OutputNames.absolute($0.name)) }
    let shared = OutputNames.commonFolder(jobs.indices.filter { jobs[$0].idPrefix != nil }.map { absolute[$0] })
    var prefixes: [String: Int] = [:]
    for job in jobs { if let prefix = job.idPrefix { prefixes[prefix, default: 0] += 1 } }
    let identifiersInUse = Set(jobs.indices.filter { jobs[$0].idPrefix == nil }.map { identifiers[$0] })
    for index in jobs.indices {
      guard let prefix = jobs[index].idPrefix else { continue }
      if prefixes[prefix, default: 0] > 1 { jobs[index].idPrefix = String(absolute[index].dropFirst(shared.count)) }
      if identifiersInUse.contains(jobs[index].idPrefix ?? "") { jobs[index].idPrefix = "./" + prefix }
    }
  }

  func open() throws(EADError) {
    if case .combined(let path, let rowsPerFile) = settings.destination {
      combined = try CombinedOutput(path: path, rowsPerFile: rowsPerFile, force: settings.force)
    }
    guard let path = settings.authorities else { return }
    authorities = AuthorityRegister(name: path)
    guard path != "-" else { return }
    if isPartOfCombined(path) { throw EADError("output-twice", file: path) }
    authorityFile = try OutputFile(path: path, force: settings.force)
  }

  // MARK: One job

  var work: @Sendable (ConversionJob, LossSpool?) throws(EADError) -> Product {
    let settings = settings
    let ending = ending
    return { job, losses throws(EADError) in
      var path: String?
      if case .file(let single) = settings.destination { path = single }
      if let stem = job.stem { path = stem + ending }
      var file: OutputFile?
      let spool: AtoMRowSpool
      if let path {
        let output = try OutputFile(path: path, force: settings.force)
        spool = try AtoMRowSpool(descriptor: output.descriptor, name: path, withHeader: true)
        file = output
      } else {
        spool = try AtoMRowSpool.unnamed(for: job.name)
      }
      var options = settings.options
      if let prefix = job.idPrefix { options.idPrefix = prefix }
      let receive: ((LossEntry) -> Void)? = losses.map { spool in { spool.append($0) } }
      let conversion =
        switch job.source {
        case .ead:
          try AtoMConversion.run(
            path: job.name, reading: settings.reading, options: options, knownHistories: job.knownHistories, rows: spool,
            wantsOmissions: settings.wantsOmissions, losses: receive, again: { losses?.reset() })
        case .atomCSV:
          try AtoMCSVConversion.runToCSV(
            paths: job.paths, csv: settings.csv, options: options, rows: spool, wantsOmissions: settings.wantsOmissions,
            losses: receive)
        }
      return Product(conversion, spool, file)
    }
  }

  // MARK: After, in order

  func revised(_ job: ConversionJob, _ product: Product) -> ConversionJob? {
    // An earlier file has another history for one of its creators: only now is that known, whatever the jobs.
    guard product.conversion.actorHistories.contains(where: { histories[$0.actor] != nil && histories[$0.actor] != $0.history })
    else { return nil }
    var again = job
    again.knownHistories = histories
    return again
  }

  func gather(_ product: Product) throws(EADError) { try combined?.append(product.spool) }

  private func deliverAuthorities(_ product: Product, of job: ConversionJob) throws(EADError) {
    guard let authorities, let names = product.conversion.authorities else { return }
    do throws(EADError) {
      product.late = try authorities.absorb(names, file: job.name)
    } catch {
      authoritiesAreIncomplete = true
      throw error
    }
  }

  /// Descriptions refer to the authority records, which hold the histories: those come first.
  private func closeAuthorities() throws(EADError) {
    guard let authorities, let path = settings.authorities else { return }
    if authoritiesAreIncomplete { throw EADError("authorities-incomplete", file: path) }
    if authorities.count == 0 {
      authorityFindings.append(Finding(rule: "authorities-none", severity: .note, file: path))
      authorityFile?.discard()
      return
    }
    let file = authorityFile
    let outcome = try authorities.write(file: path) { bytes throws(EADError) in
      if let file { try file.write(bytes) } else { try StandardOutput.write(bytes) }
    }
    try file?.commit()
    authoritiesAreWritten = true
    newTerms.formUnion(outcome.newTerms)
    authorityFindings += outcome.findings
  }

  func deliver(_ product: Product, of job: ConversionJob) throws(EADError) {
    if waitsForAuthorities { waiting.append(product) } else { try place(product) }
    try deliverAuthorities(product, of: job)
    let conversion = product.conversion
    for (actor, history) in conversion.actorHistories where histories[actor] == nil { histories[actor] = history }
    newTerms.formUnion(conversion.newTerms)
    cultures.insert(conversion.culture)
    if conversion.carriesParentCodes { carriesParentCodes = true }
  }

  private func place(_ product: Product) throws(EADError) {
    switch settings.destination {
    case .combined: break
    case .standardOutput: try product.spool.write { bytes throws(EADError) in try StandardOutput.write(bytes) }
    case .file, .folder:
      guard let file = product.file else { return }
      if product.spool.extras == 0 {
        try file.commit()
      } else {
        // Columns were appended: the rows before them are widened in a second file.
        let wide = try OutputFile(path: file.path, force: settings.force)
        try product.spool.write { bytes throws(EADError) in try wide.write(bytes) }
        try wide.commit()
        file.discard()
      }
    }
  }

  func close(delivered: Int) throws(EADError) {
    // An import file without a row is worth nothing, least of all in the place of an older one.
    guard delivered > 0 else {
      authorityFile?.discard()
      return
    }
    try closeAuthorities()
    for product in waiting { try place(product) }
    waiting = []
    try combined?.commit()
  }

  var notice: Finding? { combined?.notice }
  var notices: [Finding] { (notice.map { [$0] } ?? []) + authorityFindings }
  var sharedOutputs: [String] { settings.authorities.flatMap { $0 == "-" ? nil : [$0] } ?? [] }

  func nextSteps(_ console: Console, verbose: Bool) -> [String] {
    var lines: [String] = []
    func line(_ key: String, _ arguments: [String] = []) { lines.append(console.text(key, arguments)) }
    nextAuthorities(line)
    let files = combined?.files ?? outputs
    if let first = files.first {
      let name = settings.sourceName ?? OutputNames.base(first)
      line("next-command", [name, first].map { TerminalText.safe(OutputNames.shellQuoted($0)) })
      if files.count > 1 { line(combined == nil ? "next-each" : "next-each-combined", [String(files.count)]) }
      line("next-web")
      line("next-first")
    }
    line("next-culture", [cultures.sorted().joined(separator: ", ")])
    line("next-status", [TerminalText.safe(settings.options.publicationStatus ?? console.text("next-status-default"))])
    if !newTerms.isEmpty {
      let terms = newTerms.sorted().map { $0.replacing("\t", with: ": ") }
      let shown = terms.prefix(verbose ? terms.count : 30).map(TerminalText.safe).joined(separator: "; ")
      line("next-terms", [shown + (terms.count > 30 && !verbose ? " … (\(terms.count))" : "")])
    }
    if carriesParentCodes { line("next-inherit") }
    line("next-excel")
    return lines
  }

  private func nextAuthorities(_ line: (String, [String]) -> Void) {
    guard authoritiesAreWritten, let authorities, let path = settings.authorities else { return }
    line("next-authorities", [String(authorities.count), String(authorities.historyCount), TerminalText.safe(path)])
    line("next-authorities-command", [TerminalText.safe(OutputNames.shellQuoted(path == "-" ? "authorities.csv" : path))])
    line("next-authorities-matched", [])
  }
}
