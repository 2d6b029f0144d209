/// A whole finding aid in memory. For large ones, read unit by unit with `EADReader`.
public struct FindingAid: Sendable {
  /// Every unit, parents before children.
  public let units: [DetachedUnit]
  /// The generation of EAD that was found.
  public let generation: EADGeneration?
  /// What the reader has to say about the document.
  public let findings: [Finding]

  /// The header; nil for a document without any description.
  public var header: FindingAidHeader? { units.first?.unit.header }

  /// Reads the whole document.
  ///
  /// - Throws: `EADError` when it cannot be read.
  public init(contentsOf path: String, options: EADReaderOptions = EADReaderOptions()) throws(EADError) {
    let reader = try EADReader(contentsOf: path, options: options)
    var units: [DetachedUnit] = []
    while let unit = try reader.next() { units.append(unit.copy()) }
    self.units = units
    generation = reader.generation
    findings = reader.takeFindings()
  }
}
