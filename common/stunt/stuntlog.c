/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The query log: a table a thread, appended to a file of packed rows. */
#include "common/stunt/stuntlog.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/base/strbuf.h"
#include "common/base/table.h"

/*
 * The file begins with this; then rows, numbers in network order:
 *   2 size of the row   4 first   4 last   4 count   1 bits   6 network
 *   then the name in wire form; a row of bits 0 counts what was lost.
 */
#define MAGIC       "selklog1"
#define MAGIC_SIZE  8
#define ROW_FIXED   21
#define ROW_MAX     (ROW_FIXED + NAME_WIRE_MAX)
#define FILE_MODE   0640
#define HEADER_SIZE 12
/* Beyond this share of its places a table counts as full. */
#define FILLED_MAX  (STUNTLOG_PLACES / 4 * 3)

struct place {
    uint64_t hash;           /* 0: free */
    struct stuntlog_row row; /* what it counts */
};

struct stuntlog_table {
    struct stuntlog_table *next; /* of the log */
    pthread_mutex_t lock;        /* the thread's, or the writer's */
    unsigned filled;             /* places */
    uint32_t lost;               /* no place for so many */
    struct place places[STUNTLOG_PLACES];
};

struct stuntlog {
    int fd;                        /* to append to */
    struct strbuf path;            /* for sentences */
    struct stuntlog_table *tables; /* of all threads */
    size_t max;                    /* octets of the file */
    uint32_t due_s;                /* when it is time */
    struct strbuf out;             /* rows being written */
    uint64_t lost;                 /* answers, since that was written */
    bool is_torn;                  /* half a row is beyond */
    off_t whole;                   /* so many octets */
};

static uint32_t
read_number(const char *p, unsigned octets)
{
    uint32_t number = 0;

    for (unsigned i = 0; i < octets; i++)
        number = number << 8 | (uint8_t)p[i];
    return number;
}

static void
put_number(struct strbuf *out, uint32_t number, unsigned octets)
{
    while (octets-- > 0) {
        char octet = (char)(number >> (8 * octets) & 0xff);

        strbuf_add(out, &octet, 1);
    }
}

/* ---- noting ---- */

static bool
is_key_label(struct slice label)
{
    return slice_equal(label, SLICE("_domainkey"))
           || slice_equal(label, SLICE("_dkim"));
}

static bool
is_key_name(const struct name *name)
{
    for (unsigned i = 1; i < name->labels; i++)
        if (is_key_label(name_label(name, i)))
            return true;
    return false;
}

static bool
take_network(const struct sockaddr *peer, struct stuntlog_row *row)
{
    memset(row->network, 0, sizeof(row->network));
    if (peer->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const void *)peer;

        row->bits = STUNTLOG_BITS_V4;
        memcpy(row->network, &v4->sin_addr, STUNTLOG_BITS_V4 / 8);
        return true;
    }
    if (peer->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const void *)peer;

        row->bits = STUNTLOG_BITS_V6;
        memcpy(row->network, &v6->sin6_addr, STUNTLOG_BITS_V6 / 8);
        return true;
    }
    return false;
}

static uint64_t
hash_of(const struct stuntlog_row *row)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (size_t i = 0; i < row->name.size; i++)
        hash = (hash ^ row->name.wire[i]) * 0x100000001b3u;
    for (size_t i = 0; i < sizeof(row->network); i++)
        hash = (hash ^ row->network[i]) * 0x100000001b3u;
    return hash | 1;
}

static bool
is_same(const struct stuntlog_row *a, const struct stuntlog_row *b)
{
    return a->bits == b->bits
           && memcmp(a->network, b->network, sizeof(a->network)) == 0
           && name_equal(&a->name, &b->name);
}

static void
count_row(struct stuntlog_table *table, const struct stuntlog_row *row)
{
    uint64_t hash = hash_of(row);
    struct place *place = &table->places[(hash >> 20) % STUNTLOG_PLACES];

    while (place->hash != 0
           && (place->hash != hash || !is_same(&place->row, row)))
        if (++place == table->places + STUNTLOG_PLACES)
            place = table->places;
    if (place->hash == 0 && table->filled >= FILLED_MAX) {
        table->lost++;
        return;
    }
    if (place->hash == 0) {
        place->hash = hash;
        place->row = *row;
        table->filled++;
    }
    place->row.last = row->last;
    place->row.count++;
}

