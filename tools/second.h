/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What selkie-second is asked and how: lines on standard input, "." at the
 * end of a request, one line of JSON as the answer to each.
 *
 *   spf IP SENDER HELO RECEIVER     the last three in hex; "-" is empty
 *   answer NAME TYPE OUTCOME DATA... NAME in hex, no final dot; DATA in hex:
 *                                   4 or 16 octets of an address, a name, or
 *                                   a TXT record's strings joined
 *   .
 *
 *   {"result":"pass","reason":"mechanism","errors":["..."],
 *    "missing":[{"name":"x.example","type":"TXT"}]}
 *
 * A question that has no answer line is missing: the result rests on no
 * answer to it, and is to be asked for again with the answer put in.
 */
#ifndef TOOLS_SECOND_H
#define TOOLS_SECOND_H

/* Resources of the helper: an opinion on one message needs a fraction. */
#define SECOND_MEMORY_MAX  (256u * 1024 * 1024)
#define SECOND_CPU_S       60
#define SECOND_REQUEST_MAX (16u * 1024 * 1024)

/* From here on no system call but reading, writing and memory, as far as the
   build allows it.  0, or -1.  (second_jail.c, or second_nojail.c) */
int second_jail(void);

#endif
