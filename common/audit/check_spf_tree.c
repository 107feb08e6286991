/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the terms of an SPF tree come to: the findings. */
#include "common/audit/spfchecker.h"

/* From here on a provider's change breaks the record. */
#define NEAR_LIMIT 8
/* Includes within includes that are still easy to follow. */
#define DEPTH_EASY 3

static bool
is_redirect(const struct spfbranch *branch)
{
    return branch->term->kind == SPFTERM_REDIRECT;
}

static void
put_target(struct spfchecker *checker, struct finding *finding,
           const struct name *target)
{
    finding_word(finding, "target", name_bare(checker->arena, target));
}

/* The last question of a branch that gave nothing. */
static const struct spflookup *
void_lookup(const struct spfbranch *branch)
{
    for (size_t i = branch->asked_count; i > 0; i--)
        if (branch->asked[i - 1].is_void
            && name_equal(&branch->asked[i - 1].question->name,
                          &branch->void_name))
            return &branch->asked[i - 1];
    return NULL;
}

static void
raise_void(struct spfchecker *checker, const struct spfnode *node,
           const struct spfbranch *branch)
{
    const struct spflookup *lookup = void_lookup(branch);
    struct finding *finding;
    const char *reason;

    if (lookup == NULL)
        return;
    finding = spfchecker_raise_term(checker, FIND_SPF_VOID_LOOKUP, node,
                                    branch->term);
    if (finding == NULL)
        return;
    reason = lookup->answer->outcome == OUTCOME_NXDOMAIN ? "does not exist"
             : lookup->question->type == RR_MX           ? "has no MX record"
             : branch->term->kind == SPFTERM_EXISTS
                 ? "has no A record"
                 : "has neither an A nor an AAAA record";
    finding_word(finding, "reason", reason);
    put_target(checker, finding, &branch->void_name);
    for (size_t i = 0; i < branch->asked_count; i++)
        if (branch->asked[i].is_void)
            spfchecker_evidence(checker, finding, &branch->asked[i]);
}

/* include and redirect that lead to no record. */
static void
raise_none(struct spfchecker *checker, const struct spfnode *node,
           const struct spfbranch *branch)
{
    enum finding_id id =
        is_redirect(branch) ? FIND_SPF_REDIRECT_NONE : FIND_SPF_INCLUDE_NONE;
    struct finding *finding =
        spfchecker_raise_term(checker, id, node, branch->term);

    if (finding == NULL)
        return;
    finding_text(finding, "target", branch->target);
    spfchecker_evidence(checker, finding, &branch->nested->txt);
}

static void
raise_no_name(struct spfchecker *checker, const struct spfnode *node,
              const struct spfbranch *branch)
{
    struct finding *finding = spfchecker_raise_term(
        checker, FIND_SPF_DOMAIN_SPEC_INVALID, node, branch->term);

    if (finding != NULL)
        finding_word(finding, "reason",
                     "a label is empty or longer than 63 octets, or there is"
                     " only one");
}

static void
raise_broken(struct spfchecker *checker, const struct spfnode *node,
             const struct spfbranch *branch)
{
    const struct spfnode *nested = branch->nested;
    const struct spfrecord *record = nested->record;
    struct strbuf note = STRBUF_INIT;
    struct finding *finding;

    /* where a redirect leads, the faults themselves are found */
    if (is_redirect(branch))
        return;
    finding = spfchecker_raise_term(checker, FIND_SPF_INCLUDE_PERMERROR, node,
                                    branch->term);
    if (finding == NULL)
        return;
    put_target(checker, finding, &nested->domain);
    spfchecker_evidence(checker, finding, &nested->txt);
    if (record == NULL) {
        strbuf_addf(&note, "it has %zu SPF records", nested->select->count);
    } else {
        const struct spffault *fault = &record->faults[0];

        strbuf_add_char(&note, '\'');
        strbuf_add_presented(
            &note, slice_sub(record->text, fault->at, fault->length));
        strbuf_addf(&note, "': %s", fault->reason);
    }
    finding_note(finding, arena_text(checker->arena, strbuf_slice(&note)));
    strbuf_clear(&note);
}

/* Said of the record that the circle comes back to: one can see there which
   term leads into it. */
