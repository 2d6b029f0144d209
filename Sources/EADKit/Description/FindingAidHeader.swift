/// What stands before the descriptions: `eadheader` or `control`, and `frontmatter`.
///
/// A header that comes from a reader is valid as long as the units that came with it; `DescriptionUnit.copy()` detaches
/// both.
public struct FindingAidHeader {
  let arena: UnitArena
  let names: NameTable

  /// Text of `eadid` (EAD 2002) or `recordid` (EAD3), white space collapsed; empty when there is none.
  public var identifier: String { HeaderIdentity(arena).identifier }

  /// Languages of the description, as AtoM codes them (ISO 639-1 where there is one), the first one first.
  public var languages: [String] { HeaderIdentity(arena).languages }

  /// Collapsed text of the first element at a path of names below the root, such as
  /// `eadheader/filedesc/titlestmt/titleproper`; empty when there is none.
  public func text(_ path: String) -> String { elements(path).first?.text ?? "" }

  /// Every element at a path of names below the root, in document order.
  public func elements(_ path: String) -> [UnitElement] { UnitElement.find(path, in: arena, names) }
}
