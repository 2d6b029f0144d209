/// How a CSV of AtoM's is to be read where its bytes do not say it, or say it wrongly.
public struct AtoMCSVOptions: Sendable {
  /// What a backslash before a quotation mark means.
  public enum Dialect: String, Sendable, CaseIterable {
    /// Found out by which reading gives records of the header's width.
    case auto
    /// As PHP's `fgetcsv` and so AtoM: in a quoted cell `\"` does not end it.
    case php
    /// As RFC 4180: a backslash is a character like any other.
    case rfc4180
  }

  /// Name of the encoding, such as `windows-1252`; nil: found out.
  public var encoding: String?
  /// The byte between cells; nil: comma, semicolon or tab, by the header line.
  public var delimiter: UInt8?
  public var dialect = Dialect.auto
  /// Bytes that one record may have.
  public var recordBytes = 64 << 20
  /// What a gzip file may unpack to.
  public var limits = ReadingLimits()

  public init() {}
}
