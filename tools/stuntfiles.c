/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which template and view serve and pdns answer from. */
#include "tools/stuntfiles.h"

#include "common/base/diag.h"

static void
tell(void *context, const char *sentence, bool is_fault)
{
    (void)context;
    if (is_fault)
        diag_error("%s", sentence);
    else
        diag_note("%s", sentence);
}

bool
stuntfiles_clash(const struct stuntfiles_options *options)
{
    return options->regexdns != NULL
           && (options->view != NULL || options->template != NULL);
}

enum status
stuntfiles_find(const struct context *context,
                const struct stuntfiles_options *options,
                struct stuntfiles *files, struct error *err)
{
    struct stuntlive_source *source = &files->source;
    enum status st;

    source->view_path = options->view;
    source->template_path = options->template;
    source->regexdns_path = options->regexdns;
    source->tell = tell;
    if (options->regexdns != NULL
        || (options->view != NULL && options->template != NULL))
        return ST_OK;
    st = workspace_open(context->workspace.folder, &files->workspace, err);
    if (st != ST_OK)
        return st;
    if (options->view == NULL)
        source->view_path = workspace_path(files->workspace, WORKSPACE_VIEW);
    if (options->template == NULL)
        source->template_path =
            workspace_path(files->workspace, WORKSPACE_TEMPLATE);
    return ST_OK;
}

enum status
stuntfiles_open(struct stuntfiles *files, struct error *err)
{
    return stuntlive_open(&files->source, &files->live, err);
}

void
stuntfiles_close(struct stuntfiles *files)
{
    stuntlive_close(files->live);
    workspace_free(files->workspace);
}
