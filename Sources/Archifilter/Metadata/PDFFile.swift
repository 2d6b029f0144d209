import CZlib

/// Finds single objects of a PDF file by its cross-reference tables and streams, whatever its size: a few MB are read at most.
///
/// What is broken is looked for at the ends of the file, where programs write it.
final class PDFFile {
  /// A part of the cross-reference: where some objects are.
  private enum Section {
    /// Classic table: objects `first ..< first + count`, 20 bytes each from a place of the file.
    case table(first: Int, count: Int, place: Int)
    /// Stream: rows of three numbers.
    case stream(rows: [UInt8], widths: [Int], ranges: [(first: Int, count: Int)])
  }

  private let descriptor: Int32
  private let size: Int
  /// Bytes before `%PDF-`, which places do not count.
  private var shift = 0
  /// Bytes that may still be read.
  private var budget = 24 << 20
  private var sections: [Section] = []
  /// Dictionaries that say where to begin, the newest first.
  private(set) var trailers: [PDFValue] = []
  private var objectStreams: [Int: [UInt8]] = [:]

  private static let mostSections = 64
  private static let mostInflated = 8 << 20
  private static let objectBytes = 64 << 10

  /// - Returns: nil when there is no `%PDF-` in the first KB.
  init?(descriptor: Int32, size: Int) {
    self.descriptor = descriptor
    self.size = size
    let head = read(0, 1_024)
    guard let start = PDFFile.find("%PDF-", in: head, from: 0) else { return nil }
    shift = start
    readSections()
    if trailers.isEmpty { findTrailers() }
  }

  private func read(_ place: Int, _ count: Int) -> [UInt8] {
    guard place >= 0, place < size, budget > 0 else { return [] }
    let bytes = BoundedRead.bytes(descriptor, at: place, count: min(count, size - place, budget))
    budget -= max(bytes.count, 1)
    return bytes
  }

  private static func find(_ word: StaticString, in bytes: [UInt8], from: Int) -> Int? {
    bytes.withUnsafeBufferPointer { $0.find(word, from: from) }
  }

  private static func findLast(_ word: StaticString, in bytes: [UInt8]) -> Int? {
    var found: Int?
    var at = 0
    while let next = find(word, in: bytes, from: at) {
      found = next
      at = next + 1
    }
    return found
  }

  // MARK: Cross-reference

  private func readSections() {
    let tailStart = max(0, size - 2_048)
    let tail = read(tailStart, 2_048)
    guard let last = PDFFile.findLast("startxref", in: tail) else { return }
    var reader = PDFReader(tail, at: last + 9)
    guard let first = reader.value()?.number else { return }
    var waiting = [first]
    var seen: Set<Int> = []
    while let place = waiting.popLast(), seen.count < PDFFile.mostSections {
      guard place >= 0, place < size, seen.insert(place).inserted else { continue }
      guard let trailer = section(at: place + shift) ?? (shift > 0 ? section(at: place) : nil) else { continue }
      trailers.append(trailer)
      // The stream of a hybrid file stands for the table beside it and comes before the older ones.
      if let older = trailer["Prev"]?.number { waiting.append(older) }
      if let hybrid = trailer["XRefStm"]?.number { waiting.append(hybrid) }
    }
  }

  /// Reads the table or stream at a place of the file; its trailer.
  private func section(at place: Int) -> PDFValue? {
    let head = read(place, 4_096)
    var reader = PDFReader(head)
    reader.skipSpaces()
    guard reader.at < head.count else { return nil }
    if PDFFile.find("xref", in: head, from: reader.at) == reader.at { return table(at: place + reader.at + 4) }
    guard reader.value()?.number != nil, let stream = stream(at: place), stream.dictionary["Type"]?.name == Array("XRef".utf8) else {
      return nil
    }
    let dictionary = stream.dictionary
    let widths = (dictionary["W"]?.array ?? []).compactMap(\.number)
    guard widths.count == 3, widths.allSatisfy({ (0...8).contains($0) }), widths.reduce(0, +) > 0 else { return dictionary }
    var ranges: [(first: Int, count: Int)] = []
    let index = (dictionary["Index"]?.array ?? []).compactMap(\.number)
    var at = 0
    while at + 1 < index.count, ranges.count < 10_000 {
      if index[at] >= 0, index[at + 1] > 0 { ranges.append((index[at], index[at + 1])) }
      at += 2
    }
    if index.isEmpty { ranges = [(0, max(0, dictionary["Size"]?.number ?? 0))] }
    sections.append(.stream(rows: stream.bytes, widths: widths, ranges: ranges))
    return dictionary
  }

