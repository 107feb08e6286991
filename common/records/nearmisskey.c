/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a published record's tags differ from the expected ones. */
#include "common/records/nearmisskey.h"

#include "common/base/digest.h"
#include "common/base/strbuf.h"
#include "common/base/taglist.h"
#include "common/dkim/keymaterial.h"

/* ---- tags ---- */

/* Is part a tag of that name?  Its value, without blanks around. */
static bool
is_tag(struct slice part, char name, struct slice *value)
{
    size_t equals = slice_find(part, '=');
    struct slice tag = slice_trim(slice_sub(part, 0, equals));

    if (equals == part.n || tag.n != 1 || tag.p[0] != name)
        return false;
    *value = slice_trim(slice_from(part, equals + 1));
    return true;
}

/* The value of the first tag of that name; false when there is none. */
static bool
find_tag(struct slice text, char name, struct slice *value)
{
    struct slice part;

    while (slice_next(&text, ';', &part))
        if (is_tag(part, name, value))
            return true;
    return false;
}

static size_t
count_tags(struct slice text, char name)
{
    struct slice part, value;
    size_t count = 0;

    while (slice_next(&text, ';', &part))
        count += is_tag(part, name, &value) ? 1 : 0;
    return count;
}

static bool
has_version(struct slice text, struct slice version)
{
    char next;

    if (!slice_starts_case(text, version))
        return false;
    next = text.n == version.n ? ' ' : text.p[version.n];
    return next == ' ' || next == ';' || next == '\t';
}

enum nearmiss_kind
nearmisskey_kind(struct slice text)
{
    struct slice bare = slice_trim(text), value;

    if (has_version(bare, SLICE("v=spf1")))
        return NEARMISS_SPF;
    if (has_version(bare, SLICE("v=DMARC1")))
        return NEARMISS_POLICY;
    if (find_tag(text, 'v', &value))
        return slice_equal_case(value, SLICE("DKIM1")) ? NEARMISS_KEY
                                                       : NEARMISS_OTHER;
    return find_tag(text, 'p', &value) ? NEARMISS_KEY : NEARMISS_OTHER;
}

struct slice
nearmisskey_of(struct slice text)
{
    struct slice key;

    return nearmisskey_kind(text) == NEARMISS_KEY && find_tag(text, 'p', &key)
               ? key
               : SLICE_EMPTY;
}

bool
nearmisskey_is_kin(struct slice found, struct slice expected)
{
    enum nearmiss_kind kind = nearmisskey_kind(expected);
    size_t n = 0;

    if (kind != NEARMISS_OTHER)
        return nearmisskey_kind(found) == kind;
    while (n < expected.n && expected.p[n] != ' ' && expected.p[n] != ';')
        n++;
    return n > 0 && slice_starts(found, slice_sub(expected, 0, n));
}

/* Blanks other than these are no harmless ones. */
static bool
has_odd_blank(struct slice text)
{
    return slice_find(text, '\t') < text.n || slice_find(text, '\r') < text.n
           || slice_find(text, '\n') < text.n;
}

bool
nearmisskey_same_tags(struct arena *arena, struct slice found,
                      struct slice expected)
{
    enum nearmiss_kind kind = nearmisskey_kind(expected);
    enum taglist_rules rules =
        kind == NEARMISS_POLICY ? TAGLIST_DMARC : TAGLIST_DKIM;
    const struct taglist *a, *b;

    if ((kind != NEARMISS_KEY && kind != NEARMISS_POLICY) || found.n == 0
        || found.p[0] == ' ' || has_odd_blank(found))
        return false;
    a = taglist_scan(arena, found, rules);
    b = taglist_scan(arena, expected, rules);
    if (a->count != b->count || a->overflow || b->overflow)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->tags[i].fault != b->tags[i].fault
            || a->tags[i].is_spaced != b->tags[i].is_spaced
            || !slice_equal(a->tags[i].name, b->tags[i].name)
            || !slice_equal(a->tags[i].value, b->tags[i].value))
            return false;
    return true;
}

/* Do both have the same key? */
static bool
same_key(struct slice found, struct slice expected)
{
    struct slice key = nearmisskey_of(found);

    return key.n > 0 && slice_equal(key, nearmisskey_of(expected));
}

/* The next part that is not empty, without blanks around. */
static bool
next_part(struct slice *rest, char separator, struct slice *part)
{
    while (slice_next(rest, separator, part)) {
        *part = slice_trim(*part);
        if (part->n > 0)
            return true;
    }
    *part = SLICE_EMPTY;
    return false;
}

/* ---- k= and v= ---- */

bool
nearmisskey_type_case(struct slice found, struct slice expected)
{
    struct slice one, two;
    size_t changed = 0;

    if (nearmisskey_kind(expected) != NEARMISS_KEY)
        return false;
    while (next_part(&expected, ';', &two)) {
        if (!next_part(&found, ';', &one))
            return false;
        if (slice_equal(one, two))
            continue;
        if (!slice_starts(two, SLICE("k=")) || !slice_equal_case(one, two))
            return false;
        changed++;
    }
    return changed > 0 && !next_part(&found, ';', &one);
}

bool
nearmisskey_type_missing(struct slice found, struct slice expected)
{
    struct slice type;

    /* RFC 6376 section 3.6.1: rsa is what is meant when there is no k=. */
    return same_key(found, expected) && !find_tag(found, 'k', &type)
           && find_tag(expected, 'k', &type)
           && !slice_equal(type, SLICE("rsa"));
}

