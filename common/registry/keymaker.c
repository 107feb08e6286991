/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes key pairs: OpenSSL's generator and what may be asked of it. */
#include "common/registry/keymaker.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "common/base/digest.h"
#include "common/base/memory.h"
#include "common/registry/keypair.h"

static const char *const words[KEY_ALGORITHMS] = {
    [ALGORITHM_RSA] = "rsa",
    [ALGORITHM_ED25519] = "ed25519",
};

const char *
keymaker_word(enum key_algorithm algorithm)
{
    return words[algorithm];
}

bool
keymaker_parse(struct slice word, enum key_algorithm *algorithm)
{
    for (int i = 0; i < KEY_ALGORITHMS; i++)
        if (slice_equal(word, slice_of(words[i]))) {
            *algorithm = (enum key_algorithm)i;
            return true;
        }
    return false;
}

unsigned
keymaker_default_bits(enum key_algorithm algorithm)
{
    return algorithm == ALGORITHM_RSA ? KEY_RSA_DEFAULT : KEY_ED25519;
}

/* The sizes that may be made.  A record of 2048 bits is some 410 octets, one
   of 4096 some 740: with a CNAME and EDNS's usual 1232 octets the latter
   already needs care. */
static const struct {
    enum key_algorithm algorithm; /* of the key */
    unsigned bits;                /* that may be made */
    const char *warning;          /* what a user should know; or NULL */
} sizes[] = {
    {ALGORITHM_RSA,     2048,        NULL                  },
    {ALGORITHM_RSA,     3072,
     "a key of 3072 bits makes a TXT record of about 580 octets: three"
     " strings, more than some DNS panels take and more than fits a UDP"
     " answer without EDNS"                                },
    {ALGORITHM_RSA,     4096,
     "a key of 4096 bits makes a TXT record of about 750 octets: many DNS"
     " panels refuse it, and answers without EDNS need TCP"},
    {ALGORITHM_ED25519, KEY_ED25519, NULL                  },
};

enum status
keymaker_check(enum key_algorithm algorithm, unsigned bits,
               const char **warning, struct error *err)
{
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        if (sizes[i].algorithm == algorithm && sizes[i].bits == bits) {
            if (warning != NULL)
                *warning = sizes[i].warning;
            return ST_OK;
        }
    if (algorithm == ALGORITHM_ED25519)
        return error_set(err, ST_RANGE, "an Ed25519 key has 256 bits, not %u",
                         bits);
    if (bits < KEY_RSA_DEFAULT)
        return error_set(err, ST_RANGE,
                         "an RSA key of %u bits is too weak: at least %d"
                         " (RFC 8301 section 3.2)",
                         bits, KEY_RSA_DEFAULT);
    return error_set(err, ST_RANGE,
                     "an RSA key of %u bits cannot be made: 2048, 3072 or"
                     " 4096 (RFC 8301 section 3.2: verifiers need not take"
                     " more)",
                     bits);
}

void
key_pair_wipe(struct key_pair *pair)
{
    strbuf_wipe(&pair->private_der);
    strbuf_clear(&pair->public_text);
    pair->bits = 0;
}

/* PKCS#8 for both algorithms; OpenSSL cleanses its own copies. */
static bool
take_private(const EVP_PKEY *key, struct strbuf *out)
{
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
    unsigned char *to;
    int size = info == NULL ? -1 : i2d_PKCS8_PRIV_KEY_INFO(info, NULL);

    if (size > 0) {
        to = (unsigned char *)strbuf_reserve(out, (size_t)size);
        size = i2d_PKCS8_PRIV_KEY_INFO(info, &to);
    }
    if (size > 0)
        strbuf_commit(out, (size_t)size);
    PKCS8_PRIV_KEY_INFO_free(info);
    return size > 0;
}

/* RFC 8463 section 4.2: the 32 octets alone. */
static bool
take_raw(const EVP_PKEY *key, struct strbuf *out)
{
    uint8_t raw[KEY_ED25519 / 8];
    size_t n = sizeof(raw);

    if (EVP_PKEY_get_raw_public_key(key, raw, &n) != 1 || n != sizeof(raw))
        return false;
    digest_base64((struct slice){(const char *)raw, n}, out);
    return true;
}

/* RFC 6376 section 3.6.1 by its erratum, and what the world does: SPKI. */
static bool
take_spki(const EVP_PKEY *key, struct strbuf *out)
{
    unsigned char *der = NULL;
    int size = i2d_PUBKEY(key, &der);

    if (size <= 0)
        return false;
    digest_base64((struct slice){(const char *)der, (size_t)size}, out);
    OPENSSL_free(der);
    return true;
}

enum status
keypair_take(EVP_PKEY *key, bool with_private, struct key_pair *out,
             struct error *err)
{
    struct key_pair pair = KEY_PAIR_INIT;
    bool is_rsa = EVP_PKEY_is_a(key, "RSA") == 1;

    if (!is_rsa && EVP_PKEY_is_a(key, "ED25519") != 1)
        return error_set(err, ST_UNSUPPORTED,
                         "a DKIM key must be RSA or Ed25519");
    pair.algorithm = is_rsa ? ALGORITHM_RSA : ALGORITHM_ED25519;
    pair.bits = is_rsa ? (unsigned)EVP_PKEY_get_bits(key) : KEY_ED25519;
    if ((with_private && !take_private(key, &pair.private_der))
        || !(is_rsa ? take_spki(key, &pair.public_text)
                    : take_raw(key, &pair.public_text))) {
        key_pair_wipe(&pair);
        ERR_clear_error();
        return error_set(err, ST_IO, "OpenSSL could not write out a key");
    }
    *out = pair;
    return ST_OK;
}

static enum status
make(void *context, enum key_algorithm algorithm, unsigned bits,
     struct key_pair *out, struct error *err)
{
    EVP_PKEY *key;
    enum status st;

    (void)context;
    if ((st = keymaker_check(algorithm, bits, NULL, err)) != ST_OK)
        return st;
    key = algorithm == ALGORITHM_RSA
              ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits)
              : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    if (key == NULL) {
        ERR_clear_error();
        return error_set(err, ST_IO, "OpenSSL could not make a %s key",
                         keymaker_word(algorithm));
    }
    st = keypair_take(key, true, out, err);
    EVP_PKEY_free(key);
    return st;
}

const struct key_source keymaker_source = {make, NULL};
