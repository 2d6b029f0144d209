/// What is known of a component (`archdesc`, `c`, `c01` … `c12`) while it is open.
///
/// Objects are used again for later components: nothing may hold on to one after `ended`.
final class RuleComponent {
  private(set) var name: NameID = 0
  /// Place of its start tag.
  private(set) var place = Place()
  private(set) var parent: RuleComponent?
  /// 1 for `archdesc`.
  private(set) var depth = 0
  /// Open elements at its start tag, itself included, counted from the finding aid's root.
  private(set) var elementDepth = 0
  /// Values of its own attributes; empty when absent.
  var level = ""
  var otherLevel = ""
  @exclusivity(unchecked) var idBytes: [UInt8] = []
  @exclusivity(unchecked) var unitIDBytes: [UInt8] = []
  @exclusivity(unchecked) var titleBytes: [UInt8] = []
  /// Elements that occurred as children of it or of its `did` (through `descgrp` and the like).
  @exclusivity(unchecked) var children = ElementSet()
  /// Its dates, in order; the first hundred.
  @exclusivity(unchecked) var dates: [Date] = []
  /// Child components so far.
  @exclusivity(unchecked) var childCount = 0
  /// Values rules keep here, by a key of their own.
  @exclusivity(unchecked) var notes: [String: String] = [:]
  /// `described` has been said.
  @exclusivity(unchecked) var isDescribed = false

  struct Date {
    /// `@normal` (EAD 2002, EAD3); empty when absent.
    var normal = ""
    /// Text, white space collapsed.
    var text = ""
    /// `@type` or `@unitdatetype`.
    var type = ""
    var place = Place()
  }

  /// Value of its attribute `id`; empty when absent.
  var id: String { String(decoding: idBytes, as: UTF8.self) }
  /// Text of the first `unitid` of its `did`, white space collapsed; cut at 1,000 bytes.
  var unitID: String { String(decoding: unitIDBytes, as: UTF8.self) }
  /// Text of the first `unittitle` of its `did`, white space collapsed; cut at 1,000 bytes.
  var title: String { String(decoding: titleBytes, as: UTF8.self) }

  /// Begins a component in a new or a used object.
  func begin(name: NameID, place: Place, elementDepth: Int, parent: RuleComponent?) {
    self.name = name
    self.place = place
    self.elementDepth = elementDepth
    self.parent = parent
    depth = (parent?.depth ?? 0) + 1
    level = ""
    otherLevel = ""
    idBytes.removeAll(keepingCapacity: true)
    unitIDBytes.removeAll(keepingCapacity: true)
    titleBytes.removeAll(keepingCapacity: true)
    children = ElementSet()
    if !dates.isEmpty { dates.removeAll(keepingCapacity: true) }
    childCount = 0
    if !notes.isEmpty { notes = [:] }
    isDescribed = false
  }

  /// What a finding says of it, kept past its end.
  func copy() -> RuleComponent {
    let copy = RuleComponent()
    copy.begin(name: name, place: place, elementDepth: elementDepth, parent: nil)
    copy.idBytes = idBytes
    copy.unitIDBytes = unitIDBytes
    copy.titleBytes = titleBytes
    return copy
  }

  /// Gives back the parent, so that the object can wait for its next use.
  func finish() { parent = nil }

  /// Whether an element occurred in its own description.
  func has(_ name: NameID) -> Bool { children.contains(name) }
}

/// A set of EAD's elements, as bits.
struct ElementSet {
  private var bits = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))

  func contains(_ name: NameID) -> Bool {
    let bit = UInt64(1) << UInt64(name & 63)
    return switch name >> 6 {
    case 0: bits.0 & bit != 0
    case 1: bits.1 & bit != 0
    case 2: bits.2 & bit != 0
    case 3: bits.3 & bit != 0
    default: false
    }
  }

  mutating func insert(_ name: NameID) {
    let bit = UInt64(1) << UInt64(name & 63)
    switch name >> 6 {
    case 0: bits.0 |= bit
    case 1: bits.1 |= bit
    case 2: bits.2 |= bit
    case 3: bits.3 |= bit
    default: break
    }
  }
}
