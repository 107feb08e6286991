/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the sections of a message say to a question. */
#include "common/dns/reply.h"

#include <string.h>

#include "common/base/strbuf.h"
#include "common/base/table.h"

/* A message on its way to a verdict. */
struct reply {
    struct arena *arena;             /* of what is made */
    const struct question *question; /* borrowed */
    const struct record *answers;    /* the answer section */
    size_t count;                    /* of it */
    struct answer *answer;           /* what becomes of it */
    struct hop *chain;               /* ANSWER_CHAIN_MAX of them, or NULL */
    struct name at;                  /* the chain's end so far */
    bool stuck;                      /* a DNAME leads to no possible name */
};

static const char *
sentence(const struct reply *reply, const char *what, const struct name *name)
{
    return arena_printf(reply->arena, "%s '%s'", what,
                        name_dotted(reply->arena, name));
}

/* A sentence on something that does not decide: the first is kept. */
static void
note(struct reply *reply, const char *what, const struct name *name)
{
    if (reply->answer->problem == NULL)
        reply->answer->problem = sentence(reply, what, name);
}

static void
decide(struct reply *reply, enum outcome outcome, const char *problem)
{
    reply->answer->outcome = outcome;
    if (problem != NULL)
        reply->answer->problem = problem;
}

/* Is record one of those asked for, at the end of the chain so far? */
static bool
is_wanted(const struct reply *reply, const struct record *record)
{
    uint16_t type = reply->question->type;

    return (record->type == type || type == RR_ANY)
           && name_equal(&record->owner, &reply->at);
}

static size_t
count_wanted(const struct reply *reply)
{
    size_t n = 0;

    for (size_t i = 0; i < reply->count; i++)
        n += is_wanted(reply, &reply->answers[i]);
    return n;
}

/* The first CNAME at the end of the chain so far, and whether there are
   several that differ. */
static const struct record *
find_cname(const struct reply *reply, bool *several)
{
    const struct record *found = NULL;

    *several = false;
    for (size_t i = 0; i < reply->count; i++) {
        const struct record *record = &reply->answers[i];

        if (record->type != RR_CNAME
            || !name_equal(&record->owner, &reply->at))
            continue;
        if (found == NULL)
            found = record;
        else if (!slice_equal_case(found->data, record->data))
            *several = true;
    }
    return found;
}

/* A DNAME above (not at) the end of the chain so far: RFC 6672 section 2.3. */
static const struct record *
find_dname(const struct reply *reply)
{
    for (size_t i = 0; i < reply->count; i++) {
        const struct record *record = &reply->answers[i];

        if (record->type == RR_DNAME && record->owner.labels < reply->at.labels
            && name_is_under(&reply->at, &record->owner))
            return record;
    }
    return NULL;
}

static bool
was_passed(const struct reply *reply, const struct name *name)
{
    for (size_t i = 0; i < reply->answer->chain_count; i++) {
        if (name_equal(&reply->chain[i].target, name))
            return true;
    }
    return name_equal(&reply->question->name, name);
}

static bool
add_hop(struct reply *reply, const struct record *record,
        const struct name *target)
{
    struct answer *answer = reply->answer;

    if (answer->chain_count == ANSWER_CHAIN_MAX || was_passed(reply, target)) {
        answer->chain_loops = true;
        return false;
    }
    if (reply->chain == NULL)
        reply->chain = ARENA_ARRAY(reply->arena, struct hop, ANSWER_CHAIN_MAX);
    reply->chain[answer->chain_count++] = (struct hop){.owner = record->owner,
                                                       .target = *target,
                                                       .type = record->type,
                                                       .ttl = record->ttl};
    answer->chain = reply->chain;
    reply->at = *target;
    return true;
}

/*
 * A DNAME comes with the CNAME made of it (RFC 6672 section 3.1), or without
 * from some caches: one hop in either case, unless the CNAME says something
 * else, which then holds since all resolvers go by it.
 */
