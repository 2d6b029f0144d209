import EADKit

/// Writes units as `archdesc` and `c`, in the words of one generation of EAD.
final class EADUnitWriter {
  /// Names, looked up once.
  struct Tags {
    let ead = EADName.element("ead"), eadheader = EADName.element("eadheader"), eadid = EADName.element("eadid")
    let filedesc = EADName.element("filedesc"), titlestmt = EADName.element("titlestmt")
    let titleproper = EADName.element("titleproper"), publicationstmt = EADName.element("publicationstmt")
    let publisher = EADName.element("publisher"), date = EADName.element("date")
    let profiledesc = EADName.element("profiledesc"), creation = EADName.element("creation")
    let langusage = EADName.element("langusage"), language = EADName.element("language")
    let descrules = EADName.element("descrules")
    let control = EADName.element("control"), recordid = EADName.element("recordid")
    let maintenancestatus = EADName.element("maintenancestatus"), publicationstatus = EADName.element("publicationstatus")
    let maintenanceagency = EADName.element("maintenanceagency"), agencycode = EADName.element("agencycode")
    let agencyname = EADName.element("agencyname"), languagedeclaration = EADName.element("languagedeclaration")
    let script = EADName.element("script"), conventiondeclaration = EADName.element("conventiondeclaration")
    let citation = EADName.element("citation"), maintenancehistory = EADName.element("maintenancehistory")
    let maintenanceevent = EADName.element("maintenanceevent"), eventtype = EADName.element("eventtype")
    let eventdatetime = EADName.element("eventdatetime"), agenttype = EADName.element("agenttype")
    let agent = EADName.element("agent")
    let archdesc = EADName.element("archdesc"), dsc = EADName.element("dsc"), c = EADName.element("c")
    let did = EADName.element("did"), unitid = EADName.element("unitid"), unittitle = EADName.element("unittitle")
    let unitdate = EADName.element("unitdate"), unitdatestructured = EADName.element("unitdatestructured")
    let daterange = EADName.element("daterange"), fromdate = EADName.element("fromdate"), todate = EADName.element("todate")
    let origination = EADName.element("origination"), repository = EADName.element("repository")
    let corpname = EADName.element("corpname"), part = EADName.element("part")
    let physdesc = EADName.element("physdesc"), extent = EADName.element("extent"), genreform = EADName.element("genreform")
    let physfacet = EADName.element("physfacet"), physdescset = EADName.element("physdescset")
    let physdescstructured = EADName.element("physdescstructured"), quantity = EADName.element("quantity")
    let unittype = EADName.element("unittype"), langmaterial = EADName.element("langmaterial"), dao = EADName.element("dao")
    let scopecontent = EADName.element("scopecontent"), appraisal = EADName.element("appraisal")
    let arrangement = EADName.element("arrangement"), phystech = EADName.element("phystech")
    let custodhist = EADName.element("custodhist"), processinfo = EADName.element("processinfo")
    let altformavail = EADName.element("altformavail"), odd = EADName.element("odd"), p = EADName.element("p")
    let controlaccess = EADName.element("controlaccess"), subject = EADName.element("subject")
  }

  struct Attributes {
    let id = EADName.attribute("id"), level = EADName.attribute("level"), otherlevel = EADName.attribute("otherlevel")
    let type = EADName.attribute("type"), localtype = EADName.attribute("localtype"), normal = EADName.attribute("normal")
    let datechar = EADName.attribute("datechar"), calendar = EADName.attribute("calendar"), era = EADName.attribute("era")
    let unitdatetype = EADName.attribute("unitdatetype"), standarddate = EADName.attribute("standarddate")
    let standarddatetime = EADName.attribute("standarddatetime"), unit = EADName.attribute("unit")
    let source = EADName.attribute("source"), authfilenumber = EADName.attribute("authfilenumber")
    let identifier = EADName.attribute("identifier"), value = EADName.attribute("value")
    let parallel = EADName.attribute("parallel"), coverage = EADName.attribute("coverage")
    let physdescstructuredtype = EADName.attribute("physdescstructuredtype")
    let otherphysdescstructuredtype = EADName.attribute("otherphysdescstructuredtype")
    let daotype = EADName.attribute("daotype"), dsctype = EADName.attribute("dsctype"), href = EADName.attribute("href")
    let linktitle = EADName.attribute("linktitle"), linkrole = EADName.attribute("linkrole")
    let linktype = EADName.attribute("linktype"), langcode = EADName.attribute("langcode")
    let scriptcode = EADName.attribute("scriptcode"), countrycode = EADName.attribute("countrycode")
    let mainagencycode = EADName.attribute("mainagencycode"), langencoding = EADName.attribute("langencoding")
    let countryencoding = EADName.attribute("countryencoding"), dateencoding = EADName.attribute("dateencoding")
    let repositoryencoding = EADName.attribute("repositoryencoding")
    let scriptencoding = EADName.attribute("scriptencoding")
  }

