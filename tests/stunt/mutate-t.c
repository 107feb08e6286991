/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The server under mutated packets, over its own socket: it goes on answering
 * what is asked well.  SELKIE_PACKETS says how many (20,000 unless given; a
 * million takes a minute).
 */
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/dns/message.h"
#include "common/stunt/stuntserver.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

#define PACKETS 20000
#define EVERY   1000 /* packets, then a good question */

static struct stuntserver *server;
static struct stuntlive *live;
static volatile int stop, reload;
static uint64_t seed = 0x5e1c1e;

static void *
run(void *context)
{
    struct stuntserver_data data = {.live = live};
    struct stuntserver_orders orders = {.stop = &stop, .reload = &reload};

    return stuntserver_run(server, &data, &orders, context) == ST_OK ? context
                                                                     : NULL;
}

static uint32_t
next(uint32_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

static size_t
good_query(uint16_t id, uint8_t out[MESSAGE_QUERY_MAX])
{
    struct question question = {.type = RR_TXT, .edns_size = 1232};

    name_parse(&question.name, SLICE("k1._domainkey.a.example.com"), NULL);
    return message_query(&question, id, out);
}

/* Octets changed, cut, repeated; sometimes all of them anything. */
static size_t
mutate(uint8_t *packet, size_t n, size_t room)
{
    unsigned changes = 1 + next(6);

    if (next(20) == 0) {
        n = next((uint32_t)room);
        for (size_t i = 0; i < n; i++)
            packet[i] = (uint8_t)next(256);
        return n;
    }
    for (unsigned i = 0; i < changes && n > 0; i++)
        switch (next(4)) {
        case 0:
            packet[next((uint32_t)n)] = (uint8_t)next(256);
            break;
        case 1:
            packet[next((uint32_t)n)] ^= (uint8_t)(1u << next(8));
            break;
        case 2:
            n = next((uint32_t)n + 1);
            break;
        default:
            if (2 * n <= room) {
                memcpy(packet + n, packet, n);
                n *= 2;
            }
        }
    return n;
}

/* Take what is there: an answer that is no response is a fault. */
static unsigned
drain(int fd, int timeout_ms, unsigned *faults)
{
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    uint8_t message[65536];
    unsigned count = 0;

    while (poll(&polled, 1, timeout_ms) == 1) {
        ssize_t n = recv(fd, message, sizeof(message), MSG_DONTWAIT);

        if (n < 0)
            break;
        count++;
        *faults += n < 12 || (message[2] & 0x80) == 0 || n > 1232;
    }
    return count;
}

static bool
is_alive(int fd, uint16_t id)
{
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    uint8_t query[MESSAGE_QUERY_MAX], message[4096];
    size_t size = good_query(id, query);

    for (unsigned tries = 0; tries < 50; tries++) {
        if (send(fd, query, size, 0) != (ssize_t)size)
            return false;
        while (poll(&polled, 1, 200) == 1) {
            ssize_t n = recv(fd, message, sizeof(message), 0);

            if (n > 12 && memcmp(message, query, 2) == 0
                && (message[3] & 0xf) == 0 && message[7] == 1)
                return true;
        }
    }
    return false;
}

static void
flood(int fd, unsigned packets)
{
    uint8_t packet[1024];
    unsigned faults = 0, dead = 0, answers = 0;

    for (unsigned i = 0; i < packets && dead == 0; i++) {
        size_t n =
            mutate(packet, good_query((uint16_t)i, packet), sizeof(packet));

        if (send(fd, packet, n, 0) < 0 && n > 0)
            faults++;
        if (i % 50 == 0)
            answers += drain(fd, 0, &faults);
        if (i % EVERY == 0)
            dead += !is_alive(fd, 0xbeef);
    }
    answers += drain(fd, 300, &faults);
    is_int(0, dead, "the server lives");
    is_int(0, faults, "every answer is a response that fits");
    ok(answers > packets / 20, "%u of %u mutated packets are answered",
       answers, packets);
}

int
main(void)
{
    static const char text[] =
        "example.com 60 IN SOA ns.example.com h.example.com 1 2 3 4 5\n"
        "(?P<s>[^.]+)\\._domainkey\\.(?P<c>[^.]+)\\.example\\.com 60 IN TXT "
        "\"p=${s}${c}\"\n";
    struct address listen = {
        .family = 4, .octets = {127, 0, 0, 1}
    };
    const char *wanted = getenv("SELKIE_PACKETS");
    struct stuntlive_source source = {0};
    struct error err = ERROR_INIT, ended = ERROR_INIT;
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    pthread_t thread;
    void *good = NULL;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    plan_lazy();
    source.regexdns_path = fixture_path("regexdns");
    if (file_write(source.regexdns_path, SLICE(text), 0600, &err) != ST_OK
        || stuntlive_open(&source, &live, &err) != ST_OK
        || stuntserver_new(&listen, 1, 1, &server, &err) != ST_OK)
        bail("%s", err.text);
    to.sin_port = htons(stuntserver_port(server, 0));
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0
        || pthread_create(&thread, NULL, run, &ended) != 0)
        bail("no socket, or no thread");
    flood(fd, wanted == NULL ? PACKETS : (unsigned)strtoul(wanted, NULL, 10));
    __atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
    pthread_join(thread, &good);
    ok(good != NULL, "it ends when it is told to");
    close(fd);
    stuntserver_free(server);
    stuntlive_close(live);
    return tap_done();
}
