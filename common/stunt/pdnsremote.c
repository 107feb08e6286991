/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The remote back-end of PowerDNS: a JSON request to a JSON answer. */
#include "common/base/value.h"
#include "common/dns/answer.h"
#include "common/stunt/pdns.h"

/* Where records go. */
struct reply {
    struct arena *arena; /* of the request */
    struct value *list;  /* of records */
};

static struct value *
text_of(struct reply *reply, const struct strbuf *text)
{
    return value_slice(reply->arena, strbuf_slice(text));
}

static void
add_record(struct reply *reply, const struct pdns_record *given,
           const char *type, const struct strbuf *content)
{
    struct strbuf name = STRBUF_INIT;
    struct value *map = value_add(reply->list, value_map(reply->arena));

    name_present(given->name, &name);
    value_set(map, "qtype", value_text(reply->arena, type));
    value_set(map, "qname", text_of(reply, &name));
    value_set(map, "content", text_of(reply, content));
    value_set(map, "ttl", value_number(reply->arena, given->ttl));
    value_set(map, "auth", value_bool(reply->arena, true));
    strbuf_clear(&name);
}

static void
give(void *context, const struct pdns_record *given)
{
    struct record record = {.type = given->type, .data = given->data};
    struct strbuf type = STRBUF_INIT, content = STRBUF_INIT;

    rrtype_present(given->type, &type);
    record_present(&record, &content);
    add_record(context, given, type.p, &content);
    strbuf_clear(&type);
    strbuf_clear(&content);
}

/* A name that exists only through names below it is a record of no type. */
static void
give_empty(struct reply *reply, const struct name *name)
{
    struct strbuf content = STRBUF_INIT;
    struct pdns_record empty = {.name = name};

    strbuf_add_text(&content, "");
    add_record(reply, &empty, "", &content);
    strbuf_clear(&content);
}

/* NULL: it cannot be told. */
static struct value *
lookup(struct pdns *pdns, const struct value *parameters)
{
    struct reply reply = {pdns_arena(pdns), NULL};
    struct slice word =
        slice_of(value_as_text(value_get(parameters, "qtype")));
    struct slice text =
        slice_of(value_as_text(value_get(parameters, "qname")));
    uint16_t type = rrtype_parse(word);
    struct name name;

    reply.list = value_list(reply.arena);
    if (type == 0 || text.n == 0 || name_parse(&name, text, NULL) != ST_OK)
        return value_bool(reply.arena, false);
    switch (pdns_lookup(pdns, &name, type, give, &reply)) {
    case PDNS_FAILED:
        return NULL;
    case PDNS_EMPTY:
        if (type == RR_ANY)
            give_empty(&reply, &name);
        break;
    case PDNS_NONE:
    case PDNS_RECORDS:
        break;
    }
    return reply.list;
}

static struct value *
describe(struct pdns *pdns, size_t id, const struct name *name)
{
    struct arena *arena = pdns_arena(pdns);
    struct value *map = value_map(arena);
    struct strbuf text = STRBUF_INIT;

    name_present(name, &text);
    value_set(map, "id", value_number(arena, (int64_t)id));
    value_set(map, "zone", value_slice(arena, strbuf_slice(&text)));
    value_set(map, "kind", value_text(arena, "native"));
    value_set(map, "serial", value_number(arena, 1));
    strbuf_clear(&text);
    return map;
}

static struct value *
domain_info(struct pdns *pdns, const struct value *parameters)
{
    struct slice text = slice_of(value_as_text(value_get(parameters, "name")));
    const struct name *origin;
    size_t id = 0; /* the place in the file, from 1 */
    struct name name;

    if (text.n == 0 || name_parse(&name, text, NULL) != ST_OK)
        return value_bool(pdns_arena(pdns), false);
    while (pdns_each_zone(pdns, &id, &origin))
        if (name_equal(origin, &name))
            return describe(pdns, id, &name);
    return value_bool(pdns_arena(pdns), false);
}

static struct value *
all_domains(struct pdns *pdns, const struct value *parameters)
{
    struct value *list = value_list(pdns_arena(pdns));

    const struct name *origin;
    size_t id = 0;

    (void)parameters;
    while (pdns_each_zone(pdns, &id, &origin))
        value_add(list, describe(pdns, id, origin));
    return list;
}

static struct value *
say_true(struct pdns *pdns, const struct value *parameters)
{
    (void)parameters;
    return value_bool(pdns_arena(pdns), true);
}

static struct value *
no_metadata(struct pdns *pdns, const struct value *parameters)
{
    (void)parameters;
    return value_map(pdns_arena(pdns));
}

static struct value *
no_values(struct pdns *pdns, const struct value *parameters)
{
    (void)parameters;
    return value_list(pdns_arena(pdns));
}

static const struct {
    const char *name; /* of the method */
    struct value *(*run)(struct pdns *pdns, const struct value *parameters);
} methods[] = {
    {"lookup",               lookup     },
    {"getDomainInfo",        domain_info},
    {"getAllDomains",        all_domains},
    {"getAllDomainMetadata", no_metadata},
    {"getDomainMetadata",    no_values  },
    {"initialize",           say_true   },
};

bool
pdns_remote(struct pdns *pdns, struct slice json, struct strbuf *out)
{
    struct arena *arena = pdns_arena(pdns);
    struct value *request, *reply, *result = NULL;
    struct slice method;
    bool is_known = false;

    arena_reset(arena);
    if (value_parse(arena, json, &request, NULL) != ST_OK)
        return false;
    pdns_look(pdns);
    method = slice_of(value_as_text(value_get(request, "method")));
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
        if (slice_equal(method, slice_of(methods[i].name))) {
            is_known = true;
            result = methods[i].run(pdns, value_get(request, "parameters"));
        }
    if (!is_known)
        result = value_bool(arena, false);
    if (result == NULL)
        return false;
    reply = value_map(arena);
    value_set(reply, "result", result);
    value_json(reply, 0, out);
    strbuf_add_text(out, "\n");
    return true;
}
