import Foundation
import Testing

@testable import EADKit

/// What AtoM itself stored from an EAD: ours must keep at least as much.
struct AtoMProbeTests {
  static let probes: [URL] = TestData.shared("atom/ead-probes").flatMap { try? TestData.folders(below: $0) } ?? []

  /// Words in AtoM's result that ours does not have, each with its reason: AtoM's doing, not the document's.
  private static let notOurs: [String: String] = [
    // `odd type="descriptionIdentifier"` says it; `eadid/@identifier` is in the loss report.
    "p8_odd": "identifier"
  ]

  @Test("probe", arguments: probes) func keepsAtLeastAsMuch(_ probe: URL) throws {
    var options = AtoMOptions()
    options.defaultCulture = "en"
    let ours = Converted(probe.appendingPathComponent("input.xml").path, options: options)
    #expect(ours.error == nil)
    for name in ["atom-isad.csv", "atom-rad.csv"] {
      let file = probe.appendingPathComponent(name)
      guard let data = try? Data(contentsOf: file) else { continue }
      let records = PHPCSVReader.records(Array(data))
      let header = try #require(records.first).map { String(decoding: $0, as: UTF8.self) }
      // The identifier AtoM gives itself, dates in its own form, its own URL names.
      let technical: Set<String> = [
        // A repository is inherited; AtoM's export writes it on every row.
        "repository", "eventTypes", "legacyId", "parentId", "slug", "digitalObjectChecksum", "eventStartDates", "eventEndDates",
        "publicationStatus",
        "physicalObjectType", "culture", "levelOfDescription", "language", "script", "languageOfDescription",
        "scriptOfDescription",
      ]
      #expect(records.count - 1 == ours.rows.count)
      for (row, record) in records.dropFirst().enumerated() where row < ours.rows.count {
        let all = ours.rows[row].values.flatMap { Self.words($0) }
        let have = Set(all)
        for (column, value) in zip(header, record) where !technical.contains(column) {
          for word in Self.words(value) where word != "null" && Self.notOurs[probe.lastPathComponent] != word {
            let isKept = have.contains(word) || Self.isGlued(word, have)
            #expect(isKept, "\(probe.lastPathComponent) row \(row + 1) \(column): AtoM kept “\(word)”")
          }
        }
      }
    }
  }

  /// AtoM runs the text of neighbouring elements together: what it stored as one word is two or three of ours.
  private static func isGlued(_ word: String, _ have: Set<String>, depth: Int = 0) -> Bool {
    guard depth < 4 else { return false }
    return word.indices.dropFirst().contains { at in
      guard have.contains(String(word[..<at])) else { return false }
      let rest = String(word[at...])
      return have.contains(rest) || isGlued(rest, have, depth: depth + 1)
    }
  }

  static func words(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }
}
