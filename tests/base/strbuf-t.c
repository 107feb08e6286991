/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/base/strbuf.c: text that grows. */
#include "common/base/strbuf.h"

#include <stdlib.h>

#include "tests/tap/tap.h"

static void
test_adding(void)
{
    struct strbuf b = STRBUF_INIT;

    is_string("", b.p, "empty at first");
    strbuf_add(&b, NULL, 0);
    strbuf_fill(&b, 'x', 0);
    strbuf_add_text(&b, "");
    strbuf_add_slice(&b, SLICE_EMPTY);
    strbuf_addf(&b, "%s", "");
    is_int(0, (long long)b.n, "nothing added is nothing");
    ok(strbuf_nothing[0] == '\0', "the shared NUL is untouched");
    strbuf_add_char(&b, 'a');
    strbuf_add(&b, "b\0c", 3);
    is_octets("ab\0c", 5, b.p, b.n + 1, "NUL octets are octets");
    strbuf_cut(&b, 2);
    strbuf_add_slice(&b, SLICE("-"));
    strbuf_addf(&b, "%d %s", 42, "seals");
    is_string("ab-42 seals", b.p, "parts join");
    is_int(11, (long long)b.n, "their length");
    strbuf_cut(&b, 99);
    is_int(11, (long long)b.n, "cut to more is ignored");
    is_octets("ab-42 seals", 11, strbuf_slice(&b).p, strbuf_slice(&b).n,
              "as a slice");
    strbuf_cut(&b, 0);
    is_string("", b.p, "cut to nothing");
    strbuf_clear(&b);
    is_string("", b.p, "cleared");
    strbuf_clear(&b);
    is_int(0, (long long)b.room, "cleared twice");
}

/* Each length around the sizes at which the memory grows. */
static void
test_growth(void)
{
    struct strbuf b = STRBUF_INIT;
    struct strbuf f = STRBUF_INIT;
    bool good = true;

    for (size_t n = 0; n < 2000; n++) {
        strbuf_add_char(&b, (char)('a' + n % 26));
        strbuf_addf(&f, "%c", (char)('a' + n % 26));
        good = good && b.n == n + 1 && b.p[n + 1] == '\0' && f.n == b.n;
    }
    ok(good, "ends in NUL at each length");
    is_string(b.p, f.p, "octet by octet or by printf");
    for (size_t n = 0; n < 2000 && good; n++)
        good = b.p[n] == (char)('a' + n % 26);
    ok(good, "growth keeps what there was");
    strbuf_clear(&f);
    for (size_t n = 0; n < 300; n++) {
        struct strbuf one = STRBUF_INIT;

        strbuf_addf(&one, "%.*s", (int)n, b.p);
        good = good && one.n == n && strlen(one.p) == n;
        strbuf_clear(&one);
    }
    ok(good, "printf of each length into an empty one");
    strbuf_clear(&b);
    strbuf_fill(&b, '=', 100000);
    ok(b.n == 100000 && b.p[99999] == '=' && b.p[100000] == '\0', "fill");
    strbuf_wipe(&b);
    ok(b.n == 0 && b.room == 0, "wiped, it is empty");
    strbuf_wipe(&b);
    ok(b.room == 0, "wiped twice");
}

static void
test_reserve(void)
{
    struct strbuf b = STRBUF_INIT;
    char *p;

    p = strbuf_reserve(&b, 5);
    memcpy(p, "hello", 5);
    is_int(0, (long long)b.n, "reserved is not in use");
    is_string("", b.n == 0 ? "" : b.p, "nor text");
    strbuf_commit(&b, 4);
    is_string("hell", b.p, "committed is");
    strbuf_commit(&b, 0);
    is_string("hell", b.p, "0 octets committed");
    memcpy(strbuf_reserve(&b, 3), "xyz", 3);
    strbuf_commit(&b, 0);
    is_string("hell", b.p, "what was put there and not committed is gone");
    p = strbuf_detach(&b);
    is_string("hell", p, "detached");
    free(p);
    is_string("", b.p, "empty then");
    p = strbuf_detach(&b);
    is_string("", p, "an empty one detached is new text too");
    free(p);
    strbuf_commit(&b, 0);
    is_int(0, (long long)b.n, "0 octets committed to nothing");
}

static const struct {
    const char *name;    /* of the row */
    struct slice octets; /* from outside */
    const char *text;    /* RFC 1035 section 5.1 */
} rows[] = {
    {"printable",     SLICE_INIT("v=DKIM1; p=\"a b~\""), "v=DKIM1; p=\"a b~\"" },
    {"backslash",     SLICE_INIT("a\\b"),                "a\\\\b"              },
    {"controls",      SLICE_INIT("\0\t\n\x1f"),          "\\000\\009\\010\\031"},
    {"DEL and above", SLICE_INIT("\x7f\x80\xff"),        "\\127\\128\\255"     },
    {"digits behind",
     SLICE_INIT("\0"
                "12"),
     "\\00012"                                                                 },
    {"nothing",       {NULL, 0},                         ""                    },
};

int
main(void)
{
    plan_lazy();
    test_adding();
    test_growth();
    test_reserve();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct strbuf b = STRBUF_INIT;

        strbuf_add_presented(&b, rows[i].octets);
        is_string(rows[i].text, b.p, "presented: %s", rows[i].name);
        strbuf_clear(&b);
    }
    return tap_done();
}
