/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/synth.c. */
#include "common/dns/synth.h"

#include "tests/dns/answershow.h"
#include "tests/tap/tap.h"

static struct arena *arena;

static struct name
name_of(const char *text)
{
    struct name name = {0};

    if (name_parse(&name, slice_of(text), NULL) != ST_OK)
        bail("bad name %s", text);
    return name;
}

/* A set of one record, its data in presentation form. */
static const struct rrset *
set_of(uint16_t type, uint32_t ttl, const char *text)
{
    struct rrset *set = ARENA_NEW(arena, struct rrset);
    struct error err = ERROR_INIT;

    set->type = type;
    set->ttl = ttl;
    set->count = 1;
    set->data = ARENA_NEW(arena, struct slice);
    if (record_parse(arena, type, slice_of(text), set->data, &err) != ST_OK)
        bail("%s", err.text);
    return set;
}

static void
is_answer(const char *want, struct synth *synth, const char *name)
{
    struct strbuf seen = STRBUF_INIT;

    answer_show(&seen, synth_finish(synth, "test"));
    is_string(want, seen.p, "%s", name);
    strbuf_clear(&seen);
}

static struct question
question_of(const char *name)
{
    struct name asked = name_of(name);

    return question_recursive(&asked, RR_TXT);
}

static void
test_outcomes(void)
{
    static const struct {
        enum outcome outcome;
        int rcode;
        bool sized; /* a message came */
    } rows[] = {
        {OUTCOME_FOUND,     0,               true },
        {OUTCOME_NODATA,    0,               true },
        {OUTCOME_NXDOMAIN,  3,               true },
        {OUTCOME_SERVFAIL,  2,               true },
        {OUTCOME_REFUSED,   5,               true },
        {OUTCOME_BOGUS,     2,               true },
        {OUTCOME_TIMEOUT,   ANSWER_NO_RCODE, false},
        {OUTCOME_MALFORMED, ANSWER_NO_RCODE, false},
    };
    struct question question = question_of("a.example");

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct answer *answer;
        struct synth synth;

        synth_begin(&synth, arena, &question);
        synth.answer->aa = true;
        synth_outcome(&synth, rows[i].outcome, "why");
        answer = synth_finish(&synth, "who");
        is_int(rows[i].rcode, answer->rcode, "rcode of %s",
               outcome_word(rows[i].outcome));
        ok((answer->size > 0) == rows[i].sized, "size of %s",
           outcome_word(rows[i].outcome));
        ok(answer->aa == outcome_is_definite(rows[i].outcome), "AA of %s",
           outcome_word(rows[i].outcome));
        is_string("why", answer->problem, "problem of %s",
                  outcome_word(rows[i].outcome));
        is_string("who", answer->server, "server of %s",
                  outcome_word(rows[i].outcome));
    }
}

static void
test_chain(void)
{
    struct question question = question_of("a.example");
    struct name owner = name_of("b");
    struct synth synth;

    synth_begin(&synth, arena, &question);
    ok(synth_follow_cname(&synth, set_of(RR_CNAME, 60, "x.b.")), "an alias");
    ok(synth_follow_dname(&synth, &owner, set_of(RR_DNAME, 30, "c.")),
       "a DNAME");
    synth_add(&synth, SYNTH_ANSWER, &synth.name, set_of(RR_TXT, 60, "x"));
    synth_outcome(&synth, OUTCOME_FOUND, NULL);
    is_answer("found -> x.b. => x.c. \"x\"", &synth, "both are followed");
    ok(name_equal(&synth.answer->chain[0].owner, &question.name)
           && name_equal(&synth.answer->chain[1].owner, &owner),
       "with their owners");
    is_int(30, answer_least_ttl(synth.answer), "and their TTLs");
    is_int(12 + 11 + 4 + (12 + 5) + 2 * (12 + 5) + (12 + 2) + 11,
           synth.answer->size, "a DNAME counts twice in the size");
    ok(!synth_follow_cname(&synth, set_of(RR_CNAME, 60, "x.B.")),
       "back to a name passed");
    is_answer("servfail loops -> x.b. => x.c. \"x\" the aliases of 'a.example'"
              " go in a circle",
              &synth, "is a circle");
}

static void
test_negative(void)
{
    struct question question = question_of("a.example");
    struct name zone = name_of("example");
    struct record soa;
    struct synth synth;

    for (int i = 0; i < 2; i++) {
        soa = synth_record(
            &zone, set_of(RR_SOA, i == 0 ? 30 : 90, ". . 1 2 3 4 60"), 0);
        synth_begin(&synth, arena, &question);
        synth_negative(&synth, OUTCOME_NXDOMAIN, &soa);
        is_answer(i == 0 ? "nxdomain (example. 30)" : "nxdomain (example. 60)",
                  &synth, "the lesser of TTL and minimum");
        is_int(i == 0 ? 30 : 60, synth.answer->authority[0].ttl,
               "is the SOA's TTL");
    }
}

static void
test_sections(void)
{
    struct question question = question_of("a.example");
    struct name owner = name_of("example");
    const struct rrset *set = set_of(RR_TXT, 60, "x");
    struct synth synth;

    synth_begin(&synth, arena, &question);
    synth_add(&synth, SYNTH_AUTHORITY, &owner, set);
    synth_add(&synth, SYNTH_ADDITIONAL, &owner, set);
    synth_add(&synth, SYNTH_ADDITIONAL, &owner, set);
    synth_outcome(&synth, OUTCOME_NODATA, NULL);
    is_answer("nodata {example. TXT \"x\"; example. TXT \"x\", example. TXT"
              " \"x\"}",
              &synth, "each section has its own");
    is_int(12 + 11 + 4 + 3 * (12 + 2) + 11, synth.answer->size,
           "and counts in the size");
    for (int i = 0; i < ANSWER_RECORDS_MAX + 5; i++)
        synth_add(&synth, SYNTH_ANSWER, &owner, set);
    is_int(ANSWER_RECORDS_MAX, (long long)synth.answer->record_count,
           "a section has a limit");
    is_answer("servfail the records do not fit into one message", &synth,
              "and so has a message");
}

int
main(void)
{
    arena = arena_new();
    plan_lazy();
    test_outcomes();
    test_chain();
    test_negative();
    test_sections();
    arena_free(arena);
    return tap_done();
}
