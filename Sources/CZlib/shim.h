#ifndef EAD_ZLIB_SHIM_H
#define EAD_ZLIB_SHIM_H

#include <zlib.h>

static inline int ead_inflate_init_gzip(z_stream *stream) {
  return inflateInit2(stream, 15 + 16);
}

#endif
