/// Looks once at every run of text, for all rules about what is wrong inside text.
///
/// One pass through a table of 256 entries, which stops only at bytes that may begin something suspicious; the accents of
/// French or German are let go after a look at the next byte. What it finds it keeps until the element ends, and reports it
/// then in the name of the rule concerned, once for each element and rule.
///
/// It is no rule of its own: whoever makes the rules for a document adds `TextScan.scan(for: rules)` to them.
final class TextScan: Rule {
  enum Kind: Int, CaseIterable {
    case controlCharacter, doubleEncoded, nonCharacter, replacementCharacter, entityShown, markupShown, attributeAsText

    var rule: Rule.Type {
      switch self {
      case .controlCharacter: TextControlCharacter.self
      case .doubleEncoded: TextDoubleEncoded.self
      case .nonCharacter: TextNoncharacter.self
      case .replacementCharacter: TextReplacementCharacter.self
      case .entityShown: TextEntityShown.self
      case .markupShown: TextMarkupShown.self
      case .attributeAsText: StructureAttributeAsText.self
      }
    }
  }

  /// What was found in an element that is still open; those of inner elements after those of outer ones.
  private struct Found {
    var kind: Kind
    var depth: Int
    var arguments: [String]
  }

  @exclusivity(unchecked) private var wanted = [Rule?](repeating: nil, count: Kind.allCases.count)
  @exclusivity(unchecked) private var found: [Found] = []

  /// The last bytes of the text before the run, back to the tag before it.
  @exclusivity(unchecked) private var tail = ByteBuffer(capacity: 2 * TextScan.context)
  /// Depth of the element that text belongs to; -1 after an end tag.
  @exclusivity(unchecked) private var depth = -1
  /// A place that could not be judged in its run, with the text around it, and where in that text it is.
  @exclusivity(unchecked) private var window = ByteBuffer(capacity: 512)
  @exclusivity(unchecked) private var windowAt = 0
  @exclusivity(unchecked) private var isHeld = false

  private let table = SuspiciousBytes.table
  private let leads = SuspiciousBytes.leads
  /// Bytes of text kept before a suspicious byte, and looked at after one.
  private static let context = 40
  private static let lookahead = 96

  required init() {
    super.init()
    for kind in Kind.allCases { wanted[kind.rawValue] = kind.rule.init() }
  }

  /// A scan that reports for those of the rules that need one; nil when none does.
  static func scan(for rules: [Rule]) -> TextScan? {
    let scan = TextScan()
    for kind in Kind.allCases { scan.wanted[kind.rawValue] = rules.first { type(of: $0) == kind.rule } }
    return scan.wanted.contains { $0 != nil } ? scan : nil
  }

  deinit {
    tail.deallocate()
    window.deallocate()
  }

  override func register(_ interests: inout RuleInterests) {
    interests.everyRunOfText()
    interests.endOfEveryElement()
  }

  // MARK: Events

  override func text(_ bytes: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
    let count = bytes.count
    let here = document.open.count
    if here != depth {
      if isHeld { judge(document, isLast: true) }
      tail.count = 0
      depth = here
    } else if isHeld {
      window.append(base, min(count, TextScan.lookahead))
      judge(document, isLast: window.count - windowAt > TextScan.lookahead)
    }
    let table = table
    var at = 0
    while at < count {
      let mark = table[Int(base[at])]
      if mark != 0, isSuspicious(mark, base, at, count), !isSettled(base, at, count) { hold(base, at, count, document) }
      at += 1
    }
    remember(base, count)
  }

  override func end(_ name: NameID, _ document: RuleDocument) {
    if isHeld { judge(document, isLast: true) }
    depth = -1
    if found.isEmpty { return }
    let ending = document.open.count
    guard let first = found.firstIndex(where: { $0.depth >= ending }) else { return }
    for one in found[first...] {
      if let rule = wanted[one.kind.rawValue] {
        document.report(rule, [document.names.name(name)] + one.arguments, at: document.startPlace)
      }
    }
    found.removeSubrange(first...)
  }

  /// Sorts out by the next byte or two most of what the table stops at.
  @inline(__always)
  private func isSuspicious(_ mark: UInt8, _ base: UnsafePointer<UInt8>, _ at: Int, _ count: Int) -> Bool {
    guard mark == SuspiciousBytes.byNext, at + 1 < count else { return true }
    switch base[at] {
    // Before a name, a number, an end tag, a comment.
    case 0x26: return base[at + 1] == 0x23 || Bytes.isASCIILetter(base[at + 1])
    case 0x3C: return Bytes.isASCIILetter(base[at + 1]) || [0x21, 0x2F, 0x3F].contains(base[at + 1])
    // U+0080 to U+009F.
    case 0xC2: return base[at + 1] < 0xA0
    // A letter that double encoding makes, before another character beyond ASCII.
    case 0xC3: return leads[Int(base[at + 1] & 0x3F)] && (at + 2 >= count || base[at + 2] >= 0x80)
    // An equals sign before a quotation mark.
    case 0x3D: return base[at + 1] == 0x22 || base[at + 1] == 0x27 || base[at + 1] == 0xE2
    // U+FB00 to U+FFFF without its letters and forms: private use, noncharacters, the replacement character, U+FEFF.
    case 0xEF:
      let second = base[at + 1]
      return second < 0xA4 || second == 0xB7 || second == 0xBB || second == 0xBF
    default: return true
    }
  }

