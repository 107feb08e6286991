/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Flattening: which includes are chosen, and that what is published instead
   gives every address the same result. */
#include "common/spf/spfflatten.h"

#include "tests/spf/fakezone.h"
#include "tests/tap/tap.h"

#define WORLD                                                                 \
    "one.net TXT \"v=spf1 ip4:192.0.2.0/25 -all\"\n"                          \
    "two.net TXT \"v=spf1 include:one.net ip4:198.51.100.0/24 ~all\"\n"       \
    "three.net TXT \"v=spf1 include:two.net ip6:2001:db8:3::/48 ?all\"\n"     \
    "minus.net TXT \"v=spf1 -ip4:203.0.113.64/26 ip4:203.0.113.0/24"          \
    " -ip6:2001:db8:4:5::/64 ip6:2001:db8:4::/48 include:one.net -all\"\n"    \
    "soft.net TXT \"v=spf1 a:host.net ip4:100.64.0.0/14 ?all\"\n"             \
    "host.net A 100.100.1.1\nhost.net AAAA 2001:db8:9::1\n"                   \
    "query.net TXT \"v=spf1 ?ip4:10.1.0.0/16 ip4:10.0.0.0/14"                 \
    " include:soft.net ~all\"\n"                                              \
    "macro.net TXT \"v=spf1 include:%{d2}.sub.net a:host.net"                 \
    " a:host.net -all\"\n"                                                    \
    "macro.net.sub.net TXT \"v=spf1 ip4:10.9.0.0/16 -all\"\n"                 \
    "exists.net TXT \"v=spf1 exists:host.net a:host.net a:host.net -all\"\n"  \
    "below.net TXT \"v=spf1 include:exists.net -all\"\n"                      \
    "ptr.net TXT \"v=spf1 ptr a:host.net a:host.net -all\"\n"                 \
    "void.net TXT \"v=spf1 a:x.y mx:host.net ip4:192.0.2.9 -all\"\n"          \
    "redir.net TXT \"v=spf1 redirect=two.net\"\n"                             \
    "deep.net TXT \"v=spf1 include:many.net include:one.net include:one.net"  \
    " include:one.net ip4:192.0.2.128/25 -all\"\n"                            \
    "large.net TXT \"v=spf1 include:many.net include:minus.net"               \
    " include:query.net -all\"\n"                                             \
    "many.net TXT \"v=spf1 include:one.net ip4:10.0.0.1 ip4:10.0.0.3"         \
    " ip4:10.0.0.5 ip4:10.0.0.7 ip4:10.0.0.9 ip4:10.0.0.11 ip4:10.0.0.13"     \
    " ip4:10.0.0.15 ip6:2001:db8:77::1 ip6:2001:db8:77::3\" \" -all\"\n"

/* ---- one plan ---- */

struct planning {
    struct spfflatten_limits limits; /* to fit into */
    const struct spftree *tree;      /* of the latest run */
    const struct spfflatten *plan;   /* likewise */
};

static void
analyse(void *context, struct view *view)
{
    struct planning *planning = context;
    struct name domain;

    name_parse(&domain, SLICE("example.com"), NULL);
    planning->tree = spftree_walk(view, &domain);
    planning->plan = spfflatten_plan(view_run_arena(view), planning->tree,
                                     &planning->limits);
}

static char *
zone_of(const char *record, const char *more)
{
    struct strbuf zone = STRBUF_INIT;

    if (record != NULL)
        strbuf_addf(&zone, "example.com TXT \"%s\"\n", record);
    strbuf_add_text(&zone, WORLD);
    strbuf_add_text(&zone, more == NULL ? "" : more);
    return strbuf_detach(&zone);
}

/* "STATE LOOKUPS VOIDS; replaced terms; records joined by |". */
static void
describe(const struct spfflatten *plan, struct strbuf *out)
{
    strbuf_addf(out, "%s %u %u;", spfflatten_word(plan->state), plan->lookups,
                plan->voids);
    for (size_t i = 0; i < plan->lifted_count; i++) {
        strbuf_add_char(out, ' ');
        strbuf_add_slice(out, plan->lifted[i]->term->text);
    }
    for (size_t i = 0; i < plan->record_count; i++) {
        strbuf_add_text(out, i == 0 ? "; " : " | ");
        if (i > 0) {
            name_present(&plan->records[i].owner, out);
            strbuf_add_char(out, ' ');
        }
        strbuf_add_slice(out, plan->records[i].text);
    }
}

