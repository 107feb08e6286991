/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/audit/verify.c, verifyset.c, verifyprobe.c and
   check_verify.c: two servers that say all sorts of things, and answers that
   do not come. */
#include "common/audit/verify.h"

#include "tests/audit/rulesource.h"

#define SEL   "k1._domainkey.c.example.com"
#define ED    "\"v=DKIM1; k=ed25519; p=abc+/=\""
#define OLD   "\"v=DKIM1; k=ed25519; p=old+/=\""
#define SPF   "\"v=spf1 include:_spf.example.com -all\""
#define KEY   SEL " TXT " ED
#define ALIAS SEL " CNAME k1.t._dkim.esp.example."
#define BOTH  "servers " SEL " "
#define ONE   "192.0.2.1 " SEL " "
#define TWO   "192.0.2.2 " SEL " "

/* A zone with two servers in which nothing is. */
#define WORLD                                                                 \
    "* example.com SOA found ns1.example.com. h.example.com. 1 2 3 4 5\n"     \
    "resolver example.com NS found ns1.example.com. | ns2.example.com.\n"     \
    "resolver ns1.example.com A found 192.0.2.1\n"                            \
    "resolver ns2.example.com A found 192.0.2.2\n"                            \
    "resolver ns1.example.com AAAA nodata\n"                                  \
    "resolver ns2.example.com AAAA nodata\n"                                  \
    "* *.example.com ANY nxdomain\n"                                          \
    "* example.com ANY nodata\n"

/*
 * What is expected, lines of "OWNER TYPE DATA", and what is said; then what
 * comes of it: of each record its state, the states of its servers and the
 * diagnosis, and the findings ("?": unknown).
 */
struct row {
    const char *name;
    const char *expected;
    const char *rules;
    const char *records;
    const char *findings;
};

/* clang-format off */

