/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a term came out as it did, in words. */
#include "common/spf/spfcheck.h"

/* The section of RFC 7208 on each mechanism and modifier, by kind. */
static const char *
section_of_term(enum spfterm_kind kind)
{
    static const char *const sections[] = {
        [SPFTERM_ALL] = "5.1",      [SPFTERM_INCLUDE] = "5.2",
        [SPFTERM_A] = "5.3",        [SPFTERM_MX] = "5.4",
        [SPFTERM_PTR] = "5.5",      [SPFTERM_IP4] = "5.6",
        [SPFTERM_IP6] = "5.6",      [SPFTERM_EXISTS] = "5.7",
        [SPFTERM_REDIRECT] = "6.1", [SPFTERM_EXP] = "6.2",
        [SPFTERM_MODIFIER] = "6",   [SPFTERM_INVALID] = "4.6",
    };

    return sections[kind];
}

const char *
spfstep_section(struct arena *arena, const struct spfstep *step)
{
    const char *section = section_of_term(step->term->kind);

    switch (step->reason) {
    case SPFREASON_NOT_ASCII:
        return "RFC 8616 section 4";
    case SPFREASON_NO_NAME:
        section = "4.8";
        break;
    case SPFREASON_FAILED:
        section = "5";
        break;
    case SPFREASON_HOSTS_MAX:
    case SPFREASON_LOOKUPS_MAX:
    case SPFREASON_VOIDS_MAX:
    case SPFREASON_LATE:
        section = "4.6.4";
        break;
    default:
        break;
    }
    return arena_printf(arena, "RFC 7208 section %s", section);
}

static const char *
finish(struct arena *arena, struct strbuf *text)
{
    const char *copy = arena_text(arena, strbuf_slice(text));

    strbuf_clear(text);
    return copy;
}

/* "192.0.2.7 is in 192.0.2.0/24" */
static const char *
in_network(struct arena *arena, const struct spfstep *step,
           const struct address *ip)
{
    bool is_found = step->reason == SPFREASON_AT_ADDRESS;
    struct strbuf text = STRBUF_INIT;

    address_present(ip, &text);
    strbuf_add_text(&text,
                    step->match == SPFMATCH_YES ? " is in " : " is not in ");
    address_present(is_found ? &step->found : &step->term->network, &text);
    strbuf_addf(&text, "/%u",
                ip->family == 6 ? step->term->bits6 : step->term->bits4);
    return finish(arena, &text);
}

/* "192.0.2.7 is none of 2 addresses" */
static const char *
none_of(struct arena *arena, const struct spfstep *step,
        const struct address *ip)
{
    bool is_mx = step->reason == SPFREASON_NO_HOST;
    const char *noun = is_mx ? "MX name" : "address";
    struct strbuf text = STRBUF_INIT;

    address_present(ip, &text);
    strbuf_addf(&text,
                is_mx ? " is at none of %zu %s%s" : " is none of %zu %s%s",
                step->number, noun,
                step->number == 1 ? ""
                : is_mx           ? "s"
                                  : "es");
    return finish(arena, &text);
}

/* "TXT of example.com. gave servfail" */
static const char *
failed(struct arena *arena, const struct spfstep *step)
{
    const struct spflookup *lookup =
        step->nested != NULL && step->nested->txt != NULL
            ? step->nested->txt
            : &step->asked[step->asked_count - 1];
    struct strbuf text = STRBUF_INIT;

    rrtype_present(lookup->question->type, &text);
    strbuf_add_text(&text, " of ");
    name_present(&lookup->question->name, &text);
    strbuf_addf(&text, " gave %s", outcome_word(lookup->answer->outcome));
    return finish(arena, &text);
}

/* Those that are the same whatever the term. */
static const char *
fixed(enum spfreason reason)
{
    switch (reason) {
    case SPFREASON_ALL:
        return "it always matches";
    case SPFREASON_EXISTS:
        return "an A record is there";
    case SPFREASON_REDIRECT:
        return "its result is that of the target";
    case SPFREASON_REDIRECT_NONE:
        return "the target has no SPF record";
    case SPFREASON_VOID:
        return "nothing is there";
    case SPFREASON_PENDING:
        return "an answer is missing";
    case SPFREASON_LOOKUPS_MAX:
        return "more than 10 terms that cause DNS lookups";
    case SPFREASON_VOIDS_MAX:
        return "more than 2 void lookups";
    case SPFREASON_LATE:
        return "the answers took more than 20 seconds";
    case SPFREASON_NOT_ASCII:
        return "the local part is not ASCII, so nothing matches";
    case SPFREASON_NO_NAME:
        return "the target is no domain name, so nothing matches";
    default:
        return NULL;
    }
}

const char *
spfstep_reason(struct arena *arena, const struct spfstep *step,
               const struct address *ip)
{
    switch (step->reason) {
    case SPFREASON_OTHER_FAMILY:
        return arena_printf(arena, "the client's address is IPv%u",
                            ip->family);
    case SPFREASON_IN_NETWORK:
    case SPFREASON_NOT_IN_NETWORK:
    case SPFREASON_AT_ADDRESS:
        return in_network(arena, step, ip);
    case SPFREASON_NO_ADDRESS:
    case SPFREASON_NO_HOST:
        return none_of(arena, step, ip);
    case SPFREASON_HOSTS_MAX:
        return arena_printf(arena, "%zu MX names, and %d are allowed",
                            step->number, SPFCHECK_MX_MAX);
    case SPFREASON_PTR_NAME:
        return arena_printf(arena, "the client is %s",
                            name_bare(arena, step->name));
    case SPFREASON_NO_PTR_NAME:
        return arena_printf(arena,
                            "none of %zu validated names is in the domain",
                            step->number);
    case SPFREASON_INCLUDE:
        return arena_printf(arena, "the record included gives %s",
                            spfresult_word(step->nested->result));
    case SPFREASON_FAILED:
        return failed(arena, step);
    default:
        return fixed(step->reason);
    }
}
