/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's key pairs: always made by OpenSSL. */
#include "tools/keysource.h"

const struct key_source *
keysource(void)
{
    return &keymaker_source;
}
