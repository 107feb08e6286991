/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/stunt/stuntview.c, stuntwriter.c, stuntmap.c and
   stuntmeta.c: the published view, written and read. */
#include "common/stunt/stuntview.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/strbuf.h"
#include "common/stunt/stuntmeta.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

static const struct stunt_key keys[] = {
    {SLICE_INIT("k1"),  SLICE_INIT("rsa"),     SLICE_INIT("MIIB")},
    {SLICE_INIT("a.b"), SLICE_INIT("ed25519"), {NULL, 0}         },
};
static const struct stunt_field fields[] = {
    {SLICE_INIT("pool"), SLICE_INIT("one")},
};
static const struct stunt_entry with_keys = {keys, 2, fields, 1};
static const struct stunt_entry bare = {NULL, 0, NULL, 0};

/* LMDB wants one opening of a folder a process: what else opens it is a child
   and says by its exit how it went. */
static int
in_child(int (*work)(const char *folder), const char *folder)
{
    pid_t child = fork();
    int status = 0;

    if (child == 0)
        _exit(work(folder));
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* A child that gets so far is killed from outside, as others would be. */
static int reached[2];

static int
reach(void)
{
    if (write(reached[1], "", 1) != 1)
        return 1;
    for (;;)
        pause();
}

static bool
is_killed(int (*work)(const char *folder), const char *folder)
{
    pid_t child;
    char octet;
    int status = 0;
    bool came;

    if (pipe(reached) != 0)
        bail("no pipe");
    child = fork();
    if (child == 0)
        _exit(work(folder));
    close(reached[1]);
    came = read(reached[0], &octet, 1) == 1;
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    close(reached[0]);
    return came && WIFSIGNALED(status);
}

static struct stuntwriter *
begin(const char *folder, uint64_t *applied)
{
    struct stuntwriter *writer = NULL;
    struct error err = ERROR_INIT;

    if (stuntwriter_begin(folder, &writer, applied, &err) != ST_OK)
        bail("%s", err.text);
    return writer;
}

static void
put(struct stuntwriter *writer, const char *key,
    const struct stunt_entry *entry)
{
    if (stuntwriter_put(writer, slice_of(key), entry, NULL) != ST_OK)
        bail("cannot put '%s'", key);
}

static int
write_first(const char *folder)
{
    uint64_t applied = 99;
    struct stuntwriter *writer = begin(folder, &applied);

    put(writer, "csnufkin", &with_keys);
    put(writer, "ctoffle", &bare);
    put(writer, "ttok7", &with_keys);
    put(writer, "e", &with_keys);
    return stuntwriter_commit(writer, 7, NULL) == ST_OK && applied == 0 ? 0
                                                                        : 1;
}

static int
write_second(const char *folder)
{
    uint64_t applied = 99;
    struct stuntwriter *writer = begin(folder, &applied);

    put(writer, "ctoffle", &with_keys);
    stuntwriter_remove(writer, SLICE("csnufkin"), NULL);
    stuntwriter_remove(writer, SLICE("cnobody"), NULL);
    stuntwriter_remove(writer, SLICE("ttok7"), NULL);
    return stuntwriter_commit(writer, 8, NULL) == ST_OK && applied == 7 ? 0
                                                                        : 1;
}

/* Give up; and die in the middle. */
static int
write_nothing(const char *folder)
{
    uint64_t applied;
    struct stuntwriter *writer = begin(folder, &applied);

    put(writer, "cnever", &with_keys);
    stuntwriter_abort(writer);
    stuntwriter_abort(NULL);
    writer = begin(folder, &applied);
    put(writer, "cnever", &with_keys);
    return reach();
}

static bool
bind(const struct template_binder *binder, enum template_kind kind,
     const char *label, struct template_scope *scope)
{
    return binder->bind(binder->context, kind, slice_of(label), scope);
}

static const char *
field(const struct template_binder *binder, const struct template_scope *scope,
      const char *selector, const char *name)
{
    static char text[64];
    struct slice value;

    if (!binder->field(binder->context, scope, slice_of(selector),
                       slice_of(name), &value))
        return NULL;
    snprintf(text, sizeof(text), "%.*s", SLICE_ARGS(value));
    return text;
}

static void
test_binder(const struct template_binder *binder)
{
    struct template_scope esp = {NULL}, customer = {NULL}, token = {NULL},
                          toffle = {NULL};
    struct slice nothing = SLICE("none");

    ok(bind(binder, TEMPLATE_CUSTOMER, "snufkin", &customer), "a customer");
    ok(bind(binder, TEMPLATE_CUSTOMER, "toffle", &toffle), "another");
    ok(bind(binder, TEMPLATE_TOKEN, "tok7", &token), "a token");
    ok(customer.owner != NULL && customer.owner != token.owner, "bound");
    ok(!bind(binder, TEMPLATE_CUSTOMER, "tok7", &esp), "a token is none");
    ok(!bind(binder, TEMPLATE_TOKEN, "snufkin", &esp), "nor that a token");
    ok(!bind(binder, TEMPLATE_CUSTOMER, "nobody", &esp), "nor is nobody");
    ok(esp.owner == NULL, "nothing was bound");
    ok(bind(binder, TEMPLATE_SELECTOR, "k1", &customer), "a selector");
    ok(!bind(binder, TEMPLATE_SELECTOR, "k9", &customer), "not another");
    ok(!bind(binder, TEMPLATE_SELECTOR, "k1", &toffle), "nor another's");
    ok(bind(binder, TEMPLATE_SELECTOR, "a.b", &esp), "one of the ESP");
    ok(binder->any(binder->context, TEMPLATE_CUSTOMER, &esp), "customers");
    ok(binder->any(binder->context, TEMPLATE_TOKEN, &esp), "tokens");
    ok(binder->any(binder->context, TEMPLATE_SELECTOR, &customer), "keys");
    ok(!binder->any(binder->context, TEMPLATE_SELECTOR, &toffle), "no keys");
    ok(binder->below(binder->context, &customer, SLICE("b")), "above a.b");
    ok(!binder->below(binder->context, &customer, nothing), "above nothing");
    ok(!binder->below(binder->context, &toffle, SLICE("b")), "nor there");
    is_string("MIIB", field(binder, &customer, "k1", "key"), "key");
    is_string("rsa", field(binder, &customer, "k1", "algorithm"), "algorithm");
    is_string("", field(binder, &customer, "a.b", "key"), "revoked");
    is_string("one", field(binder, &customer, "", "pool"), "a field");
    is_string(NULL, field(binder, &customer, "", "key"), "no key");
    is_string(NULL, field(binder, &toffle, "", "pool"), "no field");
    ok(!*binder->failed, "nothing failed");
}

static void
test_life(const char *folder)
{
    struct template_scope scope = {NULL};
    struct template_binder binder;
    struct stuntview *view = NULL;
    struct stuntreader *reader = NULL;
    struct error err = ERROR_INIT;
    struct slice value;

    is_int(ST_NOT_FOUND, stuntview_open(folder, &view, &err), "no folder");
    is_int(0, in_child(write_first, folder), "the first writing");
    is_int(ST_OK, stuntview_open(folder, &view, &err), "it is opened");
    is_int(ST_OK, stuntreader_new(view, &reader, &err), "and read");
    stuntreader_binder(reader, &binder);
    is_int(7, (long long)stuntreader_applied(reader), "what it stands for");
    test_binder(&binder);
    ok(stuntreader_field(reader, SLICE("csnufkin"), SLICE("pool"), &value)
           && slice_equal(value, SLICE("one")),
       "a field by its key");
    ok(!stuntreader_field(reader, SLICE("cnobody"), SLICE("pool"), &value),
       "none of nobody");

    is_int(0, in_child(write_second, folder), "the second writing");
    ok(bind(&binder, TEMPLATE_CUSTOMER, "snufkin", &scope),
       "the snapshot stays");
    is_int(ST_OK, stuntreader_refresh(reader), "until it is renewed");
    is_int(8, (long long)stuntreader_applied(reader), "to the newest");
    ok(!bind(&binder, TEMPLATE_CUSTOMER, "snufkin", &scope), "one is gone");
    ok(!binder.any(binder.context, TEMPLATE_TOKEN, &scope), "no token left");
    ok(bind(&binder, TEMPLATE_CUSTOMER, "toffle", &scope)
           && bind(&binder, TEMPLATE_SELECTOR, "k1", &scope),
       "one is changed");
    ok(is_killed(write_nothing, folder), "a writer dies");
    is_int(ST_OK, stuntreader_refresh(reader), "that is no matter");
    is_int(8, (long long)stuntreader_applied(reader), "nothing has changed");
    ok(!bind(&binder, TEMPLATE_CUSTOMER, "never", &scope), "nor is it there");
    ok(!*binder.failed, "nothing failed");
    stuntreader_free(reader);
    stuntreader_free(NULL);
    stuntview_close(view);
    stuntview_close(NULL);
}

/* Written anew in parts while it is read. */
static int
write_anew(const char *folder)
{
    uint64_t applied;
    struct stuntwriter *writer = begin(folder, &applied);
    bool good = stuntwriter_anew(writer, NULL) == ST_OK;

    put(writer, "cfillyjonk", &bare);
    good = good && stuntwriter_flush(writer, NULL) == ST_OK;
    return good ? reach() : 1;
}

static int
finish_anew(const char *folder)
{
    uint64_t applied = 99;
    struct stuntwriter *writer = begin(folder, &applied);
    bool good = applied == 0 && stuntwriter_anew(writer, NULL) == ST_OK;
    struct slice value;

    put(writer, "csnorkmaiden", &with_keys);
    good = good && stuntwriter_flush(writer, NULL) == ST_OK
           && stuntwriter_field(writer, SLICE("csnorkmaiden"), SLICE("pool"),
                                &value)
           && stuntwriter_sweep(writer, NULL) == ST_OK;
    return stuntwriter_commit(writer, 20, NULL) == ST_OK && good ? 0 : 1;
}

static void
test_anew(const char *folder)
{
    struct template_scope scope = {NULL};
    struct template_binder binder;
    struct stuntview *view = NULL;
    struct stuntreader *reader = NULL;
    struct error err = ERROR_INIT;

    ok(is_killed(write_anew, folder), "a writing anew is killed");
    is_int(ST_OK, stuntview_open(folder, &view, &err), "it opens");
    is_int(ST_OK, stuntreader_new(view, &reader, &err), "and reads");
    stuntreader_binder(reader, &binder);
    is_int(0, (long long)stuntreader_applied(reader), "as unfinished");
    ok(bind(&binder, TEMPLATE_CUSTOMER, "toffle", &scope), "with the old");
    ok(bind(&binder, TEMPLATE_CUSTOMER, "fillyjonk", &scope),
       "and some of the new");
    is_int(0, in_child(finish_anew, folder), "the next goes to the end");
    is_int(ST_OK, stuntreader_refresh(reader), "that is seen");
    is_int(20, (long long)stuntreader_applied(reader), "as finished");
    ok(!bind(&binder, TEMPLATE_CUSTOMER, "toffle", &scope), "without the old");
    ok(!bind(&binder, TEMPLATE_CUSTOMER, "fillyjonk", &scope),
       "or what the killed one had");
    ok(bind(&binder, TEMPLATE_CUSTOMER, "snorkmaiden", &scope),
       "with the new");
    ok(!bind(&binder, TEMPLATE_SELECTOR, "k1", &(struct template_scope){NULL}),
       "and no keys of the ESP");
    stuntreader_free(reader);
    stuntview_close(view);
}

/* A new view whose first writing was not finished answers nothing. */
static void
test_unfinished(const char *folder)
{
    struct stuntview *view = NULL;
    struct error err = ERROR_INIT;

    ok(is_killed(write_anew, folder), "a first writing is killed");
    is_int(ST_NOT_FOUND, stuntview_open(folder, &view, &err),
           "such a view is none");
    is_int(0, in_child(finish_anew, folder), "until the next is done");
    is_int(ST_OK, stuntview_open(folder, &view, &err), "then it is");
    stuntview_close(view);
}

/* ---- damage ---- */

/* Raw octets under a key, as LMDB itself is sound. */
static const char *raw_key;
static struct slice raw_value;

static int
write_raw(const char *folder)
{
    struct stuntmap *map = NULL;
    struct stunttxn *txn = NULL;

    bool good =
        stuntmap_open(folder, true, &map, NULL) == ST_OK
        && stunttxn_begin(map, true, &txn, NULL) == ST_OK
        && stunttxn_put(txn, slice_of(raw_key), raw_value, NULL) == ST_OK
        && stunttxn_commit(txn, NULL) == ST_OK;

    stuntmap_close(map);
    return good ? 0 : 1;
}

static void
test_damaged_entries(const char *folder)
{
    static const struct slice damages[] = {
        SLICE_INIT("x"),
        SLICE_INIT("\0\0\0\x0c\xff\xff\xff\xff\0\0\0\0"),
        SLICE_INIT("\0\0\xff\xff\0\1\0\0\0\0\0\0"),
        SLICE_INIT("\0\0\0\x11\0\1\0\0\0\0\0\0\2\3\0\0k"),
    };
    struct error err = ERROR_INIT;
    struct stuntview *view = NULL;
    struct stuntreader *reader = NULL;
    struct template_scope scope = {NULL};
    struct template_binder binder;

    is_int(0, in_child(write_first, folder), "a view");
    for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        raw_key = "csnufkin";
        raw_value = damages[i];
        is_int(0, in_child(write_raw, folder), "damage %zu", i);
        is_int(ST_OK, stuntview_open(folder, &view, &err), "opens");
        stuntreader_new(view, &reader, &err);
        stuntreader_binder(reader, &binder);
        *binder.failed = false;
        ok(!bind(&binder, TEMPLATE_CUSTOMER, "snufkin", &scope),
           "binds nothing");
        ok(*binder.failed, "and says that it cannot tell");
        *binder.failed = false;
        ok(bind(&binder, TEMPLATE_CUSTOMER, "toffle", &scope)
               && !*binder.failed,
           "others are sound");
        stuntreader_free(reader);
        stuntview_close(view);
    }
    raw_key = "e";
    is_int(0, in_child(write_raw, folder), "damage of the ESP's entry");
    is_int(ST_DAMAGED, stuntview_open(folder, &view, &err), "is damage");
}

