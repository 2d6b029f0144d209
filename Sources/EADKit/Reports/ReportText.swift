/// The words that reports in several formats share.
enum ReportText {
  /// A text on one line, without any character that a terminal obeys or that turns the direction of what follows.
  static func oneLine(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var out = ""
    for scalar in TerminalText.safe(text).unicodeScalars {
      switch scalar.value {
      // Line and paragraph separators: what reads a log line by line may take them for the end of one.
      case 0x2028, 0x2029: out.unicodeScalars.append(" ")
      case 0x061C, 0x200E, 0x200F: out.unicodeScalars.append("\u{FFFD}")
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// The first scalars of a text; an ellipsis says that it goes on.
  static func cut(_ text: String, _ limit: Int) -> String {
    // A text has at most as many scalars as bytes: short ones need no counting.
    if text.utf8.count <= limit { return text }
    let scalars = text.unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex), end < scalars.endIndex
    else { return text }
    return String(scalars[..<end]) + "…"
  }

  static func severity(_ severity: Severity, _ language: MessageLanguage) -> String {
    MessageCatalog.text("severity-" + severity.rawValue, [], language)
  }

  static func verdict(_ verdict: FileReport.Verdict, _ language: MessageLanguage) -> String {
    MessageCatalog.text("findings-verdict-" + verdict.rawValue, [], language)
  }

  /// The component a finding is about, by id and title; empty when it is about none.
  static func component(_ finding: Finding, _ language: MessageLanguage) -> String {
    let title = cut(finding.componentTitle, 120)
    if finding.component.isEmpty {
      return title.isEmpty ? "" : MessageCatalog.text("findings-component-title", [title], language)
    }
    if title.isEmpty { return MessageCatalog.text("findings-component-id", [finding.component], language) }
    return MessageCatalog.text("findings-component", [finding.component, title], language)
  }

  /// The finding's sentence and, in brackets, its component.
  static func message(_ finding: Finding, _ language: MessageLanguage) -> String {
    let component = component(finding, language)
    return component.isEmpty ? finding.message(language) : "\(finding.message(language)) (\(component))"
  }

  /// `file:line:column` of a finding, on one line.
  static func place(_ finding: Finding) -> String {
    var place = oneLine(finding.file)
    if finding.line > 0 { place += ":\(finding.line)" }
    if finding.line > 0, finding.column > 0 { place += ":\(finding.column)" }
    return place
  }

  /// `file:line:column: severity: message (component) [rule]`, on one line; `word` shows the severity.
  static func line(
    _ finding: Finding, _ language: MessageLanguage, word: (Severity, String) -> String = { $1 }
  ) -> String {
    let severity = word(finding.severity, severity(finding.severity, language))
    return "\(place(finding)): \(severity): \(oneLine(message(finding, language))) [\(oneLine(finding.rule))]"
  }

  /// An instruction that silenced findings, on one line: its place, the rule, how many, the reason given.
  static func silenced(_ entry: FileReport.Silenced, in file: String, _ language: MessageLanguage) -> String {
    let reason = entry.reason.isEmpty ? MessageCatalog.text("findings-no-reason", [], language) : cut(entry.reason, 300)
    let arguments = ["\(file):\(entry.line)", cut(entry.rule, 100), String(entry.count), reason]
    return oneLine(MessageCatalog.text("findings-silenced-line", arguments, language))
  }

  /// What a rule is about, in a few words: its title, or its id with blanks for dashes.
  static func title(_ rule: String, _ language: MessageLanguage) -> String {
    let key = "rule-title-" + rule
    if MessageCatalog.contains(key) { return MessageCatalog.text(key, [], language) }
    var out = ""
    for scalar in rule.unicodeScalars { out.unicodeScalars.append(scalar == "-" ? " " : scalar) }
    return out
  }

  /// Rules with their counts, the most frequent first.
  static func frequent(_ counts: [String: Int]) -> [(rule: String, count: Int)] {
    counts.filter { $0.value > 0 }.map { (rule: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.rule) < ($0.count, $1.rule) }
  }

  /// A command line as it can be typed again.
  static func command(_ arguments: [String]) -> String {
    arguments.map(quoted).joined(separator: " ")
  }

  private static func quoted(_ argument: String) -> String {
    let plain = "%+,-./:=@_".utf8
    if !argument.isEmpty, argument.utf8.allSatisfy({ Bytes.isDigit($0) || Bytes.isASCIILetter($0) || plain.contains($0) }) {
      return argument
    }
    var out = "'"
    for scalar in argument.unicodeScalars {
      if scalar == "'" { out += "'\\''" } else { out.unicodeScalars.append(scalar) }
    }
    return out + "'"
  }

  /// The sentences that close a report: files, findings, baseline, what is not listed, the verdict on the delivery.
  static func summary(_ summary: ReportSummary, _ language: MessageLanguage) -> [String] {
    func say(_ key: String, _ numbers: Int...) -> String { MessageCatalog.text(key, numbers.map(String.init), language) }
    let count = summary.countBySeverity
    var lines = [
      say(
        "findings-files", summary.files, summary.files - summary.filesWithErrors - summary.notChecked,
        summary.filesWithErrors - summary.unreadable, summary.unreadable, summary.notChecked),
      say(
        "findings-counts", count.values.reduce(0, +), count[.error] ?? 0, count[.warning] ?? 0, count[.note] ?? 0),
    ]
    if summary.silenced > 0 { lines.append(say("findings-silenced", summary.silenced)) }
    if summary.known > 0 { lines.append(say("findings-known", summary.known)) }
    if summary.omitted > 0 { lines.append(say("findings-unlisted", summary.omitted)) }
    if let accepted = summary.isAccepted {
      let word = say(accepted ? "findings-accepted" : "findings-refused")
      lines.append(summary.acceptance.isEmpty ? word : word + " " + summary.acceptance)
    }
    return lines
  }

  /// The sentences that say what made a report: tool, version, profile, command line, schemas with their digests.
  static func origin(_ header: ReportHeader, _ language: MessageLanguage) -> [String] {
    var lines = [
      MessageCatalog.text("findings-tool", [header.toolName, header.toolVersion, header.profile], language),
      MessageCatalog.text("findings-command", [command(header.commandLine)], language),
    ]
    for schema in header.schemas {
      lines.append(MessageCatalog.text("findings-schema", [schema.id, schema.digest], language))
    }
    return lines
  }
}
