import CResources

/// Headings that say nothing more than the name of their field, by element, in eight languages.
enum HeadLabels {
  /// True when a text only repeats the name of the element.
  static func contains(_ text: UnsafeBufferPointer<UInt8>, of element: NameID) -> Bool {
    var key = Bytes.key(text)
    while let last = key.unicodeScalars.last, last == ":" || last == "." || last == " " { key.unicodeScalars.removeLast() }
    return key.isEmpty || table[Int(element)].contains(key)
  }

  static let table: [Set<String>] = {
    var table = [Set<String>](repeating: [], count: Tag.count)
    let names = NameTable()
    for row in Resource.rows(ead_head_labels) where row.count >= 3 {
      var label = row[2].lowercased()
      while let last = label.unicodeScalars.last, last == ":" || last == "." || last == " " {
        label.unicodeScalars.removeLast()
      }
      let name = Int(names.element(row[0]))
      if name < Tag.count { table[name].insert(label) }
    }
    return table
  }()
}
