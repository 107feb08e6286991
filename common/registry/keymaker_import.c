/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes in keys that others made, and writes private halves for signers. */
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

#include "common/base/digest.h"
#include "common/base/memory.h"
#include "common/registry/keymaker.h"
#include "common/registry/keypair.h"

/* A key of 16384 bits is 12 kB of PEM: more is no key, and parsing is not
   linear. */
#define IMPORT_MAX     16384
/* RFC 8301 section 3.2: below that a signature never counts. */
#define IMPORT_RSA_MIN 1024

/* Called when a PEM is behind a pass phrase, which we have no way to ask. */
static int
no_phrase(char *to, int size, int writing, void *was_asked)
{
    (void)to;
    (void)size;
    (void)writing;
    *(bool *)was_asked = true;
    return -1;
}

static BIO *
reader(struct slice octets)
{
    BIO *bio = BIO_new_mem_buf(octets.p, (int)octets.n);

    if (bio == NULL)
        memory_exhausted();
    return bio;
}

static EVP_PKEY *
parse_private(struct slice octets, bool *was_asked)
{
    const unsigned char *der = (const unsigned char *)octets.p;
    EVP_PKEY *key;
    BIO *bio;

    if (slice_search(octets, SLICE("-----BEGIN")) == octets.n)
        return d2i_AutoPrivateKey(NULL, &der, (long)octets.n);
    bio = reader(octets);
    key = PEM_read_bio_PrivateKey(bio, NULL, no_phrase, was_asked);
    BIO_free(bio);
    return key;
}

static enum status
check_size(const struct key_pair *pair, struct error *err)
{
    if (pair->algorithm == ALGORITHM_RSA && pair->bits < IMPORT_RSA_MIN)
        return error_set(err, ST_RANGE,
                         "an RSA key of %u bits is too weak for any receiver"
                         " (RFC 8301 section 3.2)",
                         pair->bits);
    return ST_OK;
}

static enum status
take(EVP_PKEY *key, bool with_private, struct key_pair *out, struct error *err)
{
    enum status st = keypair_take(key, with_private, out, err);

    if (st == ST_OK && (st = check_size(out, err)) != ST_OK)
        key_pair_wipe(out);
    return st;
}

enum status
keymaker_import(struct slice octets, struct key_pair *out, struct error *err)
{
    bool was_asked = false;
    EVP_PKEY *key =
        octets.n > IMPORT_MAX ? NULL : parse_private(octets, &was_asked);
    enum status st;

    /* OpenSSL's queue may hold pieces of the text: nobody shall print it. */
    ERR_clear_error();
    if (key == NULL && was_asked)
        return error_set(err, ST_UNSUPPORTED,
                         "the private key is behind a pass phrase: take it"
                         " off first");
    if (key == NULL)
        return error_set(err, ST_SYNTAX,
                         "not a private key in PEM or DER form");
    st = take(key, true, out, err);
    EVP_PKEY_free(key);
    return st;
}

/* The value of a tag in a key record; false when it has none. */
static bool
find_tag(struct slice record, struct slice name, struct slice *value)
{
    struct slice part;

    while (slice_next(&record, ';', &part)) {
        size_t equals = slice_find(part, '=');

        if (equals < part.n
            && slice_equal(slice_trim(slice_sub(part, 0, equals)), name)) {
            *value = slice_trim(slice_from(part, equals + 1));
            return true;
        }
    }
    return false;
}

/* RFC 8463 section 4.2; some publish the SPKI of it instead. */
static EVP_PKEY *
from_ed25519(struct slice der)
{
    const unsigned char *p = (const unsigned char *)der.p;

    if (der.n == KEY_ED25519 / 8)
        return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, p, der.n);
    return d2i_PUBKEY(NULL, &p, (long)der.n);
}

