/// One file of an import: what kind of sheet it is and which cell is which column.
final class Sheet {
  /// As given by the caller; `-` for standard input.
  let file: String
  let type: SheetType
  /// The names as they stand in the header line, not trimmed.
  let written: [String]
  /// What each cell is; nil for a name that is none of AtoM's. A name that is only misspelt counts as the one it means:
  /// one mistake is one finding.
  let columns: [SheetColumn?]
  /// Line and row of the header.
  let headerLine: Int
  let headerRow: Int
  var width: Int { written.count }

  private let cells: [String: Int]

  init(file: String, type: SheetType, written: [String], line: Int, row: Int) {
    self.file = file
    self.type = type
    self.written = written
    headerLine = line
    headerRow = row
    let table = SheetColumns.of(type)
    let exact = written.map { table.byName[$0] }
    var taken = Set(exact.compactMap { $0 })
    var columns: [SheetColumn?] = []
    var cells: [String: Int] = [:]
    for (index, name) in written.enumerated() {
      var found = exact[index]
      if found == nil, let meant = table.bySpelling[SheetColumns.plain(name)], taken.insert(meant).inserted { found = meant }
      columns.append(found.map { table.all[$0] })
      // Of several columns of one name AtoM takes the last.
      if let found { cells[table.all[found].name] = index }
    }
    self.columns = columns
    self.cells = cells
  }

  /// The cell of a column, by AtoM's name; nil when the sheet has none.
  func cell(_ name: String) -> Int? { cells[name] }

  /// The cells of all columns of some kinds, in the order of the file, without those that lost against a later one of the
  /// same name.
  func cells(_ kinds: SheetColumn.Kind...) -> [Int] {
    columns.indices.filter { index in
      guard let column = columns[index], kinds.contains(column.kind) else { return false }
      return cells[column.name] == index
    }
  }

  /// The column's name for a message: AtoM's, or what stands in the header line.
  func name(_ cell: Int) -> String {
    guard columns.indices.contains(cell) else { return "" }
    return columns[cell]?.name ?? Sheet.excerpt(written[cell])
  }

  /// A name of the header line for a message: a quotation mark that is never closed makes one of the whole file.
  static func excerpt(_ name: String) -> String {
    var name = name
    return name.utf8.count <= 80 ? name.replacingSeparator : name.withUTF8 { Excerpt.argument($0) }
  }
}
