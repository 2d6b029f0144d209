/// The header line: names AtoM does not know, or reads differently than they look.
final class SheetHeaderCheck: SheetCheck {
  /// A column whose values matter only because AtoM does not take them.
  private struct Watched {
    enum Reason { case unknown, nameless, dead, aborts }

    var cell: Int
    var reason: Reason
    var count = 0
    var first: Finding?
  }

  /// A column that a later one of the same name replaces.
  private struct Overridden {
    var cell: Int
    var by: Int
    var count = 0
    var first: Finding?
  }

  private var watched: [Watched] = []
  private var overridden: [Overridden] = []
  private let known: [String]

  override init(_ sheet: Sheet, _ run: SheetRun) {
    let table = SheetColumns.of(sheet.type)
    known = table.all.map(\.name)
    super.init(sheet, run)
    var last: [String: Int] = [:]
    for (cell, name) in sheet.written.enumerated() {
      let trimmed = SheetHeaderCheck.trimmed(name)
      if !trimmed.isEmpty { last[trimmed] = cell }
    }
    for (cell, name) in sheet.written.enumerated() {
      let trimmed = SheetHeaderCheck.trimmed(name)
      if trimmed.isEmpty {
        watched.append(Watched(cell: cell, reason: .nameless))
        continue
      }
      if let winner = last[trimmed], winner != cell {
        overridden.append(Overridden(cell: cell, by: winner))
        continue
      }
      guard let column = sheet.columns[cell] else {
        watched.append(Watched(cell: cell, reason: .unknown))
        continue
      }
      if !name.utf8.elementsEqual(column.name.utf8) {
        report("sheet-column-misspelt", line: sheet.headerLine, column: column.name, Sheet.excerpt(name), column.name)
      }
      switch column.kind {
      case .dead: watched.append(Watched(cell: cell, reason: .dead))
      case .aborts: watched.append(Watched(cell: cell, reason: .aborts))
      default: break
      }
    }
    missing()
  }

  private static func trimmed(_ name: String) -> String {
    Array(name.utf8).withUnsafeBufferPointer { String(decoding: Bytes.trimmed($0), as: UTF8.self) }
  }

  /// Columns without which AtoM stops, skips every row, or takes something for granted.
  private func missing() {
    for name in SheetHeaderCheck.required[sheet.type] ?? [] where sheet.cell(name) == nil {
      report("sheet-column-missing", line: sheet.headerLine, column: name, name)
    }
    if sheet.type == .storage, sheet.cell("name") == nil, sheet.cell("location") == nil {
      report("sheet-column-missing", line: sheet.headerLine, column: "name", "name")
    }
    if sheet.cell("culture") == nil, sheet.type != .event {
      report("sheet-culture-column", line: sheet.headerLine, column: "culture")
    }
    guard sheet.type == .description else { return }
    if sheet.cell("parentId") == nil, sheet.cell("qubitParentSlug") == nil {
      report("sheet-parent-columns", line: sheet.headerLine, column: "parentId")
    }
    if sheet.cell("legacyId") == nil, sheet.cell("parentId") == nil {
      report("sheet-legacyid-column", line: sheet.headerLine, column: "legacyId")
    }
  }

  private static let required: [SheetType: [String]] = [
    .description: ["title"],
    .authority: ["authorizedFormOfName"], .repository: ["authorizedFormOfName"],
    .relationship: ["subjectAuthorizedFormOfName", "relationType", "objectAuthorizedFormOfName"],
    .accession: ["accessionNumber"], .deaccession: ["accessionNumber"],
    .event: ["legacyId", "eventActorName", "eventType", "culture"],
  ]

  override var isNeeded: Bool { !watched.isEmpty || !overridden.isEmpty }

  override func row(_ row: SheetRow) {
    for index in watched.indices {
      let cell = watched[index].cell
      let value = row.value(cell)
      guard !value.isEmpty else { continue }
      if watched[index].count == 0 {
        switch watched[index].reason {
        case .unknown: watched[index].first = row.finding("sheet-column-unknown", cell, [sheet.name(cell)])
        case .nameless: watched[index].first = row.finding("sheet-column-nameless", cell, [String(cell + 1)])
        case .dead: watched[index].first = row.finding("sheet-column-dead", cell, [])
        case .aborts: watched[index].first = row.finding("sheet-column-aborts", cell, [])
        }
      }
      watched[index].count += 1
    }
    for index in overridden.indices {
      let value = row.value(overridden[index].cell)
      guard !value.isEmpty, !Bytes.equal(value, row.value(overridden[index].by)) else { continue }
      if overridden[index].count == 0 {
        let cell = overridden[index].cell
        overridden[index].first = row.finding(
          "sheet-column-repeated", cell, [Sheet.excerpt(sheet.written[cell]), Excerpt.argument(row.value(overridden[index].by))])
      }
      overridden[index].count += 1
    }
  }

  /// Unknown names for which the one that was meant is looked for; a sheet with more of them is another kind of table.
  private static let suggestionLimit = 200

  override func finish() {
    var suggestions = 0
    for column in watched {
      if var finding = column.first {
        finding.arguments.append(String(column.count))
        if column.reason == .unknown {
          suggestions += 1
          let isEnough = suggestions > SheetHeaderCheck.suggestionLimit
          let near = isEnough ? nil : NearestName.find(sheet.name(column.cell), among: known)
          finding.arguments.append(LocalizedText.suggestion(near))
        }
        run.note(finding)
      } else if column.reason == .unknown || column.reason == .nameless {
        report(
          "sheet-column-unused", line: sheet.headerLine, column: sheet.name(column.cell),
          column.reason == .nameless ? String(column.cell + 1) : sheet.name(column.cell))
      }
    }
    for column in overridden {
      if var finding = column.first {
        finding.arguments.append(String(column.count))
        run.note(finding)
      } else {
        let name = Sheet.excerpt(sheet.written[column.cell])
        report("sheet-column-twice", line: sheet.headerLine, column: name, name)
      }
    }
  }
}
