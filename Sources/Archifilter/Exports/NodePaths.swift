import EADKit

/// Path of any entry, with the folders' names in memory once.
final class NodePaths {
  private let folders: FolderTable
  private var last: (folder: Int, path: [UInt8]) = (0, [])

  init(_ connection: InventoryConnection) throws(EADError) { folders = try FolderTable(connection) }

  /// - Parameters:
  ///   - parent: identifier of the folder the entry is in; 0 for the root.
  func path(parent: Int, name: [UInt8]) -> [UInt8] {
    if parent == 0 { return [] }
    if last.folder != parent { last = (parent, folders.path(parent)) }
    return last.path.isEmpty ? name : last.path + [UInt8(ascii: "/")] + name
  }
}

/// Failures of the system by their names, which are the same in every language.
enum SystemFailure {
  static func name(_ code: Int32) -> String { names[code] ?? "errno-\(code)" }

  private static let names: [Int32: String] = [
    1: "EPERM", 2: "ENOENT", 4: "EINTR", 5: "EIO", 6: "ENXIO", 11: "EAGAIN", 12: "ENOMEM", 13: "EACCES", 16: "EBUSY",
    18: "EXDEV", 19: "ENODEV", 20: "ENOTDIR", 21: "EISDIR", 22: "EINVAL", 23: "ENFILE", 24: "EMFILE", 26: "ETXTBSY",
    27: "EFBIG", 36: "ENAMETOOLONG", 40: "ELOOP", 61: "ENODATA", 75: "EOVERFLOW", 110: "ETIMEDOUT", 112: "EHOSTDOWN",
    113: "EHOSTUNREACH", 116: "ESTALE", 117: "EUCLEAN", 121: "EREMOTEIO",
  ]
}
