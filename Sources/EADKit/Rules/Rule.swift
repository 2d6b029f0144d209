/// What a rule is called, how much it matters and what it is about. Its sentence is in the message catalogue under its id,
/// its page (`explain`) among the rule pages.
public struct RuleDescriptor: Sendable {
  public enum Category: String, Sendable, CaseIterable {
    case schema, codes, dates, links, ids, structure, references, text, isadg, dacs, atom, sheet, tree, profile
  }

  /// Stable and never translated, such as `date-reversed`.
  public var id: String
  public var category: Category
  /// How much a finding matters unless a profile says otherwise.
  public var severity: Severity
  /// Generations of EAD that the rule knows.
  public var generations: [EADGeneration]

  public init(
    _ id: String, _ category: Category, _ severity: Severity, _ generations: [EADGeneration] = [.ead2002, .ead3]
  ) {
    self.id = id
    self.category = category
    self.severity = severity
    self.generations = generations
  }
}

/// One rule: a class of its own in a file of its own, an instance for each document.
///
/// A class and not a protocol: a call through one table on the way of every event.
class Rule {
  /// What the rule is called; a rule that makes findings of one kind only has one.
  class var descriptor: RuleDescriptor { RuleDescriptor("", .profile, .note) }

  required init() {}

  /// Says what the rule wants to be told.
  func register(_ interests: inout RuleInterests) {}
  /// A start tag the rule asked for; attributes and place are in `document`.
  func start(_ name: NameID, _ document: RuleDocument) {}
  /// An attribute the rule asked for.
  func attribute(_ name: NameID, _ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) {}
  /// An end tag the rule asked for; `document.text` holds the element's text where that was asked for.
  func end(_ name: NameID, _ document: RuleDocument) {}
  /// A run of text, in any element, as it comes: long texts come in pieces.
  func text(_ bytes: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) {}
  /// A component (`archdesc`, `c`, `c01` …) whose own description is complete: its first child component or its end is near.
  func described(_ component: RuleComponent, _ document: RuleDocument) {}
  /// The end of a component, after all its children.
  func ended(_ component: RuleComponent, _ document: RuleDocument) {}
  /// The end of the document.
  func finish(_ document: RuleDocument) {}
}

/// What a rule wants to be told of.
struct RuleInterests {
  private(set) var starts: [NameID] = []
  private(set) var everyStart = false
  private(set) var attributes: [NameID] = []
  private(set) var ends: [NameID] = []
  private(set) var everyEnd = false
  private(set) var texts: [NameID] = []
  private(set) var everyText = false
  private(set) var components = false

  /// `start` for these elements.
  mutating func start(of names: NameID...) { starts += names }
  mutating func start(of names: [NameID]) { starts += names }
  mutating func startOfEveryElement() { everyStart = true }
  /// `attribute` for these attributes, on whatever element.
  mutating func attribute(_ names: NameID...) { attributes += names }
  /// `end` for these elements.
  mutating func end(of names: NameID...) { ends += names }
  mutating func end(of names: [NameID]) { ends += names }
  mutating func endOfEveryElement() { everyEnd = true }
  /// `end` for these elements, with all text below them in `document.text`.
  mutating func text(of names: NameID...) { texts += names }
  mutating func text(of names: [NameID]) { texts += names }
  /// `text` for every run of text.
  mutating func everyRunOfText() { everyText = true }
  /// `described` and `ended`.
  mutating func everyComponent() { components = true }
}

/// A place in a document.
struct Place: Sendable, Equatable {
  /// Counted from 1.
  var line = 0
  /// Counted from 1 in Unicode scalars.
  var column = 0
  /// Bytes of UTF-8 before it.
  var offset = -1
}
