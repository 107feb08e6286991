/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The DNSSEC state of a zone, out of signed zones. */
#include "common/audit/trust.h"

#include "common/base/clock.h"
#include "tests/audit/signedzone.h"
#include "tests/audit/zoneview.h"

/* 2026-11-24T12:00:00Z. */
#define NOW   1795521600

#define ABOVE ". SOA ns. dns. 1 7200 3600 1209600 600\n. NS ns.\n"
#define SOA   "example.com. 3600 SOA " SIGNED_SOA "\n"
#define KEY   "example.com. 3600 DNSKEY " SIGNED_KEY "\n"
#define DS    "example.com. 3600 DS " SIGNED_DS "\n"
#define RRSIG "example.com. 3600 RRSIG "

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
