/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie publish: brings the DNS server's view up to the registry. */
#include <stdio.h>

#include "common/stunt/publish.h"
#include "tools/cmd.h"
#include "tools/desk.h"

static enum exit_status
publish_run(struct context *context)
{
    struct publish_counts counts = {0};
    struct error err = ERROR_INIT;
    struct desk desk;
    enum status st = desk_open(context, 0, &desk, &err);

    if (st != ST_OK)
        return cmd_failed(&err);
    st = publish_view(desk.registry,
                      workspace_path(desk.workspace, WORKSPACE_VIEW), &counts,
                      &err);
    desk_close(&desk);
    if (st != ST_OK)
        return cmd_failed(&err);
    printf("published %llu customers, up to event %lld\n",
           (unsigned long long)counts.customers, (long long)counts.applied);
    return EXIT_GOOD;
}

const struct command cmd_publish = {
    .name = "publish",
    .synopsis = "[options]",
    .summary = "bring the DNS server's view up to the registry",
    .about = "Every command that changes the registry does this by itself, "
             "after its commit; this does it again when that was interrupted "
             "or failed.",
    .needs = NEED_WORKSPACE,
    .run = publish_run,
};
