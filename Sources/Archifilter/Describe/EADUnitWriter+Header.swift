import EADKit

/// What is said of the finding aid itself.
extension EADUnitWriter {
  func header(_ unit: DescribedUnit) {
    if isEAD3 { control(unit) } else { eadHeader(unit) }
  }

  private var encodings: [(EADName, String)] {
    [
      (named.countryencoding, "iso3166-1"), (named.dateencoding, "iso8601"), (named.langencoding, "iso639-2b"),
      (named.repositoryencoding, "iso15511"), (named.scriptencoding, "iso15924"),
    ]
  }

  /// The archivist's, or one made of the name of what was scanned.
  private func identifier(_ unit: DescribedUnit) -> String {
    if let identifier = options.identifier, !XMLWords.line(identifier).isEmpty { return identifier }
    let words = unit.name.unicodeScalars.split { $0.properties.isWhitespace }.map(String.init)
    return words.isEmpty ? unit.id : words.joined(separator: "-")
  }

  private func title(_ unit: DescribedUnit) -> String {
    unit.callNumber.map { "\(unit.title) (\($0))" } ?? unit.title
  }

  /// A country, when the agency's code (ISIL) begins with one.
  private var country: String? {
    guard let code = options.agencyCode else { return nil }
    let letters = code.utf8.prefix { $0 != UInt8(ascii: "-") }
    guard letters.count == 2, code.utf8.count > 2, letters.allSatisfy({ (65...90).contains($0) }) else { return nil }
    return String(decoding: letters, as: UTF8.self)
  }

  private var ownLanguage: (code: String, name: String) {
    let code = options.language == .french ? "fre" : "eng"
    return (code, words.language(code))
  }

  private func fileDescription(_ unit: DescribedUnit) {
    element(tag.filedesc) {
      element(tag.titlestmt) { element(tag.titleproper, text: title(unit)) }
      guard let publisher = options.repository, !publisher.isEmpty else { return }
      element(tag.publicationstmt) {
        element(tag.publisher, text: publisher)
        element(tag.date, [(named.normal, options.today)], text: DateText.day(options.today, options.language))
      }
    }
  }

  private func eadHeader(_ unit: DescribedUnit) {
    element(tag.eadheader, encodings) {
      let identifier = identifier(unit)
      var attributes = [(named.identifier, XMLWords.clean(identifier))]
      if let country { attributes.append((named.countrycode, country)) }
      if let agency = options.agencyCode, !agency.isEmpty { attributes.append((named.mainagencycode, agency)) }
      element(tag.eadid, attributes, text: identifier)
      fileDescription(unit)
      element(tag.profiledesc) {
        element(tag.creation) {
          composer.text(XMLWords.clean(words.text("creation", [options.tool, unit.name])) + " ")
          element(tag.date, [(named.normal, options.today)], text: DateText.day(options.today, options.language))
        }
        element(tag.langusage) {
          element(tag.language, [(named.langcode, ownLanguage.code)], text: ownLanguage.name)
        }
        element(tag.descrules, text: "ISAD(G)")
      }
    }
  }

  private func control(_ unit: DescribedUnit) {
    element(tag.control, encodings) {
      element(tag.recordid, text: identifier(unit))
      fileDescription(unit)
      element(tag.maintenancestatus, [(named.value, "new")]) {}
      element(tag.publicationstatus, [(named.value, "inprocess")]) {}
      element(tag.maintenanceagency, country.map { [(named.countrycode, $0)] } ?? []) {
        if let agency = options.agencyCode, !agency.isEmpty { element(tag.agencycode, text: agency) }
        // The schema asks for a name: that nobody gave one is said, none is made up.
        element(tag.agencyname, text: options.repository.flatMap { $0.isEmpty ? nil : $0 } ?? words.text("agency-unknown"))
      }
      element(tag.languagedeclaration) {
        element(tag.language, [(named.langcode, ownLanguage.code)], text: ownLanguage.name)
        element(tag.script, [(named.scriptcode, "Latn")], text: words.text("script-latin"))
      }
      element(tag.conventiondeclaration) { element(tag.citation, text: "ISAD(G)") }
      element(tag.maintenancehistory) {
        element(tag.maintenanceevent) {
          element(tag.eventtype, [(named.value, "created")]) {}
          element(tag.eventdatetime, [(named.standarddatetime, options.today)], text: options.today)
          element(tag.agenttype, [(named.value, "machine")]) {}
          element(tag.agent, text: options.tool)
        }
      }
    }
  }
}
