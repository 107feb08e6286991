/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/nametree.c. */
#include "common/dns/nametree.h"

#include "tests/tap/tap.h"

/* Many below one name, many records in one set: far beyond what linear
   searches would stand. */
#define MANY 20000u

static struct arena *arena;

static struct name
name_of(const char *text)
{
    struct name name = {0};
    struct error err = ERROR_INIT;

    if (name_parse(&name, slice_of(text), &err) != ST_OK)
        bail("%s", err.text);
    return name;
}

static const struct namenode *
add(struct nametree *tree, const char *owner, uint16_t type, const char *data)
{
    struct name name = name_of(owner);

    return nametree_add(tree, &name, type, 3600, slice_of(data));
}

static const char *
node_text(const struct namenode *node)
{
    struct name name;

    if (node == NULL)
        return "-";
    namenode_name(node, &name);
    return name_dotted(arena, &name);
}

static struct nametree *
example_tree(void)
{
    struct nametree *tree = nametree_new(arena);
    struct name apex = name_of("example");
    struct name child = name_of("child.example");

    add(tree, "example", RR_SOA, "soa");
    add(tree, "example", RR_NS, "ns");
    add(tree, "*.example", RR_TXT, "wild");
    add(tree, "a.ent.example", RR_TXT, "a");
    add(tree, "cut.example", RR_NS, "ns");
    add(tree, "deep.cut.example", RR_NS, "ns");
    add(tree, "glue.cut.example", RR_A, "1234");
    add(tree, "dname.example", RR_DNAME, "target");
    add(tree, "x.dname.example", RR_DNAME, "target");
    add(tree, "child.example", RR_SOA, "soa");
    add(tree, "child.example", RR_NS, "ns");
    add(tree, "www.child.example", RR_A, "1234");
    nametree_set_apex(tree, &apex);
    nametree_set_apex(tree, &child);
    return tree;
}

static const struct {
    const char *name; /* looked for */
    const char *want; /* node, encloser, wildcard, apex, cut, dname */
} match_rows[] = {
    {".",                  ". . - - - -"                                        },
    {"other",              "- . - - - -"                                        },
    {"example",            "example. example. - example. - -"                   },
    {"EXAMPLE",            "example. example. - example. - -"                   },
    {"b.example",          "- example. *.example. example. - -"                 },
    {"c.b.example",        "- example. *.example. example. - -"                 },
    {"*.example",          "*.example. *.example. - example. - -"               },
    {"x.*.example",        "- *.example. - example. - -"                        },
    {"ent.example",        "ent.example. ent.example. - example. - -"           },
    {"b.ent.example",      "- ent.example. - example. - -"                      },
    {"cut.example",        "cut.example. cut.example. - example. cut.example. -"},
    {"x.cut.example",      "- cut.example. - example. cut.example. -"           },
    {"deep.cut.example",
     "deep.cut.example. deep.cut.example. - example. cut.example. -"            },
    {"dname.example",      "dname.example. dname.example. - example. - -"       },
    {"x.dname.example",
     "x.dname.example. x.dname.example. - example. - dname.example."            },
    {"y.x.dname.example",  "- x.dname.example. - example. - dname.example."     },
    {"child.example",      "child.example. child.example. - child.example. - -" },
    {"www.child.example",
     "www.child.example. www.child.example. - child.example. - -"               },
    {"www2.child.example", "- child.example. - child.example. - -"              },
};

static void
test_match(void)
{
    struct nametree *tree = example_tree();

    for (size_t i = 0; i < sizeof(match_rows) / sizeof(match_rows[0]); i++) {
        struct name name = name_of(match_rows[i].name);
        struct nametree_match m;

        nametree_match(tree, &name, &m);
        is_string(match_rows[i].want,
                  arena_printf(arena, "%s %s %s %s %s %s", node_text(m.node),
                               node_text(m.encloser), node_text(m.wildcard),
                               node_text(m.apex), node_text(m.cut),
                               node_text(m.dname)),
                  "match %s", match_rows[i].name);
    }
}

