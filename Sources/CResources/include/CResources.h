#ifndef EAD_RESOURCES_H
#define EAD_RESOURCES_H

#include <stddef.h>

/* A file embedded at compile time: the program works wherever the binary is moved to. */
typedef struct {
  const unsigned char *bytes;
  size_t count;
} ead_resource;

/* What this build embeds; one accessor a file, so that Swift sees no mutable global. */
#define EAD_RESOURCE(name) ead_resource name(void);
#include "CResourcesList.h"
#undef EAD_RESOURCE

#endif
