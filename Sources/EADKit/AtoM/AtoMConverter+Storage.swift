/// Containers, locations and digital objects.
extension AtoMConverter {
  struct Container {
    var element: Cursor
    /// Index in `containerKinds`.
    var kind: Int
    var text: Range<Int>
    var barcode: String
    /// Fingerprints of `@id` and `@parent`; 0 when there is none.
    var id: UInt64
    var parent: UInt64
  }

  /// What a type of container becomes, worked out once a document.
  struct ContainerKind {
    /// In lower case; empty when the source says none.
    var type: [UInt8]
    /// The type as it stands before the number: `Box`.
    var word: [UInt8]
    /// AtoM's term for the physical object.
    var term: [UInt8]
  }

  func container(_ element: Cursor) {
    guard let text = render(element, .line) else { return }
    var type = element.use(Attribute.type) ?? element.use(Attribute.localtype)
    var barcode = ""
    if let label = element.attribute(Attribute.label), !Bytes.isBlank(label) {
      if let type, let both = compound(label, type) {
        _ = element.use(Attribute.label)
        containers.append(newContainer(element, kind: both, text: text, barcode: ""))
        return
      }
      if let said = type, Bytes.equalIgnoringCase(said, label) {
        _ = element.use(Attribute.label)
      } else if let open = label.lastIndex(of: 0x5B), let close = label[open...].firstIndex(of: 0x5D) {
        barcode = LossAccount.collapse(UnsafeBufferPointer(rebasing: label[open...close])).withoutPipes
        // The barcode goes into the name; the kind of material before it has no place and is reported when it says
        // something new.
        _ = element.use(Attribute.label)
        let kind = Bytes.trimmed(UnsafeBufferPointer(rebasing: label[..<open]))
        if !kind.isEmpty, type.map({ Bytes.equalIgnoringCase(kind, $0) }) != true {
          lose(kind, of: Attribute.label, on: element)
        }
      } else if type == nil {
        type = element.use(Attribute.label)
      }
    }
    if barcode.isEmpty, let id = element.attribute(Attribute.containerid), !Bytes.isBlank(id) {
      barcode = "[" + LossAccount.collapse(id).withoutPipes + "]"
      _ = element.use(Attribute.containerid)
    }
    containers.append(newContainer(element, kind: kindOfContainer(type), text: text, barcode: barcode))
  }

  private func newContainer(_ element: Cursor, kind: Int, text: Range<Int>, barcode: String) -> Container {
    Container(
      element: element, kind: kind, text: text, barcode: barcode,
      id: element.attribute(Attribute.id).map { Bytes.hash($0) } ?? 0,
      parent: element.attribute(Attribute.parent).map { Bytes.hash($0) } ?? 0)
  }

  /// `label="cardboard" type="box"`, as AtoM's export writes its term "Cardboard box".
  private func compound(_ label: UnsafeBufferPointer<UInt8>, _ type: UnsafeBufferPointer<UInt8>) -> Int? {
    let fingerprint = Bytes.hash(type, seed: Bytes.hash(label))
    if let known = compoundKinds[fingerprint] { return known }
    let both = LossAccount.collapse(label) + " " + LossAccount.collapse(type)
    var kind: Int?
    if AtoMTerms.key(.physicalObjectType, label: both) != nil {
      kind = Array(both.utf8).withUnsafeBufferPointer { kindOfContainer($0) }
    }
    if compoundKinds.count < 1000 { compoundKinds[fingerprint] = .some(kind) }
    return kind
  }

  private func kindOfContainer(_ type: UnsafeBufferPointer<UInt8>?) -> Int {
    let type = type ?? .empty
    let fingerprint = Bytes.hash(type)
    if let known = containerKindIndex[fingerprint] { return known }
    let name = LossAccount.collapse(type).lowercased().withoutPipes
    containerKinds.append(
      ContainerKind(
        type: Array(name.utf8), word: Array(AtoMConverter.capitalised(typeWord(name)).utf8), term: Array(objectType(name).utf8)))
    containerKindIndex[fingerprint] = containerKinds.count - 1
    return containerKinds.count - 1
  }

  func location(_ element: Cursor) {
    guard let text = render(element, .line) else { return }
    if let id = element.attribute(Attribute.id) { namedLocations[Bytes.hash(id)] = text }
    locations.append(text)
  }

