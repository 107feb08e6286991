/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Do two answers to one question say the same? */
#include "common/dns/answersame.h"

bool
answersame_part(const struct answer *a, const struct answer *b)
{
    for (size_t i = 0; i < a->record_count; i++) {
        bool found = false;

        for (size_t j = 0; j < b->record_count && !found; j++)
            found = slice_equal(a->records[i].data, b->records[j].data);
        if (!found)
            return false;
    }
    return true;
}

bool
answersame_data(const struct answer *a, const struct answer *b)
{
    return a->record_count == b->record_count && answersame_part(a, b);
}

bool
answersame_copy(const struct answer *a, const struct answer *b)
{
    if (a->chain_count == 0 && b->chain_count == 0)
        return answersame_data(a, b);
    return a->chain_count > 0 && b->chain_count > 0
           && a->chain[0].type == b->chain[0].type
           && name_equal(&a->chain[0].target, &b->chain[0].target);
}
