/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Alignment planned: the examples of RFC 9989 appendices B.1, B.3 and B.4, of
   RFC 7489 appendices B.1 and B.3, and beyond, by both sets of rules and in
   both modes. */
#include "common/audit/align.h"

#include "tests/audit/zoneview.h"

#define WORLD                                                                 \
    "example. SOA ns.test. h.test. 1 1 1 1 1\n"                               \
    "com. SOA ns.test. h.test. 1 1 1 1 1\n"                                   \
    "net. SOA ns.test. h.test. 1 1 1 1 1\n"

struct row {
    const char *name;    /* of the test */
    const char *zone;    /* beside WORLD */
    const char *from;    /* author domain */
    const char *claims;  /* "d=DOMAIN m=DOMAIN h=DOMAIN (h=DOMAIN)" */
    const char *cells;   /* a claim: relaxed, strict, in force by RFC 9989,
                            the same by RFC 7489: y, n, ? */
    const char *results; /* by each */
    const char *changes; /* "VALUE" of each */
};

/* clang-format off */
static const struct row rows[] = {
    {"9989, 7489 B.1.1 example 1: SPF, identical",
     "_dmarc.example.com. TXT \"v=DMARC1; p=none\"\n",
     "example.com", "m=example.com", "yyy/yyy", "pass pass", ""},
    {"9989, 7489 B.1.1 example 2: SPF, a subdomain",
     "_dmarc.example.com. TXT \"v=DMARC1; p=none\"\n",
     "example.com", "m=child.example.com", "yny/yny", "pass pass", ""},
    {"9989, 7489 B.1.1 example 2, strict",
     "_dmarc.example.com. TXT \"v=DMARC1; p=none; aspf=s\"\n",
     "example.com", "m=child.example.com", "ynn/ynn", "fail fail",
     "v=DMARC1; p=none; aspf=r|example.com|example.com|"},
    {"9989, 7489 B.1.1 example 3: SPF, another domain",
     "_dmarc.example.com. TXT \"v=DMARC1; p=none\"\n",
     "child.example.com", "m=example.net", "nnn/nnn", "fail fail",
     "child.example.com|child.example.com|"},
    {"9989, 7489 B.1.1 example 3, strict",
     "_dmarc.example.com. TXT \"v=DMARC1; p=none; aspf=s\"\n",
     "child.example.com", "m=example.net", "nnn/nnn", "fail fail",
     "child.example.com|child.example.com|"},
    {"9989, 7489 B.1.2 example 1: DKIM, identical",
     "_dmarc.example.com. TXT \"v=DMARC1; p=none\"\n",
     "example.com", "d=example.com", "yyy/yyy", "pass pass", ""},
    {"9989, 7489 B.1.2 example 1, strict",
     "_dmarc.example.com. TXT \"v=DMARC1; p=none; adkim=s\"\n",
     "example.com", "d=example.com", "yyy/yyy", "pass pass", ""},
    {"9989, 7489 B.1.2 example 2: DKIM, the parent",
     "_dmarc.example.com. TXT \"v=DMARC1; p=none\"\n",
     "child.example.com", "d=example.com", "yny/yny", "pass pass", ""},
    {"9989, 7489 B.1.2 example 2, strict",
     "_dmarc.example.com. TXT \"v=DMARC1; p=none; adkim=s\"\n",
     "child.example.com", "d=example.com", "ynn/ynn", "fail fail",
     "v=DMARC1; p=none; adkim=r|child.example.com|child.example.com|"},
    {"9989 B.1.2 example 3: DKIM, another domain",
     "_dmarc.example.com. TXT \"v=DMARC1; p=none\"\n",
     "child.example.com", "d=example.net", "nnn/nnn", "fail fail",
     "child.example.com|child.example.com|"},
    {"7489 B.1.2 example 3: DKIM, another domain",
     "_dmarc.example.com. TXT \"v=DMARC1; p=none\"\n",
     "child.example.com", "d=sample.net", "nnn/nnn", "fail fail",
     "child.example.com|child.example.com|"},
    {"9989, 7489 B.3.1: both align",
     "_dmarc.example.com. TXT \"v=DMARC1; p=reject; aspf=r;\""
     " \" rua=mailto:dmarc-feedback@example.com\"\n",
     "example.com", "m=mail.example.com d=example.com", "yny/yny yyy/yyy",
     "pass pass", ""},
    {"9989, 7489 B.3.1: SPF alone",
     "_dmarc.example.com. TXT \"v=DMARC1; p=reject; aspf=r;\""
     " \" rua=mailto:dmarc-feedback@example.com\"\n",
     "example.com", "m=mail.example.com", "yny/yny", "pass pass", ""},
    {"9989 B.4.1: both align",
     "_dmarc.example.com. TXT \"v=DMARC1; p=none\"\n"
     "_dmarc.signing.example.com. TXT \"v=DMARC1; p=none\"\n",
     "example.com", "m=example.com d=signing.example.com",
     "yyy/yyy yny/yny", "pass pass", ""},
    {"9989 B.4.1: DKIM alone",
     "_dmarc.example.com. TXT \"v=DMARC1; p=none\"\n"
     "_dmarc.signing.example.com. TXT \"v=DMARC1; p=none\"\n",
     "example.com", "d=signing.example.com", "yny/yny", "pass pass", ""},
    {"9989 B.4.2: both align with a deep name",
     "_dmarc.example.com. TXT \"v=DMARC1; p=none\"\n"
     "_dmarc.signing.example.com. TXT \"v=DMARC1; p=none\"\n",
     "a.b.c.d.e.f.g.h.i.j.k.example.com",
     "m=example.com d=signing.example.com", "yny/yny yny/yny", "pass pass",
     ""},
    {"9989 B.4.3: SPF aligns, DKIM does not",
     "_dmarc.bank.example. TXT \"v=DMARC1; p=none; psd=y\"\n"
     "_dmarc.giant.bank.example. TXT \"v=DMARC1; p=none\"\n",
     "giant.bank.example",
     "m=mail.giant.bank.example d=mail.mega.bank.example", "yny/yny nnn/yny",
     "pass pass", ""},
    {"9989 B.4.3: DKIM alone",
     "_dmarc.bank.example. TXT \"v=DMARC1; p=none; psd=y\"\n"
     "_dmarc.giant.bank.example. TXT \"v=DMARC1; p=none\"\n",
     "giant.bank.example", "d=mail.mega.bank.example", "nnn/yny",
     "fail pass", "giant.bank.example|giant.bank.example|"},
    {"9989 4.10.2 note: all the same domain",
     "_dmarc.mail.example.com. TXT \"v=DMARC1; p=none\"\n",
     "mail.example.com", "m=mail.example.com d=mail.example.com",
     "yyy/yyy yyy/yyy", "pass pass", ""},
    {"one of several is enough",
     "_dmarc.example.com. TXT \"v=DMARC1; p=none; aspf=s\"\n",
     "example.com", "d=vendor.example m=b.example.com d=x.example.com",
     "nnn/nnn ynn/ynn yny/yny", "pass pass", ""},
    {"siblings",
     "_dmarc.example.com. TXT \"v=DMARC1; p=none\"\n",
     "a.example.com", "d=b.example.com", "yny/yny", "pass pass", ""},
    {"HELO beside a MAIL FROM does not count",
     "_dmarc.example.com. TXT \"v=DMARC1; p=none\"\n",
     "example.com", "(h=mta.example.com)", "yny/yny", "fail fail",
     "example.com|example.com|"},
    {"HELO of a null return path does",
     "_dmarc.example.com. TXT \"v=DMARC1; p=none\"\n",
     "example.com", "h=mta.example.com", "yny/yny", "pass pass", ""},
    {"psd=n divides them for RFC 9989 alone",
     "_dmarc.example.com. TXT \"v=DMARC1; p=none\"\n"
     "_dmarc.news.example.com. TXT \"v=DMARC1; p=none; psd=n\"\n",
     "example.com", "d=news.example.com", "nnn/yny", "fail pass",
     "example.com|example.com|"},
    {"psd=y above divides them as well",
     "_dmarc.com. TXT \"v=DMARC1; p=none; psd=y\"\n"
     "_dmarc.example.com. TXT \"v=DMARC1; p=none\"\n",
     "example.com", "d=other.com", "nnn/nnn", "fail fail",
     "example.com|example.com|"},
    {"without a policy",
     "", "example.com", "d=example.com", "yyy/yyy", "none none",
     "v=DMARC1; p=none|"},
    {"a policy that does not answer",
     ";! _dmarc.example.com. TXT SERVFAIL\n",
     "example.com", "d=example.com d=news.example.com",
     "yyy/yyy ?n?/yn?", "unknown unknown", ""},
    {"a tag that is there already is replaced in its place",
     "_dmarc.example.com. TXT \"v=DMARC1; adkim=s; p=reject\"\n",
     "example.com", "d=n.example.com", "ynn/ynn", "fail fail",
     "v=DMARC1; adkim=r; p=reject|example.com|example.com|"},
};

