#ifndef EAD_LIBXML2_SHIM_H
#define EAD_LIBXML2_SHIM_H

/* Debian's libxml2 may name ICU in its headers; Foundation brings another ICU, and the two do not agree in one module.
   Nothing here looks into the structures that differ. */
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED

#include <string.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/relaxng.h>
#include <libxml/SAX2.h>
#include <libxml/entities.h>
#include <libxml/encoding.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlreader.h>
#include <libxml/xmlregexp.h>
#include <libxml/xmlschemas.h>
#include <libxml/xmlschemastypes.h>
#include <libxml/xmlunicode.h>

/* What libxml2 offers as macros or as fields whose names change between versions. */

static inline int ead_line(xmlParserCtxtPtr ctxt) {
  return ctxt->input != NULL ? ctxt->input->line : 0;
}

static inline int ead_column(xmlParserCtxtPtr ctxt) {
  return ctxt->input != NULL ? ctxt->input->col : 0;
}

/* The letters and name characters of XML 1.0, fourth edition (appendix B), beyond ASCII too. */

static inline int ead_is_letter(int c) { return IS_LETTER(c); }

static inline int ead_is_name_char(int c) {
  return IS_LETTER(c) || IS_DIGIT(c) || c == '.' || c == '-' || c == '_' || c == ':' || IS_COMBINING(c) || IS_EXTENDER(c);
}

static inline void ead_sax_init(xmlSAXHandler *sax) {
  memset(sax, 0, sizeof(*sax));
  sax->initialized = XML_SAX2_MAGIC;
}

#endif
