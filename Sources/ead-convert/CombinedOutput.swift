import CommandLineSupport
import EADKit

/// One CSV for many finding aids, or several when rows per file are bounded; a finding aid is never cut.
final class CombinedOutput {
  private let path: String
  private let rowsPerFile: Int?
  private let force: Bool
  private var current: (file: OutputFile, spool: AtoMRowSpool)?
  private var finished: [(file: OutputFile, spool: AtoMRowSpool)] = []
  private(set) var files: [String] = []
  /// Said once, when a finding aid is longer than a file may be.
  private(set) var notice: Finding?

  init(path: String, rowsPerFile: Int?, force: Bool) throws(EADError) {
    self.path = path
    self.rowsPerFile = rowsPerFile
    self.force = force
    try open(number: 1)
  }

  private func open(number: Int) throws(EADError) {
    let name = rowsPerFile == nil ? path : OutputNames.numbered(path, number)
    let file = try OutputFile(path: name, force: force)
    current = (file, try AtoMRowSpool(descriptor: file.descriptor, name: name, withHeader: true))
  }

  func append(_ rows: AtoMRowSpool) throws(EADError) {
    guard let now = current else { return }
    if let rowsPerFile {
      if rows.rows > rowsPerFile, notice == nil {
        notice = Finding(rule: "hierarchy-too-long", severity: .note, file: path, arguments: [String(rows.rows)])
      }
      if now.spool.rows > 0, now.spool.rows + rows.rows > rowsPerFile {
        try open(number: finished.count + 2)
        finished.append(now)
      }
    }
    try current?.spool.append(rows)
  }

  /// Puts all files in their places; before the first one, everything has been written.
  func commit() throws(EADError) {
    if let current { finished.append(current) }
    current = nil
    var ready: [OutputFile] = []
    for (file, spool) in finished {
      if spool.extras == 0 {
        ready.append(file)
      } else {
        let wide = try OutputFile(path: file.path, force: force)
        try spool.write { bytes throws(EADError) in try wide.write(bytes) }
        ready.append(wide)
      }
    }
    for file in ready {
      try file.commit()
      files.append(file.path)
    }
    finished = []
  }
}
