import EADKit
import Foundation
import Testing

@testable import Archifilter

/// A folder of its own for a test, removed with it.
final class FormatFolder {
  let path: String
  init() throws {
    path = NSTemporaryDirectory() + "formats-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = path + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }

  func identify(_ name: String, _ bytes: [UInt8]) throws -> Identification {
    let file = try write(name, bytes)
    let descriptor = open(file, O_RDONLY)
    defer { close(descriptor) }
    return try FormatIdentifier().identify(descriptor: descriptor, size: bytes.count, name: Array(name.utf8))
  }

  func identify(_ name: String, _ text: String) throws -> Identification { try identify(name, Array(text.utf8)) }
}

struct FormatTests {
  @Test func versionsOfPDF() throws {
    let folder = try FormatFolder()
    let old = try folder.identify("a.pdf", "%PDF-1.4\nx\n%%EOF\n")
    #expect(old.facts?.puid == "fmt/18")
    #expect(old.basis == .signature)
    let new = try folder.identify("a.pdf", "%PDF-2.0\nx\n%%EOF\n")
    #expect(new.facts?.puid == "fmt/1129")
  }

  @Test func archivalPDFIsFoundFarFromBothEnds() throws {
    let folder = try FormatFolder()
    let metadata = "xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\"><pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"
    // Also where blocks meet.
    for filler in [700_000, 262_144 - 100, 262_144 - 40, 262_144 - 512] {
      let text = "%PDF-1.7\n" + String(repeating: "x", count: filler) + metadata + String(repeating: "y", count: 300_000) + "\n%%EOF\n"
      let found = try folder.identify("a.pdf", text)
      #expect(found.facts?.puid == "fmt/477", "filler \(filler)")
    }
  }

  @Test func aPDFThatIsCutHasNoPUID() throws {
    let folder = try FormatFolder()
    let found = try folder.identify("a.pdf", "%PDF-1.4\nx\n")
    #expect(found.facts?.puid == nil)
    #expect(found.facts?.mime == "application/pdf")
    #expect(found.flags.contains(.damaged))
  }

  @Test func encryptedPDF() throws {
    let folder = try FormatFolder()
    let locked = try folder.identify("a.pdf", "%PDF-1.6\nx\ntrailer<</Root 1 0 R/Encrypt 5 0 R>>\n%%EOF\n")
    #expect(locked.flags.contains(.encrypted))
    let open = try folder.identify("a.pdf", "%PDF-1.6\n(/EncryptMetadata /Encrypt 5 0 R in a text)\n%%EOF\n")
    #expect(!open.flags.contains(.encrypted))
  }

  @Test func textByExtensionAndText() throws {
    let folder = try FormatFolder()
    let text = try folder.identify("a.txt", "Compte rendu\n")
    #expect(text.facts?.puid == "x-fmt/111")
    #expect(text.basis == .extensionOnly)
    let table = try folder.identify("A.CSV", "a;b\n1;2\n")
    #expect(table.facts?.puid == "x-fmt/18")
    let binary = try folder.identify("b.csv", [0, 1, 2, 3, 0xFF])
    #expect(binary.facts?.puid == nil)
  }

  @Test func anExtensionThatIsNotTheFormats() throws {
    let folder = try FormatFolder()
    let picture = try folder.identify("a.pdf", Array("GIF89a".utf8) + [0, 0x3B])
    #expect(picture.facts?.puid == "fmt/4")
    #expect(picture.flags.contains(.extensionMismatch))
    let text = try folder.identify("a.docx", "Bonjour\n")
    #expect(text.flags.contains(.extensionMismatch))
    let right = try folder.identify("a.GIF", Array("GIF89a".utf8) + [0, 0x3B])
    #expect(!right.flags.contains(.extensionMismatch))
  }

  @Test func emptyFile() throws {
    let folder = try FormatFolder()
    let empty = try folder.identify("a.docx", [UInt8]())
    #expect(empty.facts?.puid == nil)
  }

  @Test func nothingThatIsCutOrChangedCrashes() throws {
    let folder = try FormatFolder()
    var random = SystemRandomNumberGenerator()
    let samples: [[UInt8]] = [
      CompoundFileTests.container(stream: "WordDocument", bytes: Array(repeating: 1, count: 5000)), ZipArchiveTests.zip,
      Array("%PDF-1.7\n<</Encrypt 5 0 R pdfaid:part=\"1".utf8), Array("{\\rtf1\\ansi\\ansicpg1252\\stshfdbch0".utf8),
      [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 255, 255, 0, 1], Array("RIFF....WAVEfmt ".utf8) + [255, 255, 255, 255, 1, 0],
    ]
    for sample in samples {
      for _ in 0..<60 {
        var bytes = Array(sample.prefix(Int.random(in: 1...sample.count, using: &random)))
        for _ in 0..<4 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random) }
        let found = try folder.identify("a.bin", bytes)
        #expect(found.parts.count <= 64)
      }
    }
  }
}
