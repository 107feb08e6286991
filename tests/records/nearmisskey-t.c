/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/records/nearmisskey.c. */
#include "common/records/nearmisskey.h"

#include "common/base/strbuf.h"
#include "tests/dkim/keys.h"
#include "tests/records/longtexts.h"
#include "tests/tap/tap.h"

#define ED           "v=DKIM1; k=ed25519; p=abc+/="
#define SPF          "v=spf1 include:_spf.example.com -all"
#define DMARC        "v=DMARC1; p=reject; adkim=s"

/* clang-format off */

static const struct {
    const char *text;
    enum nearmiss_kind kind;
    const char *key;
} kinds[] = {
    {"v=DKIM1; k=rsa; p=abc", NEARMISS_KEY, "abc"},
    {" v=DKIM1;p= abc ;t=s", NEARMISS_KEY, "abc"},
    {"v=dkim1; p=abc", NEARMISS_KEY, "abc"},
    {"p=abc", NEARMISS_KEY, "abc"},
    {"k=rsa; p=abc; v=DKIM1", NEARMISS_KEY, "abc"},
    {"v=DKIM1; p=", NEARMISS_KEY, ""},
    {"v=DKIM1", NEARMISS_KEY, ""},
    {"p=abc; v=DKIM2", NEARMISS_OTHER, ""},
    {DMARC, NEARMISS_POLICY, ""},
    {"V=dmarc1;p=none", NEARMISS_POLICY, ""},
    {"v=DMARC1", NEARMISS_POLICY, ""},
    {"v=DMARC12; p=none", NEARMISS_OTHER, ""},
    {SPF, NEARMISS_SPF, ""},
    {"v=spf1", NEARMISS_SPF, ""},
    {"V=SPF1 -all", NEARMISS_SPF, ""},
    {"v=spf10 -all", NEARMISS_OTHER, ""},
    {"google-site-verification=abc", NEARMISS_OTHER, ""},
    {"sp=none; np=none", NEARMISS_OTHER, ""},
    {"", NEARMISS_OTHER, ""},
};

typedef bool test_fn(struct slice found, struct slice expected);

