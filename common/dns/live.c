/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live source: equal questions in flight once, finished ones from the
   cache, the rest by the servers' lanes. */
#include "common/dns/live.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/dns/livecore.h"
#include "common/dns/resolvconf.h"
#include "common/dns/view.h"

/* Between upkeeps: idle channels, questions given up by c-ares. */
#define UPKEEP_US  1000000
/* Events of sockets taken at once. */
#define EVENTS_MAX 64
/* Channels, each of a descriptor and some 100 kB in c-ares: well below the
   usual limit of 1,024 descriptors. */
#define OPEN_MOST  400
/* More tries would overflow the wait and outlast every user. */
#define TRIES_MAX  8

static struct live *
live_of(struct source *source)
{
    return (struct live *)(void *)source;
}

static struct slice
flight_key(struct live *live, const struct question *question)
{
    question_key(question, &live->key);
    return strbuf_slice(&live->key);
}

void
live_finish(struct live *live, struct flight *flight, struct answer *answer)
{
    struct question question = flight->question;

    table_remove(live->flights, flight_key(live, &question));
    cache_put(live->cache, &question, answer, clock_elapsed_us());
    for (const struct waiter *waiter = flight->waiters; waiter != NULL;
         waiter = waiter->next) {
        view_deliver(waiter->view, &question, answer);
        live->delivered = true;
    }
    flight_free(flight);
}

static void
add_waiter(struct flight *flight, struct view *view)
{
    struct waiter *waiter = memory_alloc(sizeof(*waiter));

    *waiter = (struct waiter){view, flight->waiters};
    flight->waiters = waiter;
}

static const struct answer *
refuse_family(struct live *live, const struct question *question)
{
    const char *why = NULL;

    if (question->server.family == 4 && live->settings.no_ipv4)
        why = "not asked: IPv4 is not used";
    if (question->server.family == 6 && live->settings.no_ipv6)
        why = "not asked: IPv6 is not used";
    if (why == NULL)
        return NULL;
    arena_reset(live->scratch);
    return answer_make(live->scratch, OUTCOME_REFUSED, "", why);
}

/* A server known dead is not waited for again by each question. */
static const struct answer *
start_flight(struct live *live, struct view *view,
             const struct question *question)
{
    struct flight *flight = flight_new(question);
    struct liveserver *server = flight_server(live, flight);
    const struct answer *answer = NULL;

    if (lane_is_closed(&server->lane, clock_elapsed_us())) {
        answer = flight_failure(live, flight, server);
        flight_free(flight);
        return answer;
    }
    add_waiter(flight, view);
    table_put(live->flights, flight_key(live, question), flight);
    flight_queue(flight, server);
    return NULL;
}

static const struct answer *
live_ask(struct source *source, struct view *view,
         const struct question *question)
{
    struct live *live = live_of(source);
    const struct answer *answer = refuse_family(live, question);
    struct flight *flight;

    live->counts.asked++;
    if (answer != NULL)
        return answer;
    answer = cache_get(live->cache, question, clock_elapsed_us());
    if (answer != NULL) {
        live->counts.cached++;
        return answer;
    }
    flight = table_get(live->flights, flight_key(live, question));
    if (flight == NULL)
        return start_flight(live, view, question);
    live->counts.cached++;
    add_waiter(flight, view);
    return NULL;
}

static int
milliseconds_until(uint64_t due, uint64_t now)
{
    if (due <= now)
        return 0;
    return (int)((due - now + 999) / 1000);
}

static void
take_events(struct live *live, uint64_t until)
{
    struct epoll_event events[EVENTS_MAX];
    uint64_t now = clock_elapsed_us();
    uint64_t next = flight_next_due(live);
    int count;

    if (until < next)
        next = until;
    if (live->ticked_us + UPKEEP_US < next)
        next = live->ticked_us + UPKEEP_US;
    count = epoll_wait(live->epoll, events, EVENTS_MAX,
                       milliseconds_until(next, now));
    for (int i = 0; i < count; i++)
        livechannel_process(events[i].data.ptr, events[i].events);
    now = clock_elapsed_us();
    flight_expire(live, now);
    if (now - live->ticked_us >= UPKEEP_US) {
        live->ticked_us = now;
        liveserver_upkeep(live, now);
    }
}

