import Glibc

/// A compound file (OLE2, MS-CFB): the container of Word, Excel and PowerPoint before 2007, of Outlook messages and others.
///
/// Read by position and bounded: chains that loop or leave the file end there and mark it damaged.
final class CompoundFile {
  /// An entry of its directory.
  struct Entry {
    /// UTF-16 code units.
    let name: [UInt16]
    /// 1 storage, 2 stream, 5 root.
    let type: UInt8
    let start: Int
    let size: Int
    let left: Int
    let right: Int
    let child: Int
  }

  /// Entries looked at at most.
  static let mostEntries = 20_000

  private(set) var entries: [Entry] = []
  /// Its structure is broken somewhere.
  private(set) var isDamaged = false

  private let file: FileBytes
  private let sectorSize: Int
  private let miniSize: Int
  private let miniCutoff: Int
  private let miniFATStart: Int
  private let sectors: Int
  /// The sectors of the FAT, those the header lists first.
  private var fatSectors: [Int] = []
  private var cachedFAT: (sector: Int, values: [UInt8]) = (-1, [])
  /// Sectors of the mini stream and of the mini FAT, found when first needed.
  private lazy var miniStream = chain(entries.first?.start ?? -2, most: 1 << 16)
  private lazy var miniFAT = chain(miniFATStart, most: 1 << 13)

  private static let endOfChain = 0xFFFF_FFFE

  /// - Returns: nil when the header is not that of a compound file.
  init?(_ file: FileBytes) {
    let head = file.head
    guard head.count >= 512, head.has([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]), head.little16(28) == 0xFFFE else {
      return nil
    }
    let shift = head.little16(30)
    let miniShift = head.little16(32)
    guard shift == 9 || shift == 12, miniShift == 6 else { return nil }
    self.file = file
    sectorSize = 1 << shift
    miniSize = 1 << miniShift
    miniCutoff = head.little32(56)
    miniFATStart = head.little32(60)
    sectors = max(0, (file.size - 1) / sectorSize)
    readFATSectors(head)
    readDirectory(start: head.little32(48))
  }

  private func readFATSectors(_ head: UnsafeBufferPointer<UInt8>) {
    for index in 0..<109 {
      let sector = head.little32(76 + index * 4)
      if sector >= 0xFFFF_FFFC { break }
      fatSectors.append(sector)
    }
    var next = head.little32(68)
    var seen = 0
    while next < 0xFFFF_FFFC {
      let bytes = sector(next)
      seen += 1
      guard bytes.count == sectorSize, seen <= 1 << 12 else {
        isDamaged = true
        return
      }
      bytes.withUnsafeBufferPointer { values in
        for index in 0..<(sectorSize / 4 - 1) {
          let value = values.little32(index * 4)
          if value < 0xFFFF_FFFC { fatSectors.append(value) }
        }
        next = values.little32(sectorSize - 4)
      }
      if fatSectors.count > sectors + 1 {
        isDamaged = true
        return
      }
    }
  }

  private func sector(_ number: Int) -> [UInt8] {
    guard number >= 0, number < sectors else { return [] }
    return file.bytes(at: (number + 1) * sectorSize, count: sectorSize)
  }

  /// What follows a sector in its chain; -1 when the FAT does not say.
  private func next(_ sector: Int) -> Int {
    let perSector = sectorSize / 4
    let index = sector / perSector
    guard index < fatSectors.count else { return -1 }
    if cachedFAT.sector != index { cachedFAT = (index, self.sector(fatSectors[index])) }
    guard cachedFAT.values.count == sectorSize else { return -1 }
    return cachedFAT.values.withUnsafeBufferPointer { $0.little32(sector % perSector * 4) }
  }

