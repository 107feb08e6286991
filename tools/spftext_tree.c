/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree of an SPF record, drawn. */
#include <string.h>

#include "common/spf/spftree.h"
#include "tools/spftext.h"

/* What a tree is drawn with. */
struct strokes {
    const char *branch, *last; /* before a term */
    const char *bar, *blank;   /* below it */
};

static const struct strokes drawn = {"├─ ", "└─ ", "│  ", "   "};
static const struct strokes typed = {"|- ", "`- ", "|  ", "   "};

/* What states say beside a term. */
static const struct {
    const char *state, *text;
} states[] = {
    {"void",     "nothing is there"                              },
    {"failed",   "no answer: temperror"                          },
    {"pending",  "no answer yet"                                 },
    {"none",     "no SPF record is there: permerror"             },
    {"broken",   "the record there is broken: permerror"         },
    {"loop",     "it leads back to where we come from: permerror"},
    {"too-many", "more than 10 MX names: permerror"              },
    {"no-name",  "that is no domain name: never matches"         },
    {"dynamic",  "depends on the sender"                         },
    {"cut",      "not looked at: the tree is too large"          },
};

struct drawing {
    struct spfdesk *desk;         /* where to */
    const struct strokes *with;   /* the characters */
    const struct value *nodes;    /* of the document */
    const struct value *trace;    /* the path taken, or NULL */
    bool done[SPFTREE_NODES_MAX]; /* nodes that are drawn already */
};

/* The index of the node at a name, or the number of nodes. */
static size_t
find_node(const struct drawing *drawing, const char *at)
{
    size_t i = 0;

    while (i < value_count(drawing->nodes)
           && strcmp(value_as_text(
                         value_get(value_element(drawing->nodes, i), "at")),
                     at)
                  != 0)
        i++;
    return i;
}

static const char *
state_text(const char *word)
{
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
        if (strcmp(states[i].state, word) == 0)
            return states[i].text;
    return NULL;
}

/* What the path taken says of the term at that place of a node's record. */
static const char *
taken(const struct drawing *drawing, const struct value *node,
      const struct value *term)
{
    struct slice at = slice_of(value_as_text(value_get(node, "at")));
    int64_t place = value_as_number(value_get(term, "at"));

    at.n -= at.n > 0;
    for (size_t i = 0; i < value_count(drawing->trace); i++) {
        const struct value *step = value_element(drawing->trace, i);

        if (!value_is_null(value_get(step, "term"))
            && value_as_number(value_get(step, "at")) == place
            && slice_equal_case(
                slice_of(value_as_text(value_get(step, "domain"))), at))
            return value_as_text(value_get(step, "outcome"));
    }
    return NULL;
}

static const char *
plural(int64_t n)
{
    return n == 1 ? "" : "s";
}

static const char *
addresses_text(struct arena *arena, const struct value *addresses)
{
    const char *v4 = value_as_text(value_get(addresses, "ipv4"));
    const char *v6 = value_as_text(value_get(addresses, "ipv6"));
    bool exact = value_as_bool(value_get(addresses, "exact"));

    return arena_printf(arena, "; grants %s%s IPv4 and %s IPv6 addresses",
                        exact ? "" : "at least ", v4, v6);
}

static void
draw_heading(struct drawing *drawing, const struct value *node,
             const char *first, const char *prefix)
{
    struct arena *arena = drawing->desk->arena;
    const struct value *lookups = value_get(node, "lookups");
    int64_t own = value_as_number(value_get(node, "lookups_own"));
    int64_t all = value_as_number(lookups);
    struct slice at = slice_of(value_as_text(value_get(node, "at")));
    const char *text = arena_printf(arena, "%.*s: ", (int)at.n - 1, at.p);

    if (value_is_null(value_get(node, "record")))
        text = arena_printf(arena, "%s%s", text,
                            value_as_text(value_get(node, "result")));
    else if (value_is_null(lookups))
        text = arena_printf(arena, "%s%lld lookup%s of its own, below unknown",
                            text, (long long)own, plural(own));
    else
        text = arena_printf(arena, "%s%lld lookup%s (%lld own, %lld below)",
                            text, (long long)all, plural(all), (long long)own,
                            (long long)(all - own));
    if (!value_is_null(value_get(node, "void_lookups")))
        text = arena_printf(
            arena, "%s, %lld void", text,
            (long long)value_as_number(value_get(node, "void_lookups")));
    text = arena_printf(
        arena, "%s; TXT answer %lld octets%s", text,
        (long long)value_as_number(value_get(node, "answer_octets")),
        value_as_bool(value_get(node, "truncated_at_512"))
            ? " (truncated at 512)"
            : "");
    if (!value_is_null(value_get(node, "record")))
        text =
            arena_printf(arena, "%s%s", text,
                         addresses_text(arena, value_get(node, "addresses")));
    spfdesk_lines(drawing->desk, first, prefix, text);
}

