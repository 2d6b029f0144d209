/// Converts a finding aid, or a sheet of AtoM's, to another form and back, and says what became of every text.
///
/// Both ways are the conversions of this program; what AtoM itself does to what it imports is not part of it.
public enum RoundTrip {
  /// The form that a document goes through.
  public enum Through: String, Sendable, CaseIterable {
    case atomCSV = "atom-csv"
    case ead3
    case ead2002

    var generation: EADGeneration? {
      switch self {
      case .atomCSV: nil
      case .ead3: .ead3
      case .ead2002: .ead2002
      }
    }
  }

  /// What a round trip may be told.
  public struct Options: Sendable {
    /// How sources are read.
    public var reading = EADReaderOptions()
    /// Choices of the conversion to AtoM's CSV; without a culture, English is assumed where the source says none.
    public var atom = AtoMOptions()
    /// Choices of writing EAD.
    public var ead = EADOptions()
    /// How sheets are read.
    public var csv = AtoMCSVOptions()

    public init() {}
  }

  /// Goes there and back.
  ///
  /// - Parameter losses: receives every piece that did not come back, in the order of the document.
  /// - Throws: `EADError` when the source cannot be read or converted.
  public static func run(
    path: String, through: Through, options: Options = Options(), losses: ((RoundTripLoss) -> Void)? = nil
  ) throws(EADError) -> RoundTripResult {
    var journey = try Journey(path: path, through: through, options: options)
    do throws(EADError) {
      return try journey.run(losses)
    } catch {
      throw journey.named(error)
    }
  }

  /// One document on its way.
  private struct Journey {
    let name: String
    let through: Through
    var options: Options
    /// Where the source can be read as often as needed.
    private let path: String
    private let input: RoundTripSpool?
    private let reasons = RoundTripReasons()
    private var result: RoundTripResult
    /// What is at hand, for errors that speak of a file without a name.
    private var isOnWayBack = false

    init(path: String, through: Through, options: Options) throws(EADError) {
      name = path
      self.through = through
      self.options = options
      result = RoundTripResult(file: path)
      input = path == "-" ? try RoundTripSpool.standardInput() : nil
      self.path = try input?.path(of: 0) ?? path
    }

    /// The error as one about the source: files between have no name that says anything.
    func named(_ error: EADError) -> EADError {
      var error = error
      if isOnWayBack, error.finding.rule != "spool-failed" {
        return EADError(
          Finding(
            rule: "roundtrip-back", severity: .error, file: name, line: 0,
            arguments: [through.rawValue, LocalizedText { error.finding.message($0) }.argument, String(error.finding.line)]),
          isInternal: error.isInternal)
      }
      error.finding.file = name
      return error
    }

    mutating func run(_ losses: ((RoundTripLoss) -> Void)?) throws(EADError) -> RoundTripResult {
      let paths = RoundTripPaths()
      let account = RoundTripAccount(file: name, paths: paths, reasons: reasons, receive: losses)
      if AtoMCSVSource.looksLikeAtoMCSV(path: path) {
        try goWithSheet(account, paths)
      } else {
        try goWithEAD(account, paths)
      }
      account.finish()
      result.paths = account.result
      for index in result.conversionFindings.indices { result.conversionFindings[index].file = name }
      return result
    }

    private mutating func note(_ rule: String, _ severity: Severity, _ arguments: [String] = []) {
      result.findings.append(Finding(rule: rule, severity: severity, file: name, arguments: arguments))
    }

    private mutating func noteUnits(_ missing: Int, _ firstMissing: String?, _ extra: Int, _ firstExtra: String?, coarse: Int) {
      result.missingUnits = missing
      result.extraUnits = extra
      if missing > 0 { note("roundtrip-missing-units", .warning, [String(missing), firstMissing ?? ""]) }
      if extra > 0 { note("roundtrip-extra-units", .warning, [String(extra), firstExtra ?? ""]) }
      if coarse > 0 { note("roundtrip-coarse", .warning, [String(coarse)]) }
    }

    // MARK: Finding aids

    private mutating func goWithEAD(_ account: RoundTripAccount, _ paths: RoundTripPaths) throws(EADError) {
      let source = try InputSource(path: path, limits: options.reading.limits)
      try source.prepare(scan: nil)
      let probe = try DocumentProbe(source, options: options.reading, measures: false)
      let own = probe.generation ?? .ead2002
      var ead = options.ead
      ead.form = probe.form
      let back = try RoundTripSpool(for: name)
      if let generation = through.generation {
        let there = try RoundTripSpool(for: name)
        let reasons = reasons
        let conversion = try EADConversion.run(
          path: path, reading: options.reading, target: generation, options: options.ead, outputs: there, wantsOmissions: true
        ) { reasons.noteThere($0) }
        result.conversionFindings = conversion.findings
        isOnWayBack = true
        for index in 0..<there.count {
          _ = try EADConversion.run(
            path: there.path(of: index), reading: EADReaderOptions(), target: own, options: ead, outputs: back,
            wantsOmissions: true
          ) { reasons.noteBack($0) }
        }
      } else {
        let there = try toSheet()
        isOnWayBack = true
        let reasons = reasons
        _ = try AtoMCSVConversion.run(
          paths: [there.path(of: 0)], csv: AtoMCSVOptions(), target: own == .ead3 ? .ead3 : .ead2002, options: ead,
          outputs: back, wantsOmissions: true
        ) { reasons.noteBack($0) }
      }
      try compare(account, paths, back)
    }

