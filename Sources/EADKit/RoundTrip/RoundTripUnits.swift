/// A unit (or a row) as it is compared.
final class RoundTripUnit {
  let pieces: RoundTripPieces
  fileprivate(set) var depth = 0
  /// Fingerprint of `@id`; 0 without one.
  fileprivate(set) var idKey: UInt64 = 0
  /// Fingerprint of identifier and title; 0 without both.
  fileprivate(set) var nameKey: UInt64 = 0
  /// `@id`, identifier or title.
  fileprivate(set) var component = ""

  init(paths: RoundTripPaths) { pieces = RoundTripPieces(paths: paths) }
}

/// The units of one or several finding aids, one after the other; the first of each brings the header with it.
final class RoundTripUnits {
  private let documents: Int
  private let open: (Int) throws(EADError) -> EADReader
  private let paths: RoundTripPaths
  private var reader: EADReader?
  private var next = 0
  private var lastHeader: UnitArena?
  private var spare: [RoundTripUnit] = []

  /// - Parameter open: makes a reader of a document, counted from 0.
  init(documents: Int, paths: RoundTripPaths, open: @escaping (Int) throws(EADError) -> EADReader) {
    self.documents = documents
    self.paths = paths
    self.open = open
  }

  private func nextUnit() throws(EADError) -> DescriptionUnit? {
    while true {
      if let reader {
        if let unit = try reader.next() { return unit }
        self.reader = nil
      }
      guard next < documents else { return nil }
      reader = try open(next)
      next += 1
    }
  }

  /// The next unit; it belongs to the caller until it is given back.
  func take() throws(EADError) -> RoundTripUnit? {
    guard let unit = try nextUnit() else { return nil }
    let fresh = spare.popLast() ?? RoundTripUnit(paths: paths)
    fresh.pieces.reset()
    if unit.depth == 0, lastHeader !== unit.headerArena {
      lastHeader = unit.headerArena
      fresh.pieces.add(unit.headerArena, unit.names)
    }
    fresh.pieces.add(unit.arena, unit.names)
    fresh.depth = unit.depth
    let (id, identifier, title) = (unit.id ?? "", unit.identifier, unit.title)
    fresh.idKey = RoundTripUnits.key(id)
    fresh.nameKey = identifier.isEmpty && title.isEmpty ? 0 : RoundTripUnits.key(identifier + "\u{1F}" + title)
    fresh.component = !id.isEmpty ? id : !identifier.isEmpty ? identifier : ReportText.cut(title, 80)
    return fresh
  }

  func giveBack(_ unit: RoundTripUnit) {
    if spare.count < 300 { spare.append(unit) }
  }

  private static func key(_ text: String) -> UInt64 {
    if text.isEmpty { return 0 }
    var copy = text
    return max(1, copy.withUTF8 { Bytes.hash($0) })
  }

  /// How many units there are, and a fingerprint of the tree they make.
  func shape() throws(EADError) -> (units: Int, fingerprint: UInt64) {
    var count = 0
    var value: UInt64 = 0xcbf2_9ce4_8422_2325
    while let unit = try nextUnit() {
      count += 1
      value = (value ^ UInt64(unit.depth)) &* 0x100_0000_01b3
      value ^= value >> 31
    }
    return (count, value)
  }
}

/// Compares what went out with what came back, unit by unit.
struct RoundTripComparison {
  let account: RoundTripAccount
  let reasons: RoundTripReasons
  /// Units of the source.
  private(set) var units = 0
  private(set) var missingUnits = 0
  private(set) var extraUnits = 0
  /// The first unit that did not come back, and the first that the source does not have.
  private(set) var firstMissing: String?
  private(set) var firstExtra: String?
  /// Units so large that they were not compared word by word.
  private(set) var coarseUnits = 0

  /// Units that are looked ahead where the two trees differ, and bytes of them.
  private static let mostAhead = 256
  private static let mostAheadBytes = 16 << 20

  init(account: RoundTripAccount, reasons: RoundTripReasons) {
    self.account = account
    self.reasons = reasons
  }

  /// - Parameter sameShape: the two trees are alike, and units correspond by position.
  mutating func compare(_ source: RoundTripUnits, _ target: RoundTripUnits, sameShape: Bool) throws(EADError) {
    if sameShape {
      while let own = try source.take() {
        guard let other = try target.take() else {
          missing(own, source)
          continue
        }
        pair(own, other)
        source.giveBack(own)
        target.giveBack(other)
      }
      while let other = try target.take() { extra(other, target) }
    } else {
      try align(source, target)
    }
  }

