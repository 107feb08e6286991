/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The query log: a table a thread, appended to a file of packed rows. */
#include "common/stunt/stuntlog.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/base/strbuf.h"

/*
 * The file begins with this; then rows, numbers in network order:
 *   2 size of the row   4 first   4 last   4 count   1 bits   6 network
 *   then the name in wire form; a row of bits 0 counts what was lost.
 */
#define MAGIC       "selklog1"
#define MAGIC_SIZE  8
#define ROW_FIXED   21
#define FILE_MAX    ((size_t)1 << 31)
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
    uint32_t due_s;                /* when it is time */
    struct strbuf out;             /* rows being written */
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

/* The row at the beginning of rest; its size, or 0 when there is none. */
static size_t
unpack(struct slice rest, struct stuntlog_row *row)
{
    size_t size = rest.n < ROW_FIXED ? 0 : read_number(rest.p, 2);
    struct slice name = slice_from(slice_sub(rest, 0, size), ROW_FIXED);

    if (size < ROW_FIXED || size > rest.n
        || name_from_wire(&row->name, name, NULL) != ST_OK)
        return 0;
    row->first = read_number(rest.p + 2, 4);
    row->last = read_number(rest.p + 6, 4);
    row->count = read_number(rest.p + 10, 4);
    row->bits = (uint8_t)rest.p[14];
    memcpy(row->network, rest.p + 15, sizeof(row->network));
    return size;
}

static enum status
read_file(const char *path, struct strbuf *text, struct error *err)
{
    enum status st = file_read(path, FILE_MAX, text, err);

    if (st != ST_OK)
        return st;
    if (text->n < MAGIC_SIZE || memcmp(text->p, MAGIC, MAGIC_SIZE) != 0)
        return error_set(err, ST_DAMAGED, "'%s' is no query log", path);
    return ST_OK;
}

/* Octets of header and whole rows; *whole: nothing comes after them. */
static size_t
measure(const struct strbuf *text)
{
    size_t at = MAGIC_SIZE, size;
    struct stuntlog_row row;

    while ((size = unpack(slice_from(strbuf_slice(text), at), &row)) > 0)
        at += size;
    return at;
}

static enum status
prepare(struct stuntlog *log, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    off_t end = lseek(log->fd, 0, SEEK_END);
    enum status st = ST_OK;

    if (end == 0) {
        if (write(log->fd, MAGIC, MAGIC_SIZE) != MAGIC_SIZE)
            st = error_errno(err, ST_IO, "cannot write '%s'", log->path.p);
        return st;
    }
    st = read_file(log->path.p, &text, err);
    if (st == ST_OK && ftruncate(log->fd, (off_t)measure(&text)) != 0)
        st = error_errno(err, ST_IO, "cannot write '%s'", log->path.p);
    strbuf_clear(&text);
    return st;
}

enum status
stuntlog_open(const char *path, struct stuntlog **out, struct error *err)
{
    struct stuntlog *log = memory_zeroed(1, sizeof(*log));
    enum status st = ST_OK;

    log->path = (struct strbuf)STRBUF_INIT;
    log->out = (struct strbuf)STRBUF_INIT;
    strbuf_add_text(&log->path, path);
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

static void
take_table(struct stuntlog_table *table, struct strbuf *out, uint32_t now_s)
{
    struct stuntlog_row lost = {.first = now_s, .last = now_s};

    pthread_mutex_lock(&table->lock);
    for (size_t i = 0; table->filled > 0 && i < STUNTLOG_PLACES; i++)
        if (table->places[i].hash != 0)
            pack(out, &table->places[i].row);
    lost.count = table->lost;
    if (table->filled > 0)
        memset(table->places, 0, sizeof(table->places));
    table->filled = 0;
    table->lost = 0;
    pthread_mutex_unlock(&table->lock);
    lost.name = name_root;
    if (lost.count > 0)
        pack(out, &lost);
}

enum status
stuntlog_write(struct stuntlog *log, uint32_t now_s, bool force,
               struct error *err)
{
    bool is_due = force || (int32_t)(now_s - log->due_s) >= 0;

    for (struct stuntlog_table *table = log->tables; table != NULL && !is_due;
         table = table->next) {
        pthread_mutex_lock(&table->lock);
        is_due = table->filled > STUNTLOG_PLACES / 2;
        pthread_mutex_unlock(&table->lock);
    }
    if (!is_due)
        return ST_OK;
    log->due_s = now_s + STUNTLOG_WRITE_S;
    strbuf_cut(&log->out, 0);
    for (struct stuntlog_table *table = log->tables; table != NULL;
         table = table->next)
        take_table(table, &log->out, now_s);
    if (log->out.n > 0
        && write(log->fd, log->out.p, log->out.n) != (ssize_t)log->out.n)
        return error_errno(err, ST_IO, "cannot write '%s'", log->path.p);
    return ST_OK;
}

/* ---- reading ---- */

static int
compare_rows(const void *a, const void *b)
{
    const struct stuntlog_row *x = a, *y = b;
    int order = name_compare(&x->name, &y->name);

    if (order == 0)
        order = x->bits - y->bits;
    return order != 0 ? order
                      : memcmp(x->network, y->network, sizeof(x->network));
}

static void
give_rows(struct stuntlog_row *rows, size_t count,
          void (*give)(void *context, const struct stuntlog_row *row),
          void *context)
{
    if (count > 0)
        qsort(rows, count, sizeof(*rows), compare_rows);
    for (size_t i = 0; i < count;) {
        struct stuntlog_row sum = rows[i];

        while (++i < count && compare_rows(&sum, &rows[i]) == 0) {
            sum.count += rows[i].count;
            if (rows[i].first < sum.first)
                sum.first = rows[i].first;
            if (rows[i].last > sum.last)
                sum.last = rows[i].last;
        }
        give(context, &sum);
    }
}

enum status
stuntlog_read(const char *path, const struct name *under,
              void (*give)(void *context, const struct stuntlog_row *row),
              void *context, uint64_t *lost, struct error *err)
{
    struct strbuf text = STRBUF_INIT, kept = STRBUF_INIT;
    struct stuntlog_row row;
    size_t at = MAGIC_SIZE, size;
    enum status st = read_file(path, &text, err);

    *lost = 0;
    while (st == ST_OK
           && (size = unpack(slice_from(strbuf_slice(&text), at), &row)) > 0) {
        at += size;
        if (row.bits == 0)
            *lost += row.count;
        else if (under == NULL || name_is_under(&row.name, under))
            strbuf_add(&kept, &row, sizeof(row));
    }
    if (st == ST_OK) {
        give_rows((void *)kept.p, kept.n / sizeof(row), give, context);
        if (at < text.n)
            st = error_set(err, ST_DAMAGED,
                           "'%s' is damaged at octet %zu, or being written",
                           path, at);
    }
    strbuf_clear(&text);
    strbuf_clear(&kept);
    return st;
}