  /// The sectors of a chain, at most `most`.
  private func chain(_ start: Int, most: Int) -> [Int] {
    var found: [Int] = []
    var at = start
    while at != CompoundFile.endOfChain, at >= 0 {
      // More sectors than the file has: the chain loops.
      guard at < sectors, found.count <= sectors else {
        isDamaged = true
        break
      }
      if found.count >= most { break }
      found.append(at)
      at = next(at)
      if at < 0 { isDamaged = true }
    }
    return found
  }

  private func readDirectory(start: Int) {
    let most = CompoundFile.mostEntries * 128 / sectorSize
    for number in chain(start, most: most) {
      let bytes = sector(number)
      guard bytes.count == sectorSize else {
        // The last sector may be cut.
        isDamaged = true
        break
      }
      bytes.withUnsafeBufferPointer { values in
        for offset in stride(from: 0, to: sectorSize, by: 128) {
          let length = min(values.little16(offset + 64), 64)
          var name: [UInt16] = []
          var at = 0
          while at + 2 < length {
            name.append(UInt16(values.little16(offset + at)))
            at += 2
          }
          entries.append(
            Entry(
              name: name, type: values[offset + 66], start: values.little32(offset + 116),
              size: values.little32(offset + 120), left: values.little32(offset + 68), right: values.little32(offset + 72),
              child: values.little32(offset + 76)))
        }
      }
    }
    if entries.first?.type != 5 { isDamaged = true }
  }

  /// The entries directly in the root; all of them when the tree is broken.
  private(set) lazy var rootEntries: [Entry] = {
    var found: [Entry] = []
    var isSeen = [Bool](repeating: false, count: entries.count)
    var open = entries.first.map { [$0.child] } ?? []
    while let index = open.popLast() {
      guard index < 0xFFFF_FFFA else { continue }
      guard index < entries.count, !isSeen[index] else {
        isDamaged = true
        continue
      }
      isSeen[index] = true
      found.append(entries[index])
      open.append(entries[index].left)
      open.append(entries[index].right)
    }
    return found
  }()

  /// An entry of the root by its name, which is ASCII.
  func entry(_ name: StaticString) -> Entry? {
    rootEntries.first { CompoundFile.isName($0.name, name) }
  }

  static func isName(_ units: [UInt16], _ name: StaticString) -> Bool {
    guard units.count == name.utf8CodeUnitCount else { return false }
    for (index, unit) in units.enumerated() where unit != UInt16(name.utf8Start[index]) { return false }
    return true
  }

  /// The beginning of a stream of the root; nil without one.
  func stream(_ name: StaticString, most: Int) -> [UInt8]? {
    guard let entry = entry(name), entry.type == 2 else { return nil }
    return stream(entry, most: most)
  }

  /// The beginning of a stream.
  func stream(_ entry: Entry, most: Int) -> [UInt8] {
    let wanted = min(entry.size, most)
    guard wanted > 0 else { return [] }
    var out: [UInt8] = []
    if entry.size >= miniCutoff {
      for number in chain(entry.start, most: (wanted + sectorSize - 1) / sectorSize) {
        // The last sector of the file may be cut.
        out.append(contentsOf: file.bytes(at: (number + 1) * sectorSize, count: sectorSize))
      }
    } else {
      var at = entry.start
      let perSector = sectorSize / miniSize
      while out.count < wanted, at < 0xFFFF_FFFC {
        let home = at / perSector
        guard home < miniStream.count else {
          isDamaged = true
          break
        }
        out.append(
          contentsOf: file.bytes(at: (miniStream[home] + 1) * sectorSize + at % perSector * miniSize, count: miniSize))
        let table = at / (sectorSize / 4)
        guard table < miniFAT.count else {
          isDamaged = true
          break
        }
        let link = file.bytes(at: (miniFAT[table] + 1) * sectorSize + at % (sectorSize / 4) * 4, count: 4)
        guard link.count == 4 else { break }
        at = link.withUnsafeBufferPointer { $0.little32(0) }
      }
    }
    if out.count > wanted { out.removeLast(out.count - wanted) }
    if out.count < wanted { isDamaged = true }
    return out
  }
}
