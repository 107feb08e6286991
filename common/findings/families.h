/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What verifiers in use make of an input on which they differ: the tables of
   share/implementations, compiled in. */
#ifndef FINDINGS_FAMILIES_H
#define FINDINGS_FAMILIES_H

#include <stddef.h>

#include "common/findings/finding.h"

/*
 * The tables are CSV files with every cell in quotes and a comma at the end of
 * every line, so that they are C as well.  The first row names the columns,
 * the second has the date of what was read of each family.  Columns:
 *
 *   finding   ids that the row belongs to, separated by a blank; may be empty
 *   when      a condition on a field of the finding, "at" being one: NAME=TEXT
 *             or NAME^BEGINNING, whatever the case; may be empty.  The first
 *             row that fits counts
 *   input     what is put before a verifier, in words
 *   RFC ...   what the standard says
 *   a column a family: what it does; empty where that is not known
 */
enum {
    FAMILIES_FINDING,
    FAMILIES_WHEN,
    FAMILIES_INPUT,
    FAMILIES_STANDARD,
    FAMILIES_FIRST /* column of the first family */
};

/* One table. */
struct families_table {
    const char *const *cells; /* row by row */
    size_t rows;              /* with the two on top */
    size_t columns;           /* cells of a row */
};

enum { FAMILIES_DKIM, FAMILIES_SPF, FAMILIES_DMARC, FAMILIES_TABLES };
const struct families_table *families_table(size_t i);
const char *families_cell(const struct families_table *table, size_t row,
                          size_t column);
/* The row of an input, or 0, which is none. */
size_t families_row(const struct families_table *table, const char *input);
/* A family's name, and of when its sources were: "2026-08". */
const char *families_name(const struct families_table *table, size_t column);
const char *families_seen(const struct families_table *table, size_t column);
/* Is it known that the family does something else than the standard says?
   "2" is no other than "2, then permerror". */
bool families_departs(const struct families_table *table, size_t row,
                      size_t column);

/*
 * Give every finding that the tables have a row for the field "families", a
 * list: "accept: OpenDKIM (2022-12), rspamd (2026-08)" and so on for each
 * thing done; and the same as a note, behind the one it may have.
 */
void families_note(struct report *report);

#endif
