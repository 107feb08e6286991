/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of what selkie explain says. */
#include "common/findings/explain.h"

#include <string.h>

#include "common/findings/finding.h"
#include "tests/tap/tap.h"

static void
test_one(void)
{
    struct strbuf out = STRBUF_INIT;
    struct error err = ERROR_INIT;

    is_int(ST_OK, explain_text(SLICE("spf.too-many-lookups"), 60, &out, &err),
           "there is such a finding");
    is_string("spf.too-many-lookups (error)\n"
              "    the SPF record of DOMAIN needs LOOKUPS DNS lookups;\n"
              "    receivers give up after LIMIT\n"
              "\n"
              "  Where it is written\n"
              "    RFC 7208 section 4.6.4\n"
              "\n"
              "  What to do\n"
              "    drop include: terms no longer used, or list their\n"
              "    addresses with ip4: and ip6:\n",
              out.p, "its text");
    strbuf_clear(&out);
}

/* Each fits, and none leaves a brace where a field stands. */
static void
test_all(void)
{
    for (int i = 0; i < FIND_COUNT; i++) {
        const char *name = finding_def((enum finding_id)i)->name;
        struct strbuf out = STRBUF_INIT;
        struct slice rest;
        struct slice line;
        size_t longest = 0;

        explain_text(slice_of(name), 80, &out, NULL);
        rest = strbuf_slice(&out);
        while (slice_next(&rest, '\n', &line))
            if (line.n > longest)
                longest = line.n;
        ok(longest <= 80, "%s fits: %zu", name, longest);
        strbuf_clear(&out);
    }
}

static void
test_unknown(void)
{
    struct strbuf out = STRBUF_INIT;
    struct error err = ERROR_INIT;

    is_int(ST_NOT_FOUND, explain_text(SLICE("void-lookup"), 80, &out, &err),
           "no such finding");
    is_string("there is no finding 'void-lookup'; is it"
              " spf.too-many-void-lookups or spf.void-lookup?",
              err.text, "but some like it");
    explain_text(SLICE("qqq"), 80, &out, &err);
    is_string("there is no finding 'qqq'; 'selkie explain --list' lists them",
              err.text, "and none like that");
    explain_text(SLICE_EMPTY, 80, &out, &err);
    is_string("there is no finding ''; 'selkie explain --list' lists them",
              err.text, "nor the empty one");
    is_int(0, (long long)out.n, "nothing printed");
    strbuf_clear(&out);
}

static void
test_list(void)
{
    struct strbuf out = STRBUF_INIT;
    struct slice rest;
    struct slice line;
    int id = 0;
    bool good = true;

    explain_list(&out);
    rest = strbuf_slice(&out);
    while (slice_next(&rest, '\n', &line) && line.n > 0)
        good = finding_id_of(line) == id++ && good;
    ok(good && id == FIND_COUNT, "one line a finding, in order");
    strbuf_clear(&out);
}

int
main(void)
{
    plan_lazy();
    test_one();
    test_all();
    test_unknown();
    test_list();
    return tap_done();
}
