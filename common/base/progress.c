/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far long work is: a bar on a terminal, plain lines elsewhere. */
#include "common/base/progress.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/diag.h"
#include "common/base/escape.h"
#include "common/base/memory.h"

#define SECOND_US   UINT64_C(1000000)
/* Work shorter than this shows nothing. */
#define QUIET_US    (SECOND_US / 2)
/* Ten redrawings a second are as many as an eye can use. */
#define REDRAW_US   (SECOND_US / 10)
/* A log should not fill up with them. */
#define PLAIN_US    (10 * SECOND_US)
/* Widest line; the last column of 80 stays free, for terminals that wrap as
   soon as it is written to. */
#define COLUMNS_MAX 79
#define BAR_COLUMNS 24

struct progress {
    pthread_mutex_t lock; /* taken after that of diag, never before */
    const char *what;     /* borrowed */
    char *note;           /* at the end of the line, or NULL */
    uint64_t total;       /* 0: not known */
    uint64_t done;        /* so far */
    uint64_t start_us;    /* when it began */
    uint64_t next_us;     /* nothing is shown before */
    bool is_quiet;        /* nothing is ever shown */
    bool is_terminal;     /* a line that is redrawn */
    bool is_drawn;        /* it stands on the terminal now */
    bool is_paused;       /* somebody else writes a line */
};

static uint64_t (*elapsed_us)(void) = clock_elapsed_us;

void
progress_set_clock(uint64_t (*clock)(void))
{
    elapsed_us = clock == NULL ? clock_elapsed_us : clock;
}

/* "45 s", "3 min", "2 h": nobody needs it nearer than that. */
static void
add_time(struct strbuf *line, uint64_t seconds)
{
    if (seconds < 100)
        strbuf_addf(line, "%" PRIu64 " s", seconds);
    else if (seconds < UINT64_C(100) * 60)
        strbuf_addf(line, "%" PRIu64 " min", (seconds + 30) / 60);
    else
        strbuf_addf(line, "%" PRIu64 " h", (seconds + 1800) / 3600);
}

static void
add_rate(const struct progress *p, struct strbuf *line)
{
    double seconds = (double)(elapsed_us() - p->start_us) / (double)SECOND_US;
    double rate = seconds > 0 ? (double)p->done / seconds : 0;

    if (rate <= 0)
        return;
    strbuf_addf(line, rate < 10 ? ", %.1f/s" : ", %.0f/s", rate);
    if (p->total <= p->done)
        return;
    strbuf_add_text(line, ", ");
    add_time(line, (uint64_t)((double)(p->total - p->done) / rate + 0.5));
    strbuf_add_text(line, " left");
}

/* "keys: 4500 of 10000, 120/s, 46 s left". */
static void
add_counts(const struct progress *p, struct strbuf *line)
{
    strbuf_addf(line, "%s: %" PRIu64, p->what, p->done);
    if (p->total > 0)
        strbuf_addf(line, " of %" PRIu64, p->total);
    add_rate(p, line);
}

static void
add_bar(const struct progress *p, struct strbuf *line)
{
    double part = (double)p->done / (double)p->total;
    size_t filled = part >= 1 ? BAR_COLUMNS : (size_t)(part * BAR_COLUMNS);

    strbuf_add_char(line, '[');
    strbuf_fill(line, '#', filled);
    strbuf_fill(line, '.', BAR_COLUMNS - filled);
    strbuf_add_text(line, "] ");
}

/* Asked anew each time, which does without SIGWINCH. */
static size_t
terminal_columns(void)
{
    struct winsize size;

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2)
        return COLUMNS_MAX;
    return size.ws_col - 1 < COLUMNS_MAX ? (size_t)size.ws_col - 1
                                         : COLUMNS_MAX;
}

/* As much of text as fits, so that the line never wraps: one that did could
   not be taken away again. */
static void
add_fitting(struct strbuf *out, struct slice text, size_t columns)
{
    size_t used = 0;

    while (text.n > 0) {
        struct strbuf one = STRBUF_INIT;
        struct escape_char c = escape_first(text);

        escape_terminal(slice_sub(text, 0, c.n), &one, &used);
        if (used <= columns)
            strbuf_add_slice(out, strbuf_slice(&one));
        strbuf_clear(&one);
        if (used > columns)
            return;
        text = slice_from(text, c.n);
    }
}

static void
write_terminal(struct slice text)
{
    fwrite(text.p, 1, text.n, stderr);
    fflush(stderr);
}

#define LINE_ERASE "\r\033[K"

static void
erase(struct progress *p)
{
    if (p->is_drawn)
        write_terminal(SLICE(LINE_ERASE));
    p->is_drawn = false;
}

static void
draw(struct progress *p)
{
    struct strbuf line = STRBUF_INIT;
    struct strbuf out = STRBUF_INIT;

    if (p->total > 0)
        add_bar(p, &line);
    add_counts(p, &line);
    if (p->note != NULL)
        strbuf_addf(&line, ", %s", p->note);
    strbuf_add_text(&out, LINE_ERASE);
    add_fitting(&out, strbuf_slice(&line), terminal_columns());
    write_terminal(strbuf_slice(&out));
    p->is_drawn = true;
    strbuf_clear(&line);
    strbuf_clear(&out);
}

/* What diag calls around a line of its own. */
static void
make_way(bool before, void *context)
{
    struct progress *p = context;
    bool was_drawn;

    pthread_mutex_lock(&p->lock);
    was_drawn = p->is_drawn || p->is_paused;
    if (before) {
        p->is_paused = p->is_drawn;
        erase(p);
    } else if (was_drawn) {
        p->is_paused = false;
        draw(p);
    }
    pthread_mutex_unlock(&p->lock);
}

static bool
is_able_terminal(void)
{
    const char *term = getenv("TERM");

    return isatty(STDERR_FILENO)
           && (term == NULL || strcmp(term, "dumb") != 0);
}

struct progress *
progress_new(const char *what, uint64_t total, bool quiet)
{
    struct progress *p = memory_zeroed(1, sizeof(*p));

    pthread_mutex_init(&p->lock, NULL);
    p->what = what;
    p->total = total;
    p->is_quiet = quiet;
    p->is_terminal = !quiet && is_able_terminal();
    p->start_us = elapsed_us();
    p->next_us = p->start_us + (p->is_terminal ? QUIET_US : PLAIN_US);
    if (p->is_terminal)
        diag_set_pause(make_way, p);
    return p;
}

static void
keep(struct progress *p, uint64_t done, const char *note)
{
    p->done = done;
    free(p->note);
    p->note = note == NULL ? NULL : memory_text(note);
}

void
progress_set(struct progress *p, uint64_t done, const char *note)
{
    struct strbuf line = STRBUF_INIT;
    uint64_t now = elapsed_us();

    if (p->is_quiet)
        return;
    pthread_mutex_lock(&p->lock);
    keep(p, done, note);
    if (now >= p->next_us && !p->is_paused) {
        p->next_us = now + (p->is_terminal ? REDRAW_US : PLAIN_US);
        if (p->is_terminal)
            draw(p);
        else
            add_counts(p, &line);
    }
    pthread_mutex_unlock(&p->lock);
    /* Without the lock: diag takes its own first. */
    if (line.n > 0)
        diag_note("%s", line.p);
    strbuf_clear(&line);
}

void
progress_free(struct progress *p)
{
    if (p == NULL)
        return;
    if (p->is_terminal)
        diag_set_pause(NULL, NULL);
    erase(p);
    pthread_mutex_destroy(&p->lock);
    free(p->note);
    free(p);
}
