import Glibc

extension Timestamp {
  /// This moment in nanoseconds since 1970-01-01 UTC, or the moment that `SOURCE_DATE_EPOCH` names.
  public static var nanoseconds: Int {
    if let epoch = Environment.value("SOURCE_DATE_EPOCH"), let given = Int(epoch), (0...9_000_000_000).contains(given) {
      return given * 1_000_000_000
    }
    var moment = timespec()
    clock_gettime(CLOCK_REALTIME, &moment)
    return Int(moment.tv_sec) * 1_000_000_000 + Int(moment.tv_nsec)
  }
}
