/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Matching names against the rules of a regexdns file. */
#include "common/template/regexdnstree.h"
#include "common/template/reserved.h"

/* What is matched: a name, or its end. */
struct subject {
    const struct name *name;      /* the whole of it: captures are of it */
    unsigned labels;              /* rightmost ones that are matched */
    struct slice text;            /* they, with dots and without the final
                                     one; no octets where one holds a dot */
    struct template_match *match; /* gets captures */
};

const struct regexdns_zone *
regexdnsmatch_zone(const struct template *template, const struct name *name)
{
    const struct regexdns *rules = template->rules;
    const struct regexdns_zone *found = NULL;

    for (size_t i = 0; i < rules->zone_count; i++)
        if (name_is_under(name, &rules->zones[i].origin)
            && (found == NULL
                || rules->zones[i].origin.labels > found->origin.labels))
            found = &rules->zones[i];
    return found;
}

/* Label i from the left of what is matched. */
static struct slice
label_of(const struct subject *subject, unsigned i)
{
    return name_label(subject->name,
                      subject->name->labels - subject->labels + i);
}

/* It as regular expressions see it, in match->dotted. */
static void
present(struct subject *subject)
{
    char *out = subject->match->dotted;
    size_t n = 0;

    subject->text = SLICE_EMPTY;
    for (unsigned i = 0; i < subject->labels; i++) {
        struct slice label = label_of(subject, i);

        if (slice_find(label, '.') < label.n)
            return;
        if (i > 0)
            out[n++] = '.';
        memcpy(out + n, label.p, label.n);
        n += label.n;
    }
    subject->text = (struct slice){out, n};
}

/* It as tables have it: as name_key. */
static struct slice
key_of(const struct subject *subject)
{
    struct slice whole = name_key(subject->name);
    size_t size = 1; /* of the root */

    for (unsigned i = 0; i < subject->labels; i++)
        size += 1 + label_of(subject, i).n;
    return slice_from(whole, whole.n - size);
}

/* One label; captures go where match has room for them. */
static bool
take_label(const struct regexdns_segment *segment, struct slice label,
           struct template_match *match)
{
    struct slice groups[TEMPLATEPATTERN_GROUPS_MAX + 1];
    enum status st;

    if (segment->kind == REGEXDNS_LITERAL)
        return slice_equal(segment->text, label);
    if (slice_find(label, '.') < label.n
        || (!segment->says_reserved
            && (label.p[0] == '_' || slice_equal(label, SLICE("*")))))
        return false;
    if (segment->is_customer && reserved_purpose(label) != NULL)
        return false;
    if (segment->kind == REGEXDNS_ANY) {
        if (segment->groups > 0)
            match->captures[segment->first_group] = label;
        return true;
    }
    st = templatepattern_match(segment->pattern, label, groups);
    match->unsure |= st == ST_RANGE;
    if (st != ST_OK)
        return false;
    for (unsigned i = 0; i < segment->groups; i++)
        match->captures[segment->first_group + i] = groups[i + 1];
    return true;
}

/* From the right, since names of one zone differ on the left; the labels that
   are matched must all be taken. */
static bool
take_labels(const struct regexdns_rule *rule, const struct subject *subject)
{
    for (unsigned i = 1; i <= subject->labels; i++)
        if (!take_label(&rule->segments[rule->segment_count - i],
                        label_of(subject, subject->labels - i),
                        subject->match))
            return false;
    return true;
}

static bool
take_name(const struct regexdns_rule *rule, const struct subject *subject)
{
    struct template_match *match = subject->match;
    enum status st;

    match->capture_count = rule->groups + 1;
    if (rule->form == REGEXDNS_LABELS)
        return rule->segment_count == subject->labels
               && take_labels(rule, subject);
    if (subject->text.n == 0)
        return false;
    st = templatepattern_match(rule->whole, subject->text, match->captures);
    match->unsure |= st == ST_RANGE;
    return st == ST_OK;
}

