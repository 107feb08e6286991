/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One question to one answer: RFC 1034 section 4.3.2 over a template. */
#include "common/stunt/stuntanswer.h"

#include <string.h>

#include "common/dns/answer.h"

/* Fixed octets at the end of an SOA, the last four of them its minimum. */
#define SOA_NUMBERS 20

struct work {
    const struct template *template;      /* the zones */
    const struct name *origin;            /* apex of that which was asked */
    const struct template_node *apex;     /* with its SOA */
    const struct template_binder *binder; /* who is served */
    uint16_t type;                        /* asked */
    struct stunt_result *result;          /* being filled */
    struct template_match match;          /* of the present name */
    bool broken;                          /* data that cannot be said */
};

static struct record
view_of(const struct stunt_record *record)
{
    return (struct record){
        .type = record->type,
        .data = {(const char *)record->data, record->size}
    };
}

static bool
is_there(const struct stunt_result *result, const struct stunt_record *record)
{
    for (unsigned i = 0; i < result->count; i++) {
        const struct stunt_record *other = &result->records[i];

        if (other->type == record->type && other->size == record->size
            && memcmp(other->data, record->data, record->size) == 0
            && name_equal(&other->owner, &record->owner))
            return true;
    }
    return false;
}

/* The data is at the end of the result's memory already. */
static void
add(struct work *work, const struct name *owner, uint16_t type, uint32_t ttl,
    size_t size, enum stunt_section section)
{
    struct stunt_result *result = work->result;
    struct stunt_record *record = &result->records[result->count];

    if (result->count == STUNTANSWER_RECORDS_MAX) {
        work->broken |= section != STUNT_ADDITIONAL;
        return;
    }
    record->owner = *owner;
    record->type = type;
    record->ttl = ttl;
    record->size = (uint16_t)size;
    record->data = result->data + result->used;
    record->section = section;
    if (is_there(result, record))
        return;
    result->count++;
    result->used += size;
}

/* Records of one type of a node; how many there are. */
static unsigned
add_rrset(struct work *work, const struct template_match *match,
          const struct template_node *node, const struct name *owner,
          uint16_t type, enum stunt_section section)
{
    struct stunt_result *result = work->result;
    const struct template_record *record = NULL;
    unsigned n = 0;

    while ((record = template_record_next(node, record)) != NULL) {
        enum status st;
        size_t size;

        if (template_record_type(record) != type)
            continue;
        if (result->used + TEMPLATE_RDATA_MAX > sizeof(result->data)) {
            work->broken |= section != STUNT_ADDITIONAL;
            return n;
        }
        st = template_expand(record, match, work->binder,
                             result->data + result->used, &size);
        if (st == ST_NOT_FOUND)
            continue;
        if (st != ST_OK) {
            work->broken |= section != STUNT_ADDITIONAL;
            continue;
        }
        add(work, owner, type, template_record_ttl(record), size, section);
        n++;
    }
    return n;
}

/* RFC 2308 section 3: the SOA's TTL is the least of its own and its minimum.
   A zone has exactly one, without placeholders. */
static void
add_soa(struct work *work)
{
    struct stunt_result *result = work->result;
    unsigned first = result->count;

    add_rrset(work, &work->match, work->apex, work->origin, RR_SOA,
              STUNT_AUTHORITY);
    if (result->count > first && result->records[first].size > SOA_NUMBERS) {
        struct stunt_record *soa = &result->records[first];
        const uint8_t *p = soa->data + soa->size - 4;
        uint32_t minimum = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16
                           | (uint32_t)p[2] << 8 | p[3];

        if (minimum < soa->ttl)
            soa->ttl = minimum;
    }
}

/* What is below a zone of the same file is not in it. */
static bool
is_in_zone(const struct work *work, const struct name *name)
{
    const struct name *origin;

    return template_zone(work->template, name, &origin) == work->apex;
}

static void
add_addresses(struct work *work, const struct name *name, bool is_glue)
{
    struct template_match match;

    if (!is_in_zone(work, name))
        return;
    template_match(work->template, name, work->binder, &match);
    if (match.cut != NULL && !is_glue)
        return;
    if (match.cut != NULL)
        template_match_glue(work->template, name, work->binder, &match);
    work->broken |= match.unsure;
    if (match.found != TEMPLATE_RECORDS)
        return;
    add_rrset(work, &match, match.node, name, RR_A, STUNT_ADDITIONAL);
    add_rrset(work, &match, match.node, name, RR_AAAA, STUNT_ADDITIONAL);
}

/* RFC 1034 section 4.3.2 step 6, of the records from the first on. */
static void
add_additional(struct work *work, bool is_glue)
{
    unsigned count = work->result->count;

    for (unsigned i = 0; i < count; i++) {
        struct record record = view_of(&work->result->records[i]);
        struct name target;

        if ((record.type == RR_MX || record.type == RR_NS
             || record.type == RR_SRV)
            && record_target(&record, &target))
            add_addresses(work, &target, is_glue);
    }
}

/* Names below a cut belong to another zone: the cut's NS, and their
   addresses that only we can tell. */
