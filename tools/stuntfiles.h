/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which template and view serve and pdns answer from. */
#ifndef TOOLS_STUNTFILES_H
#define TOOLS_STUNTFILES_H

#include "common/registry/workspace.h"
#include "common/stunt/stuntlive.h"
#include "tools/cmd.h"

struct stuntfiles_options {
    const char *view;     /* --view */
    const char *template; /* --template */
    const char *regexdns; /* --regexdns */
};

/* Their rows; s is the command's struct, whose member files is. */
#define STUNTFILES_OPTIONS(s)                                                 \
    OPT_TEXT(0, "view", s, files.view, "FOLDER",                              \
             "the published view; default the workspace's"),                  \
        OPT_TEXT(0, "template", s, files.template, "FILE",                    \
                 "the template; default the workspace's"),                    \
        OPT_TEXT(0, "regexdns", s, files.regexdns, "FILE",                    \
                 "a regexdns file, instead of template and view")

struct stuntfiles {
    struct workspace *workspace;    /* NULL when options name all paths */
    struct stuntlive_source source; /* where it is */
    struct stuntlive *live;         /* opened */
};

#define STUNTFILES_CLASH "--regexdns needs no template and no view"
/* Are options given that do not go together? */
bool stuntfiles_clash(const struct stuntfiles_options *options);

/* Find what the options name, or else the workspace has; the registry itself
   is never opened.  Faults of later reloads go to standard error. */
enum status stuntfiles_find(const struct context *context,
                            const struct stuntfiles_options *options,
                            struct stuntfiles *files, struct error *err);
enum status stuntfiles_open(struct stuntfiles *files, struct error *err);
void stuntfiles_close(struct stuntfiles *files);

#endif
