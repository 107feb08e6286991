/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An entry of the view as packed octets, read without trusting them. */
#ifndef STUNT_STUNTENTRY_H
#define STUNT_STUNTENTRY_H

#include "common/base/strbuf.h"
#include "common/stunt/stuntview.h"

/* Append entry as octets, marked with run.  ST_RANGE. */
enum status stuntentry_pack(const struct stunt_entry *entry, uint32_t run,
                            struct strbuf *out);

/* Are octets an entry, whole and of our form?  What follows relies on it and
   goes on checking every length. */
bool stuntentry_check(struct slice octets);
uint32_t stuntentry_run(const void *entry);
bool stuntentry_has_keys(const void *entry);

/*
 * The key of that selector.  With ending it is the first whose selector ends
 * in a dot and that text.  False when there is none.
 */
bool stuntentry_key(const void *entry, struct slice selector, bool ending,
                    struct stunt_key *key);
bool stuntentry_field(const void *entry, struct slice name,
                      struct slice *value);

#endif
