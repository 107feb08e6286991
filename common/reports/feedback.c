/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of DMARC aggregate reports. */
#include "common/reports/feedback.h"

struct result_word {
    struct slice word;           /* in a report */
    enum feedback_result result; /* what it means */
};

/* The first row of each result is the word for it. */
static const struct result_word words[] = {
    {SLICE_INIT("pass"),      FEEDBACK_PASS     },
    {SLICE_INIT("fail"),      FEEDBACK_FAIL     },
    {SLICE_INIT("none"),      FEEDBACK_NONE     },
    {SLICE_INIT("softfail"),  FEEDBACK_SOFTFAIL },
    {SLICE_INIT("neutral"),   FEEDBACK_NEUTRAL  },
    {SLICE_INIT("temperror"), FEEDBACK_TEMPERROR},
    {SLICE_INIT("permerror"), FEEDBACK_PERMERROR},
    {SLICE_INIT("policy"),    FEEDBACK_POLICY   },
    {SLICE_INIT("other"),     FEEDBACK_OTHER    },
 /* RFC 4408 and RFC 5451 had other words; some receivers kept them. */
    {SLICE_INIT("hardfail"),  FEEDBACK_FAIL     },
    {SLICE_INIT("error"),     FEEDBACK_TEMPERROR},
    {SLICE_INIT("unknown"),   FEEDBACK_PERMERROR},
    {SLICE_INIT("invalid"),   FEEDBACK_PERMERROR},
    {SLICE_INIT(""),          FEEDBACK_NONE     },
};
#define WORDS (sizeof(words) / sizeof(words[0]))

const char *
feedback_result_word(enum feedback_result result)
{
    for (size_t i = 0; i < WORDS; i++)
        if (words[i].result == result)
            return words[i].word.p;
    return "other";
}

enum feedback_result
feedback_result_parse(struct slice word)
{
    for (size_t i = 0; i < WORDS; i++)
        if (slice_equal_case(words[i].word, word))
            return words[i].result;
    return FEEDBACK_OTHER;
}

enum feedback_disposition
feedback_disposition_parse(struct slice word)
{
    if (slice_equal_case(word, SLICE("quarantine")))
        return FEEDBACK_QUARANTINED;
    return slice_equal_case(word, SLICE("reject")) ? FEEDBACK_REJECTED
                                                   : FEEDBACK_TAKEN;
}

enum feedback_override
feedback_override_parse(struct slice word)
{
    if (slice_equal_case(word, SLICE("mailing_list")))
        return FEEDBACK_LIST;
    if (slice_equal_case(word, SLICE("forwarded"))
        || slice_equal_case(word, SLICE("trusted_forwarder")))
        return FEEDBACK_FORWARDER;
    return FEEDBACK_LOCAL;
}
