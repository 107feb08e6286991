/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of what lies below a cut of its own zone. */
#include "common/dns/zonehidden.h"

#include <stdlib.h>

#include "common/base/strbuf.h"
#include "common/dns/zonefile.h"
#include "tests/tap/tap.h"

static const char text[] =
    "$ORIGIN one.example.\n"
    "@ 60 SOA ns h 1 2 3 4 5\n"
    "@ 60 NS ns\n"
    "ns 60 A 192.0.2.1\n"
    "plain 60 TXT seen\n"
    "cut 60 NS ns.cut\n"
    "cut 60 DS 1 13 2 (\n"
    "  0000000000000000000000000000000000000000000000000000000000000000 )\n"
    "ns.cut 60 A 192.0.2.2\n"
    "cut 60 TXT hidden\n"
    "_dmarc.cut 60 TXT hidden\n"
    "deep.er.cut 60 MX 0 .\n"
    "$ORIGIN two.example.\n"
    "@ 60 SOA ns.one.example. h 1 2 3 4 5\n"
    "@ 60 NS ns.one.example.\n"
    "mail 60 MX 0 .\n";

static void
is_hidden(struct zonefile *zone, const char *apex, const char *wanted)
{
    const struct zonehidden_name *names;
    struct strbuf seen = STRBUF_INIT;
    struct name name;
    size_t count;
    char *text_seen;

    name_from_text(&name, slice_of(apex));
    names = zonehidden_find(zone->hidden, zone->tree,
                            nametree_find(zone->tree, &name), &count);
    for (size_t i = 0; i < count; i++) {
        namenode_name(names[i].node, &name);
        name_present(&name, &seen);
        strbuf_add_text(&seen, " ");
    }
    text_seen = strbuf_detach(&seen);
    is_string(wanted, text_seen, "%s", apex);
    free(text_seen);
}

int
main(void)
{
    struct zonefile *zone = zonefile_new();
    struct zonefile_settings settings = {0};
    struct error err = ERROR_INIT;

    is_int(ST_OK, zonefile_parse(zone, "text", SLICE(text), &settings, &err),
           "the zones load (%s)", err.text);
    is_hidden(zone, "one.example",
              "cut.one.example. _dmarc.cut.one.example. "
              "deep.er.cut.one.example. ");
    is_hidden(zone, "two.example", "");
    is_hidden(zone, "one.example",
              "cut.one.example. _dmarc.cut.one.example. "
              "deep.er.cut.one.example. ");
    ok(!zonehidden_is_type(RR_A), "addresses are glue");
    ok(zonehidden_is_type(RR_MX), "an MX is not");
    zonefile_free(zone);
    return tap_done();
}
