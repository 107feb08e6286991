/* SPDX-License-Identifier: GPL-3.0-or-later */
/* facts.dmarc: the policy by both algorithms, and every question of the tree
   walk. */
#include "common/audit/dmarcvalue.h"

#include "common/audit/collect_dmarc.h"

static struct value *
word(struct arena *arena, const char *text)
{
    return value_text(arena, text);
}

static const char *
found_at(struct arena *arena, const struct discovery_step *step)
{
    return step == NULL ? NULL
                        : name_dotted(arena, &step->asked.question.name);
}

static struct value *
record_value(struct arena *arena, const struct discovery_step *step)
{
    return step == NULL || step->record == NULL
               ? value_null(arena)
               : value_octets(arena, step->record->text);
}

/* ---- what the record comes to ---- */

static enum dmarcpolicy
or_else(enum dmarcpolicy policy, enum dmarcpolicy other)
{
    return policy == DMARCPOLICY_ABSENT ? other : policy;
}

static void
set_policies(struct arena *arena, const struct dmarcrecord *record,
             enum dmarcrecord_standing standing, struct value *map)
{
    enum dmarcpolicy p = record->p, sp = or_else(record->sp, p),
                     np = or_else(record->np, sp);

    if (standing == DMARCRECORD_AS_NONE)
        p = sp = np = DMARCPOLICY_NONE;
    else if (standing == DMARCRECORD_IGNORED)
        p = sp = np = DMARCPOLICY_ABSENT;
    value_set(map, "p", word(arena, dmarcpolicy_word(p)));
    value_set(map, "sp", word(arena, dmarcpolicy_word(sp)));
    value_set(map, "np", word(arena, dmarcpolicy_word(np)));
    value_set(map, "adkim", word(arena, record->strict_dkim ? "s" : "r"));
    value_set(map, "aspf", word(arena, record->strict_spf ? "s" : "r"));
}

/* The tags as RFC 9989 reads them, what is left out filled in (sections 4.7
   and 4.10.1). */
static void
set_tags_9989(struct arena *arena, const struct dmarcrecord *record,
              struct value *map)
{
    static const char *const psd[] = {
        [PSD_UNKNOWN] = "u", [PSD_YES] = "y", [PSD_NO] = "n"};

    set_policies(arena, record, record->rfc9989, map);
    value_set(map, "t", word(arena, record->is_testing ? "y" : "n"));
    value_set(map, "psd", word(arena, psd[record->psd]));
}

/* As RFC 7489 section 6.3 does, which knows no np=, t= and psd=. */
static void
set_tags_7489(struct arena *arena, const struct dmarcrecord *record,
              struct value *map)
{
    set_policies(arena, record, record->rfc7489, map);
    value_set(map, "np", value_null(arena));
    value_set(map, "pct", value_number(arena, record->pct));
}

static struct value *
policy_value(struct arena *arena, const struct discovery_policy *policy,
             void (*set_tags)(struct arena *arena,
                              const struct dmarcrecord *record,
                              struct value *map))
{
    static const char *const tags[] = {"p",    "sp", "np",  "adkim",
                                       "aspf", "t",  "psd", "pct"};
    struct value *map = value_map(arena);
    const struct discovery_step *step = policy->is_known ? policy->step : NULL;
    bool known = policy->is_known && policy->org_is_known;

    value_set(map, "state", word(arena, known ? "known" : "unknown"));
    value_set(map, "org_domain",
              word(arena, policy->org_is_known ? name_bare(arena, &policy->org)
                                               : NULL));
    value_set(map, "record", record_value(arena, step));
    value_set(map, "found_at", word(arena, found_at(arena, step)));
    value_set(map, "tag", word(arena, policy->is_known ? policy->tag : NULL));
    value_set(map, "policy",
              word(arena, policy->is_known ? dmarcpolicy_word(policy->policy)
                                           : NULL));
    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
        value_set(map, tags[i], value_null(arena));
    if (step != NULL && step->record != NULL)
        set_tags(arena, step->record, map);
    return map;
}

/* ---- the walk ---- */

static struct value *
step_value(struct arena *arena, const struct discovery_step *step)
{
    static const char *const found[] = {[DISCOVERY_PENDING] = "unknown",
                                        [DISCOVERY_NONE] = "none",
                                        [DISCOVERY_ONE] = "one",
                                        [DISCOVERY_MANY] = "several",
                                        [DISCOVERY_FAILED] = "unknown"};
    struct value *map = value_map(arena);
    bool is_asked = asked_is(&step->asked);

    value_set(map, "domain", word(arena, name_bare(arena, &step->domain)));
    value_set(map, "name",
              word(arena, is_asked ? found_at(arena, step) : NULL));
    value_set(map, "outcome",
              word(arena, is_asked ? outcome_word(asked_outcome(&step->asked))
                                   : NULL));
    value_set(map, "found", word(arena, found[step->found]));
    value_set(map, "record", record_value(arena, step));
    return map;
}

static struct value *
walk_value(struct arena *arena, const struct discovery_walk *walk)
{
    struct value *list = value_list(arena);

    for (size_t i = 0; i < walk->count; i++)
        value_add(list, step_value(arena, &walk->steps[i]));
    return list;
}

/* RFC 9989 section 4.10.2: one walk for each identifier. */
static struct value *
sender_value(struct arena *arena, const struct dmarc_facts *dmarc)
{
    const struct discovery_walk *walk = dmarc->sender_walk;
    struct value *map = value_map(arena);

    if (walk == NULL)
        return value_null(arena);
    value_set(map, "domain", word(arena, name_bare(arena, &walk->start)));
    value_set(map, "org_domain",
              word(arena, walk->is_pending || walk->is_unknown
                              ? NULL
                              : name_bare(arena, &walk->org)));
    value_set(map, "walk", walk_value(arena, walk));
    return map;
}

struct value *
dmarcvalue_facts(const struct facts *facts, struct arena *arena)
{
    const struct dmarc_facts *dmarc = facts->dmarc;
    const struct discovery *discovery = dmarc->discovery;
    const struct discovery_policy *rfc9989 = &discovery->rfc9989;
    const struct discovery_policy *rfc7489 = &discovery->rfc7489;
    bool known =
        rfc9989->is_known && rfc9989->org_is_known && rfc7489->is_known;
    struct value *map = value_map(arena), *new;

    value_set(map, "state", word(arena, known ? "known" : "unknown"));
    value_set(map, "record", record_value(arena, dmarc->reporting));
    value_set(map, "found_at", word(arena, found_at(arena, dmarc->reporting)));
    new = policy_value(arena, rfc9989, set_tags_9989);
    value_set(new, "walk", walk_value(arena, discovery->walk));
    value_set(new, "mail_from", sender_value(arena, dmarc));
    value_set(map, "rfc9989", new);
    value_set(map, "rfc7489", policy_value(arena, rfc7489, set_tags_7489));
    return map;
}
