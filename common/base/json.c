/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON text read into a value tree, with jansson. */
#include <jansson.h>

#include "common/base/value.h"

static struct value *convert(struct arena *arena, json_t *json);

/* jansson refuses a name given twice and NUL inside of one, so each member is
   new and its name a C string. */
static struct value *
convert_map(struct arena *arena, json_t *json)
{
    struct value *map = value_map(arena);

    for (void *at = json_object_iter(json); at != NULL;
         at = json_object_iter_next(json, at))
        value_set(map, arena_text(arena, slice_of(json_object_iter_key(at))),
                  convert(arena, json_object_iter_value(at)));
    return map;
}

static struct value *
convert_list(struct arena *arena, json_t *json)
{
    struct value *list = value_list(arena);

    for (size_t i = 0; i < json_array_size(json); i++)
        value_add(list, convert(arena, json_array_get(json, i)));
    return list;
}

/* check() has bounded the depth and found every number whole. */
static struct value *
convert(struct arena *arena, json_t *json)
{
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return convert_map(arena, json);
    case JSON_ARRAY:
        return convert_list(arena, json);
    case JSON_STRING:
        return value_slice(arena, (struct slice){json_string_value(json),
                                                 json_string_length(json)});
    case JSON_INTEGER:
        return value_number(arena, json_integer_value(json));
    case JSON_TRUE:
    case JSON_FALSE:
        return value_bool(arena, json_is_true(json));
    case JSON_REAL:
    case JSON_NULL:
    default:
        return value_null(arena);
    }
}

static bool
is_in_number(unsigned char c)
{
    return ascii_is_digit(c) || c == '-' || c == '+' || c == '.' || c == 'e'
           || c == 'E';
}

/* Past the string that begins here. */
static size_t
skip_string(struct slice json, size_t at)
{
    for (at++; at < json.n && json.p[at] != '"'; at++)
        if (json.p[at] == '\\')
            at++;
    return at + 1;
}

/*
 * What JSON may hold and we refuse.  The text is known to be well formed,
 * which makes brackets, strings and numbers easy to tell apart; jansson could
 * say that there is a fault, but not where.  Returns the fault and its offset
 * or NULL.
 */
static const char *
check(struct slice json, size_t *offset)
{
    unsigned depth = 0;
    size_t at = 0;

    while (at < json.n) {
        unsigned char c = (unsigned char)json.p[at];

        *offset = at;
        if (c == '"') {
            at = skip_string(json, at);
            continue;
        }
        if (c == '-' || ascii_is_digit(c)) {
            for (; at < json.n && is_in_number((unsigned char)json.p[at]);
                 at++)
                if (strchr(".eE", json.p[at]) != NULL)
                    return "not a whole number";
            continue;
        }
        if (c == '[' || c == '{')
            depth++;
        if (c == ']' || c == '}')
            depth--;
        if (depth > VALUE_DEPTH_MAX)
            return "nested too deeply";
        at++;
    }
    return NULL;
}

/* Line and column count from 1, columns in characters as jansson does. */
static enum status
fault_at(struct slice json, size_t offset, const char *fault,
         struct error *err)
{
    size_t line = 1;
    size_t column = 1;

    for (size_t i = 0; i < offset; i++) {
        if (json.p[i] == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)json.p[i] & 0xc0) != 0x80) {
            column++;
        }
    }
    return error_set(err, ST_SYNTAX, "line %zu, column %zu: %s", line, column,
                     fault);
}

enum status
value_parse(struct arena *arena, struct slice json, struct value **out,
            struct error *err)
{
    json_error_t fault;
    const char *refused;
    size_t offset = 0;
    json_t *root =
        json_loadb(json.n == 0 ? "" : json.p, json.n,
                   JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &fault);

    if (root == NULL)
        return error_set(err, ST_SYNTAX, "line %d, column %d: %s", fault.line,
                         fault.column, fault.text);
    refused = check(json, &offset);
    if (refused == NULL)
        *out = convert(arena, root);
    json_decref(root);
    return refused == NULL ? ST_OK : fault_at(json, offset, refused, err);
}
