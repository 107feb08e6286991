/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regular expressions over names and labels, by PCRE2: its one user. */
#include "common/template/templatepattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

/* Steps of one match: a name has at most 253 octets, and an expression that
   does not backtrack wildly takes a few for each. */
#define STEPS_MAX      20000
/* PCRE2's own bound on a group's name, which it keeps to itself. */
#define GROUP_NAME_MAX 32
/* Memory of one match, on the stack: PCRE2 begins with 20 KiB and doubles it
   twice at most. */
#define SCRATCH_SIZE   (160u * 1024)

struct templatepattern {
    pcre2_code *code; /* PCRE2's */
    unsigned groups;  /* captures */
};

/* Memory that is handed out once and never taken back. */
struct scratch {
    size_t used;                                    /* octets */
    alignas(max_align_t) char octets[SCRATCH_SIZE]; /* of them */
};

static void *
scratch_take(size_t n, void *context)
{
    struct scratch *scratch = context;
    size_t rounded = (n + sizeof(max_align_t) - 1) / sizeof(max_align_t)
                     * sizeof(max_align_t);
    void *p = scratch->octets + scratch->used;

    if (n > SCRATCH_SIZE || rounded > SCRATCH_SIZE - scratch->used)
        return NULL;
    scratch->used += rounded;
    return p;
}

static void
scratch_leave(void *p, void *context)
{
    (void)p;
    (void)context;
}

static enum status
refuse(int code, size_t offset, size_t *column, struct error *err)
{
    PCRE2_UCHAR text[256];

    *column = offset + 1;
    pcre2_get_error_message(code, text, sizeof(text));
    return error_set(err, ST_SYNTAX, "not a regular expression: %s",
                     (const char *)text);
}

enum status
templatepattern_new(struct slice text, enum templatepattern_end end,
                    struct templatepattern **out, size_t *column,
                    struct error *err)
{
    uint32_t options = PCRE2_CASELESS | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_UTF
                       | PCRE2_NEVER_BACKSLASH_C;
    struct templatepattern *pattern;
    PCRE2_SIZE offset = 0;
    uint32_t groups = 0;
    pcre2_code *code;
    int fault;

    *column = 1;
    if (text.n > TEMPLATEPATTERN_SIZE_MAX)
        return error_set(err, ST_RANGE, "a pattern of more than %d octets",
                         TEMPLATEPATTERN_SIZE_MAX);
    if (end == TEMPLATEPATTERN_WHOLE)
        options |= PCRE2_ANCHORED | PCRE2_ENDANCHORED;
    code = pcre2_compile((PCRE2_SPTR)text.p, text.n, options, &fault, &offset,
                         NULL);
    if (code == NULL)
        return refuse(fault, offset, column, err);
    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
    pattern =
        groups > TEMPLATEPATTERN_GROUPS_MAX ? NULL : malloc(sizeof(*pattern));
    if (pattern == NULL) {
        pcre2_code_free(code);
        return error_set(err, ST_RANGE, "a pattern with more than %d groups",
                         TEMPLATEPATTERN_GROUPS_MAX);
    }
    *pattern = (struct templatepattern){code, groups};
    *out = pattern;
    return ST_OK;
}

void
templatepattern_free(struct templatepattern *pattern)
{
    if (pattern == NULL)
        return;
    pcre2_code_free(pattern->code);
    free(pattern);
}

unsigned
templatepattern_groups(const struct templatepattern *pattern)
{
    return pattern->groups;
}

bool
templatepattern_group(const struct templatepattern *pattern, struct slice name,
                      unsigned *number)
{
    PCRE2_UCHAR text[GROUP_NAME_MAX + 1];
    int found;

    if (name.n > GROUP_NAME_MAX)
        return false;
    memcpy(text, name.p, name.n);
    text[name.n] = '\0';
    found = pcre2_substring_number_from_name(pattern->code, text);
    *number = (unsigned)found;
    return found > 0;
}

static void
take_groups(const pcre2_match_data *data, int count, struct slice subject,
            struct slice *groups)
{
    /* PCRE2 declares no const. */
    const PCRE2_SIZE *ends =
        pcre2_get_ovector_pointer((pcre2_match_data *)(uintptr_t)data);

    for (int i = 0; i < count; i++)
        if (ends[2 * i] != PCRE2_UNSET && ends[2 * i + 1] >= ends[2 * i])
            groups[i] =
                slice_sub(subject, ends[2 * i], ends[2 * i + 1] - ends[2 * i]);
}

enum status
templatepattern_match(const struct templatepattern *pattern,
                      struct slice subject,
                      struct slice groups[TEMPLATEPATTERN_GROUPS_MAX + 1])
{
    struct scratch scratch;
    pcre2_general_context *general;
    pcre2_match_context *context;
    pcre2_match_data *data;
    int count;

    scratch.used = 0;
    general =
        pcre2_general_context_create(scratch_take, scratch_leave, &scratch);
    if (general == NULL
        || (context = pcre2_match_context_create(general)) == NULL
        || (data = pcre2_match_data_create(pattern->groups + 1, general))
               == NULL)
        return ST_RANGE;
    pcre2_set_match_limit(context, STEPS_MAX);
    count = pcre2_match(pattern->code, (PCRE2_SPTR)subject.p, subject.n, 0, 0,
                        data, context);
    if (count == PCRE2_ERROR_NOMATCH)
        return ST_NOT_FOUND;
    if (count <= 0)
        return ST_RANGE;
    for (unsigned i = 0; i <= pattern->groups; i++)
        groups[i] = SLICE_EMPTY;
    take_groups(data, count, subject, groups);
    return ST_OK;
}
