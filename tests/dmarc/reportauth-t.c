/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dmarc/reportauth.c, and of alignment by discovery.c. */
#include "common/dmarc/reportauth.h"

#include "common/base/strbuf.h"
#include "tests/audit/zoneview.h"

#define ROOT "$ORIGIN .\n. SOA ns dns 1 7200 3600 1209600 600\n. NS ns\n"
#define MAIL                                                                  \
    "reports.example MX 10 mx.reports.example\n"                              \
    "mx.reports.example A 192.0.2.1\n"
#define NAME "example.com._report._dmarc.reports.example "

/* clang-format off */

/* For each address: is it for failures, state, which algorithm needs it, by
   wildcard, mail. */
struct consent {
    const char *name;
    const char *record;
    const char *zone;
    const char *wanted;
};

/* The policy is at example.com. */
static const struct consent rows[] = {
    {"one's own host", "rua=mailto:a@example.com",
     "example.com MX 0 mx\nmx AAAA 2001:db8::1\n", "not-needed good"},
    {"9990 4 step 2: a host below", "rua=mailto:a@mail.example.com",
     "mail.example.com A 192.0.2.1\n", "not-needed good"},
    {"9990 4 step 2: a host below that is its own organization",
     "rua=mailto:a@mail.example.com",
     "mail.example.com A 192.0.2.1\n"
     "_dmarc.mail.example.com TXT \"v=DMARC1; p=none; psd=n\"\n",
     "absent walk good"},
    {"9989, 7489 B.2.1: one's own address",
     "rua=mailto:dmarc-feedback@example.com",
     "example.com A 192.0.2.1\n", "not-needed good"},
    {"9989, 7489 B.2.2: two of one's own addresses",
     "rua=mailto:dmarc-feedback@example.com;"
     " ruf=mailto:auth-reports@example.com",
     "example.com A 192.0.2.1\n", "not-needed good, failure not-needed good"},
    {"9989, 7489 B.2.3: before the third party agrees",
     "rua=mailto:dmarc-feedback@example.com;"
     " ruf=mailto:auth-reports@thirdparty.example.net",
     "example.com A 192.0.2.1\nthirdparty.example.net A 192.0.2.1\n",
     "not-needed good, failure absent walk list good"},
    {"7489 B.2.3: failure reports to a third party",
     "rua=mailto:dmarc-feedback@example.com;"
     " ruf=mailto:auth-reports@thirdparty.example.net",
     "example.com A 192.0.2.1\nthirdparty.example.net A 192.0.2.1\n"
     "example.com._report._dmarc.thirdparty.example.net TXT \"v=DMARC1\"\n",
     "not-needed good, failure given walk list good"},
    {"9989 B.2.3: failure reports to a third party",
     "rua=mailto:dmarc-feedback@example.com;"
     " ruf=mailto:auth-reports@thirdparty.example.net",
     "example.com A 192.0.2.1\nthirdparty.example.net A 192.0.2.1\n"
     "example.com._report._dmarc.thirdparty.example.net TXT \"v=DMARC1;\"\n",
     "not-needed good, failure given walk list good"},
    {"9989 B.2.4: both addresses replaced at the third party",
     "rua=mailto:dmarc-feedback@example.com;"
     " ruf=mailto:auth-reports@thirdparty.example.net",
     "example.com A 192.0.2.1\nthirdparty.example.net A 192.0.2.1\n"
     "example.com._report._dmarc.thirdparty.example.net TXT \"v=DMARC1; \""
     " \"rua=mailto:aggregate-reports@thirdparty.example.net; \""
     " \"ruf=mailto:failure-reports@thirdparty.example.net\"\n",
     "not-needed good, failure given walk list good"},
    {"9990 4 step 4: another, not authorised", "rua=mailto:a@reports.example",
     MAIL, "absent walk list good"},
    {"9990 4 step 6: authorised", "rua=mailto:a@reports.example",
     MAIL NAME "TXT \"v=DMARC1\"\n", "given walk list good"},
    {"9990 4 step 6: a trailing semicolon", "rua=mailto:a@reports.example",
     MAIL NAME "TXT \"v=DMARC1;\"\n", "given walk list good"},
    {"9990 4 step 6: other TXT beside it", "rua=mailto:a@reports.example",
     MAIL NAME "TXT \"v=DMARC1\"\n" NAME "TXT \"token\"\n",
     "given walk list good"},
    {"9990 4 step 6: several are good", "rua=mailto:a@reports.example",
     MAIL NAME "TXT \"v=DMARC1\"\n" NAME "TXT \"v=DMARC1;\"\n",
     "given walk list good"},
    {"9990 4 step 6: other TXT only", "rua=mailto:a@reports.example",
     MAIL NAME "TXT \"dmarc: yes\"\n", "invalid walk list good"},
    {"9990 4: by a wildcard", "rua=mailto:a@reports.example",
     MAIL "*._report._dmarc.reports.example TXT \"v=DMARC1\"\n",
     "given walk list wildcard good"},
    {"9990 4: its own address at the same host",
     "rua=mailto:a@reports.example",
     MAIL NAME "TXT \"v=DMARC1; rua=mailto:b@reports.example\"\n",
     "given walk list good"},
    {"9990 4: its own address elsewhere", "rua=mailto:a@reports.example",
     MAIL NAME "TXT \"v=DMARC1; rua=mailto:b@other.example\"\n",
     "other-host walk list good"},
    {"9990 4 step 6: what is discarded replaces nothing",
     "rua=mailto:a@reports.example",
     MAIL NAME "TXT \"v=DMARC1\"\n"
     NAME "TXT \"rua=mailto:b@other.example\"\n"
     NAME "TXT \"v=dmarc1; rua=mailto:b@other.example\"\n",
     "given walk list good"},
    {"9990 4: ruf= there is for ruf= here", "rua=mailto:a@reports.example",
     MAIL NAME "TXT \"v=DMARC1; ruf=mailto:b@other.example\"\n",
     "given walk list good"},
    {"9991 5: failure reports likewise", "ruf=mailto:a@reports.example",
     MAIL NAME "TXT \"v=DMARC1; ruf=mailto:b@other.example\"\n",
     "failure other-host walk list good"},
    {"9990 4: no answer", "rua=mailto:a@reports.example",
     MAIL ";! " NAME "TXT TIMEOUT\n", "unknown walk list good"},
    {"a suffix that does not answer makes no difference",
     "rua=mailto:a@mail.example.com",
     "mail.example.com A 192.0.2.1\n;! _dmarc.com TXT TIMEOUT\n",
     "not-needed good"},
    {"two addresses",
     "rua=mailto:a@example.com,mailto:b@reports.example",
     MAIL "example.com MX 0 mx\nmx A 192.0.2.1\n",
     "not-needed good, absent walk list good"},
    {"addresses that are none are not asked about",
     "rua=a@example.com,https://example.com/", "", ""},

    {"9990 3.5: no MX, an address", "rua=mailto:a@example.com",
     "example.com AAAA 2001:db8::1\n", "not-needed good"},
    {"9990 3.5: no MX, no address", "rua=mailto:a@example.com",
     "example.com TXT \"x\"\n", "not-needed no-host"},
    {"9990 3.5: no such domain", "rua=mailto:a@mail.example.com", "",
     "not-needed no-domain"},
    {"7505: a null MX", "rua=mailto:a@example.com",
     "example.com MX 0 .\nexample.com A 192.0.2.1\n", "not-needed null-mx"},
    {"MX hosts without an address", "rua=mailto:a@example.com",
     "example.com MX 0 mx1\nexample.com MX 5 mx2\nmx2 TXT \"x\"\n",
     "not-needed no-address"},
    {"one MX host of two has an address", "rua=mailto:a@example.com",
     "example.com MX 0 mx1\nexample.com MX 5 mx2\nmx2 A 192.0.2.1\n",
     "not-needed good"},
    {"the MX does not answer", "rua=mailto:a@example.com",
     "example.com A 192.0.2.1\n;! example.com MX SERVFAIL\n",
     "not-needed unknown"},
    {"the address of the MX host does not answer",
     "rua=mailto:a@example.com",
     "example.com MX 0 mx1\nmx1 TXT \"x\"\n;! mx1 A TIMEOUT\n",
     "not-needed unknown"},
};

