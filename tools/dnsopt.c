/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options that say where answers come from, and the view they make. */
#include "tools/dnsopt.h"

#include <stddef.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/diag.h"
#include "common/base/digest.h"
#include "common/base/memory.h"
#include "common/dns/live.h"
#include "common/dns/overlay.h"
#include "common/dns/recording.h"

const struct opt_def dns_option_table[] = {
    OPT_GROUP("Where answers come from"),
    OPT_LIST('r', "resolver", struct dns_options, resolvers, "ADDR[:PORT]",
             "ask this resolver (repeats; else the system's)"),
    OPT_FLAG(0, "resolvers-only", struct dns_options, resolvers_only,
             "ask no authoritative server by itself"),
    OPT_LIST('z', "zone", struct dns_options, zones, "FILE",
             "answer from this zone file, not DNS (repeats)"),
    OPT_FLAG(0, "allow-include", struct dns_options, allow_include,
             "let $INCLUDE in zone files open other files"),
    OPT_LIST(0, "overlay", struct dns_options, overlays, "FILE",
             "as if FILE's records were published (repeats)"),
    OPT_TEXT(0, "record", struct dns_options, record, "FILE",
             "keep every question and answer in FILE"),
    OPT_TEXT(0, "replay", struct dns_options, replay, "FILE",
             "answer from what --record kept, not from DNS"),
    OPT_TEXT(0, "at", struct dns_options, at, "TIME",
             "as if it were that time (RFC 3339 or @SECONDS)"),
    OPT_FLAG('4', "ipv4-only", struct dns_options, ipv4_only,
             "ask no server over IPv6"),
    OPT_FLAG('6', "ipv6-only", struct dns_options, ipv6_only,
             "ask no server over IPv4"),
    OPT_FLAG(0, "trust-ad", struct dns_options, trust_ad,
             "believe AD from resolvers on other machines"),
    OPT_NUMBER(0, "timeout", struct dns_options, timeout_ms, 10, 60000, "MS",
               "first try's timeout; default 1000"),
    OPT_NUMBER(0, "max-in-flight", struct dns_options, window, 1,
               LIVE_WINDOW_MAX, "N", "questions at a time; default 150"),
    OPT_NUMBER(0, "server-rate", struct dns_options, server_rate, 1,
               LIVE_RATE_MAX, "N", "a second to one server; default 250"),
    OPT_NUMBER(0, "authority-port", struct dns_options, authority_port, 1,
               65535, "N", "port of authoritative servers"),
    OPT_END,
};

static enum status
check_sources(const struct dns_options *options, struct error *err)
{
    if (options->replay != NULL && options->zones.count > 0)
        return error_set(err, ST_SYNTAX,
                         "--replay and --zone do not go together");
    if (options->record != NULL && options->replay != NULL)
        return error_set(err, ST_SYNTAX,
                         "--record and --replay do not go together");
    if (options->ipv4_only && options->ipv6_only)
        return error_set(err, ST_SYNTAX, "-4 and -6 do not go together");
    if (options->resolvers.count > 0
        && (options->zones.count > 0 || options->replay != NULL))
        return error_set(err, ST_SYNTAX,
                         "--resolver asks the network; --zone and --replay "
                         "do not");
    return ST_OK;
}

static enum status
set_clock(const struct dns_options *options, struct error *err)
{
    int64_t seconds;

    if (options->at == NULL)
        return ST_OK;
    if (clock_parse(slice_of(options->at), &seconds, err) != ST_OK)
        return ST_SYNTAX;
    clock_set(seconds);
    return ST_OK;
}

static enum status
open_zones(const struct dns_options *options, struct dns_setup *setup,
           struct error *err)
{
    struct zonefile_settings settings = {
        .allow_include = options->allow_include,
        .faults = true,
    };
    enum status st = ST_OK;

    setup->zone = zonefile_new();
    for (size_t i = 0; st == ST_OK && i < options->zones.count; i++)
        st = zonefile_read(setup->zone, options->zones.items[i], &settings,
                           err);
    if (st == ST_OK)
        setup->source = zonefile_source(setup->zone);
    /* What is wrong in a file is no fault of the command line. */
    return st == ST_SYNTAX ? ST_DAMAGED : st;
}

/* What decided the questions, beside the seed: in a recording's head. */
#define SETTING_RESOLVERS_ONLY "resolvers_only"

