/// ISAD(G) 3.1.4, essential (I.12): every unit says its level, and `otherlevel` says which other one.
final class ISADGLevel: EssentialElement {
  override class var descriptor: RuleDescriptor { RuleDescriptor("isadg-level", .isadg, .warning) }

  override func has(_ component: RuleComponent) -> Bool {
    let level = component.level.utf8
    if level.allSatisfy(Bytes.isSpace) { return false }
    return level.count != 10 || component.level != "otherlevel"
      || !component.otherLevel.utf8.allSatisfy(Bytes.isSpace)
  }
}
