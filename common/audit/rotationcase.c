/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What DNS says of a new key and of the one that it replaces. */
#include "common/audit/rotationcase.h"

#include "common/base/clock.h"
#include "common/dns/authority.h"

/* ---- sights ---- */

/* The word for one server's answer.  The right key among other tags verifies
   what it signed; as a new record it is not yet what was planned. */
static enum rotation_sight
sight_of(const struct verify_server *server, bool is_old)
{
    static const enum rotation_sight sights[VERIFY_STATES] = {
        [VERIFY_SAME] = ROTATION_SEEN,
        [VERIFY_EXTRA] = ROTATION_CROWDED,
        [VERIFY_DIFFERENT] = ROTATION_OTHER,
        [VERIFY_MISSING] = ROTATION_LACKING,
        [VERIFY_UNKNOWN] = ROTATION_SILENT};

    if (server->state == VERIFY_DIFFERENT && server->has_key)
        return is_old ? ROTATION_SEEN : ROTATION_LACKING;
    return sights[server->state];
}

/* Of two sights that which decides. */
static enum rotation_sight
worse(enum rotation_sight a, enum rotation_sight b)
{
    static const int ranks[] = {
        [ROTATION_NO_KEY] = 0,  [ROTATION_SEEN] = 1,  [ROTATION_SILENT] = 2,
        [ROTATION_CROWDED] = 3, [ROTATION_OTHER] = 4, [ROTATION_LACKING] = 5};

    return ranks[a] > ranks[b] ? a : b;
}

static void
lengthen(struct rotation_ttl *ttl, uint32_t seconds)
{
    ttl->is_known = true;
    if (ttl->seconds < seconds)
        ttl->seconds = seconds;
}

static void
add_ttls(const struct answer *answer, struct rotation_ttl *ttl)
{
    for (size_t i = 0; i < answer->record_count; i++)
        lengthen(ttl, answer->records[i].ttl);
    for (size_t i = 0; i < answer->chain_count; i++)
        lengthen(ttl, answer->chain[i].ttl);
}

static void add_record(const struct verify_record *record, bool is_old,
                       struct rotation_key *key);

/* Of an alias out of the zone, as the servers at its end have it.  Without a
   TTL from there that of the alias says nothing. */
static bool
add_end(const struct verify_record *end, bool is_old, struct rotation_key *key)
{
    struct rotation_key own = {.sight = ROTATION_SILENT};

    if (end != NULL) {
        own.sight = ROTATION_NO_KEY;
        add_record(end, is_old, &own);
    }
    key->sight = worse(key->sight, own.sight);
    if (own.ttl.is_known)
        lengthen(&key->ttl, (uint32_t)own.ttl.seconds);
    return own.ttl.is_known;
}

/* What one server says; of one that was not reached the answer is about an
   address. */
static void
add_server(const struct verify_record *record,
           const struct verify_server *server, bool is_old,
           struct rotation_key *key)
{
    bool has_ttl = server->question.server.family != 0;

    if (server->end == NULL)
        key->sight = worse(key->sight, sight_of(server, is_old));
    else
        has_ttl = add_end(verify_end_of(record, server), is_old, key);
    if (has_ttl)
        add_ttls(server->answer, &key->ttl);
}

static void
add_record(const struct verify_record *record, bool is_old,
           struct rotation_key *key)
{
    size_t asked = 0;

    for (size_t i = 0; i < record->server_count; i++) {
        const struct verify_server *server = &record->servers[i];

        if (verify_is_hearsay(record, server))
            continue;
        asked++;
        add_server(record, server, is_old, key);
    }
    if (asked == 0 || record->is_partial)
        key->sight = worse(key->sight, ROTATION_SILENT);
}

/* RFC 2308 section 5: the lesser of the SOA's TTL and its minimum. */
static void
add_soa(const struct answer *answer, struct rotation_ttl *ttl)
{
    struct soa soa;

    for (size_t i = 0; i < answer->record_count; i++)
        if (record_soa(&answer->records[i], &soa))
            lengthen(ttl, answer->records[i].ttl < soa.minimum
                              ? answer->records[i].ttl
                              : soa.minimum);
}

