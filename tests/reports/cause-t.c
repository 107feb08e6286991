/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/reports/cause.c. */
#include "common/reports/cause.h"

#include "tests/tap/tap.h"

/* clang-format off */

/* A row as example.com: its signatures "d=result", its SPF, and why it
   fails. */
static const struct {
    const char *name;
    const char *dkim[2];                   /* domains, NULL: none */
    enum feedback_result results[2];       /* of them */
    const char *path;                      /* domain of SPF */
    enum feedback_result spf;              /* its result */
    unsigned overrides;                    /* of the receiver */
    bool adkim_strict, dkim_ok, spf_ok;    /* by the receiver */
    const char *cause;
} rows[] = {
    {"passes by DKIM", {"example.com"}, {FEEDBACK_PASS}, "esp.example",
     FEEDBACK_PASS, 0, false, true, false, "pass"},
    {"passes by SPF", {NULL}, {0}, "example.com", FEEDBACK_PASS, 0, false,
     false, true, "pass"},
    {"the receiver says list", {"example.com"}, {FEEDBACK_FAIL},
     "list.example", FEEDBACK_PASS, FEEDBACK_LIST, false, false, false,
     "list"},
    {"the receiver says forwarded", {NULL}, {0}, "x.example", FEEDBACK_FAIL,
     FEEDBACK_FORWARDER, false, false, false, "forwarder"},
    {"a local policy says nothing", {NULL}, {0}, "example.com",
     FEEDBACK_FAIL, FEEDBACK_LOCAL, false, false, false, "no-dkim"},
    {"broken, with the return path of another", {"example.com"},
     {FEEDBACK_FAIL}, "srs.example", FEEDBACK_PASS, 0, false, false, false,
     "forwarder"},
    {"broken, from a source SPF does not list", {"example.com"},
     {FEEDBACK_FAIL}, "example.com", FEEDBACK_SOFTFAIL, 0, false, false,
     false, "signature-broken"},
    {"no key, RFC 8601 section 2.7.1", {"example.com"},
     {FEEDBACK_PERMERROR}, "example.com", FEEDBACK_FAIL, 0, false, false,
     false, "key-not-found"},
    {"d= and return path of the ESP", {"esp.example"}, {FEEDBACK_PASS},
     "esp.example", FEEDBACK_PASS, 0, false, false, false, "esp-domains"},
    {"d= of the ESP", {"esp.example"}, {FEEDBACK_PASS}, "example.com",
     FEEDBACK_FAIL, 0, false, false, false, "esp-signature"},
    {"return path of the ESP", {NULL}, {0}, "esp.example", FEEDBACK_PASS, 0,
     false, false, false, "esp-return-path"},
    {"nothing", {NULL}, {0}, "example.com", FEEDBACK_NONE, 0, false, false,
     false, "no-dkim"},
    {"a signature of none is none", {"example.com"}, {FEEDBACK_NONE},
     "example.com", FEEDBACK_FAIL, 0, false, false, false, "no-dkim"},
    {"ours passes, and yet", {"example.com"}, {FEEDBACK_PASS}, "",
     FEEDBACK_NONE, 0, false, false, false, "other"},
    {"ours counts before the ESP's", {"esp.example", "example.com"},
     {FEEDBACK_PASS, FEEDBACK_FAIL}, "example.com", FEEDBACK_FAIL, 0, false,
     false, false, "signature-broken"},
    {"relaxed: a subdomain is ours", {"mail.example.com"}, {FEEDBACK_FAIL},
     "example.com", FEEDBACK_FAIL, 0, false, false, false,
     "signature-broken"},
    {"strict: it is not, RFC 7489 section 3.1.1", {"mail.example.com"},
     {FEEDBACK_PASS}, "example.com", FEEDBACK_FAIL, 0, true, false, false,
     "esp-signature"},
    {"a broken signature of others", {"esp.example"}, {FEEDBACK_FAIL},
     "example.com", FEEDBACK_FAIL, 0, false, false, false, "other"},
};

/* By the public suffix list. */
static const struct {
    const char *from, *domain;
    bool strict, aligned;
} pairs[] = {
    {"example.com", "example.com", true, true},
    {"example.com", "mail.example.com", false, true},
    {"example.com", "mail.example.com", true, false},
    {"a.example.com", "b.example.com", false, true},
    {"example.co.uk", "other.co.uk", false, false},
    {"example.com", "", false, false},
    {"example.com", "ample.com", false, false},
    {"example.com", "..", false, false},
};

/* clang-format on */

static void
test_row(struct causes *causes, size_t i)
{
    struct feedback report = {.adkim_strict = rows[i].adkim_strict};
    struct feedback_dkim dkim[2];
    struct feedback_row row = {.header_from = SLICE("example.com"),
                               .dkim = dkim,
                               .spf_domain = slice_of(rows[i].path),
                               .spf = rows[i].spf,
                               .overrides = rows[i].overrides,
                               .dkim_aligned = rows[i].dkim_ok,
                               .spf_aligned = rows[i].spf_ok};

    for (size_t k = 0; k < 2 && rows[i].dkim[k] != NULL; k++)
        dkim[row.dkim_count++] = (struct feedback_dkim){
            slice_of(rows[i].dkim[k]), SLICE("k1"), rows[i].results[k]};
    is_string(rows[i].cause, cause_text(cause_of(causes, &report, &row))->word,
              "%s", rows[i].name);
}

int
main(void)
{
    struct causes *causes = causes_new();

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(causes, i);
    /* Twice: the second time it is remembered. */
    for (size_t i = 0; i < 2 * sizeof(pairs) / sizeof(pairs[0]); i++) {
        size_t k = i % (sizeof(pairs) / sizeof(pairs[0]));

        is_int(pairs[k].aligned,
               cause_is_aligned(causes, slice_of(pairs[k].from),
                                slice_of(pairs[k].domain), pairs[k].strict),
               "%s and %s, %s", pairs[k].from, pairs[k].domain,
               pairs[k].strict ? "strict" : "relaxed");
    }
    for (int i = 0; i < CAUSES; i++)
        ok(cause_text((enum cause)i)->word != NULL
               && cause_text((enum cause)i)->text != NULL
               && cause_text((enum cause)i)->remedy != NULL,
           "cause %d has its texts", i);
    causes_free(causes);
    return tap_done();
}
