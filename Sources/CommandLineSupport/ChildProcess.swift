import Glibc

/// Another program, run to its end: no shell, nothing on its standard input.
enum ChildProcess {
  struct Outcome {
    /// Exit code; 128 and the signal's number when a signal ended it.
    var status: Int32
    var output: [UInt8]
    var errors: [UInt8]
  }

  /// Runs a program that is found on `PATH`.
  ///
  /// - Parameter environment: all of it, as `NAME=value`.
  /// - Returns: nil when the program could not be started; `errno` says why.
  static func run(_ program: String, _ arguments: [String], environment: [String]) -> Outcome? {
    guard let output = Pipe() else { return nil }
    guard let errors = Pipe() else {
      output.close()
      return nil
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output.writing, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors.writing, STDERR_FILENO)
    var child = pid_t()
    let problem = withCStrings([program] + arguments) { words in
      withCStrings(environment) { variables in posix_spawnp(&child, program, &actions, nil, words, variables) }
    }
    Glibc.close(output.writing)
    Glibc.close(errors.writing)
    defer {
      Glibc.close(output.reading)
      Glibc.close(errors.reading)
    }
    guard problem == 0 else {
      errno = problem
      return nil
    }
    let said = readAll([output.reading, errors.reading])
    var state: Int32 = 0
    while waitpid(child, &state, 0) < 0 { if errno != EINTR { return nil } }
    let signal = state & 0x7F
    return Outcome(status: signal == 0 ? (state >> 8) & 0xFF : 128 + signal, output: said[0], errors: said[1])
  }

  private struct Pipe {
    var reading: Int32
    var writing: Int32

    init?() {
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { return nil }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      (reading, writing) = (ends[0], ends[1])
    }

    func close() {
      Glibc.close(reading)
      Glibc.close(writing)
    }
  }

  /// Both at once: a program that fills one pipe while the other is waited for would never end.
  private static func readAll(_ descriptors: [Int32]) -> [[UInt8]] {
    var waiting = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var all = descriptors.map { _ in [UInt8]() }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while waiting.contains(where: { $0.fd >= 0 }) {
      if poll(&waiting, nfds_t(waiting.count), -1) < 0 {
        if errno == EINTR { continue }
        break
      }
      for index in waiting.indices where waiting[index].fd >= 0 && waiting[index].revents != 0 {
        let count = read(waiting[index].fd, &buffer, buffer.count)
        if count > 0 {
          all[index].append(contentsOf: buffer[..<count])
        } else if count == 0 || errno != EINTR {
          waiting[index].fd = -1
        }
      }
    }
    return all
  }

  private static func withCStrings<Result>(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let pointers = texts.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
  }
}
