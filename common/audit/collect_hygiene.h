/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the records came into DNS: data hygiene of the names that matter. */
#ifndef AUDIT_COLLECT_HYGIENE_H
#define AUDIT_COLLECT_HYGIENE_H

#include "common/audit/audit.h"
#include "common/dns/asked.h"

/* A name whose TXT records matter: the domain, _dmarc, each selector. */
struct hygiene_place {
    struct name name;                 /* asked */
    struct question question;         /* TXT there */
    const struct answer *answer;      /* to it */
    struct name doubled_name;         /* NAME.DOMAIN: the zone's name twice */
    struct question doubled_question; /* TXT there; asked where the name has
                                         none */
    const struct answer *doubled;     /* to it, or NULL */
    struct asked direct;              /* TXT there, by the first server of the
                                         zone: with the TTL as published */
    struct asked cname;               /* CNAME there, by the same server;
                                         asked where it has TXT */
};

struct server_facts;

struct hygiene_facts {
    const struct hygiene_place *places;     /* in that order */
    size_t place_count;                     /* of them */
    struct name wild;                       /* RANDOM.DOMAIN */
    struct question wild_question;          /* TXT there */
    const struct answer *wild_answer;       /* to it */
    struct name wild_dmarc;                 /* _dmarc.RANDOM.DOMAIN */
    struct question wild_dmarc_question;    /* TXT there */
    const struct answer *wild_dmarc_answer; /* to it */
    struct name zone;                       /* of the domain; {0}: unknown */
    struct asked soa;                       /* SOA of it */
    struct asked mx;                        /* MX of the domain */
    const struct server_facts *servers;     /* collect_servers.h */
};

/* The dns.* findings (check_hygiene.c), and with them those about servers,
   TTLs and hosts (check_answers.c). */
void check_hygiene(const struct facts *facts, struct report *report);
void check_answers(const struct facts *facts, struct report *report);
/* A server that was asked by itself and fails: one finding of a kind for a
   name, with all the servers.  Nothing is raised for any other answer. */
void check_answers_failure(const struct facts *facts, struct report *report,
                           const struct asked *asked);

#endif
