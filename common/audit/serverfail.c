/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who fails: the domain's own servers, or only our resolvers? */
#include "common/audit/serverfail.h"

#include "common/dns/authority.h"

/* Some servers of the zone of name, or of domain. */
static const struct authority *
find_authority(struct view *view, const struct name *name,
               const struct name *domain)
{
    const struct authority *authority = authority_find(view, name);

    /* The zone's own SOA may be what fails. */
    if (authority->state == AUTHORITY_UNKNOWN && !name_equal(name, domain))
        authority = authority_find(view, domain);
    return authority;
}

/* A server that sends us elsewhere does not fail. */
static bool
fails(const struct answer *answer)
{
    return outcome_is_failure(answer->outcome) && !answer->referral
           && (answer->outcome != OUTCOME_REFUSED
               || answer->rcode != ANSWER_NO_RCODE);
}

/* A cut on the way to name, below the zone. */
static const struct answer *
find_cut(const struct authority_answer *answers, size_t count,
         const struct authority *authority, const struct name *name)
{
    for (size_t i = 0; i < count; i++) {
        const struct answer *answer = answers[i].answer;

        if (answer->referral && name_is_under(name, &answer->zone)
            && answer->zone.labels > authority->zone.labels)
            return answer;
    }
    return NULL;
}

/* The zone's servers refer to others, and it is these that fail. */
static const struct authority_answer *
ask_behind_cuts(struct view *view, const struct question *question,
                const struct authority **authority, size_t *count)
{
    for (;;) {
        const struct authority_answer *answers = authority_ask_all(
            view, *authority, &question->name, question->type, count);
        const struct answer *cut =
            find_cut(answers, *count, *authority, &question->name);

        if (cut == NULL)
            return answers;
        *authority = authority_below(view, cut);
    }
}

const struct serverfail *
serverfail_find(struct view *view, const struct name *domain,
                const struct question *question)
{
    struct arena *arena = view_run_arena(view);
    struct serverfail *fail = ARENA_NEW(arena, struct serverfail);
    const struct authority *authority =
        find_authority(view, &question->name, domain);
    const struct authority_answer *answers;
    struct asked *list;

    fail->is_pending = authority->state == AUTHORITY_PENDING;
    if (authority->state != AUTHORITY_KNOWN)
        return fail;
    answers = ask_behind_cuts(view, question, &authority, &fail->count);
    fail->is_pending |= authority->state == AUTHORITY_PENDING;
    if (fail->count > SERVERFAIL_ADDRESSES_MAX)
        fail->count = SERVERFAIL_ADDRESSES_MAX;
    fail->is_found = fail->count > 0;
    fail->asked = list = ARENA_ARRAY(arena, struct asked, fail->count);
    for (size_t i = 0; i < fail->count; i++) {
        list[i] = (struct asked){answers[i].question, answers[i].answer};
        fail->is_pending |= answers[i].answer->outcome == OUTCOME_PENDING;
        fail->is_found &= fails(answers[i].answer);
    }
    return fail;
}

struct finding *
serverfail_mark(struct finding *finding, struct arena *arena,
                const struct serverfail *fail)
{
    if (fail == NULL || !fail->is_found)
        finding_set_unknown(finding);
    for (size_t i = 0; fail != NULL && i < fail->count; i++)
        finding_evidence(finding, asked_evidence(arena, &fail->asked[i]));
    return finding;
}

/* What such a failure is called. */
static int
failure_id(enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_TIMEOUT:
    case OUTCOME_MALFORMED: /* what came is no answer */
        return FIND_DNS_SERVER_TIMEOUT;
    case OUTCOME_REFUSED:
        return FIND_DNS_SERVER_REFUSED;
    case OUTCOME_BOGUS:
        return FIND_DELEGATION_DNSSEC_BOGUS;
    default:
        return FIND_DNS_SERVFAIL;
    }
}

void
serverfail_unknown(struct report *report, const struct asked *asked)
{
    struct arena *arena = report_arena(report);
    const char *at = name_dotted(arena, &asked->question.name);
    struct finding *finding;
    int id;

    /* Aliases in a circle are a finding of their own, and no SERVFAIL. */
    if (!asked_is(asked) || !fails(asked->answer)
        || asked->answer->chain_loops)
        return;
    id = failure_id(asked->answer->outcome);
    if (report_find(report, (enum finding_id)id, at) != NULL)
        return;
    finding = report_add(report, (enum finding_id)id, at);
    finding_word(finding, "server",
                 asked->answer->server == NULL ? "a resolver"
                                               : asked->answer->server);
    finding_word(finding, "zone", name_bare(arena, &asked->question.name));
    finding_evidence(finding, asked_evidence(arena, asked));
    finding_set_unknown(finding);
}
