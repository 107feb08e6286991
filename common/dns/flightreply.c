/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of the answers, failures and refusals that channels report. */
#include <string.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/dns/livecore.h"
#include "common/dns/message.h"
#include "common/dns/rcode.h"

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

static size_t
resolver_number(const struct live *live, const struct liveserver *server)
{
    size_t number = 0;

    while (number < live->resolver_count && live->resolvers[number] != server)
        number++;
    return number;
}

/* Asked to look a name up, a server that only answers for its own zones gives
   a referral, or nothing at all: that must not be taken for absence. */
static void
judge_recursion(struct live *live, const struct flight *flight,
                const struct liveserver *server, struct answer *answer)
{
    if (!flight->question.rd || answer->ra || answer->outcome != OUTCOME_NODATA
        || answer->zone.size > 0)
        return;
    answer->outcome = OUTCOME_REFUSED;
    answer->problem = arena_printf(
        live->scratch, "%s looks no names up for others", server->name);
}

/* A resolver that is not for us, or not able to, is no reason to give up
   while there are others. */
static bool
try_elsewhere(struct live *live, struct flight *flight,
              const struct liveserver *server, const struct answer *answer)
{
    struct liveserver *other;

    if (!server->is_resolver
        || (answer->outcome != OUTCOME_REFUSED
            && answer->rcode != RCODE_NOTIMP))
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
    if (flight->is_check) {
        flight_free(flight);
        return;
    }
    /* The rest of it is on its way by TCP. */
    if (flight->truncated && !livechannel_is_tcp(query))
        return;
    arena_reset(live->scratch);
    answer = message_answer(live->scratch, &flight->sent, message);
    judge_recursion(live, flight, server, answer);
    if (ask_again(live, flight, server, answer))
        return;
    answer->server = server->name;
    answer->elapsed_us = (uint32_t)(clock_elapsed_us() - flight->first_us);
    answer->validated =
        answer->ad && flight->question.rd
        && (live->settings.trust_ad || is_loopback(&server->address));
    if (flight->plain && answer->rcode != RCODE_FORMERR) {
        answer->no_edns = true;
        if (answer->problem == NULL)
            answer->problem = "answers FORMERR to a question with EDNS";
    }
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
    flight_retry(server->live, flight, true);
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
        flight_retry(server->live, flight, true);
        return;
    }
}

static void
on_stray(void *owner, void *token, struct slice message, const char *why)
{
    struct liveserver *server = owner;
    struct flight *flight = token;
    size_t n = message.n < LIVE_STRAY_MAX ? message.n : LIVE_STRAY_MAX;

    /* Too short to say whose it is. */
    if (flight == NULL && message.n < MESSAGE_HEADER_SIZE) {
        server->stray_why = why;
        server->stray_us = clock_elapsed_us();
    }
    if (flight == NULL || flight->stray_why != NULL)
        return;
    flight->stray = memory_alloc(n);
    if (n > 0)
        memcpy(flight->stray, message.p, n);
    flight->stray_n = n;
    flight->stray_why = why;
}

const struct livechannel_ops flightreply_ops = {on_answered, on_failed,
                                                on_unreachable, on_stray};
