/// What became of all pieces of one document, by path.
final class RoundTripAccount {
  struct Count {
    var pieces = 0
    /// By `RoundTripFate`.
    var fates = [Int](repeating: 0, count: 5)
    /// Where moved pieces went, and how many.
    var destinations: [Int32: Int] = [:]
    /// Why pieces were lost, as the conversions' accounts say; "" where they say nothing.
    var reasons: [String: Int] = [:]
    /// The first piece of each fate but survival.
    var examples: [UInt8: RoundTripPath.Example] = [:]
  }

  private let file: String
  private let paths: RoundTripPaths
  private let receive: ((RoundTripLoss) -> Void)?
  private let reasons: RoundTripReasons
  private(set) var counts: [Int32: Count] = [:]
  /// Paths in the order of first appearance.
  private(set) var order: [Int32] = []

  /// A piece that its own unit lost: another one may have it.
  private struct Pending {
    var loss: RoundTripLoss
    var path: Int32
    var hash: UInt64
    var movedTo: Int32 = -1
    var mayMove: Bool
    /// Number of the next one with the same text; -1 for none.
    var next = -1
  }

  /// Numbers of the first and the last waiting piece of a text.
  private struct Queue {
    var first: Int
    var last: Int
  }

  /// Spare pieces of a text: where the first one was, and how many there are.
  private struct Spare {
    var path: Int32
    var count: Int
  }

  private var pending: [Pending] = []
  private var firstPending = 0
  private var pendingBytes = 0
  private var pendingByHash: [UInt64: Queue] = [:]
  /// How many have been settled: the number of the first one that waits.
  private var settled = 0
  /// Pieces that came back and stand for nothing in their own unit.
  private var spare: [UInt64: Spare] = [:]
  private var spareCount = 0

  private static let mostPending = 1 << 14
  private static let mostPendingBytes = 8 << 20
  private static let mostSpare = 1 << 16
  private static let mostDestinations = 64
  /// Bytes that a text must have to be known again in another unit.
  private static let tellingLength = 8
  /// Bytes of a text that an example or the place of a lost text shows.
  private static let shown = 120

  init(file: String, paths: RoundTripPaths, reasons: RoundTripReasons, receive: ((RoundTripLoss) -> Void)?) {
    self.file = file
    self.paths = paths
    self.reasons = reasons
    self.receive = receive
  }

  private func mutate(_ path: Int32, _ body: (inout Count) -> Void) {
    if counts[path] == nil { order.append(path) }
    body(&counts[path, default: Count()])
  }

  private static func short(_ text: String) -> String { ReportText.cut(text, shown) }

  /// Adds what a matcher found; `component` names the unit.
  func add(_ source: RoundTripPieces, _ target: RoundTripPieces, _ matcher: RoundTripMatcher, component: String) {
    for (own, match) in matcher.matches.enumerated() {
      let piece = source.pieces[own]
      mutate(piece.path) { $0.pieces += 1 }
      if match.fate == .lost {
        wait(source, own, instead: match.target < 0 ? nil : target.string(match.target), component)
        continue
      }
      let to = match.target < 0 ? RoundTripPaths.none : target.pieces[match.target].path
      let after = match.fate == .changed && match.target >= 0 ? target.string(match.target) : nil
      settle(piece.path, match.fate, to: to) {
        RoundTripPath.Example(
          file: file, line: Int(piece.line), text: RoundTripAccount.short(source.string(own)),
          after: after.map(RoundTripAccount.short))
      }
    }
    for other in matcher.leftovers { offer(target.pieces[other]) }
  }

  /// Adds one piece whose fate is known.
  func add(
    _ text: String, path: Int32, line: Int, fate: RoundTripFate, after: String, component: String
  ) {
    mutate(path) { $0.pieces += 1 }
    let now = after.isEmpty ? nil : RoundTripAccount.short(after)
    settle(path, fate, to: RoundTripPaths.none) {
      RoundTripPath.Example(file: file, line: line, text: RoundTripAccount.short(text), after: now)
    }
    guard fate == .lost else { return }
    mutate(path) { $0.reasons["", default: 0] += 1 }
    receive?(
      RoundTripLoss(
        file: file, line: line, path: paths.text(path), component: component, text: text, instead: now, reason: nil))
  }

  /// Adds a unit that did not come back.
  func addMissing(_ source: RoundTripPieces, component: String) {
    for own in source.pieces.indices {
      mutate(source.pieces[own].path) { $0.pieces += 1 }
      wait(source, own, instead: nil, component)
    }
  }

  /// Adds a unit that came back and that the source does not have.
  func addExtra(_ target: RoundTripPieces) {
    for piece in target.pieces { offer(piece) }
  }

  private func settle(_ path: Int32, _ fate: RoundTripFate, to: Int32, _ example: () -> RoundTripPath.Example) {
    mutate(path) { count in
      count.fates[Int(fate.rawValue)] += 1
      guard fate != .survived else { return }
      if count.examples[fate.rawValue] == nil { count.examples[fate.rawValue] = example() }
      guard to >= 0, to != path, fate != .lost else { return }
      if count.destinations[to] != nil || count.destinations.count < RoundTripAccount.mostDestinations {
        count.destinations[to, default: 0] += 1
      }
    }
  }

  // MARK: From one unit to another