static void
test_damaged_meta(const char *folder)
{
    struct error err = ERROR_INIT;
    struct stuntview *view = NULL;
    struct stuntwriter *writer = NULL;
    uint64_t applied;
    char newer[32] = "selkie-v\2";

    is_int(0, in_child(write_first, folder), "a view");
    raw_key = "m";
    raw_value = (struct slice){newer, sizeof(newer)};
    is_int(0, in_child(write_raw, folder), "of a newer version");
    is_int(ST_NEWER, stuntview_open(folder, &view, &err), "is not read");
    ok(strstr(err.text, "newer selkie") != NULL, "as is said");
    is_int(ST_NEWER, stuntwriter_begin(folder, &writer, &applied, &err),
           "nor written");
    raw_value = SLICE("nonsense");
    is_int(0, in_child(write_raw, folder), "of no version");
    is_int(ST_DAMAGED, stuntview_open(folder, &view, &err), "is damaged");
    is_int(ST_DAMAGED, stuntwriter_begin(folder, &writer, &applied, &err),
           "for the writer too");
}

/* A reader that meets damage after it was opened. */
static void
test_later_damage(const char *folder)
{
    struct error err = ERROR_INIT;
    struct stuntview *view = NULL;
    struct stuntreader *reader = NULL;
    struct template_scope scope = {NULL};
    struct template_binder binder;

    is_int(0, in_child(write_first, folder), "a view");
    stuntview_open(folder, &view, &err);
    stuntreader_new(view, &reader, &err);
    stuntreader_binder(reader, &binder);
    raw_key = "m";
    raw_value = SLICE("nonsense");
    is_int(0, in_child(write_raw, folder), "damaged while it is read");
    is_int(ST_DAMAGED, stuntreader_refresh(reader), "is told");
    ok(!bind(&binder, TEMPLATE_CUSTOMER, "snufkin", &scope), "binds nothing");
    ok(*binder.failed, "and says that it cannot tell");
    *binder.failed = false;
    binder.any(binder.context, TEMPLATE_SELECTOR, &scope);
    ok(*binder.failed, "the ESP's keys cannot be told either");
    stuntreader_free(reader);
    stuntview_close(view);
}

