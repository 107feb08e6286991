/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What selkie says about a subject: findings, declared once in
   findings.def. */
#ifndef FINDINGS_FINDING_H
#define FINDINGS_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/base/value.h"

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR };

/* One FIND_... for each row of findings.def, in its order. */
enum finding_id {
#define FINDING(symbol, name, severity, source, message, remedy) FIND_##symbol,
#include "common/findings/findings.def"
#undef FINDING
    FIND_COUNT
};

/* A row of findings.def. */
struct finding_def {
    const char *name;       /* "spf.too-many-lookups": permanent */
    enum severity severity; /* fixed there; a profile may change it */
    const char *source;     /* "RFC 7208 section 4.6.4" */
    const char *message;    /* a sentence with {field}s */
    const char *remedy;     /* in the imperative, with {field}s */
};

const struct finding_def *finding_def(enum finding_id id);
/* The id of that name, or -1. */
int finding_id_of(struct slice name);
/* "error", "warning", "info"; and back, or -1. */
const char *severity_word(enum severity severity);
int severity_parse(struct slice word);

enum finding_state {
    FINDING_FOUND,  /* it is so */
    FINDING_UNKNOWN /* it may be so: an answer that decides it is missing */
};

/* A value that a check supplies for the {words} of the sentence. */
struct finding_field {
    const char *name;    /* "lookups"; a literal */
    struct value *value; /* text, number, or a list of text */
};

struct finding {
    enum finding_id id;            /* which */
    enum finding_state state;      /* found or unknown */
    enum severity severity;        /* after the profile */
    const char *at;                /* owner name with final dot, or "" */
    struct finding_field *fields;  /* in the order given */
    size_t field_count;            /* of them */
    const struct value **evidence; /* objects of answer_evidence() */
    size_t evidence_count;         /* of them */
    struct slice record;           /* the text at fault, octets */
    size_t mark_from;              /* offset of the faulty part in it */
    size_t mark_length;            /* 0: nothing to underline */
    const char *note;              /* a further sentence, or NULL */
};

/* All that was decided of one subject. */
struct report;

struct report *report_new(struct arena *arena);
/* The arena it was made in. */
struct arena *report_arena(const struct report *report);

/*
 * Raise a finding (state found, severity of its row); at is copied.  The
 * setters return the finding, so that a check reads
 *
 *     finding_evidence(finding_number(report_add(report,
 *         FIND_SPF_TOO_MANY_LOOKUPS, at), "lookups", n), evidence);
 *
 * Names of fields are literals.  Text is octets from outside and becomes
 * presentation form here.
 */
struct finding *report_add(struct report *report, enum finding_id id,
                           const char *at);
struct finding *finding_set_unknown(struct finding *finding);
struct finding *finding_text(struct finding *finding, const char *name,
                             struct slice octets);
struct finding *finding_word(struct finding *finding, const char *name,
                             const char *text);
struct finding *finding_number(struct finding *finding, const char *name,
                               int64_t number);
/* One more element of a list of text. */
struct finding *finding_item(struct finding *finding, const char *name,
                             struct slice octets);
struct finding *finding_evidence(struct finding *finding,
                                 const struct value *evidence);
/* The record's octets (borrowed: in the arena of the run) and the faulty part
   of it, for underlining. */
struct finding *finding_mark(struct finding *finding, struct slice record,
                             size_t from, size_t length);
struct finding *finding_note(struct finding *finding, const char *note);

/* The finding of that id and at raised last, or NULL. */
struct finding *report_find(const struct report *report, enum finding_id id,
                            const char *at);

/*
 * That an id was looked at: without a finding of that id it is a pass
 * (known) or was not decided for want of answers (not known, and that is
 * kept, whatever else is said of the id).  TAP and JUnit print one test for
 * each.
 */
void report_decide(struct report *report, enum finding_id id, bool known);

/* What was decided of an id. */
enum report_decision {
    REPORT_NOT_DECIDED, /* nobody looked */
    REPORT_GOOD,        /* looked at, and nothing found */
    REPORT_FOUND,       /* found */
    REPORT_UNKNOWN      /* answers are missing */
};
enum report_decision report_decision(const struct report *report,
                                     enum finding_id id);

/* For profiles: give all findings of an id this severity; or take out the
   findings of an id and that it was decided. */
void report_set_severity(struct report *report, enum finding_id id,
                         enum severity severity);
void report_drop(struct report *report, enum finding_id id);

/* After report_sort: by severity (error first), id's name, at. */
void report_sort(struct report *report);
size_t report_count(const struct report *report);
const struct finding *report_finding(const struct report *report, size_t i);
/* Ids decided without a finding: *known as given.  False at the end. */
bool report_each_decided(const struct report *report, size_t *position,
                         enum finding_id *id, bool *known);

/*
 * The sentence, and the remedy, with {field}s filled in: a list joined by
 * ", ", {at} without its final dot, a field that was not supplied as it
 * stands.  In the sentence a long text or list is cut short ("..."), for it
 * is in the fields as well.
 */
const char *finding_message(struct arena *arena,
                            const struct finding *finding);
const char *finding_remedy(struct arena *arena, const struct finding *finding);

/* FINDING of the machine contract; the note is the field "note". */
struct value *finding_value(struct arena *arena,
                            const struct finding *finding);

#endif
