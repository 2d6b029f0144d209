import EADKit
import Foundation
import Glibc
import Testing

@testable import Archifilter

struct ZipArchiveTests {
  static func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> ($0 * 8) & 0xFF) } }

  private static func crc(_ bytes: [UInt8]) -> Int {
    var value: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 != 0 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
    return Int(~value)
  }

  /// A zip whose entries are stored as they are.
  static func archive(_ entries: [(name: [UInt8], bytes: [UInt8], flags: Int)]) -> [UInt8] {
    var out: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      var common = little(entry.flags, 2) + little(0, 2)
      common += little(0x6000, 2) + little(0x5821, 2) + little(crc(entry.bytes), 4)
      common += little(entry.bytes.count, 4) + little(entry.bytes.count, 4)
      common += little(entry.name.count, 2) + little(0, 2)
      directory += [0x50, 0x4B, 1, 2] as [UInt8]
      directory += little(20, 2) + little(20, 2) + common
      directory += little(0, 10) + little(out.count, 4) + entry.name
      out += [0x50, 0x4B, 3, 4] as [UInt8]
      out += little(20, 2) + common + entry.name + entry.bytes
    }
    let start = out.count
    out += directory
    out += [0x50, 0x4B, 5, 6] as [UInt8]
    out += little(0, 4) + little(entries.count, 2) + little(entries.count, 2)
    out += little(directory.count, 4) + little(start, 4) + little(0, 2)
    return out
  }

  static let zip = archive([
    (Array("a.txt".utf8), Array("bonjour".utf8), 0), (Array("été.txt".utf8), [1, 2], 0x800), ([0x82, 0x74, 0x82], [3], 0),
    (Array("../../etc/passwd".utf8), [4], 0), (Array("dossier/".utf8), [], 0), (Array("secret".utf8), Array(repeating: 7, count: 20), 1),
  ])

  private func open(_ bytes: [UInt8], _ body: (Int32) -> Void) throws {
    let folder = try FormatFolder()
    let descriptor = Glibc.open(try folder.write("a.zip", bytes), O_RDONLY)
    defer { close(descriptor) }
    body(descriptor)
  }

  @Test func namesAreKeptAsBytes() throws {
    try open(ZipArchiveTests.zip) { descriptor in
      let (members, isCut, isDamaged) = ZipArchive(descriptor: descriptor)?.entries(limit: 100) ?? ([], true, true)
      #expect(!isCut && !isDamaged)
      #expect(
        members.map(\.name) == [
          Array("a.txt".utf8), Array("été.txt".utf8), [0x82, 0x74, 0x82], Array("../../etc/passwd".utf8), Array("dossier/".utf8),
          Array("secret".utf8),
        ])
      #expect(members.first?.size == 7)
      #expect(members.map(\.isFolder) == [false, false, false, false, true, false])
      #expect(members.map(\.isEncrypted) == [false, false, false, false, false, true])
    }
  }

  @Test func theListIsBounded() throws {
    try open(ZipArchiveTests.zip) { descriptor in
      let listed = ZipArchive(descriptor: descriptor)?.entries(limit: 2)
      #expect(listed?.members.count == 2)
      #expect(listed?.isCut == true)
    }
  }

  @Test func aCutArchiveIsDamaged() throws {
    try open(Array(ZipArchiveTests.zip.dropLast(40))) { descriptor in
      let listed = ZipArchive(descriptor: descriptor)?.entries(limit: 100)
      #expect(listed?.isDamaged == true)
    }
  }

  @Test func partsAreCutAndEncryptedOnesLeftOut() throws {
    try open(ZipArchiveTests.zip) { descriptor in
      let parts = ZipArchive.parts(
        descriptor: descriptor, wanted: { $0 == Array("a.txt".utf8) || $0 == Array("secret".utf8) }, mostBytes: 3)
      #expect(parts.map(\.bytes) == [Array("bon".utf8)])
    }
  }
}