static void
spoil_file(const char *folder, const char *name, off_t size,
           const char *octets)
{
    struct strbuf path = STRBUF_INIT;
    int fd;

    strbuf_addf(&path, "%s/%s", folder, name);
    fd = open(path.p, O_RDWR | O_CREAT, 0600);
    if (fd < 0 || ftruncate(fd, size) != 0
        || pwrite(fd, octets, strlen(octets), 0) != (ssize_t)strlen(octets))
        bail("cannot spoil '%s'", path.p);
    close(fd);
    strbuf_clear(&path);
}

static void
test_damaged_file(const char *folder)
{
    struct error err = ERROR_INIT;
    struct stuntview *view = NULL;

    is_int(0, in_child(write_first, folder), "a view");
    spoil_file(folder, "data.mdb", 8192, "");
    is_int(ST_DAMAGED, stuntview_open(folder, &view, &err), "cut short");
    ok(strstr(err.text, "damaged") != NULL, "is said: %s", err.text);
    spoil_file(folder, "data.mdb", 0, "");
    spoil_file(folder, "data.mdb", 16384, "no database at all, by no means");
    view = NULL;
    is_int(ST_DAMAGED, stuntview_open(folder, &view, &err), "other octets");
}

static void
test_modes(const char *folder)
{
    struct strbuf path = STRBUF_INIT;
    struct stat st;

    mkdir(folder, 0700);
    chmod(folder, 02770);
    is_int(0, in_child(write_first, folder), "a view for a group");
    strbuf_addf(&path, "%s/data.mdb", folder);
    is_int(0, stat(path.p, &st), "its data");
    is_int(0660, st.st_mode & 0777, "are the group's");
    strbuf_cut(&path, 0);
    strbuf_addf(&path, "%s/lock.mdb", folder);
    is_int(0, stat(path.p, &st), "its lock");
    is_int(0660, st.st_mode & 0777, "is the group's");
    strbuf_clear(&path);
}

