/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A record that is nearly right: which of the known mistakes was made. */
#include "common/records/nearmiss.h"

#include "common/records/nearmisskey.h"
#include "common/records/nearmisstext.h"

/* Records at one name that are looked at as parts of one text. */
#define PARTS_MAX 8

/* ---- what answers say ---- */

static bool
is_text(uint16_t type)
{
    return type == RR_TXT || type == RR_SPF;
}

/* Every server that others copy from counts its own changes. */
static bool
same_but_for_serial(const struct record *one, const struct record *two)
{
    struct soa a, b;

    return record_soa(one, &a) && record_soa(two, &b)
           && name_equal(&a.primary, &b.primary)
           && name_equal(&a.mailbox, &b.mailbox) && a.refresh == b.refresh
           && a.retry == b.retry && a.expire == b.expire
           && a.minimum == b.minimum;
}

bool
nearmiss_same_data(struct arena *arena, uint16_t type, struct slice found,
                   struct slice expected)
{
    struct record one = {.type = type, .data = found};
    struct record two = {.type = type, .data = expected};
    struct name name_one, name_two;
    uint16_t preference_one = 0, preference_two = 0;

    if (is_text(type)) {
        struct slice text_one = record_text(arena, &one);
        struct slice text_two = record_text(arena, &two);

        return slice_equal(text_one, text_two)
               || nearmisskey_same_tags(arena, text_one, text_two);
    }
    if (type == RR_MX)
        return record_mx(&one, &preference_one, &name_one)
               && record_mx(&two, &preference_two, &name_two)
               && preference_one == preference_two
               && name_equal(&name_one, &name_two);
    if (type == RR_SOA)
        return same_but_for_serial(&one, &two);
    if (type != RR_SRV && record_target(&one, &name_one)
        && record_target(&two, &name_two))
        return name_equal(&name_one, &name_two);
    return slice_equal(found, expected);
}

static bool
is_found(const struct answer *answer)
{
    return answer != NULL && answer->outcome == OUTCOME_FOUND;
}

/* Does the answer hold the expected datum, as a record of its own type? */
static bool
holds_expected(const struct nearmiss_case *given, const struct answer *answer)
{
    for (size_t i = 0; is_found(answer) && i < answer->record_count; i++)
        if (nearmiss_same_data(given->arena, given->type,
                               answer->records[i].data, given->data))
            return true;
    return false;
}

static struct slice
expected_text(const struct nearmiss_case *given)
{
    struct record record = {.type = given->type, .data = given->data};

    return is_text(given->type) ? record_text(given->arena, &record)
                                : SLICE_EMPTY;
}

/* The name that the expected record points to. */
static bool
expected_target(const struct nearmiss_case *given, struct name *target)
{
    struct record record = {.type = given->type, .data = given->data};

    return record_target(&record, target);
}

/* The texts of the TXT records at the owner, one after the other. */
static bool
next_text(const struct nearmiss_case *given, size_t *i, struct slice *text)
{
    while (is_found(given->txt) && *i < given->txt->record_count) {
        const struct record *record = &given->txt->records[(*i)++];

        if (record->type == RR_TXT) {
            *text = record_text(given->arena, record);
            return true;
        }
    }
    return false;
}

/* ---- the record went to another name ---- */

static bool
doubled_suffix(const struct nearmiss_case *given)
{
    return holds_expected(given, given->places[NEARMISSPLACE_DOUBLED]);
}

static bool
without_domainkey(const struct nearmiss_case *given)
{
    return holds_expected(given, given->places[NEARMISSPLACE_NO_DOMAINKEY]);
}

static bool
without_selector(const struct nearmiss_case *given)
{
    return holds_expected(given, given->places[NEARMISSPLACE_NO_SELECTOR]);
}

static bool
without_underscore(const struct nearmiss_case *given)
{
    return holds_expected(given, given->places[NEARMISSPLACE_NO_UNDERSCORE]);
}

static bool
at_apex(const struct nearmiss_case *given)
{
    /* SPF and MX stand at domains by right. */
    return !name_is_host(given->owner)
           && (holds_expected(given, given->places[NEARMISSPLACE_APEX])
               || holds_expected(given, given->places[NEARMISSPLACE_DOMAIN]));
}

static bool
any_key(const struct nearmiss_case *given)
{
    struct slice text;
    size_t i = 0;

    while (next_text(given, &i, &text))
        if (nearmisskey_kind(text) == NEARMISS_KEY)
            return true;
    return false;
}

/* Seen from the selector, and from _dmarc. */
static bool
dkim_at_dmarc(const struct nearmiss_case *given)
{
    enum nearmiss_kind kind = nearmisskey_kind(expected_text(given));

    return (kind == NEARMISS_KEY
            && holds_expected(given, given->places[NEARMISSPLACE_DMARC]))
           || (kind == NEARMISS_POLICY && any_key(given));
}

static bool
type_spf(const struct nearmiss_case *given)
{
    return given->type == RR_TXT && holds_expected(given, given->spf);
}

/* ---- aliases, and what answers in the place of records ---- */

