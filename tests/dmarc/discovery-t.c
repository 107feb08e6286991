/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dmarc/discovery.c: worked examples of RFC 9989 and of
   RFC 7489, and layouts worked out by hand. */
#include "common/dmarc/discovery.h"

#include "common/base/strbuf.h"
#include "tests/audit/zoneview.h"

/*
 * Expected: "organizational-domain name-of-the-record tag policy", "-" for
 * what there is not, "?" for what cannot be told; by RFC 9989, then by RFC
 * 7489.  "+" in zone lines stands for " TXT \"v=DMARC1;".
 */
struct layout {
    const char *name;
    const char *author;
    const char *zone;
    const char *rfc9989;
    const char *rfc7489;
};

/* clang-format off */
static const struct layout layouts[] = {
    /* Worked examples. */
    {"9989 4.10.2, first example", "a.mail.example.com",
     "_dmarc.mail.example.com + p=none\"\n"
     "_dmarc.example.com + p=reject\"\n"
     "a.mail.example.com A 192.0.2.1\n",
     "example.com example.com p reject", "example.com example.com p reject"},
    {"9989 4.10.2, second example", "a.mail.example.com",
     "_dmarc.mail.example.com + p=quarantine; psd=n\"\n"
     "_dmarc.example.com + p=reject\"\n"
     "a.mail.example.com A 192.0.2.1\n",
     "mail.example.com mail.example.com p quarantine",
     "example.com example.com p reject"},
    {"9989 4.10.2, last example", "a.mail.example.com",
     "_dmarc.com + p=reject; psd=y\"\n"
     "a.mail.example.com A 192.0.2.1\n",
     "example.com com p reject", "example.com - - -"},
    {"9989 4.10.2 rule 2, one label below psd=y", "mail.example.com",
     "_dmarc.example.com + p=reject; psd=y\"\n"
     "mail.example.com A 192.0.2.1\n",
     "mail.example.com example.com p reject",
     "example.com example.com p reject"},
    {"9989 4.10.2 note, a record of its own", "mail.example.com",
     "_dmarc.mail.example.com + p=reject\"\n",
     "mail.example.com mail.example.com p reject",
     "example.com mail.example.com p reject"},
    {"9989 4.10, a name of 13 labels", "a.b.c.d.e.f.g.h.i.j.mail.example.com",
     "_dmarc.g.h.i.j.mail.example.com + p=none\"\n"
     "_dmarc.example.com + p=reject; sp=quarantine\"\n"
     "a.b.c.d.e.f.g.h.i.j.mail.example.com A 192.0.2.1\n",
     "example.com example.com sp quarantine",
     "example.com example.com sp quarantine"},
    {"9989 5.1.8, the record that is never found",
     "mail.a.b.c.d.e.f.g.example.com",
     "_dmarc.b.c.d.e.f.g.example.com + p=none; psd=n\"\n"
     "_dmarc.example.com + p=reject\"\n"
     "mail.a.b.c.d.e.f.g.example.com A 192.0.2.1\n",
     "example.com example.com p reject", "example.com example.com p reject"},
    {"9989 5.1.8, what to do about it", "mail.a.b.c.d.e.f.g.example.com",
     "_dmarc.mail.a.b.c.d.e.f.g.example.com + p=none\"\n"
     "_dmarc.b.c.d.e.f.g.example.com + p=none; psd=n\"\n"
     "_dmarc.example.com + p=reject\"\n",
     "example.com mail.a.b.c.d.e.f.g.example.com p none",
     "example.com mail.a.b.c.d.e.f.g.example.com p none"},
    {"9989 B.4.1, the author domain", "example.com",
     "_dmarc.example.com + p=reject\"\n"
     "_dmarc.signing.example.com + p=none\"\n",
     "example.com example.com p reject", "example.com example.com p reject"},
    {"9989 B.4.1, the signing domain", "signing.example.com",
     "_dmarc.example.com + p=reject\"\n"
     "_dmarc.signing.example.com + p=none\"\n",
     "example.com signing.example.com p none",
     "example.com signing.example.com p none"},
    {"9989 B.4.2, the author domain", "a.b.c.d.e.f.g.h.i.j.k.example.com",
     "_dmarc.example.com + p=reject\"\n"
     "_dmarc.signing.example.com + p=none\"\n"
     "a.b.c.d.e.f.g.h.i.j.k.example.com A 192.0.2.1\n",
     "example.com example.com p reject", "example.com example.com p reject"},
    {"9989 B.4.2, the signing domain", "signing.example.com",
     "_dmarc.example.com + p=reject; sp=quarantine\"\n"
     "_dmarc.signing.example.com + p=none\"\n",
     "example.com signing.example.com p none",
     "example.com signing.example.com p none"},
    {"9989 B.4.3, the author domain", "giant.bank.example",
     "_dmarc.bank.example + p=none; psd=y\"\n"
     "_dmarc.giant.bank.example + p=reject\"\n",
     "giant.bank.example giant.bank.example p reject",
     "bank.example giant.bank.example p reject"},
    {"9989 B.4.3, MAIL FROM", "mail.giant.bank.example",
     "_dmarc.bank.example + p=none; psd=y\"\n"
     "_dmarc.giant.bank.example + p=reject\"\n"
     "mail.giant.bank.example A 192.0.2.1\n",
     "giant.bank.example giant.bank.example p reject",
     "bank.example bank.example p none"},
    {"9989 B.4.3, the signing domain", "mail.mega.bank.example",
     "_dmarc.bank.example + p=quarantine; sp=none; psd=y\"\n"
     "_dmarc.giant.bank.example + p=reject\"\n"
     "mail.mega.bank.example A 192.0.2.1\n",
     "mega.bank.example bank.example sp none",
     "bank.example bank.example sp none"},
    {"9989, 7489 B.2.1, an entire domain", "example.com",
     "_dmarc.example.com + p=none; rua=mailto:dmarc-feedback@example.com\"\n",
     "example.com example.com p none", "example.com example.com p none"},
    {"9989, 7489 B.2.2, with failure reports", "example.com",
     "_dmarc.example.com + p=none; rua=mailto:dmarc-feedback@example.com;"
     " ruf=mailto:auth-reports@example.com\"\n",
     "example.com example.com p none", "example.com example.com p none"},
    {"9989, 7489 B.2.3, failure reports to a third party", "example.com",
     "_dmarc.example.com + p=none; rua=mailto:dmarc-feedback@example.com;"
     " ruf=mailto:auth-reports@thirdparty.example.net\"\n"
     "example.com._report._dmarc.thirdparty.example.net +\"\n",
     "example.com example.com p none", "example.com example.com p none"},
    {"9989 B.2.4, what the third party writes is no policy here",
     "thirdparty.example.net",
     "example.com._report._dmarc.thirdparty.example.net +"
     " rua=mailto:aggregate-reports@thirdparty.example.net;"
     " ruf=mailto:failure-reports@thirdparty.example.net\"\n",
     "thirdparty.example.net - - -", "example.net - - -"},
    {"9989 B.2.5, a subdomain under test", "test.example.com",
     "_dmarc.test.example.com + p=quarantine;"
     " rua=mailto:dmarc-feedback@example.com,"
     "mailto:tld-test@thirdparty.example.net; t=y\"\n",
     "test.example.com test.example.com p none",
     "example.com test.example.com p quarantine"},
    {"9989 B.2.5, once enough time has passed", "test.example.com",
     "_dmarc.test.example.com + p=reject;"
     " rua=mailto:dmarc-feedback@example.com,"
     "mailto:tld-test@thirdparty.example.net\"\n",
     "test.example.com test.example.com p reject",
     "example.com test.example.com p reject"},
    {"7489 B.2.4, a subdomain, sampled", "test.example.com",
     "_dmarc.test.example.com + p=quarantine;"
     " rua=mailto:dmarc-feedback@example.com,"
     "mailto:tld-test@thirdparty.example.net!10m; pct=25\"\n",
     "test.example.com test.example.com p quarantine",
     "example.com test.example.com p quarantine"},
    {"7489 A.6, a subdomain made up by someone", "security.example.com",
     "_dmarc.example.com + p=reject\"\n",
     "example.com example.com p reject", "example.com example.com p reject"},
    {"7489 A.6, and one that exists", "security.example.com",
     "_dmarc.example.com + p=reject\"\nsecurity.example.com A 192.0.2.1\n",
     "example.com example.com p reject", "example.com example.com p reject"},

    /* RFC 9989 section 4.10.1: where the policy comes from. */
    {"nothing anywhere", "example.com", "example.com A 192.0.2.1\n",
     "example.com - - -", "example.com - - -"},
    {"nothing for a subdomain", "a.b.example.com",
     "a.b.example.com A 192.0.2.1\n", "a.b.example.com - - -",
     "example.com - - -"},
    {"a top-level domain", "com", "example.com A 192.0.2.1\n", "com - - -",
     "com - - -"},
    {"sp for a subdomain that exists", "a.example.com",
     "_dmarc.example.com + p=reject; sp=none\"\na.example.com A 192.0.2.1\n",
     "example.com example.com sp none", "example.com example.com sp none"},
    {"sp is not for the domain itself", "example.com",
     "_dmarc.example.com + p=reject; sp=none\"\n",
     "example.com example.com p reject", "example.com example.com p reject"},
    {"np for a subdomain that does not exist", "a.example.com",
     "_dmarc.example.com + p=none; sp=quarantine; np=reject\"\n",
     "example.com example.com np reject",
     "example.com example.com sp quarantine"},
    {"np is not for one that exists", "a.example.com",
     "_dmarc.example.com + p=none; sp=quarantine; np=reject\"\n"
     "a.example.com A 192.0.2.1\n",
     "example.com example.com sp quarantine",
     "example.com example.com sp quarantine"},
    {"3.2.13: an empty non-terminal exists", "a.example.com",
     "_dmarc.example.com + p=none; np=reject\"\nb.a.example.com A 192.0.2.1\n",
     "example.com example.com p none", "example.com example.com p none"},
    {"A.4: a wildcard makes every name exist", "a.example.com",
     "_dmarc.example.com + p=none; np=reject\"\n*.example.com A 192.0.2.1\n",
     "example.com example.com p none", "example.com example.com p none"},
    {"sp where there is no np", "a.example.com",
     "_dmarc.example.com + p=none; sp=quarantine\"\n",
     "example.com example.com sp quarantine",
     "example.com example.com sp quarantine"},
    {"p where there is neither", "a.example.com",
     "_dmarc.example.com + p=quarantine\"\n",
     "example.com example.com p quarantine",
     "example.com example.com p quarantine"},
    {"a record between is not the policy", "a.b.example.com",
     "_dmarc.b.example.com + p=none\"\n_dmarc.example.com + p=reject\"\n"
     "a.b.example.com A 192.0.2.1\n",
     "example.com example.com p reject", "example.com example.com p reject"},
    {"a record between is, when nothing is above", "a.b.example.com",
     "_dmarc.b.example.com + p=reject\"\na.b.example.com A 192.0.2.1\n",
     "b.example.com b.example.com p reject", "example.com - - -"},
    {"psd=n at the author domain", "a.example.com",
     "_dmarc.a.example.com + p=none; psd=n\"\n"
     "_dmarc.example.com + p=reject\"\n",
     "a.example.com a.example.com p none", "example.com a.example.com p none"},
    {"psd=y at the author domain", "a.example.com",
     "_dmarc.a.example.com + p=none; psd=y\"\n"
     "_dmarc.example.com + p=reject\"\n",
     "a.example.com a.example.com p none", "example.com a.example.com p none"},
    {"psd=y just above, no record of one's own", "a.example.com",
     "_dmarc.example.com + p=reject; np=none; psd=y\"\n"
     "a.example.com A 192.0.2.1\n",
     "a.example.com example.com p reject", "example.com example.com p reject"},
    {"psd=u says nothing", "a.example.com",
     "_dmarc.a.example.com + p=none; psd=u\"\n"
     "_dmarc.example.com + p=reject; psd=u\"\n",
     "example.com a.example.com p none", "example.com a.example.com p none"},
    {"11.8: a suffix without psd=y", "example.com",
     "_dmarc.com + p=none\"\n_dmarc.example.com + p=reject\"\n",
     "com example.com p reject", "example.com example.com p reject"},
    {"the suffix's policy where there is no other", "example.com",
     "_dmarc.com + p=none; sp=reject; psd=y\"\nexample.com A 192.0.2.1\n",
     "example.com com sp reject", "example.com - - -"},
    {"a suffix's policy is not used beside one's own", "a.example.com",
     "_dmarc.com + p=reject; psd=y\"\n_dmarc.example.com + p=none\"\n"
     "a.example.com A 192.0.2.1\n",
     "example.com example.com p none", "example.com example.com p none"},

    /* RFC 9989 section 4.10, steps 2 and 6. */
    {"several records: dropped, and the walk goes on", "a.example.com",
     "_dmarc.a.example.com + p=none\"\n_dmarc.a.example.com + p=reject\"\n"
     "_dmarc.example.com + p=quarantine\"\na.example.com A 192.0.2.1\n",
     "example.com example.com p quarantine", "example.com - - -"},
    {"several records at the organizational domain", "a.example.com",
     "_dmarc.example.com + p=none\"\n_dmarc.example.com + p=reject\"\n"
     "a.example.com A 192.0.2.1\n",
     "a.example.com - - -", "example.com - - -"},
    {"other TXT beside the record", "example.com",
     "_dmarc.example.com + p=reject\"\n_dmarc.example.com TXT \"token=1\"\n",
     "example.com example.com p reject", "example.com example.com p reject"},
    {"a version in small letters is no record", "example.com",
     "_dmarc.example.com TXT \"v=dmarc1; p=reject\"\n",
     "example.com - - -", "example.com - - -"},
    {"seven labels: every name is asked", "a.b.c.d.e.example.com",
     "_dmarc.b.c.d.e.example.com + p=reject; psd=n\"\n"
     "a.b.c.d.e.example.com A 192.0.2.1\n",
     "b.c.d.e.example.com b.c.d.e.example.com p reject",
     "example.com - - -"},
    {"eight labels: every name is asked", "a.b.c.d.e.f.example.com",
     "_dmarc.b.c.d.e.f.example.com + p=reject; psd=n\"\n"
     "a.b.c.d.e.f.example.com A 192.0.2.1\n",
     "b.c.d.e.f.example.com b.c.d.e.f.example.com p reject",
     "example.com - - -"},
    {"nine labels: the second is left out", "a.b.c.d.e.f.g.example.com",
     "_dmarc.b.c.d.e.f.g.example.com + p=reject; psd=n\"\n"
     "a.b.c.d.e.f.g.example.com A 192.0.2.1\n",
     "a.b.c.d.e.f.g.example.com - - -", "example.com - - -"},
    {"psd=y at seven labels, its child never asked",
     "a.b.c.d.e.f.g.example.com",
     "_dmarc.c.d.e.f.g.example.com + p=reject; psd=y\"\n"
     "a.b.c.d.e.f.g.example.com A 192.0.2.1\n",
     "b.c.d.e.f.g.example.com c.d.e.f.g.example.com p reject",
     "example.com - - -"},

    /* RFC 9989 section 4.10.1, bad p, sp and np. */
    {"no p, a rua", "example.com",
     "_dmarc.example.com + rua=mailto:d@example.com\"\n",
     "example.com example.com p none", "example.com example.com p none"},
    {"no p, no rua", "example.com", "_dmarc.example.com + adkim=s\"\n",
     "example.com example.com - -", "example.com example.com - -"},
    {"bad sp cancels p=reject", "example.com",
     "_dmarc.example.com + p=reject; sp=x; rua=mailto:d@example.com\"\n",
     "example.com example.com p none", "example.com example.com p none"},
    {"bad np cancels p=reject for RFC 9989 only", "example.com",
     "_dmarc.example.com + p=reject; np=x; rua=mailto:d@example.com\"\n",
     "example.com example.com p none", "example.com example.com p reject"},
    {"bad np without rua", "a.example.com",
     "_dmarc.example.com + p=reject; np=x\"\na.example.com A 192.0.2.1\n",
     "example.com example.com - -", "example.com example.com p reject"},

    /* RFC 9989 section 4.7 t; RFC 7489 does not know it. */
    {"t=y and reject", "example.com", "_dmarc.example.com + p=reject; t=y\"\n",
     "example.com example.com p quarantine",
     "example.com example.com p reject"},
    {"t=y and quarantine", "example.com",
     "_dmarc.example.com + p=quarantine; t=y\"\n",
     "example.com example.com p none",
     "example.com example.com p quarantine"},
    {"t=y and none", "example.com", "_dmarc.example.com + p=none; t=y\"\n",
     "example.com example.com p none", "example.com example.com p none"},
    {"t=y and np", "a.example.com",
     "_dmarc.example.com + p=none; np=reject; t=y\"\n",
     "example.com example.com np quarantine",
     "example.com example.com p none"},

    /* RFC 7489 section 3.2: the public suffix list. */
    {"a suffix of two labels", "a.example.co.uk",
     "_dmarc.example.co.uk + p=reject\"\na.example.co.uk A 192.0.2.1\n",
     "example.co.uk example.co.uk p reject",
     "example.co.uk example.co.uk p reject"},
    {"a public suffix as author", "co.uk", "_dmarc.co.uk + p=none; psd=y\"\n",
     "co.uk co.uk p none", "co.uk co.uk p none"},
    {"a private suffix", "user.github.io",
     "_dmarc.github.io + p=reject\"\nuser.github.io A 192.0.2.1\n",
     "github.io github.io p reject", "user.github.io - - -"},

    /* Failures: nothing is absent that nobody answered for. */
    {"the author's record fails", "example.com",
     "_dmarc.example.com + p=none\"\n"
     ";! _dmarc.example.com TXT SERVFAIL\n", "? ? ? ?",
     "example.com ? ? ?"},
    {"the suffix fails, the policy is known all the same", "example.com",
     "_dmarc.example.com + p=reject\"\n;! _dmarc.com TXT TIMEOUT\n",
     "? example.com p reject", "example.com example.com p reject"},
    {"the suffix fails, and there is no other record", "example.com",
     "example.com A 192.0.2.1\n;! _dmarc.com TXT TIMEOUT\n", "? ? ? ?",
     "example.com - - -"},
    {"psd=n below the failure", "a.example.com",
     "_dmarc.a.example.com + p=none; psd=n\"\n"
     ";! _dmarc.example.com TXT TIMEOUT\n",
     "a.example.com a.example.com p none", "example.com a.example.com p none"},
    {"whether it exists is not known, and it matters", "a.example.com",
     "_dmarc.example.com + p=none; np=reject\"\n"
     ";! a.example.com TXT TIMEOUT\n",
     "example.com ? ? ?", "example.com example.com p none"},
    {"whether it exists is not known, nor does it matter", "a.example.com",
     "_dmarc.example.com + p=none\"\n;! a.example.com TXT TIMEOUT\n",
     "example.com example.com p none", "example.com example.com p none"},
};
/* clang-format on */