/* clang-format off */
static const struct {
    const char *name, *record, *more;
    unsigned lookups;
    size_t text;
    const char *wanted;
} plans[] = {
    {"it fits", "v=spf1 include:one.net -all", NULL, 10, 450, "fits 1 0;"},
    {"no record", NULL, NULL, 10, 450, "broken 0 0;"},
    {"a broken tree", "v=spf1 include:host.net -all", NULL, 10, 450,
     "broken 0 0;"},
    {"no answer", "v=spf1 include:dead.net -all",
     "dead.net TXT !servfail\n", 10, 450, "unknown 0 0;"},
    {"one is enough: the costliest",
     "v=spf1 include:one.net include:three.net -all", NULL, 2, 450,
     "flattened 1 0; include:three.net;"
     " v=spf1 ip4:192.0.2.0/25 ip4:198.51.100.0/24 ip6:2001:db8:3::/48"
     " include:one.net -all"},
    {"of two that are enough, the one with fewer networks",
     "v=spf1 include:two.net include:minus.net -all", NULL, 3, 450,
     "flattened 2 0; include:two.net;"
     " v=spf1 ip4:192.0.2.0/25 ip4:198.51.100.0/24 include:minus.net -all"},
    {"networks of the record are merged in",
     "v=spf1 ip4:192.0.2.128/25 include:two.net mx -all", NULL, 1, 450,
     "flattened 1 1; include:two.net;"
     " v=spf1 ip4:192.0.2.0/24 ip4:198.51.100.0/24 mx -all"},
    {"but not across another qualifier",
     "v=spf1 ip4:192.0.2.128/25 -ip4:192.0.2.1 include:one.net -all", NULL,
     0, 450, "flattened 0 0; include:one.net;"
     " v=spf1 ip4:192.0.2.128/25 -ip4:192.0.2.1 ip4:192.0.2.0/25 -all"},
    {"a qualifier is kept", "v=spf1 ?include:one.net ~include:two.net -all",
     NULL, 0, 450, "flattened 0 0; ?include:one.net ~include:two.net;"
     " v=spf1 ?ip4:192.0.2.0/25 ~ip4:192.0.2.0/25 ~ip4:198.51.100.0/24 -all"},
    {"modifiers stay at the end",
     "v=spf1 exp=why.net include:one.net redirect=one.net", NULL, 1, 450,
     "flattened 1 0; include:one.net;"
     " v=spf1 ip4:192.0.2.0/25 exp=why.net redirect=one.net"},
    {"macros are never chosen", "v=spf1 include:macro.net -all", NULL, 3, 450,
     "cannot 4 0;"},
    {"nor exists", "v=spf1 include:exists.net -all", NULL, 3, 450,
     "cannot 4 0;"},
    {"nor exists below", "v=spf1 include:below.net -all", NULL, 3, 450,
     "cannot 5 0;"},
    {"nor ptr", "v=spf1 include:ptr.net -all", NULL, 3, 450, "cannot 4 0;"},
    {"nor an include by macro", "v=spf1 include:%{d}.x a:host.net -all",
     "example.com.x TXT \"v=spf1 -all\"\n", 1, 450, "cannot 2 0;"},
    {"a smaller one beside them is", "v=spf1 include:macro.net include:one.net"
     " -all", NULL, 4, 450, "flattened 4 0; include:one.net;"
     " v=spf1 ip4:192.0.2.0/25 include:macro.net -all"},
    {"void lookups", "v=spf1 a:z.y include:void.net -all", NULL, 10, 450,
     "flattened 1 1; include:void.net;"
     " v=spf1 ip4:192.0.2.9 a:z.y -all"},
    {"void lookups of its own", "v=spf1 a:x.y a:z.y a:u.y include:one.net"
     " -all", NULL, 10, 450, "cannot 4 3;"},
    {"where a redirect leads", "v=spf1 redirect=two.net", NULL, 1, 450,
     "flattened 1 0; include:one.net;"
     " v=spf1 ip4:192.0.2.0/25 ip4:198.51.100.0/24 ~all"},
    {"a redirect below an include", "v=spf1 include:redir.net -all", NULL, 1,
     450, "flattened 0 0; include:redir.net;"
     " v=spf1 ip4:192.0.2.0/25 ip4:198.51.100.0/24 -all"},
    {"the same twice", "v=spf1 include:two.net include:two.net -all", NULL, 2,
     450, "flattened 2 0; include:two.net;"
     " v=spf1 ip4:192.0.2.0/25 ip4:198.51.100.0/24 include:two.net -all"},
    {"a chain that costs too much", "v=spf1 include:many.net mx -all", NULL, 2,
     100,
     "cannot 3 1;"},
    {"no chain where another include will do",
     "v=spf1 include:many.net include:three.net mx -all", NULL, 5, 150,
     "flattened 3 1; include:three.net; v=spf1 ip4:192.0.2.0/25"
     " ip4:198.51.100.0/24 ip6:2001:db8:3::/48 include:many.net mx -all"},
    {"the same thrice", "v=spf1 include:many.net include:three.net"
     " include:three.net include:three.net -all", NULL, 3, 100,
     "flattened 2 0; include:three.net include:three.net include:three.net;"
     " v=spf1 ip4:192.0.2.0/25 ip4:198.51.100.0/24 ip6:2001:db8:3::/48"
     " include:many.net -all"},
    {"a chain", "v=spf1 include:many.net include:exists.net -all", NULL, 5,
     180, "flattened 5 0; include:many.net; v=spf1"
     " include:_spf1.example.com include:exists.net -all |"
     " _spf1.example.com. v=spf1 ip4:10.0.0.1 ip4:10.0.0.3 ip4:10.0.0.5"
     " ip4:10.0.0.7 ip4:10.0.0.9 ip4:10.0.0.11 ip4:10.0.0.13 ip4:10.0.0.15"
     " ip4:192.0.2.0/25 ip6:2001:db8:77::1 ip6:2001:db8:77::3 -all"},
    {"a chain of two", "v=spf1 ~include:deep.net -all", NULL, 5, 120,
     "flattened 2 0; ~include:deep.net; v=spf1"
     " ~include:_spf1.example.com -all |"
     " _spf1.example.com. v=spf1 ip4:10.0.0.1 ip4:10.0.0.3 ip4:10.0.0.5"
     " ip4:10.0.0.7 ip4:10.0.0.9 ip4:10.0.0.11"
     " include:_spf2.example.com -all |"
     " _spf2.example.com. v=spf1 ip4:10.0.0.13 ip4:10.0.0.15"
     " ip4:192.0.2.0/24 ip6:2001:db8:77::1 ip6:2001:db8:77::3 -all"},
};
/* clang-format on */

