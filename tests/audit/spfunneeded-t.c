/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which includes a return path of another domain makes useless. */
#include "common/audit/spfunneeded.h"

#include "tests/audit/zoneview.h"
#include "tests/tap/tap.h"

#define WORLD                                                                 \
    ". SOA a. b. 1 2 3 4 5\n. NS a.\n"                                        \
    "example.com. TXT \"v=spf1 include:_spf.esp.net include:x.crm.org"        \
    " a:out.esp.net -all\"\n"                                                 \
    "_spf.esp.net. TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n"                    \
    "x.crm.org. TXT \"v=spf1 ip4:198.51.100.0/24 -all\"\n"                    \
    "b.esp.net. TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n"                       \
    "bounce.example.com. TXT \"v=spf1 include:X.crm.org -all\"\n"             \
    "mail.example.com. TXT \"v=spf1 a -all\"\n"                               \
    "none.esp.net. A 192.0.2.1\n"                                             \
    ";! dead.esp.net. TXT TIMEOUT\n"

/* clang-format off */
static const struct {
    const char *name, *sender, *wanted;
} rows[] = {
    {"no return path is given", NULL, "null" },
    {"it is the domain itself", "a@example.com", "null" },
    {"it is the provider's", "a@b.esp.net", "[\"include:_spf.esp.net\"]"},
    {"its record includes the same", "a@bounce.example.com",
     "[\"include:x.crm.org\"]" },
    {"its record includes nothing", "a@mail.example.com", "[]" },
    {"it has no record", "a@none.esp.net", "[]" },
    {"its record is not known", "a@dead.esp.net", "null" },
};
/* clang-format on */

static const char *sender; /* of the present row */

static void
analyse(void *context, struct view *view)
{
    struct strbuf *out = context;
    struct audit_input input = {.mail_from = sender};
    struct facts *facts;
    const struct value *spf;

    name_parse(&input.domain, SLICE("example.com"), NULL);
    facts = audit_collect(&input, view);
    spf = value_at(audit_value(facts, view_run_arena(view)), "spf.unneeded");
    strbuf_cut(out, 0);
    value_json(spf, 0, out);
}

int
main(void)
{
    struct zoneview zone;

    plan_lazy();
    zoneview_open(&zone, WORLD, NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct strbuf out = STRBUF_INIT;

        sender = rows[i].sender;
        view_free(
            engine_run_one(&zone.settings, "example.com", analyse, &out));
        is_string(rows[i].wanted, out.p, "%s", rows[i].name);
        strbuf_clear(&out);
    }
    zoneview_close(&zone);
    return tap_done();
}