/* The policy is at test.example.com, below the organization's. */
static const struct consent subdomain_rows[] = {
    {"9989 B.2.5: two addresses, one of them the third party's",
     "rua=mailto:dmarc-feedback@example.com,"
     "mailto:tld-test@thirdparty.example.net",
     "example.com A 192.0.2.1\nthirdparty.example.net A 192.0.2.1\n"
     "test.example.com._report._dmarc.thirdparty.example.net"
     " TXT \"v=DMARC1;\"\n",
     "not-needed good, given walk list good"},
    {"9989 B.2.5: what B.2.3 publishes is for example.com alone",
     "rua=mailto:dmarc-feedback@example.com,"
     "mailto:tld-test@thirdparty.example.net",
     "example.com A 192.0.2.1\nthirdparty.example.net A 192.0.2.1\n"
     "example.com._report._dmarc.thirdparty.example.net TXT \"v=DMARC1;\"\n",
     "not-needed good, absent walk list good"},
    {"7489 B.2.4: the third party's with a size",
     "rua=mailto:dmarc-feedback@example.com,"
     "mailto:tld-test@thirdparty.example.net!10m; pct=25",
     "example.com A 192.0.2.1\nthirdparty.example.net A 192.0.2.1\n"
     "test.example.com._report._dmarc.thirdparty.example.net"
     " TXT \"v=DMARC1\"\n",
     "not-needed good, given walk list good"},
};

