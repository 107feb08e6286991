/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ordered tree that JSON, text and HTML print: the machine contract. */
#ifndef BASE_VALUE_H
#define BASE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/base/strbuf.h"

enum value_kind {
    VALUE_NULL,
    VALUE_BOOL,
    VALUE_NUMBER, /* a whole number */
    VALUE_TEXT,   /* UTF-8; octets from outside are \DDD already */
    VALUE_LIST,
    VALUE_MAP /* members keep the order in which they were set */
};

struct value; /* lives in the arena it was made in */

struct value *value_null(struct arena *arena);
struct value *value_bool(struct arena *arena, bool truth);
struct value *value_number(struct arena *arena, int64_t number);
/* A copy of the text.  value_text(arena, NULL) is null. */
struct value *value_text(struct arena *arena, const char *text);
struct value *value_slice(struct arena *arena, struct slice text);
/* Octets from outside, in presentation form: see strbuf_add_presented. */
struct value *value_octets(struct arena *arena, struct slice octets);
struct value *value_list(struct arena *arena);
struct value *value_map(struct arena *arena);

/* Put a member in, replacing one of that name; returns member.  The name is
   borrowed and must outlive the map (a literal, mostly). */
struct value *value_set(struct value *map, const char *name,
                        struct value *member);
/* Put an element at the end; returns element. */
struct value *value_add(struct value *list, struct value *element);

enum value_kind value_kind(const struct value *value);
/* The member of that name, or NULL: also when map is NULL or no map. */
const struct value *value_get(const struct value *map, const char *name);
/* By a path of member names: value_at(v, "facts.spf.lookups"). */
const struct value *value_at(const struct value *value, const char *path);
size_t value_count(const struct value *value); /* of a list or map, else 0 */
const struct value *value_element(const struct value *list_or_map, size_t i);
const char *value_name(const struct value *map, size_t i);
/* "" / 0 / false when value is NULL or of another kind. */
const char *value_as_text(const struct value *value);
int64_t value_as_number(const struct value *value);
bool value_as_bool(const struct value *value);
bool value_is_null(const struct value *value); /* NULL counts as null */

/* As JSON: indent 0 is one line without blanks, else so many a level.
   Octets that are no UTF-8 become U+FFFD; control characters are escaped. */
void value_json(const struct value *value, unsigned indent,
                struct strbuf *out);

/* Nesting deeper than this is refused, so that no input ends the stack. */
#define VALUE_DEPTH_MAX 64

/* Read JSON text (with jansson).  ST_SYNTAX: the sentence names line and
   column; numbers that are not whole are refused likewise. */
enum status value_parse(struct arena *arena, struct slice json,
                        struct value **out, struct error *err);

#endif
