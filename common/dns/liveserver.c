/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resolvers and authoritative servers: their channels and their upkeep. */
#include <errno.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/dns/livecore.h"

/* A resolver's window opens from here. */
#define WINDOW_FIRST 32
/* After so many messages a socket is replaced, and with it the source port:
   the harder to guess for who would answer in the server's place. */
#define RENEW_AFTER  10000
/* Channels of a server without flights are closed after that. */
#define IDLE_US      2000000
/* Authoritative addresses remembered, mostly to know the dead ones. */
#define SERVERS_MAX  4096
/* When ICMP says that nobody listens: dead after so many first pauses. */
#define REFUSED_US   300000

static void
init_lane(struct liveserver *server)
{
    const struct live_settings *settings = &server->live->settings;
    uint64_t first_us = (uint64_t)settings->timeout_ms * 1000;
    /* The last wait of a question counts only where an answer may take its
       time, because others have to be asked first. */
    unsigned rate =
        settings->server_rate > 0 ? settings->server_rate : LIVE_SERVER_RATE;
    unsigned waits =
        server->is_resolver ? settings->tries : settings->tries - 1;
    struct lane_settings lane = {
        .ceiling = server->is_resolver ? settings->window : LIVE_PER_SERVER,
        .first = server->is_resolver ? WINDOW_FIRST : LIVE_PER_SERVER,
        .tries = settings->tries,
        .patience_us = first_us * ((UINT64_C(1) << waits) - 1),
        .refused_us = REFUSED_US,
        .probe_us = first_us,
        .gap_us = server->is_resolver ? 0 : 1000000 / rate,
        .burst = LIVE_SERVER_BURST,
    };

    lane_init(&server->lane, &lane);
    server->udp_count =
        (lane.ceiling + server->live->room - 1) / server->live->room;
    if (server->udp_count > LIVE_CHANNELS_MAX)
        server->udp_count = LIVE_CHANNELS_MAX;
}

struct liveserver *
liveserver_new(struct live *live, const struct address *address,
               bool is_resolver)
{
    struct liveserver *server = memory_zeroed(1, sizeof(*server));
    struct strbuf name = STRBUF_INIT;

    server->live = live;
    server->address = *address;
    server->is_resolver = is_resolver;
    address_present_port(address, &name);
    server->name = strbuf_detach(&name);
    ring_init(&server->queue);
    ring_init(&server->waiting);
    ring_init(&server->place);
    init_lane(server);
    return server;
}

static void
close_channel(struct live *live, struct livechannel **channel)
{
    if (*channel == NULL)
        return;
    livechannel_free(*channel);
    *channel = NULL;
    live->open--;
    while (!ring_is_empty(&live->starved))
        liveserver_ready(
            RING_ENTRY(live->starved.next, struct liveserver, place));
}

static void
close_channels(struct liveserver *server)
{
    for (size_t i = 0; i < server->udp_count; i++)
        close_channel(server->live, &server->udp[i]);
    close_channel(server->live, &server->tcp);
    for (size_t i = 0; i < LIVE_RETIRED_MAX; i++)
        close_channel(server->live, &server->retired[i]);
}

void
liveserver_free(struct liveserver *server)
{
    if (server->check != NULL)
        flight_free(server->check);
    ring_remove(&server->place);
    close_channels(server);
    free(server->name);
    free(server);
}

/* The servers that went idle first are at the front. */
static void
forget_idlest(struct live *live)
{
    struct liveserver *server;

    if (table_count(live->servers) < SERVERS_MAX || ring_is_empty(&live->idle))
        return;
    server = RING_ENTRY(live->idle.next, struct liveserver, place);
    table_remove(live->servers, slice_of(server->name));
    liveserver_free(server);
}

struct liveserver *
liveserver_at(struct live *live, const struct address *address)
{
    struct address whole = *address;
    struct liveserver *server;

    if (whole.port == 0)
        whole.port = live->settings.authority_port;
    strbuf_cut(&live->key, 0);
    address_present_port(&whole, &live->key);
    server = table_get(live->servers, strbuf_slice(&live->key));
    if (server != NULL)
        return server;
    forget_idlest(live);
    server = liveserver_new(live, &whole, false);
    table_put(live->servers, slice_of(server->name), server);
    return server;
}

