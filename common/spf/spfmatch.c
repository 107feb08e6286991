/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does a mechanism match the client?  RFC 7208 section 5. */
#include <stdlib.h>

#include "common/spf/spfrange.h"
#include "common/spf/spfrun.h"

static uint16_t
address_type(const struct spfrun *run)
{
    return run->values.ip.family == 6 ? RR_AAAA : RR_A;
}

static unsigned
prefix(const struct spfrun *run, const struct spfterm *term)
{
    return run->values.ip.family == 6 ? term->bits6 : term->bits4;
}

/* The first address of answer within the term's prefix of the client. */
static bool
find_address(struct spfrun *run, struct spfstep *step,
             const struct answer *answer)
{
    for (size_t i = 0; i < answer->record_count; i++)
        if (record_address(&answer->records[i], &step->found)
            && spfrange_within(&run->values.ip, &step->found,
                               prefix(run, step->term)))
            return true;
    return false;
}

static enum spfmatch
match_network(struct spfrun *run, struct spfstep *step)
{
    const struct spfterm *term = step->term;

    if (run->values.ip.family != term->network.family)
        return spfstep_because(step, SPFMATCH_NO, SPFREASON_OTHER_FAMILY);
    if (spfrange_within(&run->values.ip, &term->network, prefix(run, term)))
        return spfstep_because(step, SPFMATCH_YES, SPFREASON_IN_NETWORK);
    return spfstep_because(step, SPFMATCH_NO, SPFREASON_NOT_IN_NETWORK);
}

static enum spfmatch
match_a(struct spfrun *run, struct spfstep *step)
{
    const struct answer *answer;
    enum spfmatch match;
    enum spfreply reply;
    struct name name;

    if ((match = spfstep_target(run, step, &name)) != SPFMATCH_YES)
        return match;
    reply = spfrun_lookup(run, step, &name, address_type(run), &answer);
    if (reply != SPFREPLY_FOUND)
        return spfstep_reply(step, reply);
    if (find_address(run, step, answer))
        return spfstep_because(step, SPFMATCH_YES, SPFREASON_AT_ADDRESS);
    step->number = answer->record_count;
    return spfstep_because(step, SPFMATCH_NO, SPFREASON_NO_ADDRESS);
}

static enum spfmatch
match_exists(struct spfrun *run, struct spfstep *step)
{
    const struct answer *answer;
    enum spfmatch match;
    enum spfreply reply;
    struct name name;

    if ((match = spfstep_target(run, step, &name)) != SPFMATCH_YES)
        return match;
    /* A whatever the client's family is */
    reply = spfrun_lookup(run, step, &name, RR_A, &answer);
    if (reply != SPFREPLY_FOUND)
        return spfstep_reply(step, reply);
    return spfstep_because(step, SPFMATCH_YES, SPFREASON_EXISTS);
}

struct mail_host {
    uint16_t preference;
    struct name name;
};

static int
compare_hosts(const void *a, const void *b)
{
    const struct mail_host *x = a, *y = b;

    if (x->preference != y->preference)
        return x->preference < y->preference ? -1 : 1;
    return name_compare(&x->name, &y->name);
}

/*
 * The MX names of answer, in an order that does not depend on how a server
 * shuffles them, since the first error or match decides.  The null MX of RFC
 * 7505 names no host.
 */
static struct mail_host *
mail_hosts(struct spfrun *run, const struct answer *answer, size_t *count)
{
    struct mail_host *hosts =
        ARENA_ARRAY(run->arena, struct mail_host, answer->record_count);

    *count = 0;
    for (size_t i = 0; i < answer->record_count; i++) {
        struct mail_host *host = &hosts[*count];

        if (record_mx(&answer->records[i], &host->preference, &host->name)
            && host->name.labels > 0)
            ++*count;
    }
    qsort(hosts, *count, sizeof(*hosts), compare_hosts);
    return hosts;
}

