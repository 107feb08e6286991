/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A tally as the document of selkie report, and its findings. */
#include "common/reports/tallyvalue.h"

#include "common/base/clock.h"
#include "common/base/strbuf.h"

struct slice
tallyvalue_key(const struct address *address)
{
    return (struct slice){(const char *)address->octets,
                          address->family == 4 ? 4 : 16};
}

/* ---- members ---- */

static void
set_number(struct arena *arena, struct value *map, const char *name,
           uint64_t number)
{
    value_set(map, name, value_number(arena, (int64_t)number));
}

/* 0 is no time. */
static struct value *
time_value(struct arena *arena, int64_t seconds)
{
    char text[CLOCK_TEXT_SIZE];

    if (seconds == 0)
        return value_null(arena);
    clock_text(seconds, text);
    return value_text(arena, text);
}

static void
set_dates(struct arena *arena, struct value *map, int64_t first, int64_t last)
{
    value_set(map, "first", time_value(arena, first));
    value_set(map, "last", time_value(arena, last));
}

static void
set_counts(struct arena *arena, struct value *map,
           const struct tally_counts *counts)
{
    set_number(arena, map, "messages", counts->messages);
    set_number(arena, map, "aligned", counts->aligned);
    set_number(arena, map, "failing", counts->messages - counts->aligned);
    set_number(arena, map, "dkim", counts->dkim);
    set_number(arena, map, "spf", counts->spf);
    set_number(arena, map, "quarantined", counts->quarantined);
    set_number(arena, map, "rejected", counts->rejected);
}

/* Most first; few enough for a plain search. */
static struct value *
causes_value(struct arena *arena, const uint64_t *causes)
{
    struct value *list = value_list(arena);
    uint64_t left[CAUSES];

    memcpy(left, causes, sizeof(left));
    left[CAUSE_NONE] = 0;
    for (;;) {
        struct value *map;
        size_t most = 0;

        for (size_t i = 1; i < CAUSES; i++)
            if (left[i] > left[most])
                most = i;
        if (left[most] == 0)
            return list;
        map = value_add(list, value_map(arena));
        value_set(map, "cause",
                  value_text(arena, cause_text((enum cause)most)->word));
        set_number(arena, map, "messages", left[most]);
        value_set(map, "meaning",
                  value_text(arena, cause_text((enum cause)most)->text));
        value_set(map, "remedy",
                  value_text(arena, cause_text((enum cause)most)->remedy));
        left[most] = 0;
    }
}

static struct value *
customer_value(const struct tallyvalue *from, struct arena *arena,
               struct slice domain)
{
    return value_text(arena, owners_customer(from->owners, domain));
}

/* ---- sources ---- */

/* Signatures, or return paths, that it showed. */
static struct value *
seen_value(struct arena *arena, const struct tally_source *source, bool is_spf)
{
    struct value *list = value_list(arena);

    for (size_t i = 0; i < source->seen_count; i++) {
        const struct tally_seen *seen = &source->seen[i];
        struct value *map;

        if (seen->is_spf != is_spf)
            continue;
        map = value_add(list, value_map(arena));
        value_set(map, "domain", value_octets(arena, seen->domain));
        if (!is_spf)
            value_set(map, "selector", value_octets(arena, seen->selector));
        value_set(map, "result",
                  value_text(arena, feedback_result_word(seen->result)));
        set_number(arena, map, "messages", seen->messages);
    }
    return list;
}

static struct value *
source_value(const struct tallyvalue *from, struct arena *arena,
             const struct tally_source *source)
{
    struct value *map = value_map(arena);
    struct strbuf address = STRBUF_INIT;
    const char *name = NULL;

    address_present(&source->address, &address);
    if (from->names != NULL)
        name = table_get(from->names, tallyvalue_key(&source->address));
    value_set(map, "address",
              address.n == 0 ? value_null(arena)
                             : value_slice(arena, strbuf_slice(&address)));
    value_set(map, "name", value_text(arena, name));
    value_set(map, "domain", value_octets(arena, source->from));
    value_set(map, "customer", customer_value(from, arena, source->from));
    set_counts(arena, map, &source->counts);
    value_set(map, "why", causes_value(arena, source->causes));
    value_set(map, "signed", seen_value(arena, source, false));
    value_set(map, "return_paths", seen_value(arena, source, true));
    set_dates(arena, map, source->first, source->last);
    strbuf_clear(&address);
    return map;
}