/* An old channel stays until its last question is answered. */
static void
renew(struct liveserver *server, struct livechannel **channel)
{
    if (*channel == NULL || livechannel_sent(*channel) < RENEW_AFTER)
        return;
    for (size_t i = 0; i < LIVE_RETIRED_MAX; i++) {
        if (server->retired[i] == NULL) {
            server->retired[i] = *channel;
            *channel = NULL;
            return;
        }
    }
}

static struct livechannel *
open_channel(struct liveserver *server, bool tcp)
{
    struct live *live = server->live;
    const struct live_settings *settings = &live->settings;
    struct livechannel_settings wanted = {
        .ops = &flightreply_ops,
        .owner = server,
        .address = server->address,
        .tcp = tcp,
        .epoll = live->epoll,
        /* A late answer counts for as long as the longest wait. */
        .patience_ms = settings->timeout_ms << (settings->tries - 1),
    };
    struct livechannel *channel;

    if (!server->is_resolver && live->open >= live->open_most)
        return NULL;
    channel = livechannel_new(&wanted);
    if (channel != NULL)
        live->open++;
    return channel;
}

struct livequery *
liveserver_send(struct liveserver *server, const struct flight *flight,
                int *error)
{
    struct livechannel **channel =
        flight->tcp ? &server->tcp
                    : &server->udp[server->turn++ % server->udp_count];

    renew(server, channel);
    if (*channel == NULL)
        *channel = open_channel(server, flight->tcp);
    if (*channel == NULL) {
        *error = EMFILE;
        return NULL;
    }
    return livechannel_send(*channel, &flight->sent, (void *)(uintptr_t)flight,
                            error);
}

static void
move_to(struct liveserver *server, struct ring *list)
{
    ring_remove(&server->place);
    ring_add(list, &server->place);
}

void
liveserver_ready(struct liveserver *server)
{
    move_to(server, &server->live->ready);
}

static void
close_idle(struct live *live, uint64_t idle_before_us)
{
    for (struct ring *link = live->idle.next; link != &live->idle;
         link = link->next) {
        struct liveserver *server = RING_ENTRY(link, struct liveserver, place);

        if (server->idle_us > idle_before_us)
            return;
        close_channels(server);
    }
}

void
liveserver_starve(struct liveserver *server)
{
    move_to(server, &server->live->starved);
    close_idle(server->live, UINT64_MAX);
}

void
liveserver_idle(struct liveserver *server, uint64_t now)
{
    struct live *live = server->live;

    if (server->is_resolver)
        return;
    server->idle_us = now;
    move_to(server, &live->idle);
    if (!ring_is_empty(&live->starved))
        close_channels(server);
}

static void
upkeep(struct liveserver *server)
{
    struct livechannel *channels[LIVE_CHANNELS_MAX + 1];
    size_t count = 0;

    for (size_t i = 0; i < LIVE_RETIRED_MAX; i++)
        if (server->retired[i] != NULL
            && livechannel_waiting(server->retired[i]) == 0)
            close_channel(server->live, &server->retired[i]);
    for (size_t i = 0; i < server->udp_count; i++)
        channels[count++] = server->udp[i];
    channels[count++] = server->tcp;
    for (size_t i = 0; i < count; i++)
        if (channels[i] != NULL)
            livechannel_tick(channels[i]);
    for (size_t i = 0; i < LIVE_RETIRED_MAX; i++)
        if (server->retired[i] != NULL)
            livechannel_tick(server->retired[i]);
}

void
liveserver_upkeep(struct live *live, uint64_t now)
{
    size_t position = 0;
    void *server;

    for (size_t i = 0; i < live->resolver_count; i++)
        upkeep(live->resolvers[i]);
    while (table_each(live->servers, &position, NULL, &server))
        upkeep(server);
    if (now > IDLE_US)
        close_idle(live, now - IDLE_US);
    while (!ring_is_empty(&live->starved))
        liveserver_ready(
            RING_ENTRY(live->starved.next, struct liveserver, place));
}
