/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From DS to keys, from keys to signatures. */
#include "common/audit/trust.h"

#include "common/base/clock.h"
#include "common/base/strbuf.h"

/* Keys of one zone that are tried: more is hostile (CVE-2023-50387). */
#define KEYS_MAX       16
/* Signatures of one set, likewise. */
#define SIGNATURES_MAX 16

/* Key of what is kept with an answer. */
static const char memo;

static const char *const words[] = {"unknown", "unsigned", "island",
                                    "secure",  "mismatch", "broken"};

const char *
trust_word(enum trust_state state)
{
    return words[state];
}

static struct asked
ask(struct view *view, const struct name *name, uint16_t type)
{
    struct question question = question_recursive(name, type);

    question.dnssec_ok = true;
    question.checking_disabled = true;
    return (struct asked){question, view_ask(view, &question)};
}

/* Keys that may sign a set. */
struct candidates {
    const struct record *keys[KEYS_MAX]; /* DNSKEY records */
    size_t count;                        /* of them */
    bool is_cut_short;                   /* there are more of them */
};

static void
add_algorithm(struct trust *trust, uint8_t algorithm)
{
    size_t i = trust->algorithm_count;

    for (size_t k = 0; k < i; k++)
        if (trust->algorithms[k] == algorithm)
            return;
    if (i == TRUST_ALGORITHMS_MAX)
        return;
    trust->algorithm_count++;
    for (; i > 0 && trust->algorithms[i - 1] > algorithm; i--)
        trust->algorithms[i] = trust->algorithms[i - 1];
    trust->algorithms[i] = algorithm;
}

static void
add_key(struct candidates *keys, const struct record *key)
{
    keys->is_cut_short = keys->is_cut_short || keys->count == KEYS_MAX;
    if (!keys->is_cut_short)
        keys->keys[keys->count++] = key;
}

/* All zone keys. */
static void
take_keys(struct trust *trust, struct candidates *all)
{
    const struct answer *answer = trust->keys.asked.answer;
    struct sigcheck_key key;

    for (size_t i = 0; i < answer->record_count; i++) {
        if (!sigcheck_read_key(&answer->records[i], &key) || !key.is_zone_key)
            continue;
        add_algorithm(trust, key.algorithm);
        add_key(all, &answer->records[i]);
    }
}

/* Those that the zone above names.  NO: none; CANNOT_TELL: none, but there may
   be: by digests or algorithms that are not known, or among too many keys. */
static enum sigcheck_truth
name_keys(struct trust *trust, const struct candidates *all,
          struct candidates *named)
{
    const struct answer *answer = trust->ds.answer;
    enum sigcheck_truth best = SIGCHECK_NO;
    struct sigcheck_ds ds;
    bool is_any_known = false;

    trust->is_digest_weak = true;
    for (size_t i = 0; i < answer->record_count; i++) {
        if (sigcheck_read_ds(&answer->records[i], &ds)) {
            is_any_known = is_any_known || sigcheck_is_known_ds(&ds);
            if (!sigcheck_is_weak_digest(ds.digest))
                trust->is_digest_weak = false;
        }
        for (size_t k = 0; k < all->count; k++) {
            enum sigcheck_truth truth =
                sigcheck_names_key(&answer->records[i], all->keys[k]);

            if (truth == SIGCHECK_YES)
                add_key(named, all->keys[k]);
            if (truth == SIGCHECK_YES
                || (truth == SIGCHECK_CANNOT_TELL && best == SIGCHECK_NO))
                best = truth;
        }
    }
    if (best == SIGCHECK_NO && (!is_any_known || all->is_cut_short))
        return SIGCHECK_CANNOT_TELL;
    return best;
}

/* ---- signatures ---- */

/* Does any of the keys make that signature? */
static enum sigcheck_truth
verify(const struct answer *answer, const struct record *signature,
       const struct candidates *keys)
{
    enum sigcheck_truth best = SIGCHECK_NO;

    for (size_t i = 0; i < keys->count && best != SIGCHECK_YES; i++) {
        enum sigcheck_truth truth = sigcheck_verify(
            answer->records, answer->record_count, signature, keys->keys[i]);

        if (truth != SIGCHECK_NO)
            best = truth;
    }
    return best;
}

/* A signature that holds is better than one that did or will. */
static void
take_signature(struct trust_set *set, int64_t now,
               const struct sigcheck_signature *signature)
{
    bool is_good = signature->begins <= now && now <= signature->ends;

    if (set->is_good > is_good
        || (set->is_good == is_good && signature->ends < set->ends))
        return;
    set->is_good = is_good;
    set->begins = signature->begins;
    set->ends = signature->ends;
    set->fault = is_good                 ? TRUST_WHOLE
                 : now > signature->ends ? TRUST_EXPIRED
                                         : TRUST_EARLY;
}

/* A set without any signature proves nothing: some resolvers take them out.
   Nor does one with a signature that cannot be looked at, where none holds. */
