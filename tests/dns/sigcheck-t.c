/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys, DS and signatures of DNSSEC, on the examples of RFC 6605 section 6.1
   and RFC 8080 section 6.1. */
#include "common/dns/sigcheck.h"

#include <string.h>

#include "tests/tap/tap.h"

/* 2015-08-01, within the time of RFC 8080's signature. */
#define NOW 1438387200

#define P256_KEY                                                              \
    "257 3 13 GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edb"                   \
    "krSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA=="
#define P256_DS                                                               \
    "55648 13 2 b4c8c1fe2e7477127b27115656ad6256f424625bf5c1"                 \
    "e2770ce6d6e37df61d17"
#define P256_SIGNATURE                                                        \
    "A 13 3 3600 20100909100439 20100812100439 55648 example.net. "           \
    "qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXA"                            \
    "yGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep666VCw=="
#define ED_KEY "257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4="
#define ED_DS                                                                 \
    "3613 15 2 3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79"   \
    "a304b"
#define ED_SIGNATURE                                                          \
    "MX 15 2 3600 20150819220000 20150729220000 3613 example.com. "           \
    "oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3f"             \
    "x8A4M3e23mRZ9VrbpMngwcrqNAg=="

static struct arena *arena;

static struct record
record(const char *owner, uint16_t type, const char *text)
{
    struct record made = {.type = type, .ttl = 60};
    struct error err = ERROR_INIT;

    if (name_parse(&made.owner, slice_of(owner), &err) != ST_OK
        || record_parse(arena, type, slice_of(text), &made.data, &err)
               != ST_OK)
        bail("%s %s: %s", owner, text, err.text);
    return made;
}

static const struct {
    const char *name;
    const char *ds_owner;
    const char *ds;
    const char *key;
    enum sigcheck_truth wanted;
} pairs[] = {
    {"RFC 6605",                         "example.net", P256_DS,            P256_KEY, SIGCHECK_YES        },
    {"RFC 8080",                         "example.com", ED_DS,              ED_KEY,   SIGCHECK_YES        },
    {"another key",                      "example.net", P256_DS,            ED_KEY,   SIGCHECK_NO         },
    {"of another owner",                 "example.org", P256_DS,            P256_KEY, SIGCHECK_NO         },
    {"a digest that differs",            "example.com",
     "3613 15 2 00a5ab37efce57f737fc"
     "1627013fee07bdf241bd10f3b1964ab55c78e79a304b",                        ED_KEY,   SIGCHECK_NO         },
    {"a digest cut short",               "example.com", "3613 15 2 3aa5",   ED_KEY,
     SIGCHECK_NO                                                                                          },
    {"a type of digest that nobody has", "example.com", "3613 15 200 3aa5",
     ED_KEY,                                                                          SIGCHECK_CANNOT_TELL},
    {"another algorithm",                "example.com", "3613 8 2 3aa5",    ED_KEY,   SIGCHECK_NO         },
    {"no zone key",                      "example.com", "3357 15 2 3aa5",
     "1 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",                           SIGCHECK_NO         },
};

static void
test_pairs(void)
{
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct record ds = record(pairs[i].ds_owner, RR_DS, pairs[i].ds);
        struct record key = record(pairs[i].ds_owner, RR_DNSKEY, pairs[i].key);

        is_int(pairs[i].wanted, sigcheck_names_key(&ds, &key), "DS: %s",
               pairs[i].name);
    }
}

static const struct {
    const char *name;
    const char *owner;
    uint16_t type;
    const char *data;
    const char *signature;
    const char *zone;
    const char *key;
    enum sigcheck_truth wanted;
} signatures[] = {
    {"RFC 6605",                       "www.example.net", RR_A,   "192.0.2.1",            P256_SIGNATURE,
     "example.net",                                                                                                      P256_KEY, SIGCHECK_YES        },
    {"RFC 8080",                       "example.com",     RR_MX,  "10 mail.example.com.", ED_SIGNATURE,
     "example.com",                                                                                                      ED_KEY,   SIGCHECK_YES        },
    {"names in capitals",              "example.com",     RR_MX,  "10 MAIL.example.COM.",
     ED_SIGNATURE,                                                                                        "example.com", ED_KEY,   SIGCHECK_YES        },
    {"other data",                     "example.com",     RR_MX,  "11 mail.example.com.", ED_SIGNATURE,
     "example.com",                                                                                                      ED_KEY,   SIGCHECK_NO         },
    {"another owner",                  "w.example.net",   RR_A,   "192.0.2.1",            P256_SIGNATURE,
     "example.net",                                                                                                      P256_KEY, SIGCHECK_NO         },
    {"another type",                   "www.example.net", RR_TXT, "\"a\"",                P256_SIGNATURE,
     "example.net",                                                                                                      P256_KEY, SIGCHECK_NO         },
    {"another zone",                   "www.example.net", RR_A,   "192.0.2.1",            P256_SIGNATURE,
     "example.com",                                                                                                      P256_KEY, SIGCHECK_NO         },
    {"another key",                    "www.example.net", RR_A,   "192.0.2.1",            P256_SIGNATURE,
     "example.net",                                                                                                      ED_KEY,   SIGCHECK_NO         },
    {"above what is signed",           "net",             RR_A,   "192.0.2.1",            P256_SIGNATURE,
     "example.net",                                                                                                      P256_KEY, SIGCHECK_NO         },
    {"a signature cut short",          "www.example.net", RR_A,   "192.0.2.1",
     "A 13 3 3600 20100909100439 20100812100439 55648 example.net. qx6w",                                 "example.net", P256_KEY, SIGCHECK_NO         },
    {"a type whose form is not known", "www.example.net", RR_SRV,
     "0 0 0 a.example.net.",                                                              "SRV 13 3 3600 20100909100439 20100812100439 55648 example.net. "
     "qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXA"
     "yGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep666VCw==",                          "example.net", P256_KEY, SIGCHECK_CANNOT_TELL},
};

