/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DKIM verification. */
#include "common/dkim/dkimcheck.h"

#include "common/base/table.h"

/* RFC 8301 section 3.2. */
#define RSA_BITS_LEAST 1024

static const char *const results[] = {
    [DKIMRESULT_PASS] = "pass",           [DKIMRESULT_FAIL] = "fail",
    [DKIMRESULT_POLICY] = "policy",       [DKIMRESULT_NEUTRAL] = "neutral",
    [DKIMRESULT_TEMPERROR] = "temperror", [DKIMRESULT_PERMERROR] = "permerror",
    [DKIMRESULT_PENDING] = "pending",
};

/* What each reason makes of the signature (section 6.1: PERMFAIL unless it
   is said), and its clause. */
/* clang-format off */
static const struct {
    enum dkimresult result; /* of the signature */
    const char *text;       /* for people */
} reasons[DKIMREASON_COUNT] = {
    [DKIMREASON_VERIFIED] = {DKIMRESULT_PASS, "it verifies"},
    [DKIMREASON_SYNTAX] = {DKIMRESULT_PERMERROR, "the signature is void"},
    [DKIMREASON_NOT_LOOKED_AT] =
        {DKIMRESULT_POLICY, "too many signatures stand before it"},
    [DKIMREASON_EXPIRED] = {DKIMRESULT_PERMERROR, "it has expired"},
    [DKIMREASON_LENGTH] =
        {DKIMRESULT_PERMERROR, "l= is more than the body has"},
    [DKIMREASON_BODY_HASH] =
        {DKIMRESULT_FAIL, "the body was changed: bh= is another hash"},
    [DKIMREASON_SIGNATURE] =
        {DKIMRESULT_FAIL, "the body is as it was, but the signature does not "
                          "fit header and key"},
    [DKIMREASON_KEY_PENDING] =
        {DKIMRESULT_PENDING, "the key is not here yet"},
    [DKIMREASON_KEY_UNKNOWN] =
        {DKIMRESULT_TEMPERROR, "there was no answer about the key"},
    [DKIMREASON_KEY_ABSENT] = {DKIMRESULT_PERMERROR, "there is no key"},
    [DKIMREASON_KEY_REVOKED] = {DKIMRESULT_PERMERROR, "the key is revoked"},
    [DKIMREASON_KEY_INVALID] =
        {DKIMRESULT_PERMERROR, "the key record cannot be used"},
    [DKIMREASON_KEY_WEAK] =
        {DKIMRESULT_PERMERROR, "the key has fewer than 1024 bits"},
    [DKIMREASON_KEY_TYPE] =
        {DKIMRESULT_PERMERROR, "the key is of another type than a="},
    [DKIMREASON_KEY_HASH] =
        {DKIMRESULT_PERMERROR, "h= of the key does not allow SHA-256"},
    [DKIMREASON_KEY_SERVICE] =
        {DKIMRESULT_PERMERROR, "s= of the key is not for mail"},
    [DKIMREASON_KEY_STRICT] =
        {DKIMRESULT_PERMERROR, "t=s of the key allows no subdomain in i="},
};
/* clang-format on */

const char *
dkimresult_word(enum dkimresult result)
{
    return results[result];
}

const char *
dkimreason_text(enum dkimreason reason)
{
    return reasons[reason].text;
}

/* ---- the header ---- */

/* Where the fields of one name are: the next one to be signed. */
struct stack {
    size_t *indices; /* from the top */
    size_t count;    /* not yet used */
};

static struct slice
lower_case(struct arena *arena, struct slice name)
{
    char *copy = arena_copy(arena, name.p, name.n);

    for (size_t i = 0; i < name.n; i++)
        copy[i] = (char)ascii_lower((unsigned char)copy[i]);
    return (struct slice){copy, name.n};
}

/* The fields by name, for the names that are signed; so that neither a long
   h= nor a long header makes it quadratic. */
static struct table *
stack_fields(struct arena *arena, const struct dkimmail *mail,
             const struct dkimsig *sig, size_t own)
{
    struct table *table = table_new();

    for (size_t i = 0; i < sig->signed_count; i++) {
        struct slice name = lower_case(arena, sig->signed_names[i]);

        if (table_get(table, name) == NULL)
            table_put(table, name, ARENA_NEW(arena, struct stack));
    }
    for (size_t i = 0; i < mail->count; i++) {
        struct stack *stack =
            i == own
                ? NULL
                : table_get(table, lower_case(arena, mail->fields[i].name));

        if (stack == NULL)
            continue;
        stack->indices = arena_grow(arena, stack->indices, stack->count,
                                    sizeof(*stack->indices));
        stack->indices[stack->count++] = i;
    }
    return table;
}