  /// Whether the element has its finding already of what this byte may begin: texts of nothing else stay fast.
  @inline(__always)
  private func isSettled(_ base: UnsafePointer<UInt8>, _ at: Int, _ count: Int) -> Bool {
    if found.isEmpty { return false }
    switch base[at] {
    case 0xC2, 0x7F, 0..<0x20: return isFound(.controlCharacter)
    case 0xEE, 0xF0...0xF4: return isFound(.nonCharacter)
    // `ï¿½` is another matter.
    case 0xC3: return at + 1 < count && base[at + 1] != 0xAF && isFound(.doubleEncoded)
    case 0x26: return isFound(.entityShown)
    case 0x3C: return isFound(.markupShown)
    default: return false
    }
  }

  @inline(__always)
  private func remember(_ base: UnsafePointer<UInt8>, _ count: Int) {
    let kept = TextScan.context
    if count >= kept {
      tail.count = 0
      tail.append(base + count - kept, kept)
    } else {
      let excess = tail.count + count - kept
      if excess > 0 {
        tail.base.update(from: tail.base + excess, count: tail.count - excess)
        tail.count -= excess
      }
      tail.append(base, count)
    }
  }

  // MARK: Judgement

  /// Copies the surroundings of a suspicious byte and judges it.
  @inline(never)
  private func hold(_ base: UnsafePointer<UInt8>, _ at: Int, _ count: Int, _ document: RuleDocument) {
    if isHeld { judge(document, isLast: true) }
    let from = max(0, at - TextScan.context)
    window.count = 0
    if from == 0 { window.append(tail.bytes) }
    windowAt = window.count + at - from
    window.append(base + from, min(count, at + TextScan.lookahead) - from)
    isHeld = true
    judge(document, isLast: count - at > TextScan.lookahead)
  }

  /// Judges the place held; where the text that would decide has not come and may still come, it stays held.
  private func judge(_ document: RuleDocument, isLast: Bool) {
    let text = SuspiciousText(bytes: window.bytes, at: windowAt, isLast: isLast)
    switch text.judge(isElementOnly: elementIsBare(document)) {
    case .harmless: isHeld = false
    case .undecided: isHeld = !isLast
    case .found(let kind, let arguments):
      isHeld = false
      if wanted[kind.rawValue] != nil, !isFound(kind) { found.append(Found(kind: kind, depth: depth, arguments: arguments)) }
    }
  }

  private func isFound(_ kind: Kind) -> Bool {
    var at = found.count
    while at > 0, found[at - 1].depth == depth {
      at -= 1
      if found[at].kind == kind { return true }
    }
    return false
  }

  /// Whether the element that holds the text may not hold any.
  private func elementIsBare(_ document: RuleDocument) -> Bool {
    guard depth > 0, depth <= document.open.count else { return false }
    return ElementTraits.table[Int(document.open[depth - 1])].contains(.elementOnly)
  }
}

/// Which bytes may begin something that should not be in text.
enum SuspiciousBytes {
  /// To be judged.
  static let always: UInt8 = 1
  /// To be judged when the byte after it is of the right kind.
  static let byNext: UInt8 = 2

  /// Written once, before its first use; only read afterwards.
  nonisolated(unsafe) static let table: UnsafePointer<UInt8> = {
    let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
    table.initialize(repeating: 0, count: 256)
    // DELETE, private use, what lies beyond the basic plane.
    for byte in [0x7F, 0xEE, 0xF0, 0xF1, 0xF2, 0xF3, 0xF4] { table[byte] = always }
    for byte in [0x26, 0x3C, 0x3D, 0xC2, 0xC3, 0xEF] { table[byte] = byNext }
    for byte in 0..<0x20 where byte != 0x09 && byte != 0x0A && byte != 0x0D { table[byte] = always }
    return UnsafePointer(table)
  }()

  /// Second bytes, after C3, of the letters that UTF-8 read as Windows-1252 begins with.
  nonisolated(unsafe) static let leads: UnsafePointer<Bool> = {
    let leads = UnsafeMutablePointer<Bool>.allocate(capacity: 64)
    leads.initialize(repeating: false, count: 64)
    for scalar in "ÃÂâÅÄÎÏÐÑ×ØÙïð".unicodeScalars { leads[Int(scalar.value & 0x3F)] = true }
    return UnsafePointer(leads)
  }()
}
