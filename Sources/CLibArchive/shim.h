#ifndef EAD_LIBARCHIVE_SHIM_H
#define EAD_LIBARCHIVE_SHIM_H

/* Swift would take `struct stat` for this module's own, and refuse it to files that import Glibc alone. Nothing here
   needs more than its name. */
#include <sys/types.h>
#ifndef _SYS_STAT_H
#define _SYS_STAT_H 1
#define EAD_STAT_HIDDEN
#endif
#include <archive.h>
#include <archive_entry.h>
#ifdef EAD_STAT_HIDDEN
#undef _SYS_STAT_H
#undef EAD_STAT_HIDDEN
#endif

#endif
