/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys, digests and signatures of DNSSEC, by libdnssec. */
#include "common/dns/sigcheck.h"

#include <libdnssec/binary.h>
#include <libdnssec/error.h>
#include <libdnssec/key.h>
#include <libdnssec/nsec.h>
#include <libdnssec/sign.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

/* RFC 4034 section 2.1, RFC 5011 section 3. */
#define KEY_HEAD         4
#define KEY_FLAG_ZONE    0x0100
#define KEY_FLAG_REVOKED 0x0080
#define KEY_PROTOCOL     3
/* RFC 4034 section 5.1. */
#define DS_HEAD          4
/* RFC 4034 section 3.1: all that comes before the signer's name. */
#define SIGNATURE_HEAD   18
#define CLASS_IN         1

static unsigned
octet(struct slice data, size_t i)
{
    return (unsigned char)data.p[i];
}

static uint16_t
read_u16(struct slice data, size_t i)
{
    return (uint16_t)(octet(data, i) << 8 | octet(data, i + 1));
}

static uint32_t
read_u32(struct slice data, size_t i)
{
    return (uint32_t)read_u16(data, i) << 16 | read_u16(data, i + 2);
}

/* RFC 4034 appendix B; of algorithm 1, B.1, nobody has keys any more. */
static uint16_t
key_tag(struct slice data)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < data.n; i++)
        sum += octet(data, i) << (i % 2 == 0 ? 8 : 0);
    return (uint16_t)(sum + (sum >> 16));
}

bool
sigcheck_read_key(const struct record *record, struct sigcheck_key *out)
{
    unsigned flags;

    if (record->type != RR_DNSKEY || record->data.n <= KEY_HEAD)
        return false;
    flags = read_u16(record->data, 0);
    out->algorithm = (uint8_t)octet(record->data, 3);
    out->tag = key_tag(record->data);
    out->is_zone_key = (flags & KEY_FLAG_ZONE) && !(flags & KEY_FLAG_REVOKED)
                       && octet(record->data, 2) == KEY_PROTOCOL;
    return true;
}

bool
sigcheck_read_ds(const struct record *record, struct sigcheck_ds *out)
{
    if (record->type != RR_DS || record->data.n <= DS_HEAD)
        return false;
    out->tag = read_u16(record->data, 0);
    out->algorithm = (uint8_t)octet(record->data, 2);
    out->digest = (uint8_t)octet(record->data, 3);
    return true;
}

bool
sigcheck_is_known_ds(const struct sigcheck_ds *ds)
{
    return dnssec_algorithm_digest_support((dnssec_key_digest_t)ds->digest)
           && dnssec_algorithm_key_support(
               (dnssec_key_algorithm_t)ds->algorithm);
}

/* Serial arithmetic, RFC 4034 section 3.1.5: within 68 years of now. */
static int64_t
time_near(int64_t now, uint32_t seconds)
{
    return now + (int32_t)(seconds - (uint32_t)now);
}

bool
sigcheck_read_signature(const struct record *record, int64_t now,
                        struct sigcheck_signature *out)
{
    size_t used;

    if (record->type != RR_RRSIG || record->data.n <= SIGNATURE_HEAD
        || name_from_wire(&out->signer,
                          slice_from(record->data, SIGNATURE_HEAD), &used)
               != ST_OK
        || record->data.n <= SIGNATURE_HEAD + used)
        return false;
    out->algorithm = (uint8_t)octet(record->data, 2);
    out->ends = time_near(now, read_u32(record->data, 8));
    out->begins = time_near(now, read_u32(record->data, 12));
    out->tag = read_u16(record->data, 16);
    return true;
}

/* ---- keys ---- */

static dnssec_binary_t
binary_of(struct slice data)
{
    return (dnssec_binary_t){data.n, (uint8_t *)(uintptr_t)data.p};
}

/* NULL when it is of no use to libdnssec. */
static dnssec_key_t *
load_key(const struct record *record)
{
    dnssec_binary_t rdata = binary_of(record->data);
    dnssec_key_t *key = NULL;

    if (dnssec_key_new(&key) != DNSSEC_EOK)
        return NULL;
    if (dnssec_key_set_dname(key, record->owner.wire) == DNSSEC_EOK
        && dnssec_key_set_rdata(key, &rdata) == DNSSEC_EOK)
        return key;
    dnssec_key_free(key);
    return NULL;
}

