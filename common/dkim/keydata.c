/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The value of p=: from base64 to a key, and all the ways it goes wrong. */
#include "common/dkim/keydata.h"

#include "common/base/digest.h"
#include "common/base/strbuf.h"

/*
 * Strings whose order is tried: a 4096-bit key takes 3 or 4, and the orders
 * of 4 are 24.
 */
#define ORDERED_STRINGS_MAX 4

/* The most octets of one character-string, RFC 1035 section 3.3: where
   forms that cut keys do so. */
#define STRING_SIZE_MAX     255

#define USUAL_EXPONENT      65537 /* RFC 6376 section 3.3.1 */
/* RFC 8301 section 3.2. */
#define RSA_BITS_MIN        1024
#define RSA_BITS_SHOULD     2048
#define RSA_BITS_MAX        4096

static bool
is_public(enum keymaterial_form form)
{
    return form == KEYMATERIAL_RSA_SPKI || form == KEYMATERIAL_RSA_PKCS1;
}

/*
 * Decode and look.  A last character too many (length 1 modulo 4) is how a
 * cut looks as well, so it is left out when what stands before it is the
 * beginning of a key.
 */
static enum status
decode(struct arena *arena, struct slice text, struct keymaterial *out,
       struct base64_fault *fault)
{
    struct strbuf octets = STRBUF_INIT;
    enum status st = digest_base64_decode(text, &octets, fault);

    if (st == ST_OK) {
        keymaterial_read(arena, strbuf_slice(&octets), out);
    } else if (fault->at >= text.n || fault->at == text.n - 1) {
        struct base64_fault ignored;

        strbuf_cut(&octets, 0);
        if (text.n > 0
            && digest_base64_decode(slice_sub(text, 0, text.n - 1), &octets,
                                    &ignored)
                   == ST_OK) {
            keymaterial_read(arena, strbuf_slice(&octets), out);
            if (out->form == KEYMATERIAL_TRUNCATED)
                st = ST_OK;
            else
                *out = (struct keymaterial){0};
        }
    }
    strbuf_wipe(&octets);
    return st;
}

/* The value of p= in text made of the strings in another order. */
static struct slice
find_p(struct slice text)
{
    struct slice part;

    while (slice_next(&text, ';', &part)) {
        part = slice_trim(part);
        if (slice_starts(part, SLICE("p=")))
            return slice_from(part, 2);
    }
    return SLICE_EMPTY;
}

static bool
is_whole_key(struct arena *arena, struct slice text)
{
    struct keymaterial material = {0};
    struct base64_fault fault = {0};

    return decode(arena, find_p(text), &material, &fault) == ST_OK
           && is_public(material.form);
}

/* The next order of n numbers, in lexical order; false after the last. */
static bool
next_order(size_t *order, size_t n)
{
    size_t i = n - 1, j = n - 1, swap;

    while (i > 0 && order[i - 1] > order[i])
        i--;
    if (i == 0)
        return false;
    while (order[j] < order[i - 1])
        j--;
    swap = order[i - 1];
    order[i - 1] = order[j];
    order[j] = swap;
    for (j = n - 1; i < j; i++, j--) {
        swap = order[i];
        order[i] = order[j];
        order[j] = swap;
    }
    return true;
}

/* The order in which the record's strings make a key, "2, 1, 3", or NULL. */
static const char *
find_order(struct dkimkey_build *build)
{
    size_t order[ORDERED_STRINGS_MAX] = {0, 1, 2, 3};
    size_t n = build->string_count;
    struct strbuf text = STRBUF_INIT;
    const char *found = NULL;

    if (n < 2 || n > ORDERED_STRINGS_MAX)
        return NULL;
    while (found == NULL && next_order(order, n)) {
        strbuf_cut(&text, 0);
        for (size_t i = 0; i < n; i++)
            strbuf_add_slice(&text, build->strings[order[i]]);
        if (!is_whole_key(build->arena, strbuf_slice(&text)))
            continue;
        strbuf_cut(&text, 0);
        for (size_t i = 0; i < n; i++)
            strbuf_addf(&text, "%s%zu", i == 0 ? "" : ", ", order[i] + 1);
        found = arena_text(build->arena, strbuf_slice(&text));
    }
    strbuf_clear(&text);
    return found;
}

