/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sending what may be sent, and telling those whose server is dead. */
#include <errno.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/dns/livecore.h"

/* With fewer channels open than this, "too many open files" is not of our
   making, and waiting for one of ours to close does not help. */
#define OPEN_FEW 8
/* How long a server rests whose rate is used up, before it is asked on. */
#define PACE_US  20000

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
    flight_fail(live, flight);
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
    flight_leave(flight);
    flight->state = FLIGHT_OUT;
    flight->sent_us = clock_elapsed_us();
    if (flight->first_us == 0)
        flight->first_us = flight->sent_us;
    lane_sent(&server->lane, flight->sent_us);
    flight->has_place = true;
    ring_add(&server->waiting, &flight->in_server);
    if (flight->tcp) {
        flight_wait(live, flight, 2 * timeout_us);
        return true;
    }
    /* What is slow must not hold up what is not: after the first wait it
       stands aside. */
    flight->rest_us = (timeout_us << flight->tries) - timeout_us;
    flight_wait(live, flight, timeout_us);
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
            flight_fail(live, flight);
    }
}

/* Its rate is used up: the first in the queue waits for all. */
static void
pace(struct live *live, struct liveserver *server, struct flight *flight,
     uint64_t now)
{
    if (now < server->wake_us)
        return;
    server->wake_us = now + PACE_US;
    flight_leave(flight);
    flight->state = FLIGHT_PAUSING;
    flight_wait(live, flight, PACE_US);
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
        if (lane_is_paced(&server->lane, now)) {
            pace(live, server, flight, now);
            break;
        }
        if (!lane_may_send(&server->lane, now) || !send_flight(live, flight))
            break;
    }
    if (server->flights == 0)
        liveserver_idle(server, now);
}

void
flightsend_pump(struct live *live)
{
    while (!ring_is_empty(&live->ready)) {
        struct liveserver *server =
            RING_ENTRY(live->ready.next, struct liveserver, place);

        ring_remove(&server->place);
        pump_server(live, server);
    }
}

void
flightsend_check(struct liveserver *server, uint64_t now)
{
    struct live *live = server->live;
    uint64_t wait_us = (uint64_t)live->settings.timeout_ms * 1000;
    struct question question = question_recursive(&name_root, RR_SOA);
    struct livequery *query;
    struct flight *flight;
    int error;

    if (server->check != NULL || now < server->check_us)
        return;
    question.rd = server->is_resolver;
    flight = flight_new(&question);
    flight->is_check = true;
    flight->state = FLIGHT_PAUSING;
    flight->server = server;
    server->flights++;
    query = liveserver_send(server, flight, &error);
    if (query == NULL) {
        flight_free(flight);
        return;
    }
    remember_query(flight, query);
    server->check = flight;
    server->check_us = now + wait_us;
    flight_wait(live, flight, wait_us);
}
