/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading regexdns files: lines into rules, and what the whole may not be. */
#include "common/template/regexdns.h"

#include <stdlib.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/base/strbuf.h"
#include "common/dns/zonescan.h"
#include "common/template/regexdnstree.h"
#include "common/template/templateparser.h"

#define TTL_MAX INT32_MAX /* RFC 2181 section 8 */

enum status
regexdns_refuse(const struct regexdnsparser *parser, struct error *err,
                const char *why)
{
    return zonetext_error(err, parser->file, parser->line, 0, "%s", why);
}

/* ---- lines ---- */

static bool
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}

/* The next word of *rest, and the blanks behind it. */
static struct slice
take_word(struct slice *rest)
{
    struct slice word = {rest->p, 0};

    while (word.n < rest->n && !is_space(rest->p[word.n]))
        word.n++;
    *rest = slice_from(*rest, word.n);
    while (rest->n > 0 && is_space(rest->p[0]))
        *rest = slice_from(*rest, 1);
    return word;
}

/* The type is as many capitals as there are; data may follow at once. */
static void
take_type(struct slice *rest, struct slice *type)
{
    *type = (struct slice){rest->p, 0};
    while (type->n < rest->n && rest->p[type->n] >= 'A'
           && rest->p[type->n] <= 'Z')
        type->n++;
    *rest = slice_from(*rest, type->n);
    while (rest->n > 0 && is_space(rest->p[0]))
        *rest = slice_from(*rest, 1);
}

static enum status
split_line(const struct regexdnsparser *parser, struct slice text,
           struct regexdnsline *line, struct error *err)
{
    struct slice rest = slice_trim(text), class;
    uint64_t ttl;

    line->owner = take_word(&rest);
    line->ttl = take_word(&rest);
    class = take_word(&rest);
    take_type(&rest, &line->type);
    line->data = rest;
    if (!slice_number(line->ttl, UINT64_MAX, &ttl))
        return regexdns_refuse(parser, err,
                               "not of the form OWNER TTL IN TYPE DATA: the "
                               "second word is no TTL");
    if (ttl > TTL_MAX)
        return regexdns_refuse(parser, err, "a TTL of more than 68 years");
    if (!slice_equal(class, SLICE("IN")))
        return regexdns_refuse(parser, err,
                               "not of the form OWNER TTL IN TYPE DATA: the "
                               "third word is not IN");
    if (line->type.n == 0 || rest.n == 0)
        return regexdns_refuse(parser, err,
                               "not of the form OWNER TTL IN TYPE DATA: type "
                               "or data is missing");
    return ST_OK;
}

/* The final dot is no part of it, escaped or not. */
static struct slice
bare_owner(struct slice owner)
{
    if (slice_ends(owner, SLICE("\\.")))
        owner = slice_sub(owner, 0, owner.n - 2);
    return slice_ends(owner, SLICE(".")) ? slice_sub(owner, 0, owner.n - 1)
                                         : owner;
}

/* ---- rules ---- */

static void
add_rule(struct template *template, struct regexdns_rule *rule)
{
    struct regexdns *rules = template->rules;
    struct slice key = name_key(&rule->name);

    rule->number = rules->count++;
    if (rule->form == REGEXDNS_NAME) {
        /* Of two spellings of one name the first counts. */
        if (table_get(rules->names, key) == NULL)
            table_put(rules->names, key, rule->node);
    } else {
        rules->rules = arena_grow(template->arena, rules->rules,
                                  rules->rule_count, sizeof(*rules->rules));
        rules->rules[rules->rule_count++] = rule->node;
    }
    rules->has_free |= rule->form == REGEXDNS_FREE;
    if (template->last == NULL)
        template->first = rule->node;
    else
        template->last->next = rule->node;
    template->last = rule->node;
}

/* The node of that owner as it is written, made where it is not there. */
static enum status
find_rule(struct regexdnsparser *parser, struct slice owner,
          struct template_node **out, struct error *err)
{
    struct arena *arena = parser->template->arena;
    struct template_node *node = table_get(parser->owners, owner);
    struct regexdns_rule *rule;
    enum status st;

