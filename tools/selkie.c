/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program: finds the subcommand, parses its options, runs it. */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/base/strbuf.h"
#include "tools/cmd.h"
#include "tools/commands.h"

#define VERSION_TEXT "selkie " PACKAGE_VERSION

volatile sig_atomic_t cmd_stop;

static volatile sig_atomic_t stop_signal; /* which one, 0: none */

static void
note_signal(int number)
{
    stop_signal = number;
    cmd_stop = 1;
}

void
cmd_catch_signals(void)
{
    struct sigaction action = {.sa_handler = note_signal};

    /* Once: a second Ctrl-C ends a program that does not listen. */
    action.sa_flags = (int)SA_RESETHAND;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

enum exit_status
cmd_usage(const struct context *context, const char *form, ...)
{
    struct strbuf line = STRBUF_INIT;
    va_list args;

    va_start(args, form);
    strbuf_addv(&line, form, args);
    va_end(args);
    diag_error("%s", line.p);
    strbuf_clear(&line);
    if (context->command != NULL)
        diag_note("usage: selkie %s %s (--help says more)",
                  context->command->name, context->command->synopsis);
    return EXIT_USAGE;
}

enum exit_status
cmd_failed(const struct error *err)
{
    diag_error("%s", err->text);
    return EXIT_FAILED;
}

static const struct opt_def workspace_option_table[] = {
    OPT_TEXT('w', "workspace", struct workspace_options, folder, "DIR",
             "the workspace (else $SELKIE_WORKSPACE, else this folder)"),
    OPT_END,
};

/* The tables a command takes, its own first, and where they write. */
static void
fill_sets(struct opt_set *sets, struct context *context, void *options)
{
    const struct command *command = context->command;
    size_t n = 0;

    if (command->options != NULL)
        sets[n++] = (struct opt_set){command->options, options};
    if (command->needs & NEED_WORKSPACE)
        sets[n++] =
            (struct opt_set){workspace_option_table, &context->workspace};
    if (command->needs & NEED_OUTPUT)
        sets[n++] = (struct opt_set){output_option_table, &context->output};
    if (command->needs & NEED_DNS)
        sets[n++] = (struct opt_set){dns_option_table, &context->dns};
    sets[n] = (struct opt_set){NULL, NULL};
}

static void
print_command_help(const struct command *command, const struct opt_set *sets)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_addf(&text, "usage: selkie %s %s\n\n%s\n", command->name,
                command->synopsis, command->summary);
    if (command->about != NULL)
        strbuf_addf(&text, "\n%s\n", command->about);
    strbuf_add_text(&text, "\n");
    options_help(sets, &text);
    fwrite(text.p, 1, text.n, stdout);
    strbuf_clear(&text);
}

static void
print_help(void)
{
    printf("usage: selkie COMMAND [options] ...\n\n"
           "provisions and verifies DKIM, SPF and DMARC\n\n");
    for (size_t i = 0; commands[i] != NULL; i++)
        printf("  %-18s %s\n", commands[i]->name, commands[i]->summary);
    printf("\n'selkie COMMAND --help' says what a command takes; "
           "selkie(1) has the rest\n");
}

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

static const struct command *
find_command(int argc, char **argv, int *words)
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

/* "customer" alone, or "customer shwo": say which there are. */
static enum exit_status
unknown_command(const char *word)
{
    struct strbuf known = STRBUF_INIT;
    size_t n = strlen(word);

    for (size_t i = 0; commands[i] != NULL; i++)
        if (strncmp(commands[i]->name, word, n) == 0)
            strbuf_addf(&known, "%s'%s'", known.n == 0 ? "" : ", ",
                        commands[i]->name);
    if (known.n > 0)
        diag_error("'%s' is no command by itself: there is %s", word, known.p);
    else
        diag_error("unknown command '%s' ('selkie help' lists them)", word);
    strbuf_clear(&known);
    return EXIT_USAGE;
}

static enum exit_status
run_parsed(struct context *context, int first, int argc, char **argv)
{
    const struct command *command = context->command;

    context->operands = argv + first;
    context->operand_count = argc - first;
    if (context->operand_count < command->operands_least)
        return cmd_usage(context, "too few operands");
    if (command->operands_most >= 0
        && context->operand_count > command->operands_most)
        return cmd_usage(context, "too many operands: '%s'",
                         context->operands[command->operands_most]);
    return command->run(context);
}

static void
clear_context(struct context *context)
{
    opt_list_clear(&context->dns.resolvers);
    opt_list_clear(&context->dns.zones);
    opt_list_clear(&context->dns.overlays);
}

/* Option lists in a command's own struct are ended here too. */
static void
clear_lists(const struct opt_def *defs, char *options)
{
    for (; defs != NULL && defs->kind != OPT_KIND_END; defs++)
        if (defs->kind == OPT_KIND_LIST)
            opt_list_clear(
                (struct opt_list *)(void *)(options + defs->offset));
}

static enum exit_status
run_command(const struct command *command, int argc, char **argv)
{
    struct context context = {.command = command};
    struct opt_set sets[OPT_SETS_MAX];
    struct strbuf words = STRBUF_INIT;
    struct error err = ERROR_INIT;
    enum exit_status exit_status = EXIT_GOOD;
    size_t size = command->options_size;
    char *options = memory_zeroed(1, size + 1);
    bool help = false;
    int first = 0;

    strbuf_addf(&words, "selkie: %s", command->name);
    diag_set_program(words.p);
    if (size > 0)
        memcpy(options, command->defaults, size);
    context.options = options;
    context.output.fail_on = -1;
    fill_sets(sets, &context, options);
    if (options_parse(sets, argc, argv, &first, &help, &err) != ST_OK)
        exit_status = cmd_usage(&context, "%s", err.text);
    else if (help)
        print_command_help(command, sets);
    else
        exit_status = run_parsed(&context, first, argc, argv);
    clear_lists(command->options, options);
    clear_context(&context);
    strbuf_clear(&words);
    free(options);
    return exit_status;
}

/* Output that did not arrive is a failure, whatever the command thinks. */
static enum exit_status
check_stdout(enum exit_status exit_status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return exit_status;
    if (errno != EPIPE)
        diag_error("cannot write standard output: %s", strerror(errno));
    return EXIT_FAILED;
}

int
main(int argc, char **argv)
{
    const struct command *command;
    enum exit_status exit_status = EXIT_GOOD;
    int words = 0;

    diag_set_program("selkie");
    if (argc < 2) {
        print_help();
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts(VERSION_TEXT);
        return check_stdout(EXIT_GOOD);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help();
        return check_stdout(EXIT_GOOD);
    }
    command = find_command(argc - 1, argv + 1, &words);
    if (command == NULL)
        exit_status = unknown_command(argv[1]);
    else
        exit_status = run_command(command, argc - words, argv + words);
    exit_status = check_stdout(exit_status);
    if (stop_signal != 0) {
        signal(stop_signal, SIG_DFL);
        raise(stop_signal);
    }
    return (int)exit_status;
}