static void
test_sets(void)
{
    struct nametree *tree = nametree_new(arena);
    struct name name = name_of("a.example");
    const struct namenode *node;
    const struct rrset *set;

    nametree_add(tree, &name, RR_TXT, 300, SLICE("one"));
    nametree_add(tree, &name, RR_TXT, 100, SLICE("two"));
    nametree_add(tree, &name, RR_TXT, 200, SLICE("one"));
    node = nametree_add(tree, &name, RR_A, 60, SLICE("1234"));
    set = namenode_rrset(node, RR_TXT);
    is_int(2, (long long)set->count, "a record given twice is there once");
    is_int(100, set->ttl, "the TTL is the least");
    ok(slice_equal(set->data[0], SLICE("one"))
           && slice_equal(set->data[1], SLICE("two")),
       "records are in the order in which they came");
    ok(namenode_rrset(node, RR_MX) == NULL, "no RRset of another type");
    ok(namenode_rrsets(node) == set && set->next->type == RR_A,
       "RRsets are in the order in which they came");
    ok(nametree_find(tree, &name) == node, "the node is found");
    name = name_of("example");
    ok(namenode_rrsets(nametree_find(tree, &name)) == NULL,
       "the name above exists and is empty");
    ok(namenode_has_children(nametree_find(tree, &name))
           && !namenode_has_children(node),
       "who has children");
    name = name_of("b.example");
    ok(nametree_find(tree, &name) == NULL, "a sibling does not exist");
    is_int(3, (long long)nametree_count(tree), "names with the root");
    ok(namenode_zone(node) == NULL, "there is no zone");
    name = name_of("example");
    nametree_set_apex(tree, &name);
    is_string("example.", node_text(namenode_zone(node)), "now there is");
}

static void
test_order(void)
{
    /* RFC 4034 section 6.1, and the names above. */
    static const char *const names[] = {
        "yljkjljk.a.example", "Z.a.example", "zABC.a.EXAMPLE", "z.example",
        "\\001.z.example",    "*.z.example", "\\200.z.example"};
    static const char *const want =
        ". example. a.example. yljkjljk.a.example. z.a.example."
        " zabc.a.example. z.example. \\001.z.example. *.z.example."
        " \\200.z.example.";
    const struct namenode *node = NULL;
    struct nametree *tree = nametree_new(arena);
    struct strbuf seen = STRBUF_INIT;

    for (size_t i = sizeof(names) / sizeof(names[0]); i > 0; i--)
        add(tree, names[i - 1], RR_A, "1234");
    while ((node = nametree_next(tree, node)) != NULL)
        strbuf_addf(&seen, "%s%s", seen.n == 0 ? "" : " ", node_text(node));
    is_string(want, seen.p, "canonical order, parents first");
    strbuf_clear(&seen);
    tree = nametree_new(arena);
    node = nametree_next(tree, NULL);
    ok(node != NULL && nametree_next(tree, node) == NULL,
       "an empty tree is the root");
}

static void
test_remove(void)
{
    struct nametree *tree = nametree_new(arena);
    struct name name = name_of("sub.example");
    struct nametree_match match;

    add(tree, "a.sub.example", RR_TXT, "a");
    add(tree, "b.a.sub.example", RR_TXT, "b");
    add(tree, "sub.example", RR_TXT, "sub");
    add(tree, "example", RR_TXT, "example");
    nametree_remove(tree, &name, RR_TXT);
    ok(namenode_rrset(nametree_find(tree, &name), RR_TXT) == NULL,
       "a removed type is not there");
    ok(namenode_rrsets(nametree_find(tree, &name))->removed,
       "and is listed as removed");
    add(tree, "sub.example", RR_TXT, "again");
    is_int(
        1,
        (long long)namenode_rrset(nametree_find(tree, &name), RR_TXT)->count,
        "what was given before it is gone, what comes later is there");
    is_int(5, (long long)nametree_count(tree), "names before");
    nametree_remove(tree, &name, 0);
    is_int(3, (long long)nametree_count(tree), "all below is gone");
    name = name_of("a.sub.example");
    ok(nametree_find(tree, &name) == NULL, "and not found");
    nametree_match(tree, &name, &match);
    is_string("sub.example.", node_text(match.removed), "removed above");
    add(tree, "a.sub.example", RR_TXT, "a");
    nametree_match(tree, &name, &match);
    ok(match.node != NULL && match.removed != NULL,
       "what is added later is there, below what was removed");
}

