/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/records/starter.c: the template to begin with. */
#include "common/records/starter.h"

#include <string.h>

#include "common/base/settings.h"
#include "common/template/template.h"
#include "tests/tap/tap.h"

/* One host of each kind at most: what is refused needs no more. */
struct row {
    const char *ns;       /* --ns */
    const char *mx;       /* --mx */
    const char *spf;      /* --spf */
    const char *rua;      /* --rua */
    const char *sentence; /* why not; NULL: a template that compiles */
    const char *line;     /* that is then in it */
};

#define ROW(ns, mx, spf, rua, sentence, line)                                 \
    {                                                                         \
        ns, mx, spf, rua, sentence, line                                      \
    }
static const struct row rows[] = {
    ROW(NULL, NULL, NULL, NULL, NULL, "\nns2 "),
    ROW("a=192.0.2.9", NULL, NULL, NULL, NULL, "\na "),
    ROW("a=2001:db8::9", NULL, NULL, NULL, NULL, "AAAA  2001:db8::9\n"),
    ROW("a.b.esp.example=192.0.2.9", NULL, NULL, NULL, NULL, "\na.b "),
    ROW("ns.other.example", NULL, NULL, NULL, NULL, "NS    ns.other."),
    ROW("esp.example=192.0.2.9", NULL, NULL, NULL, NULL, "NS    @\n"),
    ROW(NULL, "m=192.0.2.9", NULL, NULL, NULL, "MX    10 m\n"),
    ROW(NULL, "mx.other.example", NULL, NULL, NULL, "10 mx.other.example.\n"),
    ROW(NULL, NULL, "a mx ip6:2001:db8::/32", NULL, NULL,
        "v=spf1 a mx ip6:2001:db8::/32 -all"),
    ROW(NULL, NULL, "include:small.example", NULL, NULL,
        "include:small.example -all"),
    ROW(NULL, NULL, "exists:%{i}.x.example", NULL, NULL, "exists:%{i}.x"),
    ROW(NULL, NULL, NULL, "me@x.example", NULL, "rua=mailto:me@x.example\""),
    ROW(NULL, NULL, NULL, "mailto:me@x.example", NULL, "=mailto:me@x."),
    ROW("a", NULL, NULL, NULL, "'a' is in the zone and needs its address",
        NULL),
    ROW("a.esp.example", NULL, NULL, NULL, "needs its address", NULL),
    ROW("a=nonsense", NULL, NULL, NULL, "'nonsense' is no address", NULL),
    ROW("a=192.0.2.1:53", NULL, NULL, NULL, "is no address", NULL),
    ROW("a=", NULL, NULL, NULL, "is no address", NULL),
    ROW("=192.0.2.1", NULL, NULL, NULL, "is no NAME=ADDRESS", NULL),
    ROW("", NULL, NULL, NULL, "is no NAME=ADDRESS", NULL),
    ROW("_a=192.0.2.1", NULL, NULL, NULL, "is no host name", NULL),
    ROW("a b=192.0.2.1", NULL, NULL, NULL, "is no host name", NULL),
    ROW("ns.other.example=192.0.2.1", NULL, NULL, NULL, "outside the zone",
        NULL),
    ROW(NULL, "a\"b=192.0.2.1", NULL, NULL, "is no host name", NULL),
    ROW(NULL, NULL, "a -all", NULL, "'-all' is no SPF term", NULL),
    ROW(NULL, NULL, "all", NULL, "'all' is no SPF term", NULL),
    ROW(NULL, NULL, "v=spf1 a", NULL, "'v=spf1' is no SPF term", NULL),
    ROW(NULL, NULL, "redirect=x", NULL, "is no SPF term", NULL),
    ROW(NULL, NULL, "a  mx", NULL, "is no SPF term", NULL),
    ROW(NULL, NULL, "", NULL, "is no SPF term", NULL),
    ROW(NULL, NULL, "a\" \"b", NULL, "is no SPF term", NULL),
    ROW(NULL, NULL, "a\nb", NULL, "is no SPF term", NULL),
    ROW(NULL, NULL, NULL, "nobody", "'nobody' is no mailbox", NULL),
    ROW(NULL, NULL, NULL, "@x.example", "is no mailbox", NULL),
    ROW(NULL, NULL, NULL, "a@", "is no mailbox", NULL),
    ROW(NULL, NULL, NULL, "a@b@c", "is no mailbox", NULL),
    ROW(NULL, NULL, NULL, "a@x.example,b@x.example", "is no mailbox", NULL),
    ROW(NULL, NULL, NULL, "a@x.example!10m", "is no mailbox", NULL),
    ROW(NULL, NULL, NULL, "a;b@x.example", "is no mailbox", NULL),
    ROW(NULL, NULL, NULL, "{a}@x.example", "is no mailbox", NULL),
};

