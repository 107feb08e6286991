/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Do the hosts that reports go to want them, and can they take mail? */
#include "common/dmarc/reportauth.h"

#include "common/dmarc/suffix.h"

struct search {
    struct view *view;                 /* who is asked */
    const struct name *policy_domain;  /* where the record is */
    const struct discovery_walk *walk; /* from there */
    struct reportauth *list;           /* the result */
    size_t count;                      /* of it */
};

/* Does a record there begin as one must?  Trailing matter and p= do not
   count, RFC 9990 section 4 step 6. */
static bool
has_record(struct arena *arena, const struct answer *answer)
{
    for (size_t i = 0; i < answer->record_count; i++) {
        if (dmarcrecord_begins(record_text(arena, &answer->records[i])))
            return true;
    }
    return false;
}

/* An address in the authorisation replaces ours, but only at our host:
   RFC 9990 section 4, the last steps. */
static void
check_override(struct view *view, struct reportauth *auth)
{
    struct arena *arena = view_run_arena(view);
    const struct answer *answer = auth->asked.answer;

    for (size_t i = 0; i < answer->record_count; i++) {
        const struct dmarcrecord *record =
            dmarcrecord_parse(arena, record_text(arena, &answer->records[i]));
        const struct reporturi *uris =
            auth->is_failure ? record->ruf : record->rua;
        size_t count =
            auth->is_failure ? record->ruf_count : record->rua_count;

        for (size_t j = 0; j < count; j++) {
            if (uris[j].state != REPORTURI_GOOD
                || name_equal(&uris[j].host, &auth->uri->host))
                continue;
            auth->state = REPORTAUTH_OTHER_HOST;
            auth->other_uri = uris[j].text;
        }
    }
}

/* A name nobody would authorise: an answer there is a wildcard's. */
static void
check_wildcard(struct view *view, struct reportauth *auth)
{
    char label[VIEW_LABEL_SIZE];
    struct name base, name;

    view_random_label(view, "_report", 0, label);
    if (name_prepend(&base, SLICE("_report._dmarc"), &auth->uri->host) != ST_OK
        || name_prepend(&name, slice_of(label), &base) != ST_OK)
        return;
    auth->wildcard = asked_lookup(view, &name, RR_TXT);
    auth->is_wildcard =
        auth->wildcard.answer->outcome == OUTCOME_FOUND
        && has_record(view_run_arena(view), auth->wildcard.answer);
}

static void
ask_host(struct search *search, struct reportauth *auth)
{
    struct view *view = search->view;
    struct name name;
    enum outcome outcome;

    /* The policy domain's labels stand before "_report". */
    if (name_prepend(&name, SLICE("_report._dmarc"), &auth->uri->host) != ST_OK
        || name_rebase(&auth->name, search->policy_domain, &name_root, &name)
               != ST_OK) {
        auth->state = REPORTAUTH_NAME_TOO_LONG;
        return;
    }
    auth->asked = asked_lookup(view, &auth->name, RR_TXT);
    outcome = auth->asked.answer->outcome;
    if (outcome == OUTCOME_PENDING)
        auth->state = REPORTAUTH_PENDING;
    else if (outcome_is_failure(outcome))
        auth->state = REPORTAUTH_UNKNOWN;
    else if (outcome_is_absent(outcome))
        auth->state = REPORTAUTH_ABSENT;
    else if (!has_record(view_run_arena(view), auth->asked.answer))
        auth->state = REPORTAUTH_INVALID;
    else
        auth->state = REPORTAUTH_GIVEN;
    if (auth->state != REPORTAUTH_GIVEN)
        return;
    check_wildcard(view, auth);
    check_override(view, auth);
}

/* By either algorithm: reports of receivers that use the other one would be
   lost. */
static void
check_host(struct search *search, struct reportauth *auth)
{
    enum discovery_truth same;

    auth->state = REPORTAUTH_NOT_NEEDED;
    if (name_equal(search->policy_domain, &auth->uri->host))
        return;
    same = discovery_same_org(search->walk,
                              discovery_walk(search->view, &auth->uri->host));
    auth->external_9989 = same == DISCOVERY_NO;
    auth->external_7489 = !discovery_is_aligned_7489(search->policy_domain,
                                                     &auth->uri->host, false);
    if (auth->external_9989 || auth->external_7489)
        ask_host(search, auth);
    else if (same == DISCOVERY_NOT_YET)
        auth->state = REPORTAUTH_PENDING;
    else if (same == DISCOVERY_CANNOT_TELL)
        auth->state = REPORTAUTH_UNKNOWN;
}

static void
add_uris(struct search *search, const struct reporturi *uris, size_t count,
         bool is_failure)
{
    struct arena *arena = view_run_arena(search->view);

    for (size_t i = 0; i < count && search->count < REPORTAUTH_MAX; i++) {
        struct reportauth *auth;

        if (uris[i].state != REPORTURI_GOOD)
            continue;
        search->list = arena_grow(arena, search->list, search->count,
                                  sizeof(*search->list));
        auth = &search->list[search->count++];
        auth->uri = &uris[i];
        auth->is_failure = is_failure;
        check_host(search, auth);
        auth->mail = mailroute_find(search->view, &uris[i].host, false);
    }
}

const struct reportauth *
reportauth_find(struct view *view, const struct name *policy_domain,
                const struct dmarcrecord *record, size_t *count)
{
    struct search search = {.view = view, .policy_domain = policy_domain};

    if (record->rua_count + record->ruf_count > 0)
        search.walk = discovery_walk(view, policy_domain);
    add_uris(&search, record->rua, record->rua_count, false);
    add_uris(&search, record->ruf, record->ruf_count, true);
    *count = search.count;
    return search.list;
}
