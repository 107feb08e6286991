/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that was decided of one subject: raising findings, and their order. */
#include <stdlib.h>
#include <string.h>

#include "common/findings/finding.h"

enum decision { NOT_DECIDED, DECIDED, DECIDED_UNKNOWN };

/* A finding with what its setters need. */
struct entry {
    struct finding finding; /* first: setters are handed its address */
    struct arena *arena;    /* the report's */
    struct entry *next;     /* the one of the same id raised before */
    size_t ordinal;         /* which it was, in order of raising */
};

struct report {
    struct arena *arena;               /* holds all of it */
    struct entry **entries;            /* in order of raising, then sorted */
    size_t count;                      /* of them */
    struct entry *last[FIND_COUNT];    /* of each id: the one raised last */
    unsigned char decided[FIND_COUNT]; /* enum decision */
};

struct report *
report_new(struct arena *arena)
{
    struct report *report = ARENA_NEW(arena, struct report);

    report->arena = arena;
    return report;
}

struct arena *
report_arena(const struct report *report)
{
    return report->arena;
}

struct finding *
report_add(struct report *report, enum finding_id id, const char *at)
{
    struct entry *entry = ARENA_NEW(report->arena, struct entry);

    entry->arena = report->arena;
    entry->ordinal = report->count;
    entry->finding.id = id;
    entry->finding.severity = finding_def(id)->severity;
    entry->finding.at = arena_text(report->arena, slice_of(at));
    entry->next = report->last[id];
    report->last[id] = entry;
    report->entries = arena_grow(report->arena, report->entries, report->count,
                                 sizeof(*report->entries));
    report->entries[report->count++] = entry;
    return &entry->finding;
}

static struct arena *
arena_of(struct finding *finding)
{
    return ((struct entry *)finding)->arena;
}

struct finding *
finding_set_unknown(struct finding *finding)
{
    finding->state = FINDING_UNKNOWN;
    return finding;
}

/* The field of that name, added when it is not there. */
static struct finding_field *
field_of(struct finding *finding, const char *name)
{
    size_t count = finding->field_count;

    for (size_t i = 0; i < count; i++)
        if (strcmp(finding->fields[i].name, name) == 0)
            return &finding->fields[i];
    finding->fields = arena_grow(arena_of(finding), finding->fields, count,
                                 sizeof(*finding->fields));
    finding->fields[count].name = name;
    finding->field_count++;
    return &finding->fields[count];
}

struct finding *
finding_text(struct finding *finding, const char *name, struct slice octets)
{
    field_of(finding, name)->value = value_octets(arena_of(finding), octets);
    return finding;
}

struct finding *
finding_word(struct finding *finding, const char *name, const char *text)
{
    field_of(finding, name)->value = value_text(arena_of(finding), text);
    return finding;
}

struct finding *
finding_number(struct finding *finding, const char *name, int64_t number)
{
    field_of(finding, name)->value = value_number(arena_of(finding), number);
    return finding;
}

struct finding *
finding_item(struct finding *finding, const char *name, struct slice octets)
{
    struct finding_field *field = field_of(finding, name);

    if (value_kind(field->value) != VALUE_LIST)
        field->value = value_list(arena_of(finding));
    value_add(field->value, value_octets(arena_of(finding), octets));
    return finding;
}

struct finding *
finding_evidence(struct finding *finding, const struct value *evidence)
{
    size_t count = finding->evidence_count;

    finding->evidence = arena_grow(arena_of(finding), finding->evidence, count,
                                   sizeof(*finding->evidence));
    finding->evidence[count] = evidence;
    finding->evidence_count++;
    return finding;
}

struct finding *
finding_mark(struct finding *finding, struct slice record, size_t from,
             size_t length)
{
    finding->record = record;
    finding->mark_from = from < record.n ? from : record.n;
    finding->mark_length = length < record.n - finding->mark_from
                               ? length
                               : record.n - finding->mark_from;
    return finding;
}

struct finding *
finding_note(struct finding *finding, const char *note)
{
    finding->note = note;
    return finding;
}

struct finding *
report_find(const struct report *report, enum finding_id id, const char *at)
{
    for (struct entry *e = report->last[id]; e != NULL; e = e->next)
        if (strcmp(e->finding.at, at) == 0)
            return &e->finding;
    return NULL;
}

void
report_decide(struct report *report, enum finding_id id, bool known)
{
    if (!known)
        report->decided[id] = DECIDED_UNKNOWN;
    else if (report->decided[id] == NOT_DECIDED)
        report->decided[id] = DECIDED;
}

enum report_decision
report_decision(const struct report *report, enum finding_id id)
{
    for (const struct entry *e = report->last[id]; e != NULL; e = e->next)
        if (e->finding.state == FINDING_FOUND)
            return REPORT_FOUND;
    if (report->last[id] != NULL || report->decided[id] == DECIDED_UNKNOWN)
        return REPORT_UNKNOWN;
    return report->decided[id] == DECIDED ? REPORT_GOOD : REPORT_NOT_DECIDED;
}

void
report_set_severity(struct report *report, enum finding_id id,
                    enum severity severity)
{
    for (struct entry *e = report->last[id]; e != NULL; e = e->next)
        e->finding.severity = severity;
}

void
report_drop(struct report *report, enum finding_id id)
{
    size_t kept = 0;

    report->decided[id] = NOT_DECIDED;
    if (report->last[id] == NULL)
        return;
    report->last[id] = NULL;
    for (size_t i = 0; i < report->count; i++)
        if (report->entries[i]->finding.id != id)
            report->entries[kept++] = report->entries[i];
    report->count = kept;
}

/* Ids are in order of name, so their numbers are too. */
static int
compare(const void *a, const void *b)
{
    const struct entry *x = *(struct entry *const *)a;
    const struct entry *y = *(struct entry *const *)b;
    int order;

    if (x->finding.severity != y->finding.severity)
        return x->finding.severity > y->finding.severity ? -1 : 1;
    if (x->finding.id != y->finding.id)
        return x->finding.id < y->finding.id ? -1 : 1;
    order = strcmp(x->finding.at, y->finding.at);
    if (order != 0)
        return order;
    return x->ordinal < y->ordinal ? -1 : 1;
}

void
report_sort(struct report *report)
{
    if (report->count > 1)
        qsort(report->entries, report->count, sizeof(*report->entries),
              compare);
}

size_t
report_count(const struct report *report)
{
    return report->count;
}

const struct finding *
report_finding(const struct report *report, size_t i)
{
    return i < report->count ? &report->entries[i]->finding : NULL;
}

bool
report_each_decided(const struct report *report, size_t *position,
                    enum finding_id *id, bool *known)
{
    for (; *position < FIND_COUNT; ++*position) {
        unsigned char decision = report->decided[*position];

        if (decision == NOT_DECIDED || report->last[*position] != NULL)
            continue;
        *id = (enum finding_id)(*position)++;
        *known = decision == DECIDED;
        return true;
    }
    return false;
}
