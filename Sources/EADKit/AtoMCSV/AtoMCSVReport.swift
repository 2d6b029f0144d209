/// What is worth saying about the rows of an import. Of each kind of finding about rows a hundred are told, then their number.
struct AtoMCSVReport {
  private var findings: [Finding] = []
  private var times: [String: Int] = [:]
  private var isFinished = false

  private static let limit = 100

  mutating func note(_ finding: Finding) { findings.append(finding) }

  mutating func take() -> [Finding] {
    defer { findings = [] }
    return findings
  }

  /// Says how many findings were not told.
  mutating func finish(file: String) {
    guard !isFinished else { return }
    isFinished = true
    for (rule, count) in times.sorted(by: { $0.key < $1.key }) where count > AtoMCSVReport.limit {
      findings.append(
        Finding(
          rule: "csv-more-findings", severity: .note, file: file, arguments: [rule, String(count - AtoMCSVReport.limit)]))
    }
  }

  private mutating func say(
    _ rule: String, _ severity: Severity, _ record: AtoMCSVRecord, _ arguments: @autoclosure () -> [String] = []
  ) {
    let count = times[rule, default: 0] + 1
    times[rule] = count
    guard count <= AtoMCSVReport.limit else { return }
    findings.append(
      Finding(
        rule: rule, severity: severity, file: record.file, line: record.line, component: record.text(.legacyId),
        arguments: [String(record.row)] + arguments()))
  }

  mutating func look(at record: AtoMCSVRecord, _ flags: AtoMCSVIndex.Flags, scan: CSVByteScan) {
    let hierarchy: AtoMCSVIndex.Flags = [
      .unknownParent, .parentLater, .ownParent, .cut, .duplicate, .sameCulture, .slugBeside,
    ]
    if !flags.isDisjoint(with: hierarchy) { place(record, flags) }
    form(record, scan)
    for translation in record.translations { form(translation, scan) }
  }

  private mutating func place(_ record: AtoMCSVRecord, _ flags: AtoMCSVIndex.Flags) {
    let parent = Excerpt.text(record.value(.parentId))
    if flags.contains(.slugBeside) {
      say("csv-slug-and-parent", .warning, record, [parent, Excerpt.text(record.value(.qubitParentSlug))])
    } else if flags.contains(.unknownParent) {
      say("csv-parent-unknown", .warning, record, [parent])
    }
    if flags.contains(.cut) {
      say("csv-parent-circle", .error, record, [parent])
    } else if flags.contains(.parentLater) {
      say("csv-parent-after-child", .warning, record, [parent])
    }
    if flags.contains(.ownParent) { say("csv-parent-itself", .warning, record, [parent]) }
    if flags.contains(.sameCulture) {
      say("csv-same-culture-twice", .warning, record, [Excerpt.text(record.value(.legacyId))])
    } else if flags.contains(.duplicate) {
      say("csv-id-used-again", .warning, record, [Excerpt.text(record.value(.legacyId))])
    }
  }

  private mutating func form(_ record: AtoMCSVRecord, _ scan: CSVByteScan) {
    let width = record.header.width
    if record.isUnterminated { say("csv-quote-not-closed", .error, record) }
    if record.strayCells > 0 { say("csv-text-after-quote", .warning, record) }
    if record.writtenCells < width {
      say("csv-row-short", .note, record, [String(record.writtenCells), String(width)])
    } else if record.writtenCells > width {
      let surplus = record.surplus
      if !surplus.isEmpty {
        let text = Array(surplus.joined(separator: Array(" | ".utf8))).withUnsafeBufferPointer(Excerpt.text)
        say("csv-row-long", .warning, record, [String(surplus.count), String(width), text])
      }
    }
    if scan.nuls > 0 || scan.controls > 0 { controls(record) }
    lists(record)
  }

  private mutating func controls(_ record: AtoMCSVRecord) {
    for index in 0..<record.cellCount {
      let isFound = record.cell(index).contains { $0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
      if isFound { say("csv-control-characters", .warning, record, [record.header.name(ofCell: index)]) }
    }
  }

  private static let eventColumns: [AtoMColumn] = [
    .eventTypes, .eventDates, .eventStartDates, .eventEndDates, .eventDescriptions, .eventActors, .eventActorHistories,
    .eventPlaces,
  ]

  private mutating func lists(_ record: AtoMCSVRecord) {
    unequal(record, AtoMCSVReport.eventColumns, .note)
    unequal(record, [.physicalObjectName, .physicalObjectLocation, .physicalObjectType], .warning)
    let values = record.value(.alternativeIdentifiers)
    let labels = record.value(.alternativeIdentifierLabels)
    if values.isEmpty != labels.isEmpty {
      say(
        "csv-lists-unequal", .warning, record,
        [
          AtoMCSVReport.told([
            (.alternativeIdentifiers, AtoMCSVReport.length(values)), (.alternativeIdentifierLabels, AtoMCSVReport.length(labels)),
          ])
        ])
    } else {
      unequal(record, [.alternativeIdentifiers, .alternativeIdentifierLabels], .warning)
    }
  }

  private mutating func unequal(_ record: AtoMCSVRecord, _ columns: [AtoMColumn], _ severity: Severity) {
    var shortest = Int.max
    var longest = 0
    for column in columns {
      let count = AtoMCSVReport.length(record.value(column))
      if count > 0 {
        shortest = min(shortest, count)
        longest = max(longest, count)
      }
    }
    guard longest > 0, shortest != longest else { return }
    say(
      "csv-lists-unequal", severity, record,
      [
        AtoMCSVReport.told(
          columns.map { ($0, AtoMCSVReport.length(record.value($0))) }.filter { $0.1 > 0 })
      ])
  }

  private static func length(_ value: UnsafeBufferPointer<UInt8>) -> Int {
    value.isEmpty ? 0 : value.reduce(1) { $0 + ($1 == 0x7C ? 1 : 0) }
  }

  private static func told(_ lengths: [(AtoMColumn, Int)]) -> String {
    lengths.map { "\($0.0.name) \($0.1)" }.joined(separator: ", ")
  }
}
