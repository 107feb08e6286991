/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/message/arcset.c. */
#include "common/message/arcset.h"

#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

/* clang-format off */

#define AS(i, cv) "ARC-Seal: i=" i "; a=rsa-sha256; cv=" cv \
    "; d=s" i ".example; s=k;\r\n t=12345; b=AAAA\r\n"
#define AMS(i) "ARC-Message-Signature: i=" i "; a=rsa-sha256; d=s" i \
    ".example;\r\n s=k; h=from:to; bh=AAAA; b=AAAA\r\n"
#define AAR(i) "ARC-Authentication-Results: i=" i "; s" i ".example;" \
    " spf=pass\r\n smtp.mailfrom=a@b.example\r\n"
#define SET(i, cv) AS(i, cv) AMS(i) AAR(i)

/* "fields: number=sealer/cv ...", and "!fault@instance" of each fault. */
static const struct {
    const char *name;
    const char *text;
    const char *seen;
} rows[] = {
    {"none", "From: a@b.example\r\n", "0:"},
    {"RFC 8617 appendix B, its form",
     SET("3", "pass") SET("2", "pass") SET("1", "none"),
     "9: 1=s1.example/none 2=s2.example/pass 3=s3.example/pass"},
    {"in no order", AAR("1") SET("2", "pass") AMS("1") AS("1", "none"),
     "6: 1=s1.example/none 2=s2.example/pass"},
    {"names in any case",
     "arc-seal: i=1; cv=none; d=a\r\nARC-MESSAGE-SIGNATURE: i=1\r\n"
     "Arc-Authentication-Results: i=1; a; none\r\n", "3: 1=a/none"},
    {"other fields", "ARC: i=1\r\nARC-Seals: i=1\r\nX-ARC-Seal: i=1\r\n",
     "0:"},
    {"section 5.2 step 2: the last failed",
     SET("2", "fail") SET("1", "none"),
     "6: 1=s1.example/none 2=s2.example/fail"
     " !a seal says cv=fail@2"},
    {"step 3 A: no seal", SET("2", "pass") AMS("1") AAR("1"),
     "5: 1=/ 2=s2.example/pass !a field is missing@1"},
    {"step 3 A: no results", AS("1", "none") AMS("1"),
     "2: 1=s1.example/none !a field is missing@1"},
    {"step 3 A: two seals", AS("1", "pass") SET("1", "none"),
     "4: 1=s1.example/pass !a field is there twice@1"
     " !cv= of a seal is not what its place asks for@1"},
    {"step 3 B: a gap", SET("3", "pass") SET("1", "none"),
     "6: 1=s1.example/none 2=/ 3=s3.example/pass !an instance is missing@2"},
    {"step 3 B: not from 1", SET("2", "pass"),
     "3: 1=/ 2=s2.example/pass !an instance is missing@1"},
    {"step 3 C: pass at 1", SET("1", "pass"),
     "3: 1=s1.example/pass"
     " !cv= of a seal is not what its place asks for@1"},
    {"step 3 C: none above", SET("2", "none") SET("1", "none"),
     "6: 1=s1.example/none 2=s2.example/none"
     " !cv= of a seal is not what its place asks for@2"},
    {"no cv=", "ARC-Seal: i=1; d=a\r\n" AMS("1") AAR("1"),
     "3: 1=a/ !cv= of a seal is not what its place asks for@1"},
    {"section 4.1.3: h= in a seal",
     "ARC-Seal: i=1; cv=none; d=a; h=from\r\n" AMS("1") AAR("1"),
     "3: 1=a/none !a seal has h=@1"},
    {"a tag twice",
     "ARC-Seal: i=1; cv=none; cv=pass; d=a\r\n" AMS("1") AAR("1"),
     "3: 1=a/none !the tags of a field are no list, or one is twice@1"},
    {"section 4.2.1: instance 51", SET("1", "none") AAR("51"),
     "4: 1=s1.example/none !a field has no instance of 1 to 50@0"},
    {"instance 0", SET("0", "none"),
     "3: !a field has no instance of 1 to 50@0"},
    {"no instance", "ARC-Seal: cv=none; d=a\r\n",
     "1: !a field has no instance of 1 to 50@0"},
    {"an instance that is no number", "ARC-Seal: i=-1; cv=none; d=a\r\n",
     "1: !a field has no instance of 1 to 50@0"},
    {"an instance past all numbers",
     "ARC-Seal: i=18446744073709551617; cv=none\r\n",
     "1: !a field has no instance of 1 to 50@0"},
};

/* clang-format on */

static void
put_chain(const struct arcset_chain *chain, struct strbuf *out)
{
    strbuf_addf(out, "%zu:", chain->fields);
    for (size_t i = 0; i < chain->count; i++)
        strbuf_addf(out, " %zu=%.*s/%.*s", i + 1,
                    SLICE_ARGS(chain->sets[i].domain),
                    SLICE_ARGS(chain->sets[i].status));
    for (int i = 0; i < ARCSET_FAULTS; i++)
        if ((chain->faults & 1u << i) != 0)
            strbuf_addf(out, " !%s@%u",
                        arcset_fault_text((enum arcset_fault)i),
                        chain->instances[i]);
}

static void
test_row(size_t i)
{
    struct arena *arena = arena_new();
    struct strbuf seen = STRBUF_INIT;
    struct mailhead head;
    struct arcset_chain chain;

    if (mailhead_read(arena, slice_of(rows[i].text), &head, NULL) != ST_OK)
        bail("%s: no header", rows[i].name);
    chain = arcset_read(arena, &head);
    put_chain(&chain, &seen);
    is_string(rows[i].seen, seen.p, "%s", rows[i].name);
    strbuf_clear(&seen);
    arena_free(arena);
}

/* Section 4.2.1: fifty sets are a chain, and what they claim can be read. */
static void
test_fifty(void)
{
    struct arena *arena = arena_new();
    struct strbuf text = STRBUF_INIT;
    struct mailhead head;
    struct arcset_chain chain;

    for (int i = AUTHRES_INSTANCE_MAX; i > 0; i--)
        strbuf_addf(
            &text,
            "ARC-Seal: i=%d; cv=%s; d=a.example\r\n"
            "ARC-Message-Signature: i=%d\r\n"
            "ARC-Authentication-Results: i=%d; a.example; spf=fail\r\n",
            i, i == 1 ? "none" : "pass", i, i);
    if (mailhead_read(arena, strbuf_slice(&text), &head, NULL) != ST_OK)
        bail("no header");
    chain = arcset_read(arena, &head);
    is_int(50, (long long)chain.count, "fifty");
    is_int(0, chain.faults, "are no fault");
    ok(slice_equal(chain.sets[49].authres->results[0].result, SLICE("fail")),
       "the claim of the last");
    strbuf_clear(&text);
    arena_free(arena);
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(i);
    test_fifty();
    return tap_done();
}
