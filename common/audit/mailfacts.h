/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One message: its signatures, SPF, and DMARC by both algorithms. */
#ifndef AUDIT_MAILFACTS_H
#define AUDIT_MAILFACTS_H

#include "common/audit/align.h"
#include "common/dkim/dkimcheck.h"
#include "common/message/fromfield.h"
#include "common/message/mailorigin.h"
#include "common/message/mailshape.h"
#include "common/spf/spfcheck.h"

/* Who sent it, where the caller knows: it outranks the trace fields. */
struct mailgiven {
    struct address ip;  /* family 0: not given */
    const char *helo;   /* or NULL */
    const char *sender; /* "": null; NULL: not given */
};

/* What needs no answer: read once. */
struct maildoc {
    struct arena *arena;        /* all of it */
    struct slice text;          /* borrowed */
    struct mailhead head;       /* its fields */
    struct dkimmail mail;       /* the same, for verifying */
    struct dkimcheck_list list; /* its signatures */
    struct fromfield from;      /* the author */
    struct mailshape shape;     /* its form */
    struct mailorigin origin;   /* who sent it; given: "--ip" ... */
};

/* A header as it is signed and verified, in arena: slices of the text. */
struct dkimmail maildoc_mail(struct arena *arena, const struct mailhead *head);

/*
 * Take a message apart; text is borrowed as long as the result lives, which
 * maildoc_free ends.  ST_SYNTAX, ST_RANGE: it is no message.
 */
enum status maildoc_read(struct slice text, const struct mailgiven *given,
                         struct maildoc **out, struct error *err);
void maildoc_free(struct maildoc *doc); /* NULL is allowed */

enum maildmarc {
    MAILDMARC_PASS,
    MAILDMARC_FAIL,
    MAILDMARC_NONE,      /* no policy */
    MAILDMARC_TEMPERROR, /* an answer is missing that would decide, or who
                            sent it */
    MAILDMARC_PERMERROR  /* no one author domain: RFC 9989 section 5.3.1 */
};
/* "pass", "fail", "none", "temperror", "permerror": RFC 8601. */
const char *maildmarc_word(enum maildmarc result);

/* One signature. */
struct mailsigned {
    struct dkimverdict verdict;  /* what became of it */
    const struct align_row *row; /* its d=, or NULL */
};

struct mailfacts {
    const struct maildoc *doc;           /* borrowed */
    struct mailsigned *signatures;       /* one a check of doc->list */
    const struct spfcheck *spf;          /* NULL: the address is not known */
    struct name spf_domain;              /* that it is about; size 0: none */
    const struct align_row *spf_row;     /* that domain's, or NULL */
    const struct spfcheck *helo;         /* of HELO where MAIL FROM does not
                                            pass; or NULL */
    const struct align *align;           /* NULL: no one author domain */
    enum maildmarc results[ALIGN_RULES]; /* by each */
    int64_t now;                         /* the time it was looked at */
};

/* One run of the analysis, in the view's run arena. */
struct mailfacts *mailfacts_collect(struct view *view, struct keyverify *keys,
                                    const struct maildoc *doc, int64_t now);

/* A signature passes, or SPF does, and is aligned by those rules. */
bool mailfacts_aligned(const struct align_row *row, int rules);

/* message.* findings.  (check_mail.c, check_mailform.c,
   check_mailclaims.c) */
void mailfacts_check(const struct mailfacts *facts, struct report *report);
void mailfacts_check_form(const struct mailfacts *facts,
                          struct report *report);

void mailfacts_check_claims(const struct mailfacts *facts,
                            struct report *report);

/* The members of selkie-message(1), set in map.  (mailvalue.c) */
void mailfacts_value(struct arena *arena, const struct mailfacts *facts,
                     struct value *map);

/* The Authentication-Results field that a receiver would write (RFC 8601),
   on one line; and a paragraph on why it passes or fails, and the smallest
   change that would mend it.  (mailplain.c) */
const char *mailfacts_results_field(struct arena *arena,
                                    const struct mailfacts *facts);
const char *mailfacts_plain(struct arena *arena,
                            const struct mailfacts *facts);

#endif
