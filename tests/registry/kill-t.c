/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kills provisioning at random instants, and before any of its writes, and
   looks at what is left. */
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/registry/keys.h"
#include "common/registry/rows.h"
#include "tests/keys/testkeys.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

#define KILLS     200
#define CUSTOMERS 10000 /* in the list */
#define WINDOW    64    /* of them a child begins with, new to the registry */
#define BATCH     16    /* of a window, in one commit at most */
#define KEYS      2     /* of each */
#define NAME_ROOM 32
#define CHILD_S   120 /* a child that takes longer hangs */

static struct provision_request *requests;
static volatile sig_atomic_t stop;

static const struct provision_key keys[KEYS] = {
    {"k1", ALGORITHM_RSA,     0, NULL},
    {"k2", ALGORITHM_ED25519, 0, NULL}
};

static void
make_requests(void)
{
    char *names = calloc(CUSTOMERS, NAME_ROOM);

    requests = calloc(CUSTOMERS, sizeof(*requests));
    for (size_t i = 0; i < CUSTOMERS; i++) {
        snprintf(names + NAME_ROOM * i, NAME_ROOM, "c%zu", i);
        requests[i].customer = names + NAME_ROOM * i;
        requests[i].keys = keys;
        requests[i].key_count = KEYS;
    }
}

/* When a child is killed; all 0: never. */
struct life {
    unsigned from_start_us; /* since it was started, */
    unsigned writes;        /* or instead of one more write to a file */
    bool by_batch;          /* its commits are of BATCH customers each */
};

/* Of a child. */
static struct life own_life;
static sem_t reports;       /* customers reported and not waited for */
static atomic_uint made;    /* keys */
static atomic_uint *writes; /* to files; the parent sees it */

/* Of the registry's own writes (SQLite's calls end here) the one that is too
   many is never done. */
ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t at)
{
    unsigned before = writes == NULL ? 0 : atomic_fetch_add(writes, 1);

    if (own_life.writes > 0 && before >= own_life.writes)
        raise(SIGKILL);
    return syscall(SYS_pwrite64, fd, p, n, at);
}

/* The test keys.  By batch, the keys of the next one are only made when the
   last one was reported, so that its commit is over. */
static enum status
make(void *context, enum key_algorithm algorithm, unsigned bits,
     struct key_pair *out, struct error *err)
{
    const struct key_source *source = testkeys_source();
    unsigned n = atomic_fetch_add(&made, 1);

    (void)context;
    if (own_life.by_batch && n > 0 && n % (BATCH * KEYS) == 0)
        for (unsigned i = 0; i < BATCH; i++)
            while (sem_wait(&reports) != 0)
                continue;
    return source->make(source->context, algorithm, bits, out, err);
}

/* Tell the parent of each customer that was reported as done. */
static void
tell(void *context, const struct provision_request *request,
     enum provision_outcome outcome, const struct error *why)
{
    const int *pipe_end = context;
    unsigned i = (unsigned)(request - requests);

    (void)why;
    if (outcome != PROVISION_ADDED)
        return;
    if (write(*pipe_end, &i, sizeof(i)) != sizeof(i))
        _exit(3);
    sem_post(&reports);
}

/* Provision so many from the first on, most of which are there. */
static void
child(int pipe_end, size_t count)
{
    struct registry *registry = NULL;
    struct seal *seal = NULL;
    struct key_source source = {make, NULL};
    struct provision_settings settings;
    struct provision_totals totals;
    struct error err = ERROR_INIT;
    enum status st;

    alarm(CHILD_S);
    sem_init(&reports, 0, 0);
    st = registry_open(fixture_path("a.db"), &registry, &err);
    if (st == ST_OK)
        st = registry_seal(registry, &seal, &err);
    settings = fixture_settings(registry, seal);
    settings.source = &source;
    settings.outcome = tell;
    settings.context = &pipe_end;
    settings.stop = &stop;
    /* By batch one thread makes the keys, so that none of the next batch is
       begun. */
    settings.threads = own_life.by_batch ? 1 : 0;
    if (st == ST_OK)
        st = provision_run(&settings, requests, count, &totals, &err);
    if (st != ST_OK)
        fprintf(stderr, "# child: %s\n", err.text);
    _exit(st == ST_OK ? 0 : 2);
}

