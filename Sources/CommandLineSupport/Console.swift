public import EADKit
import Glibc

/// What a person sees while a command runs: findings, progress, a summary; all on standard error.
public final class Console {
  public let language: MessageLanguage
  public let isQuiet: Bool
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let colour: Bool
  private var barIsShown = false

  public init(language: MessageLanguage, isQuiet: Bool) {
    self.language = language
    self.isQuiet = isQuiet
    colour = isTerminal && getenv("NO_COLOR") == nil && getenv("TERM").map { String(cString: $0) } != "dumb"
  }

  public func text(_ key: String, _ arguments: [String] = []) -> String { MessageCatalog.text(key, arguments, language) }

  /// Writes a line, below which the progress bar comes again.
  public func say(_ line: String) {
    clearBar()
    write(line + "\n")
  }

  public func say(_ finding: Finding) {
    let line = finding.line(language)
    guard colour else {
      say(line)
      return
    }
    let code =
      switch finding.severity {
      case .error: "31"
      case .warning: "33"
      case .note: "36"
      }
    // Only the word of the severity is coloured; it says the same without.
    let word = text("severity-" + finding.severity.rawValue)
    if let range = line.firstRange(of: ": \(word): ") {
      say(line[..<range.lowerBound] + ": \u{1B}[\(code)m\(word)\u{1B}[0m: " + line[range.upperBound...])
    } else {
      say(line)
    }
  }

  public func progress(_ done: Int, of total: Int) {
    guard isTerminal, !isQuiet, total > 1 else { return }
    let width = 30
    let filled = total == 0 ? 0 : done * width / total
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    write("\r[\(bar)] \(text("progress", [String(done), String(total)]))\u{1B}[K")
    barIsShown = true
  }

  public func clearBar() {
    guard barIsShown else { return }
    write("\r\u{1B}[K")
    barIsShown = false
  }

  private func write(_ text: String) {
    var copy = text
    copy.withUTF8 { bytes in
      var at = 0
      while at < bytes.count {
        let count = Glibc.write(STDERR_FILENO, bytes.baseAddress.unsafelyUnwrapped + at, bytes.count - at)
        if count <= 0 { return }
        at += count
      }
    }
  }
}

/// Exit codes of every command.
public enum ExitStatus {
  public static let done: Int32 = 0
  public static let findings: Int32 = 1
  public static let unreadable: Int32 = 2
  public static let usage: Int32 = 64
  public static let fault: Int32 = 70
}

/// Time since some moment, in seconds.
public struct Stopwatch {
  private let start = ContinuousClock.now
  public init() {}
  public var seconds: Double {
    let elapsed = ContinuousClock.now - start
    return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
  }
}
