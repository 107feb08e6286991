/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Alignment planned before there is mail. */
#include "common/audit/align.h"

#include <string.h>

#include "common/base/strbuf.h"
#include "common/base/taglist.h"

static const char *const kind_words[] = {"dkim", "mailfrom", "helo"};
static const char *const result_words[] = {"pass", "fail", "none", "unknown"};

const char *
align_kind_word(enum align_kind kind)
{
    return kind_words[kind];
}

const char *
align_result_word(enum align_result result)
{
    return result_words[result];
}

static enum align_truth
truth_of(enum discovery_truth truth)
{
    if (truth == DISCOVERY_YES)
        return ALIGN_YES;
    return truth == DISCOVERY_NO ? ALIGN_NO : ALIGN_CANNOT_TELL;
}

static struct align_policy
policy_of(const struct discovery_policy *found)
{
    struct align_policy policy = {.found = found};

    policy.is_known = found->is_known;
    policy.exists = found->step != NULL && found->tag != NULL;
    if (found->step != NULL) {
        policy.strict_dkim = found->step->record->strict_dkim;
        policy.strict_spf = found->step->record->strict_spf;
    }
    return policy;
}

/* What the record asks for; where it is not known, what both modes say. */
static void
choose_mode(struct align_cell *cell, const struct align_policy *policy,
            bool is_dkim)
{
    bool strict = is_dkim ? policy->strict_dkim : policy->strict_spf;

    if (policy->is_known)
        cell->in_force = strict ? cell->strict : cell->relaxed;
    else
        cell->in_force =
            cell->strict == cell->relaxed ? cell->strict : ALIGN_CANNOT_TELL;
}

static void
fill_row(struct view *view, const struct align *align, struct align_row *row)
{
    const struct name *from = &align->input->from;
    const struct name *domain = &row->claim->domain;
    enum align_truth strict = name_equal(from, domain) ? ALIGN_YES : ALIGN_NO;

    row->cells[ALIGN_9989].relaxed =
        truth_of(discovery_is_aligned(view, align->discovery, domain, false));
    row->cells[ALIGN_7489].relaxed =
        discovery_is_aligned_7489(from, domain, false) ? ALIGN_YES : ALIGN_NO;
    for (int i = 0; i < ALIGN_RULES; i++) {
        row->cells[i].strict = strict;
        choose_mode(&row->cells[i], &align->policies[i],
                    row->claim->kind == ALIGN_DKIM);
    }
}

static enum align_result
result_of(const struct align *align, int rules)
{
    const struct align_policy *policy = &align->policies[rules];
    bool is_open = !policy->is_known;

    if (policy->is_known && !policy->exists)
        return ALIGN_NONE;
    for (size_t i = 0; i < align->input->claim_count; i++) {
        enum align_truth truth = align->rows[i].cells[rules].in_force;

        if (!align->rows[i].claim->counts)
            continue;
        if (truth == ALIGN_YES && policy->is_known)
            return ALIGN_PASS;
        is_open = is_open || truth == ALIGN_CANNOT_TELL;
    }
    return is_open ? ALIGN_UNKNOWN : ALIGN_FAIL;
}

/* ---- changes ---- */

/* The record with a tag set: put in the place of the old one, or behind. */
static const char *
with_tag(struct arena *arena, struct slice record, const char *tag,
         const char *value)
{
    const struct taglist *list = taglist_scan(arena, record, TAGLIST_DMARC);
    struct strbuf out = STRBUF_INIT;
    const char *text;
    bool done = false;

    for (size_t i = 0; i < list->count; i++) {
        const struct taglist_tag *one = &list->tags[i];

        if (one->length == 0)
            continue;
        strbuf_add_text(&out, out.n > 0 ? "; " : "");
        if (slice_equal_case(one->name, slice_of(tag))) {
            strbuf_addf(&out, "%s=%s", tag, value);
            done = true;
        } else {
            strbuf_add_presented(&out,
                                 slice_sub(record, one->from, one->length));
        }
    }
    if (!done)
        strbuf_addf(&out, "; %s=%s", tag, value);
    text = arena_text(arena, strbuf_slice(&out));
    strbuf_clear(&out);
    return text;
}

static void
add_change(struct align *align, enum align_change_kind kind,
           const struct name *at, const char *value)
{
    if (align->change_count < ALIGN_CHANGES_MAX)
        align->changes[align->change_count++] =
            (struct align_change){kind, *at, value};
}

/* Do both read the same record?  The two are asked for apart where it is not
   the author's own. */
static bool
is_same_record(const struct discovery_step *a, const struct discovery_step *b)
{
    return a != NULL && b != NULL && name_equal(&a->domain, &b->domain);
}

/* Would one tag do: is a claim of that kind aligned when relaxed, by both? */
static bool
relaxing_helps(const struct align *align, bool is_dkim)
{
    for (size_t i = 0; i < align->input->claim_count; i++) {
        const struct align_row *row = &align->rows[i];

        if (row->claim->counts && (row->claim->kind == ALIGN_DKIM) == is_dkim
            && row->cells[ALIGN_9989].relaxed == ALIGN_YES
            && row->cells[ALIGN_7489].relaxed == ALIGN_YES)
            return true;
    }
    return false;
}

