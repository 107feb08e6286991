/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A source for tests that answers by rules: for servers that do what no real
   server would, each for itself. */
#ifndef TESTS_AUDIT_RULESOURCE_H
#define TESTS_AUDIT_RULESOURCE_H

#include <string.h>

#include "common/base/strbuf.h"
#include "common/dns/engine.h"
#include "common/dns/recordline.h"
#include "common/dns/source.h"
#include "common/dns/view.h"
#include "tests/tap/tap.h"

/*
 * Lines "WHO NAME TYPE OUTCOME [DATA]"; the first that fits counts, and what
 * none fits is REFUSED.
 *   WHO      "resolver", an address, "servers" (any address), or "*"; any
 *            address with DO: "do", without EDNS: "plain", in letters of both
 *            cases: "mixed", by TCP alone: "tcp", by UDP alone: "udp"
 *   NAME     without final dot; "*.NAME" is any name below it
 *   TYPE     or ANY
 *   OUTCOME  a word of the contract; "+" behind it: validated; "#": without
 *            AA; "found" needs
 *            DATA, in presentation form; "alias" and a name: a CNAME whose
 *            target nobody speaks of; "dangling" and a name: one whose target
 *            is denied; "through", a name and DATA: one whose target has it;
 *            "referral", the name of a cut, and its servers ("NAME" or
 *            "NAME=ADDRESS" with glue); "compact": denied as of RFC 9824;
 *            "cut": truncated, with nothing left;
 *            nodata and nxdomain may have DATA: lines of the authority section
 *   DATA     of several records with " | " between them
 */
struct rulesource {
    struct source source;        /* first */
    struct arena *arena;         /* answers */
    const char *rules;           /* borrowed */
    const struct question *dead; /* this one is never answered; or NULL */
};

static inline struct slice
rulesource_word(struct slice *rest)
{
    struct slice word;

    while (rest->n > 0 && rest->p[0] == ' ')
        *rest = slice_from(*rest, 1);
    word = slice_sub(*rest, 0, slice_find(*rest, ' '));
    *rest = slice_from(*rest, word.n + 1);
    return word;
}

/* WHO by the form of the question: 1 when it fits, 0 when not, -1 when the
   word says nothing of the form. */
static inline int
rulesource_form(const struct question *question, struct slice who)
{
    const struct {
        const char *word;
        bool fits;
    } forms[] = {
        {"servers", true                                },
        {"do",      question->dnssec_ok                 },
        {"plain",   question->edns_size == 0            },
        {"mixed",   question->mixed_case                },
        {"tcp",     question->transport == TRANSPORT_TCP},
        {"udp",     question->transport == TRANSPORT_UDP},
    };

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
        if (slice_equal(who, slice_of(forms[i].word)))
            return question->server.family != 0 && forms[i].fits;
    return -1;
}

static inline bool
rulesource_fits(const struct question *question, struct slice who,
                struct slice name, struct slice type)
{
    struct strbuf text = STRBUF_INIT;
    bool fits = true;

    if (slice_equal(who, SLICE("resolver"))) {
        fits = question->server.family == 0;
    } else if (rulesource_form(question, who) >= 0) {
        fits = rulesource_form(question, who) == 1;
    } else if (!slice_equal(who, SLICE("*"))) {
        address_present(&question->server, &text);
        fits = slice_equal(who, strbuf_slice(&text));
    }
    strbuf_cut(&text, 0);
    name_present(&question->name, &text);
    strbuf_cut(&text, text.n - 1);
    if (slice_starts(name, SLICE("*.")))
        fits = fits && slice_ends(strbuf_slice(&text), slice_from(name, 1));
    else
        fits = fits && slice_equal(strbuf_slice(&text), name);
    if (!slice_equal(type, SLICE("ANY")))
        fits = fits && rrtype_parse(type) == question->type;
    strbuf_clear(&text);
    return fits;
}

static inline void
rulesource_data(struct arena *arena, struct answer *answer,
                const struct question *question, struct slice data)
{
    struct record *records = NULL;
    struct error err = ERROR_INIT;
    size_t count = 0;

    while (data.n > 0) {
        struct slice one =
            slice_sub(data, 0, slice_search(data, SLICE(" | ")));

        data = slice_from(data, one.n + 3);
        records = arena_grow(arena, records, count, sizeof(*records));
        records[count].owner = question->name;
        records[count].type = question->type;
        records[count].ttl = 300;
        if (record_parse(arena, question->type, one, &records[count].data,
                         &err)
            != ST_OK)
            bail("rule: '%.*s': %s", SLICE_ARGS(one), err.text);
        count++;
    }
    answer->records = records;
    answer->record_count = count;
}

static inline const char *
rulesource_server(struct arena *arena, const struct question *question)
{
    struct strbuf text = STRBUF_INIT;
    const char *name = "rules";

    if (question->server.family != 0) {
        address_present(&question->server, &text);
        name = arena_text(arena, strbuf_slice(&text));
    }
    strbuf_clear(&text);
    return name;
}

static inline void
rulesource_hop(struct arena *arena, struct answer *answer,
               const struct question *question, struct slice target)
{
    struct hop *hop = ARENA_NEW(arena, struct hop);

    hop->owner = question->name;
    hop->type = RR_CNAME;
    name_parse(&hop->target, target, NULL);
    answer->chain = hop;
    answer->chain_count = 1;
}