static void draw_node(struct drawing *drawing, size_t i, const char *first,
                      const char *prefix);

static const char *
term_text(const struct drawing *drawing, const struct value *node,
          const struct value *term)
{
    struct arena *arena = drawing->desk->arena;
    const char *state = state_text(value_as_text(value_get(term, "state")));
    const char *path = taken(drawing, node, term);
    int64_t lookups = value_as_number(value_get(term, "lookups"));
    const char *text = arena_printf(arena, "%s  +%lld lookup%s",
                                    value_as_text(value_get(term, "term")),
                                    (long long)lookups, plural(lookups));

    if (value_as_bool(value_get(term, "void")))
        text = arena_printf(arena, "%s, +1 void (%s)", text,
                            value_as_text(value_get(term, "void_name")));
    if (state != NULL)
        text = arena_printf(arena, "%s: %s", text, state);
    if (path != NULL)
        text = arena_printf(arena, "%s  <- %s", text, path);
    return text;
}

static void
draw_term(struct drawing *drawing, const struct value *node, size_t i,
          const char *prefix)
{
    const struct value *terms = value_get(node, "terms");
    const struct value *term = value_element(terms, i);
    const struct value *asked = value_get(term, "evidence");
    const char *leads_to = value_as_text(value_get(term, "leads_to"));
    bool is_last = i + 1 == value_count(terms);
    struct arena *arena = drawing->desk->arena;
    const struct strokes *with = drawing->with;
    const char *first = arena_printf(arena, "%s%s", prefix,
                                     is_last ? with->last : with->branch);
    size_t to =
        *leads_to == '\0' ? SPFTREE_NODES_MAX : find_node(drawing, leads_to);
    const char *text = term_text(drawing, node, term);

    prefix =
        arena_printf(arena, "%s%s", prefix, is_last ? with->blank : with->bar);
    if (to < value_count(drawing->nodes) && drawing->done[to])
        text = arena_printf(arena, "%s (drawn above, counted again)", text);
    spfdesk_lines(drawing->desk, first, prefix, text);
    for (size_t k = 0;
         drawing->desk->settings.verbose > 0 && k < value_count(asked); k++)
        spfdesk_evidence(drawing->desk, prefix, value_element(asked, k));
    if (to < value_count(drawing->nodes) && !drawing->done[to])
        draw_node(drawing, to, prefix, prefix);
}

static void
draw_node(struct drawing *drawing, size_t i, const char *first,
          const char *prefix)
{
    const struct value *node = value_element(drawing->nodes, i);
    const struct value *terms = value_get(node, "terms");
    const char *record = value_as_text(value_get(node, "record"));
    const char *below = arena_printf(
        drawing->desk->arena, "%s%s", prefix,
        value_count(terms) > 0 ? drawing->with->bar : drawing->with->blank);

    drawing->done[i] = true;
    draw_heading(drawing, node, first, below);
    if (*record != '\0')
        spfdesk_lines(drawing->desk, below, below, record);
    for (size_t k = 0; k < value_count(terms); k++)
        draw_term(drawing, node, k, prefix);
}

void
spftext_tree(struct spfdesk *desk, const struct value *document)
{
    struct drawing drawing = {
        .desk = desk,
        .with = desk->is_ascii ? &typed : &drawn,
        .nodes = value_get(document, "nodes"),
        .trace = value_at(document, "path.trace"),
    };

    if (value_count(drawing.nodes) > 0)
        draw_node(&drawing, 0, "", "");
}
