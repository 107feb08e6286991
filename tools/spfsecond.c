/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second opinion on an SPF check, and what other implementations are
   known to make of it. */
#include "tools/spfsecond.h"

#include <string.h>

#include "common/findings/families.h"
#include "common/spf/spffamily.h"
#include "tools/second.h"

void
spfsecond_open(struct spfsecond *second, struct second_client *client)
{
    *second = (struct spfsecond){.client = client, .arena = arena_new()};
}

void
spfsecond_close(struct spfsecond *second)
{
    arena_free(second->arena);
}

static void
add_hex(struct strbuf *out, struct slice octets)
{
    strbuf_add_char(out, ' ');
    if (octets.n == 0)
        strbuf_add_char(out, '-');
    for (size_t i = 0; i < octets.n; i++)
        strbuf_addf(out, "%02x", (unsigned char)octets.p[i]);
}

/* A name as libspf2 has it: no final dot. */
static void
add_name(struct strbuf *out, const struct name *name)
{
    struct strbuf text = STRBUF_INIT;

    name_present(name, &text);
    add_hex(out, slice_sub(strbuf_slice(&text), 0, text.n - 1));
    strbuf_clear(&text);
}

static void
add_data(struct strbuf *out, struct arena *arena, const struct record *record)
{
    struct name target;

    switch (record->type) {
    case RR_A:
    case RR_AAAA:
        add_hex(out, record->data);
        break;
    case RR_MX:
    case RR_PTR:
        if (record_target(record, &target))
            add_name(out, &target);
        break;
    default:
        add_hex(out, record_text(arena, record));
    }
}

static void
add_answer(struct strbuf *out, struct arena *arena,
           const struct question *question, const struct answer *answer)
{
    strbuf_add_text(out, "answer");
    add_name(out, &question->name);
    strbuf_add_char(out, ' ');
    rrtype_present(question->type, out);
    strbuf_addf(out, " %s", outcome_word(answer->outcome));
    for (size_t i = 0; i < answer->record_count; i++)
        add_data(out, arena, &answer->records[i]);
    strbuf_add_char(out, '\n');
}

/* The view's answers of the resolvers that came, and who sends. */
static void
put_request(struct strbuf *out, struct view *view,
            const struct spfcheck_input *input)
{
    const struct question *question;
    const struct answer *answer;
    size_t position = 0;

    strbuf_add_text(out, "spf ");
    address_present(&input->ip, out);
    add_hex(out, input->sender);
    add_hex(out, input->helo);
    add_hex(out, input->receiver.n > 0 ? input->receiver : SLICE("unknown"));
    strbuf_add_char(out, '\n');
    while (view_each(view, &position, &question, &answer))
        if (question->server.family == 0 && answer->outcome != OUTCOME_PENDING)
            add_answer(out, view_run_arena(view), question, answer);
    strbuf_add_text(out, ".\n");
}

/* Ask for what libspf2 would have asked.  What is no name has no answer. */
static bool
ask_missing(struct view *view, const struct value *missing)
{
    bool pending = false;
    struct name name;

    for (size_t i = 0; i < value_count(missing); i++) {
        const struct value *question = value_element(missing, i);
        uint16_t type =
            rrtype_parse(slice_of(value_as_text(value_get(question, "type"))));

        if (type == 0
            || name_parse(&name,
                          slice_of(value_as_text(value_get(question, "name"))),
                          NULL)
                   != ST_OK)
            return false;
        view_lookup(view, &name, type);
        pending = true;
    }
    return pending;
}

void
spfsecond_ask(struct spfsecond *second, struct view *view,
              const struct spfcheck_input *input)
{
    struct strbuf request = STRBUF_INIT;
    unsigned rounds = 0;
    bool again = true;

    second->opinion = NULL;
    /* a view that answers at once is asked and asked again right here */
    while (again && second->client != NULL
           && rounds++ < SPFSECOND_ROUNDS_MAX) {
        strbuf_cut(&request, 0);
        put_request(&request, view, input);
        arena_reset(second->arena);
        second->opinion = NULL;
        if (request.n <= SECOND_REQUEST_MAX)
            second->opinion = second_client_ask(
                second->client, strbuf_slice(&request), second->arena);
        again = ask_missing(view, value_get(second->opinion, "missing"));
        second->is_pending = again && view_pending(view) > 0;
        if (second->is_pending)
            again = false;
    }
    if (again || second->is_pending)
        second->opinion = NULL;
    strbuf_clear(&request);
}

/* libspf2 calls what is no SPF syntax to it "(invalid)": a permerror. */
static const char *
result_of(const struct value *opinion)
{
    const char *word = value_as_text(value_get(opinion, "result"));

    return strcmp(word, "(invalid)") == 0 ? "permerror" : word;
}