void
stuntlog_note(struct stuntlog_table *table, const struct sockaddr *peer,
              const uint8_t *answer, size_t size, uint32_t now_s)
{
    struct slice rest = {(const char *)answer + HEADER_SIZE, 0};
    struct stuntlog_row row = {.first = now_s, .last = now_s};

    /* One question, an answer with records, no error. */
    if (size <= HEADER_SIZE || (answer[3] & 0xf) != 0 || answer[5] != 1
        || (answer[6] | answer[7]) == 0)
        return;
    rest.n = size - HEADER_SIZE;
    if (name_from_wire(&row.name, rest, NULL) != ST_OK
        || !is_key_name(&row.name) || !take_network(peer, &row))
        return;
    pthread_mutex_lock(&table->lock);
    count_row(table, &row);
    pthread_mutex_unlock(&table->lock);
}

/* ---- the file ---- */

static void
pack(struct strbuf *out, const struct stuntlog_row *row)
{
    put_number(out, ROW_FIXED + (uint32_t)row->name.size, 2);
    put_number(out, row->first, 4);
    put_number(out, row->last, 4);
    put_number(out, (uint32_t)row->count, 4);
    put_number(out, row->bits, 1);
    strbuf_add(out, row->network, sizeof(row->network));
    strbuf_add(out, row->name.wire, row->name.size);
}

/* What comes next in a file. */
enum next { NEXT_ROW, NEXT_END, NEXT_DAMAGE };

/* *at: octets of whole rows so far. */
static enum next
read_row(FILE *stream, struct stuntlog_row *row, size_t *at)
{
    char text[ROW_MAX];
    size_t n = fread(text, 1, 2, stream), size;

    if (n == 0)
        return NEXT_END;
    size = n == 2 ? read_number(text, 2) : 0;
    if (size < ROW_FIXED || size > ROW_MAX
        || fread(text + 2, 1, size - 2, stream) != size - 2
        || name_from_wire(&row->name,
                          (struct slice){text + ROW_FIXED, size - ROW_FIXED},
                          NULL)
               != ST_OK)
        return NEXT_DAMAGE;
    row->first = read_number(text + 2, 4);
    row->last = read_number(text + 6, 4);
    row->count = read_number(text + 10, 4);
    row->bits = (uint8_t)text[14];
    memcpy(row->network, text + 15, sizeof(row->network));
    *at += size;
    return NEXT_ROW;
}

/* At the first row. */
static enum status
open_rows(const char *path, FILE **out, struct error *err)
{
    FILE *stream = fopen(path, "rbe");
    char magic[MAGIC_SIZE];

    if (stream == NULL)
        return error_errno(err,
                           errno == ENOENT   ? ST_NOT_FOUND
                           : errno == EACCES ? ST_DENIED
                                             : ST_IO,
                           "cannot read '%s'", path);
    if (fread(magic, 1, MAGIC_SIZE, stream) != MAGIC_SIZE
        || memcmp(magic, MAGIC, MAGIC_SIZE) != 0) {
        fclose(stream);
        return error_set(err, ST_DAMAGED, "'%s' is no query log", path);
    }
    *out = stream;
    return ST_OK;
}

static enum status
close_rows(const char *path, FILE *stream, struct error *err)
{
    bool is_bad = ferror(stream) != 0;

    fclose(stream);
    return is_bad ? error_set(err, ST_IO, "cannot read '%s'", path) : ST_OK;
}

/* Cut half a row off. */
static enum status
mend(struct stuntlog *log, struct error *err)
{
    FILE *stream;
    struct stuntlog_row row;
    size_t at = MAGIC_SIZE;
    enum status st = open_rows(log->path.p, &stream, err);

    if (st != ST_OK)
        return st;
    while (read_row(stream, &row, &at) == NEXT_ROW)
        continue;
    st = close_rows(log->path.p, stream, err);
    if (st == ST_OK && ftruncate(log->fd, (off_t)at) != 0)
        st = error_errno(err, ST_IO, "cannot write '%s'", log->path.p);
    return st;
}