  func finishStorage() {
    var physicalLocation: Range<Int>?
    if !locations.isEmpty {
      // Several places of one unit: one value, in order.
      let start = scratch.pointee.count
      for (position, place) in locations.enumerated() {
        if position > 0 { scratch.pointee.append("; ") }
        scratch.pointee.reserve(place.count)
        scratch.pointee.append(scratchBytes(place))
      }
      physicalLocation = start..<scratch.pointee.count
    }
    if let place = physicalLocation { levels[levels.count - 1].location = Array(scratchBytes(place)) }
    if containers.isEmpty {
      guard let place = physicalLocation else { return }
      let kind = Array("location".utf8).withUnsafeBufferPointer { kindOfContainer($0) }
      physicalObject(name: place, kind: kind, location: Array(scratchBytes(place)))
      return
    }
    var location = levels[levels.count - 1].location
    if location.isEmpty { location = options.repository.map { Array($0.utf8) } ?? [] }
    if location.isEmpty { location = Array(cell(.repository).pointee.bytes) }
    if location.isEmpty { location = repositoryName }
    if location.isEmpty { location = prefix }
    for chain in chains() {
      let start = scratch.pointee.count
      for (position, index) in chain.enumerated() {
        if position > 0 { scratch.pointee.append(", ") }
        name(containers[index])
      }
      if chain.count + containers.count > 2, holds(.physicalObjectName, scratchBytes(start..<scratch.pointee.count)) {
        // The same object named again.
        containers[chain[chain.count - 1]].element.markAll(UnitNode.ignored, reason: .duplicate)
        continue
      }
      // AtoM's own export points from a container to its place.
      let own = chain.lazy.compactMap { self.namedLocations[self.containers[$0].parent] }.first
      physicalObject(
        name: start..<scratch.pointee.count, kind: containers[chain[0]].kind,
        location: own.map { Array(scratchBytes($0)) } ?? location)
    }
  }

  /// Containers that belong together, outermost first: by `@parent`, else in order.
  ///
  /// A type that comes again begins a new chain, which keeps what stood before that type: Box 1, Folder 1, Folder 5 are
  /// two folders of one box.
  private func chains() -> [[Int]] {
    if containers.count == 1 { return [[0]] }
    if containers.count == 2, namedLocations.isEmpty {
      // Nearly all: a box and a folder, one in the other or side by side.
      let (first, second) = (containers[0], containers[1])
      if second.parent != 0, second.parent == first.id, first.parent == 0 { return [[0, 1]] }
      if first.parent == 0, second.parent == 0, first.kind != second.kind { return [[0, 1]] }
    }
    var indexOfID: [UInt64: Int] = [:]
    for (index, container) in containers.enumerated() where container.id != 0 && indexOfID[container.id] == nil {
      indexOfID[container.id] = index
    }
    var parents: [Int?] = containers.map { $0.parent == 0 ? nil : indexOfID[$0.parent] }
    for index in containers.indices where leadsToItself(index, parents) { parents[index] = nil }
    let hasChildren = Set(parents.compactMap { $0 })
    var chains: [[Int]] = []
    for index in containers.indices {
      if parents[index] != nil {
        if hasChildren.contains(index) { continue }
        var chain = [index]
        while let parent = parents[chain[0]] { chain.insert(parent, at: 0) }
        chains.append(chain)
      } else if hasChildren.contains(index) {
        continue
      } else if containers[index].parent != 0, namedLocations[containers[index].parent] != nil {
        // Each container with a place of its own stands alone.
        chains.append([index])
      } else if let last = chains.last, parents[last[0]] == nil, !hasChildren.contains(last[0]) {
        if let same = last.firstIndex(where: { containers[$0].kind == containers[index].kind }) {
          chains.append(last[..<same] + [index])
        } else {
          chains[chains.count - 1].append(index)
        }
      } else {
        chains.append([index])
      }
    }
    return chains
  }

  private func leadsToItself(_ index: Int, _ parents: [Int?]) -> Bool {
    var at = index
    // No place is nested deeper than this; what is leads in a circle.
    for _ in 0..<32 {
      guard let next = parents[at] else { return false }
      if next == index { return true }
      at = next
    }
    return true
  }

