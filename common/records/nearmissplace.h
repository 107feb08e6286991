/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names at which a record may be found that is not at its own. */
#ifndef RECORDS_NEARMISSPLACE_H
#define RECORDS_NEARMISSPLACE_H

#include <stdbool.h>

#include "common/dns/name.h"

/* Each is what a panel, or a person, makes of the name that was to be
   entered. */
enum nearmissplace {
    NEARMISSPLACE_DOUBLED,       /* the zone's name twice at the end */
    NEARMISSPLACE_APEX,          /* the zone's own name */
    NEARMISSPLACE_DOMAIN,        /* without the labels up to the last "_..." */
    NEARMISSPLACE_DMARC,         /* _dmarc of the domain that a selector is
                                    of */
    NEARMISSPLACE_NO_DOMAINKEY,  /* without the label _domainkey */
    NEARMISSPLACE_NO_SELECTOR,   /* _domainkey itself */
    NEARMISSPLACE_NO_UNDERSCORE, /* labels without their underscore */
    NEARMISSPLACE_COUNT
};

/* The name of a place for a record that belongs at owner in zone; false when
   there is none that differs from owner. */
bool nearmissplace_name(enum nearmissplace place, const struct name *owner,
                        const struct name *zone, struct name *out);

#endif
