/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What DNS alone says of the hosts that send and receive a domain's mail: no
   mail or web server is connected to. */
#ifndef AUDIT_COLLECT_TRANSPORT_H
#define AUDIT_COLLECT_TRANSPORT_H

#include "common/audit/audit.h"
#include "common/dns/mailroute.h"

/* Names of the sending address that are looked at: RFC 7208 section 4.6.4
   has receivers look at as many. */
#define TRANSPORT_NAMES_MAX     10
/* The domain, and the one of --sender. */
#define TRANSPORT_RECEIVERS_MAX 2

/* The certificate that DNS has for a host: RFC 7672. */
struct transport_tlsa {
    const struct mailroute_host *host; /* whose; borrowed */
    struct asked tlsa;                 /* at _25._tcp. */
    struct name zone;                  /* of the registrable domain above the
                                          host; {0}: not known */
    struct asked ds;                   /* DS of it; asked where TLSA is there
                                          and nobody validated it */
};

/* A domain that bounces or answers come back to. */
struct transport_receiver {
    struct name domain;            /* which */
    const struct mailroute *route; /* to it */
};

/* A name that the sending address gives itself. */
struct transport_name {
    struct name name;     /* of a PTR record */
    struct asked forward; /* A or AAAA there, as the address is */
};

struct transport_facts {
    struct transport_receiver receivers[TRANSPORT_RECEIVERS_MAX];
    size_t receiver_count;             /* of them: the domain is the first */
    struct transport_tlsa *tlsa;       /* of the domain's MX hosts */
    size_t tlsa_count;                 /* of them */
    struct asked ptr;                  /* of --ip; not asked without it */
    const struct transport_name *ptrs; /* that it has */
    size_t ptr_count;                  /* of them */
    struct name helo;                  /* --helo, where it is a name */
    struct asked helo_a, helo_aaaa;    /* its addresses */
    struct asked mta_sts;              /* TXT of "_mta-sts." */
    struct asked mta_sts_a, mta_sts_aaaa; /* addresses of "mta-sts.", asked
                                             where that is there */
    struct asked tlsrpt;                  /* TXT of "_smtp._tls." */
    struct asked bimi;                    /* TXT of "default._bimi." */
    struct asked apex;                    /* TXT of the domain: its SPF */
};

/* The transport.* findings that DNS decides (check_transport.c). */
void check_transport(const struct facts *facts, struct report *report);
/* Of them, those about TXT records (check_transport_txt.c). */
void check_transport_txt(const struct transport_facts *transport,
                         struct report *report);

#endif