static void
add_relaxing(struct arena *arena, struct align *align)
{
    const struct discovery_step *step = align->discovery->rfc9989.step;

    /* Both must read the same record, else one tag is not enough. */
    if (!is_same_record(step, align->discovery->rfc7489.step))
        return;
    if (step->record->strict_dkim && relaxing_helps(align, true))
        add_change(align, ALIGN_RELAX, &step->asked.question.name,
                   with_tag(arena, step->record->text, "adkim", "r"));
    if (step->record->strict_spf && relaxing_helps(align, false))
        add_change(align, ALIGN_RELAX, &step->asked.question.name,
                   with_tag(arena, step->record->text, "aspf", "r"));
}

/* Signing as the author itself is aligned in any mode by any rules. */
static void
add_changes(struct arena *arena, struct align *align)
{
    const struct name *from = &align->input->from;
    bool fails = false, lacks = false;
    struct name at;

    for (int i = 0; i < ALIGN_RULES; i++) {
        fails = fails || align->results[i] == ALIGN_FAIL;
        lacks = lacks || align->results[i] == ALIGN_NONE;
    }
    if (lacks && name_prepend(&at, SLICE("_dmarc"), from) == ST_OK)
        add_change(align, ALIGN_PUBLISH, &at, "v=DMARC1; p=none");
    if (!fails)
        return;
    add_relaxing(arena, align);
    add_change(align, ALIGN_SIGN, from, name_bare(arena, from));
    add_change(align, ALIGN_RETURN, from, name_bare(arena, from));
}

/* ---- containment ---- */

static void
add_reach(struct view *view, struct align *align, const struct name *author)
{
    const struct name *signer = &align->input->delegated;
    const struct discovery *discovery = discovery_find(view, author);
    struct align_policy old = policy_of(&discovery->rfc7489);
    struct align_policy new = policy_of(&discovery->rfc9989);
    /* Whoever holds a subdomain has its keys and its SPF: either is enough. */
    bool strict_new = new.strict_dkim &&new.strict_spf;
    bool strict_old = old.strict_dkim && old.strict_spf;
    struct align_reach *reach;

    if (align->reach_count >= ALIGN_REACH_MAX)
        return;
    reach = &align->reach[align->reach_count++];
    reach->author = *author;
    reach->aligned[ALIGN_9989] = ALIGN_CANNOT_TELL;
    reach->aligned[ALIGN_7489] = ALIGN_CANNOT_TELL;
    if (new.is_known)
        reach->aligned[ALIGN_9989] = truth_of(
            discovery_is_aligned(view, discovery, signer, strict_new));
    if (old.is_known)
        reach->aligned[ALIGN_7489] =
            discovery_is_aligned_7489(author, signer, strict_old) ? ALIGN_YES
                                                                  : ALIGN_NO;
}

/* The names above, up to the organizational domain, and one beside it. */
static void
find_reach(struct view *view, struct align *align)
{
    const struct name *delegated = &align->input->delegated;
    const struct name *org = &align->discovery->rfc7489.org;
    char label[VIEW_LABEL_SIZE];
    struct name author = *delegated, sibling;

    while (name_parent(&author, &author) && name_is_under(&author, org)
           && align->reach_count + 1 < ALIGN_REACH_MAX)
        add_reach(view, align, &author);
    view_random_label(view, "sibling", 0, label);
    if (name_prepend(&sibling, slice_of(label), &align->input->from)
        == ST_OK) {
        add_reach(view, align, &sibling);
        name_prepend(&align->reach[align->reach_count - 1].author, SLICE("*"),
                     &align->input->from);
    }
    for (int i = 0; i < ALIGN_RULES; i++) {
        align->confined[i] = ALIGN_YES;
        for (size_t k = 0; k < align->reach_count; k++) {
            enum align_truth truth = align->reach[k].aligned[i];

            if (truth == ALIGN_YES)
                align->confined[i] = ALIGN_NO;
            else if (truth == ALIGN_CANNOT_TELL
                     && align->confined[i] == ALIGN_YES)
                align->confined[i] = ALIGN_CANNOT_TELL;
        }
    }
}

static void
add_remedy(struct align *align, const struct name *at, const char *value,
           bool by_9989, bool by_7489)
{
    if (align->remedy_count < ALIGN_REMEDIES_MAX)
        align->remedies[align->remedy_count++] = (struct align_remedy){
            *at, value, {by_9989, by_7489}
        };
}

/* adkim=s and aspf=s in the record of the names above make the identifier be
   the author; psd=n makes the subdomain an organizational domain of its own,
   for RFC 9989 alone (section 4.10.2). */
