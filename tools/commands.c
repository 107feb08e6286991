/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of subcommands. */
#include "tools/commands.h"

#include "common/base/slice.h"
#include "tools/cmd.h"

#define ROW(name) &cmd_##name,
const struct command *const commands[] = {COMMANDS(ROW) NULL};
#undef ROW

/* How many words of argv the command's name takes, 0 when it is another. */
static int
matches(const struct command *command, int argc, char **argv)
{
    struct slice rest = slice_of(command->name), word;
    int n = 0;

    while (slice_next(&rest, ' ', &word)) {
        if (n >= argc || !slice_equal(word, slice_of(argv[n])))
            return 0;
        n++;
    }
    return n;
}

const struct command *
commands_find(int argc, char **argv, int *words)
{
    const struct command *found = NULL;

    *words = 0;
    for (size_t i = 0; commands[i] != NULL; i++) {
        int n = matches(commands[i], argc, argv);

        if (n > *words) {
            *words = n;
            found = commands[i];
        }
    }
    return found;
}
