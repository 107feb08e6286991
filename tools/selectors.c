/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ranked list of selectors, compiled in from share/selectors/ranked. */
#include "tools/selectors.h"

static const char *const ranked[] = {
#include "selectors.inc"
};

size_t
selectors_count(void)
{
    return sizeof(ranked) / sizeof(ranked[0]);
}

const char *
selectors_ranked(size_t i)
{
    return ranked[i];
}
