/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One channel of c-ares against the server of faults: what is reported. */
#include "common/dns/livechannel.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#include "common/base/clock.h"
#include "common/dns/message.h"
#include "tests/tap/tap.h"
#include "tests/world/faulty.h"

#define PATIENCE_MS 300
/* Nothing is waited for longer than this. */
#define LIMIT_US    10000000

static const char script[] = "rr good.test. 60 TXT \"good\"\n"
                             "when bare.test. TXT formerr-bare\n"
                             "when formerr.test. TXT formerr\n"
                             "when id.test. TXT wrong-id\n"
                             "when question.test. TXT wrong-question\n"
                             "when garbage.test. TXT garbage\n"
                             "when empty.test. TXT empty\n"
                             "when address.test. TXT wrong-address\n"
                             "when closed.test. TXT truncate-no-tcp\n"
                             "when drop.test. TXT drop\n";

/* What was reported last. */
struct report {
    unsigned answered, failed, unreachable, stray; /* times */
    void *token;                                   /* of the last one */
    int error;                                     /* likewise */
    const char *why;                               /* of the last stray */
    size_t n;                  /* octets of the last message */
    unsigned rcode, questions; /* of the last answer */
};

static void
on_answered(void *owner, struct livequery *query, void *token,
            struct slice message)
{
    struct report *report = owner;

    (void)query;
    report->answered++;
    report->token = token;
    report->n = message.n;
    report->rcode = (unsigned char)message.p[3] & 0x0f;
    report->questions = (unsigned char)message.p[5];
}

static void
on_failed(void *owner, struct livequery *query, void *token, int error)
{
    struct report *report = owner;

    (void)query;
    report->failed++;
    report->token = token;
    report->error = error;
}

static void
on_unreachable(void *owner, int error)
{
    struct report *report = owner;

    report->unreachable++;
    report->error = error;
}

static void
on_stray(void *owner, void *token, struct slice message, const char *why)
{
    struct report *report = owner;

    report->stray++;
    report->token = token;
    report->n = message.n;
    report->why = why;
}

static const struct livechannel_ops ops = {on_answered, on_failed,
                                           on_unreachable, on_stray};

struct setup {
    struct report report;        /* of the channel */
    struct livechannel *channel; /* under test */
    int epoll;                   /* its own */
};

static void
set_up(struct setup *setup, uint16_t port, bool tcp)
{
    struct livechannel_settings settings = {
        .ops = &ops,
        .owner = &setup->report,
        .address = {.family = 4, .octets = {127, 0, 0, 1}, .port = port},
        .tcp = tcp,
        .patience_ms = PATIENCE_MS
    };

    memset(&setup->report, 0, sizeof(setup->report));
    setup->epoll = epoll_create1(EPOLL_CLOEXEC);
    settings.epoll = setup->epoll;
    setup->channel = livechannel_new(&settings);
    if (setup->epoll < 0 || setup->channel == NULL)
        bail("no channel");
}

static void
tear_down(struct setup *setup)
{
    livechannel_free(setup->channel);
    close(setup->epoll);
}

static struct livequery *
send_name(struct setup *setup, const char *text, void *token)
{
    struct question question = {.type = RR_TXT, .edns_size = 1232};
    int error = 0;

    if (name_parse(&question.name, slice_of(text), NULL) != ST_OK)
        bail("bad name");
    return livechannel_send(setup->channel, &question, token, &error);
}

/* Until one of the counts at a and b grows (b may be NULL). */
static void
run_until(struct setup *setup, const unsigned *a, const unsigned *b)
{
    uint64_t end = clock_elapsed_us() + LIMIT_US;
    unsigned first = *a, second = b == NULL ? 0 : *b;

    while (*a == first && (b == NULL || *b == second)
           && clock_elapsed_us() < end) {
        struct epoll_event event;

        if (epoll_wait(setup->epoll, &event, 1, 20) > 0)
            livechannel_process(event.data.ptr, event.events);
        else
            livechannel_tick(setup->channel);
    }
}

static void
test_answered(uint16_t port, bool tcp)
{
    struct setup setup;
    struct livequery *query;
    int token;

    set_up(&setup, port, tcp);
    query = send_name(&setup, "good.test", &token);
    ok(query != NULL && livechannel_is_tcp(query) == tcp, "sent");
    is_int(1, (long long)livechannel_waiting(setup.channel), "one is out");
    run_until(&setup, &setup.report.answered, NULL);
    is_int(1, setup.report.answered, "it is answered");
    ok(setup.report.token == &token, "with its token");
    ok(setup.report.n > MESSAGE_HEADER_SIZE, "by a message");
    is_int(0, (long long)livechannel_waiting(setup.channel), "none waits");
    is_int(0, (long long)livechannel_held(setup.channel), "none is held");
    is_int(1, (long long)livechannel_sent(setup.channel), "one was sent");
    tear_down(&setup);
}