static void
add_remedies(struct view *view, struct align *align)
{
    struct arena *arena = view_run_arena(view);
    const struct name *delegated = &align->input->delegated;
    const struct discovery_step *step = align->discovery->rfc9989.step;
    const struct discovery_step *own = discovery_ask(view, delegated);
    const char *value = "v=DMARC1; p=reject; adkim=s; aspf=s; psd=n";
    struct name at;

    if (step == NULL)
        step = align->discovery->rfc7489.step;
    if (step != NULL) {
        const char *dkim = with_tag(arena, step->record->text, "adkim", "s");

        add_remedy(align, &step->asked.question.name,
                   with_tag(arena, slice_of(dkim), "aspf", "s"), true,
                   is_same_record(step, align->discovery->rfc7489.step));
    } else if (name_prepend(&at, SLICE("_dmarc"), &align->input->from)
               == ST_OK) {
        add_remedy(align, &at, "v=DMARC1; p=none; adkim=s; aspf=s", true,
                   true);
    }
    if (own->record != NULL)
        value = with_tag(arena, own->record->text, "psd", "n");
    if (name_prepend(&at, SLICE("_dmarc"), delegated) == ST_OK)
        add_remedy(align, &at, value, true, false);
}

/* By the letter of both documents; both= is whether one record is read by
   both.  A key of the delegated name signs with that name in d=, whatever its
   flags (RFC 6376 section 3.6.1: s speaks of i=); sp= and np= are for mail
   that fails (RFC 9989 section 4.7), and this mail passes. */
static void
add_measures(struct align *align)
{
    bool both = is_same_record(align->discovery->rfc9989.step,
                               align->discovery->rfc7489.step);
    bool nobody = align->discovery->rfc9989.step == NULL
                  && align->discovery->rfc7489.step == NULL;
    const struct align_measure measures[ALIGN_MEASURES] = {
        {"d=",              {false, false}        },
        {"t=s",             {false, false}        },
        {"adkim=s",         {false, false}        },
        {"adkim=s; aspf=s", {true, both || nobody}},
        {"sp=",             {false, false}        },
        {"psd=n",           {true, false}         },
    };

    memcpy(align->measures, measures, sizeof(measures));
}

/* ---- findings ---- */

static struct finding *
raise(const struct align *align, struct report *report, enum finding_id id)
{
    const struct discovery *discovery = align->discovery;
    const struct discovery_step *step = discovery->rfc9989.step;
    struct arena *arena = report_arena(report);
    struct finding *finding = report_add(
        report, id,
        step == NULL ? name_dotted(arena, &align->input->from)
                     : name_dotted(arena, &step->asked.question.name));

    finding_word(finding, "domain", name_bare(arena, &align->input->from));
    if (step != NULL)
        finding_evidence(finding, asked_evidence(arena, &step->asked));
    return finding;
}

/* What one tag keeps from aligning. */
static bool
raise_strict(const struct align *align, struct report *report)
{
    struct arena *arena = report_arena(report);
    bool any = false;

    for (size_t i = 0; i < align->input->claim_count; i++) {
        const struct align_row *row = &align->rows[i];
        const struct align_cell *cell = &row->cells[ALIGN_9989];
        struct finding *finding;

        if (!row->claim->counts || cell->relaxed != ALIGN_YES
            || cell->in_force != ALIGN_NO)
            continue;
        finding = raise(align, report, FIND_DMARC_STRICT_BREAKS_SOURCE);
        finding_word(finding, "source", name_bare(arena, &row->claim->domain));
        finding_word(finding, "tag",
                     row->claim->kind == ALIGN_DKIM ? "adkim=s" : "aspf=s");
        any = true;
    }
    return any;
}

void
align_check(const struct align *align, struct report *report)
{
    struct arena *arena = report_arena(report);
    struct finding *finding;

    if (align->input->claim_count == 0
        || align->results[ALIGN_9989] != ALIGN_FAIL
        || raise_strict(align, report))
        return;
    finding = raise(align, report, FIND_DMARC_NO_ALIGNED_SOURCE);
    for (size_t i = 0; i < align->input->claim_count; i++)
        if (align->rows[i].claim->counts)
            finding_item(
                finding, "source",
                slice_of(name_bare(arena, &align->rows[i].claim->domain)));
    if (finding->field_count < 2)
        finding_word(finding, "source", "what was named");
}

const struct align *
align_find(struct view *view, const struct align_input *input)
{
    struct arena *arena = view_run_arena(view);
    struct align *align = ARENA_NEW(arena, struct align);
    struct align_row *rows =
        ARENA_ARRAY(arena, struct align_row, input->claim_count + 1);

    align->input = input;
    align->rows = rows;
    align->discovery = discovery_find(view, &input->from);
    align->policies[ALIGN_9989] = policy_of(&align->discovery->rfc9989);
    align->policies[ALIGN_7489] = policy_of(&align->discovery->rfc7489);
    for (size_t i = 0; i < input->claim_count; i++) {
        rows[i].claim = &input->claims[i];
        fill_row(view, align, &rows[i]);
    }
    for (int i = 0; i < ALIGN_RULES && input->claim_count > 0; i++)
        align->results[i] = result_of(align, i);
    if (input->claim_count > 0)
        add_changes(arena, align);
    if (input->delegated.size == 0)
        return align;
    find_reach(view, align);
    add_measures(align);
    if (align->confined[ALIGN_9989] != ALIGN_YES
        || align->confined[ALIGN_7489] != ALIGN_YES)
        add_remedies(view, align);
    return align;
}
