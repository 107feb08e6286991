/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line for each subcommand, in the order of the help. */
#ifndef TOOLS_COMMANDS_H
#define TOOLS_COMMANDS_H

#define COMMANDS(X)                                                           \
    X(audit)                                                                  \
    X(explain)                                                                \
    X(help)

struct command;

#define DECLARE(name) extern const struct command cmd_##name;
COMMANDS(DECLARE)
#undef DECLARE

#endif
