/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/stunt/stuntmap.c: a view that cannot be read for once. */
#include "common/stunt/stuntmap.h"

#include <dlfcn.h>
#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/stunt/stuntview.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

/* These stand before LMDB's own, and fail when they are told to. */
static int fails_get, fails_cursor; /* at the so-manieth call from now */
int mdb_get(void *txn, unsigned dbi, void *key, void *value);
int mdb_cursor_get(void *cursor, void *key, void *value, int how);

static bool
is_time(int *countdown)
{
    return *countdown > 0 && --*countdown == 0;
}

int
mdb_get(void *txn, unsigned dbi, void *key, void *value)
{
    int (*own)(void *, unsigned, void *, void *);

    *(void **)&own = dlsym(RTLD_NEXT, "mdb_get");
    return is_time(&fails_get) ? EIO : own(txn, dbi, key, value);
}

int
mdb_cursor_get(void *cursor, void *key, void *value, int how)
{
    int (*own)(void *, void *, void *, int);

    *(void **)&own = dlsym(RTLD_NEXT, "mdb_cursor_get");
    return is_time(&fails_cursor) ? EIO : own(cursor, key, value, how);
}

static void
check_unread(struct stuntview *view, const char *what)
{
    struct stuntreader *reader = NULL;
    struct template_scope scope = {NULL};
    struct template_binder binder;

    if (stuntreader_new(view, &reader, NULL) != ST_OK)
        bail("no reader");
    stuntreader_binder(reader, &binder);
    *binder.failed = false;
    binder.any(binder.context, TEMPLATE_CUSTOMER, &scope);
    ok(*binder.failed, "%s: whether there are customers", what);
    *binder.failed = false;
    binder.any(binder.context, TEMPLATE_SELECTOR, &scope);
    ok(*binder.failed, "%s: whether the ESP has keys", what);
    is_int(ST_OK, stuntreader_refresh(reader), "%s: the next look", what);
    *binder.failed = false;
    ok(binder.any(binder.context, TEMPLATE_CUSTOMER, &scope)
           && binder.any(binder.context, TEMPLATE_SELECTOR, &scope)
           && !*binder.failed,
       "%s: tells both", what);
    stuntreader_free(reader);
}

/* By a child: a process may open a view only once. */
static void
write_view(const char *folder)
{
    static const struct stunt_key keys[] = {
        {SLICE_INIT("k1"), SLICE_INIT("rsa"), SLICE_INIT("MIIB")},
    };
    static const char *const names[] = {"csnufkin", "ttok7", STUNTVIEW_ESP};
    const struct stunt_entry entry = {keys, 1, NULL, 0};
    struct stuntwriter *writer = NULL;
    pid_t child = fork();
    uint64_t applied;
    int status = 1;

    if (child != 0) {
        waitpid(child, &status, 0);
        if (status != 0)
            bail("no view '%s'", folder);
        return;
    }
    if (stuntwriter_begin(folder, &writer, &applied, NULL) != ST_OK)
        _exit(1);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (stuntwriter_put(writer, slice_of(names[i]), &entry, NULL) != ST_OK)
            _exit(1);
    _exit(stuntwriter_commit(writer, 1, NULL) == ST_OK ? 0 : 1);
}

/* What cannot be read is not absent. */
int
main(void)
{
    const char *folder = fixture_path("view");
    struct error err = ERROR_INIT;
    struct stuntview *view = NULL;

    plan_lazy();
    write_view(folder);
    if (stuntview_open(folder, &view, &err) != ST_OK)
        bail("%s", err.text);
    fails_cursor = 1;
    check_unread(view, "the customers");
    fails_cursor = 2;
    check_unread(view, "the tokens");
    fails_get = 2;
    check_unread(view, "the ESP's entry");
    stuntview_close(view);
    return tap_done();
}
