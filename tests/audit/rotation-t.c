/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a new key may sign and an old one may go: every second by hand. */
#include "common/audit/rotation.h"

#include "tests/tap/tap.h"

/* The new key was first seen everywhere, or signers left the old one. */
#define T0   1000000
#define DAYS 604800 /* 7 * 86400: queues */

#define KNOWN(seconds)                                                        \
    {                                                                         \
        true, seconds                                                         \
    }
#define UNREAD                                                                \
    {                                                                         \
        false, 0                                                              \
    }

struct row {
    const char *name;
    struct rotation_facts facts;
    const char *checks; /* visible, single, pair, old, ttl, signers, drain:
                           s safe, u unsafe, n not known, - not looked at */
    enum rotation_verdict verdict;
    int64_t safe_at;
};

#define SAFE    ROTATION_SAFE
#define UNSAFE  ROTATION_UNSAFE
#define UNKNOWN ROTATION_UNKNOWN

/* TTL 3600 and negative TTL 600 unless a row says otherwise. */
#define KEY(sight)                                                            \
    {                                                                         \
        sight, KNOWN(3600), KNOWN(600)                                        \
    }
#define SEEN KEY(ROTATION_SEEN)
#define NO_KEY                                                                \
    {                                                                         \
        ROTATION_NO_KEY, UNREAD, UNREAD                                       \
    }
#define SILENT                                                                \
    {                                                                         \
        ROTATION_SILENT, UNREAD, UNREAD                                       \
    }
#define GONE                                                                  \
    {                                                                         \
        ROTATION_LACKING, UNREAD, KNOWN(600)                                  \
    }
#define FITS ROTATION_PAIR_FITS

/* 1000000 + 3600 + 1 = 1003601: a cache that asked in the last moment of the
   second 1000000 forgets in the course of 1003600. */
static const struct row activations[] = {
    {"the last second in which a cache may have an older answer",
     {1003600, SEEN, SEEN, T0, FITS, 0, DAYS, 0},
     "ssssu--", UNSAFE,
     1003601},
    {"the first in which none can",
     {1003601, SEEN, SEEN, T0, FITS, 0, DAYS, 0},
     "sssss--", SAFE,
     1003601},
    {"the negative TTL is longer than the TTL",
     {1003601,
      {ROTATION_SEEN, KNOWN(3600), KNOWN(86400)},
      SEEN,
      T0,
      FITS,
      0,
      DAYS,
      0},
     "ssssu--", UNSAFE,
     1086401},
    {"the old key's TTL is longer",
     {1003601,
      SEEN,
      {ROTATION_SEEN, KNOWN(7200), KNOWN(600)},
      T0,
      FITS,
      0,
      DAYS,
      0},
     "ssssu--", UNSAFE,
     1007201},
    {"a first key, with nobody before it",
     {1003601, SEEN, NO_KEY, T0, FITS, 0, DAYS, 0},
     "sss-s--", SAFE,
     1003601},
    {"TTL 0: the next second is safe",
     {1000001,
      {ROTATION_SEEN, KNOWN(0), KNOWN(0)},
      NO_KEY,
      T0,
      FITS,
      0,
      DAYS,
      0},
     "sss-s--", SAFE,
     1000001},
    {"a server lacks the new key: nobody knows until when",
     {1999999, KEY(ROTATION_LACKING), SEEN, T0, FITS, 0, DAYS, 0},
     "u-ss---", UNSAFE,
     0      },
    {"a server has another key there",
     {1999999, KEY(ROTATION_OTHER), SEEN, T0, FITS, 0, DAYS, 0},
     "u-ss---", UNSAFE,
     0      },
    {"a server did not answer for the new key: that is no absence",
     {1999999, SILENT, SEEN, T0, FITS, 0, DAYS, 0},
     "n-ss---", UNKNOWN,
     0      },
    {"a second record beside the new key",
     {1999999, KEY(ROTATION_CROWDED), SEEN, T0, FITS, 0, DAYS, 0},
     "susss--", UNSAFE,
     0      },
    {"a server did not answer for the old key",
     {1999999, SEEN, SILENT, T0, FITS, 0, DAYS, 0},
     "sssnn--", UNKNOWN,
     0      },
    {"the old key is gone too soon",
     {1999999, SEEN, KEY(ROTATION_LACKING), T0, FITS, 0, DAYS, 0},
     "sssus--", UNSAFE,
     0      },
    {"unsafe outranks unknown",
     {1999999, SILENT, KEY(ROTATION_LACKING), T0, FITS, 0, DAYS, 0},
     "n-su---", UNSAFE,
     0      },
    {"the halves do not fit",
     {1999999, SEEN, SEEN, T0, ROTATION_PAIR_WRONG, 0, DAYS, 0},
     "ssuss--", UNSAFE,
     0      },
    {"the private half was not to be had",
     {1999999, SEEN, SEEN, T0, ROTATION_PAIR_UNSEEN, 0, DAYS, 0},
     "ssnss--", UNKNOWN,
     0      },
    {"when it was published is not known",
     {1999999, SEEN, SEEN, 0, FITS, 0, DAYS, 0},
     "ssssn--", UNKNOWN,
     0      },
    {"it was published in the future: the clock was put back",
     {999999, SEEN, SEEN, T0, FITS, 0, DAYS, 0},
     "ssssn--", UNKNOWN,
     0      },
    {"the negative TTL was not to be had",
     {1999999,
      {ROTATION_SEEN, KNOWN(3600), UNREAD},
      SEEN,
      T0,
      FITS,
      0,
      DAYS,
      0},
     "ssssn--", UNKNOWN,
     0      },
};

