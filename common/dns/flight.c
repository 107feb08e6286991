/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One question from its first message to its answer: retries, TCP, servers
   that say nothing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/dns/livecore.h"
#include "common/dns/message.h"

#define RCODE_FORMERR 1
#define RCODE_NOTIMP  4
#define RCODE_REFUSED 5
#define RCODE_NONE    0xffff

/* Between a refused connection and the next try, doubled at each. */
#define PAUSE_US      50000
/* With fewer channels open than this, "too many open files" is not of our
   making, and waiting for one of ours to close does not help. */
#define OPEN_FEW      8

struct flight *
flight_new(struct live *live, const struct question *question)
{
    struct flight *flight = memory_zeroed(1, sizeof(*flight));
    uint32_t hash = 2166136261u; /* FNV-1a: the same in every run */

    (void)live;
    flight->question = *question;
    flight->sent = *question;
    flight->tcp = question->transport == TRANSPORT_TCP;
    ring_init(&flight->in_server);
    ring_init(&flight->in_line);
    for (size_t i = 0; i < question->name.size; i++)
        hash = (hash ^ question->name.wire[i]) * 16777619u;
    flight->home = hash;
    return flight;
}

/* Out of its lists; what is out is no longer waited for. */
static void
leave(struct flight *flight)
{
    ring_remove(&flight->in_server);
    ring_remove(&flight->in_line);
    if (flight->state != FLIGHT_OUT)
        return;
    flight->state = FLIGHT_PAUSING;
    lane_done(&flight->server->lane);
    liveserver_ready(flight->server);
}

static void
set_server(struct flight *flight, struct liveserver *server)
{
    if (flight->server == server)
        return;
    if (server != NULL)
        server->flights++;
    if (flight->server != NULL) {
        flight->server->flights--;
        liveserver_ready(flight->server);
    }
    flight->server = server;
}

void
flight_free(struct live *live, struct flight *flight)
{
    (void)live;
    leave(flight);
    set_server(flight, NULL);
    for (size_t i = 0; i < flight->query_count; i++)
        livechannel_drop(flight->queries[i]);
    while (flight->waiters != NULL) {
        struct waiter *waiter = flight->waiters;

        flight->waiters = waiter->next;
        free(waiter);
    }
    free(flight->stray);
    free(flight);
}

/* Each try goes to the next resolver; those known dead are passed over, and
   those that declined are not asked again. */
static struct liveserver *
next_resolver(struct live *live, const struct flight *flight)
{
    size_t start = (live->spread ? flight->home : 0) + flight->tries;
    struct liveserver *closed = NULL;
    uint64_t now = clock_elapsed_us();

    for (size_t i = 0; i < live->resolver_count; i++) {
        size_t number = (start + i) % live->resolver_count;
        struct liveserver *server = live->resolvers[number];

        if ((flight->declined >> number & 1) != 0)
            continue;
        if (!lane_is_closed(&server->lane, now))
            return server;
        if (closed == NULL)
            closed = server;
    }
    return closed;
}

struct liveserver *
flight_server(struct live *live, const struct flight *flight)
{
    if (flight->question.server.family != 0)
        return liveserver_at(live, &flight->question.server);
    return next_resolver(live, flight);
}

void
flight_queue(struct flight *flight, struct liveserver *server)
{
    leave(flight);
    set_server(flight, server);
    flight->state = FLIGHT_QUEUED;
    ring_add(&server->queue, &flight->in_server);
    liveserver_ready(server);
}

static struct line *
line_of(struct live *live, uint64_t wait_us)
{
    struct line *line;

    for (size_t i = 0; i < live->line_count; i++)
        if (live->lines[i].wait_us == wait_us)
            return &live->lines[i];
    if (live->line_count == LIVE_LINES_MAX)
        return &live->lines[LIVE_LINES_MAX - 1];
    line = &live->lines[live->line_count++];
    line->wait_us = wait_us;
    ring_init(&line->flights);
    return line;
}

static void
wait_in_line(struct live *live, struct flight *flight, uint64_t wait_us)
{
    struct line *line = line_of(live, wait_us);

    flight->due_us = clock_elapsed_us() + line->wait_us;
    ring_add(&line->flights, &flight->in_line);
}