/* SPKI, or PKCS#1 as RFC 6376 section 3.6.1 reads before its erratum. */
static EVP_PKEY *
from_rsa(struct slice der)
{
    const unsigned char *p = (const unsigned char *)der.p;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)der.n);

    p = (const unsigned char *)der.p;
    return key != NULL ? key
                       : d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, (long)der.n);
}

static EVP_PKEY *
parse_record(struct slice text)
{
    struct slice data = slice_trim(text);
    struct slice type = SLICE_EMPTY;
    struct strbuf der = STRBUF_INIT;
    EVP_PKEY *key = NULL;

    if (find_tag(text, SLICE("p"), &data))
        find_tag(text, SLICE("k"), &type);
    if (digest_base64_decode(data, &der, NULL) == ST_OK && der.n > 0) {
        bool is_ed25519 = type.n == 0 ? der.n == KEY_ED25519 / 8
                                      : slice_equal(type, SLICE("ed25519"));

        key = is_ed25519 ? from_ed25519(strbuf_slice(&der))
                         : from_rsa(strbuf_slice(&der));
    }
    strbuf_clear(&der);
    return key;
}

static EVP_PKEY *
parse_public(struct slice octets)
{
    EVP_PKEY *key;
    BIO *bio;

    if (slice_search(octets, SLICE("-----BEGIN")) == octets.n)
        return parse_record(octets);
    bio = reader(octets);
    key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
    BIO_free(bio);
    return key;
}

enum status
keymaker_import_public(struct slice octets, struct key_pair *out,
                       struct error *err)
{
    EVP_PKEY *key = octets.n > IMPORT_MAX ? NULL : parse_public(octets);
    enum status st;

    ERR_clear_error();
    if (key == NULL)
        return error_set(err, ST_SYNTAX,
                         "not a public key: neither PEM, a key record nor the"
                         " base64 of one");
    st = take(key, false, out, err);
    EVP_PKEY_free(key);
    return st;
}

bool
keymaker_matches(const struct key_pair *pair)
{
    const unsigned char *p = (const unsigned char *)pair->private_der.p;
    EVP_PKEY *key = NULL;
    struct key_pair own = KEY_PAIR_INIT;
    bool good = false;

    if (pair->private_der.n > 0 && pair->public_text.n > 0)
        key = d2i_AutoPrivateKey(NULL, &p, (long)pair->private_der.n);
    if (key != NULL && keypair_take(key, false, &own, NULL) == ST_OK)
        good = own.algorithm == pair->algorithm && own.bits == pair->bits
               && slice_equal(strbuf_slice(&own.public_text),
                              strbuf_slice(&pair->public_text));
    key_pair_wipe(&own);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return good;
}

#define PEM_BEGIN "-----BEGIN PRIVATE KEY-----\n"
#define PEM_END   "-----END PRIVATE KEY-----\n"
#define PEM_WIDTH 64 /* RFC 7468 section 2 */

/* By hand: the buffers of a BIO are OpenSSL's and are not all cleansed. */
enum status
keymaker_pem(struct slice private_der, struct strbuf *out, struct error *err)
{
    struct strbuf base64 = STRBUF_INIT;
    struct slice rest;

    if (private_der.n == 0)
        return error_set(err, ST_NOT_FOUND, "there is no private half");
    strbuf_reserve(&base64, 4 * (private_der.n / 3 + 1));
    digest_base64(private_der, &base64);
    rest = strbuf_slice(&base64);
    strbuf_reserve(out, sizeof(PEM_BEGIN) + sizeof(PEM_END) + base64.n
                            + base64.n / PEM_WIDTH + 1);
    strbuf_add_text(out, PEM_BEGIN);
    while (rest.n > 0) {
        strbuf_add_slice(out, slice_sub(rest, 0, PEM_WIDTH));
        strbuf_add_char(out, '\n');
        rest = slice_from(rest, PEM_WIDTH);
    }
    strbuf_add_text(out, PEM_END);
    strbuf_wipe(&base64);
    return ST_OK;
}
