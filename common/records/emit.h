/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Planned records in the forms that people and DNS operators use. */
#ifndef RECORDS_EMIT_H
#define RECORDS_EMIT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/slice.h"
#include "common/base/strbuf.h"
#include "common/records/plan.h"

/* What an emitter keeps between its calls. */
struct emit_state {
    struct strbuf *out;        /* where it writes; whoever calls empties it */
    const struct name *origin; /* the ESP's zone; borrowed */
    size_t groups;             /* begun */
    size_t records;            /* in this group: records, or RRsets */
    size_t elements;           /* that a form has written of its list */
    struct name zone;          /* that a form has begun; counts where elements
                                  is not 0 */
    struct name owner;         /* likewise: of the last one */
    size_t room;               /* octets that fit into what it has begun */
};

/* Records of one owner and type.  Borrowed. */
struct emit_rrset {
    const struct plan_record *const *records; /* in the plan's order */
    size_t count;                             /* of them, at least one */
    struct name zone; /* the zone that it is in: the ESP's, or the customer's
                         domain */
};

/*
 * One form.  The calls: begin; then for each group of records (the ESP's own,
 * or a customer's) group, record for each (or rrset for each owner and type),
 * ungroup; then end.  Any may be NULL, one of record and rrset is.  Without
 * any group it is a complete document still.
 */
struct emitter {
    const char *name; /* of --format */
    void (*begin)(struct emit_state *state);
    /* customer: name, NULL for the ESP's own */
    void (*group)(struct emit_state *state, const char *customer);
    void (*record)(struct emit_state *state, const struct plan_record *record);
    void (*rrset)(struct emit_state *state, const struct emit_rrset *rrset);
    void (*ungroup)(struct emit_state *state);
    void (*end)(struct emit_state *state);
    bool is_ours; /* for the ESP's own servers, not for what customers publish
                     in zones of theirs */
};

/* zone: a record a line, owner absolute; loads in any server.
   text: name, type and value as DNS panels ask for them.
   json: the machine contract.
   csv, markdown, html: sheets for people.
   tinydns: lines of tinydns-data.
   nsupdate, knotc, pdnsutil: commands that replace each RRset.
   octodns: a zone of octoDNS.
   pdns-api, route53, cloudflare, google, azure: bodies of change requests. */
extern const struct emitter emit_zone;
extern const struct emitter emit_text;
extern const struct emitter emit_json;
extern const struct emitter emit_csv;
extern const struct emitter emit_markdown;
extern const struct emitter emit_html;
extern const struct emitter emit_tinydns;
extern const struct emitter emit_nsupdate;
extern const struct emitter emit_knotc;
extern const struct emitter emit_pdnsutil;
extern const struct emitter emit_octodns;
extern const struct emitter emit_pdnsapi;
extern const struct emitter emit_route53;
extern const struct emitter emit_cloudflare;
extern const struct emitter emit_google;
extern const struct emitter emit_azure;

/* NULL for an unknown name. */
const struct emitter *emit_find(const char *name);
/* By number from 0; NULL at the end. */
const struct emitter *emit_each(size_t i);

/* Before the first group, and after the last. */
void emit_begin(const struct emitter *emitter, struct emit_state *state);
void emit_end(const struct emitter *emitter, struct emit_state *state);
/* A whole group at once. */
void emit_plan(const struct emitter *emitter, struct emit_state *state,
               const char *customer, const struct plan *plan);

/* RDATA as panels take it: text joined and without quotes, all else in
   presentation form. */
void emit_value(const struct plan_record *record, struct strbuf *out);
/* RDATA in presentation form. */
void emit_data(const struct plan_record *record, struct strbuf *out);
/* The owner as a panel of its zone takes it: without the zone, "@" for the
   zone itself; without final dot. */
void emit_host(const struct name *owner, const struct name *zone,
               struct strbuf *out);
/* SOA, and NS of the zone itself: who runs its servers has them. */
bool emit_is_apex(const struct emit_rrset *rrset);
/* The zone of one record. */
void emit_zone_of(const struct emit_state *state,
                  const struct plan_record *record, struct name *zone);

#endif
