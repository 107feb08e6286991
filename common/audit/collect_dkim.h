/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DKIM key records of a domain: what is published, who says so. */
#ifndef AUDIT_COLLECT_DKIM_H
#define AUDIT_COLLECT_DKIM_H

#include "common/audit/keyage.h"
#include "common/audit/serverfail.h"
#include "common/dkim/dkimkey.h"
#include "common/dkim/domainkey.h"

/* Names between a selector's labels that are looked at, "b" of "a.b.c". */
#define DKIM_BETWEEN_MAX 4

enum dkim_selector_form {
    DKIM_SELECTOR_GOOD,      /* letters, digits, hyphens, RFC 6376 3.1 */
    DKIM_SELECTOR_BAD,       /* another name that DNS can hold */
    DKIM_SELECTOR_NO_ALABEL, /* characters outside ASCII */
    DKIM_SELECTOR_TOO_LONG,  /* DNS cannot hold it: not asked */
    DKIM_SELECTOR_NO_NAME    /* no name at all: not asked */
};

struct dkim_selector {
    const char *selector; /* as given */
    unsigned origins;     /* bits 1u << enum selector_origin: all who
                             say so */
    bool is_asserted;     /* one of them is no guess */
    const char *vendor;   /* whose it usually is, or NULL */
    const struct selector_known *known; /* of its key beforehand, or NULL */
    struct selector_known before;       /* what an earlier run saw there */
    struct keyage age;                  /* of the key that is there */
    bool is_in_use;                     /* mail is signed with it */
    enum dkim_selector_form form;       /* is it a selector? */
    const char *problem;                /* why not, or NULL */
    struct name name;                   /* of the key record */
    struct asked asked;                 /* TXT there; may not be asked */
    const struct serverfail *fail; /* who fails, when an asserted one does */
    const struct dkimkey *const *keys; /* of every TXT */
    size_t key_count;                  /* of them */
    bool is_wildcard;                  /* has what random selectors have */
    bool is_listed;                    /* asserted, or something was found */
    struct asked *between;             /* names between its labels, or NULL */
    size_t between_count;              /* of them */
};

struct dkim_facts {
    const struct domainkey *domainkey;     /* the verdict */
    bool is_settled;                       /* all selectors have answered:
                                              from here on resolvers may be
                                              asked for `_domainkey` */
    const struct dkim_selector *selectors; /* all that were looked at */
    size_t count;                          /* of them */
    size_t guessed;                        /* of these only guessed */
    size_t looked[SELECTOR_ORIGINS];       /* of all, who named them: one that
                                              several name counts for the
                                              first */
    const struct dkimkey *wildcard;        /* what random selectors have, if
                                              it is TXT */
    struct asked adsp;                     /* TXT of `_adsp._domainkey` */
    struct asked report;                   /* TXT of `_report._domainkey` */
};

/* The contract's key: "ok", "revoked", "invalid", "multiple"; NULL when no
   TXT was found. */
const char *collect_dkim_key_word(const struct dkim_selector *selector);

/* Is there a key, under any selector looked at, that a verifier can use?
   Revoked ones and what is none do not count. */
bool collect_dkim_has_key(const struct dkim_facts *dkim);

/* "command-line", "message", ..., "provider", "guess": the contract's words
   for who says so. */
const char *collect_dkim_origin_word(enum selector_origin origin);

/* The dkim.* findings (check_dkim.c), and with them those about the age and
   use of keys (check_dkim_life.c) and about `_domainkey` itself
   (check_domainkey.c). */
void check_dkim(const struct facts *facts, struct report *report);
void check_dkim_life(const struct facts *facts, struct report *report);
void check_domainkey(const struct facts *facts, struct report *report);

#endif
