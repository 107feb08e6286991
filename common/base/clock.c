/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The time: set once by --at or a recording, else the system's. */
#include "common/base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define MINUTE       ((int64_t)60)
#define HOUR         (60 * MINUTE)
#define DAY          (24 * HOUR)

/* The last second that RFC 3339 can write: 9999-12-31T23:59:59Z. */
#define SECONDS_MAX  ((uint64_t)253402300799)
/* Longer than any key, record or certificate lives: a hundred years. */
#define DURATION_MAX (36525 * DAY)

/* Written before there are threads, read by all of them. */
static bool is_set;
static int64_t set_to;

int64_t
clock_now(void)
{
    return is_set ? set_to : (int64_t)time(NULL);
}

void
clock_set(int64_t seconds)
{
    set_to = seconds;
    is_set = true;
}

uint64_t
clock_elapsed_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* Days since 1970-01-01 in the Gregorian calendar, years counted from March
   so that the leap day is the last of its year; 400 years are 146097 days. */
static int64_t
days_of(int64_t year, int64_t month, int64_t day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year
           - 719468;
}

static void
date_of(int64_t days, int64_t *year, int *month, int *day)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t of_era = z - era * 146097;
    int64_t y =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
    int64_t from_march = (5 * of_year + 2) / 153;

    *day = (int)(of_year - (153 * from_march + 2) / 5 + 1);
    *month = (int)(from_march < 10 ? from_march + 3 : from_march - 9);
    *year = y + era * 400 + (*month <= 2);
}

static int64_t
days_in_month(int64_t year, int64_t month)
{
    int64_t next =
        month == 12 ? days_of(year + 1, 1, 1) : days_of(year, month + 1, 1);

    return next - days_of(year, month, 1);
}

/* Take one number of so many digits off the front, with what must stand
   before it (any of the octets, or nothing when it is ""). */
static bool
take(struct slice *s, const char *before, size_t digits, uint64_t max,
     int64_t *out)
{
    uint64_t value;

    if (*before != '\0') {
        if (s->n == 0 || s->p[0] == '\0' || strchr(before, s->p[0]) == NULL)
            return false;
        *s = slice_from(*s, 1);
    }
    if (s->n < digits || !slice_number(slice_sub(*s, 0, digits), max, &value))
        return false;
    *s = slice_from(*s, digits);
    *out = (int64_t)value;
    return true;
}

/* "Z" or "+HH:MM" in seconds. */
static bool
take_zone(struct slice *s, int64_t *offset)
{
    char sign = s->n == 0 ? '\0' : s->p[0];
    int64_t hour;
    int64_t minute;

    *offset = 0;
    if (sign == 'Z' || sign == 'z') {
        *s = slice_from(*s, 1);
        return true;
    }
    if (!take(s, "+-", 2, 23, &hour) || !take(s, ":", 2, 59, &minute))
        return false;
    *offset = hour * HOUR + minute * MINUTE;
    if (sign == '-')
        *offset = -*offset;
    return true;
}

/* ".123": half a second is no matter here. */
static void
skip_fraction(struct slice *s)
{
    size_t n = 1;

    if (s->n < 2 || s->p[0] != '.' || !ascii_is_digit((unsigned char)s->p[1]))
        return;
    while (n < s->n && ascii_is_digit((unsigned char)s->p[n]))
        n++;
    *s = slice_from(*s, n);
}

/* RFC 3339 section 5.6; a leap second (:60) is the first of the next. */
static bool
parse_rfc3339(struct slice s, int64_t *seconds)
{
    int64_t year;
    int64_t month;
    int64_t day;
    int64_t hour;
    int64_t minute;
    int64_t second;
    int64_t offset;

    if (!take(&s, "", 4, 9999, &year) || !take(&s, "-", 2, 12, &month)
        || !take(&s, "-", 2, 31, &day) || !take(&s, "Tt ", 2, 23, &hour)
        || !take(&s, ":", 2, 59, &minute) || !take(&s, ":", 2, 60, &second))
        return false;
    skip_fraction(&s);
    if (!take_zone(&s, &offset) || s.n != 0)
        return false;
    if (month == 0 || day == 0 || day > days_in_month(year, month))
        return false;
    *seconds = days_of(year, month, day) * DAY + hour * HOUR + minute * MINUTE
               + second - offset;
    return true;
}

enum status
clock_parse(struct slice text, int64_t *seconds, struct error *err)
{
    uint64_t value;

    if (text.n > 0 && text.p[0] == '@') {
        if (slice_number(slice_from(text, 1), SECONDS_MAX, &value)) {
            *seconds = (int64_t)value;
            return ST_OK;
        }
    } else if (parse_rfc3339(text, seconds)) {
        return ST_OK;
    }
    return error_set(err, ST_SYNTAX,
                     "'%.*s' is not a time like 2026-11-24T08:00:00Z or"
                     " @SECONDS",
                     SLICE_ARGS(text));
}

void
clock_text(int64_t seconds, char out[CLOCK_TEXT_SIZE])
{
    int64_t days = seconds / DAY;
    int64_t rest = seconds % DAY;
    int64_t year;
    int month;
    int day;

    if (rest < 0) {
        rest += DAY;
        days--;
    }
    date_of(days, &year, &month, &day);
    snprintf(out, CLOCK_TEXT_SIZE, "%04" PRId64 "-%02d-%02dT%02d:%02d:%02dZ",
             year, month, day, (int)(rest / HOUR), (int)(rest / MINUTE % 60),
             (int)(rest % MINUTE));
}

static int64_t
unit_seconds(char c)
{
    static const struct {
        char letter;     /* as it is written */
        int64_t seconds; /* in it */
    } units[] = {
        {'s', 1     },
        {'m', MINUTE},
        {'h', HOUR  },
        {'d', DAY   }
    };

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (units[i].letter == c)
            return units[i].seconds;
    return 0;
}

enum status
clock_duration(struct slice text, int64_t *seconds, struct error *err)
{
    struct slice digits = text;
    int64_t unit = text.n == 0 ? 0 : unit_seconds(text.p[text.n - 1]);
    uint64_t value;

    if (unit == 0)
        unit = 1;
    else
        digits.n--;
    if (!slice_number(digits, (uint64_t)(DURATION_MAX / unit), &value))
        return error_set(err, ST_SYNTAX,
                         "'%.*s' is not a duration like 90s, 15m, 2h or 7d",
                         SLICE_ARGS(text));
    *seconds = (int64_t)value * unit;
    return ST_OK;
}
