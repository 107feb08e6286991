/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A record's text with terms taken out and put in. */
#include "common/spf/spfedit.h"

/* Without a "+" that goes without saying. */
static struct slice
plain(struct slice term)
{
    return term.n > 0 && term.p[0] == '+' ? slice_from(term, 1) : term;
}

static void
add_term(struct strbuf *out, struct slice term)
{
    strbuf_add_char(out, ' ');
    strbuf_add_slice(out, term);
}

static struct slice
version_of(const struct spfrecord *record)
{
    return slice_sub(record->text, 0, sizeof("v=spf1") - 1);
}

bool
spfedit_remove(const struct spfrecord *record, struct slice term,
               struct strbuf *out)
{
    size_t at = 0;

    while (at < record->term_count
           && !slice_equal_case(plain(record->terms[at].text), plain(term)))
        at++;
    if (at == record->term_count)
        return false;
    strbuf_add_slice(out, version_of(record));
    for (size_t i = 0; i < record->term_count; i++)
        if (i != at)
            add_term(out, record->terms[i].text);
    return true;
}

/* Does the term end a record, so that others go before it? */
static bool
is_last(const struct spfterm *term)
{
    return !spfterm_is_mechanism(term) || term->kind == SPFTERM_ALL;
}

static bool
belongs_last(struct slice term)
{
    struct slice rest = plain(term);

    if (rest.n > 0 && memchr("-~?", rest.p[0], 3) != NULL)
        rest = slice_from(rest, 1);
    return slice_equal_case(rest, SLICE("all"))
           || slice_find(rest, '=') < slice_find(rest, ':');
}

void
spfedit_add(const struct spfrecord *record, struct slice term,
            struct strbuf *out)
{
    bool done = false;

    strbuf_add_slice(out, version_of(record));
    for (size_t i = 0; i < record->term_count; i++) {
        if (!done && is_last(&record->terms[i]) && !belongs_last(term)) {
            add_term(out, term);
            done = true;
        }
        add_term(out, record->terms[i].text);
    }
    if (!done)
        add_term(out, term);
}
