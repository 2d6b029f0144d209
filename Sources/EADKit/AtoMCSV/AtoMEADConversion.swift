/// The conversion of a finding aid to EAD that AtoM's own import reads completely.
///
/// What becomes of each element the crosswalk to AtoM's CSV decides; its rows are written as EAD again, in the form and
/// at the places AtoM's import looks for.
public enum AtoMEADConversion {
  /// Reads and converts one document.
  ///
  /// - Parameters:
  ///   - atom: as for the conversion to AtoM's CSV; `digitalObjects` `.uri` keeps addresses of media as `dao`, which AtoM
  ///     fetches while it imports.
  ///   - outputs: receives the finding aid; when a document holds several, all but the first have a name. A finding aid that
  ///     was begun may be begun again without an end: the document is then read a second time.
  ///   - losses: receives every loss and every change, and every omission when `wantsOmissions` is set.
  ///   - again: called when the document has to be read again: the losses received until then do not count.
  /// - Throws: `EADError` when the document cannot be read or the output cannot be written.
  public static func run(
    path: String, reading: EADReaderOptions = EADReaderOptions(), atom: AtoMOptions = AtoMOptions(),
    options: EADOptions = EADOptions(), outputs: any EADOutputs, wantsOmissions: Bool = false,
    losses: ((LossEntry) -> Void)? = nil, again: (() -> Void)? = nil
  ) throws(EADError) -> EADConversion {
    try SecondReading.run(path, reading) { () throws(EADError) in
      // The next finding aid that is begun takes the place of the one that has no end.
      again?()
    } attempt: { reading throws(EADError) in
      try attempt(path, reading, atom, options, outputs, wantsOmissions, losses)
    }
  }

  private static func attempt(
    _ path: String, _ reading: EADReaderOptions, _ atom: AtoMOptions, _ options: EADOptions, _ outputs: any EADOutputs,
    _ wantsOmissions: Bool, _ losses: ((LossEntry) -> Void)?
  ) throws(EADError) -> EADConversion {
    let reader = try EADReader(contentsOf: path, options: reading)
    let lossAccount = LossAccount(file: path, wantsOmissions: wantsOmissions, receive: losses)
    let account = AtoMToEADAccount(file: path, losses: lossAccount, hasColumns: false)
    let rows = RowRelay(account: account, atom: atom, options: options, outputs: outputs)
    let converter = AtoMConverter(file: path, options: atom, account: lossAccount) { bytes, extras throws(EADError) in
      try rows.write(bytes, extras: extras)
    }
    // AtoM reads one language a file: a translation stays beside what it translates.
    converter.splitsTranslations = false
    while let unit = try reader.next() {
      rows.expect(depth: unit.depth, line: unit.line)
      try converter.convert(unit)
      // A row at a time: the next unit may be that of another finding aid, and its losses follow in order.
      try converter.finish()
    }
    try rows.finish()
    account.add(reader.takeFindings(), places: false)
    if let report = reader.validationReport {
      let said = Set(account.findings.map(\.rule))
      account.add(report.findings.filter { !said.contains($0.rule) }, places: false)
    }
    account.add(converter.findings, places: false)
    var result = EADConversion()
    result.units = rows.units
    result.bytes = reader.bytesRead
    account.fill(&result)
    // Beyond the first thousand of a rule, findings are only counted.
    for (rule, count) in converter.findingCounts where count > (result.findingCounts[rule] ?? 0) {
      result.findingCounts[rule] = count
    }
    return result
  }
}

/// Takes rows of AtoM's CSV as the crosswalk writes them, and writes EAD.
private final class RowRelay {
  private let account: AtoMToEADAccount
  private let atom: AtoMOptions
  private let options: EADOptions
  private let outputs: any EADOutputs
  private let description = AtoMDescription()
  private var names = OutputNames()
  private var writer: AtoMToEAD?
  private var place = (depth: 0, line: 0)
  private var columns: [AtoMColumn?] = []
  private var extras: UInt64 = .max
  private(set) var units = 0

  init(account: AtoMToEADAccount, atom: AtoMOptions, options: EADOptions, outputs: any EADOutputs) {
    self.account = account
    self.atom = atom
    self.options = options
    self.outputs = outputs
  }

  /// Where the unit of the next row stands.
  func expect(depth: Int, line: Int) { place = (depth, line) }

  func write(_ bytes: UnsafeBufferPointer<UInt8>, extras: UInt64) throws(EADError) {
    if extras != self.extras {
      self.extras = extras
      columns = atom.template.columns(with: extras)
    }
    for cells in PHPCSVReader.records(Array(bytes)) {
      description.load(cells, columns: columns, depth: place.depth, line: place.line, file: account.file)
      if writer == nil || place.depth == 0 { try begin() }
      try writer?.add(description)
    }
  }

  private func begin() throws(EADError) {
    let isFirst = writer == nil
    try end()
    let name = names.name(for: description)
    try outputs.begin(isFirst ? "" : name)
    let outputs = outputs
    writer = try AtoMToEAD(
      flavour: .atom, options: options, digitalObjects: atom.digitalObjects, account: account
    ) { bytes throws(EADError) in try outputs.write(bytes) }
  }

  private func end() throws(EADError) {
    guard let writer else { return }
    try writer.finish()
    try outputs.end()
    units += writer.units
  }

  func finish() throws(EADError) {
    try end()
    writer = nil
  }
}
