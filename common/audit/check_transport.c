/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The transport.* findings that DNS decides: names of hosts that send, and
   hosts that receive. */
#include "common/audit/collect_transport.h"

#include "common/audit/mailtxt.h"
#include "common/base/strbuf.h"

struct check {
    const struct audit_input *input;         /* what was asked about */
    const struct transport_facts *transport; /* what is known */
    struct report *report;                   /* where findings go */
    struct arena *arena;                     /* its */
};

static struct finding *
raise_asked(const struct check *check, enum finding_id id,
            const struct name *at, const struct asked *asked)
{
    struct finding *finding =
        report_add(check->report, id, name_dotted(check->arena, at));

    finding_word(finding, "domain",
                 name_bare(check->arena, &check->input->domain));
    return finding_evidence(finding, asked_evidence(check->arena, asked));
}

/* ---- the address that sends ---- */

static const char *
ip_text(const struct check *check)
{
    struct strbuf text = STRBUF_INIT;
    const char *out;

    address_present(&check->input->ip, &text);
    out = arena_text(check->arena, strbuf_slice(&text));
    strbuf_clear(&text);
    return out;
}

static bool
leads_back(const struct check *check, const struct transport_name *one)
{
    const struct answer *answer = one->forward.answer;
    struct address ip = check->input->ip, seen;

    ip.port = 0;
    for (size_t i = 0;
         answer->outcome == OUTCOME_FOUND && i < answer->record_count; i++)
        if (record_address(&answer->records[i], &seen)
            && address_equal(&seen, &ip))
            return true;
    return false;
}

/* Words that operators of access networks put into names: whole labels, or
   parts of one between hyphens and digits. */
static bool
has_dynamic_word(const char *text)
{
    static const char *const words[] = {
        "dynamic", "dyn",   "dhcp", "dial",   "dialup", "dsl",       "adsl",
        "vdsl",    "pppoe", "ppp",  "pool",   "pools",  "broadband", "cable",
        "client",  "cust",  "host", "static", "ip",     "unassigned"};

    while (*text != '\0') {
        size_t n = strcspn(text, "-.0123456789_");

        for (size_t i = 0; n > 0 && i < sizeof(words) / sizeof(words[0]); i++)
            if (strlen(words[i]) == n && strncmp(text, words[i], n) == 0)
                return true;
        text += n + (text[n] != '\0');
    }
    return false;
}

/* Numbers of the name in order, as many as there is room for. */
static size_t
numbers_of(const char *text, unsigned long out[], size_t room)
{
    size_t count = 0;

    while (*text != '\0' && count < room) {
        uint64_t number;
        size_t n = strspn(text, "0123456789");

        if (n > 0 && slice_number((struct slice){text, n}, 255, &number))
            out[count++] = number;
        text += n > 0 ? n : 1;
    }
    return count;
}

/* Does the name spell the address, in either order?  192-0-2-25.isp.example,
   or 25.2.0.192.  Names of IPv6 hosts that do have its last 16 nibbles. */
#define NUMBERS_MAX 16
static bool
spells_ip(const struct check *check, const char *text)
{
    const struct address *ip = &check->input->ip;
    unsigned long numbers[NUMBERS_MAX];
    size_t count = numbers_of(text, numbers, NUMBERS_MAX);
    const char *hex;

    for (size_t i = 0; ip->family == 4 && i + 4 <= count; i++) {
        bool forward = true, backward = true;

        for (size_t k = 0; k < 4; k++) {
            forward = forward && numbers[i + k] == ip->octets[k];
            backward = backward && numbers[i + k] == ip->octets[3 - k];
        }
        if (forward || backward)
            return true;
    }
    hex = ip->family == 4
              ? arena_printf(check->arena, "%02x%02x%02x%02x", ip->octets[0],
                             ip->octets[1], ip->octets[2], ip->octets[3])
              : arena_printf(check->arena, "%02x%02x%02x%02x%02x%02x%02x%02x",
                             ip->octets[8], ip->octets[9], ip->octets[10],
                             ip->octets[11], ip->octets[12], ip->octets[13],
                             ip->octets[14], ip->octets[15]);
    return strstr(text, hex) != NULL;
}

/* A word alone may be a company's; with two numbers of the address or more
   it is a pool's. */
static bool
is_generic(const struct check *check, const struct transport_name *one)
{
    const char *text = name_bare(check->arena, &one->name);
    unsigned long numbers[NUMBERS_MAX];
    size_t count = numbers_of(text, numbers, NUMBERS_MAX), same = 0;

    if (spells_ip(check, text))
        return true;
    for (size_t i = 0; check->input->ip.family == 4 && i < count; i++)
        for (size_t k = 0; k < 4; k++)
            if (numbers[i] == check->input->ip.octets[k]) {
                same++;
                break;
            }
    return same >= 2 && has_dynamic_word(text);
}