static const char root[] =
    "$ORIGIN .\n. SOA ns dns 1 7200 3600 1209600 600\n. NS ns\n";

static void
describe(struct arena *arena, const struct discovery_policy *policy,
         struct strbuf *out)
{
    strbuf_cut(out, 0);
    strbuf_addf(out, "%s ",
                policy->org_is_known ? name_bare(arena, &policy->org) : "?");
    if (!policy->is_known) {
        strbuf_add_text(out, "? ? ?");
        return;
    }
    strbuf_addf(out, "%s %s %s",
                policy->step == NULL ? "-"
                                     : name_bare(arena, &policy->step->domain),
                policy->tag == NULL ? "-" : policy->tag,
                policy->policy == DMARCPOLICY_ABSENT
                    ? "-"
                    : dmarcpolicy_word(policy->policy));
}

/* The zone's text, "+" spelt out. */
static void
spell_zone(const char *zone, struct strbuf *out)
{
    struct slice rest = slice_of(zone), part;
    bool is_first = true;

    strbuf_add_text(out, root);
    while (slice_next(&rest, '+', &part)) {
        if (!is_first)
            strbuf_add_text(out, "TXT \"v=DMARC1;");
        strbuf_add_slice(out, part);
        is_first = false;
    }
}

struct run {
    struct name author;    /* whose policy */
    struct strbuf names;   /* asked by the walk, in order */
    struct strbuf rfc9989; /* the result */
    struct strbuf rfc7489; /* likewise */
};

