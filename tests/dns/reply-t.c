/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/reply.c: sections in, verdicts out. */
#include "common/dns/reply.h"

#include <string.h>

#include "common/dns/recordline.h"
#include "tests/tap/tap.h"

static struct arena *arena;

#define SOA "example. 600 SOA ns. host. 1 2 3 4 300\n"
#define LONG                                                                  \
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk."        \
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk."        \
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk."        \
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghi."

enum { DIRECT = 1, AA = 2, TC = 4 };

/*
 * The question is for TXT at a.example unless type says otherwise.  seen is
 * what the verdict must be: outcome, then the flags raised, then aliases as
 * >TYPE:owner:target, then records as =type:data.
 */
/* clang-format off */
static const struct {
    const char *what;
    int flags;          /* DIRECT, AA, TC */
    uint16_t type;      /* 0: TXT */
    uint16_t rcode;     /* of the message */
    const char *answer; /* sections, a record a line */
    const char *authority;
    const char *seen;    /* see above */
    const char *problem; /* or NULL */
} rows[] = {
    {"a record", 0, 0, 0, "a.example. 9 TXT x\n", "", "found =TXT:\"x\"",
     NULL},
    {"records in their order", 0, 0, 0,
     "a.example. 9 TXT y\na.example. 9 TXT x\n", "",
     "found =TXT:\"y\" =TXT:\"x\"", NULL},
    {"a record twice is one", 0, 0, 0,
     "a.example. 9 TXT x\na.example. 9 TXT y\na.example. 9 TXT x\n", "",
     "found =TXT:\"x\" =TXT:\"y\"", NULL},
    {"records of others are dropped", 0, 0, 0,
     "b.example. 9 TXT no\na.example. 9 A 192.0.2.1\na.example. 9 TXT x\n", "",
     "found =TXT:\"x\"", NULL},
    {"only records of others", 0, 0, 0, "b.example. 9 TXT no\n", "", "nodata",
     NULL},
    {"signatures are no data", 0, 0, 0,
     "a.example. 9 TXT x\n"
     "a.example. 9 RRSIG TXT 8 2 9 2 1 1 example. AQID\n",
     "", "found =TXT:\"x\"", NULL},
    {"an alias", 0, 0, 0,
     "a.example. 9 CNAME b.example.\nb.example. 9 TXT x\n", "",
     "found >CNAME:a.example.:b.example. =TXT:\"x\"", NULL},
    {"aliases out of order", 0, 0, 0,
     "c.example. 9 TXT x\nb.example. 9 CNAME c.example.\n"
     "a.example. 9 CNAME b.example.\n",
     "",
     "found >CNAME:a.example.:b.example. >CNAME:b.example.:c.example. "
     "=TXT:\"x\"",
     NULL},
    {"an alias that is not ours", 0, 0, 0,
     "b.example. 9 CNAME c.example.\nc.example. 9 TXT x\n", "", "nodata",
     NULL},
    {"CNAME asked for", 0, RR_CNAME, 0,
     "a.example. 9 CNAME b.example.\nb.example. 9 CNAME c.example.\n", "",
     "found =CNAME:b.example.", NULL},
    {"ANY asked for", 0, RR_ANY, 0,
     "a.example. 9 CNAME b.example.\na.example. 9 TXT x\n"
     "a.example. 9 SPF x\n",
     "", "found =CNAME:b.example. =TXT:\"x\" =SPF:\"x\"", NULL},
    {"CNAME beside data", 0, 0, 0,
     "a.example. 9 CNAME b.example.\na.example. 9 TXT x\n"
     "b.example. 9 TXT y\n",
     "", "found =TXT:\"x\"", "CNAME beside other data at 'a.example.'"},
    {"two CNAMEs", 0, 0, 0,
     "a.example. 9 CNAME b.example.\na.example. 9 CNAME c.example.\n"
     "b.example. 9 TXT x\n",
     "", "found >CNAME:a.example.:b.example. =TXT:\"x\"",
     "several CNAME records at 'a.example.'"},
    {"the same CNAME twice", 0, 0, 0,
     "a.example. 9 CNAME b.example.\na.example. 9 CNAME B.example.\n"
     "b.example. 9 TXT x\n",
     "", "found >CNAME:a.example.:b.example. =TXT:\"x\"", NULL},
    {"DNAME and its CNAME", 0, 0, 0,
     "example. 9 DNAME esp.test.\na.example. 0 CNAME a.esp.test.\n"
     "a.esp.test. 9 TXT x\n",
     "", "found >DNAME:example.:a.esp.test. =TXT:\"x\"", NULL},
    {"DNAME without its CNAME", 0, 0, 0,
     "example. 9 DNAME esp.test.\na.esp.test. 9 TXT x\n", "",
     "found >DNAME:example.:a.esp.test. =TXT:\"x\"", NULL},
    {"DNAME and another CNAME", 0, 0, 0,
     "example. 9 DNAME esp.test.\na.example. 0 CNAME b.esp.test.\n"
     "a.esp.test. 9 TXT no\nb.esp.test. 9 TXT x\n",
     "", "found >CNAME:a.example.:b.esp.test. =TXT:\"x\"", NULL},
    {"DNAME at the very name", 0, 0, 0,
     "a.example. 9 DNAME esp.test.\nesp.test. 9 TXT x\n", "", "nodata", NULL},
    {"DNAME to too long a name", 0, 0, 0, "example. 9 DNAME " LONG "\n", "",
     "servfail", "too long a name by DNAME from 'a.example.'"},
    {"an alias to itself", 0, 0, 0, "a.example. 9 CNAME a.example.\n", "",
     "servfail loops", "aliases without end from 'a.example.'"},
    {"a circle", 0, 0, 0,
     "a.example. 9 CNAME b.example.\nb.example. 9 CNAME a.example.\n", "",
     "servfail loops >CNAME:a.example.:b.example.",
     "aliases without end from 'a.example.'"},
    {"NODATA", 0, 0, 0, "", SOA, "nodata zone:example.:300", NULL},
    {"NODATA without SOA", 0, 0, 0, "", "", "nodata", NULL},
    {"SOA of a zone elsewhere", 0, 0, 0, "", "test. 9 SOA a. b. 1 2 3 4 5\n",
     "nodata", NULL},
    {"TTL of the SOA below its minimum", 0, 0, 0, "",
     "example. 60 SOA ns. host. 1 2 3 4 300\n", "nodata zone:example.:60",
     NULL},
    {"NXDOMAIN", 0, 0, 3, "", SOA, "nxdomain zone:example.:300", NULL},
    {"NXDOMAIN behind an alias", 0, 0, 3, "a.example. 9 CNAME b.example.\n",
     SOA, "nxdomain >CNAME:a.example.:b.example. zone:example.:300", NULL},
    {"NXDOMAIN with records", 0, 0, 3, "a.example. 9 TXT x\n", "", "nxdomain",
     "NXDOMAIN and yet records at 'a.example.'"},
    {"NODATA behind an alias", 0, 0, 0, "a.example. 9 CNAME b.example.\n", SOA,
     "nodata >CNAME:a.example.:b.example. zone:example.:300", NULL},
    {"an alias out of the zone", DIRECT | AA, 0, 0,
     "a.example. 9 CNAME b.test.\n", "",
     "nodata open >CNAME:a.example.:b.test.", NULL},
    {"an alias out of the zone, and its SOA", DIRECT | AA, 0, 0,
     "a.example. 9 CNAME b.test.\n", SOA,
     "nodata open >CNAME:a.example.:b.test.", NULL},
    {"an alias to a delegated name", DIRECT | AA, 0, 0,
     "a.example. 9 CNAME b.c.example.\n", "c.example. 9 NS ns.test.\n",
     "nodata open >CNAME:a.example.:b.c.example.", NULL},
    {"compact denial", 0, 0, 0, "",
     SOA "a.example. 9 NSEC \\000.a.example. RRSIG NSEC NXNAME\n",
     "nxdomain compact zone:example.:300", NULL},
    {"an NSEC without NXNAME", 0, 0, 0, "",
     SOA "a.example. 9 NSEC \\000.a.example. A RRSIG NSEC TYPE384\n",
     "nodata zone:example.:300", NULL},
    {"an NSEC at another name", 0, 0, 0, "",
     SOA "b.example. 9 NSEC \\000.a.example. RRSIG NSEC NXNAME\n",
     "nodata zone:example.:300", NULL},
    {"an NSEC with a broken bitmap", 0, 0, 0, "",
     SOA "a.example. 9 NSEC \\# 4 00002001\n", "nodata zone:example.:300",
     NULL},
    {"a referral", DIRECT, 0, 0, "",
     "a.example. 9 NS ns.test.\na.example. 9 NS ns2.test.\n",
     "refused referral zone:a.example.:0", "referral to 'a.example.'"},
    {"an upward referral", DIRECT, 0, 0, "", ". 9 NS ns.test.\n",
     "refused referral zone:.:0", "referral to '.'"},
    {"a resolver's NS records are no referral", 0, 0, 0, "",
     "example. 9 NS ns.test.\n", "nodata", NULL},
    {"silence without authority", DIRECT, 0, 0, "", "", "refused",
     "neither records, authority nor a referral"},
    {"silence with authority", DIRECT | AA, 0, 0, "", "", "nodata", NULL},
    {"SOA without AA", DIRECT, 0, 0, "", SOA, "nodata zone:example.:300",
     NULL},
    {"records without AA", DIRECT, 0, 0, "a.example. 9 TXT x\n", "",
     "found =TXT:\"x\"", NULL},
    {"REFUSED", 0, 0, 5, "", "", "refused", NULL},
    {"SERVFAIL", 0, 0, 2, "", "", "servfail", NULL},
    {"SERVFAIL with records", 0, 0, 2, "a.example. 9 TXT x\n", "", "servfail",
     NULL},
    {"FORMERR", 0, 0, 1, "", "", "servfail", NULL},
    {"NOTIMP", 0, 0, 4, "", "", "servfail", NULL},
    {"YXDOMAIN", 0, 0, 6, "example. 9 DNAME " LONG "\n", "", "servfail", NULL},
    {"BADVERS", 0, 0, 16, "", "", "servfail", NULL},
    {"truncated, a record left", TC, 0, 0, "a.example. 9 TXT x\n", "",
     "found =TXT:\"x\"", NULL},
    {"truncated, no record left", TC, 0, 0, "", "", "servfail",
     "truncated before any record"},
    {"truncated behind an alias", TC, 0, 0, "a.example. 9 CNAME b.example.\n",
     "", "servfail >CNAME:a.example.:b.example.",
     "truncated before any record"},
};
/* clang-format on */