static void
test_plans(void)
{
    for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
        char *text = zone_of(plans[i].record, plans[i].more);
        struct fakezone *zone = fakezone_new(text);
        struct planning planning = {
            {plans[i].lookups, SPFCHECK_VOIDS_MAX, plans[i].text},
            NULL, NULL
        };
        struct view *view = fakezone_run(zone, analyse, &planning);
        struct strbuf seen = STRBUF_INIT;

        describe(planning.plan, &seen);
        is_string(plans[i].wanted, seen.p, "%s", plans[i].name);
        strbuf_clear(&seen);
        view_free(view);
        zone->source.ops->free(&zone->source);
        free(text);
    }
}

/* ---- the same result everywhere ---- */

struct checking {
    struct spfcheck_input input; /* who sends */
    enum spfresult result;       /* of the latest run */
};

static void
check(void *context, struct view *view)
{
    struct checking *checking = context;

    checking->result = spfcheck_run(view, &checking->input)->result;
}

static enum spfresult
result_of(struct fakezone *zone, const struct address *ip)
{
    struct checking checking = {
        {*ip, SLICE("a@example.com"), SLICE("mta.test"), SLICE_EMPTY},
        SPFRESULT_PENDING
    };

    view_free(fakezone_run(zone, check, &checking));
    return checking.result;
}

/* Two zones that are to agree. */
struct twins {
    struct fakezone *before, *after; /* the zones */
    size_t probes;                   /* addresses looked at */
    size_t passes;                   /* that pass */
    size_t wrong;                    /* on which they differ */
};

static void
probe(struct twins *twins, const struct address *ip)
{
    enum spfresult before = result_of(twins->before, ip);
    enum spfresult after = result_of(twins->after, ip);
    struct strbuf text = STRBUF_INIT;

    twins->probes++;
    twins->passes += before == SPFRESULT_PASS;
    if (before == after)
        return;
    address_present(ip, &text);
    if (twins->wrong++ < 5)
        diag("%s: %s before, %s after", text.p, spfresult_word(before),
             spfresult_word(after));
    strbuf_clear(&text);
}

