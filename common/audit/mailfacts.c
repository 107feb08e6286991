/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One message: its signatures, SPF, and DMARC by both algorithms. */
#include "common/audit/mailfacts.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

static const char *const words[] = {"pass", "fail", "none", "temperror",
                                    "permerror"};

const char *
maildmarc_word(enum maildmarc result)
{
    return words[result];
}

/* ---- what needs no answer ---- */

struct dkimmail
maildoc_mail(struct arena *arena, const struct mailhead *head)
{
    struct dkimfield *fields =
        ARENA_ARRAY(arena, struct dkimfield, head->count);

    for (size_t i = 0; i < head->count; i++)
        fields[i] = (struct dkimfield){head->fields[i].name,
                                       mailhead_raw(&head->fields[i])};
    return (struct dkimmail){fields, head->count, head->body};
}

static void
take_given(struct mailorigin *origin, const struct mailgiven *given)
{
    if (given->ip.family != 0) {
        origin->ip = given->ip;
        origin->ip_from = "--ip";
    }
    if (given->helo != NULL) {
        origin->helo = given->helo;
        origin->helo_from = "--helo";
    }
    if (given->sender != NULL) {
        origin->sender = given->sender;
        origin->sender_from = "--sender";
    }
}

/* A first line with blanks before it is a field for some readers: it is
   passed over here, and fromfield.c sees it in the block. */
static enum status
read_head(struct maildoc *doc, struct slice text, struct error *err)
{
    struct slice rest = text, block;
    enum status st;

    while (rest.n > 0 && (rest.p[0] == ' ' || rest.p[0] == '\t')
           && slice_find(rest, '\n') < rest.n)
        rest = slice_from(rest, slice_find(rest, '\n') + 1);
    st = mailhead_read(doc->arena, rest, &doc->head, err);
    if (st != ST_OK)
        return st;
    block = doc->head.block;
    doc->head.block =
        (struct slice){text.p, (size_t)(block.p - text.p) + block.n};
    return ST_OK;
}

enum status
maildoc_read(struct slice text, const struct mailgiven *given,
             struct maildoc **out, struct error *err)
{
    struct maildoc *doc = memory_zeroed(1, sizeof(*doc));
    enum status st;

    doc->arena = arena_new();
    doc->text = text;
    st = read_head(doc, text, err);
    if (st != ST_OK) {
        maildoc_free(doc);
        return st;
    }
    doc->mail = maildoc_mail(doc->arena, &doc->head);
    doc->list = dkimcheck_prepare(doc->arena, &doc->mail);
    doc->from = fromfield_read(doc->arena, &doc->head);
    doc->shape = mailshape_read(text, &doc->head);
    doc->origin = mailorigin_read(doc->arena, &doc->head);
    take_given(&doc->origin, given);
    *out = doc;
    return ST_OK;
}

void
maildoc_free(struct maildoc *doc)
{
    if (doc == NULL)
        return;
    arena_free(doc->arena);
    free(doc);
}

/* ---- the analysis ---- */

static const struct spfcheck *
check_spf(struct view *view, const struct mailorigin *origin,
          const char *sender)
{
    struct spfcheck_input input = {.ip = origin->ip,
                                   .sender = slice_of(sender),
                                   .helo = slice_of(origin->helo)};

    if (input.helo.n == 0) {
        const char *at = strrchr(sender, '@');

        input.helo = slice_of(at == NULL ? sender : at + 1);
    }
    return spfcheck_run(view, &input);
}

static void
collect_spf(struct view *view, struct mailfacts *facts)
{
    const struct mailorigin *origin = &facts->doc->origin;
    const char *domain = NULL;

    if (origin->sender != NULL && origin->sender[0] != '\0') {
        domain = strrchr(origin->sender, '@');
        domain = domain == NULL ? origin->sender : domain + 1;
    } else if (origin->sender != NULL) {
        domain = origin->helo;
    }
    if (domain == NULL
        || name_from_user(&facts->spf_domain, domain, NULL) != ST_OK)
        facts->spf_domain = (struct name){0};
    if (domain == NULL || origin->ip.family == 0)
        return;
    facts->spf = check_spf(view, origin, origin->sender);
    if (facts->spf->result != SPFRESULT_PASS && origin->sender[0] != '\0'
        && origin->helo != NULL)
        facts->helo = check_spf(view, origin, "");
}

