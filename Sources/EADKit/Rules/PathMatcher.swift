/// Finds the elements that a path names while a document streams by.
///
/// An automaton over the open elements: bit `i` of an element's states says that `i` steps are done at it, so that its
/// children may do the next one. Ends of elements need not be told: an element closes those at its depth and below.
struct PathMatcher {
  private let steps: [PathPattern.Step]
  private let goal: UInt64
  /// Depth of the element at which the path starts; 0 for the document.
  private let origin: Int
  /// States of the open elements below `origin`.
  private var states: [UInt64] = []

  init(_ steps: [PathPattern.Step], origin: Int = 0) {
    self.steps = steps
    self.origin = origin
    goal = 1 << UInt64(steps.count)
  }

  /// Whether the element of the event is one that the path leads to. To be asked for every element.
  mutating func start(_ name: NameID, _ document: RuleDocument) -> Bool {
    let above = document.open.count - 1 - origin
    guard above >= 0 else { return false }
    if states.count > above { states.removeLast(states.count - above) }
    let parent = above == 0 ? 1 : states.count == above ? states[above - 1] : 0
    var own: UInt64 = 0
    var rest = parent & (goal - 1)
    while rest != 0 {
      let step = rest.trailingZeroBitCount
      rest &= rest - 1
      if steps[step].isDescendant { own |= 1 << UInt64(step) }
      if steps[step].matches(name, document) { own |= 1 << UInt64(step + 1) }
    }
    states.append(own)
    return own & goal != 0
  }
}

extension PathPattern.Step {
  /// Whether the element of the event has the step's name and fulfils its conditions.
  func matches(_ name: NameID, _ document: RuleDocument) -> Bool {
    guard names.isEmpty || names.contains(name) else { return false }
    return conditions.isEmpty || conditions.contains { $0.allSatisfy { $0.holds(document) } }
  }
}

extension PathPattern.Condition {
  func holds(_ document: RuleDocument) -> Bool {
    let value = document.attribute(attribute)
    return switch test {
    case .present: value != nil
    case .absent: value == nil
    case .equals(let wanted): value?.elementsEqual(wanted) ?? false
    // As in XPath: an attribute that is not there differs from nothing.
    case .differs(let unwanted): value.map { !$0.elementsEqual(unwanted) } ?? false
    }
  }
}
