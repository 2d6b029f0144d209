/// Elements of EAD 2002 (DTD and schema) and of EAD3 1.1.1 (also undeprecated), as small integers.
///
/// The order is the alphabet's; the numbers mean nothing outside the program.
enum Tag {
  static let abbr: NameID = 1
  static let abstract: NameID = 2
  static let accessrestrict: NameID = 3
  static let accruals: NameID = 4
  static let acqinfo: NameID = 5
  static let add: NameID = 6
  static let address: NameID = 7
  static let addressline: NameID = 8
  static let admininfo: NameID = 9
  static let agencycode: NameID = 10
  static let agencyname: NameID = 11
  static let agent: NameID = 12
  static let agenttype: NameID = 13
  static let altformavail: NameID = 14
  static let appraisal: NameID = 15
  static let arc: NameID = 16
  static let archdesc: NameID = 17
  static let archdescgrp: NameID = 18
  static let archref: NameID = 19
  static let arrangement: NameID = 20
  static let author: NameID = 21
  static let bibliography: NameID = 22
  static let bibref: NameID = 23
  static let bibseries: NameID = 24
  static let bioghist: NameID = 25
  static let blockquote: NameID = 26
  static let c: NameID = 27
  static let c01: NameID = 28
  static let c02: NameID = 29
  static let c03: NameID = 30
  static let c04: NameID = 31
  static let c05: NameID = 32
  static let c06: NameID = 33
  static let c07: NameID = 34
  static let c08: NameID = 35
  static let c09: NameID = 36
  static let c10: NameID = 37
  static let c11: NameID = 38
  static let c12: NameID = 39
  static let change: NameID = 40
  static let chronitem: NameID = 41
  static let chronitemset: NameID = 42
  static let chronlist: NameID = 43
  static let citation: NameID = 44
  static let colspec: NameID = 45
  static let container: NameID = 46
  static let control: NameID = 47
  static let controlaccess: NameID = 48
  static let controlnote: NameID = 49
  static let conventiondeclaration: NameID = 50
  static let corpname: NameID = 51
  static let creation: NameID = 52
  static let custodhist: NameID = 53
  static let dao: NameID = 54
  static let daodesc: NameID = 55
  static let daogrp: NameID = 56
  static let daoloc: NameID = 57
  static let daoset: NameID = 58
  static let date: NameID = 59
  static let daterange: NameID = 60
  static let dateset: NameID = 61
  static let datesingle: NameID = 62
  static let defitem: NameID = 63
  static let dentry: NameID = 64
  static let descgrp: NameID = 65
  static let descriptivenote: NameID = 66
  static let descrules: NameID = 67
  static let did: NameID = 68
  static let didnote: NameID = 69
  static let dimensions: NameID = 70
  static let div: NameID = 71
  static let drow: NameID = 72
  static let dsc: NameID = 73
  static let dscgrp: NameID = 74
  static let ead: NameID = 75
  static let eadgrp: NameID = 76
  static let eadheader: NameID = 77
  static let eadid: NameID = 78
  static let edition: NameID = 79
  static let editionstmt: NameID = 80
  static let emph: NameID = 81
  static let entry: NameID = 82
  static let event: NameID = 83
  static let eventdatetime: NameID = 84
  static let eventdescription: NameID = 85
  static let eventgrp: NameID = 86
  static let eventtype: NameID = 87
  static let expan: NameID = 88
  static let extent: NameID = 89
  static let extptr: NameID = 90
  static let extptrloc: NameID = 91
  static let extref: NameID = 92
  static let extrefloc: NameID = 93
  static let famname: NameID = 94
  static let filedesc: NameID = 95
  static let fileplan: NameID = 96
  static let footnote: NameID = 97
  static let foreign: NameID = 98
  static let fromdate: NameID = 99
  static let frontmatter: NameID = 100
  static let function: NameID = 101
  static let genreform: NameID = 102
  static let geogname: NameID = 103
  static let geographiccoordinates: NameID = 104
  static let head: NameID = 105
  static let head01: NameID = 106
  static let head02: NameID = 107
  static let head03: NameID = 108
  static let imprint: NameID = 109
  static let index: NameID = 110
  static let indexentry: NameID = 111
  static let item: NameID = 112
  static let label: NameID = 113
  static let langmaterial: NameID = 114
  static let language: NameID = 115
  static let languagedeclaration: NameID = 116
  static let languageset: NameID = 117
  static let langusage: NameID = 118
  static let lb: NameID = 119
  static let legalstatus: NameID = 120
  static let linkgrp: NameID = 121
  static let list: NameID = 122
  static let listhead: NameID = 123
  static let localcontrol: NameID = 124
  static let localtypedeclaration: NameID = 125
  static let maintenanceagency: NameID = 126
  static let maintenanceevent: NameID = 127
  static let maintenancehistory: NameID = 128
  static let maintenancestatus: NameID = 129
  static let materialspec: NameID = 130
  static let name: NameID = 131
  static let namegrp: NameID = 132
  static let note: NameID = 133
  static let notestmt: NameID = 134
  static let num: NameID = 135
  static let objectxmlwrap: NameID = 136
  static let occupation: NameID = 137
  static let odd: NameID = 138
  static let organization: NameID = 139
  static let originalsloc: NameID = 140
  static let origination: NameID = 141
  static let otheragencycode: NameID = 142
  static let otherfindaid: NameID = 143
  static let otherrecordid: NameID = 144
  static let p: NameID = 145
  static let part: NameID = 146
  static let persname: NameID = 147
  static let physdesc: NameID = 148
  static let physdescset: NameID = 149
  static let physdescstructured: NameID = 150
  static let physfacet: NameID = 151
  static let physloc: NameID = 152
  static let phystech: NameID = 153
  static let prefercite: NameID = 154
  static let processinfo: NameID = 155
  static let profiledesc: NameID = 156
  static let ptr: NameID = 157
  static let ptrgrp: NameID = 158
  static let ptrloc: NameID = 159
  static let publicationstatus: NameID = 160
  static let publicationstmt: NameID = 161
  static let publisher: NameID = 162
  static let quantity: NameID = 163
  static let quote: NameID = 164
  static let recordid: NameID = 165
  static let ref: NameID = 166
  static let refloc: NameID = 167
  static let relatedmaterial: NameID = 168
  static let relation: NameID = 169
  static let relationentry: NameID = 170
  static let relations: NameID = 171
  static let repository: NameID = 172
  static let representation: NameID = 173
  static let resource: NameID = 174
  static let revisiondesc: NameID = 175
  static let rightsdeclaration: NameID = 176
  static let row: NameID = 177
  static let runner: NameID = 178
  static let scopecontent: NameID = 179
  static let script: NameID = 180
  static let separatedmaterial: NameID = 181
  static let seriesstmt: NameID = 182
  static let source: NameID = 183
  static let sourceentry: NameID = 184
  static let sources: NameID = 185
  static let sponsor: NameID = 186
  static let subarea: NameID = 187
  static let subject: NameID = 188
  static let subtitle: NameID = 189
  static let table: NameID = 190
  static let tbody: NameID = 191
  static let term: NameID = 192
  static let tgroup: NameID = 193
  static let thead: NameID = 194
  static let title: NameID = 195
  static let titlepage: NameID = 196
  static let titleproper: NameID = 197
  static let titlestmt: NameID = 198
  static let todate: NameID = 199
  static let tspec: NameID = 200
  static let unitdate: NameID = 201
  static let unitdatestructured: NameID = 202
  static let unitid: NameID = 203
  static let unittitle: NameID = 204
  static let unittype: NameID = 205
  static let userestrict: NameID = 206

