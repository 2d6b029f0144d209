/// What became of a piece that went there and back.
enum RoundTripFate: UInt8 {
  /// Same path, same text; also when it is now part of a longer text there, or cut in several.
  case survived
  /// Same words in the same place, with other elements around them.
  case markup
  /// Same words under another path.
  case moved
  /// The same value in another form: a date, a code, the case of letters.
  case changed
  case lost
}

/// Finds for every piece of a unit what it is in the unit that came back.
///
/// Every piece and every word that came back stands for one of the source only: of two equal texts of which one came
/// back, one is lost.
final class RoundTripMatcher {
  struct Match {
    var fate = RoundTripFate.lost
    /// Where it is now; for what was lost, what now stands in its place. -1 for none.
    var target = -1
  }

  private let source: RoundTripPieces
  private let target: RoundTripPieces
  private let paths: RoundTripPaths
  /// Whether the account of a conversion calls a piece of the source changed.
  private let saysChanged: (RoundTripPieces.Piece) -> Bool

  /// One for every piece of the source.
  private(set) var matches: [Match]
  private var isTaken: [Bool]
  /// Pieces of the target of which some words are taken, in order.
  private var shared: [Int] = []
  /// Steps that comparing words may still take: a hostile unit must not hold the run.
  private var steps = 40_000_000
  /// False when not everything could be compared word by word.
  private(set) var isComplete = true

  /// Words of a unit that are compared; beyond them only whole texts are.
  private static let mostWords = 1 << 20
  /// Values shorter than this are no proof that an attribute has become text, or that a text is elsewhere.
  static let tellingLength = 12

  init(
    _ source: RoundTripPieces, _ target: RoundTripPieces, saysChanged: @escaping (RoundTripPieces.Piece) -> Bool = { _ in false }
  ) {
    self.source = source
    self.target = target
    paths = source.paths
    self.saysChanged = saysChanged
    matches = Array(repeating: Match(), count: source.pieces.count)
    isTaken = Array(repeating: false, count: target.pieces.count)
    run()
  }

  /// Pieces that came back and that stand for nothing of the source.
  var leftovers: [Int] {
    let partly = Set(shared)
    return isTaken.indices.filter { !isTaken[$0] && !partly.contains($0) }
  }

  private func run() {
    var open = takeEqual()
    if open.isEmpty { return }
    open = takeWhole(open) {
      source.pieces[$0].hash
    } byTarget: {
      target.pieces[$0].hash
    } accepts: { own, other in
      Bytes.equal(source.bytes(own), target.bytes(other))
    }
    if open.isEmpty { return }
    open = takeWords(open)
    open = takeSigns(open)
    if open.isEmpty { return }
    open = takeForms(open)
    nameReplacements(open)
  }

  private func claim(_ own: Int, _ other: Int, _ fate: RoundTripFate) {
    matches[own] = Match(fate: fate, target: other)
    isTaken[other] = true
  }

  /// The fate of words that are now at another piece.
  private func fate(_ own: Int, at other: Int) -> RoundTripFate {
    let (from, to) = (source.pieces[own], target.pieces[other])
    if from.path == to.path { return .survived }
    return paths.areNested(from.path, to.path) ? .markup : .moved
  }

  // MARK: Whole texts

  private func isSame(_ own: Int, _ other: Int) -> Bool {
    let (one, two) = (source.pieces[own], target.pieces[other])
    return one.hash == two.hash && one.path == two.path && Bytes.equal(source.bytes(own), target.bytes(other))
  }

  /// Same path, same text: first along both ends, where most units have nothing else.
  private func takeEqual() -> [Int] {
    var first = 0
    var (end, otherEnd) = (source.pieces.count, target.pieces.count)
    while first < end, first < otherEnd, isSame(first, first) {
      claim(first, first, .survived)
      first += 1
    }
    while end > first, otherEnd > first, isSame(end - 1, otherEnd - 1) {
      claim(end - 1, otherEnd - 1, .survived)
      end -= 1
      otherEnd -= 1
    }
    func key(_ piece: RoundTripPieces.Piece) -> UInt64 {
      piece.hash ^ UInt64(truncatingIfNeeded: piece.path &+ 1) &* 0x9e37_79b9_7f4a_7c15
    }
    return takeWhole(Array(first..<end)) {
      key(source.pieces[$0])
    } byTarget: {
      key(target.pieces[$0])
    } accepts: { own, other in
      isSame(own, other)
    }
  }

