/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The public suffix list, for RFC 7489 section 3.2. */
#ifndef DMARC_SUFFIX_H
#define DMARC_SUFFIX_H

#include <stdbool.h>

#include "common/base/status.h"
#include "common/dns/name.h"

/*
 * Use the list in a file (the text form or libpsl's) from here on, before
 * any thread asks.  Without it, the newest list installed is used.
 */
enum status suffix_use(const char *path, struct error *err);

/* Is name itself a public suffix?  An unknown top-level domain is one. */
bool suffix_is_public(const struct name *name);

/*
 * The organizational domain by the list: the public suffix and one label
 * more; a public suffix is its own.
 */
void suffix_org(struct name *org, const struct name *name);

#endif
