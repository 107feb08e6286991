/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with a DMARC record, seen through a broken form. */
#include "common/dmarc/dmarcfault.h"

#include "common/base/strbuf.h"
#include "common/base/taglist.h"

/* IANA's registry of DMARC tags (RFC 9989 section 9.3), the historic ones
   too. */
static const char *const tag_names[] = {"v",   "p",     "sp",   "np",  "rua",
                                        "ruf", "adkim", "aspf", "psd", "fo",
                                        "t",   "pct",   "rf",   "ri",  NULL};
static const struct taglist_names dmarc_names = {tag_names, NULL,
                                                 TAGLIST_DMARC};

static const char *const words[DMARCRECORD_FAULT_COUNT] = {
    [DMARCRECORD_VERSION_NOT_FIRST] = "version-not-first",
    [DMARCRECORD_VERSION_CASE] = "version-case",
    [DMARCRECORD_VERSION_SPACING] = "version-spacing",
    [DMARCRECORD_LEADING_JUNK] = "leading-junk",
    [DMARCRECORD_TAG_SYNTAX] = "tag-syntax",
    [DMARCRECORD_DUPLICATE_TAG] = "duplicate-tag",
    [DMARCRECORD_UNKNOWN_TAG] = "unknown-tag",
    [DMARCRECORD_POLICY_MISSING] = "policy-missing",
    [DMARCRECORD_POLICY_INVALID] = "policy-invalid",
    [DMARCRECORD_SP_INVALID] = "sp-invalid",
    [DMARCRECORD_NP_INVALID] = "np-invalid",
    [DMARCRECORD_POLICY_NOT_SECOND] = "policy-not-second",
    [DMARCRECORD_TAG_PCT] = "tag-pct",
    [DMARCRECORD_PCT_ENFORCES_FULLY] = "pct-enforces-fully",
    [DMARCRECORD_TAG_RF] = "tag-rf",
    [DMARCRECORD_TAG_RI] = "tag-ri",
    [DMARCRECORD_PSD_INVALID] = "psd-invalid",
    [DMARCRECORD_RUA_MISSING] = "rua-missing",
    [DMARCRECORD_RUA_INVALID] = "rua-invalid",
    [DMARCRECORD_RUA_SCHEME] = "rua-scheme",
    [DMARCRECORD_RUA_SEPARATOR] = "rua-separator",
    [DMARCRECORD_RUA_SIZE_SUFFIX] = "rua-size-suffix",
    [DMARCRECORD_RUA_UNESCAPED] = "rua-unescaped",
    [DMARCRECORD_RUA_MANY] = "rua-many",
    [DMARCRECORD_RUF_PRESENT] = "ruf-present",
    [DMARCRECORD_RUF_ON_PSD] = "ruf-on-psd",
    [DMARCRECORD_FO_WITHOUT_RUF] = "fo-without-ruf",
    [DMARCRECORD_FO_INVALID] = "fo-invalid",
    [DMARCRECORD_ALIGNMENT_INVALID] = "alignment-invalid",
};

/* Receivers of RFC 7489 section 6.2 may take only so many. */
#define USUAL_ADDRESSES 2

struct finder {
    struct arena *arena;              /* where faults go */
    struct dmarcrecord *record;       /* whose */
    struct dmarcrecord_fault *faults; /* found so far */
    size_t count;                     /* of them */
    struct taglist_tag *tags;         /* as they were meant */
    size_t tag_count;                 /* of them */
    struct dmarcrecord_fault spare;   /* one fault too many */
};

const char *
dmarcrecord_fault_word(enum dmarcrecord_fault_kind kind)
{
    return words[kind];
}

static struct dmarcrecord_fault *
note(struct finder *finder, enum dmarcrecord_fault_kind kind,
     struct slice part)
{
    struct dmarcrecord_fault *fault = &finder->spare;

