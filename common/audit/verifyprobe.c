/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a record that is not as expected may have gone astray. */
#include "common/audit/verifyprobe.h"

#include "common/audit/providers.h"
#include "common/audit/verifyset.h"
#include "common/records/nearmisskey.h"

/* Whoever has something else tells more than who has nothing. */
static const struct verify_server *
telling_server(const struct verify_record *record)
{
    static const enum verify_state order[] = {VERIFY_DIFFERENT, VERIFY_MISSING,
                                              VERIFY_EXTRA};

    for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++)
        for (size_t i = 0; i < record->server_count; i++)
            if (record->servers[i].state == order[k])
                return &record->servers[i];
    return NULL;
}

/* The same server about another name. */
static const struct answer *
ask_like(struct view *view, const struct verify_server *server,
         const struct name *name, uint16_t type)
{
    struct question question = server->question;

    question.name = *name;
    question.type = type;
    return view_ask(view, &question);
}

/* A name beside the owner that nobody has published. */
static bool
control_name(const struct view *view, const struct name *owner,
             struct name *out)
{
    char label[VIEW_LABEL_SIZE];
    struct name parent;

    view_random_label(view, "verify-wildcard", 0, label);
    return name_parent(&parent, owner)
           && name_prepend(out, slice_of(label), &parent) == ST_OK;
}

static void
ask_places(struct view *view, const struct verify_server *server,
           struct nearmiss_case *given)
{
    struct name name;

    for (int i = 0; i < NEARMISSPLACE_COUNT; i++)
        if (nearmissplace_name((enum nearmissplace)i, given->owner,
                               given->zone, &name))
            given->places[i] = ask_like(view, server, &name, given->type);
    if (!control_name(view, given->owner, &name))
        return;
    given->control = ask_like(view, server, &name, given->type);
    if (given->type == RR_CNAME)
        given->control_address = ask_like(view, server, &name, RR_A);
}

static void
ask_owner(struct view *view, const struct verify_server *server,
          struct nearmiss_case *given)
{
    given->here = server->answer;
    given->txt = ask_like(view, server, given->owner, RR_TXT);
    given->cname = ask_like(view, server, given->owner, RR_CNAME);
    if (given->type == RR_CNAME)
        given->address = ask_like(view, server, given->owner, RR_A);
    if (given->type == RR_TXT)
        given->spf = ask_like(view, server, given->owner, RR_SPF);
}

/* Texts expected at the customer's other names. */
static void
list_siblings(const struct verify_facts *facts,
              const struct verify_record *record, struct nearmiss_case *given)
{
    const struct verify_input *input = facts->input;
    struct nearmiss_sibling *list = NULL;
    size_t n = 0;

    for (size_t i = 0; i < input->expected_count; i++) {
        const struct verify_expected *other = &input->expected[i];

        if (other == record->expected || other->type != RR_TXT)
            continue;
        for (size_t k = 0; k < other->count; k++) {
            struct record one = {.type = RR_TXT, .data = other->data[k]};
            struct slice text = record_text(given->arena, &one);

            list = arena_grow(given->arena, list, n, sizeof(*list));
            list[n++] = (struct nearmiss_sibling){&other->owner, text,
                                                  nearmisskey_of(text)};
        }
    }
    given->siblings = list;
    given->sibling_count = n;
}

/* The key that the expected alias leads to: as planned, else as published.
   False when that is not to be found out. */
static bool
find_target_key(struct view *view, struct nearmiss_case *given)
{
    struct record alias = {.type = given->type, .data = given->data};
    const struct answer *answer;
    struct name target;

    if (given->type != RR_CNAME || !record_target(&alias, &target))
        return true;
    for (size_t i = 0; i < given->sibling_count; i++)
        if (name_equal(given->siblings[i].owner, &target))
            given->target_key = given->siblings[i].key;
    if (given->target_key.n > 0)
        return true;
    answer = view_lookup(view, &target, RR_TXT);
    for (size_t i = 0; i < answer->record_count; i++)
        if (given->target_key.n == 0)
            given->target_key =
                nearmisskey_of(record_text(given->arena, &answer->records[i]));
    return outcome_is_definite(answer->outcome);
}

static bool
is_diagnosis(const struct verify_record *record, const char *id)
{
    return record->diagnosis != NULL && strcmp(record->diagnosis->id, id) == 0;
}

/* What to do in the form of whoever hosts the zone.  That a record is missing
   may be for its name as well as for any other reason. */
static void
find_hint(struct view *view, struct verify_record *record)
{
    struct providers_record of = {&record->expected->owner, &record->zone,
                                  record->expected->type};
    struct provider provider;

    if (record->zone.size == 0
        || !providers_of_servers(view_lookup(view, &record->zone, RR_NS),
                                 &provider))
        return;
    record->hint = providers_advice(
        view_run_arena(view), &provider,
        record->diagnosis == NULL ? NEARMISS_OWNER : record->diagnosis->part,
        &of);
}

void
verifyprobe_diagnose(struct view *view, const struct verify_facts *facts,
                     struct verify_record *record)
{
    const struct verify_input *input = facts->input;
    const struct verify_server *server = telling_server(record);
    struct nearmiss_case given = {
        .arena = view_run_arena(view),
        .owner = &record->expected->owner,
        .zone = &record->zone,
        .type = record->expected->type,
        .customer = input->customer,
        .owner_of = input->owner_of,
        .context = input->context,
    };

    bool is_known;

    if (server == NULL)
        return;
    given.is_there = server->state == VERIFY_EXTRA;
    given.data =
        verifyset_wanting(given.arena, record->expected,
                          server->end != NULL ? server->end : server->answer);
    ask_owner(view, server, &given);
    ask_places(view, server, &given);
    list_siblings(facts, record, &given);
    is_known = find_target_key(view, &given);
    record->diagnosis = nearmiss_find(&given);
    if (is_diagnosis(record, "other-customer"))
        record->other = nearmiss_other(&given);
    record->may_be_right =
        !is_known && is_diagnosis(record, "pasted-other-key");
    find_hint(view, record);
}
