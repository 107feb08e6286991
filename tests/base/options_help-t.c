/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/base/options_help.c: the option part of --help. */
#include "common/base/options.h"

#include <limits.h>

#include "tests/tap/tap.h"

struct own {
    const char *domain; /* --domain */
    unsigned long jobs; /* --jobs */
    unsigned long wait; /* --wait */
    int format;         /* --format */
    bool strict;        /* --strict */
};

static const char *const formats[] = {"text", "json", NULL};

static const struct opt_def grouped[] = {
    OPT_GROUP("What to do"),
    OPT_TEXT('d', "domain", struct own, domain, "NAME", "look at NAME"),
    OPT_NUMBER('j', "jobs", struct own, jobs, 1, 64, "N", "N at a time"),
    OPT_NUMBER(0, "wait", struct own, wait, 5, ULONG_MAX, "SECONDS",
               "end after SECONDS"),
    OPT_GROUP("How"),
    OPT_CHOICE(0, "format", struct own, format, formats, "F", "print as F"),
    OPT_FLAG(0, "an-option-that-is-rather-long", struct own, strict,
             "what it is for is explained here at such a length that it"
             " takes more lines than one, and even more than two of them"),
    OPT_FLAG('4', NULL, struct own, strict, "only IPv4"),
    OPT_END,
};

static const struct opt_def plain[] = {
    OPT_FLAG('s', "strict", struct own, strict, "warnings count"),
    OPT_END,
};

static const char wanted[] =
    "What to do:\n"
    "  -d, --domain NAME           look at NAME\n"
    "  -j, --jobs N                N at a time (1 to 64)\n"
    "      --wait SECONDS          end after SECONDS (at least 5)\n"
    "\n"
    "How:\n"
    "      --format F              print as F (text, json)\n"
    "      --an-option-that-is-rather-long\n"
    "                              what it is for is explained here at"
    " such a length\n"
    "                              that it takes more lines than one, and"
    " even more\n"
    "                              than two of them\n"
    "  -4                          only IPv4\n"
    "  -s, --strict                warnings count\n"
    "  -h, --help                  show this help and end\n";

int
main(void)
{
    struct strbuf out = STRBUF_INIT;
    struct slice rest;
    struct slice line;
    size_t widest = 0;

    plan_lazy();
    options_help(
        (struct opt_set[]){
            {grouped, NULL},
            {plain,       NULL},
            {0}
    },
        &out);
    is_string(wanted, out.p, "groups, ranges, choices, wrapping");
    rest = strbuf_slice(&out);
    while (slice_next(&rest, '\n', &line))
        widest = line.n > widest ? line.n : widest;
    ok(widest <= 79, "at most 79 columns: %zu", widest);
    strbuf_cut(&out, 0);
    options_help(
        (struct opt_set[]){
            {plain, NULL},
            {0    }
    },
        &out);
    is_string("Options:\n"
              "  -s, --strict                warnings count\n"
              "  -h, --help                  show this help and end\n",
              out.p, "without a heading of its own");
    strbuf_cut(&out, 0);
    options_help((struct opt_set[]){{0}}, &out);
    is_string("Options:\n"
              "  -h, --help                  show this help and end\n",
              out.p, "without any option");
    strbuf_clear(&out);
    return tap_done();
}
