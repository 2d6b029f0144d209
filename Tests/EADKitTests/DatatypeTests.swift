import CLibXML2
import Foundation
import Testing

@testable import EADKit

/// One value and what a datatype says of it.
private struct Case {
  var type: String
  var parameters: [(String, String)]
  var value: String
  var isValid: Bool
}

/// A document for values: prefixes `p` and `q` are bound to one namespace, `r` to another, `photo` is an unparsed entity.
private final class SampleContext: DatatypeContext {
  func namespace(ofPrefix prefix: [UInt8]) -> [UInt8]? {
    switch String(decoding: prefix, as: UTF8.self) {
    case "": Array("urn:default".utf8)
    case "p", "q": Array("urn:one".utf8)
    case "r": Array("urn:two".utf8)
    default: nil
    }
  }

  func isUnparsedEntity(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    ["photo", "photo2"].contains(String(decoding: name, as: UTF8.self))
  }
}

private let schemaLibrary = "http://www.w3.org/2001/XMLSchema-datatypes"

private func datatype(
  _ name: String, _ parameters: [(String, String)] = [], library: String = schemaLibrary
) throws(DatatypeProblem) -> Datatype {
  try Datatype.make(
    library: library, name: name, parameters: parameters.map { (name: $0.0, value: Array($0.1.utf8)) },
    context: SampleContext())
}

private func problem(_ name: String, _ parameters: [(String, String)] = [], library: String = schemaLibrary) -> String {
  do throws(DatatypeProblem) {
    _ = try datatype(name, parameters, library: library)
    return "none"
  } catch {
    #expect(MessageCatalog.contains(error.key), "\(error.key)")
    return error.key
  }
}

private func verdict(_ datatype: Datatype, _ value: String) -> DatatypeVerdict {
  Array(value.utf8).withUnsafeBufferPointer { datatype.accepts($0, SampleContext()) }
}

private func cases(
  _ type: String, _ parameters: [(String, String)] = [], valid: [String], invalid: [String]
) -> [Case] {
  valid.map { Case(type: type, parameters: parameters, value: $0, isValid: true) }
    + invalid.map { Case(type: type, parameters: parameters, value: $0, isValid: false) }
}