static const struct row rows[] = {
    {"all is there", KEY "\n" KEY, BOTH "TXT found " ED "\n",
     "same(same same) same(same same)", ""},
    {"nothing is there", KEY, "", "missing(missing missing)",
     "publish.missing"},
    {"something else is there", KEY, BOTH "TXT found " OLD "\n",
     "different(different different)", "publish.differs"},
    {"blanks that do not count", KEY,
     BOTH "TXT found \"v=DKIM1;k=ed25519;p=abc+/=;\"\n", "same(same same)", ""},

    {"one server is stale", KEY,
     ONE "TXT found " ED "\n" TWO "TXT found " OLD "\n",
     "different(same different)", "publish.not-everywhere"},
    {"one server lacks it", KEY, ONE "TXT found " ED "\n",
     "missing(same missing)", "publish.not-everywhere"},
    {"one differs, one lacks it", KEY, ONE "TXT found " OLD "\n",
     "missing(different missing)", "publish.differs"},
    {"one server is silent", KEY, ONE "TXT found " ED "\n" TWO "TXT timeout\n",
     "unknown(same unknown)", "publish.not-everywhere?"},
    {"SERVFAIL at one of two", KEY,
     ONE "TXT found " ED "\n" TWO "TXT servfail\n",
     "unknown(same unknown!)", "publish.not-everywhere"},
    {"REFUSED at one of two", KEY,
     ONE "TXT refused\n" TWO "TXT found " ED "\n",
     "unknown(unknown! same)", "publish.not-everywhere"},
    {"one lacks it, one is silent", KEY, ONE "TXT timeout\n",
     "missing(unknown missing)", "publish.not-everywhere"},
    {"one differs, one fails", KEY,
     ONE "TXT servfail\n" TWO "TXT found " OLD "\n",
     "different(unknown! different)", "publish.not-everywhere"},
    {"both are silent", KEY, BOTH "TXT timeout\n", "unknown(unknown unknown)",
     "publish.missing?"},
    {"both fail", KEY, BOTH "TXT servfail\n", "unknown(unknown! unknown!)",
     "publish.missing?"},
    {"malformed answers", KEY, BOTH "TXT malformed\n",
     "unknown(unknown! unknown!)", "publish.missing?"},

    {"an old key beside it", KEY, BOTH "TXT found " ED " | " OLD "\n",
     "extra(extra extra):two-records",
     "dkim.multiple-records publish.extra"},
    {"a token beside a key", KEY, BOTH "TXT found " ED " | \"ms=1\"\n",
     "extra(extra extra)", "publish.extra"},
    {"a token beside SPF", "c.example.com TXT " SPF,
     "servers c.example.com TXT found \"ms=1\" | " SPF "\n",
     "same(same same)", ""},
    {"a second SPF record", "c.example.com TXT " SPF,
     "servers c.example.com TXT found \"v=spf1 -all\" | " SPF "\n",
     "extra(extra extra):two-records", "spf.multiple-records publish.extra"},
    {"only a token", "c.example.com TXT " SPF,
     "servers c.example.com TXT found \"ms=1\"\n",
     "missing(missing missing)", "publish.missing"},
    {"another SPF record", "c.example.com TXT " SPF,
     "servers c.example.com TXT found \"v=spf1 -all\" | \"ms=1\"\n",
     "different(different different)", "publish.differs"},
    {"a second policy", "_dmarc.c.example.com TXT \"v=DMARC1; p=none\"",
     "servers _dmarc.c.example.com TXT found \"v=DMARC1; p=none\""
     " | \"v=DMARC1; p=reject\"\n",
     "extra(extra extra):two-records",
     "dmarc.multiple-records publish.extra"},
    {"extra at one of two", KEY,
     ONE "TXT found " ED "\n" TWO "TXT found " ED " | \"ms=1\"\n",
     "extra(same extra)", "publish.extra"},
    {"extra at one, the other silent", KEY,
     ONE "TXT timeout\n" TWO "TXT found " ED " | \"ms=1\"\n",
     "unknown(unknown extra)", "publish.not-everywhere? publish.extra"},

    {"all of an MX set", "c.example.com MX 10 a. | 20 b.",
     "servers c.example.com MX found 20 B. | 10 a.\n", "same(same same)", ""},
    {"half of an MX set", "c.example.com MX 10 a. | 20 b.",
     "servers c.example.com MX found 10 a.\n",
     "different(different different)", "publish.differs"},
    {"an MX too many", "c.example.com MX 10 a.",
     "servers c.example.com MX found 10 a. | 20 b.\n", "extra(extra extra)",
     "publish.extra"},
    {"another preference", "c.example.com MX 10 a.",
     "servers c.example.com MX found 20 a.\n",
     "different(different different):mx-preference", "publish.differs"},
    {"an address", "c.example.com A 192.0.2.9",
     "servers c.example.com A found 192.0.2.9\n", "same(same same)", ""},

    {"an alias to the same in the zone", KEY,
     BOTH "TXT through x.example.com " ED "\n" BOTH "CNAME found x.example.com."
     "\n", "same(same same)", ""},
    {"an alias to something else in the zone", KEY,
     BOTH "TXT through x.example.com " OLD "\n"
     BOTH "CNAME found x.example.com.\n",
     "different(different different):alias-for-text", "publish.differs"},
    {"an alias to nothing in the zone", KEY,
     BOTH "TXT dangling x.example.com\n" BOTH "CNAME found x.example.com.\n",
     "different(different different):alias-for-text", "publish.differs"},
    {"an alias out of the zone to the same", KEY,
     BOTH "TXT alias x.example.net\n"
     "resolver " SEL " TXT through x.example.net " ED "\n",
     "same(same same)", ""},
    {"an alias out of the zone to something else", KEY,
     BOTH "TXT alias x.example.net\n" BOTH "CNAME found x.example.net.\n"
     "resolver " SEL " TXT through x.example.net " OLD "\n",
     "different(different different):alias-for-text", "publish.differs"},
    {"an alias whose end the server says, out of its zone", KEY,
     BOTH "TXT through x.example.net " ED "\n"
     BOTH "CNAME found x.example.net.\n"
     "resolver " SEL " TXT dangling x.example.net\n",
     "different(different different):alias-for-text", "publish.differs"},
    {"an alias whose end nobody knows", KEY,
     BOTH "TXT alias x.example.net\n" "resolver " SEL " TXT servfail\n",
     "unknown(unknown unknown)", "publish.missing?"},
    {"an alias whose end nobody speaks of", KEY,
     BOTH "TXT alias x.example.net\n"
     "resolver " SEL " TXT alias x.example.net\n",
     "unknown(unknown unknown)", "publish.missing?"},

    {"the expected alias", ALIAS,
     BOTH "CNAME found K1.t._dkim.ESP.example.\n"
     BOTH "TXT alias k1.t._dkim.esp.example\n", "same(same same)", ""},
    {"another alias", ALIAS, BOTH "CNAME found x.example.\n"
     BOTH "TXT alias x.example\n", "different(different different)",
     "publish.differs"},
    {"the right key pasted", ALIAS "\nk1.t._dkim.esp.example TXT " ED,
     BOTH "TXT found " ED "\n" BOTH "CNAME nodata\n"
     "* esp.example SOA found ns1.example.com. h. 1 2 3 4 5\n"
     "resolver esp.example NS found ns1.example.com.\n"
     "* k1.t._dkim.esp.example TXT found " ED "\n",
     "different(different different):pasted-key same(same)",
     "publish.pasted-key"},
    {"the key that the alias leads to pasted", ALIAS,
     BOTH "TXT found " ED "\n" BOTH "CNAME nodata\n"
     "resolver k1.t._dkim.esp.example TXT found " ED "\n",
     "different(different different):pasted-key", "publish.pasted-key"},
    {"another key pasted", ALIAS,
     BOTH "TXT found " OLD "\n" BOTH "CNAME nodata\n"
     "resolver k1.t._dkim.esp.example TXT found " ED "\n",
     "different(different different):pasted-other-key", "publish.differs"},
    {"a key pasted, and nobody knows the right one", ALIAS,
     BOTH "TXT found " ED "\n" BOTH "CNAME nodata\n",
     "different(different different):pasted-other-key", "publish.differs?"},
    {"TXT beside the alias", ALIAS,
     BOTH "TXT found " ED "\n" BOTH "CNAME found k1.t._dkim.esp.example.\n",
     "extra(extra extra):text-beside-alias", "publish.extra"},
    {"the alias is there, and TXT fails", ALIAS,
     BOTH "TXT servfail\n" BOTH "CNAME found k1.t._dkim.esp.example.\n",
     "unknown(unknown unknown)", "publish.missing?"},
    {"no alias", ALIAS, "", "missing(missing missing)", "publish.missing"},
    {"a proxied alias", ALIAS,
     BOTH "CNAME nodata\n" BOTH "TXT nodata\n" BOTH "A found 192.0.2.9\n",
     "missing(missing missing):proxied-cname", "publish.missing"},

    {"at the doubled name", KEY,
     "servers " SEL ".example.com TXT found " ED "\n",
     "missing(missing missing):doubled-suffix", "publish.missing"},
    {"at the doubled name, of the server that lacks it", KEY,
     ONE "TXT found " ED "\n"
     "192.0.2.2 " SEL ".example.com TXT found " ED "\n",
     "missing(same missing):doubled-suffix", "publish.not-everywhere"},
    {"a wildcard", KEY, "servers *.c.example.com TXT found " SPF "\n",
     "different(different different):wildcard", "publish.differs"},
    {"quotes kept", KEY,
     BOTH "TXT found \"\\\"v=DKIM1; k=ed25519; p=abc+/=\\\"\"\n",
     "different(different different):quotes-kept", "publish.differs"},
    {"swapped selectors", KEY "\nk2._domainkey.c.example.com TXT " OLD,
     BOTH "TXT found " OLD "\n"
     "servers k2._domainkey.c.example.com TXT found " ED "\n",
     "different(different different):other-selector"
     " different(different different):other-selector",
     "publish.differs publish.differs"},
    {"a former key", KEY,
     BOTH "TXT found \"v=DKIM1; k=ed25519; p=former\"\n",
     "different(different different):former-key", "publish.differs"},
    {"another customer's key", KEY,
     BOTH "TXT found \"v=DKIM1; k=ed25519; p=moomin\"\n",
     "different(different different):other-customer", "publish.differs"},
    {"a private key", KEY,
     BOTH "TXT found \"-----BEGIN PRIVATE KEY----- abc\"\n",
     "different(different different):private-key",
     "dkim.key-private publish.differs"},

    {"behind a zone cut", KEY,
     "192.0.2.1 " SEL " TXT referral c.example.com\n"
     "192.0.2.2 " SEL " TXT referral c.example.com\n"
     "* c.example.com SOA found ns3.example.com. h. 1 2 3 4 5\n"
     "resolver c.example.com NS found ns3.example.com.\n"
     "resolver ns3.example.com A found 192.0.2.3\n"
     "resolver ns3.example.com AAAA nodata\n"
     "192.0.2.3 " SEL " TXT found " ED "\n", "same(same)", ""},
    {"behind a zone cut whose servers are not known", KEY,
     "192.0.2.1 " SEL " TXT referral c.example.com\n"
     "192.0.2.2 " SEL " TXT referral c.example.com\n"
     "resolver c.example.com SOA servfail\n",
     "unknown()", "publish.missing?"},
    {"a referral upwards", KEY, BOTH "TXT referral com\n",
     "unknown(unknown unknown)", "publish.missing?"},
    {"the zone is not found", KEY, "resolver example.com SOA servfail\n",
     "unknown()", "publish.missing?"},
    {"a server without known address", KEY,
     "resolver ns2.example.com A servfail\n" BOTH "TXT found " ED "\n",
     "unknown(same unknown)", "publish.not-everywhere?"},
    {"a server without address", KEY,
     "resolver ns2.example.com A nodata\n" BOTH "TXT found " ED "\n",
     "same(same)", ""},
};

