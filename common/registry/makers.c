/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads that make the key pairs of many jobs, in order, just ahead. */
#include "common/registry/makers.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "common/base/memory.h"

/* Nobody has more cores than keys to wait for. */
#define MAKERS_THREADS_MAX 256
/* Waking them for each job would cost more than a short key. */
#define WAKE_EACH          (MAKERS_AHEAD / 16)

struct slot {
    struct key_pair *pairs; /* of the job, or NULL */
    size_t ready;           /* of them */
};

struct makers {
    struct makers_plan plan;         /* as given */
    pthread_mutex_t lock;            /* of all below */
    pthread_cond_t has_room;         /* a job was released, or the end */
    pthread_cond_t has_pair;         /* a job is ready, or the end */
    size_t job;                      /* next to be claimed, */
    size_t key;                      /* and which key of it */
    size_t released;                 /* jobs before this one are done with */
    struct slot slots[MAKERS_AHEAD]; /* of jobs from released on, by modulo */
    bool has_ended;                  /* no more is to be claimed */
    enum status failed;    /* why it ended early; ST_OK: it did not */
    struct error err;      /* the sentence for that */
    pthread_t *threads;    /* running */
    unsigned thread_count; /* of them */
};

static struct slot *
slot_of(struct makers *m, size_t job)
{
    return &m->slots[job % MAKERS_AHEAD];
}

static void
end(struct makers *m, enum status why, const struct error *err)
{
    if (!m->has_ended && why != ST_OK) {
        m->failed = why;
        if (err != NULL)
            m->err = *err;
    }
    m->has_ended = true;
    pthread_cond_broadcast(&m->has_room);
    pthread_cond_broadcast(&m->has_pair);
}

/* The next key to make: waits for room; false at the end. */
static bool
claim(struct makers *m, size_t *job, size_t *key)
{
    while (!m->has_ended && m->job < m->plan.count
           && m->job >= m->released + MAKERS_AHEAD)
        pthread_cond_wait(&m->has_room, &m->lock);
    /* Written by a signal handler, which may run in another thread. */
    if (!m->has_ended && m->plan.stop != NULL
        && __atomic_load_n(m->plan.stop, __ATOMIC_RELAXED) != 0)
        end(m, ST_STOPPED, NULL);
    if (m->has_ended || m->job == m->plan.count)
        return false;
    *job = m->job;
    *key = m->key;
    if (*key == 0)
        slot_of(m, *job)->pairs =
            memory_zeroed(m->plan.jobs[*job].count, sizeof(struct key_pair));
    if (++m->key == m->plan.jobs[*job].count) {
        m->key = 0;
        m->job++;
    }
    return true;
}

static enum status
make(struct makers *m, const struct provision_key *key, struct key_pair *pair,
     struct error *err)
{
    unsigned bits =
        key->bits == 0 ? keymaker_default_bits(key->algorithm) : key->bits;

    *pair = (struct key_pair)KEY_PAIR_INIT;
    if (key->brought != NULL) {
        pair->algorithm = key->brought->algorithm;
        pair->bits = key->brought->bits;
        strbuf_add_slice(&pair->private_der,
                         strbuf_slice(&key->brought->private_der));
        strbuf_add_slice(&pair->public_text,
                         strbuf_slice(&key->brought->public_text));
        return ST_OK;
    }
    return m->plan.source->make(m->plan.source->context, key->algorithm, bits,
                                pair, err);
}

static void *
work(void *context)
{
    struct makers *m = context;
    size_t job;
    size_t key;

    pthread_mutex_lock(&m->lock);
    while (claim(m, &job, &key)) {
        struct slot *slot = slot_of(m, job);
        struct key_pair *pair = &slot->pairs[key];
        struct error err = ERROR_INIT;
        enum status st;

        pthread_mutex_unlock(&m->lock);
        st = make(m, &m->plan.jobs[job].keys[key], pair, &err);
        pthread_mutex_lock(&m->lock);
        if (st != ST_OK)
            end(m, st, &err);
        else if (++slot->ready == m->plan.jobs[job].count)
            pthread_cond_signal(&m->has_pair);
    }
    pthread_mutex_unlock(&m->lock);
    return NULL;
}

