/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DNS messages: queries made here, answers read by libknot. */
#include "common/dns/message.h"

#include <libknot/libknot.h>
#include <string.h>

#include "common/base/strbuf.h"
#include "common/dns/reply.h"

/* Header flags, RFC 1035 section 4.1.1 and RFC 4035 section 3. */
#define FLAG_RD  0x0100
#define FLAG_AD  0x0020
#define FLAG_CD  0x0010
/* In the TTL of OPT: RFC 6891 section 6.1.3. */
#define OPT_DO   0x8000
#define CLASS_IN 1
/* TTLs above are taken for zero: RFC 2181 section 8. */
#define TTL_MAX  0x7fffffff

static uint8_t *
put_u16(uint8_t *p, unsigned number)
{
    p[0] = (uint8_t)(number >> 8);
    p[1] = (uint8_t)(number & 0xff);
    return p + 2;
}

/* Every other letter is a capital, which servers should send back as it is:
   draft-vixie-dnsext-dns0x20.  Lengths of labels are no letters. */
static void
mix_case(uint8_t *wire, size_t n)
{
    bool capital = true;

    for (size_t i = 0; i < n; i++) {
        if (wire[i] < 'a' || wire[i] > 'z')
            continue;
        if (capital)
            wire[i] = (uint8_t)(wire[i] - 'a' + 'A');
        capital = !capital;
    }
}

size_t
message_query(const struct question *question, uint16_t id,
              uint8_t out[MESSAGE_QUERY_MAX])
{
    unsigned flags = FLAG_AD | (question->rd ? FLAG_RD : 0)
                     | (question->checking_disabled ? FLAG_CD : 0);
    uint8_t *p = out;

    p = put_u16(p, id);
    p = put_u16(p, flags);
    p = put_u16(p, 1);
    p = put_u16(p, 0);
    p = put_u16(p, 0);
    p = put_u16(p, question->edns_size > 0 ? 1 : 0);
    memcpy(p, question->name.wire, question->name.size);
    if (question->mixed_case)
        mix_case(p, question->name.size);
    p = put_u16(p + question->name.size, question->type);
    p = put_u16(p, CLASS_IN);
    if (question->edns_size > 0) {
        *p++ = 0; /* the root */
        p = put_u16(p, RR_OPT);
        p = put_u16(p, question->edns_size);
        p = put_u16(p, 0);
        p = put_u16(p, question->dnssec_ok ? OPT_DO : 0);
        p = put_u16(p, 0);
    }
    return (size_t)(p - out);
}

/* A message on its way to an answer. */
struct reading {
    struct arena *arena;             /* where the answer lives */
    const struct question *question; /* borrowed */
    struct slice message;            /* borrowed */
    knot_pkt_t *packet;              /* as libknot reads it */
    struct answer *answer;           /* what becomes of it */
};

static const uint8_t *
wire_of(const struct reading *reading)
{
    return (const uint8_t *)reading->message.p;
}

/* What is wrong with the header, or NULL. */
static const char *
read_header(struct reading *reading)
{
    const uint8_t *wire = wire_of(reading);
    struct answer *answer = reading->answer;
    unsigned records;

    if (reading->message.n < MESSAGE_HEADER_SIZE)
        return "too short for a message";
    if (reading->message.n > MESSAGE_SIZE_MAX)
        return "too long for a message";
    answer->rcode = knot_wire_get_rcode(wire);
    answer->aa = knot_wire_get_aa(wire) != 0;
    answer->tc = knot_wire_get_tc(wire) != 0;
    answer->ra = knot_wire_get_ra(wire) != 0;
    answer->ad = knot_wire_get_ad(wire) != 0;
    if (knot_wire_get_qr(wire) == 0)
        return "a question where an answer should be";
    if (knot_wire_get_opcode(wire) != KNOT_OPCODE_QUERY)
        return "the answer to another kind of request";
    records = (unsigned)knot_wire_get_ancount(wire)
              + knot_wire_get_nscount(wire) + knot_wire_get_arcount(wire);
    if (records > ANSWER_RECORDS_MAX)
        return "more records than a message can hold";
    return NULL;
}

static void *
allocate(void *arena, size_t n)
{
    return arena_alloc(arena, n);
}

/* Whether a name, an owner or a record is at fault, libknot does not say. */
static const char *
explain_parse(int rc)
{
    return rc == KNOT_ETRAIL ? "octets behind the last record"
                             : "cut short or damaged";
}

/* Under TC the message may end anywhere: RFC 2181 section 9.  What libknot
   has read until there is whole. */
static const char *
parse(struct reading *reading)
{
    knot_mm_t memory = {.ctx = reading->arena, .alloc = allocate};
    int rc;

    /* KEEPWIRE: the octets are not written to. */
    reading->packet = knot_pkt_new((void *)(uintptr_t)wire_of(reading),
                                   (uint16_t)reading->message.n, &memory);
    rc = knot_pkt_parse(reading->packet, KNOT_PF_NOCANON | KNOT_PF_KEEPWIRE);
    if (rc == KNOT_EOK || (reading->answer->tc && rc != KNOT_ETRAIL))
        return NULL;
    return explain_parse(rc);
}

/* Servers too old for what was asked send little more than a header back. */
static bool
is_bare_error(const struct reading *reading)
{
    return knot_wire_get_qdcount(wire_of(reading)) == 0
           && knot_wire_get_ancount(wire_of(reading)) == 0
           && reading->answer->rcode != RCODE_NOERROR
           && reading->answer->rcode != RCODE_NXDOMAIN;
}

