/// The conversion of AtoM's authority CSV to EAC-CPF 2.0, a file for each record, and what there is to say about it.
public struct AuthorityCSVConversion: Sendable {
  /// Nothing converted yet.
  public init() {}

  /// Files written.
  public var records = 0
  /// Relationships that are in them.
  public var relations = 0
  /// At most a thousand of each rule.
  public var findings: [Finding] = []
  /// All findings by rule, also those beyond the first thousand of a rule.
  public var findingCounts: [String: Int] = [:]
  /// What was lost, by column and reason.
  public var lossSummary: [LossSummary] = []
  /// Values that are in no file.
  public var losses = 0
  /// Values that repeat what a file says.
  public var omissions = 0
  /// Values that are in a file in another form.
  public var changes = 0

  /// Bytes of relationships that are kept in memory.
  private static let relationLimit = 256 << 20

  /// Reads sheets of authority records and writes a valid EAC-CPF 2.0 file for each row with a name.
  ///
  /// - Parameters:
  ///   - paths: the sheets, read one after the other as if they were one.
  ///   - relationsPath: a sheet of relationships (`csv:authority-relation-import`); each goes to the file of its subject.
  ///   - outputs: receives the files; the name given to each is made of its identifier or its name.
  ///   - losses: receives every loss and every change, and every omission when `wantsOmissions` is set.
  /// - Throws: `EADError` when a sheet cannot be read or a file cannot be written.
  public static func run(
    paths: [String], relationsPath: String?, csv: AtoMCSVOptions, options: EACOptions, outputs: any EADOutputs,
    wantsOmissions: Bool = false, losses: ((LossEntry) -> Void)? = nil
  ) throws(EADError) -> AuthorityCSVConversion {
    let first = paths.first ?? ""
    let account = AuthorityCSVAccount(
      file: first, losses: LossAccount(file: first, wantsOmissions: wantsOmissions, receive: losses))
    var relations = AuthorityRelationTable()
    var types: [[UInt8]: [UInt8]] = [:]
    if let relationsPath {
      relations = try AuthorityRelationTable(path: relationsPath, csv: csv, account: account, limit: relationLimit)
      for path in paths { try entityTypes(path, csv, &types) }
    }
    var result = AuthorityCSVConversion()
    for path in paths {
      let sheet = try AuthoritySheet(path: path, kind: .records, options: csv)
      account.add(sheet.findings)
      while try sheet.next() {
        account.begin(line: sheet.line, component: "", file: path)
        if sheet.isUnterminated { account.find("csv-quote-not-closed", .error, [String(sheet.row)]) }
        let row = AuthorityRow(sheet)
        let name = row[.authorizedFormOfName]
        account.begin(line: sheet.line, component: name.withUnsafeBufferPointer(Excerpt.text), file: path)
        if name.isEmpty {
          account.find("eac-row-nameless", .error, [String(sheet.row)])
          row.loseEverything(account)
          continue
        }
        let own = relations.take(name)
        try write(AuthorityToEAC.Content(row: row, relations: own, types: types), options, account, outputs)
        result.records += 1
        result.relations += own.count
      }
    }
    relations.settle(account)
    if result.records == 0 { throw EADError("eac-csv-no-rows", file: first) }
    account.fill(&result)
    return result
  }

  private static func write(
    _ content: AuthorityToEAC.Content, _ options: EACOptions, _ account: AuthorityCSVAccount, _ outputs: any EADOutputs
  ) throws(EADError) {
    try outputs.begin(content.row.fileName)
    let output = XMLOutput { bytes throws(EADError) in try outputs.write(bytes) }
    var writer = AuthorityToEAC(content, options: options, account: account, output: output)
    try writer.write()
    if output.replaced > 0 { account.find("output-characters", .warning, [String(output.replaced)]) }
    try outputs.end()
  }

