/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DKIM key records of a domain: asking, and the contract's facts. */
#include "common/audit/collect_dkim.h"

#include "common/audit/domainkeyvalue.h"
#include "common/audit/keyage.h"
#include "common/audit/providers.h"
#include "common/base/clock.h"
#include "common/base/strbuf.h"

struct search {
    struct view *view;               /* who is asked */
    const struct audit_input *input; /* about whom */
    struct dkim_facts *dkim;         /* the result */
    struct dkim_selector *selectors; /* of it */
    struct asked *below;             /* their TXT, for the verdict */
    size_t below_count;              /* of them */
    bool is_pending;                 /* one of them is not here */
    bool has_guesses;                /* --no-guess was not given */
};

/* Selectors tried because the alias of another leads to their vendor. */
#define VENDOR_SELECTORS_MAX 32

/* What was parsed of an answer's TXT records, kept with the answer. */
struct keys {
    const struct dkimkey **list; /* in the order of the answer */
    size_t count;                /* of them */
};

static const char keys_key; /* of view_memo */

static const struct keys *
read_keys(struct view *view, const struct answer *answer)
{
    struct keys *keys = view_memo(view, answer, &keys_key);
    struct arena *arena = view_pinned_arena(view);

    if (keys != NULL)
        return keys;
    keys = ARENA_NEW(arena, struct keys);
    keys->list =
        ARENA_ARRAY(arena, const struct dkimkey *, answer->record_count);
    for (size_t i = 0; i < answer->record_count; i++)
        keys->list[keys->count++] =
            dkimkey_of_record(arena, &answer->records[i]);
    view_set_memo(view, answer, &keys_key, keys);
    return keys;
}

static bool
is_ascii(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text >= 0x80)
            return false;
    }
    return true;
}

/* The name of a selector's key record, RFC 6376 section 3.6.2.1; dots in the
   selector are label cuts. */
static void
read_selector(struct search *search, struct dkim_selector *selector)
{
    const struct name *domain = &search->input->domain;
    struct error err = ERROR_INIT;
    struct name name, base;
    enum status st;

    if (is_ascii(selector->selector)) {
        st = name_parse(&name, slice_of(selector->selector), &err);
    } else {
        selector->form = DKIM_SELECTOR_NO_ALABEL;
        st = name_from_user(&name, selector->selector, &err);
    }
    if (st == ST_OK && name.labels == 0)
        st = error_set(&err, ST_SYNTAX, "it is empty");
    if (st == ST_OK
        && (name_prepend(&base, SLICE("_domainkey"), domain) != ST_OK
            || name_rebase(&selector->name, &name, &name_root, &base)
                   != ST_OK))
        st = error_set(&err, ST_RANGE,
                       "with _domainkey and the domain it is"
                       " longer than 253 octets");
    if (st != ST_OK) {
        selector->form =
            st == ST_RANGE ? DKIM_SELECTOR_TOO_LONG : DKIM_SELECTOR_NO_NAME;
        selector->problem =
            arena_text(view_run_arena(search->view), slice_of(err.text));
    } else if (selector->form == DKIM_SELECTOR_GOOD && !name_is_host(&name)) {
        selector->form = DKIM_SELECTOR_BAD;
        selector->problem = "labels are letters, digits and hyphens, with no"
                            " hyphen at an end";
    }
}

/* Somebody asserts what is on the list of guesses, or says it twice: where it
   was said first. */
static struct dkim_selector *
find_named(const struct search *search, const struct dkim_selector *selector)
{
    for (struct dkim_selector *other = search->selectors; other < selector;
         other++) {
        if (asked_is(&other->asked) && selector->name.size > 0
            && name_equal(&other->name, &selector->name))
            return other;
    }
    return NULL;
}

