/// Identifiers of a target document, and references that wait for theirs.
struct TargetIdentifiers {
  /// Of what is serialised already.
  private var written = HashSet64()
  /// Of what may still be taken back.
  private var pending: Set<UInt64> = []
  private var waiting: [UInt64: (name: String, line: Int)] = [:]
  /// References remembered while their targets are to come.
  private static let most = 100_000

  /// False when the document has the identifier already.
  mutating func define(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    let key = Bytes.hash(value)
    if written.contains(key) || !pending.insert(key).inserted { return false }
    if !waiting.isEmpty { waiting[key] = nil }
    return true
  }

  /// The element with this identifier was taken back.
  mutating func withdraw(_ value: UnsafeBufferPointer<UInt8>) { pending.remove(Bytes.hash(Bytes.trimmed(value))) }

  mutating func refer(_ value: UnsafeBufferPointer<UInt8>, line: Int) {
    let key = Bytes.hash(value)
    if pending.contains(key) || written.contains(key) || waiting[key] != nil { return }
    if waiting.count < TargetIdentifiers.most {
      waiting[key] = (String(decoding: value.prefix(100), as: UTF8.self), line)
    }
  }

  /// What has been built cannot be taken back any more.
  mutating func commit() {
    for key in pending { _ = written.insert(key) }
    pending.removeAll(keepingCapacity: true)
  }

  /// References without a target, by line.
  var dangling: [(name: String, line: Int)] { waiting.values.sorted { ($0.line, $0.name) < ($1.line, $1.name) } }
}
