/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Views: pinning, budget, layers, bogus, memos, over a source of ours. */
#include "common/dns/view.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/dns/overlay.h"
#include "common/dns/recording.h"
#include "tests/tap/tap.h"

#define ROW(...)                                                              \
    {                                                                         \
        __VA_ARGS__                                                           \
    }

/* A source that answers by name, at once or when told. */
struct fake {
    struct source source;   /* must stand first */
    struct arena *arena;    /* of its answers */
    bool later;             /* return nothing from ask */
    unsigned asked;         /* questions that came */
    unsigned forgotten;     /* views that ended */
    struct question last;   /* question that came last */
    enum outcome plain;     /* of what is below "fail." */
    enum outcome unchecked; /* of the same with CD */
    int32_t ede;            /* of what is below "fail." */
    bool validates;         /* the root is validated */
    bool says_ad;           /* AD for the root, of one not believed */
};

/* The overlay and the recorder, of which the view knows but the names. */
struct overlay {
    struct name name;      /* it has */
    struct answer *answer; /* for that */
    unsigned asked;        /* times */
};
struct recorder {
    unsigned count; /* answers added */
};

const struct answer *
overlay_ask(struct overlay *overlay, struct view *view,
            const struct question *question)
{
    overlay->asked++;
    if (!name_equal(&overlay->name, &question->name))
        return NULL;
    /* Asks below on its way, as for an alias. */
    if (view_ask_below(view, question)->outcome == OUTCOME_PENDING)
        return view_ask_below(view, question);
    return overlay->answer;
}

void
recorder_add(struct recorder *recorder, const struct question *question,
             const struct answer *answer)
{
    (void)question;
    (void)answer;
    recorder->count++;
}

static struct name
name_of(const char *text)
{
    struct name name;

    if (name_parse(&name, slice_of(text), NULL) != ST_OK)
        bail("bad name %s", text);
    return name;
}

static struct question
question_of(const char *text)
{
    struct name name = name_of(text);

    return question_recursive(&name, RR_TXT);
}

static const struct answer *
fake_answer(struct fake *fake, const struct question *question)
{
    struct name fail = name_of("fail.");
    struct answer *answer;
    enum outcome outcome = OUTCOME_NODATA;

    if (name_is_under(&question->name, &fail))
        outcome = question->checking_disabled ? fake->unchecked : fake->plain;
    answer = answer_make(fake->arena, outcome, "fake", NULL);
    answer->ede = outcome == OUTCOME_SERVFAIL ? fake->ede : -1;
    answer->validated = fake->validates && question->name.labels == 0;
    answer->ad =
        answer->validated || (fake->says_ad && question->name.labels == 0);
    return answer;
}

static const struct answer *
fake_ask(struct source *source, struct view *view,
         const struct question *question)
{
    struct fake *fake = (struct fake *)(void *)source;

    (void)view;
    fake->asked++;
    fake->last = *question;
    return fake->later ? NULL : fake_answer(fake, question);
}

static void
fake_forget(struct source *source, struct view *view)
{
    (void)view;
    ((struct fake *)(void *)source)->forgotten++;
}

static const struct source_ops fake_ops = {
    .kind = "fake", .ask = fake_ask, .forget = fake_forget};

static struct fake *
fake_new(void)
{
    struct fake *fake = calloc(1, sizeof(*fake));

    if (fake == NULL)
        bail("no memory");
    fake->source.ops = &fake_ops;
    fake->arena = arena_new();
    fake->plain = OUTCOME_SERVFAIL;
    fake->ede = -1;
    return fake;
}

static void
fake_free(struct fake *fake)
{
    arena_free(fake->arena);
    free(fake);
}

static void
test_pinned(void)
{
    struct fake *fake = fake_new();
    struct view_settings settings = {.source = &fake->source};
    struct view *view = view_new(&settings, "s");
    struct question question = question_of("a.test.");
    const struct answer *answer = view_ask(view, &question);

    is_int(OUTCOME_NODATA, answer->outcome, "a source may answer at once");
    is_int(0, (long long)view_pending(view), "nothing is pending then");
    is_int(0, (long long)view_outstanding(view), "nor outstanding");
    view_begin(view);
    ok(view_ask(view, &question) == answer, "the next run sees the same");
    is_int(1, fake->asked, "and the source is not asked again");
    ok(question_equal(view_question(view, answer), &question),
       "an answer has its question");
    ok(view_question(view, NULL) == NULL, "no answer has none");
    view_free(view);
    is_int(1, fake->forgotten, "the source hears of the end");
    fake_free(fake);
}

