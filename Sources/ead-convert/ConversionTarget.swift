import CommandLineSupport
import EADKit

/// Where the results of `convert` go.
enum ConversionDestination: Sendable {
  case standardOutput
  case file(String)
  case folder(String)
  /// One CSV for all inputs, or several of bounded length.
  case combined(String, rowsPerFile: Int?)
}

/// One conversion of a batch: a finding aid, or the CSV files of one import.
struct ConversionJob: Sendable {
  enum Source: Sendable {
    case ead
    case atomCSV
  }

  var source: Source
  /// One, or the files of one import, in their order.
  var inputs: [Input]
  /// Path of the output without its ending, when the destination is a folder.
  var stem: String?
  /// Findings about the job's place in the batch.
  var findings: [Finding] = []
  /// Takes the place of the finding aid's identifier in ids of AtoM.
  var idPrefix: String?
  /// Histories of creators that earlier jobs have given.
  var knownHistories: [UInt64: UInt64] = [:]

  /// What an error of the whole job speaks of.
  var name: String { inputs.first?.path ?? "" }
  /// What the library is to read.
  var paths: [String] { inputs.map(\.path) }

  /// `a/b.csv` → `a/b`.
  static func withoutEndings(_ path: String) -> String {
    let path = FindingAidName.withoutEndings(path)
    let base = path.split(separator: "/").last ?? ""
    return base.lowercased().hasSuffix(".csv") && base.utf8.count > 4 ? String(path.dropLast(4)) : path
  }
}

/// What there is to say about one job that is done.
struct JobAccount: Sendable {
  /// Description units written.
  var units = 0
  /// Finding aids written, or read to write rows.
  var findingAids = 1
  var losses = 0
  var changes = 0
  var lossSummary: [LossSummary] = []
  var findings: [Finding] = []
  var findingCounts: [String: Int] = [:]
}

/// What a job has made: outputs that are in no place yet.
protocol ConversionProduct: AnyObject, Sendable {
  var account: JobAccount { get }
  /// Leaves nothing behind.
  func discard()
}

/// One target of `convert`: what a batch does not know of it.
///
/// Jobs run side by side (`work`); all else is called on the batch's own task, in the order of the jobs.
protocol ConversionTarget: AnyObject {
  associatedtype Product: ConversionProduct

  /// Ending of the outputs' names, with its dot.
  var ending: String { get }
  /// The sentences of the summary.
  var wording: Tally.Wording { get }
  /// Does one job, and puts nothing in its place.
  var work: @Sendable (ConversionJob, LossSpool?) throws(EADError) -> Product { get }

  /// Settles what depends on the whole batch, before anything is converted.
  ///
  /// - Parameter reserved: paths that no job may write to but the one named: inputs, reports and planned outputs.
  func prepare(_ jobs: inout [ConversionJob], reserved: [String: String])
  /// Opens what all jobs share.
  func open() throws(EADError)
  /// The job to do again, now that the earlier ones are known; nil when the product stands.
  func revised(_ job: ConversionJob, _ product: Product) -> ConversionJob?
  /// Adds the product to what all jobs share. A failure costs all of it.
  func gather(_ product: Product) throws(EADError)
  /// Puts the product's own outputs in their places.
  func deliver(_ product: Product, of job: ConversionJob) throws(EADError)
  /// Puts what all jobs share in its place; called when none of it failed.
  func close(delivered: Int) throws(EADError)
  /// What is to be said once, when all is done.
  var notice: Finding? { get }
  /// All that is to be said then: the notice, and what only the end shows.
  var notices: [Finding] { get }
  /// Outputs that all jobs share, besides that of the destination.
  var sharedOutputs: [String] { get }
  /// What to do with what was written.
  func nextSteps(_ console: Console, verbose: Bool) -> [String]
}

extension ConversionTarget {
  var notices: [Finding] { notice.map { [$0] } ?? [] }
  var sharedOutputs: [String] { [] }
}
