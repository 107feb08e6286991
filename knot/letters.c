/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters for the stand-ins of placeholders, without OpenSSL: no knotd needs
   a second library of cryptography for them. */
#include "common/base/digest.h"

/* Who asks looks whether they occur in the text, and takes another seed. */
void
digest_letters(uint64_t seed, struct slice purpose, char *out, size_t n)
{
    uint64_t hash = seed ^ 0xcbf29ce484222325u;

    for (size_t i = 0; i < purpose.n; i++)
        hash = (hash ^ (uint8_t)purpose.p[i]) * 0x100000001b3u;
    for (size_t i = 0; i < n; i++) {
        hash = (hash ^ i) * 0x100000001b3u;
        hash ^= hash >> 29;
        out[i] = (char)('a' + hash % 26);
    }
}
