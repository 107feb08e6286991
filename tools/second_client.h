/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Talking to selkie-second, the program in which other libraries run. */
#ifndef TOOLS_SECOND_CLIENT_H
#define TOOLS_SECOND_CLIENT_H

#include "common/base/slice.h"
#include "common/base/value.h"

/* An opinion that takes longer is none. */
#define SECOND_TIMEOUT_MS   2000
/* A helper that hangs or dies so often in a row is not started again: what it
   costs a run of many domains is bounded. */
#define SECOND_FAILURES_MAX 3
/* Octets of one answer of the helper. */
#define SECOND_ANSWER_MAX   (256u * 1024)

/*
 * The helper program, started when it is first asked and kept.  It is
 * $SELKIE_LIBEXEC/selkie-second, else the one that was installed, else one
 * beside this program.  It inherits three descriptors and no environment.
 */
struct second_client;

/* NULL when there is no such program. */
struct second_client *second_client_new(void);
void second_client_free(struct second_client *client);

/*
 * Send a request (lines, "." alone at the end) and read the answer, one line
 * of JSON, into arena.  NULL when it did not come in time, the helper died,
 * or it is no JSON: there is no opinion, and a later request starts anew,
 * until it has gone wrong SECOND_FAILURES_MAX times in a row.
 */
const struct value *second_client_ask(struct second_client *client,
                                      struct slice request,
                                      struct arena *arena);

#endif
