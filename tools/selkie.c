/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program: finds the subcommand, parses its options, runs it. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/base/strbuf.h"
#include "tools/cmd.h"
#include "tools/commands.h"
#include "tools/usage.h"

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
    /* Without a sentence it has been told already. */
    if (err->text[0] != '\0')
        diag_error("%s", err->text);
    return EXIT_FAILED;
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
    struct error err = ERROR_INIT;
    enum exit_status exit_status = EXIT_GOOD;
    size_t size = command->options_size;
    char *options = memory_zeroed(1, size + 1);
    bool help = false;
    int first = 0;

    if (size > 0)
        memcpy(options, command->defaults, size);
    context.options = options;
    context.output.fail_on = -1;
    usage_sets(command, &context, options, sets);
    if (options_parse(sets, argc, argv, &first, &help, &err) != ST_OK)
        exit_status = cmd_usage(&context, "%s", err.text);
    else if (help)
        usage_command(command);
    else
        exit_status = run_parsed(&context, first, argc, argv);
    clear_lists(command->options, options);
    clear_context(&context);
    free(options);
    return exit_status;
}

static bool
asks_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* What argv[1..] asks for, when it is no command's business. */
static enum exit_status
run_words(int argc, char **argv)
{
    bool is_version =
        strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0;

    if (is_version)
        puts(VERSION_TEXT);
    else if (asks_help(argv[1]))
        usage_program(stdout);
    else if (argc == 3 && asks_help(argv[2]))
        return usage_help(1, argv + 1);
    else
        return usage_unknown(argc - 1, argv + 1);
    return EXIT_GOOD;
}

/*
 * A descriptor that came closed would be that of the next file opened, and
 * what is printed would go into it.  Opened the wrong way round, so that use
 * of it fails as that of a closed one does.
 */
static void
hold_standard_descriptors(void)
{
    static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};

    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF
            && open("/dev/null", modes[fd]) != fd)
            _exit(EXIT_FAILED);
}

/* Output that did not arrive is a failure, whatever the command thinks.  A
   reader that has seen enough is none: the program dies of SIGPIPE then, as
   it would have at once if it had nothing to put in order first. */
static enum exit_status
close_stdout(enum exit_status exit_status)
{
    struct error err = ERROR_INIT;
    enum status st = output_flush(&err);

    if (st == ST_OK)
        return exit_status;
    if (st == ST_STOPPED)
        stop_signal = SIGPIPE;
    return cmd_failed(&err);
}

int
main(int argc, char **argv)
{
    const struct command *command;
    struct strbuf program = STRBUF_INIT;
    enum exit_status exit_status;
    int words = 0;

    hold_standard_descriptors();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error, EFBIG */
    diag_set_program("selkie");
    if (argc < 2) {
        usage_program(stderr);
        return EXIT_USAGE;
    }
    command = commands_find(argc - 1, argv + 1, &words);
    if (command == NULL) {
        exit_status = run_words(argc, argv);
    } else {
        strbuf_addf(&program, "selkie: %s", command->name);
        diag_set_program(program.p);
        exit_status = run_command(command, argc - words, argv + words);
    }
    exit_status = close_stdout(exit_status);
    strbuf_clear(&program);
    if (stop_signal != 0) {
        signal(stop_signal, SIG_DFL);
        raise(stop_signal);
    }
    return (int)exit_status;
}