/* ---- a writer that is killed at any instant, while all is read ---- */

#define CROWD  100
#define ROUNDS 40
#define SPINS  20000000ul

/* Every commit gives all customers one number, the next. */
static int
write_numbers(const char *folder)
{
    for (unsigned n = 0; n < 100000; n++) {
        uint64_t applied;
        struct stuntwriter *writer = begin(folder, &applied);
        char number[24], key[24];
        struct stunt_field one = {
            SLICE_INIT("n"), {number, 0}
        };
        struct stunt_entry entry = {keys, 2, &one, 1};

        one.value.n = (size_t)snprintf(number, sizeof(number), "%llu",
                                       (unsigned long long)applied + 1);
        for (unsigned i = 0; i < CROWD; i++) {
            snprintf(key, sizeof(key), "cn%u", i);
            put(writer, key, &entry);
        }
        if (stuntwriter_commit(writer, applied + 1, NULL) != ST_OK)
            return 1;
    }
    return 0;
}

static int
write_once(const char *folder)
{
    uint64_t applied;
    struct stuntwriter *writer = begin(folder, &applied);

    return stuntwriter_commit(writer, applied + 1, NULL) == ST_OK ? 0 : 1;
}

/* Have all customers the number that the snapshot stands for? */
static bool
is_whole(struct stuntreader *reader)
{
    for (unsigned i = 0; i < CROWD; i++) {
        char key[24];
        struct slice value;
        uint64_t number;

        snprintf(key, sizeof(key), "cn%u", i);
        if (!stuntreader_field(reader, slice_of(key), SLICE("n"), &value)
            || !slice_number(value, UINT64_MAX, &number)
            || number != stuntreader_applied(reader))
            return false;
    }
    return true;
}

