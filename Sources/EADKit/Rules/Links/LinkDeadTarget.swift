/// A link into the document itself (`href="#id"`) leads to an element that has this id.
///
/// `@target` and `@parent` are of the type IDREF: the schema speaks of those.
final class LinkDeadTarget: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("link-dead-target", .links, .error) }

  /// Ids met so far, and targets of `waiting`; only where no schema keeps account of ids.
  private var known = HashSet64()
  /// Links whose target has not been met, by its fingerprint.
  private var waiting: [UInt64: [Waiting]] = [:]
  private var count = 0
  /// Links past this many that lead further down are not followed: memory stays bounded.
  private static let limit = 50_000

  private struct Waiting {
    var target: [UInt8]
    var value: String
    var spot: String
    var place: Place
    var component: RuleComponent?
    var number: Int
  }

  override func register(_ interests: inout RuleInterests) {
    interests.attribute(Attribute.id, Attribute.href)
  }

  override func attribute(_ name: NameID, _ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) {
    guard document.element < Tag.count else { return }
    if name == Attribute.id {
      if document.isDefinedID != nil { return }
      let fingerprint = LinkDeadTarget.fingerprint(Bytes.trimmed(value))
      // Already there: a second element of this id, or a link waits for it.
      if !known.insert(fingerprint), !waiting.isEmpty { waiting[fingerprint] = nil }
    } else if let first = value.first(where: { !Bytes.isSpace($0) }), first == 0x23 {
      follow(Bytes.trimmed(value), name, document)
    }
  }

  private func follow(_ value: UnsafeBufferPointer<UInt8>, _ name: NameID, _ document: RuleDocument) {
    // `#` alone is an empty link; `#xpointer(…)` and the like are no ids.
    guard value.count > 1, count < LinkDeadTarget.limit, !value.contains(where: { $0 == 0x28 || $0 == 0x3D }) else { return }
    let target = LinkDeadTarget.target(UnsafeBufferPointer(rebasing: value.dropFirst()))
    let fingerprint = target.withUnsafeBufferPointer(LinkDeadTarget.fingerprint)
    if let isDefined = document.isDefinedID {
      if target.withUnsafeBufferPointer(isDefined) { return }
    } else if !known.insert(fingerprint), waiting[fingerprint] == nil {
      return
    }
    count += 1
    waiting[fingerprint, default: []].append(
      Waiting(
        target: target, value: ValueWords.shown(value), spot: ValueWords.spot(name, document), place: document.placeOfAttribute(name),
        component: copy(of: document.component), number: count))
  }

  /// What a finding says of a component, kept past its end.
  private func copy(of component: RuleComponent?) -> RuleComponent? {
    guard let component else { return nil }
    if let copied, copied.place == component.place, copied.titleBytes == component.titleBytes { return copied }
    let copy = component.copy()
    copied = copy
    return copy
  }
  private var copied: RuleComponent?

  override func finish(_ document: RuleDocument) {
    for link in waiting.values.joined().sorted(by: { $0.number < $1.number }) {
      if let isDefined = document.isDefinedID, link.target.withUnsafeBufferPointer(isDefined) { continue }
      document.report(self, [link.value, link.spot], at: link.place, component: link.component)
    }
    waiting = [:]
  }

  /// The id that a fragment names, its percent signs resolved.
  private static func target(_ fragment: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    guard fragment.contains(0x25) else { return Array(fragment) }
    var plain: [UInt8] = []
    var at = 0
    while at < fragment.count {
      if fragment[at] == 0x25, at + 2 < fragment.count,
        let byte = UInt8(String(decoding: fragment[(at + 1)...(at + 2)], as: UTF8.self), radix: 16)
      {
        plain.append(byte)
        at += 3
      } else {
        plain.append(fragment[at])
        at += 1
      }
    }
    return plain
  }

  /// As `HashSet64` keeps it, which knows no 0.
  private static func fingerprint(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 { max(Bytes.hash(bytes), 1) }
}
