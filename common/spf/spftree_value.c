/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A walked tree as values of the machine contract. */
#include "common/spf/spftree.h"

/* RFC 1035 section 2.3.4: a message that always fits into UDP. */
#define UDP_SIZE 512

static const char *
result_word(enum spfresult result)
{
    return result == SPFRESULT_NEUTRAL ? "ok" : spfresult_word(result);
}

static struct value *
number_if(struct arena *arena, bool known, uint32_t number)
{
    return known ? value_number(arena, number) : value_null(arena);
}

static struct value *
qualifier_value(struct arena *arena, char qualifier)
{
    const char text[2] = {qualifier, '\0'};

    return qualifier == 0 ? value_null(arena) : value_text(arena, text);
}

/* What happens to a sender that no term names: section 4.7. */
static struct value *
default_value(struct arena *arena, const struct spftree *tree)
{
    const struct spfnode *last = tree->last;

    if (last->state != SPFRESULT_NEUTRAL
        || (last->redirect != NULL && last->redirect->state != SPFBRANCH_GOOD))
        return value_null(arena);
    switch (spfnode_all(last)) {
    case '-':
        return value_text(arena, "fail");
    case '~':
        return value_text(arena, "softfail");
    case '+':
        return value_text(arena, "pass");
    default:
        return value_text(arena, "neutral");
    }
}

/* Did every answer come that some term needs? */
static bool
is_known(const struct spftree *tree)
{
    for (size_t i = 0; i < tree->node_count; i++) {
        const struct spfnode *node = tree->nodes[i];

        if (node->state == SPFRESULT_TEMPERROR
            || node->state == SPFRESULT_PENDING)
            return false;
        for (size_t k = 0; k < node->branch_count; k++)
            if (node->branches[k].state == SPFBRANCH_FAILED
                || node->branches[k].state == SPFBRANCH_PENDING)
                return false;
    }
    return true;
}

struct value *
spftree_facts(struct arena *arena, const struct spftree *tree)
{
    const struct spfnode *root = tree->root;
    bool known = is_known(tree);
    struct value *map = value_map(arena);

    value_set(map, "state", value_text(arena, known ? "known" : "unknown"));
    value_set(map, "record",
              root->record == NULL ? value_null(arena)
                                   : value_octets(arena, root->record->text));
    value_set(map, "result", value_text(arena, result_word(tree->result)));
    value_set(map, "lookups",
              number_if(arena, root->is_countable, root->lookups));
    value_set(map, "void_lookups",
              number_if(arena, root->is_countable && root->voids_known,
                        root->voids));
    value_set(map, "all", qualifier_value(arena, spfnode_all(root)));
    value_set(map, "default", default_value(arena, tree));
    value_set(map, "cut", value_text(arena, tree->cut));
    return map;
}

static struct value *
count_value(struct arena *arena, const struct spfspans *spans)
{
    struct strbuf text = STRBUF_INIT;
    struct value *value;

    spfset_count(spans, &text);
    value = value_slice(arena, strbuf_slice(&text));
    strbuf_clear(&text);
    return value;
}

static void
set_addresses(struct arena *arena, struct value *map,
              const struct spfnode *node)
{
    struct value *addresses = value_map(arena);
    struct value *networks = value_list(arena);
    struct strbuf text = STRBUF_INIT;
    size_t count;
    struct spfcidr *list = spfset_cidrs(arena, &node->granted, &count);

    for (size_t i = 0; i < count; i++) {
        strbuf_cut(&text, 0);
        address_present(&list[i].address, &text);
        strbuf_addf(&text, "/%u", list[i].bits);
        value_add(networks, value_slice(arena, strbuf_slice(&text)));
    }
    strbuf_clear(&text);
    value_set(addresses, "exact", value_bool(arena, node->is_granted_exact));
    value_set(addresses, "ipv4", count_value(arena, &node->granted.v4));
    value_set(addresses, "ipv6", count_value(arena, &node->granted.v6));
    value_set(addresses, "networks", networks);
    value_set(map, "addresses", addresses);
}

static void
add_branch(struct arena *arena, struct value *terms,
           const struct spfbranch *branch)
{
    struct value *map = value_add(terms, value_map(arena));
    struct value *evidence = value_list(arena);

    value_set(map, "term", value_octets(arena, branch->term->text));
    value_set(map, "at", value_number(arena, (int64_t)branch->term->at));
    value_set(map, "target",
              branch->target.p == NULL ? value_null(arena)
                                       : value_octets(arena, branch->target));
    value_set(map, "state", value_text(arena, spfbranch_word(branch->state)));
    value_set(map, "lookups", value_number(arena, branch->lookups));
    value_set(map, "void", value_bool(arena, branch->is_void));
    value_set(map, "void_name",
              value_text(arena, branch->is_void
                                    ? name_dotted(arena, &branch->void_name)
                                    : NULL));
    value_set(
        map, "leads_to",
        value_text(arena, branch->nested == NULL
                              ? NULL
                              : name_dotted(arena, &branch->nested->domain)));
    for (size_t i = 0; i < branch->asked_count; i++)
        value_add(evidence, answer_evidence(arena, branch->asked[i].question,
                                            branch->asked[i].answer));
    value_set(map, "evidence", evidence);
}

static void
add_node(struct arena *arena, struct value *nodes, const struct spfnode *node)
{
    struct value *map = value_add(nodes, value_map(arena)), *terms;
    const struct answer *answer = node->txt.answer;

    value_set(map, "at", value_text(arena, name_dotted(arena, &node->domain)));
    value_set(map, "record",
              node->record == NULL ? value_null(arena)
                                   : value_octets(arena, node->record->text));
    value_set(map, "result", value_text(arena, result_word(node->state)));
    value_set(map, "lookups_own", value_number(arena, node->lookups_own));
    value_set(map, "lookups",
              number_if(arena, node->is_countable, node->lookups));
    value_set(map, "void_lookups_own", value_number(arena, node->voids_own));
    value_set(map, "void_lookups",
              number_if(arena, node->is_countable && node->voids_known,
                        node->voids));
    value_set(map, "depends_on_sender", value_bool(arena, node->is_dynamic));
    value_set(map, "answer_octets", value_number(arena, answer->size));
    value_set(map, "truncated_at_512",
              value_bool(arena, answer->size > UDP_SIZE));
    value_set(map, "evidence",
              answer_evidence(arena, node->txt.question, answer));
    set_addresses(arena, map, node);
    terms = value_set(map, "terms", value_list(arena));
    for (size_t i = 0; i < node->branch_count; i++)
        add_branch(arena, terms, &node->branches[i]);
}

struct value *
spftree_value(struct arena *arena, const struct spftree *tree)
{
    struct value *map = spftree_facts(arena, tree), *nodes;

    nodes = value_set(map, "nodes", value_list(arena));
    for (size_t i = 0; i < tree->node_count; i++)
        add_node(arena, nodes, tree->nodes[i]);
    return map;
}
