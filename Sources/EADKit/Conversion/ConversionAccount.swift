/// What one conversion to EAD has to answer for: findings, losses, changes, each with its place in the source.
final class ConversionAccount {
  /// A unit that is open in the source.
  struct Level {
    var name: NameID
    var siblingIndex: Int
    var id: String
  }

  let file: String
  let losses: LossAccount
  private let names: NameTable
  private(set) var findings: [Finding] = []
  private(set) var findingCounts: [String: Int] = [:]
  private static let most = 1000
  /// From `archdesc` down to the unit that is being converted.
  var levels: [Level] = []
  /// The piece at hand is the header.
  var isHeader = false

  init(file: String, names: NameTable, losses: LossAccount) {
    self.file = file
    self.names = names
    self.losses = losses
  }

  // MARK: Findings

  func find(_ rule: String, _ severity: Severity, line: Int, _ arguments: [String]) {
    findingCounts[rule, default: 0] += 1
    guard (findingCounts[rule] ?? 0) <= ConversionAccount.most else { return }
    findings.append(
      Finding(rule: rule, severity: severity, file: file, line: line, component: levels.last?.id ?? "", arguments: arguments))
  }

  func add(_ more: [Finding]) {
    for finding in more { findingCounts[finding.rule, default: 0] += 1 }
    findings += more
  }

  /// What a validator of the source said; what the parser had to say has been said.
  func add(validation report: FileReport) {
    let said = Set(findings.map(\.rule))
    findings += report.findings.filter { !said.contains($0.rule) }
    findingCounts.merge(report.countByRule.filter { !said.contains($0.key) }) { $0 + $1 }
  }

  // MARK: Losses

  /// Something that stands nowhere in particular is lost.
  func lose(_ text: String, line: Int, _ reason: LossReason) {
    var copy = text
    copy.withUTF8 {
      losses.record(
        key: UInt64(reason.code), reason: reason, line: line, component: { "" }, group: { "ead" }, path: { "/ead" }, text: $0)
    }
  }

  /// Text of an element (or a text node) that the target has no place for; without one it is that of the unit at hand.
  func lose(_ text: UnsafeBufferPointer<UInt8>, of source: Cursor?, line: Int) {
    guard let source else {
      return losses.record(
        key: UInt64(LossReason.noElement.code), reason: .noElement, line: line, component: { self.levels.last?.id ?? "" },
        group: { "ead" }, path: { self.isHeader ? "/ead" : self.unitPath() }, text: text)
    }
    let element = source.isLeaf && source.parent >= 0 ? Cursor(source.arena, source.parent) : source
    record(element, nil, .noElement, text, line: line)
  }

  /// The text of an element is kept, the element is not.
  func markup(_ element: Cursor) {
    record(element, nil, .markupOnly, ("<" + names.name(element.name) + ">"))
  }

  /// A value is in the target in another form.
  func change(_ element: Cursor, _ attribute: NameID?) {
    if let attribute, let value = element.attribute(attribute) {
      record(element, attribute, .changed, value)
    } else {
      element.textBelow.withUnsafeBufferPointer { record(element, nil, .changed, $0) }
    }
  }

  /// Everything of a piece that was not used is lost: its texts and its attributes.
  ///
  /// - Parameter rootIsCopy: the root repeats the start tag of an element that was accounted for.
  func settle(_ arena: UnitArena, rootIsCopy: Bool) {
    for index in 0..<arena.nodeCount {
      let node = Cursor(arena, index)
      let flags = arena.storage.pointee.nodes[index].flags
      switch node.name {
      case Tag.text, Tag.comment, Tag.pi:
        guard flags & UnitNode.used == 0, !Bytes.isBlank(node.bytes), node.parent >= 0 else { continue }
        var reason = LossReason(code: UInt8(truncatingIfNeeded: flags >> UnitNode.reasonShift)) ?? .noElement
        if flags & UnitNode.externalEntity != 0 { reason = .externalEntity }
        record(Cursor(arena, node.parent), nil, reason, node.bytes, line: node.line)
      default:
        if rootIsCopy, index == 0 { continue }
        for at in 0..<node.attributes.count {
          let attribute = node.attributes[at]
          guard attribute.flags & UnitNode.used == 0 else { continue }
          let value = node.value(attribute)
          let reason = LossReason(code: UInt8(truncatingIfNeeded: attribute.flags >> UnitNode.reasonShift)) ?? .noElement
          record(node, attribute.name, reason, value)
        }
      }
    }
  }

  private func record(_ element: Cursor, _ attribute: NameID?, _ reason: LossReason, _ text: String) {
    var copy = text
    copy.withUTF8 { record(element, attribute, reason, $0) }
  }

  private func record(
    _ element: Cursor, _ attribute: NameID?, _ reason: LossReason, _ bytes: UnsafeBufferPointer<UInt8>, line: Int? = nil
  ) {
    var key = UInt64(reason.code)
    var at = element.index
    while at >= 0 {
      let cursor = Cursor(element.arena, at)
      key = (key &* 0x100_0000_01b3) ^ UInt64(cursor.name)
      at = cursor.parent
    }
    key = (key &* 0x100_0000_01b3) ^ UInt64(attribute ?? 0)
    losses.record(
      key: key, reason: reason, line: line ?? element.line, component: { self.levels.last?.id ?? "" },
      group: { self.inner(element, attribute, withRoot: true) },
      path: {
        self.isHeader
          ? "/" + self.inner(element, attribute, withRoot: true) : self.unitPath() + self.inner(element, attribute, withRoot: false)
      }, text: bytes)
  }

  /// Names from the piece's root down to an element.
  private func inner(_ element: Cursor, _ attribute: NameID?, withRoot: Bool) -> String {
    var steps: [String] = attribute.map { ["@" + names.name($0)] } ?? []
    var at = element.index
    while at > 0 {
      let cursor = Cursor(element.arena, at)
      steps.append(names.name(cursor.name))
      at = cursor.parent
    }
    if withRoot {
      let root = Cursor(element.arena, 0).name
      // Numbered and unnumbered components are one kind of place.
      steps.append(ElementTraits.table[Int(root)].contains(.component) ? "c" : names.name(root))
    }
    let path = steps.reversed().joined(separator: "/")
    return withRoot || path.isEmpty ? path : "/" + path
  }

  private func unitPath() -> String {
    var path = "/ead"
    for level in levels {
      let name = names.name(level.name)
      path += level.name == Tag.archdesc ? "/" + name : "/\(name)[\(level.siblingIndex)]"
    }
    return path
  }
}
