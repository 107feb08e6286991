/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A name server that misbehaves as it is told, over UDP and TCP.  It is
 * whole in headers, so that tests run it in a child of their own
 * (faulty_start) and the world runs it as a program (faulty.c).
 *
 * Its script, one item a line, names absolute, '#' begins a comment:
 *
 *   rr NAME TTL TYPE DATA   a record.  TYPE: A AAAA NS CNAME TXT MX SOA; TXT
 *                           data is "..." "..." or @N: N octets in strings
 *                           of 255.  An SOA makes a zone.
 *   when NAME TYPE FAULT [N]
 *                           NAME "*" is every name, "*.NAME" those below;
 *                           TYPE ANY is every type.  The first that fits
 *                           counts.
 *
 * A question for count.faulty. TXT is answered with the number of messages
 * that came before it.
 */
#ifndef TESTS_WORLD_FAULTY_H
#define TESTS_WORLD_FAULTY_H

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/world/faultyreply.h"

static inline uint64_t
faulty_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static inline void
faulty_hold(struct faulty_server *server, const struct sockaddr_in *to,
            const struct faulty_reply *reply, unsigned long delay_ms)
{
    for (size_t i = 0; i < FAULTY_HELD_MAX; i++) {
        struct faulty_held *held = &server->held[i];

        if (held->message != NULL)
            continue;
        held->message = malloc(reply->n + 1);
        if (held->message == NULL)
            return;
        memcpy(held->message, reply->p, reply->n);
        held->n = reply->n;
        held->to = *to;
        held->due_ms = faulty_now_ms() + delay_ms;
        return;
    }
}

/* Make the reply; the fault that is left for the sender. */
static inline enum faulty_fault
faulty_reply_to(struct faulty_server *server, struct faulty_query *query,
                struct faulty_reply *reply, unsigned long *number)
{
    struct faulty_rule *rule;
    enum faulty_fault fault = FAULTY_NONE;
    unsigned plain;

    server->messages++;
    if (!faulty_parse(query))
        return FAULTY_DROP;
    rule = faulty_find_rule(server, &query->name, query->type);
    if (rule != NULL) {
        fault = rule->fault;
        *number = rule->number;
        if (fault == FAULTY_DROP && rule->number > 0
            && rule->used++ >= rule->number)
            fault = FAULTY_NONE;
    }
    faulty_begin(query, reply);
    faulty_answer(server, reply, &query->name, query->type);
    plain = (unsigned)reply->n;
    faulty_spoil(server, query, reply, fault);
    if (!query->tcp && (faulty_cuts(fault) || reply->n + 11 > query->size))
        faulty_truncate(query, reply, fault);
    else if (query->edns && (fault == FAULTY_NONE || reply->n != plain)
             && reply->n > 12 && !faulty_is_formerr(reply)
             && fault != FAULTY_NO_QR)
        faulty_add_opt(reply);
    return fault;
}

static inline void
faulty_serve_udp(struct faulty_server *server)
{
    static struct faulty_reply reply;
    uint8_t message[4096];
    struct sockaddr_in from;
    socklen_t size = sizeof(from);
    unsigned long number = 0;
    ssize_t n = recvfrom(server->udp, message, sizeof(message), 0,
                         (struct sockaddr *)&from, &size);
    struct faulty_query query = {.p = message, .n = n < 0 ? 0 : (size_t)n};
    enum faulty_fault fault;

    if (n < 0)
        return;
    fault = faulty_reply_to(server, &query, &reply, &number);
    if (fault == FAULTY_DROP)
        return;
    if (fault == FAULTY_DELAY) {
        faulty_hold(server, &from, &reply, number);
        return;
    }
    (void)sendto(fault == FAULTY_WRONG_ADDRESS ? server->other : server->udp,
                 reply.p, reply.n, 0, (struct sockaddr *)&from, size);
}

static inline bool
faulty_read_all(int fd, uint8_t *p, size_t n)
{
    while (n > 0) {
        ssize_t got = recv(fd, p, n, 0);

        if (got <= 0)
            return false;
        p += got;
        n -= (size_t)got;
    }
    return true;
}

static inline bool
faulty_write_all(int fd, const uint8_t *p, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        p += sent;
        n -= (size_t)sent;
    }
    return true;
}