  /// Pairs pieces of the source, in order, with the first free ones of the target that have the same key.
  private func takeWhole(
    _ open: [Int], as given: RoundTripFate? = nil, by key: (Int) -> UInt64, byTarget targetKey: (Int) -> UInt64,
    accepts: (Int, Int) -> Bool
  ) -> [Int] {
    let partly = Set(shared)
    let free = isTaken.indices.filter { !isTaken[$0] && !partly.contains($0) }
    if free.isEmpty || open.isEmpty { return open }
    var chain = Chain(free, key: targetKey)
    var rest: [Int] = []
    for own in open {
      // Text before attributes for a text, and the other way round.
      let wanted = source.pieces[own].isAttribute
      if let other = chain.take(key(own), where: { target.pieces[$0].isAttribute == wanted && accepts(own, $0) })
        ?? chain.take(key(own), where: { target.pieces[$0].isAttribute != wanted && accepts(own, $0) })
      {
        claim(own, other, given ?? fate(own, at: other))
      } else {
        rest.append(own)
      }
    }
    return rest
  }

  /// Positions by key, first come first served.
  private struct Chain {
    private var heads: [UInt64: Int] = [:]
    private var next: [Int] = []
    private let values: [Int]
    /// Entries of one key that are looked at.
    private static let longest = 256

    init(_ values: [Int], key: (Int) -> UInt64) {
      self.values = values
      next = Array(repeating: -1, count: values.count)
      heads.reserveCapacity(values.count)
      for at in values.indices.reversed() {
        let key = key(values[at])
        next[at] = heads[key] ?? -1
        heads[key] = at
      }
    }

    /// Takes out the first value of a key that is accepted.
    mutating func take(_ key: UInt64, where accepts: (Int) -> Bool) -> Int? {
      guard var at = heads[key] else { return nil }
      var previous = -1
      var looks = 0
      while at >= 0, looks < Chain.longest {
        if accepts(values[at]) {
          if previous >= 0 {
            next[previous] = next[at]
          } else if next[at] >= 0 {
            heads[key] = next[at]
          } else {
            heads[key] = nil
          }
          return values[at]
        }
        previous = at
        at = next[at]
        looks += 1
      }
      return nil
    }
  }

  // MARK: Words

  /// Words of free pieces of the target, one after the other.
  private struct Words {
    var hashes: [UInt64] = []
    var piece: [Int32] = []
    var isTaken: [Bool] = []
    /// Where the words of each piece begin and end, in order.
    var ranges: [(piece: Int, range: Range<Int>)] = []
  }

  /// Fingerprints of words: runs of letters and digits, so that punctuation and Markdown's signs do not count.
  private static func words(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (UInt64) -> Void) {
    var start = 0
    while start < bytes.count {
      guard Bytes.isWord(bytes[start]) else {
        start += 1
        continue
      }
      var end = start + 1
      while end < bytes.count, Bytes.isWord(bytes[end]) { end += 1 }
      body(Bytes.hash(UnsafeBufferPointer(rebasing: bytes[start..<end])))
      start = end
    }
  }

  private static func words(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt64] {
    var all: [UInt64] = []
    words(bytes) { all.append($0) }
    return all
  }

  private func wordsOfTarget() -> Words {
    var words = Words()
    // Attributes come last: no text goes on in them.
    for isAttribute in [false, true] {
      for index in target.pieces.indices where !isTaken[index] && target.pieces[index].isAttribute == isAttribute {
        if words.hashes.count >= RoundTripMatcher.mostWords {
          isComplete = false
          return words
        }
        let start = words.hashes.count
        RoundTripMatcher.words(target.bytes(index)) { words.hashes.append($0) }
        words.ranges.append((index, start..<words.hashes.count))
        words.piece.append(contentsOf: repeatElement(Int32(index), count: words.hashes.count - start))
        if isAttribute {
          // A word that no piece has.
          words.hashes.append(0)
          words.piece.append(-1)
        }
      }
    }
    words.isTaken = words.piece.map { $0 < 0 }
    return words
  }

  /// Texts that became part of a longer one, or were cut in several: their words in order.
  private func takeWords(_ open: [Int]) -> [Int] {
    var words = wordsOfTarget()
    if words.hashes.isEmpty { return open }
    var candidates: [(own: Int, words: [UInt64])] = []
    var budget = RoundTripMatcher.mostWords
    for own in open {
      let bytes = source.bytes(own)
      if source.pieces[own].isAttribute, bytes.count < RoundTripMatcher.tellingLength { continue }
      let list = RoundTripMatcher.words(bytes)
      budget -= list.count
      if budget < 0 {
        isComplete = false
        break
      }
      if !list.isEmpty { candidates.append((own, list)) }
    }
    // Long texts first: a short one must not take its words out of the middle of a long one.
    candidates.sort { ($1.words.count, $0.own) < ($0.words.count, $1.own) }
    var taken: Set<Int> = []
    var at = 0
    while at < candidates.count {
      let gram = min(8, candidates[at].words.count)
      let index = grams(words.hashes, gram)
      while at < candidates.count, min(8, candidates[at].words.count) == gram {
        if takeRun(candidates[at].own, candidates[at].words, gram, index, &words)
          || takeSpread(candidates[at].own, candidates[at].words, &words)
        {
          taken.insert(candidates[at].own)
        }
        at += 1
      }
    }
    return open.filter { !taken.contains($0) }
  }

