/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What many reports say together. */
#include "common/reports/tally.h"

#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/base/strbuf.h"
#include "common/base/table.h"

#define DAY_S 86400

struct tally {
    struct arena *arena;         /* all that is kept */
    struct causes *causes;       /* why rows fail */
    struct table *sources;       /* by address and From domain */
    struct table *selectors;     /* by domain and selector */
    struct table *receivers;     /* by name */
    struct table *domains;       /* likewise */
    struct table *days;          /* by date */
    struct table *seen;          /* reports by sender, domain and id: file */
    struct strbuf key;           /* that is looked up */
    struct tally_counts counts;  /* of all */
    uint64_t whys[CAUSES];       /* of all */
    uint64_t reports;            /* counted */
    int64_t first, last;         /* dates */
    int64_t now;                 /* when this is */
    struct tally_fault *faults;  /* in order */
    struct tally_fault **tail;   /* where the next one goes */
    struct tally_selector other; /* what is beyond the limit: not listed */
};

struct tally *
tally_new(int64_t now)
{
    struct tally *tally = memory_zeroed(1, sizeof(*tally));

    tally->arena = arena_new();
    tally->causes = causes_new();
    tally->sources = table_new();
    tally->selectors = table_new();
    tally->receivers = table_new();
    tally->domains = table_new();
    tally->days = table_new();
    tally->seen = table_new();
    tally->key = (struct strbuf)STRBUF_INIT;
    tally->now = now;
    tally->tail = &tally->faults;
    return tally;
}

void
tally_free(struct tally *tally)
{
    if (tally == NULL)
        return;
    table_free(tally->sources);
    table_free(tally->selectors);
    table_free(tally->receivers);
    table_free(tally->domains);
    table_free(tally->days);
    table_free(tally->seen);
    causes_free(tally->causes);
    strbuf_clear(&tally->key);
    arena_free(tally->arena);
    free(tally);
}

/* ---- keys and counts ---- */

static struct slice
key_of(struct tally *tally, struct slice one, struct slice other)
{
    struct strbuf *key = &tally->key;

    strbuf_cut(key, 0);
    strbuf_add_slice(key, one);
    strbuf_add_char(key, '\0');
    strbuf_add_slice(key, other);
    return strbuf_slice(key);
}

/* Reports may claim more than numbers hold: a sum stays at the most that JSON
   carries exactly (RFC 8259 section 6), and what is drawn of it is sound. */
static void
sum(uint64_t *total, uint64_t more)
{
    *total = more > TALLY_SUM_MAX - *total ? TALLY_SUM_MAX : *total + more;
}

static void
add_counts(struct tally_counts *counts, const struct feedback_row *row)
{
    sum(&counts->messages, row->count);
    if (row->dkim_aligned || row->spf_aligned)
        sum(&counts->aligned, row->count);
    if (row->dkim_aligned)
        sum(&counts->dkim, row->count);
    if (row->spf_aligned)
        sum(&counts->spf, row->count);
    if (row->disposition == FEEDBACK_QUARANTINED)
        sum(&counts->quarantined, row->count);
    if (row->disposition == FEEDBACK_REJECTED)
        sum(&counts->rejected, row->count);
}

void
tally_counts_add(struct tally_counts *counts, const struct tally_counts *more)
{
    sum(&counts->messages, more->messages);
    sum(&counts->aligned, more->aligned);
    sum(&counts->dkim, more->dkim);
    sum(&counts->spf, more->spf);
    sum(&counts->quarantined, more->quarantined);
    sum(&counts->rejected, more->rejected);
}

static void
note_dates(int64_t *first, int64_t *last, const struct feedback *report)
{
    if (*first == 0 || report->begin < *first)
        *first = report->begin;
    if (report->end > *last)
        *last = report->end;
}

/* ---- groups ---- */

static struct tally_group *
group_of(struct tally *tally, struct table *table, struct slice name)
{
    struct tally_group *group = table_get(table, name);

    if (group != NULL)
        return group;
    if (table_count(table) >= TALLY_GROUPS_MAX) {
        name = SLICE("");
        group = table_get(table, name);
        if (group != NULL)
            return group;
    }
    group = ARENA_NEW(tally->arena, struct tally_group);
    group->name = arena_slice(tally->arena, name);
    table_put(table, group->name, group);
    return group;
}

