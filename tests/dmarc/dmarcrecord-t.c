/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dmarc/dmarcrecord.c: what receivers read. */
#include "common/dmarc/dmarcrecord.h"

#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

/* clang-format off */

/* RFC 9989 section 4.8 dmarc-version, and section 4.7 v. */
static const struct {
    const char *text;
    bool begins;
} versions[] = {
    {"v=DMARC1", true}, {"v=DMARC1;", true}, {"v = DMARC1 ;p=none", true},
    {"V=DMARC1; p=none", true}, {"v\t=\tDMARC1\t;", true},
    {"v=dmarc1; p=none", false}, {"v=DMARC2; p=none", false},
    {"v=DMARC10; p=none", false}, {"v=DMARC1 p=none", false},
    {"v=DMARC1, p=none", false}, {"v=DMARC1\\; p=none", false},
    {" v=DMARC1; p=none", false}, {"\"v=DMARC1; p=none\"", false},
    {"\xef\xbb\xbfv=DMARC1; p=none", false}, {"p=none; v=DMARC1", false},
    {"p=none", false}, {"", false}, {"v", false}, {"v=", false},
    {"v=DMARC", false}, {"vv=DMARC1", false}, {"v=spf1 -all", false},
};

/* kind standing9989/standing7489 p sp np psd adkim aspf t pct rua ruf */
static const struct {
    const char *name;
    const char *text;
    const char *wanted;
} rows[] = {
    {"the least record", "v=DMARC1; p=none",
     "policy written/written none - - u r r n 100 0 0"},
    {"4.8: requests in any case", "v=DMARC1; p=Reject; sp=NONE",
     "policy written/written reject none - u r r n 100 0 0"},
    {"4.8: blanks beside the equals sign", "v=DMARC1; p = quarantine ",
     "policy written/written quarantine - - u r r n 100 0 0"},
    {"4.7: all the tags",
     "v=DMARC1;p=reject;sp=quarantine;np=none;psd=n;adkim=s;aspf=S;t=y;"
     "rua=mailto:a@example.com,mailto:b@example.com;ruf=mailto:c@example.com",
     "policy written/written reject quarantine none n s s y 100 2 1"},
    {"4.10.1: no p=, a rua", "v=DMARC1; rua=mailto:a@example.com",
     "policy none/none - - - u r r n 100 1 0"},
    {"4.10.1: no p=, no rua", "v=DMARC1;",
     "policy ignored/ignored - - - u r r n 100 0 0"},
    {"4.10.1: bad p=, a rua", "v=DMARC1; p=rej; rua=mailto:a@example.com",
     "policy none/none ! - - u r r n 100 1 0"},
    {"4.10.1: bad p=, no rua", "v=DMARC1; p=rej",
     "policy ignored/ignored ! - - u r r n 100 0 0"},
    {"4.10.1: bad p=, a rua that is no URI",
     "v=DMARC1; p=rej; rua=a@example.com",
     "policy ignored/ignored ! - - u r r n 100 1 0"},
    {"4.10.1: bad p=, a rua of another scheme",
     "v=DMARC1; p=rej; rua=https://example.com/",
     "policy none/none ! - - u r r n 100 1 0"},
    {"4.10.1: bad sp=, a rua",
     "v=DMARC1; p=reject; sp=rej; rua=mailto:a@example.com",
     "policy none/none reject ! - u r r n 100 1 0"},
    {"4.10.1: bad sp=, no rua", "v=DMARC1; p=reject; sp=rej",
     "policy ignored/ignored reject ! - u r r n 100 0 0"},
    {"4.10.1: bad np= spoils it for RFC 9989 only",
     "v=DMARC1; p=reject; np=rej",
     "policy ignored/written reject - ! u r r n 100 0 0"},
    {"4.10.1: bad np=, a rua",
     "v=DMARC1; p=reject; np=rej; rua=mailto:a@example.com",
     "policy none/written reject - ! u r r n 100 1 0"},
    {"4.8: other bad values give defaults",
     "v=DMARC1; p=reject; adkim=x; psd=z; t=1; pct=x",
     "policy written/written reject - - u r r n 100 0 0"},
    {"A.6: pct", "v=DMARC1; p=reject; pct=25",
     "policy written/written reject - - u r r n 25 0 0"},
    {"4.7: psd=y", "v=DMARC1; p=reject; psd=y",
     "policy written/written reject - - y r r n 100 0 0"},
    {"9989, 7489 B.2.1: monitoring",
     "v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com",
     "policy written/written none - - u r r n 100 1 0"},
    {"9989, 7489 B.2.2: failure reports",
     "v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com; "
     "ruf=mailto:auth-reports@example.com",
     "policy written/written none - - u r r n 100 1 1"},
    {"9989, 7489 B.2.3: failure reports to a third party",
     "v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com; "
     "ruf=mailto:auth-reports@thirdparty.example.net",
     "policy written/written none - - u r r n 100 1 1"},
    {"9989 B.2.4: the third party's record, read as a policy",
     "v=DMARC1; "
     "rua=mailto:aggregate-reports@thirdparty.example.net; "
     "ruf=mailto:failure-reports@thirdparty.example.net",
     "policy none/none - - - u r r n 100 1 1"},
    {"9989 B.2.5: a test",
     "v=DMARC1; p=quarantine; rua=mailto:dmarc-feedback@example.com,"
     "mailto:tld-test@thirdparty.example.net; t=y",
     "policy written/written quarantine - - u r r y 100 2 0"},
    {"9989 B.2.5: its rua= as the bullet point has it",
     "v=DMARC1; p=quarantine; rua=mailto:dmarc-feedback@example.com, "
     "mailto:example-tld-test@thirdparty.example.net; t=y",
     "policy written/written quarantine - - u r r y 100 2 0"},
    {"9989 B.2.5: after the test",
     "v=DMARC1; p=reject; rua=mailto:dmarc-feedback@example.com,"
     "mailto:tld-test@thirdparty.example.net",
     "policy written/written reject - - u r r n 100 2 0"},
    {"7489 B.2.4: a quarter",
     "v=DMARC1; p=quarantine; rua=mailto:dmarc-feedback@example.com,"
     "mailto:tld-test@thirdparty.example.net!10m; pct=25",
     "policy written/written quarantine - - u r r n 25 2 0"},
    {"9989, 7489 B.3.1: the record of the session",
     "v=DMARC1; p=reject; aspf=r; rua=mailto:dmarc-feedback@example.com",
     "policy written/written reject - - u r r n 100 1 0"},
    {"the last of two p= counts", "v=DMARC1; p=none; p=reject",
     "policy written/written reject - - u r r n 100 0 0"},
    {"a semicolon missing after p= spoils p=",
     "v=DMARC1; p=none rua=mailto:a@example.com",
     "policy ignored/ignored ! - - u r r n 100 0 0"},
    {"the seed's record",
     "v=DMARC1 p=none rua=rua+toffle@sausagemail.com",
     "near ignored/ignored - - - u r r n 100 0 0"},
    {"4.7: v=dmarc1", "v=dmarc1; p=reject",
     "near ignored/ignored - - - u r r n 100 0 0"},
    {"4.7: v= not first", "p=reject; v=DMARC1",
     "near ignored/ignored - - - u r r n 100 0 0"},
    {"no v= at all", "p=reject; rua=mailto:a@example.com",
     "near ignored/ignored - - - u r r n 100 0 0"},
    {"a quotation mark first", "\"v=DMARC1; p=reject\"",
     "near ignored/ignored - - - u r r n 100 0 0"},
    {"an SPF record", "v=spf1 -all",
     "other ignored/ignored - - - u r r n 100 0 0"},
    {"a token", "some-verification=123",
     "other ignored/ignored - - - u r r n 100 0 0"},
    {"nothing", "", "other ignored/ignored - - - u r r n 100 0 0"},
};
/* clang-format on */

