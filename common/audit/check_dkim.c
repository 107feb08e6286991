/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dkim.* findings that DNS decides. */
#include "common/audit/collect_dkim.h"

#include "common/base/strbuf.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* clang-format off */

/* What a fault of a key record is called, and the fields of its sentence:
   the names under which detail, expected, number, total and value go. */
static const struct {
    enum finding_id id;   /* the finding */
    const char *detail;   /* field for the fault's detail, or NULL */
    const char *expected; /* likewise */
    const char *number;   /* likewise */
    const char *total;    /* likewise */
    bool has_value;       /* "value": the octets at fault */
} faults[DKIMKEY_FAULT_COUNT] = {
    [DKIMKEY_NOT_A_KEY] = {.id = FIND_DKIM_NOT_A_KEY_RECORD},
    [DKIMKEY_TAG_SYNTAX] = {FIND_DKIM_TAG_SYNTAX, .detail = "reason"},
    [DKIMKEY_DUPLICATE_TAG] = {FIND_DKIM_DUPLICATE_TAG, .detail = "tag"},
    [DKIMKEY_TAG_CASE] = {FIND_DKIM_TAG_CASE, .detail = "tag",
                            .expected = "expected"},
    [DKIMKEY_VERSION_NOT_FIRST] = {.id = FIND_DKIM_VERSION_NOT_FIRST},
    [DKIMKEY_VERSION_INVALID] = {FIND_DKIM_VERSION_INVALID,
                                 .has_value = true},
    [DKIMKEY_VERSION_MISSING] = {.id = FIND_DKIM_VERSION_MISSING},
    [DKIMKEY_KEY_MISSING] = {.id = FIND_DKIM_KEY_MISSING},
    [DKIMKEY_KEY_REVOKED] = {.id = FIND_DKIM_KEY_REVOKED},
    [DKIMKEY_KEY_BAD_BASE64] = {FIND_DKIM_KEY_BAD_BASE64, .detail = "reason"},
    [DKIMKEY_KEY_WHITESPACE] = {.id = FIND_DKIM_KEY_WHITESPACE},
    [DKIMKEY_KEY_UNPADDED] = {FIND_DKIM_KEY_UNPADDED, .expected = "missing"},
    [DKIMKEY_KEY_TRUNCATED] = {FIND_DKIM_KEY_TRUNCATED, .number = "octets",
                               .total = "expected"},
    [DKIMKEY_KEY_STRING_ORDER] = {FIND_DKIM_KEY_STRING_ORDER,
                                  .expected = "order"},
    [DKIMKEY_KEY_PEM_ARMOUR] = {.id = FIND_DKIM_KEY_PEM_ARMOUR},
    [DKIMKEY_KEY_PRIVATE] = {.id = FIND_DKIM_KEY_PRIVATE},
    [DKIMKEY_KEY_PKCS1] = {.id = FIND_DKIM_KEY_PKCS1},
    [DKIMKEY_KEY_TYPE_UNKNOWN] = {FIND_DKIM_KEY_TYPE_UNKNOWN,
                                  .has_value = true},
    [DKIMKEY_KEY_TYPE_CASE] = {FIND_DKIM_KEY_TYPE_CASE,
                               .expected = "expected", .has_value = true},
    [DKIMKEY_KEY_TYPE_MISMATCH] = {FIND_DKIM_KEY_TYPE_MISMATCH,
                                   .detail = "type"},
    [DKIMKEY_ED25519_LENGTH] = {FIND_DKIM_ED25519_LENGTH, .number = "octets"},
    [DKIMKEY_ED25519_SPKI] = {FIND_DKIM_ED25519_SPKI, .expected = "expected"},
    [DKIMKEY_ED25519_NO_K] = {.id = FIND_DKIM_ED25519_NO_K},
    [DKIMKEY_RSA_TOO_SHORT] = {FIND_DKIM_RSA_TOO_SHORT, .number = "bits"},
    [DKIMKEY_RSA_BELOW_2048] = {FIND_DKIM_RSA_BELOW_2048, .number = "bits"},
    [DKIMKEY_RSA_ABOVE_2048] = {FIND_DKIM_RSA_ABOVE_2048, .number = "bits"},
    [DKIMKEY_RSA_ABOVE_4096] = {FIND_DKIM_RSA_ABOVE_4096, .number = "bits"},
    [DKIMKEY_RSA_EXPONENT] = {FIND_DKIM_RSA_EXPONENT, .number = "exponent"},
    [DKIMKEY_RSA_EXPONENT_INVALID] = {FIND_DKIM_RSA_EXPONENT_INVALID,
                                      .number = "exponent"},
    [DKIMKEY_RSA_WEAK] = {FIND_DKIM_RSA_WEAK, .detail = "reason"},
    [DKIMKEY_KEY_PUBLISHED_TEST] = {FIND_DKIM_KEY_PUBLISHED_TEST,
                                    .detail = "origin"},
    [DKIMKEY_HASH_SHA1_ONLY] = {.id = FIND_DKIM_HASH_SHA1_ONLY},
    [DKIMKEY_HASH_SHA1_LISTED] = {.id = FIND_DKIM_HASH_SHA1_LISTED},
    [DKIMKEY_HASH_UNKNOWN_ONLY] = {FIND_DKIM_HASH_UNKNOWN_ONLY,
                                   .has_value = true},
    [DKIMKEY_SERVICE_NOT_EMAIL] = {FIND_DKIM_SERVICE_NOT_EMAIL,
                                   .has_value = true},
    [DKIMKEY_FLAG_TESTING] = {.id = FIND_DKIM_FLAG_TESTING},
    [DKIMKEY_FLAG_STRICT_ABSENT] = {.id = FIND_DKIM_FLAG_STRICT_ABSENT},
    [DKIMKEY_G_TAG] = {.id = FIND_DKIM_G_TAG},
    [DKIMKEY_NOTES_SIZE] = {FIND_DKIM_NOTES_SIZE, .number = "octets"},
    [DKIMKEY_UNKNOWN_TAG] = {FIND_DKIM_UNKNOWN_TAG, .detail = "tag"},
};