static const struct {
    const char *name;
    const char *zone;
    const char *author, *identifier;
    bool strict;
    enum discovery_truth rfc9989;
    bool rfc7489;
} alignments[] = {
    {"9989, 7489 B.1.1 and B.1.2 example 1: identical", "",
     "example.com", "example.com", true, DISCOVERY_YES, true},
    {"9989, 7489 B.1.1 example 2: relaxed",
     "_dmarc.example.com TXT \"v=DMARC1; p=none\"\n",
     "example.com", "child.example.com", false, DISCOVERY_YES, true},
    {"9989, 7489 B.1.1 example 2: strict",
     "_dmarc.example.com TXT \"v=DMARC1; p=none\"\n",
     "example.com", "child.example.com", true, DISCOVERY_NO, false},
    {"9989 B.1.1 and B.1.2 example 3: another domain",
     "_dmarc.example.com TXT \"v=DMARC1; p=none\"\n",
     "child.example.com", "example.net", false, DISCOVERY_NO, false},
    {"7489 B.1.2 example 3: another domain",
     "_dmarc.example.com TXT \"v=DMARC1; p=none\"\n",
     "child.example.com", "sample.net", false, DISCOVERY_NO, false},
    {"9989, 7489 B.1.2 example 2: the parent signs",
     "_dmarc.example.com TXT \"v=DMARC1; p=none\"\n",
     "child.example.com", "example.com", false, DISCOVERY_YES, true},
    {"9989, 7489 B.1.2 example 2: strict",
     "_dmarc.example.com TXT \"v=DMARC1; p=none\"\n",
     "child.example.com", "example.com", true, DISCOVERY_NO, false},
    {"9989, 7489 B.3.1: MAIL FROM, relaxed",
     "_dmarc.example.com TXT \"v=DMARC1; p=reject; aspf=r\"\n",
     "example.com", "mail.example.com", false, DISCOVERY_YES, true},
    {"9989 4.10.2 note: strict compares the names alone",
     ";! _dmarc.example.com TXT TIMEOUT\n",
     "mail.example.com", "example.com", true, DISCOVERY_NO, false},
    {"9989 B.4.2: MAIL FROM",
     "_dmarc.example.com TXT \"v=DMARC1; p=none\"\n"
     "_dmarc.signing.example.com TXT \"v=DMARC1; p=none\"\n",
     "a.b.c.d.e.f.g.h.i.j.k.example.com", "example.com", false,
     DISCOVERY_YES, true},
    {"9989 B.4.1: the signing domain",
     "_dmarc.example.com TXT \"v=DMARC1; p=none\"\n"
     "_dmarc.signing.example.com TXT \"v=DMARC1; p=none\"\n",
     "example.com", "signing.example.com", false, DISCOVERY_YES, true},
    {"9989 B.4.2: a deep author domain",
     "_dmarc.example.com TXT \"v=DMARC1; p=none\"\n"
     "_dmarc.signing.example.com TXT \"v=DMARC1; p=none\"\n",
     "a.b.c.d.e.f.g.h.i.j.k.example.com", "signing.example.com", false,
     DISCOVERY_YES, true},
    {"9989 B.4.3: MAIL FROM",
     "_dmarc.bank.example TXT \"v=DMARC1; p=none; psd=y\"\n"
     "_dmarc.giant.bank.example TXT \"v=DMARC1; p=none\"\n",
     "giant.bank.example", "mail.giant.bank.example", false, DISCOVERY_YES,
     true},
    {"9989 B.4.3: the signing domain",
     "_dmarc.bank.example TXT \"v=DMARC1; p=none; psd=y\"\n"
     "_dmarc.giant.bank.example TXT \"v=DMARC1; p=none\"\n",
     "giant.bank.example", "mail.mega.bank.example", false, DISCOVERY_NO,
     true},
    {"psd=n cuts", "_dmarc.a.example.com TXT \"v=DMARC1; p=none; psd=n\"\n"
     "_dmarc.example.com TXT \"v=DMARC1; p=none\"\n",
     "a.example.com", "example.com", false, DISCOVERY_NO, true},
    {"no records: each is its own", "",
     "a.example.com", "b.example.com", false, DISCOVERY_NO, true},
    {"a failure that matters", ";! _dmarc.example.com TXT TIMEOUT\n",
     "a.example.com", "b.example.com", false, DISCOVERY_CANNOT_TELL, true},
    {"a failure that does not",
     "_dmarc.example.com TXT \"v=DMARC1; p=none\"\n"
     ";! _dmarc.com TXT TIMEOUT\n",
     "a.example.com", "b.example.com", false, DISCOVERY_YES, true},
    {"a failure that is of no account to strangers",
     "_dmarc.example.com TXT \"v=DMARC1; p=none\"\n"
     "_dmarc.example.net TXT \"v=DMARC1; p=none\"\n"
     ";! _dmarc.com TXT TIMEOUT\n",
     "example.com", "example.net", false, DISCOVERY_NO, false},
};
/* clang-format on */