/* Between "-----BEGIN ...-----" and "-----END": what should stand alone. */
static struct slice
without_armour(struct slice p)
{
    static const char dashes[] = "-----";
    struct slice rest = slice_from(p, slice_search(p, SLICE("-----BEGIN")));
    size_t end;

    rest = slice_from(rest, sizeof(dashes) - 1);
    end = slice_search(rest, SLICE(dashes));
    rest = slice_from(rest, end + sizeof(dashes) - 1);
    return slice_sub(rest, 0, slice_search(rest, SLICE(dashes)));
}

static void
note_truncated(struct dkimkey_build *build)
{
    struct dkimkey_fault *fault =
        dkimkey_note(build, DKIMKEY_KEY_TRUNCATED, build->key->p, NULL);

    if (build->key->text.n == STRING_SIZE_MAX)
        fault->detail = "it was cut after 255 octets, where the first string"
                        " ends";
    else if (build->key->text.n % 1024 == 0)
        fault->detail = "it was cut after 1024 octets";
    fault->number = (int64_t)build->key->material.size;
    fault->total = (int64_t)build->key->material.wanted;
}

static void
note_number(struct dkimkey_build *build, enum dkimkey_fault_kind kind,
            uint64_t number)
{
    dkimkey_note(build, kind, build->key->p, NULL)->number = (int64_t)number;
}

static void
check_rsa(struct dkimkey_build *build)
{
    const struct keymaterial *material = &build->key->material;
    unsigned bits = material->bits;

    if (material->form == KEYMATERIAL_RSA_PKCS1)
        dkimkey_note(build, DKIMKEY_KEY_PKCS1, build->key->p, NULL);
    if (bits < RSA_BITS_MIN)
        note_number(build, DKIMKEY_RSA_TOO_SHORT, bits);
    else if (bits < RSA_BITS_SHOULD)
        note_number(build, DKIMKEY_RSA_BELOW_2048, bits);
    else if (bits > RSA_BITS_MAX)
        note_number(build, DKIMKEY_RSA_ABOVE_4096, bits);
    else if (bits > RSA_BITS_SHOULD)
        note_number(build, DKIMKEY_RSA_ABOVE_2048, bits);
    if (material->exponent_is_unusable)
        note_number(build, DKIMKEY_RSA_EXPONENT_INVALID, material->exponent);
    else if (material->exponent != USUAL_EXPONENT)
        note_number(build, DKIMKEY_RSA_EXPONENT, material->exponent);
    if (material->weakness == KEYMATERIAL_ROCA)
        dkimkey_note(build, DKIMKEY_RSA_WEAK, build->key->p,
                     "it has the fingerprint of CVE-2017-15361 (ROCA)");
    else if (material->weakness == KEYMATERIAL_SMALL_PRIME)
        dkimkey_note(build, DKIMKEY_RSA_WEAK, build->key->p,
                     arena_printf(build->arena, "%u divides the modulus",
                                  material->small_prime));
}

/* p= holds no key that k= allows: which of them is it? */
static void
check_mismatch(struct dkimkey_build *build)
{
    static const char *const types[] = {
        [KEYMATERIAL_UNKNOWN] = "unknown",
        [KEYMATERIAL_RSA_SPKI] = "rsa",
        [KEYMATERIAL_RSA_PKCS1] = "rsa",
        [KEYMATERIAL_ED25519_RAW] = "ed25519",
        [KEYMATERIAL_ED25519_SPKI] = "ed25519",
        [KEYMATERIAL_OTHER_SPKI] = "neither rsa nor ed25519",
    };
    enum keymaterial_form form = build->key->material.form;
    bool is_ed25519 =
        form == KEYMATERIAL_ED25519_RAW || form == KEYMATERIAL_ED25519_SPKI;

    if (build->key->type == DKIMKEY_TYPE_ED25519
        && form == KEYMATERIAL_UNKNOWN)
        note_number(build, DKIMKEY_ED25519_LENGTH, build->key->material.size);
    else if (is_ed25519 && !build->has_k)
        dkimkey_note(build, DKIMKEY_ED25519_NO_K, build->key->p, NULL);
    else
        dkimkey_note(build, DKIMKEY_KEY_TYPE_MISMATCH, build->key->p,
                     types[form]);
}

