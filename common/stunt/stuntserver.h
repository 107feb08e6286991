/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The DNS server itself: UDP and TCP on one address. */
#ifndef STUNT_STUNTSERVER_H
#define STUNT_STUNTSERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/status.h"
#include "common/dns/question.h"
#include "common/stunt/stuntview.h"
#include "common/template/template.h"

/* TCP connections at once; more wait in the kernel's queue. */
#define STUNTSERVER_TCP_MAX     200
/* A TCP peer that is silent so long is closed, RFC 7766 section 6.2.3. */
#define STUNTSERVER_TCP_IDLE_MS 10000

struct stuntserver_settings {
    const struct address *listen; /* addresses, each UDP and TCP */
    size_t listen_count;          /* of them */
    unsigned threads;             /* 0: one a core */
    const char *template_path;    /* read again on stuntserver_reload */
    struct name origin;           /* of the template */
    struct stuntview *view;       /* borrowed */
};

struct stuntserver;

/* Bind everything; nothing is answered before stuntserver_run. */
enum status stuntserver_new(const struct stuntserver_settings *settings,
                            struct stuntserver **out, struct error *err);
/* Answer until *stop is set (by a signal handler).  Reads the template again
   when *reload is set; a broken one is told and the old one stays. */
enum status stuntserver_run(struct stuntserver *server,
                            const volatile int *stop, volatile int *reload,
                            struct error *err);
/* The port bound for address i (when 0 was asked for). */
uint16_t stuntserver_port(const struct stuntserver *server, size_t i);
void stuntserver_free(struct stuntserver *server);

#endif