/* One query of a connection; false when it is to be closed. */
static inline bool
faulty_serve_tcp(struct faulty_server *server, int fd)
{
    static struct faulty_reply reply;
    static uint8_t message[FAULTY_MESSAGE_MAX];
    uint8_t length[2];
    unsigned long number = 0;
    struct faulty_query query = {.p = message, .tcp = true};
    enum faulty_fault fault;

    if (!faulty_read_all(fd, length, 2))
        return false;
    query.n = faulty_u16(length);
    if (!faulty_read_all(fd, message, query.n))
        return false;
    fault = faulty_reply_to(server, &query, &reply, &number);
    if (fault == FAULTY_TRUNCATE_NO_TCP)
        return false;
    if (fault == FAULTY_DROP || fault == FAULTY_TRUNCATE_DEAF)
        return true;
    faulty_set16(length, (unsigned)reply.n);
    return faulty_write_all(fd, length, 2)
           && faulty_write_all(fd, reply.p, reply.n);
}

static inline void
faulty_accept(struct faulty_server *server)
{
    struct timeval patience = {.tv_sec = 2};
    int fd = accept(server->tcp, NULL, NULL);

    if (fd < 0)
        return;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    for (size_t i = 0; i < FAULTY_PEERS_MAX; i++) {
        if (server->peers[i] < 0) {
            server->peers[i] = fd;
            return;
        }
    }
    close(fd);
}

/* Send what is due; milliseconds to the next, at most a second. */
static inline int
faulty_send_held(struct faulty_server *server)
{
    uint64_t now = faulty_now_ms();
    uint64_t wait = 1000;

    for (size_t i = 0; i < FAULTY_HELD_MAX; i++) {
        struct faulty_held *held = &server->held[i];

        if (held->message == NULL)
            continue;
        if (held->due_ms > now) {
            if (held->due_ms - now < wait)
                wait = held->due_ms - now;
            continue;
        }
        (void)sendto(server->udp, held->message, held->n, 0,
                     (struct sockaddr *)&held->to, sizeof(held->to));
        free(held->message);
        held->message = NULL;
    }
    return (int)wait;
}

static inline void
faulty_round(struct faulty_server *server)
{
    struct pollfd polls[2 + FAULTY_PEERS_MAX];

    polls[0] = (struct pollfd){.fd = server->udp, .events = POLLIN};
    polls[1] = (struct pollfd){.fd = server->tcp, .events = POLLIN};
    for (size_t i = 0; i < FAULTY_PEERS_MAX; i++)
        polls[2 + i] =
            (struct pollfd){.fd = server->peers[i], .events = POLLIN};
    if (poll(polls, 2 + FAULTY_PEERS_MAX, faulty_send_held(server)) <= 0)
        return;
    if ((polls[0].revents & POLLIN) != 0)
        faulty_serve_udp(server);
    for (size_t i = 0; i < FAULTY_PEERS_MAX; i++) {
        if (polls[2 + i].revents == 0)
            continue;
        if (!faulty_serve_tcp(server, server->peers[i])) {
            close(server->peers[i]);
            server->peers[i] = -1;
        }
    }
    if ((polls[1].revents & POLLIN) != 0)
        faulty_accept(server);
}

/* UDP and TCP on one port; port 0: one that is free for both.  False when
   there is none. */
static inline bool
faulty_bind(struct faulty_server *server, const char *address, uint16_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    socklen_t size = sizeof(at);
    int one = 1;

    if (inet_pton(AF_INET, address, &at.sin_addr) != 1)
        return false;
    server->udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    server->tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    server->other = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    setsockopt(server->tcp, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    for (size_t i = 0; i < FAULTY_PEERS_MAX; i++)
        server->peers[i] = -1;
    if (bind(server->udp, (struct sockaddr *)&at, sizeof(at)) == 0
        && getsockname(server->udp, (struct sockaddr *)&at, &size) == 0
        && bind(server->tcp, (struct sockaddr *)&at, sizeof(at)) == 0
        && listen(server->tcp, 16) == 0)
        return true;
    close(server->udp);
    close(server->tcp);
    close(server->other);
    return false;
}

static inline uint16_t
faulty_port(const struct faulty_server *server)
{
    struct sockaddr_in at;
    socklen_t size = sizeof(at);

    if (getsockname(server->udp, (struct sockaddr *)&at, &size) < 0)
        return 0;
    return ntohs(at.sin_port);
}

/* In a child, at 127.0.0.1 and a free port: its process id; it ends with
   its parent, or by kill. */
static inline pid_t
faulty_start(const char *script, uint16_t *port)
{
    struct faulty_server *server = calloc(1, sizeof(*server));
    pid_t pid;

    if (server == NULL)
        return -1;
    for (unsigned i = 0; !faulty_bind(server, "127.0.0.1", 0); i++)
        if (i == 20)
            return -1;
    faulty_read(server, script);
    *port = faulty_port(server);
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            faulty_round(server);
    }
    close(server->udp);
    close(server->tcp);
    close(server->other);
    for (size_t i = 0; i < server->record_count; i++)
        free(server->records[i].data);
    free(server);
    return pid;
}

#endif