static const char *
failure_form(const struct flight *flight, int error)
{
    if (flight->truncated && error == ECONNREFUSED)
        return "%s truncates by UDP and refuses TCP";
    if (flight->truncated)
        return "%s truncates by UDP and does not answer by TCP";
    if (error == ECONNREFUSED)
        return flight->tcp ? "%s refuses TCP" : "nothing listens at %s";
    if (error != 0 && !flight->tcp)
        return "%s cannot be reached";
    return flight->tcp ? "%s does not answer by TCP" : "%s does not answer";
}

static const char *
failure_problem(struct live *live, const struct flight *flight,
                const struct liveserver *server)
{
    struct strbuf text = STRBUF_INIT;
    const char *form = failure_form(
        flight, flight->error != 0 ? flight->error : server->lane.error);
    const char *problem;

    /* Every form has one "%s". */
    strbuf_add(&text, form, (size_t)(strstr(form, "%s") - form));
    strbuf_add_text(&text, server->name);
    strbuf_add_text(&text, strstr(form, "%s") + 2);
    problem = arena_text(live->scratch, strbuf_slice(&text));
    strbuf_clear(&text);
    return problem;
}

struct answer *
flight_failure(struct live *live, const struct flight *flight,
               const struct liveserver *server)
{
    struct answer *answer;

    arena_reset(live->scratch);
    if (flight->stray_why != NULL) {
        answer = answer_make(live->scratch, OUTCOME_MALFORMED, server->name,
                             flight->stray_why);
        answer->wire = arena_slice(
            live->scratch, (struct slice){flight->stray, flight->stray_n});
        return answer;
    }
    answer = answer_make(live->scratch, OUTCOME_TIMEOUT, server->name,
                         failure_problem(live, flight, server));
    answer->tc = flight->truncated;
    live->counts.lost++;
    return answer;
}

static void
fail(struct live *live, struct flight *flight)
{
    live_finish(live, flight, flight_failure(live, flight, flight->server));
}

/* One try less: pause or not, then the next server, or the end. */
static void
try_failed(struct live *live, struct flight *flight, bool pause)
{
    unsigned most = flight->tcp ? LIVE_TCP_TRIES : live->settings.tries;

    leave(flight);
    flight->tries++;
    if (flight->tries >= most) {
        fail(live, flight);
        return;
    }
    if (!pause) {
        flight_queue(flight, flight_server(live, flight));
        return;
    }
    flight->state = FLIGHT_PAUSING;
    wait_in_line(live, flight, (uint64_t)PAUSE_US << (flight->tries - 1));
}

static void
no_route(struct live *live, struct flight *flight)
{
    bool six = flight->server->address.family == 6;

    arena_reset(live->scratch);
    live_finish(live, flight,
                answer_make(live->scratch, OUTCOME_REFUSED,
                            flight->server->name,
                            six ? "no IPv6 route" : "no IPv4 route"));
}

/* It could not go out at all.  False: the server must wait for a channel,
   and the flight is still in its queue. */
static bool
send_failed(struct live *live, struct flight *flight, int error)
{
    switch (error) {
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
        no_route(live, flight);
        return true;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        if (live->open > OPEN_FEW) {
            liveserver_starve(flight->server);
            return false;
        }
        break;
    default:
        break;
    }
    flight->error = error;
    fail(live, flight);
    return true;
}

static void
count_sent(struct live *live, const struct flight *flight)
{
    live->counts.sent++;
    if (flight->first_us != 0)
        live->counts.retried++;
    if (flight->tcp)
        live->counts.tcp++;
}

/* Answers to earlier messages of it are still taken: see flight.queries. */
static void
remember_query(struct flight *flight, struct livequery *query)
{
    if (flight->query_count == LIVE_QUERIES_MAX) {
        livechannel_drop(flight->queries[0]);
        memmove(flight->queries, flight->queries + 1,
                (LIVE_QUERIES_MAX - 1) * sizeof(flight->queries[0]));
        flight->query_count--;
    }
    flight->queries[flight->query_count++] = query;
}