/* clang-format on */

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* ---- a run ---- */

struct run {
    struct arena *arena;       /* of what is expected */
    struct verify_input input; /* likewise */
    struct rulesource source;  /* the rules */
    struct view *view;         /* of the last run */
    struct verify_facts *facts;
    struct report *report;
    struct strbuf records, findings; /* told */
    bool resolvers_only;
};

static const char *
owner_of(void *context, struct slice key)
{
    (void)context;
    if (slice_equal(key, SLICE("former")))
        return "c";
    return slice_equal(key, SLICE("moomin")) ? "moomin" : NULL;
}

static void
add_expected(struct run *run, struct verify_expected *out, struct slice line)
{
    struct slice owner = rulesource_word(&line);
    struct slice *data = NULL;
    struct error err = ERROR_INIT;

    name_parse(&out->owner, owner, NULL);
    name_parse(&out->zone,
               slice_ends(owner, SLICE("esp.example")) ? SLICE("esp.example")
                                                       : SLICE("example.com"),
               NULL);
    out->type = rrtype_parse(rulesource_word(&line));
    while (line.n > 0) {
        struct slice one =
            slice_sub(line, 0, slice_search(line, SLICE(" | ")));

        line = slice_from(line, one.n + 3);
        data = arena_grow(run->arena, data, out->count, sizeof(*data));
        if (record_parse(run->arena, out->type, one, &data[out->count++], &err)
            != ST_OK)
            bail("expected '%.*s': %s", SLICE_ARGS(one), err.text);
    }
    out->data = data;
}