static void
test_kills(const char *folder)
{
    struct error err = ERROR_INIT;
    struct stuntview *view = NULL;
    struct stuntreader *reader = NULL;
    unsigned seed = 8, whole = 0, looks = 0;
    uint64_t first, last;

    is_int(0, in_child(write_first, folder), "a view");
    if (stuntview_open(folder, &view, &err) != ST_OK
        || stuntreader_new(view, &reader, &err) != ST_OK)
        bail("%s", err.text);
    first = stuntreader_applied(reader);
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint64_t before = stuntreader_applied(reader);
        unsigned left = (unsigned)rand_r(&seed) % 200;
        pid_t child = fork();

        if (child == 0)
            _exit(write_numbers(folder));
        /* Until it has written something, and then for a while; a writer
           that never gets so far is a failure below. */
        for (unsigned long spins = 0; left > 0 && spins < SPINS; spins++) {
            if (stuntreader_refresh(reader) != ST_OK)
                break;
            if (stuntreader_applied(reader) == first)
                continue;
            looks++;
            whole += is_whole(reader) ? 1 : 0;
            left -= stuntreader_applied(reader) > before ? 1 : 0;
        }
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    stuntreader_refresh(reader);
    last = stuntreader_applied(reader);
    ok(looks > 0 && whole == looks, "%u of %u looks see one number", whole,
       looks);
    ok(last > first + ROUNDS / 2, "writers came to %llu",
       (unsigned long long)last);
    ok(is_whole(reader), "the last is whole");
    stuntreader_free(reader);
    stuntview_close(view);
    is_int(0, in_child(write_once, folder), "and another can write");
}

int
main(void)
{
    umask(022);
    plan_lazy();
    test_life(fixture_path("life"));
    test_anew(fixture_path("life"));
    test_unfinished(fixture_path("unfinished"));
    test_damaged_entries(fixture_path("entries"));
    test_damaged_meta(fixture_path("meta"));
    test_later_damage(fixture_path("later"));
    test_damaged_file(fixture_path("file"));
    test_modes(fixture_path("modes"));
    test_kills(fixture_path("kills"));
    return tap_done();
}