/* clang-format on */

struct check {
    const struct facts *facts;     /* what is known */
    const struct dkim_facts *dkim; /* of it */
    struct report *report;         /* where findings go */
    struct arena *arena;           /* the report's */
};

static const char *
dotted(const struct check *check, const struct name *name)
{
    return name_dotted(check->arena, name);
}

/* A finding at a selector's name, with its answer. */
static struct finding *
raise(const struct check *check, enum finding_id id,
      const struct dkim_selector *selector)
{
    struct finding *finding =
        report_add(check->report, id, dotted(check, &selector->name));

    if (asked_is(&selector->asked))
        finding_evidence(finding,
                         asked_evidence(check->arena, &selector->asked));
    return finding;
}

/* Fields that are the same at every fault of a key. */
static void
add_fields(const struct check *check, struct finding *finding,
           const struct dkim_selector *selector)
{
    finding_word(finding, "selector", selector->selector);
    finding_word(finding, "domain",
                 name_bare(check->arena, &check->facts->input->domain));
}

/* What k= says, for a sentence. */
static void
add_type(const struct check *check, struct finding *finding,
         const struct dkimkey *key)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_add_text(&text, key->type_text.p == NULL ? "nothing of k= (so rsa)"
                                                    : "k=");
    strbuf_add_slice(&text, key->type_text);
    finding_text(finding, "value",
                 arena_slice(check->arena, strbuf_slice(&text)));
    strbuf_clear(&text);
}

/* A revoked key is a mistake only where mail is signed with it. */
static enum finding_id
fault_id(const struct dkim_selector *selector,
         const struct dkimkey_fault *fault)
{
    return fault->kind == DKIMKEY_KEY_REVOKED && selector->is_in_use
               ? FIND_DKIM_KEY_REVOKED_IN_USE
               : faults[fault->kind].id;
}

static void
raise_fault(const struct check *check, const struct dkim_selector *selector,
            const struct dkimkey *key, const struct dkimkey_fault *fault)
{
    enum finding_id id = fault_id(selector, fault);
    struct slice part = slice_sub(key->text, fault->from, fault->length);
    struct finding *finding;

    /* One of a kind is enough, at the first place. */
    if (report_find(check->report, id, dotted(check, &selector->name)) != NULL)
        return;
    finding = raise(check, id, selector);
    add_fields(check, finding, selector);
    if (faults[fault->kind].detail != NULL)
        finding_word(finding, faults[fault->kind].detail, fault->detail);
    if (faults[fault->kind].expected != NULL)
        finding_word(finding, faults[fault->kind].expected, fault->expected);
    if (faults[fault->kind].number != NULL)
        finding_number(finding, faults[fault->kind].number, fault->number);
    if (faults[fault->kind].total != NULL)
        finding_number(finding, faults[fault->kind].total, fault->total);
    if (fault->kind == DKIMKEY_KEY_TYPE_MISMATCH)
        add_type(check, finding, key);
    /* An empty value is underlined with its tag. */
    if (faults[fault->kind].has_value)
        finding_text(finding, "value",
                     slice_ends(part, SLICE("=")) ? SLICE_EMPTY : part);
    finding_mark(finding, key->text, fault->from, fault->length);
    if (fault->kind == DKIMKEY_KEY_TRUNCATED && fault->detail != NULL)
        finding_note(finding, fault->detail);
}