static void
test_take_over(void)
{
    struct nametree *tree = example_tree();
    struct name cut = name_of("cut.example");
    struct name lower = name_of("low.cut.example");
    struct name glue = name_of("glue.cut.example");
    struct name deep = name_of("deep.cut.example");

    add(tree, "cut.example", RR_DS, "ds");
    add(tree, "low.cut.example", RR_SOA, "soa");
    nametree_set_apex(tree, &lower);
    nametree_take_over(tree, &cut);
    ok(nametree_find(tree, &glue) == NULL
           && nametree_find(tree, &deep) == NULL,
       "glue and deeper cuts are gone");
    ok(nametree_find(tree, &lower) != NULL, "a zone further down stays");
    ok(namenode_rrset(nametree_find(tree, &cut), RR_NS) == NULL,
       "NS of the zone above is gone");
    ok(namenode_rrset(nametree_find(tree, &cut), RR_DS) != NULL, "DS stays");
}

static void
test_fault(void)
{
    struct nametree *tree = nametree_new(arena);
    struct name name = name_of("a.example");
    const struct namenode *node =
        nametree_set_fault(tree, &name, RR_TXT, OUTCOME_TIMEOUT);

    is_int(OUTCOME_TIMEOUT, namenode_fault(node, RR_TXT), "of its type");
    is_int(OUTCOME_PENDING, namenode_fault(node, RR_A), "not of another");
    nametree_set_fault(tree, &name, RR_ANY, OUTCOME_SERVFAIL);
    is_int(OUTCOME_SERVFAIL, namenode_fault(node, RR_A), "of any type");
    is_int(OUTCOME_TIMEOUT, namenode_fault(node, RR_TXT),
           "that of the type comes first");
    ok(namenode_rrset(node, RR_TXT) == NULL, "a fault is no RRset");
}

static void
test_many(void)
{
    struct nametree *tree = nametree_new(arena);
    struct name one = name_of("many.example");
    const struct namenode *node = NULL;
    struct name name;
    size_t found = 0;
    size_t walked = 0;

    for (unsigned i = 0; i < MANY; i++) {
        name = name_of(arena_printf(arena, "h%u.example", i));
        nametree_add(tree, &name, RR_A, 60, SLICE("1234"));
        for (int twice = 0; twice < 2; twice++)
            nametree_add(tree, &one, RR_TXT, 60,
                         slice_of(arena_printf(arena, "record %u", i)));
    }
    for (unsigned i = 0; i < MANY; i++) {
        name = name_of(arena_printf(arena, "h%u.example", i));
        found += nametree_find(tree, &name) != NULL;
    }
    while ((node = nametree_next(tree, node)) != NULL)
        walked++;
    is_int(MANY, (long long)found, "%u siblings are found", MANY);
    is_int(MANY + 3, (long long)walked, "and walked");
    node = nametree_find(tree, &one);
    is_int(MANY, (long long)namenode_rrset(node, RR_TXT)->count,
           "%u records, each given twice", MANY);
}

int
main(void)
{
    arena = arena_new();
    plan_lazy();
    test_match();
    test_sets();
    test_order();
    test_remove();
    test_take_over();
    test_fault();
    test_many();
    arena_free(arena);
    return tap_done();
}