/* One host's addresses; SPFMATCH_NO: go on with the next. */
static enum spfmatch
match_host(struct spfrun *run, struct spfstep *step, const struct name *name)
{
    const struct answer *answer;
    enum spfreply reply =
        spfrun_lookup(run, step, name, address_type(run), &answer);

    if (reply == SPFREPLY_VOID)
        return SPFMATCH_NO;
    if (reply != SPFREPLY_FOUND)
        return spfstep_reply(step, reply);
    if (find_address(run, step, answer))
        return spfstep_because(step, SPFMATCH_YES, SPFREASON_AT_ADDRESS);
    return SPFMATCH_NO;
}

static enum spfmatch
match_hosts(struct spfrun *run, struct spfstep *step,
            const struct answer *answer)
{
    size_t count;
    const struct mail_host *hosts = mail_hosts(run, answer, &count);
    bool pending = false;

    step->number = count;
    if (count > SPFCHECK_MX_MAX)
        return spfstep_because(step, SPFMATCH_PERMERROR, SPFREASON_HOSTS_MAX);
    for (size_t i = 0; i < count; i++) {
        enum spfmatch match = match_host(run, step, &hosts[i].name);

        if (match == SPFMATCH_PENDING)
            pending = true;
        else if (match != SPFMATCH_NO && !pending)
            return match;
    }
    if (pending)
        return spfstep_reply(step, SPFREPLY_PENDING);
    return spfstep_because(step, SPFMATCH_NO, SPFREASON_NO_HOST);
}

static enum spfmatch
match_mx(struct spfrun *run, struct spfstep *step)
{
    const struct answer *answer;
    enum spfmatch match;
    enum spfreply reply;
    struct name name;

    if ((match = spfstep_target(run, step, &name)) != SPFMATCH_YES)
        return match;
    reply = spfrun_lookup(run, step, &name, RR_MX, &answer);
    if (reply != SPFREPLY_FOUND)
        return spfstep_reply(step, reply);
    return match_hosts(run, step, answer);
}

/* The questions behind ptr count as this term's. */
static enum spfreply
judge_names(struct spfrun *run, struct spfstep *step,
            const struct spfnames *names)
{
    enum spfreply reply = SPFREPLY_FOUND;

    step->asked = names->asked;
    step->asked_count = names->asked_count;
    if (names->pending)
        return SPFREPLY_PENDING;
    if (spfrun_is_late(run))
        return run->pending ? SPFREPLY_PENDING : SPFREPLY_LATE;
    if (names->is_void)
        reply = spfrun_void(run, step);
    /* An error of the PTR lookup is no match, and no temperror. */
    return reply;
}

/* The validated name that is in the domain, or NULL. */
static const struct name *
name_in(const struct spfnames *names, const struct name *domain)
{
    for (size_t i = 0; i < names->count; i++)
        if (name_is_under(&names->names[i], domain))
            return &names->names[i];
    return NULL;
}

static enum spfmatch
match_ptr(struct spfrun *run, struct spfstep *step)
{
    const struct spfnames *names = spfnames_get(run);
    const struct name *in;
    enum spfmatch match;
    enum spfreply reply;
    struct name name;

    if ((match = spfstep_target(run, step, &name)) != SPFMATCH_YES)
        return match;
    reply = judge_names(run, step, names);
    if (reply != SPFREPLY_FOUND && reply != SPFREPLY_VOID)
        return spfstep_reply(step, reply);
    in = name_in(names, &name);
    step->name = in;
    step->number = names->count;
    if (in != NULL)
        return spfstep_because(step, SPFMATCH_YES, SPFREASON_PTR_NAME);
    return spfstep_because(step, SPFMATCH_NO, SPFREASON_NO_PTR_NAME);
}

enum spfmatch
spfmatch_term(struct spfrun *run, struct spfstep *step)
{
    switch (step->term->kind) {
    case SPFTERM_ALL:
        return spfstep_because(step, SPFMATCH_YES, SPFREASON_ALL);
    case SPFTERM_IP4:
    case SPFTERM_IP6:
        return match_network(run, step);
    case SPFTERM_A:
        return match_a(run, step);
    case SPFTERM_MX:
        return match_mx(run, step);
    case SPFTERM_PTR:
        return match_ptr(run, step);
    default:
        return match_exists(run, step);
    }
}
