/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owners of a regexdns file: names, label by label, or any expression. */
#include "common/base/strbuf.h"
#include "common/dns/zonetext.h"
#include "common/template/regexdnstree.h"

/* ---- does it fall into labels? ---- */

struct walk {
    struct slice text;   /* the expression, without its anchors */
    size_t at;           /* read so far */
    unsigned depth;      /* open groups */
    unsigned groups;     /* captures opened so far */
    bool has_customer;   /* a group of the present label has that name */
    struct slice *names; /* of the groups, by number less one */
};

static bool
is_literal(struct slice owner)
{
    for (size_t i = 0; i < owner.n; i++)
        if (!ascii_is_alnum((unsigned char)owner.p[i])
            && strchr("_./-", owner.p[i]) == NULL)
            return false;
    return true;
}

static bool
is_quantifier(const struct walk *walk, size_t at)
{
    return at < walk->text.n && strchr("*+?{", walk->text.p[at]) != NULL
           && walk->text.p[at] != '\0';
}

/* "\d", "\w", "\s" and escaped punctuation: never a dot. */
static bool
is_dotless_escape(char c)
{
    return strchr("dws", c) != NULL
               ? c != '\0'
               : !ascii_is_alnum((unsigned char)c) && c != '.' && c > ' ';
}

/* "[...]" that takes no dot; what is not plain to see may take one. */
static bool
walk_class(struct walk *walk)
{
    struct slice rest = slice_from(walk->text, walk->at + 1);
    bool negated = rest.n > 0 && rest.p[0] == '^', has_dot = false;
    size_t i = negated ? 1 : 0, first = i;

    for (; i < rest.n && (rest.p[i] != ']' || i == first); i++) {
        char c = rest.p[i];

        if (c == '[' || (c == '\\' && i + 1 == rest.n))
            return false; /* [:alpha:] and its like are not looked into */
        if (c == '\\') {
            c = rest.p[++i];
            if (c == '.')
                has_dot = true;
            else if (!is_dotless_escape(c))
                return false;
            if (negated && strchr("dws", c) != NULL)
                continue;
        } else if (i + 2 < rest.n && rest.p[i + 1] == '-'
                   && rest.p[i + 2] != ']') {
            if (rest.p[i + 2] == '\\' || (c <= '.' && rest.p[i + 2] >= '.'))
                return false;
            i += 2;
        } else if (c == '.') {
            has_dot = true;
        }
    }
    walk->at += 1 + i + 1;
    return i < rest.n && negated == has_dot;
}

/* What stands behind "(": false for what does more than group. */
static bool
walk_group(struct walk *walk)
{
    struct slice rest = slice_from(walk->text, walk->at + 1);
    struct slice name = SLICE_EMPTY;

    walk->at++;
    walk->depth++;
    if (slice_starts(rest, SLICE("?:"))) {
        walk->at += 2;
        return true;
    }
    if (slice_starts(rest, SLICE("?P<")) || slice_starts(rest, SLICE("?<"))) {
        size_t from = slice_find(rest, '<') + 1;
        size_t to = slice_find(rest, '>');

        if (to == rest.n || to <= from || strchr("=!", rest.p[from]) != NULL)
            return false;
        name = slice_sub(rest, from, to - from);
        walk->at += to + 1;
    } else if (rest.n > 0 && (rest.p[0] == '?' || rest.p[0] == '*')) {
        return false;
    }
    if (walk->groups == TEMPLATEPATTERN_GROUPS_MAX)
        return false;
    walk->names[walk->groups++] = name;
    walk->has_customer |= slice_equal(name, SLICE("customer"));
    return true;
}

/* One element within a label; false when it may reach beyond. */
static bool
walk_element(struct walk *walk)
{
    char c = walk->text.p[walk->at];

    switch (c) {
    case '\\':
        if (walk->at + 1 == walk->text.n
            || !is_dotless_escape(walk->text.p[walk->at + 1]))
            return false;
        walk->at += 2;
        return true;
    case '[':
        return walk_class(walk);
    case '(':
        return walk_group(walk);
    case ')':
        if (walk->depth == 0)
            return false;
        walk->depth--;
        break;
    case '|':
        if (walk->depth == 0)
            return false;
        break;
    case '.':
    case '^':
    case '$':
    case '\0':
        return false;
    default:
        break;
    }
    walk->at++;
    return true;
}

