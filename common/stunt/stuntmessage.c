/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole message for a whole message: RFC 1035 section 4, RFC 6891. */
#include "common/stunt/stuntmessage.h"

#include <string.h>

#include "common/base/slice.h"
#include "common/dns/question.h"

#define HEADER_SIZE 12
#define OPT_SIZE    11 /* without options */
#define RR_FIXED    10 /* type, class, TTL, length */
#define CLASS_IN    1
#define LABELS_MAX  127
/* A length octet with these bits is a pointer: RFC 1035 section 4.1.4. */
#define POINTER     0xc0

/* Bits of the header's second 16. */
#define FLAG_QR     0x8000
#define FLAG_AA     0x0400
#define FLAG_TC     0x0200
#define FLAG_RD     0x0100
#define FLAG_CD     0x0010
#define OPCODE_MASK 0x7800

#define RR_IXFR     251
#define RR_AXFR     252

struct query {
    const uint8_t *p;                 /* the message */
    size_t n;                         /* octets of it */
    size_t at;                        /* read so far */
    size_t limit;                     /* octets the answer may have */
    bool has_question;                /* it could be read: */
    size_t question;                  /* octets of it, type and class too */
    struct name name;                 /* asked, in lower case */
    uint16_t type, class;             /* asked */
    bool has_opt;                     /* EDNS */
    uint16_t opt_size;                /* what the asker takes */
    uint8_t opt_version;              /* EDNS version */
    bool dnssec_ok;                   /* DO */
    uint8_t labels;                   /* of the name */
    uint8_t at_label[LABELS_MAX + 1]; /* where each begins, then the root */
};

static uint16_t
read_16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static void
write_16(uint8_t *p, unsigned number)
{
    p[0] = (uint8_t)(number >> 8);
    p[1] = (uint8_t)number;
}

/* ---- reading ---- */

static bool
read_question(struct query *query)
{
    size_t at = HEADER_SIZE, used, labels = 0;
    struct slice rest = {(const char *)query->p + at, query->n - at};

    if (name_from_wire(&query->name, rest, &used) != ST_OK
        || query->n - at - used < 4)
        return false;
    for (size_t i = 0; i < used; i += 1 + (size_t)query->name.wire[i])
        query->at_label[labels++] = (uint8_t)i;
    query->labels = (uint8_t)(labels - 1);
    query->type = read_16(query->p + at + used);
    query->class = read_16(query->p + at + used + 2);
    query->question = used + 4;
    query->at = at + query->question;
    query->has_question = true;
    return true;
}

static bool
skip_name(struct query *query)
{
    while (query->at < query->n) {
        uint8_t length = query->p[query->at];

        if (length >= POINTER) {
            query->at += 2;
            return query->at <= query->n;
        }
        if (length > NAME_LABEL_MAX)
            return false;
        query->at += 1u + length;
        if (length == 0)
            return true;
    }
    return false;
}

/* One record of the query; of use is only OPT, once, of the root, in the
   additional section: RFC 6891 section 6.1.1. */
static bool
read_record(struct query *query, bool is_additional)
{
    size_t start = query->at;
    const uint8_t *p;
    uint16_t type;

    if (!skip_name(query) || query->n - query->at < RR_FIXED)
        return false;
    p = query->p + query->at;
    type = read_16(p);
    query->at += RR_FIXED;
    if (query->n - query->at < read_16(p + 8))
        return false;
    query->at += read_16(p + 8);
    if (type != RR_OPT)
        return true;
    if (query->has_opt || !is_additional || query->p[start] != 0)
        return false;
    query->has_opt = true;
    query->opt_size = read_16(p + 2);
    query->opt_version = p[5];
    query->dnssec_ok = (p[6] & 0x80) != 0;
    return true;
}

static bool
read_records(struct query *query)
{
    unsigned before = read_16(query->p + 6) + read_16(query->p + 8);
    unsigned count = before + read_16(query->p + 10);

    for (unsigned i = 0; i < count; i++)
        if (!read_record(query, i >= before))
            return false;
    return query->at == query->n;
}

/* Types that are no data are not looked up: RFC 6895 section 3.1. */
static enum stunt_rcode
judge_type(uint16_t type)
{
    if (type == RR_AXFR || type == RR_IXFR)
        return STUNT_REFUSED;
    if (type == RR_ANY)
        return STUNT_NOERROR;
    return type == RR_OPT || (type >= 128 && type <= 255) ? STUNT_FORMERR
                                                          : STUNT_NOERROR;
}

