/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the program says of itself: --help, and what was meant by a wrong
   word. */
#include "tools/usage.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/base/diag.h"
#include "common/base/slice.h"
#include "common/base/strbuf.h"
#include "common/findings/wrap.h"
#include "tools/commands.h"

/* The help is for any terminal, and for files: not as wide as this one. */
#define HELP_WIDTH 79

static const struct opt_def workspace_option_table[] = {
    OPT_TEXT('w', "workspace", struct workspace_options, folder, "DIR",
             "the workspace (else $SELKIE_WORKSPACE, else .)"),
    OPT_END,
};

static const struct opt_def *
forms_of(const struct command *command)
{
    if (command->needs & FORMS_ALL)
        return output_forms_all;
    return command->needs & FORMS_SHEETS ? output_forms_sheets
                                         : output_forms_few;
}

void
usage_sets(const struct command *command, struct context *context,
           void *options, struct opt_set sets[OPT_SETS_MAX])
{
    struct context none = {0};
    struct context *at = context == NULL ? &none : context;
    size_t n = 0;

    if (command->options != NULL)
        sets[n++] = (struct opt_set){command->options, options};
    if (command->needs & NEED_WORKSPACE)
        sets[n++] = (struct opt_set){workspace_option_table, &at->workspace};
    if (command->needs & NEED_OUTPUT)
        sets[n++] = (struct opt_set){forms_of(command), &at->output};
    if (command->needs & NEED_OUTPUT)
        sets[n++] = (struct opt_set){command->needs & NO_PROFILE
                                         ? output_option_table_no_profile
                                         : output_option_table,
                                     &at->output};
    if (command->needs & NEED_DNS)
        sets[n++] = (struct opt_set){dns_option_table, &at->dns};
    sets[n] = (struct opt_set){NULL, NULL};
    for (size_t i = 0; context == NULL && i < n; i++)
        sets[i].target = NULL;
}

static void
print_line(FILE *stream, const struct command *command)
{
    fprintf(stream, "  %-18s %s\n", command->name, command->summary);
}

void
usage_program(FILE *stream)
{
    fprintf(stream, "usage: selkie COMMAND [options] ...\n\n"
                    "provisions and verifies DKIM, SPF and DMARC\n\n");
    for (size_t i = 0; commands[i] != NULL; i++)
        print_line(stream, commands[i]);
    fprintf(stream, "\n'selkie COMMAND --help' says what a command takes; "
                    "selkie(1) has the rest\n");
}

void
usage_command(const struct command *command)
{
    struct opt_set sets[OPT_SETS_MAX];
    struct strbuf text = STRBUF_INIT;
    struct slice examples, line;

    strbuf_addf(&text, "usage: selkie %s %s\n\n%s\n\n", command->name,
                command->synopsis, command->summary);
    if (command->about != NULL) {
        wrap_paragraph(slice_of(command->about), HELP_WIDTH, 0, &text);
        strbuf_add_char(&text, '\n');
    }
    usage_sets(command, NULL, NULL, sets);
    options_help(sets, &text);
    if (command->examples != NULL) {
        strbuf_add_text(&text, "\nExamples:\n");
        examples = slice_of(command->examples);
        while (slice_next(&examples, '\n', &line))
            strbuf_addf(&text, "  %.*s\n", SLICE_ARGS(line));
    }
    output_write(strbuf_slice(&text));
    strbuf_clear(&text);
}

/* Is the command one of several that begin with word? */
static bool
is_of_family(const struct command *command, const char *word)
{
    size_t n = strlen(word);

    return strncmp(command->name, word, n) == 0 && command->name[n] == ' ';
}

static bool
is_family(const char *word)
{
    for (size_t i = 0; commands[i] != NULL; i++)
        if (is_of_family(commands[i], word))
            return true;
    return false;
}

static void
print_family(const char *word)
{
    printf("usage: selkie %s COMMAND [options] ...\n\n", word);
    for (size_t i = 0; commands[i] != NULL; i++)
        if (is_of_family(commands[i], word))
            print_line(stdout, commands[i]);
    printf("\n'selkie %s COMMAND --help' says what each takes\n", word);
}

enum exit_status
usage_help(int count, char **words)
{
    int taken = 0;
    const struct command *command = commands_find(count, words, &taken);

    if (command != NULL && taken < count)
        diag_error("one command at a time: not '%s' beside '%s'", words[taken],
                   command->name);
    else if (command != NULL)
        usage_command(command);
    else if (command == NULL && count == 1 && is_family(words[0]))
        print_family(words[0]);
    else
        return usage_unknown(count, words);
    return command != NULL && taken < count ? EXIT_USAGE : EXIT_GOOD;
}

/* Names that begin with what was written: it was cut short. */
static void
list_longer(struct slice written, struct strbuf *out)
{
    for (size_t i = 0; commands[i] != NULL; i++)
        if (slice_starts(slice_of(commands[i]->name), written))
            strbuf_addf(out, "%s'%s'", out->n == 0 ? "" : ", ",
                        commands[i]->name);
}

static void
name_nearest(struct slice written, struct strbuf *out)
{
    const char *found = NULL;
    size_t best = SIZE_MAX;

    for (size_t i = 0; commands[i] != NULL; i++)
        if (options_nearer(written, slice_of(commands[i]->name), &best))
            found = commands[i]->name;
    if (found != NULL)
        strbuf_addf(out, "'%s'", found);
}

enum exit_status
usage_unknown(int count, char **words)
{
    struct strbuf written = STRBUF_INIT, meant = STRBUF_INIT;
    bool is_part = is_family(words[0]);

    strbuf_add_text(&written, words[0]);
    if (is_part && count > 1 && words[1][0] != '-')
        strbuf_addf(&written, " %s", words[1]);
    if (written.n > 0)
        list_longer(strbuf_slice(&written), &meant);
    if (meant.n == 0)
        name_nearest(strbuf_slice(&written), &meant);
    if (words[0][0] == '-')
        diag_error("unknown option '%s' (options stand behind the command)",
                   words[0]);
    else if (is_part && count < 2)
        diag_error("'%s' is no command by itself: there is %s", words[0],
                   meant.p);
    else if (meant.n > 0)
        diag_error("unknown command '%s' (did you mean %s?)", written.p,
                   meant.p);
    else
        diag_error("unknown command '%s' ('selkie help' lists them)",
                   written.p);
    strbuf_clear(&written);
    strbuf_clear(&meant);
    return EXIT_USAGE;
}
