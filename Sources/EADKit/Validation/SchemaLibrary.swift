import CResources
import Synchronization

/// The schemas inside the program, each compiled once, when it is first asked for, and shared by all jobs.
enum SchemaLibrary {
  enum Name: String, CaseIterable, Sendable {
    case ead2002 = "ead-1.1.0-easvalidator.rng"
    case ead2002DTD = "ead-dtd.rng"
    case ead2002Strict = "ead-1.0.0.rng"
    case ead3 = "ead3-easvalidator.rng"
    case ead3Undeprecated = "ead3_undeprecated.rng"
    case eac = "eac.rng"

    fileprivate var resource: () -> ead_resource {
      switch self {
      case .ead2002: ead_rng_ead2002
      case .ead2002DTD: ead_rng_ead2002_dtd
      case .ead2002Strict: ead_rng_ead2002_strict
      case .ead3: ead_rng_ead3
      case .ead3Undeprecated: ead_rng_ead3_undeprecated
      case .eac: ead_rng_eac
      }
    }

    /// The official grammars of these forget `xsi:schemaLocation`, which their own samples use.
    var tolerance: SchemaValidator.Tolerance {
      switch self {
      case .ead2002Strict, .ead3Undeprecated, .eac: .schemaLocation
      case .ead2002, .ead2002DTD, .ead3: .none
      }
    }
  }

  private static let compiled = Mutex<[String: CompiledSchema]>([:])

  /// - Throws: `EADError` when the program was built without the schema.
  static func schema(_ name: Name) throws(EADError) -> CompiledSchema {
    if let known = compiled.withLock({ $0[name.rawValue] }) { return known }
    let bytes = Resource.bytes(name.resource)
    if bytes.isEmpty { throw EADError("schema-left-out", file: name.rawValue, [name.rawValue]) }
    let grammar = try RelaxNG.load(bytes: bytes, name: name.rawValue, source: LocalSchemaSource())
    let schema = try CompiledSchema(grammar, id: name.rawValue)
    return compiled.withLock {
      // Two jobs may have compiled it at once: one of the two is kept.
      if let known = $0[name.rawValue] { return known }
      $0[name.rawValue] = schema
      return schema
    }
  }

  /// SHA-256 of a schema, from the table that the tests compare with the files.
  static func digest(_ id: String) -> String { digests[id] ?? "" }

  private static let digests: [String: String] = {
    var digests: [String: String] = [:]
    for row in Resource.rows(ead_schemas) where row.count >= 4 {
      digests[row[0]] = row[3]
    }
    return digests
  }()
}

/// Automata that wait for their next document: what they learnt of a schema is kept.
final class AutomatonPool: Sendable {
  private let idle = Mutex<[ObjectIdentifier: [Automaton]]>([:])

  func take(_ schema: CompiledSchema) -> Automaton {
    idle.withLock { $0[ObjectIdentifier(schema)]?.popLast() } ?? Automaton(schema)
  }

  func giveBack(_ automaton: Automaton) {
    idle.withLock { $0[ObjectIdentifier(automaton.schema), default: []].append(automaton) }
  }
}
