/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the octets in p= are: DER is told apart here, numbers come from
   OpenSSL's EVP. */
#include "common/dkim/keymaterial.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#define DER_INTEGER        0x02
#define DER_OCTETS         0x04
#define DER_OID            0x06
#define DER_SEQUENCE       0x30

#define ED25519_SIZE       32 /* RFC 8032 section 5.1.5 */

/*
 * Factors tried: a modulus damaged in one octet has one below this in nine
 * cases of ten, and trying them takes some microseconds.
 */
#define SMALL_PRIMES_BELOW 2000

/*
 * ROCA: modulo each of the first 39 primes a vulnerable modulus is a power
 * of 65537.  A sound one passes for one by chance in 2^27 cases.
 */
#define ROCA_GENERATOR     65537
#define ROCA_PRIMES_UP_TO  167

/* Longer moduli are no keys anybody uses; their tests are left out. */
#define TESTED_BITS_MAX    16384

static const char oid_rsa[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
static const char oid_ed25519[] = "\x2b\x65\x70";

struct element {
    unsigned tag;       /* DER identifier octet */
    size_t length;      /* that it says it has */
    struct slice value; /* what there is of it */
    bool is_cut;        /* less than it says */
};

/* Take one element off *in; false when it is no DER of ours. */
static bool
der_take(struct slice *in, struct element *out)
{
    const unsigned char *p = (const unsigned char *)in->p;
    size_t header = 2;

    if (in->n < 2)
        return false;
    out->tag = p[0];
    out->length = p[1];
    if (p[1] >= 0x80) {
        size_t octets = p[1] & 0x7fu;

        /* Four octets of length are beyond any DNS answer. */
        if (octets == 0 || octets > 3 || in->n < 2 + octets)
            return false;
        out->length = 0;
        for (size_t i = 0; i < octets; i++)
            out->length = out->length << 8 | p[2 + i];
        header += octets;
    }
    out->value = slice_sub(*in, header, out->length);
    out->is_cut = out->value.n < out->length;
    *in = slice_from(*in, header + out->value.n);
    return true;
}

static enum keymaterial_form
form_of_algorithm(struct slice algorithm)
{
    struct element oid;

    if (!der_take(&algorithm, &oid) || oid.tag != DER_OID)
        return KEYMATERIAL_UNKNOWN;
    if (slice_equal(oid.value, SLICE(oid_rsa)))
        return KEYMATERIAL_RSA_SPKI;
    if (slice_equal(oid.value, SLICE(oid_ed25519)))
        return KEYMATERIAL_ED25519_SPKI;
    return KEYMATERIAL_OTHER_SPKI;
}

/* Is it the version number that private keys begin with?  (PKCS#1 and PKCS#8
   have 0 or 1, SEC 1 has 1.) */
static bool
is_version(const struct element *element)
{
    return element->tag == DER_INTEGER && element->value.n == 1
           && (unsigned char)element->value.p[0] <= 1;
}

/* By the first elements inside the outer SEQUENCE. */
static enum keymaterial_form
form_of_sequence(struct slice inside)
{
    struct element first, second;

    if (!der_take(&inside, &first))
        return KEYMATERIAL_UNKNOWN;
    if (first.tag == DER_SEQUENCE)
        return form_of_algorithm(first.value);
    if (first.tag != DER_INTEGER || !der_take(&inside, &second))
        return KEYMATERIAL_UNKNOWN;
    if (is_version(&first)
        && (second.tag == DER_INTEGER || second.tag == DER_SEQUENCE
            || second.tag == DER_OCTETS))
        return KEYMATERIAL_PRIVATE;
    return second.tag == DER_INTEGER ? KEYMATERIAL_RSA_PKCS1
                                     : KEYMATERIAL_UNKNOWN;
}

/* A beginning as keys have it: a SEQUENCE of 40 octets at least that begins
   with a SEQUENCE or an INTEGER. */
static bool
is_key_beginning(const struct element *outer)
{
    return outer->tag == DER_SEQUENCE && outer->length >= 40
           && outer->value.n > 0
           && (outer->value.p[0] == DER_SEQUENCE
               || outer->value.p[0] == DER_INTEGER);
}

static enum keymaterial_form
classify(struct slice octets, struct keymaterial *out)
{
    struct slice rest = octets;
    struct element outer;

    out->wanted = octets.n;
    if (der_take(&rest, &outer) && is_key_beginning(&outer)) {
        enum keymaterial_form form = form_of_sequence(outer.value);

        out->wanted = octets.n - rest.n - outer.value.n + outer.length;
        /* Enough of a private key is there to say so. */
        if (outer.is_cut && form != KEYMATERIAL_PRIVATE)
            return KEYMATERIAL_TRUNCATED;
        return form;
    }
    return octets.n == ED25519_SIZE ? KEYMATERIAL_ED25519_RAW
                                    : KEYMATERIAL_UNKNOWN;
}

static bool
is_prime(unsigned n)
{
    for (unsigned i = 2; i * i <= n; i++) {
        if (n % i == 0)
            return false;
    }
    return n > 1;
}

/* Is residue a power of 65537 modulo prime? */
static bool
is_roca_power(unsigned residue, unsigned prime)
{
    unsigned power = 1;

    for (unsigned i = 0; i < prime; i++) {
        if (power == residue)
            return true;
        power = (unsigned)((uint64_t)power * ROCA_GENERATOR % prime);
    }
    return false;
}

static void
test_modulus(const BIGNUM *n, struct keymaterial *out)
{
    bool is_roca = true;

    if (out->bits > TESTED_BITS_MAX)
        return;
    for (unsigned prime = 2; prime < SMALL_PRIMES_BELOW; prime++) {
        unsigned residue;

        if (!is_prime(prime))
            continue;
        residue = (unsigned)BN_mod_word(n, prime);
        if (residue == 0) {
            out->weakness = KEYMATERIAL_SMALL_PRIME;
            out->small_prime = prime;
            return;
        }
        if (prime <= ROCA_PRIMES_UP_TO && !is_roca_power(residue, prime))
            is_roca = false;
    }
    if (is_roca)
        out->weakness = KEYMATERIAL_ROCA;
}

/* One digest whatever the form: of the numbers, not of their encoding. */
static void
digest_rsa(struct arena *arena, const BIGNUM *n, const BIGNUM *e,
           struct keymaterial *out)
{
    size_t n_size = (size_t)BN_num_bytes(n);
    size_t e_size = (size_t)BN_num_bytes(e);
    unsigned char *p = arena_alloc(arena, n_size + e_size);

    BN_bn2bin(n, p);
    BN_bn2bin(e, p + n_size);
    out->modulus = (struct slice){(const char *)p, n_size};
    digest_sha256((struct slice){(const char *)p, n_size + e_size},
                  out->digest);
}

static void
read_rsa(struct arena *arena, EVP_PKEY *key, struct keymaterial *out)
{
    BIGNUM *n = NULL, *e = NULL;

    if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) != 1
        || EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) != 1
        || BN_is_zero(n)) {
        out->form = KEYMATERIAL_UNKNOWN;
        goto out;
    }
    out->bits = (unsigned)BN_num_bits(n);
    out->exponent = BN_num_bits(e) <= 64 ? BN_get_word(e) : 0;
    out->exponent_is_unusable = !BN_is_odd(e) || BN_is_one(e);
    digest_rsa(arena, n, e, out);
    test_modulus(n, out);
