/// The order of EAD's levels, from the whole to the single document.
///
/// Source: ISAD(G) appendix A-1 (fonds, sub-fonds, series, sub-series, file, item) and the tag library's `level`. A
/// `collection` may lie inside a fonds or a series, a `class` holds whatever its scheme says: they have a span.
enum LevelOrder {
  /// The highest and the lowest rank a level may have, 1 for the whole; nil for an unknown value, and for `otherlevel`.
  static func span(_ level: String) -> ClosedRange<Int>? {
    // By length first: the comparison of strings is slow, and this is asked of every component.
    switch level.utf8.count {
    case 0: return nil
    case 4: if level == "file" { return 5...5 } else if level == "item" { return 6...6 }
    case 5: if level == "fonds" { return 1...1 } else if level == "class" { return 1...4 }
    case 6: if level == "series" { return 3...3 } else if level == "subgrp" { return 2...2 }
    case 8: if level == "subfonds" { return 2...2 }
    case 9: if level == "subseries" { return 4...4 } else if level == "recordgrp" { return 1...1 }
    case 10: if level == "otherlevel" { return nil } else if level == "collection" { return 1...4 }
    default: break
    }
    return folded(level)
  }

  /// Capitals and blanks are the schema's business.
  private static func folded(_ level: String) -> ClosedRange<Int>? {
    var copy = level
    let key = copy.withUTF8 { Bytes.key($0) }
    return key == level ? nil : span(key)
  }
}
