/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The DNSSEC state of a zone, out of signed zones. */
#include "common/audit/trust.h"

#include "common/base/clock.h"
#include "tests/audit/signedzone.h"
#include "tests/audit/zoneview.h"

/* 2026-11-24T12:00:00Z. */
#define NOW     1795521600

#define ABOVE   ". SOA ns. dns. 1 7200 3600 1209600 600\n. NS ns.\n"
#define SOA     "example.com. 3600 SOA " SIGNED_SOA "\n"
#define KEY     "example.com. 3600 DNSKEY " SIGNED_KEY "\n"
#define DS      "example.com. 3600 DS " SIGNED_DS "\n"
#define RRSIG   "example.com. 3600 RRSIG "

/* A key of an algorithm that nobody knows, its DS, and what it signs. */
#define NEW_KEY "example.com. 3600 DNSKEY 257 3 200 AAAAAAAAAAA=\n"
#define NEW_DIGEST                                                            \
    "040d03a03fc5a4fb4c9aa281f3e9e3d0"                                        \
    "d12073b9c30a9e07013e1a3c88a765df"
#define NEW_DS "example.com. 3600 DS 1225 200 2 " NEW_DIGEST "\n"
#define NEW_SIGNS(type)                                                       \
    RRSIG type " 200 2 3600 20271101000000 20261101000000 1225 example.com. " \
               "AAAA\n"
/* Keys and signatures of no use, which sort before the good one. */
#define JUNK_KEY(n)                                                           \
    "example.com. 3600 DNSKEY 256 3 13 " n "AA" TEN("AAAAAAAA") "AAAA\n"
#define JUNK_SOA(n)                                                           \
    RRSIG "SOA 13 2 3600 202612010000" n                                      \
          " 20261101000000 43238 example.com. " TEN("AAAAAAAA") "AAAAAA==\n"
#define TEN(x) x x x x x x x x x x
#define SIXTEEN(x)                                                            \
    x("10") x("11") x("12") x("13") x("14") x("15") x("16") x("17") x("18")   \
        x("19") x("20") x("21") x("22") x("23") x("24") x("25")

/* clang-format off */
/* What is not known proves nothing: RFC 4035 section 5.2, RFC 6840 5.2. */
static const struct {
    const char *name;
    const char *zone;
    const char *wanted;
} unknowns[] = {
    {"a digest that is not known, of another key",
     SOA KEY "example.com. DS 1 13 200 aabb\n" RRSIG SIGNED_GOOD_KEYS "\n",
     "unknown 0 0"},
    {"the same, and no key at all", SOA "example.com. DS 1 13 200 aabb\n",
     "unknown 0 0"},
    {"an algorithm that is not known, of another key",
     SOA KEY "example.com. DS 1 200 2 " NEW_DIGEST "\n"
     RRSIG SIGNED_GOOD_KEYS "\n", "unknown 0 0"},
    {"beside a known one whose key is not there",
     SOA KEY "example.com. DS 1 13 200 aabb\nexample.com. DS " SIGNED_DS_OTHER
     "\n" RRSIG SIGNED_GOOD_KEYS "\n", "mismatch 0 0"},
    {"signed by a key of an algorithm that is not known alone",
     SOA NEW_KEY NEW_DS NEW_SIGNS("DNSKEY") NEW_SIGNS("SOA"), "unknown 0 0"},
    {"beside it, an expired signature of one that is",
     SOA KEY NEW_KEY DS NEW_SIGNS("SOA") RRSIG SIGNED_EXPIRED_SOA "\n",
     "unknown 0 0"},
    {"the key that is named is one of too many",
     SOA DS KEY SIXTEEN(JUNK_KEY) RRSIG SIGNED_GOOD_KEYS "\n" RRSIG
     SIGNED_GOOD_SOA "\n", "unknown 0 0"},
    {"a good signature among too many",
     SOA DS KEY RRSIG SIGNED_GOOD_KEYS "\n" RRSIG SIGNED_GOOD_SOA "\n"
     SIXTEEN(JUNK_SOA), "unknown 0 0"},
};
/* clang-format on */

