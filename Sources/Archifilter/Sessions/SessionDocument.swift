import EADKit

/// What a saved session of Archifiltre Docs says, all generations in one shape.
///
/// Identifiers are paths that begin with `/` and the name of the root folder; that of the invisible element above it is
/// empty. What follows from the files (sums, orders, digests of folders) is not taken: it is counted again.
struct SessionDocument {
  /// One element of the session.
  struct Element {
    var identifier: [UInt8]
    var hasChildren = false
    var size: [UInt8]?
    /// Milliseconds since 1970-01-01 UTC, as they stand.
    var modified: [UInt8]?
    /// Hexadecimal.
    var hash: [UInt8]?
  }

  var version = ""
  var name = ""
  var originalPath: [UInt8] = []
  var elements: [Element] = []
  /// Elements that others name as theirs.
  var children: [[UInt8]] = []
  var hashes: [(identifier: [UInt8], hash: [UInt8])] = []
  /// What archivists said, by identifier.
  var statements: [(identifier: [UInt8], field: Annotation.Field, value: [UInt8])] = []
  var findings = SessionFindings()

  /// - Throws: `session-json` with the place where it is no JSON, `session-unknown` when it holds no files and folders.
  init(_ bytes: [UInt8], file: String) throws(EADError) {
    var json = JSONBytes(bytes, file: file)
    guard try json.peek() == .object else { throw json.failure("session-unknown") }
    var hasElements = false
    try json.object { (json, key) throws(EADError) in
      switch String(decoding: key, as: UTF8.self) {
      case "filesAndFolders", "files_and_folders":
        hasElements = true
        try readElements(&json)
      case "aliases": try readTexts(&json, .title)
      case "comments": try readTexts(&json, .description)
      case "elementsToDelete", "elements_to_delete": try readEliminations(&json)
      case "overrideLastModified", "override_last_modified": try readDates(&json)
      case "hashes": try readHashes(&json)
      case "tags": try readTags(&json)
      case "version": version = try readScalar(&json, key)
      case "sessionName", "session_name": name = try readScalar(&json, key)
      case "originalPath", "original_path":
        if try json.peek() == .string { originalPath = try json.string() } else { try leave(&json, key) }
      // Sums and orders: they follow from the files.
      case "filesAndFoldersMetadata", "files_and_folders_metadata": try json.skip()
      case "metadata": try readMetadata(&json)
      default: try leave(&json, key)
      }
    }
    try json.end()
    guard hasElements else { throw EADError("session-unknown", file: file) }
  }

  /// What is not understood is said, unless it is empty.
  private mutating func leave(_ json: inout JSONBytes, _ key: [UInt8], _ rule: String = "session-key") throws(EADError) {
    if try json.skip() { findings.add(rule, .warning, key) }
  }

  private mutating func readScalar(_ json: inout JSONBytes, _ key: [UInt8]) throws(EADError) -> String {
    switch try json.peek() {
    case .string: return FileName.display(try json.string())
    case .number: return FileName.display(try json.number())
    default:
      try leave(&json, key)
      return ""
    }
  }

  // MARK: Files and folders

  private mutating func readElements(_ json: inout JSONBytes) throws(EADError) {
    guard try json.peek() == .object else { return try leave(&json, Array("filesAndFolders".utf8)) }
    try json.object { (json, identifier) throws(EADError) in
      guard try json.peek() == .object else {
        findings.add("session-element", .warning, identifier)
        try json.skip()
        return
      }
      try readElement(&json, identifier)
    }
  }

  private mutating func readElement(_ json: inout JSONBytes, _ identifier: [UInt8]) throws(EADError) {
    var element = Element(identifier: identifier)
    try json.object { (json, key) throws(EADError) in
      switch String(decoding: key, as: UTF8.self) {
      case "children":
        guard try json.peek() == .array else { return try leave(&json, key, "session-element-key") }
        try json.array { (json) throws(EADError) in
          guard try json.peek() == .string else { return try leave(&json, key, "session-element-key") }
          children.append(try json.string())
          element.hasChildren = true
        }
      case "file_size", "fileSize":
        if try json.peek() == .number { element.size = try json.number() } else { try leave(&json, identifier, "session-size") }
      case "file_last_modified", "fileLastModified":
        if try json.peek() == .number {
          element.modified = try json.number()
        } else {
          try leave(&json, identifier, "session-date")
        }
      case "hash":
        if try json.peek() == .string { element.hash = try json.string() } else { try leave(&json, identifier, "session-hash") }
      case "alias": try readText(&json, identifier, .title)
      case "comments": try readText(&json, identifier, .description)
      case "virtualPath", "virtual_path":
        guard try json.peek() == .string else { return try leave(&json, identifier, "session-element-key") }
        let path = try json.string()
        if path != identifier, !path.isEmpty { statements.append((identifier, .virtualPath, path)) }
      case "tags":
        // The oldest sessions may hold the names of tags beside the element.
        guard try json.peek() == .array else { return try leave(&json, key, "session-element-key") }
        try json.array { (json) throws(EADError) in
          guard try json.peek() == .string else { return try leave(&json, key, "session-element-key") }
          let tag = try json.string()
          if !tag.isEmpty { statements.append((identifier, .tag, tag)) }
        }
      case "id":
        if try json.peek() == .string {
          if try json.string() != identifier { findings.add("session-element", .warning, identifier) }
        } else {
          try leave(&json, key, "session-element-key")
        }
      // They follow from the identifier or from the files.
      case "name", "size", "depth", "nb_files", "last_modified_max", "last_modified_min", "last_modified_list",
        "last_modified_median", "last_modified_average", "sort_by_size_index", "sort_by_date_index":
        try json.skip()
      default: try leave(&json, key, "session-element-key")
      }
    }
    elements.append(element)
  }

