/// Which of several copies to keep: a proposal, with its reason.
///
/// In this order: not in a folder whose name says that it is old or a copy; less deep; the oldest date of last modification;
/// the shortest path; the first by its bytes.
struct KeepProposal {
  struct Copy {
    var node: Int
    var path: [UInt8]
    var modified: Int

    fileprivate var isAside: Bool { KeepProposal.isAside(path) }
    fileprivate var depth: Int { path.isEmpty ? 0 : path.reduce(1) { $0 + ($1 == UInt8(ascii: "/") ? 1 : 0) } }
  }

  private(set) var best: Copy?
  private var second: Copy?

  mutating func consider(_ copy: Copy) {
    guard let first = best else {
      best = copy
      return
    }
    if KeepProposal.compare(copy, first).isBefore {
      second = first
      best = copy
    } else if second.map({ KeepProposal.compare(copy, $0).isBefore }) ?? true {
      second = copy
    }
  }

  /// What told the kept copy from the next best: a key of the messages.
  var reason: String {
    guard let best, let second else { return "" }
    return KeepProposal.compare(best, second).reason
  }

  private static func compare(_ left: Copy, _ right: Copy) -> (isBefore: Bool, reason: String) {
    if left.isAside != right.isAside { return (!left.isAside, "export-keep-aside") }
    if left.depth != right.depth { return (left.depth < right.depth, "export-keep-depth") }
    if left.modified != right.modified { return (left.modified < right.modified, "export-keep-date") }
    if left.path.count != right.path.count { return (left.path.count < right.path.count, "export-keep-path") }
    return (left.path.lexicographicallyPrecedes(right.path), "export-keep-name")
  }

  /// Words of names, without case; between them stands anything but a letter of ASCII or a digit.
  private static let words: Set<[UInt8]> = Set(
    [
      "old", "archive", "archives", "sauvegarde", "sauvegardes", "backup", "backups", "copie", "copies", "copy", "tmp", "temp",
      "corbeille", "recycle", "trash",
    ].map { Array($0.utf8) })

  static func isAside(_ path: [UInt8]) -> Bool {
    var word: [UInt8] = []
    for byte in path {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...: word.append(byte)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): word.append(byte | 0x20)
      default:
        if words.contains(word) { return true }
        word.removeAll(keepingCapacity: true)
      }
    }
    return words.contains(word)
  }
}
