import CLibXML2

/// Feeds bytes to libxml2's push parser and hands events with interned names to an `XMLEventSink`.
///
/// No external entity and no DTD is ever read: external entities are reported and replaced by nothing, the ISO
/// character entities come from inside the program. What entity references add to the document is counted here, since
/// libxml2's SAX interface expands without a bound that holds.
final class XMLEventReader {
  private let state: UnsafeMutablePointer<ParserState>
  private var context: xmlParserCtxtPtr?
  private let sink: XMLEventSink
  private let limits: ReadingLimits
  private let recover: Bool
  private var head: [UInt8] = []
  private let encodingOverride: String?
  private(set) var bytesFed = 0
  private(set) var encodingWasOverruled: String?

  init(sink: XMLEventSink, limits: ReadingLimits, recover: Bool, encoding: String?) {
    self.sink = sink
    self.limits = limits
    self.recover = recover
    self.encodingOverride = encoding
    state = .allocate(capacity: 1)
    state.initialize(to: ParserState(sink: sink, limits: limits))
    sink.parser = ParserHandle(state: state)
    sink.attached()
    _ = XMLEventReader.libraryIsReady
  }

  deinit {
    sink.parser = .none
    sink.attached()
    if let context {
      if let document = context.pointee.myDoc {
        xmlFreeDoc(document)
        context.pointee.myDoc = nil
      }
      xmlFreeParserCtxt(context)
    }
    state.pointee.deallocate()
    state.deinitialize(count: 1)
    state.deallocate()
  }

  private static let libraryIsReady: Bool = {
    xmlInitParser()
    xmlSetExternalEntityLoader(BundledEntities.loader)
    return true
  }()

  /// Makes libxml2 ready, and keeps it from opening anything, for whoever calls it without this class.
  static func prepareLibrary() { _ = libraryIsReady }

  /// Elements that are open, outermost first.
  var openElements: [NameID] { (0..<state.pointee.depth).map { state.pointee.open[$0] } }

  /// The first error that makes the document unreadable, when one was met.
  var failure: XMLFailure? { state.pointee.failure }

  /// Parses the next bytes of the document; false when no more are wanted.
  func feed(_ chunk: UnsafeBufferPointer<UInt8>) -> Bool {
    guard state.pointee.failure == nil else { return false }
    if context == nil {
      // The encoding is judged on the document's first bytes, however small the chunks are that bring them.
      head.append(contentsOf: chunk)
      if head.count < 1024, !chunk.isEmpty { return true }
      let first = head
      head = []
      return first.withUnsafeBufferPointer(begin)
    }
    return push(chunk)
  }

  /// How many bytes were read as Windows-1252, against what the document says of its encoding.
  var repairedBytes: Int { state.pointee.repairedBytes }

  /// Tells the parser that the document has ended.
  func finish() {
    if context == nil, !head.isEmpty {
      let first = head
      head = []
      _ = first.withUnsafeBufferPointer(begin)
    }
    guard let context, state.pointee.failure == nil else { return }
    if markup != nil { _ = push(.empty, isLast: true) }
    guard state.pointee.failure == nil else { return }
    state.pointee.isEnding = true
    xmlParseChunk(context, nil, 0, 1)
  }

  private func begin(_ first: UnsafeBufferPointer<UInt8>) -> Bool {
    var handler = xmlSAXHandler()
    ead_sax_init(&handler)
    SAXCallbacks.install(in: &handler)
    guard let fresh = xmlCreatePushParserCtxt(&handler, UnsafeMutableRawPointer(state), nil, 0, nil) else {
      state.pointee.failure = XMLFailure(code: 2, message: "out of memory", line: 1, column: 1)
      return false
    }
    context = fresh
    state.pointee.context = fresh
    let recovery = recover ? Int32(XML_PARSE_RECOVER.rawValue) : 0
    xmlCtxtUseOptions(fresh, Int32(XML_PARSE_NOENT.rawValue | XML_PARSE_NONET.rawValue) | recovery)
    // xmlCtxtUseOptions keeps the handler but resets some of its callbacks.
    SAXCallbacks.install(in: &fresh.pointee.sax.pointee)

    var bytes = Array(first)
    let encoding = first.withMemoryRebound(to: UInt8.self) { InputEncoding(head: $0) }
    state.pointee.repairsText = recover || encoding.isLatin1
    if recover, encoding.isByteOriented, encodingOverride == nil { markup = MarkupRepair() }
    if let name = encodingOverride {
      if let range = encoding.declaration { for at in range where at < bytes.count { bytes[at] = 0x20 } }
      guard let found = xmlFindCharEncodingHandler(name) else {
        state.pointee.failure = XMLFailure(code: 32, message: name, line: 1, column: 1)
        return false
      }
      xmlSwitchToEncoding(fresh, found)
    } else if encoding.contradictsItself, let range = encoding.declaration {
      encodingWasOverruled = encoding.declared
      for at in range where at < bytes.count { bytes[at] = 0x20 }
    }
    return bytes.withUnsafeBufferPointer { push($0) }
  }