    private mutating func toSheet() throws(EADError) -> RoundTripSpool {
      let rows = try AtoMRowSpool.unnamed(for: name)
      let conversion = try toRows(path, options.reading, rows) { [reasons] in reasons.noteThere($0) }
      result.conversionFindings = conversion.findings
      let there = try RoundTripSpool(for: name)
      try there.keep { sink throws(EADError) in try rows.write(to: sink) }
      return there
    }

    /// A finding aid to AtoM's CSV; in English where nobody says the language, since nothing is imported here.
    private mutating func toRows(
      _ path: String, _ reading: EADReaderOptions, _ rows: AtoMRowSpool, _ losses: @escaping (LossEntry) -> Void
    ) throws(EADError) -> AtoMConversion {
      do throws(EADError) {
        return try AtoMConversion.run(
          path: path, reading: reading, options: options.atom, rows: rows, wantsOmissions: true, losses: losses)
      } catch {
        guard error.finding.rule == "no-culture" else { throw error }
        options.atom.defaultCulture = "en"
        if !result.findings.contains(where: { $0.rule == "roundtrip-culture" }) { note("roundtrip-culture", .note) }
        try rows.reset()
        return try AtoMConversion.run(
          path: path, reading: reading, options: options.atom, rows: rows, wantsOmissions: true, losses: losses)
      }
    }

    private mutating func compare(_ account: RoundTripAccount, _ paths: RoundTripPaths, _ back: RoundTripSpool) throws(EADError) {
      let path = path
      var reading = options.reading
      reading.validator = nil
      func source() -> RoundTripUnits {
        let reading = reading
        return RoundTripUnits(documents: 1, paths: paths) { _ throws(EADError) in
          try EADReader(contentsOf: path, options: reading)
        }
      }
      func returned() -> RoundTripUnits {
        RoundTripUnits(documents: back.count, paths: paths) { index throws(EADError) in
          try EADReader(contentsOf: back.path(of: index), options: EADReaderOptions())
        }
      }
      let shape: (units: Int, fingerprint: UInt64)
      do throws(EADError) {
        shape = try source().shape()
      } catch {
        guard error.finding.rule == "late-content" else { throw error }
        reading.alwaysTwoPasses = true
        shape = try source().shape()
      }
      let other = try returned().shape()
      var comparison = RoundTripComparison(account: account, reasons: reasons)
      try comparison.compare(source(), returned(), sameShape: shape == other)
      result.units = comparison.units
      noteUnits(
        comparison.missingUnits, comparison.firstMissing, comparison.extraUnits, comparison.firstExtra,
        coarse: comparison.coarseUnits)
    }

    // MARK: Sheets

    private mutating func goWithSheet(_ account: RoundTripAccount, _ paths: RoundTripPaths) throws(EADError) {
      let reasons = reasons
      let there = try RoundTripSpool(for: name)
      let rows = try AtoMRowSpool.unnamed(for: name)
      if let generation = through.generation {
        let conversion = try AtoMCSVConversion.run(
          paths: [path], csv: options.csv, target: generation == .ead3 ? .ead3 : .ead2002, options: options.ead,
          outputs: there, wantsOmissions: true
        ) { reasons.noteThere($0) }
        result.conversionFindings = conversion.findings
        isOnWayBack = true
        for index in 0..<there.count {
          let some = try AtoMRowSpool.unnamed(for: name)
          _ = try toRows(there.path(of: index), EADReaderOptions(), some) { reasons.noteBack($0) }
          try rows.append(some)
        }
      } else {
        let first = try AtoMRowSpool.unnamed(for: name)
        let conversion = try AtoMCSVConversion.runToCSV(
          paths: [path], csv: options.csv, options: options.atom, rows: first, wantsOmissions: true
        ) { reasons.noteThere($0) }
        result.conversionFindings = conversion.findings
        try there.keep { sink throws(EADError) in try first.write(to: sink) }
        isOnWayBack = true
        _ = try AtoMCSVConversion.runToCSV(
          paths: [there.path(of: 0)], csv: AtoMCSVOptions(), options: options.atom, rows: rows, wantsOmissions: true
        ) { reasons.noteBack($0) }
      }
      let back = try RoundTripSpool(for: name)
      try back.keep { sink throws(EADError) in try rows.write(to: sink) }
      isOnWayBack = false
      var comparison = RoundTripSheetComparison(account: account, reasons: reasons, paths: paths)
      try comparison.compare(
        RoundTripSheetReader(path: path, options: options.csv),
        RoundTripSheetReader(path: back.path(of: 0), options: AtoMCSVOptions()))
      result.units = comparison.units
      noteUnits(
        comparison.missingUnits, comparison.firstMissing, comparison.extraUnits, comparison.firstExtra,
        coarse: comparison.coarseUnits)
    }
  }
}
