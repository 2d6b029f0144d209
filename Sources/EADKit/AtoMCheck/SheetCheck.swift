/// One theme of the rules of `check`, applied to one sheet.
///
/// An instance for each file; what has to be remembered from file to file (ids of the descriptions, names of authority
/// records) is in `SheetRun.memory`.
class SheetCheck {
  let sheet: Sheet
  unowned let run: SheetRun

  init(_ sheet: Sheet, _ run: SheetRun) {
    self.sheet = sheet
    self.run = run
  }

  /// False when the sheet has nothing this theme is about: no row is shown then.
  var isNeeded: Bool { true }

  /// A row with something in it.
  func row(_ row: SheetRow) {}

  /// The end of the sheet.
  func finish() {}

  /// The end of the import, after its last file; `sheet` was the last of its kind. Called once for each check of each file.
  func finishImport() {}

  /// Notes a finding about the sheet as a whole, or its header line.
  func report(_ rule: String, line: Int = 0, column: String = "", _ arguments: String...) {
    var finding = Finding(
      rule: rule, severity: SheetRules.severity(rule), file: sheet.file, line: line, arguments: arguments)
    finding.path = column
    run.note(finding)
  }
}