static struct value *
sources_value(const struct tallyvalue *from, struct arena *arena)
{
    struct value *list = value_list(arena);

    for (size_t i = 0; i < from->lists->source_count; i++)
        value_add(list, source_value(from, arena, from->lists->sources[i]));
    return list;
}

/* ---- selectors ---- */

static struct value *
selector_value(const struct tallyvalue *from, struct arena *arena,
               const struct tally_selector *selector)
{
    const struct owners_selector *known =
        owners_selector(from->owners, selector->domain, selector->selector);
    struct value *map = value_map(arena);

    value_set(map, "domain", value_octets(arena, selector->domain));
    value_set(map, "selector", value_octets(arena, selector->selector));
    value_set(map, "customer", customer_value(from, arena, selector->domain));
    value_set(map, "known",
              owners_know_selectors(from->owners)
                  ? value_bool(arena, known != NULL)
                  : value_null(arena));
    value_set(map, "state",
              value_text(arena, known == NULL ? NULL : known->state));
    value_set(map, "is_aligned", value_bool(arena, selector->is_aligned));
    set_number(arena, map, "passed", selector->passed);
    set_number(arena, map, "failed", selector->failed);
    set_dates(arena, map, selector->first, selector->last);
    value_set(map, "last_pass", time_value(arena, selector->last_pass));
    return map;
}

/* Those of the registry that no report names, too: that nobody saw one pass
   is what retiring it rests on. */
static struct value *
selectors_value(const struct tallyvalue *from, struct arena *arena)
{
    struct value *list = value_list(arena);
    const struct owners_selector *known;
    size_t position = 0;

    for (size_t i = 0; i < from->lists->selector_count; i++)
        value_add(list,
                  selector_value(from, arena, from->lists->selectors[i]));
    while (owners_each_selector(from->owners, &position, &known)) {
        struct tally_selector silent = {.domain = slice_of(known->domain),
                                        .selector = slice_of(known->selector)};

        if (silent.domain.n > 0
            && tally_find_selector(from->tally, silent.domain, silent.selector)
                   == NULL)
            value_add(list, selector_value(from, arena, &silent));
    }
    return list;
}

/* ---- groups ---- */

static struct value *
group_value(struct arena *arena, const struct tally_group *group)
{
    struct value *map = value_map(arena);

    value_set(map, "name", value_octets(arena, group->name));
    set_counts(arena, map, &group->counts);
    return map;
}

static struct value *
receivers_value(const struct tallyvalue *from, struct arena *arena)
{
    struct value *list = value_list(arena);

    for (size_t i = 0; i < from->lists->receiver_count; i++) {
        const struct tally_group *group = from->lists->receivers[i];
        struct value *map = value_add(list, group_value(arena, group));

        set_number(arena, map, "reports", group->reports);
        set_dates(arena, map, group->first, group->last);
    }
    return list;
}

static struct value *
domains_value(const struct tallyvalue *from, struct arena *arena)
{
    struct value *list = value_list(arena);

    for (size_t i = 0; i < from->lists->domain_count; i++) {
        const struct tally_group *group = from->lists->domains[i];
        struct value *map = value_add(list, group_value(arena, group));

        value_set(map, "policy",
                  group->policy.n == 0 ? value_null(arena)
                                       : value_octets(arena, group->policy));
        value_set(map, "customer", customer_value(from, arena, group->name));
        set_dates(arena, map, group->first, group->last);
    }
    return list;
}

static struct value *
days_value(const struct tallyvalue *from, struct arena *arena)
{
    struct value *list = value_list(arena);

    for (size_t i = 0; i < from->lists->day_count; i++)
        value_add(list, group_value(arena, from->lists->days[i]));
    return list;
}

/* Domains of one customer together, in the order in which the worst of them
   comes. */
static struct value *
customers_value(const struct tallyvalue *from, struct arena *arena)
{
    struct value *list = value_list(arena);
    struct table *customers = table_new();
    size_t position = 0;
    void *entry;

    for (size_t i = 0; i < from->lists->domain_count; i++) {
        const struct tally_group *domain = from->lists->domains[i];
        const char *name = owners_customer(from->owners, domain->name);
        struct tally_group *group;

        if (name == NULL)
            continue;
        group = table_get(customers, slice_of(name));
        if (group == NULL) {
            group = ARENA_NEW(arena, struct tally_group);
            group->name = slice_of(name);
            table_put(customers, group->name, group);
        }
        tally_counts_add(&group->counts, &domain->counts);
    }
    while (table_each(customers, &position, NULL, &entry))
        value_add(list, group_value(arena, entry));
    table_free(customers);
    return list;
}

