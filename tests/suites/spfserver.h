/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A DNS server on loopback that holds one scenario of an SPF test suite. */
#ifndef TESTS_SUITES_SPFSERVER_H
#define TESTS_SUITES_SPFSERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/arena.h"
#include "common/base/strbuf.h"
#include "common/dns/name.h"
#include "common/dns/question.h"
#include "tests/tap/tap.h"

#define SPFSERVER_MESSAGE_MAX 4096
#define SPFSERVER_HEADER      12
/* Aliases followed in one answer. */
#define SPFSERVER_HOPS        8

struct spfserver_record {
    struct name owner;
    uint16_t type;     /* 0: no answer at all to types not listed */
    bool is_nothing;   /* "TXT: NONE": stands in the way of SPF's copy */
    struct slice data; /* RDATA */
};

struct spfserver {
    struct spfserver_record *records; /* of one scenario */
    size_t count;                     /* of them */
    struct arena *arena;              /* holds them */
    uint16_t port;                    /* where it listens */
    pid_t child;                      /* who does */
};

static void
spfserver_add_name(struct strbuf *out, struct slice text)
{
    struct name name;

    if (name_from_text(&name, text) != ST_OK)
        bail("suite: no name: '%.*s'", SLICE_ARGS(text));
    strbuf_add(out, name.wire, name.size);
}

static void
spfserver_add_strings(struct strbuf *out, const struct slice *values,
                      size_t count)
{
    /* A TXT record has one string at least: RFC 1035 section 3.3.14. */
    if (count == 0)
        strbuf_add_char(out, 0);
    for (size_t i = 0; i < count; i++) {
        struct slice rest = values[i];

        do {
            struct slice part = slice_sub(rest, 0, 255);

            strbuf_add_char(out, (char)part.n);
            strbuf_add_slice(out, part);
            rest = slice_from(rest, part.n);
        } while (rest.n > 0);
    }
}

static void
spfserver_add_address(struct strbuf *out, int family, struct slice text)
{
    unsigned char octets[16];
    char copy[INET6_ADDRSTRLEN];

    if (text.n >= sizeof(copy))
        bail("suite: no address: '%.*s'", SLICE_ARGS(text));
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    if (inet_pton(family, copy, octets) != 1)
        bail("suite: no address: '%s'", copy);
    strbuf_add(out, octets, family == AF_INET ? 4 : 16);
}

/* RDATA of the values that the suite gives for a type. */
static void
spfserver_data(uint16_t type, const struct slice *values, size_t count,
               struct strbuf *out)
{
    switch (type) {
    case RR_A:
        spfserver_add_address(out, AF_INET, values[0]);
        break;
    case RR_AAAA:
        spfserver_add_address(out, AF_INET6, values[0]);
        break;
    case RR_MX:
        strbuf_add_char(out, 0);
        strbuf_add_char(out, (char)strtol(values[0].p, NULL, 10));
        spfserver_add_name(out, values[1]);
        break;
    case RR_PTR:
    case RR_CNAME:
        spfserver_add_name(out, values[0]);
        break;
    default:
        spfserver_add_strings(out, values, count);
        break;
    }
}

static void
spfserver_add(struct spfserver *server, struct slice owner, uint16_t type,
              const struct slice *values, size_t count)
{
    struct spfserver_record record = {.type = type};
    struct strbuf data = STRBUF_INIT;

    if (name_from_text(&record.owner, owner) != ST_OK)
        bail("suite: no name: '%.*s'", SLICE_ARGS(owner));
    record.is_nothing = count == 1 && slice_equal(values[0], SLICE("NONE"));
    if (type != 0)
        spfserver_data(type, values, count, &data);
    record.data = arena_slice(server->arena, strbuf_slice(&data));
    strbuf_clear(&data);
    server->records = arena_grow(server->arena, server->records, server->count,
                                 sizeof(record));
    server->records[server->count++] = record;
}

/* The suites write SPF and mean TXT as well, unless TXT is there too. */
static void
spfserver_copy_spf(struct spfserver *server)
{
    size_t count = server->count;

    for (size_t i = 0; i < count; i++) {
        struct spfserver_record copy = server->records[i];
        bool has_txt = false;

        for (size_t k = 0; k < count; k++)
            has_txt =
                has_txt
                || (server->records[k].type == RR_TXT
                    && name_equal(&server->records[k].owner, &copy.owner));
        if (copy.type != RR_SPF || has_txt)
            continue;
        copy.type = RR_TXT;
        server->records = arena_grow(server->arena, server->records,
                                     server->count, sizeof(copy));
        server->records[server->count++] = copy;
    }
}

static void
spfserver_put16(struct strbuf *out, unsigned value)
{
    strbuf_add_char(out, (char)(value >> 8));
    strbuf_add_char(out, (char)value);
}

