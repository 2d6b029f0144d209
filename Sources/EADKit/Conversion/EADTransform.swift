/// Turns what a source holds, piece by piece, into elements of a target generation.
///
/// The base class runs the table; subclasses add the rules that a table cannot say.
class EADTransform {
  final let builder: TargetBuilder
  final let names: NameTable
  final let actions: GenerationActions
  final let options: EADOptions
  /// Unparsed entities of the document type declaration: name to system identifier.
  final var entities: [String: String] = [:]
  /// Receives what the account must know besides texts and attributes that were not used.
  final unowned let account: ConversionAccount

  init(
    builder: TargetBuilder, names: NameTable, actions: GenerationActions, options: EADOptions, account: ConversionAccount
  ) {
    self.builder = builder
    self.names = names
    self.actions = actions
    self.options = options
    self.account = account
  }

  /// The transform between two generations; within one, everything stays.
  static func make(
    from source: EADGeneration, to target: EADGeneration, builder: TargetBuilder, names: NameTable, options: EADOptions,
    account: ConversionAccount
  ) -> EADTransform {
    switch (source, target) {
    case (.ead2002, .ead3): EAD3Upgrade(builder: builder, names: names, options: options, account: account)
    case (.ead3, .ead2002): EAD2002Downgrade(builder: builder, names: names, options: options, account: account)
    default:
      EADTransform(
        builder: builder, names: names, actions: GenerationActions(GenerationCrosswalk([]), rules: []), options: options,
        account: account)
    }
  }

  // MARK: Pieces of a document

  // Without subclass and table everything stays as it is: EAD 2002 in another form.

  /// Everything before the first description; root is `ead`. Leaves `ead` open in the builder.
  func header(_ ead: Cursor) { begin(ead) }

  /// A unit's start tag and its content before `dsc` and children. Leaves the unit open in the builder.
  func unit(_ unit: Cursor) { begin(unit) }

  /// A `dsc`'s start tag and its content before components; says how many elements it leaves open in the builder.
  func dsc(_ dsc: Cursor) -> Int {
    begin(dsc)
    return 1
  }

  /// Content after children, into the element that is open; root is a copy of that element's start.
  func tail(_ root: Cursor) { content(root) }

  /// The last piece before the end of `archdesc`: what is still held back has to be written now.
  func endOfDescriptions() {}

  private func begin(_ source: Cursor) {
    builder.start(source.name, from: source)
    attributes(source)
    content(source)
  }

  // MARK: Running the table

  /// One element (or text, comment, processing instruction) and all it holds, by the table.
  final func node(_ source: Cursor) {
    switch source.name {
    case Tag.text: copyText(source)
    case Tag.comment:
      builder.comment(source.bytes)
      source.mark(UnitNode.used)
    case Tag.pi:
      builder.processingInstruction(source.bytes)
      source.mark(UnitNode.used)
    default:
      if let action = actions.action(source) {
        switch action.kind {
        case .keep: write(source, as: action.target)
        case .unwrap: unwrap(source)
        case .drop: for at in source.index..<source.end { builder.carry(id: Cursor(source.arena, at)) }
        case .rule: apply(action.rule, source, actions.table.rows[action.row])
        }
      } else if builder.knows(source.name) {
        write(source, as: source.name)
      } else {
        unknown(source)
      }
    }
  }

  /// An element that neither the table nor the target knows.
  func unknown(_ source: Cursor) { unwrap(source) }

  /// An element under a name of the target, with its attributes and content by the table.
  final func write(_ source: Cursor, as name: NameID) {
    builder.start(name, from: source)
    attributes(source)
    content(source)
    builder.end()
  }

  /// The content of an element in its place.
  final func unwrap(_ source: Cursor) {
    noteMarkup(source)
    builder.carry(id: source)
    content(source)
  }

  /// All children of an element, by the table.
  final func content(_ source: Cursor) {
    for child in source.children { node(child) }
  }

  /// All attributes of an element onto the element just started in the builder, by the table; those used already are left out.
  final func attributes(_ source: Cursor) {
    for at in 0..<source.attributes.count {
      let attribute = source.attributes[at]
      if attribute.flags & UnitNode.used == 0 { self.attribute(attribute, of: source) }
    }
  }

  private func attribute(_ attribute: UnitAttribute, of source: Cursor) {
    let value = source.value(attribute)
    if attribute.name == Attribute.xsi {
      _ = source.use(attribute.name)
      return
    }
    guard let action = actions.action(attribute.name, on: source) else {
      if attribute.name == Attribute.entityref, !entities.isEmpty {
        linkToEntity(source)
      } else {
        put(value, of: attribute.name, as: attribute.name, source)
      }
      return
    }
    switch action.kind {
    case .drop, .unwrap: return
    case .rule: apply(action.rule, source, actions.table.rows[action.row])
    case .keep:
      for pair in action.values where value.elementsEqual(pair.old) {
        if pair.new.withUnsafeBufferPointer({ builder.attribute(action.target, $0) }) {
          noteChange(source, attribute.name)
        }
        return
      }
      put(value, of: attribute.name, as: action.target, source)
    }
  }

  /// Writes the file that the source's document type declaration names as a link: the target declares no entities. What
  /// has a link of its own, or names an entity that nobody declares, loses the name.
  final func linkToEntity(_ source: Cursor) {
    guard source.attribute(Attribute.href) == nil, let name = source.attribute(Attribute.entityref),
      let address = entities[String(decoding: name, as: UTF8.self)], builder.attribute(Attribute.href, address)
    else { return }
    noteAddress(source)
  }

  /// Says that an entity is in the target by its address; its name is needed no more.
  final func noteAddress(_ source: Cursor) {
    account.change(source, Attribute.entityref)
    omit(source, Attribute.entityref, .saidByCode)
  }

  /// Writes a value, or the nearest value that the target's schema takes.
  private func put(_ value: UnsafeBufferPointer<UInt8>, of name: NameID, as target: NameID, _ source: Cursor) {
    if builder.attribute(target, value) {
      _ = source.use(name)
    } else if let fitted = AttributeFit.candidates(value, isIdentifier: target == Attribute.id).first(where: {
      builder.attribute(target, $0)
    }), !fitted.isEmpty {
      noteChange(source, name)
    }
  }

  /// A rule that the table names; `rule` is its index in the list the table was compiled with.
  func apply(_ rule: Int, _ source: Cursor, _ row: GenerationCrosswalk.Row) {}

  // MARK: The account

  /// Text that goes into the target.
  final func copyText(_ source: Cursor) {
    if source.isExternal {
      return
    }
    source.mark(UnitNode.used)
    builder.text(source.bytes, from: source)
  }

  /// Says that an element's text is kept but the element is not.
  final func noteMarkup(_ source: Cursor) { account.markup(source) }

  /// Says that a value (of an attribute, or an element's text) was rewritten: it is in the target, in another form.
  final func noteChange(_ source: Cursor, _ attribute: NameID?) {
    if let attribute {
      _ = source.use(attribute)
    } else {
      source.markAll(UnitNode.used)
    }
    account.change(source, attribute)
  }

  /// An attribute that says what the target says already.
  final func omit(_ source: Cursor, _ attribute: NameID, _ reason: LossReason) {
    _ = source.use(attribute, UnitNode.ignored | UInt16(reason.code) << UnitNode.reasonShift)
  }

  /// A finding at an element.
  final func find(_ rule: String, _ severity: Severity, _ source: Cursor, _ arguments: [String]) {
    account.find(rule, severity, line: source.line, arguments)
  }
}
