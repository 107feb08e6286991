/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "What if I publish this": records laid over what answers say. */
#include "common/dns/overlay.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/strbuf.h"
#include "common/dns/synth.h"
#include "common/dns/zonefile.h"

/* TTL of records that state none: an hour, as zones commonly have. */
#define OVERLAY_TTL 3600

struct overlay {
    struct zonefile *zone; /* what was read */
    struct strbuf server;  /* "overlay 'FILE', 'FILE'" */
};

/* One question on its way.  Its chain is made of aliases from below and from
   the overlay; at each name the overlay is looked at first. */
struct walk {
    const struct nametree *tree; /* what is laid over */
    struct view *view;           /* what it is laid over */
    struct synth synth;          /* the answer so far */
    struct nametree_match match; /* of synth.name in the tree */
    bool direct;                 /* asked of one server */
    bool touched;                /* the overlay changed something */
    const char *server;          /* who says the end of it */
    const struct answer *below;  /* to synth.name, once asked for */
    const struct answer *wait;   /* pending: there is no answer yet */
};

/* What the overlay makes of one name of the chain. */
enum progress {
    PROGRESS_NONE, /* nothing: it is as below */
    PROGRESS_NEXT, /* an alias: the name behind it is next */
    PROGRESS_DONE  /* the answer is complete, or pending */
};

struct overlay *
overlay_new(void)
{
    struct overlay *overlay = memory_zeroed(1, sizeof(*overlay));

    overlay->zone = zonefile_new();
    overlay->server = (struct strbuf)STRBUF_INIT;
    return overlay;
}

void
overlay_free(struct overlay *overlay)
{
    if (overlay == NULL)
        return;
    zonefile_free(overlay->zone);
    strbuf_clear(&overlay->server);
    free(overlay);
}

static const struct zonefile_settings settings = {.overlay = true,
                                                  .ttl = OVERLAY_TTL};

static enum status
name_server(struct overlay *overlay, const char *file, enum status status)
{
    const char *slash = strrchr(file, '/');

    strbuf_addf(&overlay->server, "%s '%s'",
                overlay->server.n == 0 ? "overlay" : ",",
                slash == NULL ? file : slash + 1);
    return status;
}

enum status
overlay_read(struct overlay *overlay, const char *path, struct error *err)
{
    return name_server(overlay, path,
                       zonefile_read(overlay->zone, path, &settings, err));
}

enum status
overlay_parse(struct overlay *overlay, const char *file, struct slice text,
              struct error *err)
{
    return name_server(
        overlay, file,
        zonefile_parse(overlay->zone, file, text, &settings, err));
}

const struct nametree *
overlay_tree(const struct overlay *overlay)
{
    return overlay->zone->tree;
}

/* The question itself, of another name or type, beneath the overlay. */
static const struct answer *
ask_below(struct walk *walk, const struct name *name, uint16_t type)
{
    struct question question = *walk->synth.question;

    question.name = *name;
    question.type = type;
    return view_ask_below(walk->view, &question);
}

static enum progress
wait_for(struct walk *walk, const struct answer *pending)
{
    walk->wait = pending;
    return PROGRESS_DONE;
}

static enum progress
follow_done(bool followed)
{
    return followed ? PROGRESS_NEXT : PROGRESS_DONE;
}

/* The SOA record that an answer shows, of the zone of the name asked. */
static const struct record *
find_soa(const struct answer *answer)
{
    if (answer == NULL || answer->chain_count > 0)
        return NULL;
    if (answer->record_count > 0 && answer->records[0].type == RR_SOA)
        return &answer->records[0];
    for (size_t i = 0; i < answer->authority_count; i++)
        if (answer->authority[i].type == RR_SOA)
            return &answer->authority[i];
    return NULL;
}

/* Whose zone is the name in?  An alias that is still there below hides it:
   then it is that of the name above.  Pending: walk->wait. */
