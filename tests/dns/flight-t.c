/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Flights: where they go, how often they are tried, what is said of it. */
#include <errno.h>
#include <sys/wait.h>

#include "common/base/clock.h"
#include "common/dns/livecore.h"
#include "common/dns/view.h"
#include "tests/tap/tap.h"
#include "tests/world/faulty.h"

#define ROW(...)                                                              \
    {                                                                         \
        __VA_ARGS__                                                           \
    }

#define TIMEOUT_MS 10
#define TRIES      3

static struct live *
live_of(const struct address *resolvers, size_t count)
{
    struct live_settings settings = {.resolvers = resolvers,
                                     .resolver_count = count,
                                     .timeout_ms = TIMEOUT_MS,
                                     .tries = TRIES};
    struct source *source;

    if (live_new(&settings, &source, NULL) != ST_OK)
        bail("no source");
    return (struct live *)(void *)source;
}

static struct question
question_of(const char *text)
{
    struct name name;

    if (name_parse(&name, slice_of(text), NULL) != ST_OK)
        bail("bad name");
    return question_recursive(&name, RR_TXT);
}

static struct address
loopback(uint16_t port)
{
    return (struct address){
        .family = 4, .octets = {127, 0, 0, 1},
             .port = port
    };
}

static void
test_tries(uint16_t port)
{
    struct address address = loopback(port);
    struct live *live = live_of(&address, 1);
    struct view_settings settings = {.source = &live->source};
    struct view *view = view_new(&settings, "test");
    struct question question = question_of("drop.test");
    uint64_t begun = clock_elapsed_us();

    view_ask(view, &question);
    while (view_outstanding(view) > 0)
        live->source.ops->wait(&live->source, 100);
    is_int(TRIES, (long long)live->counts.sent, "as many messages as tries");
    is_int(TRIES - 1, (long long)live->counts.retried, "all but one again");
    is_int(1, (long long)live->counts.lost, "one question is given up");
    ok(clock_elapsed_us() - begun >= 7 * TIMEOUT_MS * 1000,
       "each wait is twice the one before");
    view_free(view);
    live->source.ops->free(&live->source);
}

/* One that waits long leaves its place in the lane to others. */
static void
test_place(uint16_t port)
{
    struct address address = loopback(port);
    struct live *live = live_of(&address, 1);
    struct question question = question_of("drop.test");
    struct flight *flight = flight_new(&question);
    const struct lane *lane = &live->resolvers[0]->lane;

    flight->tries = 1;
    flight_queue(flight, live->resolvers[0]);
    flightsend_pump(live);
    is_int(1, lane->out, "sent again, it has a place");
    flight_expire(live, flight->due_us);
    is_int(0, lane->out, "after the first wait it has none");
    is_int(FLIGHT_OUT, flight->state, "and is waited for all the same");
    is_int(1, flight->tries, "it is no further");
    flight_expire(live, flight->due_us);
    is_int(2, flight->tries, "after the rest of its wait it is");
    flightsend_pump(live);
    is_int(1, lane->out, "and has a place again");
    flight_free(flight);
    is_int(0, lane->out, "which it gives back");
    live->source.ops->free(&live->source);
}

/* Each try goes to the next; dead ones and those that declined are passed
   over. */
static void
test_server(void)
{
    struct address addresses[3] = {loopback(5391), loopback(5392),
                                   loopback(5393)};
    struct live *live = live_of(addresses, 3);
    struct question question = question_of("a.test");
    struct flight *flight = flight_new(&question);

    flight->home = 4;
    ok(flight_server(live, flight) == live->resolvers[1], "home");
    flight->tries = 1;
    ok(flight_server(live, flight) == live->resolvers[2], "the next one");
    flight->tries = 2;
    ok(flight_server(live, flight) == live->resolvers[0], "round and round");
    live->resolvers[0]->lane.dead = true;
    live->resolvers[0]->lane.probe_us = UINT64_MAX;
    ok(flight_server(live, flight) == live->resolvers[1],
       "a dead one is passed over");
    flight->declined = 2;
    ok(flight_server(live, flight) == live->resolvers[2],
       "so is one that declined");
    flight->declined = 6;
    ok(flight_server(live, flight) == live->resolvers[0],
       "a dead one is better than none");
    flight->declined = 7;
    ok(flight_server(live, flight) == NULL, "none is left");
    live->spread = false;
    flight->tries = 0;
    flight->declined = 0;
    live->resolvers[0]->lane.dead = false;
    ok(flight_server(live, flight) == live->resolvers[0],
       "the system's are asked in order");
    flight_free(flight);
    live->source.ops->free(&live->source);
}

/* Garbage that nobody can tell whose it was. */
static void
test_unclaimed(struct live *live, const struct question *question)
{
    struct flight *flight = flight_new(question);
    struct liveserver *server = live->resolvers[0];

    flightreply_ops.stray(server, NULL, SLICE("x"), "nonsense");
    is_string("nonsense", flight_failure(live, flight, server)->problem,
              "garbage counts for all that wait");
    is_int(OUTCOME_MALFORMED, flight_failure(live, flight, server)->outcome,
           "and is no silence");
    flight->first_us = server->stray_us + 1;
    is_int(OUTCOME_TIMEOUT, flight_failure(live, flight, server)->outcome,
           "but not for what was sent later");
    flight->first_us = 0;
    flight->tcp = true;
    is_int(OUTCOME_TIMEOUT, flight_failure(live, flight, server)->outcome,
           "nor for what waits by TCP");
    flight_free(flight);
}