static void
test_pending(void)
{
    struct fake *fake = fake_new();
    struct view_settings settings = {.source = &fake->source};
    struct view *view = view_new(&settings, "s");
    struct question a = question_of("a.test.");
    struct question b = question_of("b.test.");
    struct answer answer = {.outcome = OUTCOME_NXDOMAIN, .server = "x"};

    fake->later = true;
    is_int(OUTCOME_PENDING, view_ask(view, &a)->outcome, "pending at first");
    view_ask(view, &a);
    view_ask(view, &b);
    is_int(2, (long long)view_pending(view), "each counts once");
    is_int(2, (long long)view_asked(view), "likewise as asked");
    is_int(2, fake->asked, "and is sent once");
    is_int(2, (long long)view_outstanding(view), "two are out");
    view_deliver(view, &a, &answer);
    is_int(1, (long long)view_outstanding(view), "one has come");
    is_int(1, (long long)view_news(view), "and is news");
    is_int(2, (long long)view_pending(view),
           "what this run found pending stays so");
    answer.outcome = OUTCOME_FOUND;
    view_deliver(view, &a, &answer);
    is_int(OUTCOME_NXDOMAIN, view_ask(view, &a)->outcome, "the first stays");
    is_int(1, (long long)view_news(view), "the second is no news");
    a = question_of("never.test.");
    view_deliver(view, &a, &answer);
    is_int(1, (long long)view_outstanding(view), "nor is what nobody asked");
    view_begin(view);
    is_int(0, (long long)view_news(view), "a new run has no news");
    is_int(0, (long long)view_asked(view), "and has asked nothing");
    view_close(view);
    is_int(OUTCOME_REFUSED, view_ask(view, &b)->outcome,
           "a closed view waits for nothing");
    view_free(view);
    fake_free(fake);
}

static void
test_order(void)
{
    struct fake *fake = fake_new();
    struct view_settings settings = {.source = &fake->source};
    struct view *view = view_new(&settings, "s");
    static const char *const names[] = {"c.", "a.", "b.", "a.", "c."};
    const struct question *question;
    const struct answer *answer;
    size_t position = 0;
    struct strbuf order = STRBUF_INIT;
    struct question z = question_of("z.");

    view_ask(view, &z);
    view_begin(view);
    for (size_t i = 0; i < 5; i++) {
        struct question asked = question_of(names[i]);

        view_ask(view, &asked);
    }
    while (view_each(view, &position, &question, &answer))
        name_present(&question->name, &order);
    is_string("c.a.b.", order.p, "in the order of this run's first asking");
    strbuf_clear(&order);
    view_free(view);
    fake_free(fake);
}

/* Answered or pending alike, and in each run anew. */
static void
test_budget(void)
{
    struct fake *fake = fake_new();
    struct view_settings settings = {.source = &fake->source,
                                     .question_limit = 3};
    struct view *view = view_new(&settings, "s");

    for (int run = 0; run < 2; run++) {
        view_begin(view);
        for (char c = 'a'; c <= 'e'; c++) {
            struct question question = question_of((char[]){c, '.', '\0'});
            const struct answer *answer = view_ask(view, &question);

            is_int(c <= 'c' ? OUTCOME_NODATA : OUTCOME_REFUSED,
                   answer->outcome, "run %d, question %c", run, c);
        }
        is_int(3, (long long)view_asked(view), "three were asked");
    }
    view_begin(view);
    for (int c = 'e'; c >= 'a'; c--) {
        struct question question = question_of((char[]){(char)c, '.', '\0'});
        bool within = view_ask(view, &question)->outcome == OUTCOME_NODATA;

        ok(within == (c >= 'c'), "in another order, question %c", c);
    }
    is_int(5, fake->asked, "what is over the limit is not sent");
    for (int c = 'c'; c >= 'b'; c--) {
        struct name name = name_of((char[]){(char)c, '.', '\0'});
        const struct question *asked = NULL;
        const struct answer *answer =
            view_lookup_asked(view, &name, RR_TXT, &asked);

        is_int(c == 'c' ? OUTCOME_NODATA : OUTCOME_REFUSED, answer->outcome,
               "%c with its question", c);
        ok(name_equal(&name, &asked->name) && asked->type == RR_TXT,
           "%c: the question is that one", c);
    }
    view_free(view);
    fake_free(fake);
}