  /// What cannot be markup is escaped first, in recovery and where bytes can be looked at.
  private var markup: MarkupRepair?

  private func push(_ chunk: UnsafeBufferPointer<UInt8>, isLast: Bool = false) -> Bool {
    guard markup != nil else { return parse(chunk) }
    let bytes = markup?.feed(chunk, isLast: isLast) { kind, line in sink.markupRepaired(kind, line: line) } ?? []
    let goesOn = bytes.withUnsafeBufferPointer(parse)
    // libxml2 gives up without saying so when it cannot go on.
    if let context, context.pointee.instate == XML_PARSER_EOF, state.pointee.failure == nil, !isLast {
      state.pointee.failure = XMLFailure(
        code: XMLFailure.stopped, message: "", line: Int(ead_line(context)), column: Int(ead_column(context)))
      return false
    }
    return goesOn
  }

  private func parse(_ chunk: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let context, let start = chunk.baseAddress, !chunk.isEmpty else { return state.pointee.failure == nil }
    bytesFed += chunk.count
    state.pointee.bytesFed = bytesFed
    _ = start.withMemoryRebound(to: CChar.self, capacity: chunk.count) {
      xmlParseChunk(context, $0, Int32(chunk.count), 0)
    }
    return state.pointee.failure == nil
  }
}

/// What a sink may ask of the parser that feeds it.
struct ParserHandle {
  fileprivate let state: UnsafeMutablePointer<ParserState>?

  static var none: ParserHandle { ParserHandle(state: nil) }

  /// Line of the event being delivered, counted from 1; right past 65,535.
  var line: Int { state?.pointee.context.map { Int(ead_line($0)) } ?? 1 }
  var column: Int { state?.pointee.context.map { Int(ead_column($0)) } ?? 1 }

  /// Place of the `<` of the tag whose event is being delivered.
  var tagPlace: Place {
    guard let input = state?.pointee.context?.pointee.input, let base = input.pointee.base, let cur = input.pointee.cur else {
      return Place(line: line, column: column)
    }
    // The name and attributes of a tag hold no other `<`, and libxml2 keeps a whole tag in its buffer.
    var at = cur - 1
    var scalars = 0
    var lines = 0
    while true {
      let byte = at.pointee
      if byte & 0xC0 != 0x80 { scalars += 1 }
      if byte == 0x3C || at <= base { break }
      if byte == 0x0A { lines += 1 }
      at -= 1
    }
    let offset = Int(input.pointee.consumed) + (at - base)
    if lines == 0 {
      return Place(line: Int(input.pointee.line), column: max(Int(input.pointee.col) - scalars, 1), offset: offset)
    }
    return place(at)
  }

  /// The start tag whose event is being delivered, as the document writes it, from `<` to `>`; empty when it is not at hand.
  var tagText: [UInt8] {
    guard let input = state?.pointee.context?.pointee.input?.pointee, let base = input.base, let cur = input.cur,
      let end = input.end
    else { return [] }
    var start = cur - 1
    while start > base, start.pointee != 0x3C { start -= 1 }
    var stop = cur
    while stop < end, stop.pointee != 0x3E { stop += 1 }
    return Array(UnsafeBufferPointer(start: start, count: min(stop + 1, end) - start))
  }

