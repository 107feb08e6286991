/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/template/templateholes.c: stand-ins for placeholders. */
#include "common/template/templateholes.h"

#include "tests/tap/tap.h"

struct row {
    const char *text;  /* as it is written */
    const char *shown; /* with "<NAME>" for each stand-in */
};

static const struct row rows[] = {
    {"",                ""               },
    {"plain",           "plain"          },
    {"{a}",             "<a>"            },
    {"{customer}{x_1}", "<customer><x_1>"},
    {"-{a}-{a}-",       "-<a>-<a>-"      },
    {"{",               "{"              },
    {"{}",              "{}"             },
    {"{a",              "{a"             },
    {"{a b}",           "{a b}"          },
    {"{A}",             "{A}"            },
    {"{1a}",            "{1a}"           },
    {"{_a}",            "{_a}"           },
    {"{{a}}",           "{<a>}"          },
    {"%{i}",            "%{i}"           },
    {"%%{d}",           "%%{d}"          },
    {"% {d}",           "% <d>"          },
    {"\\{a}",           "\\{a}"          },
    {"\\\\{a}",         "\\\\<a>"        },
    {"\\\\\\{a}",       "\\\\\\{a}"      },
};

static void
show(const struct templateholes *holes, struct slice hidden,
     struct strbuf *out)
{
    struct slice run;
    size_t position = 0, hole;

    strbuf_cut(out, 0);
    while (templateholes_next(holes, hidden, &position, &run, &hole))
        if (hole == holes->count)
            strbuf_add_slice(out, run);
        else
            strbuf_addf(out, "<%.*s>", SLICE_ARGS(holes->names[hole]));
}

static void
test_rows(void)
{
    struct strbuf hidden = STRBUF_INIT, shown = STRBUF_INIT;
    struct templateholes holes;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        strbuf_cut(&hidden, 0);
        is_int(ST_OK,
               templateholes_hide(&holes, slice_of(rows[i].text), &hidden),
               "'%s' is taken", rows[i].text);
        show(&holes, strbuf_slice(&hidden), &shown);
        is_string(rows[i].shown, shown.p, "and comes back");
    }
    strbuf_clear(&hidden);
    strbuf_clear(&shown);
}

/* The word must occur nowhere, in neither case. */
static void
test_mark(void)
{
    struct strbuf hidden = STRBUF_INIT, text = STRBUF_INIT,
                  shown = STRBUF_INIT;
    struct templateholes first, holes;

    templateholes_hide(&first, SLICE("{a}"), &hidden);
    strbuf_addf(&text, "%s00 {a} ", first.mark);
    for (const char *p = first.mark; *p != '\0'; p++)
        strbuf_add_char(&text, (char)(*p - 'a' + 'A'));
    strbuf_cut(&hidden, 0);
    templateholes_hide(&holes, strbuf_slice(&text), &hidden);
    ok(strcmp(first.mark, holes.mark) != 0, "another word is chosen");
    ok(strchr(holes.mark + 1, holes.mark[0]) == NULL,
       "whose first letter comes but once");

    /* Half of it before a stand-in, and one that names none. */
    strbuf_cut(&text, 0);
    strbuf_addf(&text, "%.4s%s00%s77%sx", first.mark, first.mark, first.mark,
                first.mark);
    show(&first, strbuf_slice(&text), &shown);
    strbuf_cut(&hidden, 0);
    strbuf_addf(&hidden, "%.4s<a>%s77%sx", first.mark, first.mark, first.mark);
    is_string(hidden.p, shown.p, "numbers that are none stay as they are");
    strbuf_clear(&hidden);
    strbuf_clear(&shown);
    strbuf_clear(&text);
}

static void
test_many(void)
{
    struct strbuf text = STRBUF_INIT, hidden = STRBUF_INIT;
    struct templateholes holes;

    for (unsigned i = 0; i < TEMPLATEHOLES_MAX; i++)
        strbuf_addf(&text, "{a%u}{a%u}", i, i);
    is_int(ST_OK, templateholes_hide(&holes, strbuf_slice(&text), &hidden),
           "a hundred");
    is_int(TEMPLATEHOLES_MAX, (long long)holes.count, "all of them");
    strbuf_add_text(&text, "{more}");
    strbuf_cut(&hidden, 0);
    is_int(ST_RANGE, templateholes_hide(&holes, strbuf_slice(&text), &hidden),
           "and one");
    strbuf_clear(&text);
    strbuf_clear(&hidden);
}

static void
test_reveal(void)
{
    static const struct {
        size_t line, column;  /* of the text with stand-ins */
        const char *sentence; /* that comes of it */
    } places[] = {
        {1, 1,  "'f', line 1, column 1: about {b}" },
        {1, 9,  "'f', line 1, column 1: about {b}" },
        {1, 11, "'f', line 1, column 4: about {b}" },
        {2, 3,  "'f', line 2, column 3: about {b}" },
        {2, 12, "'f', line 2, column 3: about {b}" },
        {2, 13, "'f', line 2, column 13: about {b}"},
        {2, 99, "'f', line 2, column 14: about {b}"},
        {9, 99, "'f', line 9, column 1: about {b}" },
        {3, 0,  "'f', line 3: about {b}"           },
    };
    struct slice text = SLICE("{a} x\nx {longer_b}y\n\\{c} {b}");
    struct strbuf hidden = STRBUF_INIT;
    struct templateholes holes;

    templateholes_hide(&holes, text, &hidden);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        struct error err = ERROR_INIT;

        if (places[i].column == 0)
            error_set(&err, ST_SYNTAX, "'f', line %zu: about %s02",
                      places[i].line, holes.mark);
        else
            error_set(&err, ST_SYNTAX, "'f', line %zu, column %zu: about %s02",
                      places[i].line, places[i].column, holes.mark);
        templateholes_reveal(&holes, text, &err);
        is_string(places[i].sentence, err.text, "place %zu", i);
    }
    strbuf_clear(&hidden);
}

int
main(void)
{
    plan_lazy();
    test_rows();
    test_mark();
    test_many();
    test_reveal();
    return tap_done();
}
