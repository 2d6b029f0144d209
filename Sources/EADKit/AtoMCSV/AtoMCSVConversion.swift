/// The conversion of AtoM's CSV: to finding aids, or to CSV again, normalised and repaired.
public enum AtoMCSVConversion {
  /// Writes one finding aid for each top-level description.
  ///
  /// - Parameters:
  ///   - paths: the files of one import: their `legacyId`s belong together.
  ///   - digitalObjects: what becomes of addresses of digital objects in EAD for AtoM's import, which fetches every
  ///     `dao`; the other flavours keep them all.
  ///   - outputs: receives the finding aids, named by `identifier`, else `legacyId`.
  ///   - losses: receives every loss, and every omission when `wantsOmissions` is set.
  /// - Throws: `EADError` when a file cannot be read or the output cannot be written.
  public static func run(
    paths: [String], csv: AtoMCSVOptions = AtoMCSVOptions(), target: AtoMEADFlavour, options: EADOptions = EADOptions(),
    digitalObjects: EADOptions.DigitalObjects = .note, outputs: any EADOutputs, wantsOmissions: Bool = false,
    losses: ((LossEntry) -> Void)? = nil
  ) throws(EADError) -> EADConversion {
    let source = try AtoMCSVSource(paths: paths, options: csv)
    let description = AtoMDescription()
    let file = paths.first ?? ""
    let account = AtoMToEADAccount(
      file: file, losses: lossAccount(file, description, wantsOmissions: wantsOmissions, losses))
    var names = OutputNames()
    var writer: AtoMToEAD?
    var units = 0
    while let record = try source.next() {
      description.load(record)
      if writer == nil || record.depth == 0 {
        if let writer {
          try writer.finish()
          try outputs.end()
          units += writer.units
        }
        try outputs.begin(names.name(for: description))
        writer = try AtoMToEAD(
          flavour: target, options: options, digitalObjects: digitalObjects, account: account
        ) { bytes throws(EADError) in try outputs.write(bytes) }
      }
      try writer?.add(description)
    }
    if let writer {
      try writer.finish()
      try outputs.end()
      units += writer.units
    }
    account.add(source.takeFindings(), places: false)
    var result = EADConversion()
    result.units = units
    result.bytes = source.bytesRead
    account.fill(&result)
    return result
  }

  /// Writes the rows anew as AtoM reads them best: every cell quoted, lists of equal length with `NULL` for what is
  /// missing, terms in the words of each row's culture, codes of languages and dates in the forms AtoM takes, parents
  /// first, translations behind what they translate.
  ///
  /// - Parameters:
  ///   - options: culture, repository, publication status and parent for all rows; what only EAD has is not looked at.
  ///   - rows: receives the rows.
  public static func runToCSV(
    paths: [String], csv: AtoMCSVOptions = AtoMCSVOptions(), options: AtoMOptions = AtoMOptions(), rows: AtoMRowSpool,
    wantsOmissions: Bool = false, losses: ((LossEntry) -> Void)? = nil
  ) throws(EADError) -> AtoMConversion {
    try rows.use(options.template)
    let source = try AtoMCSVSource(paths: paths, options: csv)
    let description = AtoMDescription()
    let file = paths.first ?? ""
    let account = AtoMToEADAccount(
      file: file, losses: lossAccount(file, description, wantsOmissions: wantsOmissions, losses))
    let writer = AtoMCSVNormaliser(options: options, account: account, rows: rows)
    while let record = try source.next() {
      description.load(record)
      try writer.add(description)
    }
    try writer.finish()
    account.add(source.takeFindings(), places: false)
    rows.countRows(writer.rowCount)
    var result = AtoMConversion()
    result.rows = writer.rowCount
    result.bytes = source.bytesRead
    result.findings = account.findings
    result.findingCounts = account.findingCounts
    result.take(losses: account.losses)
    result.newTerms = writer.newTerms
    result.culture = writer.firstCulture
    return result
  }

  /// Losses bear the name of the file of their row, not that of the first.
  private static func lossAccount(
    _ file: String, _ description: AtoMDescription, wantsOmissions: Bool, _ losses: ((LossEntry) -> Void)?
  ) -> LossAccount {
    LossAccount(
      file: file, wantsOmissions: wantsOmissions,
      receive: losses.map { losses in
        { entry in
          var entry = entry
          if !description.file.isEmpty { entry.file = description.file }
          losses(entry)
        }
      })
  }
}

/// Names for finding aids out of one source: fit for files, each its own.
struct OutputNames {
  private var used: Set<String> = []

  /// - Returns: letters, digits, full stops, hyphens and underscores of the identifier, else of `legacyId`.
  mutating func name(for description: AtoMDescription) -> String {
    let name =
      [description.value(.identifier), description.value(.legacyId), description.value(.title)]
      .map(OutputNames.safe).first { !$0.isEmpty } ?? "finding-aid"
    var candidate = name
    var number = 2
    // Names that differ in case only are one file on many disks.
    while !used.insert(candidate.lowercased()).inserted {
      candidate = "\(name)-\(number)"
      number += 1
    }
    return candidate
  }

  private static func safe(_ value: UnsafeBufferPointer<UInt8>) -> String {
    var name = ""
    for scalar in String(decoding: value, as: UTF8.self).unicodeScalars {
      if name.utf8.count >= 100 { break }
      let properties = scalar.properties
      if scalar == "." || scalar == "-" || scalar == "_" || properties.isAlphabetic || properties.numericType != nil {
        name.unicodeScalars.append(scalar)
      } else if properties.canonicalCombiningClass != .notReordered {
        name.unicodeScalars.append(scalar)
      } else if !name.hasSuffix("-") {
        name += "-"
      }
    }
    while let last = name.unicodeScalars.last, last == "-" || last == "." { name.unicodeScalars.removeLast() }
    while let first = name.unicodeScalars.first, first == "-" || first == "." { name.unicodeScalars.removeFirst() }
    return name
  }
}
