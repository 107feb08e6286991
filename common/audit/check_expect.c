/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names that lead elsewhere than is expected, and vendors that are left over:
   delegation.cname-target-unexpected. */
#include "common/audit/check_expect.h"

#include "common/audit/collect_delegation.h"
#include "common/audit/collect_dkim.h"
#include "common/audit/collect_spf.h"
#include "common/audit/expect.h"
#include "common/audit/providers.h"
#include "common/base/strbuf.h"
#include "common/dmarc/suffix.h"

struct check {
    const struct facts *facts;     /* what is known */
    const struct expect_row *rows; /* of the domain */
    struct report *report;         /* where findings go */
    struct arena *arena;           /* the report's */
    struct name org;               /* the domain's organization */
};

/* A place and one name that it leads to. */
struct lead {
    const struct name *at;        /* the place */
    enum expect_kind kind;        /* how; VENDOR: a term of SPF */
    const struct name *target;    /* where to; NULL for NONE */
    const struct value *evidence; /* the answer */
};

static const char *const words[] = {"none", "NS", "CNAME", "DNAME", "TXT"};

static const struct expect_row *
row_of(const struct check *check, const struct name *at)
{
    for (const struct expect_row *row = check->rows; row != NULL;
         row = row->next)
        if (row->kind != EXPECT_VENDOR && name_equal(&row->name, at))
            return row;
    return NULL;
}

static bool
fits(const struct check *check, const struct expect_row *row,
     const struct name *target)
{
    const char *text = name_bare(check->arena, target);

    for (size_t i = 0; i < row->pattern_count; i++)
        if (providers_matches(row->patterns[i], text))
            return true;
    return false;
}

static void
add_expected(const struct check *check, struct finding *finding,
             const struct expect_row *row)
{
    if (row->kind == EXPECT_NONE)
        finding_item(finding, "expected", SLICE("none"));
    for (size_t i = 0; i < row->pattern_count; i++)
        finding_item(finding, "expected",
                     slice_of(arena_printf(check->arena, "%s %s",
                                           row->kind == EXPECT_VENDOR
                                               ? "the vendor"
                                               : words[row->kind],
                                           row->patterns[i])));
}

/* row: what is expected of the place; NULL: a vendor. */
static void
raise(const struct check *check, const struct lead *lead,
      const struct expect_row *row)
{
    struct finding *finding =
        report_add(check->report, FIND_DELEGATION_CNAME_TARGET_UNEXPECTED,
                   name_dotted(check->arena, lead->at));

    finding_word(finding, "seen",
                 lead->target == NULL
                     ? "no delegation"
                     : arena_printf(check->arena, "%s %s", words[lead->kind],
                                    name_bare(check->arena, lead->target)));
    if (row != NULL)
        add_expected(check, finding, row);
    for (const struct expect_row *other = check->rows;
         row == NULL && other != NULL; other = other->next)
        if (other->kind == EXPECT_VENDOR)
            add_expected(check, finding, other);
    finding_evidence(finding, lead->evidence);
}

/* Where no line is about the place, those about vendors are, if there are
   any. */
static void
check_vendor(const struct check *check, const struct lead *lead)
{
    bool has_vendors = false;

    if (lead->target == NULL || name_is_under(lead->target, &check->org))
        return;
    for (const struct expect_row *row = check->rows; row != NULL;
         row = row->next) {
        if (row->kind != EXPECT_VENDOR)
            continue;
        if (fits(check, row, lead->target))
            return;
        has_vendors = true;
    }
    if (has_vendors)
        raise(check, lead, NULL);
}

static void
check_lead(const struct check *check, const struct lead *lead)
{
    const struct expect_row *row =
        lead->kind == EXPECT_VENDOR ? NULL : row_of(check, lead->at);

    if (row == NULL)
        check_vendor(check, lead);
    else if (row->kind != lead->kind
             || (lead->target != NULL && !fits(check, row, lead->target)))
        raise(check, lead, row);
}

static void
check_point(const struct check *check, const struct delegation_point *point)
{
    static const enum expect_kind kinds[] = {[DELEGATION_NONE] = EXPECT_NONE,
                                             [DELEGATION_NS] = EXPECT_NS,
                                             [DELEGATION_CNAME] = EXPECT_CNAME,
                                             [DELEGATION_DNAME] =
                                                 EXPECT_DNAME};
    struct lead lead = {&point->name, kinds[point->kind], NULL, NULL};

    if (!point->known)
        return;
    lead.evidence =
        answer_evidence(check->arena, &point->question, point->answer);
    if (point->kind == DELEGATION_NONE)
        check_lead(check, &lead);
    for (size_t i = 0; i < point->target_count; i++) {
        lead.target = &point->targets[i].name;
        check_lead(check, &lead);
    }
}

