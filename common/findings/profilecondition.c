/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the facts of a subject break a condition of a profile's rule. */
#include "common/findings/profilecondition.h"

#include <string.h>

/* One condition, as it is judged. */
struct judging {
    struct arena *arena;                      /* of what is said */
    const struct profilecondition *condition; /* about a fact */
    const char **reason;                      /* why it breaks the rule */
};

/* "rfc9989.record" is meant when "rfc9989.state" is known. */
static bool
is_known(struct arena *arena, const struct value *facts, const char *path)
{
    const char *dot = strrchr(path, '.');
    const char *state = dot == NULL ? "state"
                                    : arena_printf(arena, "%.*s.state",
                                                   (int)(dot - path), path);
    const struct value *value = value_at(facts, state);

    return strcmp(state, path) == 0 || value_is_null(value)
           || strcmp(value_as_text(value), "known") == 0;
}

static const char *
text_of(struct arena *arena, const struct value *value)
{
    if (value_kind(value) == VALUE_NUMBER)
        return arena_printf(arena, "%lld", (long long)value_as_number(value));
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
breaks(struct arena *arena, const struct profilecondition *condition,
       const char *text)
{
    bool is_same = strcmp(text, condition->text) == 0;

    if (condition->kind == PROFILECONDITION_FACT_LACKS)
        return has_text(text, condition->text)
                   ? NULL
                   : arena_printf(arena, "the record lacks %s",
                                  condition->text);
    if (condition->kind == PROFILECONDITION_FACT_IS)
        return !is_same
                   ? NULL
                   : arena_printf(arena, "%s is %s", condition->path, text);
    return is_same ? NULL
                   : arena_printf(arena, "%s is %s, not %s", condition->path,
                                  *text == '\0' ? "not there" : text,
                                  condition->text);
}

/* path is of condition, or what is behind its "[]". */
static enum profilerule_verdict
judge_one(const struct judging *judging, const struct value *facts,
          const char *path)
{
    struct arena *arena = judging->arena;
    const struct value *value = value_at(facts, path);
    const char *text = text_of(arena, value), *reason;

    /* No member at all: this command looks at other things. */
    if (value == NULL || !is_known(arena, facts, path)
        || strcmp(text, "unknown") == 0)
        return PROFILERULE_UNKNOWN;
    reason = breaks(arena, judging->condition, text);
    if (reason == NULL)
        return PROFILERULE_PASS;
    *judging->reason = reason;
    return PROFILERULE_FAIL;
}

/* A path up to its "[]"; *rest is what follows, or NULL. */
static const char *
path_before(struct arena *arena, const char *path, const char **rest)
{
    const char *list = strstr(path, "[].");

    *rest = list == NULL ? NULL : list + strlen("[].");
    return list == NULL
               ? path
               : arena_printf(arena, "%.*s", (int)(list - path), path);
}

enum profilerule_verdict
profilecondition_judge(struct arena *arena,
                       const struct profilecondition *condition,
                       const struct value *facts, const char **reason)
{
    struct judging judging = {arena, condition, reason};
    enum profilerule_verdict verdict = PROFILERULE_PASS;
    const char *rest, *path = path_before(arena, condition->path, &rest);
    const struct value *list = value_at(facts, path);

    if (rest == NULL)
        return judge_one(&judging, facts, path);
    /* Elements may be missing that would break it. */
    if (value_count(list) == 0 || !is_known(arena, facts, path))
        verdict = PROFILERULE_UNKNOWN;
    for (size_t i = 0; i < value_count(list); i++) {
        enum profilerule_verdict one =
            judge_one(&judging, value_element(list, i), rest);

        if (one == PROFILERULE_FAIL)
            return one;
        if (one == PROFILERULE_UNKNOWN)
            verdict = one;
    }
    return verdict;
}

bool
profilecondition_is_there(struct arena *arena,
                          const struct profilecondition *condition,
                          const struct value *facts)
{
    const char *rest;

    return value_at(facts, path_before(arena, condition->path, &rest)) != NULL;
}
