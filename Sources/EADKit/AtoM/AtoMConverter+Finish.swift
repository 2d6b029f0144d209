/// What makes a row whole, and the account of what is not in it.
extension AtoMConverter {
  func finishRow(_ unit: DescriptionUnit) {
    finishIdentifier()
    if unit.depth == 0, let own = options.repository {
      cell(.repository).pointee.count = 0
      append(own, to: .repository)
    }
    finishEvents()
    finishStorage()
    finishAbstracts()
    finishTitle(unit)
    finishStatus()
    enforceLimits()
  }

  /// An abstract that the scope says again is written once.
  private func finishAbstracts() {
    guard !abstracts.isEmpty else { return }
    let cell = cell(.scopeAndContent)
    for (element, range) in abstracts.prefix(20).reversed() {
      let words = AtoMConverter.words(UnsafeBufferPointer(rebasing: cell.pointee.bytes[range]))
      let before = AtoMConverter.words(UnsafeBufferPointer(rebasing: cell.pointee.bytes[..<range.lowerBound]))
      let after = AtoMConverter.words(UnsafeBufferPointer(rebasing: cell.pointee.bytes[range.upperBound...]))
      let isSaid = words.withUnsafeBufferPointer { needle in
        [before, after].contains { $0.withUnsafeBufferPointer { Bytes.contains($0, needle) } }
      }
      guard !words.isEmpty, isSaid else { continue }
      element.markAll(UnitNode.ignored, reason: .duplicate)
      // The blank line after it goes as well.
      let from = range.lowerBound
      var to = range.upperBound
      while to < cell.pointee.count, Bytes.isSpace(cell.pointee.base[to]) { to += 1 }
      (cell.pointee.base + from).update(from: cell.pointee.base + to, count: cell.pointee.count - to)
      cell.pointee.count -= to - from
      cell.pointee.trim()
    }
  }

  /// Letters and digits only, with single blanks: two texts that differ in punctuation or markup say the same.
  private static func words(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var out: [UInt8] = [0x20]
    for byte in bytes {
      if Bytes.isWord(byte) { out.append(Bytes.lowered(byte)) } else if out.last != 0x20 { out.append(0x20) }
    }
    if out.last != 0x20 { out.append(0x20) }
    return out.count > 1 ? out : []
  }

  private func finishTitle(_ unit: DescriptionUnit) {
    guard cell(.title).pointee.isEmpty else { return }
    note("title-missing", .warning)
    let identifier = cell(.identifier).pointee.bytes
    if !identifier.isEmpty {
      cell(.title).pointee.append("[")
      cell(.title).pointee.append(Array(identifier))
      cell(.title).pointee.append("]")
      return
    }
    var level = cell(.levelOfDescription).pointee.string
    if level.isEmpty { level = AtoMTerms.label("level", culture: culture) }
    append("[\(level) \(unit.siblingIndex)]", to: .title)
  }

  private func finishStatus() {
    let cell = cell(.publicationStatus)
    if unitIsInternal {
      cell.pointee.count = 0
      append(AtoMTerms.term(.publicationStatus, "Draft", culture: culture).term, to: .publicationStatus)
    } else if cell.pointee.isEmpty, let status = options.publicationStatus {
      if let key = AtoMTerms.key(.publicationStatus, label: status) {
        append(AtoMTerms.term(.publicationStatus, key, culture: culture).term, to: .publicationStatus)
      } else {
        append(status, to: .publicationStatus)
      }
    }
  }

  // MARK: Lengths

  /// The start of a value that fits its column; the whole is reported when it does not.
  func fitting(_ bytes: UnsafeBufferPointer<UInt8>, _ column: AtoMColumn, element: Cursor?) -> UnsafeBufferPointer<UInt8> {
    let limit = column.limit
    guard bytes.count > limit else { return bytes }
    note("value-too-long", .warning, line: element?.line, [column.name, String(bytes.count), String(limit)])
    let cut = AtoMConverter.cut(bytes, limit - 4)
    let rest = UnsafeBufferPointer(rebasing: bytes[cut...])
    lose(Bytes.trimmed(rest), column: column, line: element?.line ?? line)
    return UnsafeBufferPointer(rebasing: bytes[..<cut])
  }

