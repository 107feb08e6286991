/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of CSV into cells. */
#include "common/registry/csvline.h"

#include <csv.h>

#include "common/base/memory.h"

struct splitting {
    struct arena *arena; /* of the texts */
    struct slice *cells; /* the caller's */
    size_t max;          /* of them */
    size_t count;        /* seen so far, also beyond max */
};

static void
take(void *text, size_t n, void *context)
{
    struct splitting *s = context;

    if (s->count < s->max)
        s->cells[s->count] =
            arena_slice(s->arena, (struct slice){n == 0 ? "" : text, n});
    s->count++;
}

enum status
csvline_split(struct slice line, struct arena *arena, struct slice *cells,
              size_t max, size_t *count)
{
    struct splitting s = {.arena = arena, .cells = cells, .max = max};
    struct csv_parser parser;
    bool good;

    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        memory_exhausted();
    good = csv_parse(&parser, line.p, line.n, take, NULL, &s) == line.n
           && csv_fini(&parser, take, NULL, &s) == 0;
    if (csv_error(&parser) == CSV_ENOMEM)
        memory_exhausted();
    csv_free(&parser);
    *count = s.count;
    if (!good)
        return ST_SYNTAX;
    return s.count > max ? ST_RANGE : ST_OK;
}
