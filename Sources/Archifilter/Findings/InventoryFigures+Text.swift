public import EADKit

extension InventoryFigures {
  /// The figures for people, line by line.
  public func lines(_ language: MessageLanguage) -> [String] {
    func say(_ key: String, _ arguments: [String] = []) -> String { MessageCatalog.text(key, arguments, language) }
    func number(_ value: Int) -> String { ByteText.number(value, language) }
    func size(_ bytes: Int) -> String {
      bytes < 1_000 ? ByteText.exact(bytes, language) : "\(ByteText.readable(bytes, language)) (\(ByteText.exact(bytes, language)))"
    }
    func share(_ share: Share, _ label: String) -> String {
      say("figures-share", [label, number(share.files), size(share.bytes)])
    }
    func shown(_ path: [UInt8]) -> String { TerminalText.safe(FileName.display(path)) }
    var out: [String] = []
    out.append(say("figures-root", [shown(run.root)]))
    let when = [run.started, run.finished ?? run.started].map { $0.replacing("T", with: " ").replacing("Z", with: " UTC") }
    out.append(say("figures-run", [when[0], when[1], run.tool]))
    if !run.engine.isEmpty { out.append(say("figures-engine", [run.engine])) }
    out.append(say(isOutdated ? "figures-outdated" : "figures-complete"))
    out.append("")
    out.append(say("figures-account"))
    let parts = [
      ("figures-files", files), ("figures-folders", folders), ("figures-links", links), ("figures-specials", specials),
      ("figures-ignored", ignoredEntries), ("figures-unknown", unknown),
    ]
    for (key, count) in parts { out.append("  " + say(key, [number(count)])) }
    out.append("  " + say("figures-sum", [parts.map { number($0.1) }.joined(separator: " + "), number(parts.reduce(0) { $0 + $1.1 })]))
    if parts.reduce(0, { $0 + $1.1 }) != entries { out.append("  " + say("figures-sum-wrong", [number(entries)])) }
    out.append("  " + say("figures-empty", [number(emptyFolders), number(emptyFiles)]))
    if furtherLinks > 0 { out.append("  " + say("figures-hard-links", [number(furtherLinks)])) }
    for rule in ignored {
      let name = TerminalText.safe(rule.pattern)
      out.append("  " + say("figures-ignored-rule", [name.isEmpty ? "?" : name, number(rule.entries), size(rule.bytes)]))
    }
    for error in errors {
      out.append("  " + say("figures-error", [ErrorCause.text(error.code, language), number(error.entries)]))
    }
    out.append(say("figures-bytes", [size(bytes)]))
    if let oldest, let newest {
      let words = DateText.range(time.iso(oldest), time.iso(newest), language)
      out.append(say("figures-dates", [words, time.zone]))
    }
    if undated > 0 { out.append(say("figures-undated", [number(undated)])) }
    out.append(say("figures-depth", [number(depth)]))
    if !longestPath.isEmpty { out.append(say("figures-longest", [number(longestPathLength), shown(longestPath)])) }
    if !years.isEmpty { out += ["", say("figures-years")] + years.map { "  " + share($0, $0.key) } }
    if formats.isEmpty {
      if files > 0 { out += ["", say("figures-no-formats")] }
    } else {
      out += ["", say("figures-families")]
      for family in families {
        let key = "figures-family-" + family.key
        let words = say(key)
        out.append("  " + share(family, words == key ? family.key : words))
      }
      out += [say("figures-formats", [number(formats.count), number(formatCount)])]
      for format in formats {
        out.append("  " + share(format, format.name == format.key ? format.key : "\(TerminalText.safe(format.name)) [\(format.key)]"))
      }
      if unrecognised > 0 { out.append("  " + say("figures-unrecognised", [number(unrecognised)])) }
    }
    if !largest.isEmpty {
      out += ["", say("figures-largest")] + largest.map { "  \(size($0.bytes))  \(shown($0.path))" }
    }
    if !oldestFiles.isEmpty {
      out += [say("figures-oldest")] + oldestFiles.map { "  \($0.date.map(time.iso) ?? "")  \(shown($0.path))" }
    }
    out.append("")
    if let duplicates {
      out.append(
        say("figures-duplicates", [number(duplicates.groups), number(duplicates.copies), size(duplicates.bytes), number(digested)]))
      let byCount = InventoryFigures.percent(duplicates.copies, files, language)
      let byBytes = InventoryFigures.percent(duplicates.bytes, bytes, language)
      out.append("  " + say("figures-duplicates-share", [byCount, byBytes]))
    } else {
      out.append(say("figures-no-digests"))
    }
    if !changes.isEmpty {
      out.append(say("figures-changes"))
      for change in changes {
        let key = "figures-change-" + change.kind
        let words = say(key)
        out.append("  " + say("figures-item", [words == key ? change.kind : words, number(change.count)]))
      }
    }
    if !annotations.isEmpty {
      out.append(say("figures-annotations"))
      for annotation in annotations {
        let key = "figures-field-" + annotation.field
        let words = say(key)
        out.append("  " + say("figures-item", [words == key ? annotation.field : words, number(annotation.count)]))
      }
    }
    return out
  }

