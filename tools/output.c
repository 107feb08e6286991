/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options that say how results are printed, and the printing. */
#include "tools/output.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tools/cmd.h"
#include "tools/profiles.h"

/* What the first write to standard output that failed had to say; 0: none
   did. */
static int fault;
static bool is_fault_told;

static const char *const fail_on_words[] = {"info", "warning", "error",
                                            "never", NULL};

/* The one row in which commands differ. */
#define FORM_TABLE(forms)                                                     \
    {                                                                         \
        OPT_GROUP("Output"),                                                  \
            OPT_TEXT('f', "format", struct output_options, format, "FORM",    \
                     forms),                                                  \
            OPT_END                                                           \
    }

const struct opt_def output_forms_few[] =
    FORM_TABLE("text (default), json or ndjson");
const struct opt_def output_forms_sheets[] =
    FORM_TABLE("text (default), json, ndjson, csv or html");
const struct opt_def output_forms_all[] =
    FORM_TABLE("text (default), json, ndjson, tap, junit, sarif,"
               " github, markdown or csv");

#define FAIL_ROW                                                              \
    OPT_CHOICE(0, "fail-on", struct output_options, fail_on, fail_on_words,   \
               "SEVERITY", "exit 1 from this severity on; default error")
#define PROFILE_ROW                                                           \
    OPT_TEXT(0, "profile", struct output_options, profile, "NAME",            \
             "judge by rules, see selkie-profile(5)")
#define TEXT_ROWS                                                             \
    OPT_FLAG('v', "verbose", struct output_options, verbose,                  \
             "print the evidence of each finding too"),                       \
        OPT_FLAG('q', "quiet", struct output_options, quiet,                  \
                 "no progress and no notes"),                                 \
        OPT_NUMBER(0, "width", struct output_options, width, 40, 1000,        \
                   "COLUMNS", "width of text; else the terminal's"),          \
        OPT_END

const struct opt_def output_option_table[] = {FAIL_ROW, PROFILE_ROW,
                                              TEXT_ROWS};
const struct opt_def output_option_table_no_profile[] = {FAIL_ROW, TEXT_ROWS};

/* The choice's index is the severity: one table for both. */
static enum severity
fail_on(const struct output_options *options)
{
    return options->fail_on < 0 ? SEVERITY_ERROR
                                : (enum severity)options->fail_on;
}

bool
output_colour(void)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    return isatty(STDOUT_FILENO) && (no_colour == NULL || *no_colour == '\0')
           && term != NULL && strcmp(term, "dumb") != 0;
}

unsigned
output_width(void)
{
    struct winsize size;

    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0
        && size.ws_col >= 40)
        return size.ws_col < 100 ? size.ws_col : 100;
    return 80;
}

static void
note_fault(int error)
{
    if (fault == 0)
        fault = error != 0 ? error : EIO;
    cmd_stop = 1;
}

void
output_write(struct slice text)
{
    errno = 0;
    if (text.n > 0 && fwrite(text.p, 1, text.n, stdout) != text.n)
        note_fault(errno);
}

bool
output_is_lost(void)
{
    return fault != 0;
}

void
output_push(void)
{
    errno = 0;
    if (fault == 0 && fflush(stdout) != 0)
        note_fault(errno);
}

enum status
output_flush(struct error *err)
{
    errno = 0;
    if (fflush(stdout) != 0 || ferror(stdout))
        note_fault(errno);
    if (fault == 0)
        return ST_OK;
    if (fault == EPIPE)
        return ST_STOPPED;
    if (is_fault_told)
        return ST_IO;
    is_fault_told = true;
    errno = fault;
    return error_errno(err, ST_IO, "cannot write standard output");
}

static void
flush_text(struct output *output)
{
    output_write(strbuf_slice(&output->text));
    strbuf_cut(&output->text, 0);
}

enum status
output_begin(struct output *output, const struct output_options *options,
             const char *command, struct error *err)
{
    const char *format = options->format == NULL ? "text" : options->format;
    enum status st = ST_OK;

    *output = (struct output){.text = STRBUF_INIT};
    output->renderer = renderer_find(format);
    if (output->renderer == NULL)
        return error_set(err, ST_SYNTAX, "unknown format '%s'", format);
    output->settings.command = command;
    output->settings.colour = output_colour();
    output->settings.verbose = options->verbose ? 1 : 0;
    output->settings.width =
        options->width != 0 ? (unsigned)options->width : output_width();
    output->state.settings = &output->settings;
    output->fail_on = fail_on(options);
    output->settings.fail_on = output->fail_on;
    output->profile = profile_new();
    if (options->profile != NULL)
        st = profiles_read(output->profile, options->profile, err);
    if (st != ST_OK) {
        profile_free(output->profile);
        output->profile = NULL;
        return st == ST_SYNTAX ? ST_DAMAGED : st;
    }
    output->renderer->begin(&output->state, &output->text);
    flush_text(output);
    return ST_OK;
}

const struct profilerule_report *
output_rules(const struct output *output, const struct report *report,
             const struct value *facts)
{
    return profile_judge(output->profile, report, facts);
}

enum subject_status
output_judge(const struct output *output, struct report *report,
             const struct profilerule_report *rules)
{
    profile_apply(output->profile, report);
    report_sort(report);
    for (size_t i = 0; rules != NULL && i < rules->count; i++)
        if (rules->results[i].verdict == PROFILERULE_FAIL
            && rules->results[i].severity >= output->fail_on)
            return SUBJECT_BAD;
    return subject_judge(report, output->fail_on);
}

void
output_render(struct output *output, const struct subject *subject,
              struct strbuf *text)
{
    output->exit = exit_status_worse(output->exit, subject_exit(subject));
    renderer_subject(output->renderer, &output->state, subject, text);
}

void
output_place(struct output *output, struct slice text)
{
    renderer_place(output->renderer, &output->state, text, &output->text);
    flush_text(output);
}

enum status
output_end(struct output *output, enum exit_status *exit_status,
           struct error *err)
{
    output->renderer->end(&output->state, &output->text);
    flush_text(output);
    *exit_status = output->exit;
    profile_free(output->profile);
    strbuf_clear(&output->text);
    return output_flush(err);
}