/* Ed25519 in SubjectPublicKeyInfo: the key is its last 32 octets. */
static void
note_wrapped(struct dkimkey_build *build)
{
    struct strbuf expected = STRBUF_INIT;

    digest_base64(build->key->material.raw, &expected);
    dkimkey_note(build, DKIMKEY_ED25519_SPKI, build->key->p, NULL)->expected =
        arena_text(build->arena, strbuf_slice(&expected));
    strbuf_clear(&expected);
}

static void
check_form(struct dkimkey_build *build)
{
    enum dkimkey_type type = build->key->type;

    switch (build->key->material.form) {
    case KEYMATERIAL_PRIVATE:
        dkimkey_note(build, DKIMKEY_KEY_PRIVATE, build->key->p, NULL);
        return;
    case KEYMATERIAL_TRUNCATED:
        note_truncated(build);
        return;
    case KEYMATERIAL_RSA_SPKI:
    case KEYMATERIAL_RSA_PKCS1:
        check_rsa(build);
        if (type == DKIMKEY_TYPE_RSA)
            return;
        break;
    case KEYMATERIAL_ED25519_SPKI:
        if (type == DKIMKEY_TYPE_ED25519) {
            note_wrapped(build);
            return;
        }
        break;
    case KEYMATERIAL_ED25519_RAW:
        if (type == DKIMKEY_TYPE_ED25519)
            return;
        break;
    default:
        break;
    }
    /* An unknown k= is a fault of its own. */
    if (type != DKIMKEY_TYPE_OTHER)
        check_mismatch(build);
}

static void
check_spelling(struct dkimkey_build *build, struct slice p,
               const struct base64_fault *fault)
{
    if (fault->whitespace) {
        size_t at = 0;

        while (at < p.n && p.p[at] != ' ' && p.p[at] != '\t' && p.p[at] != '\r'
               && p.p[at] != '\n')
            at++;
        dkimkey_note(build, DKIMKEY_KEY_WHITESPACE, slice_sub(p, at, 1), NULL);
    }
    if (fault->unpadded && build->key->material.form != KEYMATERIAL_TRUNCATED)
        dkimkey_note(build, DKIMKEY_KEY_UNPADDED, slice_from(p, p.n - 1), NULL)
            ->expected = build->key->material.size % 3 == 1 ? "==" : "=";
}

static void
note_bad_base64(struct dkimkey_build *build, struct slice p, size_t at)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct slice octet = slice_sub(p, at, 1);
    struct strbuf shown = STRBUF_INIT;
    const char *detail = "its length is not a multiple of four";

    if (octet.n > 0 && octet.p[0] == '=') {
        detail = "its padding is wrong";
    } else if (octet.n > 0
               && slice_find(SLICE(alphabet), octet.p[0])
                      == sizeof(alphabet) - 1) {
        strbuf_add_presented(&shown, octet);
        detail =
            arena_printf(build->arena, "'%s' is no character of it", shown.p);
    }
    strbuf_clear(&shown);
    dkimkey_note(build, DKIMKEY_KEY_BAD_BASE64, octet, detail);
}

void
keydata_read(struct dkimkey_build *build)
{
    struct slice p = build->key->p;
    struct base64_fault fault = {0};
    bool is_armoured = slice_search(p, SLICE("-----BEGIN")) < p.n;
    const char *order = NULL;
    enum status st;

    if (is_armoured) {
        dkimkey_note(build, DKIMKEY_KEY_PEM_ARMOUR, p, NULL);
        p = without_armour(p);
    }
    st = decode(build->arena, p, &build->key->material, &fault);
    if (st != ST_OK || !is_public(build->key->material.form))
        order = find_order(build);
    if (order != NULL) {
        dkimkey_note(build, DKIMKEY_KEY_STRING_ORDER, build->key->p, NULL)
            ->expected = order;
        return;
    }
    if (st != ST_OK) {
        if (!is_armoured)
            note_bad_base64(build, p, fault.at);
        return;
    }
    if (!is_armoured)
        check_spelling(build, p, &fault);
    check_form(build);
    if (keymaterial_example(&build->key->material) != NULL)
        dkimkey_note(build, DKIMKEY_KEY_PUBLISHED_TEST, build->key->p,
                     keymaterial_example(&build->key->material));
}
