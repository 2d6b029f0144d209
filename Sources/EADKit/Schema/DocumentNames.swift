/// The names of one document as it writes them, numbered as they come.
final class DocumentNames {
  struct Entry {
    var local: String
    var prefix: String
    var namespace: String
    var isAttribute: Bool

    /// As the document writes it.
    var written: String { prefix.isEmpty ? local : prefix + ":" + local }
  }

  private(set) var entries: [Entry] = []
  /// All names past this many share one number: a document cannot make the table grow without end.
  private static let limit = 60_000

  func add(_ entry: Entry) -> NameID {
    if entries.count >= DocumentNames.limit { return NameID(DocumentNames.limit - 1) }
    entries.append(entry)
    return NameID(entries.count - 1)
  }

  func written(_ name: NameID) -> String { Int(name) < entries.count ? entries[Int(name)].written : "" }
}
