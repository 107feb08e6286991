/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DMARC records as receivers read them; dmarcfault.c says what is wrong. */
#include "common/dmarc/dmarcrecord.h"

#include "common/base/taglist.h"
#include "common/dmarc/dmarcfault.h"

static const char *const policy_words[] = {"none", "quarantine", "reject"};

const char *
dmarcpolicy_word(enum dmarcpolicy policy)
{
    return policy <= DMARCPOLICY_REJECT ? policy_words[policy] : NULL;
}

static bool
skip(struct slice *text, struct slice what)
{
    if (!slice_starts_case(*text, what))
        return false;
    *text = slice_from(*text, what.n);
    return true;
}

static void
skip_blanks(struct slice *text)
{
    while (text->n > 0 && (text->p[0] == ' ' || text->p[0] == '\t'))
        *text = slice_from(*text, 1);
}

/* dmarc-version and then dmarc-sep or the end, RFC 9989 section 4.8. */
bool
dmarcrecord_begins(struct slice text)
{
    if (!skip(&text, SLICE("v")))
        return false;
    skip_blanks(&text);
    if (!skip(&text, SLICE("=")))
        return false;
    skip_blanks(&text);
    /* The value is case-sensitive, section 4.7. */
    if (!slice_starts(text, SLICE("DMARC1")))
        return false;
    text = slice_from(text, sizeof("DMARC1") - 1);
    skip_blanks(&text);
    return text.n == 0 || text.p[0] == ';';
}

/* The last tag of that name: where a tag is given twice, that is what most
   receivers take. */
static const struct taglist_tag *
last_tag(const struct taglist *list, const char *name)
{
    const struct taglist_tag *found = NULL;

    for (size_t i = 0; i < list->count; i++) {
        if (list->tags[i].fault != TAGLIST_NO_EQUALS
            && slice_equal_case(list->tags[i].name, slice_of(name)))
            found = &list->tags[i];
    }
    return found;
}

enum dmarcpolicy
dmarcfault_policy(struct slice value)
{
    for (int i = 0; i <= DMARCPOLICY_REJECT; i++) {
        if (slice_equal_case(value, slice_of(policy_words[i])))
            return (enum dmarcpolicy)i;
    }
    return DMARCPOLICY_INVALID;
}

static enum dmarcpolicy
read_policy(const struct taglist *list, const char *name, struct slice *part)
{
    const struct taglist_tag *tag = last_tag(list, name);

    if (tag == NULL)
        return DMARCPOLICY_ABSENT;
    *part = slice_sub(list->text, tag->from, tag->length);
    return dmarcfault_policy(tag->value);
}

static bool
has_value(const struct taglist *list, const char *name, const char *value)
{
    const struct taglist_tag *tag = last_tag(list, name);

    return tag != NULL && slice_equal_case(tag->value, slice_of(value));
}

static void
read_psd_and_test(struct dmarcrecord *record, const struct taglist *list)
{
    const struct taglist_tag *psd = last_tag(list, "psd");
    const struct taglist_tag *t = last_tag(list, "t");

    if (has_value(list, "psd", "y"))
        record->psd = PSD_YES;
    else if (has_value(list, "psd", "n"))
        record->psd = PSD_NO;
    if (psd != NULL)
        record->psd_tag = slice_sub(list->text, psd->from, psd->length);
    record->is_testing = has_value(list, "t", "y");
    if (t != NULL)
        record->t_tag = slice_sub(list->text, t->from, t->length);
}

static void
read_reports(struct arena *arena, struct dmarcrecord *record,
             const struct taglist *list)
{
    const struct taglist_tag *rua = last_tag(list, "rua");
    const struct taglist_tag *ruf = last_tag(list, "ruf");
    const struct taglist_tag *pct = last_tag(list, "pct");
    uint64_t number;

    if (rua != NULL)
        record->rua = reporturi_list(arena, rua->value, &record->rua_count);
    if (ruf != NULL)
        record->ruf = reporturi_list(arena, ruf->value, &record->ruf_count);
    record->pct = 100;
    if (pct != NULL && slice_number(pct->value, 100, &number))
        record->pct = (int)number;
}

/* RFC 9989 section 4.10.1; without np, RFC 7489 section 6.6.3. */
static enum dmarcrecord_standing
standing(const struct dmarcrecord *record, bool with_np)
{
    if (record->p <= DMARCPOLICY_REJECT && record->sp != DMARCPOLICY_INVALID
        && !(with_np && record->np == DMARCPOLICY_INVALID))
        return DMARCRECORD_AS_WRITTEN;
    return reporturi_any_valid(record->rua, record->rua_count)
               ? DMARCRECORD_AS_NONE
               : DMARCRECORD_IGNORED;
}

static void
read_values(struct arena *arena, struct dmarcrecord *record,
            const struct taglist *list)
{
    record->p = read_policy(list, "p", &record->p_tag);
    record->sp = read_policy(list, "sp", &record->sp_tag);
    record->np = read_policy(list, "np", &record->np_tag);
    record->strict_dkim = has_value(list, "adkim", "s");
    record->strict_spf = has_value(list, "aspf", "s");
    read_psd_and_test(record, list);
    read_reports(arena, record, list);
    record->rfc9989 = standing(record, true);
    record->rfc7489 = standing(record, false);
}

/* Was it meant to be a policy record? */
static bool
is_near(const struct taglist *list)
{
    const struct taglist_tag *v = taglist_find_case(list, SLICE("v"));
    const struct taglist_tag *p = taglist_find_case(list, SLICE("p"));

    if (v != NULL)
        return slice_starts_case(v->value, SLICE("DMARC"));
    for (size_t i = 0; i + 7 <= list->text.n; i++) {
        if (slice_starts_case(slice_from(list->text, i), SLICE("v=DMARC")))
            return true;
    }
    return (p != NULL && dmarcfault_policy(p->value) != DMARCPOLICY_INVALID)
           || taglist_find_case(list, SLICE("rua")) != NULL;
}

const struct dmarcrecord *
dmarcrecord_parse(struct arena *arena, struct slice text)
{
    struct dmarcrecord *record = ARENA_NEW(arena, struct dmarcrecord);
    const struct taglist *list = taglist_scan(arena, text, TAGLIST_DMARC);

    record->text = text;
    record->p = record->sp = record->np = DMARCPOLICY_ABSENT;
    record->pct = 100;
    record->rfc9989 = record->rfc7489 = DMARCRECORD_IGNORED;
    if (dmarcrecord_begins(text)) {
        record->kind = DMARCRECORD_POLICY;
        read_values(arena, record, list);
    } else {
        record->kind = is_near(list) ? DMARCRECORD_NEAR : DMARCRECORD_OTHER;
    }
    if (record->kind != DMARCRECORD_OTHER)
        dmarcfault_find(arena, record);
    return record;
}

const struct dmarcrecord_fault *
dmarcrecord_fault(const struct dmarcrecord *record,
                  enum dmarcrecord_fault_kind kind)
{
    for (size_t i = 0; i < record->fault_count; i++) {
        if (record->faults[i].kind == kind)
            return &record->faults[i];
    }
    return NULL;
}
