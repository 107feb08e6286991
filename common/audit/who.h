/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every party that can create a DKIM key of a domain, set its DMARC policy,
   send under its SPF, or read its reports; and how each came by that. */
#ifndef AUDIT_WHO_H
#define AUDIT_WHO_H

#include <stdbool.h>
#include <stddef.h>

#include "common/audit/audit.h"
#include "common/base/value.h"
#include "common/dns/asked.h"
#include "common/spf/spfset.h"

/* Name servers of one cut that are looked at. */
#define WHO_SERVERS_MAX  16
/* Selectors that are looked at for cuts, and hops of one path.  An SPF tree
   is 20 deep at most, and an alias chain 16 long. */
#define WHO_CUTS_MAX     32
#define WHO_HOPS_MAX     48
/* Networks of one way that are listed; the rest is counted. */
#define WHO_NETWORKS_MAX 1000
/* Types that are looked for at a name that is cut off. */
#define WHO_TYPES_MAX    7
/* Selectors below a `_domainkey` that is cut off, where they are looked for as
   well: those that the caller names. */
#define WHO_BELOW_MAX    8
/* Ways that are kept: the largest honest SPF trees have some 100. */
#define WHO_WAYS_MAX     1000

enum who_power {
    WHO_CREATE_KEY = 1u << 0,  /* "create-key" */
    WHO_SET_POLICY = 1u << 1,  /* "set-policy": and where reports go */
    WHO_SEND = 1u << 2,        /* "send": SPF passes */
    WHO_READ_REPORTS = 1u << 3 /* "read-reports" */
};
#define WHO_POWERS 4
#define WHO_ALL    ((1u << WHO_POWERS) - 1)

/* What is held. */
enum who_place {
    WHO_ZONE,      /* "zone": the domain's zone, or one above it */
    WHO_KEYS,      /* "keys": `_domainkey`, all names below it */
    WHO_SELECTOR,  /* "selector": one of them, and names below it */
    WHO_POLICY,    /* "policy": `_dmarc` */
    WHO_SUBDOMAIN, /* "subdomain": one of the domain's */
    WHO_SPF,       /* "spf": a name in the SPF record, or the addresses */
    WHO_REPORTS    /* "reports": an address in rua= or ruf= */
};
/* "zone", "keys", ... */
const char *who_place_word(enum who_place place);
/* Those that are looked for. */
extern const uint16_t who_types[WHO_TYPES_MAX];
/* "create-key", ...: of bit number i. */
const char *who_power_word(unsigned i);

/* One step: a record at name leads to target. */
struct who_hop {
    struct name name;   /* where the record is */
    uint16_t type;      /* of it: NS, CNAME, DNAME, MX or TXT */
    struct name target; /* whom it names */
};

/* Is there, at the end of a way, somebody who answers? */
enum who_state {
    WHO_UNTOLD, /* cannot be told */
    WHO_LIVE,   /* "live" */
    WHO_GONE    /* "gone": the name it leads to does not exist */
};

enum who_truth { WHO_NO, WHO_YES, WHO_CANNOT_TELL };

/* A type that was found below a name that is cut off. */
struct who_found {
    struct name name; /* a selector's */
    uint16_t type;    /* there, beside TXT */
};

/* One way by which one owner has powers. */
struct who_way {
    enum who_place place;          /* what is held */
    struct name at;                /* where */
    struct name domain;            /* over this: the subject, a subdomain */
    unsigned powers;               /* enum who_power */
    struct name owner;             /* registrable domain of where it leads */
    const struct who_hop *path;    /* how it leads there */
    size_t path_count;             /* hops */
    enum who_state state;          /* is anybody there? */
    enum who_truth as_parent;      /* mail of it passes DMARC for the domain
                                      above by relaxed alignment */
    unsigned aligned;              /* the powers by which it does: a key of
                                      its own, or SPF */
    const struct spfset *granted;  /* SPF: addresses; NULL: not known */
    bool is_exact;                 /* and no others */
    uint16_t types[WHO_TYPES_MAX]; /* a cut: types found at the name */
    size_t type_count;             /* of them */
    bool is_told[WHO_TYPES_MAX];   /* of who_types: an answer came wherever
                                      it was looked for */
    const struct who_found *below; /* a cut at `_domainkey`: at selectors */
    size_t below_count;            /* of them */
    bool is_looked;                /* types were looked for */
};

struct who_party {
    struct name owner;                 /* registrable domain, or own */
    const char *vendor;                /* known by share/providers, or NULL */
    unsigned powers;                   /* of all its ways */
    const struct who_way *const *ways; /* in order */
    size_t way_count;                  /* of them */
    enum who_truth as_parent;          /* any of its ways */
};

/* A question without an answer, behind which there may be somebody. */
struct who_unknown {
    struct name name;    /* asked */
    uint16_t type;       /* asked */
    const char *outcome; /* "timeout", ...; "cut" at a bound of ours */
    unsigned powers;     /* that are open by it */
    size_t more;         /* further names of the same kind */
};

struct who_input {
    struct name domain;                     /* the subject */
    const struct audit_selector *selectors; /* asserted first, then guessed */
    size_t selector_count;                  /* of them */
    const struct name *subdomains;          /* asserted first, then guessed */
    size_t subdomain_count;                 /* of them */
    size_t subdomain_asserted;              /* of them */
};

struct who {
    const struct who_input *input;     /* borrowed */
    struct name org;                   /* by the public suffix list */
    const struct who_party *parties;   /* in order of first mention */
    size_t party_count;                /* of them */
    const struct who_unknown *unknown; /* what could not be told */
    size_t unknown_count;              /* of them */
    const struct name *keys;           /* key records in the domain's own
                                          zone: who has the private half
                                          is not in DNS */
    size_t key_count;                  /* of them */
    bool is_cut;                       /* there are more ways than are kept */
};

/*
 * Ask, and put together, in the view's run arena.  The operator of the zone
 * itself, by its NS records, is a party with all powers: it can publish any
 * record.  So is that of the organizational domain's zone, which can take the
 * delegation back.  Who serves the zone that a target is in, registries and
 * registrars are not followed.  A way that needs an answer which never came
 * is no way, but an unknown.
 */
const struct who *who_find(struct view *view, const struct who_input *input);

/* "domain", "parties", "keys", "unknown" of selkie-who(1), set in map.
   (whovalue.c) */
void who_value(struct arena *arena, const struct who *who, struct value *map);

#endif
