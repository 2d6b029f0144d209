import EADKit

/// What the units say in words.
extension TreeDescriber {
  /// Most formats and extensions that are named.
  private static let mostFormats = 30
  private static let mostExtensions = 8

  // MARK: Folders

  func describe(
    _ unit: inout DescribedUnit, _ node: Node, _ sums: FolderSummary, _ below: FolderFigures
  ) throws(EADError) {
    unit.scopeAndContent.append(contents(unit, sums, below))
    appraise(&unit, below)
    if knowsFormats, sums.files > 0 { unit.technical.append(formatTable(unit, below)) }
    for (count, key) in [
      (FolderFigures.Count.encrypted, "encrypted-files"), (.damaged, "damaged-files"), (.placeholders, "placeholder-files"),
    ] where below[count] > 0 {
      unit.technical.append(words.count(below[count], key))
    }
    if let error = node.error { unit.notes.append(words.text("part-folder", [words.failure(error)])) }
    if node.flags.contains(.mountPoint) { unit.notes.append(words.text("mount-point")) }
    if node.flags.contains(.loop) { unit.notes.append(words.text("loop")) }
    if below.ownLinks > 0 { unit.notes.append(words.count(below.ownLinks, "own-links")) }
    if below.ownSpecials > 0 { unit.notes.append(words.count(below.ownSpecials, "own-specials")) }
    if below.ownUnknown > 0 { unit.notes.append(words.count(below.ownUnknown, "own-unknown")) }
    if below.migrationFiles > 0 {
      let day = DateText.day(CivilDate(dayNumber: below.migrationDay).iso, options.language)
      unit.notes.append(
        words.text(
          "migration",
          [
            ByteText.number(below.migrationFiles, options.language), ByteText.number(below.ownFiles, options.language), day,
          ]))
    }
    for (count, key) in [
      (FolderFigures.Count.suspect, "suspect-files"), (.unreadable, "unreadable-files"), (.changed, "changed-files"),
    ] where below[count] > 0 {
      unit.notes.append(words.count(below[count], key))
    }
    let partFolders = below[.partFolders] - (node.error == nil ? 0 : 1)
    if partFolders > 0 { unit.notes.append(words.count(partFolders, "part-folders")) }
    if unit.depth == 0 { try describeWhole(&unit, below) }
  }

