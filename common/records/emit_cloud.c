/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records as bodies of change requests: PowerDNS, Route 53, Cloudflare, Google
   Cloud DNS, Azure. */
#include "common/base/value.h"
#include "common/dns/answer.h"
#include "common/records/emit.h"

static struct value *
name_value(struct arena *arena, const struct name *name)
{
    return value_text(arena, name_dotted(arena, name));
}

static struct value *
type_value(struct arena *arena, uint16_t type)
{
    struct strbuf text = STRBUF_INIT;
    struct value *value;

    rrtype_present(type, &text);
    value = value_slice(arena, strbuf_slice(&text));
    strbuf_clear(&text);
    return value;
}

static struct value *
data_value(struct arena *arena, const struct plan_record *record)
{
    struct strbuf text = STRBUF_INIT;
    struct value *value;

    emit_data(record, &text);
    value = value_slice(arena, strbuf_slice(&text));
    strbuf_clear(&text);
    return value;
}

/* One element of the list that the body is. */
static void
add_element(struct emit_state *state, const struct value *element)
{
    strbuf_add_text(state->out, state->elements++ == 0 ? "\n" : ",\n");
    value_json(element, 0, state->out);
}

/* ---- PowerDNS: PATCH /api/v1/servers/localhost/zones/ZONE ---- */

static void
pdnsapi_begin(struct emit_state *state)
{
    strbuf_add_text(state->out, "{\"rrsets\":[");
}

static void
end_list(struct emit_state *state)
{
    strbuf_add_text(state->out, "\n]}\n");
}

static void
pdnsapi_rrset(struct emit_state *state, const struct emit_rrset *rrset)
{
    const struct plan_record *first = rrset->records[0];
    struct arena *arena = arena_new();
    struct value *map = value_map(arena);
    struct value *records;

    value_set(map, "name", name_value(arena, &first->owner));
    value_set(map, "type", type_value(arena, first->type));
    value_set(map, "ttl", value_number(arena, first->ttl));
    value_set(map, "changetype", value_text(arena, "REPLACE"));
    records = value_set(map, "records", value_list(arena));
    for (size_t i = 0; i < rrset->count; i++) {
        struct value *one = value_add(records, value_map(arena));

        value_set(one, "content", data_value(arena, rrset->records[i]));
        value_set(one, "disabled", value_bool(arena, false));
    }
    add_element(state, map);
    arena_free(arena);
}

const struct emitter emit_pdnsapi = {.name = "pdns-api",
                                     .begin = pdnsapi_begin,
                                     .rrset = pdnsapi_rrset,
                                     .end = end_list,
                                     .is_ours = true};

/* ---- Route 53: ChangeResourceRecordSets ---- */

/* Its escapes are octal, \101, where RFC 1035 has decimal ones. */
static struct value *
octal_value(struct arena *arena, const struct value *text)
{
    struct strbuf out = STRBUF_INIT;
    struct value *value;

    for (const char *p = value_as_text(text); *p != '\0'; p++) {
        if (p[0] != '\\' || p[1] < '0' || p[1] > '9') {
            strbuf_add_char(&out, *p);
            if (*p == '\\')
                strbuf_add_char(&out, *++p);
            continue;
        }
        strbuf_addf(
            &out, "\\%03o",
            (unsigned)((p[1] - '0') * 100 + (p[2] - '0') * 10 + p[3] - '0'));
        p += 3;
    }
    value = value_slice(arena, strbuf_slice(&out));
    strbuf_clear(&out);
    return value;
}

static void
route53_begin(struct emit_state *state)
{
    strbuf_add_text(state->out, "{\"Changes\":[");
}

static void
route53_rrset(struct emit_state *state, const struct emit_rrset *rrset)
{
    const struct plan_record *first = rrset->records[0];
    struct arena *arena = arena_new();
    struct value *map = value_map(arena);
    struct value *set, *records;

    value_set(map, "Action", value_text(arena, "UPSERT"));
    set = value_set(map, "ResourceRecordSet", value_map(arena));
    value_set(set, "Name",
              octal_value(arena, name_value(arena, &first->owner)));
    value_set(set, "Type", type_value(arena, first->type));
    value_set(set, "TTL", value_number(arena, first->ttl));
    records = value_set(set, "ResourceRecords", value_list(arena));
    for (size_t i = 0; i < rrset->count; i++)
        value_set(value_add(records, value_map(arena)), "Value",
                  octal_value(arena, data_value(arena, rrset->records[i])));
    if (!emit_is_apex(rrset))
        add_element(state, map);
    arena_free(arena);
}

