/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalogue as a table; a finding as a sentence and as a value. */
#include "common/findings/finding.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* In a sentence: octets of a text and elements of a list that are shown.
   The longest name takes 254; a person does not read longer lists. */
#define SHOWN_OCTETS_MAX 256
#define SHOWN_ITEMS_MAX  10

static const struct finding_def defs[FIND_COUNT] = {
#define FINDING(symbol, name, severity, source, message, remedy)              \
    [FIND_##symbol] = {name, SEVERITY_##severity, source, message, remedy},
#include "common/findings/findings.def"
#undef FINDING
};

static const char *const words[] = {
    [SEVERITY_INFO] = "info",
    [SEVERITY_WARNING] = "warning",
    [SEVERITY_ERROR] = "error",
};

const struct finding_def *
finding_def(enum finding_id id)
{
    assert((size_t)id < FIND_COUNT);
    return &defs[id];
}

/* Rows are in order of name, which a test sees to. */
int
finding_id_of(struct slice name)
{
    size_t low = 0;
    size_t high = FIND_COUNT;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = slice_compare(name, slice_of(defs[middle].name));

        if (order == 0)
            return (int)middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

const char *
severity_word(enum severity severity)
{
    assert((size_t)severity < sizeof(words) / sizeof(words[0]));
    return words[severity];
}

int
severity_parse(struct slice word)
{
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (slice_equal(word, slice_of(words[i])))
            return (int)i;
    return -1;
}

/* A sentence being put together. */
struct sentence {
    const struct finding *finding; /* whose */
    bool is_whole;                 /* cut nothing short */
    struct strbuf text;            /* so far */
};

static void
put_text(struct sentence *sentence, const char *text)
{
    size_t n = strlen(text);

    if (sentence->is_whole || n <= SHOWN_OCTETS_MAX) {
        strbuf_add(&sentence->text, text, n);
        return;
    }
    /* Not within a character of several octets. */
    n = SHOWN_OCTETS_MAX;
    while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    strbuf_add(&sentence->text, text, n);
    strbuf_add_text(&sentence->text, "...");
}

static void
put_field(struct sentence *sentence, const struct value *value)
{
    size_t count = value_count(value);

    switch (value_kind(value)) {
    case VALUE_NUMBER:
        strbuf_addf(&sentence->text, "%" PRId64, value_as_number(value));
        break;
    case VALUE_LIST:
        for (size_t i = 0; i < count; i++) {
            if (i > 0)
                strbuf_add_text(&sentence->text, ", ");
            if (!sentence->is_whole && i == SHOWN_ITEMS_MAX) {
                strbuf_addf(&sentence->text, "and %zu more", count - i);
                break;
            }
            put_field(sentence, value_element(value, i));
        }
        break;
    default:
        put_text(sentence, value_as_text(value));
        break;
    }
}

static const struct value *
field_value(const struct finding *finding, struct slice name)
{
    for (size_t i = 0; i < finding->field_count; i++)
        if (slice_equal(name, slice_of(finding->fields[i].name)))
            return finding->fields[i].value;
    return NULL;
}

static void
put_at(struct sentence *sentence)
{
    struct slice at = slice_of(sentence->finding->at);

    if (at.n > 1 && at.p[at.n - 1] == '.')
        at.n--;
    strbuf_add_slice(&sentence->text, at);
}

/* text begins with '{': what to put, and how much of text it stands for. */
static size_t
put_hole(struct sentence *sentence, struct slice text)
{
    size_t end = slice_find(text, '}');
    struct slice name;
    const struct value *value;

    if (end == text.n) {
        strbuf_add_char(&sentence->text, '{');
        return 1;
    }
    name = slice_sub(text, 1, end - 1);
    value = field_value(sentence->finding, name);
    if (value != NULL)
        put_field(sentence, value);
    else if (slice_equal(name, SLICE("at")))
        put_at(sentence);
    else
        strbuf_add(&sentence->text, text.p, end + 1);
    return end + 1;
}

static const char *
expand(struct arena *arena, const struct finding *finding, const char *form,
       bool is_whole)
{
    struct sentence sentence = {finding, is_whole, STRBUF_INIT};
    struct slice rest = slice_of(form);
    const char *text;

    while (rest.n > 0) {
        size_t n = slice_find(rest, '{');

        strbuf_add(&sentence.text, rest.p, n);
        rest = slice_from(rest, n);
        if (rest.n > 0)
            rest = slice_from(rest, put_hole(&sentence, rest));
    }
    text = arena_text(arena, strbuf_slice(&sentence.text));
    strbuf_clear(&sentence.text);
    return text;
}

const char *
finding_message(struct arena *arena, const struct finding *finding)
{
    return expand(arena, finding, finding_def(finding->id)->message, false);
}

const char *
finding_remedy(struct arena *arena, const struct finding *finding)
{
    return expand(arena, finding, finding_def(finding->id)->remedy, true);
}

static struct value *
fields_value(struct arena *arena, const struct finding *finding)
{
    struct value *map = value_map(arena);

    for (size_t i = 0; i < finding->field_count; i++)
        value_set(map, finding->fields[i].name, finding->fields[i].value);
    if (finding->note != NULL)
        value_set(map, "note", value_text(arena, finding->note));
    return map;
}

static struct value *
evidence_value(struct arena *arena, const struct finding *finding)
{
    struct value *list = value_list(arena);

    /* A tree may be part of several; none of them changes it. */
    for (size_t i = 0; i < finding->evidence_count; i++)
        value_add(list, (struct value *)finding->evidence[i]);
    return list;
}

struct value *
finding_value(struct arena *arena, const struct finding *finding)
{
    const struct finding_def *def = finding_def(finding->id);
    struct value *map = value_map(arena);

    value_set(map, "id", value_text(arena, def->name));
    value_set(map, "severity",
              value_text(arena, severity_word(finding->severity)));
    value_set(map, "state",
              value_text(arena, finding->state == FINDING_FOUND ? "found"
                                                                : "unknown"));
    value_set(map, "at", value_text(arena, finding->at));
    value_set(map, "message",
              value_text(arena, finding_message(arena, finding)));
    value_set(map, "fields", fields_value(arena, finding));
    value_set(map, "source", value_text(arena, def->source));
    value_set(map, "remedy",
              value_text(arena, finding_remedy(arena, finding)));
    value_set(map, "evidence", evidence_value(arena, finding));
    return map;
}
