/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labels that are nobody's, whatever the zone: no customer has one. */
#ifndef TEMPLATE_RESERVED_H
#define TEMPLATE_RESERVED_H

#include "common/base/slice.h"

/* What label (in either case) is reserved for, or NULL. */
const char *reserved_purpose(struct slice label);

#endif