static void
check_keys(const struct check *check, const struct dkim_selector *selector)
{
    const struct dkimkey *key;

    if (selector->key_count > 1) {
        struct finding *finding =
            raise(check, FIND_DKIM_MULTIPLE_RECORDS, selector);

        add_fields(check, finding, selector);
        finding_number(finding, "count", (int64_t)selector->key_count);
        return;
    }
    if (selector->key_count == 0)
        return;
    key = selector->keys[0];
    for (size_t i = 0; i < key->fault_count; i++)
        raise_fault(check, selector, key, &key->faults[i]);
}

static void
check_failure(const struct check *check, const struct dkim_selector *selector)
{
    const struct answer *answer = selector->asked.answer;
    struct finding *finding =
        raise(check, FIND_DKIM_SELECTOR_DNS_ERROR, selector);

    add_fields(check, finding, selector);
    finding_word(finding, "outcome", outcome_word(answer->outcome));
    if (answer->problem != NULL)
        finding_note(finding, answer->problem);
    serverfail_mark(finding, check->arena, selector->fail);
}

/* An alias that leads nowhere is a finding of delegation.*: the name itself
   is there. */
static void
check_outcome(const struct check *check, const struct dkim_selector *selector)
{
    const struct answer *answer = selector->asked.answer;

    if (outcome_is_failure(answer->outcome) && !answer->chain_loops) {
        check_failure(check, selector);
    } else if (outcome_is_absent(answer->outcome)
               && answer->chain_count == 0) {
        add_fields(check,
                   raise(check,
                         answer->outcome == OUTCOME_NODATA
                             ? FIND_DKIM_SELECTOR_NODATA
                             : FIND_DKIM_SELECTOR_NXDOMAIN,
                         selector),
                   selector);
    }
}

/* Four digits in a row are a year, a month and year, or a date. */
static bool
is_dated(const char *selector)
{
    unsigned digits = 0;

    for (; *selector != '\0'; selector++) {
        digits = ascii_is_digit((unsigned char)*selector) ? digits + 1 : 0;
        if (digits == 4)
            return true;
    }
    return false;
}

/* What is wrong with a selector's own text.  False when there is no name to
   ask for. */
static bool
check_form(const struct check *check, const struct dkim_selector *selector)
{
    static const enum finding_id ids[] = {
        [DKIM_SELECTOR_BAD] = FIND_DKIM_SELECTOR_SYNTAX,
        [DKIM_SELECTOR_NO_NAME] = FIND_DKIM_SELECTOR_SYNTAX,
        [DKIM_SELECTOR_NO_ALABEL] = FIND_DKIM_SELECTOR_NOT_ALABEL,
        [DKIM_SELECTOR_TOO_LONG] = FIND_DKIM_NAME_TOO_LONG,
    };
    bool is_asked = asked_is(&selector->asked);
    struct finding *finding;

    if (selector->form == DKIM_SELECTOR_GOOD)
        return true;
    finding = report_add(check->report, ids[selector->form],
                         is_asked ? dotted(check, &selector->name) : "");
    add_fields(check, finding, selector);
    finding_text(finding, "name",
                 slice_of(arena_printf(
                     check->arena, "%s._domainkey.%s", selector->selector,
                     name_bare(check->arena, &check->facts->input->domain))));
    finding_word(finding, "reason",
                 selector->problem == NULL ? "" : selector->problem);
    if (is_asked)
        finding_word(finding, "expected",
                     name_bare(check->arena, &selector->name));
    return is_asked;
}

/* dkim.selector-* need somebody who asserts the selector: of a guess nothing
   is known but that it was looked for. */
static void
check_selector(const struct check *check, const struct dkim_selector *selector)
{
    if (selector->is_asserted) {
        if (!check_form(check, selector))
            return;
        check_outcome(check, selector);
        if (!is_dated(selector->selector))
            add_fields(check,
                       raise(check, FIND_DKIM_SELECTOR_UNDATED, selector),
                       selector);
    }
    if (!selector->is_wildcard || selector->is_asserted)
        check_keys(check, selector);
}

/* The one usable key of a selector, or NULL. */
static const struct dkimkey *
good_key(const struct dkim_selector *selector)
{
    return selector->is_listed && !selector->is_wildcard
                   && selector->key_count == 1
                   && selector->keys[0]->state == DKIMKEY_OK
               ? selector->keys[0]
               : NULL;
}

static bool
is_same_key(const struct dkimkey *a, const struct dkimkey *b)
{
    return a != NULL && b != NULL && a->material.bits > 0
           && a->material.bits == b->material.bits
           && memcmp(a->material.digest, b->material.digest,
                     sizeof(a->material.digest))
                  == 0;
}

