/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/base/progress.c: what stands on a terminal, and in a log,
   by a clock that only the test moves. */
#include "common/base/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

#define SECOND UINT64_C(1000000)

static uint64_t now_us = 77;

static uint64_t
test_clock(void)
{
    return now_us;
}

static struct strbuf lines = STRBUF_INIT;

static void
keep(enum diag_level level, const char *line)
{
    (void)level;
    strbuf_addf(&lines, "%s\n", line);
}

/* Set done, so much later. */
static void
step(struct progress *progress, uint64_t later, uint64_t done,
     const char *note)
{
    now_us += later;
    progress_set(progress, done, note);
}

/* Standard error is no terminal: lines through diag. */
static void
test_plain(void)
{
    struct progress *progress = progress_new("keys", 10000, false);

    diag_set_sink(keep);
    step(progress, 9 * SECOND, 900, NULL);
    is_string("", lines.p, "plain: nothing for nine seconds");
    step(progress, SECOND, 1000, "customer");
    is_string("selkie: note: keys: 1000 of 10000, 100/s, 90 s left\n", lines.p,
              "plain: then a line");
    step(progress, 9 * SECOND, 2000, NULL);
    step(progress, SECOND, 2000, NULL);
    is_string("selkie: note: keys: 1000 of 10000, 100/s, 90 s left\n"
              "selkie: note: keys: 2000 of 10000, 100/s, 80 s left\n",
              lines.p, "plain: and one ten seconds later");
    progress_free(progress);
    strbuf_cut(&lines, 0);
    progress = progress_new("domains", 0, false);
    step(progress, 20 * SECOND, 30, NULL);
    is_string("selkie: note: domains: 30, 1.5/s\n", lines.p,
              "plain: total not known");
    progress_free(progress);
    strbuf_cut(&lines, 0);
    progress = progress_new("keys", 10, true);
    step(progress, 100 * SECOND, 5, NULL);
    progress_free(progress);
    is_string("", lines.p, "plain: quiet");
    diag_set_sink(NULL);
}

static int master = -1;

/* Put a terminal of so many columns in the place of standard error. */
static bool
open_terminal(void)
{
    int slave;

    master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0)
        return false;
    slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    if (slave < 0)
        return false;
    dup2(slave, STDERR_FILENO);
    close(slave);
    return true;
}

static void
set_columns(unsigned short columns)
{
    struct winsize size = {.ws_row = 24, .ws_col = columns};

    ioctl(master, TIOCSWINSZ, &size);
}

/* What was written to the terminal since the last time; escapes shown.  The
   system hands it on when it likes, so it is read up to a mark. */
static void
is_drawn(const char *wanted, const char *name)
{
    static const char mark = '\1';
    struct strbuf seen = STRBUF_INIT;
    char c = 0;

    if (write(STDERR_FILENO, &mark, 1) != 1)
        bail("the terminal is gone");
    while (read(master, &c, 1) == 1 && c != mark)
        strbuf_add_presented(&seen, (struct slice){&c, 1});
    is_string(wanted, seen.p, "terminal: %s", name);
    strbuf_clear(&seen);
}

#define ERASE "\\013\\027[K"

