import Foundation

/// Finding aids that the schema of EAD 2002 takes, and the same with a known number of errors in them.
enum DeliveredDocuments {
  /// Valid, in the namespace; each misspelt title is one error, on a line of its own.
  static func make(_ identifier: String, errors: Int = 0) -> String {
    var lines = [
      "<ead xmlns=\"urn:isbn:1-931666-22-9\"><eadheader>"
        + "<eadid countrycode=\"FR\" mainagencycode=\"FR-AD075\">\(identifier)</eadid>",
      "<filedesc><titlestmt><titleproper>Papers</titleproper></titlestmt></filedesc><profiledesc><langusage>Written in "
        + "<language langcode=\"eng\">English</language></langusage></profiledesc></eadheader>",
      "<archdesc level=\"fonds\"><did><unitid countrycode=\"FR\" repositorycode=\"FR-AD075\">F 1</unitid>"
        + "<unittitle>Papers</unittitle>"
        + "<unitdate normal=\"1901/1910\">1901-1910</unitdate><physdesc><extent>2 boxes</extent></physdesc>"
        + "<origination><persname>Wren, Elliott</persname></origination></did><scopecontent><p>Letters.</p></scopecontent><dsc>",
    ]
    for number in 1...(errors + 1) {
      lines.append(
        "<c level=\"file\"><did><unitid>F 1/\(number)</unitid><unittitle>Letters \(number)</unittitle>"
          + "<unitdate normal=\"1902\">1902</unitdate>")
      if number <= errors { lines.append("<unittitel>Letters</unittitel>") }
      lines.append("</did></c>")
    }
    return (lines + ["</dsc></archdesc></ead>", ""]).joined(separator: "\n")
  }

  /// A delivery: three documents without errors, two with, one of them below a folder.
  static func fill(_ folder: Folder, _ name: String = "in") throws {
    try folder.write("\(name)/a.xml", make("a"))
    try folder.write("\(name)/b.xml", make("b", errors: 2))
    try folder.write("\(name)/c.xml", make("c"))
    try folder.write("\(name)/sub/d.xml", make("d", errors: 1))
    try folder.write("\(name)/sub/e.xml", make("e"))
  }
}

/// A report in JSON, as a program reads it.
struct FindingsJSON {
  struct NotOne: Error {}

  let root: [String: Any]

  init(_ bytes: Data) throws {
    guard let root = try JSONSerialization.jsonObject(with: bytes) as? [String: Any] else { throw NotOne() }
    self.root = root
  }

  var files: [[String: Any]] { root["files"] as? [[String: Any]] ?? [] }
  var summary: [String: Any] { root["summary"] as? [String: Any] ?? [:] }
  var names: [String] { files.compactMap { $0["file"] as? String } }
  var verdicts: [String] { files.compactMap { $0["verdict"] as? String } }
  var findings: [[String: Any]] { files.flatMap { $0["findings"] as? [[String: Any]] ?? [] } }
  var rules: [String] { findings.compactMap { $0["rule"] as? String } }
  var commandLine: [String] { root["commandLine"] as? [String] ?? [] }

  /// Names of the documents that were read.
  var read: [String] { zip(names, verdicts).filter { $0.1 != "not-checked" }.map(\.0) }

  /// Findings of a severity, by the summary's count.
  func count(_ severity: String) -> Int? { (summary["counts"] as? [String: Int])?[severity] }
}
