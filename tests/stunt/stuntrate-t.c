/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/stunt/stuntrate.c. */
#include "common/stunt/stuntrate.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "tests/tap/tap.h"

/* Header, the question "a.example TXT" and 20 octets of records. */
static const uint8_t found[] = "\0\1\x84\0\0\1\0\1\0\0\0\1"
                               "\1a\7example\0\0\20\0\1"
                               "01234567890123456789";
#define FOUND_SIZE    (sizeof(found) - 1)
#define QUESTION_SIZE (12 + 11 + 4)

static struct stuntrate *rate;

static struct sockaddr_storage
peer(const char *text)
{
    struct sockaddr_storage out = {0};
    struct sockaddr_in *v4 = (void *)&out;
    struct sockaddr_in6 *v6 = (void *)&out;

    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1)
        out.ss_family = AF_INET;
    else if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1)
        out.ss_family = AF_INET6;
    else
        bail("no address: %s", text);
    return out;
}

/* One answer whose question begins with letter, with rcode. */
static enum stuntrate_verdict
judge(const char *from, char letter, uint8_t rcode, uint32_t now_ms)
{
    struct sockaddr_storage who = peer(from);
    uint8_t answer[FOUND_SIZE];

    memcpy(answer, found, sizeof(answer));
    answer[13] = (uint8_t)letter;
    answer[3] = rcode;
    return stuntrate_judge(rate, (const struct sockaddr *)&who, answer,
                           sizeof(answer), now_ms);
}

/* How many of n are sent at once. */
static unsigned
sent(const char *from, char letter, uint8_t rcode, unsigned n)
{
    unsigned count = 0;

    for (unsigned i = 0; i < n; i++)
        count += judge(from, letter, rcode, 5000) == STUNTRATE_SEND;
    return count;
}

static void
begin(unsigned per_second, bool limits_loopback)
{
    stuntrate_free(rate);
    rate = stuntrate_new(per_second, limits_loopback);
    if (rate == NULL)
        bail("no memory");
}

static void
test_alike(void)
{
    begin(10, false);
    is_int(10, sent("192.0.2.1", 'a', 0, 50), "ten alike in a second");
    is_int(0, sent("192.0.2.200", 'a', 0, 5), "the network counts as one");
    is_int(0, sent("192.0.2.1", 'A', 0, 5), "case does not matter");
    is_int(10, sent("192.0.2.1", 'b', 0, 50), "another name is another kind");
    is_int(10, sent("192.0.3.1", 'a', 0, 50), "another network as well");
    is_int(10, sent("192.0.2.1", 'c', 3, 20) + sent("192.0.2.1", 'd', 3, 20),
           "NXDOMAIN of all names is one kind");
    is_int(10, sent("192.0.2.1", 'e', 1, 20) + sent("192.0.2.1", 'f', 5, 20),
           "errors are one kind");
    is_int(10, sent("2001:db8:0:1::1", 'a', 0, 50), "IPv6");
    is_int(0, sent("2001:db8:0:2::1", 'a', 0, 5), "by its first 56 bits");
    is_int(10, sent("2001:db8:0:100::1", 'a', 0, 50), "and no more");
}

static void
test_all(void)
{
    unsigned count = 0;

    begin(10, false);
    for (char letter = 1; letter < 32; letter++)
        count += sent("192.0.2.1", letter, 0, 10);
    is_int(100, count, "a hundred answers of all kinds");
}

/* Time gives the allowance back, no more than a second's. */
static void
test_time(void)
{
    unsigned count = 0;

    begin(10, false);
    sent("192.0.2.1", 'a', 0, 50);
    is_int(STUNTRATE_SEND, judge("192.0.2.1", 'a', 0, 5100),
           "a tenth of a second later: one more");
    ok(judge("192.0.2.1", 'a', 0, 5100) != STUNTRATE_SEND, "and only one");
    for (unsigned i = 0; i < 50; i++)
        count += judge("192.0.2.1", 'a', 0, 90000) == STUNTRATE_SEND;
    is_int(10, count, "long after: a second's allowance");
    count = 0;
    for (unsigned i = 0; i < 50; i++)
        count +=
            judge("192.0.2.1", 'a', 0, 90000 + (1u << 23)) == STUNTRATE_SEND;
    is_int(10, count, "half a turn of the counter later too");
}

static void
test_slip(void)
{
    unsigned truncated = 0, dropped = 0;
    uint8_t answer[FOUND_SIZE];

    begin(10, false);
    sent("192.0.2.1", 'a', 0, 10);
    for (unsigned i = 0; i < 100; i++) {
        enum stuntrate_verdict verdict = judge("192.0.2.1", 'a', 0, 5000);

        truncated += verdict == STUNTRATE_TRUNCATE;
        dropped += verdict == STUNTRATE_DROP;
    }
    is_int(50, truncated, "every second one over the limit is truncated");
    is_int(50, dropped, "the others are dropped");
    memcpy(answer, found, sizeof(answer));
    is_int(QUESTION_SIZE, (int)stuntrate_truncate(answer, sizeof(answer)),
           "header and question are left");
    ok(memcmp(answer, "\0\1\x86\0\0\1\0\0\0\0\0\0", 12) == 0,
       "with TC and no records");
    is_int(12, (int)stuntrate_truncate(answer, 20), "half a question is none");
    is_int(3, (int)stuntrate_truncate(answer, 3), "no header, no change");
}

static void
test_loopback(void)
{
    begin(10, false);
    is_int(50, sent("127.0.0.9", 'a', 0, 50), "loopback is exempt");
    is_int(50, sent("::1", 'a', 0, 50), "that of IPv6 too");
    begin(10, true);
    is_int(10, sent("127.0.0.9", 'a', 0, 50), "unless it is limited too");
    begin(STUNTRATE_MAX, false);
    is_int(5000, sent("192.0.2.1", 'a', 0, 5000), "the highest limit");
}

int
main(void)
{
    plan_lazy();
    test_alike();
    test_all();
    test_time();
    test_slip();
    test_loopback();
    stuntrate_free(rate);
    stuntrate_free(NULL);
    return tap_done();
}