/* A delegated subdomain: what it passes as, and what confines it. */
struct reach {
    const char *name;      /* of the test */
    const char *zone;      /* beside WORLD */
    const char *delegated; /* below example.com */
    const char *authors;   /* "NAME by 9989, by 7489" */
    const char *confined;  /* by each */
    const char *records;   /* "AT VALUE by each" */
};

static const struct reach reaches[] = {
    {"relaxed: it passes as the parent and its siblings",
     "_dmarc.example.com. TXT \"v=DMARC1; p=reject\"\n", "news.example.com",
     "example.com yy *.example.com yy ", "nn",
     "_dmarc.example.com. v=DMARC1; p=reject; adkim=s; aspf=s yy|"
     "_dmarc.news.example.com. v=DMARC1; p=reject; adkim=s; aspf=s; psd=n "
     "yn|"},
    {"adkim=s alone leaves it SPF",
     "_dmarc.example.com. TXT \"v=DMARC1; p=reject; adkim=s\"\n",
     "news.example.com", "example.com yy *.example.com yy ", "nn",
     "_dmarc.example.com. v=DMARC1; p=reject; adkim=s; aspf=s yy|"
     "_dmarc.news.example.com. v=DMARC1; p=reject; adkim=s; aspf=s; psd=n "
     "yn|"},
    {"both strict",
     "_dmarc.example.com. TXT \"v=DMARC1; p=reject; adkim=s; aspf=s\"\n",
     "news.example.com", "example.com nn *.example.com nn ", "yy", ""},
    {"psd=n confines it by RFC 9989",
     "_dmarc.example.com. TXT \"v=DMARC1; p=reject\"\n"
     "_dmarc.news.example.com. TXT \"v=DMARC1; p=none; psd=n\"\n",
     "news.example.com", "example.com ny *.example.com ny ", "yn",
     "_dmarc.example.com. v=DMARC1; p=reject; adkim=s; aspf=s yy|"
     "_dmarc.news.example.com. v=DMARC1; p=none; psd=n yn|"},
    {"two below: the one between as well",
     "_dmarc.example.com. TXT \"v=DMARC1; p=reject; adkim=s; aspf=s\"\n"
     "_dmarc.eu.example.com. TXT \"v=DMARC1; p=reject\"\n",
     "news.eu.example.com",
     "eu.example.com yy example.com nn *.example.com nn ", "nn",
     "_dmarc.example.com. v=DMARC1; p=reject; adkim=s; aspf=s yy|"
     "_dmarc.news.eu.example.com. v=DMARC1; p=reject; adkim=s; aspf=s; psd=n "
     "yn|"},
};
/* clang-format on */

