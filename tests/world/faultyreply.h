/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server of faults: a reply, and how it is spoilt. */
#ifndef TESTS_WORLD_FAULTYREPLY_H
#define TESTS_WORLD_FAULTYREPLY_H

#include "tests/world/faultydata.h"

static inline unsigned
faulty_u16(const uint8_t *p)
{
    return (unsigned)p[0] << 8 | p[1];
}

static inline void
faulty_set16(uint8_t *p, unsigned number)
{
    p[0] = (uint8_t)(number >> 8);
    p[1] = (uint8_t)number;
}

static inline void
faulty_count(struct faulty_reply *reply, unsigned at)
{
    faulty_set16(reply->p + at, faulty_u16(reply->p + at) + 1);
}

/* A record at the end; at is where its section's count stands. */
static inline void
faulty_add(struct faulty_reply *reply, unsigned at,
           const struct faulty_record *record)
{
    if (reply->n + record->owner.n + 10 + record->n > FAULTY_MESSAGE_MAX)
        return;
    memcpy(reply->p + reply->n, record->owner.wire, record->owner.n);
    reply->n += record->owner.n;
    faulty_set16(reply->p + reply->n, record->type);
    faulty_set16(reply->p + reply->n + 2, 1);
    faulty_set16(reply->p + reply->n + 4, record->ttl >> 16);
    faulty_set16(reply->p + reply->n + 6, record->ttl & 0xffff);
    faulty_set16(reply->p + reply->n + 8, (unsigned)record->n);
    memcpy(reply->p + reply->n + 10, record->data, record->n);
    reply->n += 10 + record->n;
    faulty_count(reply, at);
}

static inline void
faulty_add_soa(const struct faulty_server *server, struct faulty_reply *reply,
               const struct faulty_name *name)
{
    const struct faulty_record *best = NULL;

    for (size_t i = 0; i < server->record_count; i++) {
        const struct faulty_record *record = &server->records[i];

        if (record->type == 6
            && (faulty_same(name, &record->owner)
                || faulty_below(name, &record->owner))
            && (best == NULL || record->owner.n > best->owner.n))
            best = record;
    }
    if (best != NULL)
        faulty_add(reply, 8, best);
}

/* The records of name and type, aliases followed; true when there are. */
static inline bool
faulty_add_answer(const struct faulty_server *server,
                  struct faulty_reply *reply, struct faulty_name *name,
                  uint16_t type)
{
    for (unsigned hops = 0; hops < FAULTY_CHAIN_MAX; hops++) {
        const struct faulty_record *alias = NULL;
        bool found = false;

        for (size_t i = 0; i < server->record_count; i++) {
            const struct faulty_record *record = &server->records[i];

            if (!faulty_same(&record->owner, name))
                continue;
            if (record->type == type) {
                faulty_add(reply, 6, record);
                found = true;
            } else if (record->type == 5) {
                alias = record;
            }
        }
        if (found || alias == NULL)
            return found;
        faulty_add(reply, 6, alias);
        name->n = (uint8_t)alias->n;
        memcpy(name->wire, alias->data, alias->n);
    }
    return true;
}

static inline bool
faulty_exists(const struct faulty_server *server,
              const struct faulty_name *name)
{
    for (size_t i = 0; i < server->record_count; i++)
        if (faulty_same(&server->records[i].owner, name)
            || faulty_below(&server->records[i].owner, name))
            return true;
    return false;
}

static inline void
faulty_set_rcode(struct faulty_reply *reply, unsigned rcode)
{
    reply->p[3] = (uint8_t)((reply->p[3] & 0xf0) | rcode);
}

