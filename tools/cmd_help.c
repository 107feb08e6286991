/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie help: the list of commands, or one command's --help. */
#include <stdio.h>

#include "tools/cmd.h"
#include "tools/usage.h"

struct help_options {
    bool list; /* --list */
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

    if (options->list && context->operand_count > 0)
        return cmd_usage(context, "--list takes no command beside it");
    if (context->operand_count > 0)
        return usage_help(context->operand_count, context->operands);
    if (!options->list)
        usage_program(stdout);
    for (size_t i = 0; options->list && commands[i] != NULL; i++)
        printf("%s\n", commands[i]->name);
    return EXIT_GOOD;
}

const struct command cmd_help = {
    .name = "help",
    .synopsis = "[--list | COMMAND]",
    .summary = "list the commands, or show one command's help",
    .options = help_options,
    .defaults = &help_defaults,
    .options_size = sizeof(help_defaults),
    .operands_most = -1,
    .run = help_run,
};
