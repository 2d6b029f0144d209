import CLibXML2

/// Bytes of an XML document on their way out, through libxml2's output buffer.
///
/// Whatever is written is well-formed: characters that XML does not allow, and bytes that are no UTF-8, are replaced by
/// U+FFFD and counted.
final class XMLOutput {
  private final class Sink {
    let write: (UnsafeBufferPointer<UInt8>) throws(EADError) -> Void
    var failure: EADError?

    init(_ write: @escaping (UnsafeBufferPointer<UInt8>) throws(EADError) -> Void) { self.write = write }
  }

  private let sink: Sink
  private let output: xmlOutputBufferPtr?
  @exclusivity(unchecked) private var buffer = ByteBuffer(capacity: 1 << 16)
  /// Bytes gathered before libxml2 is called: its own bookkeeping costs more than a copy.
  private static let chunk = 1 << 16
  /// Characters that had to be replaced.
  @exclusivity(unchecked) private(set) var replaced = 0

  init(_ write: @escaping (UnsafeBufferPointer<UInt8>) throws(EADError) -> Void) {
    sink = Sink(write)
    let raw = Unmanaged.passUnretained(sink).toOpaque()
    output = xmlOutputBufferCreateIO(
      { raw, bytes, count in
        guard let raw, let bytes, count > 0 else { return 0 }
        let sink = Unmanaged<Sink>.fromOpaque(raw).takeUnretainedValue()
        if sink.failure != nil { return -1 }
        do throws(EADError) {
          try bytes.withMemoryRebound(to: UInt8.self, capacity: Int(count)) { bytes throws(EADError) in
            try sink.write(UnsafeBufferPointer(start: bytes, count: Int(count)))
          }
        } catch {
          sink.failure = error
          return -1
        }
        return count
      }, nil, raw, nil)
  }

  deinit {
    if let output { xmlOutputBufferClose(output) }
    buffer.deallocate()
  }

  /// Hands what has been gathered to libxml2's buffer, and that on.
  func flush() throws(EADError) {
    guard let output else { throw EADError("output-failed", file: "", ["libxml2"]) }
    if let failure = sink.failure { throw failure }
    if buffer.count > 0 {
      buffer.base.withMemoryRebound(to: CChar.self, capacity: buffer.count) {
        _ = xmlOutputBufferWrite(output, Int32(buffer.count), $0)
      }
      buffer.reset()
    }
    xmlOutputBufferFlush(output)
    if let failure = sink.failure { throw failure }
  }

  /// Whether it is time to flush.
  var isFull: Bool { buffer.count >= XMLOutput.chunk }

  func raw(_ text: StaticString) { buffer.append(text) }
  func raw(_ bytes: UnsafeBufferPointer<UInt8>) { buffer.append(bytes) }
  func raw(_ text: String) { buffer.append(text) }

  func newline(_ indentation: Int) {
    buffer.append(0x0A)
    buffer.reserve(indentation)
    (buffer.base + buffer.count).update(repeating: 0x20, count: indentation)
    buffer.count += indentation
  }

  /// Text of an element.
  func text(_ bytes: UnsafeBufferPointer<UInt8>) { escaped(bytes, isAttribute: false) }

  /// The value of an attribute, without its quotes.
  func value(_ bytes: UnsafeBufferPointer<UInt8>) { escaped(bytes, isAttribute: true) }

  /// What has to be escaped: 1 in text and attributes, 2 in attributes, 4 not allowed, 8 beyond ASCII.
  private static let kinds: [UInt8] = {
    var kinds = [UInt8](repeating: 0, count: 256)
    for byte in 0..<0x20 { kinds[byte] = 4 }
    for byte in 0x80...0xFF { kinds[byte] = 8 }
    kinds[0x09] = 2
    kinds[0x0A] = 2
    kinds[0x0D] = 1
    kinds[0x22] = 2
    kinds[0x26] = 1
    kinds[0x3C] = 1
    kinds[0x3E] = 1
    return kinds
  }()

