/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What receivers will see of a domain: collect facts, check them. */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/value.h"
#include "common/dns/view.h"
#include "common/dns/zonefile.h"
#include "common/findings/finding.h"

/* Why a selector is looked at; all but GUESSED are asserted. */
enum selector_origin {
    SELECTOR_GUESSED,      /* the ranked list, or the provider */
    SELECTOR_COMMAND_LINE, /* --selector */
    SELECTOR_MESSAGE,      /* a sample message */
    SELECTOR_REPORT,       /* DMARC reports */
    SELECTOR_REGISTRY,     /* the workspace's registry */
    SELECTOR_EXPECTED      /* an expectation file */
};

struct audit_selector {
    const char *selector;        /* "k1", "s1.region1" */
    enum selector_origin origin; /* who says so */
};

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
};

struct spf_facts;
struct dkim_facts;
struct dmarc_facts;
struct delegation_facts;
struct hygiene_facts;
struct transport_facts;

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
    area_delegation, area_hygiene, area_transport;

/* All areas in order: the whole analysis of one domain in one run. */
struct facts *audit_collect(const struct audit_input *input,
                            struct view *view);
/* The contract's facts object. */
struct value *audit_value(const struct facts *facts, struct arena *arena);
/* All findings, sorted. */
struct report *audit_check(const struct facts *facts, struct arena *arena);

#endif
