/// Values that were judged before, by fingerprint: a bounded table that forgets what it needs the place for.
///
/// Nearly all values of a sheet's coded columns occur thousands of times; they are judged once.
final class SheetSeen {
  private let slots: UnsafeMutablePointer<UInt64>
  private let mask: Int

  /// - Parameter places: values that are remembered; a power of two.
  init(places: Int = 1 << 10) {
    slots = .allocate(capacity: places)
    slots.initialize(repeating: 0, count: places)
    mask = places - 1
  }

  deinit { slots.deallocate() }

  @inline(__always)
  func contains(_ fingerprint: UInt64) -> Bool {
    fingerprint != 0 && slots[Int(truncatingIfNeeded: fingerprint) & mask] == fingerprint
  }

  @inline(__always)
  func insert(_ fingerprint: UInt64) { slots[Int(truncatingIfNeeded: fingerprint) & mask] = fingerprint }
}

/// Findings that are said once with the number of rows they stand for: the first row is kept, the others are counted.
final class SheetFindingCounts {
  /// Distinct things that are kept; what is beyond is said row by row.
  static let limit = 10_000

  private var kept: [(finding: Finding, count: Int)] = []
  private var places: [UInt64: Int32] = [:]

  /// Counts what is kept already; false for something new.
  func countAgain(_ fingerprint: UInt64) -> Bool {
    guard let place = places[fingerprint] else { return false }
    kept[Int(place)].count += 1
    return true
  }

  /// Keeps something new; false when there is no room for it.
  func keep(_ fingerprint: UInt64, _ finding: @autoclosure () -> Finding) -> Bool {
    guard kept.count < SheetFindingCounts.limit else { return false }
    places[fingerprint] = Int32(kept.count)
    kept.append((finding(), 1))
    return true
  }

  /// Notes what was kept, each with its count as `{1}` of its sentence, and forgets it.
  func note(_ run: SheetRun) {
    for one in kept {
      var finding = one.finding
      finding.arguments.insert(String(one.count), at: min(1, finding.arguments.count))
      run.note(finding)
    }
    kept = []
    places = [:]
  }
}

/// The remedy as the last words of a sentence.
enum SheetAdvice {
  /// "Write …", or the sentence of a key when nobody knows what was meant.
  static func write(_ word: String?, else key: String) -> String {
    LocalizedText(key: word == nil ? key : "advice-write", word.map { [$0] } ?? []).argument
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Calls back with each part between pipes, as it stands; nothing is allocated.
  @inline(__always)
  func forEachPart(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    guard let base = baseAddress else { return }
    var start = 0
    var at = 0
    while at < count {
      if base[at] == 0x7C {
        body(UnsafeBufferPointer(start: base + start, count: at - start))
        start = at + 1
      }
      at += 1
    }
    body(UnsafeBufferPointer(start: base + start, count: count - start))
  }

  /// Whether it is the word `NULL`, by which AtoM's event columns say that nothing stands here.
  @inline(__always)
  var isNull: Bool {
    count == 4 && self[0] == 0x4E && self[1] == 0x55 && self[2] == 0x4C && self[3] == 0x4C
  }

  /// Whether it is `0`, which PHP takes for nothing.
  @inline(__always)
  var isZero: Bool { count == 1 && self[0] == 0x30 }
}

extension Excerpt {
  /// The same for the further arguments of a finding: without the character that separates the program's own words.
  static func argument(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    let text = text(bytes)
    guard text.unicodeScalars.contains(LocalizedText.separator) else { return text }
    var out = String.UnicodeScalarView()
    out.append(contentsOf: text.unicodeScalars.filter { $0 != LocalizedText.separator })
    return String(out)
  }
}