static struct value *
opinion_value(struct arena *arena, const struct value *opinion)
{
    const struct value *errors = value_get(opinion, "errors");
    struct value *map, *list;

    if (value_is_null(value_get(opinion, "result")))
        return value_null(arena);
    map = value_map(arena);
    value_set(map, "result", value_text(arena, result_of(opinion)));
    value_set(
        map, "reason",
        value_text(arena, value_is_null(value_get(opinion, "reason"))
                              ? NULL
                              : value_as_text(value_get(opinion, "reason"))));
    list = value_set(map, "errors", value_list(arena));
    for (size_t i = 0; i < value_count(errors); i++)
        value_add(list,
                  value_text(arena, value_as_text(value_element(errors, i))));
    return map;
}

/* ---- what is made of it ---- */

/* Where a result and its report are put together. */
struct telling {
    struct report *report;        /* findings go here */
    struct arena *arena;          /* its memory */
    const struct spfcheck *check; /* our result */
};

static void
raise_differ(const struct telling *telling, const char *family,
             const char *what)
{
    const struct spfcheck *check = telling->check;
    struct finding *finding =
        report_add(telling->report, FIND_SPF_IMPLEMENTATIONS_DIFFER,
                   arena_printf(telling->arena, "%s.", check->domain));

    finding_word(finding, "domain", check->domain);
    finding_word(finding, "result", spfresult_word(check->result));
    finding_word(finding, "implementation", family);
    finding_word(finding, "difference", what);
}

/* "void lookups: no limit" */
static const char *
cell_text(const struct telling *telling, const struct families_table *table,
          size_t row, size_t column)
{
    return arena_printf(telling->arena, "%s: %s",
                        families_cell(table, row, FAMILIES_INPUT),
                        families_cell(table, row, column));
}

/* One cell of the table. */
static void
tell_family(const struct telling *telling, struct value *list,
            const struct families_table *table, size_t row, size_t column)
{
    struct arena *arena = telling->arena;
    const char *name = families_name(table, column);
    const char *seen = families_seen(table, column);
    const char *what = cell_text(telling, table, row, column);
    struct value *map = value_add(list, value_map(arena));

    value_set(map, "name", value_text(arena, name));
    value_set(map, "difference", value_text(arena, what));
    value_set(map, "seen", value_text(arena, seen));
    raise_differ(telling, name,
                 arena_printf(arena, "%s (as of %s)", what, seen));
}

/* Where libspf2 was asked the table says no more of it. */
static struct value *
tell_families(const struct telling *telling, unsigned cases, bool asked)
{
    const struct families_table *table = families_table(FAMILIES_SPF);
    struct value *list = value_list(telling->arena);

    for (unsigned i = 0; i < SPFFAMILY_COUNT; i++) {
        size_t row = families_row(table, spffamily_input(i));

        if ((cases & (1u << i)) == 0)
            continue;
        for (size_t k = FAMILIES_FIRST; k < table->columns; k++)
            if (families_departs(table, row, k)
                && (!asked || strcmp(families_name(table, k), "libspf2") != 0))
                tell_family(telling, list, table, row, k);
    }
    return list;
}

/* What the table knows of libspf2 in these cases, or NULL. */
static const char *
known_departure(const struct telling *telling, unsigned cases)
{
    const struct families_table *table = families_table(FAMILIES_SPF);

    for (unsigned i = 0; i < SPFFAMILY_COUNT; i++) {
        size_t row = families_row(table, spffamily_input(i));

        if ((cases & (1u << i)) == 0)
            continue;
        for (size_t k = FAMILIES_FIRST; k < table->columns; k++)
            if (families_departs(table, row, k)
                && strcmp(families_name(table, k), "libspf2") == 0)
                return cell_text(telling, table, row, k);
    }
    return NULL;
}

/* Why: what it complains of, else what is known of it, else its reason. */
static void
tell_opinion(const struct telling *telling, const struct value *opinion,
             unsigned cases)
{
    const char *result = value_as_text(value_get(opinion, "result"));
    const struct value *errors = value_get(opinion, "errors");
    const char *why = value_count(errors) > 0
                          ? value_as_text(value_element(errors, 0))
                          : known_departure(telling, cases);

    if (*result == '\0'
        || strcmp(result, spfresult_word(telling->check->result)) == 0)
        return;
    if (why == NULL)
        why = value_as_text(value_get(opinion, "reason"));
    raise_differ(telling, "libspf2",
                 arena_printf(telling->arena, "it answers %s%s%s", result,
                              *why == '\0' ? "" : ": ", why));
}

struct value *
spfsecond_others(const struct spfsecond *second, struct view *view,
                 struct report *report, const struct spfcheck *check)
{
    struct telling telling = {report, report_arena(report), check};
    struct value *others = value_map(telling.arena);
    struct value *opinion = opinion_value(telling.arena, second->opinion);
    unsigned cases = spffamily_cases(view, check);

    value_set(others, "libspf2", opinion);
    value_set(others, "families",
              tell_families(&telling, cases, !value_is_null(opinion)));
    tell_opinion(&telling, opinion, cases);
    return others;
}
