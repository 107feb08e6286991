/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What verifiers in use make of an input on which they differ. */
#include "common/findings/families.h"

#include <assert.h>

#include "common/base/strbuf.h"

/* Families of each table. */
#define DKIM_FAMILIES  8
#define SPF_FAMILIES   8
#define DMARC_FAMILIES 7

static const char *const dkim[] = {
#include "share/implementations/dkim.csv"
};
static const char *const spf[] = {
#include "share/implementations/spf.csv"
};
static const char *const dmarc[] = {
#include "share/implementations/dmarc.csv"
};

#define TABLE(cells, families)                                                \
    {                                                                         \
        (cells),                                                              \
            sizeof(cells) / sizeof((cells)[0])                                \
                / (FAMILIES_FIRST + (families)),                              \
            FAMILIES_FIRST + (families)                                       \
    }
/* A comma that is missing makes one cell of two, without a word. */
#define WHOLE(cells, families)                                                \
    static_assert(sizeof(cells) / sizeof((cells)[0])                          \
                          % (FAMILIES_FIRST + (families))                     \
                      == 0,                                                   \
                  "every row has all its cells")
WHOLE(dkim, DKIM_FAMILIES);
WHOLE(spf, SPF_FAMILIES);
WHOLE(dmarc, DMARC_FAMILIES);

static const struct families_table tables[FAMILIES_TABLES] = {
    [FAMILIES_DKIM] = TABLE(dkim, DKIM_FAMILIES),
    [FAMILIES_SPF] = TABLE(spf, SPF_FAMILIES),
    [FAMILIES_DMARC] = TABLE(dmarc, DMARC_FAMILIES),
};

#define ROW_NAMES 0
#define ROW_DATES 1
#define ROW_FIRST 2

const struct families_table *
families_table(size_t i)
{
    return &tables[i];
}

const char *
families_cell(const struct families_table *table, size_t row, size_t column)
{
    return table->cells[row * table->columns + column];
}

size_t
families_row(const struct families_table *table, const char *input)
{
    for (size_t row = ROW_FIRST; row < table->rows; row++)
        if (strcmp(families_cell(table, row, FAMILIES_INPUT), input) == 0)
            return row;
    return 0;
}

const char *
families_name(const struct families_table *table, size_t column)
{
    return families_cell(table, ROW_NAMES, column);
}

const char *
families_seen(const struct families_table *table, size_t column)
{
    return families_cell(table, ROW_DATES, column);
}

bool
families_departs(const struct families_table *table, size_t row, size_t column)
{
    const char *does = families_cell(table, row, column);
    const char *standard = families_cell(table, row, FAMILIES_STANDARD);

    return !slice_starts(slice_of(standard), slice_of(does));
}

static struct slice
field_text(const struct finding *finding, struct slice name)
{
    if (slice_equal(name, SLICE("at")))
        return slice_of(finding->at);
    for (size_t i = 0; i < finding->field_count; i++)
        if (slice_equal(name, slice_of(finding->fields[i].name)))
            return slice_of(value_as_text(finding->fields[i].value));
    return SLICE_EMPTY;
}

/* NAME=TEXT, NAME^BEGINNING, or nothing. */
static bool
holds(struct slice when, const struct finding *finding)
{
    size_t end = slice_find(when, '=');
    bool whole = end < when.n;
    struct slice text, wanted;

    if (when.n == 0)
        return true;
    if (!whole)
        end = slice_find(when, '^');
    text = field_text(finding, slice_sub(when, 0, end));
    wanted = slice_from(when, end + 1);
    return whole ? slice_equal_case(text, wanted)
                 : slice_starts_case(text, wanted);
}

static bool
has_id(struct slice ids, const char *id)
{
    struct slice one;

    while (slice_next(&ids, ' ', &one))
        if (slice_equal(one, slice_of(id)))
            return true;
    return false;
}

/* The row of a finding; 0, which is none, when there is no such row. */
static size_t
row_of(const struct families_table *table, const struct finding *finding)
{
    const char *id = finding_def(finding->id)->name;

    for (size_t row = ROW_FIRST; row < table->rows; row++)
        if (has_id(slice_of(families_cell(table, row, FAMILIES_FINDING)), id)
            && holds(slice_of(families_cell(table, row, FAMILIES_WHEN)),
                     finding))
            return row;
    return 0;
}

/* Is it the first family that does so? */
static bool
is_first(const struct families_table *table, size_t row, size_t column)
{
    const char *does = families_cell(table, row, column);

    for (size_t i = FAMILIES_FIRST; i < column; i++)
        if (strcmp(families_cell(table, row, i), does) == 0)
            return false;
    return does[0] != '\0';
}

/* "accept: OpenDKIM (2022-12), rspamd (2026-08)": all that do what the family
   of that column does. */
static void
put_alike(struct strbuf *out, const struct families_table *table, size_t row,
          size_t column)
{
    const char *does = families_cell(table, row, column);
    const char *before = ": ";

    strbuf_add_text(out, does);
    for (size_t i = column; i < table->columns; i++) {
        if (strcmp(families_cell(table, row, i), does) != 0)
            continue;
        strbuf_addf(out, "%s%s (%s)", before, families_name(table, i),
                    families_seen(table, i));
        before = ", ";
    }
}

static void
note_row(struct finding *finding, struct arena *arena,
         const struct families_table *table, size_t row)
{
    struct strbuf note = STRBUF_INIT;

    if (finding->note != NULL)
        strbuf_addf(&note, "%s; ", finding->note);
    strbuf_add_text(&note, "as verifiers were seen");
    for (size_t i = FAMILIES_FIRST; i < table->columns; i++) {
        size_t from = note.n + 2;

        if (!is_first(table, row, i))
            continue;
        strbuf_add_text(&note, "; ");
        put_alike(&note, table, row, i);
        finding_item(finding, "families",
                     slice_from(strbuf_slice(&note), from));
    }
    finding_note(finding, arena_text(arena, strbuf_slice(&note)));
    strbuf_clear(&note);
}

void
families_note(struct report *report)
{
    for (size_t i = 0; i < report_count(report); i++) {
        /* The report is the caller's to change, and so are its findings. */
        struct finding *finding = (struct finding *)report_finding(report, i);

        for (size_t k = 0; k < FAMILIES_TABLES; k++) {
            size_t row = row_of(&tables[k], finding);

            if (row != 0)
                note_row(finding, report_arena(report), &tables[k], row);
        }
    }
}
