/// Elements, attributes and text on their way out: what is built can be taken back until it is serialised.
struct OutputEvents {
  enum Kind: UInt8 {
    case start, end, text, comment, processingInstruction
  }

  struct Event {
    var kind: Kind
    /// The element holds elements only: white space may be put between them.
    var isElementOnly: Bool
    var name: NameID
    /// Start: index of the first attribute. Text: offset of its bytes.
    var start: Int32
    /// Start: number of attributes. Text: number of bytes.
    var count: Int32
  }

  struct Attribute {
    var name: NameID
    var start: Int32
    var count: Int32
  }

  /// A length to which everything can be cut back.
  struct Mark {
    var events: Int
    var attributes: Int
    var bytes: Int
  }

  private(set) var events: [Event] = []
  private(set) var attributes: [Attribute] = []
  private(set) var bytes = ByteBuffer(capacity: 4096)

  func deallocate() { bytes.deallocate() }

  var isEmpty: Bool { events.isEmpty }
  var mark: Mark { Mark(events: events.count, attributes: attributes.count, bytes: bytes.count) }

  mutating func cut(to mark: Mark) {
    events.removeLast(events.count - mark.events)
    attributes.removeLast(attributes.count - mark.attributes)
    bytes.count = mark.bytes
  }

  mutating func reset() {
    events.removeAll(keepingCapacity: events.count < 1 << 16)
    attributes.removeAll(keepingCapacity: attributes.count < 1 << 16)
    bytes.reset(keeping: 1 << 18)
  }

  mutating func start(_ name: NameID) {
    events.append(
      Event(kind: .start, isElementOnly: false, name: name, start: Int32(truncatingIfNeeded: attributes.count), count: 0))
  }

  /// Adds an attribute to the element whose start is event `at`, which is the last one.
  mutating func attribute(_ name: NameID, _ value: UnsafeBufferPointer<UInt8>, at: Int) {
    attributes.append(
      Attribute(name: name, start: Int32(truncatingIfNeeded: bytes.count), count: Int32(truncatingIfNeeded: value.count)))
    bytes.append(value)
    events[at].count += 1
  }

  mutating func setElementOnly(_ at: Int) { events[at].isElementOnly = true }

  mutating func end(_ name: NameID) {
    events.append(Event(kind: .end, isElementOnly: false, name: name, start: 0, count: 0))
  }

  mutating func text(_ text: UnsafeBufferPointer<UInt8>, _ kind: Kind = .text) {
    events.append(
      Event(
        kind: kind, isElementOnly: false, name: 0, start: Int32(truncatingIfNeeded: bytes.count),
        count: Int32(truncatingIfNeeded: text.count)))
    bytes.append(text)
  }

  func value(_ start: Int32, _ count: Int32) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: bytes.base + Int(start), count: Int(count))
  }
}
