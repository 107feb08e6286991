/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/base/taglist.c. */
#include "common/base/taglist.h"

#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

static const char *const fault_words[] = {
    [TAGLIST_GOOD] = "good",           [TAGLIST_EMPTY] = "empty",
    [TAGLIST_NO_EQUALS] = "no-equals", [TAGLIST_BAD_NAME] = "bad-name",
    [TAGLIST_BAD_VALUE] = "bad-value", [TAGLIST_NO_VALUE] = "no-value",
    [TAGLIST_LEADING] = "leading",     [TAGLIST_GLUED] = "glued",
};

/* "name=<value>@from+length" of each tag, with its fault and its flags. */
#define TEXT(literal)                                                         \
    {                                                                         \
        (literal), sizeof(literal) - 1                                        \
    }

/* clang-format off */
static const struct {
    const char *name;
    enum taglist_rules rules;
    struct slice text;
    const char *wanted;
} rows[] = {
    {"empty text", TAGLIST_DKIM, TEXT(""), ""},
    {"only white space", TAGLIST_DKIM, TEXT(" \t"), ""},
    {"one tag", TAGLIST_DKIM, TEXT("v=DKIM1"), "v=<DKIM1>@0+7"},
    {"a final separator", TAGLIST_DKIM, TEXT("v=DKIM1;"), "v=<DKIM1>@0+7 ;"},
    {"white space behind the final separator", TAGLIST_DKIM,
     TEXT("v=DKIM1; "), "v=<DKIM1>@0+7 ;"},
    {"white space everywhere it may be", TAGLIST_DKIM,
     TEXT(" v = DKIM1 ;\r\n\tp\t= a b "),
     "v=<DKIM1>@1+9 spaced | p=<a b>@15+7 spaced"},
    {"an empty value is a value", TAGLIST_DKIM, TEXT("p=;k=rsa"),
     "p=<>@0+2 | k=<rsa>@3+5"},
    {"an equals sign within a value", TAGLIST_DKIM, TEXT("p=ab=="),
     "p=<ab==>@0+6"},
    {"digits and underscores in a name", TAGLIST_DKIM, TEXT("a_1=x"),
     "a_1=<x>@0+5"},
    {"a digit first", TAGLIST_DKIM, TEXT("1a=x"), "1a=<x>@0+4 bad-name@0+2"},
    {"a hyphen in a name", TAGLIST_DKIM, TEXT("a-b=x"),
     "a-b=<x>@0+5 bad-name@0+3"},
    {"no name", TAGLIST_DKIM, TEXT("=x;a=b"),
     "=<x>@0+2 bad-name@0+1 | a=<b>@3+3"},
    {"no equals sign", TAGLIST_DKIM, TEXT("v=DKIM1; rsa; p=x"),
     "v=<DKIM1>@0+7 | rsa=<>@9+3 no-equals@9+3 | p=<x>@14+3"},
    {"two separators", TAGLIST_DKIM, TEXT("v=DKIM1;; p=x"),
     "v=<DKIM1>@0+7 | =<>@8+0 empty@8+1 | p=<x>@10+3"},
    {"a separator first", TAGLIST_DKIM, TEXT("; p=x"),
     "=<>@0+0 empty@0+1 | p=<x>@2+3"},
    {"nothing but separators", TAGLIST_DKIM, TEXT(";;"),
     "=<>@0+0 empty@0+1 | =<>@1+0 empty@1+1 ;"},
    {"eight bits in a value", TAGLIST_DKIM, TEXT("n=a\xc3\xa9"),
     "n=<a\\195\\169>@0+5 bad-value@3+1"},
    {"a NUL in a value", TAGLIST_DKIM, TEXT("n=a\0b"),
     "n=<a\\000b>@0+5 bad-value@3+1"},
    {"a name given twice", TAGLIST_DKIM, TEXT("p=a;p=b"),
     "p=<a>@0+3 | p=<b>@4+3 repeated"},
    {"names differ by case in DKIM", TAGLIST_DKIM, TEXT("p=a;P=b"),
     "p=<a>@0+3 | P=<b>@4+3"},
    {"names do not differ by case in DMARC", TAGLIST_DMARC, TEXT("p=a;P=b"),
     "p=<a>@0+3 | P=<b>@4+3 repeated"},
    {"DMARC: a blank in a value", TAGLIST_DMARC, TEXT("v=DMARC1 p=none"),
     "v=<DMARC1 p=none>@0+15"},
    {"DMARC: an empty value", TAGLIST_DMARC, TEXT("v=DMARC1; p=;"),
     "v=<DMARC1>@0+8 | p=<>@10+2 no-value@10+2 ;"},
    {"DMARC: a TAB in a value", TAGLIST_DMARC, TEXT("rua=a\tb"),
     "rua=<a\\009b>@0+7 bad-value@5+1"},
    {"DMARC: a line feed is no white space", TAGLIST_DMARC,
     TEXT("v=DMARC1;\np=none"),
     "v=<DMARC1>@0+8 | \\010p=<none>@9+7 bad-name@9+2"},
    {"DMARC: a digit in a name", TAGLIST_DMARC, TEXT("p1=x"),
     "p1=<x>@0+4 bad-name@0+2"},
    {"DMARC: white space before the first tag", TAGLIST_DMARC,
     TEXT(" v=DMARC1"), "v=<DMARC1>@1+8 leading@0+1"},
    {"DMARC: white space beside the equals sign", TAGLIST_DMARC,
     TEXT("v = DMARC1"), "v=<DMARC1>@0+10 spaced"},
    {"DKIM: white space before the first tag", TAGLIST_DKIM,
     TEXT(" v=DKIM1"), "v=<DKIM1>@1+7"},
};
/* clang-format on */

