/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a domain that sends no mail should have published. */
#include "common/records/parked.h"

#include "common/dns/answer.h"

/* A day: they are never to change. */
#define PARKED_TTL_S 86400

static const struct {
    const char *labels; /* before the domain; NULL: none */
    uint16_t type;      /* of the record */
    const char *data;   /* in presentation form */
} rows[] = {
    {NULL,           RR_TXT, "\"v=spf1 -all\""                        },
    {NULL,           RR_MX,  "0 ."                                    },
    {"_dmarc",       RR_TXT, "\"v=DMARC1; p=reject; adkim=s; aspf=s\""},
    {"*._domainkey", RR_TXT, "\"v=DKIM1; p=\""                        },
};

enum status
parked_plan(const struct name *domain, struct arena *arena, struct plan *plan,
            struct error *err)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct plan_record record = {
            .owner = *domain, .type = rows[i].type, .ttl = PARKED_TTL_S};
        enum status st = ST_OK;

        if (rows[i].labels != NULL)
            st = name_prepend(&record.owner, slice_of(rows[i].labels), domain);
        if (st != ST_OK)
            return error_set(err, st, "'%s' below '%s' is too long",
                             rows[i].labels, name_bare(arena, domain));
        st = record_parse(arena, record.type, slice_of(rows[i].data),
                          &record.data, err);
        if (st != ST_OK)
            return st;
        plan->records = arena_grow(arena, plan->records, plan->count,
                                   sizeof(*plan->records));
        plan->records[plan->count++] = record;
    }
    return ST_OK;
}
