/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8 (RFC 3629) read one character at a time. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdint.h>

#include "common/base/slice.h"

/* What stands for octets that are no UTF-8. */
#define UTF8_REPLACEMENT 0xfffdu

/*
 * The character that text (not empty) begins with: returns how many octets it
 * takes, 1 to 4, and sets *code.  Returns 0, touching nothing, when the first
 * octets are no UTF-8: overlong, a surrogate, above U+10FFFF, or cut short.
 */
size_t utf8_decode(struct slice text, uint32_t *code);

#endif
