/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What many reports say together: by source, selector, receiver, domain and
   day. */
#ifndef REPORTS_TALLY_H
#define REPORTS_TALLY_H

#include "common/base/arena.h"
#include "common/findings/finding.h"
#include "common/reports/cause.h"
#include "common/reports/feedbackfile.h"

/* Lines of each kind that are kept apart, so that forged addresses and names
   cannot fill the memory: the rest is counted in one line more. */
#define TALLY_SOURCES_MAX   1000000
#define TALLY_SELECTORS_MAX 100000
#define TALLY_GROUPS_MAX    100000
/* Identities that are kept of one source. */
#define TALLY_SEEN_MAX      8
/* The greatest sum of messages: 2^53, and no more is added. */
#define TALLY_SUM_MAX       (UINT64_C(1) << 53)

/* Messages, each TALLY_SUM_MAX at most. */
struct tally_counts {
    uint64_t messages;    /* all */
    uint64_t aligned;     /* that pass DMARC: by either */
    uint64_t dkim, spf;   /* by DKIM, by SPF */
    uint64_t quarantined; /* by the receiver */
    uint64_t rejected;    /* likewise */
};

/* What a source showed: a signature, or (selector empty, is_spf) its return
   path. */
struct tally_seen {
    bool is_spf;                 /* else a signature */
    struct slice domain;         /* d=, or of the return path */
    struct slice selector;       /* s= */
    enum feedback_result result; /* of the check */
    uint64_t messages;           /* so */
};

/* Who sends as a From domain. */
struct tally_source {
    struct address address;                 /* family 0: all the rest */
    struct slice from;                      /* domain */
    struct tally_counts counts;             /* messages */
    uint64_t causes[CAUSES];                /* of them, by why they fail */
    struct tally_seen seen[TALLY_SEEN_MAX]; /* the first of them */
    size_t seen_count;                      /* of them */
    int64_t first, last;                    /* dates of reports */
};

struct tally_selector {
    struct slice domain, selector; /* d= and s= */
    uint64_t passed, failed;       /* messages */
    int64_t first, last;           /* dates of reports that name it */
    int64_t last_pass;             /* it passed at, or shortly before; 0 */
    bool is_aligned;               /* with a From domain, somewhere */
    struct slice from;             /* that is_aligned was looked at for */
};

/* A receiver, a domain or a day. */
struct tally_group {
    struct slice name;          /* "" for all the rest */
    struct slice policy;        /* domain: p of the latest report */
    struct tally_counts counts; /* messages */
    uint64_t reports;           /* receiver: of it */
    int64_t first, last;        /* dates of reports; day: of the day */
};

/* A file, or member of one, that was not counted. */
struct tally_fault {
    struct tally_fault *next; /* in order */
    enum finding_id id;       /* report.malformed, .too-large, .duplicate */
    const char *file;         /* which */
    const char *reason;       /* a sentence; duplicate: the first one's file */
    const char *org, *report; /* duplicate: whose, and its id */
    bool is_counted;          /* malformed in parts: the rest counts */
};

struct tally;

/* now: what ends a day after it has a date that cannot be. */
struct tally *tally_new(int64_t now);
void tally_free(struct tally *tally); /* NULL is allowed */

/* The parts of one file more (borrowed).  A report whose sender, domain and
   id were there before is noted as a duplicate and not counted. */
void tally_add(struct tally *tally, const struct feedbackpart *parts);

/* All of it, each list in its order: worst first, or by name or time. */
struct tally_lists {
    struct tally_source **sources;     /* by failing messages */
    struct tally_selector **selectors; /* by domain and selector */
    struct tally_group **receivers;    /* by messages */
    struct tally_group **domains;      /* by failing messages */
    struct tally_group **days;         /* by date */
    size_t source_count, selector_count, receiver_count, domain_count,
        day_count;                    /* of them */
    struct tally_counts counts;       /* of all */
    uint64_t causes[CAUSES];          /* likewise */
    uint64_t reports;                 /* that were counted */
    int64_t first, last;              /* dates; 0 without reports */
    const struct tally_fault *faults; /* in the order of the input */
};
/* In arena; what it points to is the tally's. */
void tally_lists(const struct tally *tally, struct arena *arena,
                 struct tally_lists *out);

/* Add more to counts, up to TALLY_SUM_MAX. */
void tally_counts_add(struct tally_counts *counts,
                      const struct tally_counts *more);

/* The selector's entry of the lists' kind, or NULL. */
const struct tally_selector *tally_find_selector(const struct tally *tally,
                                                 struct slice domain,
                                                 struct slice selector);

#endif
