/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Can mail be sent to a domain? */
#include "common/dns/mailroute.h"

const char *
mailroute_reason(enum mailroute_state state)
{
    static const char *const reasons[] = {
        [MAILROUTE_NULL_MX] = "its MX says that it takes none",
        [MAILROUTE_NO_DOMAIN] = "it does not exist",
        [MAILROUTE_NO_HOST] = "it has neither MX nor address",
        [MAILROUTE_NO_ADDRESS] = "none of its MX hosts has an address",
        [MAILROUTE_UNKNOWN] = "its MX or addresses are not known",
    };

    return reasons[state];
}

bool
mailroute_is_null(const struct asked *mx)
{
    struct name host;

    return asked_outcome(mx) == OUTCOME_FOUND && mx->answer->record_count == 1
           && record_target(&mx->answer->records[0], &host)
           && host.labels == 0;
}

/* Has the host an address?  The answer that says so is kept. */
static enum mailroute_state
judge_host(struct mailroute *route, const struct mailroute_host *host)
{
    enum outcome a = asked_outcome(&host->a);
    enum outcome aaaa = asked_outcome(&host->aaaa);

    route->address =
        a != OUTCOME_FOUND && aaaa == OUTCOME_FOUND ? host->aaaa : host->a;
    if (a == OUTCOME_FOUND || aaaa == OUTCOME_FOUND)
        return MAILROUTE_GOOD;
    if (a == OUTCOME_PENDING || aaaa == OUTCOME_PENDING)
        return MAILROUTE_PENDING;
    if (!outcome_is_absent(a) || !outcome_is_absent(aaaa))
        return MAILROUTE_UNKNOWN;
    return MAILROUTE_NO_HOST;
}

static void
ask_host(struct view *view, const struct name *name,
         struct mailroute_host *host)
{
    host->name = *name;
    host->a = asked_lookup(view, name, RR_A);
    host->aaaa = asked_lookup(view, name, RR_AAAA);
}

/* RFC 5321 section 5.1: one MX host with an address is enough. */
static enum mailroute_state
ask_hosts(struct view *view, struct mailroute *route, bool all)
{
    const struct answer *mx = route->mx.answer;
    struct mailroute_host *hosts = ARENA_ARRAY(
        view_run_arena(view), struct mailroute_host, MAILROUTE_HOSTS_MAX);
    enum mailroute_state worst = MAILROUTE_NO_ADDRESS;
    struct asked good = {.answer = NULL};

    route->hosts = hosts;
    for (size_t i = 0;
         i < mx->record_count && route->host_count < MAILROUTE_HOSTS_MAX;
         i++) {
        enum mailroute_state state;
        struct name name;

        if (!record_target(&mx->records[i], &name) || name.labels == 0)
            continue;
        ask_host(view, &name, &hosts[route->host_count]);
        state = judge_host(route, &hosts[route->host_count++]);
        if (state == MAILROUTE_GOOD && !asked_is(&good))
            good = route->address;
        if (state == MAILROUTE_GOOD && !all)
            break;
        if (state != MAILROUTE_NO_HOST && worst != MAILROUTE_PENDING)
            worst = state;
    }
    if (asked_is(&good)) {
        route->address = good;
        return MAILROUTE_GOOD;
    }
    if (worst == MAILROUTE_NO_ADDRESS
        && mx->record_count > MAILROUTE_HOSTS_MAX)
        return MAILROUTE_UNKNOWN;
    return worst;
}

const struct mailroute *
mailroute_find(struct view *view, const struct name *domain, bool all)
{
    struct mailroute *route =
        ARENA_NEW(view_run_arena(view), struct mailroute);
    struct mailroute_host self;

    route->mx = asked_lookup(view, domain, RR_MX);
    switch (asked_outcome(&route->mx)) {
    case OUTCOME_PENDING:
        route->state = MAILROUTE_PENDING;
        break;
    case OUTCOME_FOUND:
        route->state = mailroute_is_null(&route->mx)
                           ? MAILROUTE_NULL_MX
                           : ask_hosts(view, route, all);
        break;
    case OUTCOME_NODATA:
        ask_host(view, domain, &self);
        route->state = judge_host(route, &self);
        break;
    case OUTCOME_NXDOMAIN:
        route->state = MAILROUTE_NO_DOMAIN;
        break;
    default:
        route->state = MAILROUTE_UNKNOWN;
        break;
    }
    return route;
}