static void
open_run(struct run *run, const struct row *row)
{
    struct verify_expected *expected = NULL;
    struct slice rest = slice_of(row->expected), line;

    *run = (struct run){
        .arena = arena_new(), .records = STRBUF_INIT, .findings = STRBUF_INIT};
    while (slice_next(&rest, '\n', &line)) {
        expected = arena_grow(run->arena, expected, run->input.expected_count,
                              sizeof(*expected));
        add_expected(run, &expected[run->input.expected_count++], line);
    }
    name_parse(&run->input.domain, SLICE("c.example.com"), NULL);
    run->input.customer = "c";
    run->input.owner_of = owner_of;
    run->input.expected = expected;
    rulesource_open(&run->source,
                    arena_printf(run->arena, "%s%s", row->rules, WORLD));
}

static void
close_run(struct run *run)
{
    view_free(run->view);
    rulesource_close(&run->source);
    arena_free(run->arena);
    strbuf_clear(&run->records);
    strbuf_clear(&run->findings);
}

static void
analyse(void *context, struct view *view)
{
    struct run *run = context;

    run->facts = verify_collect(&run->input, view);
}

static void
tell_record(const struct verify_record *record, struct strbuf *out)
{
    strbuf_addf(out, "%s%s(", out->n > 0 ? " " : "",
                verify_word(record->state));
    for (size_t i = 0; i < record->server_count; i++)
        strbuf_addf(out, "%s%s%s", i > 0 ? " " : "",
                    verify_word(record->servers[i].state),
                    record->servers[i].is_failing ? "!" : "");
    strbuf_add_char(out, ')');
    if (record->diagnosis != NULL)
        strbuf_addf(out, ":%s", record->diagnosis->id);
}