  private func escaped(_ bytes: UnsafeBufferPointer<UInt8>, isAttribute: Bool) {
    XMLOutput.kinds.withUnsafeBufferPointer { kinds in
      let mask: UInt8 = isAttribute ? 15 : 13
      var from = 0
      var at = 0
      while at < bytes.count {
        let kind = kinds[Int(bytes[at])] & mask
        if kind == 0 {
          at += 1
          continue
        }
        if kind == 8, let length = UTF8Sequence.length(bytes, at) {
          at += length
          continue
        }
        if at > from { buffer.append(UnsafeBufferPointer(rebasing: bytes[from..<at])) }
        switch bytes[at] {
        case 0x26: buffer.append("&amp;" as StaticString)
        case 0x3C: buffer.append("&lt;" as StaticString)
        case 0x3E: buffer.append("&gt;" as StaticString)
        case 0x22: buffer.append("&quot;" as StaticString)
        case 0x09: buffer.append("&#9;" as StaticString)
        case 0x0A: buffer.append("&#10;" as StaticString)
        case 0x0D: buffer.append("&#13;" as StaticString)
        default:
          replaced += 1
          buffer.append("\u{FFFD}" as StaticString)
        }
        at += kind == 8 ? UTF8Sequence.brokenLength(bytes, at) : 1
        from = at
      }
      if at > from { buffer.append(UnsafeBufferPointer(rebasing: bytes[from..<at])) }
    }
  }

  /// The inside of a comment: two hyphens may not stand together.
  func comment(_ bytes: UnsafeBufferPointer<UInt8>) {
    buffer.append("<!--" as StaticString)
    safe(bytes)
    buffer.append("-->" as StaticString)
  }

  func processingInstruction(_ bytes: UnsafeBufferPointer<UInt8>) {
    buffer.append("<?" as StaticString)
    safe(bytes)
    buffer.append("?>" as StaticString)
  }

  /// Where nothing can be escaped, only characters can be replaced.
  private func safe(_ bytes: UnsafeBufferPointer<UInt8>) {
    var at = 0
    while at < bytes.count {
      let byte = bytes[at]
      if byte >= 0x80 {
        if let length = UTF8Sequence.length(bytes, at) {
          buffer.append(UnsafeBufferPointer(rebasing: bytes[at..<(at + length)]))
          at += length
        } else {
          replaced += 1
          buffer.append("\u{FFFD}" as StaticString)
          at += UTF8Sequence.brokenLength(bytes, at)
        }
        continue
      }
      if byte < 0x20, byte != 0x09, byte != 0x0A, byte != 0x0D {
        replaced += 1
        buffer.append("\u{FFFD}" as StaticString)
      } else {
        buffer.append(byte)
      }
      at += 1
    }
  }
}

/// Sequences of UTF-8 that stand for characters XML allows (XML 1.0, production 2).
enum UTF8Sequence {
  /// Length of the sequence that begins at `at`, beyond ASCII; nil when it is none that XML allows.
  static func length(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int? {
    let first = bytes[at]
    let length: Int
    var value: UInt32
    switch first {
    case 0xC2...0xDF: (length, value) = (2, UInt32(first & 0x1F))
    case 0xE0...0xEF: (length, value) = (3, UInt32(first & 0x0F))
    case 0xF0...0xF4: (length, value) = (4, UInt32(first & 0x07))
    default: return nil
    }
    guard at + length <= bytes.count else { return nil }
    for offset in 1..<length {
      let byte = bytes[at + offset]
      guard byte & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    switch length {
    case 3: return value < 0x800 || (0xD800...0xDFFF).contains(value) || value >= 0xFFFE ? nil : 3
    case 4: return value < 0x10000 || value > 0x10FFFF ? nil : 4
    default: return 2
    }
  }

  /// How many bytes a broken sequence takes: its first byte, and the continuation bytes that belong to it.
  static func brokenLength(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
    var length = 1
    let most = bytes[at] >= 0xF0 ? 4 : bytes[at] >= 0xE0 ? 3 : bytes[at] >= 0xC0 ? 2 : 1
    while length < most, at + length < bytes.count, bytes[at + length] & 0xC0 == 0x80 { length += 1 }
    return length
  }
}
