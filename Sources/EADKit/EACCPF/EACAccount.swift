/// What one conversion from EAC-CPF has to answer for: everything of the file that is in no cell, with its place.
final class EACAccount {
  let file: String
  let losses: LossAccount
  private(set) var findings: [Finding] = []
  private(set) var findingCounts: [String: Int] = [:]
  private static let most = 1000
  /// The record's identifier, or its name.
  var component = ""

  init(file: String, losses: LossAccount) {
    self.file = file
    self.losses = losses
  }

  func find(_ rule: String, _ severity: Severity, line: Int, _ arguments: [String] = []) {
    findingCounts[rule, default: 0] += 1
    guard (findingCounts[rule] ?? 0) <= EACAccount.most else { return }
    findings.append(
      Finding(rule: rule, severity: severity, file: file, line: line, component: component, arguments: arguments))
  }

  func add(_ more: [Finding]) {
    for finding in more { findingCounts[finding.rule, default: 0] += 1 }
    findings += more
  }

  // MARK: Losses and changes

  /// A value is in the row in another form.
  func change(_ element: EACElement, _ attribute: String?) {
    record(element, attribute, .changed, attribute.flatMap(element.peek) ?? element.plainText, line: element.line)
  }

  /// Something of an element is in no cell, although the element was used.
  func lose(_ element: EACElement, _ text: [UInt8], _ reason: LossReason, attribute: String? = nil) {
    record(element, attribute, reason, text, line: element.line)
  }

  /// Everything that was not used is lost: texts and attributes.
  func settle(_ tree: EACTree, crosswalk: EACCrosswalk) {
    for index in tree.nodes.indices {
      let node = tree.nodes[index]
      let element = EACElement(tree: tree, index: index)
      if node.isText {
        guard node.state != EACTree.used, let parent = element.parent else { continue }
        let bytes = Array(tree.text(node.start, node.count))
        if bytes.allSatisfy(Bytes.isSpace) { continue }
        record(parent, nil, LossReason(code: node.state) ?? .noColumn, bytes, line: element.line)
      } else {
        for place in element.attributeIndexes {
          let attribute = tree.attributes[place]
          if attribute.state == EACTree.used { continue }
          let name = tree.name(attribute.name)
          if attribute.state == 0, crosswalk.isEncoding(name, on: element.name) { continue }
          record(
            element, name, LossReason(code: attribute.state) ?? .noColumn, Array(tree.text(attribute.start, attribute.count)),
            line: element.line)
        }
      }
    }
  }

  private func record(_ element: EACElement, _ attribute: String?, _ reason: LossReason, _ text: [UInt8], line: Int) {
    var key = UInt64(reason.code)
    var at: EACElement? = element
    while let step = at {
      key = (key &* 0x100_0000_01b3) ^ UInt64(element.tree.nodes[step.index].name)
      at = step.parent
    }
    for byte in (attribute ?? "").utf8 { key = (key &* 0x100_0000_01b3) ^ UInt64(byte) }
    text.withUnsafeBufferPointer { bytes in
      losses.record(
        key: key, reason: reason, line: line, component: { self.component },
        group: { EACAccount.path(element, attribute, withPositions: false) },
        path: { "/" + EACAccount.path(element, attribute, withPositions: true) }, text: bytes)
    }
  }

  private static func path(_ element: EACElement, _ attribute: String?, withPositions: Bool) -> String {
    var steps: [String] = attribute.map { ["@" + $0] } ?? []
    var at: EACElement? = element
    while let step = at {
      steps.append(withPositions && step.position > 1 ? "\(step.name)[\(step.position)]" : step.name)
      at = step.parent
    }
    return steps.reversed().joined(separator: "/")
  }
}