/* 1000000 + 604800 + 3600 + 1 = 1608401. */
static const struct row retirements[] = {
    {"the last second in which a signature may be on its way",
     {1608400, SEEN, SEEN, T0, FITS, T0, DAYS, 0},
     "ss---su", UNSAFE,
     1608401},
    {"the first in which none can",
     {1608401, SEEN, SEEN, T0, FITS, T0, DAYS, 0},
     "ss---ss", SAFE,
     1608401},
    {"mail waits for a day at most",
     {1090001, SEEN, SEEN, T0, FITS, T0, 86400, 0},
     "ss---ss", SAFE,
     1090001},
    {"the old key's TTL counts, not the new one's",
     {1608401,
      SEEN,
      {ROTATION_SEEN, KNOWN(86400), KNOWN(600)},
      T0,
      FITS,
      T0,
      DAYS,
      0},
     "ss---su", UNSAFE,
     1691201},
    {"the TTL was 86400 when the signers left it",
     {1691200, SEEN, SEEN, T0, FITS, T0, DAYS, 1691201},
     "ss---su", UNSAFE,
     1691201},
    {"and that is over",
     {1691201, SEEN, SEEN, T0, FITS, T0, DAYS, 1691201},
     "ss---ss", SAFE,
     1691201},
    {"a TTL that is longer now than it was",
     {1608400, SEEN, SEEN, T0, FITS, T0, DAYS, 1605101},
     "ss---su", UNSAFE,
     1608401},
    {"when it was due does not say what its TTL is",
     {1999999, SEEN, SILENT, T0, FITS, T0, DAYS, 1605101},
     "ss---sn", UNKNOWN,
     0      },
    {"the signers still use it",
     {1999999, SEEN, SEEN, T0, FITS, 0, DAYS, 0},
     "ss---u-", UNSAFE,
     0      },
    {"a server lacks the new key",
     {1999999, KEY(ROTATION_LACKING), SEEN, T0, FITS, T0, DAYS, 0},
     "u----ss", UNSAFE,
     0      },
    {"a server did not answer for the new key",
     {1999999, SILENT, SEEN, T0, FITS, T0, DAYS, 0},
     "n----ss", UNKNOWN,
     0      },
    {"none says anything of the old key: its TTL is not known",
     {1999999, SEEN, SILENT, T0, FITS, T0, DAYS, 0},
     "ss---sn", UNKNOWN,
     0      },
    {"the old key is gone, in time",
     {1608401, SEEN, GONE, T0, FITS, T0, DAYS, 0},
     "ss---ss", SAFE,
     1608401},
    {"the old key is gone too soon",
     {1608400, SEEN, GONE, T0, FITS, T0, DAYS, 0},
     "ss---su", UNSAFE,
     1608401},
    {"the signers leave it in the future: the clock was put back",
     {999999, SEEN, SEEN, T0, FITS, T0, DAYS, 0},
     "ss---sn", UNKNOWN,
     0      },
    {"no new key: nobody to sign",
     {1999999, NO_KEY, SEEN, T0, FITS, T0, DAYS, 0},
     "n----ss", UNKNOWN,
     0      },
};

static void
check(const struct row *row, const struct rotation_decision *seen)
{
    char checks[ROTATION_CHECKS + 1] = "";

    for (int i = 0; i < ROTATION_CHECKS; i++)
        checks[i] = seen->is_checked[i] ? "sun"[seen->checks[i]] : '-';
    is_string(row->checks, checks, "%s: each check", row->name);
    is_string(rotation_word(row->verdict), rotation_word(seen->verdict), "%s",
              row->name);
    is_int(row->safe_at, seen->safe_at, "%s: from when", row->name);
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(activations) / sizeof(*activations); i++) {
        struct rotation_decision seen =
            rotation_activate(&activations[i].facts);

        check(&activations[i], &seen);
    }
    for (size_t i = 0; i < sizeof(retirements) / sizeof(*retirements); i++) {
        struct rotation_decision seen = rotation_retire(&retirements[i].facts);

        check(&retirements[i], &seen);
    }
    is_string("old-key-present", rotation_check_word(ROTATION_CHECK_OLD),
              "the contract's word for a check");
    return tap_done();
}
