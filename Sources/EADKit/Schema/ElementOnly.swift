/// Elements that may hold no text, by the schemas of a generation: blank text in them is indentation.
enum ElementOnly {
  /// By element; empty when the program was built without the generation's schemas.
  static func table(_ generation: EADGeneration) -> [Bool] { generation == .ead3 ? ead3 : ead2002 }

  private static let ead3 = table([.ead3, .ead3Undeprecated])
  private static let ead2002 = table([.ead2002, .ead2002DTD])

  private static func table(_ names: [SchemaLibrary.Name]) -> [Bool] {
    var allowsText = [Bool](repeating: false, count: Tag.count)
    var isKnown = [Bool](repeating: false, count: Tag.count)
    for name in names {
      guard let schema = try? SchemaLibrary.schema(name) else { return [] }
      let automaton = Automaton(schema)
      for (symbol, elements) in schema.elementsBySymbol {
        let local = String(decoding: schema.symbols.representatives[Int(symbol)].local, as: UTF8.self)
        guard let tag = Tag.names.firstIndex(of: local) else { continue }
        isKnown[tag] = true
        for element in elements {
          let state = automaton.state([Automaton.Alternative(pattern: schema.contents[element], origin: 0)])
          let open = automaton.closeAnyway(state)
          if automaton.states[Int(open)].textKind != .none { allowsText[tag] = true }
        }
      }
    }
    return allowsText.indices.map { isKnown[$0] && !allowsText[$0] }
  }
}
