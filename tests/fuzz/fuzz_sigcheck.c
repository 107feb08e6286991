/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any octets as DS, DNSKEY and RRSIG records, and as what is
   signed. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "common/dns/sigcheck.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first three octets say how the rest is shared among the records. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t types[] = {RR_DS,  RR_DNSKEY, RR_RRSIG,
                                     RR_SOA, RR_MX,     RR_TXT};
    struct record records[4];
    struct sigcheck_signature signature;
    struct arena *arena;
    struct slice rest;

    if (size < 4 || size > UINT16_MAX)
        return 0;
    arena = arena_new();
    rest = (struct slice){(const char *)data + 3, size - 3};
    for (size_t i = 0; i < 4; i++) {
        size_t n = i == 3 || data[i] > rest.n ? rest.n : data[i];

        records[i] = (struct record){.owner = name_root, .type = types[i]};
        /* A copy: what is read beyond it is seen. */
        records[i].data = arena_slice(arena, slice_sub(rest, 0, n));
        rest = slice_from(rest, n);
    }
    (void)sigcheck_names_key(&records[0], &records[1]);
    if (sigcheck_read_signature(&records[2], 0, &signature))
        records[1].owner = signature.signer;
    for (size_t i = 3; i < sizeof(types) / sizeof(types[0]); i++) {
        records[3].type = types[i];
        (void)sigcheck_verify(&records[3], 1, &records[2], &records[1]);
    }
    arena_free(arena);
    return 0;
}
