/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/base/clock.c: times read, written and set. */
#include "common/base/clock.h"

#include <stdint.h>
#include <time.h>

#include "tests/tap/tap.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define BAD         INT64_MIN

static const struct {
    const char *text; /* as written */
    int64_t seconds;  /* since 1970, or BAD */
} times[] = {
    {"1970-01-01T00:00:00Z",      0           },
    {"2026-11-24T08:00:00Z",      1795507200  },
    {"2026-11-24t08:00:00z",      1795507200  },
    {"2026-11-24 08:00:00Z",      1795507200  },
    {"2026-11-24T09:30:00+01:30", 1795507200  },
    {"2026-11-23T23:00:00-09:00", 1795507200  },
    {"2026-11-24T08:00:00.999Z",  1795507200  },
    {"1969-12-31T23:59:59Z",      -1          },
    {"2000-02-29T00:00:00Z",      951782400   },
    {"2024-02-29T12:00:00Z",      1709208000  },
    {"2016-12-31T23:59:60Z",      1483228800  },
    {"0000-01-01T00:00:00Z",      -62167219200},
    {"9999-12-31T23:59:59Z",      253402300799},
    {"@0",                        0           },
    {"@1795507200",               1795507200  },
    {"@253402300799",             253402300799},
    {"@253402300800",             BAD         },
    {"@-1",                       BAD         },
    {"@",                         BAD         },
    {"@12x",                      BAD         },
    {"",                          BAD         },
    {"yesterday",                 BAD         },
    {"2026-11-24",                BAD         },
    {"2026-11-24T08:00:00",       BAD         },
    {"2026-11-24T08:00Z",         BAD         },
    {"2026-11-24T08:00:00Zjunk",  BAD         },
    {"2026-11-24T08:00:00.Z",     BAD         },
    {"2026-11-24T08:00:00+01",    BAD         },
    {"2026-11-24T08:00:00+24:00", BAD         },
    {"2026-11-24T08:00:00+01:60", BAD         },
    {"2026-11-24T08:00:61Z",      BAD         },
    {"2026-11-24T08:60:00Z",      BAD         },
    {"2026-11-24T24:00:00Z",      BAD         },
    {"2026-00-24T08:00:00Z",      BAD         },
    {"2026-13-24T08:00:00Z",      BAD         },
    {"2026-11-00T08:00:00Z",      BAD         },
    {"2026-11-31T08:00:00Z",      BAD         },
    {"2025-02-29T00:00:00Z",      BAD         },
    {"1900-02-29T00:00:00Z",      BAD         },
    {"2026-1-24T08:00:00Z",       BAD         },
    {"2026/11/24T08:00:00Z",      BAD         },
    {"+026-11-24T08:00:00Z",      BAD         },
};

static void
test_times(void)
{
    for (size_t i = 0; i < COUNT(times); i++) {
        struct error err = ERROR_INIT;
        int64_t seconds = BAD;
        enum status st = clock_parse(slice_of(times[i].text), &seconds, &err);

        is_int(times[i].seconds, seconds, "time '%s'", times[i].text);
        is_int(times[i].seconds == BAD ? ST_SYNTAX : ST_OK, st,
               "time '%s': status", times[i].text);
    }
}

static const struct {
    int64_t seconds;  /* since 1970 */
    const char *text; /* RFC 3339 */
} texts[] = {
    {0,            "1970-01-01T00:00:00Z"        },
    {-1,           "1969-12-31T23:59:59Z"        },
    {1795507200,   "2026-11-24T08:00:00Z"        },
    {951782399,    "2000-02-28T23:59:59Z"        },
    {951782400,    "2000-02-29T00:00:00Z"        },
    {951868800,    "2000-03-01T00:00:00Z"        },
    {253402300799, "9999-12-31T23:59:59Z"        },
    {-62167219200, "0000-01-01T00:00:00Z"        },
    {INT64_MAX,    "292277026596-12-04T15:30:07Z"},
};

static void
test_texts(void)
{
    char text[CLOCK_TEXT_SIZE];
    bool same = true;

    for (size_t i = 0; i < COUNT(texts); i++) {
        clock_text(texts[i].seconds, text);
        is_string(texts[i].text, text, "text of %lld",
                  (long long)texts[i].seconds);
    }
    clock_text(INT64_MIN, text);
    ok(strlen(text) < CLOCK_TEXT_SIZE, "the earliest fits: %s", text);
    /* Every day of 400 years, against the C library. */
    for (int64_t day = -73050; day < 73050; day++) {
        time_t t = day * 86400 + 3661;
        char wanted[CLOCK_TEXT_SIZE];
        struct tm tm;
        int64_t back = 0;

        gmtime_r(&t, &tm);
        strftime(wanted, sizeof(wanted), "%Y-%m-%dT%H:%M:%SZ", &tm);
        clock_text(t, text);
        same = same && strcmp(wanted, text) == 0
               && clock_parse(slice_of(text), &back, NULL) == ST_OK
               && back == t;
    }
    ok(same, "400 years of days as the C library has them, and back");
}

static const struct {
    const char *text; /* as written */
    int64_t seconds;  /* it lasts, or BAD */
} durations[] = {
    {"90",                    90        },
    {"90s",                   90        },
    {"15m",                   900       },
    {"2h",                    7200      },
    {"7d",                    604800    },
    {"0",                     0         },
    {"0d",                    0         },
    {"36525d",                3155760000},
    {"36526d",                BAD       },
    {"",                      BAD       },
    {"s",                     BAD       },
    {"-1",                    BAD       },
    {"1.5h",                  BAD       },
    {"7 d",                   BAD       },
    {"7w",                    BAD       },
    {"2H",                    BAD       },
    {"3155760001",            BAD       },
    {"99999999999999999999d", BAD       },
    {"1h30m",                 BAD       },
};

static void
test_durations(void)
{
    for (size_t i = 0; i < COUNT(durations); i++) {
        struct error err = ERROR_INIT;
        int64_t seconds = BAD;
        enum status st =
            clock_duration(slice_of(durations[i].text), &seconds, &err);

        is_int(durations[i].seconds, seconds, "duration '%s'",
               durations[i].text);
        is_int(durations[i].seconds == BAD ? ST_SYNTAX : ST_OK, st,
               "duration '%s': status", durations[i].text);
    }
}

static void
test_sentences(void)
{
    struct error err = ERROR_INIT;
    int64_t seconds;

    clock_parse(SLICE("noon\n"), &seconds, &err);
    is_string("'noon\\010' is not a time like 2026-11-24T08:00:00Z or"
              " @SECONDS",
              err.text, "sentence: time");
    clock_duration(SLICE("soon"), &seconds, &err);
    is_string("'soon' is not a duration like 90s, 15m, 2h or 7d", err.text,
              "sentence: duration");
}

static void
test_now(void)
{
    int64_t before = time(NULL);
    int64_t now = clock_now();
    uint64_t first = clock_elapsed_us();

    ok(before <= now && now <= time(NULL), "now is the system's time");
    ok(clock_elapsed_us() >= first, "the interval clock goes forward");
    clock_set(42);
    is_int(42, clock_now(), "now is what was set");
    clock_set(-5);
    is_int(-5, clock_now(), "set anew, before 1970");
    ok(clock_elapsed_us() >= first, "the interval clock is never set");
}

int
main(void)
{
    plan_lazy();
    test_times();
    test_texts();
    test_durations();
    test_sentences();
    test_now();
    return tap_done();
}