  private func wait(_ source: RoundTripPieces, _ own: Int, instead: String?, _ component: String) {
    let piece = source.pieces[own]
    let reason = reasons.reason(piece)
    let loss = RoundTripLoss(
      file: file, line: Int(piece.line), path: paths.text(piece.path), component: component, text: source.string(own),
      instead: instead.map(RoundTripAccount.short), reason: reason)
    var item = Pending(
      loss: loss, path: piece.path, hash: piece.hash, mayMove: piece.count >= RoundTripAccount.tellingLength)
    if item.mayMove, let found = spare[piece.hash] {
      spareCount -= 1
      spare[piece.hash] = found.count > 1 ? Spare(path: found.path, count: found.count - 1) : nil
      item.movedTo = found.path
      item.mayMove = false
    }
    if item.mayMove {
      let number = settled + pending.count - firstPending
      if let queue = pendingByHash[item.hash] {
        pending[position(queue.last)].next = number
        pendingByHash[item.hash]?.last = number
      } else {
        pendingByHash[item.hash] = Queue(first: number, last: number)
      }
    }
    pendingBytes += item.loss.text.utf8.count
    pending.append(item)
    while pending.count - firstPending > RoundTripAccount.mostPending || pendingBytes > RoundTripAccount.mostPendingBytes,
      firstPending < pending.count
    {
      settleFirst()
    }
  }

  private func position(_ number: Int) -> Int { firstPending + number - settled }

  /// Takes the first waiting piece of a text out of its queue.
  private func dequeue(_ hash: UInt64, _ at: Int) {
    let next = pending[at].next
    if next < 0 { pendingByHash[hash] = nil } else { pendingByHash[hash]?.first = next }
  }

  private func offer(_ piece: RoundTripPieces.Piece) {
    guard piece.count >= RoundTripAccount.tellingLength else { return }
    if let queue = pendingByHash[piece.hash] {
      let at = position(queue.first)
      dequeue(piece.hash, at)
      pending[at].movedTo = piece.path
      pending[at].mayMove = false
      return
    }
    guard spareCount < RoundTripAccount.mostSpare else { return }
    spareCount += 1
    spare[piece.hash, default: Spare(path: piece.path, count: 0)].count += 1
  }

  private func settleFirst() {
    let item = pending[firstPending]
    // The first that waits is the first of its text, too.
    if item.mayMove { dequeue(item.hash, firstPending) }
    firstPending += 1
    settled += 1
    pendingBytes -= item.loss.text.utf8.count
    if firstPending >= 4096, firstPending * 2 > pending.count {
      pending.removeFirst(firstPending)
      firstPending = 0
    }
    let example = {
      RoundTripPath.Example(
        file: item.loss.file, line: item.loss.line, text: RoundTripAccount.short(item.loss.text), after: item.loss.instead)
    }
    if item.movedTo >= 0 {
      settle(item.path, .moved, to: item.movedTo) {
        var moved = example()
        moved.after = nil
        return moved
      }
      return
    }
    settle(item.path, .lost, to: RoundTripPaths.none, example)
    mutate(item.path) { $0.reasons[item.loss.reason?.rawValue ?? "", default: 0] += 1 }
    receive?(item.loss)
  }

  /// Settles what is still open.
  func finish() { while firstPending < pending.count { settleFirst() } }

  /// The counts by path, as they are reported.
  var result: [RoundTripPath] {
    order.map { path in
      let count = counts[path] ?? Count()
      var row = RoundTripPath(path: paths.text(path))
      row.pieces = count.pieces
      row.survived = count.fates[Int(RoundTripFate.survived.rawValue)]
      row.markup = count.fates[Int(RoundTripFate.markup.rawValue)]
      row.moved = count.fates[Int(RoundTripFate.moved.rawValue)]
      row.changed = count.fates[Int(RoundTripFate.changed.rawValue)]
      row.lost = count.fates[Int(RoundTripFate.lost.rawValue)]
      for (to, times) in count.destinations { row.destinations[paths.text(to), default: 0] += times }
      row.reasons = count.reasons
      row.example = [RoundTripFate.lost, .changed, .moved, .markup].lazy.compactMap { count.examples[$0.rawValue] }.first
      return row
    }
  }
}

/// What the accounts of the two conversions say about texts, for as many as memory allows.
final class RoundTripReasons {
  private var there: [UInt64: LossReason] = [:]
  private var back: [UInt64: LossReason] = [:]
  private static let most = 100_000

  /// Notes an entry of the way there: its line is one of the source.
  func noteThere(_ entry: LossEntry) {
    guard there.count < RoundTripReasons.most else { return }
    there[RoundTripReasons.key(RoundTripReasons.hash(entry.text), entry.line)] = entry.reason
  }

  /// Notes an entry of the way back.
  func noteBack(_ entry: LossEntry) {
    guard back.count < RoundTripReasons.most else { return }
    back[RoundTripReasons.hash(entry.text)] = entry.reason
  }

  private static func hash(_ text: String) -> UInt64 {
    var copy = text
    return copy.withUTF8 { Bytes.hash($0) }
  }

  private static func key(_ hash: UInt64, _ line: Int) -> UInt64 {
    hash ^ UInt64(truncatingIfNeeded: line) &* 0x9e37_79b9_7f4a_7c15
  }

  /// Why a piece of the source is not what it was; nil when neither account speaks of it.
  func reason(_ piece: RoundTripPieces.Piece) -> LossReason? {
    let found = there[RoundTripReasons.key(piece.hash, Int(piece.line))] ?? back[piece.hash]
    // What was only put in another form and then is nowhere was not put well: no account explains it.
    return found?.kind == .change ? nil : found
  }

  func saysChanged(_ piece: RoundTripPieces.Piece) -> Bool {
    there[RoundTripReasons.key(piece.hash, Int(piece.line))] == .changed || back[piece.hash] == .changed
  }
}
