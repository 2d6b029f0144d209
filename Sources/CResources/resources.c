#include "CResources.h"

#define EMBEDDED(name) \
  ead_resource ead_##name(void) { return (ead_resource){name, sizeof name}; }

/* A file that this build does without. */
#define ABSENT(name) \
  ead_resource ead_##name(void) { return (ead_resource){0, 0}; }

static const unsigned char countries[] = {
#embed "../EADKit/Resources/countries.tsv"
};
EMBEDDED(countries)

static const unsigned char crosswalk_atom_csv[] = {
#embed "../EADKit/Resources/crosswalk-atom-csv.tsv"
};
EMBEDDED(crosswalk_atom_csv)

static const unsigned char cultures[] = {
#embed "../EADKit/Resources/cultures.tsv"
};
EMBEDDED(cultures)

static const unsigned char digital_media[] = {
#embed "../EADKit/Resources/digital-media.tsv"
};
EMBEDDED(digital_media)

static const unsigned char elements[] = {
#embed "../EADKit/Resources/elements.tsv"
};
EMBEDDED(elements)

static const unsigned char event_types[] = {
#embed "../EADKit/Resources/event-types.tsv"
};
EMBEDDED(event_types)

static const unsigned char field_labels[] = {
#embed "../EADKit/Resources/field-labels.tsv"
};
EMBEDDED(field_labels)

static const unsigned char head_labels[] = {
#embed "../EADKit/Resources/head-labels.tsv"
};
EMBEDDED(head_labels)

static const unsigned char ignored_attributes[] = {
#embed "../EADKit/Resources/ignored-attributes.tsv"
};
EMBEDDED(ignored_attributes)

static const unsigned char languages_639_3[] = {
#embed "../EADKit/Resources/languages-639-3.tsv"
};
EMBEDDED(languages_639_3)

static const unsigned char languages[] = {
#embed "../EADKit/Resources/languages.tsv"
};
EMBEDDED(languages)

static const unsigned char levels[] = {
#embed "../EADKit/Resources/levels.tsv"
};
EMBEDDED(levels)

static const unsigned char messages_datatypes[] = {
#embed "../EADKit/Resources/messages-datatypes.tsv"
};
EMBEDDED(messages_datatypes)

static const unsigned char messages_pages[] = {
#embed "../EADKit/Resources/messages-pages.tsv"
};
EMBEDDED(messages_pages)

static const unsigned char messages_relaxng[] = {
#embed "../EADKit/Resources/messages-relaxng.tsv"
};
EMBEDDED(messages_relaxng)

static const unsigned char messages_reports[] = {
#embed "../EADKit/Resources/messages-reports.tsv"
};
EMBEDDED(messages_reports)

static const unsigned char messages_rules_a[] = {
#embed "../EADKit/Resources/messages-rules-a.tsv"
};
EMBEDDED(messages_rules_a)

static const unsigned char messages_rules_b[] = {
#embed "../EADKit/Resources/messages-rules-b.tsv"
};
EMBEDDED(messages_rules_b)

static const unsigned char messages_rules_c[] = {
#embed "../EADKit/Resources/messages-rules-c.tsv"
};
EMBEDDED(messages_rules_c)

static const unsigned char messages_schema[] = {
#embed "../EADKit/Resources/messages-schema.tsv"
};
EMBEDDED(messages_schema)

static const unsigned char messages_titles[] = {
#embed "../EADKit/Resources/messages-titles.tsv"
};
EMBEDDED(messages_titles)

static const unsigned char messages_validate[] = {
#embed "../EADKit/Resources/messages-validate.tsv"
};
EMBEDDED(messages_validate)

static const unsigned char messages[] = {
#embed "../EADKit/Resources/messages.tsv"
};
EMBEDDED(messages)

static const unsigned char crosswalk_ead2002[] = {
#embed "../EADKit/Resources/crosswalk-ead2002.tsv"
};
EMBEDDED(crosswalk_ead2002)

static const unsigned char messages_convert[] = {
#embed "../EADKit/Resources/messages-convert.tsv"
};
EMBEDDED(messages_convert)