/* All identifiers that the message claims, passing or not: what is aligned
   is of interest of the others, too. */
static struct align_input *
make_input(struct arena *arena, struct mailfacts *facts)
{
    const struct dkimcheck_list *list = &facts->doc->list;
    struct align_claim *claims =
        ARENA_ARRAY(arena, struct align_claim, list->count + 1);
    struct align_input *input = ARENA_NEW(arena, struct align_input);

    input->from = facts->doc->from.domain;
    input->claims = claims;
    for (size_t i = 0; i < list->count; i++)
        if (!list->checks[i].is_beyond && list->checks[i].sig->domain.size > 0)
            claims[input->claim_count++] = (struct align_claim){
                ALIGN_DKIM, list->checks[i].sig->domain, true};
    if (facts->spf_domain.size > 0)
        claims[input->claim_count++] = (struct align_claim){
            facts->doc->origin.sender[0] == '\0' ? ALIGN_HELO : ALIGN_MAILFROM,
            facts->spf_domain, true};
    return input;
}

static void
assign_rows(struct mailfacts *facts)
{
    const struct dkimcheck_list *list = &facts->doc->list;
    const struct align_row *row = facts->align->rows;

    for (size_t i = 0; i < list->count; i++)
        if (!list->checks[i].is_beyond && list->checks[i].sig->domain.size > 0)
            facts->signatures[i].row = row++;
    if (facts->spf_domain.size > 0)
        facts->spf_row = row;
}

bool
mailfacts_aligned(const struct align_row *row, int rules)
{
    return row != NULL && row->cells[rules].in_force == ALIGN_YES;
}

/* What one identifier does for DMARC: passes, could pass, or does not. */
static void
weigh(const struct align_row *row, int rules, bool passes, bool may_pass,
      bool found[2])
{
    enum align_truth truth =
        row == NULL ? ALIGN_NO : row->cells[rules].in_force;

    found[0] |= passes && truth == ALIGN_YES;
    found[1] |= (passes || may_pass) && truth != ALIGN_NO;
}

/* Who sent it is not told: had it been looked at, it might pass. */
static void
weigh_spf(const struct mailfacts *facts, int rules, bool found[2])
{
    bool is_known = facts->spf != NULL;
    enum spfresult result = is_known ? facts->spf->result : SPFRESULT_NONE;

    if (!is_known && facts->spf_domain.size == 0)
        found[1] = true;
    else
        weigh(facts->spf_row, rules, result == SPFRESULT_PASS,
              !is_known || result == SPFRESULT_TEMPERROR
                  || result == SPFRESULT_PENDING,
              found);
}

/* RFC 9989 section 5.3: a temporary error is neither pass nor fail. */
static enum maildmarc
result_of(const struct mailfacts *facts, int rules)
{
    const struct align_policy *policy;
    bool found[2] = {false, false};

    if (facts->align == NULL)
        return MAILDMARC_PERMERROR;
    policy = &facts->align->policies[rules];
    if (!policy->is_known)
        return MAILDMARC_TEMPERROR;
    if (!policy->exists)
        return MAILDMARC_NONE;
    for (size_t i = 0; i < facts->doc->list.count; i++)
        weigh(facts->signatures[i].row, rules,
              facts->signatures[i].verdict.result == DKIMRESULT_PASS,
              facts->signatures[i].verdict.may_pass, found);
    weigh_spf(facts, rules, found);
    if (found[0])
        return MAILDMARC_PASS;
    return found[1] ? MAILDMARC_TEMPERROR : MAILDMARC_FAIL;
}

struct mailfacts *
mailfacts_collect(struct view *view, struct keyverify *keys,
                  const struct maildoc *doc, int64_t now)
{
    struct arena *arena = view_run_arena(view);
    struct mailfacts *facts = ARENA_NEW(arena, struct mailfacts);

    facts->doc = doc;
    facts->now = now;
    facts->signatures = ARENA_ARRAY(arena, struct mailsigned, doc->list.count);
    for (size_t i = 0; i < doc->list.count; i++)
        facts->signatures[i].verdict =
            dkimcheck_run(view, keys, &doc->list.checks[i], now);
    collect_spf(view, facts);
    if (doc->from.domain.size > 0) {
        facts->align = align_find(view, make_input(arena, facts));
        assign_rows(facts);
    }
    for (int i = 0; i < ALIGN_RULES; i++)
        facts->results[i] = result_of(facts, i);
    return facts;
}