static const struct {
    const char *name;
    test_fn *fits;
    const char *found;
    const char *expected;
    bool wanted;
} rows[] = {
    {"two keys are kin", nearmisskey_is_kin, "p=xyz", ED, true},
    {"two policies are kin", nearmisskey_is_kin, "v=DMARC1; p=none", DMARC,
     true},
    {"two SPF records are kin", nearmisskey_is_kin, "V=spf1 ?all", SPF, true},
    {"a key and a policy are not", nearmisskey_is_kin, DMARC, ED, false},
    {"a token and SPF are not", nearmisskey_is_kin, "ms=ms123", SPF, false},
    {"two tokens of one service are kin", nearmisskey_is_kin, "a=1 x", "a=1 y",
     true},
    {"two tokens are not", nearmisskey_is_kin, "a=1", "b=1", false},
    {"nothing is no kin of nothing", nearmisskey_is_kin, "", "", false},

    {"k=RSA", nearmisskey_type_case, "v=DKIM1; k=RSA; p=abc",
     "v=DKIM1; k=rsa; p=abc", true},
    {"k=RSA without blanks", nearmisskey_type_case, "v=DKIM1;k=RSA;p=abc",
     "v=DKIM1; k=rsa; p=abc", true},
    {"k=RSA and another key", nearmisskey_type_case, "v=DKIM1; k=RSA; p=abC",
     "v=DKIM1; k=rsa; p=abc", false},
    {"k= of another type", nearmisskey_type_case, "v=DKIM1; k=dsa; p=abc",
     "v=DKIM1; k=rsa; p=abc", false},
    {"K=rsa is another mistake", nearmisskey_type_case,
     "v=DKIM1; K=rsb; p=abc", "v=DKIM1; k=rsa; p=abc", false},
    {"a tag more", nearmisskey_type_case, "v=DKIM1; k=RSA; p=abc; t=s",
     "v=DKIM1; k=rsa; p=abc", false},
    {"a tag less", nearmisskey_type_case, "v=DKIM1; k=RSA",
     "v=DKIM1; k=rsa; p=abc", false},

    {"Ed25519 without k=", nearmisskey_type_missing, "v=DKIM1; p=abc+/=", ED,
     true},
    {"RSA without k= is as good", nearmisskey_type_missing, "v=DKIM1; p=abc",
     "v=DKIM1; k=rsa; p=abc", false},
    {"another key without k=", nearmisskey_type_missing, "v=DKIM1; p=abd+/=",
     ED, false},
    {"with k=", nearmisskey_type_missing, ED, ED, false},

    {"line breaks in the key", nearmisskey_wrapped,
     "v=DKIM1; k=ed25519; p=ab\n c+/=", ED, true},
    {"blanks elsewhere", nearmisskey_wrapped, "v=DKIM1;  k=ed25519;"
     " p=abc+/=", ED, false},
    {"another key with blanks", nearmisskey_wrapped,
     "v=DKIM1; k=ed25519; p=ab d+/=", ED, false},
    {"a hyphen in the key", nearmisskey_wrapped,
     "v=DKIM1; k=ed25519; p=ab-c+/=", ED, false},
    {"blanks in a policy", nearmisskey_wrapped, "v=DMARC1; p=re ject", DMARC,
     false},

    {"v= at the end", nearmisskey_version_not_first,
     "k=ed25519; p=abc+/=; v=DKIM1", ED, true},
    {"v= in the middle of a policy", nearmisskey_version_not_first,
     "p=reject; v=DMARC1; adkim=s", DMARC, true},
    {"v= first", nearmisskey_version_not_first, ED, ED, false},
    {"v= behind and a tag lost", nearmisskey_version_not_first,
     "p=abc+/=; v=DKIM1", ED, false},
    {"SPF has no tags", nearmisskey_version_not_first,
     "include:_spf.example.com v=spf1 -all", SPF, false},

    {"a key without v=", nearmisskey_version_missing, "k=ed25519; p=abc+/=",
     ED, true},
    {"a policy without v=", nearmisskey_version_missing, "p=reject;adkim=s;",
     DMARC, true},
    {"SPF without v=", nearmisskey_version_missing,
     "include:_spf.example.com -all", SPF, true},
    {"without v= and another tag", nearmisskey_version_missing, "p=abc+/=", ED,
     false},
    {"with v=", nearmisskey_version_missing, ED, ED, false},
    {"nothing", nearmisskey_version_missing, "", ED, false},
    {"what has no v= lacks none", nearmisskey_version_missing, "b", "a; b",
     false},

    {"p= twice", nearmisskey_two_p_tags, "v=DKIM1; p=old; p=abc+/=", ED, true},
    {"p= once", nearmisskey_two_p_tags, ED, ED, false},
    {"sp= is another tag", nearmisskey_two_p_tags,
     "v=DMARC1; p=none; sp=none", DMARC, false},
    {"p= in a value", nearmisskey_two_p_tags, "v=DKIM1; n=p=1; p=abc", ED,
     false},
    {"p= twice in something else", nearmisskey_two_p_tags,
     "v=other; p=1; p=2", ED, false},

    {"PKCS #1", nearmisskey_pkcs1, LONG_TAGS LONG_FIRST LONG_256TH LONG_SECOND,
     LONG_TEXT, true},
    {"a real key in PKCS #1", nearmisskey_pkcs1,
     LONG_TAGS KEY_RSA_2048_PKCS1, LONG_TAGS KEY_RSA_2048, true},
    {"SubjectPublicKeyInfo", nearmisskey_pkcs1, LONG_TEXT, LONG_TEXT, false},
    {"PKCS #1 of another key", nearmisskey_pkcs1,
     LONG_TAGS KEY_RSA_2048_PKCS1, LONG_TEXT, false},

    {"PEM", nearmisskey_pem_armour,
     "v=DKIM1; p=-----BEGIN PUBLIC KEY-----abc+/=", ED, true},
    {"the end of PEM", nearmisskey_pem_armour, "abc+/=-----END PUBLIC KEY",
     ED, true},
    {"PEM where no key is expected", nearmisskey_pem_armour,
     "-----BEGIN CERTIFICATE-----", SPF, false},
    {"no PEM", nearmisskey_pem_armour, ED, ED, false},

    {"only the key", nearmisskey_bare, " abc+/=", ED, true},
    {"only another key", nearmisskey_bare, "abd+/=", ED, false},
    {"only a policy word", nearmisskey_bare, "reject", DMARC, false},

    {"t=y", nearmisskey_testing_left, "v=DKIM1; k=ed25519; t=y; p=abc+/=", ED,
     true},
    {"t=s:y", nearmisskey_testing_left, "v=DKIM1; t=s : y; p=abc+/=", ED,
     true},
    {"t=s", nearmisskey_testing_left, "v=DKIM1; t=s; p=abc+/=", ED, false},
    {"t=y as expected", nearmisskey_testing_left, "v=DKIM1;t=y;p=abc",
     "v=DKIM1; t=y; p=abc", false},
    {"t=y of another key", nearmisskey_testing_left, "v=DKIM1; t=y; p=abd", ED,
     false},
    {"t=y of a policy", nearmisskey_testing_left,
     "v=DMARC1; p=reject; t=y; adkim=s", DMARC, false},

    {"revoked", nearmisskey_revoked, "v=DKIM1; k=ed25519; p=", ED, true},
    {"revoked as expected", nearmisskey_revoked, "v=DKIM1;p=", "v=DKIM1; p=",
     false},
    {"no p= is not revoked", nearmisskey_revoked, "v=DKIM1; k=ed25519", ED,
     false},
    {"not revoked", nearmisskey_not_revoked, ED, "v=DKIM1; p=", true},
    {"revoked, as it should be", nearmisskey_not_revoked, "v=DKIM1; p=",
     "v=DKIM1; p=", false},
    {"a policy cannot be revoked", nearmisskey_not_revoked, DMARC,
     "v=DMARC1; p=", false},

    {"other tags", nearmisskey_other_tags,
     "v=DKIM1; k=ed25519; s=email; p=abc+/=", ED, true},
    {"another key", nearmisskey_other_tags, "v=DKIM1; k=ed25519; p=abd+/=",
     ED, false},
    {"two revoked keys", nearmisskey_other_tags, "v=DKIM1; p=",
     "v=DKIM1; p=; t=s", false},

    {"the key among other tags", nearmisskey_holds_key,
     "v=DKIM1; t=y; p=abc+/=; k=ed25519", ED, true},
    {"the key in quotes", nearmisskey_holds_key, "\"" ED "\"", ED, true},
    {"the key with blanks within", nearmisskey_holds_key,
     "v=DKIM1; k=ed25519; p=ab c+/=", ED, true},
    {"another key's record", nearmisskey_holds_key,
     "v=DKIM1; k=ed25519; p=abd+/=", ED, false},
    {"no key is wanted", nearmisskey_holds_key, ED, "v=DKIM1; p=", false},
};

