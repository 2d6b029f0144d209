/// Text: HTML, XML, e-mail, and what only an extension tells.
extension FormatIdentifier {
  /// Bytes of a text that are looked at to see that it is text, as Siegfried does.
  private static let textBytes = 4 << 10

  func text(_ key: UInt64) -> Match? {
    let head = file.head
    let start = head.has([0xEF, 0xBB, 0xBF]) ? 3 : 0
    guard let kind = TextKind.of(UnsafeBufferPointer(rebasing: head.prefix(FormatIdentifier.textBytes))) else { return nil }
    if kind == .wide { return wideText(key) }
    let isMail = mailHeaders(head)
    if head.has("From ", at: start) { return mailbox(head) }
    let page = markup(head, start)
    if isMail { return page == nil ? Match("fmt/950") : Match("message/rfc822") }
    if let page { return page }
    if FormatIdentifier.isMailHeader(head, start) { return Match("message/rfc822") }
    if isSpecial(head, start) { return nil }
    return plainText(key)
  }

  private func wideText(_ key: UInt64) -> Match? {
    let head = file.head
    // Mark-up in UTF-16 has rules that differ from format to format.
    let first = head.dropFirst(2).prefix(64).first { $0 != 0 && $0 > 0x20 }
    if first == 0x3C || first == 0x7B { return Match("text/plain") }
    return plainText(key)
  }

  /// By the extension, as PRONOM does when nothing else tells; otherwise text of no known format.
  private func plainText(_ key: UInt64) -> Match {
    if let row = table.textFormat(extension: key), let puid = row.facts.puid { return Match(puid, .extensionOnly) }
    return Match("text/plain", .magic)
  }

  /// Beginnings of text formats that are not in the table: none of the plain ones.
  private func isSpecial(_ head: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
    guard start < head.count else { return false }
    switch head[start] {
    case 0x25: return true
    case 0x23: return head.has("#!", at: start)
    case 0x3C: return true
    case 0x42: return head.has("BEGIN:", at: start)
    case 0x7B: return head.has("{\\", at: start)
    default: return head.has("WARC/", at: start) || head.has("ISO-10303-21", at: start) || head.has("xref", at: start)
    }
  }

  // MARK: Mark-up

  /// HTML, XHTML, SVG and XML.
  private func markup(_ head: UnsafeBufferPointer<UInt8>, _ start: Int) -> Match? {
    let declaration =
      head.has("<?xml version=\"1.0\"", at: start) || head.has("<?xml version='1.0'", at: start)
    let page = html(head)
    if declaration {
      // A page that is XML: which of the two decides is a matter of the version.
      if page != nil || head.find("<!DOCTYPE html", upTo: 2048) != nil || head.find("<html", upTo: 2048) != nil {
        return Match("application/xhtml+xml")
      }
      return xml(head, start)
    }
    return page
  }

  private func html(_ head: UnsafeBufferPointer<UInt8>) -> Match? {
    let end = 1024
    var doctypes = 0
    var puid: String?
    for word in ["<!DOCTYPE", "<!doctype"] as [StaticString] {
      var at = 0
      while let found = head.find(word, from: at, upTo: end) {
        at = found + 9
        guard let name = ["HTML", "html"].compactMap({ (text: StaticString) in head.find(text, from: at, upTo: at + 8) }).min() else {
          continue
        }
        doctypes += 1
        if head.has(">", at: name + 4) { puid = "fmt/471" } else { puid = publicHTML(head, name + 4) }
      }
    }
    if doctypes == 1, let puid {
      return Match(puid)
    }
    if doctypes > 0 || head.find("<!Doctype", upTo: end) != nil { return Match("text/html") }
    let opens = head.find("<html", upTo: end) != nil || head.find("<HTML", upTo: end) != nil
    if opens {
      let closes = file.withTail(1024) { tail in
        tail.holds("</html>") || tail.holds("</HTML>") || tail.holds("</body>") || tail.holds("</BODY>")
      }
      return closes ? Match("fmt/96") : Match("text/html")
    }
    return nil
  }

  /// The version in a public identifier ` PUBLIC "-//W3C//DTD HTML 4.01//EN"`.
  private func publicHTML(_ head: UnsafeBufferPointer<UInt8>, _ at: Int) -> String? {
    guard head.has(" PUBLIC \"-//", at: at) || head.has(" public \"-//", at: at) else { return nil }
    guard let close = head.find("\"", from: at + 12, upTo: at + 140) else { return nil }
    if head.find("XHTML", from: at, upTo: close) != nil { return nil }
    if head.find("//DTD HTML 4.01", from: at, upTo: close) != nil { return "fmt/100" }
    if head.find("//DTD HTML 4.0 ", from: at, upTo: close) != nil || head.find("//DTD HTML 4.0/", from: at, upTo: close) != nil {
      return "fmt/99"
    }
    if head.find("//DTD HTML 3.2", from: at, upTo: close) != nil { return "fmt/98" }
    if head.find("//DTD HTML 2.0", from: at, upTo: close) != nil { return "fmt/97" }
    return nil
  }

