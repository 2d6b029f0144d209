import CommandLineSupport
import EADKit

/// The finding aids that one job writes: kept apart until all of them are complete, then put in their places.
///
/// The first is written beside its place, since most sources hold one. Others wait in one file without a name, however
/// many they are: a program may not have thousands of files open.
final class EADFiles: EADOutputs {
  private enum Storage {
    case file(OutputFile)
    /// At this place of the spool.
    case spooled(Int)
  }

  private let job: ConversionJob
  private let destination: ConversionDestination
  private let ending: String
  private let force: Bool
  private var pieces: [(storage: Storage, name: String)] = []
  private var spool: OutputSpool?
  private var isOpen = false

  init(job: ConversionJob, destination: ConversionDestination, ending: String, force: Bool) {
    self.job = job
    self.destination = destination
    self.ending = ending
    self.force = force
  }

  /// Finding aids that were begun.
  var count: Int { pieces.count }

  /// Where they go, in their order; nothing for standard output.
  ///
  /// The only finding aid of `out/fonds.csv` is `out/fonds.xml`; one of several is `out/fonds-F 2.xml`, or `out/F 2.xml` when
  /// several files are one import, for then the name of the first says little.
  var paths: [String] {
    switch destination {
    case .standardOutput, .combined: return []
    case .file(let path): return pieces.map { _ in path }
    case .folder:
      let stem = job.stem ?? ""
      if pieces.count == 1 { return [stem + ending] }
      let start = job.inputs.count == 1 ? stem + "-" : stem.lastIndex(of: "/").map { String(stem[...$0]) } ?? ""
      var taken: Set<String> = []
      return pieces.map { piece in
        let whole = piece.name.isEmpty ? stem : start + OutputNames.fileName(piece.name)
        var path = whole + ending
        var number = 2
        while !taken.insert(path).inserted {
          path = "\(whole)-\(number)\(ending)"
          number += 1
        }
        return path
      }
    }
  }

  // MARK: Writing

  func begin(_ name: String) throws(EADError) {
    // A document that turns out to need another pass is begun again.
    if isOpen { try dropLast() }
    switch destination {
    case .standardOutput, .combined:
      guard pieces.isEmpty else { throw EADError("several-outputs", file: job.name, [name]) }
      try beginSpooled(name)
    case .file(let path):
      guard pieces.isEmpty else { throw EADError("several-outputs", file: job.name, [name]) }
      pieces.append((.file(try OutputFile(path: path, force: force)), name))
    case .folder:
      let path = (job.stem ?? "") + ending
      // What has a name of its own may go elsewhere in the end: then a file in this place is no obstacle.
      if pieces.isEmpty, name.isEmpty || force || !OutputNames.exists(path) {
        pieces.append((.file(try OutputFile(path: path, force: force)), name))
      } else {
        try beginSpooled(name)
      }
    }
    isOpen = true
  }

  func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(EADError) {
    switch pieces.last?.storage {
    case .file(let file): try file.write(bytes)
    case .spooled: try spool?.write(bytes)
    case nil: break
    }
  }

  func end() throws(EADError) { isOpen = false }

  private func beginSpooled(_ name: String) throws(EADError) {
    let spool: OutputSpool
    if let known = self.spool { spool = known } else { spool = try OutputSpool(for: job.name) }
    self.spool = spool
    pieces.append((.spooled(spool.count), name))
    spool.begin()
  }

  private func dropLast() throws(EADError) {
    isOpen = false
    switch pieces.popLast()?.storage {
    case .file(let file): file.discard()
    case .spooled: try spool?.dropLast()
    case nil: break
    }
  }

  // MARK: Afterwards

  /// Puts all of them in their places, or none.
  func deliver() throws(EADError) {
    let paths = paths
    guard !paths.isEmpty else {
      for piece in pieces { try read(piece.storage) { bytes throws(EADError) in try StandardOutput.write(bytes) } }
      return
    }
    if !force {
      for path in paths where OutputNames.exists(path) { throw EADError("output-exists", file: path) }
    }
    var placed: [String] = []
    do throws(EADError) {
      for (piece, path) in zip(pieces, paths) {
        let isNew = !OutputNames.exists(path)
        if case .file(let file) = piece.storage, file.path == path {
          try file.commit()
        } else {
          let file = try OutputFile(path: path, force: force)
          try read(piece.storage) { bytes throws(EADError) in try file.write(bytes) }
          try file.commit()
          if case .file(let first) = piece.storage { first.discard() }
        }
        if isNew { placed.append(path) }
      }
    } catch {
      // What replaced an older file cannot be taken back; the rest can.
      for path in placed { OutputNames.remove(path) }
      throw error
    }
  }

  private func read(
    _ storage: Storage, _ body: (UnsafeBufferPointer<UInt8>) throws(EADError) -> Void
  ) throws(EADError) {
    switch storage {
    case .file(let file): try file.read(body)
    case .spooled(let at): try spool?.read(at, body)
    }
  }

  /// Leaves nothing behind.
  func discard() {
    for case (.file(let file), _) in pieces { file.discard() }
    spool = nil
  }
}
