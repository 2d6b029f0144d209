public import EADKit
import Glibc

/// What a person sees while a command runs: findings, progress, a summary; all on standard error.
public final class Console {
  /// Language of every sentence.
  public let language: MessageLanguage
  /// True when only errors are said.
  public let isQuiet: Bool
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let colour: Bool
  private var barIsShown = false

  /// - Parameter isQuiet: no progress and no summary.
  public init(language: MessageLanguage, isQuiet: Bool) {
    self.language = language
    self.isQuiet = isQuiet
    colour = isTerminal && getenv("NO_COLOR") == nil && getenv("TERM").map { String(cString: $0) } != "dumb"
  }

  /// A sentence of the catalogue in this language.
  public func text(_ key: String, _ arguments: [String] = []) -> String { MessageCatalog.text(key, arguments, language) }

  /// Writes a line, below which the progress bar comes again.
  public func say(_ line: String) {
    clearBar()
    write(line + "\n")
  }

  /// Writes a finding, its severity in colour on a terminal.
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

  /// Shows how much is done, on a terminal only.
  public func progress(_ done: Int, of total: Int) {
    guard isTerminal, !isQuiet, total > 1 else { return }
    let width = 30
    let filled = total == 0 ? 0 : done * width / total
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    write("\r[\(bar)] \(text("progress", [String(done), String(total)]))\u{1B}[K")
    barIsShown = true
  }

  /// Shows what is being done when nobody knows how much there is, on a terminal only.
  public func progress(_ line: String) {
    guard isTerminal, !isQuiet else { return }
    write("\r\(line)\u{1B}[K")
    barIsShown = true
  }

  /// Takes the progress bar away.
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
  /// Done, and nothing at or above the level of failure.
  public static let done: Int32 = 0
  /// Findings at or above the level of failure, or losses when they count.
  public static let findings: Int32 = 1
  /// Something could not be read or written; wins over `findings`.
  public static let unreadable: Int32 = 2
  /// Wrong usage.
  public static let usage: Int32 = 64
  /// A fault of the program.
  public static let fault: Int32 = 70
}

/// Time since some moment, in seconds.
public struct Stopwatch {
  private let start = ContinuousClock.now
  public init() {}
  /// Seconds since it was made.
  public var seconds: Double {
    let elapsed = ContinuousClock.now - start
    return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
  }
}
