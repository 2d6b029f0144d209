/// `physdescstructuredtype="otherphysdescstructuredtype"` says in its companion which type it is (EAD3 Schematron).
final class EAD3OtherPhysdescstructuredtype: OtherValueRule {
  override class var descriptor: RuleDescriptor {
    RuleDescriptor("ead3-otherphysdescstructuredtype", .structure, .warning, [.ead3])
  }
  override class var selector: NameID { Attribute.physdescstructuredtype }
  override class var selected: StaticString { "otherphysdescstructuredtype" }
  override class var companion: NameID { Attribute.otherphysdescstructuredtype }
}
