/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A DMARC aggregate report as it was sent: RFC 7489 appendix C and RFC 9990
   section 3. */
#ifndef REPORTS_FEEDBACK_H
#define REPORTS_FEEDBACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/slice.h"
#include "common/dns/question.h"

/* What a check of a message gave, RFC 8601 sections 2.7.1 and 2.7.2. */
enum feedback_result {
    FEEDBACK_NONE,
    FEEDBACK_PASS,
    FEEDBACK_FAIL,
    FEEDBACK_SOFTFAIL,
    FEEDBACK_POLICY,
    FEEDBACK_NEUTRAL,
    FEEDBACK_TEMPERROR,
    FEEDBACK_PERMERROR,
    FEEDBACK_OTHER /* a word that is none of these */
};

/* What was done with the messages. */
enum feedback_disposition {
    FEEDBACK_TAKEN, /* none, or pass (RFC 9990) */
    FEEDBACK_QUARANTINED,
    FEEDBACK_REJECTED
};

/* Why the policy was not followed: bits. */
enum feedback_override {
    FEEDBACK_LIST = 1u << 0,      /* mailing_list */
    FEEDBACK_FORWARDER = 1u << 1, /* forwarded, trusted_forwarder */
    FEEDBACK_LOCAL = 1u << 2      /* anything else */
};

/* One signature that was looked at. */
struct feedback_dkim {
    struct slice domain;         /* d= */
    struct slice selector;       /* s=; empty where it was left out */
    enum feedback_result result; /* of its check */
};

/* Messages that had all of this in common. */
struct feedback_row {
    struct feedback_row *next;             /* in the report */
    struct address source;                 /* that sent them */
    uint64_t count;                        /* of messages */
    enum feedback_disposition disposition; /* what became of them */
    bool dkim_aligned;                     /* policy_evaluated: dkim pass */
    bool spf_aligned;                      /* policy_evaluated: spf pass */
    unsigned overrides;                    /* bits of feedback_override */
    struct slice header_from;              /* domain of From */
    struct slice envelope_from;            /* as reported, or empty */
    struct feedback_dkim *dkim;            /* signatures */
    size_t dkim_count;                     /* of them */
    struct slice spf_domain;               /* MAIL FROM, or HELO */
    enum feedback_result spf;              /* none when there is none */
};

/* All texts are lower case where they are domains, selectors or words. */
struct feedback {
    struct slice org;          /* who reports */
    struct slice email;        /* whom to write to */
    struct slice id;           /* theirs for the report */
    int64_t begin, end;        /* seconds since 1970 */
    struct slice domain;       /* whose policy it is about */
    struct slice policy;       /* p */
    bool adkim_strict;         /* adkim=s */
    bool is_rfc9990;           /* by its namespace */
    struct feedback_row *rows; /* in order */
    size_t row_count;          /* of them */
    size_t doubts;             /* parts that were passed over, or are odd */
    const char *doubt;         /* the first of them as a sentence, or NULL */
};

/* "softfail"; and back, in either case, with the words that some receivers
   use in their place. */
const char *feedback_result_word(enum feedback_result result);
enum feedback_result feedback_result_parse(struct slice word);
/* Of RFC 7489 appendix C's words, in either case; others: taken, local. */
enum feedback_disposition feedback_disposition_parse(struct slice word);
enum feedback_override feedback_override_parse(struct slice word);

#endif
