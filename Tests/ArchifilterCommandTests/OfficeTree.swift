import Foundation
import Glibc

/// Trees that tests scan.
enum OfficeTree {
  /// A date that no rule suspects: 2014-03-12, 10:00 in Paris.
  static let date = 1_394_614_800

  /// Some of everything: folders, an empty one, duplicates, links, names of all kinds, ignored files, a pipe.
  static func small(_ folder: Workspace, _ name: String = "tree") throws {
    let files: [(String, String)] = [
      ("01_Conseil/PV_2014-03-12.txt", "séance du 12 mars"), ("01_Conseil/Copie de PV_2014-03-12.txt", "séance du 12 mars"),
      ("01_Conseil/Délibérations/n° 1.txt", "un"), ("01_Conseil/Délibérations/n° 2.txt", "deux"),
      ("02_Urbanisme/=calc.csv", "a;b\n1;2\n"), ("02_Urbanisme/a & < b > \"c\".html", "<html></html>\n"),
      ("02_Urbanisme/line\nbreak.txt", "x"), ("02_Urbanisme/tab\there.txt", "y"), ("02_Urbanisme/vide.txt", ""),
      (".caché", "hidden"), ("Thumbs.db", "ignored"), ("02_Urbanisme/desktop.ini", "ignored too"),
    ]
    for (path, content) in files { try folder.write(name + "/" + path, content) }
    try folder.makeFolder(name + "/03_Vide")
    symlink("PV_2014-03-12.txt", folder.path(name + "/01_Conseil/lien"))
    symlink("nowhere", folder.path(name + "/rompu"))
    mkfifo(folder.path(name + "/tube"), 0o600)
    // Not UTF-8: é as Windows writes it in Latin-1.
    let latin: [UInt8] = Array((folder.path(name) + "/01_Conseil/ann").utf8) + [0xE9] + Array("e.txt".utf8) + [0]
    let descriptor = Glibc.open(latin.map { CChar(bitPattern: $0) }, O_WRONLY | O_CREAT, 0o644)
    if descriptor >= 0 {
      Glibc.write(descriptor, "latin", 5)
      Glibc.close(descriptor)
    }
    _ = try Program.tool("sh", ["-c", "find \"$1\" -depth -exec touch -h -d @\(date) {} +", "sh", folder.path(name)], in: folder)
  }

  /// Thousands of files of some kilobytes, so that a scan lasts long enough to be killed.
  static func large(_ folder: Workspace, files: Int, name: String = "tree") throws {
    var dice = Dice(seed: 7)
    for number in 0..<files {
      let path = "\(name)/service \(number % 40)/dossier \(number / 40 % 25)/pièce \(number).txt"
      // Some alike, most not.
      let content = String(repeating: "contenu \(number % 17 == 0 ? 0 : number) ", count: 40 + dice.below(400))
      try folder.write(path, content)
    }
    _ = try Program.tool("sh", ["-c", "find \"$1\" -depth -exec touch -d @\(date) {} +", "sh", folder.path(name)], in: folder)
  }
}
