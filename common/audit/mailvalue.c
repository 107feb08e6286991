/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The members of selkie-message(1). */
#include "common/audit/mailfacts.h"

static const char *const rules_words[] = {"rfc9989", "rfc7489"};

static struct value *
octets_or_null(struct arena *arena, struct slice octets)
{
    return octets.n == 0 ? value_null(arena) : value_octets(arena, octets);
}

static struct value *
name_value(struct arena *arena, const struct name *name)
{
    return name->size == 0 ? value_null(arena)
                           : value_text(arena, name_bare(arena, name));
}

static const char *
reason_text(struct arena *arena, const struct dkimcheck *check,
            const struct dkimverdict *verdict)
{
    const char *detail = check->sig->detail;

    if (verdict->reason != DKIMREASON_SYNTAX)
        return dkimreason_text(verdict->reason);
    return arena_printf(arena, "%s: %s%s%s", dkimreason_text(verdict->reason),
                        dkimsig_fault_word(verdict->fault),
                        detail == NULL ? "" : " ",
                        detail == NULL ? "" : detail);
}

static struct value *
key_value(struct arena *arena, const struct dkimcheck *check,
          const struct dkimverdict *verdict)
{
    struct value *map = value_map(arena);
    const struct dkimkey *key = verdict->key;

    value_set(
        map, "name",
        check->sig->key_name.size == 0
            ? value_null(arena)
            : value_text(arena, name_dotted(arena, &check->sig->key_name)));
    value_set(map, "outcome",
              value_text(arena, asked_is(&verdict->asked) ? outcome_word(
                                    asked_outcome(&verdict->asked))
                                                          : NULL));
    value_set(map, "key",
              value_text(arena,
                         key == NULL ? NULL : dkimkey_state_word(key->state)));
    value_set(
        map, "type",
        value_text(arena, key == NULL ? NULL : dkimkey_type_word(key->type)));
    value_set(map, "bits",
              key == NULL ? value_null(arena)
                          : value_number(arena, key->material.bits));
    value_set(map, "testing",
              key == NULL ? value_null(arena)
                          : value_bool(arena, key->is_testing));
    return map;
}

/* What has no row is aligned with nothing. */
static struct value *
aligned_value(struct arena *arena, const struct align_row *row)
{
    return row == NULL
               ? value_bool(arena, false)
               : align_truth_value(arena, row->cells[ALIGN_9989].in_force);
}

static struct value *
signature_value(struct arena *arena, const struct mailfacts *facts, size_t i)
{
    const struct dkimcheck *check = &facts->doc->list.checks[i];
    const struct mailsigned *one = &facts->signatures[i];
    const struct dkimsig *sig = check->sig;
    struct value *map = value_map(arena), *names;

    value_set(map, "domain",
              sig->domain.size > 0 ? name_value(arena, &sig->domain)
                                   : octets_or_null(arena, sig->domain_text));
    value_set(map, "selector", octets_or_null(arena, sig->selector_text));
    value_set(map, "algorithm", octets_or_null(arena, sig->algorithm_text));
    value_set(map, "result",
              value_text(arena, dkimresult_word(one->verdict.result)));
    value_set(map, "reason",
              value_text(arena, reason_text(arena, check, &one->verdict)));
    value_set(map, "aligned", aligned_value(arena, one->row));
    value_set(map, "canonicalization",
              value_text(arena, arena_printf(arena, "%s/%s",
                                             dkimcanon_word(sig->header),
                                             dkimcanon_word(sig->body))));
    value_set(map, "body_hash",
              value_text(arena, !check->is_hashed     ? NULL
                                : check->body_matches ? "same"
                                                      : "different"));
    names = value_set(map, "signed", value_list(arena));
    for (size_t k = 0; k < sig->signed_count; k++)
        value_add(names, value_octets(arena, sig->signed_names[k]));
    value_set(map, "key", key_value(arena, check, &one->verdict));
    return map;
}