static bool
follow_once(struct reply *reply)
{
    bool several;
    const struct record *cname = find_cname(reply, &several);
    const struct record *dname = find_dname(reply);
    struct name by_cname, by_dname, top;
    bool have_dname = dname != NULL && record_target(dname, &top);

    if (have_dname
        && name_rebase(&by_dname, &reply->at, &dname->owner, &top) != ST_OK) {
        have_dname = false;
        reply->stuck = cname == NULL;
    }
    if (several)
        note(reply, "several CNAME records at", &reply->at);
    if (cname == NULL || !record_target(cname, &by_cname))
        return have_dname && add_hop(reply, dname, &by_dname);
    if (have_dname && name_equal(&by_cname, &by_dname))
        return add_hop(reply, dname, &by_dname);
    return add_hop(reply, cname, &by_cname);
}

static void
follow(struct reply *reply)
{
    while (count_wanted(reply) == 0 && follow_once(reply))
        continue;
}

/* Was a record with the same type and data met before? */
static bool
is_repeated(struct table *seen, const struct record *record,
            struct strbuf *key)
{
    strbuf_cut(key, 0);
    strbuf_addf(key, "%u ", (unsigned)record->type);
    strbuf_add_slice(key, record->data);
    return table_put(seen, strbuf_slice(key), seen) != NULL;
}

/* A record sent twice is one record: RFC 2181 section 5.  Two of SPF or DMARC
   would be an error of the domain's. */
static void
take_records(struct reply *reply)
{
    size_t count = count_wanted(reply);
    struct record *records = ARENA_ARRAY(reply->arena, struct record, count);
    struct table *seen = count > 1 ? table_new() : NULL;
    struct strbuf key = STRBUF_INIT;
    size_t n = 0;

    for (size_t i = 0; i < reply->count; i++) {
        const struct record *record = &reply->answers[i];

        if (is_wanted(reply, record)
            && (seen == NULL || !is_repeated(seen, record, &key)))
            records[n++] = *record;
    }
    strbuf_clear(&key);
    table_free(seen);
    reply->answer->records = records;
    reply->answer->record_count = n;
}

/* RFC 4035 section 3.1.1: signatures stand beside what they sign. */
static void
take_signatures(struct reply *reply)
{
    struct record *signatures = NULL;
    size_t n = 0;

    for (size_t i = 0; i < reply->count; i++) {
        const struct record *record = &reply->answers[i];

        if (!record_signs(record, reply->question->type)
            || !name_equal(&record->owner, &reply->at))
            continue;
        signatures =
            arena_grow(reply->arena, signatures, n, sizeof(*signatures));
        signatures[n++] = *record;
    }
    reply->answer->signatures = signatures;
    reply->answer->signature_count = n;
}

/* RFC 2308 section 5.  The SOA of a zone that does not hold the name speaks of
   something else. */
bool
reply_take_soa(struct answer *answer, const struct name *end)
{
    struct soa soa;

    for (size_t i = 0; i < answer->authority_count; i++) {
        const struct record *record = &answer->authority[i];

        if (!name_is_under(end, &record->owner) || !record_soa(record, &soa))
            continue;
        answer->zone = record->owner;
        answer->negative_ttl =
            record->ttl < soa.minimum ? record->ttl : soa.minimum;
        return true;
    }
    return false;
}

/* Does the type bitmap of an NSEC record hold type?  RFC 4034 section 4. */
static bool
nsec_has(const struct record *record, uint16_t type)
{
    struct slice rest = slice_from(record->data, name_wire_size(record->data));
    size_t octet = type % 256 / 8;

    while (rest.n >= 2) {
        size_t n = (unsigned char)rest.p[1];

        if (n > rest.n - 2)
            return false;
        if ((unsigned char)rest.p[0] == type >> 8)
            return octet < n
                   && ((unsigned char)rest.p[2 + octet] & 0x80 >> type % 8)
                          != 0;
        rest = slice_from(rest, 2 + n);
    }
    return false;
}