  /// Where each run of so many words begins: the first place by the run's fingerprint, and the next one of each place.
  private func grams(_ words: [UInt64], _ length: Int) -> (heads: [UInt64: Int32], next: [Int32]) {
    guard words.count >= length else { return ([:], []) }
    let places = words.count - length + 1
    var heads: [UInt64: Int32] = [:]
    heads.reserveCapacity(places)
    var next = [Int32](repeating: -1, count: places)
    for place in (0..<places).reversed() {
      let key = RoundTripMatcher.fingerprint(words[place..<(place + length)])
      next[place] = heads[key] ?? -1
      heads[key] = Int32(place)
    }
    return (heads, next)
  }

  private static func fingerprint(_ words: ArraySlice<UInt64>) -> UInt64 {
    var value: UInt64 = 0x9e37_79b9_7f4a_7c15
    for word in words { value = (value ^ word) &* 0x100_0000_01b3 ^ (value >> 29) }
    return value
  }

  /// The words one after the other, all of them free; in the same path if they are there.
  private func takeRun(
    _ own: Int, _ list: [UInt64], _ gram: Int, _ index: (heads: [UInt64: Int32], next: [Int32]), _ words: inout Words
  ) -> Bool {
    guard let head = index.heads[RoundTripMatcher.fingerprint(list[..<gram])] else { return false }
    var best = -1
    var bestFate = RoundTripFate.lost
    var place = Int(head)
    var looks = 0
    while place >= 0, looks < 256, steps > 0 {
      looks += 1
      defer { place = Int(index.next[place]) }
      guard place + list.count <= words.hashes.count else { continue }
      var matched = 0
      while matched < list.count, words.hashes[place + matched] == list[matched], !words.isTaken[place + matched] { matched += 1 }
      steps -= matched + 1
      guard matched == list.count else { continue }
      let fate = fate(own, at: Int(words.piece[place]))
      guard isProof(own, at: Int(words.piece[place]), fate) else { continue }
      if bestFate == .lost || fate.rawValue < bestFate.rawValue {
        best = place
        bestFate = fate
      }
      if fate == .survived { break }
    }
    if steps <= 0 { isComplete = false }
    guard best >= 0 else { return false }
    for offset in list.indices { words.isTaken[best + offset] = true }
    let isWhole =
      (best == 0 || words.piece[best - 1] != words.piece[best])
      && (best + list.count == words.piece.count || words.piece[best + list.count] != words.piece[best + list.count - 1])
      && words.piece[best] == words.piece[best + list.count - 1]
    // The same words alone in the same place: had the signs between them been the same, this had been settled before.
    note(own, words.piece[best..<(best + list.count)], bestFate == .survived && isWhole ? .changed : bestFate)
    return true
  }

  /// The words in order in one piece, with others between them: numbers of a list, an expanded abbreviation.
  private func takeSpread(_ own: Int, _ list: [UInt64], _ words: inout Words) -> Bool {
    guard list.count >= 3, !source.pieces[own].isAttribute else { return false }
    for related in [true, false] {
      for (other, range) in words.ranges {
        steps -= 1
        guard range.count >= list.count else { continue }
        guard steps > 0 else {
          isComplete = false
          return false
        }
        let fate = fate(own, at: other)
        guard (fate != .moved) == related, !target.pieces[other].isAttribute else { continue }
        var places: [Int] = []
        var at = range.lowerBound
        while at < range.upperBound, places.count < list.count {
          if words.hashes[at] == list[places.count], !words.isTaken[at] { places.append(at) }
          at += 1
        }
        steps -= at - range.lowerBound + 1
        guard places.count == list.count, let first = places.first, let last = places.last,
          last - first < 3 * list.count + 8
        else { continue }
        for place in places { words.isTaken[place] = true }
        note(own, [Int32(other)], fate)
        return true
      }
    }
    return false
  }

  /// Whether words at another place are these words and not others that look alike.
  private func isProof(_ own: Int, at other: Int, _ fate: RoundTripFate) -> Bool {
    let piece = source.pieces[own]
    if piece.isAttribute != target.pieces[other].isAttribute { return piece.count >= RoundTripMatcher.tellingLength }
    return fate != .moved || piece.count >= 4
  }

