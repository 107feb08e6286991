/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does a mechanism match the client?  RFC 7208 section 5. */
#include <stdlib.h>

#include "common/spf/spfrange.h"
#include "common/spf/spfrun.h"

/* Room for an address and a prefix length. */
#define TEXT_SIZE 64

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

static const char *
present(struct spfrun *run, const struct address *address)
{
    struct strbuf text = STRBUF_INIT;
    const char *copy;

    address_present(address, &text);
    copy = arena_text(run->arena, strbuf_slice(&text));
    strbuf_clear(&text);
    return copy;
}

/* The first address of answer within the term's prefix of the client. */
static bool
find_address(struct spfrun *run, const struct spfterm *term,
             const struct answer *answer, struct address *found)
{
    for (size_t i = 0; i < answer->record_count; i++)
        if (record_address(&answer->records[i], found)
            && spfrange_within(&run->values.ip, found, prefix(run, term)))
            return true;
    return false;
}

static enum spfmatch
because_in(struct spfrun *run, struct spfstep *step,
           const struct address *network, const char *section)
{
    return spfstep_because(run, step, SPFMATCH_YES, section, "%s is in %s/%u",
                           present(run, &run->values.ip),
                           present(run, network), prefix(run, step->term));
}

static enum spfmatch
match_network(struct spfrun *run, struct spfstep *step)
{
    const struct address *ip = &run->values.ip;
    const struct spfterm *term = step->term;

    if (ip->family != term->network.family)
        return spfstep_because(run, step, SPFMATCH_NO, "5.6",
                               "the client's address is IPv%u", ip->family);
    if (spfrange_within(ip, &term->network, prefix(run, term)))
        return because_in(run, step, &term->network, "5.6");
    return spfstep_because(run, step, SPFMATCH_NO, "5.6", "%s is not in %s/%u",
                           present(run, ip), present(run, &term->network),
                           prefix(run, term));
}

static enum spfmatch
match_a(struct spfrun *run, struct spfstep *step)
{
    const struct answer *answer;
    struct address found;
    enum spfmatch match;
    enum spfreply reply;
    struct name name;

    if ((match = spfstep_target(run, step, &name)) != SPFMATCH_YES)
        return match;
    reply = spfrun_lookup(run, step, &name, address_type(run), &answer);
    if (reply != SPFREPLY_FOUND)
        return spfstep_reply(run, step, reply, "5.3");
    if (find_address(run, step->term, answer, &found))
        return because_in(run, step, &found, "5.3");
    return spfstep_because(
        run, step, SPFMATCH_NO, "5.3", "%s is none of %zu addresses",
        present(run, &run->values.ip), answer->record_count);
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
        return spfstep_reply(run, step, reply, "5.7");
    return spfstep_because(run, step, SPFMATCH_YES, "5.7",
                           "an A record is there");
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
    struct address found;
    enum spfreply reply =
        spfrun_lookup(run, step, name, address_type(run), &answer);

    if (reply == SPFREPLY_VOID)
        return SPFMATCH_NO;
    if (reply != SPFREPLY_FOUND)
        return spfstep_reply(run, step, reply, "5.4");
    if (find_address(run, step->term, answer, &found))
        return because_in(run, step, &found, "5.4");
    return SPFMATCH_NO;
}

static enum spfmatch
match_hosts(struct spfrun *run, struct spfstep *step,
            const struct answer *answer)
{
    size_t count;
    const struct mail_host *hosts = mail_hosts(run, answer, &count);
    bool pending = false;

    if (count > SPFCHECK_MX_MAX)
        return spfstep_because(run, step, SPFMATCH_PERMERROR, "4.6.4",
                               "%zu MX names, and %d are allowed", count,
                               SPFCHECK_MX_MAX);
    for (size_t i = 0; i < count; i++) {
        enum spfmatch match = match_host(run, step, &hosts[i].name);

        if (match == SPFMATCH_PENDING)
            pending = true;
        else if (match != SPFMATCH_NO && !pending)
            return match;
    }
    if (pending)
        return spfstep_reply(run, step, SPFREPLY_PENDING, "5.4");
    return spfstep_because(run, step, SPFMATCH_NO, "5.4",
                           "%s is at none of %zu MX names",
                           present(run, &run->values.ip), count);
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
        return spfstep_reply(run, step, reply, "5.4");
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
        return spfstep_reply(run, step, reply, "5.5");
    in = name_in(names, &name);
    if (in != NULL)
        return spfstep_because(run, step, SPFMATCH_YES, "5.5",
                               "the client is %s", name_bare(run->arena, in));
    return spfstep_because(run, step, SPFMATCH_NO, "5.5",
                           "none of %zu validated names is in the domain",
                           names->count);
}

enum spfmatch
spfmatch_term(struct spfrun *run, struct spfstep *step)
{
    switch (step->term->kind) {
    case SPFTERM_ALL:
        return spfstep_because(run, step, SPFMATCH_YES, "5.1",
                               "it always matches");
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