/* The alias at the very name asked, as of an answer of any type. */
static bool
alias_of(const struct answer *answer, struct name *target)
{
    if (answer == NULL || !outcome_is_definite(answer->outcome))
        return false;
    if (answer->chain_count > 0) {
        *target = answer->chain[0].target;
        return answer->chain[0].type == RR_CNAME;
    }
    return answer->outcome == OUTCOME_FOUND
           && answer->records[0].type == RR_CNAME
           && record_target(&answer->records[0], target);
}

static bool
by_wildcard(const struct nearmiss_case *given)
{
    const struct answer *here = given->here, *control = given->control;
    struct name one, two;

    if (alias_of(here, &one) && alias_of(control, &two))
        return name_equal(&one, &two);
    if (!is_found(here) || !is_found(control))
        return false;
    for (size_t i = 0; i < control->record_count; i++)
        if (nearmiss_same_data(given->arena, given->type,
                               control->records[i].data,
                               here->records[0].data))
            return true;
    return false;
}

static bool
proxied(const struct nearmiss_case *given)
{
    struct name target;

    return given->type == RR_CNAME && !alias_of(given->cname, &target)
           && is_found(given->address) && given->address->chain_count == 0
           && given->control_address != NULL
           && outcome_is_absent(given->control_address->outcome);
}

static bool
alias_for_text(const struct nearmiss_case *given)
{
    struct name target;

    return given->type != RR_CNAME && alias_of(given->cname, &target);
}

/* Is longer the same as wanted, with owner or a name above it behind? */
static bool
is_relative(const struct name *longer, const struct name *wanted,
            const struct name *owner)
{
    for (unsigned i = 1; i <= owner->labels; i++) {
        struct name suffix, full;

        name_suffix(&suffix, owner, i);
        if (name_rebase(&full, wanted, &name_root, &suffix) == ST_OK
            && name_equal(&full, longer))
            return true;
    }
    return false;
}

static bool
target_without_dot(const struct nearmiss_case *given)
{
    struct name wanted, target;

    if (!is_found(given->here) || is_text(given->type)
        || !expected_target(given, &wanted))
        return false;
    for (size_t i = 0; i < given->here->record_count; i++)
        if (record_target(&given->here->records[i], &target)
            && is_relative(&target, &wanted, given->owner))
            return true;
    return false;
}

static bool
target_as_text(const struct nearmiss_case *given)
{
    struct slice text;
    struct name wanted;
    size_t i = 0;

    if (given->type != RR_CNAME || !expected_target(given, &wanted))
        return false;
    while (next_text(given, &i, &text))
        if (nearmisstext_is_target(
                text, slice_of(name_dotted(given->arena, &wanted))))
            return true;
    return false;
}

/* A key as TXT where an alias was asked for: any, or the one it leads to. */
static bool
has_pasted(const struct nearmiss_case *given, bool right_one)
{
    struct slice text;
    size_t i = 0;

    /* What is found through the alias was not pasted. */
    if (given->type != RR_CNAME || given->txt == NULL
        || given->txt->chain_count > 0)
        return false;
    while (next_text(given, &i, &text)) {
        struct slice key = nearmisskey_of(text);

        if (key.n > 0 && (!right_one || slice_equal(key, given->target_key)))
            return true;
    }
    return false;
}

static bool
pasted_key(const struct nearmiss_case *given)
{
    return has_pasted(given, true);
}

static bool
pasted_other_key(const struct nearmiss_case *given)
{
    return has_pasted(given, false);
}

static bool
text_beside_alias(const struct nearmiss_case *given)
{
    return given->type == RR_CNAME && is_found(given->txt)
           && given->txt->chain_count == 0;
}

static bool
mx_preference(const struct nearmiss_case *given)
{
    struct name wanted, target;

    if (given->type != RR_MX || !is_found(given->here)
        || !expected_target(given, &wanted))
        return false;
    for (size_t i = 0; i < given->here->record_count; i++)
        if (record_target(&given->here->records[i], &target)
            && name_equal(&target, &wanted))
            return true;
    return false;
}

/* ---- mistakes in a text at the right name ---- */

static bool
any_text(const struct nearmiss_case *given,
         bool (*fits)(struct slice found, struct slice expected))
{
    struct slice expected = expected_text(given), text;
    size_t i = 0;

    while (given->type == RR_TXT && next_text(given, &i, &text))
        if (fits(text, expected))
            return true;
    return false;
}