    *out = node;
    if (node != NULL)
        return ST_OK;
    if (parser->template->rules->count == REGEXDNS_RULES_MAX)
        return regexdns_refuse(parser, err, "too many owners");
    node = ARENA_NEW(arena, struct template_node);
    rule = ARENA_NEW(arena, struct regexdns_rule);
    rule->node = node;
    rule->line = parser->line;
    node->rule = rule;
    node->text = arena_text(arena, owner);
    /* In place before it is read: what was compiled is found by the end. */
    table_put(parser->owners, owner, node);
    if ((st = regexdnsowner_read(parser, owner, rule, err)) != ST_OK) {
        rule->form = REGEXDNS_FREE;
        add_rule(parser->template, rule);
        return st;
    }
    if (rule->form != REGEXDNS_NAME)
        node->kinds = 1u << TEMPLATE_ANY;
    add_rule(parser->template, rule);
    *out = node;
    return ST_OK;
}

enum status
regexdns_append(struct regexdnsparser *parser, struct template_node *node,
                uint16_t type, uint32_t ttl, struct template_record **out,
                struct error *err)
{
    struct template_record *record =
        ARENA_NEW(parser->template->arena, struct template_record);
    struct template_record **tail = &node->records;
    unsigned same = 1;

    *record = (struct template_record){
        .type = type, .ttl = ttl, .line = parser->line};
    /* Of different TTLs the least: RFC 2181 section 5.2. */
    for (; *tail != NULL; tail = &(*tail)->next) {
        if ((*tail)->type != type)
            continue;
        same++;
        if ((*tail)->ttl < record->ttl)
            record->ttl = (*tail)->ttl;
        (*tail)->ttl = record->ttl;
    }
    if (same > TEMPLATE_RRSET_MAX)
        return regexdns_refuse(parser, err,
                               "too many records of one type for one answer");
    if (same > 1 && (type == RR_SOA || type == RR_CNAME || type == RR_DNAME))
        return regexdns_refuse(parser, err,
                               "a second record of a type that a name has "
                               "once (RFC 2181 section 10.1)");
    *tail = record;
    node->rule->has_ns |= type == RR_NS;
    node->rule->has_dname |= type == RR_DNAME;
    *out = record;
    return ST_OK;
}

static void
add_zone(struct template *template, struct template_node *node)
{
    struct regexdns *rules = template->rules;
    struct regexdns_zone *zone;

    rules->zones = arena_grow(template->arena, rules->zones, rules->zone_count,
                              sizeof(*rules->zones));
    zone = &rules->zones[rules->zone_count++];
    *zone = (struct regexdns_zone){node->rule->name, node};
    if (rules->zone_count == 1) {
        template->origin = zone->origin;
        template->apex = node;
    }
}

/* ---- the text ---- */

static enum status
read_line(struct regexdnsparser *parser, struct slice text, struct error *err)
{
    struct regexdnsline line;
    struct template_node *node = NULL;
    enum status st;

    parser->lines = arena_grow(parser->template->arena, parser->lines,
                               parser->line_count, sizeof(*parser->lines));
    parser->lines[parser->line_count++] = NULL;
    text = slice_trim(text);
    if (text.n == 0 || text.p[0] == ';')
        return ST_OK;
    if ((st = split_line(parser, text, &line, err)) != ST_OK
        || (st = find_rule(parser, bare_owner(line.owner), &node, err))
               != ST_OK)
        return st;
    parser->lines[parser->line_count - 1] = node;
    return regexdnsdata_hide(parser, &line, node, err);
}

static enum status
take_record(void *context, const struct zonescan_record *scanned,
            struct error *err)
{
    struct regexdnsparser *parser = context;
    struct template_node *node = parser->lines[scanned->line - 1];
    struct template_record *record = NULL;
    const char *fault;
    enum status st;

    parser->line = (unsigned)scanned->line;
    if ((fault = templatecheck_type(scanned->type)) != NULL)
        return regexdns_refuse(parser, err, fault);
    st = regexdns_append(parser, node, scanned->type, scanned->ttl, &record,
                         err);
    if (st == ST_OK)
        st = regexdnsdata_read(parser, node, scanned->data, record, err);
    if (st == ST_OK && scanned->type == RR_SOA
        && node->rule->form == REGEXDNS_NAME)
        add_zone(parser->template, node);
    return st;
}

static enum status
skip_mark(void *context, const struct zonescan_mark *mark, struct error *err)
{
    (void)context;
    (void)mark;
    (void)err;
    return ST_OK;
}

static enum status
skip_include(void *context, const struct zonescan_include *include,
             struct error *err)
{
    (void)context;
    (void)include;
    return error_set(err, ST_SYNTAX, "$INCLUDE"); /* no line begins so */
}

