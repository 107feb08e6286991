/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The thread that answers over TCP: RFC 7766. */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/base/strbuf.h"
#include "common/stunt/stuntserve.h"

/* Octets of the longest question taken; who sends more is closed. */
#define QUERY_MAX   4096
/* Answers that wait to be taken, beyond which no question is answered. */
#define PENDING_MAX STUNTMESSAGE_MAX
#define EVENTS      64

struct connection {
    int fd;                       /* -1: free */
    struct sockaddr_storage peer; /* who asks */
    int64_t since_ms;             /* last question whole or octets taken */
    size_t n;                     /* octets of in */
    uint8_t in[2 + QUERY_MAX];    /* read and not yet answered */
    struct strbuf out;            /* answers, of which */
    size_t sent;                  /* so many octets are gone */
    bool is_ended;                /* the peer will ask no more */
    bool waits_to_send;           /* asked epoll for that */
};

struct tcp {
    struct stuntserve_worker *worker;                   /* whose thread */
    int epoll;                                          /* of all sockets */
    bool is_listening;                                  /* not full */
    unsigned count;                                     /* of connections */
    struct connection connections[STUNTSERVER_TCP_MAX]; /* places */
    uint8_t answer[STUNTMESSAGE_MAX];                   /* being made */
};

static int64_t
now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Listeners have a NULL pointer: whichever it is, all are tried. */
static void
watch(struct tcp *tcp, int fd, int operation, uint32_t events, void *pointer)
{
    struct epoll_event event = {.events = events, .data.ptr = pointer};

    epoll_ctl(tcp->epoll, operation, fd, &event);
}

/* While all places are taken, others wait in the kernel. */
static void
listen_or_not(struct tcp *tcp)
{
    const struct stuntserver *server = tcp->worker->server;
    bool wanted = tcp->count < STUNTSERVER_TCP_MAX;

    if (wanted == tcp->is_listening)
        return;
    for (size_t i = 0; i < server->listen_count; i++)
        watch(tcp, server->tcp[i].fd, wanted ? EPOLL_CTL_ADD : EPOLL_CTL_DEL,
              EPOLLIN, NULL);
    tcp->is_listening = wanted;
}

static void
close_connection(struct tcp *tcp, struct connection *c)
{
    close(c->fd);
    c->fd = -1;
    strbuf_clear(&c->out);
    tcp->count--;
}

static struct connection *
free_place(struct tcp *tcp)
{
    for (size_t i = 0; i < STUNTSERVER_TCP_MAX; i++)
        if (tcp->connections[i].fd < 0)
            return &tcp->connections[i];
    return NULL;
}

static void
accept_from(struct tcp *tcp, int listener)
{
    struct connection *c;

    while ((c = free_place(tcp)) != NULL) {
        socklen_t size = sizeof(c->peer);
        int fd = accept4(listener, (struct sockaddr *)&c->peer, &size,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd < 0)
            return;
        c->fd = fd;
        c->since_ms = now_ms();
        c->n = c->sent = 0;
        c->is_ended = c->waits_to_send = false;
        tcp->count++;
        watch(tcp, fd, EPOLL_CTL_ADD, EPOLLIN, c);
    }
}

/* Write what waits; false when the connection is of no more use. */
static bool
flush(struct connection *c)
{
    while (c->sent < c->out.n) {
        ssize_t n =
            send(c->fd, c->out.p + c->sent, c->out.n - c->sent, MSG_NOSIGNAL);

        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        c->sent += (size_t)n;
        c->since_ms = now_ms();
    }
    strbuf_cut(&c->out, 0);
    c->sent = 0;
    return true;
}

static void
add_answer(struct tcp *tcp, struct connection *c, size_t size)
{
    struct stunt_query query = {c->in + 2, size, true};
    size_t n = stuntserve_answer(tcp->worker, &query, tcp->answer);
    uint8_t length[2] = {(uint8_t)(n >> 8), (uint8_t)n};

    c->since_ms = now_ms();
    if (n == 0)
        return;
    if (tcp->worker->log != NULL)
        stuntlog_note(tcp->worker->log, (const struct sockaddr *)&c->peer,
                      tcp->answer, n, tcp->worker->now_s);
    strbuf_add(&c->out, length, 2);
    strbuf_add(&c->out, tcp->answer, n);
}

