/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spf.* findings: which are decided, and by what. */
#include "common/audit/spfchecker.h"

/* What must be known for an id to be decided. */
enum scope {
    SCOPE_CHAIN,    /* the records that decide */
    SCOPE_TREE,     /* all that terms ask for */
    SCOPE_DANGLING, /* and what is above names that do not exist */
    SCOPE_TYPE99,
    SCOPE_PARKED, /* the chain, and the MX */
    SCOPE_STRAY,
    SCOPE_WILDCARD,
    SCOPE_EXP,
    SCOPE_MAIL_FROM,
    SCOPE_HELO,
    SCOPE_IP,
    SCOPE_ANSWERS /* that nothing failed */
};

static const struct {
    enum finding_id id;
    enum scope scope;
} decided[] = {
    {FIND_SPF_ALL_FAIL_PRE_DMARC,          SCOPE_CHAIN    },
    {FIND_SPF_ALL_NEUTRAL,                 SCOPE_CHAIN    },
    {FIND_SPF_ALL_PASS,                    SCOPE_TREE     },
    {FIND_SPF_ALL_SOFTFAIL,                SCOPE_CHAIN    },
    {FIND_SPF_CIDR_INVALID,                SCOPE_CHAIN    },
    {FIND_SPF_CIDR_ZERO,                   SCOPE_TREE     },
    {FIND_SPF_DOMAIN_SPEC_INVALID,         SCOPE_TREE     },
    {FIND_SPF_DUPLICATE_MODIFIER,          SCOPE_CHAIN    },
    {FIND_SPF_DUPLICATE_TERM,              SCOPE_CHAIN    },
    {FIND_SPF_EXP_UNUSABLE,                SCOPE_EXP      },
    {FIND_SPF_FAILURE_REPORT_MODIFIER,     SCOPE_CHAIN    },
    {FIND_SPF_HELO_MISSING,                SCOPE_HELO     },
    {FIND_SPF_INCLUDE_DANGLING,            SCOPE_DANGLING },
    {FIND_SPF_INCLUDE_LOOP,                SCOPE_TREE     },
    {FIND_SPF_INCLUDE_NONE,                SCOPE_TREE     },
    {FIND_SPF_INCLUDE_PERMERROR,           SCOPE_TREE     },
    {FIND_SPF_INCLUDE_TEMPERROR,           SCOPE_ANSWERS  },
    {FIND_SPF_IP_NOT_AUTHORISED,           SCOPE_IP       },
    {FIND_SPF_MACRO_LETTER_EXP_ONLY,       SCOPE_CHAIN    },
    {FIND_SPF_MACRO_LOCAL_PART,            SCOPE_CHAIN    },
    {FIND_SPF_MACRO_P,                     SCOPE_CHAIN    },
    {FIND_SPF_MACRO_SYNTAX,                SCOPE_CHAIN    },
    {FIND_SPF_MAILFROM_MISSING,            SCOPE_MAIL_FROM},
    {FIND_SPF_MAILFROM_NXDOMAIN,           SCOPE_MAIL_FROM},
    {FIND_SPF_MAILFROM_UNALIGNED,          SCOPE_MAIL_FROM},
    {FIND_SPF_MECHANISM_TYPED_AS_MODIFIER, SCOPE_CHAIN    },
    {FIND_SPF_MISSING,                     SCOPE_CHAIN    },
    {FIND_SPF_MULTIPLE_RECORDS,            SCOPE_CHAIN    },
    {FIND_SPF_MX_TOO_MANY_NAMES,           SCOPE_TREE     },
    {FIND_SPF_NEAR_LOOKUP_LIMIT,           SCOPE_TREE     },
    {FIND_SPF_NESTED_DEPTH,                SCOPE_TREE     },
    {FIND_SPF_NON_ASCII,                   SCOPE_CHAIN    },
    {FIND_SPF_NO_TERMINATOR,               SCOPE_CHAIN    },
    {FIND_SPF_PARKED_NOT_NULL,             SCOPE_PARKED   },
    {FIND_SPF_PRIVATE_ADDRESS,             SCOPE_CHAIN    },
    {FIND_SPF_PTR_TOO_MANY_NAMES,          SCOPE_IP       },
    {FIND_SPF_PTR_USED,                    SCOPE_CHAIN    },
    {FIND_SPF_RANGE_TOO_BROAD,             SCOPE_CHAIN    },
    {FIND_SPF_REDIRECT_IGNORED,            SCOPE_CHAIN    },
    {FIND_SPF_REDIRECT_NONE,               SCOPE_TREE     },
    {FIND_SPF_REDUNDANT_RANGE,             SCOPE_CHAIN    },
    {FIND_SPF_RESPONSE_OVER_512,           SCOPE_CHAIN    },
    {FIND_SPF_SHARED_SOURCE,               SCOPE_CHAIN    },
    {FIND_SPF_SLOW_EVALUATION,             SCOPE_TREE     },
    {FIND_SPF_SPF2_RECORD,                 SCOPE_CHAIN    },
    {FIND_SPF_STRING_JOIN_SPACE,           SCOPE_CHAIN    },
    {FIND_SPF_SYNTAX_ERROR,                SCOPE_CHAIN    },
    {FIND_SPF_TEMPERROR,                   SCOPE_ANSWERS  },
    {FIND_SPF_TERM_AFTER_ALL,              SCOPE_CHAIN    },
    {FIND_SPF_TOO_MANY_LOOKUPS,            SCOPE_TREE     },
    {FIND_SPF_TOO_MANY_VOID_LOOKUPS,       SCOPE_TREE     },
    {FIND_SPF_TYPE99_MISMATCH,             SCOPE_TYPE99   },
    {FIND_SPF_TYPE99_RECORD,               SCOPE_TYPE99   },
    {FIND_SPF_UNKNOWN_MECHANISM,           SCOPE_CHAIN    },
    {FIND_SPF_UNKNOWN_MODIFIER,            SCOPE_CHAIN    },
    {FIND_SPF_VERSION_LOOKALIKE,           SCOPE_CHAIN    },
    {FIND_SPF_VOID_LOOKUP,                 SCOPE_TREE     },
    {FIND_SPF_WILDCARD,                    SCOPE_WILDCARD },
    {FIND_SPF_WRONG_OWNER,                 SCOPE_STRAY    },
};

