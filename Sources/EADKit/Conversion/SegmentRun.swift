/// Drives a transform over the segments of a document.
struct SegmentRun {
  let transform: EADTransform
  let document: TargetDocument
  let account: ConversionAccount
  private(set) var units = 0
  /// For every open structural element of the source, how many elements it opened in the target.
  private var opened: [Int] = []
  /// What is built but not serialised may take this much.
  private static let most = 1 << 18

  init(transform: EADTransform, document: TargetDocument, account: ConversionAccount) {
    self.transform = transform
    self.document = document
    self.account = account
  }

  mutating func take(_ segment: Segment) throws(EADError) {
    let root = Cursor(segment.arena, 0)
    let builder = document.builder
    switch segment.kind {
    case .start:
      // What has a child stays: it need not be taken back any more.
      try document.commit()
      account.isHeader = segment.name == Tag.ead
      switch segment.name {
      case Tag.ead:
        transform.header(root)
        opened.append(1)
      case Tag.dsc: opened.append(transform.dsc(root))
      default:
        account.levels.append(
          ConversionAccount.Level(
            name: segment.name, siblingIndex: segment.siblingIndex,
            id: root.attribute(Attribute.id).map { String(decoding: $0, as: UTF8.self) } ?? ""))
        transform.unit(root)
        opened.append(1)
        units += 1
      }
      account.settle(segment.arena, rootIsCopy: false)
    case .tail:
      account.isHeader = segment.name == Tag.ead
      transform.tail(root)
      account.settle(segment.arena, rootIsCopy: true)
    case .end:
      if segment.name == Tag.archdesc { transform.endOfDescriptions() }
      for _ in 0..<(opened.popLast() ?? 0) { builder.end() }
      if segment.name != Tag.ead, segment.name != Tag.dsc, !account.levels.isEmpty { account.levels.removeLast() }
    }
    builder.forgetSource()
    if builder.events.mark.bytes > SegmentRun.most { try document.commit() }
  }

  /// The words around a finding aid, such as those of a protocol that delivered it, are no part of it.
  func settle(wrapper: UnitArena) {
    account.isHeader = true
    let root = Cursor(wrapper, 0)
    for at in 0..<wrapper.nodeCount {
      for attribute in Cursor(wrapper, at).attributes { _ = Cursor(wrapper, at).use(attribute.name) }
    }
    root.markAll(0, reason: .outsideUnit)
    account.settle(wrapper, rootIsCopy: true)
  }
}
