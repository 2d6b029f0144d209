public import ArgumentParser
import CommandLineSupport
public import EADKit

/// Options that every command has.
struct MessageOptions: ParsableArguments {
  @Option(help: "Language of messages: en or fr (default: from the locale).")
  var lang: MessageLanguage?

  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  var language: MessageLanguage { lang ?? Environment.language }

  /// To be called once, when the command begins.
  func console() -> Console {
    Interrupts.say(MessageCatalog.text("interrupted", [], language))
    return Console(language: language, isQuiet: quiet)
  }

  /// Wrong usage, in the words of the catalogue.
  func usage(_ key: String, _ arguments: [String] = []) -> ValidationError {
    ValidationError(MessageCatalog.text(key, arguments, language))
  }
}

extension MessageLanguage: ExpressibleByArgument {}

/// Runs a command's work, says why it failed, and ends with the exit code.
func finish(_ console: Console, _ work: () throws(EADError) -> Int32) throws {
  let status: Int32
  do throws(EADError) {
    status = try work()
  } catch {
    console.clearBar()
    console.say(error.finding)
    status = error.isInternal ? ExitStatus.fault : ExitStatus.unreadable
  }
  if status != ExitStatus.done { throw ExitCode(status) }
}
