public import EADKit

/// A report that was asked for: which format, and where it goes.
public struct ReportTarget: Equatable, Sendable {
  public var format: FindingReportFormat
  /// nil for standard output.
  public var path: String?

  /// For a person who looks on.
  public static let screen = ReportTarget(format: .text, path: nil)

  /// - Parameter path: nil and `-` for standard output.
  public init(format: FindingReportFormat, path: String?) {
    self.format = format
    self.path = path == "-" ? nil : path
  }

  /// `sarif=out.sarif`, or the path alone when its ending says the format; never standard output.
  public init?(_ text: String) {
    if let sign = text.firstIndex(of: "="), let format = FindingReportFormat(rawValue: String(text[..<sign])) {
      self.init(format: format, path: String(text[text.index(after: sign)...]))
    } else {
      guard let format = FindingReportFormat(path: text) else { return nil }
      self.init(format: format, path: text)
    }
    guard let path, !path.isEmpty else { return nil }
  }
}
