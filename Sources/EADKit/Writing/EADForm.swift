/// How a finding aid is written: generation, namespace, document type.
public enum EADForm: String, Sendable, CaseIterable {
  /// EAD3 1.1.1 in its namespace.
  case ead3
  /// EAD 2002 in the schema's namespace, links in XLink's.
  case ead2002
  /// EAD 2002 without a namespace and without a DOCTYPE: links have the names of the DTD.
  case ead2002Plain = "ead2002-plain"
  /// EAD 2002 without a namespace, with the DOCTYPE of the DTD.
  case ead2002DTD = "ead2002-dtd"

  /// The generation of EAD.
  public var generation: EADGeneration { self == .ead3 ? .ead3 : .ead2002 }
}

/// What the writing of EAD may be told.
public struct EADOptions: Sendable {
  /// How components are written.
  public enum Components: String, Sendable, CaseIterable {
    /// As the source has them.
    case keep
    /// `c` at every level.
    case plain = "c"
    /// `c01` … `c12`; whatever is deeper is `c`, with a finding.
    case numbered
  }

  /// What becomes of links to digital objects in EAD for AtoM.
  public typealias DigitalObjects = AtoMOptions.DigitalObjects

  /// The form; nil for the usual one of the target (for EAD 2002 out of EAD 2002, the source's own).
  public var form: EADForm?
  public var components = Components.keep
  /// Blanks a level of indentation has; 0 writes no white space of its own.
  public var indentation = 2
  /// Adds `unitdatestructured` or `dateset` beside `unitdate` where `@normal` allows it (EAD3).
  public var structuredDates = false
  /// Writes `physdescstructured` where an extent is a number and a unit, and nothing else (EAD3).
  public var structuredExtents = false
  /// A time to note as that of the conversion (ISO 8601); nil notes none, so that the same input gives the same bytes.
  public var timestamp: String?
  /// Name of the maintaining agency where the source has none (EAD3 demands one).
  public var agencyName: String?

  public init() {}
}

/// Where finding aids go that a conversion writes: one after the other, each begun and ended.
public protocol EADOutputs: AnyObject {
  /// - Parameter name: a name for the finding aid, made of its identifier; empty for the only one of its source.
  func begin(_ name: String) throws(EADError)
  func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(EADError)
  func end() throws(EADError)
}
