import Glibc

extension OutputNames {
  /// True when something has this name.
  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// True for a folder, a device, a pipe: putting a file in its place would do harm.
  public static func isSpecial(_ path: String) -> Bool {
    // `/dev/stdout` is a link to whatever standard output is: a file would take the place of the link.
    let place = absolute(path)
    if place.hasPrefix("/dev/") && !place.hasPrefix("/dev/shm/") || place.hasPrefix("/proc/") { return true }
    var info = stat()
    return stat(path, &info) == 0 && info.st_mode & S_IFMT != S_IFREG
  }
}