const struct emitter emit_route53 = {.name = "route53",
                                     .begin = route53_begin,
                                     .rrset = route53_rrset,
                                     .end = end_list};

/* ---- Google Cloud DNS: changes.create ---- */

static void
google_begin(struct emit_state *state)
{
    strbuf_add_text(state->out, "{\"kind\":\"dns#change\",\"additions\":[");
}

static void
google_rrset(struct emit_state *state, const struct emit_rrset *rrset)
{
    const struct plan_record *first = rrset->records[0];
    struct arena *arena = arena_new();
    struct value *map = value_map(arena);
    struct value *records;

    value_set(map, "kind", value_text(arena, "dns#resourceRecordSet"));
    value_set(map, "name", name_value(arena, &first->owner));
    value_set(map, "type", type_value(arena, first->type));
    value_set(map, "ttl", value_number(arena, first->ttl));
    records = value_set(map, "rrdatas", value_list(arena));
    for (size_t i = 0; i < rrset->count; i++)
        value_add(records, data_value(arena, rrset->records[i]));
    if (!emit_is_apex(rrset))
        add_element(state, map);
    arena_free(arena);
}

const struct emitter emit_google = {.name = "google",
                                    .begin = google_begin,
                                    .rrset = google_rrset,
                                    .end = end_list};

/* ---- Cloudflare: POST /zones/ID/dns_records/batch ---- */

static void
cloudflare_begin(struct emit_state *state)
{
    strbuf_add_text(state->out, "{\"posts\":[");
}

/* Fields of the presentation form, from left to right. */
static struct slice
next_field(struct slice *rest)
{
    struct slice field = SLICE_EMPTY;

    slice_next(rest, ' ', &field);
    return field;
}

static struct value *
number_field(struct arena *arena, struct slice *rest)
{
    uint64_t number = 0;

    slice_number(next_field(rest), UINT16_MAX, &number);
    return value_number(arena, (int64_t)number);
}

/* A name without its final dot. */
static struct value *
bare_field(struct arena *arena, struct slice *rest)
{
    struct slice field = next_field(rest);

    if (field.n > 1 && slice_ends(field, SLICE(".")))
        field.n--;
    return value_slice(arena, field);
}

static void
add_srv(struct arena *arena, struct slice *rest, struct value *map)
{
    value_set(map, "priority", number_field(arena, rest));
    value_set(map, "weight", number_field(arena, rest));
    value_set(map, "port", number_field(arena, rest));
    value_set(map, "target", bare_field(arena, rest));
}

static void
cloudflare_data(struct arena *arena, const struct plan_record *record,
                struct value *map)
{
    const struct value *text = data_value(arena, record);
    struct slice rest = slice_of(value_as_text(text));

    if (record->type == RR_MX) {
        value_set(map, "priority", number_field(arena, &rest));
        value_set(map, "content", bare_field(arena, &rest));
    } else if (record->type == RR_CNAME || record->type == RR_NS) {
        value_set(map, "content", bare_field(arena, &rest));
    } else if (record->type == RR_SRV) {
        add_srv(arena, &rest, value_set(map, "data", value_map(arena)));
    } else {
        value_set(map, "content", value_slice(arena, rest));
    }
}

/* What a proxy answers for a name is no key, and no mail server's address. */
static bool
may_be_proxied(uint16_t type)
{
    return type == RR_A || type == RR_AAAA || type == RR_CNAME;
}

static void
cloudflare_rrset(struct emit_state *state, const struct emit_rrset *rrset)
{
    struct arena *arena = arena_new();

    for (size_t i = 0; i < rrset->count && !emit_is_apex(rrset); i++) {
        const struct plan_record *record = rrset->records[i];
        struct value *map = value_map(arena);

        value_set(map, "name",
                  value_text(arena, name_bare(arena, &record->owner)));
        value_set(map, "type", type_value(arena, record->type));
        value_set(map, "ttl", value_number(arena, record->ttl));
        cloudflare_data(arena, record, map);
        if (may_be_proxied(record->type))
            value_set(map, "proxied", value_bool(arena, false));
        add_element(state, map);
    }
    arena_free(arena);
}

const struct emitter emit_cloudflare = {.name = "cloudflare",
                                        .begin = cloudflare_begin,
                                        .rrset = cloudflare_rrset,
                                        .end = end_list};