static void
refer(struct work *work, const struct name *name)
{
    struct name owner;

    name_suffix(&owner, name, work->match.above_labels);
    add_rrset(work, &work->match, work->match.cut, &owner, RR_NS,
              STUNT_AUTHORITY);
    work->result->is_referral = true;
    if (work->result->records[0].section != STUNT_ANSWER)
        work->result->authoritative = false;
    add_additional(work, true);
}

static void
deny(struct work *work, enum stunt_rcode rcode)
{
    work->result->rcode = (uint8_t)rcode;
    add_soa(work);
}

/* Is the name the target of an alias that was passed already? */
static bool
was_passed(const struct stunt_result *result, const struct name *name)
{
    for (unsigned i = 0; i < result->count; i++)
        if (result->records[i].type == RR_CNAME
            && name_equal(&result->records[i].owner, name))
            return true;
    return false;
}

/* On to the target of the alias added last; false when that ends it. */
static bool
follow(struct work *work, struct name *name)
{
    const struct stunt_result *result = work->result;
    struct record alias = view_of(&result->records[result->count - 1]);

    return record_target(&alias, name) && !was_passed(result, name)
           && is_in_zone(work, name);
}

/* Where a chain comes to a DNAME again it is among the records already. */
static const struct stunt_record *
find_dname(const struct stunt_result *result, const struct name *owner)
{
    for (unsigned i = 0; i < result->count; i++)
        if (result->records[i].type == RR_DNAME
            && name_equal(&result->records[i].owner, owner))
            return &result->records[i];
    return NULL;
}

/* RFC 6672 section 3.2: the DNAME, and a CNAME made of it. */
static bool
redirect(struct work *work, struct name *name)
{
    struct stunt_result *result = work->result;
    const struct stunt_record *record;
    struct name owner, target, to;
    struct record dname;

    name_suffix(&owner, name, work->match.above_labels);
    add_rrset(work, &work->match, work->match.dname, &owner, RR_DNAME,
              STUNT_ANSWER);
    record = find_dname(result, &owner);
    if (record == NULL)
        return false;
    dname = view_of(record);
    if (!record_target(&dname, &to)
        || name_rebase(&target, name, &owner, &to) != ST_OK) {
        result->rcode = STUNT_YXDOMAIN;
        return false;
    }
    if (result->used + target.size > sizeof(result->data)) {
        work->broken = true;
        return false;
    }
    memcpy(result->data + result->used, target.wire, target.size);
    add(work, name, RR_CNAME, record->ttl, target.size, STUNT_ANSWER);
    return work->type != RR_CNAME && work->type != RR_ANY
           && follow(work, name);
}

/* RFC 8482 section 4.1: one RRset stands for all. */
static void
answer_any(struct work *work, const struct name *name)
{
    const struct template_record *record = NULL;

    while ((record = template_record_next(work->match.node, record)) != NULL)
        if (add_rrset(work, &work->match, work->match.node, name,
                      template_record_type(record), STUNT_ANSWER)
            > 0)
            break;
}

/* The records of the name; true when it is an alias to be followed. */
static bool
answer_node(struct work *work, struct name *name)
{
    const struct template_match *match = &work->match;

    if (work->type == RR_ANY) {
        answer_any(work, name);
        return false;
    }
    if (add_rrset(work, match, match->node, name, work->type, STUNT_ANSWER)
        > 0) {
        add_additional(work, false);
        return false;
    }
    if (add_rrset(work, match, match->node, name, RR_CNAME, STUNT_ANSWER) > 0)
        return follow(work, name);
    deny(work, STUNT_NOERROR);
    return false;
}

/* One name of the chain; true when name is the next. */
static bool
answer_name(struct work *work, struct name *name)
{
    struct template_match *match = &work->match;

    template_match(work->template, name, work->binder, match);
    work->broken |= match->unsure;
    if (match->cut != NULL
        && (work->type != RR_DS || match->above_labels < name->labels)) {
        refer(work, name);
        return false;
    }
    if (match->dname != NULL)
        return redirect(work, name);
    if (match->found == TEMPLATE_RECORDS)
        return answer_node(work, name);
    deny(work, match->found == TEMPLATE_NONE ? STUNT_NXDOMAIN : STUNT_NOERROR);
    return false;
}

void
stuntanswer(const struct template *template,
            const struct template_binder *binder, const struct name *name,
            uint16_t type, struct stunt_result *result)
{
    struct work work = {.template = template,
                        .binder = binder,
                        .type = type,
                        .result = result};
    struct name present = *name;
    unsigned hops = 0;

    result->count = 0;
    result->used = 0;
    result->is_referral = false;
    result->authoritative = true;
    result->rcode = STUNT_NOERROR;
    work.apex = template_zone(template, name, &work.origin);
    if (work.apex == NULL) {
        result->authoritative = false;
        result->rcode = STUNT_REFUSED;
        return;
    }
    if (binder->failed != NULL)
        *binder->failed = false;
    while (answer_name(&work, &present) && ++hops < ANSWER_CHAIN_MAX)
        continue;
    if (work.broken || (binder->failed != NULL && *binder->failed)) {
        result->count = 0;
        result->is_referral = false;
        result->authoritative = false;
        result->rcode = STUNT_SERVFAIL;
    }
}