/* The day a report is of: that of its middle, for few receivers count from
   midnight to midnight of UTC. */
static struct tally_group *
day_of(struct tally *tally, const struct feedback *report)
{
    int64_t middle = report->begin + (report->end - report->begin) / 2;
    char text[CLOCK_TEXT_SIZE];
    struct tally_group *day;

    clock_text(middle, text);
    day = group_of(tally, tally->days, (struct slice){text, 10});
    day->first = day->last = middle - middle % DAY_S;
    return day;
}

/* ---- sources and selectors ---- */

static struct tally_source *
source_of(struct tally *tally, const struct feedback_row *row)
{
    static const struct address nobody;
    const struct address *address = &row->source;
    struct slice octets = {(const char *)address->octets,
                           address->family == 4 ? 4 : 16};
    struct slice from = row->header_from;
    struct slice key = key_of(tally, octets, from);
    struct tally_source *source = table_get(tally->sources, key);

    if (source != NULL)
        return source;
    if (table_count(tally->sources) >= TALLY_SOURCES_MAX) {
        address = &nobody;
        from = SLICE_EMPTY;
        key = SLICE("");
        source = table_get(tally->sources, key);
        if (source != NULL)
            return source;
    }
    source = ARENA_NEW(tally->arena, struct tally_source);
    source->address = *address;
    source->from = arena_slice(tally->arena, from);
    table_put(tally->sources, key, source);
    return source;
}

static void
note_seen(struct tally *tally, struct tally_source *source,
          const struct tally_seen *seen)
{
    struct tally_seen *known = source->seen;
    size_t n = source->seen_count;

    for (; n > 0; n--, known++)
        if (known->is_spf == seen->is_spf && known->result == seen->result
            && slice_equal(known->domain, seen->domain)
            && slice_equal(known->selector, seen->selector)) {
            sum(&known->messages, seen->messages);
            return;
        }
    if (source->seen_count == TALLY_SEEN_MAX)
        return;
    source->seen_count++;
    *known = *seen;
    known->domain = arena_slice(tally->arena, seen->domain);
    known->selector = arena_slice(tally->arena, seen->selector);
}

static struct tally_selector *
selector_of(struct tally *tally, const struct feedback_dkim *dkim)
{
    struct slice key = key_of(tally, dkim->domain, dkim->selector);
    struct tally_selector *selector = table_get(tally->selectors, key);

    if (selector != NULL)
        return selector;
    if (table_count(tally->selectors) >= TALLY_SELECTORS_MAX)
        return &tally->other;
    selector = ARENA_NEW(tally->arena, struct tally_selector);
    selector->domain = arena_slice(tally->arena, dkim->domain);
    selector->selector = arena_slice(tally->arena, dkim->selector);
    table_put(tally->selectors, key, selector);
    return selector;
}

static void
add_signature(struct tally *tally, const struct feedback *report,
              const struct feedback_row *row, const struct feedback_dkim *dkim)
{
    struct tally_selector *selector = selector_of(tally, dkim);

    note_dates(&selector->first, &selector->last, report);
    if (dkim->result != FEEDBACK_PASS) {
        sum(&selector->failed, row->count);
    } else {
        sum(&selector->passed, row->count);
        if (report->end > selector->last_pass)
            selector->last_pass = report->end;
    }
    if (selector->is_aligned || selector == &tally->other
        || slice_equal(selector->from, row->header_from))
        return;
    selector->from = arena_slice(tally->arena, row->header_from);
    selector->is_aligned =
        cause_is_aligned(tally->causes, row->header_from, dkim->domain, false);
}

/* Messages with several signatures of one selector are its messages once: by
   the first that passed, or else the first. */
static bool
is_told_by_another(const struct feedback_row *row, size_t i)
{
    const struct feedback_dkim *dkim = &row->dkim[i];
    bool is_pass = dkim->result == FEEDBACK_PASS;

    for (size_t k = 0; k < row->dkim_count; k++) {
        const struct feedback_dkim *other = &row->dkim[k];
        bool passes = other->result == FEEDBACK_PASS;

        if (k != i && other->result != FEEDBACK_NONE
            && (passes == is_pass ? k < i : passes)
            && slice_equal(other->domain, dkim->domain)
            && slice_equal(other->selector, dkim->selector))
            return true;
    }
    return false;
}