static const struct record *
section(const char *lines, size_t *count)
{
    struct slice rest = slice_of(lines);
    struct slice line;
    struct record *records = NULL;

    *count = 0;
    while (slice_next(&rest, '\n', &line)) {
        struct error err = ERROR_INIT;

        if (line.n == 0)
            continue;
        records = arena_grow(arena, records, *count, sizeof(*records));
        if (recordline_parse(arena, line, &records[(*count)++], &err) != ST_OK)
            bail("%s", err.text);
    }
    return records;
}

static void
describe(const struct answer *answer, struct strbuf *out)
{
    strbuf_add_text(out, outcome_word(answer->outcome));
    strbuf_add_text(out, answer->chain_loops ? " loops" : "");
    strbuf_add_text(out, answer->chain_open ? " open" : "");
    strbuf_add_text(out, answer->referral ? " referral" : "");
    strbuf_add_text(out, answer->compact_denial ? " compact" : "");
    for (size_t i = 0; i < answer->chain_count; i++) {
        const struct hop *hop = &answer->chain[i];

        strbuf_addf(
            out, " >%s:%s:%s", hop->type == RR_DNAME ? "DNAME" : "CNAME",
            name_dotted(arena, &hop->owner), name_dotted(arena, &hop->target));
    }
    for (size_t i = 0; i < answer->record_count; i++) {
        strbuf_add_text(out, " =");
        rrtype_present(answer->records[i].type, out);
        strbuf_add_char(out, ':');
        record_present(&answer->records[i], out);
    }
    if (answer->zone.size > 0)
        strbuf_addf(out, " zone:%s:%u", name_dotted(arena, &answer->zone),
                    answer->negative_ttl);
}

