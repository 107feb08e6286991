/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/audit/providers.c and of the table compiled into it. */
#include "common/audit/providers.h"

#include "common/base/strbuf.h"
#include "tests/audit/zoneview.h"

static struct arena *arena;

/* clang-format off */

static const struct {
    enum provider_sign sign;
    const char *name;
    const char *vendor; /* NULL: nobody's */
} names[] = {
    {PROVIDER_MX, "aspmx.l.google.com", "Google Workspace"},
    {PROVIDER_MX, "alt1.aspmx.l.google.com", "Google Workspace"},
    {PROVIDER_MX, "ASPMX.L.GOOGLE.COM", "Google Workspace"},
    {PROVIDER_MX, "xaspmx.l.google.com", NULL},
    {PROVIDER_MX, "aspmx.l.google.com.example", NULL},
    {PROVIDER_MX, "example-com.mail.protection.outlook.com", "Microsoft 365"},
    {PROVIDER_MX, "inbound-smtp.eu-west-1.amazonaws.com", "Amazon SES"},
    {PROVIDER_MX, "mx2.zoho.eu", "Zoho Mail"},
    {PROVIDER_MX, "mail.example.com", NULL},
    {PROVIDER_MX, ".", NULL},
    {PROVIDER_SPF, "_spf.google.com", "Google Workspace"},
    {PROVIDER_SPF, "u123.wl.sendgrid.net", "Twilio SendGrid"},
    {PROVIDER_SPF, "google.com", NULL},
    {PROVIDER_ALIAS, "dkim2.mcsv.net", "Mailchimp"},
    {PROVIDER_ALIAS, "selector1-a._domainkey.a.onmicrosoft.com",
     "Microsoft 365"},
    {PROVIDER_NS, "ns-7.awsdns-00.co.uk", "Amazon Route 53"},
    {PROVIDER_NS, "amy.ns.cloudflare.com", "Cloudflare"},
    {PROVIDER_NS, "cloudflare.com", NULL},
    {PROVIDER_NS, "ns-cloud-a1.googledomains.com", "Google Cloud DNS"},
    {PROVIDER_NS, "_spf.google.com", NULL},
};

/* What is typed into the forms of vendors, by a name server. */
static const struct {
    const char *server, *owner, *zone;
    const char *wanted; /* NULL: nothing is said */
} hints[] = {
    {"dns1.registrar-servers.com", "k1._domainkey.example.com", "example.com",
     "in the field Host of Namecheap type k1._domainkey: the domain is added"
     " to it"},
    {"ns1.domaincontrol.com", "k1._domainkey.mail.example.com", "example.com",
     "in the field Name of GoDaddy type k1._domainkey.mail: the domain is"
     " added to it"},
    {"ns1.domaincontrol.com", "example.com", "example.com", NULL},
    {"ns1.domaincontrol.com", "example.net", "example.com", NULL},
    {"ns1.domaincontrol.com", "example.com", ".", NULL},
    {"dns1.p01.nsone.net", "a.example.com", "example.com", NULL},
};

#define ZONE                                                                  \
    "$ORIGIN .\n. SOA ns dns 1 7200 3600 1209600 600\n. NS ns\n"              \
    "$ORIGIN example.com.\n@ SOA ns1 dns 1 7200 3600 1209600 600\n"           \
    "@ NS ns1\nns1 A 192.0.2.1\n"

/* Zones, and the selectors looked at: given is a, guesses are b and s1. */
static const struct {
    const char *name;
    const char *zone;
    const char *wanted;
} inputs[] = {
    {"nothing is known", "", "a !b !s1 "},
    {"MX of one vendor", "@ MX 1 aspmx.l.google.com.\n", "a ?google !b !s1 "},
    {"include of one", "@ TXT \"v=spf1 include:sendgrid.net -all\"\n",
     "a ?s1 ?s2 ?m1 ?smtpapi !b !s1 "},
    {"redirect to one", "@ TXT \"v=spf1 redirect=_spf.google.com\"\n",
     "a ?google !b !s1 "},
    {"MX and includes, in that order",
     "@ TXT \"v=spf1 include:spf.mailjet.com include:_spf.google.com -all\"\n"
     "@ MX 1 in1-smtp.messagingengine.com.\n",
     "a ?fm1 ?fm2 ?fm3 ?mailjet ?google !b !s1 "},
    {"one vendor twice",
     "@ MX 1 aspmx.l.google.com.\n@ MX 5 alt1.aspmx.l.google.com.\n"
     "@ TXT \"v=spf1 include:_spf.google.com -all\"\n", "a ?google !b !s1 "},
    {"a vendor without usual selectors",
     "@ TXT \"v=spf1 include:amazonses.com -all\"\n", "a !b !s1 "},
    {"a name that depends on the client, but not on its vendor",
     "@ TXT \"v=spf1 include:%{i}._spf.google.com -all\"\n",
     "a ?google !b !s1 "},
    {"two records are none", "@ TXT \"v=spf1 include:spf.mailjet.com -all\"\n"
     "@ TXT \"v=spf1 -all\"\n", "a !b !s1 "},
    {"no answer", ";! @ MX SERVFAIL\n;! @ TXT TIMEOUT\n", "a !b !s1 "},
};