  /// `Box 1`: the type, then the text, unless the text says the type itself.
  private func name(_ container: Container) {
    let kind = containerKinds[container.kind]
    scratch.pointee.reserve(container.text.count + kind.word.count + 2)
    let text = scratchBytes(container.text)
    let saysType = kind.type.withUnsafeBufferPointer { type in
      text.count >= type.count && Bytes.equalIgnoringCase(UnsafeBufferPointer(rebasing: text[..<type.count]), type)
    }
    if !kind.type.isEmpty, !saysType {
      scratch.pointee.append(kind.word)
      scratch.pointee.append(0x20)
    }
    scratch.pointee.append(text)
    if !container.barcode.isEmpty {
      scratch.pointee.append(0x20)
      scratch.pointee.append(container.barcode)
    }
  }

  /// `box` in the words of the row's culture, when AtoM knows the type; the source's own word else.
  private func typeWord(_ type: String) -> String {
    guard let key = AtoMTerms.key(.physicalObjectType, label: type) else { return type }
    let (term, exists) = AtoMTerms.term(.physicalObjectType, key, culture: culture)
    return exists ? term : type
  }

  private static func capitalised(_ text: String) -> String {
    guard let first = text.first else { return text }
    return first.uppercased() + text.dropFirst()
  }

  private func physicalObject(name: Range<Int>, kind: Int, location: [UInt8]) {
    if !cell(.physicalObjectName).pointee.isEmpty {
      for column in [AtoMColumn.physicalObjectName, .physicalObjectLocation, .physicalObjectType] {
        cell(column).pointee.append(0x7C)
      }
    }
    let kept = fitting(scratchBytes(name), .physicalObjectName, element: nil)
    remember(kept, in: .physicalObjectName)
    cell(.physicalObjectName).pointee.append(kept)
    cell(.physicalObjectLocation).pointee.append(location)
    cell(.physicalObjectType).pointee.append(containerKinds[kind].term)
  }

  private func objectType(_ type: String) -> String {
    if type.isEmpty { return AtoMTerms.term(.physicalObjectType, "Container", culture: culture).term }
    if let key = AtoMTerms.key(.physicalObjectType, label: type) {
      let (term, exists) = AtoMTerms.term(.physicalObjectType, key, culture: culture)
      if !exists { newTerm(.physicalObjectType, term) }
      return term
    }
    let term = AtoMConverter.capitalised(type)
    newTerm(.physicalObjectType, term)
    return term
  }

  // MARK: Digital objects

  func digitalObject(_ element: Cursor) {
    if options.digitalObjects == .none {
      element.markAll(UnitNode.ignored, reason: .notWanted, attributes: true)
      return
    }
    if element.name == Tag.dao {
      one(element, description: nil)
      return
    }
    group(element)
  }

  private func group(_ element: Cursor) {
    let members = element.children.filter { $0.name == Tag.daoloc || $0.name == Tag.dao }
    let description = element.children.first { $0.name == Tag.daodesc || $0.name == Tag.descriptivenote }
    func role(_ member: Cursor) -> String {
      [Attribute.role, Attribute.linkrole, Attribute.label, Attribute.localtype, Attribute.linktitle, Attribute.title, Attribute.id]
        .compactMap { member.attribute($0).map(Bytes.key) }.joined(separator: " ")
    }
    func isThumbnail(_ member: Cursor) -> Bool {
      let said = role(member)
      return said.contains("thumb") || said.contains("vignette") || said.contains("icon")
    }
    var remaining = members.filter { !isThumbnail($0) }
    if cell(.digitalObjectURI).pointee.isEmpty, options.digitalObjects == .uri {
      let media = remaining.filter { AtoMConverter.isMedia($0.attribute(Attribute.href)) }
      let preferred = media.first { role($0).contains("master") } ?? media.first { role($0).contains("service") } ?? media.first
      if let preferred {
        uri(preferred)
        // What chose it is said by the choice.
        _ = preferred.use(Attribute.role)
        _ = preferred.use(Attribute.linkrole)
        remaining.removeAll { $0.index == preferred.index }
      }
    }
    var saidDescription = false
    for member in remaining {
      one(member, description: saidDescription ? nil : description)
      saidDescription = true
    }
    if let description, !saidDescription { textOf(description) }
    for member in members where isThumbnail(member) {
      for name in [Attribute.href] where member.attribute(name) != nil { member.reason(name, .notWanted) }
    }
  }

