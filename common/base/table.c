/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hash table from octets to pointers that remembers the order of entry. */
#include "common/base/table.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/base/memory.h"

/*
 * Entries stand in the order in which they came; the index finds them by
 * hash.  An entry taken out stays as a gap (its value NULL), so that neither
 * the order nor the chains of the index break; gaps go when the table is
 * rebuilt, which happens when the entries are full.
 */
struct entry {
    uint64_t hash; /* of the key */
    char *key;     /* the table's own copy; NULL in a gap */
    size_t n;      /* octets of the key */
    void *value;   /* the caller's; NULL in a gap */
};

struct table {
    struct entry *entries; /* in order of entry, gaps among them */
    uint32_t *index;       /* slot: 1 + number of the entry, 0 for none */
    size_t room;           /* entries there is room for: a power of two */
    size_t used;           /* entries and gaps */
    size_t count;          /* entries */
};

#define ROOM_FIRST ((size_t)8)
/* Entry numbers are 32 bits wide. */
#define ROOM_MAX   ((size_t)1 << 31)
/* Slots for each entry: at most half of them are taken. */
#define SLOTS_EACH 2

static uint64_t secret[2];
static pthread_once_t secret_once = PTHREAD_ONCE_INIT;

static void
make_secret(void)
{
    while (getrandom(secret, sizeof(secret), 0) != (ssize_t)sizeof(secret))
        if (errno != EINTR)
            memory_fatal("the system gives no random numbers");
}

static inline uint64_t
rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static inline void
sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[0] = rotate(v[0], 32);
    v[2] += v[3];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

static inline void
sip_word(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    sip_round(v);
    v[0] ^= word;
}

/* SipHash-1-3 (Aumasson and Bernstein): strangers choose the keys, and must
   not be able to choose the chain they land in. */
uint64_t
table_hash(struct slice key)
{
    uint64_t v[4];
    uint64_t word = 0;
    size_t left = key.n % sizeof(word);

    pthread_once(&secret_once, make_secret);
    v[0] = secret[0] ^ 0x736f6d6570736575u;
    v[1] = secret[1] ^ 0x646f72616e646f6du;
    v[2] = secret[0] ^ 0x6c7967656e657261u;
    v[3] = secret[1] ^ 0x7465646279746573u;
    for (size_t i = 0; i + sizeof(word) <= key.n; i += sizeof(word)) {
        memcpy(&word, key.p + i, sizeof(word));
        sip_word(v, word);
    }
    word = 0;
    if (left > 0)
        memcpy(&word, key.p + key.n - left, left);
    sip_word(v, word ^ (uint64_t)key.n << 56);
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct table *
table_new(void)
{
    return memory_zeroed(1, sizeof(struct table));
}

static size_t
slot_of(const struct table *table, uint64_t hash)
{
    return (size_t)hash & (SLOTS_EACH * table->room - 1);
}

static size_t
slot_after(const struct table *table, size_t slot)
{
    return (slot + 1) & (SLOTS_EACH * table->room - 1);
}

static struct entry *
find(const struct table *table, struct slice key, uint64_t hash)
{
    if (table->count == 0)
        return NULL;
    for (size_t slot = slot_of(table, hash); table->index[slot] != 0;
         slot = slot_after(table, slot)) {
        struct entry *entry = &table->entries[table->index[slot] - 1];

        if (entry->value != NULL && entry->hash == hash
            && slice_equal((struct slice){entry->key, entry->n}, key))
            return entry;
    }
    return NULL;
}

static void
enter_index(struct table *table, size_t number)
{
    size_t slot = slot_of(table, table->entries[number].hash);

    while (table->index[slot] != 0)
        slot = slot_after(table, slot);
    table->index[slot] = (uint32_t)(number + 1);
}

/* Close the gaps; make more room only when they were less than half, so that
   each rebuilding is paid for by as many puts. */
static void
rebuild(struct table *table)
{
    size_t n = 0;

    if (table->room == 0 || table->count > table->room / 2) {
        if (table->room >= ROOM_MAX)
            memory_exhausted();
        table->room = table->room == 0 ? ROOM_FIRST : 2 * table->room;
        table->entries =
            memory_resize(table->entries, table->room * sizeof(struct entry));
        free(table->index);
        table->index =
            memory_zeroed(SLOTS_EACH * table->room, sizeof(*table->index));
    } else {
        memset(table->index, 0,
               SLOTS_EACH * table->room * sizeof(*table->index));
    }
    for (size_t i = 0; i < table->used; i++)
        if (table->entries[i].value != NULL)
            table->entries[n++] = table->entries[i];
    table->used = n;
    for (size_t i = 0; i < n; i++)
        enter_index(table, i);
}

void *
table_get(const struct table *table, struct slice key)
{
    struct entry *entry;

    if (table->count == 0)
        return NULL;
    entry = find(table, key, table_hash(key));
    return entry == NULL ? NULL : entry->value;
}

void *
table_put(struct table *table, struct slice key, void *value)
{
    uint64_t hash = table_hash(key);
    struct entry *entry = find(table, key, hash);

    if (entry != NULL) {
        void *before = entry->value;

        entry->value = value;
        return before;
    }
    if (table->used == table->room)
        rebuild(table);
    entry = &table->entries[table->used];
    *entry = (struct entry){hash, memory_alloc(key.n), key.n, value};
    if (key.n > 0)
        memcpy(entry->key, key.p, key.n);
    enter_index(table, table->used);
    table->used++;
    table->count++;
    return NULL;
}

void *
table_remove(struct table *table, struct slice key)
{
    struct entry *entry = find(table, key, table_hash(key));
    void *value;

    if (entry == NULL)
        return NULL;
    value = entry->value;
    free(entry->key);
    entry->key = NULL;
    entry->value = NULL;
    table->count--;
    return value;
}

static void
free_keys(struct table *table)
{
    for (size_t i = 0; i < table->used; i++)
        free(table->entries[i].key);
}

void
table_reset(struct table *table)
{
    if (table->room == 0)
        return;
    free_keys(table);
    memset(table->index, 0, SLOTS_EACH * table->room * sizeof(*table->index));
    table->used = 0;
    table->count = 0;
}

void
table_free(struct table *table)
{
    if (table == NULL)
        return;
    free_keys(table);
    free(table->entries);
    free(table->index);
    free(table);
}

size_t
table_count(const struct table *table)
{
    return table->count;
}

bool
table_each(const struct table *table, size_t *position, struct slice *key,
           void **value)
{
    while (*position < table->used) {
        const struct entry *entry = &table->entries[(*position)++];

        if (entry->value == NULL)
            continue;
        if (key != NULL)
            *key = (struct slice){entry->key, entry->n};
        if (value != NULL)
            *value = entry->value;
        return true;
    }
    return false;
}