static void
raise_loop(struct spfchecker *checker, const struct spfnode *node,
           const struct spfbranch *branch)
{
    const struct spfnode *target = branch->nested;
    struct finding *finding = spfchecker_raise_term(
        checker, FIND_SPF_INCLUDE_LOOP, target, branch->entry->term);

    if (finding == NULL)
        return;
    put_target(checker, finding, &target->domain);
    if (node == target)
        return;
    spfchecker_evidence(checker, finding, &node->txt);
    finding_note(finding,
                 arena_printf(checker->arena, "the last of them is %s",
                              name_bare(checker->arena, &node->domain)));
}

static void
raise_mail_hosts(struct spfchecker *checker, const struct spfnode *node,
                 const struct spfbranch *branch)
{
    struct finding *finding = spfchecker_raise_term(
        checker, FIND_SPF_MX_TOO_MANY_NAMES, node, branch->term);

    if (finding == NULL)
        return;
    finding_number(finding, "count", (int64_t)branch->mx_count);
    finding_number(finding, "limit", SPFCHECK_MX_MAX);
    spfchecker_evidence(checker, finding, &branch->asked[0]);
}

static void
check_branch(struct spfchecker *checker, const struct spfnode *node,
             const struct spfbranch *branch)
{
    switch (branch->state) {
    case SPFBRANCH_VOID:
        raise_void(checker, node, branch);
        break;
    case SPFBRANCH_NONE:
        if (branch->nested != NULL)
            raise_none(checker, node, branch);
        else
            raise_no_name(checker, node, branch);
        break;
    case SPFBRANCH_NO_NAME:
        raise_no_name(checker, node, branch);
        break;
    case SPFBRANCH_BROKEN:
        raise_broken(checker, node, branch);
        break;
    case SPFBRANCH_LOOP:
        raise_loop(checker, node, branch);
        break;
    case SPFBRANCH_TOO_MANY:
        raise_mail_hosts(checker, node, branch);
        break;
    default:
        break;
    }
}

/* A prefix length of 0 lets everybody pass, or everybody of a family. */
static void
check_zero(struct spfchecker *checker, const struct spfnode *node)
{
    for (size_t i = 0; i < node->record->term_count; i++) {
        const struct spfterm *term = &node->record->terms[i];

        if (term->kind == SPFTERM_ALL)
            break;
        if (term->qualifier == '+' && (term->bits4 == 0 || term->bits6 == 0))
            spfchecker_raise_term(checker, FIND_SPF_CIDR_ZERO, node, term);
    }
}

static bool
is_everything(const struct spfspans *spans)
{
    return spans->count == 1
           && (spans->spans[0].first.high | spans->spans[0].first.low) == 0
           && spans->spans[0].last.low >= UINT32_MAX;
}

/* An included +all counts where it does let everybody pass. */
static void
check_all_pass(struct spfchecker *checker, const struct spfnode *node)
{
    const struct spftree *tree = checker->spf->tree;

    if (node != tree->last && spfnode_all(node) == '+'
        && is_everything(&tree->root->granted.v4))
        spfchecker_raise_term(checker, FIND_SPF_ALL_PASS, node,
                              node->record->all);
}

static void
check_limits(struct spfchecker *checker)
{
    const struct spfnode *root = checker->spf->tree->root;
    bool too_many = root->lookups > SPFCHECK_LOOKUPS_MAX;
    struct finding *finding;

    if (root->lookups < NEAR_LIMIT)
        return;
    finding = spfchecker_raise(checker,
                               too_many ? FIND_SPF_TOO_MANY_LOOKUPS
                                        : FIND_SPF_NEAR_LOOKUP_LIMIT,
                               &root->domain, &root->txt);
    finding_number(finding, "lookups", root->lookups);
    finding_number(finding, "limit", SPFCHECK_LOOKUPS_MAX);
    if (root->record != NULL)
        finding_mark(finding, root->record->text, 0, 0);
    if (checker->spf->tree->cut != NULL)
        finding_note(finding, "there are more, which were not looked at");
    /* without all records, there may be more */
    if (!too_many && !root->is_countable)
        finding_set_unknown(finding);
}

static void
check_voids(struct spfchecker *checker)
{
    const struct spftree *tree = checker->spf->tree;
    struct finding *finding;

    if (tree->root->voids <= SPFCHECK_VOIDS_MAX)
        return;
    finding = spfchecker_raise(checker, FIND_SPF_TOO_MANY_VOID_LOOKUPS,
                               &tree->root->domain, &tree->root->txt);
    finding_number(finding, "lookups", tree->root->voids);
    finding_number(finding, "limit", SPFCHECK_VOIDS_MAX);
    for (size_t i = 0; i < tree->node_count; i++)
        for (size_t k = 0; k < tree->nodes[i]->branch_count; k++)
            if (tree->nodes[i]->branches[k].is_void)
                finding_item(finding, "terms",
                             tree->nodes[i]->branches[k].term->text);
}

