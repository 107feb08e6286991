/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A question kept together with its answer: how facts name their evidence. */
#ifndef DNS_ASKED_H
#define DNS_ASKED_H

#include "common/base/arena.h"
#include "common/base/value.h"
#include "common/dns/answer.h"
#include "common/dns/question.h"
#include "common/dns/view.h"

struct asked {
    struct question question;    /* what was asked, and of whom */
    const struct answer *answer; /* never NULL once asked; may be pending */
};

/* Ask the resolvers; ask one server by itself (see view.h). */
struct asked asked_lookup(struct view *view, const struct name *name,
                          uint16_t type);
struct asked asked_lookup_at(struct view *view, const struct address *server,
                             const struct name *name, uint16_t type);

/* Not asked at all: answer is NULL. */
static inline bool
asked_is(const struct asked *asked)
{
    return asked->answer != NULL;
}

/* The outcome; pending when it was not asked. */
enum outcome asked_outcome(const struct asked *asked);

/* Something came, whatever it says. */
bool asked_has_message(const struct asked *asked);

/* Its object of the machine contract; NULL when it was not asked. */
struct value *asked_evidence(struct arena *arena, const struct asked *asked);

#endif
