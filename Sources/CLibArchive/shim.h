#ifndef EAD_LIBARCHIVE_SHIM_H
#define EAD_LIBARCHIVE_SHIM_H

#include <archive.h>
#include <archive_entry.h>

#endif