static void
test_failure(void)
{
    static const struct {
        bool tcp, truncated;
        int error;
        const char *stray;
        enum outcome outcome;
        const char *problem;
    } rows[] = {
        ROW(false, false, 0, NULL, OUTCOME_TIMEOUT,
            "127.0.0.1@5391 does not answer"),
        ROW(false, false, ECONNREFUSED, NULL, OUTCOME_TIMEOUT,
            "nothing listens at 127.0.0.1@5391"),
        ROW(false, false, EHOSTUNREACH, NULL, OUTCOME_TIMEOUT,
            "127.0.0.1@5391 cannot be reached"),
        ROW(true, false, 0, NULL, OUTCOME_TIMEOUT,
            "127.0.0.1@5391 does not answer by TCP"),
        ROW(true, false, ECONNREFUSED, NULL, OUTCOME_TIMEOUT,
            "127.0.0.1@5391 refuses TCP"),
        ROW(true, true, 0, NULL, OUTCOME_TIMEOUT,
            "127.0.0.1@5391 truncates by UDP and does not answer by TCP"),
        ROW(true, true, ECONNREFUSED, NULL, OUTCOME_TIMEOUT,
            "127.0.0.1@5391 truncates by UDP and refuses TCP"),
        ROW(false, false, 0, "nonsense", OUTCOME_MALFORMED, "nonsense"),
    };
    struct address address = loopback(5391);
    struct live *live = live_of(&address, 1);
    struct question question = question_of("a.test");

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct flight *flight = flight_new(&question);
        const struct answer *answer;

        flight->tcp = rows[i].tcp;
        flight->truncated = rows[i].truncated;
        flight->error = rows[i].error;
        flight->stray_why = rows[i].stray;
        answer = flight_failure(live, flight, live->resolvers[0]);
        is_int(rows[i].outcome, answer->outcome, "%s: outcome",
               rows[i].problem);
        is_string(rows[i].problem, answer->problem, "%s", rows[i].problem);
        is_int(rows[i].truncated, answer->tc, "%s: TC", rows[i].problem);
        flight_free(flight);
    }
    test_unclaimed(live, &question);
    live->source.ops->free(&live->source);
}

static void
test_lines(void)
{
    struct address address = loopback(5391);
    struct live *live = live_of(&address, 1);
    struct question question = question_of("a.test");
    struct flight *flights[3];

    ok(flight_next_due(live) == UINT64_MAX, "nothing is due");
    for (size_t i = 0; i < 3; i++) {
        flights[i] = flight_new(&question);
        flights[i]->state = FLIGHT_PAUSING;
        flight_wait(live, flights[i], 1000000 * (3 - i));
    }
    is_int((long long)flights[2]->due_us, (long long)flight_next_due(live),
           "the shortest wait is due first");
    flight_expire(live, flights[1]->due_us);
    is_int(FLIGHT_QUEUED, flights[2]->state, "what was due is queued");
    is_int(FLIGHT_QUEUED, flights[1]->state, "all of it");
    is_int(FLIGHT_PAUSING, flights[0]->state, "and nothing else");
    for (size_t i = 0; i < 3; i++)
        flight_free(flights[i]);
    ok(flight_next_due(live) == UINT64_MAX, "a flight leaves its line");
    live->source.ops->free(&live->source);
}

/* AD (RFC 4035 section 3.2.3) is worth as much as the way from the resolver to
   us: it is believed of one on this machine, else when somebody says so. */
static void
test_ad(void)
{
    static const struct {
        const char *resolver;
        bool trust_ad;
        bool validated; /* wanted */
    } rows[] = {
        ROW("127.0.0.1", false, true),   ROW("127.9.9.9", false, true),
        ROW("::1", false, true),         ROW("192.0.2.53", false, false),
        ROW("192.0.2.53", true, true),   ROW("2001:db8::53", false, false),
        ROW("2001:db8::53", true, true), ROW("::127.0.0.1", false, false),
        ROW("::2", false, false),
    };
    /* QR RD RA AD; "a.test TXT"; one TXT record, "x". */
    static const char message[] = "\0\0\x81\xa0\0\1\0\1\0\0\0\0"
                                  "\1a\4test\0\0\x10\0\1"
                                  "\xc0\x0c\0\x10\0\1\0\0\0\x3c\0\2\1x";
    struct question question = question_of("a.test");

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct address address;
        struct live *live;
        struct view_settings settings = {0};
        struct view *view;
        const struct answer *answer;

        if (address_parse(&address, slice_of(rows[i].resolver), NULL) != ST_OK)
            bail("bad address");
        live = live_of(&address, 1);
        live->settings.trust_ad = rows[i].trust_ad;
        settings.source = &live->source;
        view = view_new(&settings, "test");
        view_ask(view, &question);
        flightreply_ops.answered(live->resolvers[0], NULL,
                                 RING_ENTRY(live->resolvers[0]->queue.next,
                                            struct flight, in_server),
                                 (struct slice){message, sizeof(message) - 1});
        view_begin(view);
        answer = view_ask(view, &question);
        ok(answer->outcome == OUTCOME_FOUND && answer->ad, "%s says AD",
           rows[i].resolver);
        is_int(rows[i].validated, answer->validated, "%s is believed%s: %s",
               rows[i].resolver, rows[i].trust_ad ? " with trust in AD" : "",
               rows[i].validated ? "yes" : "no");
        view_free(view);
        live->source.ops->free(&live->source);
    }
}

int
main(void)
{
    uint16_t port;
    pid_t pid = faulty_start("when drop.test. TXT drop\n", &port);

    if (pid < 0)
        skip_all("no server on loopback");
    plan_lazy();
    test_tries(port);
    test_place(port);
    test_server();
    test_failure();
    test_lines();
    test_ad();
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return tap_done();
}