/* Of the zone that a record is in; false when none of its servers says it. */
static bool
add_negative(struct view *view, const struct name *zone,
             struct rotation_ttl *ttl)
{
    struct rotation_ttl own = {false, 0};
    const struct authority *authority;
    const struct authority_answer *answers;
    size_t count;

    if (zone->size == 0 || view_resolvers_only(view))
        return false;
    authority = authority_find(view, zone);
    answers = authority_ask_all(view, authority, zone, RR_SOA, &count);
    for (size_t i = 0; i < count; i++)
        add_soa(answers[i].answer, &own);
    if (own.is_known && ttl->seconds < own.seconds)
        ttl->seconds = own.seconds;
    return own.is_known;
}

static struct rotation_key
collect_key(const struct verify_facts *facts,
            const struct rotationcase_range *range, bool is_old,
            struct view *view)
{
    struct rotation_key key = {.sight = ROTATION_NO_KEY};

    key.negative.is_known = range->count > 0;
    for (size_t i = 0; i < range->count; i++) {
        const struct verify_record *record = &facts->records[range->first + i];

        add_record(record, is_old, &key);
        if (!add_negative(view, &record->zone, &key.negative)
            || (record->end != NULL
                && !add_negative(view, &record->end->zone, &key.negative)))
            key.negative.is_known = false;
    }
    if (!key.negative.is_known)
        key.negative.seconds = 0;
    return key;
}

void
rotationcase_collect(struct rotationcase *c,
                     const struct rotationcase_seen *seen, struct view *view)
{
    struct rotation_facts *facts = &c->facts;

    facts->fresh = collect_key(seen->fresh, &c->fresh_set, false, view);
    facts->old = collect_key(seen->old, &c->old_set, true, view);
    /* There is one, and nobody can be asked about it. */
    if (c->old != NULL && c->old_set.count == 0)
        facts->old.sight = ROTATION_SILENT;
    c->decision =
        c->is_retirement ? rotation_retire(facts) : rotation_activate(facts);
}

/* ---- findings ---- */

struct checker {
    const struct rotationcase *c;         /* this case */
    const struct rotationcase_seen *seen; /* of all */
    struct report *report;                /* to add to */
    struct arena *arena;                  /* its own */
};

/* The decision about one check: safe where nobody looked. */
static enum rotation_verdict
verdict_of(const struct checker *k, enum rotation_check_name name)
{
    const struct rotation_decision *decision = &k->c->decision;

    return decision->is_checked[name] ? decision->checks[name] : ROTATION_SAFE;
}

/* With what every server said of the new key, or of the old one. */
static struct finding *
raise(const struct checker *k, enum finding_id id, bool is_old)
{
    const struct rotationcase_range *range =
        is_old ? &k->c->old_set : &k->c->fresh_set;
    const struct verify_record *records =
        (is_old ? k->seen->old : k->seen->fresh)->records + range->first;
    struct finding *finding =
        report_add(k->report, id,
                   range->count == 0
                       ? ""
                       : name_dotted(k->arena, &records[0].expected->owner));

    for (size_t i = 0; i < range->count; i++)
        for (size_t s = 0; s < records[i].server_count; s++)
            finding_evidence(finding,
                             answer_evidence(k->arena,
                                             &records[i].servers[s].question,
                                             records[i].servers[s].answer));
    finding_word(finding, "selector", is_old ? k->c->old : k->c->fresh);
    return finding;
}

static const char *
time_text(const struct checker *k, int64_t seconds)
{
    char *text;

    if (seconds == 0)
        return "a time that is not known";
    text = arena_alloc(k->arena, CLOCK_TEXT_SIZE);
    clock_text(seconds, text);
    return text;
}

/* Found or unknown, by a check's verdict. */
static struct finding *
set_state(struct finding *finding, enum rotation_verdict verdict)
{
    return verdict == ROTATION_UNKNOWN ? finding_set_unknown(finding)
                                       : finding;
}

