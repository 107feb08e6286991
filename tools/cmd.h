/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a subcommand is: one file, and one line in commands.c. */
#ifndef TOOLS_CMD_H
#define TOOLS_CMD_H

#include <signal.h>
#include <stddef.h>

#include "common/base/options.h"
#include "common/findings/subject.h"
#include "tools/dnsopt.h"
#include "tools/output.h"

/* What the dispatcher prepares for a command, and so which common options it
   takes. */
enum command_needs {
    NEED_DNS = 1u << 0,       /* --resolver, --zone, --overlay, --replay ... */
    NEED_OUTPUT = 1u << 1,    /* --format, --fail-on, -v */
    NEED_WORKSPACE = 1u << 2, /* --workspace */
    NO_PROFILE = 1u << 3,   /* NEED_OUTPUT without --profile: no rule is about
                               what the command finds */
    FORMS_SHEETS = 1u << 4, /* NEED_OUTPUT with csv and html */
    FORMS_ALL = 1u << 5     /* with every form of render/ */
};

struct workspace_options {
    const char *folder; /* --workspace, or NULL */
};

/* What the dispatcher hands to a command. */
struct context {
    const struct command *command;      /* that runs */
    struct dns_options dns;             /* with NEED_DNS */
    struct output_options output;       /* with NEED_OUTPUT */
    struct workspace_options workspace; /* with NEED_WORKSPACE */
    const void *options;                /* the command's own struct */
    char **operands;                    /* what is left of argv */
    int operand_count;                  /* of them */
};

struct command {
    const char *name;              /* "audit", "customer show" */
    const char *synopsis;          /* "[options] DOMAIN..." */
    const char *summary;           /* one line, no full stop */
    const char *about;             /* a paragraph for --help, or NULL */
    const char *examples;          /* lines for --help, or NULL */
    const struct opt_def *options; /* its own; NULL: none */
    const void *defaults;          /* of its options struct */
    size_t options_size;           /* of that struct */
    unsigned needs;                /* command_needs */
    int operands_least;            /* fewer is a usage error */
    int operands_most;             /* -1: any number */
    enum exit_status (*run)(struct context *context);
};

/* Every subcommand, NULL at the end, in the order of the help. */
extern const struct command *const commands[];

/* Say on standard error what was wrong with the call; returns EXIT_USAGE. */
enum exit_status cmd_usage(const struct context *context, const char *form,
                           ...) __attribute__((format(printf, 2, 3)));
/* Say err; returns EXIT_FAILED. */
enum exit_status cmd_failed(const struct error *err);

/* Set by SIGINT and SIGTERM, and when standard output takes no more: write
   what is done, then end. */
extern volatile sig_atomic_t cmd_stop;
/* Let SIGINT and SIGTERM set cmd_stop from here on. */
void cmd_catch_signals(void);

#endif
