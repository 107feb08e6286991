/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole record as one line: "k1.example.com. 300 TXT \"v=DKIM1\"". */
#ifndef DNS_RECORDLINE_H
#define DNS_RECORDLINE_H

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/base/strbuf.h"
#include "common/dns/answer.h"

/* Owner with its final dot, TTL in seconds, type, RDATA; appended to out. */
void recordline_present(const struct record *record, struct strbuf *out);

/*
 * And back; the owner is absolute with or without a final dot, the class is
 * IN and may be written between TTL and type.  Data lives in arena.
 * Statuses as record_parse, with a sentence.
 */
enum status recordline_parse(struct arena *arena, struct slice text,
                             struct record *record, struct error *err);

#endif