static bool
is_definite(const struct spflookup *lookup)
{
    return lookup->answer == NULL
           || outcome_is_definite(lookup->answer->outcome);
}

static bool
strays_are_known(const struct spf_facts *spf)
{
    for (size_t i = 0; i < spf->stray_count; i++)
        if (!is_definite(&spf->strays[i].lookup))
            return false;
    return is_definite(&spf->child);
}

static bool
dangling_is_known(const struct spf_facts *spf)
{
    for (size_t i = 0; i < spf->dangling_count; i++)
        if (!is_definite(&spf->dangling[i].lookup)
            || !is_definite(&spf->dangling[i].top))
            return false;
    return spf->tree_known;
}

static bool
is_known(const struct spf_facts *spf, enum scope scope)
{
    switch (scope) {
    case SCOPE_CHAIN:
        return spf->chain_known;
    case SCOPE_TREE:
        return spf->tree_known;
    case SCOPE_DANGLING:
        return dangling_is_known(spf);
    case SCOPE_TYPE99:
        return spf->chain_known && is_definite(&spf->type99);
    case SCOPE_PARKED:
        return spf->chain_known && is_definite(&spf->mx);
    case SCOPE_STRAY:
        return strays_are_known(spf);
    case SCOPE_WILDCARD:
        return spf->chain_known && is_definite(&spf->sibling);
    case SCOPE_EXP:
        return spf->chain_known && is_definite(&spf->tree->exp);
    case SCOPE_MAIL_FROM:
        return is_definite(&spf->mail_from.lookup);
    case SCOPE_HELO:
        return is_definite(&spf->helo.lookup);
    case SCOPE_IP:
        return spf->check->result != SPFRESULT_TEMPERROR
               && spf->check->result != SPFRESULT_PENDING
               && !spf->check->ptr_failed;
    default:
        return spf->failure_count == 0;
    }
}

/* What nobody named has not been looked at, and so is not decided: neither an
   address nor another identity. */
static bool
is_looked_at(const struct spf_facts *spf, enum scope scope)
{
    switch (scope) {
    case SCOPE_MAIL_FROM:
        return spf->mail_from.lookup.answer != NULL;
    case SCOPE_HELO:
        return spf->helo.lookup.answer != NULL;
    case SCOPE_IP:
        return spf->check != NULL;
    default:
        return true;
    }
}

void
check_spf(const struct facts *facts, struct report *report)
{
    const struct spf_facts *spf = facts->spf;
    struct spfchecker checker = {
        .facts = facts,
        .spf = spf,
        .report = report,
        .arena = spf->arena,
        .domain = name_bare(spf->arena, &facts->input->domain),
    };
    const struct spfnode *node = spf->tree->root;

    for (size_t i = 0; i < sizeof(decided) / sizeof(decided[0]); i++)
        if (is_looked_at(spf, decided[i].scope))
            report_decide(report, decided[i].id,
                          is_known(spf, decided[i].scope));
    check_spf_record(&checker, node);
    while (node->redirect != NULL
           && (node->redirect->state == SPFBRANCH_GOOD
               || node->redirect->state == SPFBRANCH_BROKEN)) {
        node = node->redirect->nested;
        check_spf_record(&checker, node);
    }
    check_spf_tree(&checker);
    check_spf_around(&checker);
}
