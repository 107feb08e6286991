/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Terms put into a record and taken out of it. */
#include "common/spf/spfedit.h"

#include "tests/tap/tap.h"

/* clang-format off */
static const struct {
    const char *record, *remove, *add, *wanted;
} rows[] = {
    {"v=spf1 a mx -all", NULL, "include:x.y", "v=spf1 a mx include:x.y -all"},
    {"v=spf1", NULL, "a", "v=spf1 a"},
    {"v=spf1 mx", NULL, "-all", "v=spf1 mx -all"},
    {"v=spf1 mx exp=a.b", NULL, "a", "v=spf1 mx a exp=a.b"},
    {"v=spf1 redirect=a.b", NULL, "?a", "v=spf1 ?a redirect=a.b"},
    {"v=spf1 mx -all", NULL, "exp=a.b", "v=spf1 mx -all exp=a.b"},
    {"v=spf1 mx -all", NULL, "exists:%{i}.a=b",
     "v=spf1 mx exists:%{i}.a=b -all"},
    {"v=spf1 a include:X.y -all", "include:x.Y", NULL, "v=spf1 a -all"},
    {"v=spf1 +a -all", "a", NULL, "v=spf1 -all"},
    {"v=spf1 a -all", "+a", NULL, "v=spf1 -all"},
    {"v=spf1 a a -all", "a", NULL, "v=spf1 a -all"},
    {"v=spf1 -a -all", "a", NULL, NULL},
    {"V=SPF1   a  -all", "mx", NULL, NULL},
    {"V=SPF1   a  -all", "a", NULL, "V=SPF1 -all"},
};
/* clang-format on */

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct arena *arena = arena_new();
        const struct spfrecord *record =
            spfrecord_parse(arena, slice_of(rows[i].record));
        struct strbuf out = STRBUF_INIT;
        bool good = true;

        if (rows[i].add != NULL)
            spfedit_add(record, slice_of(rows[i].add), &out);
        else
            good = spfedit_remove(record, slice_of(rows[i].remove), &out);
        is_string(rows[i].wanted, good ? out.p : NULL, "%s, %s %s",
                  rows[i].record, rows[i].add != NULL ? "with" : "without",
                  rows[i].add != NULL ? rows[i].add : rows[i].remove);
        strbuf_clear(&out);
        arena_free(arena);
    }
    return tap_done();
}
