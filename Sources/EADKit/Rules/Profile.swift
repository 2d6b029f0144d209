import CResources

/// Which rules are applied, and how much each of their findings matters.
///
/// The profiles of the program are in a table (`Resources/profiles.tsv`); others are written in YAML (`docs/profiles.md`).
public struct Profile: Sendable {
  /// What a profile says of one finding.
  enum Grade: Sendable, Equatable {
    case off
    case severity(Severity)
  }

  /// As reports show it.
  public internal(set) var name: String
  /// Whether `<?ead-convert ignore …?>` in a document is disregarded.
  public internal(set) var forbidsInlineIgnores = false
  /// Categories whose rules are applied.
  var categories: Set<RuleDescriptor.Category> = []
  /// Categories whose warnings count as errors.
  var raised: Set<RuleDescriptor.Category> = []
  /// What is said of single rules and findings.
  var grades: [String: Grade] = [:]
  /// Rules of its own.
  var local: [LocalRuleDefinition] = []

  init(name: String) { self.name = name }

  // MARK: The program's profiles

  /// No rules: the schema only.
  public static let schema = Profile(table: "schema")
  /// What is wrong whatever the rules of description are.
  public static let `default` = Profile(table: "default")
  /// `default`, and what ISAD(G) cannot do without.
  public static let isadg = Profile(table: "isadg")
  /// `default`, and what a single-level description by DACS cannot do without.
  public static let dacs = Profile(table: "dacs")
  /// `default`, and what AtoM would drop, misread or abort on.
  public static let atom = Profile(table: "atom")
  /// For deliveries from suppliers: stricter, and deaf to instructions in the document.
  public static let acceptance = Profile(table: "acceptance")

  /// All rules with their usual severities.
  static let everything: Profile = {
    var profile = Profile(name: "everything")
    profile.categories = Set(RuleDescriptor.Category.allCases)
    return profile
  }()

  /// Names of the program's profiles.
  public static let names = ["schema", "default", "isadg", "dacs", "atom", "acceptance"]

  /// A profile of the program by its name; nil when there is none.
  public static func named(_ name: String) -> Profile? {
    switch name {
    case "schema": schema
    case "default": `default`
    case "isadg": isadg
    case "dacs": dacs
    case "atom": atom
    case "acceptance": acceptance
    default: nil
    }
  }

  // MARK: What it says

  /// How much a finding matters; nil for not at all.
  ///
  /// - Parameters:
  ///   - rule: id of the rule or of the schema's finding.
  ///   - severity: what it has unless a profile says otherwise.
  public func severity(of rule: String, default severity: Severity) -> Severity? {
    switch grades[rule] {
    case .off: return nil
    case .severity(let own): return own
    case nil: break
    }
    guard let category = RuleCatalog.descriptor(rule)?.category else { return severity }
    guard categories.contains(category) else { return nil }
    return severity == .warning && raised.contains(category) ? .error : severity
  }

  /// The rules to apply to a document: fresh ones, since they keep what they have seen.
  func rules(for generation: EADGeneration) -> [Rule] {
    var rules: [Rule] = []
    for type in RuleCatalog.all {
      let descriptor = type.descriptor
      guard descriptor.generations.contains(generation), severity(of: descriptor.id, default: descriptor.severity) != nil
      else { continue }
      rules.append(type.init())
    }
    for definition in local where severity(of: definition.id, default: definition.severity) != nil {
      rules.append(LocalRule(definition))
    }
    return rules
  }

  /// The rules of the profile's own.
  public var localRules: [RuleDescriptor] { local.map { RuleDescriptor($0.id, .profile, $0.severity) } }

  // MARK: The table

  private init(table name: String) {
    self.init(name: name)
    apply(name, Profile.rows, depth: 0)
  }

  private static let rows = Resource.rows(ead_profiles).filter { $0.count >= 4 }

  private mutating func apply(_ profile: String, _ rows: [[String]], depth: Int) {
    // Deeper than any chain of profiles: a table that goes round in a circle ends.
    guard depth < 8 else { return }
    for row in rows where row[0] == profile {
      let category = RuleDescriptor.Category(rawValue: row[2])
      switch row[1] {
      case "extends": apply(row[2], rows, depth: depth + 1)
      case "include": if let category { categories.insert(category) }
      case "raise": if let category { raised.insert(category) }
      case "inline-ignores": forbidsInlineIgnores = row[2] == "forbidden"
      case "severity": grades[row[2]] = Severity(rawValue: row[3]).map(Grade.severity) ?? .off
      default: break
      }
    }
  }
}