/* The zone reader's sentence without the column, which is not the file's,
   and with the groups' numbers for stand-ins. */
static void
reveal(const struct regexdnsparser *parser, struct error *err)
{
    struct strbuf out = STRBUF_INIT;
    const char *column = strstr(err->text, ", column ");
    struct slice rest = slice_of(err->text), run;
    size_t position = 0, hole;

    if (column != NULL) {
        strbuf_add(&out, err->text, (size_t)(column - err->text));
        rest = slice_of(column + strcspn(column, ":"));
    }
    while (templateholes_next(&parser->holes, rest, &position, &run, &hole))
        if (hole == parser->holes.count)
            strbuf_add_slice(&out, run);
        else
            strbuf_addf(&out, "${%.*s}",
                        SLICE_ARGS(parser->holes.names[hole]));
    error_set(err, ST_SYNTAX, "%s", out.p);
    strbuf_clear(&out);
}

static enum status
scan_records(struct regexdnsparser *parser, struct error *err)
{
    struct zonescan_sink sink = {take_record, skip_mark, skip_include, parser};
    struct zonescan_input input = {.file = parser->file,
                                   .text = strbuf_slice(&parser->hidden),
                                   .origin = &name_root};
    enum status st = zonescan_run(&input, &sink, err);

    if (st != ST_OK && err != NULL)
        reveal(parser, err);
    return st;
}

/* Has it NS or DNAME records that concern names below it? */
static bool
stands_above(const struct template *template, const struct regexdns_rule *rule)
{
    const struct regexdns_zone *zone =
        rule->form == REGEXDNS_NAME ? regexdnsmatch_zone(template, &rule->name)
                                    : NULL;

    return rule->has_dname
           || (rule->has_ns
               && (zone == NULL || !name_equal(&zone->origin, &rule->name)));
}

/* What exists through names below it. */
static void
note_above(struct template *template)
{
    struct regexdns *rules = template->rules;
    struct slice key;
    size_t position = 0;
    void *node;

    while (table_each(rules->names, &position, &key, &node)) {
        struct name name = ((struct template_node *)node)->rule->name;

        while (name_parent(&name, &name)
               && table_put(rules->above, name_key(&name), node) == NULL)
            continue;
    }
    for (const struct template_node *each = template->first; each != NULL;
         each = each->next)
        rules->has_above |= stands_above(template, each->rule);
}

static enum status
read_whole(struct regexdnsparser *parser, struct slice text, struct error *err)
{
    struct slice line;
    enum status st = ST_OK;

    templateholes_begin(&parser->holes, text);
    while (st == ST_OK && slice_next(&text, '\n', &line)) {
        parser->line++;
        st = read_line(parser, line, err);
        strbuf_add_char(&parser->hidden, '\n');
    }
    if (st == ST_OK)
        st = scan_records(parser, err);
    if (st == ST_OK && parser->template->rules->zone_count == 0)
        st = error_set(err, ST_SYNTAX,
                       "'%s' has no SOA record at a name: it serves no zone",
                       parser->file);
    return st;
}

static struct template *
new_template(void)
{
    struct arena *arena = arena_new();
    struct template *template = ARENA_NEW(arena, struct template);

    template->arena = arena;
    template->rules = ARENA_NEW(arena, struct regexdns);
    template->rules->names = table_new();
    template->rules->above = table_new();
    return template;
}

enum status
regexdns_parse(const char *file, struct slice text, struct template **out,
               struct error *err)
{
    struct regexdnsparser *parser = memory_zeroed(1, sizeof(*parser));
    enum status st;

    parser->file = file;
    parser->template = new_template();
    parser->owners = table_new();
    parser->hidden = (struct strbuf)STRBUF_INIT;
    st = text.n > REGEXDNS_SIZE_MAX
             ? error_set(err, ST_RANGE, "'%s' is too large", file)
             : read_whole(parser, text, err);
    if (st == ST_OK) {
        note_above(parser->template);
        *out = parser->template;
    } else {
        template_free(parser->template);
    }
    table_free(parser->owners);
    strbuf_clear(&parser->hidden);
    free(parser);
    return st;
}

enum status
regexdns_read(const char *path, struct template **out, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    enum status st = file_read(path, REGEXDNS_SIZE_MAX, &text, err);

    if (st == ST_OK)
        st = regexdns_parse(path, strbuf_slice(&text), out, err);
    strbuf_clear(&text);
    return st;
}