  let composer: EADComposer
  let isEAD3: Bool
  let options: DescriptionOptions
  let words: DescriptionWording
  let tag = Tags()
  let named = Attributes()
  private let typeAttribute: EADName
  private let filesUnit: String
  private let foldersUnit: String
  private let bytesUnit: String

  init(_ composer: EADComposer, form: EADForm, options: DescriptionOptions) {
    self.composer = composer
    self.options = options
    isEAD3 = form.generation == .ead3
    words = DescriptionWording(language: options.language)
    typeAttribute = isEAD3 ? named.localtype : named.type
    filesUnit = words.text("unit-files")
    foldersUnit = words.text("unit-folders")
    bytesUnit = words.text("unit-bytes")
  }

  // MARK: Pieces

  func element(_ name: EADName?, _ attributes: [(EADName, String)] = [], _ body: () -> Void) {
    guard let name else { return }
    composer.start(name)
    for (name, value) in attributes { composer.attribute(name, value) }
    body()
    composer.end()
  }

  /// An element of text; none when there is nothing to say.
  func element(_ name: EADName?, _ attributes: [(EADName, String)] = [], text: String) {
    guard let name, !text.isEmpty else { return }
    composer.start(name)
    for (name, value) in attributes { composer.attribute(name, value) }
    composer.text(XMLWords.clean(text))
    composer.end()
  }

  /// A name in the form of its generation.
  func agent(_ name: EADName?, _ text: String) {
    element(name) {
      if isEAD3 { element(tag.corpname) { element(tag.part, text: text) } } else { element(tag.corpname, text: text) }
    }
  }

  private func paragraphs(_ name: EADName?, _ texts: [String]) {
    guard !texts.isEmpty else { return }
    let lines = texts.flatMap { XMLWords.lines($0) }
    guard !lines.isEmpty else { return }
    element(name) { for line in lines { element(tag.p, text: line) } }
  }

  // MARK: Units

  /// The header, and `archdesc` as far as its components; both stay open.
  func begin(_ unit: DescribedUnit) {
    guard let ead = tag.ead, let archdesc = tag.archdesc else { return }
    composer.start(ead)
    header(unit)
    composer.start(archdesc)
    level(unit)
    if !isEAD3 { composer.attribute(named.type, "inventory") }
    description(unit)
  }

  /// Opens `dsc`.
  func beginComponents() {
    guard let dsc = tag.dsc else { return }
    composer.start(dsc)
    composer.attribute(isEAD3 ? named.dsctype : named.type, "combined")
  }

  /// A component, left open for what it holds.
  func component(_ unit: DescribedUnit) {
    guard let c = tag.c else { return }
    composer.start(c)
    composer.attribute(named.id, unit.id)
    level(unit)
    description(unit)
  }

  private func level(_ unit: DescribedUnit) {
    composer.attribute(named.level, unit.level)
    if unit.level == "otherlevel" { composer.attribute(named.otherlevel, unit.otherLevel) }
  }

  private func description(_ unit: DescribedUnit) {
    element(tag.did) { identification(unit) }
    paragraphs(tag.custodhist, unit.custodialHistory)
    paragraphs(tag.scopecontent, unit.scopeAndContent)
    paragraphs(tag.appraisal, unit.appraisal)
    paragraphs(tag.arrangement, unit.arrangement)
    paragraphs(tag.phystech, unit.technical)
    paragraphs(tag.altformavail, unit.copies)
    paragraphs(tag.odd, unit.notes)
    paragraphs(tag.processinfo, unit.processing)
    accessPoints(unit)
  }

