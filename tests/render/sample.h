/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One fixed run that every form of output is compared with. */
#ifndef TESTS_RENDER_SAMPLE_H
#define TESTS_RENDER_SAMPLE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/render/renderer.h"
#include "tests/tap/tap.h"

#define SAMPLE_SPF                                                            \
    "v=spf1 include:_spf.one.example include:_spf.two.example"                \
    " include:_spf.three.example ip4:192.0.2.0/24 ip4:198.51.100.0/24"        \
    " mx a ptr ?all"
#define SAMPLE_KEY                                                            \
    "v=DKIM1; k=RSA; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"
#define SAMPLE_FACTS                                                          \
    "{\"spf\":{\"state\":\"known\",\"record\":\"" SAMPLE_SPF                  \
    "\",\"result\":\"permerror\",\"lookups\":12,\"void_lookups\":1,"          \
    "\"all\":\"?\"},"                                                         \
    "\"dkim\":{\"state\":\"known\",\"domainkey\":\"exists\",\"proof\":"       \
    "\"none\",\"guessed\":40,\"selectors\":[{\"selector\":\"k1\","            \
    "\"outcome\":\"found\",\"key\":\"ok\",\"type\":\"rsa\",\"bits\":1024,"    \
    "\"revoked\":false,\"testing\":true,\"via\":[]},{\"selector\":\"s2\","    \
    "\"outcome\":\"nxdomain\",\"key\":null,\"type\":null,\"bits\":null,"      \
    "\"revoked\":null,\"testing\":null,\"via\":[]}]},"                        \
    "\"dmarc\":{\"state\":\"known\",\"record\":\"v=DMARC1; p=none\","         \
    "\"found_at\":\"_dmarc.example.com.\",\"rfc9989\":{\"state\":\"known\","  \
    "\"org_domain\":\"example.com\",\"record\":\"v=DMARC1; p=none\","         \
    "\"found_at\":\"_dmarc.example.com.\",\"tag\":\"p\",\"policy\":"          \
    "\"none\"},\"rfc7489\":{\"state\":\"known\",\"org_domain\":"              \
    "\"example.com\",\"record\":\"v=DMARC1; p=none\",\"found_at\":"           \
    "\"_dmarc.example.com.\",\"tag\":\"p\",\"policy\":\"none\"}},"            \
    "\"delegation\":{\"_domainkey\":{\"kind\":\"ns\",\"target\":"             \
    "[\"ns1.esp.example.\",\"ns2.esp.example.\"]},\"_dmarc\":{\"kind\":"      \
    "\"none\",\"target\":[]}}}"
#define SAMPLE_EVIDENCE                                                       \
    "{\"name\":\"example.com.\",\"type\":\"TXT\",\"server\":"                 \
    "\"192.0.2.1@53\",\"outcome\":\"found\",\"data\":[\"\\\"" SAMPLE_SPF      \
    "\\\"\",\"\\\"verification=0123456789abcdef\\\"\"]}"

static inline struct value *
sample_parse(struct arena *arena, const char *json)
{
    struct error err = ERROR_INIT;
    struct value *value;

    if (value_parse(arena, slice_of(json), &value, &err) != ST_OK)
        bail("%s", err.text);
    return value;
}

/* The mark of the first such part of the record. */
static inline void
sample_mark(struct finding *finding, const char *record, const char *part)
{
    struct slice all = slice_of(record);

    finding_mark(finding, all, slice_search(all, slice_of(part)),
                 strlen(part));
}

