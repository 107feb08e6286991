/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How each authoritative server behaves: EDNS, TCP, letters, authority, the
   way label by label, and whether two providers say the same. */
#ifndef AUDIT_COLLECT_SERVERS_H
#define AUDIT_COLLECT_SERVERS_H

#include "common/audit/collect_hygiene.h"
#include "common/dns/authority.h"

/* Addresses that are looked at: politeness, and servers beyond that are
   mostly further addresses of the same ones. */
#define SERVERS_PROBES_MAX 8
/* Of these, those that are asked for sizes and for names on the way. */
#define SERVERS_DEEP_MAX   4
/* Places with long answers that are asked for in every way. */
#define SERVERS_PLACES_MAX 3
/* Names on the way to a selector, "b._domainkey" of "a.b._domainkey". */
#define SERVERS_STEPS_MAX  3

/* One address. */
struct server_probe {
    struct name name;       /* of the NS record */
    struct address address; /* asked here */
    struct asked soa;       /* SOA of the zone, with EDNS */
    struct asked mixed;     /* the same in letters of both cases */
    struct asked plain;     /* the same without EDNS; asked where that with
                               it got no answer */
};

/* A long TXT answer, at one address, in three ways: what fits 512 octets of
   UDP, what fits 1,232, and all of it. */
struct server_size {
    struct name name;    /* of the record */
    struct asked small;  /* UDP without EDNS */
    struct asked medium; /* UDP with EDNS */
    struct asked tcp;    /* TCP */
};

/* A name on the way to a selector, as a resolver asks for it that tells each
   server only what it must know: RFC 9156 section 2.3. */
struct server_step {
    struct asked step;  /* A of the name on the way */
    struct asked again; /* once more, where no answer came */
    struct asked full;  /* TXT of the selector, where the step fails */
};

/* What the servers of two providers say. */
struct server_split {
    struct name name;         /* of the TXT records */
    struct name providers[2]; /* organizations of the servers' names */
    struct asked answers[2];  /* of one server of each */
};

struct server_facts {
    bool is_known;                     /* the zone's servers were asked */
    const struct asked *lost;          /* what did not come of the lookups of
                                          servers: there may be more */
    size_t lost_count;                 /* of it */
    const struct server_probe *probes; /* one an address */
    size_t probe_count;                /* of them */
    const struct server_size *sizes;   /* places by addresses */
    size_t size_count;                 /* of them */
    const struct server_step *steps;   /* names by addresses */
    size_t step_count;                 /* of them */
    struct asked tcp_control;          /* NS of the zone by a server of the
                                          zone above, by TCP; asked where TCP
                                          got no answer of the zone's own */
    const struct server_split *splits; /* places on which they differ */
    size_t split_count;                /* of them */
    bool is_split_known;               /* all that is compared is here */
};

/* To be called when the places of hygiene are filled in. */
const struct server_facts *collect_servers(struct view *view,
                                           const struct facts *facts,
                                           const struct authority *authority);

/* Did any server answer by TCP in this run?  Else it may be our own side that
   lets no TCP through. */
bool servers_has_tcp(const struct server_facts *servers);

/* The dns.* findings about servers. */
void check_servers(const struct facts *facts, struct report *report);

#endif