/* What can be said without looking the name up. */
static enum stunt_rcode
read_query(struct query *query)
{
    bool is_query = (read_16(query->p + 2) & OPCODE_MASK) == 0;

    if (read_16(query->p + 4) != 1)
        return is_query ? STUNT_FORMERR : STUNT_NOTIMP;
    if (!read_question(query))
        return STUNT_FORMERR;
    if (!is_query)
        return STUNT_NOTIMP;
    if (!read_records(query)) {
        query->has_opt = false;
        return STUNT_FORMERR;
    }
    if (query->has_opt && query->opt_version != 0)
        return STUNT_BADVERS;
    if (query->class != CLASS_IN)
        return STUNT_REFUSED;
    return judge_type(query->type);
}

static size_t
limit_of(const struct query *query, bool tcp)
{
    if (tcp)
        return STUNTMESSAGE_MAX;
    if (!query->has_opt || query->opt_size < STUNTMESSAGE_PLAIN_MAX)
        return STUNTMESSAGE_PLAIN_MAX;
    return query->opt_size < STUNTMESSAGE_UDP_MAX ? query->opt_size
                                                  : STUNTMESSAGE_UDP_MAX;
}

/* ---- writing ---- */

struct writer {
    uint8_t *p;                /* the message */
    size_t n;                  /* octets written */
    size_t limit;              /* octets there may be, OPT not counted */
    const struct query *query; /* for its name */
};

static bool
put(struct writer *writer, const void *p, size_t n)
{
    if (n > writer->limit - writer->n)
        return false;
    memcpy(writer->p + writer->n, p, n);
    writer->n += n;
    return true;
}

/*
 * A name, its end as a pointer into the question where it is the same.  wire
 * is what the question's octets must equal: with letters folded for owners,
 * as they came for data, whose case is kept (RFC 1034 section 3.1).
 */
static bool
put_name(struct writer *writer, const uint8_t *name, size_t size,
         const uint8_t *wire)
{
    const struct query *query = writer->query;

    for (size_t i = 0; i + 1 < size; i += 1 + (size_t)name[i])
        for (size_t k = 0; k < query->labels; k++) {
            size_t at = query->at_label[k];
            uint8_t pointer[2];

            if (query->name.size - at != size - i
                || memcmp(wire + at, name + i, size - i) != 0)
                continue;
            write_16(pointer, (unsigned)(POINTER << 8 | (HEADER_SIZE + at)));
            return put(writer, name, i) && put(writer, pointer, 2);
        }
    return put(writer, name, size);
}

/* Octets of data before names that may be compressed (RFC 3597 section 4),
   and how many names; none for all other types. */
static unsigned
names_in(uint16_t type, size_t *before)
{
    *before = type == RR_MX ? 2 : 0;
    switch (type) {
    case RR_NS:
    case RR_CNAME:
    case RR_PTR:
    case RR_MX:
        return 1;
    case RR_SOA:
        return 2;
    default:
        return 0;
    }
}

static bool
put_data(struct writer *writer, const struct stunt_record *record)
{
    struct slice rest = {(const char *)record->data, record->size};
    size_t before;
    unsigned names = names_in(record->type, &before);

    if (names == 0)
        return put(writer, rest.p, rest.n);
    if (!put(writer, rest.p, before > rest.n ? rest.n : before))
        return false;
    rest = slice_from(rest, before);
    for (; names > 0; names--) {
        size_t size = name_wire_size(rest);

        if (size == 0)
            break;
        if (!put_name(writer, (const uint8_t *)rest.p, size,
                      writer->query->p + HEADER_SIZE))
            return false;
        rest = slice_from(rest, size);
    }
    return put(writer, rest.p, rest.n);
}

static bool
put_record(struct writer *writer, const struct stunt_record *record)
{
    uint8_t fixed[RR_FIXED];
    size_t data;

    write_16(fixed, record->type);
    write_16(fixed + 2, CLASS_IN);
    write_16(fixed + 4, record->ttl >> 16);
    write_16(fixed + 6, record->ttl & 0xffff);
    write_16(fixed + 8, 0);
    if (!put_name(writer, record->owner.wire, record->owner.size,
                  writer->query->name.wire)
        || !put(writer, fixed, sizeof(fixed)))
        return false;
    data = writer->n;
    if (!put_data(writer, record))
        return false;
    write_16(writer->p + data - 2, (unsigned)(writer->n - data));
    return true;
}