static void
note_origin(struct dkim_selector *selector, const struct audit_selector *given)
{
    selector->origins |= 1u << given->origin;
    selector->is_asserted |=
        !selector_is_guess(given->origin)
        && (given->known == NULL || !given->known->is_over);
    if (selector->vendor == NULL)
        selector->vendor = given->vendor;
    if (selector->known == NULL)
        selector->known = given->known;
    selector->is_in_use |=
        given->origin == SELECTOR_MESSAGE
        || (given->known != NULL && given->known->is_in_use);
}

static void
ask_selector(struct search *search, const struct audit_selector *given)
{
    struct dkim_selector *selector = &search->selectors[search->dkim->count];
    struct dkim_selector *other;

    *selector = (struct dkim_selector){.selector = given->selector};
    read_selector(search, selector);
    other = find_named(search, selector);
    if (other != NULL) {
        note_origin(other, given);
        return;
    }
    note_origin(selector, given);
    search->dkim->count++;
    search->dkim->looked[given->origin]++;
    search->dkim->guessed += selector_is_guess(given->origin);
    if (selector->form >= DKIM_SELECTOR_TOO_LONG)
        return;
    selector->asked = asked_lookup(search->view, &selector->name, RR_TXT);
    search->below[search->below_count++] = selector->asked;
    search->is_pending |= selector->asked.answer->outcome == OUTCOME_PENDING;
}

/* Guessed ones, or all others. */
static void
ask_selectors(struct search *search, bool guessed)
{
    const struct audit_input *input = search->input;

    for (size_t i = 0; i < input->selector_count; i++) {
        if (selector_is_guess(input->selectors[i].origin) == guessed)
            ask_selector(search, &input->selectors[i]);
    }
}

/* Vendors that a selector's alias leads to: what else is usual there? */
static void
ask_vendors(struct search *search)
{
    struct arena *arena = view_run_arena(search->view);
    size_t count = search->dkim->count, room = VENDOR_SELECTORS_MAX;
    struct provider vendor;

    for (size_t i = 0; i < count; i++) {
        struct dkim_selector *selector = &search->selectors[i];
        struct slice rest, one;

        if (!asked_is(&selector->asked)
            || !providers_find_alias(selector->asked.answer, &vendor))
            continue;
        selector->vendor = vendor.vendor;
        if (!search->has_guesses)
            continue;
        rest = slice_of(vendor.selectors);
        while (room > 0 && slice_next(&rest, ' ', &one)) {
            struct audit_selector given = {arena_text(arena, one),
                                           SELECTOR_PROVIDER, vendor.vendor,
                                           NULL};

            if (one.n > 0)
                ask_selector(search, &given);
            room--;
        }
    }
}

/* May the guesses be left out?  Nothing is below a name that is not there
   (RFC 8020), once that is proven. */
static bool
is_proven_absent(const struct domainkey *domainkey)
{
    return domainkey->verdict == DOMAINKEY_ABSENT
           && domainkey->proof != DOMAINKEY_PROOF_NONE;
}

static void
judge(struct search *search, bool is_complete)
{
    struct domainkey_below below = {search->below, search->below_count,
                                    is_complete};

    search->dkim->domainkey =
        domainkey_find(search->view, &search->input->domain, &below);
}

/* The asserted selectors first, then `_domainkey` as far as it costs them
   nothing, then the guesses, then all of `_domainkey`: see domainkey.h. */
static void
ask_all(struct search *search)
{
    ask_selectors(search, false);
    search->dkim->domainkey = NULL;
    if (search->is_pending)
        return;
    judge(search, false);
    if (search->dkim->domainkey->verdict == DOMAINKEY_PENDING)
        return;
    if (search->input->ask_all || !is_proven_absent(search->dkim->domainkey))
        ask_selectors(search, true);
    if (search->is_pending)
        return;
    ask_vendors(search);
    if (search->is_pending)
        return;
    judge(search, true);
    search->dkim->is_settled = true;
}

/* The key's age, by whoever knows it best: who made it, then who saw it, then
   the selector's name. */
