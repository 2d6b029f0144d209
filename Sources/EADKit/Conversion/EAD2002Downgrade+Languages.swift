/// Languages and codes that EAD3 lists, with a note beside them, and EAD 2002 has inside a sentence.
extension EAD2002Downgrade {
  /// Something that is written as an element of its own where its text stands in a sentence.
  struct Fragment {
    var text: [UInt8]
    var write: () -> Void
  }

  /// Writes a sentence, elements in the places where it has their text; false (and nothing is written) when it lacks one.
  ///
  /// Elements without any text stand at the end.
  func weave(_ sentence: [UInt8], _ fragments: [Fragment]) -> Bool {
    var places: [(range: Range<Int>, fragment: Fragment)] = []
    var from = 0
    for fragment in fragments where !fragment.text.isEmpty {
      guard let range = EAD2002Downgrade.find(fragment.text, in: sentence, from: from) else { return false }
      places.append((range, fragment))
      from = range.upperBound
    }
    var at = 0
    for place in places {
      builder.text(Array(sentence[at..<place.range.lowerBound]))
      place.fragment.write()
      at = place.range.upperBound
    }
    builder.text(Array(sentence[at...]))
    for fragment in fragments where fragment.text.isEmpty { fragment.write() }
    return true
  }

  /// Where a text stands in another as whole words.
  static func find(_ text: [UInt8], in sentence: [UInt8], from: Int) -> Range<Int>? {
    guard let first = text.first, let last = text.last, text.count <= sentence.count else { return nil }
    var at = from
    while at + text.count <= sentence.count {
      if sentence[at] == first, sentence[at..<(at + text.count)].elementsEqual(text) {
        let end = at + text.count
        let isWhole =
          !(at > 0 && Bytes.isWord(sentence[at - 1]) && Bytes.isWord(first))
          && !(end < sentence.count && Bytes.isWord(sentence[end]) && Bytes.isWord(last))
        if isWhole { return at..<end }
      }
      at += 1
    }
    return nil
  }

  /// The one paragraph of a note when it holds nothing but text; nil for any other note.
  func sentence(_ note: Cursor) -> [UInt8]? {
    let inner = note.children.filter { !isIndentation($0) }
    guard inner.count == 1, let only = inner.first, only.name == Tag.p else { return nil }
    guard only.children.allSatisfy({ $0.isText && !$0.isExternal }) else { return nil }
    let words = words(only)
    return words.isEmpty ? nil : words
  }

  // MARK: Material

  func languages(_ source: Cursor) {
    builder.start(Tag.langmaterial, from: source)
    attributes(source)
    defer { builder.end() }
    if let note = source.first(Tag.descriptivenote), isOwnProse(note) {
      let sets = elements(source).filter { $0.name == Tag.languageset }
      let languages = elements(source).flatMap { child in child.name == Tag.languageset ? elements(child) : [child] }
      return prose(note, languages.filter { $0.name == Tag.language }, sets.compactMap { $0.first(Tag.script) })
    }
    var fragments: [Fragment] = []
    for child in elements(source) {
      switch child.name {
      case Tag.language where origin(child) != nil: fragments.append(Fragment(text: []) { [self] in _ = restore(child) })
      case Tag.language: fragments.append(fragment(child, script: nil))
      case Tag.languageset: fragments += self.fragments(child)
      default: continue
      }
    }
    let note = source.first(Tag.descriptivenote)
    if let note, let sentence = sentence(note), weave(sentence, fragments) {
      note.markAll(UnitNode.used)
    } else {
      list(fragments)
      if let note, note.hasText {
        if !fragments.isEmpty { builder.text(". ") }
        paragraphs(note)
      }
    }
    for child in source.children where child.name != Tag.language && child.name != Tag.languageset {
      if child.name != Tag.descriptivenote, !isIndentation(child) { node(child) }
    }
  }

  /// A note that an earlier conversion made of the whole sentence, languages and all.
  func isOwnProse(_ note: Cursor) -> Bool {
    origin(note).map { $0.name == "langmaterial" || $0.name == "langusage" } ?? false
  }

