/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Severities by file: what the reader of a report calls worse or better. */
#include "common/findings/profile.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/base/settings.h"

/* In place of a severity: the finding is not wanted. */
#define OFF ((enum severity)4)

struct profile {
    enum severity severities[FIND_COUNT]; /* or OFF */
    struct profilerules *rules;           /* or NULL */
};

struct profile *
profile_new(void)
{
    struct profile *profile = memory_alloc(sizeof(*profile));

    profile->rules = NULL;
    for (int id = 0; id < FIND_COUNT; id++)
        profile->severities[id] = finding_def((enum finding_id)id)->severity;
    return profile;
}

static enum status
lay_over(struct profile *profile, const struct settings *settings,
         const char *path, struct error *err)
{
    size_t position = 0;
    const char *key;
    const char *word;

    while (settings_each(settings, &position, &key, &word)) {
        unsigned line = settings_line(settings, key);
        int id = finding_id_of(slice_of(key));
        int severity = severity_parse(slice_of(word));

        if (profilerules_is_key(key))
            continue;
        if (id < 0)
            return error_set(err, ST_SYNTAX,
                             "'%s', line %u: there is no finding '%s'", path,
                             line, key);
        if (severity < 0 && strcmp(word, "off") != 0)
            return error_set(err, ST_SYNTAX,
                             "'%s', line %u: '%s' is none of error, warning,"
                             " info and off",
                             path, line, word);
        profile->severities[id] = severity < 0 ? OFF : (enum severity)severity;
    }
    return ST_OK;
}

/* Rules first, so that keys of the file can say otherwise. */
static void
lay_rules(struct profile *profile)
{
    for (int id = 0; id < FIND_COUNT; id++) {
        int severity =
            profilerules_severity(profile->rules, (enum finding_id)id);

        if (severity >= 0)
            profile->severities[id] = (enum severity)severity;
    }
}

enum status
profile_read(struct profile *profile, const char *path, struct error *err)
{
    struct profile changed = *profile;
    struct settings *settings;
    enum status st = settings_read(path, false, &settings, err);

    if (st != ST_OK)
        return st;
    changed.rules = NULL;
    st = profilerules_read(settings, path, &changed.rules, err);
    lay_rules(&changed);
    if (st == ST_OK)
        st = lay_over(&changed, settings, path, err);
    if (st == ST_OK) {
        profilerules_free(profile->rules);
        *profile = changed;
    } else {
        profilerules_free(changed.rules);
    }
    settings_free(settings);
    return st;
}

void
profile_free(struct profile *profile)
{
    if (profile != NULL)
        profilerules_free(profile->rules);
    free(profile);
}

bool
profile_is_off(const struct profile *profile, enum finding_id id)
{
    return profile->severities[id] == OFF;
}

const struct profilerule_report *
profile_judge(const struct profile *profile, const struct report *report,
              const struct value *facts)
{
    return profile->rules == NULL
               ? NULL
               : profilerules_judge(profile->rules, report, facts);
}

void
profile_apply(const struct profile *profile, struct report *report)
{
    for (int i = 0; i < FIND_COUNT; i++) {
        enum finding_id id = (enum finding_id)i;

        if (profile->severities[id] == OFF)
            report_drop(report, id);
        else if (profile->severities[id] != finding_def(id)->severity)
            report_set_severity(report, id, profile->severities[id]);
    }
}
