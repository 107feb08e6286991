/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges of addresses: is an address in a network, sets and their CIDRs. */
#include "common/spf/spfrange.h"

#include <string.h>

bool
spfrange_within(const struct address *ip, const struct address *network,
                unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;

    if (ip->family != network->family || ip->family == 0)
        return false;
    /* most networks differ in the first octet */
    if (whole > 0 && ip->octets[0] != network->octets[0])
        return false;
    if (memcmp(ip->octets, network->octets, whole) != 0)
        return false;
    return rest == 0
           || (ip->octets[whole] ^ network->octets[whole]) >> (8 - rest) == 0;
}
