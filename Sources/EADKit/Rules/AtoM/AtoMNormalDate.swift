/// What AtoM makes of `unitdate/@normal`.
///
/// It splits at `/` and takes the first two parts. A part with a hyphen is handed on as it is; one without must be 4, 6 or
/// 8 characters long. PHP then guesses: what it cannot read gives no date, a negative year the day of the import, a
/// year below 100 one of our times.
enum AtoMNormalDate {
  case read
  /// No start or end is stored for at least one part.
  case dropped
  /// A date is stored that is not the one written.
  case misread

  init(_ value: UnsafeBufferPointer<UInt8>) {
    let parts = value.split(separator: 0x2F, omittingEmptySubsequences: false)
    self = .read
    for part in parts.prefix(2) where !part.isEmpty {
      switch AtoMNormalDate(part: part) {
      case .misread: self = .misread
      case .dropped where self == .read: self = .dropped
      default: break
      }
    }
    // What follows a second stroke is cut off, so that the end is not the end.
    if parts.count > 2, self == .read { self = .misread }
  }

  private init(part: Slice<UnsafeBufferPointer<UInt8>>) {
    guard part.contains(0x2D) else {
      guard [4, 6, 8].contains(part.count), part.allSatisfy(Bytes.isDigit) else {
        self = .dropped
        return
      }
      let digits = part.map { Int($0) - 0x30 }
      let year = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3]
      let month = digits.count > 4 ? digits[4] * 10 + digits[5] : 0
      let day = digits.count > 6 ? digits[6] * 10 + digits[7] : 0
      self.init(year: year, month: month, day: day)
      return
    }
    let trimmed = part.drop(while: Bytes.isSpace)
    if trimmed.first == 0x2D {
      self = trimmed.dropFirst().first.map(Bytes.isDigit) == true ? .misread : .dropped
      return
    }
    // A time of day after the date does no harm.
    let date = trimmed.prefix { Bytes.isDigit($0) || $0 == 0x2D }
    let rest = trimmed.dropFirst(date.count)
    let numbers = date.split(separator: 0x2D, omittingEmptySubsequences: false)
    guard rest.isEmpty || rest.first == 0x54 || rest.allSatisfy(Bytes.isSpace), (2...3).contains(numbers.count),
      numbers[0].count == 4, numbers.dropFirst().allSatisfy({ (1...2).contains($0.count) })
    else {
      self = .dropped
      return
    }
    let values = numbers.map { $0.reduce(0) { $0 * 10 + Int($1) - 0x30 } }
    self.init(year: values[0], month: values[1], day: values.count > 2 ? values[2] : 0)
  }

  private init(year: Int, month: Int, day: Int) {
    if month > 12 || day > 31 {
      self = .dropped
    } else {
      self = year < 100 ? .misread : .read
    }
  }
}
