/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing with a private key, as DKIM does. */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "common/registry/keymaker.h"

/* RSA with PKCS #1 v1.5 padding (RFC 6376 section 3.3). */
static bool
sign_rsa(EVP_PKEY *key, struct slice digest, unsigned char *to, size_t *n)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    bool good =
        context != NULL && EVP_PKEY_sign_init(context) == 1
        && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
        && EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1
        && EVP_PKEY_sign(context, to, n, (const unsigned char *)digest.p,
                         digest.n)
               == 1;

    EVP_PKEY_CTX_free(context);
    return good;
}

/* The digest is Ed25519's message (RFC 8463 section 3). */
static bool
sign_ed25519(EVP_PKEY *key, struct slice digest, unsigned char *to, size_t *n)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context != NULL
                && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1
                && EVP_DigestSign(context, to, n,
                                  (const unsigned char *)digest.p, digest.n)
                       == 1;

    EVP_MD_CTX_free(context);
    return good;
}

enum status
keymaker_sign(struct slice private_der, struct slice digest,
              struct strbuf *out, struct error *err)
{
    const unsigned char *p = (const unsigned char *)private_der.p;
    EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &p, (long)private_der.n);
    size_t n = key == NULL ? 0 : (size_t)EVP_PKEY_get_size(key);
    unsigned char *to = (unsigned char *)strbuf_reserve(out, n);
    bool good = key != NULL;

    if (good)
        good = EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519
                   ? sign_ed25519(key, digest, to, &n)
                   : sign_rsa(key, digest, to, &n);
    strbuf_commit(out, good ? n : 0);
    EVP_PKEY_free(key);
    ERR_clear_error();
    if (good)
        return ST_OK;
    return error_set(err, ST_DAMAGED, "the private key cannot be signed with");
}
