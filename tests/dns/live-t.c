/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live source against a server of faults on loopback. */
#include "common/dns/live.h"

#include "tests/dns/liveask.h"

static const char script[] =
    "rr test. 60 SOA ns.test. host.test. 1 3600 600 86400 60\n"
    "rr ns.test. 60 A 127.0.0.1\n"
    "rr plain.test. 60 TXT \"one\"\n"
    "rr long.test. 60 TXT @1800\n"
    "rr huge.test. 60 TXT @64000\n"
    "rr below.ent.test. 60 TXT \"x\"\n"
    "rr zero.test. 0 TXT \"zero\"\n"
    "rr a.loop.test. 60 CNAME b.loop.test.\n"
    "rr b.loop.test. 60 CNAME a.loop.test.\n"
    "rr drop.test. 60 TXT \"x\"\n"
    "when drop.test. TXT drop\n"
    "rr once.test. 60 TXT \"again\"\n"
    "when once.test. TXT drop 1\n"
    "rr late.test. 60 TXT \"late\"\n"
    "when late.test. TXT delay 45\n"
    "rr id.test. 60 TXT \"x\"\n"
    "when id.test. TXT wrong-id\n"
    "rr address.test. 60 TXT \"x\"\n"
    "when address.test. TXT wrong-address\n"
    "rr question.test. 60 TXT \"x\"\n"
    "when question.test. TXT wrong-question\n"
    "when garbage.test. TXT garbage\n"
    "when empty.test. TXT empty\n"
    "when noqr.test. TXT no-qr\n"
    "when compression.test. TXT loop\n"
    "when refused.test. TXT refused\n"
    "when servfail.test. TXT servfail\n"
    "when bare.test. TXT servfail-bare\n"
    "when notimp.test. TXT notimp\n"
    "when formerr.test. TXT formerr\n"
    "rr old.test. 60 TXT \"old\"\n"
    "when old.test. TXT formerr-edns\n"
    "rr older.test. 60 TXT \"older\"\n"
    "when older.test. TXT formerr-bare\n"
    "rr cut.test. 60 TXT \"whole\"\n"
    "when cut.test. TXT truncate\n"
    "rr part.test. 60 TXT \"whole part\"\n"
    "when part.test. TXT part\n"
    "rr notcp.test. 60 TXT \"x\"\n"
    "when notcp.test. TXT truncate-no-tcp\n"
    "rr deaf.test. 60 TXT \"x\"\n"
    "when deaf.test. TXT truncate-deaf\n"
    "rr ad.test. 60 TXT \"ad\"\n"
    "when ad.test. TXT ad\n"
    "rr bogus.test. 60 TXT \"b\"\n"
    "when bogus.test. TXT bogus\n"
    "when . SOA ad\n"
    "rr . 60 SOA a. b. 1 2 3 4 5\n";

struct row {
    const char *name;         /* asked, TXT */
    enum outcome outcome;     /* wanted */
    const char *text;         /* of the record, or NULL */
    const char *problem;      /* part of it, or NULL */
    enum transport transport; /* of the question */
    unsigned timeout_ms;      /* first wait */
};

#define GOOD(name, outcome, text, transport)                                  \
    {                                                                         \
        name, outcome, text, NULL, transport, PATIENT_MS                      \
    }
#define ODD(name, outcome, text, problem)                                     \
    {                                                                         \
        name, outcome, text, problem, TRANSPORT_AUTO, PATIENT_MS              \
    }
#define LOST(name, outcome, problem)                                          \
    {                                                                         \
        name, outcome, NULL, problem, TRANSPORT_AUTO, SHORT_MS                \
    }

