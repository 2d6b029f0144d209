/// Finds the spelling that was probably meant.
public enum NearestName {
  /// The nearest of the candidates; nil when even that one is too far away.
  public static func find(_ written: String, among candidates: [String]) -> String? {
    let wanted = Array(written.lowercased().unicodeScalars.prefix(64))
    var best: (name: String, distance: Int)?
    for candidate in candidates {
      let distance = distance(wanted, Array(candidate.lowercased().unicodeScalars.prefix(64)))
      if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    guard let best, best.distance <= max(1, wanted.count / 3) else { return nil }
    return best.name
  }

  /// The candidates by the alphabet, but the nearest one first when it is near.
  static func sorted(_ candidates: [String], near written: String) -> [String] {
    var sorted = candidates.sorted()
    if let near = find(written, among: sorted), let at = sorted.firstIndex(of: near) {
      sorted.remove(at: at)
      sorted.insert(near, at: 0)
    }
    return sorted
  }

  /// Levenshtein's distance, two letters in each other's place counted once.
  private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
    var before = [Int](repeating: 0, count: right.count + 1)
    var row = Array(0...right.count)
    for i in 1...left.count {
      var next = [i]
      for j in 1...right.count {
        var cost = min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1))
        if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] { cost = min(cost, before[j - 2] + 1) }
        next.append(cost)
      }
      before = row
      row = next
    }
    return row[right.count]
  }
}
