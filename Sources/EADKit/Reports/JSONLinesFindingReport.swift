/// One JSON object a line; its `type` is `header`, `file` (before the findings of that file), `finding` or `summary`.
struct JSONLinesFindingReport: FindingReport {
  let sink: ReportSink
  let language: MessageLanguage

  init(sink: @escaping ReportSink, language: MessageLanguage) {
    self.sink = sink
    self.language = language
  }

  mutating func begin(_ header: ReportHeader) throws(EADError) {
    try sink("{\"type\":\"header\",\(FindingJSON.header(header, language))}\n")
  }

  mutating func add(_ report: FileReport) throws(EADError) {
    try sink("{\"type\":\"file\",\(FindingJSON.file(report))}\n")
    var counter = FingerprintCounter()
    let file = FindingJSON.string(report.file)
    for finding in report.findings {
      let members = FindingJSON.finding(finding, fingerprint: counter.fingerprint(of: finding), language)
      try sink("{\"type\":\"finding\",\"file\":\(file),\(members)}\n")
    }
  }

  mutating func end(_ summary: ReportSummary) throws(EADError) {
    try sink("{\"type\":\"summary\",\(FindingJSON.summary(summary))}\n")
  }
}
