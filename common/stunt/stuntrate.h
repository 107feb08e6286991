/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Response rate limiting: a server that answers any forged source would
   otherwise be an amplifier. */
#ifndef STUNT_STUNTRATE_H
#define STUNT_STUNTRATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* Alike answers a second to one network: the default of NSD, and what Knot
   DNS's manual suggests.  Alike are answers to the same name and type, all
   NXDOMAIN together, and all errors together. */
#define STUNTRATE_DEFAULT 200
#define STUNTRATE_MAX     10000
/* All answers a second to one network, as a multiple of that: who asks for
   ever other names is limited too. */
#define STUNTRATE_ALL     10
/* Of answers over the limit every second one goes out empty and truncated, so
   that who is no forgery can ask by TCP; the others are dropped. */
#define STUNTRATE_SLIP    2
/* What is one network: leading bits of the address. */
#define STUNTRATE_BITS_V4 24
#define STUNTRATE_BITS_V6 56

enum stuntrate_verdict { STUNTRATE_SEND, STUNTRATE_TRUNCATE, STUNTRATE_DROP };

struct stuntrate; /* shared by threads; no locks */

/*
 * per_second: alike answers to one network, 1 to STUNTRATE_MAX.  Loopback is
 * exempt unless limits_loopback (nobody outside can forge it).  NULL: no
 * memory, or no random numbers.
 */
struct stuntrate *stuntrate_new(unsigned per_second, bool limits_loopback);
void stuntrate_free(struct stuntrate *rate); /* NULL is allowed */

/* What to do with an answer to peer; now_ms only goes forward, and may wrap.
   No allocation. */
enum stuntrate_verdict stuntrate_judge(struct stuntrate *rate,
                                       const struct sockaddr *peer,
                                       const uint8_t *answer, size_t size,
                                       uint32_t now_ms);

/* Cut an answer to header and question, with TC: its new size. */
size_t stuntrate_truncate(uint8_t *answer, size_t size);

#endif
