/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The system's resolvers: resolv.conf(5). */
#ifndef DNS_RESOLVCONF_H
#define DNS_RESOLVCONF_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/slice.h"
#include "common/dns/question.h"

#define RESOLVCONF_PATH        "/etc/resolv.conf"
/* What stands behind this is not read. */
#define RESOLVCONF_SIZE_MAX    ((size_t)64 << 10)
/* Resolvers taken; the C library takes three. */
#define RESOLVCONF_SERVERS_MAX 8

struct resolvconf {
    struct address servers[RESOLVCONF_SERVERS_MAX]; /* with their ports */
    size_t count;                                   /* of them */
    bool trust_ad;                                  /* "options trust-ad" */
};

/* Lines "nameserver ADDRESS" and "options ...", the rest is not for us; an
   address that is none (a scope behind '%') is passed over. */
void resolvconf_parse(struct slice text, struct resolvconf *conf);

/* The same of a file; one that cannot be read names no resolver. */
void resolvconf_read(const char *path, struct resolvconf *conf);

#endif
