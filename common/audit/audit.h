/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What receivers will see of a domain: collect facts, check them. */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/digest.h"
#include "common/base/value.h"
#include "common/dns/view.h"
#include "common/dns/zonefile.h"
#include "common/findings/finding.h"

/* Why a selector is looked at. */
enum selector_origin {
    SELECTOR_GUESSED,      /* the ranked list */
    SELECTOR_PROVIDER,     /* usual at a vendor that the domain is with */
    SELECTOR_COMMAND_LINE, /* --selector */
    SELECTOR_MESSAGE,      /* a sample message */
    SELECTOR_REPORT,       /* DMARC reports */
    SELECTOR_REGISTRY,     /* the workspace's registry */
    SELECTOR_EXPECTED      /* an expectation file */
};
#define SELECTOR_ORIGINS 7

/* Is it only worth a try, and silence no fault? */
static inline bool
selector_is_guess(enum selector_origin origin)
{
    return origin <= SELECTOR_PROVIDER;
}

/* What is known of a selector's key before DNS is asked. */
struct selector_known {
    int64_t since;   /* the key is as old as that at least, in seconds since
                        1970; 0: not known */
    const char *how; /* who knows: "the registry", "an earlier run" */
    bool has_key;    /* what was there is known: */
    uint8_t key[DIGEST_SHA256_SIZE]; /* keyage_digest() of its p= */
    bool is_in_use;                  /* mail is signed with it */
    bool is_over; /* retired or revoked: no key must be there */
};

struct audit_selector {
    const char *selector;        /* "k1", "s1.region1" */
    enum selector_origin origin; /* who says so */
    const char *vendor;          /* PROVIDER: whose it usually is; or NULL */
    const struct selector_known *known; /* of its key, or NULL */
};

struct expect;          /* expect.h */
struct keyage_baseline; /* keyage.h */

/* What is asked about; borrowed throughout. */
struct audit_input {
    struct name domain;                     /* the subject */
    const struct audit_selector *selectors; /* asserted first, then guessed */
    size_t selector_count;                  /* of them */
    const struct zonefile *zone;            /* --zone: for its notes, else
                                               NULL */
    const char *mail_from;                  /* --sender, or NULL */
    const char *helo;                       /* --helo, or NULL */
    struct address ip;                      /* --ip, family 0: none */
    bool ask_all;                           /* ask selectors even below a
                                               proven-absent _domainkey */
    bool compare_servers;                   /* ask each server for every
                                               record, for facts.records */
    struct keyage_baseline *baseline;       /* an earlier run, or NULL */
    const struct expect *expect;            /* --expect, or NULL */
    unsigned key_age_days;   /* a key should not be older; 0: the usual */
    unsigned key_limit_days; /* and must not be older than this */
};

struct spf_facts;
struct dkim_facts;
struct dmarc_facts;
struct delegation_facts;
struct hygiene_facts;
struct transport_facts;
struct matrix_facts;

/* Filled by the collect_AREA functions, in the run's arena.  A part that
   rests on pending answers is incomplete; the run is not the last one then. */
struct facts {
    const struct audit_input *input;           /* borrowed */
    const struct spf_facts *spf;               /* collect_spf.h */
    const struct dkim_facts *dkim;             /* collect_dkim.h */
    const struct dmarc_facts *dmarc;           /* collect_dmarc.h */
    const struct delegation_facts *delegation; /* collect_delegation.h */
    const struct hygiene_facts *hygiene;       /* collect_hygiene.h */
    const struct transport_facts *transport;   /* collect_transport.h */
    const struct matrix_facts *matrix;         /* collect_matrix.h */
};

/*
 * One area: collect asks the view and leaves its facts; value gives its part
 * of the contract's facts; check raises findings out of facts alone and
 * decides every id of ids (FIND_COUNT at the end), known or not.
 */
struct audit_area {
    const char *name; /* member of the contract's facts: "spf" */
    void (*collect)(struct facts *facts, struct view *view);
    struct value *(*value)(const struct facts *facts, struct arena *arena);
    void (*check)(const struct facts *facts, struct report *report);
};

extern const struct audit_area area_spf, area_dkim, area_dmarc,
    area_delegation, area_hygiene, area_transport, area_matrix;

/* The domain of --sender, which may be an address; false where there is none,
   or it is the null return path. */
bool audit_sender(const struct audit_input *input, struct name *domain);

/* All areas in order: the whole analysis of one domain in one run. */
struct facts *audit_collect(const struct audit_input *input,
                            struct view *view);
/* The contract's facts object. */
struct value *audit_value(const struct facts *facts, struct arena *arena);
/* All findings, sorted. */
struct report *audit_check(const struct facts *facts, struct arena *arena);

#endif