static void
read_age(struct search *search, struct dkim_selector *selector)
{
    struct slice key = selector->keys[0]->p;
    const struct selector_known *sources[2] = {selector->known, NULL};

    if (search->input->baseline != NULL
        && keyage_baseline_find(search->input->baseline,
                                view_run_arena(search->view), &selector->name,
                                &selector->before))
        sources[1] = &selector->before;
    for (size_t i = 0; i < 2 && selector->age.since == 0; i++)
        if (sources[i] != NULL && sources[i]->since != 0
            && keyage_same_key(sources[i], key)) {
            selector->age.since = sources[i]->since;
            selector->age.how = sources[i]->how;
        }
    if (selector->age.since != 0)
        return;
    selector->age.since = keyage_of_name(selector->selector, clock_now());
    selector->age.is_since_named = selector->age.since != 0;
    if (selector->age.is_since_named)
        selector->age.how = "the selector's name";
}

/* "a.b.c": the names "b.c" and "c" below `_domainkey` exist as well. */
static void
ask_between(struct search *search, struct dkim_selector *selector)
{
    unsigned labels = search->input->domain.labels + 1u;

    if (selector->name.labels > labels + 1)
        selector->between = ARENA_ARRAY(view_run_arena(search->view),
                                        struct asked, DKIM_BETWEEN_MAX);
    for (unsigned i = selector->name.labels - 1u;
         i > labels && selector->between_count < DKIM_BETWEEN_MAX; i--) {
        struct name name;

        name_suffix(&name, &selector->name, i);
        selector->between[selector->between_count++] =
            asked_lookup(search->view, &name, RR_TXT);
    }
}

static void
read_answer(struct search *search, struct dkim_selector *selector)
{
    const struct answer *answer = selector->asked.answer;
    bool is_guessed = !selector->is_asserted;
    const struct keys *keys;

    selector->is_listed = !is_guessed;
    if (answer == NULL)
        return;
    if (outcome_is_failure(answer->outcome) && !is_guessed)
        selector->fail = serverfail_find(search->view, &search->input->domain,
                                         &selector->asked.question);
    if (answer->outcome == OUTCOME_FOUND) {
        keys = read_keys(search->view, answer);
        selector->keys = keys->list;
        selector->key_count = keys->count;
        ask_between(search, selector);
        if (keys->count == 1 && keys->list[0]->state == DKIMKEY_OK)
            read_age(search, selector);
    }
    if (answer->outcome != OUTCOME_FOUND && answer->chain_count == 0)
        return;
    selector->is_wildcard =
        search->dkim->domainkey != NULL
        && domainkey_is_wildcard(search->dkim->domainkey, &selector->asked);
    selector->is_listed = !is_guessed || !selector->is_wildcard;
}

/* Records of the time before and beside DKIM; asked where `_domainkey` is
   there at all. */
static void
ask_extras(struct search *search)
{
    const struct domainkey *domainkey = search->dkim->domainkey;
    struct name name;

    if (domainkey == NULL || domainkey->verdict == DOMAINKEY_PENDING
        || domainkey->verdict == DOMAINKEY_ABSENT
        || domainkey->verdict == DOMAINKEY_UNKNOWN)
        return;
    if (name_prepend(&name, SLICE("_adsp"), &domainkey->name) == ST_OK)
        search->dkim->adsp = asked_lookup(search->view, &name, RR_TXT);
    if (name_prepend(&name, SLICE("_report"), &domainkey->name) == ST_OK)
        search->dkim->report = asked_lookup(search->view, &name, RR_TXT);
    for (unsigned i = 0; i < DOMAINKEY_WILDCARDS; i++) {
        const struct answer *random = domainkey->wildcards[i].answer;

        if (random != NULL && random->outcome == OUTCOME_FOUND
            && random->record_count > 0)
            search->dkim->wildcard = read_keys(search->view, random)->list[0];
    }
}

