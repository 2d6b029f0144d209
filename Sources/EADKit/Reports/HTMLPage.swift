/// The frame of a page for archivists: self-contained, no script, nothing from a network.
struct HTMLPage {
  /// Not escaped.
  let title: String
  let language: MessageLanguage
  /// Rules of the style sheet, one a line.
  let style: String
  /// The content is in `main`.
  var hasMain = false

  /// Everything up to the heading of the first level.
  var head: String {
    let title = HTMLText.escaped(title)
    return """
      <!DOCTYPE html>
      <html lang="\(language.rawValue)">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(title)</title>
      <style>
      \(style)
      </style>
      </head>
      <body>
      \(hasMain ? "<main>\n" : "")<h1>\(title)</h1>

      """
  }

  /// Everything after the content.
  var end: String { (hasMain ? "</main>\n" : "") + "</body>\n</html>\n" }
}

/// Text on its way into HTML.
public enum HTMLText {
  /// The text with the characters escaped that HTML gives a meaning to.
  public static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      default:
        if scalar.value < 0x20, scalar != "\n", scalar != "\t" { continue }
        out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
