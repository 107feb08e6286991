/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines ";! NAME TYPE OUTCOME": what zone-file records cannot say. */
#ifndef DNS_ZONEMARK_H
#define DNS_ZONEMARK_H

#include <stdint.h>

#include "common/dns/answer.h"
#include "common/dns/name.h"
#include "common/dns/zonescan.h"

struct zonemark {
    struct name name;     /* it is about */
    uint16_t type;        /* RR_ANY: all types */
    enum outcome outcome; /* neither pending nor found */
};

/* Returns NULL, or what is wrong with the line (static). */
const char *zonemark_parse(struct zonemark *mark,
                           const struct zonescan_mark *line);

#endif
