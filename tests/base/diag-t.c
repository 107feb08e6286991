/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/base/diag.c: the exact lines on standard error. */
#include "common/base/diag.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

static struct strbuf seen = STRBUF_INIT;

static void
keep(enum diag_level level, const char *line)
{
    strbuf_addf(&seen, "%d %s\n", (int)level, line);
}

static void
is_seen(const char *wanted, const char *name)
{
    is_string(wanted, seen.p, "%s", name);
    strbuf_cut(&seen, 0);
}

static void
say_all(void)
{
    diag_error("cannot read '%s': %s", "x", "No such file or directory");
    diag_warning("%d lines skipped", 3);
    diag_note("resuming");
    diag_debug("asked");
}

static void
test_levels(void)
{
    say_all();
    is_seen("0 selkie: cannot read 'x': No such file or directory\n"
            "1 selkie: warning: 3 lines skipped\n"
            "2 selkie: note: resuming\n",
            "at the start: all but debug");
    diag_set_program("selkie: audit");
    diag_set_level(DIAG_DEBUG);
    diag_debug("asked");
    is_seen("3 selkie: audit: debug: asked\n", "debug, with a command");
    diag_set_level(DIAG_ERROR);
    say_all();
    is_seen("0 selkie: audit: cannot read 'x': No such file or directory\n",
            "errors only");
    diag_set_level(DIAG_NOTE);
    diag_error("'%s'", "a\n\033[2Jb\xff");
    is_seen("0 selkie: audit: 'a\\010\\027[2Jb\\255'\n",
            "what a terminal must not see");
}

static void
pause_called(bool before, void *context)
{
    dprintf(STDERR_FILENO, "%s%s", before ? "<" : ">", (char *)context);
}

/* On the real standard error, with something that steps aside. */
static void
test_pause(void)
{
    char text[128] = "";
    char context[] = "|";
    int saved = dup(STDERR_FILENO);
    int fds[2];
    ssize_t n;

    if (pipe(fds) != 0)
        bail("pipe");
    dup2(fds[1], STDERR_FILENO);
    diag_set_sink(NULL);
    diag_set_pause(pause_called, context);
    diag_note("now");
    diag_debug("not shown");
    diag_set_pause(NULL, NULL);
    diag_note("later");
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(fds[1]);
    n = read(fds[0], text, sizeof(text) - 1);
    text[n < 0 ? 0 : n] = '\0';
    close(fds[0]);
    is_string("<|selkie: audit: note: now\n>|selkie: audit: note: later\n",
              text, "pause is called around a line, and only then");
}

enum { THREADS = 4, LINES = 200 };

static void *
say_many(void *arg)
{
    for (int i = 0; i < LINES; i++)
        diag_note("from %s", (const char *)arg);
    return NULL;
}

static void
test_threads(void)
{
    static char names[THREADS][2] = {"a", "b", "c", "d"};
    pthread_t threads[THREADS];
    struct slice rest;
    struct slice line;
    int whole = 0;

    diag_set_sink(keep);
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, say_many, names[i]);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    rest = strbuf_slice(&seen);
    while (slice_next(&rest, '\n', &line))
        whole += line.n == strlen("2 selkie: audit: note: from a")
                 && slice_starts(line, SLICE("2 selkie: audit: note: from "));
    is_int(THREADS * LINES, whole, "lines of threads stay whole");
}

int
main(void)
{
    plan_lazy();
    diag_set_sink(keep);
    test_levels();
    test_pause();
    test_threads();
    strbuf_clear(&seen);
    return tap_done();
}
