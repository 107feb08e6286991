/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DMARC of a domain: asking. */
#include "common/audit/collect_dmarc.h"

#include "common/audit/dmarcvalue.h"
#include "common/dmarc/suffix.h"

static void
add_step(struct dmarc_facts *dmarc, const struct discovery_step *step)
{
    if (step == NULL)
        return;
    for (size_t i = 0; i < dmarc->step_count; i++) {
        if (name_equal(&dmarc->steps[i]->domain, &step->domain))
            return;
    }
    dmarc->steps[dmarc->step_count++] = step;
}

static void
add_steps(struct dmarc_facts *dmarc)
{
    const struct discovery *discovery = dmarc->discovery;

    if (discovery->walk->count > 0)
        add_step(dmarc, &discovery->walk->steps[0]);
    add_step(dmarc, discovery->rfc9989.step);
    add_step(dmarc, discovery->rfc7489.step);
    add_step(dmarc, discovery->psl_step);
}

/* RFC 9989 section 5.1.8: between a name of 9 labels and more, and its
   rightmost 7, no record is ever seen. */
static void
ask_skipped(struct view *view, struct dmarc_facts *dmarc)
{
    const struct name *author = &dmarc->discovery->author;

    for (unsigned labels = DISCOVERY_LABELS_KEPT + 1u;
         labels < author->labels && dmarc->skipped_count < DMARC_SKIPPED_MAX;
         labels++) {
        struct name name;

        name_suffix(&name, author, labels);
        dmarc->skipped[dmarc->skipped_count++] = discovery_ask(view, &name);
    }
}

/* The first name whose silence leaves a policy open. */
static void
find_failure(struct view *view, struct dmarc_facts *dmarc)
{
    const struct discovery *discovery = dmarc->discovery;
    const struct discovery_walk *walk = discovery->walk;

    if (discovery->rfc9989.is_known && discovery->rfc7489.is_known)
        return;
    for (size_t i = 0; i < walk->count && dmarc->failed == NULL; i++) {
        if (walk->steps[i].found == DISCOVERY_FAILED)
            dmarc->failed = &walk->steps[i];
    }
    if (dmarc->failed == NULL && discovery->psl_step != NULL
        && discovery->psl_step->found == DISCOVERY_FAILED)
        dmarc->failed = discovery->psl_step;
    /* A public suffix that fails is not the domain's own affair. */
    if (dmarc->failed != NULL
        && name_is_under(&dmarc->failed->domain, &dmarc->org))
        dmarc->fail = serverfail_find(view, &dmarc->failed->domain,
                                      &dmarc->failed->asked.question);
}

/* Whose rua= counts: the policy record by the walk, else by the list. */
static void
find_reports(struct view *view, struct dmarc_facts *dmarc)
{
    const struct discovery *discovery = dmarc->discovery;

    dmarc->reporting = discovery->rfc9989.step != NULL
                           ? discovery->rfc9989.step
                           : discovery->rfc7489.step;
    if (dmarc->reporting == NULL)
        return;
    dmarc->reports =
        reportauth_find(view, &dmarc->reporting->domain,
                        dmarc->reporting->record, &dmarc->report_count);
}

static void
ask(struct view *view, const struct name *domain, struct slice labels,
    struct asked *out)
{
    struct name name = *domain;

    if (labels.n == 0 || name_prepend(&name, labels, domain) == ST_OK)
        *out = asked_lookup(view, &name, RR_TXT);
}

static void
ask_wildcards(struct view *view, struct dmarc_facts *dmarc)
{
    char label[VIEW_LABEL_SIZE];
    struct name base;

    view_random_label(view, "wildcard", 0, label);
    ask(view, &dmarc->org, slice_of(label), &dmarc->wildcard);
    view_random_label(view, "_report", 0, label);
    if (name_prepend(&base, SLICE("_report._dmarc"), &dmarc->discovery->author)
        == ST_OK)
        ask(view, &base, slice_of(label), &dmarc->wildcard_report);
}

/* One walk for MAIL FROM, RFC 9989 section 4.10.2. */
static void
find_sender(struct view *view, struct dmarc_facts *dmarc,
            const struct audit_input *input)
{
    if (!audit_sender(input, &dmarc->sender))
        return;
    dmarc->has_sender = true;
    if (!name_equal(&dmarc->sender, &dmarc->discovery->author))
        dmarc->sender_walk = discovery_walk(view, &dmarc->sender);
    dmarc->sender_9989 =
        discovery_is_aligned(view, dmarc->discovery, &dmarc->sender, false);
    dmarc->sender_7489 = discovery_is_aligned_7489(&dmarc->discovery->author,
                                                   &dmarc->sender, false);
}

static void
collect(struct facts *facts, struct view *view)
{
    const struct name *domain = &facts->input->domain;
    struct dmarc_facts *dmarc =
        ARENA_NEW(view_run_arena(view), struct dmarc_facts);

    facts->dmarc = dmarc;
    dmarc->discovery = discovery_find(view, domain);
    suffix_org(&dmarc->org, domain);
    add_steps(dmarc);
    ask_skipped(view, dmarc);
    find_failure(view, dmarc);
    find_reports(view, dmarc);
    find_sender(view, dmarc, facts->input);
    ask(view, domain, SLICE_EMPTY, &dmarc->apex);
    ask(view, domain, SLICE("dmarc"), &dmarc->misnamed);
    ask(view, domain, SLICE("default._bimi"), &dmarc->bimi);
    dmarc->mx = asked_lookup(view, domain, RR_MX);
    ask_wildcards(view, dmarc);
}

const struct audit_area area_dmarc = {"dmarc", collect, dmarcvalue_facts,
                                      check_dmarc};
