/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the template commands share: which template, for whom. */
#include "tools/templatedesk.h"

#include "common/base/file.h"
#include "common/template/regexdns.h"
#include "common/template/templatelook.h"

/* Nobody is a customer: names in no placeholder but {name} are matched. */
static bool
no_bind(void *context, enum template_kind kind, struct slice label,
        struct template_scope *scope)
{
    (void)context;
    (void)kind;
    (void)label;
    (void)scope;
    return false;
}

static bool
no_any(void *context, enum template_kind kind,
       const struct template_scope *scope)
{
    (void)context;
    (void)kind;
    (void)scope;
    return false;
}

static bool
no_below(void *context, const struct template_scope *scope,
         struct slice suffix)
{
    (void)context;
    (void)scope;
    (void)suffix;
    return false;
}

static bool
no_field(void *context, const struct template_scope *scope,
         struct slice selector, struct slice name, struct slice *value)
{
    (void)context;
    (void)scope;
    (void)selector;
    (void)name;
    (void)value;
    return false;
}

static const struct template_binder nobody = {
    .bind = no_bind, .any = no_any, .below = no_below, .field = no_field};

static enum status
open_view(struct templatedesk *desk, const char *path, struct error *err)
{
    enum status st = stuntview_open(path, &desk->view, err);

    if (st == ST_OK)
        st = stuntreader_new(desk->view, &desk->reader, err);
    if (st == ST_OK)
        stuntreader_binder(desk->reader, &desk->binder);
    return st;
}

static enum status
find_origin(struct templatedesk *desk, const char *given, struct name *origin,
            struct error *err)
{
    struct slice esp;

    if (given != NULL)
        return name_from_user(origin, given, err);
    if (desk->reader == NULL
        || !stuntreader_field(desk->reader, SLICE(STUNTVIEW_ORIGIN),
                              SLICE("esp"), &esp))
        return error_set(err, ST_NOT_FOUND,
                         "which zone is it? --origin DOMAIN");
    return name_parse(origin, esp, err);
}

static enum status
read_template(struct templatedesk *desk, const struct name *origin,
              bool is_look, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    enum status st;

    if (!is_look)
        return template_read(desk->path, origin, &desk->template, err);
    st = file_read(desk->path, TEMPLATE_SIZE_MAX, &text, err);
    if (st == ST_OK)
        st = templatelook_parse(desk->path, strbuf_slice(&text), origin,
                                &desk->template, err);
    strbuf_clear(&text);
    return st;
}

/* A view is wanted for its customers, or where nothing else names the
   zone. */
static enum status
open_parts(struct templatedesk *desk, const struct context *context,
           const struct templatedesk_options *options, unsigned needs,
           struct error *err)
{
    bool wants_view = (needs & TEMPLATEDESK_VIEW) != 0
                          ? options->view != NULL || options->origin == NULL
                          : options->origin == NULL;
    const char *view = options->view;
    struct name origin;
    enum status st = ST_OK;

    if (options->regexdns != NULL) {
        desk->path = options->regexdns;
        return regexdns_read(desk->path, &desk->template, err);
    }
    desk->path = options->template;
    if (desk->path == NULL || (wants_view && view == NULL)) {
        st = workspace_open(context->workspace.folder, &desk->workspace, err);
        if (st != ST_OK)
            return st;
        if (desk->path == NULL)
            desk->path = workspace_path(desk->workspace, WORKSPACE_TEMPLATE);
        if (view == NULL)
            view = workspace_path(desk->workspace, WORKSPACE_VIEW);
    }
    if (wants_view)
        st = open_view(desk, view, err);
    if (st == ST_OK)
        st = find_origin(desk, options->origin, &origin, err);
    return st == ST_OK ? read_template(desk, &origin,
                                       (needs & TEMPLATEDESK_LOOK) != 0, err)
                       : st;
}

enum exit_status
templatedesk_open(struct templatedesk *desk, const struct context *context,
                  const struct templatedesk_options *options, unsigned needs)
{
    struct error err = ERROR_INIT;

    *desk = (struct templatedesk){.binder = nobody};
    if (options->regexdns != NULL
        && (options->template != NULL || options->view != NULL
            || options->origin != NULL))
        return cmd_usage(context, "a regexdns file needs no other option");
    return open_parts(desk, context, options, needs, &err) == ST_OK
               ? EXIT_GOOD
               : cmd_failed(&err);
}

void
templatedesk_close(struct templatedesk *desk)
{
    template_free(desk->template);
    stuntreader_free(desk->reader);
    stuntview_close(desk->view);
    workspace_free(desk->workspace);
}