static const char *
policy_text(enum dmarcpolicy policy)
{
    if (policy == DMARCPOLICY_ABSENT)
        return "-";
    return policy == DMARCPOLICY_INVALID ? "!" : dmarcpolicy_word(policy);
}

static void
describe(const struct dmarcrecord *record, struct strbuf *out)
{
    static const char *const kinds[] = {"policy", "near", "other"};
    static const char *const standings[] = {"written", "none", "ignored"};
    static const char *const psds[] = {"u", "y", "n"};

    strbuf_cut(out, 0);
    strbuf_addf(out, "%s %s/%s %s %s %s %s %s %s %s %d %zu %zu",
                kinds[record->kind], standings[record->rfc9989],
                standings[record->rfc7489], policy_text(record->p),
                policy_text(record->sp), policy_text(record->np),
                psds[record->psd], record->strict_dkim ? "s" : "r",
                record->strict_spf ? "s" : "r", record->is_testing ? "y" : "n",
                record->pct, record->rua_count, record->ruf_count);
}

static void
test_bounds(struct arena *arena)
{
    struct strbuf text = STRBUF_INIT;
    const struct dmarcrecord *record;

    strbuf_add_text(&text, "v=DMARC1;p=none;rua=");
    for (int i = 0; i < 4000; i++)
        strbuf_add_text(&text, "mailto:a@b.cc ,");
    record = dmarcrecord_parse(arena, strbuf_slice(&text));
    is_int(REPORTURI_MAX, (long long)record->rua_count,
           "addresses are bounded");
    strbuf_cut(&text, 0);
    for (int i = 0; i < 10000; i++)
        strbuf_add_text(&text, "v = p =;");
    record = dmarcrecord_parse(arena, strbuf_slice(&text));
    ok(record->fault_count <= DMARCRECORD_FAULTS_MAX, "faults are bounded");
    strbuf_clear(&text);
}

int
main(void)
{
    struct arena *arena = arena_new();
    struct strbuf seen = STRBUF_INIT;

    plan_lazy();
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
        is_int(versions[i].begins,
               dmarcrecord_begins(slice_of(versions[i].text)), "version: %s",
               versions[i].text);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        describe(dmarcrecord_parse(arena, slice_of(rows[i].text)), &seen);
        is_string(rows[i].wanted, seen.p, "%s", rows[i].name);
    }
    test_bounds(arena);
    strbuf_clear(&seen);
    arena_free(arena);
    return tap_done();
}
