/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dkim/keydata.c: the value of p=. */
#include "common/dkim/keydata.h"

#include "tests/dkim/describe.h"
#include "tests/dkim/keys.h"
#include "tests/tap/tap.h"

#define V "v=DKIM1; t=s; "

/* clang-format off */
static const struct {
    const char *name;
    const char *text;
    const char *wanted;
} rows[] = {
    {"2048 bits", V "p=" KEY_RSA_2048, "ok rsa 2048 s"},
    {"RFC 6376 3.6.1: FWS anywhere", V "p=MIIB " KEY_RSA_2048,
     "invalid rsa 0 s key-whitespace key-type-mismatch"},
    {"white space in a good key", V "p=" KEY_RSA_1024 " ",
     "ok rsa 1024 s rsa-below-2048"},
    {"RFC 8301 3.2: 1024 bits", V "p=" KEY_RSA_1024,
     "ok rsa 1024 s rsa-below-2048"},
    {"RFC 8301 3.2: 1023 bits", V "p=" KEY_RSA_1023,
     "invalid rsa 1023 s rsa-too-short"},
    {"RFC 8301 3.2: 4096 bits", V "p=" KEY_RSA_4096,
     "ok rsa 4096 s rsa-above-2048"},
    {"RFC 8301 3.2: 4104 bits", V "p=" KEY_RSA_4104,
     "ok rsa 4104 s rsa-above-4096"},
    {"exponent 3", V "p=" KEY_RSA_EXPONENT_3,
     "ok rsa 2048 s rsa-exponent"},
    {"exponent 1", V "p=" KEY_RSA_EXPONENT_1,
     "invalid rsa 2048 s rsa-exponent-invalid"},
    {"an even exponent", V "p=" KEY_RSA_EXPONENT_EVEN,
     "invalid rsa 2048 s rsa-exponent-invalid"},
    {"a small factor", V "p=" KEY_RSA_MULTIPLE_OF_7,
     "ok rsa 2048 s rsa-weak"},
    {"ROCA", V "p=" KEY_RSA_ROCA, "ok rsa 2048 s rsa-weak"},
    {"erratum 3017: RSAPublicKey", V "p=" KEY_RSA_2048_PKCS1,
     "ok rsa 2048 s key-pkcs1"},
    {"a private key, PKCS#1", V "p=" KEY_RSA_2048_PRIVATE,
     "invalid rsa 0 s key-private"},
    {"a private key, PKCS#8", V "p=" KEY_RSA_2048_PKCS8,
     "invalid rsa 0 s key-private"},
    {"PEM lines around the key",
     V "p=-----BEGIN PUBLIC KEY-----" KEY_RSA_2048 "-----END PUBLIC KEY-----",
     "invalid rsa 2048 s key-pem-armour"},
    {"the first PEM line only", V "p=-----BEGIN PUBLIC KEY-----" KEY_RSA_2048,
     "invalid rsa 2048 s key-pem-armour"},
    {"PEM lines around a private key",
     V "p=-----BEGIN RSA PRIVATE KEY----- " KEY_RSA_2048_PRIVATE
     " -----END RSA PRIVATE KEY-----",
     "invalid rsa 0 s key-pem-armour key-private"},
    {"PEM dashes and no end of them", V "p=-----BEGIN",
     "invalid rsa 0 s key-pem-armour key-type-mismatch"},
    {"not base64 at all", V "p=key-goes-here",
     "invalid rsa 0 s key-bad-base64"},
    {"quotes in the key", V "p=\"" KEY_RSA_2048 "\"",
     "invalid rsa 0 s key-bad-base64"},
    {"too much padding", V "p=" KEY_RSA_2048 "=",
     "invalid rsa 0 s key-bad-base64"},
    {"RFC 8463 4.2", V "k=ed25519; p=" KEY_ED25519_RAW, "ok ed25519 256 s"},
    {"RFC 8463 3: k= left out", V "p=" KEY_ED25519_RAW,
     "invalid rsa 256 s ed25519-no-k"},
    {"k= left out and the key wrapped", V "p=" KEY_ED25519_SPKI,
     "invalid rsa 256 s ed25519-no-k"},
    {"Ed25519 wrapped", V "k=ed25519; p=" KEY_ED25519_SPKI,
     "invalid ed25519 256 s ed25519-spki"},
    {"Ed25519 of 31 octets",
     V "k=ed25519; p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
     "invalid ed25519 0 s ed25519-length"},
    {"k=ed25519 and an RSA key", V "k=ed25519; p=" KEY_RSA_2048,
     "invalid ed25519 2048 s key-type-mismatch"},
    {"k=rsa and an Ed25519 key", V "k=rsa; p=" KEY_ED25519_RAW,
     "invalid rsa 256 s key-type-mismatch"},
    {"a key of an elliptic curve", V "p=" KEY_EC_SPKI,
     "invalid rsa 0 s key-type-mismatch"},
    {"a private Ed25519 key", V "k=ed25519; p=" KEY_ED25519_PKCS8,
     "invalid ed25519 0 s key-private"},
    {"the example of RFC 8463",
     V "k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
     "ok ed25519 256 s key-published-test"},
    {"RFC 4648 3.2: padding left out",
     V "k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo",
     "ok ed25519 256 s key-unpadded key-published-test"},
};
/* clang-format on */