static void
judge_set(struct trust_set *set, const struct candidates *keys)
{
    const struct answer *answer = set->asked.answer;
    size_t count = answer->signature_count < SIGNATURES_MAX
                       ? answer->signature_count
                       : SIGNATURES_MAX;
    int64_t now = clock_now();
    bool is_open = answer->signature_count == 0
                   || answer->signature_count > SIGNATURES_MAX
                   || keys->is_cut_short;

    for (size_t i = 0; i < count; i++) {
        const struct record *record = &answer->signatures[i];
        struct sigcheck_signature signature;
        enum sigcheck_truth truth;

        if (!sigcheck_read_signature(record, now, &signature))
            continue;
        truth = verify(answer, record, keys);
        if (truth == SIGCHECK_YES)
            take_signature(set, now, &signature);
        is_open = is_open || truth == SIGCHECK_CANNOT_TELL;
    }
    if (set->is_good)
        return;
    if (is_open) {
        set->fault = TRUST_WHOLE;
        set->begins = set->ends = 0;
    } else if (set->ends == 0) {
        set->fault = TRUST_FORGED;
    }
}

/* A signature costs a hundred times more to verify than an answer to find, and
   the analysis runs many times over the same answers. */
static void
find_set(struct view *view, struct trust_set *set,
         const struct candidates *keys)
{
    struct trust_set *kept = view_memo(view, set->asked.answer, &memo);

    if (set->asked.answer->outcome != OUTCOME_FOUND
        || set->asked.answer->chain_count > 0)
        return;
    if (kept == NULL) {
        judge_set(set, keys);
        kept = arena_copy(view_pinned_arena(view), set, sizeof(*set));
        view_set_memo(view, set->asked.answer, &memo, kept);
    }
    *set = *kept;
}

/* ---- a zone ---- */

/* A zone's own server that is asked for DS speaks of its own data: only the
   zone above can deny one. */
static bool
is_denied_above(const struct asked *ds, const struct name *zone)
{
    const struct answer *answer = ds->answer;

    return outcome_is_absent(answer->outcome) && answer->chain_count == 0
           && answer->zone.size > 0 && name_is_under(zone, &answer->zone)
           && !name_equal(zone, &answer->zone);
}

static enum trust_state
judge_named(struct view *view, struct trust *trust,
            const struct candidates *all)
{
    struct candidates named = {.count = 0};
    enum sigcheck_truth truth = name_keys(trust, all, &named);

    if (truth != SIGCHECK_YES)
        return truth == SIGCHECK_NO ? TRUST_MISMATCH : TRUST_UNKNOWN;
    trust->soa.asked = ask(view, &trust->zone, RR_SOA);
    find_set(view, &trust->keys, &named);
    find_set(view, &trust->soa, all);
    if (trust->keys.fault != TRUST_WHOLE || trust->soa.fault != TRUST_WHOLE)
        return TRUST_BROKEN;
    return trust->keys.is_good && trust->soa.is_good ? TRUST_SECURE
                                                     : TRUST_UNKNOWN;
}

static enum trust_state
judge(struct view *view, struct trust *trust)
{
    const struct answer *keys = trust->keys.asked.answer;
    struct candidates all = {.count = 0};
    bool has_ds = asked_outcome(&trust->ds) == OUTCOME_FOUND
                  && trust->ds.answer->chain_count == 0;

    if (!outcome_is_definite(keys->outcome) || keys->chain_count > 0
        || (!has_ds && !is_denied_above(&trust->ds, &trust->zone)))
        return TRUST_UNKNOWN;
    take_keys(trust, &all);
    if (!has_ds)
        return all.count > 0 ? TRUST_ISLAND : TRUST_UNSIGNED;
    return judge_named(view, trust, &all);
}

const struct trust *
trust_find(struct view *view, const struct name *zone)
{
    struct trust *trust = ARENA_NEW(view_run_arena(view), struct trust);

    trust->zone = *zone;
    trust->ds = ask(view, zone, RR_DS);
    trust->keys.asked = ask(view, zone, RR_DNSKEY);
    trust->state = judge(view, trust);
    return trust;
}

const struct trust *
trust_unasked(struct arena *arena, const struct name *zone)
{
    struct trust *trust = ARENA_NEW(arena, struct trust);

    trust->zone = *zone;
    return trust;
}

struct value *
trust_value(struct arena *arena, const struct trust *trust)
{
    struct value *map = value_map(arena), *list = value_list(arena);
    int64_t ends = trust->keys.ends < trust->soa.ends ? trust->keys.ends
                                                      : trust->soa.ends;
    struct strbuf text = STRBUF_INIT;
    char expires[CLOCK_TEXT_SIZE];

    value_set(map, "zone",
              value_text(arena, name_dotted(arena, &trust->zone)));
    value_set(map, "state", value_text(arena, trust_word(trust->state)));
    for (size_t i = 0; i < trust->algorithm_count; i++) {
        strbuf_cut(&text, 0);
        sigcheck_present_algorithm(trust->algorithms[i], &text);
        value_add(list, value_slice(arena, strbuf_slice(&text)));
    }
    value_set(map, "algorithms", list);
    clock_text(ends, expires);
    value_set(map, "expires",
              ends == 0 ? value_null(arena) : value_text(arena, expires));
    strbuf_clear(&text);
    return map;
}
