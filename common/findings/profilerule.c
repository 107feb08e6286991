/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules of a profile, and whether a subject keeps to them. */
#include "common/findings/profilerule.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/arena.h"
#include "common/base/memory.h"
#include "common/findings/profilecondition.h"

#define PROFILE_PREFIX "profile."
#define RULE_PREFIX    "rule."

/* Conditions of which none may hold. */
struct group {
    struct profilecondition *conditions; /* of it */
    size_t count;                        /* of them */
};

/* bad= and or=: one of the two groups must hold good. */
#define GROUPS 2

struct rule {
    const char *name;       /* "gmail:bulk-2" */
    const char *text;       /* what it asks for */
    const char *source;     /* where it is written */
    const char *unseen;     /* why DNS alone never shows that it is kept,
                               or NULL */
    const char *needs;      /* what to give for it to be looked at */
    enum severity severity; /* of what breaks it */
    struct profilecondition not_for;  /* path: of whom it asks nothing */
    struct profilecondition only_for; /* path: it asks nothing of others */
    struct group groups[GROUPS];      /* bad=, or= */
};

struct profilerules {
    struct arena *arena; /* holds all of it */
    const char *name;    /* "gmail" */
    const char *title;   /* for people */
    const char *as_of;   /* a day */
    const char *source;  /* of rules that name none */
    struct rule *rules;  /* in order */
    size_t count;        /* of them */
};

const char *
profilerule_word(enum profilerule_verdict verdict)
{
    static const char *const words[] = {"pass", "fail", "unknown"};

    return words[verdict];
}

/* ---- reading ---- */

struct reading {
    struct profilerules *rules;      /* being filled */
    const struct settings *settings; /* out of these */
    const char *path;                /* for sentences */
    const char *key, *value;         /* the present line */
    struct error *err;               /* of the caller */
};

static enum status
refuse(const struct reading *r, const char *why)
{
    return error_set(r->err, ST_SYNTAX, "'%s', line %u: %s", r->path,
                     settings_line(r->settings, r->key), why);
}

bool
profilerules_is_key(const char *key)
{
    return strncmp(key, PROFILE_PREFIX, strlen(PROFILE_PREFIX)) == 0
           || strncmp(key, RULE_PREFIX, strlen(RULE_PREFIX)) == 0;
}

static enum status
read_finding(struct reading *r, struct slice name,
             struct profilecondition *out)
{
    out->id = finding_id_of(name);
    return out->id >= 0 ? ST_OK
                        : refuse(r, arena_printf(r->rules->arena,
                                                 "there is no finding '%.*s'",
                                                 SLICE_ARGS(name)));
}

/* A finding's name, that with "!" before it, PATH=TEXT, PATH!TEXT or
   PATH~TEXT. */
static enum status
read_condition(struct reading *r, struct slice word,
               struct profilecondition *out)
{
    struct arena *arena = r->rules->arena;
    size_t at = 0;

    *out = (struct profilecondition){.id = -1};
    if (word.n > 0 && word.p[0] == '!') {
        out->kind = PROFILECONDITION_NOT_FOUND;
        return read_finding(r, slice_from(word, 1), out);
    }
    while (at < word.n && strchr("=!~", word.p[at]) == NULL)
        at++;
    if (at == word.n)
        return read_finding(r, word, out);
    if (at == 0 || at + 1 == word.n)
        return refuse(r, "a condition is a finding, !FINDING, PATH=TEXT,"
                         " PATH!TEXT or PATH~TEXT");
    out->kind = word.p[at] == '='   ? PROFILECONDITION_FACT_IS
                : word.p[at] == '!' ? PROFILECONDITION_FACT_NOT
                                    : PROFILECONDITION_FACT_LACKS;
    out->path = arena_text(arena, slice_sub(word, 0, at));
    out->text = arena_text(arena, slice_from(word, at + 1));
    return ST_OK;
}

/* Of whom a rule asks something: that a fact tells, no finding does. */
static enum status
read_whom(struct reading *r, struct profilecondition *out)
{
    enum status status = read_condition(r, slice_of(r->value), out);

    if (status == ST_OK && out->path == NULL)
        status = refuse(r, "not-for and only-for take PATH=TEXT, PATH!TEXT or"
                           " PATH~TEXT, no finding");
    return status;
}