/* Questions that came whole, in order, while there is room for answers: false
   when the peer sends what no question is. */
static bool
answer_some(struct tcp *tcp, struct connection *c)
{
    while (c->n >= 2 && c->out.n - c->sent < PENDING_MAX) {
        size_t size = (size_t)c->in[0] << 8 | c->in[1];

        if (size > QUERY_MAX)
            return false;
        if (c->n < 2 + size)
            break;
        add_answer(tcp, c, size);
        c->n -= 2 + size;
        memmove(c->in, c->in + 2 + size, c->n);
    }
    return true;
}

static bool
has_question(const struct connection *c)
{
    return c->n >= 2 && c->n - 2 >= ((size_t)c->in[0] << 8 | c->in[1]);
}

/* All that can be answered and taken now; false when the connection is of no
   more use. */
static bool
answer_pending(struct tcp *tcp, struct connection *c)
{
    do
        if (!answer_some(tcp, c) || !flush(c))
            return false;
    while (c->out.n == 0 && has_question(c));
    return true;
}

/* Read once; false when the connection is of no more use. */
static bool
fill(struct connection *c)
{
    ssize_t n;

    if (c->is_ended || c->n == sizeof(c->in))
        return true;
    n = recv(c->fd, c->in + c->n, sizeof(c->in) - c->n, 0);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    c->n += (size_t)n;
    c->is_ended = n == 0;
    return true;
}

static void
serve_connection(struct tcp *tcp, struct connection *c)
{
    bool waits;

    if (!fill(c) || !answer_pending(tcp, c)
        || (c->is_ended && c->out.n == 0)) {
        close_connection(tcp, c);
        return;
    }
    waits = c->out.n > 0;
    if (waits == c->waits_to_send)
        return;
    c->waits_to_send = waits;
    /* Who does not take answers is asked for no more questions. */
    watch(tcp, c->fd, EPOLL_CTL_MOD, waits ? EPOLLOUT : EPOLLIN, c);
}

static void
close_idle(struct tcp *tcp)
{
    int64_t oldest = now_ms() - STUNTSERVER_TCP_IDLE_MS;

    for (size_t i = 0; i < STUNTSERVER_TCP_MAX; i++) {
        struct connection *c = &tcp->connections[i];

        if (c->fd >= 0 && c->since_ms < oldest)
            close_connection(tcp, c);
    }
}

static void
serve_events(struct tcp *tcp, const struct epoll_event *events, int n)
{
    const struct stuntserver *server = tcp->worker->server;
    bool has_new = false;

    for (int i = 0; i < n; i++)
        if (events[i].data.ptr == NULL)
            has_new = true;
        else
            serve_connection(tcp, events[i].data.ptr);
    for (size_t i = 0; has_new && i < server->listen_count; i++)
        accept_from(tcp, server->tcp[i].fd);
}

static void
run(struct tcp *tcp)
{
    struct epoll_event events[EVENTS];

    while (!atomic_load(&tcp->worker->server->stopping)) {
        int n;

        listen_or_not(tcp);
        n = epoll_wait(tcp->epoll, events, EVENTS, STUNTSERVE_PAUSE_MS);
        stuntserve_refresh(tcp->worker);
        serve_events(tcp, events, n);
        close_idle(tcp);
    }
}

void *
stuntserve_tcp(void *context)
{
    struct tcp *tcp = memory_zeroed(1, sizeof(*tcp));

    tcp->worker = context;
    tcp->epoll = epoll_create1(EPOLL_CLOEXEC);
    for (size_t i = 0; i < STUNTSERVER_TCP_MAX; i++) {
        tcp->connections[i].fd = -1;
        tcp->connections[i].out = (struct strbuf)STRBUF_INIT;
    }
    if (tcp->epoll >= 0)
        run(tcp);
    for (size_t i = 0; i < STUNTSERVER_TCP_MAX; i++)
        if (tcp->connections[i].fd >= 0)
            close_connection(tcp, &tcp->connections[i]);
    if (tcp->epoll >= 0)
        close(tcp->epoll);
    free(tcp);
    return NULL;
}
