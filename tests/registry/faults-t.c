/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A full disk, a read-only folder, a damaged file: what a user is told, and
   what is left. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/registry/customers.h"
#include "common/registry/db.h"
#include "common/registry/rows.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

#define MANY      300
#define NAME_ROOM 32

static struct provision_request *requests;

static void
make_requests(void)
{
    char *names = calloc(MANY, NAME_ROOM);

    requests = calloc(MANY, sizeof(*requests));
    for (size_t i = 0; i < MANY; i++) {
        snprintf(names + NAME_ROOM * i, NAME_ROOM, "c%zu", i);
        requests[i].customer = names + NAME_ROOM * i;
    }
}

/* Customers there, and keys: twice as many, or something is half. */
static void
is_whole(struct registry *registry, const char *path, const char *name)
{
    struct error err = ERROR_INIT;

    is_int(ST_OK, registry_check(registry, &err), "%s: sound (%s)", name,
           err.text);
    is_int(0,
           fixture_count(path, "SELECT (SELECT count(*) FROM key) -"
                               " 2 * (SELECT count(*) FROM customer)"),
           "%s: no customer is half there", name);
}

/* SQLite's own limit on the size of the file: as a full disk. */
static void
test_full(void)
{
    struct provision_totals totals;
    struct registry *registry;
    struct seal *seal;
    struct provision_settings settings;
    struct error err = ERROR_INIT;

    fixture_create("full.db", &registry, &seal);
    db_script(registry_db(registry), "PRAGMA max_page_count = 60", NULL);
    settings = fixture_settings(registry, seal);
    settings.threads = 1;
    is_int(ST_IO, provision_run(&settings, requests, MANY, &totals, &err),
           "full: status");
    ok(strstr(err.text, "disk is full") != NULL, "full: %s", err.text);
    is_int((long long)totals.added,
           fixture_count(fixture_path("full.db"),
                         "SELECT count(*) FROM customer"),
           "full: what was reported is there");
    is_whole(registry, fixture_path("full.db"), "full");
    db_script(registry_db(registry), "PRAGMA max_page_count = 100000", NULL);
    is_int(ST_OK, provision_run(&settings, requests, MANY, &totals, &err),
           "full: goes on once there is room");
    is_int(MANY, (long long)(totals.added + totals.present),
           "full: and all are there");
    is_whole(registry, fixture_path("full.db"), "room");
    seal_free(seal);
    registry_free(registry);
}

/* The status of what a child does, 100 for a signal. */
static int
in_child(int (*work)(const char *name), const char *name)
{
    pid_t pid = fork();
    int status = 0;

    if (pid == 0)
        _exit(work(name));
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 100;
}

/* The system refuses to let files grow: provisioning, and a backup. */
static int
with_small_files(const char *name)
{
    struct rlimit limit = {200000, 200000};
    struct provision_totals totals;
    struct registry *registry = NULL;
    struct seal *seal = NULL;
    struct provision_settings settings;
    struct error err = ERROR_INIT;
    enum status st;

    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    if (registry_open(fixture_path(name), &registry, &err) != ST_OK
        || registry_seal(registry, &seal, &err) != ST_OK)
        return 50;
    settings = fixture_settings(registry, seal);
    settings.threads = 1;
    st = provision_run(&settings, requests, MANY, &totals, &err);
    diag("%s", err.text);
    if (st == ST_OK || strchr(err.text, '\n') != NULL || err.text[0] == '\0')
        return 51;
    return -st;
}

static int
backup_with_small_files(const char *name)
{
    struct rlimit limit = {50000, 50000};
    struct registry *registry = NULL;
    struct error err = ERROR_INIT;
    enum status st;

    signal(SIGXFSZ, SIG_IGN);
    if (registry_open(fixture_path(name), &registry, &err) != ST_OK)
        return 50;
    setrlimit(RLIMIT_FSIZE, &limit);
    st = registry_backup(registry, fixture_path("backup/b.db"), &err);
    diag("%s", err.text);
    return -st;
}

static void
test_small_files(void)
{
    struct registry *registry;
    struct seal *seal;

    fixture_create("small.db", &registry, &seal);
    seal_free(seal);
    registry_free(registry);
    is_int(-ST_IO, in_child(with_small_files, "small.db"),
           "files that cannot grow: status");
    is_int(ST_OK, registry_open(fixture_path("small.db"), &registry, NULL),
           "files that cannot grow: the registry opens");
    is_whole(registry, fixture_path("small.db"), "files that cannot grow");
    registry_free(registry);
    mkdir(fixture_path("backup"), 0700);
    is_int(-ST_IO, in_child(backup_with_small_files, "full.db"),
           "a backup that cannot grow: status");
    ok(rmdir(fixture_path("backup")) == 0, "and nothing of it is left");
}

/* Somebody else, or we ourselves without a right to write. */
static int
without_rights(const char *name)
{
    struct registry *registry = NULL;
    struct error err = ERROR_INIT;
    int64_t id;
    enum status st;

    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 60;
    st = registry_open(fixture_path(name), &registry, &err);
    if (st == ST_OK)
        st = customers_add(registry, "x", &id, &err);
    diag("%s", err.text);
    registry_free(registry);
    return strchr(err.text, '\n') == NULL && err.text[0] != '\0' ? -st : 61;
}

