/// Extensions that say what a file is: those that are taken off titles. What is not listed stays: `Note v1.2`, `M. Dupont`.
enum FileExtensions {
  private static let known: Set<String> = Set(
    """
    doc docx docm dot dotx dotm rtf odt ott fodt sxw stw wpd wps wri abw pages pdf ps xps oxps tex xls xlsx xlsm xlsb xlt xltx xltm
    xlw ods ots fods sxc stc csv tsv tab numbers slk dbf wk1 wk3 wk4 wks ppt pptx pptm pps ppsx ppsm pot potx potm odp otp fodp sxi
    sti key pub pubx vsd vsdx vsdm odg otg fodg sxd odf odb odc mdb accdb mpp mpx one onepkg txt text md markdown log ini cfg conf
    json jsonl xml xsd xsl xslt yaml yml html htm xhtml mht mhtml css js php asp aspx jpg jpeg jpe jfif png gif bmp tif tiff webp svg
    svgz ico psd psb ai eps indd idml qxd cdr wmf emf heic heif raw cr2 nef dng jp2 j2k xcf odi dwg dxf dwf dgn shp shx prj kml kmz
    gpkg geojson gpx mid mif qgs qgz skp rvt ifc zip 7z rar tar gz tgz bz2 tbz xz txz zst cab iso img dmg jar war ear eml msg mbox pst
    ost oft ics vcf vcs mp3 wav wma ogg oga flac aac m4a aif aiff amr mp4 m4v mov avi wmv mkv mpg mpeg flv webm 3gp vob mts epub mobi
    azw azw3 djvu djv url lnk exe dll msi bat cmd ps1 sh py java c cpp h sql db sqlite sqlite3 bak tmp old dat bin asc sig p7m p7s p7b
    crt cer pem ttf otf woff woff2 srt vtt sub thmx contact rdp reg torrent bib ris
    """.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init))

  /// Longest of them.
  private static let most = 8

  /// Where a known extension begins (its dot), when something stands before it.
  static func end(_ name: [Unicode.Scalar]) -> Int? {
    guard let dot = name.lastIndex(of: "."), name[..<dot].contains(where: { $0 != "." && $0 != " " }) else { return nil }
    let letters = name[(dot + 1)...]
    guard !letters.isEmpty, letters.count <= most else { return nil }
    var lower = ""
    for scalar in letters {
      guard scalar.isASCII else { return nil }
      lower.unicodeScalars.append(scalar.value >= 65 && scalar.value <= 90 ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar)
    }
    return known.contains(lower) ? dot : nil
  }

  /// The same of folded bytes.
  static func end(_ name: [UInt8]) -> Int? { end(name.map { Unicode.Scalar($0) }) }
}
