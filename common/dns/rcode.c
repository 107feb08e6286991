/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Response codes and their words. */
#include "common/dns/rcode.h"

#include "common/dns/answer.h"

static const struct {
    uint16_t rcode;   /* IANA number */
    const char *word; /* its name */
} rcodes[] = {
    {RCODE_NOERROR,   "NOERROR"  },
    {1,               "FORMERR"  },
    {RCODE_SERVFAIL,  "SERVFAIL" },
    {RCODE_NXDOMAIN,  "NXDOMAIN" },
    {4,               "NOTIMP"   },
    {RCODE_REFUSED,   "REFUSED"  },
    {6,               "YXDOMAIN" },
    {7,               "YXRRSET"  },
    {8,               "NXRRSET"  },
    {9,               "NOTAUTH"  },
    {10,              "NOTZONE"  },
    {16,              "BADVERS"  },
    {23,              "BADCOOKIE"},
    {ANSWER_NO_RCODE, "NONE"     },
};

#define RCODE_COUNT (sizeof(rcodes) / sizeof(rcodes[0]))

void
rcode_present(uint16_t rcode, struct strbuf *out)
{
    for (size_t i = 0; i < RCODE_COUNT; i++) {
        if (rcodes[i].rcode == rcode) {
            strbuf_add_text(out, rcodes[i].word);
            return;
        }
    }
    strbuf_addf(out, "RCODE%u", (unsigned)rcode);
}

int
rcode_parse(struct slice text)
{
    uint64_t number;

    for (size_t i = 0; i < RCODE_COUNT; i++) {
        if (slice_equal_case(slice_of(rcodes[i].word), text))
            return rcodes[i].rcode;
    }
    if (!slice_starts_case(text, SLICE("RCODE"))
        || !slice_number(slice_from(text, 5), UINT16_MAX, &number))
        return -1;
    return (int)number;
}
