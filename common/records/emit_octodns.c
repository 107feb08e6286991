/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records as a zone of octoDNS: YAML by host. */
#include "common/dns/answer.h"
#include "common/records/emit.h"

/* In double quotes: whatever is no printable ASCII is \xNN, which stands for
   the character of that number. */
static void
add_quoted(struct strbuf *out, struct slice text)
{
    strbuf_add_char(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c < ' ' || c > '~')
            strbuf_addf(out, "\\x%02x", c);
        else if (c == '"' || c == '\\')
            strbuf_addf(out, "\\%c", c);
        else
            strbuf_add_char(out, (char)c);
    }
    strbuf_add_char(out, '"');
}

/* A text's strings are joined, since octoDNS cuts them itself; a semicolon
   has a backslash before it there. */
static void
add_text(struct strbuf *out, const struct plan_record *record)
{
    struct record view = {.type = record->type, .data = record->data};
    struct strbuf text = STRBUF_INIT;
    struct slice string;
    size_t position = 0;

    while (record_string(&view, &position, &string))
        for (size_t i = 0; i < string.n; i++) {
            if (string.p[i] == ';')
                strbuf_add_char(&text, '\\');
            strbuf_add_char(&text, string.p[i]);
        }
    add_quoted(out, strbuf_slice(&text));
    strbuf_clear(&text);
}

/* The fields of types whose values are maps, in order of presentation. */
static const struct {
    uint16_t type;         /* of the record */
    const char *fields[5]; /* NULL at the end */
} maps[] = {
    {RR_MX,  {"preference", "exchange", NULL}              },
    {RR_SRV, {"priority", "weight", "port", "target", NULL}},
};

static void
add_value(struct strbuf *out, const struct plan_record *record)
{
    struct strbuf data = STRBUF_INIT;
    struct slice rest, word;

    if (record->type == RR_TXT) {
        add_text(out, record);
        return;
    }
    emit_data(record, &data);
    rest = strbuf_slice(&data);
    for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++)
        for (const char *const *field = maps[i].fields;
             maps[i].type == record->type && *field != NULL
             && slice_next(&rest, ' ', &word);
             field++) {
            strbuf_addf(out, "%s%s: ", field == maps[i].fields ? "{" : ", ",
                        *field);
            if (field[1] == NULL)
                add_quoted(out, word);
            else
                strbuf_add_slice(out, word);
            if (field[1] == NULL)
                strbuf_add_char(out, '}');
        }
    if (rest.n > 0)
        add_quoted(out, rest);
    strbuf_clear(&data);
}

static void
octodns_begin(struct emit_state *state)
{
    strbuf_add_text(state->out, "---\n");
}

/* The zone's own name is "". */
static void
add_host(struct emit_state *state, const struct emit_rrset *rrset)
{
    struct strbuf host = STRBUF_INIT;

    emit_host(&rrset->records[0]->owner, &rrset->zone, &host);
    if (name_equal(&rrset->records[0]->owner, &rrset->zone))
        strbuf_cut(&host, 0);
    add_quoted(state->out, strbuf_slice(&host));
    strbuf_add_text(state->out, ":\n");
    strbuf_clear(&host);
}

static void
octodns_rrset(struct emit_state *state, const struct emit_rrset *rrset)
{
    const struct plan_record *first = rrset->records[0];
    struct strbuf *out = state->out;

    if (emit_is_apex(rrset))
        return;
    if (state->elements > 0 && !name_equal(&state->zone, &rrset->zone))
        strbuf_add_text(out, "---\n"); /* a file of its own */
    if (state->elements == 0 || !name_equal(&state->owner, &first->owner))
        add_host(state, rrset);
    strbuf_add_text(out, "  - type: ");
    rrtype_present(first->type, out);
    strbuf_addf(out, "\n    ttl: %u\n", first->ttl);
    if (first->type == RR_CNAME) {
        strbuf_add_text(out, "    value: ");
        add_value(out, first);
        strbuf_add_char(out, '\n');
    } else {
        strbuf_add_text(out, "    values:\n");
    }
    for (size_t i = 0; first->type != RR_CNAME && i < rrset->count; i++) {
        strbuf_add_text(out, "      - ");
        add_value(out, rrset->records[i]);
        strbuf_add_char(out, '\n');
    }
    state->owner = first->owner;
    state->zone = rrset->zone;
    state->elements++;
}

static void
octodns_end(struct emit_state *state)
{
    if (state->elements == 0)
        strbuf_add_text(state->out, "{}\n");
}

const struct emitter emit_octodns = {.name = "octodns",
                                     .begin = octodns_begin,
                                     .rrset = octodns_rrset,
                                     .end = octodns_end,
                                     .is_ours = true};