static bool
is_same_rrset(const struct stunt_record *a, const struct stunt_record *b)
{
    return a->section == b->section && a->type == b->type
           && name_equal(&a->owner, &b->owner);
}

/*
 * All sections; counts by section.  What does not fit: an additional RRset is
 * left out as a whole with all that follow; anything else, and the addresses
 * of a referral (RFC 9471), makes the message truncated.  Returns false then.
 */
static bool
put_sections(struct writer *writer, const struct stunt_result *result,
             unsigned counts[3])
{
    size_t start = writer->n;
    unsigned first = 0;

    for (unsigned i = 0; i < result->count; i++) {
        const struct stunt_record *record = &result->records[i];

        if (i == 0 || !is_same_rrset(record, &result->records[i - 1])) {
            first = i;
            start = writer->n;
        }
        if (put_record(writer, record)) {
            counts[record->section]++;
            continue;
        }
        writer->n = start;
        counts[record->section] -= i - first;
        return record->section == STUNT_ADDITIONAL && !result->is_referral;
    }
    return true;
}

static void
put_opt(struct writer *writer, unsigned rcode)
{
    const struct query *query = writer->query;
    uint8_t opt[OPT_SIZE] = {0};

    write_16(opt + 1, RR_OPT);
    write_16(opt + 3, STUNTMESSAGE_UDP_MAX);
    opt[5] = (uint8_t)(rcode >> 4);
    opt[7] = query->dnssec_ok ? 0x80 : 0;
    writer->limit += OPT_SIZE;
    put(writer, opt, sizeof(opt));
}

static size_t
write_answer(const struct query *query, const struct stunt_result *result,
             uint8_t *out)
{
    struct writer writer = {.p = out,
                            .n = HEADER_SIZE,
                            .limit =
                                query->limit - (query->has_opt ? OPT_SIZE : 0),
                            .query = query};
    unsigned flags = read_16(query->p + 2);
    unsigned counts[3] = {0, 0, 0};

    flags = FLAG_QR | (flags & (OPCODE_MASK | FLAG_RD | FLAG_CD))
            | (result->authoritative ? FLAG_AA : 0) | (result->rcode & 0xf);
    if (query->has_question)
        put(&writer, query->p + HEADER_SIZE, query->question);
    if (!put_sections(&writer, result, counts)) {
        writer.n = HEADER_SIZE + query->question;
        memset(counts, 0, sizeof(counts));
        flags |= FLAG_TC;
    }
    if (query->has_opt)
        put_opt(&writer, result->rcode);
    memcpy(out, query->p, 2);
    write_16(out + 2, flags);
    write_16(out + 4, query->has_question ? 1 : 0);
    write_16(out + 6, counts[STUNT_ANSWER]);
    write_16(out + 8, counts[STUNT_AUTHORITY]);
    write_16(out + 10, counts[STUNT_ADDITIONAL] + (query->has_opt ? 1u : 0));
    return writer.n;
}

size_t
stuntmessage_answer(const struct template *template,
                    const struct template_binder *binder,
                    const struct stunt_query *given,
                    struct stunt_result *scratch, uint8_t *out)
{
    struct query query;
    enum stunt_rcode rcode;

    query.p = given->octets;
    query.n = given->size;
    query.at = HEADER_SIZE;
    query.question = 0;
    query.labels = 0;
    query.has_question = query.has_opt = query.dnssec_ok = false;
    if (query.n < HEADER_SIZE || (read_16(query.p + 2) & FLAG_QR) != 0)
        return 0;
    rcode = read_query(&query);
    query.limit = limit_of(&query, given->tcp);
    if (rcode == STUNT_NOERROR) {
        stuntanswer(template, binder, &query.name, query.type, scratch);
    } else {
        scratch->count = 0;
        scratch->is_referral = scratch->authoritative = false;
        scratch->rcode = (uint8_t)rcode;
    }
    return write_answer(&query, scratch, out);
}