/// What jing says too.
private let asJing: [Case] = [
  cases(
    "date",
    valid: [
      "2000-01-01", "2000-02-29", "0004-02-29", "-0001-01-01", "-0001-02-29", "-0005-02-29", "12000-01-01", "2000-01-01Z",
      "2000-01-01+14:00", "2000-01-01-12:59", " 2000-01-01\t", "2000-01-01-00:00",
    ],
    invalid: [
      "", "2000", "1900-02-29", "2000-02-30", "2000-13-01", "2000-00-10", "2000-01-00", "0000-01-01", "-0004-02-29",
      "00012-01-01", "012000-01-01", "2000-1-1", "2000-01-01+14:01", "2000-01-01+1:00", "2000-01-01+00:60", "2000-01-01z",
      "+2000-01-01", "20000101", "2000-04-31", "2100-02-29", "2000-01-01T00:00:00", "99999999999-01-01", "200é-01-01",
    ]),
  cases(
    "gYear", valid: ["2000", "-0001", "12000", "1999Z", "1999+01:00", " 1999 "],
    invalid: ["0000", "-0000", "01999", "99", "+1999", "1999+14:01", "-1", "", "1999-01"]),
  cases(
    "gYearMonth", valid: ["2000-01", "-0001-12", "1999-01Z", "12000-10"],
    invalid: ["0000-01", "1999-13", "1999-1", "199901", "1999-01-01"]),
  cases("gMonth", valid: ["--01", "--12", "--01Z", "--01-05:00"], invalid: ["--13", "--00", "--1", "-01", "01", "--01--"]),
  cases("gDay", valid: ["---01", "---31", "---01+01:00"], invalid: ["---32", "---00", "---1", "--01"]),
  cases(
    "gMonthDay", valid: ["--02-29", "--12-31", "--01-01Z"], invalid: ["--02-30", "--04-31", "--13-01", "--1-1", "--01-00"]),
  cases(
    "time", valid: ["00:00:00", "23:59:59", "12:00:00.5", "12:00:00Z", "12:00:00+01:00", "23:59:60"],
    invalid: ["24:00:01", "24:01:00", "12:60:00", "1:00:00", "12:00", "12:00:61", "-12:00:00", "25:00:00"]),
  cases(
    "dateTime",
    valid: ["2000-01-01T00:00:00", "2000-01-01T00:00:00.123456789Z", "-0001-01-01T00:00:00Z", "12000-01-01T12:12:12-05:30"],
    invalid: ["2000-01-01", "2000-01-01T00:00", "2000-01-01t00:00:00", "1900-02-29T00:00:00", "2000-01-01 00:00:00"]),
  cases(
    "duration",
    valid: ["P1Y", "P1Y2M3DT4H5M6.7S", "-P1M", "PT1.5S", "PT.5S", "P0D", "P12M", "P99999999999999999999999999D"],
    invalid: ["", "P", "PT", "P1YT", "1Y", "P1S", "PT1Y", "P1M1Y", "PT1.5H", "+P1Y", "P1W", "P-1Y", "p1Y", "P1Y1Y", "PT.S"]),
  cases(
    "decimal",
    valid: ["0", "-1", "+1", "1.0", ".5", "5.", "-0.0", "00001", "123456789012345678901234567890.123456789012345678901"],
    invalid: ["", ".", "+", "1e5", "1,5", "1..2", "--1", "INF", "NaN", "0x1", "1 2", "\u{661}"]),
  cases("integer", valid: ["0", "-0", "+1", "007", "123456789012345678901234567890"], invalid: ["1.0", "1.", "", "1e5", "-"]),
  cases("nonNegativeInteger", valid: ["0", "-0", "+0", "12"], invalid: ["-1", "1.0"]),
  cases("positiveInteger", valid: ["1", "+01"], invalid: ["0", "-1"]),
  cases("negativeInteger", valid: ["-1", "-123456789012345678901234567890"], invalid: ["0", "-0", "1"]),
  cases("nonPositiveInteger", valid: ["0", "-1"], invalid: ["1"]),
  cases("long", valid: ["9223372036854775807", "-9223372036854775808"], invalid: ["9223372036854775808"]),
  cases("int", valid: ["2147483647", "-2147483648", "000000000000000001"], invalid: ["2147483648", "-2147483649"]),
  cases("short", valid: ["32767", "-32768"], invalid: ["32768"]),
  cases("byte", valid: ["127", "-128"], invalid: ["128", "-129"]),
  cases("unsignedLong", valid: ["18446744073709551615", "+1", "-0"], invalid: ["18446744073709551616", "-1"]),
  cases("unsignedInt", valid: ["4294967295"], invalid: ["4294967296"]),
  cases("unsignedShort", valid: ["65535"], invalid: ["65536"]),
  cases("unsignedByte", valid: ["255", "+1"], invalid: ["256", "-1"]),
  cases(
    "double", valid: ["0", "1.5", ".5", "5.", "1e5", "1E-5", "+.5e+1", "INF", "-INF", "NaN", "1e400"],
    invalid: ["", ".", "1e", "1e+", "e5", "1e5.0", "+INF", "inf", "nan", "0x1p3", "1f", "Infinity", "1 2"]),
  cases("float", valid: ["1e40", "-0"], invalid: ["1f", "1e"]),
  cases("boolean", valid: ["true", "false", "1", "0", " true "], invalid: ["TRUE", "yes", "", "01"]),
  cases(
    "language", valid: ["fr", "fr-FR", "x-klingon", "i-default", "zh-Hant-TW", "abcdefgh"],
    invalid: ["", "abcdefghi", "fr_FR", "fr-", "-fr", "a--b", "1a", "é", "fr en"]),
  cases(
    "NMTOKEN", valid: ["a", "-a", "1", ".", "a:b", "é", "\u{4E00}", "\u{B7}a", " a "],
    invalid: ["", "a b", "a/b", "1999/2000", "\u{20000}", "a,b"]),
  cases("NMTOKENS", valid: ["a", "1 2", " a  b "], invalid: ["", " ", "a,b"]),
  cases("Name", valid: ["a", "_", ":a", "a:b", "é1"], invalid: ["", "1a", "-a", "a b", "\u{300}a"]),
  cases("NCName", valid: ["a", "_a-1.b", "é"], invalid: ["", "a:b", "1", "a b"]),
  cases("IDREFS", valid: ["a", " a\n b "], invalid: ["", " ", "a 1", "a:b"]),
  cases("ENTITY", valid: ["photo", " photo "], invalid: ["", "autre", "photo photo2", "1"]),
  cases("ENTITIES", valid: ["photo", "photo  photo2"], invalid: ["", "photo autre"]),
  cases("QName", valid: ["a", "p:a", " q:b "], invalid: ["", "zz:a", ":a", "a:", "p:a:b", "p:1", "a b"]),
  cases("hexBinary", valid: ["", "0a0F"], invalid: ["0", "zz", "0A 0B"]),
  cases(
    "base64Binary", valid: ["", "AA==", "AAA=", "AAAA", "A A = =", "AAAA AAAA", "+/+/"],
    invalid: ["A", "AA=", "A===", "====", "AB==", "AAB=", "AA==AA==", "-_-_"]),
  cases("string", [("minLength", "1")], valid: ["a", " ", "é"], invalid: [""]),
  cases("string", [("length", "1")], valid: ["é", "\u{1F600}"], invalid: ["e\u{301}", "ab"]),
  cases("token", [("maxLength", "3")], valid: ["a b", " a  b "], invalid: ["a bc"]),
  cases("NMTOKENS", [("length", "2")], valid: ["abc d"], invalid: ["abc", "a b c"]),
  cases("hexBinary", [("length", "2")], valid: ["0A0A"], invalid: ["0A"]),
  cases("base64Binary", [("length", "1")], valid: ["AA=="], invalid: ["AAA="]),
  cases(
    "date", [("maxInclusive", "2099-12-31")], valid: ["2099-12-31", "1500-01-01", "2099-12-29Z"],
    invalid: ["2100-01-01", "2099-12-31Z", "12000-01-01"]),
  cases(
    "date", [("minInclusive", "2000-01-01Z")], valid: ["2000-01-01Z", "2000-01-01-05:00", "2000-01-03"],
    invalid: ["2000-01-01+01:00", "2000-01-01", "1999-12-31Z"]),
  cases(
    "dateTime", [("minExclusive", "2000-01-01T00:00:00Z")], valid: ["2000-01-01T00:00:00.001Z", "2000-01-01T14:00:01"],
    invalid: ["2000-01-01T01:00:00+01:00", "2000-01-01T14:00:00"]),
  cases("gYear", [("maxInclusive", "2099")], valid: ["2099", "-0500"], invalid: ["2100", "2099Z"]),
  cases("time", [("maxExclusive", "12:00:00Z")], valid: ["12:30:00+01:00"], invalid: ["12:00:00Z", "13:00:00+01:00"]),
  cases(
    "duration", [("minInclusive", "P1M")], valid: ["P32D", "P1Y", "P1M1D"], invalid: ["P31D", "P30D", "P28D", "P27D", "-P1M"]),
  cases("decimal", [("minInclusive", "-1.05")], valid: ["-1.05", "-1.0499999999999999999999999", "0"], invalid: ["-1.5"]),
  cases("integer", [("maxExclusive", "10")], valid: ["9", "-10"], invalid: ["10", "11"]),
  cases("double", [("maxInclusive", "1")], valid: ["1", "-INF", "1e-400"], invalid: ["NaN", "INF", "1.0000000001"]),
  cases("float", [("minInclusive", "16777217")], valid: ["16777216"], invalid: ["16777215"]),
  cases("string", [("pattern", "a+"), ("pattern", ".{2}")], valid: ["aa"], invalid: ["a", "aaa", "ab"]),
  cases("token", [("pattern", "a b")], valid: ["a b", " a  b\n"], invalid: ["a", "ab"]),
].flatMap { $0 }

