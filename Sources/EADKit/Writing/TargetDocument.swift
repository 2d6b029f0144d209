/// One document of a target generation: what is built is written piece by piece.
final class TargetDocument {
  let form: EADForm
  let builder: TargetBuilder
  private let output: XMLOutput
  private let serializer: EADSerializer

  /// - Parameter write: receives the bytes of the document, in order.
  /// - Throws: `EADError` when the program was built without the form's schema.
  init(
    form: EADForm, options: EADOptions, write: @escaping (UnsafeBufferPointer<UInt8>) throws(EADError) -> Void
  ) throws(EADError) {
    self.form = form
    builder = try TargetBuilder(generation: form.generation)
    output = XMLOutput(write)
    serializer = EADSerializer(form: form, indentation: options.indentation, output: output)
  }

  /// Writes what has been built since the last time; what is open stays open.
  func commit() throws(EADError) {
    try builder.commit { events throws(EADError) in try serializer.write(events) }
  }

  /// Ends the document: everything open is closed and written.
  func finish() throws(EADError) {
    while builder.open != 0 { builder.end() }
    try commit()
    builder.finish()
    try serializer.finish()
  }

  /// What was done beyond what was asked, since the last call; the file of the findings is `file`.
  func takeFindings(file: String) -> [Finding] {
    var findings = builder.takeRemarks().map {
      Finding(rule: $0.rule, severity: $0.severity, file: file, line: $0.line, arguments: $0.arguments)
    }
    if output.replaced > saidReplaced {
      findings.append(
        Finding(rule: "output-characters", severity: .warning, file: file, arguments: [String(output.replaced - saidReplaced)]))
      saidReplaced = output.replaced
    }
    return findings
  }
  private var saidReplaced = 0
}