static void
test_errors(uint16_t port)
{
    struct setup setup;
    int token;

    set_up(&setup, port, false);
    send_name(&setup, "bare.test", &token);
    run_until(&setup, &setup.report.answered, NULL);
    is_int(1, setup.report.rcode, "FORMERR of a header alone is an answer");
    is_int(1, setup.report.questions, "the question is put in");
    is_int(0, (long long)livechannel_waiting(setup.channel), "it is over");
    is_int(1, (long long)livechannel_held(setup.channel),
           "though c-ares still holds it");
    send_name(&setup, "formerr.test", &token);
    run_until(&setup, &setup.report.answered, NULL);
    is_int(1, setup.report.rcode, "so is FORMERR without OPT");
    send_name(&setup, "good.test", &token);
    run_until(&setup, &setup.report.answered, NULL);
    is_int(0, setup.report.rcode, "the channel is as it was");
    is_int(3, setup.report.answered, "each was answered once");
    tear_down(&setup);
}

static void
test_strays(uint16_t port)
{
    static const struct {
        const char *name; /* asked */
        const char *why;  /* part of what is said */
    } rows[] = {
        {"id.test",       "another id"      },
        {"question.test", "another question"},
        {"garbage.test",  "too short"       },
        {"empty.test",    "too short"       }
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct setup setup;
        int token;

        set_up(&setup, port, false);
        send_name(&setup, rows[i].name, &token);
        run_until(&setup, &setup.report.stray, NULL);
        is_int(1, setup.report.stray, "%s: reported", rows[i].name);
        ok(setup.report.why != NULL
               && strstr(setup.report.why, rows[i].why) != NULL,
           "%s: says why", rows[i].name);
        ok(setup.report.token == &token, "%s: and for whom", rows[i].name);
        run_until(&setup, &setup.report.failed, NULL);
        is_int(0, setup.report.error, "%s: patience ends", rows[i].name);
        is_int(0, setup.report.answered, "%s: no answer", rows[i].name);
        tear_down(&setup);
    }
}

static void
test_wrong_address(uint16_t port)
{
    struct setup setup;
    int token;

    set_up(&setup, port, false);
    send_name(&setup, "address.test", &token);
    run_until(&setup, &setup.report.failed, NULL);
    is_int(0, setup.report.stray + setup.report.answered,
           "another address does not even come in");
    tear_down(&setup);
}

static void
test_dropped(uint16_t port)
{
    struct setup setup;
    struct livequery *query;
    int token, other;

    set_up(&setup, port, false);
    query = send_name(&setup, "good.test", &token);
    livechannel_drop(query);
    is_int(0, (long long)livechannel_waiting(setup.channel), "dropped");
    send_name(&setup, "good.test", &other);
    run_until(&setup, &setup.report.answered, NULL);
    ok(setup.report.token == &other, "only the other one is told of");
    send_name(&setup, "drop.test", &token);
    tear_down(&setup);
    is_int(0, setup.report.failed, "nobody is told when a channel ends");
}

static void
test_nobody(void)
{
    static struct faulty_server server;
    struct setup setup;
    uint16_t port;
    int token;

    if (!faulty_bind(&server, "127.0.0.1", 0))
        bail("no port");
    port = faulty_port(&server);
    close(server.udp);
    close(server.tcp);
    close(server.other);
    set_up(&setup, port, false);
    send_name(&setup, "good.test", &token);
    run_until(&setup, &setup.report.unreachable, NULL);
    is_int(ECONNREFUSED, setup.report.error, "ICMP is reported");
    is_int(1, (long long)livechannel_waiting(setup.channel),
           "and ends no query");
    tear_down(&setup);
    set_up(&setup, port, true);
    send_name(&setup, "good.test", &token);
    run_until(&setup, &setup.report.failed, NULL);
    is_int(ECONNREFUSED, setup.report.error, "a refused connection ends it");
    ok(setup.report.token == &token, "with its token");
    tear_down(&setup);
}

static void
test_closed(uint16_t port)
{
    struct setup setup;
    int token;

    set_up(&setup, port, true);
    send_name(&setup, "closed.test", &token);
    run_until(&setup, &setup.report.failed, NULL);
    is_int(ECONNRESET, setup.report.error, "so does one that is closed");
    tear_down(&setup);
}

/* An address to which the system does not even send. */
static void
test_unsendable(void)
{
    struct livechannel_settings settings = {
        .ops = &ops,
        .address = {.family = 4, .octets = {255, 255, 255, 255}, .port = 53},
        .patience_ms = PATIENCE_MS
    };
    struct question question = {.type = RR_TXT, .name = name_root};
    struct report report = {0};
    struct livechannel *channel;
    int error = 0;

    settings.owner = &report;
    settings.epoll = epoll_create1(EPOLL_CLOEXEC);
    channel = livechannel_new(&settings);
    ok(livechannel_send(channel, &question, &report, &error) == NULL,
       "what cannot be sent is said so at once");
    ok(error != 0, "with the reason");
    is_int(0, report.failed, "and not told again");
    is_int(0, (long long)livechannel_held(channel), "nothing is held");
    livechannel_free(channel);
    livechannel_free(NULL);
    close(settings.epoll);
}

int
main(void)
{
    uint16_t port;
    pid_t pid = faulty_start(script, &port);

    if (pid < 0)
        skip_all("no server on loopback");
    plan_lazy();
    test_answered(port, false);
    test_answered(port, true);
    test_errors(port);
    test_strays(port);
    test_wrong_address(port);
    test_dropped(port);
    test_nobody();
    test_closed(port);
    test_unsendable();
    ok(livechannel_room() >= 64, "a socket has room for some answers");
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return tap_done();
}
