/// The header of a finding aid, out of its top description.
extension AtoMToEAD {
  func header(_ top: AtoMDescription) {
    for column in [AtoMColumn.languageOfDescription, .scriptOfDescription, .rules] {
      headerValues[column] = Array(top.value(column))
    }
    headerValues[.culture] = Array(culture.utf8)
    if !Bytes.equal(top.value(.culture), headerValues[.culture] ?? []) { account.change(.culture, top.value(.culture)) }
    recordID = recordIdentifier(top)
    builder.start(Tag.ead)
    if isEAD3 { builder.attribute(Attribute.lang, culture.replacing("_", with: "-")) }
    if !isEAD3, culture.contains("_") { account.lose(.culture, top.value(.culture)) }
    if isEAD3 { control(top) } else { eadHeader(top) }
  }

  /// What identifies the finding aid: `legacyId`, unless that is only the number AtoM itself gave.
  private func recordIdentifier(_ top: AtoMDescription) -> [UInt8] {
    let id = top.value(.legacyId)
    if !id.isEmpty, !id.allSatisfy(Bytes.isDigit) { return Array(id) }
    for value in [top.value(.descriptionIdentifier), top.value(.identifier)] where !value.isEmpty { return Array(value) }
    if let slug = top.others.first(where: { $0.name == "slug" }) { return slug.value }
    return Array(id)
  }

  private func encodings() {
    for (name, value) in [
      (Attribute.langencoding, "iso639-2b"), (Attribute.countryencoding, "iso3166-1"), (Attribute.dateencoding, "iso8601"),
      (Attribute.repositoryencoding, "iso15511"), (Attribute.scriptencoding, "iso15924"),
    ] { builder.attribute(name, value) }
  }

  private func element(_ name: NameID, _ value: UnsafeBufferPointer<UInt8>) {
    builder.start(name)
    plain.line(value)
    builder.end()
  }

  private func element(_ name: NameID, _ value: String) {
    builder.start(name)
    builder.text(value)
    builder.end()
  }

  // MARK: EAD 2002

  private func eadHeader(_ top: AtoMDescription) {
    builder.start(Tag.eadheader)
    encodings()
    builder.start(Tag.eadid)
    let own = top.value(.descriptionIdentifier)
    if !own.isEmpty { builder.attribute(Attribute.identifier, own) }
    if flavour == .ead2002, top.has(.institutionIdentifier) {
      saidInstitution = builder.attribute(Attribute.mainagencycode, top.value(.institutionIdentifier))
    }
    builder.text(recordID)
    builder.end()
    fileDescription(top)
    builder.start(Tag.profiledesc)
    if let timestamp = options.timestamp {
      builder.start(Tag.creation)
      builder.text("ead-convert, ")
      element(Tag.date, timestamp)
      builder.end()
    }
    builder.start(Tag.langusage)
    for (code, script) in descriptionLanguages(top) { language(code, script: script) }
    builder.end()
    if top.has(.rules) { element(Tag.descrules, top.value(.rules)) }
    builder.end()
    if flavour == .ead2002 { revisions(top) }
    builder.end()
  }

  private func fileDescription(_ top: AtoMDescription) {
    builder.start(Tag.filedesc)
    builder.start(Tag.titlestmt)
    element(Tag.titleproper, top.value(.title))
    builder.end()
    if top.has(.repository) {
      builder.start(Tag.publicationstmt)
      element(Tag.publisher, top.value(.repository))
      builder.end()
    }
    builder.end()
  }

  /// One entry a line; what reads like a date before a colon is one.
  private func revisions(_ top: AtoMDescription) {
    guard top.has(.revisionHistory) else { return }
    builder.start(Tag.revisiondesc)
    for entry in entries(top.value(.revisionHistory)) {
      builder.start(Tag.change)
      builder.start(Tag.date)
      if let date = entry.date { builder.text(date) }
      builder.end()
      builder.start(Tag.item)
      builder.text(entry.text)
      builder.end()
      builder.end()
    }
    builder.end()
  }

  private func entries(
    _ value: UnsafeBufferPointer<UInt8>
  ) -> [(date: UnsafeBufferPointer<UInt8>?, text: UnsafeBufferPointer<UInt8>)] {
    DescriptionText.lines(value).compactMap { line in
      let text = Bytes.trimmed(UnsafeBufferPointer(rebasing: line))
      guard !text.isEmpty else { return nil }
      if let at = DescriptionParts.first([0x3A, 0x20], in: text), at <= 40 {
        let date = Bytes.trimmed(UnsafeBufferPointer(rebasing: text[..<at]))
        let rest = Bytes.trimmed(UnsafeBufferPointer(rebasing: text[(at + 2)...]))
        if date.contains(where: Bytes.isDigit), DateText.read(date) != nil, !rest.isEmpty { return (date, rest) }
      }
      return (nil, text)
    }
  }

  // MARK: EAD3

