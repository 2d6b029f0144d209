import Glibc

/// Arguments as the system gave them.
///
/// `CommandLine.arguments` repairs what is not UTF-8, and the name of a folder may well not be: the bytes are here.
public enum ProgramArguments {
  /// The bytes of the argument that was given as this text; those of the text itself when it survived as it was, or when no
  /// argument is known for it.
  public static func bytes(of text: String) -> [UInt8] {
    // Only the repair makes replacement characters; who typed one has it in the argument's own bytes too.
    guard text.unicodeScalars.contains("\u{FFFD}") else { return Array(text.utf8) }
    for index in 0..<Int(CommandLine.argc) {
      guard let pointer = CommandLine.unsafeArgv[index] else { continue }
      let bytes = UnsafeBufferPointer(start: pointer, count: strlen(pointer)).map { UInt8(bitPattern: $0) }
      if String(decoding: bytes, as: UTF8.self).utf8.elementsEqual(text.utf8) { return bytes }
    }
    return Array(text.utf8)
  }
}
