/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Private keys at rest: AES-256-GCM under a key outside the workspace. */
#include "common/registry/seal.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "common/base/digest.h"
#include "common/base/memory.h"

#define SEAL_KEY_SIZE   32 /* AES-256 */
#define SEAL_NONCE_SIZE 12 /* NIST SP 800-38D section 8.2: 96 bits */
#define SEAL_TAG_SIZE   16 /* the full tag of GCM */
#define SEAL_MARK_SIZE  8  /* octets of the sealing key's id */
#define SEAL_FORMAT     1  /* first octet of what is sealed */
#define SEAL_HEAD_SIZE  (1 + SEAL_MARK_SIZE + SEAL_NONCE_SIZE)

/* On a page of its own, so that it can be kept out of swap and cores. */
struct seal {
    uint8_t key[SEAL_KEY_SIZE];   /* the sealing key */
    uint8_t mark[SEAL_MARK_SIZE]; /* its id in octets */
    char id[SEAL_ID_SIZE];        /* and in text */
};

static void
forbid_cores(void)
{
    struct rlimit none = {0, 0};

    setrlimit(RLIMIT_CORE, &none);
}

static struct seal *
new_seal(void)
{
    struct seal *seal = mmap(NULL, sizeof(*seal), PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (seal == MAP_FAILED)
        memory_exhausted();
    /* Good to have, not to be relied on: limits may forbid the lock. */
    mlock(seal, sizeof(*seal));
    madvise(seal, sizeof(*seal), MADV_DONTDUMP);
    forbid_cores();
    return seal;
}

/* A hash with a prefix of its own, cut short: it names the sealing key in
   messages and in what it sealed, and leads nobody back to it. */
static void
name_seal(struct seal *seal)
{
    static const char prefix[] = "selkie sealing key id";
    char text[sizeof(prefix) + SEAL_KEY_SIZE];
    uint8_t hash[DIGEST_SHA256_SIZE];
    struct strbuf hex = STRBUF_INIT;

    memcpy(text, prefix, sizeof(prefix));
    memcpy(text + sizeof(prefix), seal->key, SEAL_KEY_SIZE);
    digest_sha256((struct slice){text, sizeof(text)}, hash);
    OPENSSL_cleanse(text, sizeof(text));
    memcpy(seal->mark, hash, SEAL_MARK_SIZE);
    digest_hex((struct slice){(const char *)seal->mark, SEAL_MARK_SIZE}, &hex);
    memcpy(seal->id, hex.p, SEAL_ID_SIZE);
    strbuf_clear(&hex);
}

enum status
seal_from_text(const char *name, struct slice text, struct seal **out,
               struct error *err)
{
    struct strbuf key = STRBUF_INIT;
    enum status st;

    strbuf_reserve(&key, text.n);
    st = digest_base64_decode(slice_trim(text), &key, NULL);
    if (st == ST_OK && key.n == SEAL_KEY_SIZE) {
        struct seal *seal = new_seal();

        memcpy(seal->key, key.p, SEAL_KEY_SIZE);
        name_seal(seal);
        *out = seal;
    } else {
        st = error_set(err, ST_DAMAGED, "'%s' does not hold a sealing key",
                       name);
    }
    strbuf_wipe(&key);
    return st;
}

void
seal_free(struct seal *seal)
{
    if (seal == NULL)
        return;
    OPENSSL_cleanse(seal, sizeof(*seal));
    munmap(seal, sizeof(*seal));
}

const char *
seal_id(const struct seal *seal)
{
    return seal->id;
}

/* Each part with its length before it, so that no two subjects run together
   to the same octets. */
static void
add_part(struct strbuf *data, const char *text)
{
    strbuf_addf(data, "%zu:", strlen(text));
    strbuf_add_text(data, text);
}

static void
additional_data(const struct seal_subject *subject, struct strbuf *data)
{
    strbuf_addf(data, "selkie-seal-%d:", SEAL_FORMAT);
    add_part(data, subject->registry);
    strbuf_addf(data, "%lld:", (long long)subject->key);
    add_part(data, subject->domain);
    add_part(data, subject->selector);
    add_part(data, keymaker_word(subject->algorithm));
}

/* A started cipher that has been given the additional data; NULL when
   OpenSSL refuses, which only a broken installation makes it do. */
static EVP_CIPHER_CTX *
start(const struct seal *seal, const struct seal_subject *subject,
      const uint8_t *nonce, int encrypt)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    struct strbuf data = STRBUF_INIT;
    int n = 0;
    bool good;

    if (context == NULL)
        memory_exhausted();
    additional_data(subject, &data);
    good = EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, seal->key,
                             nonce, encrypt)
               == 1
           && EVP_CipherUpdate(context, NULL, &n, (const uint8_t *)data.p,
                               (int)data.n)
                  == 1;
    strbuf_clear(&data);
    if (!good) {
        EVP_CIPHER_CTX_free(context);
        return NULL;
    }
    return context;
}

