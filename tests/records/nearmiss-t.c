/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/records/nearmiss.c: each row of its table, by a case that
   it is true of and one that it is not. */
#include "common/records/nearmiss.h"

#include "common/records/nearmisskey.h"
#include "tests/records/nearmissrows.h"
#include "tests/tap/tap.h"

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* ---- a case out of lines ---- */

struct build {
    struct arena *arena;        /* of all */
    struct nearmiss_case given; /* the result */
    struct name owner, zone;    /* of it */
    struct answer *owner_txt, *owner_cname, *owner_a, *owner_spf, *owner_mx;
    struct answer *control, *control_a;
    struct answer *places[NEARMISSPLACE_COUNT];
    struct nearmiss_sibling siblings[4];
    struct slice other_key;     /* of "other" */
    const char *other_customer; /* likewise */
};

static struct slice
word(struct slice *rest)
{
    struct slice one = SLICE_EMPTY;

    slice_next(rest, ' ', &one);
    return one;
}

static struct slice
data_of(struct build *b, uint16_t type, struct slice text)
{
    struct error err = ERROR_INIT;
    struct slice data;

    if (record_parse(b->arena, type, text, &data, &err) != ST_OK)
        bail("'%.*s': %s", SLICE_ARGS(text), err.text);
    return data;
}

static void
add_record(struct build *b, struct answer *answer, uint16_t type,
           struct slice text)
{
    struct record *records =
        arena_grow(b->arena, (void *)answer->records, answer->record_count,
                   sizeof(struct record));

    records[answer->record_count++] =
        (struct record){.type = type, .data = data_of(b, type, text)};
    answer->records = records;
    answer->outcome = OUTCOME_FOUND;
}

static void
add_hop(struct build *b, struct answer *answer, struct slice target)
{
    struct hop *hop = ARENA_NEW(b->arena, struct hop);

    hop->type = RR_CNAME;
    name_parse(&hop->target, target, NULL);
    answer->chain = hop;
    answer->chain_count = 1;
    answer->chain_open = true;
}

static void
add_alias(struct build *b, struct slice target)
{
    struct answer *const all[] = {b->owner_txt, b->owner_a, b->owner_spf,
                                  b->owner_mx};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        add_hop(b, all[i], target);
    add_record(b, b->owner_cname, RR_CNAME, target);
}

static struct answer *
place_of(struct build *b, struct slice where, uint16_t type)
{
    static const char *const words[NEARMISSPLACE_COUNT] = {
        "doubled",      "apex",        "domain",       "dmarc",
        "no-domainkey", "no-selector", "no-underscore"};

    if (slice_equal(where, SLICE("owner")))
        return type == RR_TXT     ? b->owner_txt
               : type == RR_CNAME ? b->owner_cname
               : type == RR_A     ? b->owner_a
               : type == RR_SPF   ? b->owner_spf
                                  : b->owner_mx;
    if (slice_equal(where, SLICE("control")))
        return b->control;
    for (size_t i = 0; i < NEARMISSPLACE_COUNT; i++)
        if (slice_equal(where, slice_of(words[i])))
            return b->places[i];
    bail("no place '%.*s'", SLICE_ARGS(where));
}

static void
add_sibling(struct build *b, struct slice owner, struct slice text)
{
    struct nearmiss_sibling *one = &b->siblings[b->given.sibling_count++];
    struct name *name = ARENA_NEW(b->arena, struct name);
    struct record record = {.type = RR_TXT, .data = data_of(b, RR_TXT, text)};

    name_parse(name, owner, NULL);
    one->owner = name;
    one->text = record_text(b->arena, &record);
    one->key = nearmisskey_of(one->text);
}

static void
add_line(struct build *b, struct slice line)
{
    struct slice what = word(&line);

    if (slice_equal(what, SLICE("there"))) {
        b->given.is_there = true;
    } else if (slice_equal(what, SLICE("alias"))) {
        add_alias(b, line);
    } else if (slice_equal(what, SLICE("control-alias"))) {
        add_hop(b, b->control, line);
    } else if (slice_equal(what, SLICE("control-a"))) {
        add_record(b, b->control_a, RR_A, line);
    } else if (slice_equal(what, SLICE("sibling"))) {
        struct slice owner = word(&line);

        add_sibling(b, owner, line);
    } else if (slice_equal(what, SLICE("target-key"))) {
        b->given.target_key = line;
    } else if (slice_equal(what, SLICE("other"))) {
        b->other_key = word(&line);
        b->other_customer = arena_text(b->arena, line);
    } else {
        uint16_t type = rrtype_parse(word(&line));

        add_record(b, place_of(b, what, type), type, line);
    }
}

static const char *
owner_of(void *context, struct slice key)
{
    struct build *b = context;

    return slice_equal(key, b->other_key) ? b->other_customer : NULL;
}

static struct answer *
nothing(struct build *b)
{
    return answer_make(b->arena, OUTCOME_NODATA, "test", NULL);
}