  /// Place of an attribute's name in the start tag whose event is being delivered.
  ///
  /// - Parameter written: the name as the document writes it: where libxml2 copied the value, it is looked for in the tag.
  func place(of attribute: RawAttribute, written: @autoclosure () -> String) -> Place {
    if let start = name(of: attribute) { return place(start) }
    let tag = tagText
    let wanted = Array(written().utf8)
    guard !wanted.isEmpty, tag.count > wanted.count + 1,
      let input = state?.pointee.context?.pointee.input?.pointee, let cur = input.cur, let base = input.base
    else { return tagPlace }
    for at in 1..<(tag.count - wanted.count)
    where Bytes.isSpace(tag[at - 1]) && tag[at..<(at + wanted.count)].elementsEqual(wanted)
      && (tag[at + wanted.count] == 0x3D || Bytes.isSpace(tag[at + wanted.count]))
    {
      var start = cur - 1
      while start > base, start.pointee != 0x3C { start -= 1 }
      return place(start + at)
    }
    return tagPlace
  }

  /// Where an attribute's name stands in the parser's buffer; nil when its value had to be copied.
  private func name(of attribute: RawAttribute) -> UnsafePointer<UInt8>? {
    guard let context = state?.pointee.context, let input = context.pointee.input?.pointee, let base = input.base,
      let cur = input.cur, let value = attribute.value.baseAddress, value > base, value < cur
    else { return nil }
    // Back over the quote and the equals sign to the blank before the name.
    var end = value - 2
    while end > base, Bytes.isSpace(end.pointee) || end.pointee == 0x3D { end -= 1 }
    var start = end
    while start > base, !Bytes.isSpace((start - 1).pointee) { start -= 1 }
    return start
  }

  /// Place of the first character of a text that is no white space; the text is the one of the event being delivered.
  func textPlace(_ bytes: UnsafeBufferPointer<UInt8>) -> Place {
    guard let input = state?.pointee.context?.pointee.input?.pointee, let base = input.base, let cur = input.cur else {
      return here
    }
    // libxml2 has counted the lines of the whole text; its pointer stands before it or after it.
    var first = 0
    while first < bytes.count, Bytes.isSpace(bytes[first]) { first += 1 }
    var lines = 0
    var scalars = 0
    for at in first..<bytes.count {
      if bytes[at] == 0x0A { lines += 1 }
      if bytes[at] & 0xC0 != 0x80 { scalars += 1 }
    }
    var column = Int(input.col) - scalars
    if lines > 0 {
      let start = bytes[..<first].lastIndex(of: 0x0A).map { $0 + 1 }
      column = start.map { first - $0 + 1 } ?? 0
    }
    let begin = bytes.baseAddress == cur ? cur - base : cur - base - bytes.count
    return Place(line: Int(input.line) - lines, column: max(column, 0), offset: Int(input.consumed) + begin + first)
  }

  /// Where the parser stands.
  var here: Place {
    guard let context = state?.pointee.context, let input = context.pointee.input?.pointee, let base = input.base,
      let cur = input.cur
    else { return Place(line: line, column: column) }
    return Place(line: Int(input.line), column: Int(input.col), offset: Int(input.consumed) + (cur - base))
  }

  /// Place of a byte of the parser's buffer that has been read already, from the place it has reached.
  private func place(_ target: UnsafePointer<UInt8>) -> Place {
    guard let context = state?.pointee.context, let input = context.pointee.input?.pointee, let base = input.base,
      let cur = input.cur
    else { return Place() }
    var lines = 0
    var scalars = 0
    var at = target
    while at < cur {
      if at.pointee == 0x0A { lines += 1 }
      if at.pointee & 0xC0 != 0x80 { scalars += 1 }
      at += 1
    }
    let offset = Int(input.consumed) + (target - base)
    if lines == 0 { return Place(line: Int(input.line), column: max(Int(input.col) - scalars, 1), offset: offset) }
    // The line's start is in the buffer, or the column is not known.
    at = target
    scalars = 1
    while at > base, (at - 1).pointee != 0x0A {
      at -= 1
      if at.pointee & 0xC0 != 0x80 { scalars += 1 }
    }
    let isStart = at > base || input.consumed == 0
    return Place(line: Int(input.line) - lines, column: isStart ? scalars : 0, offset: offset)
  }

  /// Ends the parsing with a failure.
  func stop(_ code: Int32, _ message: String = "") {
    guard let state else { return }
    if state.pointee.failure == nil {
      state.pointee.failure = XMLFailure(code: code, message: message, line: line, column: column)
    }
    if let context = state.pointee.context { xmlStopParser(context) }
  }
}