/* Private keys are a few thousand octets; OpenSSL counts in int. */
#define SEAL_PLAIN_MAX 65536

/* All of from to to; true when the cipher is content with it. */
static bool
run(EVP_CIPHER_CTX *context, struct slice from, uint8_t *to)
{
    int n = 0;
    int rest = 0;

    return EVP_CipherUpdate(context, to, &n, (const uint8_t *)from.p,
                            (int)from.n)
               == 1
           && EVP_CipherFinal_ex(context, to + n, &rest) == 1;
}

enum status
seal_wrap(const struct seal *seal, const struct seal_subject *subject,
          struct slice plain, struct strbuf *sealed, struct error *err)
{
    size_t size = SEAL_HEAD_SIZE + plain.n + SEAL_TAG_SIZE;
    uint8_t *head = (uint8_t *)strbuf_reserve(sealed, size);
    uint8_t *nonce = head + 1 + SEAL_MARK_SIZE;
    uint8_t *text = head + SEAL_HEAD_SIZE;
    EVP_CIPHER_CTX *context;
    bool good;

    assert(plain.n <= SEAL_PLAIN_MAX);
    head[0] = SEAL_FORMAT;
    memcpy(head + 1, seal->mark, SEAL_MARK_SIZE);
    digest_random(nonce, SEAL_NONCE_SIZE);
    context = start(seal, subject, nonce, 1);
    good = context != NULL && run(context, plain, text)
           && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG,
                                  SEAL_TAG_SIZE, text + plain.n)
                  == 1;
    EVP_CIPHER_CTX_free(context);
    if (!good)
        return error_set(err, ST_IO, "OpenSSL could not seal a private key");
    strbuf_commit(sealed, size);
    return ST_OK;
}

/* Is it of our format, and sealed with this sealing key? */
static enum status
check_head(const struct seal *seal, const struct seal_subject *subject,
           struct slice sealed, struct error *err)
{
    if (sealed.n < SEAL_HEAD_SIZE + SEAL_TAG_SIZE
        || sealed.n > SEAL_HEAD_SIZE + SEAL_PLAIN_MAX + SEAL_TAG_SIZE)
        return error_set(err, ST_DAMAGED,
                         "the sealed key of selector '%s' of '%s' is damaged",
                         subject->selector, subject->domain);
    if (sealed.p[0] != SEAL_FORMAT)
        return error_set(err, ST_NEWER,
                         "the key of selector '%s' of '%s' was sealed by a"
                         " newer selkie",
                         subject->selector, subject->domain);
    if (memcmp(sealed.p + 1, seal->mark, SEAL_MARK_SIZE) != 0)
        return error_set(err, ST_DENIED,
                         "the key of selector '%s' of '%s' was sealed with"
                         " another sealing key than %s",
                         subject->selector, subject->domain, seal->id);
    return ST_OK;
}

/* Decrypt and compare the tag. */
static bool
decrypt(const struct seal *seal, const struct seal_subject *subject,
        struct slice sealed, uint8_t *to)
{
    const uint8_t *nonce = (const uint8_t *)sealed.p + 1 + SEAL_MARK_SIZE;
    EVP_CIPHER_CTX *context = start(seal, subject, nonce, 0);
    struct slice text = slice_from(sealed, SEAL_HEAD_SIZE);
    uint8_t tag[SEAL_TAG_SIZE];
    bool good;

    text.n -= SEAL_TAG_SIZE;
    memcpy(tag, text.p + text.n, SEAL_TAG_SIZE);
    good = context != NULL
           && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG,
                                  SEAL_TAG_SIZE, tag)
                  == 1
           && run(context, text, to);
    EVP_CIPHER_CTX_free(context);
    return good;
}

enum status
seal_unwrap(const struct seal *seal, const struct seal_subject *subject,
            struct slice sealed, struct strbuf *plain, struct error *err)
{
    enum status st = check_head(seal, subject, sealed, err);
    size_t size;

    if (st != ST_OK)
        return st;
    assert(plain->n == 0);
    size = sealed.n - SEAL_HEAD_SIZE - SEAL_TAG_SIZE;
    /* A failed tag has written there all the same: the room is wiped. */
    if (!decrypt(seal, subject, sealed,
                 (uint8_t *)strbuf_reserve(plain, size))) {
        strbuf_wipe(plain);
        return error_set(err, ST_DAMAGED,
                         "the sealed key of selector '%s' of '%s' is damaged,"
                         " or was sealed for another",
                         subject->selector, subject->domain);
    }
    strbuf_commit(plain, size);
    return ST_OK;
}