static const struct {
    const char *name;
    const char *found;
    const char *expected;
    bool wanted;
} same[] = {
    {"the very same", ED, ED, true},
    {"without blanks", "v=DKIM1;k=ed25519;p=abc+/=", ED, true},
    {"with a final semicolon", ED ";", ED, true},
    {"with a final semicolon and a blank", DMARC "; ", DMARC, true},
    {"more blanks", "v=DMARC1 ;  p=reject ; adkim=s", DMARC, true},
    {"a blank in front", " " ED, ED, false},
    {"a tab", "v=DKIM1;\tk=ed25519; p=abc+/=", ED, false},
    {"a line end", ED "\n", ED, false},
    {"blanks beside =", "v=DKIM1; k = ed25519; p=abc+/=", ED, false},
    {"a blank in the key", "v=DKIM1; k=ed25519; p=abc +/=", ED, false},
    {"another order", "v=DKIM1; p=abc+/=; k=ed25519", ED, false},
    {"a tag less", "v=DKIM1; k=ed25519", ED, false},
    {"a tag more", ED "; t=s", ED, false},
    {"an empty tag", "v=DKIM1;; k=ed25519; p=abc+/=", ED, false},
    {"another case", "v=DKIM1; k=ed25519; P=abc+/=", ED, false},
    {"revoked", "v=DKIM1;p=", "v=DKIM1; p=", true},
    {"SPF is no tag list", "v=spf1  -all", "v=spf1 -all", false},
    {"another thing with semicolons", "a=1;b=2", "a=1; b=2", false},
    {"nothing", "", ED, false},
};

