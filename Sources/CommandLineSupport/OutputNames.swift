import Glibc

/// Names of outputs, made from names of inputs.
public enum OutputNames {
  /// One spelling of a path, so that two can be compared: absolute, without `.` and doubled slashes.
  public static func absolute(_ path: String) -> String {
    let here =
      path.hasPrefix("/")
      ? ""
      : (getcwd(nil, 0).map { pointer in
        defer { free(pointer) }
        return String(cString: pointer)
      } ?? "")
    var steps: [Substring] = []
    for step in (here + "/" + path).split(separator: "/") where step != "." {
      if step == ".." { _ = steps.popLast() } else { steps.append(step) }
    }
    return "/" + steps.joined(separator: "/")
  }

  /// The folder, with its last slash, that all these absolute paths lie in.
  public static func commonFolder(_ paths: [String]) -> String {
    guard let first = paths.first else { return "" }
    var common = first[..<(first.lastIndex(of: "/").map(first.index(after:)) ?? first.startIndex)]
    for path in paths {
      while !path.hasPrefix(common) {
        guard let slash = common.dropLast().lastIndex(of: "/") else { return "" }
        common = common[...slash]
      }
    }
    return String(common)
  }

  /// `out.csv`, 3 → `out-0003.csv`.
  public static func numbered(_ path: String, _ number: Int) -> String {
    let digits = String(number)
    let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    guard let dot = path.lastIndex(of: "."), path[dot...].contains("/") == false else { return path + "-" + padded }
    return path[..<dot] + "-" + padded + path[dot...]
  }

  /// A file's name without folder and ending.
  public static func base(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }

  /// For a command line: in quotes unless every character is harmless.
  public static func shellQuoted(_ text: String) -> String {
    let harmless = text.unicodeScalars.allSatisfy {
      ($0.isASCII && $0.properties.isAlphabetic) || ("0"..."9").contains($0) || "-_./=:,@%+".unicodeScalars.contains($0)
    }
    return harmless && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
  }
}
