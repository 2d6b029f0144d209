import Foundation
import Testing

@testable import EADKit

/// Digital objects, containers, alternative identifiers.
struct SheetObjectTests {
  private static let prefixes = ["sheet-uri-", "sheet-path-", "sheet-object-", "sheet-storage-", "sheet-alternative-"]

  private func mine(_ csv: String, _ options: SheetCheckOptions = SheetCheckOptions()) throws -> [Finding] {
    try SheetCheckerTestSupport.findings(csv, options: options).filter { finding in
      Self.prefixes.contains { finding.rule.hasPrefix($0) }
    }
  }

  /// `row rule column=value`, sorted.
  private func check(_ csv: String, _ options: SheetCheckOptions = SheetCheckOptions()) throws -> [String] {
    try mine(csv, options).map { finding in
      "\(finding.cell.map { "\($0.row)" } ?? "-") \(finding.rule) \(finding.cell?.column ?? "")=\(finding.cell?.value ?? "")"
    }
    .sorted()
  }

  /// A folder with files, for the length of a test.
  private func withFolder(_ files: [String], _ body: (SheetCheckOptions, String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("objects-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for file in files {
      let url = folder.appendingPathComponent(file)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data([1]).write(to: url)
    }
    var options = SheetCheckOptions()
    options.digitalObjects = folder.path
    try body(options, folder.path)
  }

  // MARK: Addresses

  @Test func addresses() throws {
    let csv = """
      legacyId,title,digitalObjectURI,culture
      1,T1,http://127.0.0.1:38080/missing.jpg,en
      2,T2,not a uri,en
      3,T3,ok,en
      4,T4,,en
      5,T5,ftp://example.org/a.jpg,en
      6,T6,https://example.org/a%20b.jpg?x=1#p,en
      7,T7,https://example.org/a.jpg|https://example.org/b.jpg,en
      8,T8,http://127.0.0.1:38080/missing.jpg,en

      """
    #expect(
      try check(csv) == [
        "3 sheet-uri-invalid digitalObjectURI=not a uri", "4 sheet-uri-invalid digitalObjectURI=ok",
        "6 sheet-uri-invalid digitalObjectURI=ftp://example.org/a.jpg",
        "8 sheet-object-list digitalObjectURI=https://example.org/a.jpg|https://example.org/b.jpg",
        "9 sheet-uri-repeated digitalObjectURI=http://127.0.0.1:38080/missing.jpg",
      ])
  }

  @Test func whatIsAnAddress() {
    func isAddress(_ text: String) -> Bool { Array(text.utf8).withUnsafeBufferPointer(SheetObjectCheck.isAddress) }
    let right = [
      "http://example.org/x.jpg", "https://example.org", "http://localhost/x", "http://a.org./", "http://u:p@a.org/x",
      "http://[::1]:80/x", "http://a.org?x=1", "http://1/", "http://a.org:8080",
    ]
    for text in right { #expect(isAddress(text), "\(text)") }
    let wrong = [
      "", "http", "http:", "http://", "http:///x", "https:/a.org", "//a.org/x", "www.a.org/x", "http://a b/c", "http://a.org/a b",
      "http://a.org/\u{E9}.jpg", "http://ex_ample.org/", "http://-a.org/", "http://a-.org/", "http://a..org/",
      "http://a.org:99999/",
      "http://a.org:x/", "file:///x", "C:\\x.jpg", "http://[", "http://[]", "http://:80/", "http://@",
    ]
    for text in wrong { #expect(!isAddress(text), "\(text)") }
  }

  // MARK: Paths

  @Test func withoutAFolderPathsAreOnlyCounted() throws {
    let csv = """
      legacyId,title,digitalObjectPath,digitalObjectURI,culture
      1,T1,/nope/x.jpg,,en
      2,T2,,http://example.org/x.jpg,en
      3,T3,run/www/x.jpg,,en
      4,T4,run/www/x.jpg|run/www/y.jpg,,en
      5,T5,/nope/y.jpg,http://example.org/y.jpg,en

      """
    #expect(
      try check(csv) == [
        "2 sheet-path-unchecked digitalObjectPath=/nope/x.jpg", "4 sheet-path-relative digitalObjectPath=run/www/x.jpg",
        "5 sheet-object-list digitalObjectPath=run/www/x.jpg|run/www/y.jpg",
        "6 sheet-path-and-uri digitalObjectPath=/nope/y.jpg",
      ])
    let counted = try mine(csv).first { $0.rule == "sheet-path-unchecked" }
    #expect(counted?.arguments == ["/nope/x.jpg", "2"])
  }

  @Test func pathsInAFolder() throws {
    try withFolder(["a.jpg", "sub/b.jpg", "c.jpg"]) { options, folder in
      let csv = """
        legacyId,title,digitalObjectPath,culture
        1,T1,a.jpg,en
        2,T2,sub/b.jpg,en
        3,T3,nope.jpg,en
        4,T4,A.jpg,en
        5,T5,./sub//b.jpg,en
        6,T6,\(folder)/c.jpg,en
        7,T7,sub,en

        """
      let found = try check(csv, options)
      #expect(
        found == [
          "2 sheet-path-relative digitalObjectPath=a.jpg", "4 sheet-path-missing digitalObjectPath=nope.jpg",
          "5 sheet-path-missing digitalObjectPath=A.jpg", "6 sheet-path-repeated digitalObjectPath=./sub//b.jpg",
          "8 sheet-path-missing digitalObjectPath=sub",
        ])
    }
  }

