/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/audit/mailtxt.c: the grammars of RFC 8461 section 3.1 and
   RFC 8460 section 3, and of the BIMI draft. */
#include "common/audit/mailtxt.h"

#include "tests/tap/tap.h"

/* wanted: "other", "near", "good", or the fault. */
static const struct {
    const char *name;
    enum mailtxt_kind kind;
    const char *text;
    const char *wanted;
} rows[] = {
    {"8461 3.1, the example",           MAILTXT_MTA_STS, "v=STSv1; id=20160831085700Z;",
     "good"                                                                                                                        },
    {"no final separator",              MAILTXT_MTA_STS, "v=STSv1;id=1",                        "good"                             },
    {"blanks around the separator",     MAILTXT_MTA_STS, "v=STSv1 ; id=1 ;",
     "good"                                                                                                                        },
    {"an extension",                    MAILTXT_MTA_STS, "v=STSv1; id=1; x_y=z",                "good"                             },
    {"an id of 32 characters",          MAILTXT_MTA_STS,
     "v=STSv1; id=abcdefghijklmnopqrstuvwxyz012345",                                            "good"                             },
    {"an id of 33",                     MAILTXT_MTA_STS,
     "v=STSv1; id=abcdefghijklmnopqrstuvwxyz0123456",                                           "id= has more than 32 characters"  },
    {"an id with a hyphen",             MAILTXT_MTA_STS, "v=STSv1; id=2026-11-24",
     "id= may hold letters and digits only"                                                                                        },
    {"no id",                           MAILTXT_MTA_STS, "v=STSv1;",                            "id= is missing"                   },
    {"two ids",                         MAILTXT_MTA_STS, "v=STSv1; id=1; id=2",                 "id= is there twice"               },
    {"an empty id",                     MAILTXT_MTA_STS, "v=STSv1; id=",                        "id= is empty"                     },
    {"an empty field",                  MAILTXT_MTA_STS, "v=STSv1;; id=1",
     "a field has no '='"                                                                                                          },
    {"a field without a name",          MAILTXT_MTA_STS, "v=STSv1; =1",
     "a field has no name, or one that is too long"                                                                                },
    {"a version in small letters",      MAILTXT_MTA_STS, "v=stsv1; id=1",                       "near"                             },
    {"a blank before the version",      MAILTXT_MTA_STS, " v=STSv1; id=1",                      "near"                             },
    {"another version",                 MAILTXT_MTA_STS, "v=STSv10; id=1",                      "near"                             },
    {"something else",                  MAILTXT_MTA_STS, "v=spf1 -all",                         "other"                            },
    {"nothing",                         MAILTXT_MTA_STS, "",                                    "other"                            },
    {"8460 3, the example with mailto", MAILTXT_TLSRPT,
     "v=TLSRPTv1;rua=mailto:reports@example.com",                                               "good"                             },
    {"8460 3, the example with https",  MAILTXT_TLSRPT,
     "v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt",                                 "good"                             },
    {"two addresses",                   MAILTXT_TLSRPT,
     "v=TLSRPTv1; rua=mailto:a@example.com , https://b.example/",                               "good"                             },
    {"no mailto",                       MAILTXT_TLSRPT,  "v=TLSRPTv1; rua=a@example.com",
     "rua= has an address that is neither mailto: nor https:"                                                                      },
    {"a trailing comma",                MAILTXT_TLSRPT,  "v=TLSRPTv1; rua=mailto:a@b.example,",
     "rua= has an address that is neither mailto: nor https:"                                                                      },
    {"no rua",                          MAILTXT_TLSRPT,  "v=TLSRPTv1",                          "rua= is missing"                  },
    {"a BIMI record",                   MAILTXT_BIMI,
     "v=BIMI1; l=https://example.com/l.svg; a=https://example.com/l.pem",                       "good"                             },
    {"a domain that declines",          MAILTXT_BIMI,    "v=BIMI1; l=; a=;",                    "good"                             },
    {"no l",                            MAILTXT_BIMI,    "v=BIMI1; a=",                         "l= is missing"                    },
    {"http",                            MAILTXT_BIMI,    "v=BIMI1; l=http://example.com/l.svg",
     "l= and a= must be https: addresses"                                                                                          },
    {"an octet that is not ASCII",      MAILTXT_BIMI,
     "v=BIMI1; l=https://ex\xc3\xa4mple.com/",                                                  "l= has an octet that is not ASCII"},
};

static const char *
told(struct arena *arena, enum mailtxt_kind kind, const char *text)
{
    static const char *const words[] = {
        [MAILTXT_OTHER] = "other", [MAILTXT_NEAR] = "near"};
    enum mailtxt_standing standing = mailtxt_standing(kind, slice_of(text));
    const char *fault;

    if (standing != MAILTXT_RECORD)
        return words[standing];
    fault = mailtxt_fault(arena, kind, slice_of(text));
    return fault == NULL ? "good" : fault;
}

int
main(void)
{
    struct arena *arena = arena_new();

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        is_string(rows[i].wanted, told(arena, rows[i].kind, rows[i].text),
                  "%s", rows[i].name);
    is_string("v=STSv1", mailtxt_version(MAILTXT_MTA_STS), "how it begins");
    arena_free(arena);
    return tap_done();
}