static void
forget_query(struct flight *flight, const struct livequery *query)
{
    for (size_t i = 0; i < flight->query_count; i++) {
        if (flight->queries[i] == query) {
            flight->queries[i] = flight->queries[--flight->query_count];
            return;
        }
    }
}

static bool
send_flight(struct live *live, struct flight *flight)
{
    uint64_t timeout_us = (uint64_t)live->settings.timeout_ms * 1000;
    struct liveserver *server = flight->server;
    int error = 0;
    struct livequery *query = liveserver_send(server, flight, &error);

    if (query == NULL)
        return send_failed(live, flight, error);
    remember_query(flight, query);
    count_sent(live, flight);
    leave(flight);
    flight->state = FLIGHT_OUT;
    flight->sent_us = clock_elapsed_us();
    if (flight->first_us == 0)
        flight->first_us = flight->sent_us;
    lane_sent(&server->lane, flight->sent_us);
    ring_add(&server->waiting, &flight->in_server);
    wait_in_line(live, flight,
                 flight->tcp ? 2 * timeout_us : timeout_us << flight->tries);
    return true;
}

/* The server is dead: who can goes elsewhere, the others hear of it. */
static void
turn_away(struct live *live, struct ring *list)
{
    uint64_t now = clock_elapsed_us();
    struct ring gone;

    ring_init(&gone);
    ring_move_all(&gone, list);
    while (!ring_is_empty(&gone)) {
        struct flight *flight =
            RING_ENTRY(gone.next, struct flight, in_server);
        struct liveserver *other = flight_server(live, flight);

        if (other != NULL && other != flight->server
            && !lane_is_closed(&other->lane, now))
            flight_queue(flight, other);
        else
            fail(live, flight);
    }
}

static void
pump_server(struct live *live, struct liveserver *server)
{
    uint64_t now = clock_elapsed_us();

    if (server->lane.dead && !server->is_lost)
        turn_away(live, &server->waiting);
    server->is_lost = server->lane.dead;
    while (!ring_is_empty(&server->queue)) {
        struct flight *flight =
            RING_ENTRY(server->queue.next, struct flight, in_server);

        if (lane_is_closed(&server->lane, now)) {
            turn_away(live, &server->queue);
            break;
        }
        if (!lane_may_send(&server->lane, now) || !send_flight(live, flight))
            break;
    }
    if (server->flights == 0)
        liveserver_idle(server, now);
}

void
flight_pump(struct live *live)
{
    while (!ring_is_empty(&live->ready)) {
        struct liveserver *server =
            RING_ENTRY(live->ready.next, struct liveserver, place);

        ring_remove(&server->place);
        pump_server(live, server);
    }
}

static void
expire(struct live *live, struct flight *flight, uint64_t now)
{
    if (flight->state == FLIGHT_PAUSING) {
        flight_queue(flight, flight_server(live, flight));
        return;
    }
    /* A filter may let only UDP pass: that server is not dead. */
    if (!flight->tcp)
        lane_timed_out(&flight->server->lane, flight->sent_us, now);
    try_failed(live, flight, false);
}

void
flight_expire(struct live *live, uint64_t now)
{
    for (size_t i = 0; i < live->line_count; i++) {
        struct ring *flights = &live->lines[i].flights;

        while (!ring_is_empty(flights)) {
            struct flight *flight =
                RING_ENTRY(flights->next, struct flight, in_line);

            if (flight->due_us > now)
                break;
            expire(live, flight, now);
        }
    }
}

uint64_t
flight_next_due(const struct live *live)
{
    uint64_t next = UINT64_MAX;

    for (size_t i = 0; i < live->line_count; i++) {
        const struct ring *flights = &live->lines[i].flights;
        const struct flight *flight;

        if (ring_is_empty(flights))
            continue;
        flight = RING_ENTRY(flights->next, const struct flight, in_line);
        if (flight->due_us < next)
            next = flight->due_us;
    }
    return next;
}

static size_t
resolver_number(const struct live *live, const struct liveserver *server)
{
    size_t number = 0;

    while (number < live->resolver_count && live->resolvers[number] != server)
        number++;
    return number;
}

/* A resolver that is not for us, or not able to, is no reason to give up
   while there are others. */