out:
    BN_free(n);
    BN_free(e);
}

static void
read_ed25519(struct arena *arena, struct slice raw, struct keymaterial *out)
{
    out->raw = arena_slice(arena, raw);
    out->bits = 8 * ED25519_SIZE;
    digest_sha256(raw, out->digest);
}

static void
read_spki_ed25519(struct arena *arena, EVP_PKEY *key, struct keymaterial *out)
{
    unsigned char raw[ED25519_SIZE];
    size_t size = sizeof(raw);

    if (EVP_PKEY_get_raw_public_key(key, raw, &size) == 1
        && size == sizeof(raw))
        read_ed25519(arena, (struct slice){(const char *)raw, size}, out);
    else
        out->form = KEYMATERIAL_UNKNOWN;
}

static void
read_public(struct arena *arena, struct slice octets, struct keymaterial *out)
{
    const unsigned char *p = (const unsigned char *)octets.p;
    EVP_PKEY *key = out->form == KEYMATERIAL_RSA_PKCS1
                        ? d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, (long)octets.n)
                        : d2i_PUBKEY(NULL, &p, (long)octets.n);

    /* A fault is ours to name; OpenSSL's queue must not grow. */
    ERR_clear_error();
    if (key == NULL)
        out->form = KEYMATERIAL_UNKNOWN;
    else if (out->form == KEYMATERIAL_ED25519_SPKI)
        read_spki_ed25519(arena, key, out);
    else
        read_rsa(arena, key, out);
    EVP_PKEY_free(key);
}

void
keymaterial_read(struct arena *arena, struct slice octets,
                 struct keymaterial *out)
{
    *out = (struct keymaterial){.size = octets.n};
    out->form = classify(octets, out);
    switch (out->form) {
    case KEYMATERIAL_RSA_SPKI:
    case KEYMATERIAL_RSA_PKCS1:
    case KEYMATERIAL_ED25519_SPKI:
        read_public(arena, octets, out);
        break;
    case KEYMATERIAL_ED25519_RAW:
        read_ed25519(arena, octets, out);
        break;
    default:
        break;
    }
}

/* clang-format off */
/* Keys whose private half everybody has. */
static const struct {
    const char *where;  /* it is published */
    const char *digest; /* of the key, in hexadecimal */
} examples[] = {
    {"RFC 6376 appendix C",
     "f4dbb236b3aa73c83c1f5004d128925cc7e934af4d35f19977a92f3aed87a5b4"},
    {"RFC 8463 appendix A.2",
     "fb659ab2f30752fb70532a6e9eff6125065cb255a370c95374c434c03674554d"},
    {"RFC 8463 appendix A.2 and RFC 8032 section 7.1, test 1",
     "21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9"},
    {"RFC 8032 section 7.1, test 2",
     "39f713d0a644253f04529421b9f51b9b08979d08295959c4f3990ee617f5139f"},
    {"RFC 8032 section 7.1, test 3",
     "dac073e0123bdea59dd9b3bda9cf6037f63aca82627d7abcd5c4ac29dd74003e"},
    {"RFC 8032 section 7.1, test 1024",
     "91384c411e5af29648f17f922b402655b11ecaec1b33fc45796241963f95f202"},
    {"RFC 8032 section 7.1, test SHA(abc)",
     "5f9b247e2a654719f198e4f241d6b0df9a1a937a13ef5ef899f64d9285fce224"},
};
/* clang-format on */

const char *
keymaterial_example(const struct keymaterial *material)
{
    struct strbuf hex = STRBUF_INIT;
    const char *where = NULL;

    if (material->bits == 0)
        return NULL;
    digest_hex(
        (struct slice){(const char *)material->digest, DIGEST_SHA256_SIZE},
        &hex);
    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
        if (strcmp(examples[i].digest, hex.p) == 0)
            where = examples[i].where;
    }
    strbuf_clear(&hex);
    return where;
}
