/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Do two answers to one question say the same? */
#ifndef DNS_ANSWERSAME_H
#define DNS_ANSWERSAME_H

#include "common/dns/answer.h"

/* Are all records of a among those of b? */
bool answersame_part(const struct answer *a, const struct answer *b);

/* Do they hold the same records?  TTLs do not count. */
bool answersame_data(const struct answer *a, const struct answer *b);

/*
 * Is it the same data of the name itself: the same alias, or, without any,
 * the same records?  What an alias leads to is another zone's, and not each
 * server says it.  That there is nothing is the same in all forms.
 */
bool answersame_copy(const struct answer *a, const struct answer *b);

#endif