static const struct row rows[] = {
    GOOD("plain.test.", OUTCOME_FOUND, "one", TRANSPORT_AUTO),
    GOOD("plain.test.", OUTCOME_FOUND, "one", TRANSPORT_TCP),
    GOOD("plain.test.", OUTCOME_FOUND, "one", TRANSPORT_UDP),
    GOOD("ent.test.", OUTCOME_NODATA, NULL, TRANSPORT_AUTO),
    GOOD("absent.test.", OUTCOME_NXDOMAIN, NULL, TRANSPORT_AUTO),
    GOOD("once.test.", OUTCOME_FOUND, "again", TRANSPORT_AUTO),
    GOOD("refused.test.", OUTCOME_REFUSED, NULL, TRANSPORT_AUTO),
    GOOD("servfail.test.", OUTCOME_SERVFAIL, NULL, TRANSPORT_AUTO),
    GOOD("bare.test.", OUTCOME_SERVFAIL, NULL, TRANSPORT_AUTO),
    GOOD("notimp.test.", OUTCOME_SERVFAIL, NULL, TRANSPORT_AUTO),
    GOOD("formerr.test.", OUTCOME_SERVFAIL, NULL, TRANSPORT_AUTO),
    GOOD("old.test.", OUTCOME_SERVFAIL, NULL, TRANSPORT_UDP),
    GOOD("older.test.", OUTCOME_SERVFAIL, NULL, TRANSPORT_UDP),
    GOOD("cut.test.", OUTCOME_FOUND, "whole", TRANSPORT_AUTO),
    GOOD("part.test.", OUTCOME_FOUND, "whole part", TRANSPORT_AUTO),
    ODD("old.test.", OUTCOME_FOUND, "old", "FORMERR"),
    ODD("older.test.", OUTCOME_FOUND, "older", "FORMERR"),
    ODD("noqr.test.", OUTCOME_MALFORMED, NULL, ""),
    ODD("compression.test.", OUTCOME_MALFORMED, NULL, ""),
    LOST("drop.test.", OUTCOME_TIMEOUT, "does not answer"),
    LOST("id.test.", OUTCOME_MALFORMED, "another id"),
    LOST("address.test.", OUTCOME_TIMEOUT, "does not answer"),
    LOST("question.test.", OUTCOME_MALFORMED, "another question"),
    LOST("garbage.test.", OUTCOME_MALFORMED, "too short"),
    LOST("empty.test.", OUTCOME_MALFORMED, "too short"),
    LOST("notcp.test.", OUTCOME_TIMEOUT, "truncates by UDP"),
    LOST("deaf.test.", OUTCOME_TIMEOUT, "not answer by TCP"),
    {"late.test.", OUTCOME_FOUND, "late", NULL, TRANSPORT_AUTO, SHORT_MS},
};

static void
test_row(const struct view_settings *settings, const struct row *row)
{
    struct asking asking = {.runs = 0};
    struct view *view = look_up(settings, &asking, row->name, row->transport);
    const struct answer *answer = asking.answer;

    is_string(outcome_word(row->outcome), outcome_word(answer->outcome),
              "%s: outcome", row->name);
    is_string(row->text, text_of(view, answer), "%s: record", row->name);
    if (row->problem == NULL)
        is_string(NULL, answer->problem, "%s: no problem", row->name);
    else
        ok(answer->problem != NULL
               && strstr(answer->problem, row->problem) != NULL,
           "%s: says '%s' (%s)", row->name, row->problem,
           answer->problem == NULL ? "" : answer->problem);
    view_free(view);
}

static void
test_rows(uint16_t port)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct source *source = new_source(port, rows[i].timeout_ms);
        struct view_settings settings = {.source = source};

        test_row(&settings, &rows[i]);
        source_free(source);
    }
}

/* Size and flags of single answers. */
static void
test_answers(uint16_t port)
{
    struct source *source = new_source(port, PATIENT_MS);
    struct view_settings settings = {.source = source};
    struct asking asking = {.runs = 0};
    struct live_counts counts;
    struct view *view =
        look_up(&settings, &asking, "huge.test.", TRANSPORT_AUTO);

    is_int(64000, (long long)strlen(text_of(view, asking.answer)),
           "64,000 octets come by TCP");
    live_counts(source, &counts);
    is_int(1, (long long)counts.tcp, "by one message");
    view_free(view);
    view = look_up(&settings, &asking, "long.test.", TRANSPORT_UDP);
    ok(asking.answer->tc, "by UDP alone, truncation is the answer");
    view_free(view);
    view = look_up(&settings, &asking, "ad.test.", TRANSPORT_AUTO);
    ok(asking.answer->validated, "AD of a resolver on loopback counts");
    ok(strncmp(asking.answer->server, "127.0.0.1@", 10) == 0,
       "the server has a name");
    view_free(view);
    view = look_up(&settings, &asking, "notcp.test.", TRANSPORT_AUTO);
    ok(asking.answer->tc, "truncation without TCP keeps TC");
    view_free(view);
    source_free(source);
}

static void
test_zero_ttl(uint16_t port)
{
    struct source *source = new_source(port, PATIENT_MS);
    struct view_settings settings = {.source = source};
    struct asking asking = {.runs = 0};
    struct live_counts counts;

    for (int i = 0; i < 2; i++)
        view_free(look_up(&settings, &asking, "zero.test.", TRANSPORT_AUTO));
    live_counts(source, &counts);
    is_int(2, (long long)counts.sent, "TTL 0 is not kept");
    source_free(source);
}