    if (finder->count < DMARCRECORD_FAULTS_MAX) {
        finder->faults = arena_grow(finder->arena, finder->faults,
                                    finder->count, sizeof(*fault));
        fault = &finder->faults[finder->count++];
    }
    fault->kind = kind;
    if (part.p != NULL)
        fault->from = (size_t)(part.p - finder->record->text.p);
    fault->length = part.n;
    return fault;
}

static struct slice
tag_part(const struct taglist_tag *tag)
{
    const char *end = tag->value.p + tag->value.n;

    return (struct slice){tag->name.p, (size_t)(end - tag->name.p)};
}

/* A fault in a tag's value, with its name and value. */
static struct dmarcrecord_fault *
note_tag(struct finder *finder, enum dmarcrecord_fault_kind kind,
         const struct taglist_tag *tag)
{
    struct dmarcrecord_fault *fault = note(finder, kind, tag_part(tag));

    fault->tag = arena_text(finder->arena, tag->name);
    fault->value = tag->value;
    return fault;
}

static struct taglist_tag *
find_tag(struct finder *finder, const char *name)
{
    struct taglist_tag *found = NULL;

    for (size_t i = 0; i < finder->tag_count; i++) {
        struct taglist_tag *tag = &finder->tags[i];

        if (tag->fault != TAGLIST_NO_EQUALS
            && slice_equal_case(tag->name, slice_of(name)))
            found = tag;
    }
    return found;
}

/* Blanks, quotation marks, a byte order mark: what editors and forms put
   before "v=".  Returns the text from there on. */
static struct slice
skip_junk(struct finder *finder)
{
    struct slice text = finder->record->text, rest = text;
    size_t end = text.n;

    while (rest.n > 0 && !ascii_is_alnum((unsigned char)rest.p[0])
           && rest.p[0] != ';' && rest.p[0] != '=')
        rest = slice_from(rest, 1);
    if (rest.n == text.n || rest.n == 0
        || ascii_lower((unsigned char)rest.p[0]) != 'v')
        return text;
    note(finder, DMARCRECORD_LEADING_JUNK,
         slice_sub(text, 0, text.n - rest.n));
    /* The quotation mark at the other end. */
    while (end > 0 && strchr("\"'\\", text.p[end - 1]) != NULL
           && text.p[end - 1] != '\0')
        end--;
    rest.n -= text.n - end;
    return rest;
}

/* "v=DMARC1\; p=none": the backslash of another syntax, kept. */
static void
cut_backslash(struct finder *finder, struct taglist_tag *tag)
{
    size_t n = tag->value.n;

    if (n == 0 || tag->value.p[n - 1] != '\\')
        return;
    note(finder, DMARCRECORD_TAG_SYNTAX, slice_from(tag->value, n - 1))
        ->reason = "a backslash stands before a semicolon";
    tag->value.n = n - 1;
}

/* "rua=mailto:a@b;mailto:c@d": a list with the wrong separator. */
static bool
is_lost_address(const struct finder *finder, size_t i)
{
    return finder->tags[i].fault == TAGLIST_NO_EQUALS && i > 0
           && slice_starts_case(finder->tags[i].name, SLICE("mailto:"));
}

static void
check_syntax(struct finder *finder, size_t i)
{
    static const char *const reasons[] = {
        [TAGLIST_EMPTY] = "there is nothing between two semicolons",
        [TAGLIST_NO_EQUALS] = "a tag lacks its '='",
        [TAGLIST_BAD_NAME] = "a tag name holds something else than letters",
        [TAGLIST_BAD_VALUE] = "a value holds a character it must not have",
        [TAGLIST_NO_VALUE] = "a tag has no value",
        [TAGLIST_GLUED] = "a semicolon is missing",
    };
    struct taglist_tag *tag = &finder->tags[i];

    cut_backslash(finder, tag);
    if (is_lost_address(finder, i)) {
        struct dmarcrecord_fault *fault =
            note_tag(finder, DMARCRECORD_RUA_SEPARATOR, tag);

        fault->tag = arena_text(finder->arena, finder->tags[i - 1].name);
        fault->expected = "ADDRESS,ADDRESS";
        return;
    }
    if (tag->fault == TAGLIST_GOOD || tag->fault == TAGLIST_LEADING)
        return;
    note(finder, DMARCRECORD_TAG_SYNTAX,
         slice_sub(finder->record->text, tag->fault_from, tag->fault_length))
        ->reason = reasons[tag->fault];
}

