/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the records came into DNS: asking. */
#include "common/audit/collect_hygiene.h"

#include "common/audit/collect_dkim.h"
#include "common/audit/collect_servers.h"
#include "common/dns/authority.h"

/* Selectors looked for a second time under the zone's name twice: more are
   not worth their questions. */
#define DOUBLED_SELECTORS_MAX 8

static const struct answer *
ask(struct view *view, const struct name *name, struct question *question)
{
    *question = question_recursive(name, RR_TXT);
    return view_lookup(view, name, RR_TXT);
}

/* "_dmarc" in a panel that adds the zone's name, written as
   "_dmarc.example.com", ends at _dmarc.example.com.example.com. */
static void
ask_doubled(struct view *view, const struct name *domain,
            struct hygiene_place *place)
{
    if (!outcome_is_absent(place->answer->outcome)
        || name_rebase(&place->doubled_name, &place->name, &name_root, domain)
               != ST_OK)
        return;
    place->doubled = ask(view, &place->doubled_name, &place->doubled_question);
}

static void
add_place(struct view *view, struct hygiene_facts *hygiene,
          const struct name *name)
{
    struct hygiene_place *places =
        arena_grow(view_run_arena(view), (void *)hygiene->places,
                   hygiene->place_count, sizeof(*places));
    struct hygiene_place *place = &places[hygiene->place_count++];

    hygiene->places = places;
    place->name = *name;
    place->answer = ask(view, name, &place->question);
}

static void
add_label(struct view *view, struct hygiene_facts *hygiene,
          const struct name *domain, struct slice labels)
{
    struct name name;

    if (name_prepend(&name, labels, domain) == ST_OK)
        add_place(view, hygiene, &name);
}

/* Selectors that somebody asserts, and guesses that were found: of the others
   nothing is there to look at. */
static void
add_selectors(struct view *view, struct hygiene_facts *hygiene,
              const struct dkim_facts *dkim)
{
    size_t n = 0;

    for (size_t i = 0;
         dkim != NULL && i < dkim->count && n < DOUBLED_SELECTORS_MAX; i++) {
        const struct dkim_selector *selector = &dkim->selectors[i];

        if (!selector->is_listed || !asked_is(&selector->asked))
            continue;
        add_place(view, hygiene, &selector->name);
        n++;
    }
}

static void
ask_wildcards(struct view *view, struct hygiene_facts *hygiene,
              const struct name *domain)
{
    char label[VIEW_LABEL_SIZE];

    view_random_label(view, "wildcard", 0, label);
    if (name_prepend(&hygiene->wild, slice_of(label), domain) != ST_OK
        || name_prepend(&hygiene->wild_dmarc, SLICE("_dmarc"), &hygiene->wild)
               != ST_OK)
        return;
    hygiene->wild_answer = ask(view, &hygiene->wild, &hygiene->wild_question);
    hygiene->wild_dmarc_answer =
        ask(view, &hygiene->wild_dmarc, &hygiene->wild_dmarc_question);
}

/* Of servers that are known: one at least has an address. */
static const struct address *
first_address(const struct authority *authority)
{
    size_t i = 0;

    while (authority->servers[i].address_count == 0)
        i++;
    return &authority->servers[i].addresses[0];
}

/* A name that has TXT should be no alias as well.  Behind a cut it is its own
   servers that say so. */
static void
ask_place(struct view *view, struct hygiene_place *place,
          const struct address *address)
{
    const struct authority *below;

    place->direct = asked_lookup_at(view, address, &place->name, RR_TXT);
    if (place->direct.answer->referral) {
        below = authority_below(view, place->direct.answer);
        if (below->state != AUTHORITY_KNOWN)
            return;
        address = first_address(below);
        place->direct = asked_lookup_at(view, address, &place->name, RR_TXT);
    }
    if (place->direct.answer->outcome == OUTCOME_FOUND
        && place->direct.answer->chain_count == 0)
        place->cname = asked_lookup_at(view, address, &place->name, RR_CNAME);
}

/* A resolver's cache counts TTLs down: one server is asked for them. */
static void
ask_first_server(struct view *view, struct hygiene_facts *hygiene,
                 const struct authority *authority)
{
    const struct address *address = first_address(authority);

    hygiene->soa = asked_lookup_at(view, address, &authority->zone, RR_SOA);
    for (size_t i = 0; i < hygiene->place_count; i++) {
        struct hygiene_place *place =
            (struct hygiene_place *)&hygiene->places[i];

        if (place->answer->outcome == OUTCOME_FOUND)
            ask_place(view, place, address);
    }
}

static void
ask_zone(struct view *view, const struct facts *facts,
         struct hygiene_facts *hygiene)
{
    const struct name *domain = &facts->input->domain;
    const struct authority *authority = authority_find(view, domain);

    hygiene->mx = asked_lookup(view, domain, RR_MX);
    hygiene->servers = collect_servers(view, facts, authority);
    if (authority->zone.size == 0)
        return;
    hygiene->zone = authority->zone;
    hygiene->soa = asked_lookup(view, &authority->zone, RR_SOA);
    if (authority->state == AUTHORITY_KNOWN)
        ask_first_server(view, hygiene, authority);
}

static void
collect(struct facts *facts, struct view *view)
{
    const struct name *domain = &facts->input->domain;
    struct hygiene_facts *hygiene =
        ARENA_NEW(view_run_arena(view), struct hygiene_facts);

    facts->hygiene = hygiene;
    add_place(view, hygiene, domain);
    add_label(view, hygiene, domain, SLICE("_dmarc"));
    add_selectors(view, hygiene, facts->dkim);
    for (size_t i = 1; i < hygiene->place_count; i++)
        ask_doubled(view, domain, (struct hygiene_place *)&hygiene->places[i]);
    ask_wildcards(view, hygiene, domain);
    ask_zone(view, facts, hygiene);
}

const struct audit_area area_hygiene = {"hygiene", collect, NULL,
                                        check_hygiene};