static void
build_case(struct build *b, const struct row *row)
{
    struct nearmiss_case *given = &b->given;
    struct slice expected = slice_of(row->expected), rest, line;

    *b = (struct build){.arena = arena_new()};
    name_parse(&b->owner, slice_of(row->owner), NULL);
    name_parse(&b->zone, SLICE("example.com"), NULL);
    b->owner_txt = nothing(b);
    b->owner_cname = nothing(b);
    b->owner_a = nothing(b);
    b->owner_spf = nothing(b);
    b->owner_mx = nothing(b);
    b->control = nothing(b);
    b->control_a = nothing(b);
    for (size_t i = 0; i < NEARMISSPLACE_COUNT; i++)
        given->places[i] = b->places[i] = nothing(b);
    given->type = rrtype_parse(word(&expected));
    given->data = data_of(b, given->type, expected);
    rest = slice_of(row->lines);
    while (slice_next(&rest, '\n', &line))
        add_line(b, line);
    given->arena = b->arena;
    given->owner = &b->owner;
    given->zone = &b->zone;
    given->here = given->type == RR_TXT     ? b->owner_txt
                  : given->type == RR_CNAME ? b->owner_cname
                                            : b->owner_mx;
    given->txt = b->owner_txt;
    given->cname = b->owner_cname;
    given->address = b->owner_a;
    given->spf = b->owner_spf;
    given->control = b->control;
    given->control_address = b->control_a;
    given->siblings = b->siblings;
    given->customer = "c";
    given->owner_of = owner_of;
    given->context = b;
}

/* ---- tests ---- */

static const char *
find_id(const struct nearmiss_case *given)
{
    const struct nearmiss *found = nearmiss_find(given);

    return found == NULL ? NULL : found->id;
}

static void
test_row(const struct row *row)
{
    struct build b;

    build_case(&b, row);
    is_string(row->wanted, find_id(&b.given), "%s: %.60s", row->id,
              row->lines);
    arena_free(b.arena);
}

/* Answers that failed, or were not asked for, tell no mistake. */
static void
test_no_answers(const struct row *row)
{
    struct build b;
    struct answer *failed;
    struct nearmiss_case *given = &b.given;

    build_case(&b, row);
    failed = answer_make(b.arena, OUTCOME_SERVFAIL, "test", NULL);
    given->here = given->txt = given->cname = given->address = given->spf =
        given->control = given->control_address = failed;
    for (size_t i = 0; i < NEARMISSPLACE_COUNT; i++)
        given->places[i] = failed;
    is_string(NULL, find_id(given), "%s: no answers", row->id);
    given->here = given->txt = given->cname = given->address = given->spf =
        given->control = given->control_address = NULL;
    for (size_t i = 0; i < NEARMISSPLACE_COUNT; i++)
        given->places[i] = NULL;
    is_string(NULL, find_id(given), "%s: nothing asked", row->id);
    arena_free(b.arena);
}

/* What is there as expected, and alone, has no mistake; nor do the other
   things that the plan has elsewhere make one. */
static void
test_exact(const struct row *row)
{
    struct row exact = {row->id, NULL, row->owner, row->expected,
                        "there\nsibling k2._domainkey.c.example.com " Q(
                            NEXT) "\nother xyz moomin\ndomain TXT " Q(SPF)};
    struct build b;
    struct slice expected = slice_of(row->expected);
    uint16_t type = rrtype_parse(word(&expected));

    build_case(&b, &exact);
    if (type == RR_CNAME)
        add_alias(&b, expected);
    else
        add_record(&b, place_of(&b, SLICE("owner"), type), type, expected);
    is_string(NULL, find_id(&b.given), "%s: as expected", row->id);
    arena_free(b.arena);
}

/* Every row of the table has a case for it and one against it, and says
   something. */
static void
test_all(void)
{
    const struct nearmiss *one;
    size_t i;

    for (i = 0; (one = nearmiss_row(i)) != NULL; i++) {
        size_t with = 0, against = 0;

        for (size_t k = 0; k < ROWS; k++) {
            bool is_about = strcmp(rows[k].id, one->id) == 0;
            bool is_wanted =
                rows[k].wanted != NULL && strcmp(rows[k].wanted, one->id) == 0;

            with += is_about && is_wanted ? 1 : 0;
            against += is_about && !is_wanted ? 1 : 0;
        }
        ok(with > 0 && against > 0, "%s is tested", one->id);
        ok(one->sentence[0] != '\0' && one->fix[0] != '\0'
               && strchr(one->sentence, '{') == NULL,
           "%s says what and how", one->id);
    }
    ok(i >= 25, "at least 25 mistakes have a name: %zu", i);
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < ROWS; i++) {
        test_row(&rows[i]);
        test_no_answers(&rows[i]);
        test_exact(&rows[i]);
    }
    test_all();
    return tap_done();
}
