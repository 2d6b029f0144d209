/// The two generations of EAC-CPF, told apart by namespace and name of the root.
public enum EACGeneration: String, Sendable, CaseIterable {
  /// EAC-CPF 2010, root `eac-cpf`.
  case eac2010
  /// EAC-CPF 2.0, root `eac`.
  case eac2

  /// The namespace its schema demands.
  public var namespace: String {
    switch self {
    case .eac2010: DocumentKind.eac2010Namespace
    case .eac2: DocumentKind.eacNamespace
    }
  }

  /// Name of the root element.
  public var root: String {
    switch self {
    case .eac2010: "eac-cpf"
    case .eac2: "eac"
    }
  }

  init?(namespace: String?) {
    guard let found = EACGeneration.allCases.first(where: { $0.namespace == namespace }) else { return nil }
    self = found
  }

  init?(root: String) {
    guard let found = EACGeneration.allCases.first(where: { $0.root == root }) else { return nil }
    self = found
  }

  /// Whether a file begins as EAC-CPF of any generation does; reads no more of it than its first tag.
  public static func isEAC(path: String) -> Bool {
    guard path != "-", let source = try? InputSource(path: path, limits: ReadingLimits()),
      (try? source.prepare(scan: nil)) != nil
    else { return false }
    let sink = RootSink()
    let parser = XMLEventReader(sink: sink, limits: ReadingLimits(), recover: true, encoding: nil)
    let size = 1 << 12
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    defer { buffer.deallocate() }
    while !sink.isDecided, let count = try? source.read(into: buffer, size), count > 0 {
      if !parser.feed(UnsafeBufferPointer(start: buffer, count: count)) { break }
    }
    if !sink.isDecided { parser.finish() }
    return sink.isEAC
  }

  private final class RootSink: XMLEventSink {
    var isEAC = false
    var isDecided = false

    override func resolve(local: String, prefix: String?, namespace: String?, isAttribute: Bool) -> NameID {
      if !isAttribute, !isDecided {
        isEAC = EACGeneration(root: local) != nil || EACGeneration(namespace: namespace) != nil
        isDecided = true
      }
      return 0
    }

    override func startElement(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>) {
      parser.stop(XMLFailure.stopped)
    }
  }
}
