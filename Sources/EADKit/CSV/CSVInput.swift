import Glibc

/// One CSV file as UTF-8 that can be read at any place: the file itself, or a decoded copy in a file without a name.
final class CSVInput {
  let file: String
  /// Readable at any place; closed with this object.
  private(set) var descriptor: Int32 = -1
  /// Bytes to skip at the start: a byte order mark.
  private(set) var start = 0
  /// Bytes of the UTF-8 text.
  private(set) var size = 0
  /// Bytes as they lie on disk.
  private(set) var storedSize = 0
  private(set) var encoding = CSVEncoding.utf8
  /// What the text's bytes say.
  private(set) var scan = CSVByteScan()
  /// What AtoM would not understand about the bytes.
  private(set) var findings: [Finding] = []

  private static let chunk = 1 << 18

  /// Opens a file, or standard input for `-`; gzip is unpacked.
  init(path: String, options: AtoMCSVOptions) throws(EADError) {
    file = path
    try open(options.limits)
    let named = try options.encoding.map { name throws(EADError) in
      guard let found = CSVEncoding(named: name) else { throw EADError("csv-encoding-unknown", file: path, [name]) }
      return found
    }
    let head = try self.head(4096)
    let marked = head.withUnsafeBufferPointer { CSVEncoding(head: $0) }
    start = marked?.mark ?? 0
    // A byte order mark is never there by chance: it knows better than anyone.
    if let marked, named == nil || marked.mark > 0 {
      encoding = marked
    } else if let named {
      encoding = named
      // "UTF-16" leaves the order of the bytes to the text.
      if named.title == "UTF-16", let marked { encoding.name = marked.name }
    }
    if encoding.isUTF8 {
      try scanBytes()
      if scan.strayBytes > 0 { try repair(mayBeOther: named == nil && marked == nil) }
    } else {
      if named?.title != encoding.title { note("csv-encoding-detected", .warning, encoding.title) }
      try decode()
    }
    if start > 0, encoding.isUTF8 { note("csv-bom", .note) }
    if scan.nuls > 0 { note("csv-nul", .warning, String(scan.nuls)) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The first bytes of the text.
  func head(_ count: Int) throws(EADError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var got = 0
    while got < count {
      let read = bytes.withUnsafeMutableBufferPointer { buffer in
        buffer.baseAddress.map { pread(descriptor, $0 + got, count - got, off_t(start + got)) } ?? 0
      }
      if read < 0, errno == EINTR { continue }
      if read < 0 { throw EADError("input-unreadable", file: file, [String(cString: strerror(errno))]) }
      if read == 0 { break }
      got += read
    }
    return Array(bytes.prefix(got))
  }

  private func note(_ rule: String, _ severity: Severity, _ arguments: String...) {
    findings.append(Finding(rule: rule, severity: severity, file: file, arguments: arguments))
  }

  // MARK: Opening

  private func open(_ limits: ReadingLimits) throws(EADError) {
    if file != "-" {
      let opened = Glibc.open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      var info = stat()
      if opened >= 0, fstat(opened, &info) == 0, info.st_mode & S_IFMT == S_IFREG {
        var magic: [UInt8] = [0, 0]
        if !(pread(opened, &magic, 2, 0) == 2 && magic[0] == 0x1F && magic[1] == 0x8B) {
          descriptor = opened
          size = Int(info.st_size)
          storedSize = size
          return
        }
      }
      if opened >= 0 { close(opened) }
    }
    // What is left (standard input, gzip, what cannot be read at all) is unpacked, or refused, as any other document.
    let source = try InputSource(path: file, limits: limits)
    let spool = try TemporaryFile.unnamed(for: file)
    descriptor = spool
    var problem: EADError?
    var count = 0
    let name = file
    try source.prepare { bytes in
      count += bytes.count
      if TemporaryFile.write(bytes, to: spool) { return true }
      problem = EADError("spool-failed", file: name, [String(cString: strerror(errno))])
      return false
    }
    if let problem { throw problem }
    size = count
    storedSize = source.size ?? count
  }

  // MARK: Encoding

  /// Hands on the whole text; `body` gives how many bytes it used up, the rest comes again with what follows.
  private func read(
    from offset: Int, _ body: (UnsafeMutableBufferPointer<UInt8>, _ isLast: Bool) throws(EADError) -> Int
  ) throws(EADError) {
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: CSVInput.chunk)
    defer { buffer.deallocate() }
    var at = offset
    var kept = 0
    while true {
      let count = pread(descriptor, buffer + kept, CSVInput.chunk - kept, off_t(at))
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw EADError("input-unreadable", file: file, [String(cString: strerror(errno))]) }
      at += count
      let all = kept + count
      let used = try body(UnsafeMutableBufferPointer(start: buffer, count: all), count == 0)
      if count == 0 { return }
      kept = all - used
      if kept > 0 { buffer.update(from: buffer + used, count: kept) }
    }
  }