static void
test_resolvers_only(void)
{
    struct fake *fake = fake_new();
    struct view_settings settings = {.source = &fake->source,
                                     .resolvers_only = true};
    struct view *view = view_new(&settings, "s");
    struct address server = {
        .family = 4, .octets = {192, 0, 2, 1}
    };
    struct name name = name_of("a.");
    const struct answer *answer = view_lookup_at(view, &server, &name, RR_A);

    is_int(OUTCOME_REFUSED, answer->outcome, "no server by itself");
    ok(strncmp(answer->problem, "not asked", 9) == 0, "says why");
    is_int(0, fake->asked, "nothing is sent");
    ok(view_resolvers_only(view), "the view says so");
    is_int(OUTCOME_NODATA, view_lookup(view, &name, RR_A)->outcome,
           "resolvers are asked");
    view_free(view);
    settings.resolvers_only = false;
    view = view_new(&settings, "s");
    is_int(OUTCOME_NODATA, view_lookup_at(view, &server, &name, RR_A)->outcome,
           "else the server is asked");
    ok(!fake->last.rd && address_equal(&fake->last.server, &server),
       "without recursion");
    view_free(view);
    fake_free(fake);
}

/* When SERVFAIL is bogus. */
static void
test_bogus(void)
{
    static const struct {
        const char *what;
        enum outcome plain, unchecked;
        int32_t ede;
        bool validates;
        enum outcome wanted;
        unsigned asked;
    } rows[] = {
        ROW("no failure", OUTCOME_NXDOMAIN, 0, -1, true, OUTCOME_NXDOMAIN, 1),
        ROW("data with CD", OUTCOME_SERVFAIL, OUTCOME_FOUND, -1, true,
            OUTCOME_BOGUS, 3),
        ROW("denial with CD", OUTCOME_SERVFAIL, OUTCOME_NXDOMAIN, -1, true,
            OUTCOME_BOGUS, 3),
        ROW("no validator", OUTCOME_SERVFAIL, OUTCOME_FOUND, -1, false,
            OUTCOME_SERVFAIL, 3),
        ROW("failure with CD", OUTCOME_SERVFAIL, OUTCOME_SERVFAIL, -1, true,
            OUTCOME_SERVFAIL, 3),
        ROW("silence with CD", OUTCOME_SERVFAIL, OUTCOME_TIMEOUT, -1, true,
            OUTCOME_SERVFAIL, 3),
        ROW("EDE 6", OUTCOME_SERVFAIL, OUTCOME_SERVFAIL, 6, true,
            OUTCOME_BOGUS, 2),
        ROW("EDE 12", OUTCOME_SERVFAIL, OUTCOME_SERVFAIL, 12, true,
            OUTCOME_BOGUS, 2),
        ROW("EDE 6, no validator", OUTCOME_SERVFAIL, OUTCOME_SERVFAIL, 6,
            false, OUTCOME_SERVFAIL, 2),
        ROW("EDE 22", OUTCOME_SERVFAIL, OUTCOME_SERVFAIL, 22, true,
            OUTCOME_SERVFAIL, 3),
    };
    struct name name = name_of("x.fail.");

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake *fake = fake_new();
        struct view_settings settings = {.source = &fake->source};
        struct view *view = view_new(&settings, "s");
        const struct answer *answer;

        fake->plain = rows[i].plain;
        fake->unchecked = rows[i].unchecked;
        fake->ede = rows[i].ede;
        fake->validates = rows[i].validates;
        fake->says_ad = true;
        answer = view_lookup(view, &name, RR_TXT);
        is_int(rows[i].wanted, answer->outcome, "%s", rows[i].what);
        is_int(rows[i].asked, fake->asked, "%s: questions", rows[i].what);
        ok(view_lookup(view, &name, RR_TXT) == answer, "%s: pinned",
           rows[i].what);
        is_int(RR_TXT, view_question(view, answer)->type, "%s: its question",
               rows[i].what);
        view_lookup(view, &(struct name){1, 0, {0}}, RR_A);
        is_int(RR_TXT, view_question(view, answer)->type,
               "%s: its question, after another", rows[i].what);
        view_free(view);
        fake_free(fake);
    }
}

