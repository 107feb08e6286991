/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/audit/collect_delegation.c, check_delegation.c and
   check_alias.c. */
#include "common/audit/collect_delegation.h"

#include "tests/audit/auditview.h"

#define ROOT "$ORIGIN .\n. SOA ns dns 1 7200 3600 1209600 600\n. NS ns\n"
#define ZONE                                                                  \
    "$ORIGIN example.com.\n@ SOA ns1 dns 1 7200 3600 1209600 600\n"           \
    "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n"                  \
    "_dmarc TXT \"v=DMARC1; p=none; rua=mailto:d@example.com\"\n"
#define VENDOR                                                                \
    "vendor.example A 192.0.2.7\nns.vendor.example A 192.0.2.8\n"             \
    "ns2.vendor.example A 192.0.2.9\n"
#define CHILD(name)                                                           \
    "$ORIGIN " name ".example.com.\n@ SOA ns dns 1 7200 3600 1209600 600\n"   \
    "@ NS ns.vendor.example.\n@ NS ns2.vendor.example.\n"
#define KEY "TXT \"v=DKIM1; p=\"\n"

/* clang-format off */

/* Findings of delegation.* but delegation.absent; the selector is s1. */
static const struct {
    const char *name;
    const char *root;  /* lines of the root zone */
    const char *zone;  /* lines of example.com */
    const char *child; /* another zone */
    const char *wanted;
    const char *facts; /* "kind target..." of both, or NULL */
} rows[] = {
    {"nothing delegated", "", "s1._domainkey " KEY, "", "absent",
     "none; none;"},
    {"an alias", VENDOR "s1.vendor.example " KEY,
     "s1._domainkey CNAME s1.vendor.example.\n", "", "absent", "none; none;"},
    {"an alias whose target is gone", VENDOR,
     "s1._domainkey CNAME s1.vendor.example.\n", "",
     "cname-dangling absent", NULL},
    {"a target that anybody may register",
     "com. SOA ns dns 1 7200 3600 1209600 600\ncom. NS ns\n",
     "s1._domainkey CNAME s1.gone-vendor.com.\n", "",
     "cname-dangling cname-target-unregistered absent", NULL},
    {"a target that is empty", VENDOR,
     "s1._domainkey CNAME vendor.example.\n", "", "cname-to-empty absent",
     NULL},
    {"aliases in a circle", VENDOR "s1.vendor.example CNAME"
     " s1._domainkey.example.com.\n",
     "s1._domainkey CNAME s1.vendor.example.\n", "", "cname-loop absent",
     NULL},
    {"three aliases", VENDOR "s1 CNAME s2\ns2 CNAME s3\ns3 " KEY,
     "s1._domainkey CNAME s1.\n", "", "absent", NULL},
    {"four aliases", VENDOR "s1 CNAME s2\ns2 CNAME s3\ns3 CNAME s4\ns4 " KEY,
     "s1._domainkey CNAME s1.\n", "", "cname-chain-long absent", NULL},
    {"a DNAME", VENDOR "s1.keys.vendor.example " KEY,
     "_domainkey DNAME keys.vendor.example.\n", "",
     "dname-in-path parent-owner-risk", "dname keys.vendor.example.; none;"},
    {"a CNAME at _domainkey", VENDOR,
     "_domainkey CNAME vendor.example.\n", "", "cname-at-domainkey",
     "cname vendor.example.; none;"},
    {"a cut at _domainkey", VENDOR,
     "_domainkey NS ns.vendor.example.\n_domainkey NS ns2.vendor.example.\n",
     CHILD("_domainkey") "s1 " KEY, "parent-owner-risk",
     "ns ns.vendor.example. ns2.vendor.example.; none;"},
    {"a cut at the selector", VENDOR,
     "s1._domainkey NS ns.vendor.example.\n",
     CHILD("s1._domainkey") "@ " KEY, "absent cut-at-selector",
     "none; none;"},
    {"a server without an address", VENDOR,
     "_domainkey NS ns.vendor.example.\n_domainkey NS no.vendor.example.\n",
     "$ORIGIN _domainkey.example.com.\n"
     "@ SOA ns dns 1 7200 3600 1209600 600\n@ NS ns.vendor.example.\n"
     "@ NS no.vendor.example.\ns1 " KEY,
     "ns-unresolvable ns-single parent-owner-risk", NULL},
};
/* clang-format on */

/* "delegation." cut off, other areas' findings left out. */
static void
short_findings(const struct auditview *view, struct strbuf *out)
{
    struct slice rest = strbuf_slice(&view->findings), word;
    struct slice prefix = SLICE("delegation.");

    while (slice_next(&rest, ' ', &word)) {
        if (!slice_starts(word, prefix))
            continue;
        if (out->n > 0)
            strbuf_add_char(out, ' ');
        strbuf_add_slice(out, slice_from(word, prefix.n));
    }
}

static void
short_facts(const struct auditview *view, struct strbuf *out)
{
    struct arena *arena = arena_new();
    const struct value *value = area_delegation.value(&view->facts, arena);
    static const char *const names[] = {"_domainkey", "_dmarc"};

    for (size_t i = 0; i < 2; i++) {
        const struct value *point = value_get(value, names[i]);
        const struct value *target = value_get(point, "target");

        strbuf_addf(out, "%s%s", i == 0 ? "" : " ",
                    value_as_text(value_get(point, "kind")));
        for (size_t j = 0; j < value_count(target); j++)
            strbuf_addf(out, " %s", value_as_text(value_element(target, j)));
        strbuf_add_char(out, ';');
    }
    arena_free(arena);
}

