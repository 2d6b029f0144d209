/// What the hierarchy needs to know of a row, as fingerprints; 0 for nothing.
struct RowIdentity {
  private(set) var id: UInt64 = 0
  private(set) var parent: UInt64 = 0
  private(set) var culture: UInt64 = 0
  private(set) var hasSlug = false

  private let header: AtoMCSVHeader
  /// The first of several columns of one name counts when the last is blank: only whole records know which.
  private let record: AtoMCSVRecord?
  private var scratch = ByteBuffer(capacity: 256)

  init(_ header: AtoMCSVHeader) {
    self.header = header
    record = header.repeated.isEmpty && header.joined.isEmpty ? nil : AtoMCSVRecord(header: header)
  }

  func deallocate() { scratch.deallocate() }

  mutating func read(_ reader: CSVRecordReader) {
    if let record {
      record.load(from: reader, header: header)
      id = RowIdentity.fingerprint(record.value(.legacyId))
      parent = RowIdentity.fingerprint(record.value(.parentId))
      culture = RowIdentity.culture(record.value(.culture))
      hasSlug = record.has(.qubitParentSlug)
      return
    }
    id = RowIdentity.fingerprint(reader.value(header.cell(of: .legacyId), &scratch))
    parent = RowIdentity.fingerprint(reader.value(header.cell(of: .parentId), &scratch))
    culture = RowIdentity.culture(reader.value(header.cell(of: .culture), &scratch))
    hasSlug = reader.value(header.cell(of: .qubitParentSlug), &scratch).count > 0
  }

  static func fingerprint(_ value: UnsafeBufferPointer<UInt8>) -> UInt64 {
    value.isEmpty ? 0 : max(Bytes.hash(value), 1)
  }

  /// AtoM takes a row without a culture for English.
  static func culture(_ value: UnsafeBufferPointer<UInt8>) -> UInt64 {
    value.isEmpty ? english : fingerprint(value)
  }

  private static let english = Array("en".utf8).withUnsafeBufferPointer { fingerprint($0) }
}

/// Rows that are one description: the same `legacyId` one after the other, each in a culture of its own.
struct TranslationGroup {
  enum Relation { case first, translation, sameCulture }

  private var id: UInt64 = 0
  private var cultures: [UInt64] = []

  mutating func add(id: UInt64, culture: UInt64) -> Relation {
    if id != 0, id == self.id {
      if !cultures.contains(culture), cultures.count < TranslationGroup.limit {
        cultures.append(culture)
        return .translation
      }
      cultures = [culture]
      return .sameCulture
    }
    self.id = id
    cultures = [culture]
    return .first
  }

  mutating func add(_ record: AtoMCSVRecord) -> Relation {
    add(id: RowIdentity.fingerprint(record.value(.legacyId)), culture: RowIdentity.culture(record.value(.culture)))
  }

  /// AtoM knows 377 cultures; more rows than that are no translations, and they would all be in memory at once.
  private static let limit = 400
}