/* Run a child for so long, and note what it told us is done.  False when it
   failed by itself. */
static bool
run_child(size_t count, const struct life *life, char *done)
{
    struct timespec wait = {.tv_sec = life->from_start_us / 1000000,
                            .tv_nsec = life->from_start_us % 1000000 * 1000};
    unsigned i;
    int ends[2];
    int status;
    pid_t pid;

    if (pipe(ends) != 0 || (pid = fork()) < 0)
        bail("cannot start a child");
    if (pid == 0) {
        atomic_store(writes, 0);
        close(ends[0]);
        own_life = *life;
        child(ends[1], count);
    }
    close(ends[1]);
    /* The pipe holds more than a child of a window can tell. */
    if (life->from_start_us > 0) {
        nanosleep(&wait, NULL);
        kill(pid, SIGKILL);
    }
    while (read(ends[0], &i, sizeof(i)) == sizeof(i))
        done[i] = 1;
    close(ends[0]);
    if (waitpid(pid, &status, 0) != pid)
        bail("a child is lost");
    return (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
           || (WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Each customer that is there has one domain, its two keys with both halves,
   and private halves that unseal to a pair.  Counts the customers; -1 for a
   fault.  Every n-th is unsealed, which takes time. */
static long
look(struct registry *registry, const struct seal *seal, unsigned every,
     char *there)
{
    struct rows *rows = NULL;
    const struct row *row;
    struct error err = ERROR_INIT;
    struct strbuf last = STRBUF_INIT;
    unsigned of_last = 2;
    long n = 0;

    memset(there, 0, CUSTOMERS);
    rows_open(registry, &(struct row_filter){0}, &rows, &err);
    while (rows_next(rows, &row, &err) == ST_OK) {
        struct key_pair pair = {.algorithm = row->key.algorithm,
                                .bits = row->key.bits,
                                .private_der = STRBUF_INIT,
                                .public_text = STRBUF_INIT};

        if (strcmp(last.p, row->customer.name) != 0) {
            if (of_last != 2)
                break;
            of_last = 0;
            strbuf_cut(&last, 0);
            strbuf_add_text(&last, row->customer.name);
            there[strtoul(row->customer.name + 1, NULL, 10)] = 1;
            n++;
        }
        of_last++;
        if (row->key.id == 0 || row->key.public_text == NULL
            || !row->key.has_private) {
            of_last = 99;
            break;
        }
        if (row->key.id % every != 0)
            continue;
        strbuf_add_text(&pair.public_text, row->key.public_text);
        if (keys_private(registry, seal, row->key.id, &pair.private_der, &err)
                != ST_OK
            || !keymaker_matches(&pair))
            of_last = 99;
        key_pair_wipe(&pair);
    }
    rows_free(rows);
    strbuf_clear(&last);
    if (err.text[0] != '\0')
        diag("%s", err.text);
    return of_last == 2 && err.text[0] == '\0' ? n : -1;
}

/* Was anything reported as done that is not there? */
static unsigned
lost(const char *done, const char *there)
{
    unsigned n = 0;

    for (size_t i = 0; i < CUSTOMERS; i++)
        n += done[i] && !there[i];
    return n;
}

struct tally {
    unsigned failed;  /* children that ended by a fault of their own */
    unsigned closed;  /* registries that did not open */
    unsigned damaged; /* that registry_check() found so */
    unsigned half;    /* with a customer half there */
    unsigned lost;    /* customers reported and not there */
    unsigned some;    /* kills after which some of a window were there */
    long customers;   /* there at the end */
};

static void
one_kill(struct tally *tally, const struct life *life, char *done, char *there)
{
    size_t count = (size_t)tally->customers + WINDOW;
    struct registry *registry = NULL;
    struct seal *seal = NULL;
    struct error err = ERROR_INIT;
    long n;

    if (!run_child(count > CUSTOMERS ? CUSTOMERS : count, life, done))
        tally->failed++;
    if (registry_open(fixture_path("a.db"), &registry, &err) != ST_OK
        || registry_seal(registry, &seal, &err) != ST_OK) {
        diag("%s", err.text);
        tally->closed++;
        return;
    }
    if (registry_check(registry, &err) != ST_OK) {
        diag("%s", err.text);
        tally->damaged++;
    }
    n = look(registry, seal, 97, there);
    tally->half += n < 0;
    tally->lost += lost(done, there);
    tally->some += n > tally->customers && n < (long)count;
    tally->customers = n;
    seal_free(seal);
    registry_free(registry);
}

/* A child that is not killed adds a window: how long it lives, and how often
   it writes. */
static struct life
whole_life(char *done)
{
    uint64_t start = clock_elapsed_us();

    if (!run_child(WINDOW, &(struct life){.by_batch = true}, done))
        bail("a child fails");
    return (struct life){.from_start_us =
                             (unsigned)(clock_elapsed_us() - start),
                         .writes = atomic_load(writes)};
}

/* By turns at any time at all, and before a write: of m such kills the j-th
   comes when j and a half m-ths of a life's writes are done. */
static struct life
life_of(unsigned i, unsigned kills, const struct life *whole)
{
    unsigned j = i / 2;
    unsigned m = (kills + 1) / 2;

    if (i % 2 == 1)
        return (struct life){
            .from_start_us = 1 + (unsigned)random() % whole->from_start_us};
    return (struct life){
        .writes =
            1 + (unsigned)((uint64_t)whole->writes * (2 * j + 1) / 2 / m),
        .by_batch = true};
}

/* The same list without a kill: the rest comes, and all is whole. */
static void
finish(char *done, char *there)
{
    struct registry *registry = NULL;
    struct seal *seal = NULL;
    struct provision_settings settings;
    struct provision_totals totals;
    struct error err = ERROR_INIT;

    registry_open(fixture_path("a.db"), &registry, &err);
    registry_seal(registry, &seal, &err);
    settings = fixture_settings(registry, seal);
    is_int(ST_OK, provision_run(&settings, requests, CUSTOMERS, &totals, &err),
           "the same list without a kill (%s)", err.text);
    is_int(CUSTOMERS, (long long)(totals.added + totals.present),
           "%zu were there, %zu come", totals.present, totals.added);
    is_int(CUSTOMERS, look(registry, seal, 7, there), "all are whole");
    is_int(0, lost(done, there), "none that was reported is lost");
    is_int(ST_OK, registry_check(registry, &err), "all is sound (%s)",
           err.text);
    seal_free(seal);
    registry_free(registry);
}

int
main(void)
{
    const char *text = getenv("SELKIE_KILLS");
    unsigned kills = text == NULL ? KILLS : (unsigned)strtoul(text, NULL, 10);
    struct registry *registry;
    struct seal *seal;
    struct tally tally = {0};
    char *done = calloc(CUSTOMERS, 1);
    char *there = calloc(CUSTOMERS, 1);
    unsigned seed = (unsigned)getpid();
    struct life whole;

    writes = mmap(NULL, sizeof(*writes), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (writes == MAP_FAILED)
        bail("no memory is shared with children");
    plan_lazy();
    diag("seed %u", seed);
    srandom(seed);
    fixture_create("a.db", &registry, &seal);
    seal_free(seal);
    registry_free(registry);
    make_requests();
    whole = whole_life(done);
    diag("a window takes %u us and %u writes", whole.from_start_us,
         whole.writes);
    tally.customers = WINDOW;
    for (unsigned i = 0; i < kills; i++) {
        struct life life = life_of(i, kills, &whole);

        one_kill(&tally, &life, done, there);
    }
    is_int(0, tally.failed, "no child failed by itself");
    is_int(0, tally.closed, "the registry opened after each of %u kills",
           kills);
    is_int(0, tally.damaged, "and was sound");
    is_int(0, tally.half, "and had no customer half provisioned");
    is_int(0, tally.lost, "and lacked none that was reported");
    ok(tally.some > 0, "%u kills came between commits", tally.some);
    ok(tally.customers > WINDOW, "commits came before kills: %ld are there",
       tally.customers);
    finish(done, there);
    free(done);
    free(there);
    free((void *)requests[0].customer);
    free(requests);
    return tap_done();
}
