/// Rules about what AtoM would make of a finding aid.
enum RulesC {
  static let all: [Rule.Type] = [
    AtoMGenerationRule.self, AtoMNamespaceRule.self, AtoMValueLengthRule.self, AtoMTextLengthRule.self,
    AtoMDownloadRule.self, AtoMDigitalObjectRule.self, AtoMLinkPrefixRule.self, AtoMCultureRule.self,
    AtoMLanguageCodeRule.self, AtoMLanguageTextRule.self, AtoMLanguageNoteRule.self, AtoMLanguageRepeatedRule.self,
    AtoMLevelRule.self, AtoMEventTypeRule.self, AtoMControlTermRule.self, AtoMRepeatedRule.self, AtoMAbstractRule.self,
    AtoMIdentifierRule.self, AtoMInheritedIdentifierRule.self, AtoMUntitledRule.self, AtoMTitleTypeRule.self,
    AtoMDateInTitleRule.self, AtoMSeriesInTitleRule.self, AtoMDateDroppedRule.self, AtoMDateMisreadRule.self,
    AtoMBulkDateRule.self, AtoMOriginationRule.self, AtoMRoleRule.self, AtoMBiographyRule.self, AtoMChronologyRule.self,
    AtoMAccessPointIDRule.self, AtoMAccessPointPlaceRule.self, AtoMAccessPointKindRule.self,
    AtoMAccessPointCreatorRule.self, AtoMContainerTypeRule.self, AtoMNestedContainerRule.self, AtoMLocationRule.self,
    AtoMTextDroppedRule.self, AtoMTextGluedRule.self, AtoMExtentGluedRule.self, AtoMExtentLabelRule.self,
    AtoMHeadRule.self, AtoMLinkLostRule.self, AtoMEmphasisRule.self, AtoMLineBreakRule.self,
    AtoMElementDroppedRule.self, AtoMHeaderDroppedRule.self, AtoMHeaderMovedRule.self, AtoMEadidRule.self,
    AtoMDscTextRule.self, AtoMGroupRule.self, AtoMOtherNoteRule.self, AtoMProcessDateRule.self,
    AtoMRepositoryAddressRule.self, AtoMOwnExportRule.self, AtoMComponentIDRule.self, AtoMDraftRule.self,
  ]
}