/* RFC 9824 section 3.1: NOERROR, and an NSEC at the very name whose bitmap
   has the type that no name can have. */
static bool
is_compact_denial(const struct reply *reply)
{
    for (size_t i = 0; i < reply->answer->authority_count; i++) {
        const struct record *record = &reply->answer->authority[i];

        if (record->type == RR_NSEC && name_equal(&record->owner, &reply->at)
            && nsec_has(record, RR_NXNAME))
            return true;
    }
    return false;
}

static const struct record *
find_ns(const struct answer *answer)
{
    for (size_t i = 0; i < answer->authority_count; i++) {
        if (answer->authority[i].type == RR_NS)
            return &answer->authority[i];
    }
    return NULL;
}

/* A server that is not the zone's says nothing about absence: it points
   elsewhere, downwards or, badly configured, upwards; or is silent. */
static void
judge_no_authority(struct reply *reply)
{
    const struct record *ns = find_ns(reply->answer);

    if (ns == NULL) {
        decide(reply, OUTCOME_REFUSED,
               "neither records, authority nor a referral");
        return;
    }
    reply->answer->referral = true;
    reply->answer->zone = ns->owner;
    decide(reply, OUTCOME_REFUSED, sentence(reply, "referral to", &ns->owner));
}

/* NOERROR, and no records at the chain's end. */
static void
judge_absence(struct reply *reply)
{
    struct answer *answer = reply->answer;
    bool has_soa = reply_take_soa(answer, &reply->at);
    bool direct = reply->question->server.family != 0 && !reply->question->rd;

    if (answer->tc) {
        decide(reply, OUTCOME_SERVFAIL, "truncated before any record");
    } else if (is_compact_denial(reply)) {
        answer->compact_denial = true;
        decide(reply, OUTCOME_NXDOMAIN, NULL);
    } else if (direct && !answer->aa && !has_soa && answer->chain_count == 0) {
        judge_no_authority(reply);
    } else {
        answer->chain_open = answer->chain_count > 0 && !has_soa;
        decide(reply, OUTCOME_NODATA, NULL);
    }
}

static void
judge_found(struct reply *reply)
{
    bool several;

    if (reply->question->type != RR_CNAME && reply->question->type != RR_ANY
        && find_cname(reply, &several) != NULL) {
        reply->answer->cname_beside = true;
        note(reply, "CNAME beside other data at", &reply->at);
    }
    take_records(reply);
    take_signatures(reply);
    decide(reply, OUTCOME_FOUND, NULL);
}

static void
judge_noerror(struct reply *reply)
{
    bool found = count_wanted(reply) > 0;

    if (reply->answer->chain_loops)
        decide(reply, OUTCOME_SERVFAIL,
               sentence(reply, "aliases without end from",
                        &reply->question->name));
    else if (reply->stuck)
        decide(reply, OUTCOME_SERVFAIL,
               sentence(reply, "too long a name by DNAME from", &reply->at));
    else if (found)
        judge_found(reply);
    else
        judge_absence(reply);
}

void
reply_judge(struct arena *arena, const struct question *question,
            const struct record *answers, size_t count, struct answer *answer)
{
    struct reply reply = {.arena = arena,
                          .question = question,
                          .answers = answers,
                          .count = count,
                          .answer = answer,
                          .at = question->name};

    follow(&reply);
    switch (answer->rcode) {
    case RCODE_NOERROR:
        judge_noerror(&reply);
        break;
    case RCODE_NXDOMAIN:
        reply_take_soa(answer, &reply.at);
        if (count_wanted(&reply) > 0)
            note(&reply, "NXDOMAIN and yet records at", &reply.at);
        decide(&reply, OUTCOME_NXDOMAIN, NULL);
        break;
    case RCODE_REFUSED:
        decide(&reply, OUTCOME_REFUSED, NULL);
        break;
    default:
        decide(&reply, OUTCOME_SERVFAIL, NULL);
        break;
    }
}