static const struct record *
ask_soa(struct walk *walk)
{
    struct name name = walk->synth.name;
    const struct answer *below;

    do {
        below = ask_below(walk, &name, RR_SOA);
        if (below->outcome == OUTCOME_PENDING)
            walk->wait = below;
    } while (below->chain_count > 0 && name_parent(&name, &name));
    return find_soa(below);
}

/* The overlay says that it is not there. */
static enum progress
give_negative(struct walk *walk, enum outcome outcome)
{
    const struct record *soa = find_soa(walk->below);

    walk->touched = true;
    if (soa == NULL)
        soa = ask_soa(walk);
    if (soa != NULL)
        synth_negative(&walk->synth, outcome, soa);
    else
        synth_outcome(&walk->synth, outcome, NULL);
    return PROGRESS_DONE;
}

/* Has the node records, of whatever type? */
static bool
has_data(const struct namenode *node)
{
    for (const struct rrset *set = namenode_rrsets(node); set != NULL;
         set = set->next)
        if (set->count > 0)
            return true;
    return false;
}

static bool
removes(const struct namenode *node, uint16_t type)
{
    for (const struct rrset *set = namenode_rrsets(node); set != NULL;
         set = set->next)
        if (set->type == type)
            return set->removed;
    return false;
}

/* Does node decide the type asked by itself?  Then *progress is how. */
static bool
decide_from(struct walk *walk, const struct namenode *node,
            enum progress *progress)
{
    uint16_t type = walk->synth.question->type;
    const struct rrset *alias = namenode_rrset(node, RR_CNAME);
    struct synth *synth = &walk->synth;

    *progress = PROGRESS_DONE;
    if (alias != NULL && type != RR_CNAME && type != RR_ANY) {
        walk->touched = true;
        *progress = follow_done(synth_follow_cname(synth, alias));
        return true;
    }
    for (const struct rrset *set = namenode_rrsets(node); set != NULL;
         set = set->next)
        if (set->type == type || type == RR_ANY)
            synth_add(synth, SYNTH_ANSWER, &synth->name, set);
    if (synth->answer->record_count > 0) {
        walk->touched = true;
        synth_outcome(synth, OUTCOME_FOUND, NULL);
        return true;
    }
    if (alias == NULL && !removes(node, type))
        return false;
    *progress = give_negative(walk, OUTCOME_NODATA);
    return true;
}

/* The overlay's own wildcard, or nothing, stands for the name. */
static enum progress
decide_missing(struct walk *walk, const struct namenode *wildcard)
{
    enum progress progress;

    if (wildcard == NULL || namenode_is_removed(wildcard))
        return give_negative(walk, OUTCOME_NXDOMAIN);
    if (decide_from(walk, wildcard, &progress))
        return progress;
    return give_negative(walk, OUTCOME_NODATA);
}

/* Nothing below the overlay is there: ";! NAME ANY NXDOMAIN" at or above. */
static enum progress
decide_removed(struct walk *walk)
{
    const struct namenode *node = walk->match.node;

    if (node == NULL)
        return decide_missing(walk, walk->match.wildcard);
    if (node == walk->match.removed && !namenode_has_children(node)
        && namenode_rrsets(node) == NULL)
        return give_negative(walk, OUTCOME_NXDOMAIN);
    return give_negative(walk, OUTCOME_NODATA);
}

static bool
same_records(const struct answer *a, const struct answer *b)
{
    if (a->record_count != b->record_count)
        return false;
    for (size_t i = 0; i < a->record_count; i++) {
        size_t j = 0;

        while (j < b->record_count
               && !slice_equal(a->records[i].data, b->records[j].data))
            j++;
        if (j == b->record_count)
            return false;
    }
    return true;
}

/* Two names answered alike: by an alias to the same name, or by the same
   records. */
static bool
same_answers(const struct answer *a, const struct answer *b)
{
    if (a->chain_count > 0 && b->chain_count > 0)
        return a->chain[0].type == RR_CNAME
               && name_equal(&a->chain[0].target, &b->chain[0].target);
    return a->chain_count == 0 && b->chain_count == 0
           && a->outcome == OUTCOME_FOUND && b->outcome == OUTCOME_FOUND
           && same_records(a, b);
}

