/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A form of output: findings and value in, text out.  Looks nothing up. */
#ifndef RENDER_RENDERER_H
#define RENDER_RENDERER_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/strbuf.h"
#include "common/findings/subject.h"

struct render_settings {
    const char *command;   /* "audit" */
    bool colour;           /* a terminal, and no NO_COLOR */
    unsigned verbose;      /* -v: evidence; -vv: all of it */
    unsigned width;        /* columns, 80 where unknown */
    enum severity fail_on; /* TAP: what is found below it is "ok" */
};

/* What a renderer keeps between calls. */
struct render_state {
    const struct render_settings *settings; /* borrowed */
    size_t subjects;                        /* placed so far */
    size_t tests;                           /* TAP, SARIF: placed so far */
    size_t counts[3];                       /* rendered, by status */
    size_t failed;                          /* rendered, with error set */
};

/*
 * Each call appends to out, so that the caller writes and empties it.  A
 * run without subjects still gives a complete document.
 *
 * Subjects are done in another order than they are printed in, and their
 * reports are gone by then.  So a subject is rendered as soon as it is done,
 * in any order, and the text it gave is placed into the document when its
 * turn has come: renderer_place adds what depends on the subjects before it.
 */
struct renderer {
    const char *name; /* "text" */
    void (*begin)(struct render_state *state, struct strbuf *out);
    void (*subject)(struct render_state *state, const struct subject *subject,
                    struct strbuf *out);
    void (*place)(struct render_state *state, struct slice subject,
                  struct strbuf *out);
    void (*end)(struct render_state *state, struct strbuf *out);
};

/* Render a subject, and count it. */
void renderer_subject(const struct renderer *renderer,
                      struct render_state *state,
                      const struct subject *subject, struct strbuf *out);
/* Place what renderer_subject appended for one subject (and nothing else). */
void renderer_place(const struct renderer *renderer,
                    struct render_state *state, struct slice subject,
                    struct strbuf *out);

/* For a form without a head or a foot; and for one whose subjects stand one
   after the other as they are. */
void renderer_nothing(struct render_state *state, struct strbuf *out);
void renderer_append(struct render_state *state, struct slice subject,
                     struct strbuf *out);

extern const struct renderer render_text, render_json, render_ndjson,
    render_tap, render_junit, render_sarif, render_github, render_markdown,
    render_csv;

/* All of them, NULL at the end; by name, or NULL. */
extern const struct renderer *const renderers[];
const struct renderer *renderer_find(const char *name);

#endif
