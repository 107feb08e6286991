/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whichever answer is replaced by a timeout, nothing becomes good or absent
 * by it.
 *
 * Each fixture that is an audit is run once as it is, and once more for each
 * answer that it used, this answer being a timeout.  Then, compared with the
 * first run,
 *   - no id that was found or unknown is a pass: it is found, unknown or not
 *     decided;
 *   - the subject is not good, unless it was good before;
 *   - no fact says absent, nodata, nxdomain or none that did not say so
 *     before, and no fact of a part that is known has become null;
 *   - nothing new is found, but for the findings below, which are about
 *     answers that do not come.
 */
#include <stdio.h>

#include "common/dns/engine.h"
#include "common/findings/subject.h"
#include "tests/findings/fixture.h"

/* Answers that one fixture may use; more is a defect of the audit. */
#define QUESTIONS_MAX 1000
/* Faults printed of one fixture. */
/* Under valgrind, every so-manieth answer only: the whole takes minutes. */
#define VALGRIND_STEP 8
#define FAULTS_SHOWN  8

/* What a timeout may bring to light. */
static const enum finding_id about_timeouts[] = {
    FIND_DKIM_SELECTOR_DNS_ERROR, FIND_DMARC_TEMPERROR,
    FIND_DNS_SERVER_TIMEOUT,      FIND_DNS_TCP_UNAVAILABLE,
    FIND_SPF_INCLUDE_TEMPERROR,   FIND_SPF_TEMPERROR,
};

/* ---- the source with one answer missing ---- */

struct gap {
    struct source source;   /* first */
    struct source *inner;   /* borrowed: the fixture's */
    struct arena *arena;    /* of questions */
    struct question *asked; /* each question once, of the first run */
    size_t count;           /* of them */
    size_t missing;         /* which one is a timeout; count: none */
    bool is_learning;       /* in the first run */
    struct answer timeout;  /* the answer that does not come */
};

static const struct answer *
gap_ask(struct source *source, struct view *view,
        const struct question *question)
{
    struct gap *gap = (struct gap *)source;
    size_t i = 0;

    while (i < gap->count && !question_equal(&gap->asked[i], question))
        i++;
    if (gap->is_learning && i == gap->count) {
        if (gap->count == QUESTIONS_MAX)
            bail("more than %d questions", QUESTIONS_MAX);
        gap->asked = arena_grow(gap->arena, gap->asked, gap->count,
                                sizeof(*gap->asked));
        gap->asked[gap->count++] = *question;
    }
    if (!gap->is_learning && i == gap->missing)
        return &gap->timeout;
    return gap->inner->ops->ask(gap->inner, view, question);
}

static void
gap_free(struct source *source)
{
    (void)source;
}

static const struct source_ops gap_ops = {"gap", gap_ask, NULL, NULL,
                                          gap_free};

/* ---- one run ---- */

enum verdict { VERDICT_NONE, VERDICT_PASS, VERDICT_UNKNOWN, VERDICT_FOUND };

struct outcome_of_run {
    unsigned char verdicts[FIND_COUNT]; /* enum verdict */
    enum subject_status status;         /* of the subject */
    const struct value *facts;          /* in the view's arena */
    struct view *view;                  /* holds it */
};

struct work {
    const struct audit_input *input;
    const struct facts *facts;
};

static void
analyse(void *context, struct view *view)
{
    struct work *work = context;

    work->facts = audit_collect(work->input, view);
}

static void
run(struct fixture *f, struct gap *gap, struct outcome_of_run *out)
{
    struct view_settings settings = {.source = &gap->source,
                                     .overlay = f->overlay,
                                     .seed = 1,
                                     .resolvers_only = f->resolvers_only};
    struct work work = {&f->input, NULL};
    struct report *report;
    struct arena *arena;
    size_t position = 0;
    enum finding_id id;
    bool known;

    memset(out, 0, sizeof(*out));
    out->view = engine_run_one(&settings, "subject", analyse, &work);
    arena = view_run_arena(out->view);
    report = audit_check(work.facts, arena);
    out->facts = audit_value(work.facts, arena);
    out->status = subject_judge(report, SEVERITY_ERROR);
    while (report_each_decided(report, &position, &id, &known))
        out->verdicts[id] = known ? VERDICT_PASS : VERDICT_UNKNOWN;
    for (size_t i = 0; i < report_count(report); i++) {
        const struct finding *finding = report_finding(report, i);
        unsigned char verdict =
            finding->state == FINDING_FOUND ? VERDICT_FOUND : VERDICT_UNKNOWN;

        if (out->verdicts[finding->id] < verdict)
            out->verdicts[finding->id] = verdict;
    }
}

/* ---- two runs compared ---- */

struct comparison {
    struct arena *arena;              /* of sentences */
    const struct outcome_of_run *was; /* the first run */
    const struct outcome_of_run *is;  /* with an answer missing */
    const char *missing;              /* which */
    size_t faults;                    /* so far, of this fixture */
};

static void
fault(struct comparison *c, const char *what, const char *detail)
{
    if (++c->faults <= FAULTS_SHOWN)
        diag("without %s: %s %s", c->missing, what, detail);
}

static bool
is_about_timeouts(enum finding_id id)
{
    size_t n = sizeof(about_timeouts) / sizeof(about_timeouts[0]);

    for (size_t i = 0; i < n; i++)
        if (about_timeouts[i] == id)
            return true;
    return false;
}