static const unsigned char messages_roundtrip[] = {
#embed "../EADKit/Resources/messages-roundtrip.tsv"
};
EMBEDDED(messages_roundtrip)

static const unsigned char crosswalk_atom_to_ead[] = {
#embed "../EADKit/Resources/crosswalk-atom-to-ead.tsv"
};
EMBEDDED(crosswalk_atom_to_ead)

static const unsigned char messages_atom_csv[] = {
#embed "../EADKit/Resources/messages-atom-csv.tsv"
};
EMBEDDED(messages_atom_csv)

static const unsigned char messages_atom_ead[] = {
#embed "../EADKit/Resources/messages-atom-ead.tsv"
};
EMBEDDED(messages_atom_ead)

static const unsigned char crosswalk_ead3[] = {
#embed "../EADKit/Resources/crosswalk-ead3.tsv"
};
EMBEDDED(crosswalk_ead3)

static const unsigned char messages_downgrade[] = {
#embed "../EADKit/Resources/messages-downgrade.tsv"
};
EMBEDDED(messages_downgrade)

static const unsigned char messages_upgrade[] = {
#embed "../EADKit/Resources/messages-upgrade.tsv"
};
EMBEDDED(messages_upgrade)

static const unsigned char messages_writing[] = {
#embed "../EADKit/Resources/messages-writing.tsv"
};
EMBEDDED(messages_writing)

static const unsigned char atom_sheets[] = {
#embed "../EADKit/Resources/atom-sheets.tsv"
};
EMBEDDED(atom_sheets)

static const unsigned char messages_sheet[] = {
#embed "../EADKit/Resources/messages-sheet.tsv"
};
EMBEDDED(messages_sheet)

static const unsigned char sheet_rules[] = {
#embed "../EADKit/Resources/sheet-rules.tsv"
};
EMBEDDED(sheet_rules)

static const unsigned char crosswalk_eac[] = {
#embed "../EADKit/Resources/crosswalk-eac.tsv"
};
EMBEDDED(crosswalk_eac)

static const unsigned char messages_authorities[] = {
#embed "../EADKit/Resources/messages-authorities.tsv"
};
EMBEDDED(messages_authorities)

static const unsigned char messages_eac[] = {
#embed "../EADKit/Resources/messages-eac.tsv"
};
EMBEDDED(messages_eac)

static const unsigned char messages_sheet_a[] = {
#embed "../EADKit/Resources/messages-sheet-a.tsv"
};
EMBEDDED(messages_sheet_a)

static const unsigned char messages_sheet_fix[] = {
#embed "../EADKit/Resources/messages-sheet-fix.tsv"
};
EMBEDDED(messages_sheet_fix)

static const unsigned char messages_sheet_b[] = {
#embed "../EADKit/Resources/messages-sheet-b.tsv"
};
EMBEDDED(messages_sheet_b)

static const unsigned char ignore_rules[] = {
#embed "../Archifilter/Resources/ignore-rules.tsv"
};
EMBEDDED(ignore_rules)

static const unsigned char messages_archifilter[] = {
#embed "../Archifilter/Resources/messages-archifilter.tsv"
};
EMBEDDED(messages_archifilter)

static const unsigned char messages_describe[] = {
#embed "../Archifilter/Resources/messages-describe.tsv"
};
EMBEDDED(messages_describe)

static const unsigned char messages_exports[] = {
#embed "../Archifilter/Resources/messages-exports.tsv"
};
EMBEDDED(messages_exports)

static const unsigned char messages_inventory[] = {
#embed "../Archifilter/Resources/messages-inventory.tsv"
};
EMBEDDED(messages_inventory)

static const unsigned char messages_scan[] = {
#embed "../Archifilter/Resources/messages-scan.tsv"
};
EMBEDDED(messages_scan)

static const unsigned char messages_sessions[] = {
#embed "../Archifilter/Resources/messages-sessions.tsv"
};
EMBEDDED(messages_sessions)

static const unsigned char messages_tree[] = {
#embed "../Archifilter/Resources/messages-tree.tsv"
};
EMBEDDED(messages_tree)

