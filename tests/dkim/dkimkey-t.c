/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dkim/dkimkey.c: the tags of key records. */
#include "common/dkim/dkimkey.h"

#include "tests/dkim/describe.h"
#include "tests/dkim/keys.h"
#include "tests/tap/tap.h"

#define P "p=" KEY_RSA_2048
#define TEXT(literal)                                                         \
    {                                                                         \
        (literal), sizeof(literal) - 1                                        \
    }

/* clang-format off */
static const struct {
    const char *name;
    struct slice text;
    const char *wanted;
} rows[] = {
    {"all as it should be", TEXT("v=DKIM1; k=rsa; t=s; " P),
     "ok rsa 2048 s"},
    {"6376 3.6.1: nothing but p=", TEXT(P),
     "ok rsa 2048 version-missing flag-strict-absent"},
    {"6376 3.2: FWS around tags", TEXT(" v = DKIM1 ;\r\n\t t = s;" P ";"),
     "ok rsa 2048 s"},
    {"6376 3.2: a final semicolon", TEXT("v=DKIM1; t=s; " P " ; "),
     "ok rsa 2048 s"},
    {"6376 3.2: two semicolons", TEXT("v=DKIM1;; t=s; " P),
     "invalid rsa 2048 s tag-syntax"},
    {"6376 3.2: a tag without =", TEXT("v=DKIM1; rsa; t=s; " P),
     "invalid rsa 2048 s tag-syntax"},
    {"6376 3.2: a bad tag name", TEXT("v=DKIM1; a-b=c; t=s; " P),
     "invalid rsa 2048 s tag-syntax"},
    {"6376 3.2: a control character", TEXT("v=DKIM1; x=\001; t=s; " P),
     "invalid rsa 2048 s tag-syntax unknown-tag"},
    {"6376 3.2: UTF-8 in the notes", TEXT("v=DKIM1; n=\xc3\xa9; t=s; " P),
     "ok rsa 2048 s notes-size"},
    {"semicolons forgotten", TEXT("v=DKIM1 k=rsa t=s " P),
     "invalid rsa 2048 s tag-syntax tag-syntax tag-syntax"},
    {"one semicolon forgotten after the key", TEXT("v=DKIM1; " P " t=s"),
     "invalid rsa 2048 s tag-syntax"},
    {"quotes kept", TEXT("\"v=DKIM1; t=s; " P "\""),
     "invalid rsa 0 s tag-syntax version-missing key-bad-base64"},
    {"6376 3.2: p= twice", TEXT("v=DKIM1; t=s; " P "; " P),
     "invalid rsa 2048 s duplicate-tag"},
    {"6376 3.2: an unknown tag twice", TEXT("v=DKIM1; t=s; x=1; x=1; " P),
     "invalid rsa 2048 s unknown-tag duplicate-tag unknown-tag"},
    {"6376 3.2: P= is another tag", TEXT("v=DKIM1; t=s; P=" KEY_RSA_2048),
     "invalid rsa 0 s tag-case"},
    {"6376 3.2: K= is another tag", TEXT("v=DKIM1; t=s; K=ed25519; " P),
     "ok rsa 2048 s tag-case"},
    {"6376 3.2: V= is another tag", TEXT("V=DKIM1; t=s; " P),
     "ok rsa 2048 s tag-case"},
    {"6376 3.6.1: v= not first", TEXT("k=rsa; v=DKIM1; t=s; " P),
     "invalid rsa 2048 s version-not-first"},
    {"6376 3.6.1: v=DKIM1.0", TEXT("v=DKIM1.0; t=s; " P),
     "invalid rsa 2048 s version-invalid"},
    {"6376 3.6.1: v=dkim1", TEXT("v=dkim1; t=s; " P),
     "invalid rsa 2048 s version-invalid"},
    {"6376 3.6.1: v=DKIM2", TEXT("v=DKIM2; t=s; " P),
     "invalid rsa 2048 s version-invalid"},
    {"6376 3.6.1: an empty v=", TEXT("v=; t=s; " P),
     "invalid rsa 2048 s version-invalid"},
    {"a backslash before the semicolon", TEXT("v=DKIM1\\; t=s\\; " P),
     "invalid rsa 2048 version-invalid"},
    {"6376 3.6.1: no p=", TEXT("v=DKIM1; k=rsa; t=s"),
     "invalid rsa 0 s key-missing"},
    {"the key alone, its tags forgotten", TEXT(KEY_RSA_2048),
     "invalid rsa 0 tag-syntax version-missing key-missing"},
    {"6376 3.6.1: revoked", TEXT("v=DKIM1; p="),
     "revoked rsa 0 key-revoked"},
    {"6376 3.6.1: revoked, with white space", TEXT("v=DKIM1; p= ; t=y"),
     "revoked rsa 0 y flag-testing key-revoked"},
    {"6376 3.6.1: an unknown key type", TEXT("v=DKIM1; k=dsa; t=s; " P),
     "invalid - 2048 s key-type-unknown"},
    {"6376 3.6.1: an empty k=", TEXT("v=DKIM1; k=; t=s; " P),
     "invalid - 2048 s key-type-unknown"},
    {"6376 3.2: k=RSA", TEXT("v=DKIM1; k=RSA; t=s; " P),
     "ok rsa 2048 s key-type-case"},
    {"8463: k=Ed25519", TEXT("v=DKIM1; k=Ed25519; t=s; p=" KEY_ED25519_RAW),
     "ok ed25519 256 s key-type-case"},
    {"the seed's record", TEXT("v=DKIM1; k=RSA; p=key-goes-here"),
     "invalid rsa 0 key-type-case key-bad-base64"},
    {"8301 3.1: h=sha256", TEXT("v=DKIM1; h=sha256; t=s; " P),
     "ok rsa 2048 s"},
    {"8301 3.1: h=sha1", TEXT("v=DKIM1; h=sha1; t=s; " P),
     "invalid rsa 2048 s hash-sha1-only"},
    {"8301 3.1: h=sha1:sha256", TEXT("v=DKIM1; h=sha1 : sha256; t=s; " P),
     "ok rsa 2048 s hash-sha1-listed"},
    {"6376 6.1.2: h=sha512", TEXT("v=DKIM1; h=sha512; t=s; " P),
     "invalid rsa 2048 s hash-unknown-only"},
    {"6376 6.1.2: an empty h=", TEXT("v=DKIM1; h=; t=s; " P),
     "invalid rsa 2048 s hash-unknown-only"},
    {"6376 3.6.1: h=sha256:sha512", TEXT("v=DKIM1; h=sha512:sha256; t=s; " P),
     "ok rsa 2048 s"},
    {"6376 3.6.1: s=email", TEXT("v=DKIM1; s=email; t=s; " P),
     "ok rsa 2048 s"},
    {"6376 3.6.1: s=*", TEXT("v=DKIM1; s=tlsrpt:*; t=s; " P),
     "ok rsa 2048 s"},
    {"6376 3.6.1: s=tlsrpt", TEXT("v=DKIM1; s=tlsrpt; t=s; " P),
     "invalid rsa 2048 s service-not-email"},
    {"6376 3.6.1: an empty s=", TEXT("v=DKIM1; s=; t=s; " P),
     "invalid rsa 2048 s service-not-email"},
    {"6376 3.6.1: t=y:s", TEXT("v=DKIM1; t=y:s; " P),
     "ok rsa 2048 y s flag-testing"},
    {"6376 3.6.1: an unknown flag", TEXT("v=DKIM1; t=x:s; " P),
     "ok rsa 2048 s"},
    {"6376 3.6.1: t=Y is an unknown flag", TEXT("v=DKIM1; t=Y:s; " P),
     "ok rsa 2048 s"},
    {"6376 C.2: g=", TEXT("v=DKIM1; g=; t=s; " P), "ok rsa 2048 s g-tag"},
    {"6376 3.6.1: n=", TEXT("v=DKIM1; n=made k=by p=hand; t=s; " P),
     "ok rsa 2048 s notes-size"},
    {"6376 3.2: an unknown tag", TEXT("v=DKIM1; x=y; t=s; " P),
     "ok rsa 2048 s unknown-tag"},
    {"a NUL in the record", TEXT("v=DKIM1\0; t=s; " P),
     "invalid rsa 2048 s tag-syntax version-invalid"},
    {"an empty record", TEXT(""), "invalid - 0 not-a-key-record"},
    {"an SPF record", TEXT("v=spf1 include:_spf.example.com p=x ~all"),
     "invalid - 0 not-a-key-record"},
    {"a DMARC record", TEXT("v=DMARC1; p=reject"),
     "invalid - 0 not-a-key-record"},
    {"a verification token", TEXT("google-site-verification=abc"),
     "invalid - 0 not-a-key-record"},
    {"DomainKeys, RFC 4870", TEXT("k=rsa; t=s; " P), "ok rsa 2048 s"
     " version-missing"},
};
/* clang-format on */