const size_t *
dkimcheck_signed(struct arena *arena, const struct dkimmail *mail,
                 const struct dkimsig *sig, size_t own, size_t *count)
{
    struct table *table = stack_fields(arena, mail, sig, own);
    size_t *indices = ARENA_ARRAY(arena, size_t, sig->signed_count);

    *count = 0;
    for (size_t i = 0; i < sig->signed_count; i++) {
        struct stack *stack =
            table_get(table, lower_case(arena, sig->signed_names[i]));

        /* One name too many is a field that must not be added: section
           5.4. */
        if (stack->count > 0)
            indices[(*count)++] = stack->indices[--stack->count];
    }
    table_free(table);
    return indices;
}

void
dkimcheck_header(struct arena *arena, const struct dkimmail *mail,
                 const struct dkimcheck *check, struct strbuf *out)
{
    const struct dkimsig *sig = check->sig;
    size_t count;
    const size_t *indices =
        dkimcheck_signed(arena, mail, sig, check->field, &count);

    for (size_t i = 0; i < count; i++)
        dkimcanon_field(sig->header, mail->fields[indices[i]].raw, out);
    dkimcanon_field(
        sig->header,
        dkimsig_unsigned(arena, sig, mail->fields[check->field].raw), out);
    strbuf_cut(out, out->n - 2);
}

static void
hash_header(struct arena *arena, const struct dkimmail *mail,
            struct dkimcheck *check, struct strbuf *scratch)
{
    strbuf_cut(scratch, 0);
    dkimcheck_header(arena, mail, check, scratch);
    digest_sha256(strbuf_slice(scratch), check->digest);
}

/* ---- the body ---- */

static void
take_body_hash(struct dkimcheck *check, const struct dkimcanon_hash *hash)
{
    check->is_hashed = true;
    check->body_octets = hash->octets;
    memcpy(check->body_hash, hash->digest, sizeof(check->body_hash));
    check->body_matches = slice_equal(
        check->sig->body_hash,
        (struct slice){(const char *)hash->digest, sizeof(hash->digest)});
}

static void
hash_body(struct arena *arena, const struct dkimmail *mail,
          struct dkimcheck_list *list)
{
    struct dkimcanon_hash *hashes =
        ARENA_ARRAY(arena, struct dkimcanon_hash, list->count);
    size_t *of = ARENA_ARRAY(arena, size_t, list->count);
    size_t wanted = 0;
    struct dkimcanon_body *body;

    for (size_t i = 0; i < list->count; i++) {
        const struct dkimsig *sig = list->checks[i].sig;

        if (list->checks[i].is_beyond || sig->faults != 0)
            continue;
        of[wanted] = i;
        hashes[wanted].canon = sig->body;
        hashes[wanted++].limit =
            sig->has_length ? sig->length : DKIMCANON_NO_LIMIT;
    }
    if (wanted == 0)
        return;
    body = dkimcanon_body_new(hashes, wanted);
    dkimcanon_body_add(body, mail->body);
    dkimcanon_body_end(body);
    for (size_t i = 0; i < wanted; i++)
        take_body_hash(&list->checks[of[i]], &hashes[i]);
}

struct dkimcheck_list
dkimcheck_prepare(struct arena *arena, const struct dkimmail *mail)
{
    struct dkimcheck_list list = {0};
    struct strbuf scratch = STRBUF_INIT;

    for (size_t i = 0; i < mail->count; i++) {
        struct slice raw = mail->fields[i].raw;
        struct dkimcheck *check;

        if (!slice_equal_case(mail->fields[i].name, SLICE("DKIM-Signature")))
            continue;
        list.checks =
            arena_grow(arena, list.checks, list.count, sizeof(*list.checks));
        check = &list.checks[list.count++];
        check->field = i;
        check->is_beyond = list.count > DKIMCHECK_SIGNATURES_MAX;
        check->sig =
            dkimsig_parse(arena, slice_from(raw, slice_find(raw, ':') + 1));
    }
    hash_body(arena, mail, &list);
    for (size_t i = 0; i < list.count; i++)
        if (list.checks[i].is_hashed)
            hash_header(arena, mail, &list.checks[i], &scratch);
    strbuf_clear(&scratch);
    return list;
}

/* ---- the key ---- */