static void
analyse(void *context, struct view *view)
{
    struct run *run = context;
    const struct discovery *discovery = discovery_find(view, &run->author);
    struct arena *arena = view_run_arena(view);

    describe(arena, &discovery->rfc9989, &run->rfc9989);
    describe(arena, &discovery->rfc7489, &run->rfc7489);
    strbuf_cut(&run->names, 0);
    for (size_t i = 0; i < discovery->walk->count; i++)
        strbuf_addf(&run->names, "%s%s", i == 0 ? "" : " ",
                    name_bare(arena, &discovery->walk->steps[i].domain));
}

static void
find(const char *author, const char *zone, struct run *run)
{
    struct strbuf text = STRBUF_INIT;
    struct zoneview zoneview;

    spell_zone(zone, &text);
    zoneview_open(&zoneview, text.p, NULL);
    if (name_parse(&run->author, slice_of(author), NULL) != ST_OK)
        bail("bad author '%s'", author);
    view_free(engine_run_one(&zoneview.settings, author, analyse, run));
    zoneview_close(&zoneview);
    strbuf_clear(&text);
}

static void
clear_run(struct run *run)
{
    strbuf_clear(&run->names);
    strbuf_clear(&run->rfc9989);
    strbuf_clear(&run->rfc7489);
}

