/// Reads pieces of files by their place; the place of the descriptor itself never moves.
enum BoundedRead {
  /// - Returns: fewer bytes than asked for at the end of the file, none when it cannot be read.
  static func bytes(_ descriptor: Int32, at offset: Int, count: Int) -> [UInt8] {
    guard offset >= 0, count > 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      if let base = buffer.baseAddress { filled = max(0, FileBytes.read(descriptor, base, count, at: offset)) }
    }
  }
}
