/// Follows the components of one document and tells each rule what it asked for.
///
/// Components are followed also without any rule: findings name them.
final class RuleEngine {
  let document: RuleDocument
  private let rules: [Rule]

  private struct Listeners {
    var start = RuleList()
    var attribute = RuleList()
    /// Rules told of the end; with the text or without.
    var end = RuleList()
  }

  /// Rules to be told of something, without reference counts: `rules` owns them.
  private struct RuleList {
    private var list = RawList<Unmanaged<Rule>>()
    var isEmpty: Bool { list.count == 0 }

    mutating func append(_ rule: Rule) { list.append(Unmanaged.passUnretained(rule)) }

    func deallocate() { list.deallocate() }

    @inline(__always)
    func tell(_ body: (Rule) -> Void) {
      for at in 0..<list.count { list[at]._withUnsafeGuaranteedRef(body) }
    }
  }

  /// What there is to do for a name, by name: EAD's own names are the first ones.
  private struct Task: OptionSet {
    let rawValue: UInt8
    static let start = Task(rawValue: 1)
    static let attribute = Task(rawValue: 2)
    static let end = Task(rawValue: 4)
    static let text = Task(rawValue: 8)
    static let component = Task(rawValue: 16)
    static let date = Task(rawValue: 32)
  }

  private static let known = 512
  private let tasks: UnsafeMutablePointer<Task>
  private let listeners: UnsafeMutablePointer<Listeners>
  @exclusivity(unchecked) private var everyStart = RuleList()
  @exclusivity(unchecked) private var everyEnd = RuleList()
  @exclusivity(unchecked) private var everyText = RuleList()
  @exclusivity(unchecked) private var componentRules = RuleList()

  private struct Capture {
    var depth: Int
    var name: NameID
    var textStart: Int
    var place: Place
    var date: Int
  }

  @exclusivity(unchecked) private var captures: [Capture] = []
  /// Captures among them that want text.
  @exclusivity(unchecked) private var textCaptures = 0
  @exclusivity(unchecked) private var text = ByteBuffer(capacity: 4096)
  @exclusivity(unchecked) private var collapsed = ByteBuffer(capacity: 4096)
  @exclusivity(unchecked) private var components: [RuleComponent] = []
  @exclusivity(unchecked) private var spare: [RuleComponent] = []
  @exclusivity(unchecked) private var depth = 0
  /// Places of all open elements, when a rule wants every end.
  @exclusivity(unchecked) private var places: [Place] = []
  /// Text of one capture past which no more is kept.
  private static let longestText = 1 << 18

  /// Components so far.
  @exclusivity(unchecked) private(set) var componentCount = 0
  /// Text of the document's `eadid` or `recordid`.
  @exclusivity(unchecked) private(set) var identifier: [UInt8] = []

  init(_ document: RuleDocument, _ wanted: [Rule]) {
    self.document = document
    // The rules about text share one look at it.
    rules = wanted + (TextScan.scan(for: wanted).map { [$0] } ?? [])
    tasks = .allocate(capacity: RuleEngine.known)
    tasks.initialize(repeating: [], count: RuleEngine.known)
    listeners = .allocate(capacity: RuleEngine.known)
    for name in 0..<RuleEngine.known { (listeners + name).initialize(to: Listeners()) }
    for name in ElementTraits.components + [Tag.archdesc] { tasks[Int(name)].insert(.component) }
    for name in [Tag.unitid, Tag.unittitle, Tag.eadid, Tag.recordid] { tasks[Int(name)].insert(.text) }
    for rule in rules { register(rule) }
  }

  deinit {
    tasks.deallocate()
    for name in 0..<RuleEngine.known {
      listeners[name].start.deallocate()
      listeners[name].attribute.deallocate()
      listeners[name].end.deallocate()
    }
    listeners.deallocate()
    for list in [everyStart, everyEnd, everyText, componentRules] { list.deallocate() }
    text.deallocate()
    collapsed.deallocate()
    // Parents form chains: they are let go one by one.
    for component in components.reversed() { component.finish() }
  }

  private func register(_ rule: Rule) {
    var interests = RuleInterests()
    rule.register(&interests)
    for name in Set(interests.starts) where Int(name) < RuleEngine.known {
      tasks[Int(name)].insert(.start)
      listeners[Int(name)].start.append(rule)
    }
    for name in Set(interests.attributes) where Int(name) < RuleEngine.known {
      tasks[Int(name)].insert(.attribute)
      listeners[Int(name)].attribute.append(rule)
    }
    for name in Set(interests.ends).union(interests.texts) where Int(name) < RuleEngine.known {
      tasks[Int(name)].insert(.end)
      listeners[Int(name)].end.append(rule)
    }
    for name in interests.texts where Int(name) < RuleEngine.known { tasks[Int(name)].insert(.text) }
    if interests.everyStart { everyStart.append(rule) }
    if interests.everyEnd { everyEnd.append(rule) }
    if interests.everyText { everyText.append(rule) }
    if interests.components {
      componentRules.append(rule)
      for name in [Tag.unitdate, Tag.unitdatestructured] {
        tasks[Int(name)].insert(name == Tag.unitdate ? [.text, .date] : .date)
      }
    }
  }

  // MARK: Events

