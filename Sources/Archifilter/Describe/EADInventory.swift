public import EADKit

/// Writes the description of an inventory as EAD 2002 or EAD3, component by component: memory does not grow with the tree.
public enum EADInventory {
  /// - Parameter write: receives the bytes of the finding aid, in order.
  /// - Returns: number of components (`archdesc` not counted), what was left out, and what the writing had to change.
  public static func write(
    _ connection: InventoryConnection, form: EADForm, options: DescriptionOptions,
    write: @escaping (UnsafeBufferPointer<UInt8>) throws(EADError) -> Void
  ) throws(EADError) -> ExportSummary {
    let describer = try TreeDescriber(connection, options)
    var summary = ExportSummary()
    guard let whole = try describer.next() else { throw EADError("inventory-unfinished", file: connection.file) }
    var writing = EADOptions()
    writing.components = .plain
    // Indented lines of a very deep tree would be longer than what they say.
    writing.indentation = describer.height > 60 ? 0 : 2
    let composer = try EADComposer(form: form, options: writing, write: write)
    let units = EADUnitWriter(composer, form: form, options: options)
    units.begin(whole)
    var depth = 0
    while let unit = try describer.next() {
      if summary.written == 0 { units.beginComponents() }
      while depth >= unit.depth {
        composer.end()
        depth -= 1
      }
      units.component(unit)
      depth += 1
      summary.written += 1
      try composer.commit()
    }
    try composer.finish()
    summary.leftOut = describer.leftOut
    summary.findings = composer.takeFindings(file: connection.file)
    return summary
  }
}
