/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the program says of itself: --help, and what was meant by a wrong
   word. */
#ifndef TOOLS_USAGE_H
#define TOOLS_USAGE_H

#include <stdio.h>

#include "tools/cmd.h"

/*
 * The tables of options that command takes, its own first, and where they
 * write: its own into options, the common ones into context.  Both may be
 * NULL where the tables are only printed.
 */
void usage_sets(const struct command *command, struct context *context,
                void *options, struct opt_set sets[OPT_SETS_MAX]);

/* The list of commands. */
void usage_program(FILE *stream);
/* One command's --help, on standard output. */
void usage_command(const struct command *command);
/*
 * The help of what words name: a command, or the first word of several
 * ("customer").  EXIT_GOOD, or EXIT_USAGE after saying that there is none.
 */
enum exit_status usage_help(int count, char **words);
/* Say that words begin with no command, and which was meant, if one is near;
   returns EXIT_USAGE. */
enum exit_status usage_unknown(int count, char **words);

#endif