  private func note(_ own: Int, _ pieces: some Sequence<Int32>, _ fate: RoundTripFate) {
    var first = -1
    for piece in pieces where piece >= 0 {
      if first < 0 { first = Int(piece) }
      if shared.last != Int(piece) { shared.append(Int(piece)) }
    }
    matches[own] = Match(fate: fate, target: first)
  }

  /// Punctuation between elements that became part of a longer text.
  private func takeSigns(_ open: [Int]) -> [Int] {
    guard !shared.isEmpty else { return open }
    let places = Array(Set(shared)).sorted()
    return open.filter { own in
      let piece = source.pieces[own]
      guard !piece.isAttribute, piece.count <= 16, !source.bytes(own).contains(where: Bytes.isWord) else { return true }
      var best = -1
      for other in places.prefix(1000) where Bytes.contains(target.bytes(other), source.bytes(own)) {
        if fate(own, at: other) == .moved { continue }
        if best < 0 || fate(own, at: other) == .survived { best = other }
      }
      if best < 0 { return true }
      matches[own] = Match(fate: fate(own, at: best), target: best)
      return false
    }
  }

  // MARK: Other forms

  /// The same value in another form, and what the account calls changed.
  private func takeForms(_ open: [Int]) -> [Int] {
    func mixed(_ key: UInt64, _ path: Int32) -> UInt64 { key ^ UInt64(truncatingIfNeeded: path &+ 1) &* 0x9e37_79b9_7f4a_7c15 }
    let ownKeys = open.reduce(into: [Int: [UInt8]]()) { $0[$1] = form($1, of: source) }
    var otherKeys: [Int: [UInt8]] = [:]
    let partly = Set(shared)
    for other in isTaken.indices where !isTaken[other] && !partly.contains(other) { otherKeys[other] = form(other, of: target) }
    func hash(_ key: [UInt8]?) -> UInt64 { (key ?? []).withUnsafeBufferPointer { Bytes.hash($0) } }
    var rest = takeWhole(open, as: .changed) {
      mixed(hash(ownKeys[$0]), source.pieces[$0].path)
    } byTarget: {
      mixed(hash(otherKeys[$0]), target.pieces[$0].path)
    } accepts: { own, other in
      source.pieces[own].path == target.pieces[other].path && ownKeys[own]?.isEmpty == false && ownKeys[own] == otherKeys[other]
    }
    // Named by the account: what stands in the same place is the other form.
    let named = rest.filter { saysChanged(source.pieces[$0]) }
    if !named.isEmpty {
      let left = Set(
        takeWhole(named, as: .changed) {
          mixed(0, source.pieces[$0].path)
        } byTarget: {
          mixed(0, target.pieces[$0].path)
        } accepts: { own, other in
          source.pieces[own].path == target.pieces[other].path
        })
      rest = rest.filter { matches[$0].fate == .lost || left.contains($0) }
    }
    return takeWhole(rest, as: .changed) {
      hash(ownKeys[$0])
    } byTarget: {
      hash(otherKeys[$0])
    } accepts: { own, other in
      (ownKeys[own]?.count ?? 0) >= 4 && source.pieces[own].isAttribute == target.pieces[other].isAttribute
        && ownKeys[own] == otherKeys[other]
    }
  }

  /// What stays of a value when its form does not count: letters and digits in lower case, one of two equal dates, a
  /// language by its shortest code.
  private func form(_ index: Int, of pieces: RoundTripPieces) -> [UInt8] {
    let bytes = pieces.bytes(index)
    // A text that long is no code and no date.
    if bytes.count > 4096 { return [] }
    let name = paths.lastName(pieces.pieces[index].path)
    if name == "langcode" || name == "lang" || name == "language", let code = Languages.code(bytes) { return Array(code.utf8) }
    if !pieces.pieces[index].isAttribute, name == "language", let codes = Languages.list(in: pieces.string(index)) {
      return Array(codes.joined(separator: " ").utf8)
    }
    let lowered = Bytes.key(bytes)
    let key = lowered.utf8.filter(Bytes.isWord)
    if key.count % 2 == 0, key.count >= 8, key.allSatisfy(Bytes.isDigit), key.prefix(key.count / 2) == key.suffix(key.count / 2) {
      return Array(key.prefix(key.count / 2))
    }
    return Array(key)
  }

  /// For what was lost: what the same path now says instead.
  private func nameReplacements(_ open: [Int]) {
    var byPath: [Int32: [Int]] = [:]
    for other in leftovers.reversed() { byPath[target.pieces[other].path, default: []].append(other) }
    for own in open { matches[own].target = byPath[source.pieces[own].path]?.popLast() ?? -1 }
  }
}
