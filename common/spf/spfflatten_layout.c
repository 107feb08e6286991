/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A choice of includes written out: merged networks, and a chain of records
   where one has no room. */
#include "common/spf/spfflatten.h"

#define VERSION "v=spf1"

/* Mechanisms of one qualifier in a row: in any order they give the same. */
struct run {
    char qualifier;       /* of all of them */
    bool has_lifted;      /* an include of it is replaced */
    struct spfset set;    /* then: the networks and what was lifted */
    struct strbuf ips;    /* ip4 and ip6 as they stand in the record */
    struct strbuf others; /* what stays */
    struct strbuf nets;   /* has_lifted: set as terms */
    size_t net_count;     /* of them */
    bool is_moved;        /* set goes into records of its own */
    unsigned number;      /* of the first of these */
};

struct layout {
    struct arena *arena;    /* of records */
    struct spfflatten *out; /* filled */
    struct run *runs;       /* in order */
    size_t run_count;       /* of them */
    struct strbuf tail;     /* all, and modifiers */
    size_t text_max;        /* octets of a record */
    size_t most;            /* records beside the first */
};

static void
add_qualifier(struct strbuf *out, char qualifier)
{
    if (qualifier != '+')
        strbuf_add_char(out, qualifier);
}

static void
add_term(struct strbuf *out, struct slice text)
{
    strbuf_add_char(out, ' ');
    strbuf_add_slice(out, text);
}

static struct run *
run_of(struct layout *layout, char qualifier)
{
    struct run *run;

    if (layout->run_count > 0
        && layout->runs[layout->run_count - 1].qualifier == qualifier)
        return &layout->runs[layout->run_count - 1];
    layout->runs = arena_grow(layout->arena, layout->runs, layout->run_count,
                              sizeof(*run));
    run = &layout->runs[layout->run_count++];
    run->qualifier = qualifier;
    run->ips = run->others = run->nets = (struct strbuf)STRBUF_INIT;
    return run;
}

static void
add_network(struct run *run, struct arena *arena, const struct spfterm *term)
{
    spfset_add(arena, &run->set, &term->network,
               term->kind == SPFTERM_IP6 ? term->bits6 : term->bits4);
    add_term(&run->ips, term->text);
}

static void
lift(struct run *run, struct arena *arena, const struct spfset *granted)
{
    const struct spfspans *from[] = {&granted->v4, &granted->v6};
    struct spfspans *to[] = {&run->set.v4, &run->set.v6};

    run->has_lifted = true;
    for (size_t f = 0; f < 2; f++)
        for (size_t i = 0; i < from[f]->count; i++) {
            to[f]->spans = arena_grow(arena, to[f]->spans, to[f]->count,
                                      sizeof(*to[f]->spans));
            to[f]->spans[to[f]->count++] = from[f]->spans[i];
        }
}

/* Mechanisms up to all, in runs. */
static void
collect_runs(struct layout *layout, const bool *lifted)
{
    const struct spfnode *node = layout->out->node;
    size_t branch = 0;

    for (size_t i = 0; i < node->record->term_count; i++) {
        const struct spfterm *term = &node->record->terms[i];
        struct run *run;

        if (!spfterm_is_mechanism(term))
            continue;
        if (term->kind == SPFTERM_ALL) {
            add_term(&layout->tail, term->text);
            break;
        }
        run = run_of(layout, term->qualifier);
        if (!spfterm_is_lookup(term->kind))
            add_network(run, layout->arena, term);
        else if (lifted[branch++])
            lift(run, layout->arena,
                 &node->branches[branch - 1].nested->granted);
        else
            add_term(&run->others, term->text);
    }
    for (size_t i = 0; i < node->record->term_count; i++)
        if (!spfterm_is_mechanism(&node->record->terms[i]))
            add_term(&layout->tail, node->record->terms[i].text);
}

static void
add_cidr(struct strbuf *out, char qualifier, const struct spfcidr *cidr)
{
    bool is_v6 = cidr->address.family == 6;

    strbuf_add_char(out, ' ');
    add_qualifier(out, qualifier);
    strbuf_add_text(out, is_v6 ? "ip6:" : "ip4:");
    address_present(&cidr->address, out);
    if (cidr->bits != (is_v6 ? 128 : 32))
        strbuf_addf(out, "/%u", cidr->bits);
}

static void
write_networks(struct layout *layout, struct run *run)
{
    struct spfcidr *list;

    if (!run->has_lifted)
        return;
    spfset_sort(&run->set);
    list = spfset_cidrs(layout->arena, &run->set, &run->net_count);
    for (size_t i = 0; i < run->net_count; i++)
        add_cidr(&run->nets, run->qualifier, &list[i]);
}

static bool
chain_name(const struct layout *layout, unsigned number, struct name *name)
{
    struct strbuf label = STRBUF_INIT;
    bool good;

    strbuf_addf(&label, "_spf%u", number);
    good = name_prepend(name, strbuf_slice(&label), &layout->out->node->domain)
           == ST_OK;
    strbuf_clear(&label);
    return good;
}

