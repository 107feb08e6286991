/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking a name up as PowerDNS wants it: everything that is there, and no
   DNS thinking. */
#include "common/stunt/pdns.h"

#include <stdlib.h>
#include <time.h>

#include "common/base/memory.h"
#include "common/dns/answer.h"

struct pdns {
    struct stuntlive *live;           /* borrowed */
    struct stuntlive_seat *seat;      /* on it */
    struct arena *arena;              /* of the present request */
    unsigned abi;                     /* see pdns_abi */
    bool has_looked;                  /* once */
    uint32_t due_ms;                  /* when pdns_look looks again */
    uint8_t data[TEMPLATE_RDATA_MAX]; /* of one record */
};

enum status
pdns_new(struct stuntlive *live, struct pdns **out, struct error *err)
{
    struct pdns *pdns = memory_zeroed(1, sizeof(*pdns));
    enum status st = stuntlive_sit(live, &pdns->seat, err);

    pdns->live = live;
    pdns->arena = arena_new();
    if (st == ST_OK)
        *out = pdns;
    else
        pdns_free(pdns);
    return st;
}

void
pdns_free(struct pdns *pdns)
{
    if (pdns == NULL)
        return;
    stuntlive_leave(pdns->seat);
    arena_free(pdns->arena);
    free(pdns);
}

void
pdns_rest(struct pdns *pdns)
{
    stuntlive_rest(pdns->seat);
}

void
pdns_look(struct pdns *pdns)
{
    struct timespec now;
    uint32_t now_ms;

    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    now_ms = (uint32_t)now.tv_sec * 1000 + (uint32_t)(now.tv_nsec / 1000000);
    if ((int32_t)(now_ms - pdns->due_ms) < 0 && pdns->has_looked)
        return;
    pdns->due_ms = now_ms + STUNTLIVE_LOOK_MS;
    pdns->has_looked = true;
    stuntlive_look(pdns->live);
}

struct stuntlive *
pdns_live(struct pdns *pdns)
{
    return pdns->live;
}

struct arena *
pdns_arena(struct pdns *pdns)
{
    return pdns->arena;
}

unsigned *
pdns_abi(struct pdns *pdns)
{
    return &pdns->abi;
}

/* Records of the matched pattern; false when one cannot be said. */
static bool
give_records(struct pdns *pdns, const struct template_match *match,
             const struct template_binder *binder, struct pdns_record *given,
             void (*give)(void *context, const struct pdns_record *record),
             void *context)
{
    const struct template_record *record = NULL;
    uint16_t type = given->type;

    while ((record = template_record_next(match->node, record)) != NULL) {
        enum status st;
        size_t size;

        given->type = template_record_type(record);
        if (type != RR_ANY && type != given->type)
            continue;
        st = template_expand(record, match, binder, pdns->data, &size);
        if (st == ST_NOT_FOUND)
            continue;
        if (st != ST_OK)
            return false;
        given->ttl = template_record_ttl(record);
        given->data = (struct slice){(const char *)pdns->data, size};
        give(context, given);
    }
    return true;
}

static bool
is_star(const struct name *name)
{
    return slice_equal(name_label(name, 0), SLICE("*"));
}

enum pdns_found
pdns_lookup(struct pdns *pdns, const struct name *name, uint16_t type,
            void (*give)(void *context, const struct pdns_record *record),
            void *context)
{
    const struct template_binder *binder;
    const struct template *template = stuntlive_refresh(pdns->seat, &binder);
    struct pdns_record given = {.type = type, .name = name};
    struct template_match match;
    const struct name *origin;
    bool good = true;

    if (template_zone(template, name, &origin) == NULL || is_star(name))
        return PDNS_NONE;
    if (binder->failed != NULL)
        *binder->failed = false;
    template_match(template, name, binder, &match);
    /* PowerDNS finds the delegation by itself. */
    if (match.cut != NULL)
        template_match_glue(template, name, binder, &match);
    if (match.found == TEMPLATE_RECORDS && match.dname == NULL)
        good = give_records(pdns, &match, binder, &given, give, context);
    if (!good || match.unsure || (binder->failed != NULL && *binder->failed))
        return PDNS_FAILED;
    if (match.found == TEMPLATE_NONE || match.dname != NULL)
        return PDNS_NONE;
    return match.found == TEMPLATE_EMPTY ? PDNS_EMPTY : PDNS_RECORDS;
}

bool
pdns_each_zone(struct pdns *pdns, size_t *position, const struct name **origin)
{
    const struct template_binder *binder;

    return template_each_zone(stuntlive_refresh(pdns->seat, &binder), position,
                              origin);
}