static enum status
read_group(struct reading *r, struct group *group)
{
    struct slice rest = slice_of(r->value), word;

    group->conditions = ARENA_ARRAY(r->rules->arena, struct profilecondition,
                                    PROFILERULE_CONDITIONS_MAX);
    while (slice_next(&rest, ' ', &word)) {
        enum status st;

        if (word.n == 0)
            continue;
        if (group->count == PROFILERULE_CONDITIONS_MAX)
            return refuse(r, "a rule has at most 100 conditions");
        st = read_condition(r, word, &group->conditions[group->count++]);
        if (st != ST_OK)
            return st;
    }
    return ST_OK;
}

static enum status
read_severity(struct reading *r, struct rule *rule)
{
    int severity = severity_parse(slice_of(r->value));

    if (severity < 0)
        return refuse(r, "severity is error, warning or info");
    rule->severity = (enum severity)severity;
    return ST_OK;
}

static enum status
read_rule_key(struct reading *r, struct rule *rule, struct slice member)
{
    const struct {
        const char *name;
        const char **where;
    } texts[] = {
        {"text",   &rule->text  },
        {"source", &rule->source},
        {"unseen", &rule->unseen},
        {"needs",  &rule->needs },
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (slice_equal(member, slice_of(texts[i].name))) {
            *texts[i].where = arena_text(r->rules->arena, slice_of(r->value));
            return ST_OK;
        }
    if (slice_equal(member, SLICE("severity")))
        return read_severity(r, rule);
    if (slice_equal(member, SLICE("not-for")))
        return read_whom(r, &rule->not_for);
    if (slice_equal(member, SLICE("only-for")))
        return read_whom(r, &rule->only_for);
    if (slice_equal(member, SLICE("bad")))
        return read_group(r, &rule->groups[0]);
    if (slice_equal(member, SLICE("or")))
        return read_group(r, &rule->groups[1]);
    return refuse(r, "a rule has text, severity, bad, or, not-for, only-for,"
                     " unseen, needs and source");
}

/* The keys of one rule stand together. */
static enum status
read_rule(struct reading *r)
{
    struct profilerules *rules = r->rules;
    struct slice rest = slice_of(r->key + strlen(RULE_PREFIX)), name;
    const char *full;

    slice_next(&rest, '.', &name);
    if (name.n == 0 || rest.p == NULL)
        return refuse(r, "rules stand in sections [rule.NAME]");
    full = arena_printf(rules->arena, "%s:%.*s",
                        rules->name == NULL ? "profile" : rules->name,
                        SLICE_ARGS(name));
    if (rules->count == 0
        || strcmp(rules->rules[rules->count - 1].name, full) != 0) {
        if (rules->count == PROFILERULE_RULES_MAX)
            return refuse(r, "a profile has at most 100 rules");
        rules->rules[rules->count++] =
            (struct rule){.name = full, .severity = SEVERITY_ERROR};
    }
    return read_rule_key(r, &rules->rules[rules->count - 1], rest);
}

static enum status
read_head(struct reading *r)
{
    struct profilerules *rules = r->rules;
    const char *member = r->key + strlen(PROFILE_PREFIX);
    const char *value = arena_text(rules->arena, slice_of(r->value));

    if (strcmp(member, "name") == 0)
        rules->name = value;
    else if (strcmp(member, "title") == 0)
        rules->title = value;
    else if (strcmp(member, "as-of") == 0)
        rules->as_of = value;
    else if (strcmp(member, "source") == 0)
        rules->source = value;
    else
        return refuse(r, "[profile] has name, title, as-of and source");
    return ST_OK;
}

/* A rule says what it asks, and how one would know. */
static enum status
check_rules(struct reading *r)
{
    struct profilerules *rules = r->rules;

    for (size_t i = 0; i < rules->count; i++) {
        struct rule *rule = &rules->rules[i];

        if (rule->text == NULL)
            return error_set(r->err, ST_SYNTAX,
                             "'%s': the rule '%s' has no text", r->path,
                             rule->name);
        if (rule->groups[0].count == 0 && rule->unseen == NULL)
            return error_set(r->err, ST_SYNTAX,
                             "'%s': the rule '%s' has neither bad nor unseen",
                             r->path, rule->name);
        if (rule->source == NULL)
            rule->source = rules->source;
    }
    return ST_OK;
}

enum status
profilerules_read(const struct settings *settings, const char *path,
                  struct profilerules **out, struct error *err)
{
    struct profilerules *rules = memory_zeroed(1, sizeof(*rules));
    struct reading r = {
        .rules = rules, .settings = settings, .path = path, .err = err};
    size_t position = 0;
    enum status st = ST_OK;

    rules->arena = arena_new();
    rules->rules =
        ARENA_ARRAY(rules->arena, struct rule, PROFILERULE_RULES_MAX);
    while (st == ST_OK
           && settings_each(settings, &position, &r.key, &r.value)) {
        if (!profilerules_is_key(r.key))
            continue;
        st = r.key[0] == 'p' ? read_head(&r) : read_rule(&r);
    }
    if (st == ST_OK)
        st = check_rules(&r);
    if (st != ST_OK || rules->count == 0) {
        profilerules_free(rules);
        rules = NULL;
    }
    *out = rules;
    return st;
}

void
profilerules_free(struct profilerules *rules)
{
    if (rules == NULL)
        return;
    arena_free(rules->arena);
    free(rules);
}

int
profilerules_severity(const struct profilerules *rules, enum finding_id id)
{
    int worst = -1;

    for (size_t i = 0; rules != NULL && i < rules->count; i++) {
        const struct rule *rule = &rules->rules[i];
        const struct group *group = &rule->groups[0];

        for (size_t k = 0; rule->groups[1].count == 0 && k < group->count; k++)
            if (group->conditions[k].kind == PROFILECONDITION_FOUND
                && group->conditions[k].id == (int)id
                && (int)rule->severity > worst)
                worst = (int)rule->severity;
    }
    return worst;
}

/* ---- judging ---- */

struct judging {
    struct arena *arena;             /* of what is said */
    const struct report *report;     /* of the subject */
    const struct value *facts;       /* likewise */
    struct profilerule_result *into; /* the present rule's */
    enum finding_id *broken;         /* findings that break it */
};

static enum profilerule_verdict
judge_fact(struct judging *judging, const struct profilecondition *condition)
{
    return profilecondition_judge(judging->arena, condition, judging->facts,
                                  &judging->into->reason);
}

static enum profilerule_verdict
judge_finding(struct judging *judging,
              const struct profilecondition *condition)
{
    enum finding_id id = (enum finding_id)condition->id;
    enum report_decision decision = report_decision(judging->report, id);

    if (decision != REPORT_GOOD && decision != REPORT_FOUND)
        return PROFILERULE_UNKNOWN;
    if ((decision == REPORT_FOUND)
        != (condition->kind == PROFILECONDITION_FOUND))
        return PROFILERULE_PASS;
    if (condition->kind == PROFILECONDITION_FOUND)
        judging->broken[judging->into->finding_count++] = id;
    else
        judging->into->reason = arena_printf(judging->arena, "there is no %s",
                                             finding_def(id)->name);
    return PROFILERULE_FAIL;
}

static bool
was_asked(const struct judging *judging,
          const struct profilecondition *condition)
{
    return condition->id < 0 ? profilecondition_is_there(
               judging->arena, condition, judging->facts)
                             : report_decision(judging->report,
                                               (enum finding_id)condition->id)
                                   != REPORT_NOT_DECIDED;
}

/* Why a condition that was asked, or not, leaves a rule open. */
static const char *
why_open(bool asked)
{
    return asked ? "an answer that decides it did not come"
                 : "it was not looked at";
}

/* Anything that breaks it decides; what is not known leaves it open. */
static enum profilerule_verdict
judge_group(struct judging *judging, const struct rule *rule,
            const struct group *group)
{
    enum profilerule_verdict verdict = PROFILERULE_PASS;
    bool not_asked = false;

    for (size_t i = 0; i < group->count; i++) {
        const struct profilecondition *condition = &group->conditions[i];
        enum profilerule_verdict one = condition->id < 0
                                           ? judge_fact(judging, condition)
                                           : judge_finding(judging, condition);

        if (one == PROFILERULE_FAIL || verdict == PROFILERULE_PASS)
            verdict = one;
        not_asked = not_asked || !was_asked(judging, condition);
    }
    if (verdict == PROFILERULE_UNKNOWN)
        judging->into->reason =
            !not_asked || rule->needs == NULL
                ? why_open(!not_asked)
                : arena_printf(judging->arena, "give %s", rule->needs);
    return verdict;
}

/* The alternative, where there is one, is enough. */
static enum profilerule_verdict
judge_groups(struct judging *judging, const struct rule *rule)
{
    enum profilerule_verdict one =
        judge_group(judging, rule, &rule->groups[0]);
    enum profilerule_verdict other;

    if (rule->groups[1].count == 0 || one == PROFILERULE_PASS)
        return one;
    other = judge_group(judging, rule, &rule->groups[1]);
    if (other == PROFILERULE_PASS)
        return other;
    return one == PROFILERULE_FAIL ? other : one;
}

/* FAIL when the domain is one of those that the condition is about, PASS when
   not; UNKNOWN also where there is none. */
static enum profilerule_verdict
is_of(const struct judging *judging, const struct profilecondition *condition)
{
    const char *reason;

    return condition->path == NULL
               ? PROFILERULE_UNKNOWN
               : profilecondition_judge(judging->arena, condition,
                                        judging->facts, &reason);
}

/* A rule that may ask nothing of the domain is not broken by it. */
static void
cap_verdict(struct judging *judging, const struct profilecondition *condition)
{
    struct profilerule_result *into = judging->into;

    if (into->verdict != PROFILERULE_FAIL || condition->path == NULL
        || is_of(judging, condition) != PROFILERULE_UNKNOWN)
        return;
    into->verdict = PROFILERULE_UNKNOWN;
    into->reason = why_open(was_asked(judging, condition));
}

static void
judge_rule(struct judging *judging, const struct rule *rule)
{
    struct profilerule_result *into = judging->into;
    size_t room = rule->groups[0].count + rule->groups[1].count;

    *into = (struct profilerule_result){.name = rule->name,
                                        .text = rule->text,
                                        .source = rule->source,
                                        .severity = rule->severity};
    judging->broken = ARENA_ARRAY(judging->arena, enum finding_id, room + 1);
    into->findings = judging->broken;
    if (is_of(judging, &rule->not_for) == PROFILERULE_FAIL
        || is_of(judging, &rule->only_for) == PROFILERULE_PASS) {
        into->reason = "it asks nothing of this domain";
        return;
    }
    into->verdict = judge_groups(judging, rule);
    if (into->verdict == PROFILERULE_PASS && rule->unseen != NULL)
        into->verdict = PROFILERULE_UNKNOWN;
    if (into->verdict == PROFILERULE_UNKNOWN && rule->unseen != NULL)
        into->reason = rule->unseen;
    cap_verdict(judging, &rule->not_for);
    cap_verdict(judging, &rule->only_for);
    if (into->verdict == PROFILERULE_PASS)
        into->reason = NULL;
    if (into->verdict != PROFILERULE_FAIL)
        into->finding_count = 0;
}

const struct profilerule_report *
profilerules_judge(const struct profilerules *rules,
                   const struct report *report, const struct value *facts)
{
    struct arena *arena = report_arena(report);
    struct judging judging = {
        .arena = arena, .report = report, .facts = facts};
    struct profilerule_report *out =
        ARENA_NEW(arena, struct profilerule_report);
    struct profilerule_result *results =
        ARENA_ARRAY(arena, struct profilerule_result, rules->count + 1);

    out->profile = rules->name == NULL ? "profile" : rules->name;
    out->title = rules->title;
    out->as_of = rules->as_of;
    out->results = results;
    for (; out->count < rules->count; out->count++) {
        judging.into = &results[out->count];
        judge_rule(&judging, &rules->rules[out->count]);
    }
    return out;
}
