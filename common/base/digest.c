/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hashes, base64, hexadecimal and random octets. */
#include "common/base/digest.h"

#include <errno.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

#include "common/base/memory.h"

/* Fetched once: fetching anew costs more than hashing a record. */
static EVP_MD *sha256;
static pthread_once_t sha256_once = PTHREAD_ONCE_INIT;

static void
fetch_sha256(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (sha256 == NULL)
        memory_fatal("OpenSSL has no SHA-256");
}

void
digest_sha256(struct slice octets, uint8_t out[DIGEST_SHA256_SIZE])
{
    pthread_once(&sha256_once, fetch_sha256);
    if (EVP_Digest(octets.n == 0 ? "" : octets.p, octets.n, out, NULL, sha256,
                   NULL)
        != 1)
        memory_fatal("OpenSSL cannot compute SHA-256");
}

struct digest {
    EVP_MD_CTX *context; /* OpenSSL's */
};

static void
digest_failed(void)
{
    memory_fatal("OpenSSL cannot compute SHA-256");
}

struct digest *
digest_new(void)
{
    struct digest *digest = memory_alloc(sizeof(*digest));

    pthread_once(&sha256_once, fetch_sha256);
    digest->context = EVP_MD_CTX_new();
    if (digest->context == NULL
        || EVP_DigestInit_ex2(digest->context, sha256, NULL) != 1)
        digest_failed();
    return digest;
}

void
digest_add(struct digest *digest, struct slice octets)
{
    if (octets.n > 0
        && EVP_DigestUpdate(digest->context, octets.p, octets.n) != 1)
        digest_failed();
}

void
digest_end(struct digest *digest, uint8_t out[DIGEST_SHA256_SIZE])
{
    if (EVP_DigestFinal_ex(digest->context, out, NULL) != 1)
        digest_failed();
    EVP_MD_CTX_free(digest->context);
    free(digest);
}

void
digest_hex(struct slice octets, struct strbuf *out)
{
    static const char digits[] = "0123456789abcdef";
    char *p =
        strbuf_reserve(out, octets.n > SIZE_MAX / 2 ? SIZE_MAX : 2 * octets.n);

    for (size_t i = 0; i < octets.n; i++) {
        unsigned char c = (unsigned char)octets.p[i];

        *p++ = digits[c >> 4];
        *p++ = digits[c & 15];
    }
    strbuf_commit(out, 2 * octets.n);
}

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
digest_base64(struct slice octets, struct strbuf *out)
{
    size_t groups = octets.n / 3 + (octets.n % 3 != 0);
    char *p =
        strbuf_reserve(out, groups > SIZE_MAX / 4 ? SIZE_MAX : 4 * groups);

    for (size_t i = 0; i < octets.n; i += 3) {
        size_t n = octets.n - i < 3 ? octets.n - i : 3;
        uint32_t bits = 0;

        for (size_t k = 0; k < 3; k++)
            bits = bits << 8 | (k < n ? (unsigned char)octets.p[i + k] : 0u);
        for (size_t k = 0; k < 4; k++)
            *p++ = k <= n ? alphabet[bits >> (18 - 6 * k) & 63] : '=';
    }
    strbuf_commit(out, 4 * groups);
}

/* 0 to 63, or -1 for an octet outside the alphabet. */
static int
sextet(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* How far a decoding has come. */
struct base64 {
    size_t data;    /* letters of the alphabet read */
    size_t padding; /* "=" read */
    size_t last;    /* offset of the last letter */
    size_t first;   /* offset of the first "=" */
    uint32_t bits;  /* what was read and not put out */
};

static bool
take_octet(struct base64 *state, unsigned char c, size_t at, char **p)
{
    int value = sextet(c);

    if (c == '=') {
        if (state->padding++ == 0)
            state->first = at;
        return state->data % 4 >= 2 && state->padding <= 4 - state->data % 4;
    }
    if (value < 0 || state->padding > 0)
        return false;
    state->bits = state->bits << 6 | (uint32_t)value;
    state->last = at;
    /* Each letter but the first of four completes an octet. */
    if (state->data++ % 4 != 0)
        *(*p)++ =
            (char)(state->bits >> (6 - 2 * ((state->data - 1) % 4)) & 0xff);
    return true;
}

enum status
digest_base64_decode(struct slice text, struct strbuf *out,
                     struct base64_fault *fault)
{
    struct base64 state = {0};
    struct base64_fault found = {0};
    char *start = strbuf_reserve(out, text.n / 4 * 3 + 3);
    char *p = start;
    bool good = true;

    for (size_t i = 0; i < text.n && good; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            found.whitespace = true;
            continue;
        }
        good = take_octet(&state, c, i, &p);
        found.at = i;
    }
    if (good && state.data % 4 == 1) {
        good = false;
        found.at = state.last;
    } else if (good && state.padding > 0
               && (state.data + state.padding) % 4 != 0) {
        good = false;
        found.at = state.first;
    }
    if (good) {
        found.at = 0;
        found.unpadded = state.padding == 0 && state.data % 4 != 0;
    }
    strbuf_commit(out, good ? (size_t)(p - start) : 0);
    if (fault != NULL)
        *fault = found;
    return good ? ST_OK : ST_SYNTAX;
}

void
digest_random(void *p, size_t n)
{
    char *at = p;

    while (n > 0) {
        ssize_t got = getrandom(at, n, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            memory_fatal("the system gives no random numbers");
        at += got;
        n -= (size_t)got;
    }
}

static void
put_number(struct strbuf *b, uint64_t number)
{
    for (unsigned i = 0; i < 8; i++)
        strbuf_add_char(b, (char)(number >> (8 * i) & 0xff));
}

void
digest_letters(uint64_t seed, struct slice purpose, char *out, size_t n)
{
    /* Octets from here on would make some letters more likely. */
    enum { LETTERS = 26, FAIR = 256 / LETTERS * LETTERS };
    struct strbuf text = STRBUF_INIT;
    size_t done = 0;

    for (uint64_t round = 0; done < n; round++) {
        uint8_t octets[DIGEST_SHA256_SIZE];

        strbuf_cut(&text, 0);
        put_number(&text, seed);
        put_number(&text, round);
        strbuf_add_slice(&text, purpose);
        digest_sha256(strbuf_slice(&text), octets);
        for (size_t i = 0; i < sizeof(octets) && done < n; i++)
            if (octets[i] < FAIR)
                out[done++] = (char)('a' + octets[i] % LETTERS);
    }
    strbuf_clear(&text);
}
