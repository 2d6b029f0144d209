import Foundation
import Testing

@testable import EADKit

/// The samples and their expected CSV; `RECORD_GOLDEN=1 swift test` writes it anew.
struct SampleTests {
  static let samples = TestData.files(below: TestData.repository.appendingPathComponent("samples"), endings: [".xml"])

  @Test(arguments: samples) func expectedCSV(_ sample: URL) throws {
    let converted = Converted(sample.path)
    #expect(converted.error == nil)
    let name = sample.deletingPathExtension().lastPathComponent + ".csv"
    let expected = sample.deletingLastPathComponent().appendingPathComponent("expected/" + name)
    if TestData.records { try Data(converted.csv).write(to: expected) }
    #expect(try Array(Data(contentsOf: expected)) == converted.csv, "\(name) differs from samples/expected/\(name)")
    #expect(converted.rows.count > 15)
  }
}
