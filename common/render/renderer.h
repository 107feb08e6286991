/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A form of output: findings and value in, text out.  Looks nothing up. */
#ifndef RENDER_RENDERER_H
#define RENDER_RENDERER_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/strbuf.h"
#include "common/findings/subject.h"

struct render_settings {
    const char *command; /* "audit" */
    bool colour;         /* a terminal, and no NO_COLOR */
    unsigned verbose;    /* -v: evidence; -vv: all answers */
    unsigned width;      /* columns, 80 where unknown */
};

/* What a renderer keeps between calls. */
struct render_state {
    const struct render_settings *settings; /* borrowed */
    size_t subjects;                        /* printed so far */
    size_t tests;                           /* TAP: numbered so far */
    size_t counts[3];                       /* subjects by status */
    size_t failed;                          /* subjects with error set */
};

/*
 * Each call appends to out, so that the caller writes and empties it.  A
 * run without subjects still gives a complete document.
 */
struct renderer {
    const char *name; /* "text" */
    void (*begin)(struct render_state *state, struct strbuf *out);
    void (*subject)(struct render_state *state,
                    const struct subject *subject, struct strbuf *out);
    void (*end)(struct render_state *state, struct strbuf *out);
};

extern const struct renderer render_text, render_json, render_ndjson,
    render_tap;

/* All of them, NULL at the end; by name, or NULL. */
extern const struct renderer *const renderers[];
const struct renderer *renderer_find(const char *name);

#endif
