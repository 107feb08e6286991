/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads requests from customers.csv or customers.jsonl. */
#include "common/registry/intake.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/value.h"
#include "common/registry/csvline.h"
#include "common/registry/draft.h"

struct reading {
    const char *path;                         /* for sentences */
    const struct intake_defaults *defaults;   /* borrowed */
    struct arena *arena;                      /* of all that stays */
    struct arena *scratch;                    /* of one line */
    struct intake *out;                       /* the caller's */
    struct line_reader lines;                 /* of the file */
    bool is_json;                             /* else CSV */
    struct slice columns[INTAKE_COLUMNS_MAX]; /* of the header */
    size_t column_count;                      /* 0: not yet seen */
};

static enum status
add_fault(struct reading *r, const char *text, struct error *err)
{
    struct intake *out = r->out;

    if (out->fault_count == INTAKE_FAULTS_MAX)
        return error_set(err, ST_RANGE,
                         "'%s' has more than %d bad lines: is it a list of"
                         " customers?",
                         r->path, INTAKE_FAULTS_MAX);
    out->faults = arena_grow(r->arena, out->faults, out->fault_count,
                             sizeof(*out->faults));
    out->faults[out->fault_count++] = (struct intake_fault){
        .line = r->lines.number, .text = arena_text(r->arena, slice_of(text))};
    return ST_OK;
}

static enum status
finish_row(struct reading *r, struct draft *draft, struct error *why)
{
    struct intake *out = r->out;
    struct provision_request request;
    enum status st = draft_finish(draft, r->defaults, &request, why);

    if (st != ST_OK)
        return st;
    request.line = r->lines.number;
    out->requests = arena_grow(r->arena, out->requests, out->count,
                               sizeof(*out->requests));
    out->requests[out->count++] = request;
    return ST_OK;
}

/* Does the header name the column before i already? */
static bool
is_repeated(const struct reading *r, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (slice_equal_case(r->columns[k], r->columns[i]))
            return true;
    return false;
}

static enum status
check_column(const struct reading *r, size_t i, struct error *err)
{
    struct slice name = r->columns[i];
    bool may_repeat;

    if (!draft_knows(name, &may_repeat))
        return error_set(err, ST_SYNTAX,
                         "'%s', line %zu: unknown column '%.*s' (there are"
                         " %s)",
                         r->path, r->lines.number, SLICE_ARGS(name),
                         draft_names);
    if (!may_repeat && is_repeated(r, i))
        return error_set(err, ST_SYNTAX,
                         "'%s', line %zu: column '%.*s' is there twice",
                         r->path, r->lines.number, SLICE_ARGS(name));
    return ST_OK;
}

static enum status
read_header(struct reading *r, struct slice line, struct error *err)
{
    bool has_customer = false;
    enum status st = csvline_split(line, r->arena, r->columns,
                                   INTAKE_COLUMNS_MAX, &r->column_count);

    if (st != ST_OK)
        return error_set(err, ST_SYNTAX, "'%s', line %zu: no CSV header",
                         r->path, r->lines.number);
    for (size_t i = 0; i < r->column_count && st == ST_OK; i++) {
        r->columns[i] = slice_trim(r->columns[i]);
        has_customer |= slice_equal_case(r->columns[i], SLICE("customer"));
        st = check_column(r, i, err);
    }
    if (st == ST_OK && !has_customer)
        return error_set(err, ST_SYNTAX,
                         "'%s', line %zu: the header has no column"
                         " 'customer'",
                         r->path, r->lines.number);
    return st;
}

static enum status
read_cells(struct reading *r, struct slice line, struct draft *draft,
           struct error *why)
{
    struct slice cells[INTAKE_COLUMNS_MAX];
    size_t count;
    enum status st =
        csvline_split(line, r->scratch, cells, INTAKE_COLUMNS_MAX, &count);

    if (st == ST_SYNTAX)
        return error_set(why, st, "quotes out of place");
    if (st == ST_RANGE || count != r->column_count)
        return error_set(why, ST_SYNTAX, "%zu cells, where the header has %zu",
                         count, r->column_count);
    for (size_t i = 0; i < count && st == ST_OK; i++) {
        struct slice cell = slice_trim(cells[i]);

        if (cell.n > 0)
            st = draft_set(draft, r->columns[i], cell, why);
    }
    return st;
}

/* A member's value as a cell would write it: lists with blanks between. */
static bool
cell_of(const struct value *value, struct strbuf *out)
{
    if (value_kind(value) == VALUE_TEXT) {
        strbuf_add_text(out, value_as_text(value));
    } else if (value_kind(value) == VALUE_BOOL) {
        strbuf_add_text(out, value_as_bool(value) ? "yes" : "no");
    } else if (value_kind(value) == VALUE_NUMBER) {
        strbuf_addf(out, "%lld", (long long)value_as_number(value));
    } else if (value_kind(value) == VALUE_LIST) {
        for (size_t i = 0; i < value_count(value); i++) {
            const struct value *element = value_element(value, i);

            if (value_kind(element) != VALUE_TEXT)
                return false;
            strbuf_addf(out, "%s ", value_as_text(element));
        }
    } else {
        return false;
    }
    return true;
}

static enum status
read_member(const char *name, const struct value *value, struct draft *draft,
            struct error *why)
{
    struct strbuf cell = STRBUF_INIT;
    bool may_repeat;
    enum status st = ST_OK;