static uint64_t
random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static struct address
random_in(const struct spfcidr *cidr, uint64_t *state)
{
    struct address address = cidr->address;
    unsigned size = address.family == 6 ? 16 : 4;

    for (unsigned bit = cidr->bits; bit < size * 8; bit++)
        if ((random_next(state) >> 20 & 1) != 0)
            address.octets[bit / 8] |= (uint8_t)(0x80u >> bit % 8);
    return address;
}

static struct address
neighbour(const struct address *address, bool up)
{
    struct spfnumber number = spfset_number(address);

    if (up) {
        number.low++;
        number.high += number.low == 0;
    } else {
        number.high -= number.low == 0;
        number.low--;
    }
    if (address->family == 4)
        number.low &= UINT32_MAX;
    return spfset_address(&number, address->family);
}

/* Both ends, and what is beside them. */
static void
probe_ends(struct twins *twins, const struct spfcidr *cidr)
{
    unsigned size = cidr->address.family == 6 ? 16 : 4;
    struct address ends[4];

    ends[0] = ends[1] = cidr->address;
    for (unsigned bit = cidr->bits; bit < size * 8; bit++)
        ends[1].octets[bit / 8] |= (uint8_t)(0x80u >> bit % 8);
    ends[2] = neighbour(&ends[0], false);
    ends[3] = neighbour(&ends[1], true);
    for (size_t i = 0; i < 4; i++)
        probe(twins, &ends[i]);
}

/* Every network that a term of the tree names, whatever its qualifier. */
static struct spfcidr *
networks_of(struct arena *arena, const struct spftree *tree, size_t *count)
{
    struct spfcidr *list = NULL;

    *count = 0;
    for (size_t n = 0; n < tree->node_count; n++)
        for (size_t i = 0; i < tree->nodes[n]->record->term_count; i++) {
            const struct spfterm *term = &tree->nodes[n]->record->terms[i];
            bool is_v6 = term->kind == SPFTERM_IP6;

            if (term->network.family == 0)
                continue;
            list = arena_grow(arena, list, *count, sizeof(*list));
            list[(*count)++] = (struct spfcidr){
                term->network, is_v6 ? term->bits6 : term->bits4};
        }
    return list;
}

static void
probe_all(struct twins *twins, struct arena *arena, const struct spftree *tree)
{
    static const struct spfcidr everywhere[] = {
        {{.family = 4}, 0},
        {{.family = 6}, 0}
    };
    uint64_t state = 20261124;
    size_t count;
    struct spfcidr *list = networks_of(arena, tree, &count);

    for (size_t i = 0; i < count; i++)
        probe_ends(twins, &list[i]);
    for (size_t i = 0; i < 1000; i++) {
        struct address inside =
            random_in(&list[random_next(&state) % count], &state);
        struct address v4 = random_in(&everywhere[0], &state);
        struct address v6 = random_in(&everywhere[1], &state);

        probe(twins, &inside);
        probe(twins, &v4);
        probe(twins, &v6);
    }
}

static void
add_record(struct strbuf *zone, const struct spfflatten_record *record)
{
    struct slice rest = record->text;

    name_present(&record->owner, zone);
    strbuf_add_text(zone, " TXT");
    while (rest.n > 0) {
        struct slice string = slice_sub(rest, 0, 255);

        strbuf_addf(zone, " \"%.*s\"", SLICE_ARGS(string));
        rest = slice_from(rest, string.n);
    }
    strbuf_add_char(zone, '\n');
}

/* Records whose worst case is within 10 lookups, so that they have a result
   before as well; they are to fit into fewer. */
/* clang-format off */
static const struct {
    const char *name, *record;
    unsigned lookups;
    size_t text;
    size_t records;
} same[] = {
    {"one include", "v=spf1 include:one.net -all", 0, 450, 1},
    {"-ip4 and -ip6 inside", "v=spf1 include:minus.net -all", 0, 450, 1},
    {"?all inside", "v=spf1 include:three.net ~all", 0, 450, 1},
    {"?all inside, and hosts", "v=spf1 include:soft.net -all", 0, 450, 1},
    {"?ip4 and an include inside", "v=spf1 include:query.net -all", 0, 450, 1},
    {"all of these",
     "v=spf1 include:minus.net include:three.net"
     " include:query.net -all", 0, 2000, 1},
    {"among terms of other qualifiers",
     "v=spf1 ip4:203.0.113.100 -ip4:203.0.113.0/25 ?include:soft.net"
     " include:minus.net ~include:two.net ip4:198.51.100.0/23 -all", 0, 2000,
     1},
    {"some stay",
     "v=spf1 a:host.net include:minus.net -include:two.net"
     " include:query.net ?all", 5, 450, 1},
    {"a chain", "v=spf1 include:large.net -all", 5, 250, 4},
    {"redirect at the end", "v=spf1 include:minus.net redirect=three.net", 3,
     2000, 1},
};
/* clang-format on */

