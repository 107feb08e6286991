/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of severities by file. */
#include "common/findings/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/tap/tap.h"

static char path[] = "/tmp/selkie-profile-XXXXXX";

static void
write_file(const char *text)
{
    FILE *file = fopen(path, "w");

    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        bail("cannot write %s", path);
}

static void
test_apply(void)
{
    struct arena *arena = arena_new();
    struct report *report = report_new(arena);
    struct profile *profile = profile_new();
    struct error err = ERROR_INIT;
    size_t position = 0;
    enum finding_id id;
    bool known;

    write_file("# ours\nspf.all-softfail = warning\n\n"
               "[dmarc]\npolicy-none = error\nrua-missing = off\n");
    is_int(ST_OK, profile_read(profile, path, &err), "reads: %s", err.text);
    ok(profile_is_off(profile, FIND_DMARC_RUA_MISSING), "one is off");
    ok(!profile_is_off(profile, FIND_SPF_MISSING), "others are not");
    report_add(report, FIND_SPF_ALL_SOFTFAIL, "x.");
    report_add(report, FIND_DMARC_RUA_MISSING, "x.");
    report_add(report, FIND_DMARC_POLICY_NONE, "x.");
    report_add(report, FIND_SPF_MISSING, "x.");
    report_decide(report, FIND_DMARC_RUA_MISSING, true);
    profile_apply(profile, report);
    report_sort(report);
    is_int(3, (long long)report_count(report), "what is off is not there");
    is_int(FIND_DMARC_POLICY_NONE, report_finding(report, 0)->id, "raised");
    is_int(SEVERITY_ERROR, report_finding(report, 1)->severity, "as it was");
    is_int(SEVERITY_WARNING, report_finding(report, 2)->severity, "lifted");
    ok(!report_each_decided(report, &position, &id, &known),
       "what is off was not decided either");
    profile_free(profile);
    arena_free(arena);
}

static const struct {
    const char *name;
    const char *text;
    const char *sentence; /* behind the path */
} faults[] = {
    {"unknown id",       "spf.missing = off\nspf.mising = off\n",
     ", line 2: there is no finding 'spf.mising'"               },
    {"unknown word",     "spf.missing = fatal\n",
     ", line 1: 'fatal' is none of error, warning, info and off"},
    {"capitals",         "spf.missing = Error\n",
     ", line 1: 'Error' is none of error, warning, info and off"},
    {"no settings file", "spf.missing\n",
     ", line 1: neither [section] nor key = value"              },
};

static void
test_faults(void)
{
    struct profile *profile = profile_new();

    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        struct error err = ERROR_INIT;

        write_file(faults[i].text);
        is_int(ST_SYNTAX, profile_read(profile, path, &err), "%s",
               faults[i].name);
        ok(strstr(err.text, faults[i].sentence) != NULL, "%s: %s",
           faults[i].name, err.text);
    }
    ok(!profile_is_off(profile, FIND_SPF_MISSING),
       "a file with a fault changes nothing");
    is_int(ST_NOT_FOUND, profile_read(profile, "/nonexistent/x", NULL),
           "no such file");
    profile_free(profile);
    profile_free(NULL);
}

int
main(void)
{
    int fd = mkstemp(path);

    if (fd < 0)
        bail("cannot make %s", path);
    close(fd);
    plan_lazy();
    test_apply();
    test_faults();
    unlink(path);
    return tap_done();
}