static void
test_bogus_pending(void)
{
    struct fake *fake = fake_new();
    struct view_settings settings = {.source = &fake->source};
    struct view *view = view_new(&settings, "s");
    struct name name = name_of("x.fail.");
    struct answer servfail = {.outcome = OUTCOME_SERVFAIL, .ede = -1};
    struct question question = question_recursive(&name, RR_TXT);

    servfail.server = "x";
    fake->later = true;
    view_lookup(view, &name, RR_TXT);
    view_deliver(view, &question, &servfail);
    view_begin(view);
    is_int(OUTCOME_PENDING, view_lookup(view, &name, RR_TXT)->outcome,
           "undecided while the other questions are out");
    is_int(2, (long long)view_pending(view), "both of them");
    view_free(view);
    fake_free(fake);
}

static void
test_overlay(void)
{
    struct fake *fake = fake_new();
    struct overlay overlay = {.name = name_of("o.")};
    struct recorder recorder = {0};
    struct view_settings settings = {
        .source = &fake->source, .overlay = &overlay, .recorder = &recorder};
    struct view *view = view_new(&settings, "s");
    struct question o = question_of("o.");
    struct question p = question_of("p.");
    struct answer below = {.outcome = OUTCOME_NXDOMAIN, .server = "x"};
    const struct answer *answer;

    overlay.answer =
        answer_make(view_pinned_arena(view), OUTCOME_FOUND, "overlay", NULL);
    fake->later = true;
    is_int(OUTCOME_PENDING, view_ask(view, &o)->outcome,
           "pending while below is");
    is_int(1, (long long)view_asked(view), "the overlay's own do not count");
    view_ask(view, &p);
    view_deliver(view, &o, &below);
    view_deliver(view, &p, &below);
    view_begin(view);
    is_int(OUTCOME_FOUND, view_ask(view, &o)->outcome, "the overlay's answer");
    answer = view_ask(view, &p);
    is_int(OUTCOME_NXDOMAIN, answer->outcome, "what it does not touch");
    ok(question_equal(view_question(view, answer), &p), "has its question");
    overlay.asked = 0;
    view_begin(view);
    view_ask(view, &o);
    view_ask(view, &p);
    is_int(0, overlay.asked, "both are pinned");
    is_int(2, recorder.count, "the recorder gets what the source said");
    is_int(OUTCOME_NXDOMAIN, view_ask_below(view, &o)->outcome,
           "below it stays what it is");
    view_free(view);
    fake_free(fake);
}

static void
test_memo(void)
{
    static const char one, two;
    struct fake *fake = fake_new();
    struct view_settings settings = {.source = &fake->source};
    struct view *view = view_new(&settings, "s");
    struct question question = question_of("a.");
    struct answer foreign = {.outcome = OUTCOME_FOUND};
    const struct answer *answer = view_ask(view, &question);
    int first = 1, second = 2;

    ok(view_memo(view, answer, &one) == NULL, "no memo at first");
    view_set_memo(view, answer, &one, &first);
    view_set_memo(view, answer, &two, &second);
    ok(view_memo(view, answer, &one) == &first, "each key its own");
    ok(view_memo(view, answer, &two) == &second, "and the other");
    view_set_memo(view, answer, &one, &second);
    ok(view_memo(view, answer, &one) == &second, "a memo can be replaced");
    view_begin(view);
    ok(view_memo(view, answer, &two) == &second, "it outlives the run");
    view_set_memo(view, &foreign, &one, &first);
    ok(view_memo(view, &foreign, &one) == NULL, "foreign answers have none");
    view_free(view);
    fake_free(fake);
}

static void
test_label(void)
{
    struct fake *fake = fake_new();
    struct view_settings settings = {.source = &fake->source, .seed = 7};
    struct view *view = view_new(&settings, "example.com");
    struct view *other = view_new(&settings, "example.net");
    char a[VIEW_LABEL_SIZE], b[VIEW_LABEL_SIZE];

    view_random_label(view, "wildcard", 0, a);
    is_int(20, (long long)strlen(a), "twenty letters");
    view_random_label(view, "wildcard", 0, b);
    is_string(a, b, "the same each time");
    view_random_label(view, "wildcard", 1, b);
    ok(strcmp(a, b) != 0, "another for another ordinal");
    view_random_label(other, "wildcard", 0, b);
    ok(strcmp(a, b) != 0, "and for another subject");
    is_string("example.com", view_subject(view), "the subject's name");
    view_free(view);
    view_free(other);
    fake_free(fake);
}

int
main(void)
{
    plan_lazy();
    test_pinned();
    test_pending();
    test_order();
    test_budget();
    test_resolvers_only();
    test_bogus();
    test_bogus_pending();
    test_overlay();
    test_memo();
    test_label();
    return tap_done();
}