static void
describe(const struct taglist *list, struct strbuf *out)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct taglist_tag *tag = &list->tags[i];

        strbuf_add_text(out, i == 0 ? "" : " | ");
        strbuf_add_presented(out, tag->name);
        strbuf_add_text(out, "=<");
        strbuf_add_presented(out, tag->value);
        strbuf_addf(out, ">@%zu+%zu", tag->from, tag->length);
        if (tag->fault != TAGLIST_GOOD)
            strbuf_addf(out, " %s@%zu+%zu", fault_words[tag->fault],
                        tag->fault_from, tag->fault_length);
        if (tag->repeated)
            strbuf_add_text(out, " repeated");
        if (tag->is_spaced)
            strbuf_add_text(out, " spaced");
    }
    if (list->ends_in_separator)
        strbuf_add_text(out, " ;");
}

static const char *const dmarc_names[] = {"v", "p", "sp", "rua", NULL};
static const char *const dkim_names[] = {"v", "k", "n", "p", "t", NULL};
static const struct taglist_names unglue_rules[] = {
    [TAGLIST_DKIM] = {dkim_names,  "n",  TAGLIST_DKIM },
    [TAGLIST_DMARC] = {dmarc_names, NULL, TAGLIST_DMARC},
};

/* clang-format off */
static const struct {
    const char *name;
    enum taglist_rules rules;
    const char *text;
    const char *wanted;
} glued[] = {
    {"nothing glued", TAGLIST_DMARC, "v=DMARC1; p=none",
     "v=<DMARC1>@0+8 | p=<none>@10+6"},
    {"blanks for separators", TAGLIST_DMARC,
     "v=DMARC1 p=none rua=rua+toffle@sausagemail.com",
     "v=<DMARC1>@0+9 | p=<none>@9+7 glued@8+1"
     " | rua=<rua+toffle@sausagemail.com>@16+30 glued@15+1"},
    {"commas for separators", TAGLIST_DMARC, "v=DMARC1, P = none",
     "v=<DMARC1>@0+10 | P=<none>@10+8 glued@8+2 spaced"},
    {"a mailbox that looks a little like a tag", TAGLIST_DMARC,
     "rua=mailto:p@example.com", "rua=<mailto:p@example.com>@0+24"},
    {"a separator that is there and one that is not", TAGLIST_DMARC,
     "v=DMARC1;p=none sp=reject;",
     "v=<DMARC1>@0+8 | p=<none>@9+7 | sp=<reject>@16+9 glued@15+1 ;"},
    {"a repeated name", TAGLIST_DMARC, "p=none p=reject",
     "p=<none>@0+7 | p=<reject>@7+8 glued@6+1 repeated"},
    {"base64 padding is no tag", TAGLIST_DKIM, "p=abc abct= t=",
     "p=<abc abct= t=>@0+14"},
    {"a key and a flag", TAGLIST_DKIM, "v=DKIM1 p=abc= t=y",
     "v=<DKIM1>@0+8 | p=<abc=>@8+7 glued@7+1 | t=<y>@15+3 glued@14+1"},
    {"free text", TAGLIST_DKIM, "n=see p=x", "n=<see p=x>@0+9"},
};
/* clang-format on */

