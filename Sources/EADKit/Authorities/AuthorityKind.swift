/// What a name is the name of (ISAAR(CPF) 5.1.1), as EAD's elements say it.
enum AuthorityKind: UInt8, Sendable, CaseIterable {
  case person = 1
  case corporateBody
  case family

  /// The kind that an element says; nil for `name`, which says none.
  init?(element: NameID) {
    switch element {
    case Tag.persname: self = .person
    case Tag.corpname: self = .corporateBody
    case Tag.famname: self = .family
    default: return nil
    }
  }

  /// The English key of AtoM's term.
  var term: String {
    switch self {
    case .person: "Person"
    case .corporateBody: "Corporate body"
    case .family: "Family"
    }
  }

  /// The element that says it, for messages.
  var element: String {
    switch self {
    case .person: "persname"
    case .corporateBody: "corpname"
    case .family: "famname"
    }
  }
}
