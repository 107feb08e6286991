/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What recorder.c and recording.c agree on beyond recording.h. */
#ifndef DNS_RECORDINGFORM_H
#define DNS_RECORDINGFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/strbuf.h"
#include "common/dns/answer.h"
#include "common/dns/question.h"

/* A truth of struct answer and its word in "flags". */
struct recordingform_flag {
    const char *word; /* "aa" */
    size_t offset;    /* of the bool in struct answer */
};
/* In the order in which they are written; word is NULL at the end. */
extern const struct recordingform_flag recordingform_flags[];

/* By enum transport: NULL for AUTO, "udp", "tcp". */
#define RECORDINGFORM_TRANSPORTS 3
extern const char *const recordingform_transports[RECORDINGFORM_TRANSPORTS];

/* The response code that goes without saying. */
uint16_t recordingform_rcode(enum outcome outcome);

/* As question_key, but port 53 and no port are the same. */
void recordingform_key(const struct question *question, struct strbuf *out);

#endif
