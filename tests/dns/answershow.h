/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers as one line of text: what rows of tests are compared by. */
#ifndef TESTS_ANSWERSHOW_H
#define TESTS_ANSWERSHOW_H

#include "common/base/strbuf.h"
#include "common/dns/answer.h"

static inline void
answer_show_records(struct strbuf *out, const struct record *records,
                    size_t count)
{
    for (size_t i = 0; i < count; i++) {
        strbuf_add_text(out, i > 0 ? ", " : "");
        name_present(&records[i].owner, out);
        strbuf_add_char(out, ' ');
        rrtype_present(records[i].type, out);
        strbuf_add_char(out, ' ');
        record_present(&records[i], out);
    }
}

static inline void
answer_show_flags(struct strbuf *out, const struct answer *answer)
{
    const struct {
        bool set;
        const char *word;
    } flags[] = {
        {answer->aa,          " aa"      },
        {answer->ra,          " ra"      },
        {answer->chain_loops, " loops"   },
        {answer->chain_open,  " open"    },
        {answer->referral,    " referral"},
    };

    strbuf_add_text(out, outcome_word(answer->outcome));
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        if (flags[i].set)
            strbuf_add_text(out, flags[i].word);
}

/*
 * The outcome, flags, "-> NEXT" for each hop ("=> NEXT" by DNAME), the data;
 * the SOA of a negative answer as "(ZONE TTL)", else the authority section as
 * "{...; ...}" with the additional one; the problem.
 */
static inline void
answer_show(struct strbuf *out, const struct answer *answer)
{
    answer_show_flags(out, answer);
    for (size_t i = 0; i < answer->chain_count; i++) {
        strbuf_add_text(out,
                        answer->chain[i].type == RR_DNAME ? " => " : " -> ");
        name_present(&answer->chain[i].target, out);
    }
    for (size_t i = 0; i < answer->record_count; i++) {
        strbuf_add_text(out, i > 0 ? ", " : " ");
        record_present(&answer->records[i], out);
    }
    if (outcome_is_absent(answer->outcome) && answer->zone.size > 0) {
        strbuf_add_text(out, " (");
        name_present(&answer->zone, out);
        strbuf_addf(out, " %u)", answer->negative_ttl);
    } else if (answer->authority_count > 0) {
        strbuf_add_text(out, " {");
        answer_show_records(out, answer->authority, answer->authority_count);
        strbuf_add_text(out, answer->additional_count > 0 ? "; " : "");
        answer_show_records(out, answer->additional, answer->additional_count);
        strbuf_add_char(out, '}');
    }
    if (answer->problem != NULL)
        strbuf_addf(out, " %s", answer->problem);
}

#endif