  /// Vocabularies that have identifiers of their own; the table claims none of them.
  private static let vocabularies: [StaticString] = [
    "http://www.opengis.net", "http://earth.google.com", "topografix", "w3.org/2005/Atom", "<rss", "<rdf:RDF", "mets", "METS",
    "premis", "loc.gov/MARC", "archimate", "mathml", "MathML", "musicxml", "score-partwise", "collada", "COLLADA", "x3d",
    "X3D", "tei-c.org", "docbook", "Finale", "mods", "MODS", "<xs:schema", "<xsd:schema", "<schema", "<xsl:", "<Workbook",
    "progid=", "office:document", "w:wordDocument", "pkg:package", "<plist", "ISO_20022", "urn:iso", "siard", "ead", "EAD",
    "<fo:", "xfdf", "xdp", "<gpx", "<kml", "<osm", "<dxf", "drawio", "mxfile", "jhove", "<droid", "xbrl", "cellosaurus",
    "smil", "wsdl", "xmi", "uml", "<svg", "abw", "gnumeric", "opf", "ncx", "alto", "ALTO", "lido", "<page", "<PcGts",
    "eac", "EAC", "sedm", "CityGML", "gml", "MSProject", "schemas.microsoft.com",
  ]

  private func xml(_ head: UnsafeBufferPointer<UInt8>, _ start: Int) -> Match {
    if head.find("<svg") != nil { return svg(head, start) }
    // Many formats are XML: only one that resembles none of them is called just that.
    let window = UnsafeBufferPointer(rebasing: head.prefix(8 << 10))
    for word in FormatIdentifier.vocabularies where window.holds(word) { return Match("application/xml") }
    return file.size <= head.count ? Match("fmt/101") : Match("application/xml")
  }

  private func svg(_ head: UnsafeBufferPointer<UInt8>, _ start: Int) -> Match {
    let plain = Match("image/svg+xml")
    guard start == 0, head.has("<?xml version=\"1.0\""), let root = head.find("<svg"), let end = head.find(">", from: root),
      let version = head.find("version=\"", from: root, upTo: end)
    else { return plain }
    let closes = file.withTail(64) { $0.holds("svg>") }
    guard closes, file.size <= head.count else { return plain }
    // The rule is that of all text after the element's name: a second version of another element would be an answer too.
    let has11 = head.find("version=\"1.1\"", from: root) != nil
    let has12 = head.find("version=\"1.2\"", from: root) != nil
    if has11, !has12, head.has("1.1\"", at: version + 9) { return Match("fmt/92") }
    if !has11, !has12, head.has("1.0\"", at: version + 9) { return Match("fmt/91") }
    return plain
  }

  // MARK: E-mail

  /// The five header names that PRONOM wants in the first 16 KiB, wherever they stand.
  private func mailHeaders(_ head: UnsafeBufferPointer<UInt8>) -> Bool {
    let end = 16 << 10
    guard head.find("ersion: 1.0", upTo: end) != nil else { return false }
    let isMIME =
      head.find("MIME-Version: 1.0", upTo: end) != nil || head.find("MIME-version: 1.0", upTo: end) != nil
      || head.find("Mime-Version: 1.0", upTo: end) != nil || head.find("Mime-version: 1.0", upTo: end) != nil
    return isMIME && head.find("To: ", upTo: end) != nil && head.find("From: ", upTo: end) != nil
      && head.find("Date: ", upTo: end) != nil && head.find("Content-Type: ", upTo: end) != nil
  }

  /// Whether a text begins like a message: the name of a header that only messages have.
  private static func isMailHeader(_ head: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
    let isHeader =
      head.has("From: ", at: start) || head.has("Return-Path: ", at: start) || head.has("Received: ", at: start)
      || head.has("Delivered-To: ", at: start) || head.has("Message-ID: ", at: start) || head.has("X-Mozilla-Status: ", at: start)
      || head.has("MIME-Version: ", at: start) || head.has("To: ", at: start)
    return isHeader && (head.holds("\nSubject: ") || head.holds("\nDate: ") || head.holds("\nMessage-ID: "))
  }

  /// `From someone Mon Jan  1 10:00:00 2020`.
  private func mailbox(_ head: UnsafeBufferPointer<UInt8>) -> Match? {
    guard let end = head.find("\n", upTo: 256), let colon = head.find(":", upTo: end), colon > 10 else { return nil }
    let isClock = head.has(":", at: colon + 3) && head.has(" ", at: colon - 3)
    return isClock ? Match("application/mbox") : nil
  }
}

/// Whether bytes are text, after the rules of file(1): no control characters but those that texts have.
enum TextKind {
  case bytes, wide

  static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> TextKind? {
    if bytes.has([0xFF, 0xFE]) || bytes.has([0xFE, 0xFF]) { return isWide(bytes) ? .wide : nil }
    for byte in bytes where byte < 0x20 || byte == 0x7F {
      switch byte {
      case 7...13, 0x1B: continue
      default: return nil
      }
    }
    return .bytes
  }

  private static func isWide(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let isLittle = bytes[0] == 0xFF
    var at = 2
    while at + 1 < bytes.count {
      let unit = isLittle ? bytes.little16(at) : bytes.big16(at)
      if unit == 0xFFFE || (unit < 0x20 && !(7...13).contains(unit) && unit != 0x1B) { return false }
      at += 2
    }
    return bytes.count > 2
  }
}