/* One finding at the first selector of each group. */
static void
check_shared(const struct check *check)
{
    const struct dkim_facts *dkim = check->dkim;

    for (size_t i = 0; i < dkim->count; i++) {
        const struct dkimkey *key = good_key(&dkim->selectors[i]);
        struct finding *finding = NULL;
        bool is_first = key != NULL;

        for (size_t j = 0; j < i && is_first; j++)
            is_first = !is_same_key(key, good_key(&dkim->selectors[j]));
        for (size_t j = i + 1; j < dkim->count && is_first; j++) {
            if (!is_same_key(key, good_key(&dkim->selectors[j])))
                continue;
            if (finding == NULL) {
                finding =
                    raise(check, FIND_DKIM_KEY_SHARED, &dkim->selectors[i]);
                finding_item(finding, "names",
                             slice_of(name_bare(check->arena,
                                                &dkim->selectors[i].name)));
            }
            finding_item(
                finding, "names",
                slice_of(name_bare(check->arena, &dkim->selectors[j].name)));
        }
    }
}

static void
check_ed25519_only(const struct check *check)
{
    const struct dkim_selector *found = NULL;

    for (size_t i = 0; i < check->dkim->count; i++) {
        const struct dkimkey *key = good_key(&check->dkim->selectors[i]);

        if (key == NULL)
            continue;
        if (key->type != DKIMKEY_TYPE_ED25519)
            return;
        found = &check->dkim->selectors[i];
    }
    if (found != NULL)
        add_fields(check, raise(check, FIND_DKIM_ED25519_ONLY, found), found);
}

/* Of every selector that counts: is its answer here? */
static bool
all_answered(const struct dkim_facts *dkim)
{
    for (size_t i = 0; i < dkim->count; i++) {
        const struct dkim_selector *selector = &dkim->selectors[i];

        if (selector->is_listed && asked_is(&selector->asked)
            && !outcome_is_definite(selector->asked.answer->outcome))
            return false;
    }
    return true;
}

/* Faults of the number in p=: where it cannot be read, a key has not been
   seen to be free of them. */
static bool
is_of_number(enum dkimkey_fault_kind kind)
{
    return kind >= DKIMKEY_RSA_TOO_SHORT && kind <= DKIMKEY_KEY_PUBLISHED_TEST;
}

static bool
all_readable(const struct dkim_facts *dkim)
{
    for (size_t i = 0; i < dkim->count; i++) {
        const struct dkim_selector *selector = &dkim->selectors[i];

        for (size_t k = 0; selector->is_listed && k < selector->key_count; k++)
            if (selector->keys[k]->state != DKIMKEY_REVOKED
                && selector->keys[k]->material.bits == 0)
                return false;
    }
    return true;
}

static void
decide(const struct check *check)
{
    static const enum finding_id asserted[] = {
        FIND_DKIM_SELECTOR_NXDOMAIN,   FIND_DKIM_SELECTOR_NODATA,
        FIND_DKIM_SELECTOR_DNS_ERROR,  FIND_DKIM_SELECTOR_SYNTAX,
        FIND_DKIM_SELECTOR_NOT_ALABEL, FIND_DKIM_NAME_TOO_LONG,
        FIND_DKIM_SELECTOR_UNDATED};
    bool known = all_answered(check->dkim);
    bool any = false, any_asserted = false;

    for (size_t i = 0; i < check->dkim->count; i++) {
        any |= check->dkim->selectors[i].is_listed;
        any_asserted |= check->dkim->selectors[i].is_asserted;
    }
    for (size_t i = 0; any_asserted && i < LENGTH(asserted); i++)
        report_decide(check->report, asserted[i], known);
    for (size_t i = 0; any && i < DKIMKEY_FAULT_COUNT; i++)
        if (!is_of_number((enum dkimkey_fault_kind)i)
            || all_readable(check->dkim))
            report_decide(check->report, faults[i].id, known);
    if (any) {
        report_decide(check->report, FIND_DKIM_MULTIPLE_RECORDS, known);
        report_decide(check->report, FIND_DKIM_KEY_SHARED, known);
        report_decide(check->report, FIND_DKIM_ED25519_ONLY, known);
    }
}

void
check_dkim(const struct facts *facts, struct report *report)
{
    struct check check = {facts, facts->dkim, report, report_arena(report)};

    if (facts->dkim->domainkey == NULL)
        return;
    for (size_t i = 0; i < facts->dkim->count; i++) {
        const struct dkim_selector *selector = &facts->dkim->selectors[i];

        if (!selector->is_listed)
            continue;
        check_selector(&check, selector);
    }
    check_shared(&check);
    check_ed25519_only(&check);
    decide(&check);
    check_dkim_life(facts, report);
    check_domainkey(facts, report);
}
