/// Which documents a spot check reads.
///
/// The choice depends on nothing but the names of the documents below what was given, and on the seed: the same delivery
/// and the same seed give the same sample on every machine, so that a supplier can repeat what an archive has done.
public struct SampleChoice: Sendable, Equatable {
  /// How many documents are read; all of them when there are fewer.
  public var size: Int
  /// Another seed, another sample.
  public var seed: UInt64

  public init(size: Int, seed: UInt64) {
    self.size = size
    self.seed = seed
  }

  /// Positions of the chosen documents.
  public func positions(in inputs: [Input]) -> Set<Int> {
    guard size < inputs.count else { return Set(inputs.indices) }
    let ranks = SampleChoice.names(of: inputs).map { rank($0) }
    // Equal ranks mean equal names: then the order of the list decides.
    let sorted = inputs.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
    return Set(sorted.prefix(max(0, size)))
  }

  /// Paths below the folders that were given. Files given one by one may share a name (`a/ead.xml`, `b/ead.xml`): what
  /// tells their folders apart comes before it, or the sample would be the first of them.
  private static func names(of inputs: [Input]) -> [[UInt8]] {
    var names = inputs.map { Array($0.relativePath.utf8) }
    var counts: [[UInt8]: Int] = [:]
    for name in names { counts[name, default: 0] += 1 }
    let shared = inputs.indices.filter { counts[names[$0], default: 0] > 1 }
    let absolute = shared.map { OutputNames.absolute(inputs[$0].path) }
    let folder = OutputNames.commonFolder(absolute)
    for (index, path) in zip(shared, absolute) { names[index] = Array(path.utf8.dropFirst(folder.utf8.count)) }
    return names
  }

  /// FNV-1a of the seed and the name, its bits mixed as splitmix64 does: names that differ in one digit are far apart.
  func rank(_ name: [UInt8]) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func take(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    for shift in stride(from: UInt64(0), to: 64, by: 8) { take(UInt8(truncatingIfNeeded: seed >> shift)) }
    for byte in name { take(byte) }
    hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
    return hash ^ (hash >> 31)
  }
}
