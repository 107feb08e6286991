/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines ";! NAME TYPE OUTCOME": what zone-file records cannot say. */
#include "common/dns/zonemark.h"

#include "common/base/strbuf.h"
#include "common/dns/question.h"

/* NAME, TYPE and OUTCOME. */
#define FIELDS      3
/* Longer than any outcome's word. */
#define OUTCOME_MAX 16

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Split by blanks: the number of fields, at most one more than wanted. */
static size_t
split(struct slice text, struct slice fields[FIELDS])
{
    size_t count = 0;

    for (;;) {
        size_t n = 0;

        while (text.n > 0 && is_blank(text.p[0]))
            text = slice_from(text, 1);
        while (n < text.n && !is_blank(text.p[n]))
            n++;
        if (n == 0)
            return count;
        if (count == FIELDS)
            return FIELDS + 1;
        fields[count++] = slice_sub(text, 0, n);
        text = slice_from(text, n);
    }
}

/* Ends in a dot that no backslash makes part of a label. */
static bool
is_absolute(struct slice text)
{
    size_t slashes = 0;

    if (text.n == 0 || text.p[text.n - 1] != '.')
        return false;
    while (slashes + 1 < text.n && text.p[text.n - 2 - slashes] == '\\')
        slashes++;
    return slashes % 2 == 0;
}

static enum status
parse_name(struct name *name, struct slice text, const struct name *origin)
{
    struct strbuf whole = STRBUF_INIT;
    enum status status;

    if (slice_equal(text, SLICE("@"))) {
        *name = *origin;
        return ST_OK;
    }
    strbuf_add_slice(&whole, text);
    if (!is_absolute(text)) {
        strbuf_add_char(&whole, '.');
        if (origin->labels > 0)
            name_present(origin, &whole);
    }
    status = name_parse(name, strbuf_slice(&whole), NULL);
    strbuf_clear(&whole);
    return status;
}

/* In either case; outcome_parse knows the machine contract's only. */
static int
parse_outcome(struct slice text)
{
    char word[OUTCOME_MAX];

    if (text.n > sizeof(word))
        return -1;
    for (size_t i = 0; i < text.n; i++)
        word[i] = (char)ascii_lower((unsigned char)text.p[i]);
    return outcome_parse((struct slice){word, text.n});
}

const char *
zonemark_parse(struct zonemark *mark, const struct zonescan_mark *line)
{
    struct slice fields[FIELDS];
    int outcome;

    if (split(line->text, fields) != FIELDS)
        return "';!' stands before NAME TYPE OUTCOME";
    if (parse_name(&mark->name, fields[0], &line->origin) != ST_OK)
        return "a bad name after ';!'";
    mark->type = rrtype_parse(fields[1]);
    if (mark->type == 0)
        return "an unknown type after ';!'";
    outcome = parse_outcome(fields[2]);
    if (outcome < OUTCOME_NODATA)
        return "an unknown outcome after ';!'";
    mark->outcome = (enum outcome)outcome;
    return NULL;
}
