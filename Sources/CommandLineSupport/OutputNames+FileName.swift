import Glibc

extension OutputNames {
  /// A name that any file system takes for one file in one folder, made of any text: `FR/44 Z` → `FR-44 Z`; `unnamed` when
  /// nothing is left.
  public static func fileName(_ text: String) -> String {
    var name = ""
    var bytes = 0
    for scalar in text.unicodeScalars {
      var scalar = scalar
      switch scalar {
      case "/", "\\", ":", "*", "?", "\"", "<", ">", "|": scalar = "-"
      case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value): scalar = "-"
      // They would turn the direction in which the name is shown.
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": continue
      default: break
      }
      // Room for a stem before and an ending behind: names have 255 bytes.
      bytes += UTF8.width(scalar)
      if bytes > 120 { break }
      name.unicodeScalars.append(scalar)
    }
    while let last = name.unicodeScalars.last, last == "." || last == " " { name.unicodeScalars.removeLast() }
    while let first = name.unicodeScalars.first, first == "." || first == " " { name.unicodeScalars.removeFirst() }
    return name.isEmpty ? "unnamed" : name
  }

  /// True for a folder, or a link to one.
  public static func isFolder(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
  }

  /// True for a file, or a link to one; not for pipes, devices and folders.
  public static func isFile(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
  }

  /// Takes away a file that this run has made.
  public static func remove(_ path: String) { unlink(path) }
}
