/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records as lines of tinydns-data. */
#include "common/dns/answer.h"
#include "common/records/emit.h"

/* Octets that could end a field or line, or begin an escape, are \ooo. */
static void
add_octets(struct strbuf *out, struct slice octets)
{
    for (size_t i = 0; i < octets.n; i++) {
        unsigned char c = (unsigned char)octets.p[i];

        if (c <= ' ' || c > '~' || c == ':' || c == '\\')
            strbuf_addf(out, "\\%03o", c);
        else
            strbuf_add_char(out, (char)c);
    }
}

/* Labels with dots between; a dot in a label is \056. */
static void
add_name(struct strbuf *out, const struct name *name)
{
    for (unsigned i = 0; i < name->labels; i++) {
        struct slice label = name_label(name, i);

        if (i > 0)
            strbuf_add_char(out, '.');
        for (size_t k = 0; k < label.n; k++)
            if (label.p[k] == '.')
                strbuf_add_text(out, "\\056");
            else
                add_octets(out, slice_sub(label, k, 1));
    }
    if (name->labels == 0)
        strbuf_add_char(out, '.');
}

/* The types that the generic line does not take have lines of their own.  The
   address in "&" and "@" is empty: no address record is made. */
static bool
add_own_line(struct strbuf *out, const struct plan_record *record)
{
    struct record view = {.type = record->type, .data = record->data};
    uint16_t preference;
    struct name target;

    if (record->type == RR_MX && record_mx(&view, &preference, &target)) {
        strbuf_add_char(out, '@');
        add_name(out, &record->owner);
        strbuf_add_text(out, "::");
        add_name(out, &target);
        /* A name without a dot would get more labels. */
        strbuf_addf(out, "%s:%u:%u\n", target.labels == 1 ? "." : "",
                    preference, record->ttl);
        return true;
    }
    if (record->type != RR_NS && record->type != RR_CNAME
        && record->type != RR_PTR)
        return false;
    if (!record_target(&view, &target))
        return false;
    strbuf_add_char(out, record->type == RR_NS      ? '&'
                         : record->type == RR_CNAME ? 'C'
                                                    : '^');
    add_name(out, &record->owner);
    strbuf_add_text(out, record->type == RR_NS ? "::" : ":");
    add_name(out, &target);
    strbuf_addf(out, "%s:%u\n",
                record->type == RR_NS && target.labels == 1 ? "." : "",
                record->ttl);
    return true;
}

static void
add_soa(struct strbuf *out, const struct plan_record *record)
{
    struct record view = {.type = record->type, .data = record->data};
    struct soa soa;

    if (!record_soa(&view, &soa))
        return;
    strbuf_add_char(out, 'Z');
    add_name(out, &record->owner);
    strbuf_add_char(out, ':');
    add_name(out, &soa.primary);
    strbuf_add_char(out, ':');
    add_name(out, &soa.mailbox);
    strbuf_addf(out, ":%u:%u:%u:%u:%u:%u\n", soa.serial, soa.refresh,
                soa.retry, soa.expire, soa.minimum, record->ttl);
}

/* The generic line, also for TXT, which keeps strings as they are cut. */
static void
tinydns_record(struct emit_state *state, const struct plan_record *record)
{
    struct strbuf *out = state->out;

    if (record->type == RR_SOA) {
        add_soa(out, record);
        return;
    }
    if (add_own_line(out, record))
        return;
    strbuf_add_char(out, ':');
    add_name(out, &record->owner);
    strbuf_addf(out, ":%u:", record->type);
    add_octets(out, record->data);
    strbuf_addf(out, ":%u\n", record->ttl);
}

const struct emitter emit_tinydns = {
    .name = "tinydns", .record = tinydns_record, .is_ours = true};
