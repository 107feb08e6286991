/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/zonemark.c. */
#include "common/dns/zonemark.h"

#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

/* What is read, with the origin "o.example.", or what is wrong. */
static const struct {
    const char *text;
    const char *want;
} rows[] = {
    {"a.example. TXT NODATA",      "a.example. 16 nodata"                },
    {" a TXT SERVFAIL ",           "a.o.example. 16 servfail"            },
    {"\ta\tmx\trefused\t",         "a.o.example. 15 refused"             },
    {"@ ANY NXDOMAIN",             "o.example. 255 nxdomain"             },
    {"* ANY Timeout",              "*.o.example. 255 timeout"            },
    {"a.b TYPE65280 MALFORMED",    "a.b.o.example. 65280 malformed"      },
    {"a\\. A BOGUS",               "a\\..o.example. 1 bogus"             },
    {"a\\\\. A BOGUS",             "a\\\\. 1 bogus"                      },
    {". NS TIMEOUT",               ". 2 timeout"                         },
    {"",                           "';!' stands before NAME TYPE OUTCOME"},
    {"a TXT",                      "';!' stands before NAME TYPE OUTCOME"},
    {"a TXT NODATA b",             "';!' stands before NAME TYPE OUTCOME"},
    {"a..b TXT NODATA",            "a bad name after ';!'"               },
    {"a FOO NODATA",               "an unknown type after ';!'"          },
    {"a TXT FOUND",                "an unknown outcome after ';!'"       },
    {"a TXT PENDING",              "an unknown outcome after ';!'"       },
    {"a TXT GONE",                 "an unknown outcome after ';!'"       },
    {"a TXT NODATANODATANODATANO", "an unknown outcome after ';!'"       },
};

int
main(void)
{
    struct arena *arena = arena_new();
    struct zonescan_mark line = {.line = 1};

    if (name_parse(&line.origin, SLICE("o.example"), NULL) != ST_OK)
        bail("no origin");
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct zonemark mark = {.type = 0};
        const char *seen;

        line.text = slice_of(rows[i].text);
        seen = zonemark_parse(&mark, &line);
        if (seen == NULL)
            seen =
                arena_printf(arena, "%s %u %s", name_dotted(arena, &mark.name),
                             mark.type, outcome_word(mark.outcome));
        is_string(rows[i].want, seen, "'%s'", rows[i].text);
    }
    /* Below the root as origin. */
    line.origin = name_root;
    line.text = SLICE("a TXT NODATA");
    {
        struct zonemark mark = {.type = 0};

        ok(zonemark_parse(&mark, &line) == NULL, "the root as origin");
        is_string("a.", name_dotted(arena, &mark.name), "and its name");
    }
    arena_free(arena);
    return tap_done();
}
