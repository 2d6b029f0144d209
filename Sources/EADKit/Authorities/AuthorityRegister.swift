import Glibc

/// The names of a finding aid, or of a batch, each with what its authority record will say.
///
/// Names lie one after the other in one run of bytes and are compared as bytes; histories, which may be long, lie in a file
/// without a name. A register is filled by one task at a time and handed on, never shared: hence the unchecked `Sendable`.
public final class AuthorityRegister: @unchecked Sendable {
  private struct Entry {
    var start: Int
    var count: Int32
    /// 0 when no element has said it.
    var kind: UInt8 = 0
    /// A bit for each other kind that was reported.
    var otherKinds: UInt8 = 0
    /// Index in `cultures`.
    var culture: UInt16
    /// Where the kind was said first.
    var line: Int32 = 0
    /// First and last of its facts; -1 when there is none.
    var firstFact: Int32 = -1
    var lastFact: Int32 = -1
    /// Place in the file of histories; nothing when `historyCount` is 0.
    var historyStart = 0
    var historyCount = 0
  }

  /// A value of a column, besides name, kind, culture and history.
  private struct Fact {
    var start: Int
    var count: Int32
    var next: Int32 = -1
    var column: UInt8
  }

  private let name: String
  private var entries: [Entry] = []
  private var facts: [Fact] = []
  /// Bytes of names and facts.
  private var text: [UInt8] = []
  private var cultures: [String] = []
  /// Open addressing: indices of entries, -1 where a place is free.
  private var slots = [Int32](repeating: -1, count: 64)
  private var descriptor: Int32 = -1
  private var histories = 0
  private var spoolEnd = 0
  /// Most values of one name that are kept; what is beyond stays in the account of losses.
  private static let mostFacts = 64

  /// - Parameter name: the file that an error of the temporary file speaks of.
  public init(name: String) { self.name = name }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// How many authority records there will be: one for each name.
  public var count: Int { entries.count }
  /// How many of them have a history.
  public var historyCount: Int { histories }

  // MARK: Names

  /// Looks a name up.
  func find(_ name: UnsafeBufferPointer<UInt8>) -> Int? {
    let found = slots[place(of: name)]
    return found < 0 ? nil : Int(found)
  }

  /// Looks a name up, and adds it when it is new.
  func entry(_ name: UnsafeBufferPointer<UInt8>, culture: String) -> Int {
    let at = place(of: name)
    if slots[at] >= 0 { return Int(slots[at]) }
    entries.append(Entry(start: text.count, count: Int32(truncatingIfNeeded: name.count), culture: number(of: culture)))
    text.append(contentsOf: name)
    slots[at] = Int32(truncatingIfNeeded: entries.count - 1)
    if entries.count * 2 > slots.count { grow() }
    return entries.count - 1
  }

  /// Where a name is, or where it would go.
  private func place(of name: UnsafeBufferPointer<UInt8>) -> Int {
    // Seeded anew in each run: no document can make all its names meet in one place.
    var hasher = Hasher()
    hasher.combine(bytes: UnsafeRawBufferPointer(name))
    var at = hasher.finalize() & (slots.count - 1)
    while slots[at] >= 0 {
      let entry = entries[Int(slots[at])]
      if Int(entry.count) == name.count, text[entry.start..<(entry.start + name.count)].elementsEqual(name) { return at }
      at = (at + 1) & (slots.count - 1)
    }
    return at
  }

