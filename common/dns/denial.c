/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What NSEC and NSEC3 records say of a name. */
#include "common/dns/denial.h"

#include <string.h>

#include "common/dns/sigcheck.h"

#define HASH_SIZE  SIGCHECK_HASH_SIZE
/* Of a hash in base32hex. */
#define HASH_LABEL 32

/* Types at a name that say that it is there, and no more: RFC 4035 section
   2.3, RFC 9824 section 3.1. */
static bool
is_mere(unsigned type)
{
    return type == RR_RRSIG || type == RR_NSEC || type == RR_NSEC3
           || type == RR_NXNAME;
}

/* What a type bitmap holds: RFC 4034 section 4.1.2. */
struct bitmap {
    bool has_nxname; /* RFC 9824: the name is not there */
    bool has_data;   /* any type that is one of data */
};

static struct bitmap
read_bitmap(struct slice rest)
{
    struct bitmap bitmap = {false, false};

    while (rest.n >= 2) {
        unsigned window = (unsigned char)rest.p[0];
        size_t n = (unsigned char)rest.p[1];

        if (n > rest.n - 2)
            break;
        for (size_t i = 0; i < n * 8; i++) {
            unsigned type = window * 256 + (unsigned)i;
            unsigned octet = (unsigned char)rest.p[2 + i / 8];

            if ((octet & 0x80u >> i % 8) == 0)
                continue;
            bitmap.has_nxname |= type == RR_NXNAME;
            bitmap.has_data |= !is_mere(type);
        }
        rest = slice_from(rest, 2 + n);
    }
    return bitmap;
}

static enum denial
by_nsec(const struct record *record, const struct name *name)
{
    size_t n = name_wire_size(record->data);
    struct bitmap bitmap;
    struct name next;

    if (n == 0
        || name_from_wire(&next, slice_sub(record->data, 0, n), NULL) != ST_OK)
        return DENIAL_SILENT;
    if (name_equal(&record->owner, name)) {
        bitmap = read_bitmap(slice_from(record->data, n));
        if (bitmap.has_nxname)
            return DENIAL_NO_NAME;
        return bitmap.has_data ? DENIAL_NAME : DENIAL_EMPTY;
    }
    if (name_compare(&record->owner, name) >= 0)
        return DENIAL_SILENT;
    /* The next name that there is lies below it. */
    if (name_is_under(&next, name))
        return DENIAL_EMPTY;
    /* The last NSEC of a zone leads back to its apex. */
    return name_compare(name, &next) < 0
                   || (name_compare(&next, &record->owner) <= 0
                       && name_is_under(name, &next))
               ? DENIAL_NO_NAME
               : DENIAL_SILENT;
}

/* RFC 4648 section 7, 32 letters of a label as 20 octets. */
static bool
read_hash(struct slice label, uint8_t out[HASH_SIZE])
{
    unsigned bits = 0, kept = 0;
    size_t n = 0;

    if (label.n != HASH_LABEL)
        return false;
    for (size_t i = 0; i < label.n; i++) {
        static const char letters[] = "0123456789abcdefghijklmnopqrstuv";
        const char *at = strchr(letters, label.p[i]);

        if (at == NULL || *at == '\0')
            return false;
        bits = (bits << 5 | (unsigned)(at - letters)) & 0xfff;
        kept += 5;
        if (kept < 8)
            continue;
        kept -= 8;
        out[n++] = (uint8_t)(bits >> kept & 0xff);
    }
    return n == HASH_SIZE;
}

/* An NSEC3 record's parts: RFC 5155 section 3.2. */
struct nsec3 {
    uint8_t owner[HASH_SIZE];  /* of the name it is at */
    uint8_t next[HASH_SIZE];   /* of the next one */
    uint8_t wanted[HASH_SIZE]; /* of the name asked about */
    struct slice types;        /* the bitmap */
};

static bool
read_nsec3(const struct record *record, const struct name *name,
           struct nsec3 *out)
{
    const unsigned char *p = (const unsigned char *)record->data.p;
    size_t salt, next;

    if (record->data.n < 5 || record->owner.labels == 0)
        return false;
    salt = p[4];
    if (record->data.n < 6 + salt)
        return false;
    next = p[5 + salt];
    if (next != HASH_SIZE || record->data.n < 6 + salt + next)
        return false;
    memcpy(out->next, p + 6 + salt, HASH_SIZE);
    out->types = slice_from(record->data, 6 + salt + next);
    return read_hash(name_label(&record->owner, 0), out->owner)
           && sigcheck_hash(record, name, DENIAL_ITERATIONS_MAX, out->wanted);
}

/* One that covers the hash of the name: RFC 5155 section 8.4. */
static bool
covers(const struct nsec3 *nsec3)
{
    bool is_after = memcmp(nsec3->owner, nsec3->wanted, HASH_SIZE) < 0;
    bool is_before = memcmp(nsec3->wanted, nsec3->next, HASH_SIZE) < 0;

    /* The last one leads back to the first. */
    return memcmp(nsec3->owner, nsec3->next, HASH_SIZE) < 0
               ? is_after && is_before
               : is_after || is_before;
}

static enum denial
by_nsec3(const struct record *record, const struct name *name)
{
    struct nsec3 nsec3;

    if (!read_nsec3(record, name, &nsec3))
        return DENIAL_SILENT;
    if (memcmp(nsec3.owner, nsec3.wanted, HASH_SIZE) == 0)
        return read_bitmap(nsec3.types).has_data ? DENIAL_NAME : DENIAL_EMPTY;
    /* Opt-Out: unsigned delegations are passed over, RFC 5155 section 6. */
    return ((unsigned char)record->data.p[1] & 1) == 0 && covers(&nsec3)
               ? DENIAL_NO_NAME
               : DENIAL_SILENT;
}

enum denial
denial_of(const struct answer *answer, const struct name *name)
{
    enum denial denial = DENIAL_SILENT;

    for (size_t i = 0; i < answer->authority_count; i++) {
        const struct record *record = &answer->authority[i];
        enum denial says = DENIAL_SILENT;

        if (record->type == RR_NSEC)
            says = by_nsec(record, name);
        else if (record->type == RR_NSEC3)
            says = by_nsec3(record, name);
        if (says > denial)
            denial = says;
    }
    return denial;
}

const char *
denial_words(enum denial denial)
{
    static const char *const words[] = {"", "no such name",
                                        "empty non-terminal", "records"};

    return words[denial];
}