static enum status
prepare(struct stuntlog *log, struct error *err)
{
    if (lseek(log->fd, 0, SEEK_END) != 0)
        return mend(log, err);
    if (write(log->fd, MAGIC, MAGIC_SIZE) != MAGIC_SIZE)
        return error_errno(err, ST_IO, "cannot write '%s'", log->path.p);
    return ST_OK;
}

enum status
stuntlog_open(const char *path, size_t max, struct stuntlog **out,
              struct error *err)
{
    struct stuntlog *log = memory_zeroed(1, sizeof(*log));
    enum status st = ST_OK;

    log->path = (struct strbuf)STRBUF_INIT;
    log->out = (struct strbuf)STRBUF_INIT;
    strbuf_add_text(&log->path, path);
    log->max = max;
    log->fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, FILE_MODE);
    if (log->fd < 0)
        st = error_errno(err, errno == EACCES ? ST_DENIED : ST_IO,
                         "cannot open '%s'", path);
    if (st == ST_OK)
        st = prepare(log, err);
    if (st == ST_OK)
        *out = log;
    else
        stuntlog_close(log);
    return st;
}

void
stuntlog_close(struct stuntlog *log)
{
    if (log == NULL)
        return;
    while (log->tables != NULL) {
        struct stuntlog_table *next = log->tables->next;

        pthread_mutex_destroy(&log->tables->lock);
        free(log->tables);
        log->tables = next;
    }
    if (log->fd >= 0)
        close(log->fd);
    strbuf_clear(&log->path);
    strbuf_clear(&log->out);
    free(log);
}

struct stuntlog_table *
stuntlog_table_new(struct stuntlog *log)
{
    struct stuntlog_table *table = memory_zeroed(1, sizeof(*table));

    pthread_mutex_init(&table->lock, NULL);
    table->next = log->tables;
    log->tables = table;
    return table;
}

/* Onto log->out; how many answers its rows count. */
static uint64_t
take_table(struct stuntlog *log, struct stuntlog_table *table)
{
    uint64_t count = 0;

    pthread_mutex_lock(&table->lock);
    for (size_t i = 0; table->filled > 0 && i < STUNTLOG_PLACES; i++)
        if (table->places[i].hash != 0) {
            pack(&log->out, &table->places[i].row);
            count += table->places[i].row.count;
        }
    log->lost += table->lost;
    if (table->filled > 0)
        memset(table->places, 0, sizeof(table->places));
    table->filled = 0;
    table->lost = 0;
    pthread_mutex_unlock(&table->lock);
    return count;
}

static void
pack_lost(struct stuntlog *log, uint32_t now_s)
{
    struct stuntlog_row row = {.first = now_s, .last = now_s};

    row.name = name_root;
    row.count = log->lost > UINT32_MAX ? UINT32_MAX : log->lost;
    if (row.count > 0)
        pack(&log->out, &row);
}

/* All of log->out, or nothing: half a row would hide those after it. */
static enum status
append(struct stuntlog *log, struct error *err)
{
    struct stat stat;
    ssize_t n;

    if (log->is_torn && ftruncate(log->fd, log->whole) == 0)
        log->is_torn = false;
    if (log->is_torn || fstat(log->fd, &stat) != 0)
        return error_errno(err, ST_IO, "cannot write '%s'", log->path.p);
    if ((size_t)stat.st_size + log->out.n > log->max)
        return error_set(err, ST_RANGE,
                         "the query log '%s' is full, at %zu octets: move it "
                         "away and start the server again",
                         log->path.p, (size_t)stat.st_size);
    n = write(log->fd, log->out.p, log->out.n);
    if (n == (ssize_t)log->out.n)
        return ST_OK;
    error_errno(err, ST_IO, "cannot write all of '%s'", log->path.p);
    log->whole = stat.st_size;
    log->is_torn = n > 0 && ftruncate(log->fd, log->whole) != 0;
    return ST_IO;
}

static bool
is_due(const struct stuntlog *log, uint32_t now_s)
{
    bool due = (int32_t)(now_s - log->due_s) >= 0;

    for (struct stuntlog_table *table = log->tables; table != NULL && !due;
         table = table->next) {
        pthread_mutex_lock(&table->lock);
        due = table->filled > STUNTLOG_PLACES / 2;
        pthread_mutex_unlock(&table->lock);
    }
    return due;
}

