/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The way to one server: how much may be out on it, and whether it is dead.
 * Pure bookkeeping: no socket, no clock.
 */
#ifndef DNS_LANE_H
#define DNS_LANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lane_settings {
    unsigned ceiling;     /* most that may be out */
    unsigned first;       /* that may be out at the start */
    unsigned tries;       /* unanswered in a row before it may be dead */
    uint64_t patience_us; /* silence before it is dead */
    uint64_t refused_us;  /* the same when ICMP says that nobody listens */
    uint64_t probe_us;    /* a dead one is tried again after that */
    uint64_t gap_us;      /* between messages in the long run; 0: none */
    unsigned burst;       /* messages that may come without it */
};

struct lane {
    struct lane_settings settings; /* as given */
    unsigned window;               /* may be out now */
    unsigned threshold;            /* below it the window grows fast */
    unsigned credit;               /* answers towards the next growth */
    unsigned out;                  /* questions sent and waited for */
    unsigned answered, timed_out;  /* since judged_us */
    uint64_t judged_us;            /* when the window was judged last */
    unsigned silent;               /* tries unanswered since an answer */
    uint64_t silent_us;            /* when the first of them was sent */
    unsigned refused;              /* ICMP errors since an answer */
    uint64_t refused_us;           /* when the first of them came */
    int error;                     /* errno of the last of them, or 0 */
    bool dead;                     /* until something answers */
    uint64_t probe_us;             /* dead: not before that */
    uint64_t paced_us;             /* when the gaps of all sent are over */
};

void lane_init(struct lane *lane, const struct lane_settings *settings);

/* May one more go out?  On a dead lane, one in each probe time. */
bool lane_may_send(const struct lane *lane, uint64_t now);
/* Has so much been sent of late that it must rest, whatever is out? */
bool lane_is_paced(const struct lane *lane, uint64_t now);
/* It is dead, and not yet time to try it again. */
bool lane_is_closed(const struct lane *lane, uint64_t now);

void lane_sent(struct lane *lane, uint64_t now);
/* What was sent is waited for no longer, for whatever reason. */
void lane_done(struct lane *lane);
/* An answer came, in time or late: it lives, and the window grows. */
void lane_answered(struct lane *lane);
/* What was sent at sent_us got no answer in its time.  Only the first message
   of a question (is_first) may count as a loss: one that is asked again in
   vain says something of its name, and nothing of the way. */
void lane_timed_out(struct lane *lane, uint64_t sent_us, uint64_t now,
                    bool is_first);
/* ICMP says so (errno). */
void lane_unreachable(struct lane *lane, int error, uint64_t now);

#endif
