import EADKit

/// What a session or list holds that was not understood: one finding a rule, with the first places and their number.
struct SessionFindings {
  private struct Tally {
    var severity: Severity
    var line: Int
    var count = 0
    var examples: [String] = []
  }

  private var order: [String] = []
  private var tallies: [String: Tally] = [:]
  private static let mostExamples = 5

  /// - Parameter place: a path, a key or a line, as bytes of the document.
  mutating func add(_ rule: String, _ severity: Severity, _ place: some Collection<UInt8>, line: Int = 0) {
    if tallies[rule] == nil {
      order.append(rule)
      tallies[rule] = Tally(severity: severity, line: line)
    }
    tallies[rule]?.count += 1
    if let tally = tallies[rule], tally.examples.count < SessionFindings.mostExamples {
      let shown = FileName.display(place.prefix(300))
      if !tally.examples.contains(shown) { tallies[rule]?.examples.append(shown) }
    }
  }

  var isEmpty: Bool { order.isEmpty }

  /// In the order they were first met.
  func findings(file: String) -> [Finding] {
    order.compactMap { rule in
      guard let tally = tallies[rule] else { return nil }
      var text = tally.examples.joined(separator: " ; ")
      if tally.count > tally.examples.count { text += " ; … (\(tally.count))" }
      return Finding(rule: rule, severity: tally.severity, file: file, line: tally.line, arguments: [text])
    }
  }
}