static const char *const states[] = {"pending",  "not-needed", "given",
                                     "absent",   "invalid",    "other-host",
                                     "too-long", "unknown"};
static const char *const mails[] = {"pending",   "good",    "null-mx",
                                    "no-domain", "no-host", "no-address",
                                    "unknown"};

struct run {
    const char *record;         /* text after v=DMARC1 */
    struct name domain;         /* where it is */
    struct strbuf seen;         /* the result */
    struct name identifier;     /* alignment */
    bool strict;                /* likewise */
    enum discovery_truth truth; /* the result */
};

static void
analyse(void *context, struct view *view)
{
    struct run *run = context;
    struct arena *arena = view_run_arena(view);
    const char *text =
        arena_printf(arena, "v=DMARC1; p=none; %s", run->record);
    size_t count;
    const struct reportauth *list = reportauth_find(
        view, &run->domain, dmarcrecord_parse(arena, slice_of(text)), &count);

    strbuf_cut(&run->seen, 0);
    for (size_t i = 0; i < count; i++)
        strbuf_addf(&run->seen, "%s%s%s%s%s%s %s", i == 0 ? "" : ", ",
                    list[i].is_failure ? "failure " : "",
                    states[list[i].state],
                    list[i].external_9989 ? " walk" : "",
                    list[i].external_7489 ? " list" : "",
                    list[i].is_wildcard ? " wildcard" : "",
                    mails[list[i].mail->state]);
}

static void
align(void *context, struct view *view)
{
    struct run *run = context;

    run->truth = discovery_is_aligned(view, discovery_find(view, &run->domain),
                                      &run->identifier, run->strict);
}

static void
run_over(const char *zone, struct run *run,
         void (*what)(void *context, struct view *view))
{
    struct strbuf text = STRBUF_INIT;
    struct zoneview zoneview;

    strbuf_addf(&text, ROOT "%s", zone);
    zoneview_open(&zoneview, text.p, NULL);
    view_free(engine_run_one(&zoneview.settings, "test", what, run));
    zoneview_close(&zoneview);
    strbuf_clear(&text);
}

static void
test_too_long(void)
{
    struct run run = {.record = "rua=mailto:a@reports.example",
                      .seen = STRBUF_INIT};
    struct strbuf name = STRBUF_INIT;

    for (int i = 0; i < 120; i++)
        strbuf_add_text(&name, "a.");
    strbuf_add_text(&name, "com");
    name_parse(&run.domain, strbuf_slice(&name), NULL);
    run_over(MAIL, &run, analyse);
    is_string("too-long walk list good", run.seen.p,
              "9990 4 step 4: the name is too long");
    strbuf_clear(&name);
    strbuf_clear(&run.seen);
}

static void
test_consent(const struct consent *row, const char *domain)
{
    struct run run = {.record = row->record, .seen = STRBUF_INIT};
    struct strbuf zone = STRBUF_INIT;

    name_parse(&run.domain, slice_of(domain), NULL);
    strbuf_addf(&zone, "_dmarc.example.com TXT \"v=DMARC1; p=none\"\n%s",
                row->zone);
    run_over(zone.p, &run, analyse);
    is_string(row->wanted, run.seen.p, "%s", row->name);
    strbuf_clear(&zone);
    strbuf_clear(&run.seen);
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_consent(&rows[i], "example.com");
    for (size_t i = 0; i < sizeof(subdomain_rows) / sizeof(subdomain_rows[0]);
         i++)
        test_consent(&subdomain_rows[i], "test.example.com");
    for (size_t i = 0; i < sizeof(alignments) / sizeof(alignments[0]); i++) {
        struct run run = {.strict = alignments[i].strict, .seen = STRBUF_INIT};

        name_parse(&run.domain, slice_of(alignments[i].author), NULL);
        name_parse(&run.identifier, slice_of(alignments[i].identifier), NULL);
        run_over(alignments[i].zone, &run, align);
        is_int(alignments[i].rfc9989, run.truth, "%s: by RFC 9989",
               alignments[i].name);
        is_int(alignments[i].rfc7489,
               discovery_is_aligned_7489(&run.domain, &run.identifier,
                                         run.strict),
               "%s: by RFC 7489", alignments[i].name);
    }
    test_too_long();
    return tap_done();
}
