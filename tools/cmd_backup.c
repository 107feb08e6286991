/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie backup: copies the registry as it is at one instant. */
#include <stdio.h>

#include "tools/cmd.h"
#include "tools/desk.h"

static enum exit_status
backup_run(struct context *context)
{
    const char *path = context->operands[0];
    struct strbuf seal = STRBUF_INIT;
    struct error err = ERROR_INIT;
    struct desk desk;
    enum status st = desk_open(context, 0, &desk, &err);

    if (st != ST_OK)
        return cmd_failed(&err);
    st = registry_backup(desk.registry, path, &err);
    if (st == ST_OK)
        st = seal_path(registry_uuid(desk.registry), &seal, &err);
    if (st == ST_OK)
        printf("saved '%s'; the sealing key '%s' is not in it\n", path,
               seal.p);
    strbuf_clear(&seal);
    desk_close(&desk);
    return st == ST_OK ? EXIT_GOOD : cmd_failed(&err);
}

const struct command cmd_backup = {
    .name = "backup",
    .synopsis = "[options] FILE",
    .summary = "copy the registry as it is at one instant",
    .about = "Others may change the registry meanwhile.  The sealing key is "
             "never copied: keep a copy of it elsewhere.",
    .needs = NEED_WORKSPACE,
    .operands_least = 1,
    .operands_most = 1,
    .run = backup_run,
};