/* Section 6.1.2, steps 5 to 9, and RFC 8301 section 3.2. */
static enum dkimreason
key_reason(const struct dkimkey *key, const struct dkimsig *sig)
{
    bool wants_rsa = sig->algorithm == DKIMSIG_RSA_SHA256;

    if (key->is_key && key->state == DKIMKEY_REVOKED)
        return DKIMREASON_KEY_REVOKED;
    if (dkimkey_fault(key, DKIMKEY_SERVICE_NOT_EMAIL) != NULL)
        return DKIMREASON_KEY_SERVICE;
    if (!key->allows_sha256 && key->is_key)
        return DKIMREASON_KEY_HASH;
    if (key->type == DKIMKEY_TYPE_RSA && key->material.bits > 0
        && key->material.bits < RSA_BITS_LEAST)
        return DKIMREASON_KEY_WEAK;
    if (key->state != DKIMKEY_OK)
        return DKIMREASON_KEY_INVALID;
    if ((key->type == DKIMKEY_TYPE_RSA) != wants_rsa)
        return DKIMREASON_KEY_TYPE;
    if (key->is_strict && !name_equal(&sig->identity_domain, &sig->domain))
        return DKIMREASON_KEY_STRICT;
    return DKIMREASON_VERIFIED;
}

/* One record of the key's name; true: look no further. */
static bool
try_record(struct view *view, struct keyverify *keys,
           const struct dkimcheck *check, const struct record *record,
           struct dkimverdict *verdict)
{
    const struct keyverify_key *key =
        keyverify_find(keys, view_run_arena(view), record);
    const struct dkimkey *said = keyverify_record(key);
    enum dkimreason reason = key_reason(said, check->sig);

    if (reason == DKIMREASON_VERIFIED
        && !keyverify_check(key, check->digest, check->sig->signature))
        reason = DKIMREASON_SIGNATURE;
    keyverify_drop(key);
    /* A signature that does not fit says more than a record that is none. */
    if (verdict->key == NULL || reason == DKIMREASON_VERIFIED
        || (said->is_key && verdict->reason != DKIMREASON_SIGNATURE)) {
        verdict->key = said;
        verdict->reason = reason;
    }
    return reason == DKIMREASON_VERIFIED;
}

static void
try_key(struct view *view, struct keyverify *keys,
        const struct dkimcheck *check, struct dkimverdict *verdict)
{
    const struct answer *answer;
    size_t tried = 0;

    verdict->asked = asked_lookup(view, &check->sig->key_name, RR_TXT);
    answer = verdict->asked.answer;
    verdict->reason = DKIMREASON_KEY_ABSENT;
    if (answer->outcome == OUTCOME_PENDING)
        verdict->reason = DKIMREASON_KEY_PENDING;
    else if (outcome_is_failure(answer->outcome))
        verdict->reason = DKIMREASON_KEY_UNKNOWN;
    if (answer->outcome != OUTCOME_FOUND)
        return;
    for (size_t i = 0; i < answer->record_count && tried < DKIMCHECK_KEYS_MAX;
         i++) {
        if (answer->records[i].type != RR_TXT)
            continue;
        tried++;
        if (try_record(view, keys, check, &answer->records[i], verdict))
            break;
    }
}

/* What no key can mend; _VERIFIED: nothing. */
static enum dkimreason
keyless_reason(const struct dkimcheck *check, int64_t now)
{
    const struct dkimsig *sig = check->sig;

    if (sig->has_length && sig->length > check->body_octets)
        return DKIMREASON_LENGTH;
    if (!check->body_matches)
        return DKIMREASON_BODY_HASH;
    if (sig->has_expiry && now > 0 && (uint64_t)now > sig->expiry)
        return DKIMREASON_EXPIRED;
    return DKIMREASON_VERIFIED;
}

/* The body first: its hash says more than a signature that does not fit, and
   needs no key; but a key that is not there says more than both. */
static void
judge_rest(const struct dkimcheck *check, int64_t now,
           struct dkimverdict *verdict)
{
    enum dkimreason reason = keyless_reason(check, now);

    verdict->flaw = reason;
    verdict->may_pass = reason == DKIMREASON_VERIFIED
                        && (verdict->reason == DKIMREASON_KEY_UNKNOWN
                            || verdict->reason == DKIMREASON_KEY_PENDING);
    if (verdict->reason == DKIMREASON_VERIFIED
        || (verdict->reason == DKIMREASON_SIGNATURE
            && reason != DKIMREASON_VERIFIED && reason != DKIMREASON_EXPIRED))
        verdict->reason = reason;
}

struct dkimverdict
dkimcheck_run(struct view *view, struct keyverify *keys,
              const struct dkimcheck *check, int64_t now)
{
    struct dkimverdict verdict = {.fault = dkimsig_first_fault(check->sig)};
    const struct dkimsig *sig = check->sig;

    if (check->is_beyond) {
        verdict.reason = DKIMREASON_NOT_LOOKED_AT;
    } else if (sig->faults != 0) {
        verdict.reason = DKIMREASON_SYNTAX;
    } else {
        try_key(view, keys, check, &verdict);
        judge_rest(check, now, &verdict);
    }
    verdict.result = reasons[verdict.reason].result;
    return verdict;
}