static void
check_visible(const struct checker *k)
{
    enum rotation_verdict verdict = verdict_of(k, ROTATION_CHECK_VISIBLE);

    /* Another key in its place is a mismatch. */
    if (verdict != ROTATION_SAFE && k->c->facts.fresh.sight != ROTATION_OTHER)
        set_state(raise(k, FIND_DKIM_ROTATION_NOT_VISIBLE, false), verdict);
    report_decide(k->report, FIND_DKIM_ROTATION_NOT_VISIBLE, true);
}

static void
check_pair(const struct checker *k)
{
    enum rotation_verdict verdict = verdict_of(k, ROTATION_CHECK_PAIR);

    if (k->c->facts.fresh.sight == ROTATION_OTHER)
        verdict = ROTATION_UNSAFE;
    if (verdict != ROTATION_SAFE)
        set_state(raise(k, FIND_DKIM_ROTATION_KEY_MISMATCH, false), verdict);
    report_decide(k->report, FIND_DKIM_ROTATION_KEY_MISMATCH, true);
}

/* A wait that is not over, of the new key or of the old one. */
static void
raise_wait(const struct checker *k, enum finding_id id, bool is_old,
           enum rotation_verdict verdict)
{
    int64_t safe_at = k->c->decision.safe_at;
    struct finding *finding = set_state(raise(k, id, is_old), verdict);

    finding_word(finding, "until", time_text(k, safe_at));
    if (safe_at > k->c->facts.now)
        finding_number(finding, "seconds", safe_at - k->c->facts.now);
}

static void
check_waits(const struct checker *k)
{
    enum rotation_verdict ttl = verdict_of(k, ROTATION_CHECK_TTL);
    enum rotation_verdict old = verdict_of(
        k, k->c->is_retirement ? ROTATION_CHECK_DRAIN : ROTATION_CHECK_OLD);

    if (ttl != ROTATION_SAFE)
        raise_wait(k, FIND_DKIM_ROTATION_TTL_PENDING, false, ttl);
    if (old != ROTATION_SAFE)
        raise_wait(k, FIND_DKIM_ROTATION_DRAIN_SHORT, true, old);
    if (!k->c->is_retirement)
        report_decide(k->report, FIND_DKIM_ROTATION_TTL_PENDING, true);
    report_decide(k->report, FIND_DKIM_ROTATION_DRAIN_SHORT, true);
}

void
rotationcase_check(const struct rotationcase *c,
                   const struct rotationcase_seen *seen, struct report *report)
{
    struct checker k = {c, seen, report, report_arena(report)};

    check_visible(&k);
    if (!c->is_retirement)
        check_pair(&k);
    check_waits(&k);
}

/* ---- the contract ---- */

static struct value *
checks_value(const struct rotation_decision *decision, struct arena *arena)
{
    struct value *list = value_list(arena);

    for (int i = 0; i < ROTATION_CHECKS; i++) {
        struct value *map;

        if (!decision->is_checked[i])
            continue;
        map = value_map(arena);
        value_set(map, "name",
                  value_text(arena, rotation_check_word(
                                        (enum rotation_check_name)i)));
        value_set(map, "verdict",
                  value_text(arena, rotation_word(decision->checks[i])));
        value_add(list, map);
    }
    return list;
}

struct value *
rotationcase_value(const struct rotationcase *c, struct arena *arena)
{
    struct value *map = value_map(arena);
    char *safe_at = NULL;

    if (c->decision.safe_at != 0) {
        safe_at = arena_alloc(arena, CLOCK_TEXT_SIZE);
        clock_text(c->decision.safe_at, safe_at);
    }
    value_set(map, "step",
              value_text(arena, c->is_retirement ? "retire" : "switch"));
    value_set(map, "domain", value_text(arena, c->domain));
    value_set(map, "selector", value_text(arena, c->fresh));
    value_set(map, "replaces", value_text(arena, c->old));
    value_set(map, "verdict",
              value_text(arena, rotation_word(c->decision.verdict)));
    value_set(map, "safe_at", value_text(arena, safe_at));
    value_set(map, "checks", checks_value(&c->decision, arena));
    return map;
}
