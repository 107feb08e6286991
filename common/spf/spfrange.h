/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges of addresses: is an address in a network, sets and their CIDRs. */
#ifndef SPF_SPFRANGE_H
#define SPF_SPFRANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/dns/question.h"

/* Do the first bits of the two agree?  False for different families. */
bool spfrange_within(const struct address *ip, const struct address *network,
                     unsigned bits);

#endif