  private func scanBytes() throws(EADError) {
    scan = CSVByteScan()
    var found = CSVByteScan()
    try read(from: start) { bytes, isLast throws(EADError) in found.feed(UnsafeBufferPointer(bytes), isLast: isLast) }
    scan = found
  }

  private func decode() throws(EADError) {
    guard var decoder = CSVDecoder(encoding) else { throw EADError("csv-encoding-unknown", file: file, [encoding.title]) }
    defer { decoder.close() }
    try spool { write throws(EADError) in
      try self.read(from: self.start) { bytes, isLast throws(EADError) in
        try decoder.decode(bytes, isLast: isLast, write)
      }
    }
    if decoder.replaced > 0 { note("csv-encoding-bytes", .error, encoding.title, String(decoder.replaced)) }
  }

  /// Bytes that are no UTF-8: another encoding altogether, or a few strays among what is UTF-8 for the rest.
  private func repair(mayBeOther: Bool) throws(EADError) {
    if mayBeOther, scan.sequences <= scan.strayBytes {
      encoding = CSVEncoding.singleByte(scan.high)
      note("csv-encoding-detected", .warning, encoding.title)
      return try decode()
    }
    note("csv-encoding-mixed", .warning, String(scan.strayBytes))
    let table = CSVDecoder.table("CP1252") ?? (0x80...0xFF).map { _ in [0xEF, 0xBF, 0xBD] }
    var out = ByteBuffer(capacity: CSVInput.chunk * 4)
    defer { out.deallocate() }
    try spool { write throws(EADError) in
      try self.read(from: self.start) { bytes, isLast throws(EADError) in
        guard let base = bytes.baseAddress.map({ UnsafePointer($0) }) else { return 0 }
        out.count = 0
        var at = 0
        while at < bytes.count {
          let length = CSVByteScan.sequence(base, at, bytes.count)
          if length < 0, !isLast { break }
          if length > 0 { out.append(base + at, length) } else { out.append(table[Int(base[at]) - 0x80]) }
          at += max(length, 1)
        }
        try write(out.bytes)
        return at
      }
    }
  }

  /// Writes a UTF-8 copy that takes the file's place, and scans it on the way.
  private func spool(
    _ body: (_ write: (UnsafeBufferPointer<UInt8>) throws(EADError) -> Void) throws(EADError) -> Void
  ) throws(EADError) {
    let target = try TemporaryFile.unnamed(for: file)
    var written = 0
    do throws(EADError) {
      try body { bytes throws(EADError) in
        written += bytes.count
        if !TemporaryFile.write(bytes, to: target) {
          throw EADError("spool-failed", file: self.file, [String(cString: strerror(errno))])
        }
      }
    } catch {
      close(target)
      throw error
    }
    close(descriptor)
    descriptor = target
    start = 0
    size = written
    try scanBytes()
  }
}
