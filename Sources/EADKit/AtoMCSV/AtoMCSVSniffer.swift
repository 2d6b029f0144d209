internal import CZlib
import Glibc

/// Recognises a sheet of AtoM's descriptions by its header line.
enum AtoMCSVSniffer {
  private static let headBytes = 1 << 16

  static func looksLikeAtoMCSV(path: String) -> Bool {
    guard path != "-" else { return false }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return false }
    var head = [UInt8](repeating: 0, count: headBytes)
    let count = head.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.map { pread(descriptor, $0, headBytes, 0) } ?? 0
    }
    guard count > 4 else { return false }
    head.removeLast(headBytes - count)
    if head.starts(with: [0x1F, 0x8B]) { head = unpacked(head) }
    return looksLikeAtoMCSV(head)
  }

  /// The same for the first bytes of a text.
  static func looksLikeAtoMCSV(_ bytes: [UInt8]) -> Bool {
    var head = bytes
    if let encoding = head.withUnsafeBufferPointer({ CSVEncoding(head: $0) }) {
      head.removeFirst(encoding.mark)
      // The names are ASCII: without its NUL bytes the line can be read.
      if !encoding.isUTF8 { head.removeAll { $0 == 0 } }
    }
    guard let first = head.first(where: { !Bytes.isSpace($0) }), first != 0x3C, !head.prefix(4096).contains(0) else {
      return false
    }
    return head.withUnsafeBufferPointer { bytes in
      var dialect = CSVDialect()
      dialect.endsWithCR = CSVDialect.endsWithCR(head: bytes)
      return ([0x2C, 0x3B, 0x09] as [UInt8]).contains { delimiter in
        dialect.delimiter = delimiter
        return isHeader(bytes, dialect)
      }
    }
  }

  private static func isHeader(_ bytes: UnsafeBufferPointer<UInt8>, _ dialect: CSVDialect) -> Bool {
    let reader = CSVRecordReader(bytes: bytes, file: "", dialect: dialect)
    var scratch = ByteBuffer()
    defer { scratch.deallocate() }
    do throws(EADError) {
      while try reader.advance() {
        if reader.isBlank || reader.row == 1 && reader.record.prefix(4).elementsEqual("sep=".utf8) { continue }
        var names: [String] = []
        for cell in 0..<reader.cellCount { names.append(String(decoding: reader.value(cell, &scratch), as: UTF8.self)) }
        return AtoMCSVHeader.isDescriptions(names)
      }
    } catch {
      return false
    }
    return false
  }

  private static func unpacked(_ packed: [UInt8]) -> [UInt8] {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    defer { stream.deallocate() }
    stream.initialize(to: z_stream())
    ead_inflate_init_gzip(stream)
    defer { inflateEnd(stream) }
    var input = packed
    var out = [UInt8](repeating: 0, count: headBytes)
    let count = input.withUnsafeMutableBufferPointer { input in
      out.withUnsafeMutableBufferPointer { out in
        stream.pointee.next_in = input.baseAddress
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = out.baseAddress
        stream.pointee.avail_out = UInt32(out.count)
        _ = inflate(stream, Z_NO_FLUSH)
        return out.count - Int(stream.pointee.avail_out)
      }
    }
    return Array(out.prefix(count))
  }
}