static void
test_bounds(struct arena *arena)
{
    struct strbuf text = STRBUF_INIT;
    const struct dkimkey *key;

    for (int i = 0; i < 16000; i++)
        strbuf_add_text(&text, "p=;");
    key = parse_text(arena, strbuf_slice(&text));
    is_int(DKIMKEY_INVALID, key->state, "a record of 48,000 octets of tags");
    ok(key->fault_count <= DKIMKEY_FAULTS_MAX, "its faults are bounded");
    strbuf_clear(&text);
}

static void
test_places(struct arena *arena)
{
    const struct dkimkey *key =
        dkimkey_parse(arena, SLICE("v=DKIM1; k=RSA; p=!"), NULL, 0);
    const struct dkimkey_fault *fault =
        dkimkey_fault(key, DKIMKEY_KEY_TYPE_CASE);

    is_int(11, (long long)fault->from, "where the wrong case is");
    is_int(3, (long long)fault->length, "and how long it is");
    is_string("rsa", fault->expected, "and what should stand there");
    fault = dkimkey_fault(key, DKIMKEY_KEY_BAD_BASE64);
    is_int(18, (long long)fault->from, "where the base64 ends");
    key = dkimkey_parse(arena, SLICE("v=DKIM1 p=abcd"), NULL, 0);
    fault = dkimkey_fault(key, DKIMKEY_TAG_SYNTAX);
    is_int(7, (long long)fault->from, "where a semicolon is missing");
    is_string("a semicolon is missing", fault->detail, "and that it is");
}

static void
test_record(struct arena *arena)
{
    static const char data[] = "\x0bv=DKIM1; k=\x05"
                               "rsa; \x02p=";
    struct record record = {
        .type = RR_TXT, .data = {data, sizeof(data) - 1}
    };
    const struct dkimkey *key = dkimkey_of_record(arena, &record);

    is_int(DKIMKEY_REVOKED, key->state, "a record of three strings");
    ok(slice_equal(key->text, SLICE("v=DKIM1; k=rsa; p=")),
       "joined with nothing between them");
}

int
main(void)
{
    struct arena *arena = arena_new();
    struct strbuf seen = STRBUF_INIT;

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        describe_key(dkimkey_parse(arena, rows[i].text, NULL, 0), false,
                     &seen);
        is_string(rows[i].wanted, seen.p, "%s", rows[i].name);
    }
    for (int kind = 0; kind < DKIMKEY_FAULT_COUNT; kind++)
        ok(dkimkey_fault_word((enum dkimkey_fault_kind)kind) != NULL,
           "fault %d has a name", kind);
    test_bounds(arena);
    test_places(arena);
    test_record(arena);
    strbuf_clear(&seen);
    arena_free(arena);
    return tap_done();
}
