/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of a regexdns file between which a template would choose otherwise
   than the file's order does. */
#include "common/template/regexdnstree.h"
#include "common/template/reserved.h"
#include "common/template/templatelook.h"

/* Label i from the right of an owner's. */
static struct regexdns_segment
label_of(const struct regexdns_rule *rule, unsigned i)
{
    if (rule->form != REGEXDNS_NAME)
        return rule->segments[rule->segment_count - 1 - i];
    return (struct regexdns_segment){
        .kind = REGEXDNS_LITERAL,
        .text = name_label(&rule->name, rule->name.labels - 1u - i)};
}

static unsigned
label_count(const struct regexdns_rule *rule)
{
    return rule->form == REGEXDNS_NAME ? rule->name.labels
                                       : rule->segment_count;
}

/* Is it one label, or placeholder, in a template? */
static bool
is_same(const struct regexdns_segment *a, const struct regexdns_segment *b)
{
    return a->kind == b->kind && a->is_customer == b->is_customer
           && (a->kind == REGEXDNS_ANY || slice_equal(a->text, b->text));
}

/* What a pattern's labels must begin with, as far as that is plain. */
static struct slice
beginning(struct slice text)
{
    size_t n = 0;

    if (slice_find(text, '|') < text.n)
        return SLICE_EMPTY;
    while (n < text.n
           && (ascii_is_alnum((unsigned char)text.p[n]) || text.p[n] == '-'
               || text.p[n] == '_'))
        n++;
    if (n > 0 && n < text.n && strchr("?*+{", text.p[n]) != NULL)
        n--;
    return slice_sub(text, 0, n);
}

static bool
takes(const struct regexdns_segment *hole, struct slice label)
{
    struct slice groups[TEMPLATEPATTERN_GROUPS_MAX + 1];

    if (!hole->says_reserved
        && (label.p[0] == '_' || slice_equal(label, SLICE("*"))))
        return false;
    /* What stands in {customer}'s place is reserved: no customer has it. */
    if (hole->is_customer)
        return false;
    return hole->kind == REGEXDNS_ANY
           || templatepattern_match(hole->pattern, label, groups)
                  != ST_NOT_FOUND;
}

/* May both take one label, although they are not the same? */
static bool
may_meet(const struct regexdns_segment *a, const struct regexdns_segment *b)
{
    struct slice x, y;

    if (a->kind == REGEXDNS_LITERAL)
        return b->kind != REGEXDNS_LITERAL && takes(b, a->text);
    if (b->kind == REGEXDNS_LITERAL)
        return takes(a, b->text);
    if (a->kind == REGEXDNS_ANY || b->kind == REGEXDNS_ANY)
        return true;
    x = beginning(a->text);
    y = beginning(b->text);
    return slice_starts(x, y) || slice_starts(y, x);
}

/* Does a's label i take all that b's does, for the same rest of a name? */
static bool
covers(const struct regexdns_segment *a, const struct regexdns_segment *b)
{
    if (is_same(a, b))
        return true;
    if (a->kind != REGEXDNS_ANY || a->is_customer)
        return false;
    return b->kind == REGEXDNS_LITERAL ? takes(a, b->text) : !b->says_reserved;
}

/* Where labels differ a template takes a literal, else the placeholder that
   came first, and never comes back. */
static bool
keeps_order(const struct template *template, const struct regexdns_rule *first,
            const struct regexdns_rule *second, unsigned i)
{
    struct regexdns_segment a = label_of(first, i), b = label_of(second, i);
    unsigned count = label_count(first);

    if (b.kind == REGEXDNS_LITERAL || label_count(second) != count)
        return false;
    for (unsigned k = i + 1; k < count; k++) {
        struct regexdns_segment x = label_of(first, k);
        struct regexdns_segment y = label_of(second, k);

        if (!covers(&x, &y))
            return false;
    }
    if (a.kind == REGEXDNS_LITERAL)
        return true;
    /* An earlier rule may have brought the second's placeholder. */
    for (const struct template_node *node = template->first;
         node->rule != first; node = node->next)
        if (node->rule->form == REGEXDNS_LABELS
            && label_count(node->rule) > i) {
            struct regexdns_segment x = label_of(node->rule, i);

            if (is_same(&x, &b))
                return false;
        }
    return true;
}

static bool
clash(const struct template *template, const struct regexdns_rule *first,
      const struct regexdns_rule *second)
{
    unsigned counts[] = {label_count(first), label_count(second)};

    for (unsigned i = 0; i < counts[0] && i < counts[1]; i++) {
        struct regexdns_segment a = label_of(first, i);
        struct regexdns_segment b = label_of(second, i);

        if (is_same(&a, &b))
            continue;
        return may_meet(&a, &b) && !keeps_order(template, first, second, i);
    }
    return false;
}

const struct template_node *
regexdnsoverlap(const struct template *template,
                const struct template_node *node)
{
    bool is_name = node->rule->form == REGEXDNS_NAME;

    if (node->rule->form == REGEXDNS_FREE)
        return NULL;
    for (const struct template_node *other = template->first; other != node;
         other = other->next)
        if (other->rule->form != REGEXDNS_FREE
            && (!is_name || other->rule->form != REGEXDNS_NAME)
            && clash(template, other->rule, node->rule)
            && templatelook_shadow(template, other) == NULL)
            return other;
    return NULL;
}