static void
test_rows(void)
{
    struct address server = {
        .family = 4, .octets = {192, 0, 2, 1}
    };
    struct name name;

    name_parse(&name, SLICE("a.example"), NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint16_t type = rows[i].type == 0 ? RR_TXT : rows[i].type;
        struct question question = question_recursive(&name, type);
        struct answer answer = {.rcode = rows[i].rcode, .ede = -1};
        struct strbuf seen = STRBUF_INIT;
        const struct record *answers;
        size_t count;

        if ((rows[i].flags & DIRECT) != 0)
            question = question_direct(&server, &name, type);
        answer.aa = (rows[i].flags & AA) != 0;
        answer.tc = (rows[i].flags & TC) != 0;
        answers = section(rows[i].answer, &count);
        answer.authority = section(rows[i].authority, &answer.authority_count);
        reply_judge(arena, &question, answers, count, &answer);
        describe(&answer, &seen);
        is_string(rows[i].seen, seen.p, "%s", rows[i].what);
        is_string(rows[i].problem, answer.problem, "... problem");
        strbuf_clear(&seen);
    }
}

/* Sixteen aliases are followed, the seventeenth is not. */
static void
test_long_chains(void)
{
    for (unsigned length = 16; length <= 17; length++) {
        struct strbuf lines = STRBUF_INIT;
        struct answer answer = {.ede = -1};
        struct question question;
        struct name name;
        const struct record *records;
        size_t count;

        for (unsigned i = 0; i < length; i++)
            strbuf_addf(&lines, "n%u. 9 CNAME n%u.\n", i, i + 1);
        strbuf_addf(&lines, "n%u. 9 TXT x\n", length);
        name_parse(&name, SLICE("n0"), NULL);
        question = question_recursive(&name, RR_TXT);
        records = section(lines.p, &count);
        reply_judge(arena, &question, records, count, &answer);
        is_int(length == 16 ? OUTCOME_FOUND : OUTCOME_SERVFAIL, answer.outcome,
               "%u aliases", length);
        is_int(length == 17, answer.chain_loops, "... too many");
        is_int(16, (long long)answer.chain_count, "... followed");
        strbuf_clear(&lines);
    }
}

/* Each turn makes the name longer, so that none is met twice. */
static void
test_dname_circle(void)
{
    struct answer answer = {.ede = -1};
    struct question question;
    struct name name;
    const struct record *records;
    size_t count;

    name_parse(&name, SLICE("a.example"), NULL);
    question = question_recursive(&name, RR_TXT);
    records = section("example. 9 DNAME b.example.\n", &count);
    reply_judge(arena, &question, records, count, &answer);
    is_int(OUTCOME_SERVFAIL, answer.outcome, "a DNAME into itself");
    ok(answer.chain_loops && answer.chain_count == 16, "... never ends");
}

int
main(void)
{
    plan_lazy();
    arena = arena_new();
    test_rows();
    test_long_chains();
    test_dname_circle();
    arena_free(arena);
    return tap_done();
}
