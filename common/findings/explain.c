/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a finding or a receiver's code means, for a person: selkie explain. */
#include "common/findings/explain.h"

#include <string.h>

#include "common/findings/finding.h"
#include "common/findings/replycode.h"
#include "common/findings/wrap.h"

/* Names that are offered in place of one that there is not. */
#define OFFERS_MAX 6
#define INDENT     4

static bool
is_field_character(char c)
{
    return c == '_' || ascii_is_alnum((unsigned char)c);
}

/* The length of the "{word}" that text begins with, or 0. */
static size_t
hole(struct slice text)
{
    size_t n = 1;

    if (text.p[0] != '{')
        return 0;
    while (n < text.n && is_field_character(text.p[n]))
        n++;
    return n > 1 && n < text.n && text.p[n] == '}' ? n + 1 : 0;
}

static void
put_capitals(struct slice word, struct strbuf *out)
{
    for (size_t i = 0; i < word.n; i++) {
        char c = word.p[i];

        if (c == '_')
            c = '-';
        else if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        strbuf_add_char(out, c);
    }
}

/* A sentence with what its fields stand for: "{domain}" is DOMAIN. */
static void
put_sentence(const char *form, unsigned width, struct strbuf *out)
{
    struct strbuf text = STRBUF_INIT;
    struct slice rest = slice_of(form);

    while (rest.n > 0) {
        size_t n = hole(rest);

        if (n > 0 && slice_equal(slice_sub(rest, 0, n), SLICE("{at}")))
            strbuf_add_text(&text, "NAME");
        else if (n > 0)
            put_capitals(slice_sub(rest, 1, n - 2), &text);
        else
            strbuf_add_char(&text, rest.p[0]);
        rest = slice_from(rest, n > 0 ? n : 1);
    }
    wrap_paragraph(strbuf_slice(&text), width, INDENT, out);
    strbuf_clear(&text);
}

/* The names that have the word in them, as "a, b or c": false if none. */
static bool
offer(struct slice word, struct strbuf *out)
{
    size_t offers[OFFERS_MAX];
    size_t count = 0;

    for (size_t id = 0; id < FIND_COUNT && count < OFFERS_MAX; id++) {
        struct slice name = slice_of(finding_def((enum finding_id)id)->name);

        if (word.n > 0 && slice_search(name, word) < name.n)
            offers[count++] = id;
    }
    for (size_t i = 0; i < count; i++) {
        const char *name = finding_def((enum finding_id)offers[i])->name;

        strbuf_addf(out, "%s%s",
                    i == 0           ? ""
                    : i + 1 == count ? " or "
                                     : ", ",
                    name);
    }
    return count > 0;
}

static enum status
refuse(struct slice name, struct error *err)
{
    struct strbuf offers = STRBUF_INIT;
    bool has_offers = offer(name, &offers);
    enum status st = error_set(
        err, ST_NOT_FOUND,
        has_offers ? "there is no finding '%.*s'; is it %s?"
                   : "there is no finding '%.*s'; 'selkie explain --list'"
                     " lists them%s",
        SLICE_ARGS(name), offers.p);

    strbuf_clear(&offers);
    return st;
}

enum status
explain_text(struct slice name, unsigned width, struct strbuf *out,
             struct error *err)
{
    int id = finding_id_of(name);
    struct slice code = replycode_in(name);
    const struct finding_def *def;

    if (code.n > 0)
        return replycode_text(code, width, out, err);
    if (id < 0)
        return refuse(name, err);
    def = finding_def((enum finding_id)id);
    strbuf_addf(out, "%s (%s)\n", def->name, severity_word(def->severity));
    put_sentence(def->message, width, out);
    strbuf_add_text(out, "\n  Where it is written\n");
    put_sentence(def->source, width, out);
    strbuf_add_text(out, "\n  What to do\n");
    put_sentence(def->remedy, width, out);
    return ST_OK;
}

void
explain_list(struct strbuf *out)
{
    for (int id = 0; id < FIND_COUNT; id++)
        strbuf_addf(out, "%s\n", finding_def((enum finding_id)id)->name);
}
