/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The key source of selkie-testkeys: the program as it is, but for its keys,
   which are those that tests share. */
#include "tools/keysource.h"

#include "tests/keys/testkeys.h"

const struct key_source *
keysource(void)
{
    return testkeys_source();
}