static const unsigned char office_formats[] = {
#embed "../Archifilter/Resources/office-formats.tsv"
};
EMBEDDED(office_formats)

static const unsigned char rules_tree_en[] = {
#embed "../Archifilter/Resources/rules-tree.en.md"
};
EMBEDDED(rules_tree_en)

static const unsigned char rules_tree_fr[] = {
#embed "../Archifilter/Resources/rules-tree.fr.md"
};
EMBEDDED(rules_tree_fr)

static const unsigned char tree_rules[] = {
#embed "../Archifilter/Resources/tree-rules.tsv"
};
EMBEDDED(tree_rules)

static const unsigned char messages_dates[] = {
#embed "../Archifilter/Resources/messages-dates.tsv"
};
EMBEDDED(messages_dates)

static const unsigned char placeholders[] = {
#embed "../EADKit/Resources/placeholders.tsv"
};
EMBEDDED(placeholders)

static const unsigned char profiles[] = {
#embed "../EADKit/Resources/profiles.tsv"
};
EMBEDDED(profiles)

static const unsigned char relators[] = {
#embed "../EADKit/Resources/relators.tsv"
};
EMBEDDED(relators)

static const unsigned char rules_a_en[] = {
#embed "../EADKit/Resources/rules-a.en.md"
};
EMBEDDED(rules_a_en)

static const unsigned char rules_a_fr[] = {
#embed "../EADKit/Resources/rules-a.fr.md"
};
EMBEDDED(rules_a_fr)

static const unsigned char rules_b_en[] = {
#embed "../EADKit/Resources/rules-b.en.md"
};
EMBEDDED(rules_b_en)

static const unsigned char rules_b_fr[] = {
#embed "../EADKit/Resources/rules-b.fr.md"
};
EMBEDDED(rules_b_fr)

static const unsigned char rules_sheet_a_en[] = {
#embed "../EADKit/Resources/rules-sheet-a.en.md"
};
EMBEDDED(rules_sheet_a_en)

static const unsigned char rules_sheet_a_fr[] = {
#embed "../EADKit/Resources/rules-sheet-a.fr.md"
};
EMBEDDED(rules_sheet_a_fr)

static const unsigned char rules_sheet_b_en[] = {
#embed "../EADKit/Resources/rules-sheet-b.en.md"
};
EMBEDDED(rules_sheet_b_en)

static const unsigned char rules_sheet_b_fr[] = {
#embed "../EADKit/Resources/rules-sheet-b.fr.md"
};
EMBEDDED(rules_sheet_b_fr)

static const unsigned char rules_c_en[] = {
#embed "../EADKit/Resources/rules-c.en.md"
};
EMBEDDED(rules_c_en)

static const unsigned char rules_c_fr[] = {
#embed "../EADKit/Resources/rules-c.fr.md"
};
EMBEDDED(rules_c_fr)

static const unsigned char rules_schema_en[] = {
#embed "../EADKit/Resources/rules-schema.en.md"
};
EMBEDDED(rules_schema_en)

static const unsigned char rules_schema_fr[] = {
#embed "../EADKit/Resources/rules-schema.fr.md"
};
EMBEDDED(rules_schema_fr)

static const unsigned char schemas[] = {
#embed "../EADKit/Resources/schemas.tsv"
};
EMBEDDED(schemas)

static const unsigned char scripts_15924[] = {
#embed "../EADKit/Resources/scripts-15924.tsv"
};
EMBEDDED(scripts_15924)

static const unsigned char scripts[] = {
#embed "../EADKit/Resources/scripts.tsv"
};
EMBEDDED(scripts)

static const unsigned char terms[] = {
#embed "../EADKit/Resources/terms.tsv"
};
EMBEDDED(terms)

static const unsigned char iso_cyr1[] = {
#embed "../../schemas/ead2002/entities/iso-cyr1.ent"
};
EMBEDDED(iso_cyr1)

static const unsigned char iso_cyr2[] = {
#embed "../../schemas/ead2002/entities/iso-cyr2.ent"
};
EMBEDDED(iso_cyr2)

static const unsigned char iso_dia[] = {
#embed "../../schemas/ead2002/entities/iso-dia.ent"
};
EMBEDDED(iso_dia)