/* With that question unanswered; NULL: all as the rules say. */
static void
run_it(struct run *run, const struct question *dead)
{
    struct view_settings settings = {.source = &run->source.source,
                                     .seed = 7,
                                     .resolvers_only = run->resolvers_only};

    view_free(run->view);
    run->source.dead = dead;
    run->view = engine_run_one(&settings, "c", analyse, run);
    run->report = verify_check(run->facts, view_run_arena(run->view));
    strbuf_cut(&run->records, 0);
    strbuf_cut(&run->findings, 0);
    for (size_t i = 0; i < run->facts->count; i++)
        tell_record(&run->facts->records[i], &run->records);
    for (size_t i = 0; i < report_count(run->report); i++) {
        const struct finding *finding = report_finding(run->report, i);

        strbuf_addf(&run->findings, "%s%s%s", i > 0 ? " " : "",
                    finding_def(finding->id)->name,
                    finding->state == FINDING_UNKNOWN ? "?" : "");
    }
}

/* ---- tests ---- */

/* Every {word} of sentence and remedy is supplied, and the contract's facts
   say the same. */
static void
test_words(const struct run *run, const char *name)
{
    struct arena *arena = view_run_arena(run->view);
    const struct value *facts = verify_value(run->facts, arena);
    const struct value *records = value_get(facts, "records");
    size_t bad = 0;

    for (size_t i = 0; i < report_count(run->report); i++) {
        const struct finding *finding = report_finding(run->report, i);

        if (strchr(finding_message(arena, finding), '{') != NULL
            || strchr(finding_remedy(arena, finding), '{') != NULL) {
            diag("%s", finding_message(arena, finding));
            bad++;
        }
    }
    for (size_t i = 0; i < run->facts->count; i++) {
        const struct value *one = value_element(records, i);
        const struct verify_record *record = &run->facts->records[i];

        bad += strcmp(value_as_text(value_get(one, "state")),
                      verify_word(record->state))
                       != 0
                   ? 1
                   : 0;
        bad += value_count(value_get(one, "servers")) != record->server_count;
        bad +=
            value_count(value_get(one, "expected")) != record->expected->count;
        bad += value_is_null(value_get(one, "diagnosis"))
               != (record->diagnosis == NULL);
    }
    is_int(0, (long long)bad, "%s: words", name);
}

/* What was found of a run: is it bad, and in which way? */
struct before {
    bool has[FIND_COUNT];   /* found or unknown */
    bool found[FIND_COUNT]; /* found */
    bool is_bad;            /* something is found */
    enum verify_state states[4];
};

static void
remember(const struct run *run, struct before *before)
{
    memset(before, 0, sizeof(*before));
    for (size_t i = 0; i < report_count(run->report); i++) {
        const struct finding *finding = report_finding(run->report, i);

        before->has[finding->id] = true;
        if (finding->state == FINDING_FOUND)
            before->found[finding->id] = before->is_bad = true;
    }
    for (size_t i = 0; i < run->facts->count && i < 4; i++)
        before->states[i] = run->facts->records[i].state;
}

/* Nothing new is found, but that not every server has what is not as it
   should be. */
static bool
is_allowed(const struct before *was, enum finding_id id)
{
    return was->found[id]
           || (id == FIND_PUBLISH_NOT_EVERYWHERE && was->is_bad);
}

/* Faults of the present run, compared with the run before. */
static size_t
count_faults(const struct run *run, const struct before *was)
{
    struct before is;
    size_t position = 0, faults = 0;
    enum finding_id id;
    bool known;

    remember(run, &is);
    for (int i = 0; i < FIND_COUNT; i++)
        faults += is.found[i] && !is_allowed(was, (enum finding_id)i) ? 1 : 0;
    while (report_each_decided(run->report, &position, &id, &known))
        faults += known && was->has[id] ? 1 : 0;
    for (size_t i = 0; i < run->facts->count && i < 4; i++) {
        enum verify_state state = is.states[i];

        faults += state != was->states[i]
                          && (state <= VERIFY_EXTRA || state == VERIFY_MISSING)
                      ? 1
                      : 0;
    }
    return faults;
}

/* Whichever answer does not come, nothing becomes good or absent by it. */
static void
test_gaps(struct run *run, const char *name)
{
    struct question *questions = NULL;
    const struct question *question;
    const struct answer *answer;
    size_t count = 0, position = 0, faults = 0;
    struct before was;

    remember(run, &was);
    while (view_each(run->view, &position, &question, &answer)) {
        questions =
            arena_grow(run->arena, questions, count, sizeof(*questions));
        questions[count++] = *question;
    }
    for (size_t i = 0; i < count; i++) {
        size_t n;

        run_it(run, &questions[i]);
        n = count_faults(run, &was);
        if (n > 0)
            diag("without %s type %u of %u: %s, %s",
                 name_bare(run->arena, &questions[i].name), questions[i].type,
                 questions[i].server.octets[3], run->records.p,
                 run->findings.p);
        faults += n;
    }
    is_int(0, (long long)faults, "%s: %zu answers that do not come", name,
           count);
}