/* An alias by DNAME is its owner's, not the selector's. */
static void
check_selector(const struct check *check, const struct dkim_selector *selector)
{
    const struct answer *answer = selector->asked.answer;
    struct lead lead = {&selector->name, EXPECT_NONE, NULL, NULL};

    if (!selector->is_listed || !asked_is(&selector->asked)
        || (answer->chain_count == 0 && answer->outcome != OUTCOME_FOUND)
        || (answer->chain_count > 0 && answer->chain[0].type != RR_CNAME))
        return;
    lead.evidence = asked_evidence(check->arena, &selector->asked);
    if (answer->chain_count > 0) {
        lead.kind = EXPECT_CNAME;
        lead.target = &answer->chain[0].target;
    }
    for (size_t i = 0; i < check->facts->delegation->cut_count; i++) {
        const struct delegation_cut *cut = &check->facts->delegation->cuts[i];

        if (name_equal(&cut->name, lead.at)
            && asked_outcome(&cut->ns) == OUTCOME_FOUND)
            lead.kind = EXPECT_NS;
    }
    if (lead.kind != EXPECT_NS)
        check_lead(check, &lead);
}

static void
check_cut(const struct check *check, const struct delegation_cut *cut)
{
    struct lead lead = {&cut->name, EXPECT_NS, NULL,
                        asked_evidence(check->arena, &cut->ns)};
    struct name server;

    if (asked_outcome(&cut->ns) != OUTCOME_FOUND
        || cut->ns.answer->chain_count > 0)
        return;
    lead.target = &server;
    for (size_t i = 0; i < cut->ns.answer->record_count; i++)
        if (record_target(&cut->ns.answer->records[i], &server))
            check_lead(check, &lead);
}

/* Includes of the domain's own record: what they include is theirs. */
static void
check_includes(const struct check *check)
{
    const struct spftree *tree =
        check->facts->spf == NULL ? NULL : check->facts->spf->tree;
    const struct spfnode *root =
        tree == NULL || tree->node_count == 0 ? NULL : tree->nodes[0];
    struct lead lead = {&check->facts->input->domain, EXPECT_VENDOR, NULL,
                        NULL};
    struct name target;

    lead.target = &target;
    if (root != NULL && root->txt.answer != NULL)
        lead.evidence = answer_evidence(check->arena, root->txt.question,
                                        root->txt.answer);
    for (size_t i = 0; root != NULL && i < root->branch_count; i++) {
        const struct spfbranch *branch = &root->branches[i];

        if ((branch->term->kind == SPFTERM_INCLUDE
             || branch->term->kind == SPFTERM_REDIRECT)
            && branch->target.p != NULL
            && name_from_text(&target, branch->target) == ST_OK)
            check_lead(check, &lead);
    }
}

static bool
is_known(const struct facts *facts)
{
    bool known = facts->spf != NULL && facts->dkim != NULL
                 && facts->spf->tree->node_count > 0
                 && facts->spf->tree->nodes[0]->state != SPFRESULT_TEMPERROR;

    for (int i = 0; i < DELEGATION_POINTS; i++)
        known = known && facts->delegation->points[i].known;
    for (size_t i = 0; facts->dkim != NULL && i < facts->dkim->count; i++)
        known = known
                && (!facts->dkim->selectors[i].is_listed
                    || outcome_is_definite(
                        asked_outcome(&facts->dkim->selectors[i].asked)));
    for (size_t i = 0; i < facts->delegation->cut_count; i++)
        known = known
                && outcome_is_definite(
                    asked_outcome(&facts->delegation->cuts[i].ns));
    return known;
}

void
check_expect(const struct facts *facts, struct report *report)
{
    struct check check = {
        .facts = facts,
        .rows = expect_of(facts->input->expect, &facts->input->domain),
        .report = report,
        .arena = report_arena(report)};

    if (check.rows == NULL || facts->delegation == NULL)
        return;
    suffix_org(&check.org, &facts->input->domain);
    for (int i = 0; i < DELEGATION_POINTS; i++)
        check_point(&check, &facts->delegation->points[i]);
    for (size_t i = 0; facts->dkim != NULL && i < facts->dkim->count; i++)
        check_selector(&check, &facts->dkim->selectors[i]);
    for (size_t i = 0; i < facts->delegation->cut_count; i++)
        check_cut(&check, &facts->delegation->cuts[i]);
    check_includes(&check);
    report_decide(report, FIND_DELEGATION_CNAME_TARGET_UNEXPECTED,
                  is_known(facts));
}