struct run {
    struct auditview view; /* first */
    struct strbuf facts;   /* in short */
    struct strbuf state;   /* of the facts */
};

static void
analyse(void *context, struct view *view)
{
    struct run *run = context;

    auditview_analyse(&run->view, view);
    strbuf_cut(&run->facts, 0);
    strbuf_cut(&run->state, 0);
    if (view_pending(view) == 0) {
        struct arena *arena = arena_new();

        short_facts(&run->view, &run->facts);
        strbuf_add_text(
            &run->state,
            value_as_text(value_get(
                area_delegation.value(&run->view.facts, arena), "state")));
        arena_free(arena);
    }
}

/* Whether all zones are known that the domain's names are in. */
static void
test_state(void)
{
    static const struct {
        const char *name;
        const char *zone; /* lines beside a key at s1 */
        size_t selectors; /* asked for: s1, s2, ...; each a zone of its own */
        const char *wanted;
    } states[] = {
        {"all zones",                      "",                               1,                        "known"  },
        {"no SOA",                         ";! example.com. SOA SERVFAIL\n", 1,                        "unknown"},
        {"a selector that may be cut off",
         ";! s1._domainkey.example.com. NS TIMEOUT\n",                       1,                        "unknown"},
        {"a selector without an answer",
         ";! s1._domainkey.example.com. TXT SERVFAIL\n",                     1,                        "unknown"},
        {"as many zones as are looked at", "",                               DELEGATION_ZONES_MAX,     "known"  },
        {"one more",                       "",                               DELEGATION_ZONES_MAX + 1, "unknown"},
    };

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        struct run run = {.facts = STRBUF_INIT};
        struct strbuf text = STRBUF_INIT, names = STRBUF_INIT;
        struct zoneview zoneview;

        strbuf_add_text(&text, ROOT VENDOR ZONE "s1._domainkey " KEY);
        for (size_t k = 1; k <= states[i].selectors; k++) {
            strbuf_addf(&names, "%ss%zu", k > 1 ? " " : "", k);
            if (k > 1)
                strbuf_addf(&text,
                            "$ORIGIN s%zu._domainkey.example.com.\n"
                            "@ SOA ns dns 1 7200 3600 1209600 600\n"
                            "@ NS ns.vendor.example.\n@ " KEY,
                            k);
        }
        strbuf_add_text(&text, states[i].zone);
        auditview_open(&run.view, "example.com", names.p);
        run.view.areas[0] = &area_dkim;
        run.view.areas[1] = &area_dmarc;
        run.view.areas[2] = &area_delegation;
        zoneview_open(&zoneview, text.p, NULL);
        view_free(engine_run_one(&zoneview.settings, "test", analyse, &run));
        is_string(states[i].wanted, run.state.p, "%s: state", states[i].name);
        zoneview_close(&zoneview);
        auditview_close(&run.view);
        strbuf_clear(&run.facts);
        strbuf_clear(&run.state);
        strbuf_clear(&text);
        strbuf_clear(&names);
    }
}

static void
test_row(size_t i)
{
    struct run run = {.facts = STRBUF_INIT};
    struct strbuf text = STRBUF_INIT, seen = STRBUF_INIT;
    struct zoneview zoneview;

    auditview_open(&run.view, "example.com", "s1");
    run.view.areas[0] = &area_dkim;
    run.view.areas[1] = &area_dmarc;
    run.view.areas[2] = &area_delegation;
    strbuf_addf(&text, ROOT "%s" ZONE "%s%s", rows[i].root, rows[i].zone,
                rows[i].child);
    zoneview_open(&zoneview, text.p, NULL);
    view_free(engine_run_one(&zoneview.settings, "test", analyse, &run));
    zoneview_close(&zoneview);
    short_findings(&run.view, &seen);
    is_string(rows[i].wanted, seen.p, "%s", rows[i].name);
    if (rows[i].facts != NULL)
        is_string(rows[i].facts, run.facts.p, "%s: facts", rows[i].name);
    is_string("", run.view.bad.p, "%s: every field is supplied", rows[i].name);
    auditview_close(&run.view);
    strbuf_clear(&run.facts);
    strbuf_clear(&run.state);
    strbuf_clear(&seen);
    strbuf_clear(&text);
}

/* A resolver that believes denials must have been asked for the selectors
   before it is asked for _domainkey, by any area. */
static void
test_order(void)
{
    struct auditview view;

    auditview_open(&view, "example.com", "");
    view.areas[0] = &area_delegation;
    auditview_rules(&view, "* _domainkey.example.com ANY timeout\n"
                           "* _dmarc.example.com ANY nodata\n");
    is_string("dns.server-timeout?", view.findings.p,
              "an answer that did not come is unknown");
    is_string("{\"state\":\"unknown\",\"_domainkey\":{\"state\":\"unknown\","
              "\"kind\":null,\"target\":null},\"_dmarc\":{\"state\":\"known\","
              "\"kind\":\"none\",\"target\":[]},\"dnssec\":[]}",
              view.json.p, "and so are its facts");
    auditview_close(&view);
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(i);
    test_state();
    test_order();
    return tap_done();
}