static void
add_include(struct layout *layout, struct strbuf *out, char qualifier,
            unsigned number)
{
    struct name name;

    if (!chain_name(layout, number, &name))
        return;
    strbuf_add_char(out, ' ');
    add_qualifier(out, qualifier);
    strbuf_add_text(out, "include:");
    strbuf_add_text(out, name_bare(layout->arena, &name));
}

/* The first record, with the runs that are moved as includes. */
static void
write_first(struct layout *layout, struct strbuf *out)
{
    strbuf_cut(out, 0);
    strbuf_add_text(out, VERSION);
    for (size_t i = 0; i < layout->run_count; i++) {
        const struct run *run = &layout->runs[i];

        if (run->is_moved)
            add_include(layout, out, run->qualifier, run->number);
        else
            strbuf_add_slice(
                out, strbuf_slice(run->has_lifted ? &run->nets : &run->ips));
        strbuf_add_slice(out, strbuf_slice(&run->others));
    }
    strbuf_add_slice(out, strbuf_slice(&layout->tail));
}

/* Move the run that takes the most room; false when there is none. */
static bool
move_largest(struct layout *layout)
{
    struct run *largest = NULL;

    for (size_t i = 0; i < layout->run_count; i++) {
        struct run *run = &layout->runs[i];

        if (run->has_lifted && !run->is_moved && run->net_count > 1
            && (largest == NULL || run->nets.n > largest->nets.n))
            largest = run;
    }
    if (largest != NULL)
        largest->is_moved = true;
    return largest != NULL;
}

static bool
add_record(struct layout *layout, const struct name *owner,
           const struct strbuf *text)
{
    struct spfflatten *out = layout->out;

    if (out->record_count > layout->most)
        return false;
    out->records = arena_grow(layout->arena, out->records, out->record_count,
                              sizeof(*out->records));
    out->records[out->record_count++] = (struct spfflatten_record){
        *owner, arena_slice(layout->arena, strbuf_slice(text))};
    return true;
}

/* One record of a chain: as many of *nets as it has room for, and where the
   others are. */
static bool
write_link(struct layout *layout, struct slice *nets, unsigned *number)
{
    struct strbuf text = STRBUF_INIT, onward = STRBUF_INIT;
    struct slice rest = *nets, term;
    struct name owner;
    bool good = chain_name(layout, *number, &owner);
    size_t room;

    add_include(layout, &onward, '+', ++*number);
    strbuf_add_text(&text, VERSION);
    room = layout->text_max - (sizeof(" -all") - 1);
    while (rest.n > 0) {
        term = slice_sub(rest, 0, 1 + slice_find(slice_from(rest, 1), ' '));
        if (text.n + term.n + (term.n < rest.n ? onward.n : 0) > room
            && text.n > sizeof(VERSION) - 1)
            break;
        strbuf_add_slice(&text, term);
        rest = slice_from(rest, term.n);
    }
    if (rest.n > 0)
        strbuf_add_slice(&text, strbuf_slice(&onward));
    strbuf_add_text(&text, " -all");
    *nets = rest;
    good = good && add_record(layout, &owner, &text);
    strbuf_clear(&onward);
    strbuf_clear(&text);
    return good;
}

/* The records of a run that is moved; within them all is "+". */
static bool
write_chain(struct layout *layout, struct run *run, unsigned *number)
{
    struct strbuf nets = STRBUF_INIT;
    struct slice rest;
    struct spfcidr *list;
    size_t count;
    bool good = true;

    list = spfset_cidrs(layout->arena, &run->set, &count);
    for (size_t i = 0; i < count; i++)
        add_cidr(&nets, '+', &list[i]);
    run->number = *number;
    rest = strbuf_slice(&nets);
    while (good && rest.n > 0)
        good = write_link(layout, &rest, number);
    strbuf_clear(&nets);
    return good;
}

/* All records: the first one is written when the chains have their names. */
static bool
write_records(struct layout *layout)
{
    struct strbuf first = STRBUF_INIT;
    unsigned number = 1;
    bool good;

    do
        write_first(layout, &first);
    while (first.n > layout->text_max && move_largest(layout));
    good = add_record(layout, &layout->out->node->domain, &first);
    for (size_t i = 0; good && i < layout->run_count; i++)
        if (layout->runs[i].is_moved)
            good = write_chain(layout, &layout->runs[i], &number);
    write_first(layout, &first);
    layout->out->records[0].text =
        arena_slice(layout->arena, strbuf_slice(&first));
    strbuf_clear(&first);
    return good;
}

bool
spfflatten_layout(struct arena *arena, struct spfflatten *out,
                  const bool *lifted, size_t text_max, size_t most)
{
    struct layout layout = {.arena = arena,
                            .out = out,
                            .tail = STRBUF_INIT,
                            .text_max = text_max,
                            .most = most};
    bool good;

    collect_runs(&layout, lifted);
    for (size_t i = 0; i < layout.run_count; i++) {
        write_networks(&layout, &layout.runs[i]);
        out->network_count += layout.runs[i].net_count;
    }
    good = write_records(&layout);
    for (size_t i = 0; i < layout.run_count; i++) {
        strbuf_clear(&layout.runs[i].ips);
        strbuf_clear(&layout.runs[i].others);
        strbuf_clear(&layout.runs[i].nets);
    }
    strbuf_clear(&layout.tail);
    return good;
}
