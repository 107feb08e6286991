/* SPDX-License-Identifier: GPL-3.0-or-later */
/* INI files: "[section]" and "key = value" lines, selkie.conf(5). */
#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/slice.h"
#include "common/base/status.h"

struct settings; /* keys with their values and the line each stood on */

/* A settings file larger than this is no settings file. */
#define SETTINGS_SIZE_MAX (1u << 20)

/*
 * Read one file.  '#' and ';' begin a comment at the start of a line; blanks
 * around '=' do not count; "..." keeps blanks.  A line that is neither, a
 * key given twice, or a key outside every section but the nameless first is
 * ST_SYNTAX and the sentence says file and line.  When trusted_only, the
 * file and its folder must pass file_trusted().
 */
enum status settings_read(const char *path, bool trusted_only,
                          struct settings **out, struct error *err);
/* The same from text; name stands for the path in sentences. */
enum status settings_parse(const char *name, struct slice text,
                           struct settings **out, struct error *err);
void settings_free(struct settings *settings);

/* The value of "section.key" or "key", or NULL.  Borrowed. */
const char *settings_get(const struct settings *settings, const char *key);
/* The line it stood on, for messages; 0 when it is not there. */
unsigned settings_line(const struct settings *settings, const char *key);
/* In file order: false at the end.  *key is "section.key". */
bool settings_each(const struct settings *settings, size_t *position,
                   const char **key, const char **value);

#endif