  private func uri(_ element: Cursor) {
    guard let href = element.use(Attribute.href) else { return }
    cell(.digitalObjectURI).pointee.append(Bytes.trimmed(href))
    describe(element)
  }

  /// Words beside an object that has gone to `digitalObjectURI`.
  private func describe(_ element: Cursor) {
    if element.hasText { textOf(element) }
    if let title = element.use(Attribute.linktitle) ?? element.use(Attribute.title), !Bytes.isBlank(title) {
      let said = UnitElement(cursor: element, names: names).text
      if said.hasPrefix(LossAccount.collapse(title)) { return }
      append(
        AtoMTerms.label("digitalObject", culture: culture) + ": " + LossAccount.collapse(title).withoutPipes,
        to: .generalNote)
    }
  }

  private func textOf(_ element: Cursor) {
    guard let text = render(element, .line) else { return }
    append(AtoMTerms.label("digitalObject", culture: culture) + ": " + string(text), to: .generalNote)
  }

  private func one(_ element: Cursor, description: Cursor?) {
    let href = element.attribute(Attribute.href).map(Bytes.trimmed)
    if options.digitalObjects == .uri, cell(.digitalObjectURI).pointee.isEmpty, AtoMConverter.isMedia(href) {
      uri(element)
      if let description { textOf(description) }
      return
    }
    // Title, description and text often say the same: what another begins with is not said again.
    var parts: [String] = []
    if let title = element.use(Attribute.linktitle) ?? element.use(Attribute.title) {
      parts.append(LossAccount.collapse(title).withoutPipes)
    }
    for source in [description, element.hasText ? element : nil].compactMap({ $0 }) {
      if let text = render(source, .line) { parts.append(string(text)) }
    }
    var words: [String] = []
    for part in parts where !part.isEmpty {
      if let same = words.firstIndex(where: { part.hasPrefix($0) }) {
        words[same] = part
      } else if !words.contains(where: { $0.hasPrefix(part) }) {
        words.append(part)
      }
    }
    var note = ""
    for word in words {
      if let last = note.unicodeScalars.last { note += ".!?:;".unicodeScalars.contains(last) ? " " : ". " }
      note += word
    }
    if let href = element.use(Attribute.href).map(Bytes.trimmed), !href.isEmpty {
      let address = String(decoding: href, as: UTF8.self).replacing("|", with: "%7C")
      if note != address { note += (note.isEmpty ? "" : " ") + "<" + address + ">" }
    }
    guard !note.isEmpty else { return }
    append(AtoMTerms.label("digitalObject", culture: culture) + ": " + note, to: .generalNote)
  }

  /// True for an http(s) address whose path ends like an image, a PDF, a sound or a film: what AtoM can fetch and show.
  static func isMedia(_ href: UnsafeBufferPointer<UInt8>?) -> Bool {
    guard let href, !href.contains(0x7C), !Bytes.trimmed(href).contains(where: Bytes.isSpace) else { return false }
    let address = Bytes.trimmed(href)
    func begins(_ scheme: StaticString) -> Bool {
      address.count > scheme.utf8CodeUnitCount
        && Bytes.equalIgnoringCase(UnsafeBufferPointer(rebasing: address[..<scheme.utf8CodeUnitCount]), scheme)
    }
    guard begins("http://") || begins("https://") else { return false }
    let path = address.prefix { $0 != 0x3F && $0 != 0x23 }
    // The host is no file, whatever it ends in.
    guard let slash = path.lastIndex(of: 0x2F), slash > 8, let dot = path[slash...].lastIndex(of: 0x2E), path.endIndex - dot < 8
    else { return false }
    return AtoMTerms.mediaExtensions[Bytes.key(UnsafeBufferPointer(rebasing: path[(dot + 1)...]))] != nil
  }
}

extension Cursor {
  func reason(_ name: NameID, _ reason: LossReason) {
    let node = arena.storage.pointee.nodes[index]
    for offset in 0..<Int(node.count) where arena.storage.pointee.attributes[Int(node.start) + offset].name == name {
      arena.storage.pointee.attributes[Int(node.start) + offset].flags |=
        UnitNode.ignored | UInt16(reason.code) << UnitNode.reasonShift
    }
  }
}
