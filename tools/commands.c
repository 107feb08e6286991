/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of subcommands. */
#include "tools/commands.h"

#include "tools/cmd.h"

#define ROW(name) &cmd_##name,
const struct command *const commands[] = {COMMANDS(ROW) NULL};
#undef ROW
