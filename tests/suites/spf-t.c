/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The openspf.org test suites for RFC 7208 and RFC 4408, over real DNS. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/dns/engine.h"
#include "common/dns/live.h"
#include "common/spf/spfcheck.h"
#include "tests/suites/spfserver.h"

/* A question that the suite leaves without an answer takes 1.5 seconds; all
   others are answered at once, by a server on this machine. */
#define TIMEOUT_MS 500
#define TRIES      2
/* Values of one line. */
#define VALUES_MAX 16

/*
 * What RFC 7208 changed: RFC 4408's suite allows several results here, of
 * which RFC 7208 leaves one.  All others are the same in both.
 */
static const struct {
    const char *id;      /* of the test of RFC 4408 */
    const char *section; /* of RFC 7208 that decides */
    const char *result;  /* by it */
} differences[] = {
  /* there is no record of type SPF any more: TXT alone decides */
    {"txtonly",         "3.1",   "fail"     },
    {"spfonly",         "3.1",   "none"     },
    {"spftimeout",      "3.1",   "fail"     },
    {"txttimeout",      "4.4",   "temperror"},
    {"nospftxttimeout", "4.4",   "temperror"},
    {"spfoverride",     "3.1",   "fail"     },
    {"multitxt1",       "4.5",   "permerror"},
    {"multispf2",       "3.1",   "pass"     },
 /* an error of any mechanism's lookup is a temperror */
    {"exists-dnserr",   "5",     "temperror"},
 /* an IPv4-mapped client is an IPv4 client, and nothing else */
    {"cidr6-0-ip4",     "5",     "neutral"  },
    {"cidr6-ip4",       "5",     "neutral"  },
 /* more than ten MX names are an error */
    {"mx-limit",        "4.6.4", "permerror"},
};

struct suite_test {
    char *id;
    char *spec;
    struct strbuf helo, sender;
    struct strbuf explanation; /* p "": not said */
    bool has_explanation;
    char *results; /* "pass softfail" */
    struct address ip;
    struct strbuf seen;        /* result */
    struct strbuf seen_reason; /* explanation */
    bool has_seen_reason;
};

struct scenario {
    struct arena *arena;
    char *name;
    struct spfserver server;
    struct suite_test *tests;
    size_t count;
    size_t next; /* for the engine */
};

/* "%XX" undone; "%" alone is nothing. */
static struct slice
decode(struct arena *arena, struct slice text)
{
    struct strbuf out = STRBUF_INIT;
    struct slice copy;

    for (size_t i = 0; i < text.n; i++) {
        char hex[3] = {0};

        if (text.p[i] != '%' || text.n - i < 3) {
            if (text.p[i] != '%')
                strbuf_add_char(&out, text.p[i]);
            continue;
        }
        memcpy(hex, text.p + i + 1, 2);
        strbuf_add_char(&out, (char)strtol(hex, NULL, 16));
        i += 2;
    }
    copy = arena_slice(arena, strbuf_slice(&out));
    strbuf_clear(&out);
    return copy;
}

static void
add_zone_line(struct scenario *scenario, struct slice rest)
{
    struct slice values[VALUES_MAX], word;
    size_t count = 0;
    uint16_t type;

    while (count < VALUES_MAX && slice_next(&rest, ' ', &word))
        values[count++] = decode(scenario->arena, word);
    type = slice_equal(values[1], SLICE("TIMEOUT")) ? 0
           : slice_equal(values[1], SLICE("SPF"))   ? (uint16_t)RR_SPF
                                                    : rrtype_parse(values[1]);
    spfserver_add(&scenario->server, values[0], type, values + 2, count - 2);
}

