/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DNS messages on the wire, by libknot: RFC 1035 section 4, RFC 6891. */
#ifndef DNS_MESSAGE_H
#define DNS_MESSAGE_H

#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/dns/answer.h"
#include "common/dns/question.h"

#define MESSAGE_HEADER_SIZE 12
#define MESSAGE_SIZE_MAX    65535
/* Header, longest name, type and class, bare OPT. */
#define MESSAGE_QUERY_MAX   (MESSAGE_HEADER_SIZE + 255 + 4 + 11)

/* A query for question with that id, OPT last; AD is set; every other letter
   of a name in mixed case is a capital.  Returns its length in octets. */
size_t message_query(const struct question *question, uint16_t id,
                     uint8_t out[MESSAGE_QUERY_MAX]);

/*
 * Read an answer to question.  Always gives an answer: what is no answer to
 * it (wrong question, no QR, compression loop, data past the end, TXT with
 * RDLENGTH 0, more than ANSWER_RECORDS_MAX records) has OUTCOME_MALFORMED,
 * wire and problem.  Under TC a cut message is "truncated", no fault: the
 * records that came whole are there and tc is set.  The chain is followed
 * within the answer section only.  Records are kept in arena.
 */
struct answer *message_answer(struct arena *arena,
                              const struct question *question,
                              struct slice message);

#endif