struct run {
    struct align_input input;     /* what is asked */
    struct align_claim claims[8]; /* of it */
    struct strbuf cells;          /* told */
    struct strbuf results;        /* likewise */
    struct strbuf changes;        /* likewise */
    struct strbuf authors;        /* likewise */
    struct strbuf confined;       /* likewise */
    struct strbuf records;        /* likewise */
};

static char
mark(enum align_truth truth)
{
    return "ny?"[truth];
}

static void
tell_rows(struct run *run, const struct align *align)
{
    for (size_t i = 0; i < align->input->claim_count; i++) {
        const struct align_cell *new = &align->rows[i].cells[ALIGN_9989];
        const struct align_cell *old = &align->rows[i].cells[ALIGN_7489];

        strbuf_addf(&run->cells, "%s%c%c%c/%c%c%c", i > 0 ? " " : "",
                    mark(new->relaxed), mark(new->strict), mark(new->in_force),
                    mark(old->relaxed), mark(old->strict),
                    mark(old->in_force));
    }
    strbuf_addf(&run->results, "%s %s", align_result_word(align->results[0]),
                align_result_word(align->results[1]));
    for (size_t i = 0; i < align->change_count; i++)
        strbuf_addf(&run->changes, "%s|", align->changes[i].value);
}

static void
tell_reach(struct run *run, const struct align *align, struct arena *arena)
{
    for (size_t i = 0; i < align->reach_count; i++)
        strbuf_addf(&run->authors, "%s %c%c ",
                    name_bare(arena, &align->reach[i].author),
                    mark(align->reach[i].aligned[0]),
                    mark(align->reach[i].aligned[1]));
    strbuf_addf(&run->confined, "%c%c", mark(align->confined[0]),
                mark(align->confined[1]));
    for (size_t i = 0; i < align->remedy_count; i++)
        strbuf_addf(&run->records, "%s %s %c%c|",
                    name_dotted(arena, &align->remedies[i].at),
                    align->remedies[i].value,
                    align->remedies[i].confines[0] ? 'y' : 'n',
                    align->remedies[i].confines[1] ? 'y' : 'n');
}

