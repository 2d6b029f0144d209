import Foundation
import Testing

@testable import EADKit

/// Ids, parents, translations and titles of descriptions.
struct SheetIdentityTests {
  private static let prefixes = ["sheet-legacyid-", "sheet-parent-", "sheet-translation-", "sheet-title-"]
  /// Rules about the header line, which are tested elsewhere.
  private static let header: Set<String> = ["sheet-parent-columns", "sheet-legacyid-column"]

  private func mine(_ findings: [Finding]) -> [Finding] {
    findings.filter { finding in
      Self.prefixes.contains { finding.rule.hasPrefix($0) } && !Self.header.contains(finding.rule)
    }
  }

  /// `row rule column=value`, sorted.
  private func brief(_ findings: [Finding]) -> [String] {
    mine(findings).map { finding in
      let place = finding.cell.map { "\($0.row)" } ?? "-"
      return "\(place) \(finding.rule) \(finding.cell?.column ?? "")=\(finding.cell?.value ?? "")"
    }
    .sorted()
  }

  private func check(_ csv: String, _ options: SheetCheckOptions = SheetCheckOptions()) throws -> [String] {
    brief(try SheetCheckerTestSupport.findings(csv, options: options))
  }

  @Test func aRightSheetHasNoFinding() throws {
    #expect(
      try check(
        """
        legacyId,parentId,qubitParentSlug,title,identifier,culture
        A,,,Fonds,A,fr
        A,,,Fonds in English,,en
        A/1,A,,Série,A/1,fr
        A/1/1,A/1,,Pièce,1,fr
        A/2,A,,Série 2,2,fr

        """) == [])
  }

  @Test func blankIdsAreSaidOnceWithTheirNumber() throws {
    let findings = try SheetCheckerTestSupport.findings("legacyId,title,culture\nA,T,en\n,U,en\n,V,en\n")
    #expect(brief(findings) == ["3 sheet-legacyid-blank legacyId="])
    let found = try #require(mine(findings).first)
    #expect(found.arguments == ["", "2"])
    #expect(found.severity == .note)
    #expect(found.line == 3)
  }

  @Test func anIdUsedAgainFurtherDownIsRepeated() throws {
    // As in AtoM: the third row becomes a second record, and the fourth its child.
    let csv = "legacyId,parentId,title,culture\nx1,,First,en\nx2,x1,Second,en\nx1,,Third,en\nx3,x1,Child,en\n"
    #expect(try check(csv) == ["4 sheet-legacyid-repeated legacyId=x1"])
  }

  @Test func theSameIdAndCultureTwiceStopsTheImport() throws {
    let findings = try SheetCheckerTestSupport.findings("legacyId,title,culture\nA,First,en\nA,Second,en\n")
    #expect(brief(findings) == ["3 sheet-legacyid-same-culture legacyId=A"])
    #expect(mine(findings).first?.arguments == ["A", "en"])
    // No culture is English.
    #expect(try check("legacyId,title,culture\nA,First,en\nA,Second,\n") == ["3 sheet-legacyid-same-culture legacyId=A"])
    #expect(try check("legacyId,title,culture\nA,a,fr\nA,b,en\nA,c,fr\n") == ["4 sheet-legacyid-same-culture legacyId=A"])
    #expect(try check("legacyId,title\nA,First\nA,Second\n") == ["3 sheet-legacyid-same-culture legacyId=A"])
  }

  @Test func blankRowsDoNotComeBetweenARowAndItsTranslation() throws {
    #expect(try check("legacyId,title,culture\nA,a,fr\n,,\nA,b,en\n") == [])
  }

  @Test func idsCompareByteByByte() throws {
    #expect(try check("legacyId,title,culture\nA,a,fr\nB,x,fr\na,b,fr\n") == [])
    // The same letter composed and decomposed is two ids for AtoM.
    #expect(try check("legacyId,title,culture\n\u{E9},a,fr\nB,x,fr\ne\u{301},b,fr\n") == [])
  }

  @Test func plainNumbersAreOnlyAProblemWithParents() throws {
    #expect(
      try check("legacyId,parentId,title,culture\n100,,T,en\n101,100,U,en\n")
        == ["2 sheet-legacyid-numeric legacyId=100"])
    #expect(try check("legacyId,title,culture\n100,T,en\n101,U,en\n") == [])
    #expect(try check("legacyId,parentId,title,culture\n100,,T,en\nA101,100,U,en\n") == [])
  }

  @Test func aTranslationLosesWhatIsNoText() throws {
    let csv = """
      legacyId,parentId,title,identifier,levelOfDescription,generalNote,scopeAndContent,culture
      A,,Fonds,A,Fonds,A note,Texts,en
      A,,Fonds (fr),A,Fonds,Une note,Textes,fr
      A,,Archief,B,Archief,,Teksten,nl
      B,A,Next,X,File,Other,Other,en

      """
    #expect(
      try check(csv) == [
        "3 sheet-translation-column generalNote=Une note", "4 sheet-translation-column identifier=B",
      ])
  }

  @Test func aTranslationMayFillInWhatAtoMReads() throws {
    let csv = """
      legacyId,title,alternateTitle,rules,sources,publicationStatus,eventTypes,culture
      A,Fonds,,,,Published,Creation,en
      A,Fonds (fr),Autre,ISAD(G),Livre,Publié,Production,fr

      """
    #expect(try check(csv) == [])
  }

  @Test func aValueOnlyTheTranslationHasIsLost() throws {
    #expect(
      try check("legacyId,title,identifier,culture\nA,T,,en\nA,U,A-1,fr\n")
        == ["3 sheet-translation-column identifier=A-1"])
  }

  @Test func parentsBelowTheirChildren() throws {
    let findings = try SheetCheckerTestSupport.findings("legacyId,parentId,title,culture\nC,P,T,en\nP,,U,en\nD,P,V,en\n")
    #expect(brief(findings) == ["2 sheet-parent-later parentId=P"])
    let found = try #require(mine(findings).first)
    #expect(found.severity == .error)
    #expect(found.line == 2)
    #expect(LocalizedText.part(found.arguments[1], .english) == " (row 3)")
    #expect(LocalizedText.part(found.arguments[1], .french) == " (ligne 3)")
  }

  @Test func parentsInAnotherFile() throws {
    let parents = (name: "parents.csv", csv: "legacyId,parentId,title,culture\nP,,T,en\n")
    let children = (name: "children.csv", csv: "legacyId,parentId,title,culture\nC,P,U,en\n")
    #expect(brief(try SheetCheckerTestSupport.findings(files: [parents, children])) == [])
    let findings = try SheetCheckerTestSupport.findings(files: [children, parents])
    #expect(brief(findings) == ["2 sheet-parent-later parentId=P"])
    let found = try #require(mine(findings).first)
    #expect(found.file.hasSuffix("children.csv"))
    #expect(found.line == 2)
    #expect(LocalizedText.part(found.arguments[1], .english).hasSuffix("parents.csv)"))
  }

  @Test func idsRepeatedInAnotherFile() throws {
    let head = "legacyId,title,culture\n"
    let files = [(name: "a.csv", csv: head + "A,T,en\n"), (name: "b.csv", csv: head + "A,U,fr\n")]
    // Each file is read by a run of its own: the second row translates nothing.
    #expect(brief(try SheetCheckerTestSupport.findings(files: files)) == ["2 sheet-legacyid-repeated legacyId=A"])
  }

  @Test func unknownParents() throws {
    let csv = "legacyId,parentId,title,culture\nA,nope,T,en\nB,99999,U,en\nC,1,V,en\n"
    #expect(
      try check(csv) == [
        "2 sheet-parent-unknown parentId=nope", "3 sheet-parent-internal parentId=99999", "4 sheet-parent-internal parentId=1",
      ])
  }

  @Test func manyUnknownParentsAreAllFound() throws {
    var csv = "legacyId,parentId,title,culture\n"
    for row in 0..<5_000 { csv += "c\(row),p\(row % 7),T,en\n" }
    csv += "p3,,P,en\n"
    var options = SheetCheckOptions()
    options.validation.maxFindings = 10_000
    let findings = mine(try SheetCheckerTestSupport.findings(csv, options: options))
    let later = findings.filter { $0.rule == "sheet-parent-later" }
    #expect(later.count == (0..<5_000).filter { $0 % 7 == 3 }.count)
    #expect(findings.count == 5_000)
    for finding in findings {
      let row = try #require(finding.cell?.row)
      #expect(finding.line == row)
      #expect(finding.cell?.value == "p\((row - 2) % 7)")
    }
    #expect(later.allSatisfy { LocalizedText.part($0.arguments[1], .english) == " (row 5002)" })
  }

  @Test func aRowThatIsItsOwnParent() throws {
    #expect(
      try check("legacyId,parentId,title,culture\nA,A,Self,en\nB,A,Child,en\n") == ["2 sheet-parent-itself parentId=A"])
  }

  @Test func aTranslationIsNotAskedForItsParentAgain() throws {
    #expect(
      try check("legacyId,parentId,title,culture\nA,nope,T,en\nA,nope,U,fr\n") == ["2 sheet-parent-unknown parentId=nope"])
  }

  @Test func parentsWithoutIdsAreSaidOnce() throws {
    let findings = try SheetCheckerTestSupport.findings("parentId,title,culture\nA,T,en\n,U,en\nB,V,en\n")
    #expect(brief(findings) == ["2 sheet-parent-without-ids parentId=A"])
    #expect(mine(findings).first?.arguments == ["A", "2"])
  }

  @Test func titlesThatAreBlank() throws {
    #expect(
      try check("legacyId,title,identifier,culture\nA,,a,en\nB,T,b,en\nB,,,fr\n") == ["2 sheet-title-blank title="])
    #expect(try check("legacyId,identifier,culture\nA,a,en\n") == [])
  }

  // MARK: Slugs

  @Test func slugsOfEarlierRows() throws {
    let csv = """
      legacyId,qubitParentSlug,title,culture
      1,,Parent one,en
      2,parent-one,Child by slug,en
      3,,Société d'émulation n° 3,fr
      4,societe-demulation-n-3,Child,fr
      5,,Parent one,en
      6,parent-one-2,Child,en
      7,child-by-slug,Grandchild,en

      """
    #expect(try check(csv) == [])
  }

  @Test func slugsThatNobodyKnowsAreSaidOnceEach() throws {
    let findings = try SheetCheckerTestSupport.findings(
      "legacyId,qubitParentSlug,title,culture\n1,nope,T,en\n2,nope,U,en\n3,other,V,en\n4,x,X,en\n5,x,Y,en\n")
    #expect(
      brief(findings) == [
        "2 sheet-parent-slug-unchecked qubitParentSlug=nope", "4 sheet-parent-slug-unchecked qubitParentSlug=other",
        "5 sheet-parent-slug-unchecked qubitParentSlug=x",
      ])
    #expect(mine(findings).first?.arguments == ["nope", "2"])
  }

  @Test func slugsOfTheSite() throws {
    let list = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString + ".txt")
    try Data("fonds-a\nfonds-b\n".utf8).write(to: list)
    defer { try? FileManager.default.removeItem(at: list) }
    var options = SheetCheckOptions()
    options.slugs = [list.path]
    let csv = "legacyId,qubitParentSlug,title,culture\n1,fonds-a,T,en\n2,nope,U,en\n3,t,V,en\n4,fonds-b,W,en\n"
    #expect(try check(csv, options) == ["3 sheet-parent-slug-unknown qubitParentSlug=nope"])
  }

  @Test func theSlugWinsOverTheParent() throws {
    let findings = try SheetCheckerTestSupport.findings(
      "legacyId,parentId,qubitParentSlug,title,culture\nA,,,Top,en\nB,nope,top,T,en\n")
    // The parent is not looked for: AtoM does not either.
    #expect(brief(findings) == ["3 sheet-parent-both parentId=nope"])
    #expect(mine(findings).first?.arguments == ["nope", "top"])
  }

  @Test func slugsAsAtoMMakesThem() {
    func slug(_ title: String, keepsWordsApart: Bool = false) -> String {
      var buffer = ByteBuffer()
      defer { buffer.deallocate() }
      _ = Array(title.utf8).withUnsafeBufferPointer { SheetSlug.write($0, keepsWordsApart: keepsWordsApart, to: &buffer) }
      return buffer.string
    }
    #expect(slug("start=c. 1900") == "start-c-1900")
    #expect(slug("parentId=1 (root)") == "parentid-1-root")
    #expect(slug("lvl Pi\u{E8}ce") == "lvl-piece")
    #expect(slug("lvl Pie\u{300}ce") == "lvl-piece")
    #expect(slug("'Single") == "single")
    #expect(slug("L\u{2019}\u{152}uvre", keepsWordsApart: true) == "l-oeuvre")
    #expect(slug("L\u{2019}\u{152}uvre") == "loeuvre")
    #expect(slug("\u{1F600} \u{65E5}\u{672C} \u{E9}") == "e")
    #expect(slug("\u{65E5}\u{672C}") == "")
    #expect(slug("\u{AB} a \u{BB}") == "a")
  }

  @Test func brokenBytesMakeNoHarm() {
    var buffer = ByteBuffer()
    defer { buffer.deallocate() }
    for bytes: [UInt8] in [[0xC3], [0xE2, 0x80], [0xE2], [0xF0, 0x9F], [0x80, 0x80], [0xC4, 0x41], [0xCC], [0xC5, 0xFF]] {
      _ = bytes.withUnsafeBufferPointer { SheetSlug.write($0, keepsWordsApart: false, to: &buffer) }
      #expect(buffer.count <= 2 * bytes.count)
    }
  }

  @Test func sheetsOfOtherKindsAreLeftAlone() throws {
    #expect(try check("authorizedFormOfName,typeOfEntity,culture\nA,Person,en\nA,Person,en\n") == [])
  }
}
