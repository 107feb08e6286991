/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The DNS server itself: UDP and TCP on one or more addresses. */
#ifndef STUNT_STUNTSERVER_H
#define STUNT_STUNTSERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/status.h"
#include "common/dns/question.h"
#include "common/stunt/stuntview.h"
#include "common/template/template.h"

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

/* What is served. */
struct stuntserver_data {
    const char *template_path; /* read by load, again at each reload */
    struct name origin;        /* of the template */
    struct stuntview *view;    /* borrowed */
    void (*tell)(const char *sentence, bool is_fault); /* of a reload */
};

/* Read the template; data and what it points to is borrowed until the end. */
enum status stuntserver_load(struct stuntserver *server,
                             const struct stuntserver_data *data,
                             struct error *err);
/*
 * Answer until *stop is set (by a signal handler), checked some times a
 * second.  When *reload is set it is cleared and the template read again; a
 * broken one is told and the old one stays.
 */
enum status stuntserver_run(struct stuntserver *server,
                            const volatile int *stop, volatile int *reload,
                            struct error *err);
void stuntserver_free(struct stuntserver *server); /* NULL is allowed */

#endif
