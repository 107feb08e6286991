/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The DNS server itself: UDP and TCP on one or more addresses. */
#ifndef STUNT_STUNTSERVER_H
#define STUNT_STUNTSERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/status.h"
#include "common/dns/question.h"
#include "common/stunt/stuntlive.h"
#include "common/stunt/stuntlog.h"
#include "common/stunt/stuntrate.h"

/* TCP connections at once; more wait in the kernel's queue. */
#define STUNTSERVER_TCP_MAX     200
/* A TCP peer that asks or takes nothing so long is closed, RFC 7766 section
   6.2.3: an unfinished question does not count. */
#define STUNTSERVER_TCP_IDLE_MS 10000
/* Addresses to listen on, threads that answer over UDP. */
#define STUNTSERVER_LISTEN_MAX  64
#define STUNTSERVER_THREADS_MAX 256

struct stuntserver;

/*
 * Bind all addresses, each UDP and TCP; nothing is read from them yet.  port
 * 0: one that is free.  threads 0: one a core.  ST_EXISTS: an address is in
 * use; ST_DENIED: a port below 1024 without the right; ST_IO.
 */
enum status stuntserver_new(const struct address *listen, size_t listen_count,
                            unsigned threads, struct stuntserver **out,
                            struct error *err);
/* The port bound for address i (when 0 was asked for). */
uint16_t stuntserver_port(const struct stuntserver *server, size_t i);

/* What is served; borrowed until the server is freed. */
struct stuntserver_data {
    struct stuntlive *live; /* template and view */
    struct stuntrate *rate; /* limits on UDP answers, or NULL */
    struct stuntlog *log;   /* of questions for keys, or NULL */
    /* Of a log that cannot be written; may be NULL without one. */
    void (*tell)(const char *sentence);
};

/*
 * Answer until *stop is set (by a signal handler), checked some times a
 * second.  When *reload is set it is cleared and the template read again.
 * ready, which may be NULL, is called once all threads answer.
 */
struct stuntserver_orders {
    const volatile int *stop; /* see above */
    volatile int *reload;     /* see above */
    void (*ready)(void);      /* see above */
};
enum status stuntserver_run(struct stuntserver *server,
                            const struct stuntserver_data *data,
                            const struct stuntserver_orders *orders,
                            struct error *err);
void stuntserver_free(struct stuntserver *server); /* NULL is allowed */

#endif
