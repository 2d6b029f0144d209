#ifndef EAD_LIBMAGIC_SHIM_H
#define EAD_LIBMAGIC_SHIM_H

#include <magic.h>

#endif
