/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each server says of each record, as a table for a person. */
#ifndef RENDER_MATRIX_H
#define RENDER_MATRIX_H

#include "common/render/page.h"

/*
 * Of facts.records of the contract: the servers, numbered; then a row for
 * each record and a column for each server, "same 3600", "missing", "no
 * answer".  Nothing where the facts have no records, or no server was asked.
 */
void matrix_put(const struct page *page, const struct value *facts);

#endif