static enum status
open_recording(const struct dns_options *options, struct dns_setup *setup,
               struct error *err)
{
    const struct recording_head *head;
    enum status st = recording_read(options->replay, &setup->recording, err);

    if (st != ST_OK)
        return st == ST_SYNTAX ? ST_DAMAGED : st;
    head = recording_head(setup->recording);
    setup->view.seed = head->seed;
    setup->view.resolvers_only |=
        value_as_bool(value_get(head->settings, SETTING_RESOLVERS_ONLY));
    if (options->at == NULL && head->clock != 0)
        clock_set(head->clock);
    setup->source = recording_source(setup->recording);
    return ST_OK;
}

static enum status
open_live(const struct dns_options *options, struct dns_setup *setup,
          struct error *err)
{
    size_t n = options->resolvers.count;
    struct address *resolvers = memory_zeroed(n + 1, sizeof(*resolvers));
    struct live_settings settings = {
        .resolvers = resolvers,
        .resolver_count = n,
        .authority_port = (uint16_t)options->authority_port,
        .window = (unsigned)options->window,
        .server_rate = (unsigned)options->server_rate,
        .timeout_ms = (unsigned)options->timeout_ms,
        .no_ipv4 = options->ipv6_only,
        .no_ipv6 = options->ipv4_only,
        .trust_ad = options->trust_ad,
    };
    enum status st = ST_OK;

    for (size_t i = 0; st == ST_OK && i < n; i++)
        st = address_parse(&resolvers[i],
                           slice_of(options->resolvers.items[i]), err);
    if (st == ST_OK)
        st = live_new(&settings, &setup->source, err);
    free(resolvers);
    return st;
}

static enum status
open_overlays(const struct dns_options *options, struct dns_setup *setup,
              struct error *err)
{
    enum status st = ST_OK;

    if (options->overlays.count == 0)
        return ST_OK;
    setup->overlay = overlay_new();
    for (size_t i = 0; st == ST_OK && i < options->overlays.count; i++)
        st = overlay_read(setup->overlay, options->overlays.items[i], err);
    setup->view.overlay = setup->overlay;
    return st == ST_SYNTAX ? ST_DAMAGED : st;
}

static enum status
open_recorder(const struct dns_options *options, struct dns_setup *setup,
              struct error *err)
{
    struct arena *arena;
    struct recording_head head = {.clock = clock_now(),
                                  .seed = setup->view.seed};
    enum status st;

    if (options->record == NULL)
        return ST_OK;
    arena = arena_new();
    head.settings = value_map(arena);
    value_set(head.settings, SETTING_RESOLVERS_ONLY,
              value_bool(arena, setup->view.resolvers_only));
    st = recorder_new(options->record, &head, &setup->recorder, err);
    setup->view.recorder = setup->recorder;
    arena_free(arena);
    return st;
}

enum status
dnsopt_setup(const struct dns_options *options, struct dns_setup *setup,
             struct error *err)
{
    enum status st;
    struct error ignored;

    *setup = (struct dns_setup){0};
    digest_random(&setup->view.seed, sizeof(setup->view.seed));
    setup->view.resolvers_only = options->resolvers_only;
    if ((st = check_sources(options, err)) != ST_OK
        || (st = set_clock(options, err)) != ST_OK)
        return st;
    if (options->zones.count > 0)
        st = open_zones(options, setup, err);
    else if (options->replay != NULL)
        st = open_recording(options, setup, err);
    else
        st = open_live(options, setup, err);
    if (st == ST_OK)
        st = open_overlays(options, setup, err);
    if (st == ST_OK)
        st = open_recorder(options, setup, err);
    setup->view.source = setup->source;
    if (st != ST_OK)
        dnsopt_finish(setup, &ignored);
    return st;
}

bool
dnsopt_is_live(const struct dns_options *options)
{
    return options->zones.count == 0 && options->overlays.count == 0
           && options->replay == NULL && options->at == NULL;
}

enum status
dnsopt_finish(struct dns_setup *setup, struct error *err)
{
    enum status st = ST_OK;

    if (setup->recorder != NULL)
        st = recorder_finish(setup->recorder, err);
    source_free(setup->source);
    overlay_free(setup->overlay);
    recording_free(setup->recording);
    zonefile_free(setup->zone);
    *setup = (struct dns_setup){0};
    return st;
}