static void
test_bar(void)
{
    struct progress *progress = progress_new("keys", 100, false);

    step(progress, SECOND / 2 - 1, 10, NULL);
    is_drawn("", "nothing for half a second");
    step(progress, 1, 25, NULL);
    is_drawn(ERASE "[######..................] keys: 25 of 100, 50/s, 2 s"
                   " left",
             "then a bar");
    step(progress, SECOND / 10 - 1, 26, NULL);
    is_drawn("", "not redrawn within a tenth");
    step(progress, SECOND - SECOND / 10 + 1, 75, "customer.example.com");
    is_drawn(ERASE "[##################......] keys: 75 of 100, 50/s, 1 s"
                   " left, customer.example.co",
             "redrawn, and cut at 79 columns");
    step(progress, SECOND / 2, 100, NULL);
    is_drawn(ERASE "[########################] keys: 100 of 100, 50/s",
             "done");
    step(progress, 8 * SECOND, 150, "\033[2J\n");
    is_drawn(ERASE "[########################] keys: 150 of 100, 15/s,"
                   " \\\\027[2J\\\\010",
             "more than all, and a note from outside");
    diag_note("half way");
    is_drawn(ERASE "selkie: note: half way\\013\\010" ERASE
                   "[########################] keys: 150 of 100, 15/s,"
                   " \\\\027[2J\\\\010",
             "steps aside for a message");
    progress_free(progress);
    is_drawn(ERASE, "taken away");
    diag_note("after");
    is_drawn("selkie: note: after\\013\\010", "no more pauses");
    progress_free(NULL);
}

static void
test_narrow(void)
{
    struct progress *progress = progress_new("keys", 100, false);

    set_columns(20);
    step(progress, SECOND, 50, NULL);
    is_drawn(ERASE "[############......", "a narrow one");
    set_columns(0);
    step(progress, SECOND, 50,
         "\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96"
         "\x87\xe4\xb8\xad\xe6\x96\x87");
    is_drawn(ERASE
             "[############............] keys: 50 of 100, 25/s, 2 s left,"
             " \\228\\184\\173\\230\\150\\135\\228\\184\\173\\230\\150\\135"
             "\\228\\184\\173\\230\\150\\135",
             "wide characters that fit");
    progress_free(progress);
    is_drawn(ERASE, "taken away");
    set_columns(80);
}

static void
test_nothing(void)
{
    struct progress *progress = progress_new("keys", 100, false);

    step(progress, SECOND / 3, 100, NULL);
    diag_note("early");
    progress_free(progress);
    is_drawn("selkie: note: early\\013\\010", "nothing at all for short work");
    progress = progress_new("keys", 100, true);
    step(progress, 30 * SECOND, 50, NULL);
    progress_free(progress);
    is_drawn("", "nothing when quiet");
    setenv("TERM", "dumb", 1);
    progress = progress_new("keys", 100, false);
    step(progress, SECOND, 50, NULL);
    is_drawn("", "no bar on a dumb one");
    step(progress, 9 * SECOND, 50, NULL);
    is_drawn("selkie: note: keys: 50 of 100, 5.0/s, 10 s left\\013\\010",
             "but plain lines");
    progress_free(progress);
}

/* How the time left is put, at one a second. */
static const struct {
    uint64_t left;      /* seconds */
    const char *wanted; /* at the end of the line */
} times[] = {
    {99,     "99 s left"   },
    {100,    "2 min left"  },
    {149,    "2 min left"  },
    {150,    "3 min left"  },
    {5999,   "100 min left"},
    {6000,   "2 h left"    },
    {360000, "100 h left"  },
};

static void
test_times(void)
{
    diag_set_sink(keep);
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        struct progress *progress =
            progress_new("keys", times[i].left + 10, false);

        strbuf_cut(&lines, 0);
        step(progress, 10 * SECOND, 10, NULL);
        progress_free(progress);
        ok(slice_ends(slice_trim(strbuf_slice(&lines)),
                      slice_of(times[i].wanted)),
           "times: %s", times[i].wanted);
        diag("%s", slice_trim(strbuf_slice(&lines)).p);
    }
    diag_set_sink(NULL);
}

int
main(void)
{
    plan_lazy();
    unsetenv("TERM");
    progress_set_clock(test_clock);
    if (freopen("/dev/null", "w", stderr) == NULL)
        bail("/dev/null: %s", strerror(errno));
    test_plain();
    test_times();
    if (open_terminal()) {
        set_columns(80);
        test_bar();
        test_narrow();
        test_nothing();
        close(master);
    } else {
        skip("no pseudo-terminals here: %s", strerror(errno));
    }
    strbuf_clear(&lines);
    progress_set_clock(NULL);
    return tap_done();
}