    if (!draft_knows(slice_of(name), &may_repeat))
        return error_set(why, ST_SYNTAX, "unknown member '%s' (there are %s)",
                         name, draft_names);
    if (value_is_null(value))
        return ST_OK;
    if (!cell_of(value, &cell)
        || (value_kind(value) == VALUE_LIST && !may_repeat))
        st = error_set(why, ST_SYNTAX, "member '%s' has a value of no use",
                       name);
    else if (slice_trim(strbuf_slice(&cell)).n > 0)
        st = draft_set(draft, slice_of(name), slice_trim(strbuf_slice(&cell)),
                       why);
    strbuf_clear(&cell);
    return st;
}

static enum status
read_object(struct reading *r, struct slice line, struct draft *draft,
            struct error *why)
{
    struct value *object;
    enum status st = value_parse(r->scratch, line, &object, why);

    if (st != ST_OK)
        return st;
    if (value_kind(object) != VALUE_MAP)
        return error_set(why, ST_SYNTAX, "not a JSON object");
    for (size_t i = 0; st == ST_OK && i < value_count(object); i++)
        st = read_member(value_name(object, i), value_element(object, i),
                         draft, why);
    return st;
}

/* One line that is not blank; a fault is kept, not returned. */
static enum status
read_row(struct reading *r, struct slice line, struct error *err)
{
    struct draft draft = {.arena = r->arena};
    struct error why = ERROR_INIT;
    enum status st;

    arena_reset(r->scratch);
    if (memchr(line.p, '\0', line.n) != NULL)
        st = error_set(&why, ST_SYNTAX, "a NUL octet");
    else
        st = r->is_json ? read_object(r, line, &draft, &why)
                        : read_cells(r, line, &draft, &why);
    if (st == ST_OK)
        st = finish_row(r, &draft, &why);
    return st == ST_OK ? ST_OK : add_fault(r, why.text, err);
}

static bool
ends_case(const char *path, struct slice ending)
{
    struct slice s = slice_of(path);

    return s.n >= ending.n
           && slice_equal_case(slice_from(s, s.n - ending.n), ending);
}

static bool
looks_like_json(const char *path, struct slice line)
{
    if (ends_case(path, SLICE(".csv")))
        return false;
    return ends_case(path, SLICE(".jsonl")) || line.p[0] == '{';
}

/* The first line that is not blank decides what the file is. */
static enum status
read_line(struct reading *r, struct slice line, bool *is_first,
          struct error *err)
{
    /* Spreadsheets put a byte order mark in front. */
    if (r->lines.number == 1 && slice_starts(line, SLICE("\xef\xbb\xbf")))
        line = slice_from(line, 3);
    line = slice_trim(line);
    if (line.n == 0)
        return ST_OK;
    if (*is_first) {
        *is_first = false;
        r->is_json = looks_like_json(r->path, line);
        if (!r->is_json)
            return read_header(r, line, err);
    }
    return read_row(r, line, err);
}

static enum status
read_lines(struct reading *r, struct error *err)
{
    bool is_first = true;
    struct slice line;
    enum status st = ST_OK;

    while (st == ST_OK) {
        if (r->lines.number == INTAKE_LINES_MAX)
            return error_set(err, ST_RANGE, "'%s' has more than %d lines",
                             r->path, INTAKE_LINES_MAX);
        st = file_line(&r->lines, &line);
        if (st == ST_NOT_FOUND)
            break;
        if (st == ST_RANGE && is_first)
            return error_set(err, ST_SYNTAX, "'%s', line %zu: too long",
                             r->path, r->lines.number);
        if (st == ST_RANGE)
            st = add_fault(r, "longer than 65536 octets", err);
        else if (st == ST_OK)
            st = read_line(r, line, &is_first, err);
        else
            error_errno(err, st, "cannot read '%s'", r->path);
    }
    if (st == ST_NOT_FOUND && is_first)
        return error_set(err, ST_SYNTAX, "'%s' is empty", r->path);
    return st == ST_NOT_FOUND ? ST_OK : st;
}

static FILE *
open_input(const char *path, enum status *st, struct error *err)
{
    FILE *stream = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");

    if (stream == NULL)
        *st = error_errno(err,
                          errno == ENOENT || errno == ENOTDIR ? ST_NOT_FOUND
                          : errno == EACCES                   ? ST_DENIED
                                                              : ST_IO,
                          "cannot read '%s'", path);
    return stream;
}

/* Options that cannot go together are one mistake, not one a line. */
static enum status
check_defaults(const struct intake_defaults *defaults, struct error *err)
{
    struct provision_key keys[PROVISION_KEYS_MAX];
    size_t count;

    return provision_keys(&defaults->wish, keys, &count, err);
}

enum status
intake_read(const char *path, struct arena *arena,
            const struct intake_defaults *defaults, struct intake *out,
            struct error *err)
{
    struct reading r = {
        .path = path,
        .defaults = defaults,
        .arena = arena,
        .out = out,
        .lines = {.max = INTAKE_LINE_MAX, .text = STRBUF_INIT}
    };
    enum status st = check_defaults(defaults, err);

    *out = (struct intake){0};
    if (st != ST_OK || (r.lines.stream = open_input(path, &st, err)) == NULL)
        return st;
    if (strcmp(path, "-") == 0)
        r.path = "standard input";
    r.scratch = arena_new();
    st = read_lines(&r, err);
    arena_free(r.scratch);
    strbuf_clear(&r.lines.text);
    if (r.lines.stream != stdin)
        fclose(r.lines.stream);
    return st;
}
