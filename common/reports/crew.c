/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads many files at once, on all cores, and hands them on in order. */
#include "common/reports/crew.h"

#include <pthread.h>
#include <unistd.h>

/* Files that may be read before the first of them is: a large one does not
   hold up the rest, and memory stays bounded. */
#define AHEAD (2 * CREW_MAX)

/* A file that is read, or was and waits for its turn. */
struct slot {
    bool is_read;                     /* and not yet handed on */
    struct arena *arena;              /* of its parts */
    const struct feedbackpart *parts; /* or NULL */
    struct error err;                 /* why */
};

struct crew {
    const struct crew_work *work; /* as given */
    pthread_mutex_t lock;         /* over all below */
    pthread_cond_t moved;         /* first has */
    size_t first;                 /* not yet handed on */
    size_t next;                  /* to be read */
    size_t ahead;                 /* slots in use */
    size_t held;                  /* octets of what waits for its turn */
    struct slot slots[AHEAD];     /* file i is in slot i % ahead */
};

static bool
is_over(const struct crew *crew)
{
    return crew->next >= crew->work->count || *crew->work->stop != 0;
}

/* With the lock: what is read and whose turn it is. */
static void
hand_on(struct crew *crew)
{
    const struct crew_work *work = crew->work;
    struct slot *slot = &crew->slots[crew->first % crew->ahead];

    while (crew->first < crew->next && slot->is_read) {
        work->take(work->context, crew->first, slot->parts, &slot->err);
        crew->held -= arena_used(slot->arena);
        arena_reset(slot->arena);
        slot->is_read = false;
        slot = &crew->slots[++crew->first % crew->ahead];
    }
    pthread_cond_broadcast(&crew->moved);
}

static void
read_file(struct crew *crew, struct feedbackfile *file, size_t i)
{
    struct slot *slot = &crew->slots[i % crew->ahead];

    slot->parts = NULL;
    slot->err.text[0] = '\0';
    if (feedbackfile_read(file, crew->work->paths[i], slot->arena,
                          &slot->parts, &slot->err)
        != ST_OK)
        slot->parts = NULL;
}

static void *
run(void *context)
{
    struct crew *crew = context;
    struct feedbackfile *file = feedbackfile_new(&crew->work->limits);

    pthread_mutex_lock(&crew->lock);
    while (!is_over(crew)) {
        size_t i = crew->next;

        /* What waits, waits for one that another thread reads: that moves. */
        if (i - crew->first >= crew->ahead || crew->held > CREW_HELD_MAX) {
            pthread_cond_wait(&crew->moved, &crew->lock);
            continue;
        }
        crew->next++;
        pthread_mutex_unlock(&crew->lock);
        read_file(crew, file, i);
        pthread_mutex_lock(&crew->lock);
        crew->slots[i % crew->ahead].is_read = true;
        crew->held += arena_used(crew->slots[i % crew->ahead].arena);
        hand_on(crew);
    }
    pthread_mutex_unlock(&crew->lock);
    feedbackfile_free(file);
    return NULL;
}

/* Besides the one that asks. */
static size_t
hands(const struct crew_work *work)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t n = cores < 1 ? 1 : (size_t)cores;

    n = n > CREW_MAX ? CREW_MAX : n;
    return n > work->count ? work->count : n;
}

size_t
crew_run(const struct crew_work *work)
{
    struct crew crew = {.work = work,
                        .lock = PTHREAD_MUTEX_INITIALIZER,
                        .moved = PTHREAD_COND_INITIALIZER};
    pthread_t threads[CREW_MAX];
    size_t count = hands(work), started = 0;

    if (count == 0)
        return 0;
    crew.ahead = 2 * count;
    for (size_t i = 0; i < crew.ahead; i++)
        crew.slots[i].arena = arena_new();
    while (started + 1 < count
           && pthread_create(&threads[started], NULL, run, &crew) == 0)
        started++;
    run(&crew);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < crew.ahead; i++)
        arena_free(crew.slots[i].arena);
    return crew.first;
}
