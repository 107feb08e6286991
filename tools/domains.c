/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Domains to work on: operands, then the lines of a file. */
#include "tools/domains.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/file.h"
#include "common/base/memory.h"

struct domain_reader {
    char **operands;          /* borrowed */
    size_t operand_count;     /* of them */
    size_t position;          /* next operand */
    const char *file;         /* what to call it: borrowed, or NULL */
    struct line_reader lines; /* of file */
    bool may_wait;            /* file is a pipe, a terminal or the like */
    bool failed;              /* reading broke off */
    struct error err;         /* why */
};

/*
 * Not from a file proper: whoever writes it may wait for our results before
 * more comes.  Without a buffer, the descriptor tells what there is.
 */
static void
look_at_stream(struct domain_reader *reader)
{
    FILE *stream = reader->lines.stream;
    struct stat info;

    if (stream == NULL || fstat(fileno(stream), &info) != 0
        || S_ISREG(info.st_mode))
        return;
    setvbuf(stream, NULL, _IONBF, 0);
    reader->may_wait = true;
}

bool
domains_waits(const struct domain_reader *reader)
{
    struct pollfd input = {.events = POLLIN};

    if (!reader->may_wait || reader->position < reader->operand_count)
        return false;
    input.fd = fileno(reader->lines.stream);
    return poll(&input, 1, 0) == 0;
}

enum status
domains_open(char **operands, size_t operand_count, const char *file,
             struct domain_reader **out, struct error *err)
{
    struct domain_reader *reader = memory_zeroed(1, sizeof(*reader));

    reader->operands = operands;
    reader->operand_count = operand_count;
    reader->file =
        file != NULL && strcmp(file, "-") == 0 ? "standard input" : file;
    reader->lines.max = DOMAINS_LINE_MAX;
    reader->lines.text = (struct strbuf)STRBUF_INIT;
    if (file != NULL)
        reader->lines.stream =
            strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
    if (file != NULL && reader->lines.stream == NULL) {
        enum status st = error_errno(err, ST_IO, "cannot read '%s'", file);

        free(reader);
        return st;
    }
    look_at_stream(reader);
    *out = reader;
    return ST_OK;
}

/* Letters, digits, '-' and '_', no hyphen at the ends: whatever else is no
   domain that sends mail, and a slip of the keyboard mostly. */
static bool
is_domain(const struct name *name)
{
    for (unsigned i = 0; i < name->labels; i++) {
        struct slice label = name_label(name, i);

        if (label.p[0] == '-' || label.p[label.n - 1] == '-')
            return false;
        for (size_t k = 0; k < label.n; k++)
            if (!ascii_is_alnum((unsigned char)label.p[k]) && label.p[k] != '-'
                && label.p[k] != '_')
                return false;
    }
    return name->labels > 0;
}

static void
fill_line(struct domain_line *line, struct slice text)
{
    struct error err = ERROR_INIT;
    struct strbuf shown = STRBUF_INIT;

    strbuf_add_slice(&shown, text);
    line->text = strbuf_detach(&shown);
    line->error = NULL;
    if (strlen(line->text) != text.n) {
        line->error = memory_text("a NUL octet is no part of a domain");
        return;
    }
    if (name_from_user(&line->name, line->text, &err) != ST_OK)
        line->error = memory_text(err.text);
    else if (!is_domain(&line->name))
        line->error = memory_text("it is no domain name: letters, digits and "
                                  "hyphens with dots between");
}

/* The next line of the file that says something. */
static bool
next_from_file(struct domain_reader *reader, struct domain_line *line)
{
    struct slice text;

    for (;;) {
        enum status st = file_line(&reader->lines, &text);

        if (st == ST_NOT_FOUND || st == ST_STOPPED)
            return false;
        if (st == ST_RANGE) {
            line->text = memory_text("(a very long line)");
            line->error = memory_text("the line is too long for a domain");
            return true;
        }
        if (st != ST_OK) {
            reader->failed = true;
            error_errno(&reader->err, ST_IO, "cannot read '%s'", reader->file);
            return false;
        }
        text = slice_trim(text);
        if (text.n == 0 || text.p[0] == '#')
            continue;
        fill_line(line, text);
        return true;
    }
}

/* A bad line of a file says where it stands. */
static void
say_where(const struct domain_reader *reader, struct domain_line *line)
{
    struct strbuf sentence = STRBUF_INIT;

    strbuf_addf(&sentence, "'%s', line %zu: %s", reader->file,
                reader->lines.number, line->error);
    free(line->error);
    line->error = strbuf_detach(&sentence);
}

bool
domains_next(struct domain_reader *reader, struct domain_line *line)
{
    *line = (struct domain_line){0};
    if (reader->position < reader->operand_count) {
        fill_line(line, slice_of(reader->operands[reader->position++]));
        return true;
    }
    if (reader->file == NULL || !next_from_file(reader, line))
        return false;
    if (line->error != NULL)
        say_where(reader, line);
    return true;
}

void
domains_release(struct domain_line *line)
{
    free(line->text);
    free(line->error);
    *line = (struct domain_line){0};
}

uint64_t
domains_total(const struct domain_reader *reader)
{
    return reader->file == NULL ? reader->operand_count : 0;
}

bool
domains_failed(const struct domain_reader *reader, struct error *err)
{
    if (reader->failed)
        *err = reader->err;
    return reader->failed;
}

void
domains_close(struct domain_reader *reader)
{
    if (reader->lines.stream != NULL && reader->lines.stream != stdin)
        fclose(reader->lines.stream);
    strbuf_clear(&reader->lines.text);
    free(reader);
}