static bool
is_separator(const struct walk *walk)
{
    return walk->depth == 0
           && slice_starts(slice_from(walk->text, walk->at), SLICE("\\."));
}

/* ---- labels ---- */

/* Literal text of an expression, its escapes undone and in lower case; false
   when it is more than that. */
static bool
plain_text(struct arena *arena, struct slice text, struct slice *out)
{
    char *label = arena_alloc(arena, text.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (c == '\\' && i + 1 < text.n
            && !ascii_is_alnum((unsigned char)text.p[i + 1]))
            c = text.p[++i];
        else if (!ascii_is_alnum((unsigned char)c) && strchr("-_", c) == NULL)
            return false;
        label[n++] = (char)ascii_lower((unsigned char)c);
    }
    *out = (struct slice){label, n};
    return n > 0;
}

/* "[^.]+", or that as all of a group. */
static bool
is_any(struct slice text)
{
    if (text.n > 2 && text.p[0] == '(' && text.p[text.n - 1] == ')') {
        size_t from = 1;

        if (text.p[1] == '?')
            from = slice_find(text, '>') + 1;
        if (from >= text.n)
            return false;
        text = slice_sub(text, from, text.n - 1 - from);
    }
    return slice_equal(text, SLICE("[^.]+"))
           || slice_equal(text, SLICE("[^\\.]+"));
}

/* Does the expression begin with '_' or "\*" written out? */
static bool
says_reserved(struct slice text)
{
    while (text.n > 0 && text.p[0] == '(') {
        size_t to = slice_starts(text, SLICE("(?:"))  ? 2
                    : slice_starts(text, SLICE("(?")) ? slice_find(text, '>')
                                                      : 0;

        text = slice_from(text, to + 1);
    }
    return slice_starts(text, SLICE("_")) || slice_starts(text, SLICE("\\_"))
           || slice_starts(text, SLICE("\\*"));
}

/* The label that the walk has come to the end of. */
static enum status
add_segment(struct arena *arena, const struct walk *walk, struct slice text,
            struct regexdns_rule *rule, struct error *err)
{
    struct regexdns_segment *segment;
    size_t column;

    rule->segments = arena_grow(arena, rule->segments, rule->segment_count,
                                sizeof(*rule->segments));
    segment = &rule->segments[rule->segment_count++];
    *segment = (struct regexdns_segment){.text = arena_slice(arena, text),
                                         .first_group = rule->groups + 1,
                                         .groups = walk->groups - rule->groups,
                                         .says_reserved = says_reserved(text),
                                         .is_customer = walk->has_customer};
    rule->groups = walk->groups;
    if (plain_text(arena, text, &segment->text))
        return ST_OK;
    if (segment->groups <= 1 && is_any(text)) {
        segment->kind = REGEXDNS_ANY;
        if (segment->groups == 1)
            segment->name = walk->names[walk->groups - 1];
        return ST_OK;
    }
    segment->kind = REGEXDNS_PATTERN;
    return templatepattern_new(text, TEMPLATEPATTERN_WHOLE, &segment->pattern,
                               &column, err);
}

static void
free_segments(struct regexdns_rule *rule)
{
    for (unsigned i = 0; i < rule->segment_count; i++)
        templatepattern_free(rule->segments[i].pattern);
    rule->segments = NULL;
    rule->segment_count = 0;
    rule->groups = 0;
}

static bool
split_labels(struct arena *arena, struct slice text,
             struct regexdns_rule *rule)
{
    struct walk walk = {.text = text, .names = rule->group_names};
    size_t from = 0;
    bool good = true;