/// Where jing says the opposite, and why it is not followed.
private let differences: [(reason: String, cases: [Case])] = [
  (
    "24:00:00 is the end of the day (XML Schema part 2, second edition, 3.2.7.1)",
    cases("time", valid: ["24:00:00"], invalid: []) + cases("dateTime", valid: ["2000-12-31T24:00:00Z"], invalid: [])
  ),
  (
    "jing stops at -13:00 in the west, 3.2.7.3 at -14:00",
    cases("date", valid: ["2000-01-01-14:00", "2000-01-01-13:01"], invalid: [])
  ),
  ("a point needs a digit after it (3.2.7.1)", cases("time", valid: [], invalid: ["12:00:00."])),
  ("years of nine digits are read, jing stops at 292278994", cases("gYear", valid: ["999999999"], invalid: [])),
  (
    "digits of the value count, not those of the text (4.3.11 and 4.3.12), as in libxml2",
    cases("decimal", [("totalDigits", "1")], valid: ["1.00"], invalid: ["0.001"])
      + cases("decimal", [("fractionDigits", "0")], valid: ["1.0"], invalid: [])
  ),
  (
    "jing compares milliseconds only",
    cases("dateTime", [("minInclusive", "2000-01-01T00:00:00.5001")], valid: [], invalid: ["2000-01-01T00:00:00.5"])
  ),
  (
    "a year is twelve months and an hour sixty minutes (3.2.6.2)",
    cases("duration", [("minInclusive", "P1Y")], valid: ["P12M"], invalid: [])
  ),
]

private let notAsJing: [Case] = differences.flatMap(\.cases)