/* The name as it was sent is the first thing behind the header. */
static bool
is_case_lost(const struct reading *reading)
{
    const struct question *question = reading->question;
    uint8_t sent[MESSAGE_QUERY_MAX];

    if (!question->mixed_case)
        return false;
    message_query(question, 0, sent);
    return memcmp(sent + MESSAGE_HEADER_SIZE,
                  wire_of(reading) + MESSAGE_HEADER_SIZE, question->name.size)
           != 0;
}

static const char *
check_question(const struct reading *reading)
{
    const knot_dname_t *wire = knot_pkt_qname(reading->packet);
    struct name name;

    if (is_bare_error(reading))
        return NULL;
    if (wire == NULL)
        return "no question in it";
    if (name_from_wire(
            &name,
            (struct slice){(const char *)wire, reading->packet->qname_size},
            NULL)
            != ST_OK
        || !name_equal(&name, &reading->question->name)
        || knot_pkt_qtype(reading->packet) != reading->question->type
        || knot_pkt_qclass(reading->packet) != CLASS_IN)
        return "the answer to another question";
    reading->answer->case_lost = is_case_lost(reading);
    return NULL;
}

/* RFC 1035 section 3.3.14: one string at least, and they fill RDATA. */
static bool
are_strings(const struct record *record)
{
    struct slice string;
    size_t position = 0;

    while (record_string(record, &position, &string))
        continue;
    return record->data.n > 0 && position == record->data.n;
}

static const char *
convert(const knot_rrset_t *from, struct record *to)
{
    struct slice owner = {(const char *)from->owner,
                          knot_dname_size(from->owner)};

    if (name_from_wire(&to->owner, owner, NULL) != ST_OK)
        return "a damaged owner name";
    to->type = from->type;
    to->ttl = from->ttl > TTL_MAX ? 0 : from->ttl;
    to->data = SLICE_EMPTY;
    if (from->rrs.count > 0)
        to->data = (struct slice){(const char *)from->rrs.rdata->data,
                                  from->rrs.rdata->len};
    if ((to->type == RR_TXT || to->type == RR_SPF) && !are_strings(to))
        return "a TXT record whose strings do not fill it";
    return NULL;
}

/* Of class IN, no OPT, and not of type 0, which no record has: RFC 6895
   section 3.1. */
static bool
is_record(const knot_rrset_t *rrset)
{
    return rrset->rclass == CLASS_IN && rrset->type != RR_OPT
           && rrset->type != 0;
}

static const char *
read_section(struct reading *reading, knot_section_t which,
             const struct record **out, size_t *count)
{
    const knot_pktsection_t *section =
        knot_pkt_section(reading->packet, which);
    struct record *records;

    *out = NULL;
    *count = 0;
    if (section->count == 0)
        return NULL;
    records = ARENA_ARRAY(reading->arena, struct record, section->count);
    for (uint16_t i = 0; i < section->count; i++) {
        const knot_rrset_t *rrset = knot_pkt_rr(section, i);
        const char *wrong;

        if (!is_record(rrset))
            continue;
        wrong = convert(rrset, &records[*count]);
        if (wrong != NULL)
            return wrong;
        ++*count;
    }
    *out = records;
    return NULL;
}

/* Extended rcode and the first extended error: RFC 6891 section 6.1.3,
   RFC 8914 section 2. */
static void
read_opt(struct reading *reading)
{
    const knot_rrset_t *opt = reading->packet->opt_rr;
    uint8_t *option;

    if (opt == NULL)
        return;
    reading->answer->rcode = knot_edns_whole_rcode(
        knot_edns_get_ext_rcode(opt), (uint8_t)(reading->answer->rcode & 0xf));
    option = knot_edns_get_option(opt, KNOT_EDNS_OPTION_EDE, NULL);
    if (option != NULL && knot_edns_opt_get_length(option) >= 2)
        reading->answer->ede =
            knot_wire_read_u16(knot_edns_opt_get_data(option));
}

static const char *
read_message(struct reading *reading)
{
    struct answer *answer = reading->answer;
    const struct record *answers = NULL;
    const char *wrong;
    size_t count = 0;

    if ((wrong = read_header(reading)) != NULL
        || (wrong = parse(reading)) != NULL
        || (wrong = check_question(reading)) != NULL
        || (wrong = read_section(reading, KNOT_ANSWER, &answers, &count))
               != NULL
        || (wrong = read_section(reading, KNOT_AUTHORITY, &answer->authority,
                                 &answer->authority_count))
               != NULL
        || (wrong = read_section(reading, KNOT_ADDITIONAL, &answer->additional,
                                 &answer->additional_count))
               != NULL)
        return wrong;
    read_opt(reading);
    reply_judge(reading->arena, reading->question, answers, count, answer);
    return NULL;
}

/* Nothing of it counts but the header. */
static void
set_malformed(struct reading *reading, const char *wrong)
{
    struct answer *answer = reading->answer;

    answer->outcome = OUTCOME_MALFORMED;
    answer->problem = wrong;
    answer->authority = answer->additional = NULL;
    answer->authority_count = answer->additional_count = 0;
    answer->wire = arena_slice(reading->arena, reading->message);
}

struct answer *
message_answer(struct arena *arena, const struct question *question,
               struct slice message)
{
    struct reading reading = {
        .arena = arena,
        .question = question,
        .message = message,
        .answer = answer_make(arena, OUTCOME_MALFORMED, NULL, NULL),
    };
    const char *wrong = read_message(&reading);

    if (wrong != NULL)
        set_malformed(&reading, wrong);
    reading.answer->size =
        (uint16_t)(message.n > UINT16_MAX ? UINT16_MAX : message.n);
    return reading.answer;
}