  private func table(at start: Int) -> PDFValue? {
    var place = start
    for _ in 0..<10_000 {
      let line = read(place, 96)
      var reader = PDFReader(line)
      reader.skipSpaces()
      if PDFFile.find("trailer", in: line, from: reader.at) == reader.at {
        var body = PDFReader(read(place + reader.at + 7, PDFFile.objectBytes))
        return body.value()
      }
      // Two numbers without a reference in between: digits, digits, line break.
      guard let first = PDFFile.digits(line, &reader.at), let count = PDFFile.digits(line, &reader.at) else { return nil }
      reader.skipSpaces()
      guard count <= size / 18 else { return nil }
      let entries = place + reader.at
      sections.append(.table(first: first, count: count, place: entries))
      place = entries + count * 20
      // Programs that end lines with one byte write rows of 19.
      if count > 0 {
        let row = read(entries, 20)
        if row.count == 20, row[18] == 10 || row[18] == 13, row[19] >= 48 || row[19] == UInt8(ascii: "t") {
          sections.removeLast()
          place = entries + count * 19
          sections.append(.table(first: -first - 1, count: count, place: entries))
        }
      }
    }
    return nil
  }

  private static func digits(_ bytes: [UInt8], _ at: inout Int) -> Int? {
    while at < bytes.count, PDFReader.isSpace(bytes[at]) { at += 1 }
    let start = at
    var value = 0
    while at < bytes.count, bytes[at] >= 48, bytes[at] <= 57, at - start < 15 {
      value = value * 10 + Int(bytes[at]) - 48
      at += 1
    }
    return at > start ? value : nil
  }

  private enum Place {
    case file(Int)
    case inside(stream: Int, index: Int)
  }

  private func places(of object: Int) -> [Place] {
    var found: [Place] = []
    for section in sections {
      switch section {
      case .table(let first, let count, let place):
        // A negative number says rows of 19 bytes.
        let width = first < 0 ? 19 : 20
        let begin = first < 0 ? -first - 1 : first
        guard object >= begin, object < begin + count else { continue }
        let row = read(place + (object - begin) * width, 18)
        var at = 0
        guard row.count == 18, row[17] == UInt8(ascii: "n"), let offset = PDFFile.digits(row, &at) else { continue }
        found.append(.file(offset + shift))
        if shift > 0 { found.append(.file(offset)) }
      case .stream(let rows, let widths, let ranges):
        var before = 0
        let width = widths[0] + widths[1] + widths[2]
        for range in ranges {
          if object >= range.first, object - range.first < range.count {
            let (offset, isBeyond) = (before + object - range.first).multipliedReportingOverflow(by: width)
            guard !isBeyond, offset >= 0, offset + width <= rows.count else { break }
            func field(_ start: Int, _ width: Int) -> Int {
              rows[start..<(start + width)].reduce(0) { ($0 & 0xFF_FFFF_FFFF_FFFF) << 8 | Int($1) }
            }
            let type = widths[0] == 0 ? 1 : field(offset, widths[0])
            let second = field(offset + widths[0], widths[1])
            let third = field(offset + widths[0] + widths[1], widths[2])
            if type == 1 { found.append(.file(second &+ shift)) }
            if type == 2 { found.append(.inside(stream: second, index: third)) }
            break
          }
          before &+= range.count
          if before < 0 { break }
        }
      }
      if found.count > 8 { break }
    }
    return found
  }

  // MARK: Objects

  /// The object of a number; nil when it is not found.
  func object(_ number: Int) -> PDFValue? {
    for place in places(of: number) {
      switch place {
      case .file(let offset):
        if let found = object(number, at: offset) { return found }
      case .inside(let stream, let index):
        if let found = object(number, inside: stream, index: index) { return found }
      }
    }
    return search(number)
  }

  /// A value itself, or the object that it refers to.
  func resolved(_ value: PDFValue?) -> PDFValue? {
    guard let number = value?.reference else { return value }
    let found = object(number)
    // One step is what programs write; a reference to a reference is a trap.
    return found?.reference == nil ? found : nil
  }