static inline void
faulty_answer(struct faulty_server *server, struct faulty_reply *reply,
              const struct faulty_name *asked, uint16_t type)
{
    struct faulty_name count = faulty_name_of("count.faulty.");
    struct faulty_name name = *asked;
    char text[32];

    if (faulty_same(asked, &count)) {
        struct faulty_record record = {.owner = count, .type = 16};

        snprintf(text, sizeof(text), "\"%lu\"", server->messages - 1);
        faulty_put_text(&record, text);
        faulty_add(reply, 6, &record);
        free(record.data);
        return;
    }
    if (faulty_add_answer(server, reply, &name, type))
        return;
    if (!faulty_exists(server, &name))
        faulty_set_rcode(reply, 3);
    faulty_add_soa(server, reply, &name);
}

static inline struct faulty_rule *
faulty_find_rule(struct faulty_server *server, const struct faulty_name *name,
                 uint16_t type)
{
    for (size_t i = 0; i < server->rule_count; i++) {
        struct faulty_rule *rule = &server->rules[i];

        if (rule->type != 255 && rule->type != type)
            continue;
        if (rule->every
            || (rule->below ? faulty_below(name, &rule->name)
                            : faulty_same(name, &rule->name)))
            return rule;
    }
    return NULL;
}

/* What came: a query taken apart. */
struct faulty_query {
    const uint8_t *p;        /* the message */
    size_t n;                /* octets of it */
    size_t question_n;       /* of header and question */
    struct faulty_name name; /* asked */
    uint16_t type;           /* asked */
    bool edns;               /* it has an OPT */
    unsigned size;           /* that UDP answers may have */
    bool tcp;                /* how it came */
};

static inline bool
faulty_parse(struct faulty_query *query)
{
    size_t at = 12;

    if (query->n < 17 || faulty_u16(query->p + 4) != 1)
        return false;
    while (at < query->n && query->p[at] != 0)
        at += (size_t)query->p[at] + 1;
    if (at + 5 > query->n || at - 11 > 255)
        return false;
    query->name.n = (uint8_t)(at - 11);
    for (size_t i = 0; i < query->name.n; i++)
        query->name.wire[i] = (uint8_t)tolower(query->p[12 + i]);
    query->type = (uint16_t)faulty_u16(query->p + at + 1);
    query->question_n = at + 5;
    query->size = 512;
    if (query->n >= query->question_n + 11
        && faulty_u16(query->p + query->question_n + 1) == 41) {
        query->edns = true;
        query->size = faulty_u16(query->p + query->question_n + 3);
    }
    return true;
}

static inline void
faulty_add_opt(struct faulty_reply *reply)
{
    static const uint8_t opt[11] = {0, 0, 41, 0x10, 0};

    memcpy(reply->p + reply->n, opt, sizeof(opt));
    reply->n += sizeof(opt);
    faulty_count(reply, 10);
}

static inline void
faulty_begin(const struct faulty_query *query, struct faulty_reply *reply)
{
    memcpy(reply->p, query->p, query->question_n);
    reply->n = query->question_n;
    reply->p[2] = (uint8_t)(0x84 | (query->p[2] & 0x01));
    reply->p[3] = (uint8_t)(query->p[3] & 0x10);
    memset(reply->p + 6, 0, 6);
}

/* Without records, keeping the flags. */
static inline void
faulty_error(const struct faulty_query *query, struct faulty_reply *reply,
             unsigned rcode)
{
    faulty_begin(query, reply);
    faulty_set_rcode(reply, rcode);
}

static inline void
faulty_bare(struct faulty_reply *reply)
{
    memset(reply->p + 4, 0, 8);
    reply->n = 12;
}

static inline void
faulty_denial(const struct faulty_server *server,
              const struct faulty_query *query, struct faulty_reply *reply,
              enum faulty_fault fault)
{
    /* RFC 9824: type bitmap of RRSIG (46), NSEC (47) and NXNAME (128). */
    static const uint8_t types[] = {0, 17, 0, 0, 0, 0, 0, 3, 0,   0,
                                    0, 0,  0, 0, 0, 0, 0, 0, 0x80};
    struct faulty_record nsec = {.owner = query->name, .type = 47, .ttl = 60};