    while (good && walk.at <= text.n) {
        bool is_end = walk.at == text.n;

        if (!is_end && !is_separator(&walk)) {
            good = walk_element(&walk);
            continue;
        }
        good =
            walk.at > from && (!is_end || walk.depth == 0)
            && (is_end || !is_quantifier(&walk, walk.at + 2))
            && add_segment(arena, &walk, slice_sub(text, from, walk.at - from),
                           rule, NULL)
                   == ST_OK;
        walk.has_customer = false;
        walk.at += 2;
        from = walk.at;
    }
    if (!good)
        free_segments(rule);
    return good;
}

/* ---- owners ---- */

/* "(?ims)" at the beginning says that the rest is taken as it is. */
static size_t
flags_length(struct slice owner)
{
    size_t n = 2;

    if (!slice_starts(owner, SLICE("(?")))
        return 0;
    while (n < owner.n && strchr("imsU", owner.p[n]) != NULL
           && owner.p[n] != '\0')
        n++;
    return n > 2 && n < owner.n && owner.p[n] == ')' ? n + 1 : 0;
}

/* Without '^' and '$'; false when it may match a part of a name, or has flags
   that are more than "any case". */
static bool
strip_anchors(struct slice owner, struct slice *bare)
{
    size_t flags = flags_length(owner);
    bool is_whole = flags == 0;

    if (flags > 0 && !slice_equal(slice_sub(owner, 0, flags), SLICE("(?i)")))
        return false;
    *bare = slice_from(owner, flags);
    if (slice_starts(*bare, SLICE("^")))
        *bare = slice_from(*bare, 1);
    else if (!is_whole)
        return false;
    if (slice_ends(*bare, SLICE("$")) && !slice_ends(*bare, SLICE("\\$")))
        *bare = slice_sub(*bare, 0, bare->n - 1);
    else if (!is_whole)
        return false;
    return true;
}

/* An alternative at the top would be half anchored in "^a|b$"; regexdns has
   it so, too. */
static enum status
compile_whole(struct regexdnsparser *parser, struct slice owner,
              struct regexdns_rule *rule, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    struct error why = ERROR_INIT;
    bool is_loose = flags_length(owner) > 0;
    size_t column = 0;
    enum status st;

    if (!is_loose)
        strbuf_add_char(&text, '^');
    strbuf_add_slice(&text, owner);
    if (!is_loose)
        strbuf_add_char(&text, '$');
    st = templatepattern_new(strbuf_slice(&text), TEMPLATEPATTERN_LOOSE,
                             &rule->whole, &column, &why);
    strbuf_clear(&text);
    if (st == ST_OK)
        return ST_OK;
    column -= !is_loose && column > 1 ? 1 : 0;
    if (column > owner.n + 1)
        column = owner.n + 1;
    return zonetext_error(err, parser->file, parser->line, column, "%s",
                          why.text);
}

static enum status
read_name(struct regexdnsparser *parser, struct slice owner,
          struct regexdns_rule *rule, struct error *err)
{
    struct error why = ERROR_INIT;

    rule->form = REGEXDNS_NAME;
    if (name_parse(&rule->name, owner, &why) == ST_OK)
        return ST_OK;
    return regexdns_refuse(parser, err, why.text);
}

enum status
regexdnsowner_read(struct regexdnsparser *parser, struct slice owner,
                   struct regexdns_rule *rule, struct error *err)
{
    struct arena *arena = parser->template->arena;
    struct slice bare;
    enum status st;

    if (is_literal(owner))
        return read_name(parser, owner, rule, err);
    if ((st = compile_whole(parser, owner, rule, err)) != ST_OK)
        return st;
    owner = arena_slice(arena, owner); /* names of groups point into it */
    rule->group_names =
        ARENA_ARRAY(arena, struct slice, TEMPLATEPATTERN_GROUPS_MAX);
    rule->form = strip_anchors(owner, &bare) && split_labels(arena, bare, rule)
                     ? REGEXDNS_LABELS
                     : REGEXDNS_FREE;
    rule->groups = templatepattern_groups(rule->whole);
    return ST_OK;
}

void
regexdnsowner_free(struct regexdns_rule *rule)
{
    free_segments(rule);
    templatepattern_free(rule->whole);
    rule->whole = NULL;
}
