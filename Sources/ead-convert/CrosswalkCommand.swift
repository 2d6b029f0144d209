public import ArgumentParser
import CommandLineSupport
public import EADKit

/// `ead-convert crosswalk atom-csv`: prints the table the converter runs.
struct CrosswalkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crosswalk", abstract: "Prints how elements become columns, as a tab-separated table.")

  enum Target: String, ExpressibleByArgument, CaseIterable {
    case atomCSV = "atom-csv"
  }

  @Argument(help: "The target: atom-csv.")
  var target: Target

  @Option(help: "Language of headings and remarks: en or fr (default: from the locale).")
  var lang: MessageLanguage?

  func run() async throws {
    let language = lang ?? Environment.language
    print("# " + MessageCatalog.text("crosswalk-title", [], language))
    print(MessageCatalog.text("crosswalk-columns", [], language).replacing("\\t", with: "\t"))
    for row in CrosswalkTable.atomCSV {
      let remark = language == .french ? row.remarkFrench : row.remarkEnglish
      print([row.context, row.element, row.condition, row.column, row.standard, remark].joined(separator: "\t"))
    }
    print("# " + MessageCatalog.text("crosswalk-ignored", [], language))
    for row in CrosswalkTable.ignoredAttributes {
      print(["@" + row[0], row[1], row[language == .french ? 3 : 2]].joined(separator: "\t"))
    }
  }
}

extension MessageLanguage: ExpressibleByArgument {}