static void
check_name(struct finder *finder, const struct taglist_tag *tag)
{
    if (tag->fault == TAGLIST_NO_EQUALS || tag->fault == TAGLIST_EMPTY
        || tag->fault == TAGLIST_BAD_NAME)
        return;
    if (tag->repeated)
        note_tag(finder, DMARCRECORD_DUPLICATE_TAG, tag);
    for (size_t i = 0; tag_names[i] != NULL; i++) {
        if (slice_equal_case(tag->name, slice_of(tag_names[i])))
            return;
    }
    note_tag(finder, DMARCRECORD_UNKNOWN_TAG, tag);
}

static void
check_version(struct finder *finder)
{
    const struct taglist_tag *v = NULL;

    for (size_t i = finder->tag_count; i-- > 0;) {
        if (slice_equal_case(finder->tags[i].name, SLICE("v")))
            v = &finder->tags[i];
    }
    if (v == NULL) {
        note(finder, DMARCRECORD_VERSION_NOT_FIRST, SLICE_EMPTY);
        return;
    }
    if (v != &finder->tags[0])
        note_tag(finder, DMARCRECORD_VERSION_NOT_FIRST, v);
    if (!slice_equal(v->value, SLICE("DMARC1")))
        note_tag(finder, DMARCRECORD_VERSION_CASE, v);
    if (v->is_spaced)
        note_tag(finder, DMARCRECORD_VERSION_SPACING, v);
}

/* A tag whose value is a policy.  An empty sp or np cancels the policy as any
   other bad one does; an empty p is told as a missing one. */
static void
check_request(struct finder *finder, const char *name,
              enum dmarcrecord_fault_kind kind)
{
    const struct taglist_tag *tag = find_tag(finder, name);

    if (tag != NULL && (tag->value.n > 0 || kind != DMARCRECORD_POLICY_INVALID)
        && dmarcfault_policy(tag->value) == DMARCPOLICY_INVALID)
        note_tag(finder, kind, tag);
}

static void
check_policy(struct finder *finder)
{
    const struct taglist_tag *p = find_tag(finder, "p");

    check_request(finder, "p", DMARCRECORD_POLICY_INVALID);
    check_request(finder, "sp", DMARCRECORD_SP_INVALID);
    check_request(finder, "np", DMARCRECORD_NP_INVALID);
    if (p == NULL || p->value.n == 0)
        note(finder, DMARCRECORD_POLICY_MISSING, SLICE_EMPTY);
    else if (finder->tag_count > 1 && p != &finder->tags[1]
             && p != &finder->tags[0])
        note_tag(finder, DMARCRECORD_POLICY_NOT_SECOND, p);
}

/* A tag with a few letters for values. */
static bool
is_one_of(const struct taglist_tag *tag, const char *letters)
{
    return tag->value.n == 1
           && strchr(letters, ascii_lower((unsigned char)tag->value.p[0]))
                  != NULL
           && tag->value.p[0] != '\0';
}

static void
check_letters(struct finder *finder)
{
    /* clang-format off */
    static const struct {
        const char *name, *letters, *reason;
        enum dmarcrecord_fault_kind kind;
    } rules[] = {
        {"adkim", "rs", NULL, DMARCRECORD_ALIGNMENT_INVALID},
        {"aspf", "rs", NULL, DMARCRECORD_ALIGNMENT_INVALID},
        {"psd", "ynu", NULL, DMARCRECORD_PSD_INVALID},
        {"t", "yn", "t= is neither y nor n", DMARCRECORD_TAG_SYNTAX},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        const struct taglist_tag *tag = find_tag(finder, rules[i].name);

        if (tag != NULL && tag->value.n > 0
            && !is_one_of(tag, rules[i].letters))
            note_tag(finder, rules[i].kind, tag)->reason = rules[i].reason;
    }
}

