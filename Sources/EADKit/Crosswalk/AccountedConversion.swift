/// What every conversion answers for: what was lost, left out or changed on the way.
protocol AccountedConversion {
  var lossSummary: [LossSummary] { get set }
  var losses: Int { get set }
  var omissions: Int { get set }
  var changes: Int { get set }
}

extension AccountedConversion {
  mutating func take(losses account: LossAccount) {
    lossSummary = account.summary
    losses = account.losses
    omissions = account.omissions
    changes = account.changes
  }
}

extension AtoMConversion: AccountedConversion {}
extension EADConversion: AccountedConversion {}
extension EACConversion: AccountedConversion {}
extension AuthorityCSVConversion: AccountedConversion {}
