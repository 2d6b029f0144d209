import Glibc

/// Names of documents as reports and fingerprints write them: relative to the working directory where they lie below it.
struct ReportPath {
  /// The components of the working directory; nil when it is not known.
  private let workingDirectory: [ArraySlice<UInt8>]?

  /// - Parameter workingDirectory: An absolute path; the process's own when nil.
  init(workingDirectory: String? = nil) {
    var path = workingDirectory
    if path == nil, let current = getcwd(nil, 0) {
      path = String(cString: current)
      free(current)
    }
    self.workingDirectory = path.flatMap { $0.utf8.first == 0x2F ? ReportPath.components($0) : nil }
  }

  /// Bytes and not Characters: a combining mark after a slash would hide it.
  private static func components(_ path: String) -> [ArraySlice<UInt8>] {
    Array(path.utf8).split(separator: 0x2F).filter { !$0.elementsEqual(".".utf8) }
  }

  private static func joined(_ components: some Collection<ArraySlice<UInt8>>, absolute: Bool) -> String {
    (absolute ? "/" : "") + String(decoding: Array(components.joined(separator: [0x2F])), as: UTF8.self)
  }

  /// The name without `./` and doubled slashes; relative when it is absolute and below the working directory.
  func relative(_ file: String) -> String {
    let components = ReportPath.components(file)
    if components.isEmpty { return file }
    guard file.utf8.first == 0x2F else { return ReportPath.joined(components, absolute: false) }
    if let base = workingDirectory, !base.isEmpty, components.count > base.count, components.starts(with: base) {
      return ReportPath.joined(components.dropFirst(base.count), absolute: false)
    }
    return ReportPath.joined(components, absolute: true)
  }

  /// The name as a URI reference (RFC 3986), and whether it counts from the working directory: what lies outside of it is
  /// a `file:` URI, standard input is `stdin`.
  func uri(_ file: String) -> (text: String, isRelative: Bool) {
    if file == "-" { return ("stdin", false) }
    let name = relative(file)
    if name.utf8.first == 0x2F { return ("file://" + ReportPath.encoded(name), false) }
    let components = ReportPath.components(name)
    if components.first?.elementsEqual("..".utf8) == true, let base = workingDirectory {
      var outside = base
      for component in components {
        if component.elementsEqual("..".utf8) {
          if !outside.isEmpty { outside.removeLast() }
        } else {
          outside.append(component)
        }
      }
      return ("file://" + ReportPath.encoded(ReportPath.joined(outside, absolute: true)), false)
    }
    return (ReportPath.encoded(name), true)
  }

  /// Everything but unreserved characters and slashes as `%XX`.
  private static func encoded(_ path: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    for byte in path.utf8 {
      if Bytes.isDigit(byte) || Bytes.isASCIILetter(byte) || "-._~/".utf8.contains(byte) {
        out.append(byte)
      } else {
        out += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
