/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of the catalogue, and of a finding as a sentence and as a value. */
#include "common/findings/finding.h"

#include <stdio.h>
#include <string.h>

#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

/* What a name may consist of: family, dot, words. */
static bool
is_well_named(const char *name)
{
    const char *dot = strchr(name, '.');

    return dot != NULL && dot > name && dot[1] != '\0'
           && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-.")
                  == strlen(name)
           && strchr(dot + 1, '.') == NULL;
}

/* One sentence as the house writes them: no capital, no full stop, braces in
   pairs. */
static bool
is_well_said(const char *text)
{
    size_t n = strlen(text);
    size_t open = 0;

    for (size_t i = 0; i < n; i++) {
        if (text[i] == '{')
            open++;
        if (text[i] == '}' && open-- == 0)
            return false;
    }
    return open == 0 && n > 0 && text[n - 1] != '.' && text[n - 1] != ' '
           && strstr(text, "  ") == NULL;
}

static void
test_catalogue(void)
{
    for (int i = 0; i < FIND_COUNT; i++) {
        const struct finding_def *def = finding_def((enum finding_id)i);
        const char *before =
            i == 0 ? "" : finding_def((enum finding_id)(i - 1))->name;

        ok(is_well_named(def->name) && is_well_said(def->message)
               && is_well_said(def->remedy) && def->source[0] != '\0'
               && strcmp(before, def->name) < 0
               && finding_id_of(slice_of(def->name)) == i,
           "row %s", def->name);
    }
    is_int(-1, finding_id_of(SLICE("")), "no id of an empty name");
    is_int(-1, finding_id_of(SLICE("spf.missin")), "no id of a part");
    is_int(-1, finding_id_of(SLICE("zzz")), "no id past the end");
}

static void
test_words(void)
{
    static const char *const words[] = {"info", "warning", "error"};

    for (int i = 0; i < 3; i++) {
        is_string(words[i], severity_word((enum severity)i), "word of %d", i);
        is_int(i, severity_parse(slice_of(words[i])), "parse %s", words[i]);
    }
    is_int(-1, severity_parse(SLICE("Error")), "no severity 'Error'");
    is_int(-1, severity_parse(SLICE("")), "no severity ''");
}

static void
test_sentences(struct report *report, struct arena *arena)
{
    struct finding *f =
        report_add(report, FIND_SPF_TOO_MANY_LOOKUPS, "example.com.");
    char longest[400];

    is_string("the SPF record of {domain} needs {lookups} DNS lookups;"
              " receivers give up after {limit}",
              finding_message(arena, f), "fields that are missing");
    finding_number(finding_number(f, "lookups", 12), "limit", 10);
    finding_text(f, "domain", SLICE("example.com"));
    is_string("the SPF record of example.com needs 12 DNS lookups; receivers"
              " give up after 10",
              finding_message(arena, f), "text and numbers");
    finding_text(f, "domain", SLICE("a\x1b[31m\xff\0b\\"));
    is_string("the SPF record of a\\027[31m\\255\\000b\\\\ needs 12 DNS"
              " lookups; receivers give up after 10",
              finding_message(arena, f), "octets in presentation form");
    memset(longest, 'x', sizeof(longest));
    finding_text(f, "domain", (struct slice){longest, sizeof(longest)});
    ok(strlen(finding_message(arena, f)) < 350
           && strstr(finding_message(arena, f), "xxx... needs") != NULL,
       "a long text is cut short in a sentence");
}

static void
test_lists(struct report *report, struct arena *arena)
{
    struct finding *f = report_add(report, FIND_SPF_TERM_AFTER_ALL, "a.b.");
    char item[16];

    finding_item(finding_item(f, "terms", SLICE("mx")), "terms", SLICE("a"));
    is_string("the SPF record of a.b has terms after all, which nobody looks"
              " at: mx, a",
              finding_message(arena, f), "a list, and at without its dot");
    for (int i = 0; i < 10; i++) {
        snprintf(item, sizeof(item), "i%d", i);
        finding_item(f, "terms", slice_of(item));
    }
    ok(strstr(finding_message(arena, f), "i7, and 2 more") != NULL,
       "a long list is cut short in a sentence");
    f = report_add(report, FIND_PUBLISH_MISSING, ".");
    finding_item(f, "expected", SLICE("v=DKIM1; p="));
    finding_word(f, "type", "TXT");
    finding_word(f, "diagnosis", "no such name");
    is_string("the TXT record at . is not published: no such name",
              finding_message(arena, f), "the root keeps its dot");
    is_string("publish at .: v=DKIM1; p=", finding_remedy(arena, f),
              "a remedy");
    for (int i = 0; i < 40; i++)
        finding_item(f, "expected", SLICE("0123456789"));
    ok(strlen(finding_remedy(arena, f)) > 400, "a remedy is not cut short");
}

static void
test_braces(struct report *report, struct arena *arena)
{
    struct finding *f = report_add(report, FIND_SPF_MACRO_P, "example.com.");

    finding_word(finding_word(f, "term", "exists:%{p}.{at}"), "domain", "x");
    is_string("exists:%{p}.{at} of x uses %{p}, which is slow and should not"
              " be published",
              finding_message(arena, f), "braces in data stay");
}

static void
test_value(struct report *report, struct arena *arena)
{
    struct finding *f =
        report_add(report, FIND_DMARC_POLICY_NONE, "_dmarc.example.com.");
    struct value *evidence = value_map(arena);
    struct strbuf json = STRBUF_INIT;

    value_set(evidence, "name", value_text(arena, "_dmarc.example.com."));
    finding_evidence(finding_text(f, "domain", SLICE("example.com")),
                     evidence);
    finding_note(finding_set_unknown(f), "more");
    value_json(finding_value(arena, f), 0, &json);
    is_string("{\"id\":\"dmarc.policy-none\",\"severity\":\"warning\","
              "\"state\":\"unknown\",\"at\":\"_dmarc.example.com.\","
              "\"message\":\"the policy of example.com is none: forged mail"
              " is delivered\",\"fields\":{\"domain\":\"example.com\","
              "\"note\":\"more\"},\"source\":\"RFC 9989 section 3.2.12\","
              "\"remedy\":\"read the reports, then publish p=quarantine and"
              " at last p=reject at _dmarc.example.com\",\"evidence\":"
              "[{\"name\":\"_dmarc.example.com.\"}]}",
              json.p, "the contract's FINDING");
    strbuf_clear(&json);
}

int
main(void)
{
    struct arena *arena = arena_new();
    struct report *report = report_new(arena);

    plan_lazy();
    test_catalogue();
    test_words();
    test_sentences(report, arena);
    test_lists(report, arena);
    test_braces(report, arena);
    test_value(report, arena);
    arena_free(arena);
    return tap_done();
}
