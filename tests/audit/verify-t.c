/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/audit/verify.c, verifyset.c, verifyprobe.c and
   check_verify.c: two servers that say all sorts of things, and answers that
   do not come. */
#include "common/audit/verify.h"

#include "tests/audit/rulesource.h"
#include "tests/audit/verifyrows.h"

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
    enum sight sights[4];
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
    for (size_t i = 0; i < run->facts->count && i < 4; i++) {
        before->states[i] = run->facts->records[i].state;
        before->sights[i] = verify_sight(&run->facts->records[i]);
    }
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
        faults +=
            is.sights[i] != was->sights[i] && is.sights[i] != SIGHT_UNKNOWN
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

/* Of the first record of some rows: '+' seen, '-' gone, '?' unknown. */
static const struct {
    const char *name;
    char sight;
} sights[] = {
    {"all is there",                                      '+'},
    {"nothing is there",                                  '-'},
    {"something else is there",                           '-'},
    {"same key, other tags",                              '?'},
    {"same key, in quotes that were kept",                '?'},
    {"same key, other tags, at one of two",               '?'},
    {"same key, at the end of an alias",                  '?'},
    {"another key, other tags",                           '-'},
    {"the key revoked",                                   '-'},
    {"blanks that do not count",                          '+'},
    {"one server is stale",                               '?'},
    {"one server lacks it",                               '?'},
    {"one differs, one lacks it",                         '-'},
    {"one server is silent",                              '?'},
    {"REFUSED at one of two",                             '?'},
    {"one lacks it, one is silent",                       '?'},
    {"both are silent",                                   '?'},
    {"malformed answers",                                 '?'},
    {"an old key beside it",                              '?'},
    {"a token beside a key",                              '?'},
    {"an alias out of the zone to the same",              '?'},
    {"an alias out of the zone to what its servers have", '+'},
    {"an alias out of the zone to what they lack",        '-'},
    {"an alias whose end they lead on",                   '?'},
    {"an alias whose end nobody knows",                   '?'},
    {"the expected alias",                                '+'},
    {"another alias",                                     '-'},
    {"the right key pasted",                              '?'},
    {"another key pasted",                                '-'},
    {"a key pasted, and nobody knows the right one",      '?'},
    {"the alias is there, and TXT fails",                 '?'},
    {"no alias",                                          '-'},
    {"behind a zone cut",                                 '+'},
    {"behind a zone cut whose servers are not known",     '?'},
    {"a referral upwards",                                '?'},
    {"the zone is not found",                             '?'},
    {"a server without known address",                    '?'},
    {"a server without address",                          '+'},
};