/* Gmail and others want one name at least that leads back. */
static void
check_names(const struct check *check)
{
    const struct transport_facts *transport = check->transport;
    bool back = false, open = false, generic = transport->ptr_count > 0;
    struct finding *finding;

    for (size_t i = 0; i < transport->ptr_count; i++) {
        const struct transport_name *one = &transport->ptrs[i];

        back = back || leads_back(check, one);
        open = open || outcome_is_failure(asked_outcome(&one->forward));
        generic = generic && is_generic(check, one);
    }
    report_decide(check->report, FIND_TRANSPORT_PTR_MISMATCH, back || !open);
    if (generic) {
        finding = raise_asked(check, FIND_TRANSPORT_PTR_GENERIC,
                              &transport->ptr.question.name, &transport->ptr);
        finding_word(finding, "ip", ip_text(check));
        finding_word(finding, "name",
                     name_bare(check->arena, &transport->ptrs[0].name));
    }
    if (back)
        return;
    finding = raise_asked(check, FIND_TRANSPORT_PTR_MISMATCH,
                          &transport->ptr.question.name, &transport->ptr);
    if (open)
        finding_set_unknown(finding);
    finding_word(finding, "ip", ip_text(check));
    for (size_t i = 0; i < transport->ptr_count; i++) {
        finding_item(
            finding, "name",
            slice_of(name_bare(check->arena, &transport->ptrs[i].name)));
        finding_evidence(finding, asked_evidence(check->arena,
                                                 &transport->ptrs[i].forward));
    }
}

static void
check_ptr(const struct check *check)
{
    const struct asked *ptr = &check->transport->ptr;
    enum outcome outcome = asked_outcome(ptr);
    bool known = outcome_is_definite(outcome);
    struct finding *finding;

    if (!asked_is(ptr))
        return;
    report_decide(check->report, FIND_TRANSPORT_PTR_MISSING, known);
    report_decide(check->report, FIND_TRANSPORT_PTR_GENERIC, known);
    if (known && check->transport->ptr_count > 0) {
        check_names(check);
        return;
    }
    finding = raise_asked(check, FIND_TRANSPORT_PTR_MISSING,
                          &ptr->question.name, ptr);
    finding_word(finding, "ip", ip_text(check));
    if (known)
        return;
    finding_set_unknown(finding);
    report_decide(check->report, FIND_TRANSPORT_PTR_MISMATCH, false);
}

/* RFC 5321 section 4.1.1.1: a name with an address, or, where there is none,
   an address in brackets (section 4.1.3). */
static void
check_helo(const struct check *check)
{
    const struct transport_facts *transport = check->transport;
    enum outcome a = asked_outcome(&transport->helo_a);
    enum outcome aaaa = asked_outcome(&transport->helo_aaaa);
    bool is_host =
        asked_is(&transport->helo_a) && name_is_host(&transport->helo);
    struct finding *finding;

    if (check->input->helo == NULL || check->input->helo[0] == '[')
        return;
    report_decide(
        check->report, FIND_TRANSPORT_HELO_INVALID,
        !is_host || a == OUTCOME_FOUND || aaaa == OUTCOME_FOUND
            || (outcome_is_definite(a) && outcome_is_definite(aaaa)));
    if (is_host && (!outcome_is_absent(a) || !outcome_is_absent(aaaa)))
        return;
    finding = report_add(check->report, FIND_TRANSPORT_HELO_INVALID,
                         asked_is(&transport->helo_a)
                             ? name_dotted(check->arena, &transport->helo)
                             : "");
    finding_text(finding, "name", slice_of(check->input->helo));
    finding_word(finding, "reason",
                 is_host ? "has no address" : "is no full host name");
    if (is_host) {
        finding_evidence(finding,
                         asked_evidence(check->arena, &transport->helo_a));
        finding_evidence(finding,
                         asked_evidence(check->arena, &transport->helo_aaaa));
    }
}

/* ---- hosts that receive ---- */

static void
check_receiver(const struct check *check,
               const struct transport_receiver *receiver, bool is_parked)
{
    const struct mailroute *route = receiver->route;
    const char *reason = mailroute_reason(route->state);
    struct finding *finding;

    if (reason == NULL || route->state == MAILROUTE_UNKNOWN || is_parked)
        return;
    finding = raise_asked(check, FIND_TRANSPORT_MX_MISSING, &receiver->domain,
                          &route->mx);
    finding_word(finding, "domain",
                 name_bare(check->arena, &receiver->domain));
    finding_word(finding, "reason", reason);
    if (asked_is(&route->address))
        finding_evidence(finding,
                         asked_evidence(check->arena, &route->address));
}

/* Four numbers: 192.0.2.25 written where a host's name belongs. */
static bool
is_literal(const struct check *check, const struct name *host)
{
    struct address address;

    return host->labels == 4
           && address_parse(&address, slice_of(name_bare(check->arena, host)),
                            NULL)
                  == ST_OK;
}

