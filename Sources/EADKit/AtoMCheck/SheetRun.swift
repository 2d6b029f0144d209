/// What one import knows beyond its sheets, and what was found so far.
final class SheetRun {
  let options: SheetCheckOptions
  /// What a live site has, as far as files say it.
  let site: SheetSite
  private var memories: [ObjectIdentifier: AnyObject] = [:]
  private var collector: (Finding) -> Void = { _ in }

  init(options: SheetCheckOptions, site: SheetSite) {
    self.options = options
    self.site = site
  }

  func collect(_ body: @escaping (Finding) -> Void) { collector = body }

  func note(_ finding: Finding) { collector(finding) }

  /// The one object of a class that lasts for the whole import.
  func memory<Memory: AnyObject>(_ make: @autoclosure () -> Memory) -> Memory {
    let key = ObjectIdentifier(Memory.self)
    if let found = memories[key] as? Memory { return found }
    let fresh = make()
    memories[key] = fresh
    return fresh
  }
}

/// How sheets are checked.
public struct SheetCheckOptions: Sendable {
  /// Kind of all sheets; nil: found out by each header line.
  public var type: SheetType?
  /// Encoding, delimiter and limits, where the file is not to be asked.
  public var csv = AtoMCSVOptions()
  /// Files that say what the site has: AtoM's exports, or one name a line. nil: unknown.
  public var repositories: [String]?
  public var terms: [String]?
  public var slugs: [String]?
  public var authorities: [String]?
  /// Folder of the files that `digitalObjectPath` names; nil: unknown.
  public var digitalObjects: String?
  /// Findings kept of a file, baseline, profile.
  public var validation = ValidationOptions()

  public init() {}
}