static const struct {
    const char *name;
    const char *zone;   /* beside ABOVE */
    const char *wanted; /* state, fault of the keys, of the SOA */
} rows[] = {
    {"signed, and named above",
     SOA DS KEY RRSIG SIGNED_GOOD_KEYS "\n" RRSIG SIGNED_GOOD_SOA "\n",
     "secure 0 0"                                                                                                      },
    {"not signed",                                            SOA,                                       "unsigned 0 0"},
    {"signed, and not named above",
     SOA KEY RRSIG SIGNED_GOOD_KEYS "\n" RRSIG SIGNED_GOOD_SOA "\n",
     "island 0 0"                                                                                                      },
    {"an island may be expired: nobody validates it",
     SOA KEY RRSIG SIGNED_EXPIRED_KEYS "\n",                                                             "island 0 0"  },
    {"another key is named above",
     SOA KEY "example.com. DS " SIGNED_DS_OTHER "\n" RRSIG SIGNED_GOOD_KEYS
             "\n" RRSIG SIGNED_GOOD_SOA "\n",
     "mismatch 0 0"                                                                                                    },
    {"two are named above, and one is there",
     SOA DS KEY "example.com. DS " SIGNED_DS_OTHER "\n" RRSIG SIGNED_GOOD_KEYS
                "\n" RRSIG SIGNED_GOOD_SOA "\n",
     "secure 0 0"                                                                                                      },
    {"named above, and without keys",                         SOA DS,                                    "mismatch 0 0"},
    {"a type of digest that is not known",
     SOA KEY "example.com. DS 43238 13 200 aabb\n" RRSIG SIGNED_GOOD_KEYS "\n",
     "unknown 0 0"                                                                                                     },
    {"expired keys",
     SOA DS KEY RRSIG SIGNED_EXPIRED_KEYS "\n" RRSIG SIGNED_GOOD_SOA "\n",
     "broken 1 0"                                                                                                      },
    {"an expired SOA",
     SOA DS KEY RRSIG SIGNED_GOOD_KEYS "\n" RRSIG SIGNED_EXPIRED_SOA "\n",
     "broken 0 1"                                                                                                      },
    {"an expired signature beside a good one",
     SOA DS KEY RRSIG SIGNED_GOOD_KEYS "\n" RRSIG SIGNED_EXPIRED_SOA
                                       "\n" RRSIG SIGNED_GOOD_SOA "\n",
     "secure 0 0"                                                                                                      },
    {"a signature of the future",
     SOA DS KEY RRSIG SIGNED_EARLY_KEYS "\n" RRSIG SIGNED_EARLY_SOA "\n",
     "broken 2 2"                                                                                                      },
    {"a signature over other data",
     "example.com. 3600 SOA ns1 dns 2 1 1 1 1\n" DS KEY RRSIG SIGNED_GOOD_KEYS
     "\n" RRSIG SIGNED_GOOD_SOA "\n",
     "broken 0 3"                                                                                                      },
    {"keys signed by one that is not named above",
     SOA DS KEY "example.com. 3600 DNSKEY " SIGNED_WEAK_KEY
                "\n" RRSIG SIGNED_GOOD_KEYS "\n" RRSIG SIGNED_GOOD_SOA "\n",
     "broken 3 0"                                                                                                      },
    {"without signatures: a resolver may have left them out", SOA DS KEY,
     "unknown 0 0"                                                                                                     },
    {"signed with an old algorithm",
     SOA "example.com. 3600 DNSKEY " SIGNED_WEAK_KEY
         "\nexample.com. DS " SIGNED_WEAK_DS "\n" RRSIG SIGNED_WEAK_KEYS
         "\n" RRSIG SIGNED_WEAK_SOA "\n",
     "secure 0 0"                                                                                                      },
    {"no answer for DS",                                      SOA KEY ";! example.com. DS SERVFAIL\n",
     "unknown 0 0"                                                                                                     },
    {"no answer for DNSKEY",                                  SOA DS ";! example.com. DNSKEY TIMEOUT\n",
     "unknown 0 0"                                                                                                     },
    {"no answer for SOA",
     SOA DS KEY RRSIG SIGNED_GOOD_KEYS "\n;! example.com. SOA SERVFAIL\n",
     "unknown 0 0"                                                                                                     },
};

struct run {
    struct strbuf told; /* state and faults */
    struct strbuf json; /* as facts */
};

static void
analyse(void *context, struct view *view)
{
    struct run *run = context;
    const struct trust *trust;
    struct name zone;

    name_parse(&zone, SLICE("example.com"), NULL);
    trust = trust_find(view, &zone);
    strbuf_cut(&run->told, 0);
    strbuf_addf(&run->told, "%s %d %d", trust_word(trust->state),
                (int)trust->keys.fault, (int)trust->soa.fault);
    strbuf_cut(&run->json, 0);
    value_json(trust_value(view_run_arena(view), trust), 0, &run->json);
}

static void
run_zone(const char *text, struct run *run)
{
    struct zoneview zoneview;

    zoneview_open(&zoneview, text, NULL);
    view_free(engine_run_one(&zoneview.settings, "test", analyse, run));
    zoneview_close(&zoneview);
}

int
main(void)
{
    struct run run = {STRBUF_INIT, STRBUF_INIT};

    clock_set(NOW);
    plan_lazy();
    for (size_t i = 0; i < sizeof(unknowns) / sizeof(unknowns[0]); i++) {
        struct strbuf text = STRBUF_INIT;

        strbuf_addf(&text, ABOVE "%s", unknowns[i].zone);
        run_zone(text.p, &run);
        is_string(unknowns[i].wanted, run.told.p, "%s", unknowns[i].name);
        strbuf_clear(&text);
    }
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct strbuf text = STRBUF_INIT;

        strbuf_addf(&text, ABOVE "%s", rows[i].zone);
        run_zone(text.p, &run);
        is_string(rows[i].wanted, run.told.p, "%s", rows[i].name);
        strbuf_clear(&text);
    }
    run_zone(ABOVE SOA DS KEY RRSIG SIGNED_GOOD_KEYS "\n" RRSIG SIGNED_LATE_SOA
                                                     "\n",
             &run);
    is_string("{\"zone\":\"example.com.\",\"state\":\"secure\",\"algorithms\":"
              "[\"ECDSAP256SHA256\"],\"expires\":\"2026-11-25T00:00:00Z\"}",
              run.json.p, "as facts: what ends first");
    /* The zone's own file says nothing about what is above it. */
    run_zone("$ORIGIN example.com.\n" SOA KEY, &run);
    is_string("unknown 0 0", run.told.p, "DS is denied only from above");
    strbuf_clear(&run.told);
    strbuf_clear(&run.json);
    return tap_done();
}