  /// A text node.
  static let text: NameID = 0
  /// A comment, where comments are kept.
  static let comment: NameID = 0xFFFE
  /// A processing instruction (target, blank, data), where they are kept.
  static let pi: NameID = 0xFFFF
  static let count = 207

  static let names: [String] = [
    "",
    "abbr", "abstract", "accessrestrict", "accruals", "acqinfo", "add", "address", "addressline", "admininfo",
    "agencycode", "agencyname", "agent", "agenttype", "altformavail", "appraisal", "arc", "archdesc", "archdescgrp",
    "archref", "arrangement", "author", "bibliography", "bibref", "bibseries", "bioghist", "blockquote", "c", "c01",
    "c02", "c03", "c04", "c05", "c06", "c07", "c08", "c09", "c10", "c11", "c12", "change", "chronitem", "chronitemset",
    "chronlist", "citation", "colspec", "container", "control", "controlaccess", "controlnote",
    "conventiondeclaration", "corpname", "creation", "custodhist", "dao", "daodesc", "daogrp", "daoloc", "daoset",
    "date", "daterange", "dateset", "datesingle", "defitem", "dentry", "descgrp", "descriptivenote", "descrules",
    "did", "didnote", "dimensions", "div", "drow", "dsc", "dscgrp", "ead", "eadgrp", "eadheader", "eadid", "edition",
    "editionstmt", "emph", "entry", "event", "eventdatetime", "eventdescription", "eventgrp", "eventtype", "expan",
    "extent", "extptr", "extptrloc", "extref", "extrefloc", "famname", "filedesc", "fileplan", "footnote", "foreign",
    "fromdate", "frontmatter", "function", "genreform", "geogname", "geographiccoordinates", "head", "head01",
    "head02", "head03", "imprint", "index", "indexentry", "item", "label", "langmaterial", "language",
    "languagedeclaration", "languageset", "langusage", "lb", "legalstatus", "linkgrp", "list", "listhead",
    "localcontrol", "localtypedeclaration", "maintenanceagency", "maintenanceevent", "maintenancehistory",
    "maintenancestatus", "materialspec", "name", "namegrp", "note", "notestmt", "num", "objectxmlwrap", "occupation",
    "odd", "organization", "originalsloc", "origination", "otheragencycode", "otherfindaid", "otherrecordid", "p",
    "part", "persname", "physdesc", "physdescset", "physdescstructured", "physfacet", "physloc", "phystech",
    "prefercite", "processinfo", "profiledesc", "ptr", "ptrgrp", "ptrloc", "publicationstatus", "publicationstmt",
    "publisher", "quantity", "quote", "recordid", "ref", "refloc", "relatedmaterial", "relation", "relationentry",
    "relations", "repository", "representation", "resource", "revisiondesc", "rightsdeclaration", "row", "runner",
    "scopecontent", "script", "separatedmaterial", "seriesstmt", "source", "sourceentry", "sources", "sponsor",
    "subarea", "subject", "subtitle", "table", "tbody", "term", "tgroup", "thead", "title", "titlepage", "titleproper",
    "titlestmt", "todate", "tspec", "unitdate", "unitdatestructured", "unitid", "unittitle", "unittype", "userestrict",
  ]
}