static unsigned
cores(void)
{
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;

    return n < 1 ? 1 : (unsigned)n;
}

static unsigned
wanted_threads(const struct makers_plan *plan)
{
    unsigned n = plan->threads == 0 ? cores() : plan->threads;

    return n > MAKERS_THREADS_MAX ? MAKERS_THREADS_MAX : n;
}

/* Signals are the program's affair: its own thread shall get them. */
static void
start_threads(struct makers *m)
{
    unsigned wanted = wanted_threads(&m->plan);
    sigset_t all;
    sigset_t before;

    m->threads = memory_zeroed(wanted, sizeof(*m->threads));
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (m->thread_count < wanted
           && pthread_create(&m->threads[m->thread_count], NULL, work, m) == 0)
        m->thread_count++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

enum status
makers_start(const struct makers_plan *plan, struct makers **out,
             struct error *err)
{
    struct makers *m = memory_zeroed(1, sizeof(*m));

    m->plan = *plan;
    pthread_mutex_init(&m->lock, NULL);
    pthread_cond_init(&m->has_room, NULL);
    pthread_cond_init(&m->has_pair, NULL);
    start_threads(m);
    if (m->thread_count == 0) {
        makers_free(m);
        return error_set(err, ST_IO, "cannot start a thread to make keys");
    }
    *out = m;
    return ST_OK;
}

static bool
is_ready(struct makers *m, size_t i)
{
    return slot_of(m, i)->ready == m->plan.jobs[i].count;
}

enum status
makers_take(struct makers *m, size_t i, struct key_pair **pairs,
            struct error *err)
{
    enum status st = ST_OK;

    pthread_mutex_lock(&m->lock);
    while (!is_ready(m, i) && !m->has_ended)
        pthread_cond_wait(&m->has_pair, &m->lock);
    if (is_ready(m, i)) {
        *pairs = slot_of(m, i)->pairs;
    } else {
        st = m->failed;
        if (err != NULL)
            *err = m->err;
    }
    pthread_mutex_unlock(&m->lock);
    return st;
}

bool
makers_is_ready(struct makers *m, size_t i)
{
    bool ready;

    pthread_mutex_lock(&m->lock);
    ready =
        i < m->released + MAKERS_AHEAD && i < m->plan.count && is_ready(m, i);
    pthread_mutex_unlock(&m->lock);
    return ready;
}

static void
clear(struct slot *slot, size_t count)
{
    /* A pair that was never begun is all zero, which is no STRBUF_INIT. */
    for (size_t i = 0; slot->pairs != NULL && i < count; i++)
        if (slot->pairs[i].bits != 0)
            key_pair_wipe(&slot->pairs[i]);
    free(slot->pairs);
    *slot = (struct slot){NULL, 0};
}

void
makers_release(struct makers *m, size_t i)
{
    pthread_mutex_lock(&m->lock);
    clear(slot_of(m, i), m->plan.jobs[i].count);
    m->released = i + 1;
    /* Waiting makers have left so many jobs ready that this comes in time. */
    if (m->released % WAKE_EACH == 0)
        pthread_cond_broadcast(&m->has_room);
    pthread_mutex_unlock(&m->lock);
}

void
makers_free(struct makers *m)
{
    if (m == NULL)
        return;
    pthread_mutex_lock(&m->lock);
    end(m, ST_OK, NULL);
    pthread_mutex_unlock(&m->lock);
    for (unsigned i = 0; i < m->thread_count; i++)
        pthread_join(m->threads[i], NULL);
    for (size_t i = m->released;
         i < m->plan.count && i < m->released + MAKERS_AHEAD; i++)
        clear(slot_of(m, i), m->plan.jobs[i].count);
    pthread_mutex_destroy(&m->lock);
    pthread_cond_destroy(&m->has_room);
    pthread_cond_destroy(&m->has_pair);
    free(m->threads);
    free(m);
}
