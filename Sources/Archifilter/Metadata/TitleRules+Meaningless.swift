extension TitleRules {
  /// Names that say nothing about what is inside, folded (small letters, no accents), without extension, number and mark of copy.
  private static let meaningless: Set<String> = Set(
    """
    nouveau dossier,nouveau repertoire,new folder,new directory,dossier,dossiers,repertoire,folder,divers,diverses,autre,autres,a classer,
    a trier,a voir,a ranger,a faire,a supprimer,en vrac,vrac,fourre tout,misc,miscellaneous,other,others,stuff,tmp,temp,temporaire,
    temporary,sauvegarde,sauvegardes,backup,backups,save,sav,archive,archives,old,ancien,anciens,vieux,bak,copie,copy,copies,
    transfert,transfer,echange,echanges,partage,public,commun,documents,document,mes documents,my documents,doc,docs,fichier,fichiers,
    file,files,data,donnees,bureau,desktop,telechargement,telechargements,downloads,download,images,image,photos,photo,mes images,
    my pictures,pictures,picture,video,videos,scan,scans,scanner,numerisation,numerisations,numeriser,img,dsc,dscn,dscf,dsci,pict,mvi,
    vid,mov,pxl,sam,wp,capture,capture d'ecran,screenshot,sans titre,sans nom,sansnom,untitled,noname,no name,unnamed,nouveau,new,test,tests,
    essai,essais,brouillon,brouillons,draft,classeur,feuille,feuil,presentation,presentation powerpoint,powerpoint presentation,book,sheet,
    workbook,nouveau document,nouveau document texte,nouveau document microsoft word,nouvelle feuille de calcul microsoft excel,
    nouveau microsoft word document,new microsoft word document,new text document,nouvelle presentation microsoft powerpoint,
    nouveau microsoft excel worksheet,new microsoft excel worksheet,new microsoft powerpoint presentation,page,page1,fax,mail,message,
    sans objet,no subject,xxx,x,aa,aaa,zzz,toto,titi
    """.split(whereSeparator: { $0 == "," || $0 == "\n" }).map(String.init))

  /// What programs put behind the name of a copy.
  private static let copyMarks = [" - copie", " - copy", " copie", " copy", "-copie", "-copy"]

  /// True for a name that says nothing: `Nouveau dossier (2)`, `divers`, `Scan0001.pdf`, `IMG_1234.JPG`, `Document1`.
  ///
  /// Years and other numbers alone are none of these: they say when.
  public static func isMeaningless(_ name: [UInt8]) -> Bool {
    guard name.count <= 120 else { return false }
    var folded = NameText.folded(name)
    if let end = FileExtensions.end(folded) { folded.removeSubrange(end...) }
    for index in folded.indices where folded[index] == UInt8(ascii: "_") { folded[index] = 32 }
    var text = trimmed(folded[...])
    let hadLetters = text.contains { $0 > 57 }
    guard hadLetters else { return text.allSatisfy { !($0 >= 48 && $0 <= 57) } }
    // Numbers, `(2)` and marks of copies go from the end until nothing more goes: a name has few of them.
    while true {
      let before = text.count
      if text.last == UInt8(ascii: ")"), let open = text.lastIndex(of: UInt8(ascii: "(")),
        text[(open + 1)...].dropLast().allSatisfy({ $0 >= 48 && $0 <= 57 })
      {
        text = trimmed(text[..<open])
      }
      while let last = text.last, (last >= 48 && last <= 57) || last == 32 || last == UInt8(ascii: "-") { text = text.dropLast() }
      for mark in copyMarks where text.count > mark.utf8.count && text.suffix(mark.utf8.count).elementsEqual(mark.utf8) {
        text = trimmed(text.dropLast(mark.utf8.count))
      }
      if text.count == before { break }
    }
    return meaningless.contains(String(decoding: text, as: UTF8.self))
  }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var text = text.drop { $0 == 32 }
    while text.last == 32 { text = text.dropLast() }
    return text
  }

  /// True for a short name of Windows (8.3), such as `DOSSIE~1`: the true name was lost on the way.
  public static func isShortName(_ name: [UInt8]) -> Bool {
    let parts = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard let base = parts.first, parts.count <= 2, base.count <= 8, parts.count == 1 || parts[1].count <= 3,
      let tilde = base.lastIndex(of: UInt8(ascii: "~")), tilde > base.startIndex
    else { return false }
    let number = base[(tilde + 1)...]
    let isUpper = base.allSatisfy { !($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z")) && $0 != 32 }
    return !number.isEmpty && number.allSatisfy { $0 >= 48 && $0 <= 57 } && isUpper
  }
}