static const struct dkimkey *
parse_strings(struct arena *arena, const struct slice *strings, size_t count)
{
    struct strbuf text = STRBUF_INIT;
    struct slice joined;

    for (size_t i = 0; i < count; i++)
        strbuf_add_slice(&text, strings[i]);
    joined = arena_slice(arena, strbuf_slice(&text));
    strbuf_clear(&text);
    return dkimkey_parse(arena, joined, strings, count);
}

static void
test_order(struct arena *arena)
{
    struct slice text = SLICE(V "p=" KEY_RSA_4096);
    struct slice strings[3] = {slice_sub(text, 255, 255),
                               slice_sub(text, 0, 255), slice_from(text, 510)};
    const struct dkimkey *key = parse_strings(arena, strings, 3);
    const struct dkimkey_fault *fault =
        dkimkey_fault(key, DKIMKEY_KEY_STRING_ORDER);

    ok(fault != NULL, "strings in the wrong order");
    is_string("2, 1, 3", fault == NULL ? "" : fault->expected,
              "the order that would do");
    is_int(DKIMKEY_INVALID, key->state, "and the key is not valid as it is");
    strings[1] = SLICE("v=DKIM1; p=");
    ok(dkimkey_fault(parse_strings(arena, strings, 2),
                     DKIMKEY_KEY_STRING_ORDER)
           == NULL,
       "no order makes a key of two parts of one");
}

/* Whatever octet the key is cut at, it is neither good nor unnoticed. */
static void
test_cuts(struct arena *arena)
{
    struct slice text = SLICE(V "p=" KEY_RSA_2048);
    size_t start = sizeof(V "p=") - 1;
    size_t truncated = 0;
    const struct dkimkey *key;
    const struct dkimkey_fault *fault;

    for (size_t n = start + 8; n < text.n; n++) {
        key = parse_text(arena, slice_sub(text, 0, n));
        fault = dkimkey_fault(key, DKIMKEY_KEY_TRUNCATED);
        if (key->state == DKIMKEY_INVALID && fault != NULL
            && fault->total == 294 && fault->number < 294)
            truncated++;
    }
    is_int((long long)(text.n - start - 8), (long long)truncated,
           "a key cut anywhere is called truncated");
    key = parse_text(arena, slice_sub(text, 0, 255));
    fault = dkimkey_fault(key, DKIMKEY_KEY_TRUNCATED);
    ok(fault != NULL && fault->detail != NULL
           && strstr(fault->detail, "255") != NULL,
       "a cut at the end of the first string is named");
}

static void
test_details(struct arena *arena)
{
    const struct dkimkey *key =
        parse_text(arena, SLICE(V "k=ed25519; p=" KEY_ED25519_SPKI));
    const struct dkimkey_fault *fault =
        dkimkey_fault(key, DKIMKEY_ED25519_SPKI);

    is_string(KEY_ED25519_RAW, fault == NULL ? "" : fault->expected,
              "what to publish instead of the wrapped key");
    key = parse_text(arena, SLICE("p=key-goes-here"));
    fault = dkimkey_fault(key, DKIMKEY_KEY_BAD_BASE64);
    is_string("'-' is no character of it", fault == NULL ? "" : fault->detail,
              "why it is no base64");
    is_int(5, fault == NULL ? 0 : (long long)fault->from, "and where");
    key = parse_text(arena, SLICE("p=" KEY_RSA_2048_PKCS1 "="));
    fault = dkimkey_fault(key, DKIMKEY_KEY_BAD_BASE64);
    is_string("its padding is wrong", fault == NULL ? "" : fault->detail,
              "wrong padding");
}

int
main(void)
{
    struct arena *arena = arena_new();
    struct strbuf seen = STRBUF_INIT;

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        describe_key(parse_text(arena, slice_of(rows[i].text)), true, &seen);
        is_string(rows[i].wanted, seen.p, "%s", rows[i].name);
    }
    test_order(arena);
    test_cuts(arena);
    test_details(arena);
    strbuf_clear(&seen);
    arena_free(arena);
    return tap_done();
}
