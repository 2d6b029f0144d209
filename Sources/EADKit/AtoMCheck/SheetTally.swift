/// Something that is said once for a sheet, with the number of rows it is true of.
struct SheetTally {
  private(set) var first: Finding?
  private(set) var count = 0

  /// Counts a row; the finding is made for the first one only.
  mutating func add(_ finding: @autoclosure () -> Finding) {
    count += 1
    if first == nil { first = finding() }
  }

  /// Notes the finding, with the count as a further argument.
  func note(_ run: SheetRun) {
    guard var finding = first else { return }
    finding.arguments.append(String(count))
    run.note(finding)
  }
}
