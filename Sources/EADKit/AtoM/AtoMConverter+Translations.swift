/// Descriptions in another language than the finding aid's: a row of their own, with the same `legacyId`.
///
/// AtoM's import takes a row that follows one with the same `legacyId` for its translation, and fills the fields that can
/// be translated (`AtoMToEAD.translatable`).
extension AtoMConverter {
  /// What a unit says in another culture.
  struct Translation {
    var culture: String
    /// EAD3: elements with that language, beside those they translate.
    var elements: [(element: Cursor, place: CrosswalkActions.Context)] = []
    /// EAD 2002 has no language of an element: notes with the names of AtoM's columns, in one of the type
    /// `translation-CULTURE`.
    var notes: [Cursor] = []
  }

  /// The translations of a unit; what belongs to them is not for its own row.
  func findTranslations(_ root: Cursor) -> [Translation] {
    guard splitsTranslations else { return [] }
    var found = noteTranslations(root)
    if root.arena.holds(Attribute.lang) { found += elementTranslations(root) }
    return found
  }

  private func noteTranslations(_ root: Cursor) -> [Translation] {
    var found: [Translation] = []
    for child in root.children where child.name == Tag.odd {
      guard let type = child.attribute(Attribute.type) ?? child.attribute(Attribute.localtype),
        type.starts(with: AtoMConverter.translationPrefix)
      else { continue }
      let name = UnsafeBufferPointer(rebasing: type[AtoMConverter.translationPrefix.count...])
      guard let other = AtoMCultures.canonical(String(decoding: name, as: UTF8.self)), other != culture,
        !(context.skipsInternal && context.isInternal(child))
      else { continue }
      let fields = child.children.filter { !$0.isText || !Bytes.isBlank($0.bytes) }
      guard !fields.isEmpty, fields.allSatisfy({ AtoMConverter.translatedColumn($0) != nil }),
        !found.contains(where: { $0.culture == other })
      else { continue }
      found.append(Translation(culture: other, notes: [child]))
    }
    return found
  }

  private static let translationPrefix = Array("translation-".utf8)

  private static func translatedColumn(_ field: Cursor) -> AtoMColumn? {
    guard field.name == Tag.odd, let type = field.attribute(Attribute.type) ?? field.attribute(Attribute.localtype),
      let column = AtoMColumn.named(String(decoding: type, as: UTF8.self)), AtoMToEAD.translatable.contains(column)
    else { return nil }
    return column
  }

  /// A language counts when the title is in it, beside a title that is in the finding aid's own: single elements in
  /// another language are quotations as often as translations.
  private func elementTranslations(_ root: Cursor) -> [Translation] {
    guard let did = root.first(Tag.did) else { return [] }
    let titles = did.children.filter {
      $0.name == Tag.unittitle && $0.hasText && actions.action(.did, $0)?.pointee.rule == .title
    }
    guard titles.contains(where: { otherCulture($0) == nil }) else { return [] }
    var found: [Translation] = []
    for title in titles {
      guard let other = otherCulture(title), !found.contains(where: { $0.culture == other }) else { continue }
      found.append(Translation(culture: other))
    }
    guard !found.isEmpty else { return [] }
    for (parent, place) in [(did, CrosswalkActions.Context.did), (root, .unit)] {
      for child in parent.children where !child.isText && child.name != Tag.did {
        guard let other = otherCulture(child), let at = found.firstIndex(where: { $0.culture == other }),
          let action = actions.action(place, child), AtoMConverter.translates(action.pointee),
          !(context.skipsInternal && context.isInternal(child))
        else { continue }
        found[at].elements.append((child, place))
      }
    }
    return found
  }

  private static func translates(_ action: CrosswalkAction) -> Bool {
    switch action.rule {
    case .title, .text, .prose, .extent: AtoMToEAD.translatable.contains(action.column)
    default: false
    }
  }

  /// AtoM's code of the language an element is in, when that is not the row's.
  private func otherCulture(_ element: Cursor) -> String? {
    guard let said = element.attribute(Attribute.lang) else { return nil }
    let code = AtoMCultures.canonical(LossAccount.collapse(said)) ?? Languages.code(Bytes.trimmed(said))
    guard let code, code != culture, AtoMTerms.cultures.contains(code) else { return nil }
    return code
  }

  // MARK: Rows

  /// Fills the cells with a translation's, and with what AtoM's own export repeats in such a row.
  func fill(_ translation: Translation, beside own: RepeatedValues) {
    let mainCulture = culture
    culture = translation.culture
    defer { culture = mainCulture }
    cell(.legacyId).pointee.append(own.id)
    cell(.parentId).pointee.append(own.parent)
    append(culture, to: .culture)
    own.identifier.withUnsafeBufferPointer { append($0, to: .identifier) }
    own.repository.withUnsafeBufferPointer { append($0, to: .repository) }
    term(own.level, .levelOfDescription, .levelOfDescription)
    term(own.status, .publicationStatus, .publicationStatus)
    for (element, place) in translation.elements {
      _ = element.use(Attribute.lang)
      if let action = actions.action(place, element), action.pointee.rule == .title {
        append(element, to: .title, .line)
      } else {
        dispatch(element, place)
      }
    }
    for note in translation.notes {
      _ = note.use(Attribute.type) ?? note.use(Attribute.localtype)
      for field in note.children {
        guard let column = AtoMConverter.translatedColumn(field) else { continue }
        _ = field.use(Attribute.type) ?? field.use(Attribute.localtype)
        append(field, to: column)
      }
    }
    enforceLimits()
  }

  private func term(_ said: [UInt8], _ taxonomy: AtoMTerms.Taxonomy, _ column: AtoMColumn) {
    guard !said.isEmpty else { return }
    let (term, exists) =
      AtoMTerms.key(taxonomy, label: said.toString).map { AtoMTerms.term(taxonomy, $0, culture: culture) }
      ?? (said.toString, true)
    if !exists { newTerm(column, term) }
    append(term, to: column)
  }

  /// Values of a row that its translations repeat.
  struct RepeatedValues {
    var id: [UInt8]
    var parent: [UInt8]
    var identifier: [UInt8]
    var repository: [UInt8]
    var level: [UInt8]
    var status: [UInt8]
  }

  var repeatedValues: RepeatedValues {
    RepeatedValues(
      id: cell(.legacyId).pointee.array, parent: cell(.parentId).pointee.array, identifier: cell(.identifier).pointee.array,
      repository: cell(.repository).pointee.array, level: cell(.levelOfDescription).pointee.array,
      status: cell(.publicationStatus).pointee.array)
  }
}
