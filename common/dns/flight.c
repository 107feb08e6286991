/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One question from its first message to its answer: where it goes, how long
   it waits, and what is said when nothing came. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/dns/livecore.h"

/* Between a refused connection and the next try, doubled at each. */
#define PAUSE_US    50000
/* One unanswered try is nothing; after so many in a row the server itself is
   looked at. */
#define CHECK_AFTER 2

struct flight *
flight_new(const struct question *question)
{
    struct flight *flight = memory_zeroed(1, sizeof(*flight));
    uint32_t hash = 2166136261u; /* FNV-1a: the same in every run */

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

/* Its place in the lane is for another one. */
static void
give_way(struct flight *flight)
{
    if (!flight->has_place)
        return;
    flight->has_place = false;
    lane_done(&flight->server->lane);
    liveserver_ready(flight->server);
}

void
flight_leave(struct flight *flight)
{
    ring_remove(&flight->in_server);
    ring_remove(&flight->in_line);
    flight->rest_us = 0;
    if (flight->state != FLIGHT_OUT)
        return;
    flight->state = FLIGHT_PAUSING;
    give_way(flight);
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
flight_free(struct flight *flight)
{
    flight_leave(flight);
    if (flight->is_check)
        flight->server->check = NULL;
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
    flight_leave(flight);
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

void
flight_wait(struct live *live, struct flight *flight, uint64_t wait_us)
{
    struct line *line = line_of(live, wait_us);

    flight->due_us = clock_elapsed_us() + line->wait_us;
    ring_add(&line->flights, &flight->in_line);
}

static const char *
failure_words(const struct flight *flight, int error)
{
    if (flight->truncated && error == ECONNREFUSED)
        return "truncates by UDP and refuses TCP";
    if (flight->truncated)
        return "truncates by UDP and does not answer by TCP";
    if (flight->tcp)
        return error == ECONNREFUSED ? "refuses TCP"
                                     : "does not answer by TCP";
    return error == 0 ? "does not answer" : "cannot be reached";
}

static const char *
failure_problem(struct live *live, const struct flight *flight,
                const struct liveserver *server)
{
    int error = flight->error != 0 ? flight->error : server->lane.error;

    if (error == ECONNREFUSED && !flight->tcp)
        return arena_printf(live->scratch, "nothing listens at %s",
                            server->name);
    return arena_printf(live->scratch, "%s %s", server->name,
                        failure_words(flight, error));
}

struct answer *
flight_failure(struct live *live, const struct flight *flight,
               const struct liveserver *server)
{
    const char *why = flight->stray_why;
    struct answer *answer;

    arena_reset(live->scratch);
    /* No saying whose it was: it may have been of any that waited then. */
    if (why == NULL && !flight->tcp && server->stray_us >= flight->first_us)
        why = server->stray_why;
    if (why != NULL) {
        answer =
            answer_make(live->scratch, OUTCOME_MALFORMED, server->name, why);
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

void
flight_fail(struct live *live, struct flight *flight)
{
    live_finish(live, flight, flight_failure(live, flight, flight->server));
}

void
flight_retry(struct live *live, struct flight *flight, bool pause)
{
    unsigned most = flight->tcp ? LIVE_TCP_TRIES : live->settings.tries;

    flight_leave(flight);
    flight->tries++;
    if (flight->tries >= most) {
        flight_fail(live, flight);
        return;
    }
    if (!pause) {
        flight_queue(flight, flight_server(live, flight));
        return;
    }
    flight->state = FLIGHT_PAUSING;
    flight_wait(live, flight, (uint64_t)PAUSE_US << (flight->tries - 1));
}

static void
expire(struct live *live, struct flight *flight, uint64_t now)
{
    struct liveserver *server = flight->server;

    if (flight->is_check) {
        flight_free(flight);
        return;
    }
    if (flight->state == FLIGHT_PAUSING) {
        flight_queue(flight, flight_server(live, flight));
        return;
    }
    if (flight->rest_us > 0) {
        give_way(flight);
        ring_remove(&flight->in_line);
        flight_wait(live, flight, flight->rest_us);
        flight->rest_us = 0;
        return;
    }
    /* A filter may let only UDP pass: that server is not dead. */
    if (!flight->tcp) {
        lane_timed_out(&server->lane, flight->sent_us, now,
                       flight->tries == 0);
        if (server->lane.silent >= CHECK_AFTER)
            flightsend_check(server, now);
    }
    flight_retry(live, flight, false);
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
