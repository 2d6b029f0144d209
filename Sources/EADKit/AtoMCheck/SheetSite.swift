/// What a live AtoM has, as far as files say it.
public final class SheetSite: Sendable {
  /// Names of the site's repositories, slugs, names of its authority records; nil when nobody said.
  let repositories: SheetNames?
  let slugs: SheetNames?
  let authorities: SheetNames?
  /// The site's terms by taxonomy and culture; nil when nobody said.
  let terms: SheetSiteTerms?

  /// - Throws: when a file cannot be read or holds nothing of the kind.
  public init(_ options: SheetCheckOptions) throws(EADError) {
    let limits = options.csv.limits
    repositories = try options.repositories.map { files throws(EADError) in
      try SheetNames(files, column: "authorizedFormOfName", limits)
    }
    slugs = try options.slugs.map { files throws(EADError) in try SheetNames(files, column: "slug", limits) }
    authorities = try options.authorities.map { files throws(EADError) in
      try SheetNames(files, column: "authorizedFormOfName", limits)
    }
    terms = try options.terms.map { files throws(EADError) in try SheetSiteTerms(files, limits) }
  }
}

/// A set of names, by fingerprints: a site may have a million.
struct SheetNames: Sendable {
  private var names = HashSet64()
  /// Different names.
  private(set) var count = 0

  /// Reads AtoM's exports, in which the names stand in a column, and lists of one name a line.
  ///
  /// - Throws: when a file cannot be read, or is neither. A file without anything in it is a list without names.
  init(_ files: [String], column: String, _ limits: ReadingLimits) throws(EADError) {
    for file in files { try read(file, column, limits) }
  }

  func contains(_ name: UnsafeBufferPointer<UInt8>) -> Bool { names.contains(Bytes.hash(name)) }
  func contains(_ name: [UInt8]) -> Bool { name.withUnsafeBufferPointer { contains($0) } }

  private mutating func insert(_ name: UnsafeBufferPointer<UInt8>) {
    if !name.isEmpty, names.insert(Bytes.hash(name)) { count += 1 }
  }

  private mutating func read(_ file: String, _ column: String, _ limits: ReadingLimits) throws(EADError) {
    var options = AtoMCSVOptions()
    options.limits = limits
    let input = try CSVInput(path: file, options: options)
    let head = try input.head(1 << 12)
    guard head.contains(where: { !Bytes.isSpace($0) }) else {
      if input.size - input.start > head.count { throw EADError("sheet-site-not-list", file: file, [column]) }
      return
    }
    if input.scan.nuls > 0 || head.first(where: { !Bytes.isSpace($0) }) == 0x3C {
      throw EADError("sheet-site-not-list", file: file, [column])
    }
    let wanted = SheetColumns.plain(column)
    // A list of names may be anything but a sheet of AtoM's.
    let form: CSVForm
    do throws(EADError) {
      form = try CSVForm(input, options: options) { names in
        let plain = names.map(SheetColumns.plain)
        return plain.contains(wanted) ? 1 << 20 : SheetNames.columnCount(plain)
      }
    } catch {
      if error.finding.rule == "input-unreadable" { throw error }
      return try lines(input, column)
    }
    let plain = form.names.map(SheetColumns.plain)
    if let cell = plain.lastIndex(of: wanted) {
      let reader = CSVRecordReader(
        descriptor: input.descriptor, file: file, dialect: form.dialect, from: form.firstOffset,
        recordLimit: options.recordBytes)
      var scratch = ByteBuffer(capacity: 256)
      defer { scratch.deallocate() }
      while try reader.advance() { insert(reader.value(cell, &scratch)) }
      return
    }
    if SheetNames.columnCount(plain) >= 2 {
      let names = Array(form.names.joined(separator: ", ").utf8).withUnsafeBufferPointer(Excerpt.argument)
      throw EADError("sheet-site-no-column", file: file, line: form.headerLine, [column, names])
    }
    try lines(input, column)
  }

  /// How many columns of the sheet that has most of them the names are.
  private static func columnCount(_ plain: [String]) -> Int {
    SheetType.allCases.reduce(0) { most, type in
      let spellings = SheetColumns.of(type).bySpelling
      return max(most, plain.reduce(0) { spellings[$1] == nil ? $0 : $0 + 1 })
    }
  }

  /// One name a line; a line that is one quoted cell is taken without its quotation marks.
  private mutating func lines(_ input: CSVInput, _ column: String) throws(EADError) {
    var line = ByteBuffer(capacity: 256)
    defer { line.deallocate() }
    try input.forEachChunk { chunk throws(EADError) in
      for byte in chunk {
        if byte == 0x0A || byte == 0x0D {
          insertLine(&line)
        } else {
          line.append(byte)
          // No name is that long: this is no list.
          if line.count > 1 << 16 { throw EADError("sheet-site-not-list", file: input.file, [column]) }
        }
      }
    }
    insertLine(&line)
  }

  private mutating func insertLine(_ line: inout ByteBuffer) {
    let name = CSVRecordReader.trimmed(line.bytes)
    if name.count >= 2, name[0] == 0x22, name[name.count - 1] == 0x22 {
      var plain: [UInt8] = []
      var at = 1
      while at < name.count - 1 {
        if name[at] == 0x22, at + 1 < name.count - 1, name[at + 1] == 0x22 { at += 1 }
        plain.append(name[at])
        at += 1
      }
      plain.withUnsafeBufferPointer { insert(CSVRecordReader.trimmed($0)) }
    } else {
      insert(name)
    }
    line.count = 0
  }
}
