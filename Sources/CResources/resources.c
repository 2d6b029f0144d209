#include "CResources.h"

#define EMBEDDED(name) \
  ead_resource ead_##name(void) { return (ead_resource){name, sizeof name}; }

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

static const unsigned char languages[] = {
#embed "../EADKit/Resources/languages.tsv"
};
EMBEDDED(languages)

static const unsigned char levels[] = {
#embed "../EADKit/Resources/levels.tsv"
};
EMBEDDED(levels)

static const unsigned char messages[] = {
#embed "../EADKit/Resources/messages.tsv"
};
EMBEDDED(messages)

static const unsigned char relators[] = {
#embed "../EADKit/Resources/relators.tsv"
};
EMBEDDED(relators)

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