/* The outcome that a word of a rule stands for, or -1. */
static inline int
rulesource_outcome(struct slice word)
{
    static const struct {
        const char *word;
        enum outcome outcome;
    } words[] = {
        {"alias",    OUTCOME_NODATA  },
        {"dangling", OUTCOME_NXDOMAIN},
        {"through",  OUTCOME_FOUND   },
        {"referral", OUTCOME_REFUSED },
        {"compact",  OUTCOME_NXDOMAIN},
        {"cut",      OUTCOME_NODATA  },
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (slice_equal(word, slice_of(words[i].word)))
            return (int)words[i].outcome;
    return outcome_parse(word);
}

static inline const struct record *
rulesource_line(struct arena *arena, const struct record *list, size_t count,
                const char *line)
{
    struct record *records =
        arena_grow(arena, (void *)list, count, sizeof(*records));
    struct error err = ERROR_INIT;

    if (recordline_parse(arena, slice_of(line), &records[count], &err)
        != ST_OK)
        bail("rule: %s", err.text);
    return records;
}

/* The NS records and the glue of a referral. */
static inline void
rulesource_refer(struct arena *arena, struct answer *answer, struct slice data)
{
    struct slice zone = rulesource_word(&data), word;

    answer->referral = true;
    answer->rcode = 0;
    name_parse(&answer->zone, zone, NULL);
    while ((word = rulesource_word(&data)).n > 0) {
        size_t at = slice_find(word, '=');
        struct slice name = slice_sub(word, 0, at);

        answer->authority = rulesource_line(
            arena, answer->authority, answer->authority_count++,
            arena_printf(arena, "%.*s. 300 NS %.*s.", SLICE_ARGS(zone),
                         SLICE_ARGS(name)));
        if (at == word.n)
            continue;
        word = slice_from(word, at + 1);
        answer->additional = rulesource_line(
            arena, answer->additional, answer->additional_count++,
            arena_printf(arena, "%.*s. 300 A %.*s", SLICE_ARGS(name),
                         SLICE_ARGS(word)));
    }
}

static inline void
rulesource_deny(struct arena *arena, struct answer *answer, struct slice data)
{
    while (data.n > 0) {
        struct slice one =
            slice_sub(data, 0, slice_search(data, SLICE(" | ")));

        data = slice_from(data, one.n + 3);
        answer->authority =
            rulesource_line(arena, answer->authority,
                            answer->authority_count++, arena_text(arena, one));
    }
}

static inline struct answer *
rulesource_answer(struct rulesource *source, const struct question *question,
                  struct slice outcome, struct slice data)
{
    struct arena *arena = source->arena;
    bool validated = slice_ends(outcome, SLICE("+"));
    bool no_aa = slice_ends(outcome, SLICE("#"));
    bool is_open = slice_equal(outcome, SLICE("alias"));
    bool is_through = slice_equal(outcome, SLICE("through"));
    struct answer *answer;
    int value;

    outcome.n -= validated || no_aa;
    value = rulesource_outcome(outcome);
    if (value < 0)
        bail("rule: bad outcome '%.*s'", SLICE_ARGS(outcome));
    answer = answer_make(arena, (enum outcome)value,
                         rulesource_server(arena, question), NULL);
    answer->validated = validated;
    answer->aa = question->server.family != 0 && !no_aa;
    answer->rcode = value == OUTCOME_NXDOMAIN   ? 3
                    : value == OUTCOME_REFUSED  ? 5
                    : value == OUTCOME_SERVFAIL ? 2
                    : value == OUTCOME_TIMEOUT  ? ANSWER_NO_RCODE
                                                : 0;
    if (is_open || is_through || slice_equal(outcome, SLICE("dangling")))
        rulesource_hop(arena, answer, question, rulesource_word(&data));
    answer->chain_open = is_open;
    answer->compact_denial = slice_equal(outcome, SLICE("compact"));
    answer->tc = slice_equal(outcome, SLICE("cut"));
    if (answer->compact_denial)
        answer->rcode = 0;
    if (slice_equal(outcome, SLICE("referral")))
        rulesource_refer(arena, answer, data);
    else if (outcome_is_absent(answer->outcome))
        rulesource_deny(arena, answer, data);
    if (value == OUTCOME_FOUND)
        rulesource_data(arena, answer, question, data);
    return answer;
}

static inline const struct answer *
rulesource_ask(struct source *source, struct view *view,
               const struct question *question)
{
    struct rulesource *rules = (struct rulesource *)source;
    struct slice rest = slice_of(rules->rules), line;

    (void)view;
    if (rules->dead != NULL && question_equal(rules->dead, question))
        return answer_make(rules->arena, OUTCOME_TIMEOUT, "rules", NULL);
    while (slice_next(&rest, '\n', &line)) {
        struct slice who = rulesource_word(&line);
        struct slice name = rulesource_word(&line);
        struct slice type = rulesource_word(&line);
        struct slice outcome = rulesource_word(&line);

        if (who.n > 0 && rulesource_fits(question, who, name, type))
            return rulesource_answer(rules, question, outcome, line);
    }
    return answer_make(rules->arena, OUTCOME_REFUSED, "rules", "no rule");
}

static const struct source_ops rulesource_ops = {"rules", rulesource_ask, NULL,
                                                 NULL, NULL};

static inline void
rulesource_open(struct rulesource *source, const char *rules)
{
    *source = (struct rulesource){{&rulesource_ops}, arena_new(), rules, NULL};
}

static inline void
rulesource_close(struct rulesource *source)
{
    arena_free(source->arena);
}

#endif