  /// Where to cut so that no character and, where possible, no word is broken.
  static func cut(_ bytes: UnsafeBufferPointer<UInt8>, _ limit: Int) -> Int {
    var at = min(limit, bytes.count)
    while at > 0, bytes[at - 1] >= 0x80, at < bytes.count, bytes[at] & 0xC0 == 0x80 { at -= 1 }
    let whole = at
    while at > whole - 200, at > 1, !Bytes.isSpace(bytes[at - 1]) { at -= 1 }
    if at <= max(whole - 200, 1) { return whole }
    while at > 1, Bytes.isSpace(bytes[at - 1]) { at -= 1 }
    return at
  }

  /// Reports a part of an attribute whose rest is in a cell.
  func lose(_ bytes: UnsafeBufferPointer<UInt8>, of attribute: NameID, on element: Cursor) {
    record(unit, element.index, attribute, .noColumn, bytes, line: element.line, false)
  }

  private func lose(_ bytes: UnsafeBufferPointer<UInt8>, column: AtoMColumn, line: Int) {
    account.record(
      key: Bytes.hash(.empty, seed: UInt64(column.rawValue) &* 0x9E37_79B9 &+ 77),
      reason: .tooLong, line: line, component: { self.componentID }, group: { column.name }, path: { self.unitPath() },
      text: bytes)
  }

  func enforceLimits() {
    titleLength()
    for index in 0..<AtoMConverter.cellCount where cells[index].count > 1024 {
      guard let column = AtoMColumn(rawValue: index) else { continue }
      if column.isMultiple { members(column) } else if cells[index].count > column.limit { single(column) }
    }
  }

  /// A title too long for AtoM's column keeps its start; the whole of it opens the scope and content.
  private func titleLength() {
    let cell = cell(.title)
    guard cell.pointee.count > AtoMColumn.title.limit else { return }
    note("value-split", .warning, [AtoMColumn.title.name, AtoMColumn.scopeAndContent.name])
    let whole = cell.pointee.array
    let scope = self.cell(.scopeAndContent).pointee.array
    self.cell(.scopeAndContent).pointee.count = 0
    whole.withUnsafeBufferPointer { append($0, to: .scopeAndContent) }
    scope.withUnsafeBufferPointer { append($0, to: .scopeAndContent) }
    cell.pointee.count = AtoMConverter.cut(cell.pointee.bytes, AtoMColumn.title.limit - 4)
    cell.pointee.append("\u{2026}")
  }

  private func single(_ column: AtoMColumn) {
    let cell = cell(column)
    let whole = cell.pointee.array
    whole.withUnsafeBufferPointer { bytes in
      guard column.limit > 1024 else {
        let kept = fitting(bytes, column, element: nil)
        cell.pointee.count = kept.count
        return
      }
      // A long text goes on in general notes, each short enough.
      note("value-split", .warning, [column.name, AtoMColumn.generalNote.name])
      let label = "\(column.name) (\(AtoMTerms.label("continued", culture: culture))): "
      var from = AtoMConverter.cut(bytes, column.limit - 4)
      cell.pointee.count = from
      while from < bytes.count {
        let rest = Bytes.trimmed(UnsafeBufferPointer(rebasing: bytes[from...]))
        if rest.isEmpty { break }
        let room = AtoMColumn.generalNote.limit - label.utf8.count - 4
        let length = rest.count <= room ? rest.count : AtoMConverter.cut(rest, room)
        append(label + String(decoding: rest[..<length], as: UTF8.self), to: .generalNote)
        from = bytes.count - rest.count + length
      }
    }
  }

