/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Live answers and authority against real servers: the world on loopback. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/settings.h"
#include "common/dns/authority.h"
#include "common/dns/engine.h"
#include "common/dns/live.h"
#include "tests/tap/tap.h"

#define ROW(...)                                                              \
    {                                                                         \
        __VA_ARGS__                                                           \
    }

/* tests/world/world's exit status when the servers are not installed. */
#define WORLD_MISSING 77

/* The world as it runs. */
struct world {
    char folder[64];         /* of its files */
    struct address resolver; /* a validating one */
    uint16_t port;           /* of authoritative servers */
};

static int
run_world(const char *verb, const char *folder)
{
    int status = -1;
    pid_t pid;

    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        dup2(STDERR_FILENO, STDOUT_FILENO);
        execl(tap_path("tests/world/world"), "world", verb, folder,
              (char *)NULL);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

static void
read_world(struct world *world)
{
    struct settings *settings = NULL;
    struct error err = ERROR_INIT;
    char path[96];
    const char *port;

    snprintf(path, sizeof(path), "%s/env", world->folder);
    if (settings_read(path, false, &settings, &err) != ST_OK)
        bail("%s", err.text);
    port = settings_get(settings, "WORLD_PORT");
    if (port == NULL
        || address_parse(&world->resolver,
                         slice_of(settings_get(settings, "WORLD_RESOLVER")),
                         &err)
               != ST_OK)
        bail("%s", err.text);
    world->port = (uint16_t)atoi(port);
    settings_free(settings);
}

static struct name
name_of(const char *text)
{
    struct name name;

    if (name_parse(&name, slice_of(text), NULL) != ST_OK)
        bail("bad name %s", text);
    return name;
}

/* What a run looks up, and what it gets. */
struct asking {
    const char *name;                  /* asked of resolvers and servers */
    uint16_t type;                     /* asked */
    const struct answer *answer;       /* the resolver's */
    const struct authority *authority; /* who answers */
    const struct authority_answer *answers; /* each server's */
    size_t count;                           /* of them */
};

static void
ask(void *context, struct view *view)
{
    struct asking *asking = context;
    struct name name = name_of(asking->name);

    asking->answer = view_lookup(view, &name, asking->type);
    asking->authority = authority_find(view, &name);
    asking->answers = authority_ask_all(view, asking->authority, &name,
                                        asking->type, &asking->count);
}

static const struct {
    const char *name;     /* asked */
    uint16_t type;        /* asked */
    enum outcome outcome; /* from the resolver */
    bool validated;       /* likewise */
    const char *zone;     /* it belongs to */
    const char *servers;  /* "server outcome, ..." */
} rows[] = {
    ROW("plain.test.", RR_TXT, OUTCOME_FOUND, false, "plain.test.",
        "127.53.0.3 found, 127.53.0.4 found, "),
    ROW("signed.test.", RR_TXT, OUTCOME_FOUND, true, "signed.test.",
        "127.53.0.3 found, 127.53.0.4 found, "),
    ROW("absent.signed.test.", RR_TXT, OUTCOME_NXDOMAIN, true, "signed.test.",
        "127.53.0.3 nxdomain, 127.53.0.4 nxdomain, "),
    ROW("ent.plain.test.", RR_TXT, OUTCOME_NODATA, false, "plain.test.",
        "127.53.0.3 nodata, 127.53.0.4 nodata, "),
    ROW("any.wild.plain.test.", RR_TXT, OUTCOME_FOUND, false, "plain.test.",
        "127.53.0.3 found, 127.53.0.4 found, "),
    ROW("long.plain.test.", RR_TXT, OUTCOME_FOUND, false, "plain.test.",
        "127.53.0.3 found, 127.53.0.4 found, "),
    ROW("bogus.test.", RR_TXT, OUTCOME_BOGUS, false, "", ""),
    ROW("new._domainkey.split.test.", RR_TXT, OUTCOME_PENDING, false,
        "split.test.", "127.53.0.3 found, 127.53.0.4 nxdomain, "),
    ROW("lame.test.", RR_TXT, OUTCOME_FOUND, false, "lame.test.",
        "127.53.0.99 timeout, 127.53.0.3 found, "),
    ROW("faulty.test.", RR_TXT, OUTCOME_FOUND, false, "faulty.test.",
        "127.53.0.5 found, "),
    ROW("_domainkey.faulty.test.", RR_TXT, OUTCOME_NXDOMAIN, false,
        "faulty.test.", "127.53.0.5 nxdomain, "),
    ROW("nothing.", RR_TXT, OUTCOME_NXDOMAIN, true, ".",
        "127.53.0.1 nxdomain, "),
};

static void
present(const struct asking *asking, struct strbuf *out)
{
    for (size_t i = 0; i < asking->count; i++) {
        address_present(asking->answers[i].address, out);
        strbuf_addf(out, " %s, ",
                    outcome_word(asking->answers[i].answer->outcome));
    }
}

static void
test_row(const struct view_settings *settings, size_t i)
{
    struct asking asking = {.name = rows[i].name, .type = rows[i].type};
    struct view *view = engine_run_one(settings, asking.name, ask, &asking);
    struct strbuf zone = STRBUF_INIT;
    struct strbuf servers = STRBUF_INIT;

    /* PENDING in the table: either server may have been asked. */
    if (rows[i].outcome != OUTCOME_PENDING) {
        is_string(outcome_word(rows[i].outcome),
                  outcome_word(asking.answer->outcome), "%s: outcome",
                  rows[i].name);
        is_int(rows[i].validated, asking.answer->validated, "%s: validated",
               rows[i].name);
    }
    if (asking.authority->zone.size > 0)
        name_present(&asking.authority->zone, &zone);
    present(&asking, &servers);
    is_string(rows[i].zone, zone.p, "%s: zone (%s)", rows[i].name,
              asking.authority->problem == NULL ? "no problem"
                                                : asking.authority->problem);
    is_string(rows[i].servers, servers.p, "%s: servers", rows[i].name);
    strbuf_clear(&zone);
    strbuf_clear(&servers);
    view_free(view);
}

static struct source *
new_source(const struct world *world, const struct address *resolver)
{
    struct live_settings settings = {.resolvers = resolver,
                                     .resolver_count = 1,
                                     .authority_port = world->port,
                                     .no_ipv6 = true};
    struct error err = ERROR_INIT;
    struct source *source;

    if (live_new(&settings, &source, &err) != ST_OK)
        bail("%s", err.text);
    return source;
}

static void
test_rows(const struct world *world)
{
    struct source *source = new_source(world, &world->resolver);
    struct view_settings settings = {.source = source};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(&settings, i);
    source_free(source);
}

/* The root's server as a resolver: it gives a referral, not an answer. */
static void
test_referral(const struct world *world)
{
    struct address root = {
        .family = 4, .octets = {127, 53, 0, 1}
    };
    struct source *source;
    struct view_settings settings = {.source = NULL};
    struct asking asking = {.name = "plain.test.", .type = RR_TXT};
    struct view *view;

    root.port = world->port;
    source = new_source(world, &root);
    settings.source = source;
    view = engine_run_one(&settings, "referral", ask, &asking);
    ok(!outcome_is_definite(asking.answer->outcome),
       "a referral is no answer (%s)", outcome_word(asking.answer->outcome));
    is_int(AUTHORITY_UNKNOWN, asking.authority->state,
           "nor does it tell who answers");
    view_free(view);
    source_free(source);
}

int
main(void)
{
    struct world world = {.folder = "/tmp/selkie-world-XXXXXX"};
    char log[128];
    int status;

    if (mkdtemp(world.folder) == NULL)
        bail("no folder");
    snprintf(log, sizeof(log), "rm -rf '%s'", world.folder);
    status = run_world("start", world.folder);
    if (status == WORLD_MISSING) {
        rmdir(world.folder);
        skip_all("knotd, unbound and kdig are not all installed");
    }
    if (status != 0)
        bail("the world does not start (%d): see %s", status, world.folder);
    read_world(&world);
    plan_lazy();
    test_rows(&world);
    test_referral(&world);
    is_int(0, run_world("stop", world.folder), "the world stops");
    is_int(0, system(log), "and leaves nothing behind");
    return tap_done();
}
