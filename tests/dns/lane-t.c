/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lanes: windows, losses, dead servers and probes. */
#include "common/dns/lane.h"

#include <errno.h>

#include "tests/tap/tap.h"

#define SECOND UINT64_C(1000000)

static const struct lane_settings settings = {.ceiling = 100,
                                              .first = 10,
                                              .tries = 4,
                                              .patience_us = 7 * SECOND,
                                              .refused_us = SECOND / 2,
                                              .probe_us = SECOND};

/* Fill the window; how many went out. */
static unsigned
fill(struct lane *lane, uint64_t now)
{
    unsigned sent = 0;

    while (lane_may_send(lane, now)) {
        lane_sent(lane, now);
        sent++;
    }
    return sent;
}

/* All that is out is answered, while as much as may goes out again. */
static void
round_trip(struct lane *lane, uint64_t now)
{
    unsigned out = lane->out;

    for (unsigned i = 0; i < out; i++) {
        lane_answered(lane);
        lane_done(lane);
        fill(lane, now);
    }
}

static void
test_window(void)
{
    struct lane lane;

    lane_init(&lane, &settings);
    is_int(10, fill(&lane, 0), "the window at first");
    round_trip(&lane, 0);
    is_int(20, lane.window, "it doubles in a round trip");
    round_trip(&lane, 0);
    is_int(40, lane.window, "and again");
    round_trip(&lane, 0);
    round_trip(&lane, 0);
    is_int(100, lane.window, "up to its ceiling");
    is_int(100, lane.out, "which is out");
}

static void
test_unused(void)
{
    struct lane lane;

    lane_init(&lane, &settings);
    for (int i = 0; i < 50; i++) {
        lane_sent(&lane, 0);
        lane_answered(&lane);
        lane_done(&lane);
    }
    is_int(10, lane.window, "a window that is not filled does not grow");
}

static void
time_out(struct lane *lane, unsigned count, uint64_t sent, uint64_t now)
{
    for (unsigned i = 0; i < count; i++) {
        lane_sent(lane, sent);
        lane_done(lane);
        lane_timed_out(lane, sent, now, true);
    }
}

static void
answer(struct lane *lane, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        lane_sent(lane, 0);
        lane_answered(lane);
        lane_done(lane);
    }
}

static void
test_losses(void)
{
    struct lane lane;

    lane_init(&lane, &settings);
    lane.window = 80;
    answer(&lane, 100);
    time_out(&lane, 5, 10 * SECOND, 11 * SECOND);
    is_int(80, lane.window, "a few timeouts are slow servers, no loss");
    time_out(&lane, 20, 11 * SECOND, 11 * SECOND + 1);
    is_int(80, lane.window, "judged once in a while");
    time_out(&lane, 1, 12 * SECOND, 13 * SECOND);
    is_int(40, lane.window, "many halve it");
    time_out(&lane, 30, 12 * SECOND, 13 * SECOND + 1);
    is_int(40, lane.window, "once for a burst");
    for (unsigned i = 0; i < 10; i++)
        time_out(&lane, 1, SECOND, (20 + i) * SECOND);
    is_int(32, lane.window, "down to a least");
    lane.dead = false;
    fill(&lane, 40 * SECOND);
    round_trip(&lane, 40 * SECOND);
    is_int(33, lane.window, "after a loss it grows by one in a round trip");
    lane.window = 80;
    for (unsigned i = 0; i < 100; i++)
        lane_timed_out(&lane, 50 * SECOND, 60 * SECOND, false);
    is_int(80, lane.window, "questions asked again in vain are no loss");
    ok(lane.dead, "but silence all the same");
}

static void
test_death(void)
{
    struct lane lane;

    lane_init(&lane, &settings);
    time_out(&lane, 50, 0, SECOND);
    ok(!lane.dead, "a second of silence is not death");
    time_out(&lane, 1, 5 * SECOND, 7 * SECOND);
    ok(lane.dead, "seven are");
    ok(lane_is_closed(&lane, 7 * SECOND), "it is closed");
    ok(!lane_may_send(&lane, 7 * SECOND), "nothing goes out");
    ok(lane_may_send(&lane, 8 * SECOND), "a second later, a probe");
    lane_sent(&lane, 8 * SECOND);
    ok(!lane_may_send(&lane, 8 * SECOND), "one at a time");
    lane_done(&lane);
    lane_timed_out(&lane, 8 * SECOND, 9 * SECOND - 1, true);
    ok(lane_is_closed(&lane, 9 * SECOND - 1), "closed again");
    ok(lane_may_send(&lane, 9 * SECOND), "and another probe");
    lane_answered(&lane);
    ok(!lane.dead, "an answer brings it back");
    ok(lane_may_send(&lane, 9 * SECOND), "at once");
}

static void
test_few(void)
{
    struct lane lane;

    lane_init(&lane, &settings);
    time_out(&lane, 3, 0, 60 * SECOND);
    ok(!lane.dead, "three tries are too few to tell");
    time_out(&lane, 1, 60 * SECOND, 68 * SECOND);
    ok(lane.dead, "four are not");
}

static void
test_refused(void)
{
    struct lane lane;

    lane_init(&lane, &settings);
    for (int i = 0; i < 10; i++)
        lane_unreachable(&lane, ECONNREFUSED, 0);
    ok(!lane.dead, "a burst of ICMP errors may be a restart");
    lane_unreachable(&lane, ECONNREFUSED, SECOND / 2);
    ok(lane.dead, "half a second of them is death");
    is_int(ECONNREFUSED, lane.error, "and why is known");
    lane_answered(&lane);
    is_int(0, lane.error, "until it answers");
    for (int i = 0; i < 3; i++)
        lane_unreachable(&lane, EHOSTUNREACH, SECOND * (unsigned)i);
    ok(!lane.dead, "three are too few");
}

/* So many at once, and then one in each gap. */
static void
test_pace(void)
{
    struct lane_settings paced = settings;
    struct lane lane;
    unsigned sent = 0;

    paced.ceiling = paced.first = 1000;
    paced.gap_us = SECOND / 100;
    paced.burst = 50;
    lane_init(&lane, &paced);
    for (; sent < 1000 && !lane_is_paced(&lane, SECOND); sent++)
        lane_sent(&lane, SECOND);
    is_int(51, sent, "so many at once");
    for (sent = 0; sent < 1000 && !lane_is_paced(&lane, 2 * SECOND); sent++)
        lane_sent(&lane, 2 * SECOND);
    is_int(51, sent, "all the room is back after the gaps");
    ok(lane_is_paced(&lane, 2 * SECOND + SECOND / 200), "not before a gap");
    ok(!lane_is_paced(&lane, 2 * SECOND + SECOND / 100), "one in a gap");
    lane_init(&lane, &settings);
    for (sent = 0; sent < 1000 && !lane_is_paced(&lane, SECOND); sent++)
        lane_sent(&lane, SECOND);
    is_int(1000, sent, "no bound without a gap");
}

int
main(void)
{
    plan_lazy();
    test_pace();
    test_window();
    test_unused();
    test_losses();
    test_death();
    test_few();
    test_refused();
    return tap_done();
}
