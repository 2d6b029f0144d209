/// The order in which a person looks for names.
public enum NaturalOrder {
  /// A key whose bytes sort as people expect.
  public static func key(_ name: [UInt8]) -> [UInt8] { name }
}
