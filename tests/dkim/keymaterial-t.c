/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dkim/keymaterial.c. */
#include "common/dkim/keymaterial.h"

#include "common/base/strbuf.h"
#include "tests/dkim/keys.h"
#include "tests/tap/tap.h"

/* clang-format off */
static const struct {
    const char *name;
    const char *base64;
    enum keymaterial_form form;
    unsigned bits;
    long long exponent;
    bool is_unusable;
    enum keymaterial_weakness weakness;
    const char *example;
} rows[] = {
    {"RSA, SubjectPublicKeyInfo", KEY_RSA_2048,
     KEYMATERIAL_RSA_SPKI, 2048, 65537, false, KEYMATERIAL_SOUND, NULL},
    {"RSA, RSAPublicKey", KEY_RSA_2048_PKCS1,
     KEYMATERIAL_RSA_PKCS1, 2048, 65537, false, KEYMATERIAL_SOUND, NULL},
    {"RSA private key, PKCS#1", KEY_RSA_2048_PRIVATE,
     KEYMATERIAL_PRIVATE, 0, 0, false, KEYMATERIAL_SOUND, NULL},
    {"RSA private key, PKCS#8", KEY_RSA_2048_PKCS8,
     KEYMATERIAL_PRIVATE, 0, 0, false, KEYMATERIAL_SOUND, NULL},
    {"1024 bits", KEY_RSA_1024,
     KEYMATERIAL_RSA_SPKI, 1024, 65537, false, KEYMATERIAL_SOUND, NULL},
    {"1023 bits are not 1024", KEY_RSA_1023,
     KEYMATERIAL_RSA_SPKI, 1023, 65537, false, KEYMATERIAL_SOUND, NULL},
    {"4096 bits", KEY_RSA_4096,
     KEYMATERIAL_RSA_SPKI, 4096, 65537, false, KEYMATERIAL_SOUND, NULL},
    {"4104 bits", KEY_RSA_4104,
     KEYMATERIAL_RSA_SPKI, 4104, 65537, false, KEYMATERIAL_SOUND, NULL},
    {"exponent 3", KEY_RSA_EXPONENT_3,
     KEYMATERIAL_RSA_SPKI, 2048, 3, false, KEYMATERIAL_SOUND, NULL},
    {"exponent 1", KEY_RSA_EXPONENT_1,
     KEYMATERIAL_RSA_SPKI, 2048, 1, true, KEYMATERIAL_SOUND, NULL},
    {"an even exponent", KEY_RSA_EXPONENT_EVEN,
     KEYMATERIAL_RSA_SPKI, 2048, 65536, true, KEYMATERIAL_SOUND, NULL},
    {"a multiple of 7", KEY_RSA_MULTIPLE_OF_7,
     KEYMATERIAL_RSA_SPKI, 2048, 65537, false, KEYMATERIAL_SMALL_PRIME, NULL},
    {"the fingerprint of ROCA", KEY_RSA_ROCA,
     KEYMATERIAL_RSA_SPKI, 2048, 65537, false, KEYMATERIAL_ROCA, NULL},
    {"Ed25519, raw", KEY_ED25519_RAW,
     KEYMATERIAL_ED25519_RAW, 256, 0, false, KEYMATERIAL_SOUND, NULL},
    {"Ed25519, wrapped", KEY_ED25519_SPKI,
     KEYMATERIAL_ED25519_SPKI, 256, 0, false, KEYMATERIAL_SOUND, NULL},
    {"Ed25519, private", KEY_ED25519_PKCS8,
     KEYMATERIAL_PRIVATE, 0, 0, false, KEYMATERIAL_SOUND, NULL},
    {"a key of an elliptic curve", KEY_EC_SPKI,
     KEYMATERIAL_OTHER_SPKI, 0, 0, false, KEYMATERIAL_SOUND, NULL},
    {"31 octets", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
     KEYMATERIAL_UNKNOWN, 0, 0, false, KEYMATERIAL_SOUND, NULL},
    {"nothing", "",
     KEYMATERIAL_UNKNOWN, 0, 0, false, KEYMATERIAL_SOUND, NULL},
    {"a SEQUENCE of nothing known", "MAMCAQU=",
     KEYMATERIAL_UNKNOWN, 0, 0, false, KEYMATERIAL_SOUND, NULL},
    {"RFC 6376 appendix C",
     "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkM"
     "oGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/R"
     "tdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToI"
     "MmPSPDdQPNUYckcQ2QIDAQAB",
     KEYMATERIAL_RSA_SPKI, 1024, 65537, false, KEYMATERIAL_SOUND,
     "RFC 6376 appendix C"},
    {"RFC 8463 appendix A.2, RSA",
     "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWR"
     "iGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutAC"
     "DfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3"
     "Ip3G+2kryOTIKT+l/K4w3QIDAQAB",
     KEYMATERIAL_RSA_SPKI, 1024, 65537, false, KEYMATERIAL_SOUND,
     "RFC 8463 appendix A.2"},
    {"RFC 8463 appendix A.2, Ed25519",
     "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
     KEYMATERIAL_ED25519_RAW, 256, 0, false, KEYMATERIAL_SOUND,
     "RFC 8463 appendix A.2 and RFC 8032 section 7.1, test 1"},
};
/* clang-format on */

