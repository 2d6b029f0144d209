extension FindingReportFormat {
  /// By the ending of a report's name: `.txt`, `.json`, `.jsonl`, `.sarif` (also `.sarif.json`), `.xml` (JUnit), `.html`;
  /// nil for any other. GitHub's annotations are read from the output of a step, never from a file.
  public init?(path: String) {
    let name = Array(path.lowercased().utf8)
    func ends(_ ending: String) -> Bool {
      name.count > ending.utf8.count && name.suffix(ending.utf8.count).elementsEqual(ending.utf8)
    }
    if ends(".sarif") || ends(".sarif.json") {
      self = .sarif
    } else if ends(".json") {
      self = .json
    } else if ends(".jsonl") {
      self = .jsonl
    } else if ends(".txt") {
      self = .text
    } else if ends(".xml") {
      self = .junit
    } else if ends(".html") {
      self = .html
    } else {
      return nil
    }
  }

  /// A report in this format that writes to `sink`.
  ///
  /// - Parameters:
  ///   - colour: Whether the words of severity may be coloured, for `text` on a terminal.
  ///   - page: The page that explains a rule, in Markdown and in this language, by the rule's id; SARIF and HTML show it.
  public func report(
    language: MessageLanguage, colour: Bool, page: ((String) -> String?)? = nil, to sink: @escaping ReportSink
  ) -> any FindingReport {
    switch self {
    case .text: TextFindingReport(sink: sink, language: language, colour: colour)
    case .json: JSONFindingReport(sink: sink, language: language)
    case .jsonl: JSONLinesFindingReport(sink: sink, language: language)
    case .sarif: SARIFFindingReport(sink: sink, language: language, page: page)
    case .junit: JUnitFindingReport(sink: sink, language: language)
    case .github: GitHubFindingReport(sink: sink, language: language)
    case .html: HTMLFindingReport(sink: sink, language: language, page: page)
    }
  }
}