static void
add_signatures(struct tally *tally, const struct feedback *report,
               const struct feedback_row *row, struct tally_source *source)
{
    for (size_t i = 0; i < row->dkim_count; i++) {
        const struct feedback_dkim *dkim = &row->dkim[i];
        struct tally_seen seen = {.domain = dkim->domain,
                                  .selector = dkim->selector,
                                  .result = dkim->result,
                                  .messages = row->count};

        /* A result of none names no signature, whatever else it has. */
        if (dkim->domain.n == 0 || dkim->result == FEEDBACK_NONE
            || is_told_by_another(row, i))
            continue;
        note_seen(tally, source, &seen);
        if (dkim->selector.n > 0)
            add_signature(tally, report, row, dkim);
    }
}

static void
add_row(struct tally *tally, const struct feedback *report,
        const struct feedback_row *row)
{
    struct tally_source *source = source_of(tally, row);
    struct tally_group *domain =
        group_of(tally, tally->domains, row->header_from);
    enum cause cause = cause_of(tally->causes, report, row);
    struct tally_seen path = {.is_spf = true,
                              .domain = row->spf_domain,
                              .result = row->spf,
                              .messages = row->count};

    add_counts(&source->counts, row);
    add_counts(&domain->counts, row);
    sum(&source->causes[cause], row->count);
    sum(&tally->whys[cause], row->count);
    note_dates(&source->first, &source->last, report);
    if (report->end >= domain->last
        && !slice_equal(domain->policy, report->policy))
        domain->policy = arena_slice(tally->arena, report->policy);
    note_dates(&domain->first, &domain->last, report);
    if (row->spf_domain.n > 0)
        note_seen(tally, source, &path);
    add_signatures(tally, report, row, source);
}

/* ---- reports ---- */

static struct tally_fault *
add_fault(struct tally *tally, enum finding_id id, const char *file,
          const char *reason)
{
    struct tally_fault *fault = ARENA_NEW(tally->arena, struct tally_fault);

    fault->id = id;
    fault->file = arena_text(tally->arena, slice_of(file));
    fault->reason = arena_text(tally->arena, slice_of(reason));
    *tally->tail = fault;
    tally->tail = &fault->next;
    return fault;
}

/* Its sender, its domain and its id: an id is the sender's own, and some use
   one for the reports of a day to all domains. */
static bool
is_duplicate(struct tally *tally, const struct feedbackpart *part)
{
    const struct feedback *report = part->report;
    struct tally_fault *fault;
    const char *first;
    struct slice key;

    key_of(tally, report->org, report->domain);
    strbuf_add_char(&tally->key, '\0');
    strbuf_add_slice(&tally->key, report->id);
    key = strbuf_slice(&tally->key);
    first = table_get(tally->seen, key);
    if (first == NULL) {
        table_put(tally->seen, key,
                  arena_text(tally->arena, slice_of(part->name)));
        return false;
    }
    fault = add_fault(tally, FIND_REPORT_DUPLICATE, part->name, first);
    fault->org = arena_text(tally->arena, report->org);
    fault->report = arena_text(tally->arena, report->id);
    return true;
}

static void
add_report(struct tally *tally, const struct feedback *report)
{
    struct tally_counts counts = {0};
    struct tally_group *receiver =
        group_of(tally, tally->receivers, report->org);
    struct tally_group *day = day_of(tally, report);

    for (const struct feedback_row *row = report->rows; row != NULL;
         row = row->next) {
        add_row(tally, report, row);
        add_counts(&counts, row);
    }
    tally_counts_add(&tally->counts, &counts);
    tally_counts_add(&receiver->counts, &counts);
    tally_counts_add(&day->counts, &counts);
    receiver->reports++;
    day->reports++;
    tally->reports++;
    note_dates(&receiver->first, &receiver->last, report);
    note_dates(&tally->first, &tally->last, report);
}

static void
add_part(struct tally *tally, const struct feedbackpart *part)
{
    const struct feedback *report = part->report;

    if (report == NULL) {
        add_fault(tally,
                  part->status == ST_RANGE ? FIND_REPORT_TOO_LARGE
                                           : FIND_REPORT_MALFORMED,
                  part->name, part->why);
        return;
    }
    if (is_duplicate(tally, part))
        return;
    if (report->doubt != NULL)
        add_fault(tally, FIND_REPORT_MALFORMED, part->name, report->doubt)
            ->is_counted = true;
    if (report->end > tally->now + DAY_S)
        add_fault(tally, FIND_REPORT_MALFORMED, part->name,
                  "its date range lies in the future")
            ->is_counted = true;
    add_report(tally, report);
}

