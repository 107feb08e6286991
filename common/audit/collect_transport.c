/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hosts that send and receive a domain's mail: asking. */
#include "common/audit/collect_transport.h"

#include "common/audit/mailtxt.h"
#include "common/dmarc/suffix.h"
#include "common/dns/authority.h"

static void
ask_below(struct view *view, const char *labels, const struct name *domain,
          uint16_t type, struct asked *out)
{
    struct name name;

    if (name_prepend(&name, slice_of(labels), domain) == ST_OK)
        *out = asked_lookup(view, &name, type);
}

static void
add_receiver(struct view *view, struct transport_facts *transport,
             const struct name *domain)
{
    struct transport_receiver *receiver =
        &transport->receivers[transport->receiver_count++];

    receiver->domain = *domain;
    receiver->route =
        mailroute_find(view, domain, transport->receiver_count == 1);
}

/* What is under an unsigned registrable domain is not signed either, whatever
   a resolver that does not validate says.  A name below one of the list's
   private suffixes may be no zone of its own: that there is no DS there says
   nothing. */
static void
ask_ds(struct view *view, struct transport_tlsa *one)
{
    struct name org;

    suffix_org(&org, &one->host->name);
    authority_zone(view, &org, &one->zone);
    if (one->zone.size > 0)
        one->ds = asked_lookup(view, &one->zone, RR_DS);
}

static void
ask_tlsa(struct view *view, struct transport_facts *transport)
{
    const struct mailroute *route = transport->receivers[0].route;

    transport->tlsa = ARENA_ARRAY(view_run_arena(view), struct transport_tlsa,
                                  route->host_count + 1);
    for (size_t i = 0; i < route->host_count; i++) {
        struct transport_tlsa *one = &transport->tlsa[transport->tlsa_count++];

        *one = (struct transport_tlsa){.host = &route->hosts[i]};
        ask_below(view, "_25._tcp", &one->host->name, RR_TLSA, &one->tlsa);
        if (asked_outcome(&one->tlsa) == OUTCOME_FOUND
            && !one->tlsa.answer->validated)
            ask_ds(view, one);
    }
}

static void
ask_names(struct view *view, struct transport_facts *transport,
          const struct address *ip)
{
    const struct answer *answer;
    struct transport_name *names;
    struct name name;

    address_reverse(ip, &name);
    transport->ptr = asked_lookup(view, &name, RR_PTR);
    answer = transport->ptr.answer;
    if (answer->outcome != OUTCOME_FOUND)
        return;
    names = ARENA_ARRAY(view_run_arena(view), struct transport_name,
                        TRANSPORT_NAMES_MAX);
    transport->ptrs = names;
    for (size_t i = 0; i < answer->record_count
                       && transport->ptr_count < TRANSPORT_NAMES_MAX;
         i++) {
        struct transport_name *one = &names[transport->ptr_count];

        if (!record_target(&answer->records[i], &one->name))
            continue;
        one->forward =
            asked_lookup(view, &one->name, ip->family == 6 ? RR_AAAA : RR_A);
        transport->ptr_count++;
    }
}

static void
collect(struct facts *facts, struct view *view)
{
    const struct audit_input *input = facts->input;
    struct transport_facts *transport =
        ARENA_NEW(view_run_arena(view), struct transport_facts);
    struct name sender;

    facts->transport = transport;
    add_receiver(view, transport, &input->domain);
    if (audit_sender(input, &sender) && !name_equal(&sender, &input->domain))
        add_receiver(view, transport, &sender);
    ask_tlsa(view, transport);
    if (input->ip.family != 0)
        ask_names(view, transport, &input->ip);
    if (input->helo != NULL
        && name_from_user(&transport->helo, input->helo, NULL) == ST_OK
        && transport->helo.labels > 1) {
        transport->helo_a = asked_lookup(view, &transport->helo, RR_A);
        transport->helo_aaaa = asked_lookup(view, &transport->helo, RR_AAAA);
    }
    transport->apex = asked_lookup(view, &input->domain, RR_TXT);
    ask_below(view, "_mta-sts", &input->domain, RR_TXT, &transport->mta_sts);
    if (asked_outcome(&transport->mta_sts) == OUTCOME_FOUND) {
        ask_below(view, "mta-sts", &input->domain, RR_A,
                  &transport->mta_sts_a);
        ask_below(view, "mta-sts", &input->domain, RR_AAAA,
                  &transport->mta_sts_aaaa);
    }
    ask_below(view, "_smtp._tls", &input->domain, RR_TXT, &transport->tlsrpt);
    ask_below(view, "default._bimi", &input->domain, RR_TXT, &transport->bimi);
}

/* The record of that kind: several count as none (RFC 8461 section 3.1, RFC
   8460 section 3). */
static struct value *
txt_value(struct arena *arena, const struct asked *asked,
          enum mailtxt_kind kind)
{
    struct value *map = value_map(arena);
    enum outcome outcome = asked_outcome(asked);
    struct slice record = SLICE_EMPTY;
    size_t count = 0;

    for (size_t i = 0;
         outcome == OUTCOME_FOUND && i < asked->answer->record_count; i++) {
        struct slice text = record_text(arena, &asked->answer->records[i]);

        if (mailtxt_standing(kind, text) != MAILTXT_RECORD)
            continue;
        record = text;
        count++;
    }
    value_set(
        map, "state",
        value_text(arena, outcome_is_definite(outcome) ? "known" : "unknown"));
    value_set(map, "record",
              count == 1 ? value_octets(arena, record) : value_null(arena));
    return map;
}

static struct value *
transport_value(const struct facts *facts, struct arena *arena)
{
    const struct transport_facts *transport = facts->transport;
    struct value *map = value_map(arena);

    value_set(map, "mta_sts",
              txt_value(arena, &transport->mta_sts, MAILTXT_MTA_STS));
    value_set(map, "tls_rpt",
              txt_value(arena, &transport->tlsrpt, MAILTXT_TLSRPT));
    value_set(map, "bimi", txt_value(arena, &transport->bimi, MAILTXT_BIMI));
    return map;
}

const struct audit_area area_transport = {"transport", collect,
                                          transport_value, check_transport};