  // MARK: What archivists said

  private mutating func readText(_ json: inout JSONBytes, _ identifier: [UInt8], _ field: Annotation.Field) throws(EADError) {
    guard try json.peek() == .string else { return try leave(&json, identifier, "session-text") }
    let text = try json.string()
    if !text.isEmpty { statements.append((identifier, field, text)) }
  }

  private mutating func readTexts(_ json: inout JSONBytes, _ field: Annotation.Field) throws(EADError) {
    guard try json.peek() == .object else { return try leave(&json, Array(field.rawValue.utf8)) }
    try json.object { (json, identifier) throws(EADError) in try readText(&json, identifier, field) }
  }

  private mutating func readEliminations(_ json: inout JSONBytes) throws(EADError) {
    let key = Array("elementsToDelete".utf8)
    guard try json.peek() == .array else { return try leave(&json, key) }
    try json.array { (json) throws(EADError) in
      guard try json.peek() == .string else { return try leave(&json, key) }
      statements.append((try json.string(), .eliminate, []))
    }
  }

  private mutating func readDates(_ json: inout JSONBytes) throws(EADError) {
    guard try json.peek() == .object else { return try leave(&json, Array("overrideLastModified".utf8)) }
    try json.object { (json, identifier) throws(EADError) in
      guard try json.peek() == .number else { return try leave(&json, identifier, "session-date") }
      guard let date = DecimalDigits.scaled(try json.number(), power: 6) else {
        return findings.add("session-date", .warning, identifier)
      }
      statements.append((identifier, .date, Array(String(date).utf8)))
    }
  }

  private mutating func readHashes(_ json: inout JSONBytes) throws(EADError) {
    guard try json.peek() == .object else { return try leave(&json, Array("hashes".utf8)) }
    try json.object { (json, identifier) throws(EADError) in
      guard try json.peek() == .string else { return try leave(&json, identifier, "session-hash") }
      hashes.append((identifier, try json.string()))
    }
  }

  private mutating func readTags(_ json: inout JSONBytes) throws(EADError) {
    guard try json.peek() == .object else { return try leave(&json, Array("tags".utf8)) }
    try json.object { (json, key) throws(EADError) in
      guard try json.peek() == .object else { return try leave(&json, key, "session-tag") }
      var name: [UInt8] = []
      var identifiers: [[UInt8]] = []
      try json.object { (json, part) throws(EADError) in
        switch String(decoding: part, as: UTF8.self) {
        case "id": try json.skip()
        case "name":
          if try json.peek() == .string { name = try json.string() } else { try leave(&json, key, "session-tag") }
        case "ffIds", "ff_ids":
          guard try json.peek() == .array else { return try leave(&json, key, "session-tag") }
          try json.array { (json) throws(EADError) in
            guard try json.peek() == .string else { return try leave(&json, key, "session-tag") }
            identifiers.append(try json.string())
          }
        default: try leave(&json, part, "session-tag")
        }
      }
      if name.isEmpty || identifiers.isEmpty { return findings.add("session-tag", .warning, name.isEmpty ? key : name) }
      for identifier in identifiers { statements.append((identifier, .tag, name)) }
    }
  }

  /// Further fields imported from tables: they have no place in the inventory and are said to be left.
  private mutating func readMetadata(_ json: inout JSONBytes) throws(EADError) {
    guard try json.peek() == .object else { return try leave(&json, Array("metadata".utf8)) }
    try json.object { (json, key) throws(EADError) in
      guard key.elementsEqual("metadata".utf8), try json.peek() == .object else {
        // The index by element and the counter say nothing of their own.
        try json.skip()
        return
      }
      try json.object { (json, key) throws(EADError) in
        var place = key
        guard try json.peek() == .object else { return try leave(&json, key, "session-metadata") }
        try json.object { (json, part) throws(EADError) in
          guard part.elementsEqual("entity".utf8), try json.peek() == .string else {
            try json.skip()
            return
          }
          place = try json.string()
        }
        findings.add("session-metadata", .warning, place)
      }
    }
  }
}
