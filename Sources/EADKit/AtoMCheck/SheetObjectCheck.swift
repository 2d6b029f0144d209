/// Digital objects: addresses that AtoM downloads, paths that it reads on its own machine.
final class SheetObjectCheck: SheetCheck {
  private let uri: Int?
  private let path: Int?
  private let memory: SheetObjectMemory
  private var unchecked = SheetTally()
  private var relative = SheetTally()

  override init(_ sheet: Sheet, _ run: SheetRun) {
    uri = sheet.cells(.uri).first
    path = sheet.cells(.path).first
    memory = run.memory(SheetObjectMemory(folder: run.options.digitalObjects))
    super.init(sheet, run)
  }

  override var isNeeded: Bool { uri != nil || path != nil }

  override func row(_ row: SheetRow) {
    // AtoM reads only texts in a translation.
    if row.isTranslation { return }
    let address = row.value(uri)
    let place = row.value(path)
    if !address.isEmpty { check(address: address, row) }
    if place.isEmpty { return }
    if place.contains(0x7C) {
      row.report("sheet-object-list", path)
      return
    }
    if !address.isEmpty {
      row.report("sheet-path-and-uri", path, Excerpt.argument(address))
      _ = memory.insert(path: place)
      return
    }
    check(path: place, row)
  }

  private func check(address: UnsafeBufferPointer<UInt8>, _ row: SheetRow) {
    if address.contains(0x7C) {
      row.report("sheet-object-list", uri)
    } else if !SheetObjectCheck.isAddress(address) {
      row.report("sheet-uri-invalid", uri)
    } else if !memory.insert(uri: address) {
      row.report("sheet-uri-repeated", uri)
    }
  }

  private func check(path value: UnsafeBufferPointer<UInt8>, _ row: SheetRow) {
    let isNew = memory.insert(path: value)
    if memory.folder == nil {
      unchecked.add(row.finding("sheet-path-unchecked", path, []))
    } else if !memory.isThere(value) {
      row.report("sheet-path-missing", path)
      return
    }
    if value.first != 0x2F { relative.add(row.finding("sheet-path-relative", path, [])) }
    if !isNew { row.report("sheet-path-repeated", path) }
  }

  override func finish() {
    unchecked.note(run)
    relative.note(run)
  }

  override func finishImport() {
    guard path != nil, let unused = memory.unused() else { return }
    report("sheet-path-unused", String(unused.count), unused.first.joined(separator: ", "))
  }

  // MARK: Addresses

  /// `http` or `https`, a host, and nothing but visible ASCII: what AtoM's own check takes for an address.
  static func isAddress(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    for index in 0..<value.count where value[index] <= 0x20 || value[index] >= 0x7F { return false }
    var at = 0
    for expected in "http".utf8 {
      guard at < value.count, Bytes.lowered(value[at]) == expected else { return false }
      at += 1
    }
    if at < value.count, Bytes.lowered(value[at]) == 0x73 { at += 1 }
    for expected in "://".utf8 {
      guard at < value.count, value[at] == expected else { return false }
      at += 1
    }
    var end = at
    while end < value.count, value[end] != 0x2F, value[end] != 0x3F, value[end] != 0x23 { end += 1 }
    // A user name and a password before the host.
    for index in at..<end where value[index] == 0x40 { at = index + 1 }
    return isHost(UnsafeBufferPointer(rebasing: value[at..<end]))
  }

  /// A host with or without a port.
  private static func isHost(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    var end = value.count
    if value.first == 0x5B {
      guard let close = value.firstIndex(of: 0x5D), close > 1 else { return false }
      return close + 1 == value.count || value[close + 1] == 0x3A
    }
    if let colon = value.firstIndex(of: 0x3A) {
      var port = 0
      for index in (colon + 1)..<value.count {
        guard Bytes.isDigit(value[index]), port < 65_536 else { return false }
        port = port * 10 + Int(value[index] - 0x30)
      }
      guard port < 65_536 else { return false }
      end = colon
    }
    if end > 0, value[end - 1] == 0x2E { end -= 1 }
    guard end > 0, end <= 253 else { return false }
    var start = 0
    for index in 0...end where index == end || value[index] == 0x2E {
      let length = index - start
      guard length > 0, length <= 63, value[start] != 0x2D, value[index - 1] != 0x2D else { return false }
      for at in start..<index where value[at] >= 0x80 || !Bytes.isWord(value[at]) && value[at] != 0x2D { return false }
      start = index + 1
    }
    return true
  }
}
