/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every server side by side: does each have the same records? */
#ifndef AUDIT_COLLECT_MATRIX_H
#define AUDIT_COLLECT_MATRIX_H

#include "common/audit/audit.h"
#include "common/dns/asked.h"

/* Records that are compared: the domain's TXT and MX, _dmarc, and so many
   selectors. */
#define MATRIX_SELECTORS_MAX 8
#define MATRIX_RECORDS_MAX   (3 + MATRIX_SELECTORS_MAX)

/* One server's answer. */
struct matrix_answer {
    struct asked asked; /* to the record's question */
    bool is_resolver;   /* else authoritative */
    const char *state;  /* "same", "different", "missing", "unknown" */
};

struct matrix_record {
    struct name name;                    /* where */
    uint16_t type;                       /* IANA number */
    const struct matrix_answer *answers; /* authoritative ones first */
    size_t count;                        /* of them */
    const struct answer *usual;          /* what most of them say, or NULL */
    const char *state;                   /* the worst */
};

struct matrix_facts {
    const struct matrix_record *records; /* those compared */
    size_t count;                        /* of them */
};

#endif
