/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Public keys made ready to verify with. */
#include "common/dkim/keyverify.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/table.h"

struct keyverify_key {
    const struct dkimkey *record; /* what it says */
    EVP_PKEY *key;                /* NULL: OpenSSL does not take it */
    EVP_PKEY_CTX *context;        /* of an RSA key, ready to verify */
    bool is_kept;                 /* by the cache */
};

struct keyverify {
    struct arena *arena; /* the keys */
    struct table *keys;  /* by the record's text */
};

struct keyverify *
keyverify_new(void)
{
    struct keyverify *cache = memory_alloc(sizeof(*cache));

    cache->arena = arena_new();
    cache->keys = table_new();
    return cache;
}

static void
free_key(const struct keyverify_key *key)
{
    EVP_PKEY_CTX_free(key->context);
    EVP_PKEY_free(key->key);
}

void
keyverify_free(struct keyverify *cache)
{
    size_t position = 0;
    void *key;

    if (cache == NULL)
        return;
    while (table_each(cache->keys, &position, NULL, &key))
        free_key(key);
    table_free(cache->keys);
    arena_free(cache->arena);
    free(cache);
}

void
keyverify_drop(const struct keyverify_key *key)
{
    if (key != NULL && !key->is_kept)
        free_key(key);
}

static EVP_PKEY *
read_rsa(const struct keymaterial *material, struct slice octets)
{
    const unsigned char *p = (const unsigned char *)octets.p;

    if (material->form == KEYMATERIAL_RSA_PKCS1)
        return d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, (long)octets.n);
    return d2i_PUBKEY(NULL, &p, (long)octets.n);
}

static EVP_PKEY *
read_public(const struct dkimkey *record)
{
    const struct keymaterial *material = &record->material;
    struct strbuf octets = STRBUF_INIT;
    EVP_PKEY *key = NULL;

    if (record->state != DKIMKEY_OK)
        return NULL;
    if (record->type == DKIMKEY_TYPE_ED25519)
        return EVP_PKEY_new_raw_public_key(
            EVP_PKEY_ED25519, NULL, (const unsigned char *)material->raw.p,
            material->raw.n);
    if (digest_base64_decode(record->p, &octets, NULL) == ST_OK)
        key = read_rsa(material, strbuf_slice(&octets));
    strbuf_clear(&octets);
    return key;
}

/* An RSA context can verify again and again; making one costs more than the
   verification. */
static EVP_PKEY_CTX *
make_context(EVP_PKEY *key)
{
    EVP_PKEY_CTX *context;

    if (key == NULL || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA)
        return NULL;
    context = EVP_PKEY_CTX_new(key, NULL);
    if (context != NULL && EVP_PKEY_verify_init(context) == 1
        && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
        && EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1)
        return context;
    EVP_PKEY_CTX_free(context);
    return NULL;
}

static struct keyverify_key *
read_record(struct arena *arena, const struct record *record)
{
    struct keyverify_key *key = ARENA_NEW(arena, struct keyverify_key);
    struct record copy = *record;

    /* The parsed key keeps slices of the data. */
    copy.data = arena_slice(arena, record->data);
    key->record = dkimkey_of_record(arena, &copy);
    key->key = read_public(key->record);
    key->context = make_context(key->key);
    ERR_clear_error();
    return key;
}

const struct keyverify_key *
keyverify_find(struct keyverify *cache, struct arena *arena,
               const struct record *record)
{
    struct keyverify_key *key = table_get(cache->keys, record->data);

    if (key != NULL)
        return key;
    if (table_count(cache->keys) >= KEYVERIFY_KEYS_MAX)
        return read_record(arena, record);
    key = read_record(cache->arena, record);
    key->is_kept = true;
    table_put(cache->keys, record->data, key);
    return key;
}

const struct dkimkey *
keyverify_record(const struct keyverify_key *key)
{
    return key->record;
}

static bool
check_ed25519(const struct keyverify_key *key, const uint8_t *digest,
              struct slice signature)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good =
        context != NULL
        && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key->key) == 1
        && EVP_DigestVerify(context, (const unsigned char *)signature.p,
                            signature.n, digest, DIGEST_SHA256_SIZE)
               == 1;

    EVP_MD_CTX_free(context);
    return good;
}

bool
keyverify_check(const struct keyverify_key *key, const uint8_t *digest,
                struct slice signature)
{
    bool good;

    if (key->key == NULL || signature.n == 0)
        return false;
    if (key->record->type == DKIMKEY_TYPE_ED25519)
        good = check_ed25519(key, digest, signature);
    else
        good = key->context != NULL
               && EVP_PKEY_verify(key->context,
                                  (const unsigned char *)signature.p,
                                  signature.n, digest, DIGEST_SHA256_SIZE)
                      == 1;
    ERR_clear_error();
    return good;
}
