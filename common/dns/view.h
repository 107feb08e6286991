/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an analysis sees of DNS.  It asks as if every answer were at hand;
 * an answer that is not yet here is "pending", whatever rests on it is
 * pending too, and the analysis goes on and asks all else it can.  It is run
 * again, from the start, when answers came, until a run asks nothing new.
 */
#ifndef DNS_VIEW_H
#define DNS_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/dns/answer.h"
#include "common/dns/question.h"
#include "common/dns/source.h"

/*
 * Questions that one subject may ask: an include bomb or a delegation maze
 * ends here.  A question beyond it is answered REFUSED, "not asked": so what
 * rests on it is unknown.  The largest honest audits seen ask some 300.
 */
#define VIEW_QUESTIONS_MAX 2000

struct view; /* one subject's pinned answers and the present run */

struct overlay;
struct recorder;
struct learnt;

struct view_settings {
    struct source *source;     /* borrowed: where answers come from */
    struct overlay *overlay;   /* borrowed, may be NULL: "what if" */
    struct recorder *recorder; /* borrowed, may be NULL: keeps answers */
    struct learnt *learnt;     /* borrowed, may be NULL: what other subjects
                                  of the run found out of servers */
    uint64_t seed;             /* of the run, for random labels */
    bool resolvers_only;       /* ask no authoritative server by itself */
    size_t question_limit;     /* 0: VIEW_QUESTIONS_MAX */
};

/* subject: its name, for random labels and recordings; copied. */
struct view *view_new(const struct view_settings *settings,
                      const char *subject);
void view_free(struct view *view);

/* Begin a run: forgets the run's arena and its count of questions. */
void view_begin(struct view *view);

/*
 * The answer to question; never NULL.  Once it has come it is the same in
 * every run (pinned), and lives as long as the view.  While it has not, the
 * outcome is OUTCOME_PENDING.
 */
const struct answer *view_ask(struct view *view,
                              const struct question *question);

/*
 * Of the resolvers.  SERVFAIL is looked at once more with CD set: OUTCOME_
 * BOGUS when data comes then, or EDE is 6 to 12, from a resolver that has
 * been seen to validate.
 */
const struct answer *view_lookup(struct view *view, const struct name *name,
                                 uint16_t type);
/* The same; *asked is the question as asked, and lives as long as the run. */
const struct answer *view_lookup_asked(struct view *view,
                                       const struct name *name, uint16_t type,
                                       const struct question **asked);
/* Of one server by itself, without recursion; REFUSED, "not asked", when
   the run is for resolvers only. */
const struct answer *view_lookup_at(struct view *view,
                                    const struct address *server,
                                    const struct name *name, uint16_t type);

/* Beneath the overlay: for overlay.c only. */
const struct answer *view_ask_below(struct view *view,
                                    const struct question *question);

/* Memory of this run: facts live here.  Of the subject: until view_free. */
struct arena *view_run_arena(struct view *view);
struct arena *view_pinned_arena(struct view *view);
const char *view_subject(const struct view *view);
bool view_resolvers_only(const struct view *view);
/* What the subjects of the run share (learnt.h), or NULL. */
struct learnt *view_learnt(const struct view *view);

/*
 * What was parsed from an answer, kept with it so that the next run need not
 * parse again.  key is the address of a static object of the caller's; the
 * value lives in view_pinned_arena().
 */
void *view_memo(const struct view *view, const struct answer *answer,
                const void *key);
void view_set_memo(struct view *view, const struct answer *answer,
                   const void *key, void *value);

/* A label of 20 letters: a hash of seed, subject, purpose and ordinal. */
#define VIEW_LABEL_SIZE 21
void view_random_label(const struct view *view, const char *purpose,
                       unsigned ordinal, char out[VIEW_LABEL_SIZE]);

/* Of the present run: questions asked, those it found pending. */
size_t view_asked(const struct view *view);
size_t view_pending(const struct view *view);
/* In the order in which this run first asked them; false at the end. */
bool view_each(const struct view *view, size_t *position,
               const struct question **question, const struct answer **answer);
/* The question that a pinned answer belongs to (NULL: not of this view). */
const struct question *view_question(const struct view *view,
                                     const struct answer *answer);

/* For sources: an answer has come.  It is copied into the view.  The first
   to come stays; a later one is dropped. */
void view_deliver(struct view *view, const struct question *question,
                  const struct answer *answer);
/* For engines: answers delivered since the present run began; questions
   handed to the source and not yet answered. */
size_t view_news(const struct view *view);
size_t view_outstanding(const struct view *view);
/* Nothing more is asked, nor waited for: what has no answer is answered
   REFUSED, "not asked". */
void view_close(struct view *view);

#endif
