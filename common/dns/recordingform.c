/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What recorder.c and recording.c agree on. */
#include "common/dns/recordingform.h"

#include "common/dns/rcode.h"

#define FLAG(word, field)                                                     \
    {                                                                         \
        (word), offsetof(struct answer, field)                                \
    }

/* clang-format off */
const struct recordingform_flag recordingform_flags[] = {
    FLAG("aa", aa),
    FLAG("tc", tc),
    FLAG("ra", ra),
    FLAG("ad", ad),
    FLAG("validated", validated),
    FLAG("loops", chain_loops),
    FLAG("open", chain_open),
    FLAG("referral", referral),
    FLAG("compact", compact_denial),
    FLAG("plain", no_edns),
    FLAG("case-lost", case_lost),
    FLAG("beside", cname_beside),
    {NULL, 0},
};
/* clang-format on */

const char *const recordingform_transports[RECORDINGFORM_TRANSPORTS] = {
    NULL, "udp", "tcp"};

/* By enum outcome. */
static const uint16_t rcodes[] = {
    ANSWER_NO_RCODE, RCODE_NOERROR,   RCODE_NOERROR,
    RCODE_NXDOMAIN,  RCODE_SERVFAIL,  RCODE_REFUSED,
    ANSWER_NO_RCODE, ANSWER_NO_RCODE, RCODE_SERVFAIL,
};

uint16_t
recordingform_rcode(enum outcome outcome)
{
    return rcodes[outcome];
}

/* Where the transport asks when no port is said. */
#define DEFAULT_PORT 53

void
recordingform_key(const struct question *question, struct strbuf *out)
{
    struct question canonical = *question;

    if (canonical.server.port == DEFAULT_PORT)
        canonical.server.port = 0;
    question_key(&canonical, out);
}