/// Attributes of the same schemas; those of XLink under their EAD3 names (`linkrole`, `linktitle`, `linktype`).
enum Attribute {
  static let abbr: NameID = 207
  static let actuate: NameID = 208
  static let align: NameID = 209
  static let althead: NameID = 210
  static let altrender: NameID = 211
  static let approximate: NameID = 212
  static let arcrole: NameID = 213
  static let audience: NameID = 214
  static let authfilenumber: NameID = 215
  static let base: NameID = 216
  static let calendar: NameID = 217
  static let certainty: NameID = 218
  static let char: NameID = 219
  static let charoff: NameID = 220
  static let `class`: NameID = 221
  static let colname: NameID = 222
  static let colnum: NameID = 223
  static let cols: NameID = 224
  static let colsep: NameID = 225
  static let colwidth: NameID = 226
  static let containerid: NameID = 227
  static let continuation: NameID = 228
  static let coordinatesystem: NameID = 229
  static let countrycode: NameID = 230
  static let countryencoding: NameID = 231
  static let coverage: NameID = 232
  static let daotype: NameID = 233
  static let datechar: NameID = 234
  static let dateencoding: NameID = 235
  static let dsctype: NameID = 236
  static let encodinganalog: NameID = 237
  static let entityref: NameID = 238
  static let era: NameID = 239
  static let expan: NameID = 240
  static let findaidstatus: NameID = 241
  static let frame: NameID = 242
  static let from: NameID = 243
  static let href: NameID = 244
  static let id: NameID = 245
  static let identifier: NameID = 246
  static let instanceurl: NameID = 247
  static let label: NameID = 248
  static let lang: NameID = 249
  static let langcode: NameID = 250
  static let langencoding: NameID = 251
  static let lastdatetimeverified: NameID = 252
  static let level: NameID = 253
  static let linkrole: NameID = 254
  static let linktitle: NameID = 255
  static let linktype: NameID = 256
  static let listtype: NameID = 257
  static let localtype: NameID = 258
  static let mainagencycode: NameID = 259
  static let mark: NameID = 260
  static let morerows: NameID = 261
  static let nameend: NameID = 262
  static let namest: NameID = 263
  static let normal: NameID = 264
  static let notafter: NameID = 265
  static let notbefore: NameID = 266
  static let numeration: NameID = 267
  static let otherdaotype: NameID = 268
  static let otherdsctype: NameID = 269
  static let otherlevel: NameID = 270
  static let otherphysdescstructuredtype: NameID = 271
  static let otherrelationtype: NameID = 272
  static let othertype: NameID = 273
  static let parallel: NameID = 274
  static let parent: NameID = 275
  static let pgwide: NameID = 276
  static let physdescstructuredtype: NameID = 277
  static let placement: NameID = 278
  static let publicid: NameID = 279
  static let relatedencoding: NameID = 280
  static let relationtype: NameID = 281
  static let relator: NameID = 282
  static let render: NameID = 283
  static let repositorycode: NameID = 284
  static let repositoryencoding: NameID = 285
  static let role: NameID = 286
  static let rowsep: NameID = 287
  static let rules: NameID = 288
  static let script: NameID = 289
  static let scriptcode: NameID = 290
  static let scriptencoding: NameID = 291
  static let show: NameID = 292
  static let source: NameID = 293
  static let space: NameID = 294
  static let standarddate: NameID = 295
  static let standarddatetime: NameID = 296
  static let target: NameID = 297
  static let title: NameID = 298
  static let to: NameID = 299
  static let tpattern: NameID = 300
  static let transliteration: NameID = 301
  static let type: NameID = 302
  static let unit: NameID = 303
  static let unitdatetype: NameID = 304
  static let url: NameID = 305
  static let urn: NameID = 306
  static let valign: NameID = 307
  static let value: NameID = 308
  static let xpointer: NameID = 309
  static let xsi: NameID = 310