  private func control(_ top: AtoMDescription) {
    builder.start(Tag.control)
    encodings()
    builder.start(Tag.recordid)
    builder.text(recordID)
    builder.end()
    fileDescription(top)
    builder.start(Tag.maintenancestatus)
    builder.attribute(Attribute.value, "derived")
    builder.end()
    builder.start(Tag.maintenanceagency)
    if top.has(.institutionIdentifier), DescriptionText.lines(top.value(.institutionIdentifier)).count == 1 {
      saidInstitution = true
      builder.start(Tag.agencycode)
      builder.text(top.value(.institutionIdentifier))
      builder.end()
    }
    builder.start(Tag.agencyname)
    if let name = options.agencyName { builder.text(name) } else { builder.text(top.value(.repository)) }
    builder.end()
    builder.end()
    for (code, script) in descriptionLanguages(top) where code != nil {
      builder.start(Tag.languagedeclaration)
      language(code, script: nil)
      builder.start(Tag.script)
      if let script { builder.attribute(Attribute.scriptcode, script) }
      builder.end()
      builder.end()
    }
    for line in DescriptionText.lines(top.value(.rules)) {
      let rule = Bytes.trimmed(UnsafeBufferPointer(rebasing: line))
      guard !rule.isEmpty else { continue }
      builder.start(Tag.conventiondeclaration)
      builder.start(Tag.citation)
      builder.text(rule)
      builder.end()
      builder.end()
    }
    maintenance(top)
    sources(top)
    builder.end()
  }

  private func maintenance(_ top: AtoMDescription) {
    builder.start(Tag.maintenancehistory)
    let said = entries(top.value(.revisionHistory))
    for entry in said {
      event("updated", agent: "unknown", date: entry.date)
      builder.start(Tag.eventdescription)
      builder.text(entry.text)
      builder.end()
      builder.end()
    }
    // The schema demands one event.
    if said.isEmpty || options.timestamp != nil {
      event("derived", agent: "machine", date: nil)
      builder.end()
    }
    builder.end()
  }

  /// Leaves `maintenanceevent` open.
  private func event(_ type: String, agent: String, date: UnsafeBufferPointer<UInt8>?) {
    builder.start(Tag.maintenanceevent)
    builder.start(Tag.eventtype)
    builder.attribute(Attribute.value, type)
    builder.end()
    builder.start(Tag.eventdatetime)
    if let date {
      builder.text(date)
    } else if type == "derived", let timestamp = options.timestamp {
      builder.attribute(Attribute.standarddatetime, timestamp)
      builder.text(timestamp)
    }
    builder.end()
    builder.start(Tag.agenttype)
    builder.attribute(Attribute.value, agent)
    builder.end()
    builder.start(Tag.agent)
    builder.end()
  }

  private func sources(_ top: AtoMDescription) {
    guard top.has(.sources) else { return }
    builder.start(Tag.sources)
    for line in DescriptionText.lines(top.value(.sources)) {
      let text = Bytes.trimmed(UnsafeBufferPointer(rebasing: line))
      guard !text.isEmpty else { continue }
      builder.start(Tag.source)
      builder.start(Tag.sourceentry)
      builder.text(text)
      builder.end()
      builder.end()
    }
    builder.end()
  }

  // MARK: Languages

  /// The culture's language first, which says what the finding aid is written in; then the others that are named.
  private func descriptionLanguages(_ top: AtoMDescription) -> [(code: String?, script: String?)] {
    var codes = [String(culture.prefix { $0 != "_" })]
    for part in top.list(.languageOfDescription) {
      let code = Languages.code(part) ?? String(decoding: part, as: UTF8.self)
      if !Bytes.equal(part, Array(code.utf8)) { account.change(.languageOfDescription, part) }
      if !codes.contains(code) { codes.append(code) }
    }
    return withScripts(codes, top.list(.scriptOfDescription))
  }

  /// Scripts beside languages, one each; for scripts that are left the last language again.
  func withScripts(_ codes: [String], _ scripts: [UnsafeBufferPointer<UInt8>]) -> [(code: String?, script: String?)] {
    let scripts = scripts.map { AtoMTerms.scripts[Bytes.key($0)] ?? String(decoding: $0, as: UTF8.self) }
    return (0..<max(codes.count, scripts.count)).map { index in
      (index < codes.count ? codes[index] : codes.last, index < scripts.count ? scripts[index] : nil)
    }
  }

  /// `language` with its code and its name.
  func language(_ code: String?, script: String?) {
    builder.start(Tag.language)
    if let code, let bibliographic = LanguageNames.bibliographic(code) { builder.attribute(Attribute.langcode, bibliographic) }
    if let script, !builder.attribute(Attribute.scriptcode, script) {
      account.lose(.script, Array(script.utf8))
    }
    if let code { builder.text(LanguageNames.name(code, culture: culture)) }
    builder.end()
  }

  // MARK: Identifiers of the description

  func descriptionIdentifier(_ description: AtoMDescription) {
    let value = description.value(.descriptionIdentifier)
    // In EAD3 the identifier of the record may be the very same.
    guard !value.isEmpty, !(isTop && Bytes.equal(value, recordID)) else { return }
    note(value, type: AtoMColumn.descriptionIdentifier.name)
  }

  func institutionIdentifier(_ description: AtoMDescription) {
    let value = description.value(.institutionIdentifier)
    guard !value.isEmpty, !(isTop && saidInstitution) else { return }
    note(value, type: AtoMColumn.institutionIdentifier.name)
  }
}