static void
test_sights(void)
{
    static const char letters[] = {
        [SIGHT_UNKNOWN] = '?', [SIGHT_SEEN] = '+', [SIGHT_GONE] = '-'};

    for (size_t i = 0; i < sizeof(sights) / sizeof(sights[0]); i++) {
        struct run run;
        size_t k = 0;

        while (k < ROWS && strcmp(rows[k].name, sights[i].name) != 0)
            k++;
        if (k == ROWS)
            bail("no row '%s'", sights[i].name);
        open_run(&run, &rows[k]);
        run_it(&run, NULL);
        is_int(sights[i].sight, letters[verify_sight(&run.facts->records[0])],
               "%s: %c", sights[i].name, sights[i].sight);
        close_run(&run);
    }
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
    is_int(SIGHT_UNKNOWN, verify_sight(&run.facts->records[0]),
           "resolvers only: it was not seen");
    close_run(&run);

    open_run(&run, &unreachable);
    run_it(&run, NULL);
    is_string("unknown()", run.records.p, "servers out of reach");
    is_string("publish.missing?", run.findings.p, "which proves nothing");
    run.input.trust_resolvers = true;
    run_it(&run, NULL);
    is_string("same(same)", run.records.p,
              "servers out of reach, resolvers trusted");
    is_int(SIGHT_UNKNOWN, verify_sight(&run.facts->records[0]),
           "servers out of reach, resolvers trusted: it was not seen");
    close_run(&run);

    open_run(&run, &late);
    run.input.ask_resolvers = true;
    run_it(&run, NULL);
    is_string("missing(same same missing)", run.records.p,
              "a resolver that does not have it yet");
    is_string("publish.not-everywhere", run.findings.p, "which is said");
    is_int(SIGHT_SEEN, verify_sight(&run.facts->records[0]),
           "but the servers have it");
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

/* ---- resolvers that are only shown ---- */

static const struct {
    const char *name;
    const char *rules;
    const char *records; /* as in rows: the resolver is none of them */
    const char *state;   /* of the resolver; "": it is not asked */
} shown[] = {
    {"all have it",                          "* " SEL " TXT found " ED "\n", "same(same same)", "same"     },
    {"the resolver has the former one",
     BOTH "TXT found " ED "\nresolver " SEL " TXT found " OLD "\n",
     "same(same same)",                                                                         "different"},
    {"the resolver fails",
     BOTH "TXT found " ED "\nresolver " SEL " TXT servfail\n",
     "same(same same)",                                                                         "unknown"  },
    {"it would remember that there is none", ONE "TXT found " ED "\n",
     "missing(same missing)",                                                                   ""         },
    {"no server answers",                    "* " SEL " TXT timeout\n",
     "unknown(unknown unknown)",                                                                ""         },
};

static void
test_shown(size_t i)
{
    struct row row = {.expected = KEY, .rules = shown[i].rules};
    const struct verify_server *resolver;
    struct run run;

    open_run(&run, &row);
    run.input.show_resolvers = true;
    run_it(&run, NULL);
    resolver = &run.facts->records[0].resolver;
    is_int(0,
           strncmp(run.records.p, shown[i].records, strlen(shown[i].records)),
           "%s: %s", shown[i].name, shown[i].records);
    is_string(shown[i].state,
              resolver->answer == NULL ? "" : verify_word(resolver->state),
              "%s: the resolver", shown[i].name);
    close_run(&run);
}

/* ---- the words of DNS hosts' forms ---- */

/* A server's name tells whose form it is. */
static const struct {
    const char *server;
    const char *expected;
    const char *rules;
    const char *mistake;
    const char *hint; /* NULL: nothing is said */
} forms[] = {
    {"dns1.registrar-servers.com", KEY,   "",                                      "other",
     "in the field Host of Namecheap type k1._domainkey.c: the domain is added"
     " to it"                                                                                                                                                      },
    {"ns1.domaincontrol.com",      KEY,
     "192.0.2.1 " SEL " TXT nodata\n"
     "192.0.2.1 " SEL ".example.com TXT found " ED "\n",
     "doubled-suffix",                                                                      "in the field Name of GoDaddy type k1._domainkey.c: the domain is added"
     " to it"                                                                                                                                },
    {"amy.ns.cloudflare.com",      ALIAS, "192.0.2.1 " SEL " A found 192.0.2.7\n",
     "proxied-cname",                                                                       "Cloudflare proxies aliases: set the record's proxy status to DNS only"},
    {"amy.ns.cloudflare.com",      KEY,
     "192.0.2.1 " SEL " TXT found \"v=DKIM1; k=ED25519; p=abc+/=\"\n",
     "key-type-case",                                                                       "the value goes into the field 'Content' of Cloudflare"                },
    {"ns1.digitalocean.com",       ALIAS, "192.0.2.1 " SEL " TXT found " ED "\n",
     "pasted-other-key",                                                                    "the value goes into the field 'Is an alias of' of DigitalOcean"       },
    {"ns-7.awsdns-00.com",         KEY,
     "192.0.2.1 " SEL " TXT found \"v=DKIM1; k=ed25519;\" | \" p=abc+/=\"\n",
     "split-records",                                                                       "at Amazon Route 53 type it as several strings in quotes, each of up to"
     " 255 characters, with a blank between them"                                                                                             },
    {"ns1.example.org",            KEY,   "",                                      "other", NULL                                                                   },
};

static const struct value *
field_of(struct run *run, const char *path)
{
    return value_at(finding_value(run->arena, report_finding(run->report, 0)),
                    path);
}

static void
test_form(size_t i)
{
    struct row row = {.expected = forms[i].expected};
    struct run run;
    struct arena *arena = arena_new();

    row.rules = arena_printf(arena,
                             "%sresolver example.com NS found %s.\n"
                             "resolver %s A found 192.0.2.1\n"
                             "resolver %s AAAA nodata\n",
                             forms[i].rules, forms[i].server, forms[i].server,
                             forms[i].server);
    open_run(&run, &row);
    run_it(&run, NULL);
    if (report_count(run.report) == 0)
        bail("nothing is wrong at %s", forms[i].server);
    is_string(forms[i].mistake,
              value_as_text(field_of(&run, "fields.mistake")),
              "%s: the mistake", forms[i].server);
    is_string(forms[i].hint == NULL ? "" : forms[i].hint,
              value_as_text(field_of(&run, "fields.hint")), "%s: in its words",
              forms[i].server);
    close_run(&run);
    arena_free(arena);
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
    test_sights();
    test_fields();
    test_resolvers();
    for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
        test_shown(i);
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
        test_form(i);
    test_no_diagnosis();
    return tap_done();
}
