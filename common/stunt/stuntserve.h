/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files of the server: sockets, threads, what they share. */
#ifndef STUNT_STUNTSERVE_H
#define STUNT_STUNTSERVE_H

#include <pthread.h>
#include <stdatomic.h>

#include "common/stunt/stuntlive.h"
#include "common/stunt/stuntmessage.h"
#include "common/stunt/stuntrate.h"
#include "common/stunt/stuntserver.h"

/* How often threads without work look around: for what was published, a new
   template, the end. */
#define STUNTSERVE_PAUSE_MS STUNTLIVE_LOOK_MS

struct stuntserve_socket {
    int fd;          /* -1: none */
    bool wants_info; /* bound to the unspecified address: the answer must
                        leave from the one that was asked */
};

/* A thread that answers. */
struct stuntserve_worker {
    struct stuntserver *server;           /* whose */
    pthread_t thread;                     /* when running */
    bool is_running;                      /* to be joined */
    struct stuntlive_seat *seat;          /* its own */
    const struct template *template;      /* for the present batch */
    const struct template_binder *binder; /* likewise */
    uint32_t now_ms;                      /* when it came: for limits */
    uint32_t now_s;                       /* since 1970: for the log */
    struct stuntlog_table *log;           /* its own, or NULL */
    struct stuntserve_socket *sockets;    /* UDP: one for each address */
    struct stunt_result *result;          /* scratch */
};

struct stuntserver {
    struct stuntserver_data data;      /* what is served */
    size_t listen_count;               /* addresses */
    struct stuntserve_socket *tcp;     /* a listener for each */
    uint16_t *ports;                   /* bound, for each */
    struct stuntserve_worker *workers; /* UDP; the last one does TCP */
    unsigned worker_count;             /* of them, with it */
    atomic_bool stopping;              /* threads end */
};

/* A socket for address, UDP or TCP, not blocking; *port is what was bound. */
enum status stuntserve_bind(const struct address *address, bool tcp,
                            struct stuntserve_socket *out, uint16_t *port,
                            struct error *err);

/* Between batches: the newest template and snapshot. */
void stuntserve_refresh(struct stuntserve_worker *worker);
/* One question. */
size_t stuntserve_answer(struct stuntserve_worker *worker,
                         const struct stunt_query *query, uint8_t *out);

/* What threads do until server->stopping. */
void *stuntserve_udp(void *worker);
void *stuntserve_tcp(void *worker);

#endif