static bool
live_wait(struct source *source, int timeout_ms)
{
    struct live *live = live_of(source);
    uint64_t until = clock_elapsed_us() + (uint64_t)timeout_ms * 1000;

    if (table_count(live->flights) == 0)
        return false;
    live->delivered = false;
    do {
        flightsend_pump(live);
        if (live->delivered)
            break;
        take_events(live, until);
    } while (!live->delivered && clock_elapsed_us() < until);
    flightsend_pump(live);
    return true;
}

static void
live_forget(struct source *source, struct view *view)
{
    struct live *live = live_of(source);
    size_t position = 0;
    void *value;

    if (view_outstanding(view) == 0)
        return;
    while (table_each(live->flights, &position, NULL, &value)) {
        struct flight *flight = value;
        struct waiter **at = &flight->waiters;

        while (*at != NULL) {
            struct waiter *waiter = *at;

            if (waiter->view == view) {
                *at = waiter->next;
                free(waiter);
            } else {
                at = &waiter->next;
            }
        }
    }
}

static void
live_free(struct source *source)
{
    struct live *live = live_of(source);
    size_t position = 0;
    void *value;

    while (table_each(live->flights, &position, NULL, &value))
        flight_free(value);
    position = 0;
    while (table_each(live->servers, &position, NULL, &value))
        liveserver_free(value);
    for (size_t i = 0; i < live->resolver_count; i++)
        liveserver_free(live->resolvers[i]);
    table_free(live->flights);
    table_free(live->servers);
    cache_free(live->cache);
    arena_free(live->scratch);
    strbuf_clear(&live->key);
    close(live->epoll);
    free(live);
}

static const struct source_ops live_ops = {"live", live_ask, live_wait,
                                           live_forget, live_free};

static unsigned
or_default(unsigned given, unsigned otherwise, unsigned most)
{
    unsigned value = given == 0 ? otherwise : given;

    return value < most ? value : most;
}

static void
fill_defaults(struct live_settings *settings)
{
    settings->window =
        or_default(settings->window, LIVE_WINDOW_DEFAULT, LIVE_WINDOW_MAX);
    settings->timeout_ms =
        or_default(settings->timeout_ms, LIVE_TIMEOUT_MS, 60000);
    settings->tries = or_default(settings->tries, LIVE_TRIES, TRIES_MAX);
    if (settings->authority_port == 0)
        settings->authority_port = PORT_DNS;
}

static void
add_resolver(struct live *live, const struct address *address)
{
    struct address whole = *address;

    if (live->resolver_count == LIVE_RESOLVERS_MAX
        || (whole.family == 4 && live->settings.no_ipv4)
        || (whole.family == 6 && live->settings.no_ipv6))
        return;
    if (whole.port == 0)
        whole.port = PORT_DNS;
    live->resolvers[live->resolver_count++] =
        liveserver_new(live, &whole, true);
}

static void
add_resolvers(struct live *live)
{
    const struct live_settings *settings = &live->settings;
    struct resolvconf conf;

    live->spread = settings->resolver_count > 0;
    for (size_t i = 0; i < settings->resolver_count; i++)
        add_resolver(live, &settings->resolvers[i]);
    if (live->spread)
        return;
    resolvconf_read(RESOLVCONF_PATH, &conf);
    live->settings.trust_ad |= conf.trust_ad;
    for (size_t i = 0; i < conf.count; i++)
        add_resolver(live, &conf.servers[i]);
}

enum status
live_new(const struct live_settings *settings, struct source **out,
         struct error *err)
{
    struct live *live;
    int epoll = epoll_create1(EPOLL_CLOEXEC);

    if (epoll < 0)
        return error_errno(err, ST_IO, "cannot watch sockets");
    live = memory_zeroed(1, sizeof(*live));
    live->source.ops = &live_ops;
    live->settings = *settings;
    fill_defaults(&live->settings);
    live->epoll = epoll;
    live->room = livechannel_room();
    live->servers = table_new();
    live->flights = table_new();
    live->cache = cache_new(settings->cache_size);
    live->scratch = arena_new();
    live->key = (struct strbuf)STRBUF_INIT;
    live->open_most = OPEN_MOST;
    ring_init(&live->ready);
    ring_init(&live->starved);
    ring_init(&live->idle);
    add_resolvers(live);
    if (live->resolver_count == 0) {
        live_free(&live->source);
        return error_set(err, ST_NOT_FOUND,
                         "no resolver is known: name one with --resolver");
    }
    *out = &live->source;
    return ST_OK;
}

void
live_counts(const struct source *live, struct live_counts *counts)
{
    *counts = ((const struct live *)(const void *)live)->counts;
}
