/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers made out of RRsets: chains, sections, negative answers, sizes. */
#include "common/dns/synth.h"

#include "common/dns/message.h"
#include "common/dns/reply.h"

/* More of IANA's DNS RCODEs. */
#define RCODE_SERVFAIL 2
#define RCODE_YXDOMAIN 6
/* A record without its data: owner as a pointer (RFC 1035 section 4.1.4),
   type, class, TTL, RDLENGTH. */
#define RECORD_SIZE    (2 + 10)
/* Type and class of the question. */
#define QUESTION_SIZE  4
/* An OPT record without options, RFC 6891 section 6.1.2. */
#define OPT_SIZE       11
/* UDP without EDNS, RFC 1035 section 4.2.1. */
#define UDP_SIZE       512

void
synth_begin(struct synth *synth, struct arena *arena,
            const struct question *question)
{
    *synth = (struct synth){.arena = arena, .question = question};
    synth->answer = answer_make(arena, OUTCOME_PENDING, NULL, NULL);
    synth->name = question->name;
}

void
synth_outcome(struct synth *synth, enum outcome outcome, const char *problem)
{
    static const uint16_t rcodes[] = {
        [OUTCOME_PENDING] = ANSWER_NO_RCODE,
        [OUTCOME_FOUND] = RCODE_NOERROR,
        [OUTCOME_NODATA] = RCODE_NOERROR,
        [OUTCOME_NXDOMAIN] = RCODE_NXDOMAIN,
        [OUTCOME_SERVFAIL] = RCODE_SERVFAIL,
        [OUTCOME_REFUSED] = RCODE_REFUSED,
        [OUTCOME_TIMEOUT] = ANSWER_NO_RCODE,
        [OUTCOME_MALFORMED] = ANSWER_NO_RCODE,
        [OUTCOME_BOGUS] = RCODE_SERVFAIL,
    };

    synth->answer->outcome = outcome;
    synth->answer->rcode = rcodes[outcome];
    synth->answer->problem = problem;
}

static bool
was_here(const struct synth *synth, const struct name *name)
{
    if (name_equal(&synth->question->name, name))
        return true;
    for (size_t i = 0; i < synth->answer->chain_count; i++)
        if (name_equal(&synth->hops[i].target, name))
            return true;
    return false;
}

static bool
loop(struct synth *synth, const char *what)
{
    synth->answer->chain_loops = true;
    synth_outcome(synth, OUTCOME_SERVFAIL,
                  arena_printf(synth->arena, "the aliases of '%s' %s",
                               name_bare(synth->arena, &synth->question->name),
                               what));
    return false;
}

bool
synth_follow(struct synth *synth, const struct hop *hop)
{
    struct answer *answer = synth->answer;

    if (was_here(synth, &hop->target))
        return loop(synth, "go in a circle");
    if (answer->chain_count == ANSWER_CHAIN_MAX)
        return loop(synth, "go on too long");
    synth->hops = arena_grow(synth->arena, synth->hops, answer->chain_count,
                             sizeof(*synth->hops));
    synth->hops[answer->chain_count++] = *hop;
    answer->chain = synth->hops;
    synth->name = hop->target;
    return true;
}

struct record
synth_record(const struct name *owner, const struct rrset *set, size_t number)
{
    return (struct record){.owner = *owner,
                           .type = set->type,
                           .ttl = set->ttl,
                           .data = set->data[number]};
}

/* The set's only record; loading saw to it that it is sound. */
static struct hop
make_hop(const struct name *owner, const struct rrset *set)
{
    struct record record = synth_record(owner, set, 0);
    struct hop hop = {.owner = *owner, .type = set->type, .ttl = set->ttl};

    if (!record_target(&record, &hop.target))
        hop.target = name_root;
    return hop;
}

bool
synth_follow_cname(struct synth *synth, const struct rrset *set)
{
    struct hop hop = make_hop(&synth->name, set);

    return synth_follow(synth, &hop);
}

bool
synth_follow_dname(struct synth *synth, const struct name *owner,
                   const struct rrset *set)
{
    struct hop hop = make_hop(owner, set);

    if (name_rebase(&hop.target, &synth->name, owner, &hop.target) == ST_OK)
        return synth_follow(synth, &hop);
    synth_outcome(synth, OUTCOME_SERVFAIL,
                  arena_printf(synth->arena,
                               "the DNAME at '%s' makes too long a name",
                               name_bare(synth->arena, owner)));
    synth->answer->rcode = RCODE_YXDOMAIN;
    return false;
}