  /// A share with one decimal, rounded half up.
  static func percent(_ part: Int, _ whole: Int, _ language: MessageLanguage) -> String {
    guard whole > 0 else { return language == .french ? "0 %" : "0%" }
    let tenths = Int((Double(part) / Double(whole) * 1_000).rounded())
    let text = "\(tenths / 10)\(language == .french ? "," : ".")\(tenths % 10)"
    return language == .french ? text + "\u{A0}%" : text + "%"
  }

  /// The figures for programs: one JSON object, keys never translated, ending with a line break.
  public func json() -> String {
    func text(_ value: String) -> String { JSONText.quoted(value) }
    func path(_ value: [UInt8]) -> String { text(FileName.display(value)) }
    func date(_ value: Int?) -> String { value.map { text(time.iso($0)) } ?? "null" }
    func list(_ items: [String]) -> String { "[" + items.joined(separator: ", ") + "]" }
    func shares(_ shares: [Share], _ key: String, named: Bool) -> String {
      list(
        shares.map { share in
          let name = named ? ", \"name\": \(text(share.name))" : ""
          return "{\"\(key)\": \(text(share.key))\(name), \"files\": \(share.files), \"bytes\": \(share.bytes)}"
        })
    }
    func examples(_ examples: [Example]) -> String {
      list(examples.map { "{\"path\": \(path($0.path)), \"bytes\": \($0.bytes), \"date\": \(date($0.date))}" })
    }
    let rules = ignored.map {
      "{\"kind\": \(text($0.kind)), \"pattern\": \(text($0.pattern)), \"entries\": \($0.entries), \"bytes\": \($0.bytes)}"
    }
    let causes = errors.map { error in
      "{\"errno\": \(error.code), \"cause\": \(text(ErrorCause.text(error.code, .english))), \"entries\": \(error.entries)}"
    }
    var repeated = "null"
    if let duplicates {
      repeated =
        "{\"groups\": \(duplicates.groups), \"copies\": \(duplicates.copies), \"bytes\": \(duplicates.bytes), \"files_with_digest\": \(digested)}"
    }
    let fields = [
      "\"root\": \(path(run.root))", "\"kind\": \(text(run.kind))", "\"started\": \(text(run.started))",
      "\"finished\": \(run.finished.map(text) ?? "null")", "\"tool\": \(text(run.tool))", "\"engine\": \(text(run.engine))",
      "\"complete\": \(!isOutdated)", "\"time_zone\": \(text(time.zone))",
      "\"account\": {\"files\": \(files), \"folders\": \(folders), \"links\": \(links), \"specials\": \(specials), "
        + "\"ignored\": \(ignoredEntries), \"unknown\": \(unknown), \"entries\": \(entries)}",
      "\"empty_folders\": \(emptyFolders)", "\"empty_files\": \(emptyFiles)", "\"hard_links\": \(furtherLinks)",
      "\"ignored_by_rule\": \(list(rules))", "\"errors\": \(list(causes))", "\"bytes\": \(bytes)",
      "\"oldest\": \(date(oldest))", "\"newest\": \(date(newest))", "\"files_without_trusted_date\": \(undated)",
      "\"depth\": \(depth)", "\"longest_path\": \(path(longestPath))", "\"longest_path_length\": \(longestPathLength)",
      "\"years\": \(shares(years, "year", named: false))", "\"families\": \(shares(families, "family", named: false))",
      "\"formats\": \(shares(formats, "format", named: true))", "\"format_count\": \(formatCount)",
      "\"unrecognised\": \(unrecognised)", "\"largest\": \(examples(largest))", "\"oldest_files\": \(examples(oldestFiles))",
      "\"duplicates\": \(repeated)",
      "\"changes\": {\(changes.map { "\(text($0.kind)): \($0.count)" }.joined(separator: ", "))}",
      "\"annotations\": {\(annotations.map { "\(text($0.field)): \($0.count)" }.joined(separator: ", "))}",
    ]
    return "{\n  " + fields.joined(separator: ",\n  ") + "\n}\n"
  }
}
