/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A question kept together with its answer. */
#include "common/dns/asked.h"

struct asked
asked_lookup(struct view *view, const struct name *name, uint16_t type)
{
    return (struct asked){question_recursive(name, type),
                          view_lookup(view, name, type)};
}

struct asked
asked_lookup_at(struct view *view, const struct address *server,
                const struct name *name, uint16_t type)
{
    return (struct asked){question_direct(server, name, type),
                          view_lookup_at(view, server, name, type)};
}

enum outcome
asked_outcome(const struct asked *asked)
{
    return asked->answer == NULL ? OUTCOME_PENDING : asked->answer->outcome;
}

bool
asked_has_message(const struct asked *asked)
{
    return asked->answer != NULL && asked->answer->outcome != OUTCOME_PENDING
           && asked->answer->rcode != ANSWER_NO_RCODE;
}

struct value *
asked_evidence(struct arena *arena, const struct asked *asked)
{
    return asked->answer == NULL
               ? NULL
               : answer_evidence(arena, &asked->question, asked->answer);
}