static void
test_row(const struct row *row)
{
    struct run run;

    open_run(&run, row);
    run_it(&run, NULL);
    is_string(row->records, run.records.p, "%s: records", row->name);
    is_string(row->findings, run.findings.n == 0 ? "" : run.findings.p,
              "%s: findings", row->name);
    test_words(&run, row->name);
    test_gaps(&run, row->name);
    close_run(&run);
}

/* What the fields of a finding say to a machine. */
static void
test_fields(void)
{
    static const struct row row = {"fields", KEY,
                                   ONE "TXT found " ED "\n" TWO "TXT found "
                                       "\"v=DKIM1; k=ed25519; p=moomin\"\n",
                                   NULL, NULL};
    struct run run;
    const struct value *value;
    struct arena *arena;

    open_run(&run, &row);
    run_it(&run, NULL);
    arena = view_run_arena(run.view);
    value = finding_value(arena, report_finding(run.report, 0));
    is_string(
        "192.0.2.2",
        value_as_text(value_element(value_at(value, "fields.servers"), 0)),
        "the server that is not in step");
    is_int(1, (long long)value_count(value_at(value, "fields.servers")),
           "only that one");
    is_string("other-customer",
              value_as_text(value_at(value, "fields.mistake")), "the mistake");
    ok(strstr(value_as_text(value_at(value, "fields.note")), "'moomin'")
           != NULL,
       "whose key it is");
    is_string(
        ED,
        value_as_text(value_element(value_at(value, "fields.expected"), 0)),
        "what is expected");
    is_int(2, (long long)value_count(value_get(value, "evidence")),
           "what both servers said");
    close_run(&run);
}

/* Where resolvers are to be asked, and when they count. */
static void
test_resolvers(void)
{
    static const struct row there = {
        "resolver", KEY, "resolver " SEL " TXT found " ED "\n", NULL, NULL};
    static const struct row unreachable = {
        "unreachable", KEY,
        "resolver " SEL " TXT found " ED "\nservers example.com SOA timeout\n",
        NULL, NULL};
    static const struct row late = {"late", KEY, BOTH "TXT found " ED "\n",
                                    NULL, NULL};
    struct run run;

    open_run(&run, &there);
    run.resolvers_only = true;
    run_it(&run, NULL);
    is_string("same(same)", run.records.p, "resolvers only");
    close_run(&run);

    open_run(&run, &unreachable);
    run_it(&run, NULL);
    is_string("unknown()", run.records.p, "servers out of reach");
    is_string("publish.missing?", run.findings.p, "which proves nothing");
    run.input.trust_resolvers = true;
    run_it(&run, NULL);
    is_string("same(same)", run.records.p,
              "servers out of reach, resolvers trusted");
    close_run(&run);

    open_run(&run, &late);
    run.input.ask_resolvers = true;
    run_it(&run, NULL);
    is_string("missing(same same missing)", run.records.p,
              "a resolver that does not have it yet");
    is_string("publish.not-everywhere", run.findings.p, "which is said");
    ok(strstr(finding_message(run.arena, report_finding(run.report, 0)),
              "may still remember")
           != NULL,
       "as what it is");
    close_run(&run);

    open_run(&run, &there);
    run.input.ask_resolvers = true;
    run_it(&run, NULL);
    is_string("missing(missing missing)", run.records.p,
              "no resolver is asked before the servers have it");
    close_run(&run);
}

/* Nothing but the comparison. */
static void
test_no_diagnosis(void)
{
    static const struct row row = {"", KEY, "", NULL, NULL};
    struct run run;

    open_run(&run, &row);
    run.input.no_diagnosis = true;
    run_it(&run, NULL);
    is_string("missing(missing missing)", run.records.p, "no diagnosis");
    ok(!verify_is_good(run.facts), "missing is not good");
    ok(view_asked(run.view) < 12, "and few questions: %zu",
       view_asked(run.view));
    close_run(&run);
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < ROWS; i++)
        test_row(&rows[i]);
    test_fields();
    test_resolvers();
    test_no_diagnosis();
    return tap_done();
}
