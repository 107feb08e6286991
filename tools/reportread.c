/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads DMARC aggregate reports of files and folders into a tally. */
#include "tools/reportread.h"

#include <string.h>

#include "common/base/diag.h"
#include "common/base/progress.h"
#include "common/reports/crew.h"
#include "tools/cmd.h"
#include "tools/reportpaths.h"

/* While files are read. */
struct reading {
    struct tally *tally;       /* what they add up to */
    struct progress *progress; /* on the terminal */
    size_t failed;             /* files that could not be read */
    struct error told;         /* why the last of them could not */
};

/* What every file suffers from names none, and is told once. */
static void
tell(struct reading *reading, const struct error *err)
{
    if (strcmp(reading->told.text, err->text) != 0)
        diag_error("%s", err->text);
    reading->told = *err;
    reading->failed++;
}

static void
take(void *context, size_t i, const struct feedbackpart *parts,
     const struct error *err)
{
    struct reading *reading = context;

    if (parts == NULL && cmd_stop != 0)
        return;
    if (parts == NULL)
        tell(reading, err);
    else
        tally_add(reading->tally, parts);
    progress_set(reading->progress, i + 1, NULL);
}

enum status
reportread_run(const struct reportread *input, struct tally *tally,
               size_t *files)
{
    struct arena *arena = arena_new();
    struct reading reading = {.tally = tally};
    const char **paths = NULL;
    size_t count = 0, taken;
    struct feedbackfile_limits limits = input->limits;

    for (size_t i = 0; i < input->count; i++)
        if (reportpaths_add(arena, input->operands[i], &paths, &count)
            != ST_OK)
            reading.failed++;
    limits.stop = &cmd_stop;
    reading.progress = progress_new("files", count, input->quiet);
    taken = crew_run(&(struct crew_work){.paths = paths,
                                         .count = count,
                                         .limits = limits,
                                         .stop = &cmd_stop,
                                         .take = take,
                                         .context = &reading});
    progress_free(reading.progress);
    arena_free(arena);
    *files = taken;
    if (taken < count)
        return ST_STOPPED;
    return reading.failed > 0 ? ST_IO : ST_OK;
}
