/// Rules about structure, references, text, and what ISAD(G) and DACS ask for.
enum RulesB {
  static let all: [Rule.Type] = [
    StructureNoTitleNoDate.self, StructureNoLevel.self, StructureLevelRises.self, StructureNumbering.self,
    StructureEmptyElement.self, StructureEmptyDsc.self, StructureOtherLevel.self, StructureAttributeAsText.self,
    ReferenceDuplicateUnitID.self, ReferenceDateOutsideParent.self, ReferenceDateContradicts.self,
    ReferencePlaceholder.self,
    TextControlCharacter.self, TextDoubleEncoded.self, TextNoncharacter.self, TextReplacementCharacter.self,
    TextEntityShown.self, TextMarkupShown.self,
    ISADGReferenceCode.self, ISADGTitle.self, ISADGDate.self, ISADGLevel.self, ISADGExtent.self, ISADGCreator.self,
    DACSReferenceCode.self, DACSRepository.self, DACSTitle.self, DACSDate.self, DACSExtent.self, DACSCreator.self,
    DACSScope.self, DACSAccess.self, DACSLanguage.self,
  ]
}