  private mutating func pair(_ own: RoundTripUnit, _ other: RoundTripUnit) {
    units += 1
    pair(own.pieces, other.pieces, component: own.component)
  }

  /// Compares one unit, or one row.
  private mutating func pair(_ own: RoundTripPieces, _ other: RoundTripPieces, component: String) {
    let reasons = reasons
    let matcher = RoundTripMatcher(own, other) { reasons.saysChanged($0) }
    if !matcher.isComplete { coarseUnits += 1 }
    account.add(own, other, matcher, component: component)
  }

  private mutating func missing(_ own: RoundTripUnit, _ source: RoundTripUnits) {
    units += 1
    missingUnits += 1
    if firstMissing == nil { firstMissing = own.component }
    account.addMissing(own.pieces, component: own.component)
    source.giveBack(own)
  }

  private mutating func extra(_ other: RoundTripUnit, _ target: RoundTripUnits) {
    extraUnits += 1
    if firstExtra == nil { firstExtra = other.component }
    account.addExtra(other.pieces)
    target.giveBack(other)
  }

  // MARK: Trees that differ

  private struct Window {
    var units: [RoundTripUnit] = []
    private var isAtEnd = false

    mutating func fill(_ stream: RoundTripUnits, ahead: Bool) throws(EADError) {
      while !isAtEnd, units.count < (ahead ? RoundTripComparison.mostAhead : 1) {
        if ahead, units.reduce(0, { $0 + $1.pieces.bytesHeld }) > RoundTripComparison.mostAheadBytes { return }
        guard let unit = try stream.take() else {
          isAtEnd = true
          return
        }
        units.append(unit)
      }
    }
  }

  private mutating func align(_ source: RoundTripUnits, _ target: RoundTripUnits) throws(EADError) {
    var (own, other) = (Window(), Window())
    while true {
      try own.fill(source, ahead: false)
      try other.fill(target, ahead: false)
      guard let first = own.units.first else {
        guard let surplus = other.units.first else { return }
        other.units.removeFirst()
        extra(surplus, target)
        continue
      }
      guard let match = other.units.first else {
        own.units.removeFirst()
        missing(first, source)
        continue
      }
      var (skipOwn, skipOther) = (0, 0)
      if !RoundTripComparison.isSameUnit(first, match) {
        try own.fill(source, ahead: true)
        try other.fill(target, ahead: true)
        let inTarget = other.units.indices.dropFirst().first { RoundTripComparison.isSame(first, other.units[$0]) }
        let inSource = own.units.indices.dropFirst().first { RoundTripComparison.isSame(own.units[$0], match) }
        switch (inSource, inTarget) {
        case (let ahead?, nil): skipOwn = ahead
        case (nil, let ahead?): skipOther = ahead
        case (let one?, let two?): if one <= two { skipOwn = one } else { skipOther = two }
        case (nil, nil):
          // Two units nobody can tell: by position when they are on the same level.
          if first.depth > match.depth { skipOwn = 1 } else if first.depth < match.depth { skipOther = 1 }
        }
      }
      if skipOwn > 0 {
        for unit in own.units.prefix(skipOwn) { missing(unit, source) }
        own.units.removeFirst(skipOwn)
        continue
      }
      if skipOther > 0 {
        for unit in other.units.prefix(skipOther) { extra(unit, target) }
        other.units.removeFirst(skipOther)
        continue
      }
      own.units.removeFirst()
      other.units.removeFirst()
      pair(first, match)
      source.giveBack(first)
      target.giveBack(match)
    }
  }

  /// Whether two units at the same place are one: the ids do not contradict it.
  private static func isSameUnit(_ one: RoundTripUnit, _ two: RoundTripUnit) -> Bool {
    if one.idKey != 0, two.idKey != 0 { return one.idKey == two.idKey }
    return one.depth == two.depth && one.nameKey == two.nameKey
  }

  /// Whether two units at different places are one.
  private static func isSame(_ one: RoundTripUnit, _ two: RoundTripUnit) -> Bool {
    if one.idKey != 0, two.idKey != 0 { return one.idKey == two.idKey }
    return one.depth == two.depth && one.nameKey != 0 && one.nameKey == two.nameKey
  }
}