  private func identification(_ unit: DescribedUnit) {
    if let number = unit.callNumber { element(tag.unitid, [(typeAttribute, "cote")], text: number) }
    element(tag.unitid, [(typeAttribute, "chemin")], text: unit.depth == 0 ? unit.name : unit.pathText)
    let writesDigest = options.checksums && (!isEAD3 || unit.link == nil)
    if writesDigest, let digest = unit.sha256 {
      element(tag.unitid, [(typeAttribute, "sha256")], text: UnitIdentifiers.hexadecimal(digest))
    }
    element(tag.unittitle, text: unit.title)
    date(unit)
    if unit.depth == 0 {
      if let creator = options.creator, !creator.isEmpty { agent(tag.origination, creator) }
      if let repository = options.repository, !repository.isEmpty { agent(tag.repository, repository) }
    }
    if isEAD3 { structuredExtent(unit) } else { extent(unit) }
    if unit.depth == 0, !options.documentLanguages.isEmpty {
      element(tag.langmaterial) {
        for code in options.documentLanguages {
          element(tag.language, [(named.langcode, code)], text: words.language(code))
        }
      }
    }
    link(unit)
  }

  private func date(_ unit: DescribedUnit) {
    guard let start = unit.start, let end = unit.end, !unit.dateText.isEmpty else { return }
    let isNormal = EADUnitWriter.isNormal(start) && EADUnitWriter.isNormal(end)
    let character = unit.dateSource == DateSource.override.rawValue ? nil : unit.dateSource
    if isEAD3, isNormal, start != end {
      guard let structured = tag.unitdatestructured else { return }
      composer.start(structured)
      composer.attribute(named.unitdatetype, "inclusive")
      if let character { composer.attribute(named.datechar, character) }
      composer.attribute(named.calendar, "gregorian")
      composer.attribute(named.era, "ce")
      element(tag.daterange) {
        element(tag.fromdate, [(named.standarddate, start)], text: DateText.day(start, options.language))
        element(tag.todate, [(named.standarddate, end)], text: DateText.day(end, options.language))
      }
      composer.end()
      return
    }
    guard let unitdate = tag.unitdate else { return }
    composer.start(unitdate)
    if start != end { composer.attribute(isEAD3 ? named.unitdatetype : named.type, "inclusive") }
    if isNormal, let normal = DateText.normal(start, end) { composer.attribute(named.normal, normal) }
    if let character { composer.attribute(named.datechar, character) }
    composer.attribute(named.calendar, "gregorian")
    composer.attribute(named.era, "ce")
    composer.text(unit.dateText)
    composer.end()
  }

  /// The schemas take years from 0 to 2999.
  private static func isNormal(_ day: String) -> Bool {
    let bytes = day.utf8
    guard bytes.count == 10, let first = bytes.first else { return false }
    return first == UInt8(ascii: "0") || first == UInt8(ascii: "1") || first == UInt8(ascii: "2")
  }

  private func extent(_ unit: DescribedUnit) {
    element(tag.physdesc) {
      if unit.isFolder {
        element(tag.extent, [(named.unit, filesUnit)], text: words.count(unit.files, "files"))
        element(tag.extent, [(named.unit, foldersUnit)], text: words.count(unit.folders, "folders"))
      }
      element(tag.extent, [(named.unit, bytesUnit)], text: String(unit.bytes))
      if unit.bytes >= 1_000 { element(tag.extent, text: ByteText.readable(unit.bytes, options.language)) }
      if unit.depth == 0 { element(tag.genreform, text: words.text("digital-document")) }
      guard let format = unit.format else { return }
      if let puid = format.puid {
        element(
          tag.genreform, [(named.source, "PRONOM"), (named.authfilenumber, puid)],
          text: format.name.isEmpty ? puid : EADUnitWriter.name(format))
      }
      element(tag.physfacet, [(named.type, "mime")], text: format.mime)
    }
  }

