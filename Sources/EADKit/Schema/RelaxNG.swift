/// Schemas in the XML syntax of RELAX NG 1.0 (Committee Specification of 3 December 2001, ISO/IEC 19757-2).
enum RelaxNG {
  /// Loads a schema and the local files it includes or refers to.
  ///
  /// - Throws: what is wrong in the schema, with file, line and column; nothing is ever fetched.
  static func load(_ path: String) throws(EADError) -> SimpleGrammar {
    let bytes: [UInt8]
    do throws(EADError) {
      bytes = try LocalSchemaSource.bytes(ofPath: path)
    } catch {
      throw EADError(error.finding.rule, file: path, error.finding.arguments)
    }
    return try bytes.withUnsafeBufferPointer { buffer throws(EADError) in
      try load(bytes: buffer, name: path, source: LocalSchemaSource())
    }
  }

  /// Loads a schema from memory; `name` is its file as errors show it and as relative references in it are resolved.
  static func load(
    bytes: UnsafeBufferPointer<UInt8>, name: String, source: any SchemaSource
  ) throws(EADError) -> SimpleGrammar {
    do throws(RelaxNGFault) {
      let (patterns, tree) = try RelaxNGSimplifier.simplify(bytes, name: name, source: source)
      return try RelaxNGRestrictions.grammar(patterns, tree: tree)
    } catch {
      throw error.error
    }
  }
}
