import Glibc

/// Opens entries below a folder without ever leaving it: no link on the way is followed, and no path is too long.
enum DescriptorChain {
  /// Opens an entry.
  ///
  /// - Parameters:
  ///   - root: descriptor of the folder that paths are relative to.
  ///   - path: `/` between names; empty for the folder itself.
  ///   - flags: of `open`, besides those that keep from waiting and from being inherited.
  ///   - follow: goes through links.
  /// - Returns: the descriptor, or -1 with the reason in `errno`.
  static func open(root: Int32, path: [UInt8], flags: Int32, follow: Bool) -> Int32 {
    let common = O_NONBLOCK | O_NOCTTY | O_CLOEXEC
    if path.isEmpty { return openat(root, ".", flags | common) }
    if path.contains(0) {
      errno = EINVAL
      return -1
    }
    var name = [CChar]()
    if follow, path.count < 4000 {
      if path.split(separator: 0x2F).contains(where: { $0.elementsEqual([0x2E, 0x2E]) }) || path.first == 0x2F {
        errno = EINVAL
        return -1
      }
      name.append(contentsOf: path.lazy.map { CChar(bitPattern: $0) })
      name.append(0)
      return openat(root, name, flags | common)
    }
    var current = root
    var start = 0
    while true {
      var end = start
      while end < path.count, path[end] != 0x2F { end += 1 }
      let part = path[start..<end]
      if part.isEmpty || part.elementsEqual([0x2E]) || part.elementsEqual([0x2E, 0x2E]) {
        if current != root { close(current) }
        errno = EINVAL
        return -1
      }
      name.removeAll(keepingCapacity: true)
      name.append(contentsOf: part.lazy.map { CChar(bitPattern: $0) })
      name.append(0)
      let isLast = end == path.count
      let next = openat(
        current, name, (isLast ? flags : O_RDONLY | O_DIRECTORY) | common | (follow ? 0 : O_NOFOLLOW))
      let reason = errno
      if current != root { close(current) }
      errno = reason
      if next < 0 || isLast { return next }
      current = next
      start = end + 1
    }
  }
}
