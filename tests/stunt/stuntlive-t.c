/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/stunt/stuntlive.c: another view in its place, noticed also
   after memory ran out in the middle of a look, as the Knot module has it. */
#include "common/stunt/stuntlive.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/memory.h"

/* The allocator of the module stands before that of the library, and its
   malloc before the system's. */
static unsigned fails_in; /* at the so-manieth call from now; 0: never */

static bool
is_time(void)
{
    return fails_in > 0 && --fails_in == 0;
}

static void *
may_malloc(size_t n)
{
    return is_time() ? NULL : malloc(n);
}

static void *
may_realloc(void *p, size_t n)
{
    return is_time() ? NULL : realloc(p, n);
}

#define malloc  may_malloc
#define realloc may_realloc
#include "knot/guard.c"
#undef malloc
#undef realloc

#include "common/base/file.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

static unsigned told, faults;

static void
tell(void *context, const char *sentence, bool is_fault)
{
    (void)context;
    diag("%s", sentence);
    told += is_fault ? 0 : 1;
    faults += is_fault ? 1 : 0;
}

/* By a child: a process may open a view only once. */
static void
write_view(const char *folder, const char *customer)
{
    static const struct stunt_field fields[] = {
        {SLICE_INIT("esp"), SLICE_INIT("esp.example")},
    };
    const struct stunt_entry origin = {NULL, 0, fields, 1};
    const struct stunt_entry bare = {NULL, 0, NULL, 0};
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
    if (stuntwriter_begin(folder, &writer, &applied, NULL) != ST_OK
        || stuntwriter_put(writer, SLICE(STUNTVIEW_ORIGIN), &origin, NULL)
               != ST_OK
        || stuntwriter_put(writer, slice_of(customer), &bare, NULL) != ST_OK)
        _exit(1);
    _exit(stuntwriter_commit(writer, 1, NULL) == ST_OK ? 0 : 1);
}

static enum status
look(void *context, struct error *err)
{
    (void)err;
    stuntlive_look(context);
    return ST_OK;
}

static bool
is_customer(struct stuntlive_seat *seat, const char *label)
{
    const struct template_binder *binder;
    struct template_scope scope = {NULL};

    stuntlive_refresh(seat, &binder);
    return binder->bind(binder->context, TEMPLATE_CUSTOMER, slice_of(label),
                        &scope);
}

static void
test_replaced(const char *view, struct stuntlive *live,
              struct stuntlive_seat *seat)
{
    char next[256], gone[256];
    struct error err = ERROR_INIT;

    snprintf(next, sizeof(next), "%s.next", view);
    snprintf(gone, sizeof(gone), "%s.gone", view);
    stuntlive_look(live);
    is_int(0, (int)told, "nothing is new");
    ok(is_customer(seat, "old") && !is_customer(seat, "new"), "one customer");
    write_view(next, "cnew");
    if (rename(view, gone) != 0 || rename(next, view) != 0)
        bail("cannot rename '%s'", view);
    fails_in = 1;
    is_int(ST_MEMORY, guard(look, live, &err), "a look without memory");
    stuntlive_look_over(live);
    is_int(0, (int)told, "sees nothing");
    ok(is_customer(seat, "old"), "what was open is served");
    is_int(ST_OK, guard(look, live, &err), "the next look");
    is_int(1, (int)told, "sees another view");
    ok(is_customer(seat, "new") && !is_customer(seat, "old"),
       "which is served");
    is_int(0, (int)faults, "no fault is told");
}

int
main(void)
{
    char view[200], file[200];
    struct stuntlive_source source = {
        .template_path = file, .view_path = view, .tell = tell};
    struct stuntlive_seat *seat = NULL;
    struct stuntlive *live = NULL;
    struct error err = ERROR_INIT;

    plan_lazy();
    snprintf(view, sizeof(view), "%s", fixture_path("view"));
    snprintf(file, sizeof(file), "%s", fixture_path("template"));
    write_view(view, "cold");
    if (file_write(file, SLICE("@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns\n"), 0600,
                   &err)
            != ST_OK
        || stuntlive_open(&source, &live, &err) != ST_OK
        || stuntlive_sit(live, &seat, &err) != ST_OK)
        bail("%s", err.text);
    test_replaced(view, live, seat);
    stuntlive_leave(seat);
    stuntlive_close(live);
    return tap_done();
}
