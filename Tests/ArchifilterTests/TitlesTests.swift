import Testing

@testable import Archifilter

@Suite struct TitlesTests {
  private func title(_ name: String, isFolder: Bool = false) -> (title: String, rules: [String]) {
    TitleRules().title(of: Array(name.utf8), isFolder: isFolder)
  }

  private func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }

  @Test(arguments: [
    ("Rapport.docx", "Rapport", ["extension"]),
    ("Rapport.DOCX", "Rapport", ["extension"]),
    ("01_budget_2019.xls", "01 budget 2019", ["extension", "underscore"]),
    ("Plan%20local  urbain.pdf", "Plan local urbain", ["extension", "percent-20", "spaces"]),
    ("Note v1.2", "Note v1.2", []),
    ("M. Dupont", "M. Dupont", []),
    ("1.2 Voirie", "1.2 Voirie", []),
    ("Rapport - Copie (2).docx", "Rapport - Copie (2)", ["extension"]),
    ("contrat_v3_VF_old.doc", "contrat v3 VF old", ["extension", "underscore"]),
    (".htaccess", ".htaccess", []),
    (".docx", ".docx", []),
    ("...doc", "...doc", []),
    ("___", "___", []),
    ("_.pdf", "_.pdf", []),
    ("archive.tar.gz", "archive.tar", ["extension"]),
    ("  a  ", "a", ["spaces"]),
    ("100%", "100%", []),
    ("50%2", "50%2", []),
    ("%20", "%20", []),
    ("Été.odt", "Été", ["extension"]),
    ("a\nb.txt", "a\u{FFFD}b", ["control-characters", "extension"]),
    ("", "", []),
  ])
  func ofFiles(name: String, expected: String, rules: [String]) {
    let found = title(name)
    #expect(scalars(found.title) == scalars(expected))
    #expect(found.rules == rules)
  }

  @Test func ofFolders() {
    #expect(title("Plans.pdf", isFolder: true).title == "Plans.pdf")
    #expect(title("12_Voirie", isFolder: true).title == "12 Voirie")
  }

  @Test func normalForm() {
    let found = title("e\u{301}te\u{301}.doc")
    #expect(scalars(found.title) == [0xE9, 0x74, 0xE9])
    #expect(found.rules == ["nfc", "extension"])
    // A mark that composes with nothing stays, and no rule is recorded.
    #expect(title("x\u{301}").rules == [])
  }

  @Test func notUTF8() {
    let found = TitleRules().title(of: [0x63, 0x61, 0x66, 0xE9, 0x92, 0x73, 0x2E, 0x74, 0x78, 0x74], isFolder: false)
    #expect(scalars(found.title) == scalars("café\u{2019}s"))
    #expect(found.rules == ["windows-1252", "extension"])
    // Half of a surrogate pair, and a byte that Windows-1252 does not have.
    let broken = TitleRules().title(of: [0x61, 0xED, 0xA0, 0x80, 0x62, 0x81], isFolder: false)
    #expect(scalars(broken.title) == [0x61, 0xFFFD, 0x62, 0xFFFD])
    // What is UTF-8 beside it is read as such.
    let mixed = TitleRules().title(of: Array("é".utf8) + [0xE9], isFolder: false)
    #expect(scalars(mixed.title) == [0xE9, 0xE9])
    let plain = TitleRules(rules: ["extension"])?.title(of: [0x63, 0xE9, 0x2E, 0x74, 0x78, 0x74], isFolder: false)
    #expect(plain?.title == "c%E9")
    #expect(plain?.rules == ["extension"])
  }

  @Test func rulesOneByOne() {
    #expect(TitleRules(rules: ["no-such-rule"]) == nil)
    let none = TitleRules(rules: [])?.title(of: Array("a_b  c%20d.doc".utf8), isFolder: false)
    #expect(none?.title == "a_b  c%20d.doc")
    #expect(none?.rules == [])
    let one = TitleRules(rules: ["underscore"])?.title(of: Array("a_b  c.doc".utf8), isFolder: false)
    #expect(one?.title == "a b  c.doc")
    #expect(one?.rules == ["underscore"])
    #expect(TitleRules(rules: [])?.title(of: Array("a\nb".utf8), isFolder: true).title == "a%0Ab")
    #expect(TitleRules(rules: TitleRules.Rule.allCases.map(\.rawValue)) == TitleRules())
  }

  @Test func titlesHaveNoControlsWhateverTheBytes() {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<20_000 {
      let name = (0..<Int.random(in: 1...12, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let found = TitleRules().title(of: name, isFolder: false).title
      #expect(!found.isEmpty)
      #expect(found.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
    }
  }

  @Test(arguments: [
    "Nouveau dossier", "Nouveau dossier (2)", "NOUVEAU DOSSIER", "New Folder", "divers", "Divers 2", "à classer", "A_classer", "tmp",
    "sauvegarde", "Scan0001.pdf", "IMG_1234.JPG", "document1", "Document1.docx", "DSC_0042.jpg", "sans titre", "Copie (3)", "___", "--",
    "Nouveau dossier - Copie", "a\u{300} trier", "IMG-20190304",
  ])
  func meaningless(name: String) { #expect(TitleRules.isMeaningless(Array(name.utf8))) }

  @Test(arguments: [
    "Budget", "2019", "Conseil municipal", "01", "Divers voirie", "Nouveau dossier urbanisme", "PLU", "Scan du bail", "12 W 3",
    "Documents d'urbanisme", "École",
  ])
  func meaningful(name: String) { #expect(!TitleRules.isMeaningless(Array(name.utf8))) }

  @Test func shortNames() {
    for name in ["DOSSIE~1", "RAPPOR~2.DOC", "AB12~13.XLS"] { #expect(TitleRules.isShortName(Array(name.utf8)), "\(name)") }
    for name in ["dossie~1", "~1", "RAPPORT.DOC", "A~B", "RAPPORT~1.DOCX", "~$x.doc", ""] {
      #expect(!TitleRules.isShortName(Array(name.utf8)), "\(name)")
    }
  }
}
