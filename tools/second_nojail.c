/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie-second without a filter of system calls: no libseccomp. */
#include "tools/second.h"

int
second_jail(void)
{
    return 0;
}