/*
 * Did the answer from below come from a wildcard right below the node, or one
 * further up?  "*" there is asked for: TXT first, whatever the type, since
 * where that name is missing it is missing for all types, and one question
 * is enough.
 */
static bool
is_wildcards(struct walk *walk, const struct namenode *node,
             const struct answer *answer)
{
    const struct answer *wild;
    struct name name;

    if (node == NULL || namenode_parent(node) == NULL
        || (answer->outcome != OUTCOME_FOUND && answer->chain_count == 0))
        return false;
    namenode_name(node, &name);
    if (name_prepend(&name, SLICE("*"), &name) != ST_OK)
        return false;
    wild = ask_below(walk, &name, RR_TXT);
    if (outcome_is_definite(wild->outcome)
        && wild->outcome != OUTCOME_NXDOMAIN)
        wild = ask_below(walk, &name, walk->synth.question->type);
    if (wild->outcome == OUTCOME_PENDING)
        walk->wait = wild;
    return same_answers(answer, wild);
}

static bool
is_missing(const struct answer *answer)
{
    return answer->outcome == OUTCOME_NXDOMAIN && answer->chain_count == 0;
}

/* Is there no name below that stands between the overlay's and the one
   looked for?  Then the overlay's wildcard is the closest. */
static bool
is_closest(struct walk *walk)
{
    const struct answer *below;
    struct name encloser, next;

    namenode_name(walk->match.encloser, &encloser);
    name_suffix(&next, &walk->synth.name, encloser.labels + 1u);
    if (name_equal(&next, &walk->synth.name))
        return true;
    below = ask_below(walk, &next, walk->synth.question->type);
    if (below->outcome == OUTCOME_PENDING)
        walk->wait = below;
    return is_missing(below);
}

/* A name of the overlay's that has nothing of the type asked. */
static enum progress
lay_over_existing(struct walk *walk, const struct answer *below)
{
    const struct namenode *node = walk->match.node;
    bool alias = below->chain_count > 0 && below->chain[0].type == RR_CNAME
                 && name_equal(&below->chain[0].owner, &walk->synth.name);

    if (alias && (has_data(node) || removes(node, RR_CNAME)))
        return give_negative(walk, OUTCOME_NODATA);
    if (is_missing(below) || is_wildcards(walk, namenode_parent(node), below))
        return give_negative(walk, OUTCOME_NODATA);
    return PROGRESS_NONE;
}

/* A name that the overlay does not have: names above it, or a wildcard. */
static enum progress
lay_over_missing(struct walk *walk, const struct answer *below)
{
    const struct namenode *encloser = walk->match.encloser;
    const struct namenode *wildcard = walk->match.wildcard;
    enum progress progress;

    if (is_wildcards(walk, namenode_parent(encloser), below))
        return decide_missing(walk, wildcard);
    if (wildcard == NULL)
        return PROGRESS_NONE;
    if (is_missing(below))
        return !namenode_is_removed(wildcard) && is_closest(walk)
                   ? decide_missing(walk, wildcard)
                   : PROGRESS_NONE;
    if (!is_wildcards(walk, encloser, below))
        return PROGRESS_NONE;
    if (namenode_is_removed(wildcard))
        return give_negative(walk, OUTCOME_NXDOMAIN);
    return decide_from(walk, wildcard, &progress) ? progress : PROGRESS_NONE;
}

/* Has the overlay a say about this name, be it by what stands above? */
static bool
matters(const struct nametree_match *match)
{
    if (match->removed != NULL || match->dname != NULL
        || match->wildcard != NULL)
        return true;
    if (match->node != NULL)
        return namenode_parent(match->node) != NULL;
    /* The root and top-level domains exist without it. */
    return namenode_parent(match->encloser) != NULL
           && namenode_parent(namenode_parent(match->encloser)) != NULL;
}

