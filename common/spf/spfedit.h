/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A record's text with terms taken out and put in. */
#ifndef SPF_SPFEDIT_H
#define SPF_SPFEDIT_H

#include "common/spf/spfrecord.h"

/*
 * The record without its first term that is equal to term (in any case of
 * letters; "+" goes without saying), at the end of out; false when there is
 * none, and out is as it was.  record is as spfrecord_parse gave it.
 */
bool spfedit_remove(const struct spfrecord *record, struct slice term,
                    struct strbuf *out);

/* The record with term put in where it counts, at the end of out: before all
   and the modifiers; an all, or a modifier, comes last. */
void spfedit_add(const struct spfrecord *record, struct slice term,
                 struct strbuf *out);

#endif
