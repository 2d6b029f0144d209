/// Rows of the sheets that are no descriptions: what AtoM skips, makes twice or cannot link.
///
/// Each kind of sheet has a check of its own, which this one stands for.
final class SheetRecordCheck: SheetCheck {
  private let theme: SheetCheck?

  override init(_ sheet: Sheet, _ run: SheetRun) {
    let records = run.memory(SheetRecordMemory())
    switch sheet.type {
    case .authority: theme = SheetAuthorityRows(sheet, run)
    case .relationship: theme = SheetRelationshipRows(sheet, run)
    case .accession: theme = SheetAccessionRows(sheet, run)
    case .deaccession: theme = SheetDeaccessionRows(sheet, run)
    case .repository: theme = SheetRepositoryRows(sheet, run)
    case .event: theme = SheetEventRows(sheet, run)
    case .storage: theme = SheetStorageRows(sheet, run)
    case .description: theme = nil
    }
    // The ids of descriptions are kept by `SheetIdentityCheck`.
    if sheet.type == .description { records.hasDescriptions = true }
    // These sheets make authority records of the names they hold.
    if [.description, .accession, .event].contains(sheet.type) { records.makesActors = true }
    super.init(sheet, run)
  }

  override var isNeeded: Bool { theme?.isNeeded ?? false }
  override func row(_ row: SheetRow) { theme?.row(row) }
  override func finish() { theme?.finish() }
}

/// What the sheets of one import have made so far, as fingerprints.
final class SheetRecordMemory {
  /// Names of repositories.
  @exclusivity(unchecked) var repositories = HashSet64()
  /// Names of authority records; in `authoritiesByCulture` with the culture of their row.
  @exclusivity(unchecked) var authorities = HashSet64()
  @exclusivity(unchecked) var authoritiesByCulture = HashSet64()
  @exclusivity(unchecked) var accessions = HashSet64()
  var hasAuthorities = false
  var hasAccessions = false
  var hasDescriptions = false
  var makesActors = false
}

/// Values that nobody here can look up: the first of them, how many rows, and how many different ones.
struct SheetUnchecked {
  private let rule: String
  private var first: Finding?
  private var names = HashSet64()
  private var distinct = 0
  private var rows = 0

  init(_ rule: String) { self.rule = rule }

  mutating func count(_ row: SheetRow, _ cell: Int?, _ value: UnsafeBufferPointer<UInt8>) {
    rows += 1
    if first == nil { first = row.finding(rule, cell, value: value, []) }
    if distinct < SheetFindingCounts.limit, names.insert(Bytes.hash(value)) { distinct += 1 }
  }

  /// Notes one finding with the number of different values and of rows.
  mutating func note(_ run: SheetRun) {
    guard var finding = first else { return }
    finding.arguments += [String(distinct), String(rows)]
    run.note(finding)
    first = nil
  }
}