  /// Each member of a list has the limit to itself.
  private func members(_ column: AtoMColumn) {
    let cell = cell(column)
    let parts = cell.pointee.bytes.split(separator: 0x7C, omittingEmptySubsequences: false)
    guard parts.contains(where: { $0.count > column.limit }) else { return }
    let whole = cell.pointee.array
    cell.pointee.count = 0
    whole.withUnsafeBufferPointer { bytes in
      for (position, part) in bytes.split(separator: 0x7C, omittingEmptySubsequences: false).enumerated() {
        if position > 0 { cell.pointee.append(0x7C) }
        var rest = UnsafeBufferPointer(rebasing: part)
        if column == .generalNote || column == .archivistNote || column == .publicationNote || column == .languageNote {
          // A note goes on in the next one.
          var first = true
          while !rest.isEmpty {
            let length = rest.count <= column.limit ? rest.count : AtoMConverter.cut(rest, column.limit - 4)
            if !first { cell.pointee.append(0x7C) }
            first = false
            cell.pointee.append(UnsafeBufferPointer(rebasing: rest[..<length]))
            rest = Bytes.trimmed(UnsafeBufferPointer(rebasing: rest[length...]))
          }
        } else {
          cell.pointee.append(fitting(rest, column, element: nil))
        }
      }
    }
  }

  // MARK: The account

  func accountFor(_ arena: UnitArena, isHeader: Bool) {
    let storage = arena.storage
    var index = 0
    while index < storage.pointee.nodeCount {
      let node = storage.pointee.nodes + index
      if node.pointee.name == Tag.text {
        let flags = node.pointee.flags
        if flags & (UnitNode.used | UnitNode.ignored) != UnitNode.used { text(arena, index, isHeader) }
      } else {
        if node.pointee.name == Tag.frontmatter {
          frontmatter(arena, index)
          index = Int(node.pointee.end)
          continue
        }
        for offset in 0..<Int(node.pointee.count) {
          let attribute = storage.pointee.attributes + Int(node.pointee.start) + offset
          if attribute.pointee.flags & UnitNode.used == 0 { self.attribute(arena, index, attribute.pointee, isHeader) }
        }
      }
      index += 1
    }
  }

  private func text(_ arena: UnitArena, _ index: Int, _ isHeader: Bool) {
    let cursor = Cursor(arena, index)
    let flags = arena.storage.pointee.nodes[index].flags
    let bytes = cursor.bytes
    if Bytes.isBlank(bytes) { return }
    var reason = LossReason(code: UInt8(truncatingIfNeeded: flags >> UnitNode.reasonShift)) ?? .noColumn
    if flags & UnitNode.externalEntity != 0 { reason = .externalEntity }
    if isHeader, reason == .noColumn, !isInHeader(cursor) { reason = .outsideUnit }
    record(arena, cursor.parent, nil, reason, bytes, line: max(1, cursor.line - AtoMConverter.newlines(bytes)), isHeader)
  }

  /// False for the words around a finding aid, such as those of a protocol that delivered it.
  private func isInHeader(_ cursor: Cursor) -> Bool {
    var at = cursor.parent
    while at >= 0 {
      let element = Cursor(cursor.arena, at)
      if element.name == Tag.ead || element.name == Tag.eadheader || element.name == Tag.control { return true }
      at = element.parent
    }
    return false
  }

  private static func newlines(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    // The line a person would look at is that of the first word, not that of the end of the text.
    let from = bytes.firstIndex { !Bytes.isSpace($0) } ?? 0
    return bytes[from...].reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
  }

  private func attribute(_ arena: UnitArena, _ node: Int, _ attribute: UnitAttribute, _ isHeader: Bool) {
    let element = Cursor(arena, node)
    let explicit = LossReason(code: UInt8(truncatingIfNeeded: attribute.flags >> UnitNode.reasonShift))
    if explicit == nil || explicit == .internal, IgnoredAttributes.contains(attribute.name, on: element.name) { return }
    let value = element.value(attribute)
    if Bytes.isBlank(value) { return }
    var reason = explicit ?? .noColumn
    if explicit == nil, AtoMConverter.inline.contains(element.name), !element.isEmpty,
      AtoMConverter.markupAttributes.contains(attribute.name)
    {
      reason = .markupOnly
    }
    record(arena, node, attribute.name, reason, value, line: element.line, isHeader)
  }

