/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/recordingform.c. */
#include "common/dns/recordingform.h"

#include "common/dns/rcode.h"
#include "tests/tap/tap.h"

static const uint16_t rcodes[] = {
    ANSWER_NO_RCODE, RCODE_NOERROR,   RCODE_NOERROR,
    RCODE_NXDOMAIN,  RCODE_SERVFAIL,  RCODE_REFUSED,
    ANSWER_NO_RCODE, ANSWER_NO_RCODE, RCODE_SERVFAIL};

/* Are the questions to these two the same line of a recording? */
static bool
same_key(const char *one, const char *other)
{
    struct address a, b;
    struct strbuf key_a = STRBUF_INIT;
    struct strbuf key_b = STRBUF_INIT;
    struct question question;
    bool same;

    address_parse(&a, slice_of(one), NULL);
    address_parse(&b, slice_of(other), NULL);
    question = question_direct(&a, &name_root, RR_NS);
    recordingform_key(&question, &key_a);
    question = question_direct(&b, &name_root, RR_NS);
    recordingform_key(&question, &key_b);
    same = slice_equal(strbuf_slice(&key_a), strbuf_slice(&key_b));
    strbuf_clear(&key_a);
    strbuf_clear(&key_b);
    return same;
}

int
main(void)
{
    plan_lazy();
    for (int i = OUTCOME_PENDING; i <= OUTCOME_BOGUS; i++)
        is_int(rcodes[i], recordingform_rcode((enum outcome)i),
               "response code of %s", outcome_word((enum outcome)i));
    is_string(NULL, recordingform_transports[TRANSPORT_AUTO], "no word");
    is_string("udp", recordingform_transports[TRANSPORT_UDP], "udp");
    is_string("tcp", recordingform_transports[TRANSPORT_TCP], "tcp");
    ok(same_key("192.0.2.1", "192.0.2.1@53"), "port 53 goes without saying");
    ok(!same_key("192.0.2.1", "192.0.2.1@54"), "another port does not");
    ok(!same_key("192.0.2.1", "192.0.2.2"), "addresses differ");
    return tap_done();
}
