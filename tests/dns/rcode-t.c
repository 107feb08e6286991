/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/rcode.c. */
#include "common/dns/rcode.h"

#include "tests/tap/tap.h"

/* clang-format off */
static const struct {
    const char *text;
    int rcode; /* -1: none */
    const char *word;
} rows[] = {
    {"NOERROR", 0, "NOERROR"},
    {"nxdomain", 3, "NXDOMAIN"},
    {"REFUSED", 5, "REFUSED"},
    {"BADVERS", 16, "BADVERS"},
    {"RCODE3", 3, "NXDOMAIN"},
    {"rcode77", 77, "RCODE77"},
    {"NONE", 0xffff, "NONE"},
    {"RCODE65536", -1, NULL},
    {"RCODE", -1, NULL},
    {"3", -1, NULL},
    {"", -1, NULL},
};
/* clang-format on */

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct strbuf out = STRBUF_INIT;
        int rcode = rcode_parse(slice_of(rows[i].text));

        is_int(rows[i].rcode, rcode, "'%s'", rows[i].text);
        if (rcode >= 0) {
            rcode_present((uint16_t)rcode, &out);
            is_string(rows[i].word, out.p, "... printed");
        }
        strbuf_clear(&out);
    }
    return tap_done();
}