  /// Types of the entities of a sheet by their names: what a relationship leads to has one in EAC-CPF.
  private static func entityTypes(
    _ path: String, _ csv: AtoMCSVOptions, _ types: inout [[UInt8]: [UInt8]]
  ) throws(EADError) {
    let sheet = try AuthoritySheet(path: path, kind: .records, options: csv)
    while try sheet.next() {
      let type = sheet.value(column: AuthorityColumn.typeOfEntity.rawValue)
      // A sheet of millions of names need not be held: past this many, entities are agents.
      if let value = AuthorityToEAC.entityType(type), types.count < 500_000 {
        types[sheet.value(column: AuthorityColumn.authorizedFormOfName.rawValue)] = Array(value.utf8)
      }
    }
  }
}

/// One row of a sheet of authority records, held.
struct AuthorityRow {
  let file: String
  let line: Int
  private var cells: [[UInt8]]
  /// Values of columns that are not in AtoM's template.
  let others: [(name: String, value: [UInt8])]

  init(_ sheet: AuthoritySheet) {
    file = sheet.file
    line = sheet.line
    cells = AuthorityColumn.allCases.map { sheet.value(column: $0.rawValue) }
    var others = sheet.others.map { (name: sheet.name(ofCell: $0), value: sheet.value(cell: $0)) }
    for index in sheet.names.count..<max(sheet.width, sheet.names.count) {
      others.append((name: "column \(index + 1)", value: sheet.value(cell: index)))
    }
    self.others = others.filter { !$0.value.isEmpty }
  }

  subscript(column: AuthorityColumn) -> [UInt8] { cells[column.rawValue] }

  /// Members of a list, without blank ones.
  func members(_ column: AuthorityColumn) -> [[UInt8]] {
    self[column].split(separator: 0x7C).map { EACElement.trimmed(Array($0)) }.filter { !$0.isEmpty }
  }

  /// Members of a list, also blank ones: their places count.
  func places(_ column: AuthorityColumn) -> [[UInt8]] {
    self[column].isEmpty
      ? [] : self[column].split(separator: 0x7C, omittingEmptySubsequences: false).map { EACElement.trimmed(Array($0)) }
  }

  /// The identifier of the record, or its name in plain letters.
  var fileName: String {
    let identifier = self[.descriptionIdentifier]
    if !identifier.isEmpty { return String(decoding: EACElement.collapsed(identifier), as: UTF8.self) }
    return slug
  }

  /// The name in letters, digits and hyphens.
  var slug: String {
    var slug = ""
    var pending = false
    for scalar in String(decoding: self[.authorizedFormOfName], as: UTF8.self).lowercased().unicodeScalars {
      let properties = scalar.properties
      if properties.isAlphabetic || properties.numericType != nil || properties.canonicalCombiningClass != .notReordered {
        if pending { slug += "-" }
        pending = false
        slug.unicodeScalars.append(scalar)
      } else {
        pending = !slug.isEmpty
      }
      if slug.utf8.count > 100 { break }
    }
    return slug.isEmpty ? "unnamed" : slug
  }

  func loseEverything(_ account: AuthorityCSVAccount) {
    for column in AuthorityColumn.allCases { account.lose(column.name, self[column]) }
    for other in others { account.lose(other.name, other.value) }
  }
}

extension EACElement {
  /// Without white space at both ends.
  static func trimmed(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBufferPointer { Array(Bytes.trimmed($0)) } }
}

/// Relationships by their subject, in the order of the sheet.
struct AuthorityRelationTable {
  struct Row {
    var cells: [[UInt8]]
    var others: [(name: String, value: [UInt8])]
    var file: String
    var line: Int

    subscript(column: AuthorityRelationColumn) -> [UInt8] { cells[column.rawValue] }
  }

  private var bySubject: [[UInt8]: [Row]] = [:]
  private var order: [[UInt8]] = []
  private var file = ""
  private var taken: Set<[UInt8]> = []

  init() {}