static void
compare(size_t row)
{
    char *text = zone_of(same[row].record, NULL);
    struct twins twins = {.before = fakezone_new(text)};
    struct planning planning = {
        {same[row].lookups, SPFCHECK_VOIDS_MAX, same[row].text},
        NULL, NULL
    };
    struct view *view = fakezone_run(twins.before, analyse, &planning);
    struct strbuf zone = STRBUF_INIT;
    size_t longest = 0;

    for (size_t i = 0; i < planning.plan->record_count; i++) {
        add_record(&zone, &planning.plan->records[i]);
        if (planning.plan->records[i].text.n > longest)
            longest = planning.plan->records[i].text.n;
    }
    strbuf_add_text(&zone, WORLD);
    is_string("flattened", spfflatten_word(planning.plan->state), "%s: done",
              same[row].name);
    is_int((long long)same[row].records,
           (long long)planning.plan->record_count, "%s: records",
           same[row].name);
    ok(longest <= same[row].text, "%s: none is too long", same[row].name);
    twins.after = fakezone_new(zone.p);
    probe_all(&twins, view_run_arena(view), planning.tree);
    ok(twins.wrong == 0 && twins.passes > 0,
       "%s: %zu addresses, %zu of them pass, and give the same",
       same[row].name, twins.probes, twins.passes);
    view_free(view);
    twins.before->source.ops->free(&twins.before->source);
    twins.after->source.ops->free(&twins.after->source);
    strbuf_clear(&zone);
    free(text);
}

/* The counts of a plan are those of its records, walked. */
static void
test_counts(void)
{
    char *text = zone_of("v=spf1 include:many.net include:minus.net"
                         " include:query.net mx -all",
                         NULL);
    struct fakezone *zone = fakezone_new(text), *flat;
    struct planning planning = {
        {6, SPFCHECK_VOIDS_MAX, 120},
        NULL, NULL
    };
    struct view *view = fakezone_run(zone, analyse, &planning), *other;
    struct strbuf records = STRBUF_INIT;
    struct planning again = planning;

    for (size_t i = 0; i < planning.plan->record_count; i++)
        add_record(&records, &planning.plan->records[i]);
    strbuf_add_text(&records, WORLD);
    flat = fakezone_new(records.p);
    other = fakezone_run(flat, analyse, &again);
    is_string("fits", spfflatten_word(again.plan->state),
              "what is published fits");
    is_int(planning.plan->lookups, again.tree->root->lookups,
           "lookups are as counted");
    is_int(planning.plan->voids, again.tree->root->voids,
           "void lookups are as counted");
    view_free(other);
    view_free(view);
    flat->source.ops->free(&flat->source);
    zone->source.ops->free(&zone->source);
    strbuf_clear(&records);
    free(text);
}

/* 40 includes have more subsets than can be looked at. */
static void
test_bounds(void)
{
    struct strbuf record = STRBUF_INIT, more = STRBUF_INIT;
    struct planning planning = {
        {10, 2, 450},
        NULL, NULL
    };
    struct fakezone *zone;
    struct view *view;
    char *text;

    strbuf_add_text(&record, "v=spf1");
    for (int i = 0; i < 40; i++) {
        strbuf_addf(&record, " include:n%d.big", i);
        strbuf_addf(&more, "n%d.big TXT \"v=spf1 ip4:10.%d.0.0/24 -all\"\n", i,
                    i);
        if (i % 10 == 9)
            strbuf_add_text(&record, "\" \"");
    }
    strbuf_add_text(&record, "\" \" -all");
    text = zone_of(record.p, more.p);
    zone = fakezone_new(text);
    view = fakezone_run(zone, analyse, &planning);
    is_string("flattened", spfflatten_word(planning.plan->state),
              "forty includes end");
    ok(planning.plan->lookups <= 10, "and fit");
    view_free(view);
    zone->source.ops->free(&zone->source);
    strbuf_clear(&record);
    strbuf_clear(&more);
    free(text);
}

int
main(void)
{
    plan_lazy();
    test_plans();
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
        compare(i);
    test_counts();
    test_bounds();
    return tap_done();
}
