import CommandLineSupport
import EADKit

/// `check --fix` for one sheet: the corrected copy, what was changed, and what is left to do.
struct SheetCorrection {
  let input: String
  /// Where the corrected copy goes; nil: nowhere, the changes are only shown.
  let output: String?
  let force: Bool
  let correction: CorrectionArguments
  let options: SheetCheckOptions
  let console: Console

  struct Result {
    var reports: [FileReport]
    var isWritten: Bool
  }

  /// - Returns: a report on the source with a note for each change, and one on the corrected copy with what is left.
  func run() -> Result {
    var changes = FileReport(file: input)
    do throws(EADError) {
      let file: OutputFile? = if let output { try OutputFile(path: output, force: force) } else { nil }
      let fixer = try SheetFixer(
        path: input, options: options, culture: correction.culture.flatMap(AtoMCultures.canonical))
      var hasDiff = false
      let most = options.validation.maxFindings
      let language = console.language
      let showsDiff = correction.diff
      let result = try fixer.run { bytes throws(EADError) in
        try file?.write(bytes)
      } change: { change throws(EADError) in
        let finding = change.finding(file: input)
        changes.countByRule[finding.rule, default: 0] += 1
        changes.countBySeverity[finding.severity, default: 0] += 1
        if changes.findings.count < most { changes.findings.append(finding) } else { changes.omitted += 1 }
        guard showsDiff else { return }
        if !hasDiff { try show(SheetDiff.head(source: input, result: output ?? input)) }
        hasDiff = true
        try show(SheetDiff.text(change, language))
      }
      changes.components = result.rows
      for finding in result.findings where finding.severity == .error {
        changes.countByRule[finding.rule, default: 0] += 1
        changes.countBySeverity[finding.severity, default: 0] += 1
        changes.findings.append(finding)
      }
      try file?.commit()
    } catch {
      return Result(reports: [FileReport(unreadable: error.finding)], isWritten: false)
    }
    guard let output else { return Result(reports: [changes], isWritten: true) }
    do throws(EADError) {
      // The copy is in the form that AtoM reads, whatever the source was in.
      var options = options
      options.csv = AtoMCSVOptions()
      let checker = try SheetChecker(options: options)
      _ = checker.check(output)
      return Result(reports: [changes] + checker.finish(), isWritten: true)
    } catch {
      return Result(reports: [changes, FileReport(unreadable: error.finding)], isWritten: true)
    }
  }

  private func show(_ text: String) throws(EADError) {
    try Array(text.utf8).withUnsafeBufferPointer { bytes throws(EADError) in try StandardOutput.write(bytes) }
  }
}
