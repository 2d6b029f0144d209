/// A regular expression of XML Schema, made ready to judge any number of values on any thread at once.
///
/// Time grows with the length of the value and never faster, whatever the pattern: it becomes a table of states (a
/// deterministic automaton), or, where that table would be too large, a list of states that are followed side by side, up to a
/// number of steps. libxml2's own expressions go back and try again: `(a|aa)+b` on 40 letters takes them 0.4 s, and on 100,000
/// letters 80 s before they give up; some answers are wrong too (`([a-z]{1,3},)*[a-z]{1,3}` takes `aaaa`).
final class DatatypePattern: @unchecked Sendable {
  /// As in the schema.
  let text: String

  private let alphabet: PatternAlphabet
  private let table: PatternTable?
  private let graph: PatternGraph
  /// Whether a set holds a class, row by row; only for patterns without a table.
  private let holds: [Bool]

  /// Reads and prepares a pattern; throws when it is ill-formed or far too large.
  init(_ bytes: [UInt8]) throws(DatatypeProblem) {
    text = String(decoding: bytes, as: UTF8.self)
    let tree = try DatatypePatternParser.parse(bytes)
    guard let graph = PatternGraph(tree), let alphabet = PatternAlphabet(tree.sets) else {
      throw DatatypeProblem(key: "datatype-pattern-too-large", arguments: [PatternText.shortened(text), "1", ""])
    }
    self.graph = graph
    self.alphabet = alphabet
    table = PatternTable(graph, alphabet)
    holds = table == nil ? alphabet.membership : []
    guard table != nil || graph.nodes.count <= PatternGraph.sideBySideLimit else {
      throw DatatypeProblem(key: "datatype-pattern-too-large", arguments: [PatternText.shortened(text), "1", ""])
    }
  }

  /// Whether the whole value is of this form.
  func matches(_ value: UnsafeBufferPointer<UInt8>) -> DatatypeVerdict {
    if let table { return table.matches(value, alphabet) ? .valid : .invalid }
    return graph.judge(value, alphabet, holds)
  }

  /// Whether the whole text is of this form.
  func matches(_ text: String) -> Bool {
    var copy = text
    return copy.withUTF8 { matches($0) == .valid }
  }

  /// True when the pattern had to be kept as a list of states.
  var isFollowedSideBySide: Bool { table == nil }

  /// The shortest text of this form, of letters and digits where the pattern leaves the choice; nil when none is known.
  var example: String? { table?.example(alphabet) }
}

/// Characters sorted into classes that no set of a pattern tells apart.
struct PatternAlphabet: @unchecked Sendable {
  private static let classLimit = 4096

  let classCount: Int
  /// For each set of the pattern, the classes that it holds.
  let classes: [[UInt16]]
  /// A plain character of the class, for examples; 0 for classes without one.
  let samples: [UInt8]
  /// The classes that have one: letters and digits, then the others.
  let plainFirst: [Int]
  private let ascii: ASCIIClasses
  private let starts: [UInt32]
  private let usesCategories: Bool
  /// By interval, or by interval and category.
  private let classOfInterval: [UInt16]

  /// Nil when the sets tell too many classes apart.
  init?(_ sets: [ScalarSet]) {
    let starts = Set(sets.lazy.flatMap { $0.pieces.lazy.map(\.start) }).union([0]).sorted()
    let usesCategories = sets.contains {
      $0.pieces.contains { $0.categories != 0 && $0.categories != ScalarSet.everyCategory }
    }
    let categories = usesCategories ? 30 : 1
    let words = sets.count / 64 + 1
    guard starts.count * categories * (sets.count + words) <= 3_000_000 else { return nil }
    var signatures: [[UInt64]: UInt16] = [:]
    var classOfInterval: [UInt16] = []
    classOfInterval.reserveCapacity(starts.count * categories)
    var cursors = Array(repeating: 0, count: sets.count)
    for start in starts {
      for index in sets.indices {
        let pieces = sets[index].pieces
        if cursors[index] + 1 < pieces.count, pieces[cursors[index] + 1].start <= start { cursors[index] += 1 }
      }
      for category in 0..<categories {
        var signature = Array(repeating: UInt64(0), count: words)
        for index in sets.indices where sets[index].pieces[cursors[index]].categories >> UInt32(category) & 1 == 1 {
          signature[index / 64] |= 1 << UInt64(index % 64)
        }
        guard signatures.count < Self.classLimit else { return nil }
        classOfInterval.append(signatures[signature, default: UInt16(signatures.count)])
        signatures[signature] = classOfInterval[classOfInterval.count - 1]
      }
    }
    self.starts = starts
    self.usesCategories = usesCategories
    self.classOfInterval = classOfInterval
    classCount = signatures.count
    var classes = Array(repeating: [UInt16](), count: sets.count)
    for (signature, number) in signatures.sorted(by: { $0.value < $1.value }) {
      for index in sets.indices where signature[index / 64] >> UInt64(index % 64) & 1 == 1 { classes[index].append(number) }
    }
    self.classes = classes
    func find(_ scalar: UInt32) -> UInt16 { Self.classNumber(scalar, starts, usesCategories, classOfInterval) }
    ascii = ASCIIClasses { find(UInt32($0)) }
    var samples = Array(repeating: UInt8(0), count: signatures.count)
    var plainFirst: [Int] = []
    for byte in Array("aA1".utf8) + Array(0x61...0x7A) + Array(0x41...0x5A) + Array(0x30...0x39) + Array(0x20...0x7E) {
      let number = Int(find(UInt32(byte)))
      guard samples[number] == 0 else { continue }
      samples[number] = byte
      plainFirst.append(number)
    }
    self.samples = samples
    self.plainFirst = plainFirst
  }

  /// Whether a set holds a class, one row of classes for each set.
  var membership: [Bool] {
    var flags = Array(repeating: false, count: classes.count * classCount)
    for (index, set) in classes.enumerated() {
      for number in set { flags[index * classCount + Int(number)] = true }
    }
    return flags
  }

  private static func classNumber(
    _ scalar: UInt32, _ starts: [UInt32], _ usesCategories: Bool, _ classOfInterval: [UInt16]
  ) -> UInt16 {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= scalar { low = middle } else { high = middle }
    }
    return usesCategories ? classOfInterval[low * 30 + ScalarSet.category(of: scalar)] : classOfInterval[low]
  }

  /// The class of the character at `base`, and its length in bytes.
  @inline(__always)
  func next(_ base: UnsafePointer<UInt8>, _ available: Int) -> (Int, Int) {
    if base[0] < 0x80 { return (Int(ascii.classes[Int(base[0])]), 1) }
    let (scalar, length) = UTF8Scalar.decode(base, available)
    return (Int(Self.classNumber(scalar, starts, usesCategories, classOfInterval)), length)
  }

  private final class ASCIIClasses {
    let classes = UnsafeMutablePointer<UInt16>.allocate(capacity: 128)
    init(_ value: (UInt8) -> UInt16) { for byte in 0..<128 { classes[byte] = value(UInt8(byte)) } }
    deinit { classes.deallocate() }
  }
}