static void
add_test(struct scenario *scenario, struct slice id)
{
    scenario->tests = arena_grow(scenario->arena, scenario->tests,
                                 scenario->count, sizeof(*scenario->tests));
    scenario->tests[scenario->count++] = (struct suite_test){
        .id = arena_text(scenario->arena, id),
        .helo = STRBUF_INIT,
        .sender = STRBUF_INIT,
        .explanation = STRBUF_INIT,
        .seen = STRBUF_INIT,
        .seen_reason = STRBUF_INIT,
    };
}

static void
add_test_line(struct scenario *scenario, struct slice key, struct slice value)
{
    struct suite_test *test = &scenario->tests[scenario->count - 1];
    struct slice plain = decode(scenario->arena, value);

    if (slice_equal(key, SLICE("helo")))
        strbuf_add_slice(&test->helo, plain);
    else if (slice_equal(key, SLICE("mailfrom")))
        strbuf_add_slice(&test->sender, plain);
    else if (slice_equal(key, SLICE("host")))
        address_parse(&test->ip, plain, NULL);
    else if (slice_equal(key, SLICE("spec")))
        test->spec = arena_text(scenario->arena, plain);
    else if (slice_equal(key, SLICE("result")))
        test->results = arena_text(scenario->arena, value);
    else if (slice_equal(key, SLICE("explanation"))) {
        strbuf_add_slice(&test->explanation, plain);
        test->has_explanation = true;
    }
}

static void *
next_test(void *context, const char **name)
{
    struct scenario *scenario = context;

    if (scenario->next == scenario->count)
        return NULL;
    *name = scenario->tests[scenario->next].id;
    return &scenario->tests[scenario->next++];
}

static void
analyse(void *context, void *subject, struct view *view)
{
    struct suite_test *test = subject;
    struct spfcheck_input input = {
        .ip = test->ip,
        .sender = strbuf_slice(&test->sender),
        .helo = strbuf_slice(&test->helo),
    };
    const struct spfcheck *check = spfcheck_run(view, &input);

    (void)context;
    strbuf_cut(&test->seen, 0);
    strbuf_cut(&test->seen_reason, 0);
    strbuf_add_text(&test->seen, spfresult_word(check->result));
    test->has_seen_reason = check->explanation.p != NULL;
    strbuf_add_slice(&test->seen_reason, check->explanation);
}

static void
finish(void *context, void *subject, struct view *view)
{
    (void)context;
    (void)subject;
    (void)view;
}

/* Is word one of the words of list? */
static bool
is_among(const char *list, const char *word)
{
    struct slice rest = slice_of(list), item;

    while (slice_next(&rest, ' ', &item))
        if (slice_equal(item, slice_of(word)))
            return true;
    return false;
}

static bool
explanation_is_right(const struct suite_test *test)
{
    if (!test->has_explanation)
        return true;
    if (strcmp(test->explanation.p, "DEFAULT") == 0)
        return !test->has_seen_reason;
    return test->has_seen_reason
           && slice_equal(strbuf_slice(&test->explanation),
                          strbuf_slice(&test->seen_reason));
}

static void
judge(const struct suite_test *test, bool is_4408)
{
    const char *wanted = test->results;

    for (size_t i = 0;
         is_4408 && i < sizeof(differences) / sizeof(*differences); i++)
        if (strcmp(differences[i].id, test->id) == 0) {
            diag("%s: RFC 7208 section %s", test->id, differences[i].section);
            wanted = differences[i].result;
        }
    if (!ok(is_among(wanted, test->seen.p) && explanation_is_right(test),
            "%s (%s)", test->id, test->spec))
        diag("wanted %s '%s', saw %s '%s'", wanted, test->explanation.p,
             test->seen.p, test->seen_reason.p);
}

static void
clear_tests(struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->count; i++) {
        strbuf_clear(&scenario->tests[i].helo);
        strbuf_clear(&scenario->tests[i].sender);
        strbuf_clear(&scenario->tests[i].explanation);
        strbuf_clear(&scenario->tests[i].seen);
        strbuf_clear(&scenario->tests[i].seen_reason);
    }
}