static void
check_hosts(const struct check *check, const struct mailroute *route)
{
    const struct name *domain = &check->input->domain;

    for (size_t i = 0; i < route->host_count; i++) {
        const struct mailroute_host *host = &route->hosts[i];
        const struct asked *alias =
            asked_is(&host->a) && host->a.answer->chain_count > 0
                ? &host->a
                : &host->aaaa;
        struct finding *finding;

        if (is_literal(check, &host->name)) {
            finding = raise_asked(check, FIND_TRANSPORT_MX_IP_LITERAL, domain,
                                  &route->mx);
            finding_word(finding, "target",
                         name_bare(check->arena, &host->name));
            continue;
        }
        if (!asked_is(alias) || alias->answer->chain_count == 0)
            continue;
        finding = raise_asked(check, FIND_TRANSPORT_MX_CNAME, &host->name,
                              &route->mx);
        finding_word(finding, "name", name_bare(check->arena, &host->name));
        finding_word(finding, "target",
                     name_bare(check->arena, &alias->answer->chain[0].target));
        finding_evidence(finding, asked_evidence(check->arena, alias));
    }
}

static bool
hosts_are_known(const struct mailroute *route)
{
    for (size_t i = 0; i < route->host_count; i++)
        if (!outcome_is_definite(asked_outcome(&route->hosts[i].a))
            && route->hosts[i].a.answer->chain_count == 0)
            return false;
    return outcome_is_definite(asked_outcome(&route->mx));
}

/* RFC 7505 section 3: the null MX stands alone. */
static bool
has_null_beside_others(const struct asked *mx)
{
    struct name host;

    for (size_t i = 0;
         asked_outcome(mx) == OUTCOME_FOUND && mx->answer->record_count > 1
         && i < mx->answer->record_count;
         i++)
        if (record_target(&mx->answer->records[i], &host) && host.labels == 0)
            return true;
    return false;
}

static void
check_mx(const struct check *check)
{
    const struct transport_receiver *own = &check->transport->receivers[0];
    const struct asked *mx = &own->route->mx;
    bool mx_known = outcome_is_definite(asked_outcome(mx));
    bool spf_known =
        outcome_is_definite(asked_outcome(&check->transport->apex));
    bool is_parked =
        mailtxt_sends_nothing(check->arena, &check->transport->apex);
    bool routes_known = spf_known;

    for (size_t i = 0; i < check->transport->receiver_count; i++) {
        const struct transport_receiver *one = &check->transport->receivers[i];

        routes_known = routes_known && one->route->state != MAILROUTE_UNKNOWN;
        if (spf_known || i > 0)
            check_receiver(check, one, i == 0 && is_parked);
    }
    report_decide(check->report, FIND_TRANSPORT_MX_MISSING, routes_known);
    check_hosts(check, own->route);
    report_decide(check->report, FIND_TRANSPORT_MX_CNAME,
                  hosts_are_known(own->route));
    report_decide(check->report, FIND_TRANSPORT_MX_IP_LITERAL, mx_known);
    report_decide(check->report, FIND_TRANSPORT_NULL_MX_MIXED, mx_known);
    if (has_null_beside_others(mx))
        raise_asked(check, FIND_TRANSPORT_NULL_MX_MIXED, &own->domain, mx);
    report_decide(check->report, FIND_TRANSPORT_NULL_MX_ABSENT,
                  mx_known && spf_known);
    if (is_parked && asked_outcome(mx) == OUTCOME_NODATA)
        finding_evidence(
            raise_asked(check, FIND_TRANSPORT_NULL_MX_ABSENT, &own->domain,
                        mx),
            asked_evidence(check->arena, &check->transport->apex));
}

/* RFC 7672 section 2.2: TLSA records that are not signed count for nothing. */
static void
check_tlsa(const struct check *check)
{
    bool known = hosts_are_known(check->transport->receivers[0].route);

    for (size_t i = 0; i < check->transport->tlsa_count; i++) {
        const struct transport_tlsa *one = &check->transport->tlsa[i];
        struct finding *finding;

        if (asked_outcome(&one->tlsa) != OUTCOME_FOUND
            || one->tlsa.answer->validated) {
            known = known
                    && (!asked_is(&one->tlsa)
                        || outcome_is_definite(asked_outcome(&one->tlsa)));
            continue;
        }
        /* Below a signed domain nobody told us, and a chain of trust is not
           ours to follow. */
        if (!outcome_is_absent(asked_outcome(&one->ds))) {
            known = false;
            continue;
        }
        finding = raise_asked(check, FIND_TRANSPORT_DANE_INSECURE,
                              &one->tlsa.question.name, &one->tlsa);
        finding_word(finding, "name",
                     name_bare(check->arena, &one->host->name));
        finding_word(finding, "zone", name_bare(check->arena, &one->zone));
        finding_evidence(finding, asked_evidence(check->arena, &one->ds));
    }
    report_decide(check->report, FIND_TRANSPORT_DANE_INSECURE, known);
}

void
check_transport(const struct facts *facts, struct report *report)
{
    struct check check = {.input = facts->input,
                          .transport = facts->transport,
                          .report = report,
                          .arena = report_arena(report)};

    check_ptr(&check);
    check_helo(&check);
    check_mx(&check);
    check_tlsa(&check);
    check_transport_txt(facts->transport, report);
}