  /// Attributes that say how a text is marked up, and nothing about what it means.
  private static let markupAttributes: Set<NameID> = [
    Attribute.type, Attribute.localtype, Attribute.transliteration, Attribute.coverage, Attribute.linkrole, Attribute.othertype,
    Attribute.entityref, Attribute.title, Attribute.linktitle,
  ]

  /// Elements that are markup of a text: what their attributes add is lost, what they hold is not.
  private static let inline: Set<NameID> = [
    Tag.persname, Tag.corpname, Tag.famname, Tag.name, Tag.geogname, Tag.subject, Tag.title,
    Tag.date, Tag.num, Tag.emph, Tag.ref, Tag.extref, Tag.archref, Tag.bibref, Tag.genreform,
    Tag.function, Tag.occupation, Tag.abbr, Tag.expan, Tag.part, Tag.quote, Tag.foreign,
    Tag.unittitle, Tag.unitdate, Tag.extent, Tag.physfacet, Tag.dimensions, Tag.language,
  ]

  private func frontmatter(_ arena: UnitArena, _ index: Int) {
    let cursor = Cursor(arena, index)
    var bytes: [UInt8] = []
    for at in cursor.index..<cursor.end where Cursor(arena, at).isText {
      bytes.append(contentsOf: Cursor(arena, at).bytes)
      bytes.append(0x20)
    }
    bytes.withUnsafeBufferPointer {
      if !Bytes.isBlank($0) { record(arena, index, nil, .frontmatter, $0, line: cursor.line, true) }
    }
  }

  private func record(
    _ arena: UnitArena, _ node: Int, _ attribute: NameID?, _ reason: LossReason, _ bytes: UnsafeBufferPointer<UInt8>, line: Int,
    _ isHeader: Bool
  ) {
    var key: UInt64 = UInt64(reason.code) | (isHeader ? 1 << 40 : 0)
    var at = node
    while at > 0 {
      let cursor = Cursor(arena, at)
      key = (key &* 0x100_0000_01b3) ^ UInt64(cursor.name)
      at = cursor.parent
    }
    key = (key &* 0x100_0000_01b3) ^ UInt64(attribute ?? 0xFFFF)
    if at == 0, levels.count > 1 { key ^= 1 << 60 }
    account.record(
      key: key, reason: reason, line: line, component: { self.componentID },
      group: { self.innerPath(arena, node, attribute, isHeader, withUnit: true) },
      path: {
        (isHeader ? "" : self.unitPath()) + (isHeader ? "/" : "") + self.innerPath(arena, node, attribute, isHeader, withUnit: isHeader)
      },
      text: bytes)
  }

  /// Names from the unit (or the root) down to a node.
  private func innerPath(_ arena: UnitArena, _ node: Int, _ attribute: NameID?, _ isHeader: Bool, withUnit: Bool) -> String {
    var steps: [String] = []
    var at = node
    while at > 0 {
      steps.append(names.name(Cursor(arena, at).name))
      at = Cursor(arena, at).parent
    }
    if withUnit {
      let name = names.name(Cursor(arena, 0).name)
      // Numbered and unnumbered components are one kind of place.
      steps.append(ElementTraits.table[Int(Cursor(arena, 0).name)].contains(.component) ? "c" : name)
    }
    if let attribute { steps.insert("@" + names.name(attribute), at: 0) }
    let path = steps.reversed().joined(separator: "/")
    return withUnit || path.isEmpty ? path : "/" + path
  }

  func unitPath() -> String {
    var path = "/ead"
    for level in levels {
      let name = names.name(level.elementName)
      path += level.elementName == Tag.archdesc ? "/" + name : "/\(name)[\(level.siblingIndex)]"
    }
    return path
  }
}