static const struct {
    const char *name;
    const char *text;
    bool wanted;
} privates[] = {
    {"PKCS #1 in p=", "v=DKIM1; k=rsa; p=" KEY_RSA_2048_PRIVATE, true},
    {"PKCS #8 in p=", "v=DKIM1; k=rsa; p=" KEY_RSA_2048_PKCS8, true},
    {"Ed25519 in p=", "v=DKIM1; k=ed25519; p=" KEY_ED25519_PKCS8, true},
    {"PKCS #8 by itself", KEY_RSA_2048_PKCS8, true},
    {"PEM", "-----BEGIN RSA PRIVATE KEY----- MIIE", true},
    {"a public key", "v=DKIM1; k=rsa; p=" KEY_RSA_2048, false},
    {"a long public key", "v=DKIM1; k=rsa; p=" KEY_RSA_4096, false},
    {"an Ed25519 key", "v=DKIM1; k=ed25519; p=" KEY_ED25519_RAW, false},
    {"SPF", SPF, false},
    {"a word that is base64", "reject==", false},
    {"nothing", "", false},
};

/* clang-format on */

#define COUNT(table) (sizeof(table) / sizeof(table[0]))

static void
test_kinds(void)
{
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct slice text = slice_of(kinds[i].text);
        struct slice key = nearmisskey_of(text);

        is_int(kinds[i].kind, nearmisskey_kind(text), "kind of %s",
               kinds[i].text);
        is_octets(kinds[i].key, strlen(kinds[i].key), key.p, key.n,
                  "key of %s", kinds[i].text);
    }
}

/* A text of 64 KB costs what its length says: with the square of it this
   would not end. */
static void
test_long(void)
{
    struct strbuf many = STRBUF_INIT, blanks = STRBUF_INIT;
    size_t fits = 0;

    while (many.n < 65000)
        strbuf_add_text(&many, "a=b;");
    strbuf_add_text(&blanks, "v=DKIM1; p=");
    while (blanks.n < 65000)
        strbuf_add_text(&blanks, " \t");
    for (size_t i = 0; i < COUNT(rows); i++)
        for (int k = 0; k < 3; k++) {
            fits += rows[i].fits(strbuf_slice(&many), SLICE(ED)) ? 1 : 0;
            fits += rows[i].fits(strbuf_slice(&blanks), SLICE(ED)) ? 1 : 0;
            fits += rows[i].fits(strbuf_slice(&many), strbuf_slice(&blanks))
                        ? 1
                        : 0;
        }
    ok(fits > 0, "long texts");
    strbuf_clear(&many);
    strbuf_clear(&blanks);
}

int
main(void)
{
    struct arena *arena = arena_new();

    plan_lazy();
    test_kinds();
    for (size_t i = 0; i < COUNT(rows); i++)
        ok(rows[i].fits(slice_of(rows[i].found), slice_of(rows[i].expected))
               == rows[i].wanted,
           "%s", rows[i].name);
    for (size_t i = 0; i < COUNT(same); i++)
        ok(nearmisskey_same_tags(arena, slice_of(same[i].found),
                                 slice_of(same[i].expected))
               == same[i].wanted,
           "same tags: %s", same[i].name);
    for (size_t i = 0; i < COUNT(privates); i++)
        ok(nearmisskey_is_private(arena, slice_of(privates[i].text))
               == privates[i].wanted,
           "private: %s", privates[i].name);
    test_long();
    arena_free(arena);
    return tap_done();
}
