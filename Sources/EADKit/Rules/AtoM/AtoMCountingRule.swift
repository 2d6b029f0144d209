/// A rule that speaks once of a document, at the first place, and says how often.
///
/// For what is the same on every page of a finding aid: a thousand equal lines would hide the others.
class AtoMCountingRule: Rule {
  private var first: Place?
  private(set) var count = 0

  /// To be called for each occurrence.
  final func count(_ document: RuleDocument, at place: Place? = nil) {
    first = first ?? place ?? document.place
    count += 1
  }

  /// What the sentence says beside the number, which is its first argument.
  var furtherArguments: [String] { [] }

  override func finish(_ document: RuleDocument) {
    guard let first else { return }
    document.report(self, [String(count)] + furtherArguments, at: first)
  }
}

/// Values met so far in a document, at most 20,000 of them, by fingerprint.
struct SeenValues {
  private var seen = HashSet64()
  private var count = 0

  /// True the first time, whatever the case and the accents; false also once too many are known.
  mutating func isNew(_ value: String) -> Bool {
    var copy = AtoMImport.folded(value)
    return copy.withUTF8 { isNew(fingerprint: Bytes.hash($0)) }
  }

  mutating func isNew(fingerprint: UInt64) -> Bool {
    guard count < 20_000, seen.insert(fingerprint) else { return false }
    count += 1
    return true
  }
}

/// State of each open component, innermost last.
struct OpenComponents<State> {
  private var states: [State] = []
  private let fresh: () -> State

  init(_ fresh: @escaping () -> State) { self.fresh = fresh }

  mutating func start() { states.append(fresh()) }
  mutating func end() -> State? { states.popLast() }

  /// The state of the innermost open component; nil outside any.
  var last: State? {
    get { states.last }
    set { if let newValue, !states.isEmpty { states[states.count - 1] = newValue } }
  }

  /// Changes the innermost state in place.
  mutating func change(_ body: (inout State) -> Void) {
    if !states.isEmpty { body(&states[states.count - 1]) }
  }
}
