/// `dsc type="othertype"` says in `@othertype` which type it is (EAD 2002 tag library).
final class EAD2002OtherType: OtherValueRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("ead2002-othertype", .structure, .warning, [.ead2002]) }
  override class var selector: NameID { Attribute.type }
  override class var selected: StaticString { "othertype" }
  override class var companion: NameID { Attribute.othertype }
  override class var element: NameID { Tag.dsc }
}