static void
collect(struct facts *facts, struct view *view)
{
    struct arena *arena = view_run_arena(view);
    struct dkim_facts *dkim = ARENA_NEW(arena, struct dkim_facts);
    size_t count = facts->input->selector_count + VENDOR_SELECTORS_MAX;
    struct search search = {.view = view, .input = facts->input, .dkim = dkim};

    search.selectors = ARENA_ARRAY(arena, struct dkim_selector, count);
    search.below = ARENA_ARRAY(arena, struct asked, count);
    dkim->selectors = search.selectors;
    search.has_guesses = providers_has_guesses(facts->input);
    facts->dkim = dkim;
    ask_all(&search);
    for (size_t i = 0; i < dkim->count; i++)
        read_answer(&search, &search.selectors[i]);
    ask_extras(&search);
}

const char *
collect_dkim_key_word(const struct dkim_selector *selector)
{
    if (selector->key_count == 0)
        return NULL;
    return selector->key_count > 1
               ? "multiple"
               : dkimkey_state_word(selector->keys[0]->state);
}

bool
collect_dkim_has_key(const struct dkim_facts *dkim)
{
    for (size_t i = 0; i < dkim->count; i++)
        for (size_t k = 0; k < dkim->selectors[i].key_count; k++)
            if (dkim->selectors[i].is_listed
                && dkim->selectors[i].keys[k]->state == DKIMKEY_OK)
                return true;
    return false;
}

const char *
collect_dkim_origin_word(enum selector_origin origin)
{
    static const char *const words[SELECTOR_ORIGINS] = {
        [SELECTOR_GUESSED] = "guess",
        [SELECTOR_PROVIDER] = "provider",
        [SELECTOR_COMMAND_LINE] = "command-line",
        [SELECTOR_MESSAGE] = "message",
        [SELECTOR_REPORT] = "report",
        [SELECTOR_REGISTRY] = "registry",
        [SELECTOR_EXPECTED] = "expected",
    };

    return words[origin];
}

/* The least of aliases and records: how long a change takes to be seen. */
static struct value *
ttl_value(struct arena *arena, const struct asked *asked)
{
    const struct answer *answer = asked->answer;

    if (answer == NULL || answer->chain_count + answer->record_count == 0)
        return value_null(arena);
    return value_number(arena, answer_least_ttl(answer));
}

static struct value *
since_value(struct arena *arena, const struct dkim_selector *selector)
{
    char text[CLOCK_TEXT_SIZE];

    if (selector->age.since == 0)
        return value_null(arena);
    clock_text(selector->age.since, text);
    return value_text(arena, text);
}

/* Why it was looked at, the best reason first. */
static struct value *
why_value(struct arena *arena, const struct dkim_selector *selector)
{
    static const enum selector_origin order[SELECTOR_ORIGINS] = {
        SELECTOR_COMMAND_LINE, SELECTOR_MESSAGE,  SELECTOR_REPORT,
        SELECTOR_REGISTRY,     SELECTOR_EXPECTED, SELECTOR_PROVIDER,
        SELECTOR_GUESSED};
    struct value *list = value_list(arena);

    for (size_t i = 0; i < SELECTOR_ORIGINS; i++)
        if ((selector->origins & 1u << order[i]) != 0)
            value_add(list,
                      value_text(arena, collect_dkim_origin_word(order[i])));
    return list;
}

/* How many were looked for, by who named them. */
static struct value *
looked_value(struct arena *arena, const struct dkim_facts *dkim)
{
    struct value *map = value_map(arena);

    for (int i = 0; i < SELECTOR_ORIGINS; i++)
        if (dkim->looked[i] > 0)
            value_set(map, collect_dkim_origin_word((enum selector_origin)i),
                      value_number(arena, (int64_t)dkim->looked[i]));
    return map;
}

/* "owner TYPE target" of each alias on the way. */
static struct value *
via_value(struct arena *arena, const struct asked *asked)
{
    struct value *list = value_list(arena);
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; asked_is(asked) && i < asked->answer->chain_count;
         i++) {
        const struct hop *hop = &asked->answer->chain[i];

        strbuf_cut(&text, 0);
        name_present(&hop->owner, &text);
        strbuf_add_text(&text, hop->type == RR_DNAME ? " DNAME " : " CNAME ");
        name_present(&hop->target, &text);
        value_add(list, value_slice(arena, strbuf_slice(&text)));
    }
    strbuf_clear(&text);
    return list;
}