  @Test func filesThatNoRowNames() throws {
    try withFolder(["a.jpg", "sub/b.jpg", "sub/z.jpg", "c.jpg", ".DS_Store", "Thumbs.db"]) { options, _ in
      let findings = try mine("legacyId,title,digitalObjectPath,culture\n1,T1,a.jpg,en\n2,T2,sub/z.jpg,en\n", options)
      let found = try #require(findings.first { $0.rule == "sheet-path-unused" })
      #expect(found.arguments == ["2", "c.jpg, sub/b.jpg"])
      #expect(findings.filter { $0.rule == "sheet-path-unused" }.count == 1)
    }
    try withFolder(["a.jpg"]) { options, _ in
      let findings = try mine("legacyId,title,digitalObjectPath,culture\n1,T1,a.jpg,en\n", options)
      #expect(!findings.contains { $0.rule == "sheet-path-unused" })
    }
  }

  @Test func aFolderThatIsNotThereHasNoFile() throws {
    var options = SheetCheckOptions()
    options.digitalObjects = "/nonexistent-\(UUID().uuidString)"
    #expect(
      try check("legacyId,title,digitalObjectPath,culture\n1,T1,/a.jpg,en\n", options)
        == ["2 sheet-path-missing digitalObjectPath=/a.jpg"])
  }

  @Test func authoritiesHaveObjectsToo() throws {
    #expect(
      try check("authorizedFormOfName,typeOfEntity,digitalObjectURI,culture\nA,Person,nowhere,en\n")
        == ["2 sheet-uri-invalid digitalObjectURI=nowhere"])
  }

  @Test func translationsAreNotReadForObjects() throws {
    #expect(
      try check("legacyId,title,digitalObjectURI,culture\n1,T,https://a.org/x,en\n1,U,https://a.org/x,fr\n") == [])
  }

  // MARK: Containers

  @Test func containersOfTheProbe() throws {
    let csv = """
      legacyId,title,physicalObjectName,physicalObjectLocation,physicalObjectType,culture
      1,T1,Box 1|Box 2|Folder 9,Shelf A,Box|Box|Folder,en
      2,T2,Box 1,Shelf A,Box,en
      3,T3,Box 1,Shelf B,box,en
      4,T4,X,,Flat file,en

      """
    #expect(
      try check(csv) == [
        "2 sheet-storage-shared physicalObjectLocation=Shelf A", "5 sheet-storage-no-location physicalObjectName=X",
      ])
  }

  @Test func listsOfContainersThatDiffer() throws {
    let csv = """
      legacyId,title,physicalObjectName,physicalObjectLocation,physicalObjectType,culture
      1,T1,a|b|c,x|y,Box|Box|Box,en
      2,T2,a,x|y,Box,en
      3,T3,,Shelf,,en
      4,T4,a|,x|y,Box|Box,en
      5,T5,a|b,x|,Box|Box,en
      6,T6,,,Box,en

      """
    let findings = try mine(csv)
    #expect(
      try check(csv) == [
        "2 sheet-storage-count physicalObjectLocation=x|y", "3 sheet-storage-count physicalObjectLocation=x|y",
        "4 sheet-storage-no-name physicalObjectLocation=Shelf", "5 sheet-storage-no-name physicalObjectName=a|",
        "6 sheet-storage-no-location physicalObjectName=a|b",
      ])
    #expect(findings.first { $0.rule == "sheet-storage-count" }?.arguments == ["x|y", "2", "3"])
  }

  @Test func containersOfAccessions() throws {
    #expect(
      try check("accessionNumber,acquisitionDate,physicalObjectName,physicalObjectLocation,culture\n1,2000,a|b|c,x|y,en\n")
        == ["2 sheet-storage-count physicalObjectLocation=x|y"])
  }

  // MARK: Alternative identifiers

  @Test func alternativeIdentifiersNeedTheirLabels() throws {
    let csv = """
      legacyId,title,alternativeIdentifiers,alternativeIdentifierLabels,culture
      1,T1,a|b,l1|l2,en
      2,T2,a|b,l1,en
      3,T3,,,en
      4,T4,a,,en

      """
    #expect(
      try check(csv) == [
        "3 sheet-alternative-ids-count alternativeIdentifiers=a|b", "5 sheet-alternative-ids-unlabelled alternativeIdentifiers=a",
      ])
    #expect(try mine(csv).first { $0.rule == "sheet-alternative-ids-count" }?.arguments == ["a|b", "2", "1"])
  }

  @Test func withoutAColumnOfLabelsItIsSaidOnce() throws {
    let findings = try mine("legacyId,title,alternativeIdentifiers,culture\n1,T1,a|b,en\n2,T2,c,en\n")
    #expect(findings.map(\.rule) == ["sheet-alternative-ids-unlabelled"])
    #expect(findings.first?.arguments == ["a|b", "2"])
  }
}
