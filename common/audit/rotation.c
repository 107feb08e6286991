/* SPDX-License-Identifier: GPL-3.0-or-later */
/* May a new key sign now, may an old one's record go? */
#include "common/audit/rotation.h"

const char *
rotation_word(enum rotation_verdict verdict)
{
    static const char *const words[ROTATION_VERDICTS] = {"safe", "unsafe",
                                                         "unknown"};

    return words[verdict];
}

const char *
rotation_check_word(enum rotation_check_name name)
{
    static const char *const words[ROTATION_CHECKS] = {
        "new-key-visible", "single-record",    "key-pair", "old-key-present",
        "ttl-elapsed",     "signers-switched", "drained"};

    return words[name];
}

static void
check(struct rotation_decision *decision, enum rotation_check_name name,
      enum rotation_verdict verdict)
{
    decision->is_checked[name] = true;
    decision->checks[name] = verdict;
}

/* Is the key itself where it should be? */
static enum rotation_verdict
visible(enum rotation_sight sight)
{
    switch (sight) {
    case ROTATION_SEEN:
    case ROTATION_CROWDED:
        return ROTATION_SAFE;
    case ROTATION_OTHER:
    case ROTATION_LACKING:
        return ROTATION_UNSAFE;
    case ROTATION_NO_KEY:
    case ROTATION_SILENT:
        break;
    }
    return ROTATION_UNKNOWN;
}

/* With two records RFC 6376 section 3.6.2.2 leaves open which is used. */
static enum rotation_verdict
single(enum rotation_sight sight)
{
    if (sight == ROTATION_CROWDED)
        return ROTATION_UNSAFE;
    return sight == ROTATION_SEEN ? ROTATION_SAFE : ROTATION_UNKNOWN;
}

static void
check_fresh(const struct rotation_key *fresh,
            struct rotation_decision *decision)
{
    enum rotation_verdict there = visible(fresh->sight);

    check(decision, ROTATION_CHECK_VISIBLE, there);
    if (there == ROTATION_SAFE)
        check(decision, ROTATION_CHECK_SINGLE, single(fresh->sight));
}

/* A wait that began at a time: 0 is not known, nor is one that is yet to
   come, for then the clock was put back.  The time is a second that was cut
   off: the wait is over for certain one second later. */
static enum rotation_verdict
waited(int64_t now, int64_t since, const struct rotation_ttl *wait,
       int64_t *safe_at)
{
    if (since == 0 || since > now || !wait->is_known)
        return ROTATION_UNKNOWN;
    *safe_at = since + wait->seconds + 1;
    return now >= *safe_at ? ROTATION_SAFE : ROTATION_UNSAFE;
}

/* Known only where both are. */
static struct rotation_ttl
longer(struct rotation_ttl a, struct rotation_ttl b)
{
    struct rotation_ttl out = {a.is_known && b.is_known, 0};

    if (out.is_known)
        out.seconds = a.seconds > b.seconds ? a.seconds : b.seconds;
    return out;
}

/* Unsafe before unknown before safe; when time alone is wanting, until
   when. */
static void
conclude(struct rotation_decision *decision, enum rotation_check_name waits,
         int64_t safe_at)
{
    bool others_safe = true;

    for (int i = 0; i < ROTATION_CHECKS; i++) {
        enum rotation_verdict verdict = decision->checks[i];

        if (!decision->is_checked[i] || verdict == ROTATION_SAFE)
            continue;
        if (decision->verdict != ROTATION_UNSAFE)
            decision->verdict = verdict;
        others_safe = others_safe && i == (int)waits;
    }
    decision->safe_at = others_safe ? safe_at : 0;
}

struct rotation_decision
rotation_activate(const struct rotation_facts *facts)
{
    static const enum rotation_verdict pairs[] = {
        [ROTATION_PAIR_FITS] = ROTATION_SAFE,
        [ROTATION_PAIR_WRONG] = ROTATION_UNSAFE,
        [ROTATION_PAIR_UNSEEN] = ROTATION_UNKNOWN};
    struct rotation_decision decision = {.verdict = ROTATION_SAFE};
    struct rotation_ttl wait = longer(facts->fresh.ttl, facts->fresh.negative);
    int64_t safe_at = 0;

    check_fresh(&facts->fresh, &decision);
    check(&decision, ROTATION_CHECK_PAIR, pairs[facts->pair]);
    if (facts->old.sight != ROTATION_NO_KEY) {
        check(&decision, ROTATION_CHECK_OLD, visible(facts->old.sight));
        wait = longer(wait, facts->old.ttl);
    }
    /* Of a key that is not there no time has begun. */
    if (decision.checks[ROTATION_CHECK_VISIBLE] == ROTATION_SAFE)
        check(&decision, ROTATION_CHECK_TTL,
              waited(facts->now, facts->published, &wait, &safe_at));
    conclude(&decision, ROTATION_CHECK_TTL, safe_at);
    return decision;
}

/* Of a record that is gone the TTL is that of the one in its place. */
static struct rotation_ttl
old_ttl(const struct rotation_facts *facts)
{
    bool is_gone = facts->old.sight == ROTATION_LACKING;

    return facts->old.ttl.is_known || !is_gone ? facts->old.ttl
                                               : facts->fresh.ttl;
}

/* The old key's TTL may have been longer while it signed, and so may the time
   that mail was to wait. */
static enum rotation_verdict
drained(const struct rotation_facts *facts, const struct rotation_ttl *wait,
        int64_t *safe_at)
{
    enum rotation_verdict verdict =
        waited(facts->now, facts->switched, wait, safe_at);

    if (verdict == ROTATION_UNKNOWN || facts->due <= *safe_at)
        return verdict;
    *safe_at = facts->due;
    return facts->now >= *safe_at ? ROTATION_SAFE : ROTATION_UNSAFE;
}

struct rotation_decision
rotation_retire(const struct rotation_facts *facts)
{
    struct rotation_decision decision = {.verdict = ROTATION_SAFE};
    struct rotation_ttl wait = old_ttl(facts);
    int64_t safe_at = 0;

    wait.seconds += wait.is_known ? facts->queue_s : 0;
    check_fresh(&facts->fresh, &decision);
    check(&decision, ROTATION_CHECK_SIGNERS,
          facts->switched == 0 ? ROTATION_UNSAFE : ROTATION_SAFE);
    if (facts->switched != 0)
        check(&decision, ROTATION_CHECK_DRAIN,
              drained(facts, &wait, &safe_at));
    conclude(&decision, ROTATION_CHECK_DRAIN, safe_at);
    return decision;
}