/* clang-format on */

static struct name
name_of(const char *text)
{
    struct name name;

    if (name_parse(&name, slice_of(text), NULL) != ST_OK)
        bail("bad name '%s'", text);
    return name;
}

static void
test_names(void)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct name name = name_of(names[i].name);
        struct provider provider;
        bool found = providers_find(names[i].sign, &name, &provider);

        is_string(names[i].vendor, found ? provider.vendor : NULL, "%s",
                  names[i].name);
    }
}

static void
test_hints(void)
{
    for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
        struct name server = name_of(hints[i].server);
        struct name owner = name_of(hints[i].owner);
        struct name zone = name_of(hints[i].zone);
        struct provider provider;

        if (!providers_find(PROVIDER_NS, &server, &provider))
            bail("no vendor has %s", hints[i].server);
        is_string(
            hints[i].wanted, providers_hint(arena, &provider, &owner, &zone),
            "%s in %s at %s", hints[i].owner, hints[i].zone, provider.vendor);
    }
}

struct run {
    const struct audit_input *input; /* given */
    struct strbuf seen;              /* what came */
};

static void
analyse(void *context, struct view *view)
{
    static const char *const marks[SELECTOR_ORIGINS] = {
        "!", "?", "", "m:", "r:", "R:", "x:"};
    struct run *run = context;
    const struct audit_input *input = providers_input(run->input, view);

    strbuf_cut(&run->seen, 0);
    for (size_t i = 0; i < input->selector_count; i++)
        strbuf_addf(&run->seen, "%s%s ", marks[input->selectors[i].origin],
                    input->selectors[i].selector);
}

static void
test_input(const char *name, const char *more, const struct audit_input *input,
           const char *wanted)
{
    struct run run = {input, STRBUF_INIT};
    struct strbuf text = STRBUF_INIT;
    struct zoneview zone;

    strbuf_addf(&text, "%s%s", ZONE, more);
    zoneview_open(&zone, text.p, NULL);
    view_free(engine_run_one(&zone.settings, "test", analyse, &run));
    is_string(wanted, run.seen.p, "%s", name);
    zoneview_close(&zone);
    strbuf_clear(&text);
    strbuf_clear(&run.seen);
}

static void
test_inputs(void)
{
    const struct audit_selector selectors[] = {
        {.selector = "a",  .origin = SELECTOR_COMMAND_LINE},
        {.selector = "b",  .origin = SELECTOR_GUESSED     },
        {.selector = "s1", .origin = SELECTOR_GUESSED     },
    };
    struct audit_input input = {.domain = name_of("example.com"),
                                .selectors = selectors,
                                .selector_count = 3};

    for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++)
        test_input(inputs[i].name, inputs[i].zone, &input, inputs[i].wanted);
    input.selector_count = 1;
    test_input("no guesses are wanted", inputs[1].zone, &input, "a ");
}

/* ---- the table ---- */

static bool
is_pattern_list(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-_.*? ")
               == strlen(text)
           && text[0] != ' ' && strstr(text, "  ") == NULL
           && strchr(text, '.') != NULL;
}

static bool
are_quirks_known(const struct provider *provider)
{
    struct slice rest = slice_of(provider->quirks), one;
    bool known = true;

    while (rest.n > 0 && slice_next(&rest, ' ', &one))
        known &= slice_equal(one, SLICE("appends"))
                 || slice_equal(one, SLICE("strings"))
                 || slice_equal(one, SLICE("proxies"));
    return known;
}

static void
test_table(void)
{
    for (size_t i = 0; i < providers_count(); i++) {
        struct provider provider;
        bool good;

        providers_get(i, &provider);
        good = provider.vendor[0] != '\0';
        for (size_t k = 0; k < PROVIDER_SIGNS; k++)
            good &= provider.patterns[k][0] == '\0'
                    || is_pattern_list(provider.patterns[k]);
        good &= strspn(provider.selectors,
                       "abcdefghijklmnopqrstuvwxyz0123456789- ")
                == strlen(provider.selectors);
        good &= are_quirks_known(&provider);
        ok(good, "row of %s", provider.vendor);
    }
}

int
main(void)
{
    plan_lazy();
    arena = arena_new();
    test_names();
    test_hints();
    test_inputs();
    test_table();
    arena_free(arena);
    return tap_done();
}
