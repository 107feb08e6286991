/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options that say where answers come from, and the view they make. */
#ifndef TOOLS_DNSOPT_H
#define TOOLS_DNSOPT_H

#include <stdbool.h>

#include "common/base/options.h"
#include "common/base/status.h"
#include "common/dns/view.h"
#include "common/dns/zonefile.h"

struct dns_options {
    struct opt_list resolvers;    /* --resolver ADDR[:PORT] */
    bool resolvers_only;          /* --resolvers-only */
    struct opt_list zones;        /* --zone FILE */
    struct opt_list overlays;     /* --overlay FILE */
    bool allow_include;           /* --allow-include */
    const char *record;           /* --record FILE */
    const char *replay;           /* --replay FILE */
    const char *at;               /* --at TIME */
    unsigned long authority_port; /* --authority-port N */
    unsigned long window;         /* --max-in-flight N */
    unsigned long server_rate;    /* --server-rate N */
    unsigned long timeout_ms;     /* --timeout MS */
    bool ipv4_only, ipv6_only;    /* -4, -6 */
    bool trust_ad;                /* --trust-ad */
};

extern const struct opt_def dns_option_table[];

/* Is it DNS as it is now that answers?  Files, and another time, say how it
   would be: nothing is entered or done by that. */
bool dnsopt_is_live(const struct dns_options *options);

/* Everything that a run needs to ask. */
struct dns_setup {
    struct view_settings view;   /* for engines */
    struct zonefile *zone;       /* --zone, else NULL */
    struct overlay *overlay;     /* --overlay, else NULL */
    struct recording *recording; /* --replay, else NULL */
    struct recorder *recorder;   /* --record, else NULL */
    struct source *source;       /* live, zone or recording */
};

/* ST_SYNTAX for options that do not go together or do not parse (usage);
   anything else could not be done. */
enum status dnsopt_setup(const struct dns_options *options,
                         struct dns_setup *setup, struct error *err);
/* Ends all of it; the recording is finished (ST_OK) or its fault told. */
enum status dnsopt_finish(struct dns_setup *setup, struct error *err);

#endif
