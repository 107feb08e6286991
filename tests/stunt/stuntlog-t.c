/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/stunt/stuntlog.c: a write that fails, a file that is full,
   rows that are added up. */
#include "common/stunt/stuntlog.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

#define HEADER    12
#define SIZE_MANY 100000

static char path[] = "/tmp/stuntlog-t.XXXXXX";
static struct stuntlog *log_;
static struct stuntlog_table *table;

static void
begin(size_t max)
{
    struct error err = ERROR_INIT;

    if (stuntlog_open(path, max, &log_, &err) != ST_OK)
        bail("cannot open: %s", err.text);
    table = stuntlog_table_new(log_);
}

/* An answer of one record to a question for that name. */
static void
note(const char *text, const char *address, uint32_t now_s)
{
    uint8_t answer[HEADER + NAME_WIRE_MAX] = {[5] = 1, [7] = 1};
    struct sockaddr_in peer = {.sin_family = AF_INET};
    struct name name;

    if (inet_pton(AF_INET, address, &peer.sin_addr) != 1
        || name_parse(&name, slice_of(text), NULL) != ST_OK)
        bail("'%s' or '%s' is wrong", text, address);
    memcpy(answer + HEADER, name.wire, name.size);
    stuntlog_note(table, (struct sockaddr *)&peer, answer, HEADER + name.size,
                  now_s);
}

static enum status
write_now(void)
{
    return stuntlog_write(log_, 1000, true, NULL);
}

static size_t
size_of_file(void)
{
    struct stat st;

    return stat(path, &st) == 0 ? (size_t)st.st_size : 0;
}

static void
cut(size_t size)
{
    if (truncate(path, (off_t)size) != 0)
        bail("cannot truncate '%s'", path);
}

static void
show(void *context, const struct stuntlog_row *row)
{
    name_present(&row->name, context);
    strbuf_addf(context, " %u.%u.%u.%u/%u %u %u-%u;", row->network[0],
                row->network[1], row->network[2], row->network[3], row->bits,
                (unsigned)row->count, row->first, row->last);
}

static void
check(enum status wanted, const char *rows, unsigned lost, const char *what)
{
    struct strbuf out = STRBUF_INIT;
    uint64_t seen = 0;

    is_int(wanted, stuntlog_read(path, NULL, show, &out, &seen, NULL),
           "%s: read", what);
    is_string(rows, out.p, "%s: rows", what);
    is_int(lost, (int)seen, "%s: lost", what);
    strbuf_clear(&out);
}

#define A "a._domainkey.x."
#define B "b._domainkey.x."

static void
test_sums(void)
{
    begin(SIZE_MANY);
    note(B, "192.0.2.9", 30);
    note(A, "192.0.2.1", 10);
    note(A, "192.0.2.2", 40);
    is_int(ST_OK, write_now(), "the first write");
    note(A, "192.0.2.3", 20);
    note(A, "198.51.100.3", 50);
    is_int(ST_OK, write_now(), "the second write");
    check(ST_OK,
          A " 192.0.2.0/24 3 10-40;" A " 198.51.100.0/24 1 50-50;" B
            " 192.0.2.0/24 1 30-30;",
          0, "two writes add up");
    stuntlog_close(log_);
}

static void
limit_file(rlim_t size)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_FSIZE, &limit) != 0)
        bail("getrlimit");
    limit.rlim_cur = size;
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        bail("setrlimit");
}

/* No room for a whole row. */
static void
test_short(void)
{
    size_t before;

    cut(0);
    begin(SIZE_MANY);
    note(A, "192.0.2.1", 10);
    is_int(ST_OK, write_now(), "there is room");
    before = size_of_file();
    note(A, "192.0.2.1", 20);
    note(B, "192.0.2.1", 20);
    note(B, "192.0.2.1", 20);
    limit_file(before + 10);
    is_int(ST_IO, write_now(), "there is none");
    limit_file(RLIM_INFINITY);
    is_int((int)before, (int)size_of_file(), "half a row is taken back");
    check(ST_OK, A " 192.0.2.0/24 1 10-10;", 0, "what was there");
    note(B, "192.0.2.1", 30);
    is_int(ST_OK, write_now(), "there is room again");
    check(ST_OK, A " 192.0.2.0/24 1 10-10;" B " 192.0.2.0/24 1 30-30;", 3,
          "and what came after");
    stuntlog_close(log_);
}

/* It may not grow for ever. */
static void
test_full(void)
{
    size_t before = size_of_file();

    begin(before + 20);
    note(A, "192.0.2.1", 40);
    is_int(ST_RANGE, write_now(), "no room under the limit");
    is_int((int)before, (int)size_of_file(), "nothing is written");
    cut(8);
    is_int(ST_OK, write_now(), "what is lost can be told");
    check(ST_OK, "", 1, "a full file");
    stuntlog_close(log_);
}

/* A crash left half a row, or another file stands there. */
static void
test_ends(void)
{
    cut(0);
    begin(SIZE_MANY);
    note(A, "192.0.2.1", 10);
    write_now();
    stuntlog_close(log_);
    cut(size_of_file() + 3);
    check(ST_DAMAGED, A " 192.0.2.0/24 1 10-10;", 0, "a damaged end");
    begin(SIZE_MANY);
    note(B, "192.0.2.1", 20);
    write_now();
    stuntlog_close(log_);
    check(ST_OK, A " 192.0.2.0/24 1 10-10;" B " 192.0.2.0/24 1 20-20;", 0,
          "is cut off");
    cut(5);
    check(ST_DAMAGED, "", 0, "another file");
    is_int(ST_DAMAGED, stuntlog_open(path, SIZE_MANY, &log_, NULL),
           "is not written to");
    unlink(path);
    check(ST_NOT_FOUND, "", 0, "no file");
}

int
main(void)
{
    int fd = mkstemp(path);

    if (fd < 0)
        bail("no file in /tmp");
    close(fd);
    signal(SIGXFSZ, SIG_IGN);
    plan_lazy();
    test_sums();
    test_short();
    test_full();
    test_ends();
    return tap_done();
}
