import EADKit

/// A path as text: the same bytes give the same text.
///
/// A name that is clean UTF-8 stands as it is. In any other its odd bytes stand as `%XX`, and `%` itself as `%25`, so that it
/// can be read back; exports that must be exact give the bytes beside it.
enum PathText {
  /// - Returns: also whether the text shows every byte as it is.
  static func of(_ path: [UInt8]) -> (text: String, isExact: Bool) {
    let whole = FileName.display(path)
    if whole.utf8.elementsEqual(path) { return (whole, true) }
    let names = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return (names.map(name).joined(separator: "/"), false)
  }

  static func text(_ path: [UInt8]) -> String { of(path).text }

  private static func name(_ name: ArraySlice<UInt8>) -> String {
    let shown = FileName.display(name)
    if shown.utf8.elementsEqual(name) { return shown }
    let percent = UInt8(ascii: "%")
    return name.split(separator: percent, omittingEmptySubsequences: false).map { FileName.display($0) }
      .joined(separator: "%25")
  }
}