/* RFC 9989 section 4.8 dmarc-fo: each letter once, 0 and 1 never both. */
static bool
is_fo(struct slice value)
{
    static const char letters[] = "01ds";
    unsigned seen = 0;
    struct slice part;

    while (slice_next(&value, ':', &part)) {
        const char *at;

        if (part.n != 1 || part.p[0] == '\0')
            return false;
        at = strchr(letters, ascii_lower((unsigned char)part.p[0]));
        if (at == NULL || (seen & 1u << (at - letters)) != 0)
            return false;
        seen |= 1u << (at - letters);
    }
    return (seen & 3u) != 3u;
}

/* Tags that RFC 9989 appendix C.5.2 removed, and fo=. */
static void
check_old_tags(struct finder *finder)
{
    const struct taglist_tag *pct = find_tag(finder, "pct");
    const struct taglist_tag *rf = find_tag(finder, "rf");
    const struct taglist_tag *ri = find_tag(finder, "ri");
    const struct taglist_tag *fo = find_tag(finder, "fo");
    const struct dmarcrecord *record = finder->record;

    if (pct != NULL) {
        note_tag(finder, DMARCRECORD_TAG_PCT, pct);
        if (record->pct < 100
            && (record->p == DMARCPOLICY_QUARANTINE
                || record->p == DMARCPOLICY_REJECT)
            && record->rfc9989 == DMARCRECORD_AS_WRITTEN
            && !record->is_testing)
            note_tag(finder, DMARCRECORD_PCT_ENFORCES_FULLY, pct);
    }
    if (rf != NULL)
        note_tag(finder, DMARCRECORD_TAG_RF, rf);
    if (ri != NULL)
        note_tag(finder, DMARCRECORD_TAG_RI, ri);
    if (fo == NULL)
        return;
    if (!is_fo(fo->value))
        note_tag(finder, DMARCRECORD_FO_INVALID, fo);
    if (find_tag(finder, "ruf") == NULL)
        note_tag(finder, DMARCRECORD_FO_WITHOUT_RUF, fo);
}

static void
note_uri(struct finder *finder, enum dmarcrecord_fault_kind kind,
         const char *tag, const struct reporturi *uri)
{
    struct dmarcrecord_fault *fault = note(finder, kind, uri->text);

    fault->tag = tag;
    fault->value = uri->text;
    if (kind == DMARCRECORD_RUA_SIZE_SUFFIX)
        fault->value = uri->size;
    if (kind == DMARCRECORD_RUA_UNESCAPED) {
        fault->value = uri->unescaped;
        fault->expected = uri->unescaped.p[0] == '!' ? "%21" : "%2C";
    }
    if (kind == DMARCRECORD_RUA_INVALID)
        fault->expected = uri->address.n == 0
                              ? "ADDRESS"
                              : arena_text(finder->arena, uri->address);
}

static void
check_uri(struct finder *finder, const char *tag, const struct reporturi *uri)
{
    if (uri->unescaped.n > 0)
        note_uri(finder, DMARCRECORD_RUA_UNESCAPED, tag, uri);
    else if (uri->state == REPORTURI_OTHER)
        note_uri(finder, DMARCRECORD_RUA_SCHEME, tag, uri);
    else if (uri->state != REPORTURI_GOOD)
        note_uri(finder, DMARCRECORD_RUA_INVALID, tag, uri);
    if (uri->size.n > 0)
        note_uri(finder, DMARCRECORD_RUA_SIZE_SUFFIX, tag, uri);
}

/* Returns how many addresses the tag has. */
static size_t
check_uris(struct finder *finder, const char *tag)
{
    const struct taglist_tag *list = find_tag(finder, tag);
    const struct reporturi *uris;
    bool is_said = false;
    size_t count;

    if (list == NULL || list->value.n == 0)
        return 0;
    uris = reporturi_list(finder->arena, list->value, &count);
    for (size_t i = 0; i < count; i++) {
        check_uri(finder, tag, &uris[i]);
        if (uris[i].gap.p != NULL && !is_said) {
            struct dmarcrecord_fault *fault =
                note_tag(finder, DMARCRECORD_RUA_SEPARATOR, list);

            fault->expected = reporturi_expected(finder->arena, uris, count);
            is_said = true;
        }
    }
    return count;
}

