/// Addresses of files in links.
public enum ObjectAddress {
  /// A path as that of an address (RFC 3986): every byte but letters, digits, `-`, `.`, `_`, `~` and `/` as `%XX`.
  public static func path(_ path: [UInt8]) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(path.count + 16)
    for byte in path {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
        out.append(byte)
      default:
        out.append(UInt8(ascii: "%"))
        out.append(hexadecimal[Int(byte >> 4)])
        out.append(hexadecimal[Int(byte & 15)])
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static let hexadecimal = Array("0123456789ABCDEF".utf8)
}
