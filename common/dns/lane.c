/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows that open on answers and close on losses; dead servers. */
#include "common/dns/lane.h"

/*
 * A resolver is slow where the servers behind it are dead: some timeouts are
 * no loss.  The window halves only where more than one in this many of what
 * came to an end did so unanswered.
 */
#define LOSS_SHARE   8
/* Halving stops here: so many datagrams fit any buffer, and a resolver that
   waits for dead servers itself would be asked ever more slowly. */
#define WINDOW_LEAST 32

void
lane_init(struct lane *lane, const struct lane_settings *settings)
{
    *lane = (struct lane){.settings = *settings};
    lane->window = settings->first < settings->ceiling ? settings->first
                                                       : settings->ceiling;
    lane->threshold = settings->ceiling;
}

bool
lane_is_closed(const struct lane *lane, uint64_t now)
{
    return lane->dead && (now < lane->probe_us || lane->out > 0);
}

bool
lane_is_paced(const struct lane *lane, uint64_t now)
{
    return lane->paced_us > now + lane->settings.gap_us * lane->settings.burst;
}

bool
lane_may_send(const struct lane *lane, uint64_t now)
{
    if (lane->dead)
        return !lane_is_closed(lane, now);
    return lane->out < lane->window;
}

void
lane_sent(struct lane *lane, uint64_t now)
{
    lane->out++;
    if (lane->paced_us < now)
        lane->paced_us = now;
    lane->paced_us += lane->settings.gap_us;
    if (lane->dead)
        lane->probe_us = now + lane->settings.probe_us;
}

void
lane_done(struct lane *lane)
{
    lane->out--;
}

/* Growth is earned only by a window that is in use. */
static void
grow(struct lane *lane)
{
    if (lane->window >= lane->settings.ceiling || lane->out + 1 < lane->window)
        return;
    if (lane->window >= lane->threshold && ++lane->credit < lane->window)
        return;
    lane->credit = 0;
    lane->window++;
}

void
lane_answered(struct lane *lane)
{
    lane->answered++;
    lane->silent = 0;
    lane->refused = 0;
    lane->error = 0;
    lane->dead = false;
    grow(lane);
}

static void
halve(struct lane *lane)
{
    unsigned least = lane->settings.ceiling < WINDOW_LEAST
                         ? lane->settings.ceiling
                         : WINDOW_LEAST;

    lane->window /= 2;
    if (lane->window < least)
        lane->window = least;
    lane->threshold = lane->window;
    lane->credit = 0;
}

/* Not more often than once in a probe time, which is the first wait for an
   answer: the losses of one burst are one event. */
static void
judge(struct lane *lane, uint64_t now)
{
    if (now - lane->judged_us < lane->settings.probe_us)
        return;
    if (lane->timed_out * LOSS_SHARE > lane->timed_out + lane->answered)
        halve(lane);
    lane->judged_us = now;
    lane->timed_out = 0;
    lane->answered = 0;
}

static void
die(struct lane *lane, uint64_t now)
{
    if (!lane->dead)
        lane->probe_us = now + lane->settings.probe_us;
    lane->dead = true;
}

void
lane_timed_out(struct lane *lane, uint64_t sent_us, uint64_t now,
               bool is_first)
{
    if (is_first)
        lane->timed_out++;
    judge(lane, now);
    if (lane->silent++ == 0)
        lane->silent_us = sent_us;
    if (lane->silent >= lane->settings.tries
        && now - lane->silent_us >= lane->settings.patience_us)
        die(lane, now);
}

void
lane_unreachable(struct lane *lane, int error, uint64_t now)
{
    lane->error = error;
    if (lane->refused++ == 0)
        lane->refused_us = now;
    if (lane->refused >= lane->settings.tries
        && now - lane->refused_us >= lane->settings.refused_us)
        die(lane, now);
}
