/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What customers publish themselves, mode by mode. */
#include "common/records/planside.h"

#include "common/base/strbuf.h"
#include "common/dns/answer.h"
#include "tests/tap/tap.h"

static struct served_key keys[] = {
    {.selector = "k1", .algorithm = "rsa", .data = "MIIB"}
};

/* The plan as lines "owner TYPE data", or the refusal. */
static const char *
plan_text(struct arena *arena, enum domain_mode mode)
{
    struct served_domain domain = {
        .domain = {.name = "news.example", .mode = mode, .token = "tok"},
        .keys = keys,
        .key_count = 1
    };
    struct served_customer customer = {.domains = &domain, .domain_count = 1};
    struct plan plan = {NULL, 0};
    struct error err = ERROR_INIT;
    struct strbuf out = STRBUF_INIT;
    struct name esp;
    const char *text;

    name_parse(&esp, SLICE("esp.example"), NULL);
    if (planside_customer(&customer, &esp, arena, &plan, &err) != ST_OK)
        return arena_text(arena, slice_of(err.text));
    for (size_t i = 0; i < plan.count; i++) {
        struct record record = {.type = plan.records[i].type,
                                .data = plan.records[i].data};

        name_present(&plan.records[i].owner, &out);
        strbuf_add_char(&out, ' ');
        rrtype_present(record.type, &out);
        strbuf_add_char(&out, ' ');
        record_present(&record, &out);
    }
    text = arena_text(arena, strbuf_slice(&out));
    strbuf_clear(&out);
    return text;
}

int
main(void)
{
    static const struct {
        enum domain_mode mode;
        const char *text;
    } rows[] = {
        {MODE_ESP,   ""                                              },
        {MODE_CNAME, "k1._domainkey.news.example. CNAME"
                     " k1.tok._dkim.esp.example."},
        {MODE_TXT,   "k1._domainkey.news.example. TXT"
                   " \"v=DKIM1; k=rsa; p=MIIB\""   },
        {MODE_NS,    "'news.example': records of mode ns cannot be worked out"
                  " yet"                            },
    };
    struct arena *arena = arena_new();

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        is_string(rows[i].text, plan_text(arena, rows[i].mode), "mode %s",
                  states_mode(rows[i].mode));
    for (int mode = 0; mode < DOMAIN_MODES; mode++) {
        struct planside_powers powers =
            planside_powers((enum domain_mode)mode);

        ok(powers.esp != NULL && powers.customer != NULL,
           "who can do what in mode %s", states_mode((enum domain_mode)mode));
    }
    ok(!planside_knows(MODE_NS_LABEL), "no plan for a delegated label");
    arena_free(arena);
    return tap_done();
}