static void
add_record(struct synth *synth, const struct record **list, size_t *count,
           const struct record *record)
{
    struct record *grown = arena_grow(synth->arena, (struct record *)*list,
                                      *count, sizeof(**list));

    grown[(*count)++] = *record;
    *list = grown;
}

static void
section_add(struct synth *synth, enum synth_section section,
            const struct record *record)
{
    struct answer *answer = synth->answer;

    switch (section) {
    case SYNTH_ANSWER:
        add_record(synth, &answer->records, &answer->record_count, record);
        break;
    case SYNTH_AUTHORITY:
        add_record(synth, &answer->authority, &answer->authority_count,
                   record);
        break;
    case SYNTH_ADDITIONAL:
        add_record(synth, &answer->additional, &answer->additional_count,
                   record);
        break;
    }
}

static size_t
section_count(const struct synth *synth, enum synth_section section)
{
    if (section == SYNTH_ANSWER)
        return synth->answer->record_count;
    return section == SYNTH_AUTHORITY ? synth->answer->authority_count
                                      : synth->answer->additional_count;
}

void
synth_add(struct synth *synth, enum synth_section section,
          const struct name *owner, const struct rrset *set)
{
    for (size_t i = 0; i < set->count; i++) {
        struct record record = synth_record(owner, set, i);

        if (section_count(synth, section) == ANSWER_RECORDS_MAX)
            return;
        section_add(synth, section, &record);
    }
}

void
synth_sign(struct synth *synth, const struct name *owner,
           const struct rrset *set)
{
    struct answer *answer = synth->answer;
    struct record *signatures = NULL;

    for (size_t i = 0;
         set != NULL && synth->question->dnssec_ok && i < set->count; i++) {
        struct record record = synth_record(owner, set, i);

        if (!record_signs(&record, synth->question->type))
            continue;
        signatures = arena_grow(synth->arena, signatures,
                                answer->signature_count, sizeof(*signatures));
        signatures[answer->signature_count++] = record;
        answer->signatures = signatures;
    }
}

void
synth_negative(struct synth *synth, enum outcome outcome,
               const struct record *soa)
{
    struct record record = *soa;
    struct soa fields;

    synth_outcome(synth, outcome, NULL);
    if (!record_soa(soa, &fields))
        return;
    if (fields.minimum < record.ttl)
        record.ttl = fields.minimum;
    synth->answer->zone = record.owner;
    synth->answer->negative_ttl = record.ttl;
    section_add(synth, SYNTH_AUTHORITY, &record);
}

static size_t
records_size(const struct record *records, size_t count)
{
    size_t size = 0;

    for (size_t i = 0; i < count; i++)
        size += RECORD_SIZE + records[i].data.n;
    return size;
}

static size_t
chain_size(const struct answer *answer)
{
    size_t size = 0;

    /* A DNAME has a CNAME made from it beside it. */
    for (size_t i = 0; i < answer->chain_count; i++)
        size += (RECORD_SIZE + (size_t)answer->chain[i].target.size)
                * (answer->chain[i].type == RR_DNAME ? 2 : 1);
    return size;
}

static size_t
message_size(const struct synth *synth)
{
    const struct answer *answer = synth->answer;
    size_t opt = synth->question->edns_size > 0 ? OPT_SIZE : 0;

    return MESSAGE_HEADER_SIZE + (size_t)synth->question->name.size
           + QUESTION_SIZE + opt + chain_size(answer)
           + records_size(answer->records, answer->record_count)
           + records_size(answer->authority, answer->authority_count)
           + records_size(answer->additional, answer->additional_count);
}

static bool
is_truncated(const struct question *question, size_t size)
{
    size_t room =
        question->edns_size > UDP_SIZE ? question->edns_size : UDP_SIZE;

    return question->transport == TRANSPORT_UDP && size > room;
}

const struct answer *
synth_finish(struct synth *synth, const char *server)
{
    struct answer *answer = synth->answer;
    size_t size = message_size(synth);

    answer->server = server;
    if (answer->rcode == ANSWER_NO_RCODE) {
        answer->aa = false;
        return answer;
    }
    if (size > MESSAGE_SIZE_MAX) {
        answer->record_count = 0;
        answer->authority_count = 0;
        answer->additional_count = 0;
        synth_outcome(synth, OUTCOME_SERVFAIL,
                      "the records do not fit into one message");
        size = message_size(synth);
    }
    answer->aa = answer->aa && !outcome_is_failure(answer->outcome);
    answer->size = (uint16_t)size;
    answer->tc = answer->tc || is_truncated(synth->question, size);
    return answer;
}
