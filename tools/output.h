/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options that say how results are printed, and the printing. */
#ifndef TOOLS_OUTPUT_H
#define TOOLS_OUTPUT_H

#include <stdbool.h>

#include "common/base/options.h"
#include "common/base/status.h"
#include "common/base/strbuf.h"
#include "common/base/value.h"
#include "common/findings/profile.h"
#include "common/findings/subject.h"
#include "common/render/renderer.h"

struct output_options {
    const char *format;  /* --format */
    int fail_on;         /* --fail-on: index of fail_on_words */
    unsigned long width; /* --width, 0: ask the terminal */
    bool verbose;        /* -v */
    bool quiet;          /* -q */
    const char *profile; /* --profile NAME or FILE */
};

/* --format, which says what forms a command prints; and the rest. */
extern const struct opt_def output_forms_few[], output_forms_sheets[],
    output_forms_all[];
extern const struct opt_def output_option_table[];
/* The same without --profile. */
extern const struct opt_def output_option_table_no_profile[];

/* A run's results on standard output. */
struct output {
    const struct renderer *renderer; /* chosen by --format */
    struct render_settings settings; /* for it */
    struct render_state state;       /* its own */
    struct profile *profile;         /* severities */
    enum severity fail_on;           /* threshold */
    enum exit_status exit;           /* the worst so far */
    struct strbuf text;              /* not yet written */
};

/* ST_SYNTAX: an unknown format or profile. */
enum status output_begin(struct output *output,
                         const struct output_options *options,
                         const char *command, struct error *err);
/* How a subject stands to the profile's rules, or NULL: before
   output_judge. */
const struct profilerule_report *output_rules(const struct output *output,
                                              const struct report *report,
                                              const struct value *facts);
/* Apply the profile to a report and judge it: before output_subject.  A rule
   that is broken counts as a finding of its severity; rules may be NULL. */
enum subject_status output_judge(const struct output *output,
                                 struct report *report,
                                 const struct profilerule_report *rules);
/* Render one subject, in any order, onto text: it is counted. */
void output_render(struct output *output, const struct subject *subject,
                   struct strbuf *text);
/* Print what output_render gave for one subject, when its turn has come. */
void output_place(struct output *output, struct slice text);
/* End the document; *exit is what the program should exit with. */
enum status output_end(struct output *output, enum exit_status *exit,
                       struct error *err);

/*
 * Write text to standard output.  When that fails cmd_stop is set, so that
 * long work ends, and output_flush() tells of it in the end.
 */
void output_write(struct slice text);
/* Standard output takes no more: what is still printed is lost. */
bool output_is_lost(void);
/* Hand on what was printed: whoever reads along does not wait until a buffer
   is full. */
void output_push(void);
/*
 * Is all that was printed written?  ST_IO when not, and err has the sentence
 * the first time; ST_STOPPED when the reader of a pipe went away, of which
 * there is nothing to say.
 */
enum status output_flush(struct error *err);

/* Colour: standard output is a terminal, NO_COLOR is not set. */
bool output_colour(void);
unsigned output_width(void);

#endif