struct direct {
    struct address server;       /* asked */
    const struct answer *answer; /* what came */
};

static void
ask_direct(void *context, struct view *view)
{
    struct direct *direct = context;
    struct name name = name_of("plain.test.");

    direct->answer = view_lookup_at(view, &direct->server, &name, RR_TXT);
}

/* Questions to one server: the port, families without use or route. */
static void
test_direct(uint16_t port)
{
    struct address resolver = {
        .family = 4, .octets = {127, 0, 0, 1},
             .port = port
    };
    struct live_settings live = {.resolvers = &resolver,
                                 .resolver_count = 1,
                                 .timeout_ms = PATIENT_MS,
                                 .authority_port = port,
                                 .no_ipv6 = true};
    struct view_settings settings = {0};
    struct direct direct = {
        .server = {.family = 4, .octets = {127, 0, 0, 1}}
    };
    struct view *view;

    if (live_new(&live, &settings.source, NULL) != ST_OK)
        bail("no source");
    view = engine_run_one(&settings, "test", ask_direct, &direct);
    is_string("found", outcome_word(direct.answer->outcome),
              "the authority port is used");
    ok(direct.answer->aa, "the server is authoritative");
    ok(!direct.answer->validated, "AD is for resolvers");
    view_free(view);
    direct.server = (struct address){
        .family = 6, .octets = {0x20, 1}
    };
    view = engine_run_one(&settings, "test", ask_direct, &direct);
    is_string("refused", outcome_word(direct.answer->outcome),
              "a family that is off is not asked");
    is_int(0xffff, direct.answer->rcode, "no message came");
    view_free(view);
    source_free(settings.source);
}

static void
test_settings(void)
{
    struct address address = {.family = 6, .octets = {[15] = 1}, .port = 53};
    struct live_settings settings = {
        .resolvers = &address, .resolver_count = 1, .no_ipv6 = true};
    struct source *source = NULL;
    struct error err = ERROR_INIT;

    is_int(ST_NOT_FOUND, live_new(&settings, &source, &err),
           "no resolver is left");
    ok(strstr(err.text, "--resolver") != NULL, "the sentence helps");
}

/* A view that ends while its question is out gets nothing more. */
static void
test_forget(uint16_t port)
{
    struct source *source = new_source(port, SHORT_MS);
    struct view_settings settings = {.source = source};
    struct view *gone = view_new(&settings, "gone");
    struct view *kept = view_new(&settings, "kept");
    struct name name = name_of("late.test.");

    view_lookup(gone, &name, RR_TXT);
    view_lookup(kept, &name, RR_TXT);
    view_free(gone);
    while (view_outstanding(kept) > 0)
        if (!source->ops->wait(source, 100))
            break;
    is_int(1, (long long)view_news(kept), "the other view gets its answer");
    ok(!source->ops->wait(source, 0), "nothing is outstanding then");
    view_free(kept);
    gone = view_new(&settings, "gone");
    name = name_of("drop.test.");
    view_lookup(gone, &name, RR_TXT);
    source->ops->wait(source, 1);
    view_free(gone);
    source_free(source);
    ok(true, "a source ends with a question out");
}

/* SERVFAIL, data with CD, and a resolver that validates. */
static void
lookup_bogus(void *context, struct view *view)
{
    struct direct *direct = context;
    struct name name = name_of("bogus.test.");

    direct->answer = view_lookup(view, &name, RR_TXT);
}

static void
test_bogus(uint16_t port)
{
    struct view_settings settings = {.source = new_source(port, PATIENT_MS)};
    struct direct direct = {.answer = NULL};
    struct view *view =
        engine_run_one(&settings, "test", lookup_bogus, &direct);

    is_string("bogus", outcome_word(direct.answer->outcome),
              "a validator's SERVFAIL with data behind it is bogus");
    view_free(view);
    source_free(settings.source);
}

int
main(void)
{
    uint16_t port;
    pid_t pid = faulty_start(script, &port);

    if (pid < 0)
        skip_all("no server on loopback");
    plan_lazy();
    test_rows(port);
    test_answers(port);
    test_zero_ttl(port);
    test_direct(port);
    test_settings();
    test_forget(port);
    test_bogus(port);
    stop_faulty(pid);
    return tap_done();
}