  private func object(_ number: Int, at offset: Int) -> PDFValue? {
    // Most objects are short; a long one is read again.
    for count in [4_096, PDFFile.objectBytes] {
      let bytes = read(offset, count)
      var at = 0
      guard PDFFile.digits(bytes, &at) == number, PDFFile.digits(bytes, &at) != nil else { return nil }
      var reader = PDFReader(bytes, at: at)
      guard reader.value()?.isKeyword("obj") == true else { return nil }
      if let value = reader.value() { return value }
      if bytes.count < count { return nil }
    }
    return nil
  }

  private func object(_ number: Int, inside stream: Int, index: Int) -> PDFValue? {
    if objectStreams[stream] == nil, objectStreams.count < 8 {
      var unpacked: [UInt8] = []
      for case .file(let offset) in places(of: stream) {
        guard let found = self.stream(at: offset), let first = found.dictionary["First"]?.number,
          let count = found.dictionary["N"]?.number, first >= 0, first <= found.bytes.count, count >= 0
        else { continue }
        unpacked = found.bytes
        objectStarts[stream] = (first, min(count, 100_000))
        break
      }
      objectStreams[stream] = unpacked
    }
    guard let bytes = objectStreams[stream], let (first, count) = objectStarts[stream] else { return nil }
    var at = 0
    for _ in 0..<count {
      guard let name = PDFFile.digits(bytes, &at), let offset = PDFFile.digits(bytes, &at), at <= first else { return nil }
      guard name == number else { continue }
      guard first + offset < bytes.count else { return nil }
      var reader = PDFReader(bytes, at: first + offset)
      return reader.value()
    }
    return nil
  }

  /// Where objects begin in an unpacked object stream, and how many it says to hold.
  private var objectStarts: [Int: (first: Int, count: Int)] = [:]

  /// The stream of an object at a place of the file, unpacked.
  func stream(at offset: Int) -> (dictionary: PDFValue, bytes: [UInt8])? {
    let head = read(offset, PDFFile.objectBytes)
    var at = 0
    guard PDFFile.digits(head, &at) != nil, PDFFile.digits(head, &at) != nil else { return nil }
    var reader = PDFReader(head, at: at)
    guard reader.value()?.isKeyword("obj") == true, let dictionary = reader.value(), dictionary.dictionary != nil else {
      return nil
    }
    let afterDictionary = reader.at
    guard reader.value()?.isKeyword("stream") == true else {
      // The line break may be missing and the data follow at once.
      guard let word = PDFFile.find("stream", in: head, from: afterDictionary), word < afterDictionary + 16 else { return nil }
      return stream(dictionary, at: offset + word + 6)
    }
    return stream(dictionary, at: offset + reader.at)
  }

  private func stream(_ dictionary: PDFValue, at start: Int) -> (dictionary: PDFValue, bytes: [UInt8])? {
    var place = start
    let next = read(place, 2)
    if next.starts(with: [13, 10]) { place += 2 } else if next.first == 10 || next.first == 13 { place += 1 }
    var length = dictionary["Length"]?.number
    if let number = dictionary["Length"]?.reference, lengthsResolved < 8 {
      lengthsResolved += 1
      // Never through an object stream, whose own length may be asked for.
      for case .file(let offset) in places(of: number) {
        length = object(number, at: offset)?.number
        if length != nil { break }
      }
    }
    let most = min(size - place, 4 << 20)
    guard most > 0 else { return nil }
    // A length that is missing or wrong: compressed data end by themselves, others at `endstream`.
    let isKnown = length.map { $0 > 0 && $0 <= size - place } ?? false
    var bytes = read(place, isKnown ? min(length ?? 0, most) : most)
    if !isKnown, let end = PDFFile.find("endstream", in: bytes, from: 0) { bytes.removeSubrange(end...) }
    var filters: [[UInt8]] = []
    if let one = dictionary["Filter"]?.name { filters = [one] }
    if let several = dictionary["Filter"]?.array { filters = several.compactMap(\.name) }
    if filters.isEmpty { return (dictionary, bytes) }
    guard filters == [Array("FlateDecode".utf8)] || filters == [Array("Fl".utf8)] else { return nil }
    guard var unpacked = PDFFile.inflated(bytes) else { return nil }
    let parameters = dictionary["DecodeParms"]?.array?.first ?? dictionary["DecodeParms"]
    if let predictor = parameters?["Predictor"]?.number, predictor > 1 {
      guard predictor >= 10, let plain = PDFFile.unpredicted(unpacked, parameters) else { return nil }
      unpacked = plain
    }
    return (dictionary, unpacked)
  }

  private var lengthsResolved = 0