static void
analyse(void *context, struct view *view)
{
    struct run *run = context;
    struct strbuf *texts[] = {&run->cells,   &run->results,  &run->changes,
                              &run->authors, &run->confined, &run->records};
    const struct align *align = align_find(view, &run->input);

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        strbuf_cut(texts[i], 0);
    tell_rows(run, align);
    if (align->input->delegated.size > 0)
        tell_reach(run, align, view_run_arena(view));
}

static void
run_over(struct run *run, const char *zone)
{
    struct zoneview zoneview;
    struct strbuf text = STRBUF_INIT;

    strbuf_addf(&text, "%s%s", WORLD, zone);
    zoneview_open(&zoneview, text.p, NULL);
    view_free(engine_run_one(&zoneview.settings, "test", analyse, run));
    zoneview_close(&zoneview);
    strbuf_clear(&text);
}

static void
run_clear(struct run *run)
{
    strbuf_clear(&run->cells);
    strbuf_clear(&run->results);
    strbuf_clear(&run->changes);
    strbuf_clear(&run->authors);
    strbuf_clear(&run->confined);
    strbuf_clear(&run->records);
}

#define RUN_INIT                                                              \
    {                                                                         \
        .cells = STRBUF_INIT, .results = STRBUF_INIT, .changes = STRBUF_INIT, \
        .authors = STRBUF_INIT, .confined = STRBUF_INIT,                      \
        .records = STRBUF_INIT                                                \
    }

static void
test_row(const struct row *row)
{
    struct run run = RUN_INIT;
    struct slice rest = slice_of(row->claims), word;

    name_parse(&run.input.from, slice_of(row->from), NULL);
    while (slice_next(&rest, ' ', &word)) {
        struct align_claim *claim = &run.claims[run.input.claim_count++];

        claim->counts = word.p[0] != '(';
        if (!claim->counts)
            word = slice_sub(word, 1, word.n - 2);
        claim->kind = word.p[0] == 'd'   ? ALIGN_DKIM
                      : word.p[0] == 'm' ? ALIGN_MAILFROM
                                         : ALIGN_HELO;
        name_parse(&claim->domain, slice_from(word, 2), NULL);
    }
    run.input.claims = run.claims;
    run_over(&run, row->zone);
    is_string(row->cells, run.cells.p, "%s: matrix", row->name);
    is_string(row->results, run.results.p, "%s: results", row->name);
    is_string(row->changes, run.changes.p, "%s: changes", row->name);
    run_clear(&run);
}

static void
test_reach(const struct reach *reach)
{
    struct run run = RUN_INIT;

    name_parse(&run.input.from, SLICE("example.com"), NULL);
    name_parse(&run.input.delegated, slice_of(reach->delegated), NULL);
    run_over(&run, reach->zone);
    is_string(reach->authors, run.authors.p, "%s: authors", reach->name);
    is_string(reach->confined, run.confined.p, "%s: confined", reach->name);
    is_string(reach->records, run.records.p, "%s: records", reach->name);
    run_clear(&run);
}

int
main(void)
{
    size_t row_count = sizeof(rows) / sizeof(rows[0]);
    size_t reach_count = sizeof(reaches) / sizeof(reaches[0]);

    plan((unsigned)(3 * (row_count + reach_count)));
    for (size_t i = 0; i < row_count; i++)
        test_row(&rows[i]);
    for (size_t i = 0; i < reach_count; i++)
        test_reach(&reaches[i]);
    return tap_done();
}