  static let first: NameID = 207

  static let names: [String] = [
    "abbr", "actuate", "align", "althead", "altrender", "approximate", "arcrole", "audience", "authfilenumber", "base",
    "calendar", "certainty", "char", "charoff", "class", "colname", "colnum", "cols", "colsep", "colwidth",
    "containerid", "continuation", "coordinatesystem", "countrycode", "countryencoding", "coverage", "daotype",
    "datechar", "dateencoding", "dsctype", "encodinganalog", "entityref", "era", "expan", "findaidstatus", "frame",
    "from", "href", "id", "identifier", "instanceurl", "label", "lang", "langcode", "langencoding",
    "lastdatetimeverified", "level", "linkrole", "linktitle", "linktype", "listtype", "localtype", "mainagencycode",
    "mark", "morerows", "nameend", "namest", "normal", "notafter", "notbefore", "numeration", "otherdaotype",
    "otherdsctype", "otherlevel", "otherphysdescstructuredtype", "otherrelationtype", "othertype", "parallel",
    "parent", "pgwide", "physdescstructuredtype", "placement", "publicid", "relatedencoding", "relationtype",
    "relator", "render", "repositorycode", "repositoryencoding", "role", "rowsep", "rules", "script", "scriptcode",
    "scriptencoding", "show", "source", "space", "standarddate", "standarddatetime", "target", "title", "to",
    "tpattern", "transliteration", "type", "unit", "unitdatetype", "url", "urn", "valign", "value", "xpointer", "xsi",
  ]
}
