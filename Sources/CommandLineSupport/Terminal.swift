import Glibc

/// Whether a person looks at what is written.
public enum Terminal {
  /// True when standard output goes to a terminal that shows colours and nobody has asked for none (`NO_COLOR`).
  public static var outputTakesColour: Bool {
    isatty(STDOUT_FILENO) == 1 && Environment.value("NO_COLOR") == nil && Environment.value("TERM") != "dumb"
  }

  /// True when standard output goes to a terminal.
  public static var showsOutput: Bool { isatty(STDOUT_FILENO) == 1 }
}