static int
create_without_rights(const char *name)
{
    struct error err = ERROR_INIT;
    char uuid[UUID_SIZE];
    enum status st;

    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 60;
    seal_uuid(uuid);
    st = registry_create(fixture_path(name), uuid, FIXTURE_ESP, &err);
    diag("%s", err.text);
    return -st;
}

static void
test_read_only(void)
{
    struct registry *registry;
    struct seal *seal;

    mkdir(fixture_path("ro"), 0700);
    fixture_create("ro/a.db", &registry, &seal);
    seal_free(seal);
    registry_free(registry);
    chmod(fixture_folder(), 0711);
    chmod(fixture_path("ro/a.db"), 0444);
    chmod(fixture_path("ro"), 0555);
    is_int(-ST_DENIED, in_child(without_rights, "ro/a.db"),
           "a read-only folder");
    is_int(-ST_DENIED, in_child(create_without_rights, "ro/b.db"),
           "no new registry in it");
    chmod(fixture_path("ro"), 0777);
    is_int(-ST_DENIED, in_child(without_rights, "ro/a.db"),
           "a read-only file");
    chmod(fixture_path("ro/a.db"), 0000);
    is_int(-ST_DENIED, in_child(without_rights, "ro/a.db"),
           "a file that cannot be read");
    chmod(fixture_path("ro"), 0700);
    chmod(fixture_path("ro/a.db"), 0600);
    chmod(fixture_folder(), 0700);
}

/* Use all of it; the first fault. */
static enum status
use(const char *path, struct error *err)
{
    struct registry *registry = NULL;
    struct rows *rows = NULL;
    const struct row *row;
    enum status st = registry_open(path, &registry, err);

    if (st != ST_OK)
        return st;
    if ((st = registry_check(registry, err)) == ST_OK)
        st = customers_remove(registry, "c3", err);
    if (st == ST_OK) {
        rows_open(registry, &(struct row_filter){.with_removed = true}, &rows,
                  err);
        while ((st = rows_next(rows, &row, err)) == ST_OK)
            ;
        rows_free(rows);
    }
    registry_free(registry);
    return st == ST_NOT_FOUND ? ST_OK : st;
}

/* A page spoilt at a time, in several ways: nothing but a clear status. */
static void
test_damage(void)
{
    const char *path = fixture_path("spoilt.db");
    struct strbuf text = STRBUF_INIT;
    unsigned found = 0;
    unsigned strange = 0;
    unsigned tries = 0;

    file_read(fixture_path("full.db"), 1u << 26, &text, NULL);
    for (size_t at = 0; at + 64 < text.n; at += 4096 + 512) {
        char saved[64];
        struct error err = ERROR_INIT;
        enum status st;

        memcpy(saved, text.p + at, sizeof(saved));
        for (size_t i = 0; i < sizeof(saved); i++)
            text.p[at + i] ^= (char)(at / 7 + i);
        unlink(fixture_path("spoilt.db-wal"));
        unlink(fixture_path("spoilt.db-shm"));
        file_write(path, strbuf_slice(&text), 0600, NULL);
        st = use(path, &err);
        found += st == ST_DAMAGED;
        if (st != ST_OK && st != ST_DAMAGED && st != ST_NEWER) {
            diag("at %zu: %d, %s", at, st, err.text);
            strange++;
        }
        memcpy(text.p + at, saved, sizeof(saved));
        tries++;
    }
    is_int(0, strange, "%u spoilt pages: nothing but a clear status", tries);
    ok(found > tries / 4, "%u of %u were found damaged", found, tries);
    strbuf_clear(&text);
}

static void
test_cut(void)
{
    const char *path = fixture_path("spoilt.db");
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;

    file_read(fixture_path("full.db"), 1u << 26, &text, NULL);
    for (unsigned part = 1; part < 4; part++) {
        unlink(fixture_path("spoilt.db-wal"));
        unlink(fixture_path("spoilt.db-shm"));
        file_write(path,
                   slice_sub(strbuf_slice(&text), 0, text.n / 4 * part + 77),
                   0600, NULL);
        is_int(ST_DAMAGED, use(path, &err), "cut at %u/4: %s", part, err.text);
    }
    file_write(path, SLICE("SQLite format 3"), 0600, NULL);
    is_int(ST_DAMAGED, use(path, &err), "cut in the header: %s", err.text);
    unlink(fixture_path("spoilt.db-shm"));
    file_write(path, strbuf_slice(&text), 0600, NULL);
    file_write(fixture_path("spoilt.db-wal"), SLICE("garbage"), 0600, NULL);
    is_int(ST_OK, use(path, &err), "garbage for a log is no log (%s)",
           err.text);
    strbuf_clear(&text);
}

int
main(void)
{
    plan_lazy();
    fixture_folder();
    make_requests();
    test_full();
    test_small_files();
    test_read_only();
    test_damage();
    test_cut();
    free((void *)requests[0].customer);
    free(requests);
    return tap_done();
}
