/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compiling a template: zone text with placeholders into a tree. */
#include <stdlib.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/base/strbuf.h"
#include "common/dns/zonescan.h"
#include "common/template/templatelook.h"
#include "common/template/templateparser.h"

/* Seconds, where the text has no $TTL. */
#define DEFAULT_TTL 3600

enum status
templateparser_refuse(const struct templateparser *parser, struct error *err,
                      const char *why)
{
    return zonetext_error(err, parser->file, parser->line, 0, "%s", why);
}

enum template_kind
templateparser_kind(struct slice name)
{
    static const char *const words[] = {"customer", "token", "selector"};

    for (int kind = 0; kind < TEMPLATE_ANY; kind++)
        if (slice_equal(name, slice_of(words[kind])))
            return (enum template_kind)kind;
    return TEMPLATE_ANY;
}

struct slice
templateparser_keep(struct template *template, struct slice s)
{
    return s.n == 0 ? SLICE_EMPTY : arena_slice(template->arena, s);
}

static struct template_record *
append_record(struct template *template, struct template_node *owner,
              const struct zonescan_record *scanned)
{
    struct template_record *record =
        ARENA_NEW(template->arena, struct template_record);
    struct template_record **tail = &owner->records;

    record->type = scanned->type;
    record->ttl = scanned->ttl;
    record->line = (unsigned)scanned->line;
    while (*tail != NULL)
        tail = &(*tail)->next;
    *tail = record;
    if (scanned->type == RR_NS && owner != template->apex)
        owner->is_cut = true;
    if (scanned->type == RR_DNAME)
        owner->is_moved = true;
    return record;
}

static enum status
take_record(void *context, const struct zonescan_record *scanned,
            struct error *err)
{
    struct templateparser *parser = context;
    struct template_record *record;
    struct template_node *owner = NULL;
    const char *fault;
    enum status st;

    parser->line = scanned->line;
    if (++parser->records > TEMPLATE_RECORDS_MAX)
        return templateparser_refuse(parser, err,
                                     "too many records for a template");
    st = templateowner_find(parser, &scanned->owner, &owner, err);
    if (st != ST_OK)
        return st;
    record = append_record(parser->template, owner, scanned);
    fault = !parser->takes_clash && templatecheck_clash(owner, record)
                ? "a CNAME beside other data at one owner"
                : templatecheck_record(parser->template, owner, record);
    if (fault != NULL)
        return templateparser_refuse(parser, err, fault);
    return templatedata_read(parser, owner, scanned->data, record, err);
}

static enum status
skip_mark(void *context, const struct zonescan_mark *mark, struct error *err)
{
    (void)context;
    (void)mark;
    (void)err;
    return ST_OK; /* a comment like any other */
}

static enum status
refuse_include(void *context, const struct zonescan_include *include,
               struct error *err)
{
    struct templateparser *parser = context;

    parser->line = include->line;
    return templateparser_refuse(parser, err,
                                 "$INCLUDE is refused in a template");
}

static struct template *
new_template(const struct name *origin)
{
    struct arena *arena = arena_new();
    struct template *template = ARENA_NEW(arena, struct template);

    template->arena = arena;
    template->origin = *origin;
    template->apex = ARENA_NEW(arena, struct template_node);
    template->apex->text = name_dotted(arena, origin);
    template->first = template->last = template->apex;
    return template;
}

/* What only shows once all of it is there. */
static enum status
check_whole(struct templateparser *parser, struct error *err)
{
    unsigned line = 0;
    const char *fault = templatecheck_whole(parser->template, &line);

    if (fault == NULL)
        return ST_OK;
    parser->line = line;
    return line > 0 ? templateparser_refuse(parser, err, fault)
                    : error_set(err, ST_SYNTAX, "'%s' %s '%s'", parser->file,
                                fault, parser->template->apex->text);
}

static enum status
scan(struct templateparser *parser, struct slice text, struct error *err)
{
    struct strbuf hidden = STRBUF_INIT;
    struct zonescan_sink sink = {take_record, skip_mark, refuse_include,
                                 parser};
    struct zonescan_input input = {.file = parser->file,
                                   .origin = &parser->template->origin,
                                   .ttl = DEFAULT_TTL};
    enum status st = templateholes_hide(&parser->holes, text, &hidden);

    if (st != ST_OK) {
        st = error_set(err, ST_SYNTAX,
                       "'%s' has more than %d different placeholders",
                       parser->file, TEMPLATEHOLES_MAX);
    } else {
        input.text = strbuf_slice(&hidden);
        st = zonescan_run(&input, &sink, err);
        if (st == ST_SYNTAX && err != NULL)
            templateholes_reveal(&parser->holes, text, err);
    }
    strbuf_clear(&hidden);
    return st;
}

static enum status
parse(const char *file, struct slice text, const struct name *origin,
      bool takes_clash, struct template **out, struct error *err)
{
    struct templateparser *parser = memory_zeroed(1, sizeof(*parser));
    enum status st;

    parser->file = file;
    parser->takes_clash = takes_clash;
    parser->template = new_template(origin);
    st = text.n > TEMPLATE_SIZE_MAX ? error_set(
             err, ST_RANGE, "'%s' is too large for a template", file)
                                    : scan(parser, text, err);
    if (st == ST_OK)
        st = check_whole(parser, err);
    if (st == ST_OK) {
        templateowner_reserve(parser->template);
        *out = parser->template;
    } else {
        template_free(parser->template);
    }
    free(parser);
    return st;
}

enum status
template_parse(const char *file, struct slice text, const struct name *origin,
               struct template **out, struct error *err)
{
    return parse(file, text, origin, false, out, err);
}

enum status
templatelook_parse(const char *file, struct slice text,
                   const struct name *origin, struct template **out,
                   struct error *err)
{
    return parse(file, text, origin, true, out, err);
}

enum status
template_read(const char *path, const struct name *origin,
              struct template **out, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    enum status st = file_read(path, TEMPLATE_SIZE_MAX, &text, err);

    if (st == ST_OK)
        st = template_parse(path, strbuf_slice(&text), origin, out, err);
    strbuf_clear(&text);
    return st;
}
