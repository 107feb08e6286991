/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A customer's keys that are to be switched or retired. */
#include "tools/rotatecases.h"

#include "common/base/clock.h"
#include "common/base/diag.h"
#include "common/base/digest.h"
#include "common/dkim/keyverify.h"

struct finder {
    const struct desk *desk;             /* borrowed */
    const struct customer_plan *plan;    /* likewise */
    const struct rotatecases_wish *wish; /* likewise */
    struct arena *arena;                 /* of the result */
    struct rotatecases *out;             /* the result */
    struct customer_key *keys;           /* of the customer */
    size_t key_count;                    /* of them */
};

/* The records of a key, onto the end of those that are asked for. */
static struct rotationcase_range
add_records(const struct finder *f, int64_t key, struct verify_input *input)
{
    const struct customer_plan *plan = f->plan;
    struct rotationcase_range range = {input->expected_count, 0};

    for (size_t i = 0; i < plan->mark_count; i++) {
        struct verify_expected *sets;

        if (plan->marks[i].key->id != key)
            continue;
        sets = arena_grow(f->arena, (void *)input->expected,
                          input->expected_count, sizeof(*sets));
        sets[input->expected_count++] =
            plan->input.expected[plan->marks[i].expected];
        input->expected = sets;
        range.count++;
    }
    return range;
}

/* ---- the halves of the new key ---- */

/* Does a signature by the private half verify with what is to be published? */
static bool
verifies(struct slice private_der, struct slice published, struct arena *arena)
{
    static const char message[] = "a message signed with the new key";
    struct record record = {.type = RR_TXT, .data = published};
    struct keyverify *cache = keyverify_new();
    const struct keyverify_key *key = keyverify_find(cache, arena, &record);
    struct strbuf signature = STRBUF_INIT;
    uint8_t digest[DIGEST_SHA256_SIZE];
    bool good;

    digest_sha256(slice_of(message), digest);
    good = keymaker_sign(private_der,
                         (struct slice){(const char *)digest, sizeof(digest)},
                         &signature, NULL)
               == ST_OK
           && keyverify_check(key, digest, strbuf_slice(&signature));
    keyverify_drop(key);
    keyverify_free(cache);
    strbuf_clear(&signature);
    return good;
}

static enum rotation_pair
pair_of(const struct finder *f, int64_t key,
        const struct rotationcase_range *range)
{
    const struct verify_input *fresh = &f->out->fresh;
    const struct verify_expected *text = NULL;
    struct strbuf private_der = STRBUF_INIT;
    enum rotation_pair pair = ROTATION_PAIR_UNSEEN;
    struct error why = ERROR_INIT;

    for (size_t i = 0; i < range->count; i++)
        if (fresh->expected[range->first + i].type == RR_TXT)
            text = &fresh->expected[range->first + i];
    if (f->desk->seal == NULL || text == NULL)
        return pair;
    if (keys_private(f->desk->registry, f->desk->seal, key, &private_der, &why)
        == ST_OK)
        pair = verifies(strbuf_slice(&private_der), text->data[0], f->arena)
                   ? ROTATION_PAIR_FITS
                   : ROTATION_PAIR_WRONG;
    else
        diag_warning("%s: %s", f->plan->name, why.text);
    strbuf_wipe(&private_der);
    return pair;
}

/* ---- cases ---- */

/* fresh may be NULL (the key that is to go has no successor), or old. */
static void
add_case(struct finder *f, const struct customer_key *fresh,
         const struct customer_key *old)
{
    struct rotatecases *out = f->out;
    bool is_retirement = f->wish->is_retirement;
    const struct customer_key *one = fresh != NULL ? fresh : old;
    struct rotationcase *c;

    out->cases =
        arena_grow(f->arena, out->cases, out->count, sizeof(*out->cases));
    out->steps =
        arena_grow(f->arena, out->steps, out->count, sizeof(*out->steps));
    c = &out->cases[out->count];
    *c = (struct rotationcase){
        .domain = one->signing_domain,
        .fresh = fresh == NULL ? NULL : fresh->selector,
        .old = old == NULL ? NULL : old->selector,
        .is_retirement = is_retirement,
        .facts = {.now = clock_now(), .queue_s = f->wish->queue_s}
    };
    if (fresh != NULL) {
        c->fresh_set = add_records(f, fresh->id, &out->fresh);
        /* When it was seen for the first time does not count: it may have
           been gone in between. */
        c->facts.published = fresh->state == KEY_PUBLISHED ? fresh->since : 0;
        c->facts.pair = is_retirement ? ROTATION_PAIR_UNSEEN
                                      : pair_of(f, fresh->id, &c->fresh_set);
    }
    if (old != NULL) {
        c->old_set = add_records(f, old->id, &out->old);
        if (old->state == KEY_RETIRING) {
            c->facts.switched = old->since;
            c->facts.due = old->due;
        }
    }
    out->steps[out->count++] = (struct rotate_step){
        .fresh = is_retirement ? 0 : fresh->id,
        .fresh_state = fresh == NULL ? KEY_PENDING : fresh->state,
        .old = old == NULL ? 0 : old->id};
}

/* A key that is to sign. */
static void
look_at_new(struct finder *f, const struct customer_key *key)
{
    const struct customer_key *old;

    if (!rotate_is_ours(key)
        || (key->state != KEY_PUBLISHED && key->state != KEY_PENDING)
        || (key->state == KEY_PENDING && key->replaces == 0
            && !f->wish->with_first))
        return;
    old = rotate_find(f->keys, f->key_count, key->replaces);
    add_case(f, key, old != NULL && old->state == KEY_ACTIVE ? old : NULL);
}

/* The key that came in the place of that one, if one signed since. */
static const struct customer_key *
next_used(const struct finder *f, const struct customer_key *key)
{
    static const unsigned states[] = {1u << KEY_ACTIVE,
                                      1u << KEY_RETIRING | 1u << KEY_RETIRED};
    const struct customer_key *next = NULL;

    for (size_t i = 0; i < 2 && next == NULL; i++)
        next = rotate_successor(f->keys, f->key_count, key->id, states[i]);
    return next;
}

/* A key that is to go: the one that signs now may be later in the row. */
static void
look_at_old(struct finder *f, const struct customer_key *key)
{
    const struct customer_key *fresh = key;

    if (key->state != KEY_RETIRING)
        return;
    while (fresh != NULL && fresh->state != KEY_ACTIVE)
        fresh = next_used(f, fresh);
    add_case(f, fresh, key);
}

enum status
rotatecases_find(const struct desk *desk, const struct customer_plan *plan,
                 const struct rotatecases_wish *wish, struct arena *arena,
                 struct rotatecases *out, struct error *err)
{
    struct finder f = {desk, plan, wish, arena, out, NULL, 0};
    enum status st;

    *out = (struct rotatecases){.fresh = plan->input, .old = plan->input};
    out->fresh.expected = out->old.expected = NULL;
    out->fresh.expected_count = out->old.expected_count = 0;
    out->old.no_diagnosis = true;
    st = rotate_keys(desk->registry, arena, plan->name, &f.keys, &f.key_count,
                     err);
    for (size_t i = 0; st == ST_OK && i < f.key_count; i++) {
        if (wish->is_retirement)
            look_at_old(&f, &f.keys[i]);
        else
            look_at_new(&f, &f.keys[i]);
    }
    return st;
}
