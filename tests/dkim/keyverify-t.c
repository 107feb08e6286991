/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cache of keys: one record is read once, and what is not kept is still
   a key. */
#include "common/dkim/keyverify.h"

#include <string.h>

#include "tests/dkim/sample.h"

/* A key record whose n= makes it another one. */
static struct record
record_of(struct arena *arena, unsigned number)
{
    const struct key_pair *pair = sample_key(ALGORITHM_ED25519);
    struct record record = {.type = RR_TXT};
    struct error err = ERROR_INIT;
    const char *text =
        arena_printf(arena, "\"v=DKIM1; n=%u; k=ed25519; p=%s\"", number,
                     pair->public_text.p);

    if (record_parse(arena, RR_TXT, slice_of(text), &record.data, &err)
        != ST_OK)
        bail("%s", err.text);
    return record;
}

int
main(void)
{
    struct keyverify *cache = keyverify_new();
    struct arena *arena = arena_new();
    struct record first = record_of(arena, 0), last;
    const struct keyverify_key *key = keyverify_find(cache, arena, &first);
    const struct keyverify_key *other;
    struct strbuf signature = STRBUF_INIT;
    uint8_t digest[DIGEST_SHA256_SIZE];

    plan(6);
    ok(keyverify_record(key)->state == DKIMKEY_OK, "it is a key");
    ok(keyverify_find(cache, arena, &first) == key, "the same, found again");
    for (unsigned i = 1; i < KEYVERIFY_KEYS_MAX; i++) {
        struct record record = record_of(arena, i);

        keyverify_drop(keyverify_find(cache, arena, &record));
    }
    last = record_of(arena, KEYVERIFY_KEYS_MAX);
    key = keyverify_find(cache, arena, &last);
    digest_sha256(SLICE("text"), digest);
    if (keymaker_sign(
            strbuf_slice(&sample_key(ALGORITHM_ED25519)->private_der),
            (struct slice){(char *)digest, sizeof(digest)}, &signature, NULL)
        != ST_OK)
        bail("cannot sign");
    ok(keyverify_check(key, digest, strbuf_slice(&signature)),
       "one too many verifies, too");
    digest[0] ^= 1;
    ok(!keyverify_check(key, digest, strbuf_slice(&signature)),
       "another digest does not");
    ok(!keyverify_check(key, digest, SLICE_EMPTY), "nor does nothing");
    other = keyverify_find(cache, arena, &last);
    ok(other != key, "and it is not kept");
    keyverify_drop(other);
    keyverify_drop(key);
    keyverify_free(cache);
    strbuf_clear(&signature);
    arena_free(arena);
    return tap_done();
}
