/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second opinion on an SPF check, and what other implementations are
   known to make of it. */
#include "tools/spfsecond.h"

#include <string.h>

#include "common/spf/spffamily.h"
#include "tools/second.h"

void
spfsecond_open(struct spfsecond *second, bool wanted)
{
    *second = (struct spfsecond){.arena = arena_new()};
    if (wanted)
        second->client = second_client_new();
}

void
spfsecond_close(struct spfsecond *second)
{
    second_client_free(second->client);
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

static void
raise_differ(struct spfdesk *desk, const struct spfcheck *check,
             const char *family, const char *what)
{
    struct finding *finding =
        report_add(desk->report, FIND_SPF_IMPLEMENTATIONS_DIFFER,
                   arena_printf(desk->arena, "%s.", check->domain));

    finding_word(finding, "domain", check->domain);
    finding_word(finding, "result", spfresult_word(check->result));
    finding_word(finding, "implementation", family);
    finding_word(finding, "difference", what);
}

/* Where libspf2 was asked the table says no more of it. */
static void
report_families(struct spfdesk *desk, const struct spfcheck *check,
                struct value *list, bool asked)
{
    unsigned cases = spffamily_cases(desk->view, check);
    struct arena *arena = desk->arena;
    const struct spffamily *table;
    size_t count;

    table = spffamily_table(&count);
    for (size_t i = 0; i < count; i++) {
        struct value *map;

        if ((cases & (1u << table[i].when)) == 0
            || (asked && strcmp(table[i].name, "libspf2") == 0))
            continue;
        map = value_add(list, value_map(arena));
        value_set(map, "name", value_text(arena, table[i].name));
        value_set(map, "difference", value_text(arena, table[i].what));
        value_set(map, "seen", value_text(arena, table[i].seen));
        raise_differ(desk, check, table[i].name,
                     arena_printf(arena, "%s (as of %s)", table[i].what,
                                  table[i].seen));
    }
}

static void
report_opinion(struct spfdesk *desk, const struct spfcheck *check,
               const struct value *opinion)
{
    const char *result = value_as_text(value_get(opinion, "result"));
    const struct value *errors = value_get(opinion, "errors");
    const char *why = value_count(errors) > 0
                          ? value_as_text(value_element(errors, 0))
                          : value_as_text(value_get(opinion, "reason"));

    if (*result == '\0' || strcmp(result, spfresult_word(check->result)) == 0)
        return;
    raise_differ(desk, check, "libspf2",
                 arena_printf(desk->arena, "it answers %s%s%s", result,
                              *why == '\0' ? "" : ": ", why));
}

void
spfsecond_report(struct spfsecond *second, struct spfdesk *desk,
                 struct value *document, const struct spfcheck *check)
{
    struct value *others = value_map(desk->arena);
    struct value *opinion = opinion_value(desk->arena, second->opinion);

    value_set(others, "libspf2", opinion);
    report_families(desk, check,
                    value_set(others, "families", value_list(desk->arena)),
                    !value_is_null(opinion));
    report_opinion(desk, check, opinion);
    value_set(document, "others", others);
}
