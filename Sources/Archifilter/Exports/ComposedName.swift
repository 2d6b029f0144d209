import Foundation

/// Names in Unicode's composed form (NFC): macOS and Windows write é differently, and mean the same name.
enum ComposedName {
  /// Bytes of the composed name; of what is not UTF-8 the bytes themselves.
  static func of(_ name: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    if name.allSatisfy({ $0 < 0x80 }) { return Array(name) }
    guard let text = String(validating: name, as: UTF8.self) else { return Array(name) }
    return Array(text.precomposedStringWithCanonicalMapping.utf8)
  }
}