/* A DNAME from below that the overlay takes away. */
static bool
is_dname_gone(const struct walk *walk, const struct hop *hop)
{
    const struct namenode *node;

    if (hop->type != RR_DNAME)
        return false;
    node = nametree_find(walk->tree, &hop->owner);
    return node != NULL && removes(node, RR_DNAME);
}

/* The end of the chain is as below.  A server that does not speak for it
   leaves the chain open, as in an answer of its own. */
static void
take_end(struct walk *walk, const struct answer *below)
{
    struct answer *answer = walk->synth.answer;
    size_t count = answer->chain_count;

    if (walk->direct && count > 0 && below->outcome == OUTCOME_REFUSED) {
        synth_outcome(&walk->synth, OUTCOME_NODATA, NULL);
        answer->chain_open = true;
        return;
    }
    *answer = *below;
    answer->chain = walk->synth.hops;
    answer->chain_count = count;
    answer->ad = answer->validated = false;
    walk->server = below->server;
}

/* The chain from below, up to a name about which the overlay has a say. */
static enum progress
follow_below(struct walk *walk, const struct answer *below)
{
    struct nametree_match match;

    for (size_t i = 0; i < below->chain_count; i++) {
        if (is_dname_gone(walk, &below->chain[i]))
            return give_negative(walk, OUTCOME_NXDOMAIN);
        if (!synth_follow(&walk->synth, &below->chain[i]))
            return PROGRESS_DONE;
        nametree_match(walk->tree, &walk->synth.name, &match);
        if (matters(&match))
            return PROGRESS_NEXT;
    }
    take_end(walk, below);
    return PROGRESS_DONE;
}

static enum progress
decide_below(struct walk *walk)
{
    const struct answer *below =
        ask_below(walk, &walk->synth.name, walk->synth.question->type);
    enum progress progress = PROGRESS_NONE;

    if (below->outcome == OUTCOME_PENDING)
        return wait_for(walk, below);
    walk->below = below;
    if (matters(&walk->match)
        && (outcome_is_definite(below->outcome) || below->chain_count > 0))
        progress = walk->match.node != NULL ? lay_over_existing(walk, below)
                                            : lay_over_missing(walk, below);
    if (progress != PROGRESS_NONE || walk->wait != NULL)
        return progress == PROGRESS_NONE ? PROGRESS_DONE : progress;
    return follow_below(walk, below);
}

static enum progress
step(struct walk *walk)
{
    struct nametree_match *match = &walk->match;
    enum progress progress;
    struct name owner;

    walk->below = NULL;
    nametree_match(walk->tree, &walk->synth.name, match);
    if (match->dname != NULL) {
        walk->touched = true;
        namenode_name(match->dname, &owner);
        return follow_done(synth_follow_dname(
            &walk->synth, &owner, namenode_rrset(match->dname, RR_DNAME)));
    }
    if (match->node != NULL && decide_from(walk, match->node, &progress))
        return progress;
    if (match->removed != NULL)
        return decide_removed(walk);
    return decide_below(walk);
}

const struct answer *
overlay_ask(struct overlay *overlay, struct view *view,
            const struct question *question)
{
    struct walk walk = {.tree = overlay->zone->tree,
                        .view = view,
                        .direct =
                            question->server.family != 0 && !question->rd,
                        .server = overlay->server.p};
    const struct answer *answer;

    /* What is given up on the way, in a run that waits, goes with the run. */
    synth_begin(&walk.synth, view_run_arena(view), question);
    walk.synth.answer->aa = walk.direct;
    walk.synth.answer->ra = !walk.direct;
    while (step(&walk) != PROGRESS_DONE)
        ;
    if (walk.wait != NULL)
        return walk.wait;
    if (!walk.touched)
        return NULL;
    answer = synth_finish(&walk.synth, walk.server);
    return answer_copy(view_pinned_arena(view), answer);
}