#define TEXT_ROW(name)                                                        \
    static bool text_##name(const struct nearmiss_case *given)                \
    {                                                                         \
        return any_text(given, nearmisstext_##name);                          \
    }
#define KEY_ROW(name)                                                         \
    static bool key_##name(const struct nearmiss_case *given)                 \
    {                                                                         \
        return any_text(given, nearmisskey_##name);                           \
    }
TEXT_ROW(quotes_kept)
TEXT_ROW(semicolon_escaped)
TEXT_ROW(smart_characters)
TEXT_ROW(blanks_around)
TEXT_ROW(whole_line)
TEXT_ROW(lost_256th)
TEXT_ROW(joined_with_space)
TEXT_ROW(out_of_order)
TEXT_ROW(cut_at_255)
TEXT_ROW(cut_at_1024)
TEXT_ROW(cut_inside)
TEXT_ROW(end_left_out)
TEXT_ROW(beginning_lost)
TEXT_ROW(case_changed)
KEY_ROW(type_case)
KEY_ROW(type_missing)
KEY_ROW(wrapped)
KEY_ROW(version_not_first)
KEY_ROW(version_missing)
KEY_ROW(two_p_tags)
KEY_ROW(pkcs1)
KEY_ROW(pem_armour)
KEY_ROW(bare)
KEY_ROW(revoked)
KEY_ROW(not_revoked)
KEY_ROW(testing_left)
KEY_ROW(other_tags)

static bool
private_key(const struct nearmiss_case *given)
{
    struct slice text;
    size_t i = 0;

    while (next_text(given, &i, &text))
        if (nearmisskey_is_private(given->arena, text))
            return true;
    return false;
}

/* Are there records that are the expected text, one behind the other? */
static bool
split_records(const struct nearmiss_case *given)
{
    struct slice rest = expected_text(given), texts[PARTS_MAX];
    size_t count = 0, i = 0, parts = 0;

    if (given->type != RR_TXT || rest.n == 0)
        return false;
    while (count < PARTS_MAX && next_text(given, &i, &texts[count]))
        count++;
    for (size_t k = 0; k < count;) {
        if (texts[k].n == 0 || !slice_starts(rest, texts[k])) {
            k++;
            continue;
        }
        rest = slice_from(rest, texts[k].n);
        texts[k].n = 0;
        parts++;
        k = 0;
    }
    return rest.n == 0 && parts > 1;
}

/* ---- another record is there ---- */

static bool
two_records(const struct nearmiss_case *given)
{
    struct slice expected = expected_text(given), text;
    size_t i = 0, kin = 0;

    while (given->type == RR_TXT && next_text(given, &i, &text))
        kin += nearmisskey_is_kin(text, expected) ? 1 : 0;
    return kin > 1;
}

/* Keys at the owner, one after the other. */
static bool
next_key(const struct nearmiss_case *given, size_t *i, struct slice *key)
{
    struct slice text;

    while (given->type == RR_TXT && next_text(given, i, &text)) {
        *key = nearmisskey_of(text);
        if (key->n > 0)
            return true;
    }
    return false;
}

static bool
other_selector(const struct nearmiss_case *given)
{
    struct slice key;
    size_t i = 0;

    while (next_key(given, &i, &key))
        for (size_t k = 0; k < given->sibling_count; k++)
            if (slice_equal(key, given->siblings[k].key))
                return true;
    return false;
}

/* Whose keys stand at the owner: the customer's own, which is none of those
   planned, or somebody else's. */
static const char *
key_owner(const struct nearmiss_case *given, bool own)
{
    struct slice key;
    size_t i = 0;

    while (given->owner_of != NULL && next_key(given, &i, &key)) {
        const char *name = given->owner_of(given->context, key);

        if (name != NULL
            && (given->customer != NULL && strcmp(name, given->customer) == 0)
                   == own)
            return name;
    }
    return NULL;
}

static bool
former_key(const struct nearmiss_case *given)
{
    return key_owner(given, true) != NULL;
}

const char *
nearmiss_other(const struct nearmiss_case *given)
{
    return key_owner(given, false);
}

static bool
other_customer(const struct nearmiss_case *given)
{
    return nearmiss_other(given) != NULL;
}

static bool
other_record(const struct nearmiss_case *given)
{
    struct slice expected = expected_text(given), text;
    size_t i = 0;

    while (given->type == RR_TXT && next_text(given, &i, &text))
        for (size_t k = 0; k < given->sibling_count; k++)
            if (slice_equal(text, given->siblings[k].text)
                && !slice_equal(text, expected))
                return true;
    return false;
}

/* ---- the table ---- */

/* When a row counts. */
enum when { WRONG, BESIDE, ALWAYS };

struct row {
    struct nearmiss said;                             /* to the user */
    bool (*holds)(const struct nearmiss_case *given); /* is it so? */
    enum when when;                                   /* does it count? */
};

static const struct row rows[] = {
/* clang-format off */
#define NEARMISS(id, test, when, part, sentence, fix)                         \
    {{id, sentence, fix, NEARMISS_##part}, test, when},
#include "common/records/nearmiss.def"
#undef NEARMISS
    /* clang-format on */
};

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

const struct nearmiss *
nearmiss_find(const struct nearmiss_case *given)
{
    enum when not_now = given->is_there ? WRONG : BESIDE;

    for (size_t i = 0; i < ROW_COUNT; i++)
        if (rows[i].when != not_now && rows[i].holds(given))
            return &rows[i].said;
    return NULL;
}

const struct nearmiss *
nearmiss_row(size_t i)
{
    return i < ROW_COUNT ? &rows[i].said : NULL;
}