/* The first rule that takes the name. */
static struct template_node *
find_rule(const struct regexdns *rules, const struct subject *subject)
{
    struct template_node *literal = table_get(rules->names, key_of(subject));

    for (size_t i = 0; i < rules->rule_count; i++) {
        struct template_node *node = rules->rules[i];

        if (literal != NULL && literal->rule->number < node->rule->number)
            break;
        if (take_name(node->rule, subject)) {
            subject->match->captures[0] = subject->text;
            return node;
        }
        if (subject->match->unsure)
            return NULL; /* a later rule would be a guess */
    }
    if (literal != NULL) {
        subject->match->captures[0] = subject->text;
        subject->match->capture_count = 1;
    }
    return literal;
}

/* Does the name exist by what is, or could be, below it? */
static bool
exists_above(const struct regexdns *rules, const struct subject *subject)
{
    if (rules->has_free || table_get(rules->above, key_of(subject)) != NULL)
        return true;
    for (size_t i = 0; i < rules->rule_count; i++) {
        const struct regexdns_rule *rule = rules->rules[i]->rule;

        if (rule->segment_count > subject->labels
            && take_labels(rule, subject))
            return true;
    }
    return false;
}

/* A delegation at or above the name, or a DNAME above it. */
static bool
find_above(const struct regexdns *rules, const struct name *name,
           unsigned zone_labels, struct template_match *match)
{
    for (unsigned labels = zone_labels + 1; labels <= name->labels; labels++) {
        struct subject subject = {name, labels, SLICE_EMPTY, match};
        struct template_node *node;

        present(&subject);
        node = find_rule(rules, &subject);
        if (match->unsure)
            return false;
        if (node == NULL
            || (!node->rule->has_ns
                && (!node->rule->has_dname || labels == name->labels)))
            continue;
        match->above_labels = labels;
        *(node->rule->has_ns ? &match->cut : &match->dname) = node;
        match->node = node;
        match->found = TEMPLATE_RECORDS;
        return true;
    }
    return false;
}

static void
begin(struct template_match *match)
{
    match->found = TEMPLATE_NONE;
    match->node = match->cut = match->dname = NULL;
    match->scope = (struct template_scope){NULL};
    match->selector = SLICE_EMPTY;
    match->capture_count = 0;
    match->unsure = false;
}

void
regexdnsmatch_first(const struct template *template, const struct name *name,
                    struct template_match *match)
{
    const struct regexdns *rules = template->rules;
    struct subject subject = {name, name->labels, SLICE_EMPTY, match};

    begin(match);
    present(&subject);
    match->node = find_rule(rules, &subject);
    if (match->node != NULL)
        match->found = TEMPLATE_RECORDS;
    else if (exists_above(rules, &subject))
        match->found = TEMPLATE_EMPTY;
}

void
regexdnsmatch(const struct template *template, const struct name *name,
              struct template_match *match)
{
    const struct regexdns *rules = template->rules;
    const struct regexdns_zone *zone = regexdnsmatch_zone(template, name);

    if (rules->has_above && zone != NULL) {
        begin(match);
        if (find_above(rules, name, zone->origin.labels, match)
            || match->unsure)
            return;
    }
    regexdnsmatch_first(template, name, match);
}

/* ---- what lint and convert look at ---- */

bool
template_is_regexdns(const struct template *template)
{
    return template->rules != NULL;
}

enum regexdns_form
regexdns_form(const struct template_node *node)
{
    return node->rule->form;
}

unsigned
regexdns_line(const struct template_node *node)
{
    return node->rule->line;
}

const struct regexdns_segment *
regexdns_segment(const struct template_node *node, unsigned i)
{
    return i < node->rule->segment_count ? &node->rule->segments[i] : NULL;
}

struct slice
regexdns_group_name(const struct template_node *node, unsigned number)
{
    const struct regexdns_rule *rule = node->rule;

    return rule->group_names == NULL || number == 0 || number > rule->groups
               ? SLICE_EMPTY
               : rule->group_names[number - 1];
}

const struct name *
regexdns_name(const struct template_node *node)
{
    return &node->rule->name;
}
