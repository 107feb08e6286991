/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of check_host() share: for spfcheck.c and its helpers. */
#ifndef SPF_SPFRUN_H
#define SPF_SPFRUN_H

#include "common/spf/spfcheck.h"

/* The client's names: section 5.5. */
struct spfnames {
    enum spfmatch state;     /* of the PTR question: YES, NO or PENDING */
    bool is_void;            /* some question gave nothing */
    size_t found;            /* PTR names there are */
    struct name *names;      /* validated */
    size_t count;            /* of them */
    bool pending;            /* some address is not known yet */
    struct spflookup *asked; /* questions, in order */
    size_t asked_count;      /* of them */
};

struct spfrun {
    struct view *view;             /* whom to ask */
    struct arena *arena;           /* of the run */
    struct spfcheck *check;        /* what comes of it */
    struct spfmacro_values values; /* domain: of the present visit */
    bool local_is_ascii;           /* RFC 8616 section 4 */
    bool pending;                  /* something so far is pending */
    const struct answer **timed;   /* answers whose time is counted */
    size_t timed_count;            /* of them */
    struct spfnames *names;        /* NULL until asked for */
};

/* What became of a question of a term. */
enum spfreply {
    SPFREPLY_FOUND,
    SPFREPLY_VOID,    /* nothing there */
    SPFREPLY_FAILED,  /* an error: temperror, mostly */
    SPFREPLY_PENDING, /* not here, or rests on what is not */
    SPFREPLY_LIMIT,   /* the third void lookup: permerror */
    SPFREPLY_LATE     /* 20 seconds are over: temperror */
};

/* Ask, note it in *asked and *count. */
const struct answer *spfrun_ask(struct spfrun *run, struct spflookup **asked,
                                size_t *count, const struct name *name,
                                uint16_t type);
/* Did the answers so far take longer than section 4.6.4 wants to wait? */
bool spfrun_is_late(const struct spfrun *run);
/* Count the step, which may be NULL, as a void lookup: SPFREPLY_VOID, or
   LIMIT (PENDING) when it is one too many. */
enum spfreply spfrun_void(struct spfrun *run, struct spfstep *step);
/* What an answer means for a step, with its void lookup counted. */
enum spfreply spfrun_judge(struct spfrun *run, struct spfstep *step,
                           struct spflookup *lookup);
/* Both, for a question of the step's own. */
enum spfreply spfrun_lookup(struct spfrun *run, struct spfstep *step,
                            const struct name *name, uint16_t type,
                            const struct answer **answer);
/* Count one term; false when it is one too many. */
bool spfrun_count(struct spfrun *run, struct spfstep *step);

/* Set the step's match, which is returned, and its reason. */
static inline enum spfmatch
spfstep_because(struct spfstep *step, enum spfmatch match,
                enum spfreason reason)
{
    step->match = match;
    step->reason = reason;
    return match;
}
/* The same for a reply that is no record. */
enum spfmatch spfstep_reply(struct spfstep *step, enum spfreply reply);

/*
 * The step's target (domain-spec expanded, or the visit's domain) as text
 * and, unless name is NULL, as a name.  SPFMATCH_YES when it is one;
 * SPFMATCH_NO with the reason when it cannot be; SPFMATCH_PENDING.
 */
enum spfmatch spfstep_target(struct spfrun *run, struct spfstep *step,
                             struct name *name);

/* a, mx, ptr, ip4, ip6, exists, all: section 5.  (spfmatch.c) */
enum spfmatch spfmatch_term(struct spfrun *run, struct spfstep *step);

/* The client's validated names, asked for once.  (spfnames.c) */
struct spfnames *spfnames_get(struct spfrun *run);
/* %{p}: of them the best for domain, or "unknown"; false: pending. */
bool spfnames_best(struct spfrun *run, struct slice domain,
                   struct slice *best);

/* check_host() for domain.  step: the include or redirect that leads here,
   or NULL.  (spfvisit.c) */
struct spfvisit *spfvisit_run(struct spfrun *run, struct slice domain,
                              struct spfstep *step);

#endif