static void
compare_verdicts(struct comparison *c)
{
    for (int i = 0; i < FIND_COUNT; i++) {
        enum finding_id id = (enum finding_id)i;
        const char *name = finding_def(id)->name;

        if (c->was->verdicts[i] >= VERDICT_UNKNOWN
            && c->is->verdicts[i] == VERDICT_PASS)
            fault(c, "a pass is", name);
        if (c->is->verdicts[i] == VERDICT_FOUND
            && c->was->verdicts[i] != VERDICT_FOUND && !is_about_timeouts(id))
            fault(c, "found is", name);
    }
    if (c->is->status == SUBJECT_GOOD && c->was->status != SUBJECT_GOOD)
        fault(c, "the subject is", "good");
}

static bool
claims_absence(const char *word)
{
    static const char *const words[] = {"absent", "nodata", "nxdomain",
                                        "none"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

/* The element of the list whose member says the same, or NULL. */
static const struct value *
with_same(const struct value *list, const struct value *element,
          const char *member)
{
    const char *wanted = value_as_text(value_get(element, member));

    for (size_t i = 0; i < value_count(list); i++) {
        const struct value *other = value_element(list, i);

        if (strcmp(wanted, value_as_text(value_get(other, member))) == 0)
            return other;
    }
    return NULL;
}

static bool
is_step(const struct value *element)
{
    return value_get(element, "domain") != NULL
           && value_get(element, "outcome") != NULL;
}

/* The element of the first run that is about the same: selectors and steps of
   the tree walk go by name, all else by place. */
static const struct value *
counterpart(const struct value *list, const struct value *element, size_t i)
{
    if (value_get(element, "selector") != NULL)
        return with_same(list, element, "selector");
    if (is_step(element))
        return with_same(list, element, "name");
    return value_element(list, i);
}

static void compare_facts(struct comparison *c, const struct value *was,
                          const struct value *is, const char *path);

static void
compare_members(struct comparison *c, const struct value *was,
                const struct value *is, const char *path)
{
    bool is_map = value_kind(is) == VALUE_MAP;
    bool is_known =
        strcmp(value_as_text(value_get(is, "state")), "known") == 0;

    for (size_t i = 0; i < value_count(is); i++) {
        const struct value *element = value_element(is, i);
        const char *name = is_map ? value_name(is, i) : "[]";
        const struct value *before =
            is_map ? value_get(was, name) : counterpart(was, element, i);
        const char *where = arena_printf(c->arena, "%s.%s", path, name);

        /* How absence was proved may well be less. */
        if (strcmp(name, "proof") == 0)
            continue;
        /* Rests on the return path's records, not on the domain's. */
        if (strcmp(name, "unneeded") == 0)
            continue;
        /* A step that the first run had no need of has its own answer. */
        if (before == NULL && is_step(element))
            continue;
        if (is_known && value_is_null(element) && !value_is_null(before))
            fault(c, "known and yet null is", where);
        compare_facts(c, before, element, where);
    }
}

static void
compare_facts(struct comparison *c, const struct value *was,
              const struct value *is, const char *path)
{
    const char *text = value_as_text(is);

    if (value_kind(is) == VALUE_MAP || value_kind(is) == VALUE_LIST)
        compare_members(c, was, is, path);
    else if (claims_absence(text) && strcmp(text, value_as_text(was)) != 0)
        fault(c, arena_printf(c->arena, "%s is", text), path);
}

/* ---- one fixture ---- */

static const char *
describe(struct arena *arena, const struct question *question)
{
    struct strbuf text = STRBUF_INIT;
    const char *result;

    name_present(&question->name, &text);
    strbuf_add_char(&text, ' ');
    rrtype_present(question->type, &text);
    if (question->server.family != 0) {
        strbuf_add_text(&text, " from ");
        address_present_port(&question->server, &text);
    }
    result = arena_text(arena, strbuf_slice(&text));
    strbuf_clear(&text);
    return result;
}

static void
test_gaps(struct fixture *f, const char *name)
{
    struct gap gap = {
        .source = {&gap_ops              },
        .inner = f->source,
        .arena = f->arena,
        .is_learning = true,
        .timeout = { .outcome = OUTCOME_TIMEOUT,
                   .rcode = 0xffff,
                   .ede = -1,
                   .server = "gap",
                   .problem = "no answer"}
    };
    struct outcome_of_run was;
    struct comparison c = {.arena = f->arena, .was = &was};
    size_t step = getenv("SELKIE_VALGRIND") == NULL ? 1 : VALGRIND_STEP;

    run(f, &gap, &was);
    gap.is_learning = false;
    for (gap.missing = 0; gap.missing < gap.count; gap.missing += step) {
        struct outcome_of_run is;

        c.missing = describe(f->arena, &gap.asked[gap.missing]);
        run(f, &gap, &is);
        c.is = &is;
        compare_verdicts(&c);
        compare_facts(&c, was.facts, is.facts, "facts");
        view_free(is.view);
    }
    view_free(was.view);
    ok(c.faults == 0, "%s: %zu answers", name, gap.count);
    if (c.faults > FAULTS_SHOWN)
        diag("and %zu more", c.faults - FAULTS_SHOWN);
}

int
main(int argc, char **argv)
{
    struct arena *arena = arena_new();
    size_t count;
    const char *const *names = fixture_names(arena, &count);

    plan_lazy();
    for (size_t i = 0; i < count; i++) {
        const char *folder = arena_printf(arena, "%s/tests/findings/%s",
                                          tap_source(), names[i]);
        struct fixture f;

        if (argc > 1 && strcmp(argv[1], names[i]) != 0)
            continue;
        if (!fixture_load(&f, folder))
            skip("%s: no audit of files", names[i]);
        else if (f.problem != NULL)
            ok(false, "%s: %s", names[i], f.problem);
        else
            test_gaps(&f, names[i]);
        fixture_unload(&f);
    }
    arena_free(arena);
    return tap_done();
}
