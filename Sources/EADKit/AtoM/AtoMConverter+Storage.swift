/// Containers, locations and digital objects.
extension AtoMConverter {
  struct Container {
    var element: Cursor
    /// English key or source word of its type, in lower case; empty when it has none.
    var type: String
    var text: Range<Int>
    var barcode: String
    var id: String
    var parent: String
  }

  func container(_ element: Cursor) {
    guard let text = render(element, .line) else { return }
    let type = element.use(Attribute.type) ?? element.use(Attribute.localtype)
    var typeName = type.map(LossAccount.collapse) ?? ""
    var barcode = ""
    if let label = element.attribute(Attribute.label), !Bytes.isBlank(label) {
      let said = LossAccount.collapse(label)
      if let open = said.lastIndex(of: "["), let close = said[open...].firstIndex(of: "]") {
        barcode = String(said[open...close]).replacing("|", with: "\u{A6}")
        // The kind of material before the barcode has no place here; it is reported when it says something new.
        if said[..<open].allSatisfy(\.isWhitespace) || said[..<open].lowercased().hasPrefix(typeName.lowercased()) {
          _ = element.use(Attribute.label)
        }
      } else if typeName.isEmpty {
        typeName = said
        _ = element.use(Attribute.label)
      } else if said.lowercased() == typeName.lowercased() {
        _ = element.use(Attribute.label)
      }
    }
    if let id = element.attribute(Attribute.containerid), barcode.isEmpty, !Bytes.isBlank(id) {
      barcode = "[" + LossAccount.collapse(id).replacing("|", with: "\u{A6}") + "]"
      _ = element.use(Attribute.containerid)
    }
    containers.append(
      Container(
        element: element, type: typeName.lowercased().replacing("|", with: "\u{A6}"), text: text, barcode: barcode,
        id: element.attribute(Attribute.id).map { String(decoding: $0, as: UTF8.self) } ?? "",
        parent: element.attribute(Attribute.parent).map { String(decoding: $0, as: UTF8.self) } ?? ""))
  }

  func location(_ element: Cursor) {
    guard let text = render(element, .line) else { return }
    if let id = element.attribute(Attribute.id) { namedLocations[String(decoding: id, as: UTF8.self)] = text }
    if let known = physicalLocation {
      // Several places of one unit: one value, in order.
      let start = scratch.pointee.count
      let first = Array(scratchBytes(known))
      let second = Array(scratchBytes(text))
      scratch.pointee.append(first)
      scratch.pointee.append("; ")
      scratch.pointee.append(second)
      physicalLocation = start..<scratch.pointee.count
    } else {
      physicalLocation = text
    }
  }

  func finishStorage() {
    if let place = physicalLocation { levels[levels.count - 1].location = Array(scratchBytes(place)) }
    if containers.isEmpty {
      guard let place = physicalLocation else { return }
      physicalObject(name: place, type: "location", location: Array(scratchBytes(place)))
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
      // AtoM's own export points from a container to its place.
      let own = chain.lazy.compactMap { self.namedLocations[self.containers[$0].parent] }.first
      physicalObject(
        name: start..<scratch.pointee.count, type: containers[chain[0]].type,
        location: own.map { Array(scratchBytes($0)) } ?? location)
    }
  }

  /// Containers that belong together: by `@parent`, else in order, until a type comes again.
  private func chains() -> [[Int]] {
    var chains: [[Int]] = []
    for index in containers.indices {
      let container = containers[index]
      if !container.parent.isEmpty, let chain = chains.firstIndex(where: { $0.contains { containers[$0].id == container.parent } }) {
        chains[chain].append(index)
        continue
      }
      if namedLocations[container.parent] != nil, !container.parent.isEmpty {
        // Each container with a place of its own stands alone.
        chains.append([index])
        continue
      }
      let isNested = !container.parent.isEmpty || containers.contains { $0.parent == container.id && !$0.parent.isEmpty }
      if let last = chains.indices.last, !isNested,
        !chains[last].contains(where: { containers[$0].type == container.type })
      {
        chains[last].append(index)
      } else {
        chains.append([index])
      }
    }
    return chains
  }

  /// `Box 1`: the type, then the text, unless the text says the type itself.
  private func name(_ container: Container) {
    let text = Array(scratchBytes(container.text))
    let said = text.withUnsafeBufferPointer(Bytes.key)
    if !container.type.isEmpty, !said.hasPrefix(container.type) {
      scratch.pointee.append(AtoMConverter.capitalised(typeWord(container.type)))
      scratch.pointee.append(0x20)
    }
    scratch.pointee.append(text)
    if !container.barcode.isEmpty, !said.contains(container.barcode.lowercased()) {
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

  private func physicalObject(name: Range<Int>, type: String, location: [UInt8]) {
    let isFirst = cell(.physicalObjectName).pointee.isEmpty
    for column in [AtoMColumn.physicalObjectName, .physicalObjectLocation, .physicalObjectType] where !isFirst {
      cell(column).pointee.append(0x7C)
    }
    cell(.physicalObjectName).pointee.append(fitting(scratchBytes(name), .physicalObjectName, element: nil))
    cell(.physicalObjectLocation).pointee.append(location)
    let fingerprint = type.utf8.withContiguousStorageIfAvailable { Bytes.hash($0) } ?? Bytes.hash(UnsafeBufferPointer(start: nil, count: 0))
    if let known = containerTerms[fingerprint] {
      cell(.physicalObjectType).pointee.append(known)
      return
    }
    let term = objectType(type)
    containerTerms[fingerprint] = Array(term.utf8)
    cell(.physicalObjectType).pointee.append(term)
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
      append(
        AtoMTerms.label("digitalObject", culture: culture) + ": " + LossAccount.collapse(title).replacing("|", with: "\u{A6}"),
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
    let start = scratch.pointee.count
    var renderer = TextRenderer(to: scratch, .line, context)
    if let title = element.use(Attribute.linktitle) ?? element.use(Attribute.title) { renderer.put(title) }
    if let description, description.hasText {
      if !renderer.isEmpty { renderer.separator(" ") }
      renderer.content(description)
    }
    if element.hasText {
      if !renderer.isEmpty { renderer.separator(". ") }
      renderer.content(element)
    }
    if let href = element.use(Attribute.href).map(Bytes.trimmed), !href.isEmpty {
      if !renderer.isEmpty { renderer.separator(" ") }
      renderer.raw("<")
      renderer.put(href)
      renderer.raw(">")
    }
    scratch.pointee.trim(from: start)
    guard scratch.pointee.count > start else { return }
    append(
      AtoMTerms.label("digitalObject", culture: culture) + ": " + string(start..<scratch.pointee.count), to: .generalNote)
  }

  /// True for an http(s) address whose path ends like an image, a PDF, a sound or a film: what AtoM can fetch and show.
  static func isMedia(_ href: UnsafeBufferPointer<UInt8>?) -> Bool {
    guard let href, !href.contains(0x7C), !Bytes.trimmed(href).contains(where: Bytes.isSpace) else { return false }
    let key = Bytes.key(href)
    guard key.hasPrefix("http://") || key.hasPrefix("https://") else { return false }
    let path = key.prefix { $0 != "?" && $0 != "#" }
    guard let file = path.split(separator: "/").last, path.split(separator: "/").count > 2, let dot = file.lastIndex(of: ".") else {
      return false
    }
    return AtoMTerms.mediaExtensions[String(file[file.index(after: dot)...])] != nil
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