enum sigcheck_truth
sigcheck_names_key(const struct record *ds, const struct record *key)
{
    enum sigcheck_truth truth = SIGCHECK_CANNOT_TELL;
    dnssec_binary_t made = {0, NULL};
    struct sigcheck_key seen;
    struct sigcheck_ds wanted;
    dnssec_key_t *loaded;

    if (!sigcheck_read_ds(ds, &wanted) || !sigcheck_read_key(key, &seen)
        || !seen.is_zone_key || wanted.tag != seen.tag
        || wanted.algorithm != seen.algorithm)
        return SIGCHECK_NO;
    if (!dnssec_algorithm_digest_support((dnssec_key_digest_t)wanted.digest))
        return SIGCHECK_CANNOT_TELL;
    loaded = load_key(key);
    if (loaded != NULL
        && dnssec_key_create_ds(loaded, (dnssec_key_digest_t)wanted.digest,
                                &made)
               == DNSSEC_EOK)
        truth = slice_equal(ds->data,
                            (struct slice){(const char *)made.data, made.size})
                    ? SIGCHECK_YES
                    : SIGCHECK_NO;
    dnssec_binary_free(&made);
    dnssec_key_free(loaded);
    return truth;
}

/* ---- signatures ---- */

static void
put_u16(struct strbuf *out, size_t number)
{
    strbuf_add_char(out, (char)(number >> 8));
    strbuf_add_char(out, (char)number);
}

static void
put_name(struct strbuf *out, const struct name *name)
{
    strbuf_add(out, (const char *)name->wire, name->size);
}

/* Types whose sets can be checked, and where in RDATA names are, which are
   signed in lower case: RFC 4034 section 6.2. */
static const struct {
    uint16_t type;  /* IANA number */
    uint8_t before; /* octets before the names */
    uint8_t names;  /* how many */
} forms[] = {
    {RR_A,      0, 0},
    {RR_AAAA,   0, 0},
    {RR_CNAME,  0, 1},
    {RR_DNSKEY, 0, 0},
    {RR_DS,     0, 0},
    {RR_MX,     2, 1},
    {RR_NS,     0, 1},
    {RR_SOA,    0, 2},
    {RR_TXT,    0, 0},
};
#define FORMS (sizeof(forms) / sizeof(forms[0]))

static bool
put_data(struct strbuf *out, const struct record *record)
{
    struct slice rest = record->data;
    struct name name;
    size_t used, i = 0;

    while (i < FORMS && forms[i].type != record->type)
        i++;
    if (i == FORMS)
        return false;
    strbuf_add_slice(out, slice_sub(rest, 0, forms[i].before));
    rest = slice_from(rest, forms[i].before);
    for (unsigned k = 0; k < forms[i].names; k++) {
        if (name_from_wire(&name, rest, &used) != ST_OK)
            return false;
        put_name(out, &name);
        rest = slice_from(rest, used);
    }
    strbuf_add_slice(out, rest);
    return true;
}

