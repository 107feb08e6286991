/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where this program's key pairs come from. */
#ifndef TOOLS_KEYSOURCE_H
#define TOOLS_KEYSOURCE_H

#include "common/registry/keymaker.h"

/*
 * OpenSSL's generator (keysource.c).  A test program is linked with another
 * file in its place, which hands out committed test pairs: the real program
 * has no way to be given them.
 */
const struct key_source *keysource(void);

#endif
