/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Response rate limiting: a table of times, one for each kind of answer to
   each network. */
#include "common/stunt/stuntrate.h"

#include <netinet/in.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define HEADER_SIZE    12
#define RCODE_NXDOMAIN 3

/* Places: 1 MB.  Two are tried; where both are taken by others that are
   active, an answer goes out uncounted. */
#define PLACES         (1u << 17)
#define TRIED          2

/* Times are counted in 1/256 ms: fine enough for STUNTRATE_ALL times
   STUNTRATE_MAX answers a second; 32 bits of them wrap in four hours. */
#define TICKS_PER_MS   256
#define TICKS          (1000 * TICKS_PER_MS)

/*
 * A place: in the upper half a tag, in the lower the time until which the
 * answers sent so far have used up the allowance (the generic cell rate
 * algorithm: one number is the bucket).
 */
struct stuntrate {
    uint64_t seed;                  /* nobody can choose what collides */
    uint32_t cost_same, cost_all;   /* ticks that one answer takes */
    bool limits_loopback;           /* tests */
    _Atomic uint32_t over;          /* answers over the limit, for slips */
    _Atomic uint64_t table[PLACES]; /* see above */
};

struct stuntrate *
stuntrate_new(unsigned per_second, bool limits_loopback)
{
    struct stuntrate *rate = calloc(1, sizeof(*rate));

    if (rate == NULL)
        return NULL;
    if (getrandom(&rate->seed, sizeof(rate->seed), 0) != sizeof(rate->seed)) {
        free(rate);
        return NULL;
    }
    if (per_second < 1)
        per_second = 1;
    if (per_second > STUNTRATE_MAX)
        per_second = STUNTRATE_MAX;
    rate->cost_same = TICKS / per_second;
    rate->cost_all = TICKS / (per_second * STUNTRATE_ALL);
    rate->limits_loopback = limits_loopback;
    return rate;
}

void
stuntrate_free(struct stuntrate *rate)
{
    free(rate);
}

static uint64_t
mix(uint64_t hash, uint64_t more)
{
    __uint128_t product = (__uint128_t)(hash ^ more) * 0x9e3779b97f4a7c15ull;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The network of peer as a number; false where it is exempt. */
static bool
network_of(const struct stuntrate *rate, const struct sockaddr *peer,
           uint64_t *network)
{
    if (peer->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const void *)peer;
        uint32_t address = ntohl(v4->sin_addr.s_addr);

        *network = address >> (32 - STUNTRATE_BITS_V4);
        return rate->limits_loopback || address >> 24 != IN_LOOPBACKNET;
    }
    if (peer->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const void *)peer;

        memcpy(network, &v6->sin6_addr, sizeof(*network));
        *network = (be64toh(*network) >> (64 - STUNTRATE_BITS_V6))
                   | 1ull << 63; /* apart from IPv4 */
        return rate->limits_loopback || !IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
    }
    return false;
}

/* Octets of header and question; the header's where there is none. */
static size_t
question_end(const uint8_t *answer, size_t size)
{
    size_t at = HEADER_SIZE;

    if (size < HEADER_SIZE || (answer[4] | answer[5]) == 0)
        return size < HEADER_SIZE ? size : HEADER_SIZE;
    while (at < size && answer[at] != 0)
        at += 1 + (size_t)answer[at];
    at += 1 + 4; /* the root, type, class */
    return at > size ? HEADER_SIZE : at;
}

/* What kind of answer it is: alike ones have one hash. */
static uint64_t
kind_of(const uint8_t *answer, size_t size, uint64_t hash)
{
    unsigned rcode = answer[3] & 0xf;
    size_t end;

    if (rcode != 0)
        return mix(hash, rcode == RCODE_NXDOMAIN ? 1 : 2);
    end = question_end(answer, size);
    /* Letters folded by one bit: what else that makes alike is rare. */
    for (size_t i = HEADER_SIZE; i < end; i++)
        hash = mix(hash, answer[i] | 0x20u);
    return mix(hash, 3);
}

/* Charge cost to what hash stands for; false when it has used up a second's
   allowance. */
static bool
charge(struct stuntrate *rate, uint64_t hash, uint32_t cost, uint32_t now)
{
    uint32_t tag = (uint32_t)(hash >> 32) | 1;

    for (uint32_t i = 0; i < TRIED; i++) {
        _Atomic uint64_t *place = &rate->table[((uint32_t)hash ^ i) % PLACES];
        uint64_t old = atomic_load_explicit(place, memory_order_relaxed);
        uint32_t until = (uint32_t)old;
        bool is_over = (int32_t)(until - now) <= 0
                       || until - now > TICKS + cost; /* from before a wrap */

        if (old >> 32 != tag && !is_over && old != 0)
            continue;
        if (old >> 32 != tag || is_over)
            until = now;
        if (until - now > TICKS - cost)
            return false;
        /* Lost to another thread: one answer goes out uncounted. */
        atomic_compare_exchange_weak_explicit(
            place, &old, (uint64_t)tag << 32 | (uint32_t)(until + cost),
            memory_order_relaxed, memory_order_relaxed);
        return true;
    }
    return true;
}

enum stuntrate_verdict
stuntrate_judge(struct stuntrate *rate, const struct sockaddr *peer,
                const uint8_t *answer, size_t size, uint32_t now_ms)
{
    uint32_t now = now_ms * TICKS_PER_MS, n;
    uint64_t network = 0, hash;

    if (size < HEADER_SIZE || !network_of(rate, peer, &network))
        return STUNTRATE_SEND;
    hash = mix(rate->seed, network);
    /* In this order: what is held back as alike leaves room for others. */
    if (charge(rate, kind_of(answer, size, hash), rate->cost_same, now)
        && charge(rate, hash, rate->cost_all, now))
        return STUNTRATE_SEND;
    n = atomic_fetch_add_explicit(&rate->over, 1, memory_order_relaxed);
    return n % STUNTRATE_SLIP == 0 ? STUNTRATE_TRUNCATE : STUNTRATE_DROP;
}

size_t
stuntrate_truncate(uint8_t *answer, size_t size)
{
    size_t end = question_end(answer, size);

    if (size < HEADER_SIZE)
        return size;
    answer[2] |= 0x02; /* TC */
    memset(answer + 6, 0, HEADER_SIZE - 6);
    if (end == HEADER_SIZE)
        answer[4] = answer[5] = 0;
    return end;
}