void
tally_add(struct tally *tally, const struct feedbackpart *parts)
{
    for (; parts != NULL; parts = parts->next)
        add_part(tally, parts);
}

const struct tally_selector *
tally_find_selector(const struct tally *tally, struct slice domain,
                    struct slice selector)
{
    struct strbuf key = STRBUF_INIT;
    const struct tally_selector *found;

    strbuf_add_slice(&key, domain);
    strbuf_add_char(&key, '\0');
    strbuf_add_slice(&key, selector);
    found = table_get(tally->selectors, strbuf_slice(&key));
    strbuf_clear(&key);
    return found;
}

/* ---- in order ---- */

static int
compare_numbers(uint64_t a, uint64_t b)
{
    return (a < b) - (a > b);
}

static uint64_t
failing(const struct tally_counts *counts)
{
    return counts->messages - counts->aligned;
}

static int
compare_counts(const struct tally_counts *a, const struct tally_counts *b)
{
    int by_failing = compare_numbers(failing(a), failing(b));

    return by_failing != 0 ? by_failing
                           : compare_numbers(a->messages, b->messages);
}

static int
compare_sources(const void *a, const void *b)
{
    const struct tally_source *one = *(struct tally_source *const *)a;
    const struct tally_source *other = *(struct tally_source *const *)b;
    int order = compare_counts(&one->counts, &other->counts);

    if (order == 0)
        order = memcmp(&one->address, &other->address, sizeof(one->address));
    return order != 0 ? order : slice_compare(one->from, other->from);
}

static int
compare_selectors(const void *a, const void *b)
{
    const struct tally_selector *one = *(struct tally_selector *const *)a;
    const struct tally_selector *other = *(struct tally_selector *const *)b;
    int order = slice_compare(one->domain, other->domain);

    return order != 0 ? order : slice_compare(one->selector, other->selector);
}

static int
compare_domains(const void *a, const void *b)
{
    const struct tally_group *one = *(struct tally_group *const *)a;
    const struct tally_group *other = *(struct tally_group *const *)b;
    int order = compare_counts(&one->counts, &other->counts);

    return order != 0 ? order : slice_compare(one->name, other->name);
}

static int
compare_receivers(const void *a, const void *b)
{
    const struct tally_group *one = *(struct tally_group *const *)a;
    const struct tally_group *other = *(struct tally_group *const *)b;
    int order = compare_numbers(one->counts.messages, other->counts.messages);

    return order != 0 ? order : slice_compare(one->name, other->name);
}

static int
compare_days(const void *a, const void *b)
{
    const struct tally_group *one = *(struct tally_group *const *)a;
    const struct tally_group *other = *(struct tally_group *const *)b;

    return slice_compare(one->name, other->name);
}

static void *
sorted(const struct table *table, struct arena *arena, size_t *count,
       int (*compare)(const void *, const void *))
{
    void **list = ARENA_ARRAY(arena, void *, table_count(table) + 1);
    size_t position = 0;

    *count = 0;
    while (table_each(table, &position, NULL, &list[*count]))
        (*count)++;
    qsort(list, *count, sizeof(*list), compare);
    return list;
}

void
tally_lists(const struct tally *tally, struct arena *arena,
            struct tally_lists *out)
{
    *out = (struct tally_lists){.counts = tally->counts,
                                .reports = tally->reports,
                                .first = tally->first,
                                .last = tally->last,
                                .faults = tally->faults};
    memcpy(out->causes, tally->whys, sizeof(out->causes));
    out->sources =
        sorted(tally->sources, arena, &out->source_count, compare_sources);
    out->selectors = sorted(tally->selectors, arena, &out->selector_count,
                            compare_selectors);
    out->receivers = sorted(tally->receivers, arena, &out->receiver_count,
                            compare_receivers);
    out->domains =
        sorted(tally->domains, arena, &out->domain_count, compare_domains);
    out->days = sorted(tally->days, arena, &out->day_count, compare_days);
}
