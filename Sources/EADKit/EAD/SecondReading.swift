/// The reading of a document that may turn out to need two passes.
enum SecondReading {
  /// The scan for content after children is conservative; should it ever be wrong, nothing is lost but time.
  ///
  /// - Parameters:
  ///   - again: what was received so far does not count.
  ///   - attempt: reads and converts.
  static func run<Result>(
    _ path: String, _ reading: EADReaderOptions, again: () throws(EADError) -> Void,
    attempt: (EADReaderOptions) throws(EADError) -> Result
  ) throws(EADError) -> Result {
    do throws(EADError) {
      return try attempt(reading)
    } catch {
      // Standard input cannot be read again.
      guard error.finding.rule == "late-content", path != "-", !reading.alwaysTwoPasses else { throw error }
      var twice = reading
      twice.alwaysTwoPasses = true
      try again()
      return try attempt(twice)
    }
  }
}
