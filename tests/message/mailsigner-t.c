/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/message/mailsigner.c. */
#include "common/message/mailsigner.h"

#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

/* clang-format off */

/* "selector@domain" of each signature, "!problem" of one that names nobody. */
static const struct {
    const char *name;
    const char *text;
    const char *signers;
} rows[] = {
    {"none", "Subject: d=example.com; s=k1\n\n", ""},
    {"RFC 6376 appendix A.2",
     "DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;\r\n"
     "     c=simple/simple; q=dns/txt; i=joe@football.example.com;\r\n"
     "     h=Received : From : To : Subject : Date : Message-ID;\r\n"
     "     bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
     "     b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB\r\n"
     "       4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut\r\n"
     "       KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV\r\n"
     "       4bmp/YzhwvcubU4=;\r\n\r\n",
     "brisbane@example.com "},
    {"several, whatever their case",
     "dkim-signature: d=a.example; s=one\nDKIM-SIGNATURE: s=two.region1;"
     " d=b.example\n\n", "one@a.example two.region1@b.example "},
    {"not of the body", "A: 1\n\nDKIM-Signature: d=a.example; s=one\n", ""},
    {"no d=", "DKIM-Signature: s=one\n\n",
     "!it has no d= that could be a domain "},
    {"no s=", "DKIM-Signature: d=a.example; s=\n\n",
     "!it has no s= that could be a selector "},
    {"a blank inside", "DKIM-Signature: d=a .example; s=one\n\n",
     "!it has no d= that could be a domain "},
    {"twice d=", "DKIM-Signature: d=a.example; d=b.example; s=one\n\n",
     "!it has a tag twice "},
    {"no list", "DKIM-Signature: hello\n\n",
     "!its tags are no list of name=value "},
    {"the second one counts too",
     "DKIM-Signature: hello\nDKIM-Signature: s=k1; d=a.example\n\n",
     "!its tags are no list of name=value k1@a.example "},
};

/* clang-format on */

static void
test_row(size_t i)
{
    struct arena *arena = arena_new();
    struct strbuf seen = STRBUF_INIT;
    const struct mailsigner *signers;
    struct mailhead head;
    size_t count;

    if (mailhead_read(arena, slice_of(rows[i].text), &head, NULL) != ST_OK)
        bail("%s: no header", rows[i].name);
    signers = mailsigner_list(arena, &head, &count);
    for (size_t k = 0; k < count; k++)
        if (signers[k].problem != NULL)
            strbuf_addf(&seen, "!%s ", signers[k].problem);
        else
            strbuf_addf(&seen, "%s@%s ", signers[k].selector,
                        signers[k].domain);
    is_string(rows[i].signers, seen.n == 0 ? "" : seen.p, "%s", rows[i].name);
    strbuf_clear(&seen);
    arena_free(arena);
}

static void
test_many(void)
{
    struct arena *arena = arena_new();
    struct strbuf text = STRBUF_INIT;
    struct mailhead head;
    size_t count = 0;

    for (int i = 0; i < 2 * MAILSIGNER_MAX; i++)
        strbuf_add_text(&text, "DKIM-Signature: d=a.example; s=k\n");
    if (mailhead_read(arena, strbuf_slice(&text), &head, NULL) == ST_OK)
        mailsigner_list(arena, &head, &count);
    is_int(MAILSIGNER_MAX, (long long)count, "no more than there is room for");
    strbuf_clear(&text);
    arena_free(arena);
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(i);
    test_many();
    return tap_done();
}
