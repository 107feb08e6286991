/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines on standard error. */
#include "common/base/diag.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>

#include "common/base/escape.h"

/* One line at a time, whichever thread it comes from; also guards all of the
   following. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static const char *program = "selkie";
static enum diag_level highest = DIAG_NOTE;
static void (*sink)(enum diag_level level, const char *line);
static void (*pause_call)(bool before, void *context);
static void *pause_context;

static const char *const words[] = {
    [DIAG_ERROR] = "",
    [DIAG_WARNING] = "warning: ",
    [DIAG_NOTE] = "note: ",
    [DIAG_DEBUG] = "debug: ",
};

void
diag_set_program(const char *words_in_front)
{
    pthread_mutex_lock(&lock);
    program = words_in_front;
    pthread_mutex_unlock(&lock);
}

void
diag_set_level(enum diag_level level)
{
    pthread_mutex_lock(&lock);
    highest = level;
    pthread_mutex_unlock(&lock);
}

void
diag_set_sink(void (*to)(enum diag_level level, const char *line))
{
    pthread_mutex_lock(&lock);
    sink = to;
    pthread_mutex_unlock(&lock);
}

void
diag_set_pause(void (*call)(bool before, void *context), void *context)
{
    pthread_mutex_lock(&lock);
    pause_call = call;
    pause_context = context;
    pthread_mutex_unlock(&lock);
}

static void
put(enum diag_level level, struct strbuf *line)
{
    if (sink != NULL) {
        sink(level, line->p);
        return;
    }
    if (pause_call != NULL)
        pause_call(true, pause_context);
    strbuf_add_char(line, '\n');
    /* Standard error is not buffered, so this is one write. */
    fwrite(line->p, 1, line->n, stderr);
    if (pause_call != NULL)
        pause_call(false, pause_context);
}

__attribute__((format(printf, 2, 0))) static void
say(enum diag_level level, const char *form, va_list args)
{
    struct strbuf text = STRBUF_INIT;
    struct strbuf line = STRBUF_INIT;

    pthread_mutex_lock(&lock);
    if (level <= highest) {
        strbuf_addv(&text, form, args);
        strbuf_addf(&line, "%s: %s", program, words[level]);
        escape_terminal(strbuf_slice(&text), &line, NULL);
        put(level, &line);
    }
    pthread_mutex_unlock(&lock);
    strbuf_clear(&text);
    strbuf_clear(&line);
}

void
diag_error(const char *form, ...)
{
    va_list args;

    va_start(args, form);
    say(DIAG_ERROR, form, args);
    va_end(args);
}

void
diag_warning(const char *form, ...)
{
    va_list args;

    va_start(args, form);
    say(DIAG_WARNING, form, args);
    va_end(args);
}

void
diag_note(const char *form, ...)
{
    va_list args;

    va_start(args, form);
    say(DIAG_NOTE, form, args);
    va_end(args);
}

void
diag_debug(const char *form, ...)
{
    va_list args;

    va_start(args, form);
    say(DIAG_DEBUG, form, args);
    va_end(args);
}