static const unsigned char iso_grk1[] = {
#embed "../../schemas/ead2002/entities/iso-grk1.ent"
};
EMBEDDED(iso_grk1)

static const unsigned char iso_grk2[] = {
#embed "../../schemas/ead2002/entities/iso-grk2.ent"
};
EMBEDDED(iso_grk2)

static const unsigned char iso_grk3[] = {
#embed "../../schemas/ead2002/entities/iso-grk3.ent"
};
EMBEDDED(iso_grk3)

static const unsigned char iso_grk4[] = {
#embed "../../schemas/ead2002/entities/iso-grk4.ent"
};
EMBEDDED(iso_grk4)

static const unsigned char iso_lat1[] = {
#embed "../../schemas/ead2002/entities/iso-lat1.ent"
};
EMBEDDED(iso_lat1)

static const unsigned char iso_lat2[] = {
#embed "../../schemas/ead2002/entities/iso-lat2.ent"
};
EMBEDDED(iso_lat2)

static const unsigned char iso_num[] = {
#embed "../../schemas/ead2002/entities/iso-num.ent"
};
EMBEDDED(iso_num)

static const unsigned char iso_pub[] = {
#embed "../../schemas/ead2002/entities/iso-pub.ent"
};
EMBEDDED(iso_pub)

static const unsigned char iso_tech[] = {
#embed "../../schemas/ead2002/entities/iso-tech.ent"
};
EMBEDDED(iso_tech)

static const unsigned char rng_ead3[] = {
#embed "../../schemas/ead3/ead3-easvalidator.rng"
};
EMBEDDED(rng_ead3)

static const unsigned char rng_ead3_undeprecated[] = {
#embed "../../schemas/ead3/ead3_undeprecated.rng"
};
EMBEDDED(rng_ead3_undeprecated)

static const unsigned char xsd_ead3[] = {
#embed "../../schemas/ead3/ead3.xsd"
};
EMBEDDED(xsd_ead3)

static const unsigned char xsd_ead3_undeprecated[] = {
#embed "../../schemas/ead3/ead3_undeprecated.xsd"
};
EMBEDDED(xsd_ead3_undeprecated)

static const unsigned char dtd_ead3[] = {
#embed "../../schemas/ead3/ead3.dtd"
};
EMBEDDED(dtd_ead3)

static const unsigned char dtd_ead3_undeprecated[] = {
#embed "../../schemas/ead3/ead3_undeprecated.dtd"
};
EMBEDDED(dtd_ead3_undeprecated)

static const unsigned char rng_eac[] = {
#embed "../../schemas/eac-cpf/eac.rng"
};
EMBEDDED(rng_eac)

/* These carry no free licence: see schemas/ead2002/NOTICE.md. */
#ifndef EADKIT_WITHOUT_EAD2002_SCHEMAS

static const unsigned char rng_ead2002[] = {
#embed "../../schemas/ead2002/ead-1.1.0-easvalidator.rng"
};
EMBEDDED(rng_ead2002)

static const unsigned char rng_ead2002_dtd[] = {
#embed "../../schemas/ead2002/ead-dtd.rng"
};
EMBEDDED(rng_ead2002_dtd)

static const unsigned char rng_ead2002_strict[] = {
#embed "../../schemas/ead2002/ead-1.0.0.rng"
};
EMBEDDED(rng_ead2002_strict)

static const unsigned char xsd_ead2002[] = {
#embed "../../schemas/ead2002/ead-1.1.0.xsd"
};
EMBEDDED(xsd_ead2002)

static const unsigned char xsd_xlink[] = {
#embed "../../schemas/ead2002/xlink.xsd"
};
EMBEDDED(xsd_xlink)

static const unsigned char dtd_ead2002[] = {
#embed "../../schemas/ead2002/ead.dtd"
};
EMBEDDED(dtd_ead2002)

#else

ABSENT(rng_ead2002)
ABSENT(rng_ead2002_dtd)
ABSENT(rng_ead2002_strict)
ABSENT(xsd_ead2002)
ABSENT(xsd_xlink)
ABSENT(dtd_ead2002)

#endif
