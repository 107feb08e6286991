/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/reports/crew.c: whatever thread reads a file, all are taken,
   in order. */
#include "common/reports/crew.h"

#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

#define FILES 200

/* What was taken. */
struct taken {
    size_t count;               /* of files */
    size_t rows;                /* in their reports */
    size_t missing;             /* that could not be read */
    bool is_ordered;            /* each was the next */
    volatile sig_atomic_t stop; /* set after stop_at files */
    size_t stop_at;             /* or 0 */
};

static void
take(void *context, size_t i, const struct feedbackpart *parts,
     const struct error *err)
{
    struct taken *taken = context;

    taken->is_ordered &= i == taken->count;
    taken->count++;
    if (parts == NULL)
        taken->missing += err->text[0] != '\0';
    for (; parts != NULL; parts = parts->next)
        if (parts->report != NULL)
            taken->rows += parts->report->row_count;
    if (taken->count == taken->stop_at)
        taken->stop = 1;
}

/* Every fifth file is none, every third of the others is packed (by gzip: the
   time that a zip has makes the C library look for its zone, under a lock that
   the thread sanitizer does not see). */
static size_t
run(struct taken *taken)
{
    struct strbuf one = STRBUF_INIT, packed = STRBUF_INIT;
    const char *paths[FILES];
    size_t count;

    strbuf_add_text(&one, tap_path("tests/reports/samples/plain.xml"));
    strbuf_add_text(&packed, tap_path("tests/reports/samples/one.xml.gz"));
    for (size_t i = 0; i < FILES; i++)
        paths[i] = i % 5 == 0   ? "/nonexistent/x"
                   : i % 3 == 0 ? packed.p
                                : one.p;
    taken->is_ordered = true;
    count = crew_run(&(struct crew_work){
        .paths = paths,
        .count = FILES,
        .limits = {1000000, 100, NULL},
        .stop = &taken->stop,
        .take = take,
        .context = taken
    });
    strbuf_clear(&packed);
    strbuf_clear(&one);
    return count;
}

int
main(void)
{
    struct taken all = {0}, stopped = {.stop_at = 10};
    size_t count;

    plan_lazy();
    is_int(FILES, (long long)run(&all), "all files are taken");
    ok(all.is_ordered, "in order");
    is_int(40, (long long)all.missing, "40 of 200 are not there");
    is_int(160, (long long)all.rows, "a row of each of the others");
    count = run(&stopped);
    ok(count >= 10 && count <= 10 + 2 * (size_t)CREW_MAX,
       "stopped: none is begun anew");
    ok(stopped.is_ordered, "stopped: in order");
    is_int((long long)stopped.count, (long long)count, "stopped: counted");
    return tap_done();
}
