/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict on `_domainkey` in lines: who says what. */
#include "common/audit/domainkeyvalue.h"

#include "common/base/strbuf.h"

/* A line in the making, and the list it goes into. */
struct lines {
    struct arena *arena; /* of the list */
    struct value *list;  /* the result */
    struct strbuf text;  /* of the present line */
};

static void
end_line(struct lines *lines)
{
    value_add(lines->list,
              value_slice(lines->arena, strbuf_slice(&lines->text)));
    strbuf_cut(&lines->text, 0);
}

/* "nodata", "alias, then nxdomain", "nxdomain (compact denial)",
   "referral". */
static void
put_outcome(struct lines *lines, const struct asked *asked)
{
    const struct answer *answer = asked->answer;

    if (answer->chain_count > 0)
        strbuf_add_text(&lines->text, "alias, then ");
    if (answer->referral)
        strbuf_add_text(&lines->text, "referral");
    else if (answer->outcome == OUTCOME_REFUSED
             && answer->rcode == ANSWER_NO_RCODE)
        strbuf_add_text(&lines->text, "not asked");
    else
        strbuf_add_text(&lines->text, outcome_word(answer->outcome));
    if (answer->compact_denial)
        strbuf_add_text(&lines->text, " (compact denial)");
    if (answer->validated)
        strbuf_add_text(&lines->text, " (validated)");
}

static void
put_asked(struct lines *lines, const char *before, const struct asked *asked,
          bool is_named)
{
    if (!asked_is(asked))
        return;
    strbuf_add_text(&lines->text, before);
    if (is_named)
        strbuf_addf(&lines->text, "%s ",
                    name_bare(lines->arena, &asked->question.name));
    put_outcome(lines, asked);
}

static void
put_server(struct lines *lines, const struct domainkey_server *server)
{
    strbuf_addf(&lines->text, "%s (", name_bare(lines->arena, &server->name));
    address_present(&server->address, &lines->text);
    strbuf_add_text(&lines->text, "): ");
    put_outcome(lines, &server->domainkey);
    put_asked(lines, ", with DO ", &server->dnssec, false);
    if (server->nsec != DENIAL_SILENT)
        strbuf_addf(&lines->text, " (NSEC: %s)", denial_words(server->nsec));
    put_asked(lines, ", control ", &server->control, true);
    put_asked(lines, ", ", &server->selector, true);
    if (server->is_broken)
        strbuf_add_text(&lines->text,
                        ": it denies a name that has names below it");
    end_line(lines);
}

static void
put_others(struct lines *lines, const struct domainkey *domainkey)
{
    const char *before = "random selectors: ";

    if (asked_is(&domainkey->resolved)) {
        put_asked(lines, "resolvers: ", &domainkey->resolved, false);
        put_asked(lines, ", with DO ", &domainkey->denial, false);
        put_asked(lines, ", control ", &domainkey->control, true);
        end_line(lines);
    }
    if (asked_is(&domainkey->below)) {
        put_asked(lines, "below it: ", &domainkey->below, true);
        end_line(lines);
    }
    for (unsigned i = 0; i < DOMAINKEY_WILDCARDS; i++) {
        put_asked(lines, before, &domainkey->wildcards[i], false);
        before = ", ";
    }
    if (lines->text.n > 0)
        end_line(lines);
}

struct value *
domainkeyvalue_lines(struct arena *arena, const struct domainkey *domainkey)
{
    struct lines lines = {arena, value_list(arena), STRBUF_INIT};

    for (size_t i = 0; domainkey != NULL && i < domainkey->server_count; i++)
        put_server(&lines, &domainkey->servers[i]);
    if (domainkey != NULL)
        put_others(&lines, domainkey);
    strbuf_clear(&lines.text);
    return lines.list;
}