enum status
stuntlog_write(struct stuntlog *log, uint32_t now_s, bool force,
               struct error *err)
{
    uint64_t count = 0;
    enum status st;

    if (!force && !is_due(log, now_s))
        return ST_OK;
    log->due_s = now_s + STUNTLOG_WRITE_S;
    strbuf_cut(&log->out, 0);
    for (struct stuntlog_table *table = log->tables; table != NULL;
         table = table->next)
        count += take_table(log, table);
    pack_lost(log, now_s);
    if (log->out.n == 0)
        return ST_OK;
    st = append(log, err);
    log->lost = st == ST_OK ? 0 : log->lost + count;
    return st;
}

/* ---- reading ---- */

/* Rows by name and network, what they count added up. */
struct sums {
    struct table *rows;       /* struct stuntlog_row, owned */
    struct strbuf key;        /* scratch */
    const struct name *under; /* only those, or NULL */
    uint64_t lost;            /* for which there was no place */
};

static void
add_up(struct sums *sums, const struct stuntlog_row *row)
{
    struct stuntlog_row *sum;

    if (row->bits == 0)
        sums->lost += row->count;
    if (row->bits == 0
        || (sums->under != NULL && !name_is_under(&row->name, sums->under)))
        return;
    strbuf_cut(&sums->key, 0);
    put_number(&sums->key, row->bits, 1);
    strbuf_add(&sums->key, row->network, sizeof(row->network));
    strbuf_add_slice(&sums->key, name_key(&row->name));
    sum = table_get(sums->rows, strbuf_slice(&sums->key));
    if (sum == NULL) {
        sum = memory_alloc(sizeof(*sum));
        *sum = *row;
        table_put(sums->rows, strbuf_slice(&sums->key), sum);
        return;
    }
    sum->count += row->count;
    if (row->first < sum->first)
        sum->first = row->first;
    if (row->last > sum->last)
        sum->last = row->last;
}

static int
compare_rows(const void *a, const void *b)
{
    const struct stuntlog_row *x = *(struct stuntlog_row *const *)a;
    const struct stuntlog_row *y = *(struct stuntlog_row *const *)b;
    int order = name_compare(&x->name, &y->name);

    if (order == 0)
        order = x->bits - y->bits;
    return order != 0 ? order
                      : memcmp(x->network, y->network, sizeof(x->network));
}

/* In order; they are gone then. */
static void
give_rows(const struct sums *sums,
          void (*give)(void *context, const struct stuntlog_row *row),
          void *context)
{
    size_t count = table_count(sums->rows), position = 0, i = 0;
    struct stuntlog_row **rows = memory_zeroed(count, sizeof(*rows));
    void *row;

    while (table_each(sums->rows, &position, NULL, &row))
        rows[i++] = row;
    if (count > 0)
        qsort(rows, count, sizeof(*rows), compare_rows);
    for (i = 0; i < count; i++) {
        give(context, rows[i]);
        free(rows[i]);
    }
    free(rows);
}

enum status
stuntlog_read(const char *path, const struct name *under,
              void (*give)(void *context, const struct stuntlog_row *row),
              void *context, uint64_t *lost, struct error *err)
{
    struct sums sums = {.key = STRBUF_INIT, .under = under};
    struct stuntlog_row row;
    size_t at = MAGIC_SIZE;
    enum next next;
    FILE *stream;
    enum status st = open_rows(path, &stream, err);

    *lost = 0;
    if (st != ST_OK)
        return st;
    sums.rows = table_new();
    while ((next = read_row(stream, &row, &at)) == NEXT_ROW)
        add_up(&sums, &row);
    st = close_rows(path, stream, err);
    give_rows(&sums, give, context);
    *lost = sums.lost;
    if (st == ST_OK && next == NEXT_DAMAGE)
        st = error_set(err, ST_DAMAGED,
                       "'%s' is damaged at octet %zu, or being written", path,
                       at);
    table_free(sums.rows);
    strbuf_clear(&sums.key);
    return st;
}