static struct value *
spf_value(struct arena *arena, const struct mailfacts *facts)
{
    struct value *map;

    if (facts->spf == NULL)
        return value_null(arena);
    map = value_map(arena);
    value_set(map, "result",
              value_text(arena, spfresult_word(facts->spf->result)));
    value_set(map, "domain", value_text(arena, facts->spf->domain));
    value_set(map, "aligned", aligned_value(arena, facts->spf_row));
    value_set(map, "helo_result",
              value_text(arena, facts->helo == NULL
                                    ? NULL
                                    : spfresult_word(facts->helo->result)));
    return map;
}

/* By one algorithm: what align says of the policy, and our own result. */
static struct value *
rules_value(struct arena *arena, const struct mailfacts *facts,
            const struct value *planned, int rules)
{
    struct value *map = (struct value *)value_get(planned, rules_words[rules]);

    if (map == NULL)
        map = value_map(arena);
    value_set(map, "result",
              value_text(arena, maildmarc_word(facts->results[rules])));
    return map;
}

static struct value *
dmarc_value(struct arena *arena, const struct mailfacts *facts)
{
    struct value *map = value_map(arena), *planned = value_map(arena);
    const struct value *policy;

    if (facts->align != NULL)
        align_value(arena, facts->align, planned);
    value_set(map, "result",
              value_text(arena, maildmarc_word(facts->results[ALIGN_9989])));
    value_set(map, "domain", name_value(arena, &facts->doc->from.domain));
    policy = value_at(planned, "rfc9989.policy");
    value_set(map, "policy",
              value_is_null(policy)
                  ? value_null(arena)
                  : value_text(arena, value_as_text(policy)));
    for (int i = 0; i < ALIGN_RULES; i++)
        value_set(map, rules_words[i], rules_value(arena, facts, planned, i));
    return map;
}

static struct value *
from_value(struct arena *arena, const struct fromfield *from)
{
    struct value *map = value_map(arena), *list;

    value_set(map, "address",
              from->address == NULL
                  ? value_null(arena)
                  : value_octets(arena, slice_of(from->address)));
    value_set(map, "domain", name_value(arena, &from->domain));
    list = value_set(map, "domains", value_list(arena));
    for (size_t i = 0; i < from->domain_count; i++)
        value_add(list, name_value(arena, &from->domains[i]));
    return map;
}

static struct value *
origin_value(struct arena *arena, const struct mailorigin *origin)
{
    struct value *map = value_map(arena);
    struct strbuf ip = STRBUF_INIT;

    address_present(&origin->ip, &ip);
    value_set(map, "ip", octets_or_null(arena, strbuf_slice(&ip)));
    value_set(map, "ip_from", value_text(arena, origin->ip_from));
    value_set(map, "helo",
              origin->helo == NULL
                  ? value_null(arena)
                  : value_octets(arena, slice_of(origin->helo)));
    value_set(map, "helo_from", value_text(arena, origin->helo_from));
    value_set(map, "sender",
              origin->sender == NULL
                  ? value_null(arena)
                  : value_octets(arena, slice_of(origin->sender)));
    value_set(map, "sender_from", value_text(arena, origin->sender_from));
    strbuf_clear(&ip);
    return map;
}

void
mailfacts_value(struct arena *arena, const struct mailfacts *facts,
                struct value *map)
{
    struct value *list = value_list(arena);

    value_set(map, "from", from_value(arena, &facts->doc->from));
    value_set(map, "origin", origin_value(arena, &facts->doc->origin));
    for (size_t i = 0; i < facts->doc->list.count; i++)
        value_add(list, signature_value(arena, facts, i));
    value_set(map, "dkim", list);
    value_set(map, "spf", spf_value(arena, facts));
    value_set(map, "dmarc", dmarc_value(arena, facts));
    value_set(map, "authentication_results",
              value_text(arena, mailfacts_results_field(arena, facts)));
    value_set(map, "explanation",
              value_text(arena, mailfacts_plain(arena, facts)));
}
