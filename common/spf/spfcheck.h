/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_host() of RFC 7208, with a trace in which every number can be
   followed. */
#ifndef SPF_SPFCHECK_H
#define SPF_SPFCHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/value.h"
#include "common/dns/view.h"
#include "common/spf/spfselect.h"

/* Terms that cause DNS queries, RFC 7208 section 4.6.4. */
#define SPFCHECK_LOOKUPS_MAX  10
/* Of them, those for which a query gave nothing: section 4.6.4. */
#define SPFCHECK_VOIDS_MAX    2
/* MX names of one mx mechanism, whose addresses are asked: section 4.6.4. */
#define SPFCHECK_MX_MAX       10
/* PTR names of the client, the others are ignored: section 4.6.4. */
#define SPFCHECK_PTR_MAX      10
/* Time that the answers took together: section 4.6.4 says at least 20 s. */
#define SPFCHECK_TIME_US      (20u * 1000 * 1000)
/* Octets of a MAIL FROM or HELO; a path has 256 (RFC 5321 section
   4.5.3.1.3), and a line, with which a sender might test us, 1,000. */
#define SPFCHECK_IDENTITY_MAX 1000

/* Section 2.6, and that an answer is still missing. */
enum spfresult {
    SPFRESULT_NONE,
    SPFRESULT_NEUTRAL,
    SPFRESULT_PASS,
    SPFRESULT_FAIL,
    SPFRESULT_SOFTFAIL,
    SPFRESULT_TEMPERROR,
    SPFRESULT_PERMERROR,
    SPFRESULT_PENDING
};

/* "none", "neutral", ..., "pending". */
const char *spfresult_word(enum spfresult result);

/* All borrowed; the texts may hold any octets. */
struct spfcheck_input {
    struct address ip;     /* the client; IPv4-mapped counts as IPv4 */
    struct slice sender;   /* MAIL FROM without <>; "" is the null path */
    struct slice helo;     /* HELO or EHLO */
    struct slice receiver; /* %{r}; "" is "unknown" */
};

/* One question on the way. */
struct spflookup {
    const struct question *question; /* as asked */
    const struct answer *answer;     /* what came */
    bool is_void;                    /* it gave nothing and is counted */
};

enum spfmatch {
    SPFMATCH_NO,
    SPFMATCH_YES,
    SPFMATCH_TEMPERROR, /* check_host() ends so */
    SPFMATCH_PERMERROR, /* likewise */
    SPFMATCH_PENDING
};

/* "no-match", "match", "temperror", "permerror", "pending". */
const char *spfmatch_word(enum spfmatch match);

/* Why a term came out as it did: a number first, and words only where
   somebody reads them. */
enum spfreason {
    SPFREASON_NONE,
    SPFREASON_ALL,            /* it always matches */
    SPFREASON_OTHER_FAMILY,   /* ip4 and an IPv6 client, or the reverse */
    SPFREASON_IN_NETWORK,     /* ip4, ip6: the client is in it */
    SPFREASON_NOT_IN_NETWORK, /* or not */
    SPFREASON_AT_ADDRESS,     /* a, mx: the client is at found */
    SPFREASON_NO_ADDRESS,     /* a: at none of number addresses */
    SPFREASON_NO_HOST,        /* mx: at none of number hosts */
    SPFREASON_HOSTS_MAX,      /* mx: number hosts are too many */
    SPFREASON_EXISTS,         /* exists: an A record is there */
    SPFREASON_PTR_NAME,       /* ptr: the client is name */
    SPFREASON_NO_PTR_NAME,    /* ptr: none of number names */
    SPFREASON_INCLUDE,        /* the record included gives that */
    SPFREASON_REDIRECT,       /* the result is the target's */
    SPFREASON_REDIRECT_NONE,  /* the target has no record */
    SPFREASON_VOID,           /* nothing is there */
    SPFREASON_FAILED,         /* no answer */
    SPFREASON_PENDING,        /* not yet */
    SPFREASON_LOOKUPS_MAX,    /* the eleventh term */
    SPFREASON_VOIDS_MAX,      /* the third void lookup */
    SPFREASON_LATE,           /* more than 20 seconds */
    SPFREASON_NOT_ASCII,      /* RFC 8616 section 4 */
    SPFREASON_NO_NAME         /* the target is no domain name */
};

struct spfvisit;

/* One term evaluated. */
struct spfstep {
    const struct spfterm *term; /* of the visit's record */
    struct slice target;        /* domain-spec expanded; p NULL: none */
    enum spfmatch match;        /* what became of it */
    enum spfreason reason;      /* why */
    struct address found;       /* AT_ADDRESS: which */
    const struct name *name;    /* PTR_NAME: which */
    size_t number;              /* of addresses, hosts or names */
    bool is_lookup;             /* it cost one of the 10 */
    bool is_void;               /* and one of the 2 */
    unsigned lookups;           /* counted so far, this one included */
    unsigned voids;             /* likewise */
    struct spflookup *asked;    /* questions, in order */
    size_t asked_count;         /* of them */
    struct spfvisit *nested;    /* include and redirect: where it led */
};

/* One check_host(): the first, or that of an include or redirect. */
struct spfvisit {
    struct slice domain;            /* <domain>, as it came */
    struct spflookup *txt;          /* its TXT question; NULL: none */
    const struct spfrecord *record; /* the record; NULL: none */
    struct spfstep *steps;          /* terms evaluated, in order */
    size_t step_count;              /* of them */
    enum spfresult result;          /* of it */
    const char *reason;             /* a clause, where no step says why */
    const char *section;            /* that says so */
};

struct spfcheck {
    enum spfresult result;        /* pending while an answer is missing */
    const char *domain;           /* checked, without final dot, presented */
    struct slice explanation;     /* of a fail, by exp=; p NULL: none */
    const char *exp_problem;      /* why exp= is not used, or NULL */
    struct spflookup *exp_lookup; /* the explanation's question, or NULL */
    unsigned lookups;             /* on the path taken */
    unsigned voids;               /* likewise */
    uint64_t elapsed_us;          /* that its answers took */
    size_t ptr_names;             /* of the client, where they were asked */
    bool ptr_failed;              /* some of them had no answer: section 5.5
                                     takes that for no match */
    struct address ip;            /* the client, IPv4-mapped as IPv4 */
    const struct spfvisit *visit; /* the trace */
};

/*
 * RFC 7208 section 4, RFC 8616 section 4, in the view's run arena.  An
 * answer that is pending makes the result pending, and everything that may
 * follow is asked ahead; in the run in which the result is definite, the
 * trace and the counts are those of the path taken alone.
 */
const struct spfcheck *spfcheck_run(struct view *view,
                                    const struct spfcheck_input *input);

/* The step's reason as a clause, "192.0.2.7 is in 192.0.2.0/24", and the
   section that says so, "RFC 7208 section 5.6".  ip: the client's.
   (spfreason.c) */
const char *spfstep_reason(struct arena *arena, const struct spfstep *step,
                           const struct address *ip);
const char *spfstep_section(struct arena *arena, const struct spfstep *step);

/* "result", "domain", "explanation", "lookups", "void_lookups", "trace" of
   the machine contract.  (spftrace.c) */
struct value *spfcheck_value(struct arena *arena,
                             const struct spfcheck *check);

#endif