  /// - Parameter place: of the start tag.
  func start(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>, at place: Place) {
    document.push(name)
    document.tagPlace = place
    defer { document.tagPlace = nil }
    depth += 1
    if !everyEnd.isEmpty { places.append(place) }
    let task = Int(name) < RuleEngine.known ? tasks[Int(name)] : []
    if task.contains(.component) {
      beginComponent(name, attributes)
    } else if let component = document.component {
      let parent = document.parent
      if parent == component.name || parent == Tag.did || parent == Tag.descgrp { component.children.insert(name) }
    }
    if rules.isEmpty {
      if task.contains(.text) { capture(name, attributes, task) }
      return
    }
    document.attributes = attributes
    for attribute in attributes where Int(attribute.name) < RuleEngine.known {
      if tasks[Int(attribute.name)].contains(.attribute) {
        listeners[Int(attribute.name)].attribute.tell { $0.attribute(attribute.name, attribute.value, document) }
      }
    }
    if task.contains(.start) { listeners[Int(name)].start.tell { $0.start(name, document) } }
    everyStart.tell { $0.start(name, document) }
    if !task.isDisjoint(with: [.text, .end, .date]) { capture(name, attributes, task) }
    document.attributes = UnsafeBufferPointer(start: nil, count: 0)
  }

  private func capture(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>, _ task: Task) {
    var capture = Capture(
      depth: depth, name: name, textStart: text.count, place: document.place, date: -1)
    if task.contains(.date), let component = document.component, component.dates.count < 100, document.isInside(Tag.did) {
      var date = RuleComponent.Date(place: capture.place)
      for attribute in attributes {
        if attribute.name == Attribute.normal { date.normal = String(decoding: attribute.value, as: UTF8.self) }
        if attribute.name == Attribute.type || attribute.name == Attribute.unitdatetype {
          date.type = String(decoding: attribute.value, as: UTF8.self)
        }
      }
      component.dates.append(date)
      capture.date = component.dates.count - 1
    }
    if task.contains(.text) { textCaptures += 1 }
    captures.append(capture)
  }

  func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    if textCaptures > 0, text.count < RuleEngine.longestText { text.append(bytes) }
    everyText.tell { $0.text(bytes, document) }
  }

  func end(_ name: NameID) {
    let task = Int(name) < RuleEngine.known ? tasks[Int(name)] : []
    if let capture = captures.last, capture.depth == depth { endCapture(capture, task) }
    if !everyEnd.isEmpty {
      document.startPlace = places.popLast() ?? Place()
      everyEnd.tell { $0.end(name, document) }
    }
    if task.contains(.component) { endComponent() }
    depth -= 1
    document.pop()
  }

  private func endCapture(_ capture: Capture, _ task: Task) {
    captures.removeLast()
    var own = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    if task.contains(.text) {
      textCaptures -= 1
      own = collapsed(from: min(capture.textStart, text.count))
    }
    let parent = document.parent
    if let component = document.component, parent == Tag.did, document.ancestor(2) == component.name {
      if capture.name == Tag.unitid, component.unitIDBytes.isEmpty {
        component.unitIDBytes.append(contentsOf: own.prefix(1000))
      } else if capture.name == Tag.unittitle, component.titleBytes.isEmpty {
        component.titleBytes.append(contentsOf: own.prefix(1000))
      }
    }
    if capture.date >= 0, let component = document.component, capture.date < component.dates.count {
      component.dates[capture.date].text = String(decoding: own, as: UTF8.self)
    }
    if identifier.isEmpty, capture.name == Tag.eadid || capture.name == Tag.recordid {
      identifier = Array(own.prefix(1000))
    }
    if task.contains(.end) {
      document.text = own
      document.startPlace = capture.place
      listeners[Int(capture.name)].end.tell { $0.end(capture.name, document) }
      document.text = UnsafeBufferPointer(start: nil, count: 0)
    }
    // Text is kept while an element further out still wants it.
    if textCaptures == 0 { text.reset() }
  }

  /// The text from `start` on, white space collapsed and trimmed: as it is where nothing needs to change.
  private func collapsed(from start: Int) -> UnsafeBufferPointer<UInt8> {
    let own = UnsafeBufferPointer(rebasing: text.bytes[start...])
    var needsWork = own.first.map(Bytes.isSpace) ?? false
    var wasSpace = false
    for byte in own {
      if byte <= 0x20 {
        if byte != 0x20 || wasSpace {
          needsWork = true
          break
        }
        wasSpace = true
      } else {
        wasSpace = false
      }
    }
    if !needsWork, !wasSpace { return own }
    collapsed.reset()
    for byte in own {
      if Bytes.isSpace(byte) {
        if collapsed.count > 0, collapsed.bytes[collapsed.count - 1] != 0x20 { collapsed.append(0x20 as UInt8) }
      } else {
        collapsed.append(byte)
      }
    }
    if collapsed.count > 0, collapsed.bytes[collapsed.count - 1] == 0x20 { collapsed.count -= 1 }
    return collapsed.bytes
  }

  // MARK: Components

  private func beginComponent(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>) {
    if let parent = components.last {
      describe(parent)
      parent.childCount += 1
    }
    componentCount += 1
    let component = spare.popLast() ?? RuleComponent()
    component.begin(name: name, place: document.place, elementDepth: depth, parent: components.last)
    for attribute in attributes {
      switch attribute.name {
      case Attribute.level: component.level = String(decoding: attribute.value.prefix(200), as: UTF8.self)
      case Attribute.otherlevel: component.otherLevel = String(decoding: attribute.value.prefix(200), as: UTF8.self)
      case Attribute.id: component.idBytes.append(contentsOf: attribute.value.prefix(200))
      default: break
      }
    }
    components.append(component)
    document.component = component
  }

  private func describe(_ component: RuleComponent) {
    guard !component.isDescribed else { return }
    component.isDescribed = true
    componentRules.tell { $0.described(component, document) }
  }

  private func endComponent() {
    guard let component = components.popLast() else { return }
    describe(component)
    componentRules.tell { $0.ended(component, document) }
    component.finish()
    if spare.count < 64 { spare.append(component) }
    document.component = components.last
  }

  func finish() {
    for rule in rules { rule.finish(document) }
  }
}
