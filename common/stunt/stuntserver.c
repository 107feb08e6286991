/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The DNS server: its sockets and its threads. */
#include "common/stunt/stuntserver.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/stunt/stuntserve.h"

/* A free port is one for UDP and TCP: how often it is tried to find one. */
#define PORT_TRIES 16

static unsigned
core_count(void)
{
    cpu_set_t cores;
    int n = sched_getaffinity(0, sizeof(cores), &cores) == 0
                ? CPU_COUNT(&cores)
                : 1;

    return n > STUNTSERVER_THREADS_MAX ? STUNTSERVER_THREADS_MAX : (unsigned)n;
}

static void
close_socket(struct stuntserve_socket *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
}

static void
close_address(struct stuntserver *server, size_t i)
{
    close_socket(&server->tcp[i]);
    for (unsigned k = 0; k + 1 < server->worker_count; k++)
        close_socket(&server->workers[k].sockets[i]);
}

/* TCP first: that sockets of UDP may share a port would hide another server
   on it. */
static enum status
bind_address(struct stuntserver *server, size_t i,
             const struct address *address, struct error *err)
{
    enum status st = ST_OK;

    for (int tries = 0; tries < PORT_TRIES; tries++) {
        server->ports[i] = address->port;
        st = stuntserve_bind(address, true, &server->tcp[i], &server->ports[i],
                             err);
        for (unsigned k = 0; st == ST_OK && k + 1 < server->worker_count; k++)
            st =
                stuntserve_bind(address, false, &server->workers[k].sockets[i],
                                &server->ports[i], err);
        if (st == ST_OK)
            return st;
        close_address(server, i);
        if (st != ST_EXISTS || address->port != 0)
            return st;
    }
    return st;
}

static struct stuntserver *
new_server(size_t listen_count, unsigned threads)
{
    struct stuntserver *server = memory_zeroed(1, sizeof(*server));

    server->listen_count = listen_count;
    server->worker_count = threads + 1;
    server->tcp = memory_zeroed(listen_count, sizeof(*server->tcp));
    server->ports = memory_zeroed(listen_count, sizeof(*server->ports));
    server->workers =
        memory_zeroed(server->worker_count, sizeof(*server->workers));
    for (unsigned k = 0; k < server->worker_count; k++) {
        server->workers[k].server = server;
        server->workers[k].sockets =
            memory_zeroed(listen_count, sizeof(*server->workers[k].sockets));
        for (size_t i = 0; i < listen_count; i++)
            server->workers[k].sockets[i].fd = -1;
    }
    for (size_t i = 0; i < listen_count; i++)
        server->tcp[i].fd = -1;
    return server;
}

enum status
stuntserver_new(const struct address *listen, size_t listen_count,
                unsigned threads, struct stuntserver **out, struct error *err)
{
    struct stuntserver *server;
    enum status st = ST_OK;

    if (listen_count == 0 || listen_count > STUNTSERVER_LISTEN_MAX)
        return error_set(err, ST_RANGE,
                         "1 to %d addresses to listen on, not %zu",
                         STUNTSERVER_LISTEN_MAX, listen_count);
    if (threads == 0 || threads > STUNTSERVER_THREADS_MAX)
        threads = core_count();
    server = new_server(listen_count, threads);
    for (size_t i = 0; st == ST_OK && i < listen_count; i++)
        st = bind_address(server, i, &listen[i], err);
    if (st == ST_OK)
        *out = server;
    else
        stuntserver_free(server);
    return st;
}

uint16_t
stuntserver_port(const struct stuntserver *server, size_t i)
{
    return server->ports[i];
}

void
stuntserver_free(struct stuntserver *server)
{
    if (server == NULL)
        return;
    for (size_t i = 0; i < server->listen_count; i++)
        close_address(server, i);
    for (unsigned k = 0; k < server->worker_count; k++) {
        stuntlive_leave(server->workers[k].seat);
        free(server->workers[k].sockets);
        free(server->workers[k].result);
    }
    free(server->workers);
    free(server->ports);
    free(server->tcp);
    free(server);
}

void
stuntserve_refresh(struct stuntserve_worker *worker)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    worker->now_ms =
        (uint32_t)now.tv_sec * 1000 + (uint32_t)(now.tv_nsec / 1000000);
    if (worker->log != NULL)
        worker->now_s = (uint32_t)clock_now();
    worker->template = stuntlive_refresh(worker->seat, &worker->binder);
}

size_t
stuntserve_answer(struct stuntserve_worker *worker,
                  const struct stunt_query *query, uint8_t *out)
{
    return stuntmessage_answer(worker->template, worker->binder, query,
                               worker->result, out);
}

/* Threads take no signals: those are for who waits in stuntserver_run. */
static enum status
start(struct stuntserver *server, struct error *err)
{
    enum status st = ST_OK;
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (unsigned k = 0; st == ST_OK && k < server->worker_count; k++) {
        struct stuntserve_worker *worker = &server->workers[k];
        bool is_tcp = k + 1 == server->worker_count;

        st = stuntlive_sit(server->data.live, &worker->seat, err);
        if (st != ST_OK)
            break;
        worker->result = memory_zeroed(1, sizeof(*worker->result));
        if (server->data.log != NULL)
            worker->log = stuntlog_table_new(server->data.log);
        stuntserve_refresh(worker);
        if (pthread_create(&worker->thread, NULL,
                           is_tcp ? stuntserve_tcp : stuntserve_udp, worker)
            != 0)
            st = error_set(err, ST_IO, "cannot start a thread");
        else
            worker->is_running = true;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return st;
}

static void
join(struct stuntserver *server)
{
    atomic_store(&server->stopping, true);
    for (unsigned k = 0; k < server->worker_count; k++)
        if (server->workers[k].is_running) {
            pthread_join(server->workers[k].thread, NULL);
            server->workers[k].is_running = false;
        }
}

/* A log that cannot be written is told once, until it can be again. */
static void
write_log(const struct stuntserver_data *data, bool force, bool *was_told)
{
    struct error err = ERROR_INIT;
    bool is_bad =
        data->log != NULL
        && stuntlog_write(data->log, (uint32_t)clock_now(), force, &err)
               != ST_OK;

    if (is_bad && !*was_told)
        data->tell(err.text);
    *was_told = is_bad;
}

enum status
stuntserver_run(struct stuntserver *server,
                const struct stuntserver_data *data,
                const struct stuntserver_orders *orders, struct error *err)
{
    bool was_told = false;
    enum status st;

    server->data = *data;
    st = start(server, err);
    if (st == ST_OK && orders->ready != NULL)
        orders->ready();
    while (st == ST_OK && !__atomic_load_n(orders->stop, __ATOMIC_SEQ_CST)) {
        if (__atomic_exchange_n(orders->reload, 0, __ATOMIC_SEQ_CST))
            stuntlive_reload(data->live);
        stuntlive_look(data->live);
        write_log(data, false, &was_told);
        poll(NULL, 0, STUNTSERVE_PAUSE_MS);
    }
    join(server);
    write_log(data, true, &was_told);
    return st;
}
