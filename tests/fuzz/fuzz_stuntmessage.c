/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any octets as a DNS query. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "common/stunt/stuntmessage.h"
#include "tests/template/world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char text[] =
    "{customer} MX 10 mx\n"
    "{customer} TXT \"c={customer}\"\n"
    "{selector}._domainkey.{customer} TXT \"k={algorithm}; p={key}\"\n"
    "{selector}.{token}._dkim TXT \"{key}\"\n"
    "pool.{customer} CNAME {pool}.mx\n"
    "mx A 192.0.2.10\n"
    "*.mx CNAME mx\n"
    "{any}.any TXT \"{any}{any}\"\n"
    "{any}.long CNAME {any}.{any}.{any}.{any}.{any}\n"
    "dn DNAME mx\n"
    "cut NS ns.cut\n"
    "ns.cut A 192.0.2.11\n";

/* The first octet says how it came, the rest is the query. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct template *template;
    static struct stunt_result result;
    static uint8_t out[STUNTMESSAGE_MAX];
    struct stunt_query query;
    size_t n;

    if (template == NULL)
        template = world_template(text);
    if (size == 0)
        return 0;
    query = (struct stunt_query){data + 1, size - 1, data[0] % 2 == 1};
    n = stuntmessage_answer(template, &world_binder, &query, &result, out);
    if (n == 0) {
        assert(query.size < 12 || (query.octets[2] & 0x80) != 0);
        return 0;
    }
    assert(n >= 12 && (query.tcp || n <= STUNTMESSAGE_UDP_MAX));
    assert(memcmp(out, query.octets, 2) == 0 && (out[2] & 0x80) != 0);
    return 0;
}
