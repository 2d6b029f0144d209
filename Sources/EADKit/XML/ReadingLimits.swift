/// What a document may cost before it is refused with an error that names the limit.
public struct ReadingLimits: Sendable {
  /// Deepest nesting of elements; values above `deepest` count as that.
  public var depth = 1024
  /// No finding aid is nested a hundredth as deep; beyond it a thread's stack would not hold.
  public static let deepest = 4096
  /// Bytes of one text node or attribute value.
  public var textBytes = 64 << 20
  /// Bytes of one description unit, its children not counted; at most 1 GiB, whatever is said.
  public var unitBytes = 256 << 20
  /// Bytes that entity references may add to the document.
  public var entityBytes = 32 << 20
  /// How many times its own size a document may grow by entity references (checked past 1 MB).
  public var entityAmplification = 10
  /// Bytes that a gzip file may unpack to.
  public var unpackedBytes = 16 << 30
  /// How many times its own size a gzip file may unpack to (checked past 64 MB).
  public var unpackedRatio = 200

  public init() {}
}