  init(path: String, csv: AtoMCSVOptions, account: AuthorityCSVAccount, limit: Int) throws(EADError) {
    file = path
    let sheet = try AuthoritySheet(path: path, kind: .relations, options: csv)
    account.add(sheet.findings)
    var held = 0
    while try sheet.next() {
      let cells = AuthorityRelationColumn.allCases.map { sheet.value(column: $0.rawValue) }
      var others = sheet.others.map { (name: sheet.name(ofCell: $0), value: sheet.value(cell: $0)) }
      for index in sheet.names.count..<max(sheet.width, sheet.names.count) {
        others.append((name: "column \(index + 1)", value: sheet.value(cell: index)))
      }
      let row = Row(cells: cells, others: others.filter { !$0.value.isEmpty }, file: path, line: sheet.line)
      held += cells.reduce(200) { $0 + $1.count }
      if held > limit { throw EADError("eac-relations-too-large", file: path, line: sheet.line, [String(limit >> 20)]) }
      let subject = row[.subjectAuthorizedFormOfName]
      if bySubject[subject] == nil { order.append(subject) }
      bySubject[subject, default: []].append(row)
    }
  }

  /// The relationships of a subject; those of a name that stands in two rows go to its first.
  mutating func take(_ subject: [UInt8]) -> [Row] {
    guard let rows = bySubject[subject], taken.insert(subject).inserted else { return [] }
    return rows
  }

  /// Relationships whose subject has no row are lost.
  func settle(_ account: AuthorityCSVAccount) {
    for subject in order where !taken.contains(subject) {
      for row in bySubject[subject] ?? [] {
        account.begin(line: row.line, component: subject.withUnsafeBufferPointer(Excerpt.text), file: file)
        account.find("eac-relation-without-record", .warning, [subject.withUnsafeBufferPointer(Excerpt.text)])
        for column in AuthorityRelationColumn.allCases { account.lose("relations/" + column.name, row[column]) }
        for other in row.others { account.lose("relations/" + other.name, other.value) }
      }
    }
  }
}

/// What a conversion of authority sheets has to answer for: findings and losses, by column and row.
final class AuthorityCSVAccount {
  private let file: String
  let losses: LossAccount
  private var currentFile: String
  private var line = 0
  private var component = ""
  private var findings: [Finding] = []
  private var findingCounts: [String: Int] = [:]
  private static let most = 1000

  init(file: String, losses: LossAccount) {
    self.file = file
    self.losses = losses
    currentFile = file
  }

  /// What follows is about this row.
  func begin(line: Int, component: String, file: String? = nil) {
    self.line = line
    self.component = component
    currentFile = file ?? self.file
    losses.file = currentFile
  }

  /// What follows is about the same record, but stands on this line of this file.
  func turn(to line: Int, of file: String) {
    self.line = line
    currentFile = file
    losses.file = file
  }

  func find(_ rule: String, _ severity: Severity, _ arguments: [String] = []) {
    findingCounts[rule, default: 0] += 1
    guard (findingCounts[rule] ?? 0) <= AuthorityCSVAccount.most else { return }
    findings.append(
      Finding(rule: rule, severity: severity, file: currentFile, line: line, component: component, arguments: arguments))
  }

  func add(_ more: [Finding]) {
    for finding in more { findingCounts[finding.rule, default: 0] += 1 }
    findings += more
  }

  func lose(_ column: String, _ value: [UInt8], _ reason: LossReason = .noElement) { record(column, value, reason) }

  func change(_ column: String, _ value: [UInt8]) { record(column, value, .changed) }

  private func record(_ path: String, _ value: [UInt8], _ reason: LossReason) {
    guard !value.allSatisfy(Bytes.isSpace) else { return }
    let key = Array(path.utf8).withUnsafeBufferPointer { Bytes.hash($0, seed: UInt64(reason.code) &+ 0xEAC) }
    value.withUnsafeBufferPointer {
      losses.record(
        key: key, reason: reason, line: line, component: { self.component }, group: { path }, path: { path }, text: $0)
    }
  }

  func fill(_ result: inout AuthorityCSVConversion) {
    result.findings = findings
    result.findingCounts = findingCounts
    result.take(losses: losses)
  }
}
