/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line for each subcommand, in the order of the help. */
#ifndef TOOLS_COMMANDS_H
#define TOOLS_COMMANDS_H

#define COMMANDS(X)                                                           \
    X(init)                                                                   \
    X(provision)                                                              \
    X(list)                                                                   \
    X(customer_show)                                                          \
    X(customer_set)                                                           \
    X(customer_suspend)                                                       \
    X(customer_resume)                                                        \
    X(customer_remove)                                                        \
    X(records)                                                                \
    X(publish)                                                                \
    X(serve)                                                                  \
    X(pdns)                                                                   \
    X(querylog)                                                               \
    X(template_lint)                                                          \
    X(template_test)                                                          \
    X(template_explain)                                                       \
    X(template_expand)                                                        \
    X(template_convert)                                                       \
    X(rotate_plan)                                                            \
    X(rotate_start)                                                           \
    X(rotate_preflight)                                                       \
    X(rotate_switch)                                                          \
    X(rotate_retire)                                                          \
    X(rotate_status)                                                          \
    X(verify)                                                                 \
    X(audit)                                                                  \
    X(who)                                                                    \
    X(align)                                                                  \
    X(report)                                                                 \
    X(message)                                                                \
    X(sign)                                                                   \
    X(spf_check)                                                              \
    X(spf_tree)                                                               \
    X(spf_flatten)                                                            \
    X(spf_whatif)                                                             \
    X(explain)                                                                \
    X(backup)                                                                 \
    X(help)

struct command;

#define DECLARE(name) extern const struct command cmd_##name;
COMMANDS(DECLARE)
#undef DECLARE

/* The command that the first words of argv name, and how many words that
   takes; NULL when they name none. */
const struct command *commands_find(int argc, char **argv, int *words);

#endif
