/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of making and taking in keys. */
#include "common/registry/keymaker.h"

#include <string.h>

#include "common/base/digest.h"
#include "tests/keys/testkeys.h"
#include "tests/tap/tap.h"

/* The example pair of RFC 8463 appendix A.2: seed and public half. */
#define RFC8463_SEED   "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="
#define RFC8463_PUBLIC "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

static const struct {
    enum key_algorithm algorithm; /* asked for */
    unsigned bits;                /* asked for */
    enum status status;           /* wanted */
    bool warns;                   /* about DNS */
} sizes[] = {
    {ALGORITHM_RSA,     2048, ST_OK,    false},
    {ALGORITHM_RSA,     3072, ST_OK,    true },
    {ALGORITHM_RSA,     4096, ST_OK,    true },
    {ALGORITHM_RSA,     1024, ST_RANGE, false},
    {ALGORITHM_RSA,     2047, ST_RANGE, false},
    {ALGORITHM_RSA,     0,    ST_RANGE, false},
    {ALGORITHM_RSA,     8192, ST_RANGE, false},
    {ALGORITHM_ED25519, 256,  ST_OK,    false},
    {ALGORITHM_ED25519, 2048, ST_RANGE, false},
};

static void
test_sizes(void)
{
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        const char *warning = NULL;
        struct error err = ERROR_INIT;

        is_int(
            sizes[i].status,
            keymaker_check(sizes[i].algorithm, sizes[i].bits, &warning, &err),
            "%s %u", keymaker_word(sizes[i].algorithm), sizes[i].bits);
        ok((warning != NULL) == sizes[i].warns, "%s %u: %s%s",
           keymaker_word(sizes[i].algorithm), sizes[i].bits,
           warning == NULL ? "" : warning, err.text);
    }
}

static void
test_make(enum key_algorithm algorithm, size_t public_size)
{
    struct key_pair pair = KEY_PAIR_INIT;
    struct key_pair other = KEY_PAIR_INIT;
    struct key_pair again = KEY_PAIR_INIT;
    struct strbuf pem = STRBUF_INIT;
    struct strbuf octets = STRBUF_INIT;
    const char *word = keymaker_word(algorithm);
    unsigned bits = keymaker_default_bits(algorithm);

    is_int(ST_OK, keymaker_source.make(NULL, algorithm, bits, &pair, NULL),
           "%s: made", word);
    is_int(bits, pair.bits, "%s: bits", word);
    digest_base64_decode(strbuf_slice(&pair.public_text), &octets, NULL);
    is_int((long long)public_size, (long long)octets.n,
           "%s: octets of the public half", word);
    ok(keymaker_matches(&pair), "%s: the halves belong together", word);
    keymaker_source.make(NULL, algorithm, bits, &other, NULL);
    ok(!slice_equal(strbuf_slice(&pair.public_text),
                    strbuf_slice(&other.public_text)),
       "%s: the next is another", word);
    strbuf_cut(&other.private_der, 0);
    strbuf_add_slice(&other.private_der, strbuf_slice(&pair.private_der));
    ok(!keymaker_matches(&other), "%s: halves of two keys do not", word);
    is_int(ST_OK, keymaker_pem(strbuf_slice(&pair.private_der), &pem, NULL),
           "%s: as PEM", word);
    is_int(ST_OK, keymaker_import(strbuf_slice(&pem), &again, NULL),
           "%s: PEM read back", word);
    ok(slice_equal(strbuf_slice(&pair.private_der),
                   strbuf_slice(&again.private_der))
           && keymaker_matches(&again),
       "%s: the same key", word);
    key_pair_wipe(&again);
    is_int(ST_OK,
           keymaker_import(strbuf_slice(&pair.private_der), &again, NULL),
           "%s: DER read back", word);
    key_pair_wipe(&again);
    is_int(
        ST_OK,
        keymaker_import_public(strbuf_slice(&pair.public_text), &again, NULL),
        "%s: p= read back", word);
    ok(again.algorithm == algorithm && again.private_der.n == 0
           && slice_equal(strbuf_slice(&pair.public_text),
                          strbuf_slice(&again.public_text)),
       "%s: the same public half", word);
    key_pair_wipe(&again);
    key_pair_wipe(&pair);
    key_pair_wipe(&other);
    strbuf_wipe(&pem);
    strbuf_clear(&octets);
}

/* Against a key that others made: PKCS#8 of the seed of RFC 8463. */
static void
test_rfc8463(void)
{
    struct strbuf der = STRBUF_INIT;
    struct key_pair pair = KEY_PAIR_INIT;

    strbuf_add(&der,
               "\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04"
               "\x22\x04\x20",
               16);
    digest_base64_decode(SLICE(RFC8463_SEED), &der, NULL);
    is_int(ST_OK, keymaker_import(strbuf_slice(&der), &pair, NULL),
           "the key of RFC 8463");
    is_string(RFC8463_PUBLIC, pair.public_text.p, "its public half");
    key_pair_wipe(&pair);
    strbuf_wipe(&der);
}