/// Why a document could not be read further: libxml2's error code (or one of ours, below zero), and where.
struct XMLFailure {
  var code: Int32
  var message: String
  var line: Int
  var column: Int
  /// The document ended where something was still missing.
  var isAtEnd = false

  static let entityExpansion: Int32 = -1
  static let depth: Int32 = -2
  static let textSize: Int32 = -3
  static let unitSize: Int32 = -4
}

/// What the callbacks share. It lives in raw memory: a stored property of a class would be checked at every access.
struct ParserState {
  let sink: Unmanaged<XMLEventSink>
  let limits: ReadingLimits
  var context: xmlParserCtxtPtr?
  var failure: XMLFailure?
  var names = NameCache()
  var attributes: UnsafeMutablePointer<RawAttribute> = .allocate(capacity: 32)
  var attributeCapacity = 32
  var open: UnsafeMutablePointer<NameID> = .allocate(capacity: 64)
  var openCapacity = 64
  var depth = 0
  var bytesFed = 0
  var entityBytes = 0
  var externalEntities: [String: String] = [:]
  /// Text is checked byte by byte: in recovery, and where ISO 8859-1 may really be Windows-1252.
  var repairsText = false
  var repairedBytes = 0
  /// No more bytes will come.
  var isEnding = false

  init(sink: XMLEventSink, limits: ReadingLimits) {
    self.sink = Unmanaged.passUnretained(sink)
    self.limits = limits
  }

  func deallocate() {
    attributes.deallocate()
    open.deallocate()
    names.deallocate()
  }
}

/// Maps the pointers of libxml2's dictionary, which are unique per name, to interned names.
struct NameCache {
  private struct Entry {
    var local: UnsafePointer<UInt8>?
    var namespace: UnsafePointer<UInt8>?
    /// One name may be written with several prefixes.
    var prefix: UnsafePointer<UInt8>?
    var kind: UInt16
    var name: NameID
  }

  private var entries: UnsafeMutablePointer<Entry>
  private var mask: Int
  private var count = 0

  init() {
    mask = 1023
    entries = .allocate(capacity: 1024)
    entries.initialize(repeating: Entry(local: nil, namespace: nil, prefix: nil, kind: 0, name: 0), count: 1024)
  }

  func deallocate() { entries.deallocate() }

  @inline(__always)
  private func slot(_ local: UnsafePointer<UInt8>, _ namespace: UnsafePointer<UInt8>?, _ kind: UInt16) -> Int {
    let bits = UInt(bitPattern: local) &+ (UInt(bitPattern: namespace) &* 31) &+ UInt(kind)
    return Int(truncatingIfNeeded: (bits &* 0x9E37_79B9_7F4A_7C15) >> 40)
  }

  @inline(__always)
  func find(
    _ local: UnsafePointer<UInt8>, _ namespace: UnsafePointer<UInt8>?, _ prefix: UnsafePointer<UInt8>?, _ kind: UInt16
  ) -> NameID? {
    var at = slot(local, namespace, kind) & mask
    while let found = entries[at].local {
      if found == local, entries[at].namespace == namespace, entries[at].prefix == prefix, entries[at].kind == kind {
        return entries[at].name
      }
      at = (at + 1) & mask
    }
    return nil
  }

  mutating func insert(
    _ local: UnsafePointer<UInt8>, _ namespace: UnsafePointer<UInt8>?, _ prefix: UnsafePointer<UInt8>?, _ kind: UInt16,
    _ name: NameID
  ) {
    if count * 2 > mask {
      let old = entries
      let oldCount = mask + 1
      mask = oldCount * 2 - 1
      entries = .allocate(capacity: mask + 1)
      entries.initialize(repeating: Entry(local: nil, namespace: nil, prefix: nil, kind: 0, name: 0), count: mask + 1)
      for index in 0..<oldCount where old[index].local != nil { place(old[index]) }
      old.deallocate()
    }
    place(Entry(local: local, namespace: namespace, prefix: prefix, kind: kind, name: name))
    count += 1
  }

  private func place(_ entry: Entry) {
    guard let local = entry.local else { return }
    var at = slot(local, entry.namespace, entry.kind) & mask
    while entries[at].local != nil { at = (at + 1) & mask }
    entries[at] = entry
  }
}
