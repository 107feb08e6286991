/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests of the live source: one question, one answer. */
#ifndef TESTS_DNS_LIVEASK_H
#define TESTS_DNS_LIVEASK_H

#include <signal.h>
#include <sys/wait.h>

#include "common/dns/engine.h"
#include "common/dns/live.h"
#include "tests/tap/tap.h"
#include "tests/world/faulty.h"

/* The first wait where an answer is wanted: a busy machine has time for it.
   And where none will come. */
#define PATIENT_MS 700
#define SHORT_MS   20
#define TRIES      3

struct asking {
    struct question question;    /* asked in each run */
    const struct answer *answer; /* of the last run */
    unsigned runs;               /* so far */
};

static inline void
ask(void *context, struct view *view)
{
    struct asking *asking = context;

    asking->answer = view_ask(view, &asking->question);
    asking->runs++;
}

static inline struct name
name_of(const char *text)
{
    struct name name;

    if (name_parse(&name, slice_of(text), NULL) != ST_OK)
        bail("bad name %s", text);
    return name;
}

static inline struct view *
look_up(const struct view_settings *settings, struct asking *asking,
        const char *text, enum transport transport)
{
    struct name name = name_of(text);

    asking->question = question_recursive(&name, RR_TXT);
    asking->question.transport = transport;
    return engine_run_one(settings, "test", ask, asking);
}

static inline const char *
text_of(struct view *view, const struct answer *answer)
{
    struct slice text;

    if (answer->record_count == 0)
        return NULL;
    text = record_text(view_run_arena(view), &answer->records[0]);
    return arena_text(view_run_arena(view), text);
}

static inline struct source *
new_source(uint16_t port, unsigned timeout_ms)
{
    struct address address = {
        .family = 4, .octets = {127, 0, 0, 1},
             .port = port
    };
    struct live_settings settings = {.resolvers = &address,
                                     .resolver_count = 1,
                                     .timeout_ms = timeout_ms,
                                     .tries = TRIES};
    struct source *source;
    struct error err = ERROR_INIT;

    if (live_new(&settings, &source, &err) != ST_OK)
        bail("%s", err.text);
    return source;
}

/* A port of loopback at which nothing listens: bound, read and closed. */
static inline uint16_t
dead_port(void)
{
    static struct faulty_server server;
    uint16_t port;

    if (!faulty_bind(&server, "127.0.0.1", 0))
        bail("no port");
    port = faulty_port(&server);
    close(server.udp);
    close(server.tcp);
    close(server.other);
    return port;
}

static inline void
stop_faulty(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

#endif