/* Is part among the tags of text? */
static bool
has_part(struct slice text, struct slice part)
{
    struct slice one;

    while (next_part(&text, ';', &one))
        if (slice_equal(one, part))
            return true;
    return false;
}

bool
nearmisskey_version_not_first(struct slice found, struct slice expected)
{
    /* So that an absurd plan costs no more than a long text. */
    enum { PARTS_MAX = 16 };
    struct slice rest = expected, part;

    if (nearmisskey_kind(expected) == NEARMISS_SPF
        || !slice_starts(expected, SLICE("v="))
        || slice_starts(slice_trim(found), SLICE("v=")))
        return false;
    for (size_t i = 0; next_part(&rest, ';', &part); i++)
        if (i == PARTS_MAX || !has_part(found, part))
            return false;
    return true;
}

bool
nearmisskey_version_missing(struct slice found, struct slice expected)
{
    char separator = nearmisskey_kind(expected) == NEARMISS_SPF ? ' ' : ';';
    struct slice one, two;

    if (!slice_starts(expected, SLICE("v="))
        || !next_part(&expected, separator, &two))
        return false;
    for (;;) {
        bool more = next_part(&expected, separator, &two);

        if (more != next_part(&found, separator, &one)
            || !slice_equal(one, two))
            return false;
        if (!more)
            return true;
    }
}

/* ---- p= ---- */

bool
nearmisskey_wrapped(struct slice found, struct slice expected)
{
    struct slice seen = nearmisskey_of(found);
    struct slice wanted = nearmisskey_of(expected);
    size_t w = 0;

    if (wanted.n == 0 || seen.n <= wanted.n)
        return false;
    for (size_t s = 0; s < seen.n; s++) {
        if (w < wanted.n && seen.p[s] == wanted.p[w])
            w++;
        else if (slice_trim(slice_sub(seen, s, 1)).n > 0)
            return false;
    }
    return w == wanted.n;
}

bool
nearmisskey_two_p_tags(struct slice found, struct slice expected)
{
    return nearmisskey_is_kin(found, expected) && count_tags(found, 'p') > 1;
}

/* A SubjectPublicKeyInfo of RSA from 2048 bits on is 24 octets of header, 32
   characters of base64, and then the PKCS #1 form. */
bool
nearmisskey_pkcs1(struct slice found, struct slice expected)
{
    enum { HEADER_BASE64 = 32 };
    struct slice seen = nearmisskey_of(found);
    struct slice wanted = nearmisskey_of(expected);

    return seen.n > HEADER_BASE64 && wanted.n == seen.n + HEADER_BASE64
           && slice_ends(wanted, seen);
}

static bool
holds(struct slice text, struct slice words)
{
    return slice_search(text, words) < text.n;
}

bool
nearmisskey_pem_armour(struct slice found, struct slice expected)
{
    return nearmisskey_of(expected).n > 0
           && (holds(found, SLICE("-----BEGIN"))
               || holds(found, SLICE("-----END")));
}

bool
nearmisskey_is_private(struct arena *arena, struct slice text)
{
    struct slice key = nearmisskey_kind(text) == NEARMISS_OTHER
                           ? slice_trim(text)
                           : nearmisskey_of(text);
    struct keymaterial material;
    struct strbuf octets = STRBUF_INIT;

    if (holds(text, SLICE("PRIVATE KEY")))
        return true;
    material.form = KEYMATERIAL_UNKNOWN;
    if (key.n > 0 && digest_base64_decode(key, &octets, NULL) == ST_OK)
        keymaterial_read(arena, strbuf_slice(&octets), &material);
    strbuf_clear(&octets);
    return material.form == KEYMATERIAL_PRIVATE;
}

bool
nearmisskey_bare(struct slice found, struct slice expected)
{
    struct slice wanted = nearmisskey_of(expected);

    return wanted.n > 0 && slice_equal(slice_trim(found), wanted);
}

bool
nearmisskey_revoked(struct slice found, struct slice expected)
{
    struct slice key;

    return nearmisskey_of(expected).n > 0
           && nearmisskey_kind(found) == NEARMISS_KEY
           && find_tag(found, 'p', &key) && key.n == 0;
}

bool
nearmisskey_not_revoked(struct slice found, struct slice expected)
{
    struct slice key;

    return nearmisskey_kind(expected) == NEARMISS_KEY
           && find_tag(expected, 'p', &key) && key.n == 0
           && nearmisskey_of(found).n > 0;
}

/* ---- other tags ---- */

static bool
is_testing(struct slice text)
{
    struct slice flags, flag;

    if (!find_tag(text, 't', &flags))
        return false;
    while (next_part(&flags, ':', &flag))
        if (slice_equal(flag, SLICE("y")))
            return true;
    return false;
}

bool
nearmisskey_testing_left(struct slice found, struct slice expected)
{
    return same_key(found, expected) && is_testing(found)
           && !is_testing(expected);
}

bool
nearmisskey_other_tags(struct slice found, struct slice expected)
{
    return same_key(found, expected);
}

bool
nearmisskey_holds_key(struct slice found, struct slice expected)
{
    struct slice wanted = nearmisskey_of(expected);

    return wanted.n > 0
           && (holds(found, wanted) || nearmisskey_wrapped(found, expected));
}
