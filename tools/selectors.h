/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ranked list of selectors worth guessing, share/selectors. */
#ifndef TOOLS_SELECTORS_H
#define TOOLS_SELECTORS_H

#include <stddef.h>

size_t selectors_count(void);
/* The i-th, the most likely first. */
const char *selectors_ranked(size_t i);

#endif
