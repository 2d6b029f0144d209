public import ArgumentParser
import CommandLineSupport
public import EADKit

/// `ead-convert crosswalk TABLE`: prints the tables the converters run.
struct CrosswalkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crosswalk",
    abstract: "Prints how elements and columns are converted, as a tab-separated table.",
    discussion: """
      atom-csv: from EAD to the columns of AtoM's CSV, those of ISAD(G) and of RAD; ead3: from EAD 2002 to EAD3; ead2002: from EAD3 to EAD 2002; \
      atom-to-ead: from the columns of AtoM's CSV to EAD; eac: from EAC-CPF to the columns of AtoM's authority CSV.
      """)

  enum Table: String, ExpressibleByArgument, CaseIterable {
    case atomCSV = "atom-csv"
    case ead3, ead2002
    case atomToEAD = "atom-to-ead"
    case eac
  }

  @Argument(help: "The table: atom-csv, ead3, ead2002, atom-to-ead or eac.")
  var table: Table

  @Option(help: "Language of headings and remarks: en or fr (default: from the locale).")
  var lang: MessageLanguage?

  func run() async throws {
    switch table {
    case .atomCSV:
      head("crosswalk-title", "crosswalk-columns")
      for row in CrosswalkTable.atomCSV {
        line([row.context, row.element, row.condition, row.column, row.standard], row.remarkEnglish, row.remarkFrench)
      }
      print("# " + MessageCatalog.text("crosswalk-ignored", [], language))
      for row in CrosswalkTable.ignoredAttributes { line(["@" + row[0], row[1]], row[2], row[3]) }
    case .ead3: generation(.ead3, "crosswalk-title-ead3")
    case .ead2002: generation(.ead2002, "crosswalk-title-ead2002")
    case .atomToEAD:
      head("crosswalk-title-atom", "crosswalk-columns-atom")
      for row in AtoMToEADCrosswalk.rows {
        line(
          [row.column, row.context, row.ead2002, row.ead3, row.atom, row.standard], row.remarkEnglish, row.remarkFrench)
      }
    case .eac:
      head("crosswalk-title-eac", "crosswalk-columns-eac")
      for row in EACCrosswalk.rows {
        line([row.context, row.element, row.condition, row.action, row.column], row.remarkEnglish, row.remarkFrench)
      }
    }
  }

  private var language: MessageLanguage { lang ?? Environment.language }

  private func generation(_ crosswalk: GenerationCrosswalk, _ title: String) {
    head(title, "crosswalk-columns-ead")
    for row in crosswalk.rows {
      line(
        [row.context, row.name, row.condition, row.action, row.target, row.values], row.remarkEnglish, row.remarkFrench)
    }
  }

  private func head(_ title: String, _ columns: String) {
    print("# " + MessageCatalog.text(title, [], language))
    print(MessageCatalog.text(columns, [], language).replacing("\\t", with: "\t"))
  }

  private func line(_ cells: [String], _ remarkEnglish: String, _ remarkFrench: String) {
    print((cells + [language == .french ? remarkFrench : remarkEnglish]).joined(separator: "\t"))
  }
}

extension MessageLanguage: ExpressibleByArgument {}