/* ---- the document ---- */

static uint64_t
count_faults(const struct tally_lists *lists, bool duplicates)
{
    uint64_t n = 0;

    for (const struct tally_fault *fault = lists->faults; fault != NULL;
         fault = fault->next)
        n += !fault->is_counted
             && (fault->id == FIND_REPORT_DUPLICATE) == duplicates;
    return n;
}

void
tallyvalue_fill(const struct tallyvalue *from, struct arena *arena,
                struct value *document)
{
    const struct tally_lists *lists = from->lists;

    set_number(arena, document, "reports", lists->reports);
    set_number(arena, document, "duplicates", count_faults(lists, true));
    set_number(arena, document, "left_out", count_faults(lists, false));
    set_dates(arena, document, lists->first, lists->last);
    set_counts(arena, document, &lists->counts);
    value_set(document, "why", causes_value(arena, lists->causes));
    value_set(document, "sources", sources_value(from, arena));
    value_set(document, "selectors", selectors_value(from, arena));
    value_set(document, "domains", domains_value(from, arena));
    value_set(document, "customers", customers_value(from, arena));
    value_set(document, "receivers", receivers_value(from, arena));
    value_set(document, "days", days_value(from, arena));
}

/* ---- findings ---- */

static void
check_fault(struct report *report, const struct tally_fault *fault)
{
    struct finding *finding = report_add(report, fault->id, "");

    finding_text(finding, "file", slice_of(fault->file));
    if (fault->id == FIND_REPORT_DUPLICATE) {
        finding_text(finding, "report", slice_of(fault->report));
        finding_text(finding, "org", slice_of(fault->org));
        finding_text(finding, "first", slice_of(fault->reason));
        return;
    }
    finding_text(finding, "reason", slice_of(fault->reason));
    if (fault->id == FIND_REPORT_MALFORMED)
        finding_word(finding, "counted",
                     fault->is_counted ? "what is sound in it is counted"
                                       : "it is not counted");
}

/* What only fails may be forged by anybody: it says nothing of keys. */
static void
check_selector(const struct tallyvalue *from, struct report *report,
               const struct tally_selector *selector)
{
    struct arena *arena = report_arena(report);
    struct strbuf at = STRBUF_INIT;
    struct finding *finding;
    struct name domain, owner;
    char time[CLOCK_TEXT_SIZE];

    if (selector->passed == 0
        || (!selector->is_aligned
            && owners_customer(from->owners, selector->domain) == NULL)
        || owners_selector(from->owners, selector->domain, selector->selector)
               != NULL)
        return;
    strbuf_add_slice(&at, selector->selector);
    strbuf_add_text(&at, "._domainkey");
    if (name_parse(&domain, selector->domain, NULL) == ST_OK
        && name_prepend(&owner, strbuf_slice(&at), &domain) == ST_OK) {
        clock_text(selector->last_pass, time);
        finding = report_add(report, FIND_REPORT_UNKNOWN_SELECTOR,
                             name_dotted(arena, &owner));
        finding_text(finding, "selector", selector->selector);
        finding_text(finding, "domain", selector->domain);
        finding_number(finding, "passed", (int64_t)selector->passed);
        finding_word(finding, "last_pass", time);
    }
    strbuf_clear(&at);
}

void
tallyvalue_check(const struct tallyvalue *from, struct report *report)
{
    const struct tally_lists *lists = from->lists;

    report_decide(report, FIND_REPORT_MALFORMED, true);
    report_decide(report, FIND_REPORT_TOO_LARGE, true);
    report_decide(report, FIND_REPORT_DUPLICATE, true);
    for (const struct tally_fault *fault = lists->faults; fault != NULL;
         fault = fault->next)
        check_fault(report, fault);
    if (!owners_know_selectors(from->owners))
        return;
    report_decide(report, FIND_REPORT_UNKNOWN_SELECTOR, true);
    for (size_t i = 0; i < lists->selector_count; i++)
        check_selector(from, report, lists->selectors[i]);
}