struct DatatypeTests {
  @Test func verdicts() throws {
    for each in asJing + notAsJing {
      let datatype = try datatype(each.type, each.parameters)
      #expect(
        verdict(datatype, each.value) == (each.isValid ? .valid : .invalid),
        "\(each.type) \(each.parameters) \(each.value.debugDescription)")
    }
    #expect(asJing.count > 400)
  }

  /// The tables above hold what they say of jing.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/jing")))
  func verdictsOfJing() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("datatypes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func escaped(_ text: String) -> String {
      text.unicodeScalars.map { scalar in
        switch scalar {
        case "&", "<", ">", "\"", "\t", "\n", "\r": "&#\(scalar.value);"
        default: String(Character(scalar))
        }
      }.joined()
    }
    var schema = "<element name=\"values\" xmlns=\"http://relaxng.org/ns/structure/1.0\" datatypeLibrary=\"\(schemaLibrary)\">"
    schema += "<zeroOrMore><choice>\n"
    var document = "<!DOCTYPE values [<!NOTATION n SYSTEM \"n\"><!ENTITY photo SYSTEM \"a\" NDATA n>"
    document += "<!ENTITY photo2 SYSTEM \"a\" NDATA n>]>\n<values xmlns:p=\"urn:one\" xmlns:q=\"urn:one\" xmlns:r=\"urn:two\">\n"
    var expected: Set<Int> = []
    var names: [String: String] = [:]
    let opposite = notAsJing.map { Case(type: $0.type, parameters: $0.parameters, value: $0.value, isValid: !$0.isValid) }
    let all = asJing + opposite
    for (index, each) in all.enumerated() {
      let key = "\(each.type) \(each.parameters)"
      if names[key] == nil {
        names[key] = "v\(names.count)"
        let parameters = each.parameters.map { "<param name=\"\($0.0)\">\(escaped($0.1))</param>" }.joined()
        schema += "<element name=\"\(names[key] ?? "")\"><attribute name=\"v\">"
        schema += "<data type=\"\(each.type)\">\(parameters)</data></attribute></element>\n"
      }
      let name = names[key] ?? ""
      document += "<\(name) v=\"\(escaped(each.value))\"/>\n"
      if !each.isValid { expected.insert(index + 3) }
    }
    schema += "</choice></zeroOrMore></element>"
    document += "</values>"
    try schema.write(to: folder.appendingPathComponent("s.rng"), atomically: true, encoding: .utf8)
    try document.write(to: folder.appendingPathComponent("d.xml"), atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/jing")
    process.arguments = ["-i", "s.rng", "d.xml"]
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    var found: Set<Int> = []
    for match in output.matches(of: /d\.xml:(\d+):\d+: error/) { found.insert(Int(match.1) ?? 0) }
    #expect(found.count > 150, "\(output.prefix(500))")
    for line in expected.symmetricDifference(found).sorted() {
      let shown = line >= 3 && line - 3 < all.count ? "\(all[line - 3])" : "line \(line)"
      Issue.record("jing says \(found.contains(line) ? "invalid" : "valid"): \(shown)")
    }
  }

  @Test func textIsAlwaysValid() throws {
    for (library, name) in [("", "string"), ("", "token"), (schemaLibrary, "string"), (schemaLibrary, "normalizedString")] {
      let datatype = try datatype(name, library: library)
      #expect(datatype.acceptsEverything)
      #expect(verdict(datatype, "") == .valid && verdict(datatype, " \n é") == .valid)
    }
    #expect(try !datatype("token", [("minLength", "1")]).acceptsEverything)
    #expect(try !datatype("NMTOKEN").acceptsEverything)
  }

  @Test func roles() throws {
    let roles: [(String, Datatype.Role)] = [
      ("ID", .id), ("IDREF", .idref), ("IDREFS", .idrefs), ("ENTITY", .entity), ("ENTITIES", .entity), ("NCName", .plain),
    ]
    for (name, role) in roles { #expect(try datatype(name).role == role) }
    #expect(try datatype("ID", [("pattern", "a.*")]).role == .id)
    for name in ["QName", "NOTATION", "ENTITY", "ENTITIES"] { #expect(try datatype(name).needsContext) }
    #expect(try !datatype("IDREFS").needsContext)
  }

  /// Without a document, entities count as declared and prefixes as bound.
  @Test func withoutContext() throws {
    let (entity, name) = (try datatype("ENTITY"), try datatype("QName"))
    Array("autre".utf8).withUnsafeBufferPointer { #expect(entity.accepts($0, nil) == .valid) }
    Array("zz:a".utf8).withUnsafeBufferPointer { #expect(name.accepts($0, nil) == .valid) }
    Array("zz:1".utf8).withUnsafeBufferPointer { #expect(name.accepts($0, nil) == .invalid) }
  }

  @Test func bytesThatAreNoTextDoNoHarm() throws {
    for name in ["ID", "NMTOKEN", "anyURI", "date", "double", "string", "QName", "IDREFS", "base64Binary"] {
      let plain = try datatype(name)
      let narrow = try datatype(name, [("pattern", #"[é\w]{1,3}\S*"#)])
      for bytes: [UInt8] in [[0xC3], [0xE2, 0x82], [0xF0, 0x9F], [0xFF, 0x61], [0x61, 0x80], [0xED, 0xA0, 0x80], [0]] {
        bytes.withUnsafeBufferPointer {
          #expect(plain.accepts($0, nil) == (["anyURI", "string"].contains(name) ? .valid : .invalid), "\(name) \(bytes)")
          _ = narrow.accepts($0, nil)
        }
      }
    }
  }

  // MARK: Addresses

  @Test func addresses() throws {
    let datatype = try datatype("anyURI")
    let valid = [
      "", "a", "http://a/?f[x][]=1", "?[", "#[", "a b", " é ", "a\\b", #"C:\dossier\vue 1.pdf"#, "c:/d", #"\\serveur\partage"#,
      "%20", "%C3%a9", "#", "?a?b", "///", "//?a", "//#a", "http:///a", "http:?", "http:a", "foo:[", "foo:a:b", "a/b:c", "?:b",
      "./a:b", "mailto:a@b", "ark:/12148/cb1", "http://[::1]:80/", "//[1:2:3:4:5:6:1.2.3.4]", "//u@[::]", "//[fe80::1%25eth0]",
      "http://a:port/", "//a:b:c", "http://u@p@h/", "javascript:alert(1)", "data:text/plain,a b", "<a>", "\"", "|", "^", "`",
      "{a}", "\u{1F600}", "1999/2000", "www.exemple.fr/ page", "http://exa_mple.org", "file://C:\\a b", "//:80", "//@",
    ]
    let invalid = [
      "%", "%2", "%zz", "a%", "%2g", "http://a/%%20", "a#b#c", "##", "a#é#", ":", ":a", "1a:b", "_a:b", "é:x", "a b:c", "%20:b",
      "a_b:c", "-:x", "::1", "http:", "mailto:", "urn:", "http:#a", "//", "http://", "[a]", "a[b", "]", "http://a/[b]", "//[a",
      "//[x]", "//a]b", "x://[a]b", "http://[::1", "//a[::1]", "//[::1]x", "//[1:2]", "//[::1.2.3.400]", "//[:::]", "foo:%",
      "//[1:2:3:4:5:6:7:8::]", "//[::12345]", "//[::1]:x",
    ]
    for value in valid { #expect(verdict(datatype, value) == .valid, "\(value)") }
    for value in invalid { #expect(verdict(datatype, value) == .invalid, "\(value)") }
  }

  // MARK: Schemas that are not correct

  @Test func unknownDatatypes() {
    #expect(problem("string", library: "http://example.org/x") == "datatype-library-unknown")
    #expect(problem("NMTOKEN", library: "") == "datatype-unknown-built-in")
    #expect(problem("nmtoken") == "datatype-unknown")
    #expect(problem("anySimpleType") == "datatype-unknown")
    #expect(problem("token", [("minLength", "1")], library: "") == "datatype-parameter-built-in")
  }

  @Test func parametersThatAreWrong() {
    #expect(problem("string", [("enumeration", "a")]) == "datatype-parameter-enumeration")
    #expect(problem("string", [("whiteSpace", "collapse")]) == "datatype-parameter-whitespace")
    #expect(problem("string", [("minlength", "1")]) == "datatype-parameter-unknown")
    for (type, parameter) in [
      ("int", "length"), ("date", "maxLength"), ("QName", "length"), ("string", "minInclusive"), ("IDREFS", "maxExclusive"),
      ("double", "totalDigits"), ("string", "fractionDigits"), ("boolean", "length"),
    ] {
      #expect(problem(type, [(parameter, "1")]) == "datatype-parameter-not-for-type", "\(type) \(parameter)")
    }
    for (type, parameter, value) in [
      ("string", "length", "-1"), ("string", "length", "1.0"), ("string", "length", ""), ("string", "maxLength", "abc"),
      ("decimal", "totalDigits", "0"), ("decimal", "fractionDigits", "-1"), ("int", "minInclusive", "1.0"),
      ("int", "maxInclusive", "99999999999"), ("date", "maxInclusive", "2000-02-30"), ("double", "minInclusive", "1e"),
    ] {
      #expect(problem(type, [(parameter, value)]) == "datatype-parameter-value", "\(type) \(parameter) \(value)")
    }
    #expect(problem("int", [("minInclusive", "2"), ("maxInclusive", "1")]) == "datatype-parameter-contradiction")
    #expect(problem("string", [("length", " +1 "), ("maxLength", "99999999999999999999999")]) == "none")
    #expect(problem("double", [("minInclusive", "NaN")]) == "none")
  }

  @Test func lengthsThatContradict() throws {
    let datatype = try datatype("string", [("minLength", "2"), ("maxLength", "1")])
    for value in ["", "a", "aa", "aaa"] { #expect(verdict(datatype, value) == .invalid) }
  }

  // MARK: Regular expressions

  @Test func patterns() throws {
    let table: [(String, [String], [String])] = [
      ("a*", ["", "aaa"], ["b"]), ("a{2,4}", ["aa", "aaaa"], ["a", "aaaaa"]), ("a{2,}", ["aa", "aaaaaa"], ["a"]), ("a{0}", [""], ["a"]),
      ("(a|ab)(c|bcd)(d*)", ["abcd", "acdd"], ["abd"]), ("", [""], ["a"]), ("|a", ["", "a"], ["aa"]), ("()", [""], ["a"]),
      ("^a$", ["^a$"], ["a"]), (#"a\.b"#, ["a.b"], ["axb"]), (".", ["a", "é", " "], ["", "\n", "\r", "ab"]),
      ("[a-z-[aeiou]]+", ["bcd"], ["bad"]), ("[^a-z-[A-Z]]+", ["12"], ["1A", "1a"]), ("[a^b]+", ["^ab"], ["c"]),
      ("[A-Za-z-]+", ["a-Z"], ["a_"]), ("[-a]+", ["-a"], ["b"]), (#"[\d-]+"#, ["1-2"], ["a"]),
      (#"\d{4}"#, ["1999", "\u{661}\u{662}\u{663}\u{664}"], ["199a"]), (#"\w+"#, ["é1a"], ["a b", "a.b"]),
      (#"\i\c*"#, ["_a-1", ":b", "é"], ["1a", "-a"]), (#"[\i-[:]][\c-[:]]*"#, ["a.b"], ["a:b"]), (#"\S+"#, ["é\u{A0}"], ["a b"]),
      (#"\p{Lu}\p{Ll}*"#, ["Élan", "A"], ["élan"]), (#"\P{L}+"#, ["12-"], ["1a"]), (#"\p{IsGreek}+"#, ["\u{3A3}"], ["S"]),
      (#"\p{IsLatin-1Supplement}"#, ["é"], ["e"]), (#"[\p{L}\p{N}]+"#, ["aé1"], ["-"]), (#"[\[\]\-]+"#, ["[-]"], ["a"]),
      (#"(\d{1,4}[A-Z]?)(/\d+)*(-\d+)?"#, ["12J/3-4", "1"], ["J12"]), ("x{1000}", [String(repeating: "x", count: 1000)], ["x"]),
      // Patterns on which libxml2's regular expressions are mistaken.
      ("([a-z]{1,3},)*[a-z]{1,3}", ["abc", "aa,f,orb"], ["aaaa", "abab"]), ("(a?){3}a{3}", ["aaa", "aaaaaa"], ["aa", "aaaaaaa"]),
      ("[^a].|[a-c-[b]]", ["c", "bx"], ["b", "ax"]), ("[^a]|[a-c].", ["b", "bé", "ac"], ["a"]),
      ("(a*){2}b", ["b", "aab"], ["a"]), ("(a?b?){2}", ["", "abab"], ["ababa"]),
      ("a{2}a{2}|b", ["aaaa", "b"], ["aaa"]),
      ("(a?(c{0,2})){2,}|x", ["cc", "acca"], ["b"]),
    ]
    for (text, taken, refused) in table {
      let pattern = try DatatypePattern(Array(text.utf8))
      for value in taken { #expect(pattern.matches(value), "\(text) takes \(value)") }
      for value in refused { #expect(!pattern.matches(value), "\(text) refuses \(value)") }
    }
  }

  @Test func patternsThatAreWrong() {
    let table: [(String, String)] = [
      ("(a", "parenthesis"), ("a)", "parenthesis"), ("[a", "bracket"), ("a]", "character"), ("[]", "bracket"), ("[[a]]", "bracket"),
      ("*a", "quantifier"), ("a**", "quantifier"), ("a{3,2}", "quantifier"), ("a{,3}", "quantifier"), ("a{b}", "quantifier"),
      ("a{2", "quantifier"), ("{2}", "quantifier"), ("a}", "character"), ("[b-a]", "range"), ("[a-c-e]", "range"),
      (#"[\d-z]"#, "range"), (#"[a-\d]"#, "range"), ("[--a]", "range"), (#"\q"#, "escape"), (#"\b"#, "escape"), (#"\/"#, "escape"),
      (#"\1"#, "escape"), ("a\\", "escape"), (#"\p{Foo}"#, "property"), (#"\p{IsFoo}"#, "property"), (#"\pL"#, "property"),
      (#"\p{"#, "property"), ("(?:a)", "quantifier"), ("a+?", "quantifier"),
      (String(repeating: "(", count: 5000) + "a", "too-large"), (String(repeating: "[a-", count: 5000), "too-large"),
      ("((a{0,100}){0,100}){0,100}", "too-large"), ("a{999999999}", "too-large"),
    ]
    for (text, reason) in table {
      #expect(problem("string", [("pattern", text)]) == "datatype-pattern-" + reason, "\(text.prefix(40))")
    }
    do throws(DatatypeProblem) {
      _ = try DatatypePattern(Array("[A-Z]{2}\\/x".utf8))
      Issue.record("accepted")
    } catch {
      #expect(error.arguments == ["[A-Z]{2}\\/x", "10", "/"])
    }
  }

  /// Patterns that keep a backtracking engine busy for years; time grows with the value's length only.
  @Test func hostilePatterns() throws {
    let long = String(repeating: "a", count: 100_000)
    let clock = ContinuousClock()
    for text in [
      "(a+)+b", "(a*)*b", "(a|aa)+b", "(a|a)*b", "([a-z]+)*-", "(.*)*x", "a{0,50}a{0,50}a{0,50}b", "((a{1,9}){1,9}){1,9}b",
      String(repeating: "(", count: 190) + "a" + String(repeating: ")*", count: 190) + "b",
    ] {
      var pattern: DatatypePattern?
      var answers: [Bool] = []
      let time = try clock.measure {
        pattern = try DatatypePattern(Array(text.utf8))
        answers = [long, String(repeating: "a", count: 40)].map { pattern?.matches($0) ?? true }
      }
      #expect(answers == [false, false], "\(text)")
      #expect(time < .seconds(10), "\(text): \(time)")
    }
  }

  /// Where even the table of states would be too large, long values are given up, not waited for.
  @Test func patternsWithoutTable() throws {
    let clock = ContinuousClock()
    for text in ["(a|b)*a(a|b){20}", "(.{0,500}a){5}.{0,500}b"] {
      var verdicts: [DatatypeVerdict] = []
      let datatype = try datatype("string", [("pattern", text)])
      let pattern = try #require(datatype.facets.patterns.first)
      #expect(pattern.isFollowedSideBySide, "\(text)")
      let time = clock.measure {
        verdicts = [verdict(datatype, String(repeating: "a", count: 2_000_000)), verdict(datatype, "~")]
      }
      #expect(verdicts == [.undecided, .invalid], "\(text)")
      #expect(time < .seconds(20), "\(text): \(time)")
    }
    let pattern = try DatatypePattern(Array("(a|b)*a(a|b){20}".utf8))
    #expect(pattern.matches("bba" + String(repeating: "b", count: 20)))
    #expect(!pattern.matches("bbb" + String(repeating: "b", count: 20)))
  }

  @Test func manyThreadsAtOnce() async throws {
    let types = [
      try datatype("token", [("pattern", #"[\i-[:]][\c-[:]]*|\p{Lu}{2}-\d{2,9}"#)]),
      try datatype("string", [("pattern", "(a|b)*a(a|b){20}")]),
      try datatype("date", [("maxInclusive", "2099-12-31")]), try datatype("decimal", [("minExclusive", "-1.5")]),
    ]
    let values = ["FR-123", "a:b", "ab" + String(repeating: "ab", count: 20), "2024-02-30", "2024-02-29", "-1.50", "-1.49", "é"]
    let expected = types.map { type in values.map { verdict(type, $0) } }
    let agree = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask { (0..<300).allSatisfy { _ in types.map { type in values.map { verdict(type, $0) } } == expected } }
      }
      return await group.allSatisfy { $0 }
    }
    #expect(agree)
  }

  // MARK: Values that a schema names

  @Test func literals() throws {
    let table: [(String, String, [String], [String])] = [
      ("string", "a ", ["a "], ["a", "A "]), ("token", " a  b ", ["a b", "a\nb "], ["ab"]),
      ("normalizedString", "a\tb", ["a b"], ["a  b"]),
      ("integer", "1", ["01", "+1", " 1 "], ["1.0", "2", ""]), ("decimal", "1.5", ["1.50", "01.5"], ["1.49"]),
      ("decimal", "-0", ["0", "0.00"], ["-1"]), ("double", "1", ["1e0", "10E-1"], ["1.1", "x"]), ("double", "NaN", ["NaN"], ["INF"]),
      ("float", "0.1", ["0.10000000001"], ["0.2"]), ("boolean", "true", ["1"], ["false", "0", "yes"]),
      ("date", "2000-01-01Z", ["2000-01-01+00:00"], ["2000-01-01"]), ("time", "12:00:00Z", ["13:00:00+01:00"], ["13:00:00"]),
      ("dateTime", "2000-01-01T00:00:00", ["1999-12-31T24:00:00", "2000-01-01T00:00:00.0"], ["2000-01-01T00:00:00Z"]),
      ("duration", "P1Y", ["P12M"], ["P365D"]), ("hexBinary", "0A", ["0a"], ["0B", "000A"]),
      ("base64Binary", "AA==", [" A A = ="], ["AQ=="]), ("anyURI", "http://a", ["http://a"], ["HTTP://a", "http://a/"]),
      ("language", "fr", ["fr"], ["FR"]), ("NMTOKENS", "a b", ["a  b"], ["b a", "a"]),
      ("QName", "p:a", ["q:a", " p:a"], ["r:a", "a", "p:b"]),
      ("QName", "a", ["a"], ["p:a"]), ("ENTITY", "photo", ["photo"], ["photo2", "x"]), ("NMTOKEN", "\u{E9}", ["\u{E9}"], ["e\u{301}"]),
    ]
    for (type, text, same, other) in table {
      let literal = try ValueLiteral.make(library: schemaLibrary, name: type, text: Array(text.utf8), context: SampleContext())
      for value in same {
        Array(value.utf8).withUnsafeBufferPointer { #expect(literal.matches($0, SampleContext()), "\(type) \(text) = \(value)") }
      }
      for value in other {
        Array(value.utf8).withUnsafeBufferPointer { #expect(!literal.matches($0, SampleContext()), "\(type) \(text) ≠ \(value)") }
      }
    }
    let token = try ValueLiteral.make(library: "", name: "token", text: Array("\n a  b ".utf8), context: SampleContext())
    #expect(token.text == Array("a b".utf8))
    #expect(token.datatype.name == "token" && token.datatype.library.isEmpty)
  }

  @Test func literalsThatAreWrong() {
    for (type, text) in [("int", "1.5"), ("date", "2000-02-30"), ("QName", "zz:a"), ("ENTITY", "autre"), ("ID", "1")] {
      do throws(DatatypeProblem) {
        _ = try ValueLiteral.make(library: schemaLibrary, name: type, text: Array(text.utf8), context: SampleContext())
        Issue.record("\(type) \(text) accepted")
      } catch {
        #expect(error == DatatypeProblem(key: "datatype-value-invalid", arguments: [text, type]))
      }
    }
  }

  // MARK: Sentences

  private static let names = [
    "string", "normalizedString", "token", "boolean", "decimal", "double", "float", "duration", "dateTime", "date", "time", "gYear",
    "gYearMonth", "gMonth", "gMonthDay", "gDay", "hexBinary", "base64Binary", "anyURI", "language", "QName", "NOTATION", "Name", "NCName",
    "NMTOKEN", "NMTOKENS", "ID", "IDREF", "IDREFS", "ENTITY", "ENTITIES", "integer", "nonPositiveInteger", "negativeInteger",
    "nonNegativeInteger", "positiveInteger", "long", "int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort",
    "unsignedByte",
  ]

  @Test func expectations() throws {
    for name in Self.names {
      for language in MessageLanguage.allCases {
        let text = try datatype(name).expectation(language)
        #expect(!text.contains("expect-") && !text.contains("{"), "\(text)")
      }
    }
    for bound in ["minInclusive", "minExclusive", "maxInclusive", "maxExclusive"] {
      for (name, value) in [("int", "12"), ("gYear", "1999")] {
        let text = try datatype(name, [(bound, value)]).expectation(.french)
        #expect(text.contains(value) && !text.contains("expect-"), "\(text)")
      }
    }
    for name in ["NMTOKENS", "hexBinary", "token"] {
      for parameters in [[("length", "7")], [("minLength", "7")], [("maxLength", "7")], [("minLength", "7"), ("maxLength", "9")]] {
        let text = try datatype(name, parameters).expectation(.english)
        #expect(text.contains("7") && !text.contains("expect-"), "\(text)")
      }
    }
    #expect(try datatype("NMTOKEN").expectation(.english) == "one word of letters, digits, . - _ :")
    #expect(try datatype("NMTOKEN").expectation(.french) == "un seul mot fait de lettres, de chiffres, . - _ :")
    #expect(try datatype("byte").expectation(.french) == "un nombre entier de -128 à 127")
    #expect(
      try datatype("token", [("pattern", #"[A-Z]{2}-\d{4}"#)]).expectation(.english)
        == #"text of the form [A-Z]{2}-\d{4} (for example AA-1111)"#)
    #expect(
      try datatype("date", [("maxInclusive", "2099-12-31")]).expectation(.english)
        == "a full date that exists, such as 2024-05-31, 2099-12-31 or earlier")
    let long = try datatype("token", [("pattern", String(repeating: "(abc|def)", count: 60))]).expectation(.french)
    #expect(long.count < 120 && long.contains("…"), "\(long)")
    #expect(
      try datatype("string", [("pattern", #"(.|\n|\r)*\S(.|\n|\r)*"#)]).expectation(.english) == "some text, not only white space")
  }

  /// The pattern of `@normal` in the schema of EAD 2002, as archivists write dates.
  @Test func normalDatesOfEAD() throws {
    let schema = TestData.repository.appendingPathComponent("schemas/ead2002/ead-1.1.0-easvalidator.rng")
    guard let text = try? String(contentsOf: schema, encoding: .utf8) else { return }
    let found = text.matches(of: #/<param name="pattern"\s*>([^<]+)</param>/#).map { String($0.1) }
    for pattern in Set(found) where pattern.contains("01|02") {
      let datatype = try datatype("token", [("pattern", pattern)])
      for value in ["1914", "1914/1918", "1914-07", "1914-07-28/1918-11-11", "19140728", "-0050", " 1914 "] {
        #expect(verdict(datatype, value) == .valid, "\(value)")
      }
      for value in ["", "1914-13", "14", "1914 / 1918", "1914/", "vers 1914", "3014", "1914-7"] {
        #expect(verdict(datatype, value) == .invalid, "\(value)")
      }
      #expect(datatype.expectation(.french).contains("1914/1918"))
    }
  }

  // MARK: libxml2 as a second opinion

  /// Names follow the fourth edition of XML 1.0, character by character.
  @Test func namesAgreeWithLibxml2() {
    // No white space, which libxml2 would trim, and no character that XML forbids.
    let others: Set<UInt32> = [0x20, 0xFFFE, 0xFFFF]
    for value in UInt32(0x20)...0x1_1000 where !others.contains(value) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      for text in [String(Character(scalar)), "a" + String(Character(scalar))] {
        let bytes = Array(text.utf8)
        let ours = [DatatypeNames.Form.localName, .name, .token].map { form in
          bytes.withUnsafeBufferPointer { DatatypeNames.accepts($0, form) }
        }
        let theirs = [xmlValidateNCName(text, 0) == 0, xmlValidateName(text, 0) == 0, xmlValidateNMToken(text, 0) == 0]
        if ours != theirs { Issue.record("U+\(String(value, radix: 16)) in \(text): \(ours), libxml2 \(theirs)") }
      }
    }
  }

  /// Random changes to good values of the datatypes on which libxml2 and jing agree.
  @Test func spellingsAgreeWithLibxml2() throws {
    xmlSchemaInitTypes()
    let seeds: [(String, [String])] = [
      ("gMonth", ["--01", "--12Z", "--06-05:00"]), ("gDay", ["---01", "---31+14:00"]), ("gMonthDay", ["--02-29", "--12-31Z"]),
      ("long", ["9223372036854775807", "-1"]), ("int", ["2147483647", "+12"]), ("short", ["32767"]), ("byte", ["-128", "+1"]),
      ("boolean", ["true", "0"]), ("language", ["fr-FR", "x-klingon"]), ("hexBinary", ["00fF"]), ("NMTOKEN", ["a-1.b:c"]),
      ("NCName", ["_a.b"]), ("date", ["2000-02-29", "1999-12-31Z", "2024-05-31+14:00"]), ("gYear", ["1999", "2000Z"]),
      ("gYearMonth", ["1999-12", "2000-01+01:00"]),
    ]
    var random = SplitMix(state: 20_240_531)
    var tried = 0
    for (name, values) in seeds {
      let datatype = try datatype(name)
      let type = try #require(xmlSchemaGetPredefinedType(name, "http://www.w3.org/2001/XMLSchema"))
      for _ in 0..<3000 {
        var bytes = Array(values[Int(random.next() % UInt64(values.count))].utf8)
        for _ in 0...(random.next() % 2) {
          let place = Int(random.next() % UInt64(bytes.count + 1))
          let letter = Array("0123456789-+.:TZeEaé /".utf8)[Int(random.next() % 23)]
          switch random.next() % 3 {
          case 0: bytes.insert(letter, at: place)
          case 1 where place < bytes.count: bytes.remove(at: place)
          default: if place < bytes.count { bytes[place] = letter }
          }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { continue }
        // libxml2 counts a year 0 among the leap years before our era, and has no limit of nine digits.
        if name.hasPrefix("g") || name == "date", bytes.first == 0x2D, !name.hasPrefix("gM"), name != "gDay" { continue }
        let trimmed = bytes.withUnsafeBufferPointer { Array(DatatypeWhiteSpace.trimmed($0)) }
        var value: xmlSchemaValPtr?
        let theirs = (trimmed + [0]).withUnsafeBufferPointer {
          xmlSchemaValPredefTypeNodeNoNorm(type, $0.baseAddress, &value, nil) == 0
        }
        xmlSchemaFreeValue(value)
        tried += 1
        let ours = verdict(datatype, text) == .valid
        if ours != theirs { Issue.record("\(name) \(text.debugDescription): \(ours), libxml2 \(theirs)") }
      }
    }
    #expect(tried > 25_000)
  }

  /// Random patterns and values, where libxml2's answer can be trusted: no counted repetition, nothing that may be empty,
  /// no negated class (it refuses `c` for `[^a].|[a-c]`).
  @Test func patternsAgreeWithLibxml2() throws {
    var random = SplitMix(state: 7)
    func pick(_ items: [String]) -> String { items[Int(random.next() % UInt64(items.count))] }
    func branch(_ depth: Int) -> String {
      (0...(random.next() % 3)).map { _ in
        depth > 0 && random.next() % 4 == 0
          ? "(" + (0...(random.next() % 2)).map { _ in branch(depth - 1) }.joined(separator: "|") + ")"
          : pick(["a", "b", "c", "[ab]", ".", #"\d"#, #"\p{Ll}"#, "[a-c]", "é", "1"])
      }.joined()
    }
    var taken = 0
    for _ in 0..<2000 {
      let text = (0...(random.next() % 2)).map { _ in branch(2) }.joined(separator: "|")
      let pattern = try DatatypePattern(Array(text.utf8))
      let compiled = try #require(xmlRegexpCompile(text))
      defer { xmlRegFreeRegexp(compiled) }
      for _ in 0..<20 {
        let value = (0...(random.next() % 5)).map { _ in pick(["a", "b", "c", "1", "é"]) }.joined()
        let ours = pattern.matches(value)
        if ours { taken += 1 }
        if ours != (xmlRegexpExec(compiled, value) == 1) { Issue.record("\(text) with \(value): ours \(ours)") }
      }
    }
    #expect(taken > 1000)
  }
}

/// Random numbers that are the same on every run.
private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
