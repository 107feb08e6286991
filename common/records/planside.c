/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What customers publish themselves, in zones of their own. */
#include "common/records/planside.h"

#include "common/base/strbuf.h"
#include "common/dns/answer.h"

bool
planside_knows(enum domain_mode mode)
{
    return mode == MODE_ESP || mode == MODE_CNAME || mode == MODE_TXT;
}

struct planside_powers
planside_powers(enum domain_mode mode)
{
    /* Texts of this length are not to stand side by side. */
    /* clang-format off */
    static const struct planside_powers powers[DOMAIN_MODES] = {
        [MODE_ESP] = {
            .esp =
                "makes, rotates and revokes keys, names who sends, sets the "
                "policy and reads the reports",
            .customer = "can change nothing",
        },
        [MODE_CNAME] = {
            .esp =
                "rotates and revokes the keys behind the aliases; a further "
                "selector needs a further alias",
            .customer =
                "ends it by removing an alias; sets its policy, and names who"
                " sends",
        },
        [MODE_TXT] = {
            .esp = "signs, and can rotate or revoke nothing by itself",
            .customer =
                "publishes each key and its successor, ends it by removing "
                "one; sets its policy, and names who sends",
        },
        [MODE_NS] = {
            .esp =
                "makes, rotates and revokes keys under any selector of the "
                "domain, those of other senders too",
            .customer =
                "ends it by removing the delegation; sets its policy, and "
                "names who sends",
        },
        [MODE_NS_LABEL] = {
            .esp =
                "makes, rotates and revokes keys under selectors that end in "
                "its label, and no others",
            .customer =
                "ends it by removing the delegation; keeps all other "
                "selectors; sets its policy, and names who sends",
        },
        [MODE_NS_SUBDOMAIN] = {
            .esp =
                "makes, rotates and revokes keys of the subdomain, names who "
                "sends as it, sets its policy and reads its reports",
            .customer =
                "ends it by removing the delegation; keeps all names beside "
                "the subdomain",
        },
    };
    /* clang-format on */

    return powers[mode];
}

/* One customer's domain and key, and where its record goes. */
struct side {
    const struct customer_domain *domain; /* the customer's */
    const struct served_key *key;         /* of it */
    const struct name *esp;               /* the ESP's domain */
    struct arena *arena;                  /* for the plan */
};

static enum status
alias_data(const struct side *side, struct plan_record *record)
{
    struct strbuf labels = STRBUF_INIT;
    struct name target;
    enum status st;

    strbuf_addf(&labels, "%s.%s._dkim", side->key->selector,
                side->domain->token);
    st = name_prepend(&target, strbuf_slice(&labels), side->esp);
    strbuf_clear(&labels);
    record->type = RR_CNAME;
    if (st == ST_OK)
        record->data = arena_slice(side->arena, name_key(&target));
    return st;
}

static enum status
text_data(const struct side *side, struct plan_record *record)
{
    struct strbuf text = STRBUF_INIT, data = STRBUF_INIT;
    struct slice rest;

    strbuf_addf(&text, "v=DKIM1; k=%s; p=%s", side->key->algorithm,
                side->key->data);
    for (rest = strbuf_slice(&text); rest.n > 0;) {
        struct slice string = slice_take(&rest, RR_STRING_MAX);

        strbuf_add_char(&data, (char)string.n);
        strbuf_add_slice(&data, string);
    }
    record->type = RR_TXT;
    record->data = arena_slice(side->arena, strbuf_slice(&data));
    strbuf_clear(&text);
    strbuf_clear(&data);
    return ST_OK;
}

static enum status
add_key(const struct side *side, struct plan *plan, struct error *err)
{
    struct plan_record record = {
        .ttl = PLANSIDE_TTL_S, .key = side->key, .side = side->domain};
    struct name name;
    enum status st;

    if ((st = name_parse(&name, slice_of(side->domain->name), err)) != ST_OK)
        return st;
    if ((st = name_prepend(&name, SLICE("_domainkey"), &name)) == ST_OK
        && (st = name_prepend(&record.owner, slice_of(side->key->selector),
                              &name))
               == ST_OK)
        st = side->domain->mode == MODE_CNAME ? alias_data(side, &record)
                                              : text_data(side, &record);
    if (st != ST_OK)
        return error_set(err, st,
                         "selector '%s' of '%s' makes a name that "
                         "is too long",
                         side->key->selector, side->domain->name);
    plan->records = arena_grow(side->arena, plan->records, plan->count,
                               sizeof(*plan->records));
    plan->records[plan->count++] = record;
    return ST_OK;
}

enum status
planside_customer(const struct served_customer *customer,
                  const struct name *esp, struct arena *arena,
                  struct plan *plan, struct error *err)
{
    for (size_t i = 0; i < customer->domain_count; i++) {
        const struct served_domain *domain = &customer->domains[i];
        struct side side = {&domain->domain, NULL, esp, arena};

        if (domain->domain.mode == MODE_ESP || domain->key_count == 0)
            continue;
        if (!planside_knows(domain->domain.mode))
            return error_set(err, ST_UNSUPPORTED,
                             "'%s': records of mode %s cannot be worked out "
                             "yet",
                             domain->domain.name,
                             states_mode(domain->domain.mode));
        for (size_t k = 0; k < domain->key_count; k++) {
            enum status st;

            side.key = &domain->keys[k];
            if ((st = add_key(&side, plan, err)) != ST_OK)
                return st;
        }
    }
    return ST_OK;
}
