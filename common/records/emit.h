/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Planned records in the forms that people and DNS operators use. */
#ifndef RECORDS_EMIT_H
#define RECORDS_EMIT_H

#include <stddef.h>

#include "common/base/slice.h"
#include "common/base/strbuf.h"
#include "common/records/plan.h"

/* What an emitter keeps between its calls. */
struct emit_state {
    struct strbuf *out; /* where it writes; whoever calls empties it */
    size_t groups;      /* begun */
    size_t records;     /* in this group */
};

/*
 * One form.  The calls: begin; then for each group of records (the ESP's own,
 * or a customer's) group, record for each, ungroup; then end.  Without any
 * group it is a complete document still.
 */
struct emitter {
    const char *name; /* of --format */
    void (*begin)(struct emit_state *state);
    /* customer: name, NULL for the ESP's own */
    void (*group)(struct emit_state *state, const char *customer);
    void (*record)(struct emit_state *state, const struct plan_record *record);
    void (*ungroup)(struct emit_state *state);
    void (*end)(struct emit_state *state);
};

/* zone: a record a line, owner absolute; loads in any server.
   text: name, type and value as DNS panels ask for them.
   json: the machine contract. */
extern const struct emitter emit_zone;
extern const struct emitter emit_text;
extern const struct emitter emit_json;

/* NULL for an unknown name. */
const struct emitter *emit_find(const char *name);
/* By number from 0; NULL at the end. */
const struct emitter *emit_each(size_t i);

/* A whole group at once. */
void emit_plan(const struct emitter *emitter, struct emit_state *state,
               const char *customer, const struct plan *plan);

/* RDATA as panels take it: text joined and without quotes, all else in
   presentation form. */
void emit_value(const struct plan_record *record, struct strbuf *out);

#endif