static struct name origin;

static void
test_row(const struct row *row)
{
    struct starter_host ns = {row->ns}, mx = {row->mx};
    struct starter_settings settings = {.esp = "esp.example",
                                        .ns = &ns,
                                        .ns_count = row->ns == NULL ? 0 : 1,
                                        .mx = &mx,
                                        .mx_count = row->mx == NULL ? 0 : 1,
                                        .spf = row->spf,
                                        .rua = row->rua};
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;
    struct template *template = NULL;
    enum status st = starter_template(&settings, &text, &err);

    if (row->sentence != NULL) {
        is_int(ST_SYNTAX, st, "refused: %s", row->sentence);
        ok(strstr(err.text, row->sentence) != NULL, "says: %s", err.text);
    } else if (is_int(ST_OK, st, "made: %s", row->line)) {
        ok(strstr(text.p, row->line) != NULL, "holds it");
        st =
            template_parse("t", strbuf_slice(&text), &origin, &template, &err);
        if (!is_int(ST_OK, st, "and compiles"))
            diag("%s\n%s", err.text, text.p);
        if (st == ST_OK)
            template_free(template);
    }
    strbuf_clear(&text);
}

static void
test_usual(void)
{
    static const char *const reserved[] = {"ns1",     "ns2",     "mx",
                                           "reports", "_spf",    "_dmarc",
                                           "_dkim",   "bounces", "_report"};
    struct starter_settings settings = {.esp = "esp.example"};
    struct strbuf text = STRBUF_INIT, again = STRBUF_INIT;
    struct error err = ERROR_INIT;
    struct template *template = NULL;
    const char *line;

    if (starter_template(&settings, &text, &err) != ST_OK
        || template_parse("t", strbuf_slice(&text), &origin, &template, &err)
               != ST_OK)
        bail("%s", err.text);
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
        ok(template_is_reserved(template, slice_of(reserved[i])),
           "'%s' is no customer's", reserved[i]);
    for (line = text.p; line != NULL; line = strchr(line + 1, '\n'))
        if (strcspn(line + 1, "\n") > 100 && line[1] == ';')
            break;
    is_string(NULL, line, "comments are readable");
    starter_template(&settings, &again, &err);
    is_string(text.p, again.p, "it is the same each time");
    template_free(template);
    strbuf_clear(&text);
    strbuf_clear(&again);
}

/* A host with two addresses is one host. */
static void
test_two_addresses(void)
{
    struct starter_host hosts[] = {
        {"a=192.0.2.1"}, {"a=2001:db8::1"}, {"b=192.0.2.2"}, {"a=192.0.2.1"}};
    struct starter_settings settings = {.esp = "esp.example",
                                        .ns = hosts,
                                        .ns_count = 4,
                                        .mx = hosts,
                                        .mx_count = 4};
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;
    struct template *template = NULL;

    is_int(ST_OK, starter_template(&settings, &text, &err),
           "hosts with two addresses");
    is_int(ST_OK,
           template_parse("t", strbuf_slice(&text), &origin, &template, &err),
           "it compiles");
    ok(strstr(text.p, "MX    20 b\n") != NULL, "the second host is second");
    ok(strstr(text.p, "MX    30") == NULL, "and the last");
    ok(strstr(text.p, "AAAA  2001:db8::1\n") != NULL, "both addresses");
    template_free(template);
    strbuf_clear(&text);
}

static void
test_conf(void)
{
    struct strbuf text = STRBUF_INIT;
    struct settings *settings = NULL;
    struct error err = ERROR_INIT;
    const char *key, *value;
    size_t position = 0;

    starter_conf("esp.example", &text);
    is_int(ST_OK,
           settings_parse("selkie.conf", strbuf_slice(&text), &settings, &err),
           "the settings are some");
    ok(!settings_each(settings, &position, &key, &value), "all in comments");
    settings_free(settings);
    strbuf_clear(&text);
}

int
main(void)
{
    name_parse(&origin, SLICE("esp.example"), NULL);
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(&rows[i]);
    test_usual();
    test_two_addresses();
    test_conf();
    return tap_done();
}
