/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labels that are nobody's, whatever the zone: no customer has one. */
#include "common/template/reserved.h"

/* Names that a zone has for itself, or that programs look up by themselves
   in any domain that happens to be near: a customer who had one would get
   their traffic.  Those with '_' are no labels anyhow, but the reason given
   should be the true one. */
static const struct {
    const char *label;   /* as it is refused */
    const char *purpose; /* what it is reserved for */
} reserved[] = {
    {"_dmarc",       "DMARC records (RFC 9989)"                 },
    {"_domainkey",   "DKIM keys (RFC 6376 section 3.6.2.1)"     },
    {"_dkim",        "the targets of customers' CNAMEs"         },
    {"_spf",         "SPF records that others include"          },
    {"_report",      "DMARC report authorisation"               },
    {"_mta-sts",     "MTA-STS records (RFC 8461)"               },
    {"_smtp",        "TLS reporting records (RFC 8460)"         },
    {"autoconfig",   "mail programs' configuration"             },
    {"autodiscover", "mail programs' configuration"             },
    {"localhost",    "the machine itself (RFC 6761 section 6.3)"},
    {"mail",         "the mail server"                          },
    {"mta-sts",      "MTA-STS policies (RFC 8461)"              },
    {"mx",           "the mail server"                          },
    {"smtp",         "the mail server"                          },
    {"wpad",         "web proxy discovery"                      },
    {"www",          "the web server"                           },
};

/* ns, ns1, ns2, ... */
static bool
is_name_server(struct slice label)
{
    uint64_t number;

    return slice_starts_case(label, SLICE("ns"))
           && (label.n == 2
               || slice_number(slice_from(label, 2), 999, &number));
}

const char *
reserved_purpose(struct slice label)
{
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
        if (slice_equal_case(label, slice_of(reserved[i].label)))
            return reserved[i].purpose;
    return is_name_server(label) ? "name servers" : NULL;
}