  private func structuredExtent(_ unit: DescribedUnit) {
    func space() {
      element(tag.physdescstructured, [(named.physdescstructuredtype, "spaceoccupied"), (named.coverage, "whole")]) {
        element(tag.quantity, text: String(unit.bytes))
        element(tag.unittype, text: bytesUnit)
      }
    }
    func number(_ count: Int, _ name: String) {
      element(
        tag.physdescstructured,
        [
          (named.physdescstructuredtype, "otherphysdescstructuredtype"), (named.otherphysdescstructuredtype, name),
          (named.coverage, "whole"),
        ]
      ) {
        element(tag.quantity, text: String(count))
        element(tag.unittype, text: name)
      }
    }
    if unit.isFolder {
      element(tag.physdescset, [(named.parallel, "false"), (named.coverage, "whole")]) {
        number(unit.files, filesUnit)
        number(unit.folders, foldersUnit)
        space()
      }
    } else {
      space()
    }
    if unit.bytes >= 1_000 { element(tag.physdesc, text: ByteText.readable(unit.bytes, options.language)) }
  }

  private static func name(_ format: FormatFacts) -> String {
    format.version.isEmpty ? format.name : format.name + " " + format.version
  }

  private func link(_ unit: DescribedUnit) {
    guard let link = unit.link, let dao = tag.dao else { return }
    composer.start(dao)
    if isEAD3 {
      composer.attribute(named.daotype, "borndigital")
      composer.attribute(named.href, link)
      composer.attribute(named.linktitle, unit.name)
      if let format = unit.format { composer.attribute(named.localtype, format.mime) }
      if options.checksums, let digest = unit.sha256 {
        composer.attribute(named.identifier, "sha256:" + UnitIdentifiers.hexadecimal(digest))
      }
      composer.attribute(named.coverage, "whole")
    } else {
      composer.attribute(named.linktype, "simple")
      composer.attribute(named.href, link)
      composer.attribute(named.linktitle, unit.name)
      if let format = unit.format { composer.attribute(named.linkrole, format.mime) }
    }
    composer.end()
  }

  private func accessPoints(_ unit: DescribedUnit) {
    let form = isEAD3 ? unit.format : nil
    let subjects = unit.subjects.map { XMLWords.line($0) }.filter { !$0.isEmpty }
    guard !subjects.isEmpty || form != nil else { return }
    element(tag.controlaccess) {
      for subject in subjects {
        if isEAD3 {
          element(tag.subject, [(named.source, "local")]) { element(tag.part, text: subject) }
        } else {
          element(tag.subject, [(named.source, "local")], text: subject)
        }
      }
      guard let form else { return }
      let known = form.puid.map { [(named.source, "PRONOM"), (named.identifier, $0)] }
      element(tag.genreform, known ?? [(named.source, "MIME"), (named.identifier, form.mime)]) {
        element(tag.part, text: form.name.isEmpty ? form.mime : EADUnitWriter.name(form))
      }
    }
  }
}

/// Texts from outside on their way into a document.
enum XMLWords {
  /// Without what XML cannot hold or should not: control characters, U+FFFD, U+FFFE, U+FFFF.
  static func clean(_ text: String) -> String {
    // Only these bytes begin such characters.
    let isSuspect = text.utf8.contains { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 || $0 == 0xEF || $0 >= 0xF0 }
    guard isSuspect else { return text }
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0..<0x20, 0x7F...0x9F: out.append(" ")
      case 0xFFFD, 0xFDD0...0xFDEF: out.append("?")
      case _ where scalar.value & 0xFFFE == 0xFFFE: out.append("?")
      default: out.append(scalar)
      }
    }
    return String(out)
  }

  /// The lines of a text that say something, each a paragraph.
  static func lines(_ text: String) -> [String] {
    guard text.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) else { return isBlank(text) ? [] : [text] }
    return text.unicodeScalars.split { $0 == "\n" || $0 == "\r" }.map(String.init).filter { !isBlank($0) }
  }

  /// A text on one line; empty when it says nothing.
  static func line(_ text: String) -> String {
    let cleaned = clean(text)
    return isBlank(cleaned) ? "" : cleaned
  }

  /// True when nothing of a text can be seen.
  static func isBlank(_ text: String) -> Bool {
    if let first = text.utf8.first, first > 0x20, first < 0x7F { return false }
    return text.unicodeScalars.allSatisfy {
      $0.properties.isWhitespace || $0.value < 0x20 || (0x200B...0x200D).contains($0.value)
    }
  }
}