static void
spfserver_put_record(struct strbuf *out, const struct spfserver_record *record)
{
    strbuf_add(out, record->owner.wire, record->owner.size);
    spfserver_put16(out, record->type);
    spfserver_put16(out, 1);
    spfserver_put16(out, 0);
    spfserver_put16(out, 300);
    spfserver_put16(out, (unsigned)record->data.n);
    strbuf_add_slice(out, record->data);
}

/* Put what name has of type; *exists and *silent are about the name. */
static unsigned
spfserver_find(const struct spfserver *server, const struct name *name,
               uint16_t type, struct strbuf *out, bool *exists, bool *silent)
{
    unsigned count = 0;

    for (size_t i = 0; i < server->count; i++) {
        const struct spfserver_record *record = &server->records[i];

        *exists = *exists || name_is_under(&record->owner, name);
        if (!name_equal(&record->owner, name))
            continue;
        *silent = *silent || record->type == 0;
        if (record->type != type || record->is_nothing)
            continue;
        spfserver_put_record(out, record);
        count++;
    }
    return count;
}

/* The alias at name, or NULL. */
static const struct spfserver_record *
spfserver_alias(const struct spfserver *server, const struct name *name)
{
    for (size_t i = 0; i < server->count; i++)
        if (server->records[i].type == RR_CNAME
            && name_equal(&server->records[i].owner, name))
            return &server->records[i];
    return NULL;
}

/* The answer section as a resolver gives it: false for no answer. */
static bool
spfserver_answer(const struct spfserver *server, struct name name,
                 uint16_t type, struct strbuf *out, unsigned *count,
                 bool *exists)
{
    const struct spfserver_record *alias;
    bool silent = false;
    size_t used;

    *count = 0;
    for (int hop = 0; hop < SPFSERVER_HOPS; hop++) {
        unsigned found;

        *exists = false;
        found = spfserver_find(server, &name, type, out, exists, &silent);
        *count += found;
        alias = spfserver_alias(server, &name);
        if (found > 0 || alias == NULL)
            return found > 0 || !silent;
        spfserver_put_record(out, alias);
        ++*count;
        name_from_wire(&name, alias->data, &used);
    }
    return true;
}

/* Answer one query in place: octets to send, 0 for none. */
static size_t
spfserver_reply(const struct spfserver *server, unsigned char *message,
                size_t n)
{
    struct slice rest = {(const char *)message + SPFSERVER_HEADER,
                         n - SPFSERVER_HEADER};
    struct strbuf out = STRBUF_INIT;
    bool exists = false;
    struct name name;
    size_t used, end;
    unsigned count;
    uint16_t type;

    if (n < SPFSERVER_HEADER || name_from_wire(&name, rest, &used) != ST_OK
        || rest.n < used + 4)
        return 0;
    end = SPFSERVER_HEADER + used + 4;
    type = (uint16_t)(message[end - 4] << 8 | message[end - 3]);
    if (!spfserver_answer(server, name, type, &out, &count, &exists)
        || end + out.n > SPFSERVER_MESSAGE_MAX) {
        strbuf_clear(&out);
        return 0;
    }
    message[2] = (unsigned char)(0x80 | (message[2] & 0x01));
    message[3] = exists ? 0x80 : 0x83; /* RA; NXDOMAIN */
    memset(message + 4, 0, 8);
    message[5] = 1;
    message[6] = (unsigned char)(count >> 8);
    message[7] = (unsigned char)count;
    memcpy(message + end, out.p, out.n);
    end += out.n;
    strbuf_clear(&out);
    return end;
}

static void
spfserver_loop(const struct spfserver *server, int fd)
{
    static unsigned char message[SPFSERVER_MESSAGE_MAX];

    for (;;) {
        struct sockaddr_in peer;
        socklen_t size = sizeof(peer);
        ssize_t n = recvfrom(fd, message, sizeof(message), 0,
                             (struct sockaddr *)&peer, &size);
        size_t out = n < 0 ? 0 : spfserver_reply(server, message, (size_t)n);

        if (out > 0
            && sendto(fd, message, out, 0, (struct sockaddr *)&peer, size) < 0)
            _exit(1);
    }
}

static void
spfserver_start(struct spfserver *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_DGRAM, 0), room = 4 << 20;
    socklen_t size = sizeof(address);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0
        || getsockname(fd, (struct sockaddr *)&address, &size) != 0)
        bail("cannot listen on loopback");
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
    server->port = ntohs(address.sin_port);
    server->child = fork();
    if (server->child < 0)
        bail("cannot fork");
    if (server->child == 0) {
        alarm(300); /* should the test die */
        spfserver_loop(server, fd);
    }
    close(fd);
}

static void
spfserver_stop(struct spfserver *server)
{
    kill(server->child, SIGKILL);
    waitpid(server->child, NULL, 0);
    server->child = 0;
    server->records = NULL;
    server->count = 0;
}

#endif
