#ifndef EAD_LIBCRYPTO_SHIM_H
#define EAD_LIBCRYPTO_SHIM_H

#include <openssl/evp.h>

#endif
