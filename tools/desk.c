/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A workspace opened for work: registry, template, sealing key. */
#include "tools/desk.h"

#include "common/stunt/publish.h"

/* Labels that the template has beside {customer}, as the registry takes
   them. */
static void
list_reserved(struct desk *desk)
{
    const char **labels = NULL;
    size_t count = 0, position = 0;
    struct slice label;

    while (template_each_reserved(desk->template, &position, &label)) {
        labels = arena_grow(desk->arena, labels, count, sizeof(*labels));
        labels[count++] = arena_text(desk->arena, label);
    }
    desk->reserved = (struct label_list){labels, count};
}

enum status
desk_open(const struct context *context, unsigned parts, struct desk *desk,
          struct error *err)
{
    enum status st;

    *desk = (struct desk){.arena = arena_new()};
    if ((st = workspace_open(context->workspace.folder, &desk->workspace, err))
            != ST_OK
        || (st = registry_open(
                workspace_path(desk->workspace, WORKSPACE_REGISTRY),
                &desk->registry, err))
               != ST_OK
        || (st = name_parse(&desk->origin,
                            slice_of(registry_esp(desk->registry)), err))
               != ST_OK)
        goto out;
    if ((parts & DESK_TEMPLATE)
        && (st = template_read(
                workspace_path(desk->workspace, WORKSPACE_TEMPLATE),
                &desk->origin, &desk->template, err))
               != ST_OK)
        goto out;
    if (desk->template != NULL)
        list_reserved(desk);
    if (parts & DESK_SEAL)
        st = registry_seal(desk->registry, &desk->seal, err);
out:
    if (st != ST_OK)
        desk_close(desk);
    return st;
}

void
desk_close(struct desk *desk)
{
    template_free(desk->template);
    seal_free(desk->seal);
    registry_free(desk->registry);
    workspace_free(desk->workspace);
    arena_free(desk->arena);
    *desk = (struct desk){0};
}

enum status
desk_publish(struct desk *desk, struct error *err)
{
    return publish_view(desk->registry,
                        workspace_path(desk->workspace, WORKSPACE_VIEW), NULL,
                        err);
}
