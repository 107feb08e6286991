/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines on standard error: "selkie: audit: cannot read 'x': ...". */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdbool.h>

#include "common/base/status.h"

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE, DIAG_DEBUG };

/* The words in front of each line, "selkie: audit"; borrowed. */
void diag_set_program(const char *words);
/* Lines above this level are dropped; DIAG_NOTE at the start. */
void diag_set_level(enum diag_level level);
/* Where lines go instead of standard error (tests); NULL puts it back. */
void diag_set_sink(void (*sink)(enum diag_level level, const char *line));

void diag_error(const char *form, ...) __attribute__((format(printf, 1, 2)));
void diag_warning(const char *form, ...) __attribute__((format(printf, 1, 2)));
void diag_note(const char *form, ...) __attribute__((format(printf, 1, 2)));
void diag_debug(const char *form, ...) __attribute__((format(printf, 1, 2)));

/* A progress line must not be written into: it installs itself here, and
   diag calls it before and after each line. */
void diag_set_pause(void (*pause)(bool before, void *context), void *context);

#endif
