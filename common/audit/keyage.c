/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How old a key is: what its selector's name says, and an earlier run. */
#include "common/audit/keyage.h"

#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/base/strbuf.h"
#include "common/dkim/dkimkey.h"

/* DomainKeys and the first drafts of DKIM are of 2004: no key is older. */
#define YEAR_FIRST 2004
#define DAY_S      86400

/* ---- dates in names ---- */

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int64_t
number_of(struct slice digits)
{
    int64_t number = 0;

    for (size_t i = 0; i < digits.n; i++)
        number = number * 10 + (digits.p[i] - '0');
    return number;
}

/* Days from 1970 to the first day of a month, which may be the 13th. */
static int64_t
days_to_month(int64_t year, int64_t month)
{
    /* Years that begin in March have their leap day at the end. */
    int64_t y = year + (month - 1) / 12 - ((month - 1) % 12 < 2 ? 1 : 0);
    int64_t m = ((month - 1) % 12 + 10) % 12;

    return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 - 719468;
}

/* The end of the day, or of the month when there is none; 0: no date. */
static int64_t
end_of(int64_t year, int64_t month, int64_t day)
{
    int64_t first, next;

    if (year < YEAR_FIRST || month < 1 || month > 12)
        return 0;
    first = days_to_month(year, month);
    next = days_to_month(year, month + 1);
    if (day == 0)
        return next * DAY_S;
    return day > next - first ? 0 : (first + day) * DAY_S;
}

/* Of a run of digits, and what stands behind it: YYYYMMDD, YYYYMM, YYYYqN. */
static int64_t
date_of(struct slice digits, struct slice behind)
{
    int64_t year = number_of(slice_sub(digits, 0, 4));

    if (digits.n == 8 || digits.n == 6) {
        int64_t day = number_of(slice_sub(digits, 6, 2));

        if (digits.n == 8 && day == 0)
            return 0;
        return end_of(year, number_of(slice_sub(digits, 4, 2)), day);
    }
    if (digits.n == 4 && behind.n >= 2
        && (behind.p[0] == 'q' || behind.p[0] == 'Q') && behind.p[1] >= '1'
        && behind.p[1] <= '4' && (behind.n == 2 || !is_digit(behind.p[2])))
        return end_of(year, (behind.p[1] - '0') * 3, 0);
    return 0;
}

int64_t
keyage_of_name(const char *selector, int64_t now)
{
    struct slice rest = slice_of(selector);
    int64_t found = 0;

    while (rest.n > 0) {
        size_t n = 0;
        int64_t date;

        while (n < rest.n && is_digit(rest.p[n]))
            n++;
        date =
            n == 0 ? 0 : date_of(slice_sub(rest, 0, n), slice_from(rest, n));
        if (date != 0 && found != 0)
            return 0;
        found = date != 0 ? date : found;
        rest = slice_from(rest, n == 0 ? 1 : n);
    }
    return found > now ? 0 : found;
}

/* ---- limits ---- */

enum keyage_verdict
keyage_judge(const struct audit_input *input, const struct keyage *age,
             int64_t *days, int64_t *limit)
{
    int64_t warn = input->key_age_days, most = input->key_limit_days;
    int64_t is = (clock_now() - age->since) / DAY_S;
    bool is_over;

    warn = warn == 0 ? KEYAGE_WARN_DAYS : warn;
    most = most == 0 ? KEYAGE_LIMIT_DAYS : most;
    is_over = is > most && !age->is_since_named;
    if (days != NULL)
        *days = is;
    if (limit != NULL)
        *limit = is_over ? most : warn;
    if (age->since == 0 || (is <= warn && !is_over))
        return KEYAGE_FINE;
    return is_over ? KEYAGE_OVER : KEYAGE_OLD;
}

/* ---- an earlier run ---- */

struct keyage_baseline {
    const struct recording_head *head; /* when it was */
    struct source *source;             /* its answers */
};

struct keyage_baseline *
keyage_baseline_new(struct recording *recording)
{
    struct keyage_baseline *baseline = memory_zeroed(1, sizeof(*baseline));

    baseline->head = recording_head(recording);
    baseline->source = recording_source(recording);
    return baseline;
}

void
keyage_baseline_free(struct keyage_baseline *baseline)
{
    if (baseline == NULL)
        return;
    source_free(baseline->source);
    free(baseline);
}

bool
keyage_baseline_find(struct keyage_baseline *baseline, struct arena *arena,
                     const struct name *name, struct selector_known *out)
{
    struct question question = question_recursive(name, RR_TXT);
    const struct answer *answer =
        baseline->source->ops->ask(baseline->source, NULL, &question);
    const struct dkimkey *key;

    if (answer == NULL || answer->outcome != OUTCOME_FOUND
        || answer->record_count != 1)
        return false;
    key = dkimkey_of_record(arena, &answer->records[0]);
    if (!key->is_key || key->p.n == 0)
        return false;
    *out = (struct selector_known){.since = baseline->head->clock,
                                   .how = "an earlier run",
                                   .has_key = true};
    keyage_digest(key->p, out->key);
    return true;
}

void
keyage_digest(struct slice p, uint8_t out[DIGEST_SHA256_SIZE])
{
    struct strbuf bare = STRBUF_INIT;

    for (size_t i = 0; i < p.n; i++)
        if (slice_trim(slice_sub(p, i, 1)).n > 0)
            strbuf_add_char(&bare, p.p[i]);
    digest_sha256(strbuf_slice(&bare), out);
    strbuf_clear(&bare);
}

bool
keyage_same_key(const struct selector_known *known, struct slice p)
{
    uint8_t digest[DIGEST_SHA256_SIZE];

    if (!known->has_key)
        return false;
    keyage_digest(p, digest);
    return memcmp(digest, known->key, sizeof(digest)) == 0;
}