  private static func inflated(_ bytes: [UInt8]) -> [UInt8]? {
    var state = z_stream()
    guard inflateInit_(&state, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
    defer { inflateEnd(&state) }
    var out: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    var input = bytes
    input.withUnsafeMutableBufferPointer { source in
      state.next_in = source.baseAddress
      state.avail_in = UInt32(source.count)
      while out.count < mostInflated {
        let (code, got) = chunk.withUnsafeMutableBufferPointer { target in
          state.next_out = target.baseAddress
          state.avail_out = UInt32(target.count)
          let code = inflate(&state, Z_NO_FLUSH)
          return (code, target.count - Int(state.avail_out))
        }
        out.append(contentsOf: chunk[..<got])
        // Data that are cut or broken keep what came before.
        if code != Z_OK || got == 0 { break }
      }
    }
    return out.isEmpty ? nil : out
  }

  /// Undoes the predictors of PNG, which cross-reference streams use.
  private static func unpredicted(_ bytes: [UInt8], _ parameters: PDFValue?) -> [UInt8]? {
    let columns = parameters?["Columns"]?.number ?? 1
    let bits = (parameters?["Colors"]?.number ?? 1).multipliedReportingOverflow(by: parameters?["BitsPerComponent"]?.number ?? 8)
    guard (1...65_536).contains(columns), !bits.overflow, (1...128).contains(bits.partialValue) else { return nil }
    let pixel = max(1, bits.partialValue / 8)
    let width = (columns * bits.partialValue + 7) / 8
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var above = [UInt8](repeating: 0, count: width)
    var row = above
    var at = 0
    while at + 1 < bytes.count {
      let kind = bytes[at]
      let count = min(width, bytes.count - at - 1)
      for index in 0..<count {
        let left = index >= pixel ? row[index - pixel] : 0
        let up = above[index]
        let corner = index >= pixel ? above[index - pixel] : 0
        let add: UInt8
        switch kind {
        case 1: add = left
        case 2: add = up
        case 3: add = UInt8((Int(left) + Int(up)) / 2)
        case 4:
          let estimate = Int(left) + Int(up) - Int(corner)
          let (toLeft, toUp, toCorner) = (abs(estimate - Int(left)), abs(estimate - Int(up)), abs(estimate - Int(corner)))
          add = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner
        default: add = 0
        }
        row[index] = bytes[at + 1 + index] &+ add
      }
      out.append(contentsOf: row[..<count])
      swap(&above, &row)
      at += 1 + width
    }
    return out
  }

  /// The metadata stream (XMP) of an object.
  func stream(_ number: Int) -> [UInt8]? {
    for case .file(let offset) in places(of: number) {
      if let found = stream(at: offset) { return found.bytes }
    }
    return nil
  }

  // MARK: Broken files

  private lazy var ends: [(place: Int, bytes: [UInt8])] = {
    let most = 1 << 20
    if size <= 2 * most { return [(0, read(0, size))] }
    return [(size - most, read(size - most, most)), (0, read(0, most))]
  }()

  private func findTrailers() {
    for (_, bytes) in ends {
      var found: [Int] = []
      var at = 0
      while let next = PDFFile.find("trailer", in: bytes, from: at), found.count < 1_000 {
        found.append(next)
        at = next + 7
      }
      for place in found.suffix(8).reversed() {
        var reader = PDFReader(bytes, at: place + 7)
        if let trailer = reader.value(), trailer.dictionary != nil { trailers.append(trailer) }
      }
    }
  }

  /// The last object of a number at the ends of the file.
  private func search(_ number: Int) -> PDFValue? {
    guard searches < 8 else { return nil }
    searches += 1
    let word = Array("\(number) ".utf8)
    for (_, bytes) in ends {
      var found: PDFValue?
      var at = 0
      var tries = 0
      bytes.withUnsafeBufferPointer { all in
        while tries < 10_000, let next = all.find(word, from: at) {
          tries += 1
          at = next + 1
          if next > 0, !PDFReader.isSpace(all[next - 1]) { continue }
          var place = next + word.count
          guard let generation = PDFFile.digits(bytes, &place), generation < 65_536, all.find("obj", from: place, upTo: place + 8) != nil
          else { continue }
          var reader = PDFReader(bytes, at: place)
          guard reader.value()?.isKeyword("obj") == true, let value = reader.value() else { continue }
          found = value
        }
      }
      if let found { return found }
    }
    return nil
  }

  private var searches = 0
}
