/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records as commands that change a running server: nsupdate, knotc,
   pdnsutil. */
#include "common/dns/answer.h"
#include "common/records/emit.h"

static bool
is_new_zone(const struct emit_state *state, const struct emit_rrset *rrset)
{
    return state->elements == 0 || !name_equal(&state->zone, &rrset->zone);
}

/* For a shell, in single quotes. */
static void
add_quoted(struct strbuf *out, struct slice text)
{
    strbuf_add_char(out, '\'');
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '\'')
            strbuf_add_text(out, "'\\''");
        else
            strbuf_add_char(out, text.p[i]);
    strbuf_add_char(out, '\'');
}

static void
add_quoted_data(struct strbuf *out, const struct plan_record *record)
{
    struct strbuf text = STRBUF_INIT;

    emit_data(record, &text);
    add_quoted(out, strbuf_slice(&text));
    strbuf_clear(&text);
}

static void
add_quoted_name(struct strbuf *out, const struct name *name)
{
    struct strbuf text = STRBUF_INIT;

    name_present(name, &text);
    add_quoted(out, strbuf_slice(&text));
    strbuf_clear(&text);
}

/* ---- nsupdate, RFC 2136 ---- */

/* A message has at most 65,535 octets, with TSIG and all. */
#define UPDATE_OCTETS 32768

static void
nsupdate_begin(struct emit_state *state)
{
    strbuf_add_text(state->out,
                    "; nsupdate -k KEYFILE FILE (a TSIG key: tsig-keygen, or "
                    "keymgr -t NAME)\n"
                    "; server ADDRESS PORT\n");
}

static size_t
size_of(const struct emit_rrset *rrset)
{
    size_t size = NAME_WIRE_MAX;

    for (size_t i = 0; i < rrset->count; i++)
        size += NAME_WIRE_MAX + rrset->records[i]->data.n;
    return size;
}

static void
nsupdate_rrset(struct emit_state *state, const struct emit_rrset *rrset)
{
    const struct plan_record *first = rrset->records[0];
    struct strbuf *out = state->out;
    bool is_new = is_new_zone(state, rrset);

    if (emit_is_apex(rrset))
        return;
    if (state->elements > 0 && (is_new || state->room < size_of(rrset))) {
        strbuf_add_text(out, "send\n");
        is_new = true;
    }
    if (is_new) {
        state->zone = rrset->zone;
        strbuf_add_text(out, "zone ");
        name_present(&rrset->zone, out);
        strbuf_add_char(out, '\n');
        state->room = UPDATE_OCTETS;
    }
    state->room -= size_of(rrset) < state->room ? size_of(rrset) : state->room;
    strbuf_add_text(out, "update delete ");
    name_present(&first->owner, out);
    strbuf_add_char(out, ' ');
    rrtype_present(first->type, out);
    strbuf_add_char(out, '\n');
    for (size_t i = 0; i < rrset->count; i++) {
        strbuf_add_text(out, "update add ");
        name_present(&first->owner, out);
        strbuf_addf(out, " %u ", rrset->records[i]->ttl);
        rrtype_present(first->type, out);
        strbuf_add_char(out, ' ');
        emit_data(rrset->records[i], out);
        strbuf_add_char(out, '\n');
    }
    state->elements++;
}

static void
nsupdate_end(struct emit_state *state)
{
    if (state->elements > 0)
        strbuf_add_text(state->out, "send\n");
}

const struct emitter emit_nsupdate = {.name = "nsupdate",
                                      .begin = nsupdate_begin,
                                      .rrset = nsupdate_rrset,
                                      .end = nsupdate_end,
                                      .is_ours = true};

/* ---- knotc: one transaction a zone ---- */

static void
shell_begin(struct emit_state *state)
{
    strbuf_add_text(state->out, "#!/bin/sh\nset -e\n");
}

/* A script that ends in the middle leaves no transaction open, in whose way
   the next one would be.  A signal ends it too, which by itself would not run
   what is to be run on EXIT; and none does between the transaction's begin and
   that. */
static void
knotc_open(struct emit_state *state, const struct name *zone)
{
    strbuf_add_text(state->out, "zone=");
    add_quoted_name(state->out, zone);
    strbuf_add_text(state->out, "\ntrap '' HUP INT TERM\n"
                                "knotc zone-begin \"$zone\"\n"
                                "trap 'knotc zone-abort \"$zone\"' EXIT\n"
                                "trap 'exit 1' HUP INT TERM\n");
    state->zone = *zone;
}

static void
knotc_commit(struct emit_state *state)
{
    if (state->elements > 0)
        strbuf_add_text(state->out, "knotc zone-commit \"$zone\"\n"
                                    "trap - EXIT\n");
}

static void
knotc_rrset(struct emit_state *state, const struct emit_rrset *rrset)
{
    const struct plan_record *first = rrset->records[0];
    struct strbuf *out = state->out;

    if (emit_is_apex(rrset))
        return;
    if (is_new_zone(state, rrset)) {
        knotc_commit(state);
        knotc_open(state, &rrset->zone);
    }
    /* What is not there cannot be unset: no failure. */
    strbuf_add_text(out, "knotc zone-unset \"$zone\" ");
    add_quoted_name(out, &first->owner);
    strbuf_add_char(out, ' ');
    rrtype_present(first->type, out);
    strbuf_add_text(out, " >/dev/null 2>&1 || :\n");
    for (size_t i = 0; i < rrset->count; i++) {
        strbuf_add_text(out, "knotc zone-set \"$zone\" ");
        add_quoted_name(out, &first->owner);
        strbuf_addf(out, " %u ", rrset->records[i]->ttl);
        rrtype_present(first->type, out);
        strbuf_add_char(out, ' ');
        add_quoted_data(out, rrset->records[i]);
        strbuf_add_char(out, '\n');
    }
    state->elements++;
}

const struct emitter emit_knotc = {.name = "knotc",
                                   .begin = shell_begin,
                                   .rrset = knotc_rrset,
                                   .end = knotc_commit,
                                   .is_ours = true};

/* ---- pdnsutil ---- */

static void
pdnsutil_rrset(struct emit_state *state, const struct emit_rrset *rrset)
{
    const struct plan_record *first = rrset->records[0];
    struct strbuf *out = state->out;
    struct strbuf host = STRBUF_INIT;

    if (emit_is_apex(rrset))
        return;
    strbuf_add_text(out, "pdnsutil replace-rrset ");
    add_quoted_name(out, &rrset->zone);
    strbuf_add_char(out, ' ');
    emit_host(&first->owner, &rrset->zone, &host);
    add_quoted(out, strbuf_slice(&host));
    strbuf_add_char(out, ' ');
    rrtype_present(first->type, out);
    strbuf_addf(out, " %u", first->ttl);
    for (size_t i = 0; i < rrset->count; i++) {
        strbuf_add_char(out, ' ');
        add_quoted_data(out, rrset->records[i]);
    }
    strbuf_add_char(out, '\n');
    strbuf_clear(&host);
    state->elements++;
}

const struct emitter emit_pdnsutil = {.name = "pdnsutil",
                                      .begin = shell_begin,
                                      .rrset = pdnsutil_rrset,
                                      .is_ours = true};
