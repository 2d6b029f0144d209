/// Writes finding aids from the stream of their description units, in constant memory.
///
/// ```swift
/// let reader = try EADReader(contentsOf: "fonds.xml")
/// let writer = try EADWriter(form: .ead3) { bytes throws(EADError) in … }
/// while let unit = try reader.next() { try writer.write(unit) }
/// try writer.finish()
/// ```
///
/// Units may be of either generation: those of the other one are converted on the way. What is written is well-formed and
/// valid against the form's schema; what had to be done for that, and what has no place in the form, is in `findings` and
/// in the account of losses.
public final class EADWriter {
  private let document: TargetDocument
  private let options: EADOptions
  private let losses: LossAccount
  private var transform: EADTransform?
  private var account: ConversionAccount?
  private var movesLinks = false
  /// For every open unit: the `dsc` that waits for its first component, and how many elements it opened.
  private var open: [(wrapper: UnitArena?, elements: Int)] = []
  /// Description units written.
  public private(set) var units = 0

  /// - Parameters:
  ///   - losses: receives what has no place in the form, and what is there in another form.
  ///   - write: receives the bytes of the document, in order.
  /// - Throws: `EADError` when the program was built without the form's schema.
  public init(
    form: EADForm, options: EADOptions = EADOptions(), losses: LossAccount = LossAccount(file: ""),
    write: @escaping (UnsafeBufferPointer<UInt8>) throws(EADError) -> Void
  ) throws(EADError) {
    self.options = options
    self.losses = losses
    document = try TargetDocument(form: form, options: options, write: write)
    document.builder.setComponents(options.components, deepest: 0)
  }

  /// Writes the next unit, parents before children; the first one brings the header with it.
  public func write(_ unit: DescriptionUnit) throws(EADError) {
    let (transform, account) = begin(unit)
    while open.count > unit.depth { close() }
    if let parent = open.indices.last, let wrapper = open[parent].wrapper {
      open[parent].elements = transform.dsc(Cursor(wrapper, 0))
      account.settle(wrapper, rootIsCopy: false)
      document.builder.forgetSource()
      open[parent].wrapper = nil
    }
    try document.commit()
    // Writing marks what it has used, and a unit may be in other hands too.
    let copy = unit.arena.copy()
    if movesLinks { copy.moveLinks() }
    let (own, wrapper) = copy.splitting(at: Tag.dsc)
    account.isHeader = false
    account.levels.append(
      ConversionAccount.Level(name: Cursor(own, 0).name, siblingIndex: unit.siblingIndex, id: unit.id ?? ""))
    transform.unit(Cursor(own, 0))
    account.settle(own, rootIsCopy: false)
    document.builder.forgetSource()
    open.append((wrapper, 0))
    units += 1
  }

  /// Ends the document. Without a unit there is none.
  public func finish() throws(EADError) {
    while !open.isEmpty { close() }
    try document.finish()
  }

  /// What a person should know about what was written.
  public var findings: [Finding] { (account?.findings ?? []) + document.takeFindings(file: "") }

  private func begin(_ unit: DescriptionUnit) -> (EADTransform, ConversionAccount) {
    if let transform, let account { return (transform, account) }
    let header = unit.headerArena.copy()
    let isEAD3 = !header.isEmpty && Cursor(header, 0).first(Tag.control) != nil
    let account = ConversionAccount(file: "", names: unit.names, losses: losses)
    let transform = EADTransform.make(
      from: isEAD3 ? .ead3 : .ead2002, to: document.form.generation, builder: document.builder, names: unit.names,
      options: options, account: account)
    movesLinks = !isEAD3
    if movesLinks { header.moveLinks() }
    document.builder.markup = { [unowned account] in account.markup($0) }
    document.builder.lost = { [unowned account] in account.lose($1, of: $0, line: $2) }
    self.account = account
    self.transform = transform
    account.isHeader = true
    if header.isEmpty {
      document.builder.start(Tag.ead)
    } else {
      transform.header(Cursor(header, 0))
      account.settle(header, rootIsCopy: false)
    }
    document.builder.forgetSource()
    return (transform, account)
  }

  private func close() {
    guard let transform, let account, let last = open.popLast() else { return }
    var elements = last.elements
    if let wrapper = last.wrapper {
      elements = transform.dsc(Cursor(wrapper, 0))
      account.settle(wrapper, rootIsCopy: false)
      document.builder.forgetSource()
    }
    for _ in 0..<elements { document.builder.end() }
    if open.isEmpty { transform.endOfDescriptions() }
    document.builder.end()
    if !account.levels.isEmpty { account.levels.removeLast() }
    document.builder.forgetSource()
  }
}

extension UnitArena {
  /// The unit without its child elements of a name, and the first of those as an arena of its own.
  func splitting(at name: NameID) -> (own: UnitArena, first: UnitArena?) {
    let root = Cursor(self, 0)
    guard root.first(name) != nil else { return (self, nil) }
    let own = UnitArena()
    own.startElement(root.name, line: root.line)
    for attribute in root.attributes { own.attribute(attribute.name, root.value(attribute)) }
    var first: UnitArena?
    for child in root.children {
      if child.name == name, first == nil {
        let arena = UnitArena()
        arena.append(child)
        first = arena
      } else {
        own.append(child)
      }
    }
    own.close()
    return (own, first)
  }

  /// Adds a copy of an element (or a leaf) of another arena, and all it holds, to what is open.
  private func append(_ source: Cursor) {
    if source.isText {
      _ = text(source.bytes, line: source.line)
    } else if source.isLeaf {
      leaf(source.name, source.bytes, line: source.line)
    } else {
      startElement(source.name, line: source.line)
      for attribute in source.attributes { self.attribute(attribute.name, source.value(attribute)) }
      for child in source.children { append(child) }
      endElement()
    }
  }
}
