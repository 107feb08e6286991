/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One question put to a template, and its answer as a document and as
   text. */
#include "tools/templatetext.h"

#include "common/base/value.h"
#include "common/dns/answer.h"
#include "common/dns/question.h"
#include "common/dns/rcode.h"
#include "common/stunt/stuntanswer.h"

static const char *const sections[] = {"answer", "authority", "additional"};

static enum exit_status
read_operands(struct templatetext *text, const struct context *context)
{
    struct error err = ERROR_INIT;

    if (name_parse(&text->name, slice_of(context->operands[0]), &err) != ST_OK)
        return cmd_usage(context, "%s", err.text);
    text->type = rrtype_parse(slice_of(context->operands[1]));
    return text->type != 0
               ? EXIT_GOOD
               : cmd_usage(context, "'%s' is no type", context->operands[1]);
}

static void
ask(struct templatetext *text)
{
    text->result = ARENA_NEW(text->arena, struct stunt_result);
    stuntanswer(text->desk->template, &text->desk->binder, &text->name,
                text->type, text->result);
}

static struct value *
type_value(struct arena *arena, uint16_t type)
{
    struct strbuf word = STRBUF_INIT;
    struct value *value;

    rrtype_present(type, &word);
    value = value_slice(arena, strbuf_slice(&word));
    strbuf_clear(&word);
    return value;
}

static struct value *
record_value(struct arena *arena, const struct stunt_record *record)
{
    struct value *map = value_map(arena);
    struct strbuf data = STRBUF_INIT;
    struct record view = {
        .type = record->type,
        .data = {(const char *)record->data, record->size}
    };

    record_present(&view, &data);
    value_set(map, "name",
              value_text(arena, name_dotted(arena, &record->owner)));
    value_set(map, "type", type_value(arena, record->type));
    value_set(map, "ttl", value_number(arena, record->ttl));
    value_set(map, "data", value_slice(arena, strbuf_slice(&data)));
    strbuf_clear(&data);
    return map;
}

struct value *
templatetext_value(const struct templatetext *text, const char *command)
{
    struct arena *arena = text->arena;
    const struct stunt_result *result = text->result;
    struct value *document = value_map(arena), *lists[3];
    struct strbuf rcode = STRBUF_INIT;

    rcode_present(result->rcode, &rcode);
    value_set(document, "version", value_number(arena, 1));
    value_set(document, "command", value_text(arena, command));
    value_set(document, "name",
              value_text(arena, name_dotted(arena, &text->name)));
    value_set(document, "type", type_value(arena, text->type));
    value_set(document, "rcode", value_slice(arena, strbuf_slice(&rcode)));
    value_set(document, "authoritative",
              value_bool(arena, result->authoritative));
    for (size_t i = 0; i < 3; i++)
        lists[i] = value_set(document, sections[i], value_list(arena));
    for (unsigned i = 0; i < result->count; i++)
        value_add(lists[result->records[i].section],
                  record_value(arena, &result->records[i]));
    strbuf_clear(&rcode);
    return document;
}

void
templatetext_draw(const struct value *document, struct strbuf *out)
{
    strbuf_addf(out, ";; %s%s\n", value_as_text(value_get(document, "rcode")),
                value_as_bool(value_get(document, "authoritative"))
                    ? ", authoritative"
                    : "");
    for (size_t i = 0; i < 3; i++) {
        const struct value *list = value_get(document, sections[i]);

        if (value_count(list) > 0)
            strbuf_addf(out, ";; %s\n", sections[i]);
        for (size_t k = 0; k < value_count(list); k++) {
            const struct value *record = value_element(list, k);

            strbuf_addf(out, "%s %lld IN %s %s\n",
                        value_as_text(value_get(record, "name")),
                        (long long)value_as_number(value_get(record, "ttl")),
                        value_as_text(value_get(record, "type")),
                        value_as_text(value_get(record, "data")));
        }
    }
}

static enum exit_status
exit_of(const struct templatetext *text)
{
    const struct stunt_result *result = text->result;

    if (result->rcode == STUNT_SERVFAIL)
        return EXIT_UNKNOWN;
    return result->rcode == STUNT_NOERROR
                   && (result->is_referral
                       || (result->count > 0
                           && result->records[0].section == STUNT_ANSWER))
               ? EXIT_GOOD
               : EXIT_FOUND;
}

static void
print(const struct templatetext *text, const struct templatetext_form *form)
{
    struct value *document = form->describe(text);
    struct strbuf out = STRBUF_INIT;

    if (form->is_json) {
        value_json(document, 2, &out);
        strbuf_add_char(&out, '\n');
    } else {
        form->draw(document, &out);
    }
    output_write(strbuf_slice(&out));
    strbuf_clear(&out);
}

enum exit_status
templatetext_run(const struct context *context,
                 const struct templatedesk_options *options,
                 const struct templatetext_form *form)
{
    struct templatedesk desk = {0};
    struct templatetext text = {.desk = &desk};
    enum exit_status exit_status = read_operands(&text, context);

    if (exit_status != EXIT_GOOD)
        return exit_status;
    text.arena = arena_new();
    exit_status =
        templatedesk_open(&desk, context, options, TEMPLATEDESK_VIEW);
    if (exit_status == EXIT_GOOD) {
        ask(&text);
        print(&text, form);
        exit_status = exit_of(&text);
    }
    templatedesk_close(&desk);
    arena_free(text.arena);
    return exit_status;
}