static void
test_unglue(struct arena *arena)
{
    for (size_t i = 0; i < sizeof(glued) / sizeof(glued[0]); i++) {
        struct strbuf seen = STRBUF_INIT;

        describe(taglist_unglue(arena,
                                taglist_scan(arena, slice_of(glued[i].text),
                                             glued[i].rules),
                                &unglue_rules[glued[i].rules]),
                 &seen);
        is_string(glued[i].wanted, seen.p, "unglue: %s", glued[i].name);
        strbuf_clear(&seen);
    }
}

static void
test_bounds(struct arena *arena)
{
    struct strbuf text = STRBUF_INIT;
    const struct taglist *list;

    for (int i = 0; i < 20000; i++)
        strbuf_add_text(&text, "a=;");
    list = taglist_scan(arena, strbuf_slice(&text), TAGLIST_DKIM);
    is_int(TAGLIST_TAGS_MAX, (long long)list->count, "tags are bounded");
    ok(list->overflow, "and the list says so");
    strbuf_cut(&text, 0);
    strbuf_add_text(&text, "x=a;");
    for (int i = 0; i < TAGLIST_TAGS_MAX; i++)
        strbuf_add_text(&text, "v=a p=b;");
    list = taglist_unglue(
        arena, taglist_scan(arena, strbuf_slice(&text), TAGLIST_DKIM),
        &unglue_rules[TAGLIST_DKIM]);
    is_int(TAGLIST_TAGS_MAX, (long long)list->count,
           "tags are bounded when they are cut apart, too");
    ok(list->overflow, "and that list says so");
    strbuf_clear(&text);
}

static void
test_find(struct arena *arena)
{
    const struct taglist *list =
        taglist_scan(arena, SLICE("P=1; p=2; p=3; q"), TAGLIST_DKIM);
    const struct taglist_tag *tag = taglist_find(list, SLICE("p"));

    ok(tag != NULL && slice_equal(tag->value, SLICE("2")),
       "the first of that very name");
    is_int(7, (long long)taglist_offset(list, tag->value),
           "offset of a value");
    tag = taglist_find_case(list, SLICE("p"));
    ok(tag != NULL && slice_equal(tag->value, SLICE("1")),
       "the first whatever its case");
    ok(taglist_find(list, SLICE("q")) == NULL,
       "text without an equals sign is found by no name");
}

int
main(void)
{
    struct arena *arena = arena_new();

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct strbuf seen = STRBUF_INIT;

        describe(taglist_scan(arena, rows[i].text, rows[i].rules), &seen);
        is_string(rows[i].wanted, seen.p, "%s", rows[i].name);
        strbuf_clear(&seen);
    }
    test_unglue(arena);
    test_bounds(arena);
    test_find(arena);
    arena_free(arena);
    return tap_done();
}