#define RUN_INIT                                                              \
    {                                                                         \
        .names = STRBUF_INIT, .rfc9989 = STRBUF_INIT, .rfc7489 = STRBUF_INIT  \
    }

static void
test_layout(const struct layout *layout)
{
    struct run run = RUN_INIT;

    find(layout->author, layout->zone, &run);
    is_string(layout->rfc9989, run.rfc9989.p, "RFC 9989: %s", layout->name);
    is_string(layout->rfc7489, run.rfc7489.p, "RFC 7489: %s", layout->name);
    clear_run(&run);
}

/* clang-format off */

/* The very names that the examples of RFC 9989 list. */
static const struct {
    const char *name;
    const char *author;
    const char *zone;
    const char *wanted;
} walks[] = {
    {"9989 4.10: the eight questions", "a.b.c.d.e.f.g.h.i.j.mail.example.com",
     "", "a.b.c.d.e.f.g.h.i.j.mail.example.com g.h.i.j.mail.example.com"
     " h.i.j.mail.example.com i.j.mail.example.com j.mail.example.com"
     " mail.example.com example.com com"},
    {"9989 4.10.2, first example", "a.mail.example.com",
     "_dmarc.mail.example.com + p=none\"\n_dmarc.example.com + p=none\"\n",
     "a.mail.example.com mail.example.com example.com com"},
    {"9989 4.10.2, second example", "a.mail.example.com",
     "_dmarc.mail.example.com + p=none; psd=n\"\n",
     "a.mail.example.com mail.example.com"},
    {"9989 4.10.2, last example", "a.mail.example.com",
     "_dmarc.com + p=none; psd=y\"\n",
     "a.mail.example.com mail.example.com example.com com"},
    {"9989 4.10.2 rule 2", "mail.example.com",
     "_dmarc.example.com + p=none; psd=y\"\n",
     "mail.example.com example.com"},
    {"9989 5.1.8: the eight questions", "mail.a.b.c.d.e.f.g.example.com",
     "_dmarc.b.c.d.e.f.g.example.com + p=none; psd=n\"\n",
     "mail.a.b.c.d.e.f.g.example.com c.d.e.f.g.example.com"
     " d.e.f.g.example.com e.f.g.example.com f.g.example.com g.example.com"
     " example.com com"},
    {"9989 B.4.1: the author domain", "example.com",
     "_dmarc.example.com + p=none\"\n", "example.com com"},
    {"9989 B.4.1 and B.4.2: the signing domain", "signing.example.com",
     "_dmarc.example.com + p=none\"\n_dmarc.signing.example.com + p=none\"\n",
     "signing.example.com example.com com"},
    {"9989 B.4.2: the author domain", "a.b.c.d.e.f.g.h.i.j.k.example.com",
     "_dmarc.example.com + p=none\"\n",
     "a.b.c.d.e.f.g.h.i.j.k.example.com g.h.i.j.k.example.com"
     " h.i.j.k.example.com i.j.k.example.com j.k.example.com k.example.com"
     " example.com com"},
    {"9989 B.4.3: the author domain", "giant.bank.example",
     "_dmarc.bank.example + p=none; psd=y\"\n"
     "_dmarc.giant.bank.example + p=none\"\n",
     "giant.bank.example bank.example"},
    {"9989 B.4.3: MAIL FROM", "mail.giant.bank.example",
     "_dmarc.bank.example + p=none; psd=y\"\n"
     "_dmarc.giant.bank.example + p=none\"\n",
     "mail.giant.bank.example giant.bank.example bank.example"},
    {"9989 B.4.3: the signing domain", "mail.mega.bank.example",
     "_dmarc.bank.example + p=none; psd=y\"\n"
     "_dmarc.giant.bank.example + p=none\"\n",
     "mail.mega.bank.example mega.bank.example bank.example"},
    {"psd=n ends the walk", "a.example.com",
     "_dmarc.a.example.com + p=none; psd=n\"\n", "a.example.com"},
};
/* clang-format on */

static void
test_questions(void)
{
    struct run run = RUN_INIT;

    for (size_t i = 0; i < sizeof(walks) / sizeof(walks[0]); i++) {
        find(walks[i].author, walks[i].zone, &run);
        is_string(walks[i].wanted, run.names.p, "asked: %s", walks[i].name);
    }
    clear_run(&run);
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
        test_layout(&layouts[i]);
    test_questions();
    return tap_done();
}
