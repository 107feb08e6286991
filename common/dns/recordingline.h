/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of a recording: a question and its answer. */
#ifndef DNS_RECORDINGLINE_H
#define DNS_RECORDINGLINE_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/base/value.h"
#include "common/dns/answer.h"
#include "common/dns/question.h"

struct recordingline {
    struct arena *kept;       /* given: of the answer */
    struct arena *scratch;    /* given: of what is not kept */
    struct error *err;        /* given: a sentence without file and line */
    struct question question; /* what it asks */
    struct answer *answer;    /* what it answers, in kept; server may be
                                 NULL */
};

/* Reads map, which must be an object.  ST_SYNTAX or ST_RANGE with err set. */
enum status recordingline_read(struct recordingline *line,
                               const struct value *map);

#endif