/* The public half of an RSA key as openssl rsa -RSAPublicKey_out writes it. */
#define RSA1024_PKCS1                                                         \
    "MIGJAoGBAMIOIl+IOQch1KGChQLSVjpINjFZvRwM6ueqZ8ikposfJ8e0HEmJ"            \
    "pMNGJM4v5Mnspv58HoeI/TMKMogr/4qfE1v8Tpm2tOUEBnilsj+SikWGb4xv"            \
    "McHJSV4Wtd7XxeNZNVkzhu76je/xG+HdlsBfXCy3W6vxQg1EAYYiDQaZxf6N"            \
    "AgMBAAE="

/* clang-format off */
static const struct {
    const char *name;             /* of the row */
    const char *text;             /* to read as a public key */
    enum status status;           /* wanted */
    enum key_algorithm algorithm; /* wanted */
    unsigned bits;                /* wanted */
} publics[] = {
    {"a record of Ed25519", "v=DKIM1; k=ed25519; p=" RFC8463_PUBLIC, ST_OK,
     ALGORITHM_ED25519, 256},
    {"blanks in p=",
     "k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7h\n cvPapiMlrwIaaPcHURo=", ST_OK,
     ALGORITHM_ED25519, 256},
    {"Ed25519 in SPKI",
     "k=ed25519; "
     "p=MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", ST_OK,
     ALGORITHM_ED25519, 256},
    {"PKCS#1", "k=rsa; p=" RSA1024_PKCS1, ST_OK, ALGORITHM_RSA, 1024},
    {"a PEM",
     "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/"
     "7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n", ST_OK,
     ALGORITHM_ED25519, 256},
    {"an elliptic curve",
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5"
     "RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==", ST_UNSUPPORTED,
     ALGORITHM_RSA, 0},
    {"512 bits",
     "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALxyo31dnF/kM/IAdMZrqUxl2UGQ"
     "VEhBqUqSOn1cHjbGb8vg8ocdoF7zPvMWKSGKyZCNYYHwxNmXvKxsWcIgJC0C" "AwEAAQ==",
     ST_RANGE, ALGORITHM_RSA, 0},
    {"revoked", "v=DKIM1; p=", ST_SYNTAX, ALGORITHM_RSA, 0},
    {"junk", "hello", ST_SYNTAX, ALGORITHM_RSA, 0},
    {"nothing", "", ST_SYNTAX, ALGORITHM_RSA, 0},
};
/* clang-format on */

static void
test_publics(void)
{
    for (size_t i = 0; i < sizeof(publics) / sizeof(publics[0]); i++) {
        struct key_pair pair = KEY_PAIR_INIT;
        struct error err = ERROR_INIT;

        is_int(publics[i].status,
               keymaker_import_public(slice_of(publics[i].text), &pair, &err),
               "public: %s (%s)", publics[i].name, err.text);
        if (publics[i].status == ST_OK)
            ok(pair.algorithm == publics[i].algorithm
                   && pair.bits == publics[i].bits,
               "public: %s: algorithm and size", publics[i].name);
        key_pair_wipe(&pair);
    }
}

/* clang-format off */
static const struct {
    const char *name;   /* of the row */
    const char *text;   /* to read as a private key */
    enum status status; /* wanted */
} privates[] = {
    {"nothing", "", ST_SYNTAX},
    {"junk", "-----BEGIN PRIVATE KEY-----\nxx\n-----END PRIVATE KEY-----\n",
     ST_SYNTAX},
    {"a public one",
     "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrf"
     "VS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n" "-----END PUBLIC KEY-----\n",
     ST_SYNTAX},
    {"behind a pass phrase",
     "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
     "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgrWxZfU3tPSgICCAAw\n"
     "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEDEyMzQ1Njc4OTAxMjM0NTYEQAAA\n"
     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
     "AAAAAAAAAAAAAAAAAAA=\n" "-----END ENCRYPTED PRIVATE KEY-----\n",
     ST_UNSUPPORTED},
};
/* clang-format on */

static void
test_privates(void)
{
    for (size_t i = 0; i < sizeof(privates) / sizeof(privates[0]); i++) {
        struct key_pair pair = KEY_PAIR_INIT;
        struct error err = ERROR_INIT;

        is_int(privates[i].status,
               keymaker_import(slice_of(privates[i].text), &pair, &err),
               "private: %s (%s)", privates[i].name, err.text);
    }
}

static void
test_test_keys(void)
{
    const struct key_source *source = testkeys_source();
    unsigned good = 0;

    for (int i = 0; i < 64; i++)
        for (int a = 0; a < KEY_ALGORITHMS; a++) {
            struct key_pair pair = KEY_PAIR_INIT;
            enum key_algorithm algorithm = (enum key_algorithm)a;

            source->make(source->context, algorithm,
                         keymaker_default_bits(algorithm), &pair, NULL);
            good += keymaker_matches(&pair);
            key_pair_wipe(&pair);
        }
    is_int(128, good, "the test keys are pairs");
}

int
main(void)
{
    enum key_algorithm algorithm;

    plan_lazy();
    ok(keymaker_parse(SLICE("ed25519"), &algorithm)
           && algorithm == ALGORITHM_ED25519,
       "ed25519 is a word");
    ok(!keymaker_parse(SLICE("dsa"), &algorithm), "dsa is none");
    test_sizes();
    test_make(ALGORITHM_RSA, 294);
    test_make(ALGORITHM_ED25519, 32);
    test_rfc8463();
    test_publics();
    test_privates();
    test_test_keys();
    return tap_done();
}
