import EADKit
import Foundation
import Glibc
import Testing

@testable import Archifilter

struct CompoundFileTests {
  private static func little(_ value: Int) -> [UInt8] { ZipArchiveTests.little(value, 4) }

  /// A container with one stream of at least 4096 bytes: directory in sector 0, FAT in sector 1, the stream from sector 2.
  static func container(stream: String, bytes: [UInt8], loops: Bool = false) -> [UInt8] {
    let count = (bytes.count + 511) / 512
    var header: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]
    header += [UInt8](repeating: 0, count: 16)
    header += [0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0] as [UInt8]
    header += [UInt8](repeating: 0, count: 6)
    for value in [0, 1, 0, 0, 4096, 0xFFFF_FFFE, 0, 0xFFFF_FFFE, 0, 1] { header += little(value) }
    header += Array(repeating: 0xFF, count: 512 - header.count)
    func entry(_ name: String, _ type: UInt8, _ child: Int, _ start: Int, _ size: Int) -> [UInt8] {
      var out: [UInt8] = []
      for unit in name.utf16 { out += [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
      let length = UInt8(out.count + 2)
      out += [UInt8](repeating: 0, count: 64 - out.count)
      out += [length, 0, type, 1] as [UInt8]
      for value in [0xFFFF_FFFF, 0xFFFF_FFFF, child] { out += little(value) }
      out += [UInt8](repeating: 0, count: 36)
      for value in [start, size, 0] { out += little(value) }
      return out
    }
    var directory = entry("Root Entry", 5, 1, 0xFFFF_FFFE, 0) + entry(stream, 2, 0xFFFF_FFFF, 2, bytes.count)
    directory += Array(repeating: 0, count: 512 - directory.count)
    var table = little(0xFFFF_FFFE) + little(0xFFFF_FFFD)
    for index in 0..<count { table += little(index + 1 < count ? index + 3 : loops ? 2 : 0xFFFF_FFFE) }
    table += Array(repeating: 0xFF, count: 512 - table.count)
    return header + directory + table + bytes + Array(repeating: 0, count: count * 512 - bytes.count)
  }

  private func read(_ bytes: [UInt8], _ body: (CompoundFile?) -> Void) throws {
    let folder = try FormatFolder()
    let descriptor = Glibc.open(try folder.write("a.doc", bytes), O_RDONLY)
    defer { close(descriptor) }
    let file = FileBytes()
    file.move(to: descriptor, size: bytes.count)
    body(CompoundFile(file))
  }

  @Test func aStreamIsRead() throws {
    let content = (0..<5000).map { UInt8($0 % 251) }
    try read(CompoundFileTests.container(stream: "WordDocument", bytes: content)) { container in
      let whole = container?.stream("WordDocument", most: 10_000)
      #expect(whole == content)
      let start = container?.stream("WordDocument", most: 600)
      #expect(start == Array(content[..<600]))
      #expect(container?.entry("Workbook") == nil)
      #expect(container?.isDamaged == false)
    }
  }

  @Test func aChainThatLoopsEnds() throws {
    let content = [UInt8](repeating: 1, count: 5000)
    var bytes = CompoundFileTests.container(stream: "Book", bytes: content, loops: true)
    // The directory says more than the chain has.
    bytes.replaceSubrange((512 + 128 + 120)..<(512 + 128 + 124), with: [0, 0, 0, 0x10])
    try read(bytes) { container in
      let stream = container?.stream("Book", most: 1 << 24)
      #expect((stream?.count ?? 0) < 1 << 20)
      #expect(container?.isDamaged == true)
    }
  }

  @Test func encryptedOfficeDocument() throws {
    let folder = try FormatFolder()
    let found = try folder.identify(
      "a.docx", CompoundFileTests.container(stream: "EncryptedPackage", bytes: Array(repeating: 1, count: 5000)))
    #expect(found.facts?.puid == "fmt/494")
    #expect(found.basis == .container)
    #expect(found.flags.contains(.encrypted))
  }
}