    faulty_error(query, reply, fault == FAULTY_NXDOMAIN ? 3 : 0);
    faulty_add_soa(server, reply, &query->name);
    if (fault != FAULTY_COMPACT)
        return;
    faulty_put(&nsec, "\1\0", 2);
    faulty_put(&nsec, query->name.wire, query->name.n);
    faulty_put(&nsec, types, sizeof(types));
    faulty_add(reply, 8, &nsec);
    free(nsec.data);
}

static inline void
faulty_truncate(const struct faulty_query *query, struct faulty_reply *reply,
                enum faulty_fault fault)
{
    if (fault == FAULTY_PART && reply->n > query->question_n + 20) {
        reply->n -= 7;
    } else {
        unsigned rcode = reply->p[3] & 0x0f;

        faulty_error(query, reply, rcode);
    }
    reply->p[2] |= 0x02;
}

/* The faults that change the message; what is sent, and how, is decided by
   faulty_send. */
static inline void
faulty_spoil(const struct faulty_server *server,
             const struct faulty_query *query, struct faulty_reply *reply,
             enum faulty_fault fault)
{
    static const uint8_t loop[] = {0xc0, 0, 0,  16, 0, 1, 0,
                                   0,    0, 60, 0,  2, 1, 'x'};

    switch (fault) {
    case FAULTY_WRONG_ID:
        reply->p[1] ^= 0x55;
        break;
    case FAULTY_WRONG_QUESTION:
        reply->p[13] = reply->p[13] == 'z' ? 'y' : 'z';
        break;
    case FAULTY_GARBAGE:
        reply->n = 9;
        memset(reply->p, 0xee, reply->n);
        break;
    case FAULTY_EMPTY:
        reply->n = 0;
        break;
    case FAULTY_NO_QR:
        memcpy(reply->p, query->p, query->n);
        reply->n = query->n;
        break;
    case FAULTY_LOOP:
        faulty_error(query, reply, 0);
        memcpy(reply->p + reply->n, loop, sizeof(loop));
        faulty_set16(reply->p + reply->n, 0xc000 | (unsigned)reply->n);
        reply->n += sizeof(loop);
        faulty_count(reply, 6);
        break;
    case FAULTY_REFUSED:
        faulty_error(query, reply, 5);
        break;
    case FAULTY_BOGUS:
        if ((query->p[3] & 0x10) == 0)
            faulty_error(query, reply, 2);
        break;
    case FAULTY_SERVFAIL:
        faulty_error(query, reply, 2);
        break;
    case FAULTY_SERVFAIL_BARE:
        faulty_error(query, reply, 2);
        faulty_bare(reply);
        break;
    case FAULTY_NOTIMP:
        faulty_error(query, reply, 4);
        break;
    case FAULTY_FORMERR:
        faulty_error(query, reply, 1);
        break;
    case FAULTY_FORMERR_EDNS:
    case FAULTY_FORMERR_BARE:
        if (!query->edns)
            break;
        faulty_error(query, reply, 1);
        if (fault == FAULTY_FORMERR_BARE)
            faulty_bare(reply);
        break;
    case FAULTY_NXDOMAIN:
    case FAULTY_NODATA:
    case FAULTY_COMPACT:
        faulty_denial(server, query, reply, fault);
        break;
    case FAULTY_RECURSIVE:
        reply->p[3] |= 0x80;
        reply->p[2] &= (uint8_t)~0x04;
        break;
    case FAULTY_NO_AA:
        reply->p[2] &= (uint8_t)~0x04;
        break;
    case FAULTY_AD:
        reply->p[3] |= 0xa0;
        break;
    default:
        break;
    }
}

static inline bool
faulty_cuts(enum faulty_fault fault)
{
    return fault == FAULTY_TRUNCATE || fault == FAULTY_TRUNCATE_NO_TCP
           || fault == FAULTY_TRUNCATE_DEAF || fault == FAULTY_PART;
}

static inline bool
faulty_is_formerr(const struct faulty_reply *reply)
{
    return reply->n >= 12 && (reply->p[3] & 0x0f) == 1;
}

#endif