static struct value *
selector_value(struct arena *arena, const struct dkim_selector *selector)
{
    struct value *map = value_map(arena);
    const struct dkimkey *key =
        selector->key_count == 1 ? selector->keys[0] : NULL;
    bool has_bits = key != NULL && key->material.bits > 0;

    value_set(map, "selector",
              value_octets(arena, slice_of(selector->selector)));
    /* A name that DNS cannot hold is not there. */
    value_set(
        map, "outcome",
        value_text(arena, asked_is(&selector->asked)
                              ? outcome_word(selector->asked.answer->outcome)
                              : outcome_word(OUTCOME_NXDOMAIN)));
    value_set(map, "key", value_text(arena, collect_dkim_key_word(selector)));
    value_set(map, "type",
              key == NULL || !key->is_key ? value_null(arena)
              : key->type == DKIMKEY_TYPE_OTHER
                  ? value_octets(arena, key->type_text)
                  : value_text(arena, dkimkey_type_word(key->type)));
    value_set(map, "bits",
              has_bits ? value_number(arena, key->material.bits)
                       : value_null(arena));
    value_set(map, "revoked",
              key == NULL ? value_null(arena)
                          : value_bool(arena, key->state == DKIMKEY_REVOKED));
    value_set(map, "testing",
              key == NULL ? value_null(arena)
                          : value_bool(arena, key->is_testing));
    value_set(map, "via", via_value(arena, &selector->asked));
    value_set(map, "ttl", ttl_value(arena, &selector->asked));
    value_set(map, "why", why_value(arena, selector));
    value_set(map, "vendor", value_text(arena, selector->vendor));
    value_set(map, "since", since_value(arena, selector));
    return map;
}

/* Known: the verdict, and every selector that somebody asserts. */
static bool
is_known(const struct dkim_facts *dkim)
{
    if (dkim->domainkey == NULL
        || dkim->domainkey->verdict == DOMAINKEY_PENDING
        || dkim->domainkey->verdict == DOMAINKEY_UNKNOWN)
        return false;
    for (size_t i = 0; i < dkim->count; i++) {
        const struct dkim_selector *selector = &dkim->selectors[i];

        if (selector->is_listed && asked_is(&selector->asked)
            && !outcome_is_definite(selector->asked.answer->outcome))
            return false;
    }
    return true;
}

static struct value *
dkim_value(const struct facts *facts, struct arena *arena)
{
    const struct dkim_facts *dkim = facts->dkim;
    struct value *map = value_map(arena), *list;
    enum domainkey_verdict verdict = DOMAINKEY_UNKNOWN;
    enum domainkey_proof proof = DOMAINKEY_PROOF_NONE;

    if (dkim->domainkey != NULL) {
        verdict = dkim->domainkey->verdict;
        proof = dkim->domainkey->proof;
    }
    value_set(map, "state",
              value_text(arena, is_known(dkim) ? "known" : "unknown"));
    value_set(map, "domainkey",
              value_text(arena, domainkey_verdict_word(verdict)));
    value_set(map, "proof", value_text(arena, domainkey_proof_word(proof)));
    value_set(map, "proof_lines",
              domainkeyvalue_lines(arena, dkim->domainkey));
    value_set(map, "guessed", value_number(arena, (int64_t)dkim->guessed));
    value_set(map, "looked", looked_value(arena, dkim));
    list = value_set(map, "selectors", value_list(arena));
    for (size_t i = 0; i < dkim->count; i++) {
        if (dkim->selectors[i].is_listed)
            value_add(list, selector_value(arena, &dkim->selectors[i]));
    }
    return map;
}

const struct audit_area area_dkim = {"dkim", collect, dkim_value, check_dkim};
