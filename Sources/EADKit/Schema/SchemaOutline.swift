/// What a schema says of an element, for people.
struct SchemaOutline {
  struct Element {
    struct Attribute {
      var name: String
      var isRequired: Bool
      /// Values it may have, when the schema lists them.
      var values: [String]
      /// Name of its datatype otherwise.
      var type: String
    }

    var name: String
    var parents: [String]
    var children: [String]
    var attributes: [Attribute]
    var allowsText: Bool
  }

  /// The definitions of an element: most have one, some have several, by where they stand.
  static func element(_ name: String, generation: EADGeneration) -> [Element] {
    let names: [SchemaLibrary.Name] = generation == .ead2002 ? [.ead2002, .ead2002DTD] : [.ead3, .ead3Undeprecated]
    for library in names {
      guard let schema = try? SchemaLibrary.schema(library) else { continue }
      let found = SchemaOutline(schema).element(name)
      if !found.isEmpty { return found }
    }
    return []
  }

  private let schema: CompiledSchema
  private let automaton: Automaton
  private let expectations: Expectations

  private init(_ schema: CompiledSchema) {
    self.schema = schema
    automaton = Automaton(schema)
    expectations = Expectations(automaton)
  }

  private func name(_ element: Int) -> String? { schema.elementNames[element].symbol.map(expectations.name) }

  private func state(_ element: Int) -> Automaton.StateID {
    automaton.state([Automaton.Alternative(pattern: schema.contents[element], origin: 0)])
  }

  private func element(_ wanted: String) -> [Element] {
    let holders = schema.contents.indices.map { Set(automaton.elements(in: state($0))) }
    return schema.contents.indices.filter { name($0) == wanted }.map { element in
      let state = state(element)
      let required = Set(expectations.requiredAttributes(state).flatMap { $0 })
      let attributes = expectations.attributes(state).map { symbol -> Element.Attribute in
        let step = automaton.step(state, symbol)
        let (values, type) = expectations.kinds(automaton.checkers(of: step))
        let name = expectations.name(symbol)
        return Element.Attribute(name: name, isRequired: required.contains(name), values: values, type: type)
      }
      let open = automaton.closeAnyway(state)
      return Element(
        name: wanted, parents: schema.contents.indices.filter { holders[$0].contains(element) }.compactMap(name),
        children: automaton.elements(in: state).compactMap(name), attributes: attributes,
        allowsText: automaton.states[Int(open)].textKind != .none)
    }
  }
}
