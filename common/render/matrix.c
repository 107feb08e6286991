/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each server says of each record, as a table for a person. */
#include "common/render/matrix.h"

#include <inttypes.h>
#include <string.h>

/* Columns of the table; a zone with more servers is a curiosity. */
#define SERVERS_MAX 32
/* Blanks between two columns. */
#define GAP         2

/* The servers, in the order in which they are first named. */
struct servers {
    const char *names[SERVERS_MAX]; /* borrowed from the facts */
    bool resolvers[SERVERS_MAX];    /* else authoritative */
    size_t widths[SERVERS_MAX];     /* of their columns */
    size_t count;                   /* of them */
};

static const char *
text_of(const struct value *map, const char *name)
{
    return value_as_text(value_get(map, name));
}

static size_t
index_of(const struct servers *servers, const char *name, bool is_resolver)
{
    size_t i = 0;

    while (i < servers->count
           && (strcmp(servers->names[i], name) != 0
               || servers->resolvers[i] != is_resolver))
        i++;
    return i;
}

static bool
is_resolver(const struct value *server)
{
    return strcmp(text_of(server, "role"), "resolver") == 0;
}

/* "same 3600"; where nothing was said, why. */
static void
put_cell(const struct value *server, struct strbuf *out)
{
    const char *state = text_of(server, "state");
    const struct value *ttl = value_get(server, "ttl");

    if (strcmp(state, "unknown") == 0)
        state = strcmp(text_of(server, "outcome"), "timeout") == 0
                    ? "no answer"
                    : text_of(server, "outcome");
    strbuf_add_text(out, state);
    if (!value_is_null(ttl))
        strbuf_addf(out, " %" PRId64, value_as_number(ttl));
}

static void
add_servers(struct servers *servers, const struct value *list)
{
    struct strbuf cell = STRBUF_INIT;

    for (size_t i = 0; i < value_count(list); i++) {
        const struct value *server = value_element(list, i);
        bool resolves = is_resolver(server);
        size_t k = index_of(servers, text_of(server, "server"), resolves);

        if (k == SERVERS_MAX)
            continue;
        if (k == servers->count) {
            servers->names[k] = text_of(server, "server");
            servers->resolvers[k] = resolves;
            servers->count++;
        }
        strbuf_cut(&cell, 0);
        put_cell(server, &cell);
        if (cell.n > servers->widths[k])
            servers->widths[k] = cell.n;
    }
    strbuf_clear(&cell);
}

/* The first row of the list that is of that server, or NULL. */
static const struct value *
find_server(const struct value *list, const struct servers *servers, size_t k)
{
    for (size_t i = 0; i < value_count(list); i++) {
        const struct value *server = value_element(list, i);

        if (strcmp(text_of(server, "server"), servers->names[k]) == 0
            && is_resolver(server) == servers->resolvers[k])
            return server;
    }
    return NULL;
}

static void
put_padded(const struct page *page, const struct strbuf *cell, size_t width)
{
    strbuf_add_slice(page->out, strbuf_slice(cell));
    strbuf_fill(page->out, ' ', GAP + (cell->n < width ? width - cell->n : 0));
}

/* The record's name last: names are of any length. */
static void
put_row(const struct page *page, const struct servers *servers,
        const struct value *record)
{
    struct strbuf cell = STRBUF_INIT;
    const char *name = text_of(record, "name");
    size_t n = strlen(name);

    strbuf_fill(page->out, ' ', PAGE_TEXT_COLUMN);
    for (size_t i = 0; i < servers->count; i++) {
        const struct value *server =
            find_server(value_get(record, "servers"), servers, i);

        strbuf_cut(&cell, 0);
        if (server == NULL)
            strbuf_add_char(&cell, '-');
        else
            put_cell(server, &cell);
        put_padded(page, &cell, servers->widths[i]);
    }
    strbuf_addf(page->out, "%s ", text_of(record, "type"));
    strbuf_add(page->out, name, n > 1 && name[n - 1] == '.' ? n - 1 : n);
    strbuf_add_char(page->out, '\n');
    strbuf_clear(&cell);
}

static void
put_servers(const struct page *page, const struct servers *servers)
{
    struct strbuf cell = STRBUF_INIT;

    for (size_t i = 0; i < servers->count; i++) {
        if (i == 0)
            page_label(page, COLOUR_NONE, "servers");
        else
            strbuf_fill(page->out, ' ', PAGE_TEXT_COLUMN);
        strbuf_addf(page->out, "%zu  %s%s\n", i + 1, servers->names[i],
                    servers->resolvers[i] ? " (resolver)" : "");
    }
    strbuf_fill(page->out, ' ', PAGE_TEXT_COLUMN);
    for (size_t i = 0; i < servers->count; i++) {
        strbuf_cut(&cell, 0);
        strbuf_addf(&cell, "%zu", i + 1);
        put_padded(page, &cell, servers->widths[i]);
    }
    strbuf_add_text(page->out, "record\n");
    strbuf_clear(&cell);
}

void
matrix_put(const struct page *page, const struct value *facts)
{
    const struct value *records = value_get(facts, "records");
    struct servers servers = {.count = 0};

    for (size_t i = 0; i < value_count(records); i++)
        add_servers(&servers, value_get(value_element(records, i), "servers"));
    if (servers.count == 0)
        return;
    put_servers(page, &servers);
    for (size_t i = 0; i < value_count(records); i++)
        put_row(page, &servers, value_element(records, i));
}