  /// Such a sentence as it was; what stands beside it repeats it.
  func prose(_ note: Cursor, _ languages: [Cursor], _ scripts: [Cursor]) {
    _ = note.use(Attribute.altrender)
    var next = 0
    for paragraph in note.children where !isIndentation(paragraph) {
      guard paragraph.name == Tag.p else {
        node(paragraph)
        continue
      }
      for child in paragraph.children {
        if next < languages.count, origin(child)?.name == "language" {
          builder.carry(id: languages[next])
          next += 1
        }
        node(child)
      }
    }
    for repeated in languages + scripts {
      for attribute in repeated.attributes where attribute.flags & UnitNode.used == 0 {
        omit(repeated, attribute.name, .duplicate)
      }
      for child in repeated.children where child.isText { child.markAll(UnitNode.ignored, reason: .duplicate) }
    }
  }

  func list(_ fragments: [Fragment]) {
    for (index, fragment) in fragments.enumerated() {
      if index > 0 { builder.text(", ") }
      fragment.write()
    }
  }

  /// The text of a note's paragraphs in one line.
  func paragraphs(_ note: Cursor) {
    builder.carry(id: note)
    for (index, paragraph) in note.children.filter({ !isIndentation($0) }).enumerated() {
      if index > 0 { builder.text(" ") }
      guard paragraph.name == Tag.p else {
        node(paragraph)
        continue
      }
      builder.carry(id: paragraph)
      trimmedContent(paragraph)
    }
  }

  /// A language, with the code of the script it is written in.
  func fragment(_ language: Cursor, script: Cursor?) -> Fragment {
    Fragment(text: words(language)) { [self] in
      builder.start(Tag.language, from: language)
      attributes(language)
      if let script {
        commonAttributes(script)
        attribute(Attribute.scriptcode, of: script)
      }
      trimmedContent(language)
      builder.end()
      if let script { scriptName(script) }
    }
  }

  private func attribute(_ name: NameID, of source: Cursor) {
    guard let value = source.attribute(name), !Bytes.isBlank(value) else {
      if source.attribute(name) != nil { omit(source, name, .saidByCode) }
      return
    }
    if builder.attribute(name, value) {
      _ = source.use(name)
    } else if builder.attribute(name, AttributeFit.token(Array(Bytes.trimmed(value)))) {
      noteChange(source, name)
    }
  }

  /// EAD 2002 has the code of a script only; its name stands behind the language unless it is the one of the code.
  private func scriptName(_ script: Cursor) {
    let name = words(script)
    guard !name.isEmpty else { return }
    let meant = name.withUnsafeBufferPointer { ScriptCodes.nearest(to: $0) }
    if let meant, meant.isSure, let code = script.attribute(Attribute.scriptcode), code.elementsEqual(meant.value.utf8) {
      script.markAll(UnitNode.ignored, reason: .saidByCode)
      return
    }
    builder.text(" (")
    trimmedContent(script)
    builder.text(")")
    noteMarkup(script)
  }

  /// Languages and scripts side by side: pairs where there are as many of both, else all of them in the one script.
  private func fragments(_ set: Cursor) -> [Fragment] {
    let languages = elements(set).filter { $0.name == Tag.language }
    let scripts = elements(set).filter { $0.name == Tag.script }
    var fragments: [Fragment] = []
    for (index, language) in languages.enumerated() {
      let script = scripts.count == languages.count ? scripts[index] : (index == 0 ? scripts.first : nil)
      fragments.append(fragment(language, script: script))
      if script == nil, scripts.count == 1, let only = scripts.first { fragments[index] = second(language, only) }
    }
    // Further scripts of a language have no code's place; their names are kept.
    let rest = scripts.count > 1 && scripts.count != languages.count ? Array(scripts.dropFirst()) : []
    let note = set.first(Tag.descriptivenote)
    guard !rest.isEmpty || note?.hasText == true, let last = fragments.popLast() else { return fragments }
    fragments.append(
      Fragment(text: last.text) { [self] in
        last.write()
        for script in rest where script.hasText {
          builder.text(", ")
          trimmedContent(script)
          noteMarkup(script)
        }
        if let note, note.hasText {
          builder.text(" (")
          paragraphs(note)
          builder.text(")")
        }
      })
    return fragments
  }

  /// A further language in the script of the first.
  private func second(_ language: Cursor, _ script: Cursor) -> Fragment {
    Fragment(text: words(language)) { [self] in
      builder.start(Tag.language, from: language)
      attributes(language)
      if let code = script.attribute(Attribute.scriptcode) { builder.attribute(Attribute.scriptcode, code) }
      trimmedContent(language)
      builder.end()
    }
  }
}