static bool
try_elsewhere(struct live *live, struct flight *flight,
              const struct liveserver *server, const struct answer *answer)
{
    struct liveserver *other;

    if (!server->is_resolver
        || (answer->rcode != RCODE_REFUSED && answer->rcode != RCODE_NOTIMP))
        return false;
    flight->declined |= UINT32_C(1) << resolver_number(live, server);
    other = flight_server(live, flight);
    if (other == NULL)
        return false;
    flight_queue(flight, other);
    return true;
}

/* What a resolver would do before it is content: RFC 7766 section 5 on
   truncation, RFC 6891 section 7 on FORMERR.  TRANSPORT_UDP is for who wants
   to see these. */
static bool
ask_again(struct live *live, struct flight *flight, struct liveserver *server,
          const struct answer *answer)
{
    if (flight->question.transport == TRANSPORT_UDP)
        return false;
    if (answer->rcode == RCODE_FORMERR && flight->sent.edns_size != 0
        && !flight->plain) {
        flight->plain = true;
        flight->sent.edns_size = 0;
        flight->sent.dnssec_ok = false;
        flight_queue(flight, server);
        return true;
    }
    if (answer->tc && !flight->tcp) {
        flight->tcp = true;
        flight->truncated = true;
        flight->tries = 0;
        flight->error = 0;
        flight_queue(flight, server);
        return true;
    }
    return try_elsewhere(live, flight, server, answer);
}

static bool
is_loopback(const struct address *address)
{
    static const uint8_t six[16] = {[15] = 1};

    if (address->family == 4)
        return address->octets[0] == 127;
    return memcmp(address->octets, six, sizeof(six)) == 0;
}

static void
on_answered(void *owner, struct livequery *query, void *token,
            struct slice message)
{
    struct liveserver *server = owner;
    struct live *live = server->live;
    struct flight *flight = token;
    struct answer *answer;

    lane_answered(&server->lane);
    liveserver_ready(server);
    forget_query(flight, query);
    /* The rest of it is on its way by TCP. */
    if (flight->truncated && !livechannel_is_tcp(query))
        return;
    arena_reset(live->scratch);
    answer = message_answer(live->scratch, &flight->sent, message);
    if (ask_again(live, flight, server, answer))
        return;
    answer->server = server->name;
    answer->elapsed_us = (uint32_t)(clock_elapsed_us() - flight->first_us);
    answer->validated =
        answer->ad && flight->question.rd
        && (live->settings.trust_ad || is_loopback(&server->address));
    if (flight->plain && answer->problem == NULL)
        answer->problem = "answers FORMERR to a question with EDNS";
    live_finish(live, flight, answer);
}

/* A connection broke or was refused.  UDP does not end that way: its tries
   have their own due times. */
static void
on_failed(void *owner, struct livequery *query, void *token, int error)
{
    struct liveserver *server = owner;
    struct flight *flight = token;
    bool tcp = livechannel_is_tcp(query);

    forget_query(flight, query);
    if (!tcp || error == 0 || flight->state != FLIGHT_OUT)
        return;
    flight->error = error;
    try_failed(server->live, flight, true);
}

/* ICMP does not say which question it was: the one that waits longest has
   used up a try. */
static void
on_unreachable(void *owner, int error)
{
    struct liveserver *server = owner;

    lane_unreachable(&server->lane, error, clock_elapsed_us());
    liveserver_ready(server);
    for (struct ring *link = server->waiting.next; link != &server->waiting;
         link = link->next) {
        struct flight *flight = RING_ENTRY(link, struct flight, in_server);

        if (flight->tcp)
            continue;
        flight->error = error;
        try_failed(server->live, flight, true);
        return;
    }
}

static void
on_stray(void *owner, void *token, struct slice message, const char *why)
{
    struct flight *flight = token;
    size_t n = message.n < LIVE_STRAY_MAX ? message.n : LIVE_STRAY_MAX;

    (void)owner;
    if (flight == NULL || flight->stray_why != NULL)
        return;
    flight->stray = memory_alloc(n);
    if (n > 0)
        memcpy(flight->stray, message.p, n);
    flight->stray_n = n;
    flight->stray_why = why;
}

const struct livechannel_ops flight_channel_ops = {on_answered, on_failed,
                                                   on_unreachable, on_stray};