/* ---- Azure: a template for `az deployment group create` ---- */

static void
azure_begin(struct emit_state *state)
{
    strbuf_add_text(state->out,
                    "{\"$schema\":\"https://schema.management.azure.com/"
                    "schemas/2019-04-01/deploymentTemplate.json#\","
                    "\"contentVersion\":\"1.0.0.0\",\"resources\":[");
}

/* There are no escapes, so that octets beyond ASCII are the characters of that
   number.  Text in brackets is an expression, unless they are doubled at the
   start. */
static struct value *
literal_value(struct arena *arena, struct slice text)
{
    struct strbuf out = STRBUF_INIT;
    struct value *value;

    if (text.n > 0 && text.p[0] == '[' && text.p[text.n - 1] == ']')
        strbuf_add_char(&out, '[');
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c >= 0x80)
            strbuf_add_char(&out, (char)(0xc0 | c >> 6));
        strbuf_add_char(&out, (char)(c < 0x80 ? c : 0x80 | (c & 0x3f)));
    }
    value = value_slice(arena, strbuf_slice(&out));
    strbuf_clear(&out);
    return value;
}

static void
azure_text(struct arena *arena, const struct plan_record *record,
           struct value *list)
{
    struct record view = {.type = record->type, .data = record->data};
    struct value *strings = value_set(value_add(list, value_map(arena)),
                                      "value", value_list(arena));
    struct slice string;
    size_t position = 0;

    while (record_string(&view, &position, &string))
        value_add(strings, literal_value(arena, string));
}

static void
azure_record(struct arena *arena, const struct plan_record *record,
             struct value *list)
{
    const struct value *text = data_value(arena, record);
    struct slice rest = slice_of(value_as_text(text));
    struct value *map;

    if (record->type == RR_TXT) {
        azure_text(arena, record, list);
        return;
    }
    map = value_add(list, value_map(arena));
    if (record->type == RR_MX) {
        value_set(map, "preference", number_field(arena, &rest));
        value_set(map, "exchange", bare_field(arena, &rest));
    } else if (record->type == RR_SRV) {
        add_srv(arena, &rest, map);
    } else if (record->type == RR_NS) {
        value_set(map, "nsdname", bare_field(arena, &rest));
    } else {
        value_set(map,
                  record->type == RR_A      ? "ipv4Address"
                  : record->type == RR_AAAA ? "ipv6Address"
                                            : "unsupported",
                  value_slice(arena, rest));
    }
}

static void
azure_properties(struct arena *arena, const struct emit_rrset *rrset,
                 const char *type, struct value *map)
{
    const struct plan_record *first = rrset->records[0];
    struct slice rest;
    struct value *list;

    value_set(map, "TTL", value_number(arena, first->ttl));
    if (first->type == RR_CNAME) {
        rest = slice_of(value_as_text(data_value(arena, first)));
        value_set(value_set(map, "CNAMERecord", value_map(arena)), "cname",
                  bare_field(arena, &rest));
        return;
    }
    list = value_set(map, arena_printf(arena, "%sRecords", type),
                     value_list(arena));
    for (size_t i = 0; i < rrset->count; i++)
        azure_record(arena, rrset->records[i], list);
}

static void
azure_rrset(struct emit_state *state, const struct emit_rrset *rrset)
{
    const struct plan_record *first = rrset->records[0];
    struct arena *arena = arena_new();
    struct value *map = value_map(arena);
    struct strbuf name = STRBUF_INIT;
    const char *type = value_as_text(type_value(arena, first->type));

    name_present(&rrset->zone, &name);
    strbuf_cut(&name, name.n - 1);
    strbuf_add_char(&name, '/');
    emit_host(&first->owner, &rrset->zone, &name);
    value_set(
        map, "type",
        value_text(arena, arena_printf(arena, "Microsoft.Network/dnsZones/%s",
                                       type)));
    value_set(map, "apiVersion", value_text(arena, "2018-05-01"));
    value_set(map, "name", value_slice(arena, strbuf_slice(&name)));
    azure_properties(arena, rrset, type,
                     value_set(map, "properties", value_map(arena)));
    if (!emit_is_apex(rrset))
        add_element(state, map);
    strbuf_clear(&name);
    arena_free(arena);
}

const struct emitter emit_azure = {.name = "azure",
                                   .begin = azure_begin,
                                   .rrset = azure_rrset,
                                   .end = end_list};
