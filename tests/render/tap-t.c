/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of the Test Anything Protocol as an output. */
#include "tests/render/sample.h"

/* How many lines begin so. */
static size_t
count_lines(struct slice text, const char *start)
{
    struct slice line;
    size_t count = 0;

    while (slice_next(&text, '\n', &line))
        if (slice_starts(line, slice_of(start)))
            count++;
    return count;
}

static void
test_threshold(enum severity fail_on, size_t failures)
{
    struct render_settings settings = {.command = "audit", .fail_on = fail_on};
    struct strbuf out = STRBUF_INIT;

    sample_render(&render_tap, &settings, false, &out);
    is_int((long long)failures,
           (long long)count_lines(strbuf_slice(&out), "not ok"),
           "failures from severity %d on", (int)fail_on);
    strbuf_clear(&out);
}

int
main(void)
{
    struct render_settings settings = {.command = "audit",
                                       .fail_on = SEVERITY_ERROR};

    plan_lazy();
    sample_compare("tap.txt", &render_tap, &settings, false);
    sample_compare("tap-empty.txt", &render_tap, &settings, true);
    /* An unusable line and two unknown fail in any case. */
    test_threshold(SEVERITY_NEVER, 3);
    test_threshold(SEVERITY_ERROR, 5);
    test_threshold(SEVERITY_WARNING, 8);
    test_threshold(SEVERITY_INFO, 10);
    return tap_done();
}
