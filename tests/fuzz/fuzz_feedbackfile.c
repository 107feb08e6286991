/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any octets as a file of DMARC aggregate reports: XML, gzip,
   zip or a mail. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "common/reports/feedbackfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_report(const struct feedback *report)
{
    size_t rows = 0;

    assert(report->id.n > 0 && report->domain.n > 0);
    assert(report->begin <= report->end && report->begin >= 0);
    assert((report->doubts > 0) == (report->doubt != NULL));
    for (const struct feedback_row *row = report->rows; row != NULL;
         row = row->next) {
        assert(row->source.family == 4 || row->source.family == 6);
        assert(row->header_from.n > 0);
        rows++;
    }
    assert(rows == report->row_count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct feedbackfile_limits limits = {1u << 20, 1000, NULL};
    static struct feedbackfile *file;
    struct arena *arena = arena_new();
    struct slice octets = {(const char *)data, size};
    const struct feedbackpart *part;

    if (file == NULL)
        file = feedbackfile_new(&limits);
    part = feedbackfile_scan(file, "f", octets, arena);
    assert(part != NULL);
    for (; part != NULL; part = part->next)
        if (part->report != NULL)
            check_report(part->report);
        else
            assert(part->why != NULL && part->status != ST_OK);
    arena_free(arena);
    return 0;
}
