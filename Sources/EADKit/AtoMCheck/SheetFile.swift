/// One file of an import, opened: its text, the form of its records, its header line.
final class SheetFile {
  let input: CSVInput
  let form: CSVForm
  let sheet: Sheet

  /// - Throws: when the file cannot be read, or no name in its header line is one of AtoM's.
  init(path: String, type: SheetType?, options: AtoMCSVOptions) throws(EADError) {
    input = try CSVInput(path: path, options: options)
    form = try CSVForm(input, options: options) { names in SheetFile.knownNames(names, type) }
    guard SheetFile.knownNames(form.names, type) > 0, let type = type ?? SheetType.recognised(form.names) else {
      let names = Array(form.names.joined(separator: ", ").utf8).withUnsafeBufferPointer(Excerpt.text)
      throw EADError("sheet-type-unknown", file: path, line: form.headerLine, [names])
    }
    sheet = Sheet(file: path, type: type, written: form.names, line: form.headerLine, row: form.headerRow)
  }

  private static func knownNames(_ names: [String], _ type: SheetType?) -> Int {
    let plain = names.map(SheetColumns.plain)
    return (type.map { [$0] } ?? SheetType.allCases).reduce(0) { most, type in
      let spellings = SheetColumns.of(type).bySpelling
      return max(most, plain.reduce(0) { spellings[$1] == nil ? $0 : $0 + 1 })
    }
  }

  /// A reader at the first row after the header.
  func reader(_ dialect: CSVDialect, limit: Int) -> CSVRecordReader {
    let reader = CSVRecordReader(
      descriptor: input.descriptor, file: input.file, dialect: dialect, from: form.firstOffset, recordLimit: limit)
    reader.move(
      to: input.descriptor, dialect: dialect, from: form.firstOffset, upTo: .max, line: form.firstLine, row: form.firstRow)
    return reader
  }
}
