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
};

struct profile *
profile_new(void)
{
    struct profile *profile = memory_alloc(sizeof(*profile));

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

enum status
profile_read(struct profile *profile, const char *path, struct error *err)
{
    struct profile changed = *profile;
    struct settings *settings;
    enum status st = settings_read(path, false, &settings, err);

    if (st != ST_OK)
        return st;
    st = lay_over(&changed, settings, path, err);
    if (st == ST_OK)
        *profile = changed;
    settings_free(settings);
    return st;
}

void
profile_free(struct profile *profile)
{
    free(profile);
}

bool
profile_is_off(const struct profile *profile, enum finding_id id)
{
    return profile->severities[id] == OFF;
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
