/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The transport.* findings about TXT records: MTA-STS, TLS reports, BIMI. */
#include "common/audit/collect_transport.h"
#include "common/audit/mailtxt.h"

struct place {
    enum mailtxt_kind kind;    /* what belongs there */
    enum finding_id id;        /* raised where it is at fault */
    const struct asked *asked; /* TXT there */
};

/* A record that looks right but for its beginning is passed over, as if there
   were none: its owner ought to know. */
static const char *
fault_of(struct arena *arena, const struct place *place, struct slice *record)
{
    const struct answer *answer = place->asked->answer;
    struct slice near = SLICE_EMPTY;
    size_t count = 0;

    for (size_t i = 0; i < answer->record_count; i++) {
        struct slice text = record_text(arena, &answer->records[i]);
        enum mailtxt_standing standing = mailtxt_standing(place->kind, text);

        if (standing == MAILTXT_NEAR)
            near = text;
        if (standing != MAILTXT_RECORD)
            continue;
        count++;
        *record = text;
    }
    if (count > 1)
        return "there are several, so none of them counts";
    if (count == 1)
        return mailtxt_fault(arena, place->kind, *record);
    *record = near;
    return near.p == NULL ? NULL
                          : arena_printf(arena, "it does not begin with %s;",
                                         mailtxt_version(place->kind));
}

/* A recording of before, or a limit: that nobody asked is no fault of the
   domain's, and is not said of every domain. */
static bool
was_asked(const struct answer *answer)
{
    return answer->outcome != OUTCOME_REFUSED
           || answer->rcode != ANSWER_NO_RCODE;
}

static void
check_place(struct report *report, const struct place *place)
{
    struct arena *arena = report_arena(report);
    struct slice record = SLICE_EMPTY;
    struct finding *finding;
    const char *fault;

    if (!asked_is(place->asked))
        return;
    report_decide(report, place->id,
                  outcome_is_definite(asked_outcome(place->asked)));
    if (!was_asked(place->asked->answer))
        return;
    fault = outcome_is_failure(asked_outcome(place->asked))
                ? "what is there could not be told"
                : fault_of(arena, place, &record);
    if (fault == NULL)
        return;
    finding = report_add(report, place->id,
                         name_dotted(arena, &place->asked->question.name));
    finding_word(finding, "reason", fault);
    finding_mark(finding, record, 0, 0);
    finding_evidence(finding, asked_evidence(arena, place->asked));
    if (outcome_is_failure(asked_outcome(place->asked)))
        finding_set_unknown(finding);
}

/* How many records count as one, be it at fault, or are near one at least. */
static size_t
count_records(struct arena *arena, const struct asked *asked,
              enum mailtxt_kind kind, enum mailtxt_standing least)
{
    size_t count = 0;

    for (size_t i = 0; i < asked->answer->record_count; i++)
        count += mailtxt_standing(
                     kind, record_text(arena, &asked->answer->records[i]))
                 >= least;
    return count;
}

/* A host without an address serves no policy.  Whether one with an address
   does, DNS does not say: then nothing is decided. */
static void
check_policy_host(const struct transport_facts *transport,
                  struct report *report)
{
    const struct asked *a = &transport->mta_sts_a;
    const struct asked *aaaa = &transport->mta_sts_aaaa;
    struct arena *arena = report_arena(report);
    struct finding *finding;

    if (!asked_is(a) || !asked_is(aaaa) || !was_asked(a->answer)
        || !was_asked(aaaa->answer) || asked_outcome(a) == OUTCOME_FOUND
        || asked_outcome(aaaa) == OUTCOME_FOUND
        || count_records(arena, &transport->mta_sts, MAILTXT_MTA_STS,
                         MAILTXT_RECORD)
               != 1)
        return;
    finding =
        report_add(report, FIND_TRANSPORT_MTA_STS_POLICY_UNREACHABLE,
                   name_dotted(arena, &transport->mta_sts.question.name));
    finding_word(finding, "name", name_bare(arena, &a->question.name));
    finding_evidence(finding, asked_evidence(arena, &transport->mta_sts));
    finding_evidence(finding, asked_evidence(arena, a));
    finding_evidence(finding, asked_evidence(arena, aaaa));
    if (!outcome_is_absent(asked_outcome(a))
        || !outcome_is_absent(asked_outcome(aaaa)))
        finding_set_unknown(finding);
}

/* Reports are about mail that comes in: what takes none needs none. */
static void
check_reports(const struct transport_facts *transport, struct report *report)
{
    struct arena *arena = report_arena(report);
    const struct transport_receiver *own = &transport->receivers[0];
    enum outcome outcome = asked_outcome(&transport->tlsrpt);
    struct finding *finding;

    if (!asked_is(&transport->tlsrpt))
        return;
    report_decide(report, FIND_TRANSPORT_TLSRPT_MISSING,
                  outcome_is_definite(outcome)
                      && own->route->state != MAILROUTE_UNKNOWN);
    if (own->route->state != MAILROUTE_GOOD || !outcome_is_definite(outcome)
        || (outcome == OUTCOME_FOUND
            && count_records(arena, &transport->tlsrpt, MAILTXT_TLSRPT,
                             MAILTXT_NEAR)
                   > 0))
        return;
    finding = report_add(report, FIND_TRANSPORT_TLSRPT_MISSING,
                         name_dotted(arena, &transport->tlsrpt.question.name));
    finding_word(finding, "domain", name_bare(arena, &own->domain));
    finding_evidence(finding, asked_evidence(arena, &transport->tlsrpt));
}

void
check_transport_txt(const struct transport_facts *transport,
                    struct report *report)
{
    const struct place places[MAILTXT_KINDS] = {
        {.kind = MAILTXT_MTA_STS,
         .id = FIND_TRANSPORT_MTA_STS_TXT_INVALID,
         .asked = &transport->mta_sts},
        {.kind = MAILTXT_TLSRPT,
         .id = FIND_TRANSPORT_TLSRPT_INVALID,
         .asked = &transport->tlsrpt },
        {.kind = MAILTXT_BIMI,
         .id = FIND_TRANSPORT_BIMI_RECORD_INVALID,
         .asked = &transport->bimi   },
    };

    for (size_t i = 0; i < MAILTXT_KINDS; i++)
        check_place(report, &places[i]);
    check_policy_host(transport, report);
    check_reports(transport, report);
}
