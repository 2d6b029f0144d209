import Foundation
import Testing

@testable import EADKit

struct MessageCatalogTests {
  @Test func everySentenceIsInBothLanguagesWithTheSamePlaceholders() {
    #expect(MessageCatalog.keys.count > 80)
    for key in MessageCatalog.keys {
      let arguments = (0..<4).map { "<\($0)>" }
      let english = MessageCatalog.text(key, arguments, .english)
      let french = MessageCatalog.text(key, arguments, .french)
      #expect(!english.isEmpty && !french.isEmpty, "\(key)")
      for argument in arguments {
        #expect(english.contains(argument) == french.contains(argument), "\(key): \(argument)")
      }
    }
  }

  /// Rule ids in the sources have their sentence.
  @Test func everyRuleHasASentence() throws {
    let sources = TestData.files(below: TestData.repository.appendingPathComponent("Sources"), endings: [".swift"])
    #expect(sources.count > 30)
    let pattern = #/(?:note\(|rule: |EADError\(|text\(|line\()"([a-z0-9]+(?:-[a-z0-9]+)+)"/#
    var checked = 0
    for file in sources {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: pattern) {
        let key = String(match.1)
        if key.hasSuffix("-") { continue }
        checked += 1
        // `DescriptionWording` names the sentences of descriptions without their common beginning.
        let isOfDescription = file.path.contains("/Archifilter/Describe/") && MessageCatalog.contains("describe-" + key)
        #expect(MessageCatalog.contains(key) || isOfDescription, "\(file.lastPathComponent): \(key)")
      }
    }
    #expect(checked > 60)
    for reason in LossReason.allCases { #expect(MessageCatalog.contains("reason-" + reason.rawValue)) }
  }

  @Test func languageOfTheEnvironment() {
    #expect(MessageLanguage(environment: ["LANG": "fr_FR.UTF-8"]) == .french)
    #expect(MessageLanguage(environment: ["LC_ALL": "", "LANG": "fr_CA"]) == .french)
    #expect(MessageLanguage(environment: ["LC_ALL": "C", "LANG": "fr_FR"]) == .english)
    #expect(MessageLanguage(environment: [:]) == .english)
  }
}