  private func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for (index, entry) in entries.enumerated() {
      let at = text.withUnsafeBufferPointer {
        place(of: UnsafeBufferPointer(rebasing: $0[entry.start..<(entry.start + Int(entry.count))]))
      }
      slots[at] = Int32(truncatingIfNeeded: index)
    }
  }

  private func number(of culture: String) -> UInt16 {
    if let known = cultures.firstIndex(of: culture) { return UInt16(truncatingIfNeeded: known) }
    cultures.append(culture)
    return UInt16(truncatingIfNeeded: cultures.count - 1)
  }

  func nameText(_ index: Int) -> String { String(decoding: nameBytes(index), as: UTF8.self) }

  func nameBytes(_ index: Int) -> ArraySlice<UInt8> {
    text[entries[index].start..<(entries[index].start + Int(entries[index].count))]
  }

  func culture(_ index: Int) -> String { cultures[Int(entries[index].culture)] }

  // MARK: Kinds

  func kind(_ index: Int) -> AuthorityKind? { AuthorityKind(rawValue: entries[index].kind) }

  /// Notes what a name is the name of: the first kind stays.
  ///
  /// - Returns: the first kind, when this one contradicts it and that was not yet reported.
  func note(_ kind: AuthorityKind, of index: Int, line: Int) -> AuthorityKind? {
    guard let first = self.kind(index) else {
      entries[index].kind = kind.rawValue
      entries[index].line = Int32(truncatingIfNeeded: line)
      return nil
    }
    let bit = UInt8(1) << kind.rawValue
    guard first != kind, entries[index].otherKinds & bit == 0 else { return nil }
    entries[index].otherKinds |= bit
    return first
  }

  // MARK: Facts

  /// Adds a value to a column of a name; one that it has already counts as added.
  ///
  /// - Returns: false when the value has no room: another one stands in a column that takes one, or the column is full.
  func add(_ value: UnsafeBufferPointer<UInt8>, _ column: AuthorityColumn, to index: Int) -> Bool {
    var at = entries[index].firstFact
    var number = 0
    var length = 0
    while at >= 0 {
      let fact = facts[Int(at)]
      number += 1
      if fact.column == UInt8(column.rawValue) {
        if Int(fact.count) == value.count, text[fact.start..<(fact.start + value.count)].elementsEqual(value) { return true }
        if column == .descriptionIdentifier || column == .datesOfExistence { return false }
        length += Int(fact.count) + 1
      }
      at = fact.next
    }
    guard number < AuthorityRegister.mostFacts, (column.isMultiple ? 0 : length) + value.count <= column.limit else {
      return false
    }
    let new = Int32(truncatingIfNeeded: facts.count)
    facts.append(Fact(start: text.count, count: Int32(truncatingIfNeeded: value.count), column: UInt8(column.rawValue)))
    text.append(contentsOf: value)
    if entries[index].lastFact >= 0 { facts[Int(entries[index].lastFact)].next = new } else { entries[index].firstFact = new }
    entries[index].lastFact = new
    return true
  }

  func add(_ value: String, _ column: AuthorityColumn, to index: Int) -> Bool {
    var copy = value
    return copy.withUTF8 { add($0, column, to: index) }
  }

  // MARK: Histories

  /// Gives a name its history, or puts it in the place of the one it has.
  func setHistory(_ history: UnsafeBufferPointer<UInt8>, of index: Int) throws(EADError) {
    guard !history.isEmpty else { return }
    if descriptor < 0 { descriptor = try TemporaryFile.unnamed(for: name) }
    guard TemporaryFile.write(history, to: descriptor) else { throw failure }
    if entries[index].historyCount == 0 { histories += 1 }
    entries[index].historyStart = spoolEnd
    entries[index].historyCount = history.count
    spoolEnd += history.count
  }

  /// The history of a name; empty when it has none.
  func history(_ index: Int) throws(EADError) -> [UInt8] {
    let entry = entries[index]
    var bytes = [UInt8](repeating: 0, count: entry.historyCount)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeMutableBytes { buffer in
        pread(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(entry.historyStart + done))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure }
      done += count
    }
    return bytes
  }

  private var failure: EADError { EADError("spool-failed", file: name, [String(cString: strerror(errno))]) }

  // MARK: A batch

  /// Adds the names of one more finding aid, after those that are there.
  ///
  /// The first kind, culture, identifier and history of a name stay. Meant to be called in the order of the inputs.
  ///
  /// - Parameter file: where those names come from, for findings.
  /// - Returns: what contradicts what was there.
  public func absorb(_ other: AuthorityRegister, file: String) throws(EADError) -> [Finding] {
    var findings: [Finding] = []
    func say(_ rule: String, _ severity: Severity, _ line: Int32, _ arguments: [String]) {
      findings.append(
        Finding(rule: rule, severity: severity, file: file, line: Int(line), arguments: arguments))
    }
    for (position, entry) in other.entries.enumerated() {
      let index = other.text.withUnsafeBufferPointer {
        self.entry(
          UnsafeBufferPointer(rebasing: $0[entry.start..<(entry.start + Int(entry.count))]), culture: other.culture(position))
      }
      if let kind = other.kind(position), let first = note(kind, of: index, line: Int(entry.line)) {
        say("authority-type-conflict", .warning, entry.line, [nameText(index), first.element, kind.element])
      }
      var at = entry.firstFact
      while at >= 0 {
        let fact = other.facts[Int(at)]
        at = fact.next
        let value = Array(other.text[fact.start..<(fact.start + Int(fact.count))])
        guard let column = AuthorityColumn(rawValue: Int(fact.column)) else { continue }
        if !absorb(value, column, to: index) {
          say(
            "authority-detail-left-out", .warning, entry.line,
            [nameText(index), column.name, String(decoding: value, as: UTF8.self)])
        }
      }
      guard entry.historyCount > 0 else { continue }
      let history = try other.history(position)
      if entries[index].historyCount == 0 {
        if culture(index) != other.culture(position) {
          say("authority-history-culture", .note, entry.line, [nameText(index), culture(index), other.culture(position)])
        }
        try history.withUnsafeBufferPointer { bytes throws(EADError) in try setHistory(bytes, of: index) }
      } else if let longer = try joined(history, to: index) {
        say("authority-histories-joined", .warning, entry.line, [nameText(index)])
        try longer.withUnsafeBufferPointer { bytes throws(EADError) in try setHistory(bytes, of: index) }
      }
    }
    return findings
  }

  /// One value more; a second number of an authority file goes to the sources, where any number of them may stand.
  private func absorb(_ value: [UInt8], _ column: AuthorityColumn, to index: Int) -> Bool {
    value.withUnsafeBufferPointer { bytes in
      if add(bytes, column, to: index) { return true }
      // Dates that differ stay where the finding aid has them: in the name, or in a text of the description.
      return column == .datesOfExistence || column == .descriptionIdentifier && add(bytes, .sources, to: index)
    }
  }

  /// Two histories of one name, when the second is not in the first.
  private func joined(_ second: [UInt8], to index: Int) throws(EADError) -> [UInt8]? {
    let first = try history(index)
    let isThere = first.withUnsafeBufferPointer { whole in second.withUnsafeBufferPointer { Bytes.contains(whole, $0) } }
    return isThere ? nil : first + [0x0A, 0x0A] + second
  }

  // MARK: Rows

  /// What was written.
  public struct Outcome: Sendable {
    /// Findings about values that AtoM's columns do not hold.
    public var findings: [Finding] = []
    /// Column and term, separated by a tab, of terms that a new AtoM does not have.
    public var newTerms: Set<String> = []
  }

  /// Writes the header and one line for each name, in the order in which the names came.
  ///
  /// - Parameter file: what findings speak of.
  public func write(
    file: String, to sink: (UnsafeBufferPointer<UInt8>) throws(EADError) -> Void
  ) throws(EADError) -> Outcome {
    var outcome = Outcome()
    var out = ByteBuffer(capacity: 1 << 16)
    defer { out.deallocate() }
    out.append(AuthorityRowWriter.header)
    var record = AuthorityRecord()
    for index in entries.indices {
      try fill(&record, index, &outcome)
      for event in AuthorityRowWriter.write(record, to: &out) {
        guard case .tooLong(let column, let length, _) = event else { continue }
        outcome.findings.append(
          Finding(
            rule: "authority-too-long", severity: .warning, file: file,
            arguments: [nameText(index), column.name, String(length), String(column.limit)]))
      }
      if out.count > 1 << 18 {
        try sink(out.bytes)
        out.count = 0
      }
    }
    try sink(out.bytes)
    return outcome
  }

  private func fill(_ record: inout AuthorityRecord, _ index: Int, _ outcome: inout Outcome) throws(EADError) {
    let culture = culture(index)
    record.reset()
    record.set(culture, .culture)
    if let kind = kind(index) {
      let (term, exists) = AtoMTerms.term(.typeOfEntity, kind.term, culture: culture)
      if !exists { outcome.newTerms.insert(AuthorityColumn.typeOfEntity.name + "\t" + term) }
      record.set(term, .typeOfEntity)
    }
    record.set(Array(nameBytes(index)), .authorizedFormOfName)
    record.set(try history(index), .history)
    var at = entries[index].firstFact
    while at >= 0 {
      let fact = facts[Int(at)]
      at = fact.next
      guard let column = AuthorityColumn(rawValue: Int(fact.column)) else { continue }
      record.add(Array(text[fact.start..<(fact.start + Int(fact.count))]), to: column, separator: "\n")
    }
  }
}