static int
compare_slices(const void *a, const void *b)
{
    return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

/* The owner that was signed: a wildcard's where there are fewer labels in the
   signature (RFC 4035 section 5.3.2). */
static void
put_owner(struct strbuf *out, const struct name *owner, unsigned labels)
{
    struct name top;

    if (labels < owner->labels) {
        strbuf_add(out, "\001*", 2);
        name_suffix(&top, owner, labels);
        owner = &top;
    }
    put_name(out, owner);
}

/* RFC 4034 section 3.1.8.1: what is signed. */
static bool
put_signed(struct strbuf *out, const struct record *records, size_t count,
           const struct record *signature)
{
    struct slice head = slice_sub(signature->data, 0, SIGNATURE_HEAD);
    struct slice *sorted = memory_zeroed(count, sizeof(*sorted));
    struct strbuf text = STRBUF_INIT;
    struct name signer;
    bool good = name_from_wire(
                    &signer, slice_from(signature->data, SIGNATURE_HEAD), NULL)
                == ST_OK;

    for (size_t i = 0; good && i < count; i++) {
        sorted[i].n = text.n;
        good = put_data(&text, &records[i]);
        sorted[i].n = text.n - sorted[i].n;
    }
    for (size_t i = 0, at = 0; good && i < count; at += sorted[i++].n)
        sorted[i].p = text.p + at;
    if (good) {
        qsort(sorted, count, sizeof(*sorted), compare_slices);
        strbuf_add_slice(out, head);
        put_name(out, &signer);
    }
    for (size_t i = 0; good && i < count; i++) {
        put_owner(out, &records[i].owner, octet(head, 3));
        put_u16(out, records[i].type);
        put_u16(out, CLASS_IN);
        strbuf_add_slice(out, slice_sub(head, 4, 4));
        put_u16(out, sorted[i].n);
        strbuf_add_slice(out, sorted[i]);
    }
    strbuf_clear(&text);
    free(sorted);
    return good;
}

static enum sigcheck_truth
verify(dnssec_key_t *key, const struct strbuf *text, struct slice signature)
{
    dnssec_binary_t data = {text->n, (uint8_t *)text->p};
    dnssec_binary_t made = binary_of(signature);
    dnssec_sign_ctx_t *context = NULL;
    enum sigcheck_truth truth = SIGCHECK_CANNOT_TELL;

    if (dnssec_sign_new(&context, key) != DNSSEC_EOK)
        return truth;
    if (dnssec_sign_add(context, &data) == DNSSEC_EOK) {
        int rc = dnssec_sign_verify(context, false, &made);

        if (rc == DNSSEC_EOK)
            truth = SIGCHECK_YES;
        else if (rc == DNSSEC_INVALID_SIGNATURE || rc == DNSSEC_MALFORMED_DATA)
            truth = SIGCHECK_NO;
    }
    dnssec_sign_free(context);
    return truth;
}

enum sigcheck_truth
sigcheck_verify(const struct record *records, size_t count,
                const struct record *signature, const struct record *key)
{
    enum sigcheck_truth truth = SIGCHECK_CANNOT_TELL;
    struct sigcheck_signature read;
    struct strbuf text = STRBUF_INIT;
    struct sigcheck_key seen;
    dnssec_key_t *loaded;

    if (count == 0 || !sigcheck_read_signature(signature, 0, &read)
        || !sigcheck_read_key(key, &seen)
        || !record_signs(signature, records[0].type)
        || !name_equal(&read.signer, &key->owner) || !seen.is_zone_key
        || read.tag != seen.tag || read.algorithm != seen.algorithm
        || octet(signature->data, 3) > records[0].owner.labels)
        return SIGCHECK_NO;
    loaded = load_key(key);
    if (loaded != NULL && put_signed(&text, records, count, signature))
        truth = verify(
            loaded, &text,
            slice_from(signature->data, SIGNATURE_HEAD + read.signer.size));
    dnssec_key_free(loaded);
    strbuf_clear(&text);
    return truth;
}

bool
sigcheck_hash(const struct record *nsec3, const struct name *name,
              unsigned iterations_max, uint8_t out[SIGCHECK_HASH_SIZE])
{
    /* NSEC3PARAM begins as NSEC3 does, and ends with the salt. */
    dnssec_binary_t rdata = {5, (uint8_t *)(uintptr_t)nsec3->data.p};
    dnssec_binary_t wire = {name->size, (uint8_t *)(uintptr_t)name->wire};
    dnssec_binary_t hash = {0, NULL};
    dnssec_nsec3_params_t params = {0};
    bool is_made;

    if (nsec3->data.n < rdata.size)
        return false;
    rdata.size += (unsigned char)nsec3->data.p[4];
    if (nsec3->data.n < rdata.size
        || dnssec_nsec3_params_from_rdata(&params, &rdata) != DNSSEC_EOK)
        return false;
    is_made = params.iterations <= iterations_max
              && dnssec_nsec3_hash(&wire, &params, &hash) == DNSSEC_EOK
              && hash.size == SIGCHECK_HASH_SIZE;
    if (is_made)
        memcpy(out, hash.data, SIGCHECK_HASH_SIZE);
    dnssec_binary_free(&hash);
    dnssec_nsec3_params_free(&params);
    return is_made;
}

/* ---- algorithms ---- */

static const struct {
    uint8_t number;   /* IANA */
    const char *name; /* mnemonic */
    bool is_weak;     /* MUST NOT or NOT RECOMMENDED for signing */
} algorithms[] = {
    {1,  "RSAMD5",             true },
    {3,  "DSA",                true },
    {5,  "RSASHA1",            true },
    {6,  "DSA-NSEC3-SHA1",     true },
    {7,  "RSASHA1-NSEC3-SHA1", true },
    {8,  "RSASHA256",          false},
    {10, "RSASHA512",          false},
    {12, "ECC-GOST",           true },
    {13, "ECDSAP256SHA256",    false},
    {14, "ECDSAP384SHA384",    false},
    {15, "ED25519",            false},
    {16, "ED448",              false},
};
#define ALGORITHMS (sizeof(algorithms) / sizeof(algorithms[0]))

bool
sigcheck_is_weak_algorithm(uint8_t algorithm)
{
    for (size_t i = 0; i < ALGORITHMS; i++)
        if (algorithms[i].number == algorithm)
            return algorithms[i].is_weak;
    return false;
}

/* SHA-1 and GOST R 34.11-94. */
bool
sigcheck_is_weak_digest(uint8_t digest)
{
    return digest == 1 || digest == 3;
}

void
sigcheck_present_algorithm(uint8_t algorithm, struct strbuf *out)
{
    for (size_t i = 0; i < ALGORITHMS; i++)
        if (algorithms[i].number == algorithm) {
            strbuf_add_text(out, algorithms[i].name);
            return;
        }
    strbuf_addf(out, "%u", (unsigned)algorithm);
}
