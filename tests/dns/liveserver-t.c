/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Servers of the live source: found again, forgotten, their sockets closed
   and replaced. */
#include <stdio.h>
#include <sys/wait.h>

#include "common/base/clock.h"
#include "common/dns/livecore.h"
#include "common/dns/view.h"
#include "tests/tap/tap.h"
#include "tests/world/faulty.h"

#define PATIENT_MS 2000
#define MINUTE_US  UINT64_C(60000000)

static struct live *
live_at(uint16_t port)
{
    struct address address = {
        .family = 4, .octets = {127, 0, 0, 1},
             .port = port
    };
    struct live_settings settings = {.resolvers = &address,
                                     .resolver_count = 1,
                                     .timeout_ms = PATIENT_MS,
                                     .authority_port = port,
                                     .cache_size = 16};
    struct source *source;

    if (live_new(&settings, &source, NULL) != ST_OK)
        bail("no source");
    return (struct live *)(void *)source;
}

static void
test_found_again(void)
{
    struct live *live = live_at(5399);
    struct address address = {
        .family = 4, .octets = {192, 0, 2, 1}
    };
    struct liveserver *server = liveserver_at(live, &address);

    is_string("192.0.2.1@5399", server->name, "the authority port is used");
    ok(liveserver_at(live, &address) == server, "an address is one server");
    address.port = 5399;
    ok(liveserver_at(live, &address) == server, "with its port likewise");
    address.port = 53;
    ok(liveserver_at(live, &address) != server, "another port is another");
    is_int(LIVE_PER_SERVER, server->lane.window, "asked politely");
    ok(live->resolvers[0]->lane.window > LIVE_PER_SERVER,
       "a resolver is asked more");
    live->source.ops->free(&live->source);
}

/* A hundred thousand servers do not stay in memory. */
static void
test_forgotten(void)
{
    struct live *live = live_at(5399);
    size_t most = 0;

    for (unsigned i = 0; i < 6000; i++) {
        struct address address = {.family = 4, .octets = {10}};
        struct liveserver *server;

        address.octets[2] = (uint8_t)(i >> 8);
        address.octets[3] = (uint8_t)i;
        server = liveserver_at(live, &address);
        liveserver_idle(server, i);
        if (table_count(live->servers) > most)
            most = table_count(live->servers);
    }
    is_int(4096, (long long)most, "as many as are remembered");
    live->source.ops->free(&live->source);
}

/* Ask a name of the resolvers or of a server until it is answered. */
static void
ask(struct live *live, const struct question *question)
{
    struct view_settings settings = {.source = &live->source};
    struct view *view = view_new(&settings, "test");

    view_ask(view, question);
    while (view_outstanding(view) > 0)
        live->source.ops->wait(&live->source, 100);
    view_free(view);
}

static void
test_closed(uint16_t port)
{
    struct live *live = live_at(port);
    struct address address = {
        .family = 4, .octets = {127, 0, 0, 1}
    };
    struct question question = question_direct(&address, &name_root, RR_TXT);
    struct liveserver *server = liveserver_at(live, &address);

    ask(live, &question);
    is_int(1, (long long)live->open, "a socket is opened");
    ok(server->udp[0] != NULL, "for that server");
    liveserver_upkeep(live, clock_elapsed_us());
    is_int(1, (long long)live->open, "it stays for a while");
    liveserver_upkeep(live, clock_elapsed_us() + MINUTE_US);
    is_int(0, (long long)live->open, "and is closed when it is idle");
    question.ordinal = 1;
    ask(live, &question);
    is_int(1, (long long)live->open, "it is opened again when needed");
    live->source.ops->free(&live->source);
}

/* With no more channels to be had, an idle one is closed for the next. */
static void
test_starved(uint16_t port)
{
    struct live *live = live_at(port);

    live->open_most = 2;
    for (uint8_t i = 1; i <= 10; i++) {
        struct address address = {
            .family = 4, .octets = {127, 0, 0, 1}
        };
        struct question question;

        /* Only 127.0.0.1 answers: the others are refused, and end too. */
        address.octets[3] = i;
        question = question_direct(&address, &name_root, RR_TXT);
        ask(live, &question);
        if (live->open > 2)
            break;
    }
    ok(live->open <= 2, "no more channels than may be open");
    is_int(10, (long long)table_count(live->servers), "ten were asked");
    live->source.ops->free(&live->source);
}

/* Ten thousand questions later the resolver's socket is another one. */
static void
test_renewed(uint16_t port)
{
    struct live *live = live_at(port);
    struct question question = question_recursive(&name_root, RR_TXT);
    struct view_settings settings = {.source = &live->source,
                                     .question_limit = 20000};
    struct view *view = view_new(&settings, "test");
    const struct livechannel *first = NULL;
    size_t sent = 0;

    for (unsigned i = 0; i < 10200; i++) {
        char text[32];

        snprintf(text, sizeof(text), "n%u.test", i);
        if (name_parse(&question.name, slice_of(text), NULL) != ST_OK)
            bail("bad name");
        view_ask(view, &question);
        if (i % 100 == 0)
            live->source.ops->wait(&live->source, 1);
        if (first == NULL)
            first = live->resolvers[0]->udp[0];
    }
    while (view_outstanding(view) > 0)
        live->source.ops->wait(&live->source, 100);
    ok(live->resolvers[0]->udp[0] != NULL
           && livechannel_sent(live->resolvers[0]->udp[0]) < 10000,
       "a new socket is in use");
    for (size_t i = 0; i < LIVE_RETIRED_MAX; i++)
        if (live->resolvers[0]->retired[i] != NULL)
            sent += livechannel_sent(live->resolvers[0]->retired[i]);
    ok(sent == 0 || sent >= 10000, "the old one has retired or is closed");
    liveserver_upkeep(live, clock_elapsed_us());
    is_int(1, (long long)live->open, "and is closed when nothing is out");
    is_int(0, (long long)live->counts.lost, "no answer was lost by it");
    view_free(view);
    live->source.ops->free(&live->source);
}

int
main(void)
{
    uint16_t port;
    pid_t pid = faulty_start("rr . 60 TXT \"root\"\n", &port);

    if (pid < 0)
        skip_all("no server on loopback");
    plan_lazy();
    test_found_again();
    test_forgotten();
    test_closed(port);
    test_starved(port);
    test_renewed(port);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return tap_done();
}