static void
check_reports(struct finder *finder)
{
    size_t rua = check_uris(finder, "rua");
    size_t ruf = check_uris(finder, "ruf");
    const struct taglist_tag *tag = find_tag(finder, "ruf");

    if (rua == 0)
        note(finder, DMARCRECORD_RUA_MISSING, SLICE_EMPTY);
    if (rua > USUAL_ADDRESSES)
        note_tag(finder, DMARCRECORD_RUA_MANY, find_tag(finder, "rua"))
            ->number = (int64_t)rua;
    if (ruf == 0)
        return;
    note_tag(finder, DMARCRECORD_RUF_PRESENT, tag);
    if (finder->record->psd == PSD_YES)
        note_tag(finder, DMARCRECORD_RUF_ON_PSD, tag);
}

/* The record as it should be, for the remedy. */
static const char *
expected_record(struct finder *finder)
{
    struct strbuf out = STRBUF_INIT;
    const char *text;

    strbuf_add_text(&out, "v=DMARC1");
    for (size_t i = 0; i < finder->tag_count; i++) {
        const struct taglist_tag *tag = &finder->tags[i];
        bool is_list = slice_equal_case(tag->name, SLICE("rua"))
                       || slice_equal_case(tag->name, SLICE("ruf"));
        const struct reporturi *uris;
        size_t count;

        if (tag->value.n == 0 || tag->repeated
            || slice_equal_case(tag->name, SLICE("v")))
            continue;
        strbuf_add_text(&out, "; ");
        strbuf_add_presented(&out, tag->name);
        strbuf_add_char(&out, '=');
        if (is_list) {
            uris = reporturi_list(finder->arena, tag->value, &count);
            strbuf_add_text(&out,
                            reporturi_expected(finder->arena, uris, count));
        } else {
            strbuf_add_presented(&out, tag->value);
        }
    }
    text = arena_text(finder->arena, strbuf_slice(&out));
    strbuf_clear(&out);
    return text;
}

static void
read_tags(struct finder *finder)
{
    struct slice text = skip_junk(finder);
    const struct taglist *list =
        taglist_scan(finder->arena, text, TAGLIST_DMARC);
    size_t shift = (size_t)(text.p - finder->record->text.p);

    list = taglist_unglue(finder->arena, list, &dmarc_names);
    finder->tags = ARENA_ARRAY(finder->arena, struct taglist_tag, list->count);
    finder->tag_count = list->count;
    if (list->count > 0)
        memcpy(finder->tags, list->tags, list->count * sizeof(*list->tags));
    for (size_t i = 0; i < finder->tag_count; i++)
        finder->tags[i].fault_from += shift;
    if (list->overflow)
        note(finder, DMARCRECORD_TAG_SYNTAX, SLICE_EMPTY)->reason =
            "there are more tags than any record has";
}

void
dmarcfault_find(struct arena *arena, struct dmarcrecord *record)
{
    struct finder finder = {.arena = arena, .record = record};
    const char *expected = NULL;

    read_tags(&finder);
    for (size_t i = 0; i < finder.tag_count; i++) {
        check_syntax(&finder, i);
        check_name(&finder, &finder.tags[i]);
    }
    check_version(&finder);
    check_policy(&finder);
    check_letters(&finder);
    check_old_tags(&finder);
    check_reports(&finder);
    for (size_t i = 0; i < finder.count; i++) {
        if (finder.faults[i].kind != DMARCRECORD_TAG_SYNTAX)
            continue;
        if (expected == NULL)
            expected = expected_record(&finder);
        finder.faults[i].expected = expected;
    }
    record->faults = finder.faults;
    record->fault_count = finder.count;
}