/* All tests of a scenario at once, against a server of its own. */
static void
run_scenario(struct scenario *scenario, bool is_4408)
{
    static const struct engine_ops ops = {next_test, analyse, finish, NULL};
    struct live_settings live = {
        .resolver_count = 1, .timeout_ms = TIMEOUT_MS, .tries = TRIES};
    struct view_settings settings = {.seed = 1};
    struct error err = ERROR_INIT;
    struct address resolver = {
        .family = 4, .octets = {127, 0, 0, 1}
    };

    if (scenario->count == 0)
        return;
    spfserver_copy_spf(&scenario->server);
    spfserver_start(&scenario->server);
    resolver.port = scenario->server.port;
    live.resolvers = &resolver;
    if (live_new(&live, &settings.source, &err) != ST_OK)
        bail("%s", err.text);
    if (engine_run(&settings, scenario->count, &ops, scenario, NULL) != ST_OK)
        bail("the engine stopped");
    source_free(settings.source);
    spfserver_stop(&scenario->server);
    diag("%s", scenario->name);
    for (size_t i = 0; i < scenario->count; i++)
        judge(&scenario->tests[i], is_4408);
    clear_tests(scenario);
    scenario->count = scenario->next = 0;
    scenario->tests = NULL;
}

/* One line of spfsuite.pl's; returns 1 for a test. */
static size_t
read_line(struct scenario *scenario, struct slice line, bool is_4408)
{
    struct slice key = slice_sub(line, 0, slice_find(line, ' '));
    struct slice rest = slice_from(line, key.n + 1);

    if (slice_equal(key, SLICE("scenario"))) {
        run_scenario(scenario, is_4408);
        scenario->name =
            arena_text(scenario->arena, decode(scenario->arena, rest));
    } else if (slice_equal(key, SLICE("zone"))) {
        add_zone_line(scenario, rest);
    } else if (slice_equal(key, SLICE("test"))) {
        add_test(scenario, rest);
        return 1;
    } else {
        add_test_line(scenario, key, rest);
    }
    return 0;
}

static void
run_suite(const char *folder, const char *file, size_t wanted)
{
    struct scenario scenario = {.arena = arena_new()};
    char *command, *line = NULL;
    size_t room = 0, count = 0;
    ssize_t n;
    FILE *pipe;

    scenario.server.arena = scenario.arena;
    command = arena_printf(scenario.arena, "perl '%s' <'%s/spf/%s'",
                           tap_path("tests/suites/spfsuite.pl"), folder, file);
    pipe = popen(command, "r");
    if (pipe == NULL)
        bail("cannot run perl");
    diag("%s", file);
    while ((n = getline(&line, &room, pipe)) > 0)
        count += read_line(&scenario, (struct slice){line, (size_t)n - 1},
                           strstr(file, "4408") != NULL);
    run_scenario(&scenario, strstr(file, "4408") != NULL);
    is_int(0, pclose(pipe), "%s is read", file);
    is_int((long long)wanted, (long long)count, "%s has all its tests", file);
    free(line);
    arena_free(scenario.arena);
}

int
main(void)
{
    const char *folder = getenv("SELKIE_SUITES");
    char probe[4096];

    if (folder == NULL)
        folder = tap_path("../shared/suites");
    folder = strdup(folder);
    snprintf(probe, sizeof(probe), "%s/spf/rfc7208-tests.yml", folder);
    if (access(probe, R_OK) != 0) {
        fprintf(stderr,
                "# SKIPPED: the SPF suites are not at '%s': set"
                " SELKIE_SUITES to the folder that holds them\n",
                folder);
        skip_all("no SPF suites at '%s'", folder);
    }
    plan_lazy();
    run_suite(folder, "rfc7208-tests.yml", 203);
    run_suite(folder, "rfc4408-tests.yml", 191);
    free((void *)(uintptr_t)folder);
    return tap_done();
}
