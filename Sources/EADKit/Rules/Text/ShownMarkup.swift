/// What can be recognised as markup although it stands in text.
enum ShownMarkup {
  /// A name between `&` and `;` that stands for a character in HTML, in XML or in the ISO entity sets.
  static func isReference(_ name: String) -> Bool {
    if name.utf8.first == 0x23 {
      let digits = name.dropFirst()
      let number = digits.first == "x" || digits.first == "X" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
      return number.flatMap(Unicode.Scalar.init) != nil
    }
    return html.contains(name) || EntitySets.replacements[name] != nil
  }

  /// A lower-cased name after `<` or `</`: an element of HTML or of EAD, a comment, or what word processors leave.
  static func isTag(_ name: String) -> Bool {
    tags.contains(name) || name.hasPrefix("!--") || name == "?xml" || name.hasPrefix("?xml:")
      || prefixes.contains { name.hasPrefix($0) }
  }

  /// An attribute of EAD, with or without a prefix.
  static func isAttribute(_ name: String) -> Bool {
    let lowered = name.lowercased()
    return attributes.contains(lowered) || ["xlink:", "xml:", "xsi:", "xmlns:"].contains { lowered.hasPrefix($0) }
  }

  /// Names of HTML 4 that the ISO sets do not have.
  private static let html: Set<String> = [
    "amp", "lt", "gt", "quot", "apos", "nbsp", "euro", "bull", "hellip", "rsquo", "lsquo", "rdquo", "ldquo", "ndash",
    "mdash", "laquo", "raquo", "oelig", "OElig", "shy", "ensp", "emsp", "thinsp", "zwnj", "zwj", "lrm", "rlm", "sbquo",
    "bdquo", "lsaquo", "rsaquo", "trade", "hearts", "infin",
  ]

  private static let tags: Set<String> = {
    var names: Set<String> = [
      "a", "acronym", "address", "b", "big", "blockquote", "body", "br", "caption", "center", "cite", "code", "dd", "del",
      "div", "dl", "dt", "em", "font", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "hr", "html", "i", "iframe",
      "img", "input", "ins", "li", "link", "meta", "ol", "p", "pre", "q", "s", "script", "small", "span", "strike",
      "strong", "style", "sub", "sup", "table", "tbody", "td", "th", "thead", "title", "tr", "tt", "u", "ul",
    ]
    // Words between angle brackets, such as `<date>` or `<name>`, may be a person's own marks.
    for name in [
      "emph", "lb", "unittitle", "unitdate", "unitid", "persname", "corpname", "geogname", "famname", "extref",
      "extptr", "genreform", "physdesc", "extent", "scopecontent", "bioghist", "did", "dsc", "c", "c01", "c02", "c03", "ead",
    ] { names.insert(name) }
    return names
  }()

  /// Namespaces of what is pasted from word processors.
  private static let prefixes = ["o:", "w:", "v:", "st1:", "m:"]

  private static let attributes: Set<String> = Set(Attribute.names).union(["xmlns", "linktype", "lang"])
}
