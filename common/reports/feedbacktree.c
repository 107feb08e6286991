/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which elements of a DMARC aggregate report stand where. */
#include "common/reports/feedbacktree.h"

#include <string.h>

/* An element that may stand in another. */
struct child {
    const char *name;      /* without prefix */
    unsigned char element; /* feedback_element or feedback_leaf */
};

static const struct child in_nothing[] = {
    {"feedback", IN_FEEDBACK},
    {NULL,       0          }
};
/* In the order of frequency. */
static const struct child in_feedback[] = {
    {"record",           IN_RECORD  },
    {"report_metadata",  IN_METADATA},
    {"policy_published", IN_POLICY  },
    {NULL,               0          }
};
static const struct child in_metadata[] = {
    {"org_name",   LEAF_ORG  },
    {"email",      LEAF_EMAIL},
    {"report_id",  LEAF_ID   },
    {"date_range", IN_RANGE  },
    {NULL,         0         }
};
static const struct child in_range[] = {
    {"begin", LEAF_BEGIN},
    {"end",   LEAF_END  },
    {NULL,    0         }
};
static const struct child in_policy[] = {
    {"domain", LEAF_DOMAIN},
    {"p",      LEAF_P     },
    {"adkim",  LEAF_ADKIM },
    {NULL,     0          }
};
/* "identities" is what the drafts before RFC 7489 said. */
static const struct child in_record[] = {
    {"row",          IN_ROW        },
    {"identifiers",  IN_IDENTIFIERS},
    {"auth_results", IN_RESULTS    },
    {"identities",   IN_IDENTIFIERS},
    {NULL,           0             }
};
static const struct child in_row[] = {
    {"source_ip",        LEAF_SOURCE },
    {"count",            LEAF_COUNT  },
    {"policy_evaluated", IN_EVALUATED},
    {NULL,               0           }
};
static const struct child in_evaluated[] = {
    {"disposition", LEAF_DISPOSITION},
    {"dkim",        LEAF_DKIM       },
    {"spf",         LEAF_SPF        },
    {"reason",      IN_REASON       },
    {NULL,          0               }
};
static const struct child in_reason[] = {
    {"type", LEAF_TYPE},
    {NULL,   0        }
};
static const struct child in_identifiers[] = {
    {"header_from",   LEAF_HEADER_FROM  },
    {"envelope_from", LEAF_ENVELOPE_FROM},
    {NULL,            0                 }
};
static const struct child in_results[] = {
    {"dkim", IN_DKIM},
    {"spf",  IN_SPF },
    {NULL,   0      }
};
static const struct child in_dkim[] = {
    {"domain",   LEAF_DKIM_DOMAIN  },
    {"selector", LEAF_DKIM_SELECTOR},
    {"result",   LEAF_DKIM_RESULT  },
    {NULL,       0                 }
};
static const struct child in_spf[] = {
    {"domain", LEAF_SPF_DOMAIN},
    {"scope",  LEAF_SPF_SCOPE },
    {"result", LEAF_SPF_RESULT},
    {NULL,     0              }
};

static const struct child *const children[IN_LEAF] = {
    [IN_NOWHERE] = in_nothing,   [IN_FEEDBACK] = in_feedback,
    [IN_METADATA] = in_metadata, [IN_RANGE] = in_range,
    [IN_POLICY] = in_policy,     [IN_RECORD] = in_record,
    [IN_ROW] = in_row,           [IN_EVALUATED] = in_evaluated,
    [IN_REASON] = in_reason,     [IN_IDENTIFIERS] = in_identifiers,
    [IN_RESULTS] = in_results,   [IN_DKIM] = in_dkim,
    [IN_SPF] = in_spf,
};

static unsigned
find_child(unsigned parent, const char *name)
{
    const struct child *child = children[parent];

    for (; child->name != NULL; child++)
        if (child->name[0] == name[0] && strcmp(child->name, name) == 0)
            return child->element;
    return IN_IGNORED;
}

unsigned
feedbacktree_child(unsigned parent, const char *name)
{
    unsigned found;
    const char *colon;

    if (parent == IN_IGNORED || parent >= IN_LEAF)
        return IN_IGNORED;
    found = find_child(parent, name);
    if (found == IN_IGNORED && (colon = strchr(name, ':')) != NULL)
        found = find_child(parent, colon + 1);
    return found;
}