static void
test_signatures(void)
{
    for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
        struct record data = record(signatures[i].owner, signatures[i].type,
                                    signatures[i].data);
        struct record signature =
            record(signatures[i].owner, RR_RRSIG, signatures[i].signature);
        struct record key =
            record(signatures[i].zone, RR_DNSKEY, signatures[i].key);

        is_int(signatures[i].wanted,
               sigcheck_verify(&data, 1, &signature, &key), "RRSIG: %s",
               signatures[i].name);
    }
}

static void
test_times(void)
{
    struct record made = record("example.com", RR_RRSIG, ED_SIGNATURE);
    struct sigcheck_signature read;

    ok(sigcheck_read_signature(&made, NOW, &read), "read");
    is_int(1440021600, read.ends, "ends 2015-08-19 22:00");
    is_int(1438207200, read.begins, "begins 2015-07-29 22:00");
    is_int(3613, read.tag, "tag");
    /* 2147483648 + 100: past the middle, and yet ahead of 2147483000. */
    made = record("example.com", RR_RRSIG,
                  "MX 15 2 3600 2147483748 2147483000 1 example.com. AAAA");
    ok(sigcheck_read_signature(&made, 2147483100, &read), "read");
    is_int(2147483748, read.ends, "serial arithmetic over 2038");
    made = record("example.com", RR_RRSIG,
                  "MX 15 2 3600 100 4294967200 1 example.com. AAAA");
    ok(sigcheck_read_signature(&made, 4294967250, &read), "read");
    is_int(4294967396, read.ends, "and over 2106");
}

/* Whatever octets come: nothing is read beyond them. */
static void
test_cut_short(void)
{
    static const struct {
        uint16_t type;
        const char *text;
    } rows[] = {
        {RR_DNSKEY, ED_KEY      },
        {RR_DS,     ED_DS       },
        {RR_RRSIG,  ED_SIGNATURE},
    };
    struct record data = record("example.com", RR_MX, "10 mail.example.com.");
    struct record key = record("example.com", RR_DNSKEY, ED_KEY);
    struct record ds = record("example.com", RR_DS, ED_DS);
    size_t yes = 0;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct record whole =
            record("example.com", rows[i].type, rows[i].text);

        for (size_t n = 0; n < whole.data.n; n++) {
            struct record cut = whole;

            cut.data = arena_slice(arena, slice_sub(whole.data, 0, n));
            yes += sigcheck_names_key(&cut, &key) == SIGCHECK_YES;
            yes += sigcheck_names_key(&ds, &cut) == SIGCHECK_YES;
            yes += sigcheck_verify(&data, 1, &cut, &key) == SIGCHECK_YES;
        }
    }
    is_int(0, (long)yes, "nothing cut short is good");
}

static void
test_algorithms(void)
{
    struct strbuf text = STRBUF_INIT;

    ok(sigcheck_is_weak_algorithm(5) && sigcheck_is_weak_algorithm(7),
       "RSA with SHA-1 is weak");
    ok(!sigcheck_is_weak_algorithm(8) && !sigcheck_is_weak_algorithm(13),
       "with SHA-256 it is not, nor is ECDSA");
    ok(sigcheck_is_weak_digest(1) && !sigcheck_is_weak_digest(2),
       "and the digests");
    sigcheck_present_algorithm(13, &text);
    strbuf_add_char(&text, ' ');
    sigcheck_present_algorithm(77, &text);
    is_string("ECDSAP256SHA256 77", text.p, "names");
    strbuf_clear(&text);
}

int
main(void)
{
    plan_lazy();
    arena = arena_new();
    test_pairs();
    test_signatures();
    test_times();
    test_cut_short();
    test_algorithms();
    arena_free(arena);
    return tap_done();
}
