/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A question and its answer as the line of a recording. */
#ifndef DNS_RECORDINGVALUE_H
#define DNS_RECORDINGVALUE_H

#include "common/base/arena.h"
#include "common/base/value.h"
#include "common/dns/answer.h"
#include "common/dns/question.h"

/* The object that recordingline_read reads back, new in arena: only what is
   not the usual is in it. */
struct value *recordingvalue_make(struct arena *arena,
                                  const struct question *question,
                                  const struct answer *answer);

#endif
