/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/learnt.c. */
#include "common/dns/learnt.h"

#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

int
main(void)
{
    struct learnt *learnt = learnt_new();
    struct strbuf key = STRBUF_INIT;
    struct name one, other;

    plan_lazy();
    name_parse(&one, SLICE("_tls.example.com"), NULL);
    name_parse(&other, SLICE("_domainkey.example.net"), NULL);
    ok(learnt_get(learnt, SLICE("a")) == NULL, "nothing at first");
    learnt_put(learnt, SLICE("a"), &one);
    learnt_put(learnt, SLICE("a"), &other);
    ok(learnt_get(learnt, SLICE("a")) != NULL
           && name_equal(learnt_get(learnt, SLICE("a")), &one),
       "the first one stays");
    ok(learnt_get(learnt, SLICE("b")) == NULL, "of these servers only");
    for (size_t i = 0; i < LEARNT_MAX; i++) {
        strbuf_cut(&key, 0);
        strbuf_addf(&key, "set %zu", i);
        learnt_put(learnt, strbuf_slice(&key), &other);
    }
    ok(learnt_get(learnt, SLICE("set 0")) != NULL, "many are kept");
    ok(learnt_get(learnt, strbuf_slice(&key)) == NULL, "and no more");
    strbuf_clear(&key);
    learnt_free(learnt);
    learnt_free(NULL);
    return tap_done();
}