static inline void
sample_bad_findings(struct report *report, const struct value *evidence)
{
    struct finding *f;

    f = report_add(report, FIND_SPF_TOO_MANY_LOOKUPS, "example.com.");
    finding_text(f, "domain", SLICE("example.com"));
    finding_number(finding_number(f, "lookups", 12), "limit", 10);
    finding_evidence(f, evidence);
    sample_mark(f, SAMPLE_SPF, "include:_spf.three.example");
    f = report_add(report, FIND_SPF_ALL_NEUTRAL, "example.com.");
    finding_word(finding_word(f, "domain", "example.com"), "term", "?all");
    sample_mark(f, SAMPLE_SPF, "?all");
    f = report_add(report, FIND_SPF_PTR_USED, "example.com.");
    finding_word(f, "term", "ptr");
    f = report_add(report, FIND_DKIM_KEY_TYPE_CASE,
                   "k1._domainkey.example"
                   ".com.");
    finding_word(finding_word(f, "value", "RSA"), "expected", "rsa");
    sample_mark(f, SAMPLE_KEY, "k=RSA");
    finding_note(f, "OpenDKIM accepts it, Mail::DKIM refuses it");
    f = report_add(report, FIND_DKIM_SELECTOR_NXDOMAIN,
                   "s2._domainkey.example.com.");
    finding_word(f, "selector", "s2");
    f = report_add(report, FIND_DMARC_RUA_EXTERNAL_UNAUTHORISED,
                   "_dmarc.example.com.");
    finding_set_unknown(f);
    finding_word(finding_word(f, "host", "reports.example"), "domain",
                 "example.com");
    finding_word(f, "name", "example.com._report._dmarc.reports.example");
    f = report_add(report, FIND_DKIM_UNKNOWN_TAG,
                   "k1._domainkey.example"
                   ".com.");
    finding_text(f, "tag", SLICE("\x1b]0;#\xe2\x80\xae"));
    f = report_add(report, FIND_DKIM_FLAG_STRICT_ABSENT,
                   "k1._domainkey.example.com.");
    finding_word(f, "domain", "example.com");
}

static inline struct subject
sample_bad(struct arena *arena)
{
    struct report *report = report_new(arena);

    sample_bad_findings(report, sample_parse(arena, SAMPLE_EVIDENCE));
    report_decide(report, FIND_SPF_MISSING, true);
    report_decide(report, FIND_DMARC_NP_DEFEATED, false);
    report_sort(report);
    return (struct subject){
        .domain = "example.com",
        .customer = "acme",
        .status = SUBJECT_BAD,
        .report = report,
        .facts = sample_parse(arena, SAMPLE_FACTS),
    };
}

static inline struct subject
sample_good(struct arena *arena)
{
    struct report *report = report_new(arena);

    report_decide(report, FIND_SPF_MISSING, true);
    return (struct subject){
        .domain = "good.example",
        .status = SUBJECT_GOOD,
        .report = report,
        .facts = value_map(arena),
    };
}

/* Render the fixed run, its subjects in another order than they are placed
   in; or an empty run. */
static inline void
sample_render(const struct renderer *renderer,
              const struct render_settings *settings, bool is_empty,
              struct strbuf *out)
{
    struct arena *arena = arena_new();
    struct render_state state = {.settings = settings};
    struct subject subjects[] = {
        sample_bad(arena),
        {.domain = "no\x07..name #1", .error = "an empty label"},
        sample_good(arena),
    };
    struct strbuf texts[] = {STRBUF_INIT, STRBUF_INIT, STRBUF_INIT};

    renderer->begin(&state, out);
    for (size_t i = is_empty ? 0 : 3; i-- > 0;)
        renderer_subject(renderer, &state, &subjects[i], &texts[i]);
    for (size_t i = 0; i < (is_empty ? 0 : 3); i++)
        renderer_place(renderer, &state, strbuf_slice(&texts[i]), out);
    renderer->end(&state, out);
    for (size_t i = 0; i < 3; i++)
        strbuf_clear(&texts[i]);
    arena_free(arena);
}

/* Compare with tests/render/golden/NAME; GOLDEN_UPDATE=1 writes it. */
static inline void
sample_compare(const char *name, const struct renderer *renderer,
               const struct render_settings *settings, bool is_empty)
{
    struct strbuf out = STRBUF_INIT;
    struct strbuf golden = STRBUF_INIT;
    struct strbuf path = STRBUF_INIT;
    struct error err = ERROR_INIT;

    strbuf_addf(&path, "%s/tests/render/golden/%s", tap_source(), name);
    sample_render(renderer, settings, is_empty, &out);
    if (getenv("GOLDEN_UPDATE") != NULL
        && file_write(path.p, strbuf_slice(&out), 0644, &err) != ST_OK)
        bail("%s", err.text);
    if (file_read(path.p, 1u << 20, &golden, &err) != ST_OK)
        bail("%s", err.text);
    if (!ok(slice_equal(strbuf_slice(&golden), strbuf_slice(&out)),
            "as golden/%s", name))
        diag("saw:\n%s", out.p);
    strbuf_clear(&path);
    strbuf_clear(&golden);
    strbuf_clear(&out);
}

#endif
