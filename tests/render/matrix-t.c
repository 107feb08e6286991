/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/render/matrix.c. */
#include "common/render/matrix.h"

#include <string.h>

#include "tests/tap/tap.h"

/* clang-format off */
static const struct {
    const char *name;
    const char *facts; /* with ' in place of " */
    const char *text;
} rows[] = {
    {"no facts", "null", ""},
    {"no records", "{'spf':{}}", ""},
    {"a record of which nobody was asked",
     "{'records':[{'name':'a.','type':'TXT','servers':[]}]}", ""},
    {"two servers, one of them silent",
     "{'records':[{'name':'k1._domainkey.a.b.','type':'TXT','servers':["
     "{'server':'192.0.2.1@53','state':'same','outcome':'found','ttl':3600},"
     "{'server':'192.0.2.2@53','state':'unknown','outcome':'timeout',"
     "'ttl':null}]},"
     "{'name':'.','type':'MX','servers':["
     "{'server':'192.0.2.1@53','state':'missing','outcome':'nodata',"
     "'ttl':null},"
     "{'server':'192.0.2.2@53','state':'different','outcome':'found',"
     "'ttl':60}]}]}",
     "  servers   1  192.0.2.1@53\n"
     "            2  192.0.2.2@53\n"
     "            1          2             record\n"
     "            same 3600  no answer     TXT k1._domainkey.a.b\n"
     "            missing    different 60  MX .\n"},
    {"a resolver beside the server of the same address",
     "{'records':[{'name':'a.','type':'A','servers':["
     "{'server':'127.0.0.1@53','role':'authoritative','state':'same',"
     "'ttl':3600},{'server':'127.0.0.1@53','role':'resolver',"
     "'state':'different','ttl':7}]}]}",
     "  servers   1  127.0.0.1@53\n"
     "            2  127.0.0.1@53 (resolver)\n"
     "            1          2            record\n"
     "            same 3600  different 7  A a\n"},
    {"records of different zones",
     "{'records':[{'name':'a.','type':'A','servers':["
     "{'server':'x','state':'unknown','outcome':'servfail','ttl':null}]},"
     "{'name':'b.','type':'A','servers':["
     "{'server':'y','state':'same','outcome':'found','ttl':1}]}]}",
     "  servers   1  x\n"
     "            2  y\n"
     "            1         2       record\n"
     "            servfail  -       A a\n"
     "            -         same 1  A b\n"},
};
/* clang-format on */

static void
test_row(size_t i)
{
    static const struct render_settings settings = {.width = 80};
    struct arena *arena = arena_new();
    struct strbuf out = STRBUF_INIT;
    struct page page = {&settings, &out, arena};
    char *json = arena_text(arena, slice_of(rows[i].facts));
    struct value *facts = NULL;

    for (char *p = json; *p != '\0'; p++)
        if (*p == '\'')
            *p = '"';
    if (value_parse(arena, slice_of(json), &facts, NULL) != ST_OK)
        bail("%s", json);
    matrix_put(&page, facts);
    is_string(rows[i].text, out.n == 0 ? "" : out.p, "%s", rows[i].name);
    strbuf_clear(&out);
    arena_free(arena);
}

/* More servers than columns: the first ones are shown. */
static void
test_many(void)
{
    static const struct render_settings settings = {.width = 80};
    struct arena *arena = arena_new();
    struct strbuf out = STRBUF_INIT;
    struct page page = {&settings, &out, arena};
    struct value *facts = value_map(arena), *records = value_list(arena);
    struct value *record = value_map(arena), *servers = value_list(arena);

    for (int i = 0; i < 100; i++) {
        struct value *server = value_map(arena);

        value_set(server, "server",
                  value_text(arena, arena_printf(arena, "s%d.", i)));
        value_set(server, "state", value_text(arena, "same"));
        value_add(servers, server);
    }
    value_set(record, "servers", servers);
    value_add(records, record);
    value_set(facts, "records", records);
    matrix_put(&page, facts);
    ok(strstr(out.p, "s31.") != NULL && strstr(out.p, "s32.") == NULL,
       "a hundred servers");
    strbuf_clear(&out);
    arena_free(arena);
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(i);
    test_many();
    return tap_done();
}
