/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Key pairs for tests: read from files, in the place of slow new ones. */
#include "tests/keys/testkeys.h"

#include <pthread.h>
#include <stdatomic.h>

#include "common/base/digest.h"
#include "common/base/file.h"
#include "tests/tap/tap.h"

/* Pairs of one file: lines of "PRIVATE PUBLIC", both base64. */
struct pool {
    const char *path;             /* below the source folder */
    enum key_algorithm algorithm; /* of all pairs in it */
    unsigned bits;                /* likewise */
    struct key_pair pairs[64];    /* as many as the file has lines */
    unsigned count;               /* of them */
    atomic_uint next;             /* counts what was handed out */
};

static struct pool pools[KEY_ALGORITHMS] = {
    {.path = "tests/keys/rsa2048.txt",
     .algorithm = ALGORITHM_RSA,
     .bits = KEY_RSA_DEFAULT},
    {.path = "tests/keys/ed25519.txt",
     .algorithm = ALGORITHM_ED25519,
     .bits = KEY_ED25519    },
};
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
load_line(struct pool *pool, struct slice line)
{
    struct key_pair *pair = &pool->pairs[pool->count++];
    struct slice half;

    *pair = (struct key_pair)KEY_PAIR_INIT;
    pair->algorithm = pool->algorithm;
    pair->bits = pool->bits;
    slice_next(&line, ' ', &half);
    if (digest_base64_decode(half, &pair->private_der, NULL) != ST_OK)
        bail("%s: line %u is no key pair", pool->path, pool->count);
    strbuf_add_slice(&pair->public_text, line);
}

static void
load(void)
{
    for (int i = 0; i < KEY_ALGORITHMS; i++) {
        struct strbuf text = STRBUF_INIT;
        struct error err = ERROR_INIT;
        struct slice rest;
        struct slice line;

        if (file_read(tap_path(pools[i].path), 1u << 20, &text, &err) != ST_OK)
            bail("%s", err.text);
        rest = strbuf_slice(&text);
        while (slice_next(&rest, '\n', &line))
            if (line.n > 0)
                load_line(&pools[i], line);
        strbuf_clear(&text);
    }
}

static enum status
make(void *context, enum key_algorithm algorithm, unsigned bits,
     struct key_pair *out, struct error *err)
{
    struct pool *pool = &pools[algorithm];
    const struct key_pair *pair;

    (void)context;
    pthread_once(&once, load);
    if (bits != pool->bits)
        return keymaker_source.make(NULL, algorithm, bits, out, err);
    pair = &pool->pairs[atomic_fetch_add(&pool->next, 1) % pool->count];
    out->algorithm = algorithm;
    out->bits = bits;
    strbuf_add_slice(&out->private_der, strbuf_slice(&pair->private_der));
    strbuf_add_slice(&out->public_text, strbuf_slice(&pair->public_text));
    return ST_OK;
}

const struct key_source *
testkeys_source(void)
{
    static const struct key_source source = {make, NULL};

    return &source;
}
