import Glibc

/// Content that came after the children of its unit, kept on disk from the first pass to the second.
final class LateContentStore {
  private var descriptor: Int32 = -1
  private var places: [Int: (offset: Int, length: Int)] = [:]
  private var end = 0

  deinit { if descriptor >= 0 { close(descriptor) } }

  var isEmpty: Bool { places.isEmpty }

  func removeAll() {
    places.removeAll()
    end = 0
  }

  /// Keeps an arena for the unit with this number; a failure code when the disk does not take it.
  func put(_ arena: UnitArena, for ordinal: Int) -> Int32? {
    if descriptor < 0 {
      guard let fresh = try? TemporaryFile.unnamed(for: "") else { return XMLFailure.spool }
      descriptor = fresh
    }
    var buffer = ByteBuffer(capacity: 4096)
    defer { buffer.deallocate() }
    arena.write(to: &buffer)
    lseek(descriptor, off_t(end), SEEK_SET)
    guard TemporaryFile.write(buffer.bytes, to: descriptor) else { return XMLFailure.spool }
    places[ordinal] = (end, buffer.count)
    end += buffer.count
    return nil
  }

  func arena(for ordinal: Int) -> UnitArena? {
    guard let place = places[ordinal] else { return nil }
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: place.length, alignment: 16)
    defer { bytes.deallocate() }
    var got = 0
    while got < place.length, let base = bytes.baseAddress {
      let count = pread(descriptor, base + got, place.length - got, off_t(place.offset + got))
      if count <= 0 { return nil }
      got += count
    }
    return UnitArena.read(from: UnsafeRawBufferPointer(bytes))
  }
}