static void
read_base64(struct arena *arena, const char *base64, struct keymaterial *out)
{
    struct strbuf octets = STRBUF_INIT;

    digest_base64_decode(slice_of(base64), &octets, NULL);
    keymaterial_read(arena, strbuf_slice(&octets), out);
    strbuf_clear(&octets);
}

static void
test_row(struct arena *arena, size_t i)
{
    struct keymaterial material;

    read_base64(arena, rows[i].base64, &material);
    is_int(rows[i].form, material.form, "%s: form", rows[i].name);
    is_int(rows[i].bits, material.bits, "%s: bits", rows[i].name);
    is_int(rows[i].exponent, (long long)material.exponent, "%s: exponent",
           rows[i].name);
    is_int(rows[i].is_unusable, material.exponent_is_unusable,
           "%s: an exponent of no use", rows[i].name);
    is_int(rows[i].weakness, material.weakness, "%s: weakness", rows[i].name);
    is_string(rows[i].example, keymaterial_example(&material),
              "%s: published example", rows[i].name);
}

/* Every cut of a key is either the beginning of one or nothing. */
static void
test_cuts(struct arena *arena)
{
    struct strbuf octets = STRBUF_INIT;
    size_t truncated = 0, other = 0;

    digest_base64_decode(SLICE(KEY_RSA_2048), &octets, NULL);
    for (size_t n = 0; n < octets.n; n++) {
        struct keymaterial material;

        keymaterial_read(arena, slice_sub(strbuf_slice(&octets), 0, n),
                         &material);
        if (material.form == KEYMATERIAL_TRUNCATED)
            truncated += material.wanted == octets.n && material.size == n;
        else
            other++;
    }
    /* SEQUENCE and its length are 4 octets; a fifth tells a key. */
    is_int((long long)octets.n - 5, (long long)truncated,
           "cuts that are named with both lengths");
    is_int(5, (long long)other, "cuts too short to tell");
    strbuf_clear(&octets);
}

static void
test_digest(struct arena *arena)
{
    struct keymaterial spki, pkcs1, raw, wrapped;

    read_base64(arena, KEY_RSA_2048, &spki);
    read_base64(arena, KEY_RSA_2048_PKCS1, &pkcs1);
    is_octets(spki.digest, sizeof(spki.digest), pkcs1.digest,
              sizeof(pkcs1.digest), "one RSA key has one digest");
    is_int(256, (long long)spki.modulus.n, "octets of the modulus");
    read_base64(arena, KEY_ED25519_RAW, &raw);
    read_base64(arena, KEY_ED25519_SPKI, &wrapped);
    is_octets(raw.digest, sizeof(raw.digest), wrapped.digest,
              sizeof(wrapped.digest), "one Ed25519 key has one digest");
    is_octets(raw.raw.p, raw.raw.n, wrapped.raw.p, wrapped.raw.n,
              "and one public half");
}

int
main(void)
{
    struct arena *arena = arena_new();

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(arena, i);
    test_cuts(arena);
    test_digest(arena);
    arena_free(arena);
    return tap_done();
}
