/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie help: the list of commands, or one command's --help. */
#include <stdio.h>

#include "tools/cmd.h"

struct help_options {
    bool list;
};

static const struct help_options help_defaults;

static const struct opt_def help_options[] = {
    OPT_FLAG(0, "list", struct help_options, list,
             "the names of all commands, one a line"),
    OPT_END,
};

static enum exit_status
help_run(struct context *context)
{
    const struct help_options *options = context->options;

    for (size_t i = 0; commands[i] != NULL; i++) {
        if (options->list)
            printf("%s\n", commands[i]->name);
        else
            printf("selkie %-18s %s\n", commands[i]->name,
                   commands[i]->summary);
    }
    return EXIT_GOOD;
}

const struct command cmd_help = {
    .name = "help",
    .synopsis = "[--list]",
    .summary = "list the commands",
    .options = help_options,
    .defaults = &help_defaults,
    .options_size = sizeof(help_defaults),
    .run = help_run,
};
