import EADKit
import Foundation
import Testing

@testable import Archifilter

struct FormatImportTests {
  private func lists(_ text: String, root: String = "/srv/versement") throws -> FormatImport {
    let folder = try FormatFolder()
    let lists = FormatImport(root: Array(root.utf8))
    try lists.add(path: try folder.write("list.csv", Array(text.utf8)))
    return lists
  }

  private let droid =
    "ID,PARENT_ID,URI,FILE_PATH,NAME,METHOD,STATUS,SIZE,TYPE,EXT,LAST_MODIFIED,EXTENSION_MISMATCH,MD5_HASH,FORMAT_COUNT,PUID,MIME_TYPE,FORMAT_NAME,FORMAT_VERSION\n"

  @Test func droidFromWindows() throws {
    let lists = try lists(
      droid + "1,,file:/D:/versement/,D:\\versement,versement,,Done,,Folder,,,false,,,,,,\n"
        + "2,1,file:/D:/versement/a/x.pdf,\"D:\\versement\\a\\x.pdf\",x.pdf,Signature,Done,5,File,pdf,,false,,1,fmt/18,application/pdf,PDF,1.4\n"
        + "3,1,file:/D:/versement/a/y.doc,\"D:\\versement\\a\\y.doc\",y.doc,Signature,Done,5,File,doc,,false,,2,fmt/39,application/msword,Word,6,fmt/40,application/msword,Word,97\n"
    )
    #expect(lists.rows == 2)
    #expect(lists.format(of: Array("a/x.pdf".utf8))?.puid == "fmt/18")
    #expect(lists.format(of: Array("a/y.doc".utf8))?.puid == nil)
    #expect(lists.format(of: Array("a/z".utf8)) == nil)
    #expect(lists.findings().map(\.rule) == ["format-list-ambiguous"])
  }

  @Test func droidAddressesArePercentEncoded() throws {
    let lists = try lists(
      droid + "2,1,file:/srv/versement/%C3%A9t%C3%A9%20b.pdf,,x.pdf,Signature,Done,5,File,pdf,,false,,1,fmt/18,application/pdf,PDF,1.4\n")
    #expect(lists.format(of: Array("été b.pdf".utf8))?.puid == "fmt/18")
  }

  @Test func siegfriedRelativeAndAbsolute() throws {
    let header = "filename,filesize,modified,errors,namespace,id,format,version,mime,class,basis,warning\n"
    let lists = try lists(
      header + "/srv/versement/a.pdf,1,2020,,pronom,fmt/19,PDF,1.5,application/pdf,Page,byte,\n"
        + "versement/\"\"b.doc,1,2020,,pronom,UNKNOWN,,,,,,no match\n"
        + "\"c,d.pdf\",1,2020,,pronom,fmt/18,PDF,1.4,application/pdf,Page,byte,\n"
        + "absent.pdf,1,2020,,pronom,fmt/18,PDF,1.4,application/pdf,Page,byte,\n")
    #expect(lists.format(of: Array("a.pdf".utf8))?.puid == "fmt/19")
    #expect(lists.format(of: Array("c,d.pdf".utf8))?.version == "1.4")
    let unmatched = lists.findings().first { $0.rule == "format-list-unmatched" }
    #expect(unmatched?.arguments.first == "2")
  }

  @Test func linesOfFile() throws {
    let lists = try lists("./a: b.pdf: application/pdf; charset=binary\n./c.txt: text/plain; charset=us-ascii\n")
    #expect(lists.format(of: Array("a: b.pdf".utf8))?.mime == "application/pdf")
    #expect(lists.format(of: Array("c.txt".utf8))?.mime == "text/plain")
  }

  @Test func composedAndDecomposedNamesAreTwoFiles() throws {
    let lists = try lists("filename,namespace,id,format,version,mime\n\u{E9}.pdf,pronom,fmt/18,PDF,1.4,application/pdf\n")
    #expect(lists.format(of: [0x65, 0xCC, 0x81] + Array(".pdf".utf8)) == nil)
    #expect(lists.format(of: [0xC3, 0xA9] + Array(".pdf".utf8))?.puid == "fmt/18")
  }

  @Test func somethingElseIsRefused() throws {
    #expect(throws: EADError.self) { try lists("nom;taille\na;1\n") }
  }
}