static void
check_shape(struct spfchecker *checker)
{
    const struct spfnode *root = checker->spf->tree->root;
    uint64_t seconds = checker->spf->elapsed_us / 1000000;
    struct finding *finding;

    if (root->height > DEPTH_EASY) {
        finding = spfchecker_raise(checker, FIND_SPF_NESTED_DEPTH,
                                   &root->domain, &root->txt);
        finding_number(finding, "depth", root->height);
    }
    if (checker->spf->elapsed_us > SPFCHECK_TIME_US) {
        finding = spfchecker_raise(checker, FIND_SPF_SLOW_EVALUATION,
                                   &root->domain, &root->txt);
        finding_number(finding, "seconds", (int64_t)seconds);
        finding_number(finding, "limit", SPFCHECK_TIME_US / 1000000);
    }
}

static void
raise_temperror(struct spfchecker *checker, const struct spf_failure *failure)
{
    const struct spflookup *lookup = failure->lookup;
    struct finding *finding = spfchecker_raise(
        checker, FIND_SPF_TEMPERROR, &lookup->question->name, lookup);

    if (finding == NULL)
        return;
    if (failure->branch != NULL)
        finding_text(finding, "term", failure->branch->term->text);
    finding_word(finding, "outcome", outcome_word(lookup->answer->outcome));
    serverfail_mark(finding, checker->arena, failure->fail);
}

/*
 * An include whose own servers fail is a warning; while only our resolvers
 * fail, its record may hold any error, and the whole of it is unknown.
 */
static void
check_failure(struct spfchecker *checker, const struct spf_failure *failure)
{
    const struct spfbranch *branch = failure->branch;
    const struct spflookup *lookup = failure->lookup;
    bool is_found = failure->fail != NULL && failure->fail->is_found;
    bool is_include = branch != NULL && branch->term->kind == SPFTERM_INCLUDE;
    struct finding *finding;

    if (!is_include || !is_found)
        raise_temperror(checker, failure);
    if (!is_include)
        return;
    finding = spfchecker_raise_term(checker, FIND_SPF_INCLUDE_TEMPERROR,
                                    failure->node, branch->term);
    if (finding == NULL)
        return;
    put_target(checker, finding, &lookup->question->name);
    spfchecker_evidence(checker, finding, lookup);
    finding_word(finding, "outcome", outcome_word(lookup->answer->outcome));
    serverfail_mark(finding, checker->arena, failure->fail);
}

static void
check_dangling(struct spfchecker *checker, const struct spf_dangling *dangling)
{
    struct finding *finding;

    if (dangling->lookup.answer->outcome != OUTCOME_NXDOMAIN
        || !outcome_is_definite(dangling->top.answer->outcome)
        || dangling->top.answer->outcome == OUTCOME_NXDOMAIN)
        return;
    finding = spfchecker_raise_term(checker, FIND_SPF_INCLUDE_DANGLING,
                                    dangling->node, dangling->branch->term);
    if (finding == NULL)
        return;
    put_target(checker, finding, &dangling->target);
    finding_word(finding, "registrable",
                 name_bare(checker->arena, &dangling->registrable));
    spfchecker_evidence(checker, finding, &dangling->lookup);
}

void
check_spf_tree(struct spfchecker *checker)
{
    const struct spf_facts *spf = checker->spf;

    for (size_t i = 0; i < spf->tree->node_count; i++) {
        const struct spfnode *node = spf->tree->nodes[i];

        for (size_t k = 0; k < node->branch_count; k++)
            check_branch(checker, node, &node->branches[k]);
        if (node->state != SPFRESULT_NEUTRAL)
            continue;
        check_zero(checker, node);
        check_all_pass(checker, node);
    }
    for (size_t i = 0; i < spf->failure_count; i++)
        check_failure(checker, &spf->failures[i]);
    for (size_t i = 0; i < spf->dangling_count; i++)
        check_dangling(checker, &spf->dangling[i]);
    check_limits(checker);
    check_voids(checker);
    check_shape(checker);
}
