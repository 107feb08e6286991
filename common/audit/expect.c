/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of what is expected, read line by line. */
#include "common/audit/expect.h"

#include <stdlib.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/base/table.h"

struct expect {
    struct arena *arena;   /* holds the rows */
    struct table *domains; /* struct expect_row by name_key() */
};

static const char *const kinds[] = {"none", "ns", "cname", "dname", "vendor"};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static bool
next_word(struct slice *rest, struct slice *word)
{
    size_t n = 0;

    *rest = slice_trim(*rest);
    while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t')
        n++;
    *word = slice_sub(*rest, 0, n);
    *rest = slice_from(*rest, n);
    return n > 0;
}

static enum status
read_kind(struct slice word, enum expect_kind *kind, struct error *err)
{
    for (size_t i = 0; i < KINDS; i++)
        if (slice_equal_case(word, slice_of(kinds[i]))) {
            *kind = (enum expect_kind)i;
            return ST_OK;
        }
    return error_set(err, ST_SYNTAX,
                     "'%.*s' is none of none, ns, cname, dname and vendor",
                     SLICE_ARGS(word));
}

static enum status
read_place(struct slice word, const struct name *domain,
           struct expect_row *row, struct error *err)
{
    bool is_all = slice_equal(word, SLICE("*"));

    if (is_all != (row->kind == EXPECT_VENDOR))
        return error_set(
            err, ST_SYNTAX,
            "'vendor' goes with the place '*', and with no other");
    row->name = *domain;
    if (is_all)
        return ST_OK;
    if (name_prepend(&row->name, word, domain) != ST_OK
        || row->name.labels == domain->labels)
        return error_set(err, ST_SYNTAX, "'%.*s' is no place below a domain",
                         SLICE_ARGS(word));
    return ST_OK;
}

static enum status
read_patterns(struct expect *expect, struct slice rest, struct expect_row *row,
              struct error *err)
{
    const char **list = NULL;
    struct slice word;

    while (next_word(&rest, &word)) {
        char *pattern;

        if (word.n > 1 && word.p[word.n - 1] == '.')
            word.n--;
        pattern = arena_text(expect->arena, word);
        for (char *p = pattern; *p != '\0'; p++)
            if (*p >= 'A' && *p <= 'Z')
                *p = (char)(*p + ('a' - 'A'));
        list = arena_grow(expect->arena, (void *)list, row->pattern_count,
                          sizeof(*list));
        list[row->pattern_count++] = pattern;
    }
    row->patterns = list;
    if ((row->kind == EXPECT_NONE) != (row->pattern_count == 0))
        return error_set(err, ST_SYNTAX,
                         row->kind == EXPECT_NONE
                             ? "'none' leads nowhere: take the names away"
                             : "say behind '%s' where it leads",
                         kinds[row->kind]);
    return ST_OK;
}

static enum status
read_line(struct expect *expect, struct slice line, struct error *err)
{
    struct expect_row *row = ARENA_NEW(expect->arena, struct expect_row);
    struct slice domain, place, kind;
    struct name name;
    enum status st;

    if (!next_word(&line, &domain) || domain.p[0] == '#')
        return ST_OK;
    if (!next_word(&line, &place) || !next_word(&line, &kind))
        return error_set(err, ST_SYNTAX,
                         "a line has a domain, a place and what is to be "
                         "there");
    st = name_from_user(&name, arena_text(expect->arena, domain), err);
    if (st == ST_OK)
        st = read_kind(kind, &row->kind, err);
    if (st == ST_OK)
        st = read_place(place, &name, row, err);
    if (st == ST_OK)
        st = read_patterns(expect, line, row, err);
    if (st == ST_OK)
        row->next = table_put(expect->domains, name_key(&name), row);
    return st;
}

enum status
expect_read(const char *path, struct expect **out, struct error *err)
{
    struct expect *expect = memory_zeroed(1, sizeof(*expect));
    struct strbuf text = STRBUF_INIT;
    enum status st = file_read(path, EXPECT_SIZE_MAX, &text, err);
    struct slice rest = strbuf_slice(&text), line;
    struct error why = ERROR_INIT;

    expect->arena = arena_new();
    expect->domains = table_new();
    for (size_t n = 1; st == ST_OK && slice_next(&rest, '\n', &line); n++) {
        st = read_line(expect, line, &why);
        if (st != ST_OK)
            error_set(err, st, "'%s', line %zu: %s", path, n, why.text);
    }
    strbuf_clear(&text);
    if (st == ST_OK)
        *out = expect;
    else
        expect_free(expect);
    return st;
}

void
expect_free(struct expect *expect)
{
    if (expect == NULL)
        return;
    table_free(expect->domains);
    arena_free(expect->arena);
    free(expect);
}

const struct expect_row *
expect_of(const struct expect *expect, const struct name *domain)
{
    return expect == NULL ? NULL
                          : table_get(expect->domains, name_key(domain));
}
