/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules of a profile, and whether a subject keeps to them. */
#include "common/findings/profilerule.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/arena.h"
#include "common/base/memory.h"
#include "common/base/strbuf.h"

#define PROFILE_PREFIX "profile."
#define RULE_PREFIX    "rule."

enum condition_kind {
    FOUND,     /* ID: the finding was made */
    NOT_FOUND, /* !ID: it was looked for, and not made */
    FACT_IS,   /* PATH=TEXT: TEXT is what is there */
    FACT_NOT,  /* PATH!TEXT: it is not */
    FACT_LACKS /* PATH~TEXT: it is no part of what is there */
};

/* One word of bad= or or=: what breaks the rule. */
struct condition {
    enum condition_kind kind; /* which of these */
    int id;                   /* of the finding, or -1 */
    const char *path; /* into the facts: "dmarc.rfc9989.policy"; after "[]"
                         in each element of the list */
    const char *text; /* compared with what is there */
};

/* Conditions of which none may hold. */
struct group {
    struct condition *conditions; /* of it */
    size_t count;                 /* of them */
};

/* bad= and or=: one of the two groups must hold good. */
#define GROUPS 2

struct rule {
    const char *name;            /* "gmail:bulk-2" */
    const char *text;            /* what it asks for */
    const char *source;          /* where it is written */
    const char *unseen;          /* why DNS alone never shows that it is kept,
                                    or NULL */
    const char *needs;           /* what to give for it to be looked at */
    enum severity severity;      /* of what breaks it */
    struct condition not_for;    /* path: of whom it asks nothing */
    struct condition only_for;   /* path: it asks nothing of others */
    struct group groups[GROUPS]; /* bad=, or= */
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
read_finding(struct reading *r, struct slice name, struct condition *out)
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
read_condition(struct reading *r, struct slice word, struct condition *out)
{
    struct arena *arena = r->rules->arena;
    size_t at = 0;

    *out = (struct condition){.id = -1};
    if (word.n > 0 && word.p[0] == '!') {
        out->kind = NOT_FOUND;
        return read_finding(r, slice_from(word, 1), out);
    }
    while (at < word.n && strchr("=!~", word.p[at]) == NULL)
        at++;
    if (at == word.n)
        return read_finding(r, word, out);
    if (at == 0 || at + 1 == word.n)
        return refuse(r, "a condition is a finding, !FINDING, PATH=TEXT,"
                         " PATH!TEXT or PATH~TEXT");
    out->kind = word.p[at] == '='   ? FACT_IS
                : word.p[at] == '!' ? FACT_NOT
                                    : FACT_LACKS;
    out->path = arena_text(arena, slice_sub(word, 0, at));
    out->text = arena_text(arena, slice_from(word, at + 1));
    return ST_OK;
}

static enum status
read_group(struct reading *r, struct group *group)
{
    struct slice rest = slice_of(r->value), word;

    group->conditions = ARENA_ARRAY(r->rules->arena, struct condition,
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
        return read_condition(r, slice_of(r->value), &rule->not_for);
    if (slice_equal(member, SLICE("only-for")))
        return read_condition(r, slice_of(r->value), &rule->only_for);
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
            if (group->conditions[k].kind == FOUND
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

/* "rfc9989.record" is meant when "rfc9989.state" is known. */
static bool
is_known(const struct judging *judging, const struct value *facts,
         const char *path)
{
    const char *dot = strrchr(path, '.');
    const char *state = dot == NULL
                            ? "state"
                            : arena_printf(judging->arena, "%.*s.state",
                                           (int)(dot - path), path);
    const struct value *value = value_at(facts, state);

    return strcmp(state, path) == 0 || value_is_null(value)
           || strcmp(value_as_text(value), "known") == 0;
}

static const char *
text_of(const struct judging *judging, const struct value *value)
{
    if (value_kind(value) == VALUE_NUMBER)
        return arena_printf(judging->arena, "%lld",
                            (long long)value_as_number(value));
    if (value_kind(value) == VALUE_BOOL)
        return value_as_bool(value) ? "true" : "false";
    return value_as_text(value);
}

static bool
has_text(const char *text, const char *part)
{
    struct slice rest = slice_of(text), wanted = slice_of(part);

    while (rest.n >= wanted.n) {
        if (slice_starts_case(rest, wanted))
            return true;
        rest = slice_from(rest, 1);
    }
    return false;
}

/* Why what is there breaks a rule; NULL when it does not. */
static const char *
breaks(const struct judging *judging, const struct condition *condition,
       const char *text)
{
    bool is_same = strcmp(text, condition->text) == 0;

    if (condition->kind == FACT_LACKS)
        return has_text(text, condition->text)
                   ? NULL
                   : arena_printf(judging->arena, "the record lacks %s",
                                  condition->text);
    if (condition->kind == FACT_IS)
        return !is_same ? NULL
                        : arena_printf(judging->arena, "%s is %s",
                                       condition->path, text);
    return is_same ? NULL
                   : arena_printf(
                       judging->arena, "%s is %s, not %s", condition->path,
                       *text == '\0' ? "not there" : text, condition->text);
}

/* path is of condition, or what is behind its "[]". */
static enum profilerule_verdict
judge_one(struct judging *judging, const struct condition *condition,
          const struct value *facts, const char *path)
{
    const struct value *value = value_at(facts, path);
    const char *text = text_of(judging, value), *reason;

    /* No member at all: this command looks at other things. */
    if (value == NULL || !is_known(judging, facts, path)
        || strcmp(text, "unknown") == 0)
        return PROFILERULE_UNKNOWN;
    reason = breaks(judging, condition, text);
    if (reason == NULL)
        return PROFILERULE_PASS;
    judging->into->reason = reason;
    return PROFILERULE_FAIL;
}

/* What a path leads to, up to its "[]"; *rest is what follows. */
static const struct value *
value_before(const struct judging *judging, const char *path,
             const char **rest)
{
    const char *list = strstr(path, "[].");

    *rest = list == NULL ? NULL : list + strlen("[].");
    return value_at(judging->facts,
                    list == NULL ? path
                                 : arena_printf(judging->arena, "%.*s",
                                                (int)(list - path), path));
}

/* Of a list any element breaks it, and one that is not known leaves it
   open. */
static enum profilerule_verdict
judge_fact(struct judging *judging, const struct condition *condition)
{
    const char *rest;
    const struct value *list = value_before(judging, condition->path, &rest);
    enum profilerule_verdict verdict = PROFILERULE_PASS;

    if (rest == NULL)
        return judge_one(judging, condition, judging->facts, condition->path);
    for (size_t i = 0; i < value_count(list); i++) {
        enum profilerule_verdict one =
            judge_one(judging, condition, value_element(list, i), rest);

        if (one == PROFILERULE_FAIL)
            return one;
        if (one == PROFILERULE_UNKNOWN)
            verdict = one;
    }
    return value_count(list) == 0 ? PROFILERULE_UNKNOWN : verdict;
}

static enum profilerule_verdict
judge_finding(struct judging *judging, const struct condition *condition)
{
    enum finding_id id = (enum finding_id)condition->id;
    enum report_decision decision = report_decision(judging->report, id);

    if (decision != REPORT_GOOD && decision != REPORT_FOUND)
        return PROFILERULE_UNKNOWN;
    if ((decision == REPORT_FOUND) != (condition->kind == FOUND))
        return PROFILERULE_PASS;
    if (condition->kind == FOUND)
        judging->broken[judging->into->finding_count++] = id;
    else
        judging->into->reason = arena_printf(judging->arena, "there is no %s",
                                             finding_def(id)->name);
    return PROFILERULE_FAIL;
}

static bool
was_asked(const struct judging *judging, const struct condition *condition)
{
    const char *rest;

    return condition->id < 0
               ? value_before(judging, condition->path, &rest) != NULL
               : report_decision(judging->report,
                                 (enum finding_id)condition->id)
                     != REPORT_NOT_DECIDED;
}

/* Anything that breaks it decides; what is not known leaves it open. */
static enum profilerule_verdict
judge_group(struct judging *judging, const struct rule *rule,
            const struct group *group)
{
    enum profilerule_verdict verdict = PROFILERULE_PASS;
    bool not_asked = false;

    for (size_t i = 0; i < group->count; i++) {
        const struct condition *condition = &group->conditions[i];
        enum profilerule_verdict one = condition->id < 0
                                           ? judge_fact(judging, condition)
                                           : judge_finding(judging, condition);

        if (one == PROFILERULE_FAIL || verdict == PROFILERULE_PASS)
            verdict = one;
        not_asked = not_asked || !was_asked(judging, condition);
    }
    if (verdict == PROFILERULE_UNKNOWN)
        judging->into->reason =
            !not_asked ? "an answer that decides it did not come"
            : rule->needs == NULL
                ? "it was not looked at"
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
is_of(struct judging *judging, const struct condition *condition)
{
    return condition->path == NULL ? PROFILERULE_UNKNOWN
                                   : judge_fact(judging, condition);
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
    into->reason = NULL;
    into->verdict = judge_groups(judging, rule);
    if (into->verdict == PROFILERULE_PASS && rule->unseen != NULL)
        into->verdict = PROFILERULE_UNKNOWN;
    if (into->verdict == PROFILERULE_UNKNOWN && rule->unseen != NULL)
        into->reason = rule->unseen;
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
