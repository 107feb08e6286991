/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the template commands share: which template, for whom. */
#ifndef TOOLS_TEMPLATEDESK_H
#define TOOLS_TEMPLATEDESK_H

#include "common/registry/workspace.h"
#include "common/stunt/stuntview.h"
#include "common/template/template.h"
#include "tools/cmd.h"

/* The first member of each command's options. */
struct templatedesk_options {
    const char *template; /* --template */
    const char *regexdns; /* --regexdns */
    const char *view;     /* --view */
    const char *origin;   /* --origin */
};

/* Their rows; s is the command's struct, whose first member is desk. */
#define TEMPLATEDESK_OPTIONS(s)                                               \
    OPT_TEXT(0, "template", s, desk.template, "FILE",                         \
             "the template; default the workspace's"),                        \
        OPT_TEXT(0, "regexdns", s, desk.regexdns, "FILE",                     \
                 "a regexdns file instead"),                                  \
        OPT_TEXT(0, "view", s, desk.view, "FOLDER",                           \
                 "the published view; default the workspace's"),              \
        OPT_TEXT(0, "origin", s, desk.origin, "DOMAIN",                       \
                 "the zone; default the view's")

struct templatedesk {
    struct workspace *workspace;   /* NULL when options say all */
    const char *path;              /* of the template's text */
    struct template *template;     /* compiled */
    struct stuntview *view;        /* NULL without customers */
    struct stuntreader *reader;    /* on it */
    struct template_binder binder; /* who is served; nobody without view */
};

enum templatedesk_need {
    TEMPLATEDESK_VIEW = 1u << 0, /* customers */
    TEMPLATEDESK_LOOK = 1u << 1  /* a template that cannot be served will do */
};

/*
 * Open it; origin is asked of the view unless it is given.  EXIT_GOOD, or
 * what is wrong, told already.  To be closed in any case.
 */
enum exit_status templatedesk_open(struct templatedesk *desk,
                                   const struct context *context,
                                   const struct templatedesk_options *options,
                                   unsigned needs);
void templatedesk_close(struct templatedesk *desk);

#endif