  /// `12 dossiers, 345 fichiers (DOCX 120, PDF 90 …), 1,2 Go ; dates extrêmes : 2015-2019.`
  private func contents(_ unit: DescribedUnit, _ sums: FolderSummary, _ below: FolderFigures) -> String {
    if sums.files == 0, sums.folders == 0 { return words.text("empty-folder") }
    var parts: [String] = []
    if sums.folders > 0 { parts.append(words.count(sums.folders, "folders")) }
    if sums.files > 0 {
      let kinds = below.extensions.map { (figures.extensions[$0.key], $0.value) }.filter { !$0.0.isEmpty }
        .sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 < $1.0 }
      var named = kinds.prefix(TreeDescriber.mostExtensions).map { "\($0.0) \(ByteText.number($0.1, options.language))" }
      if kinds.count > TreeDescriber.mostExtensions { named.append("…") }
      let files = words.count(sums.files, "files")
      parts.append(named.isEmpty ? files : "\(files) (\(words.list(named)))")
      parts.append(ByteText.readable(sums.bytes, options.language))
    }
    let all = words.list(parts)
    return unit.dateText.isEmpty ? words.text("contents", [all]) : words.text("contents-dated", [all, unit.dateText])
  }

  private func appraise(_ unit: inout DescribedUnit, _ below: FolderFigures) {
    if below[.eliminated] > 0 {
      unit.appraisal.append(
        words.text(
          "eliminate-files",
          [words.count(below[.eliminated], "files"), ByteText.readable(below[.eliminatedBytes], options.language)]))
    }
    if below[.empty] > 0 { unit.appraisal.append(words.count(below[.empty], "empty-files")) }
    if unit.depth == 0, !identical.isEmpty {
      unit.appraisal.append(
        words.text(
          "surplus",
          [words.count(identical.surplus, "files"), ByteText.readable(identical.surplusBytes, options.language)]))
    }
  }

  private func formatTable(_ unit: DescribedUnit, _ below: FolderFigures) -> String {
    var parts = unit.formats.prefix(TreeDescriber.mostFormats).map { row in
      words.text(
        "format-row",
        [
          TreeDescriber.name(row.format), words.count(row.files, "files"), ByteText.readable(row.bytes, options.language),
        ])
    }
    let more = unit.formats.dropFirst(TreeDescriber.mostFormats)
    if !more.isEmpty {
      parts.append(
        words.text(
          "format-others",
          [
            ByteText.number(more.count, options.language), words.count(more.reduce(0) { $0 + $1.files }, "files"),
          ]))
    }
    if let unknown = below.formats[FolderFigures.unknownFormat] {
      parts.append(
        words.text(
          "format-unknown",
          [words.count(unknown.files, "files"), ByteText.readable(unknown.bytes, options.language)]))
    }
    return words.text("formats", [parts.joined(separator: words.separator)])
  }

  /// `Acrobat PDF 1.4 (fmt/18)`, `text/plain`.
  static func name(_ format: FormatFacts) -> String {
    var name = format.name.isEmpty ? format.mime : format.name
    if !format.version.isEmpty, !format.name.isEmpty { name += " " + format.version }
    if let puid = format.puid { name += " (\(puid))" }
    return name
  }

  // MARK: Items

  func describe(_ unit: inout DescribedUnit, _ node: Node, _ suspicion: DateSuspicion?) {
    let content = node.content
    let flags = content?.flags ?? []
    if node.size == 0 { unit.appraisal.append(words.text("empty-file")) }
    if let members = content?.members {
      unit.scopeAndContent.append(
        words.text(
          flags.contains(.membersCut) ? "members-cut" : "members",
          [words.count(members, "members-count"), words.bytes(content?.memberBytes ?? 0)]))
    }
    if flags.contains(.encrypted) { unit.technical.append(words.text("encrypted")) }
    if flags.contains(.damaged) { unit.technical.append(words.text("damaged")) }
    if flags.contains(.extensionMismatch) { unit.technical.append(words.text("mismatch")) }
    if node.flags.contains(.placeholder) { unit.technical.append(words.text("placeholder")) }
    if let error = node.error ?? content?.error { unit.notes.append(words.text("unreadable", [words.failure(error)])) }
    if flags.contains(.changed) { unit.notes.append(words.text("changed")) }
    if node.flags.contains(.furtherLink) { unit.notes.append(words.text("further-link")) }
    if let suspicion {
      unit.notes.append(
        words.text("suspect", [options.time.iso(node.modified), words.text("suspect-" + suspicion.rawValue)]))
    }
    if let title = content?.title, !title.isEmpty, title != unit.title {
      unit.notes.append(words.text("embedded-title", [title]))
    }
  }

  // MARK: The whole

  private func describeWhole(_ unit: inout DescribedUnit, _ below: FolderFigures) throws(EADError) {
    var arrangement = [words.text("order-kept", [words.count(below.height, "levels")])]
    if below[.emptyFolders] > 0 { arrangement.append(words.count(below[.emptyFolders], "empty-folders")) }
    if below[.moved] > 0 { arrangement.append(words.count(below[.moved], "moved-entries")) }
    switch options.items {
    case .all: arrangement.append(words.text("items-all"))
    case .none: arrangement.append(words.text("items-none"))
    case .upTo(let most): arrangement.append(words.text("items-up-to", [ByteText.number(most, options.language)]))
    }
    unit.arrangement = arrangement
    let root = PathText.of(run.root).text
    let day = DateText.day(String((run.finished ?? run.started).prefix(10)), options.language)
    let key = ["scan", "session", "list"].contains(run.kind) ? run.kind : "scan"
    unit.custodialHistory = [words.text("custody-" + key, [root.isEmpty ? unit.name : root, day, run.tool])]
    unit.processing = processing() + (try account())
  }

  private func processing() -> [String] {
    var lines = [words.text("made", [options.tool, DateText.day(options.today, options.language)])]
    if !options.commandLine.isEmpty {
      lines.append(words.text("command", [options.commandLine.map(TreeDescriber.quoted).joined(separator: " ")]))
    }
    lines.append(words.text("scanned", [run.tool, run.started, run.finished ?? run.started]))
    var said: [String] = []
    for line in run.options.split(separator: "\n") where !line.hasPrefix("ignore=") { said.append(String(line)) }
    if !said.isEmpty { lines.append(words.text("scan-options", [said.joined(separator: words.separator)])) }
    if let algorithms = said.first(where: { $0.hasPrefix("algorithms=") }) {
      let names = algorithms.dropFirst("algorithms=".count).split(separator: ",")
        .map { $0.uppercased().replacing("SHA", with: "SHA-") }
      lines.append(words.text("digests", [words.list(names)]))
    }
    if !run.engine.isEmpty { lines.append(words.text("engine", [run.engine])) }
    lines.append(words.text("level-rules", [options.levels.name]))
    let titles = options.titles.rules.map(\.rawValue)
    lines.append(titles.isEmpty ? words.text("title-rules-none") : words.text("title-rules", [words.list(titles)]))
    lines.append(words.text(options.forcesDates ? "date-rules-forced" : "date-rules", [options.time.zone]))
    lines.append(words.text("units"))
    return lines
  }

  /// As a shell would be told it.
  private static func quoted(_ argument: String) -> String {
    let isPlain =
      !argument.isEmpty
      && argument.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: ":"),
          UInt8(ascii: ","), 0x80...:
          true
        default: false
        }
      }
    return isPlain ? argument : "'" + argument.replacing("'", with: "'\\''") + "'"
  }

  /// What was counted and not described: by ignore rule, and what could not be read.
  private func account() throws(EADError) -> [String] {
    var lines: [String] = []
    let rows = try connection.prepare(
      """
      SELECT r.pattern, r.kind, count(*), sum(n.size) FROM node n LEFT JOIN rule r ON r.id = n.rule
      WHERE n.rule IS NOT NULL GROUP BY n.rule ORDER BY n.rule
      """)
    var rules: [String] = []
    while try rows.step() {
      let pattern = rows.isNull(0) ? "?" : rows.text(0)
      rules.append(
        words.text(
          "ignored-rule",
          [pattern, words.count(rows.int(2), "entries"), ByteText.readable(rows.int(3), options.language)]))
    }
    if rules.isEmpty {
      lines.append(words.text("ignored-none"))
    } else {
      lines.append(words.text("ignored", [rules.joined(separator: words.separator)]))
    }
    lines.append(run.errors == 0 ? words.text("errors-none") : words.count(run.errors, "errors"))
    return lines
  }
}
