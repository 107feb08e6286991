/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The time: set once by --at or a recording, else the system's. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/slice.h"
#include "common/base/status.h"

/* Seconds since 1970; nothing else in selkie asks the system for the time. */
int64_t clock_now(void);
/* From here on clock_now() answers this. */
void clock_set(int64_t seconds);
/* Microseconds that only go forward: for intervals, never set. */
uint64_t clock_elapsed_us(void);

/* "@SECONDS" or RFC 3339 ("2026-11-24T08:00:00Z", offsets allowed). */
enum status clock_parse(struct slice text, int64_t *seconds,
                        struct error *err);
/* RFC 3339 in UTC: "2026-11-24T08:00:00Z". */
#define CLOCK_TEXT_SIZE 32
void clock_text(int64_t seconds, char out[CLOCK_TEXT_SIZE]);

/* "90", "90s", "15m", "2h", "7d": seconds. */
enum status clock_duration(struct slice text, int64_t *seconds,
                           struct error *err);

#endif
