public import EADKit

/// Writes an inventory in one of the formats of `--to`.
public enum Export {
  /// - Parameter write: is given the bytes in order.
  /// - Throws: what the inventory or `write` throws; nothing that was written is then complete.
  public static func run(
    _ format: ExportFormat, _ connection: InventoryConnection, _ options: ExportOptions, write: @escaping ExportSink
  ) throws(EADError) -> ExportSummary {
    // An inventory whose first scan was never finished has nothing to show.
    _ = try RunRecord.current(connection)
    switch format {
    case .ead2002, .ead3:
      return try EADInventory.write(
        connection, form: format == .ead3 ? .ead3 : .ead2002, options: options.description, write: write)
    case .atomCSV: return try AtoMCSVExport.write(connection, options: options, write: write)
    case .resipCSV: return try ResipCSVExport.write(connection, options: options, write: write)
    case .archifiltreCSV: return try ArchifiltreCSVExport.write(connection, options: options, write: write)
    case .fileList: return try FileListExport.write(connection, options: options, write: write)
    case .sha256sum: return try Sha256sumExport.write(connection, options: options, write: write)
    case .duplicates: return try DuplicatesExport.files(connection, options: options, write: write)
    case .duplicateFolders: return try DuplicatesExport.folders(connection, options: options, write: write)
    case .jsonLines: return try JSONLinesExport.write(connection, options: options, write: write)
    }
  }
}
