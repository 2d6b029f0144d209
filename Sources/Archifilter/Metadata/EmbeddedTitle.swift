/// Titles inside documents: mostly left by a template, a printer driver or another document. Only those are kept that say
/// something the name of the file does not.
enum EmbeddedTitle {
  /// Unicode scalars of a title at most.
  static let most = 500

  private static let junk: Set<String> = Set(
    """
    document,documents,document1,word document,document word,document sans titre,untitled document,untitled,sans titre,sans nom,
    powerpoint presentation,presentation powerpoint,presentation,presentation1,slide 1,slide,slides,diapositive 1,diapositive,
    no slide title,diapo 1,titre de la diapositive,titre,title,titre du document,document title,titre de la presentation,
    titre du rapport,template,modele,modele de document,normal,normal.dot,normal.dotm,classeur,classeur1,feuil1,book1,sheet1,workbook,
    worksheet,tableur,print,printing,impression,imprimer,print job,remote downlevel document,job,scan,scanned document,
    document numerise,numerisation,image,photo,page,pages,fax,memo,note,courrier,lettre,letter,test,xxx,none,null,undefined,
    anonymous,unspecified,unknown,inconnu,no title,notitle,pas de titre,about:blank,sans objet,no subject,mise en page 1,plan1,
    microsoft word,microsoft excel,microsoft powerpoint,adobe photoshop pdf,full page photo,full page fax print,nouveau document,
    new document,crystal reports activex designer,report,rapport,etat,formulaire,form,layout1,model
    """.split(whereSeparator: { $0 == "," || $0 == "\n" }).map(String.init))

  /// Programs that put their own name before the file's.
  private static let programs = [
    "microsoft word - ", "microsoft excel - ", "microsoft powerpoint - ", "microsoft outlook - ", "microsoft publisher - ",
    "microsoft office word - ", "microsoft photo editor - ", "sans titre-", "untitled-", "(microsoft word - ", "file:/", "\\\\",
  ]

  /// The title as it may be shown; nil when it says nothing.
  ///
  /// - Parameter fileName: the document's, to leave out titles that only repeat it.
  static func clean(_ raw: String, fileName: [UInt8]) -> String? {
    var scalars: [Unicode.Scalar] = []
    // What is longer is cut below; controls and spaces in front may be many.
    for scalar in raw.unicodeScalars.prefix(most * 8) {
      let isSpace = NameText.isControl(scalar) || scalar == " " || scalar.properties.isWhitespace
      if isSpace {
        if let last = scalars.last, last != " " { scalars.append(" ") }
      } else if !scalar.properties.isNoncharacterCodePoint, scalar != "\u{FEFF}" {
        scalars.append(scalar)
      }
      if scalars.count > most * 2 { break }
    }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    scalars = Array(NameText.composed(String(view)).unicodeScalars.prefix(most))
    while scalars.last == " " { scalars.removeLast() }
    guard !scalars.isEmpty else { return nil }
    view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    let title = String(view)
    let folded = comparable(Array(title.utf8))
    guard saysSomething(folded, scalars) else { return nil }
    let name = comparable(fileName)
    if folded == name || folded == base(name) || base(folded) == base(name) { return nil }
    return title
  }

  private static func saysSomething(_ folded: [UInt8], _ scalars: [Unicode.Scalar]) -> Bool {
    let letters = scalars.reduce(0) { $0 + ($1.properties.isAlphabetic ? 1 : 0) }
    let unreadable = scalars.reduce(0) { $0 + ($1 == "\u{FFFD}" ? 1 : 0) }
    guard letters >= 2, unreadable * 4 <= scalars.count else { return false }
    let text = String(decoding: folded, as: UTF8.self)
    if junk.contains(text) || programs.contains(where: text.hasPrefix) { return false }
    // `[Document sans titre]`, `<unspecified>`
    let bare = text.filter { !"()[]<>{}".contains($0) }
    if junk.contains(bare) || TitleRules.isMeaningless(Array(bare.utf8)) { return false }
    // A place on somebody's disk: `C:\Users\…\x.doc`.
    if folded.count > 2, folded[1] == UInt8(ascii: ":"), folded[2] == UInt8(ascii: "\\") { return false }
    return true
  }

  /// Small letters, no accents, `_` and several spaces as one space.
  private static func comparable(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    for byte in NameText.folded(bytes) {
      if byte == 32 || byte == UInt8(ascii: "_") {
        if out.last != 32, !out.isEmpty { out.append(32) }
      } else {
        out.append(byte)
      }
    }
    while out.last == 32 { out.removeLast() }
    return out
  }

  private static func base(_ folded: [UInt8]) -> [UInt8] {
    guard let end = FileExtensions.end(folded) else { return folded }
    return Array(folded[..<end])
  }
}
